//! The building blocks of the codec: numbers, lengths, addresses. Reading is bounded by the bytes given; it never allocates and never panics.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::ops::Range;

/// What is wrong with the bytes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecProblem {
    /// The bytes end inside a field.
    #[error("the record ends too early")]
    Short,
    /// Bytes follow the last field.
    #[error("bytes follow the end of the record")]
    Surplus,
    /// A version that this program does not know.
    #[error("version {0} of the record format is not known here")]
    Version(u8),
    /// A number that stands for nothing in this place.
    #[error("{0} means nothing in this place")]
    Unknown(u8),
    /// A number that is too large for its field, or written longer than needed.
    #[error("the number is too large or written longer than needed")]
    Number,
    /// Text that is not UTF-8.
    #[error("the text is not UTF-8")]
    Text,
}

/// Bytes that are not an entry, and the place where that shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} (byte {at} of the record)")]
pub struct CodecFault {
    /// Byte offset inside the entry.
    pub at: usize,
    /// What is wrong.
    pub problem: CodecProblem,
}

/// Appends an unsigned number as LEB128.
pub(crate) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends bytes with their length in front.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

pub(super) fn put_address(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => {
            out.push(4);
            out.extend_from_slice(&v4.octets());
        }
        IpAddr::V6(v6) => {
            out.push(6);
            out.extend_from_slice(&v6.octets());
        }
    }
}

pub(super) fn put_socket(out: &mut Vec<u8>, socket: SocketAddr) {
    put_address(out, socket.ip());
    put_number(out, u64::from(socket.port()));
    if let SocketAddr::V6(v6) = socket {
        put_number(out, u64::from(v6.flowinfo()));
        put_number(out, u64::from(v6.scope_id()));
    }
}

/// Reads building blocks from the front of a slice and knows where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn fault(at: usize, problem: CodecProblem) -> CodecFault {
        CodecFault { at, problem }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], CodecFault> {
        let end = self.at.checked_add(count).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or(Self::fault(self.at, CodecProblem::Short))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecFault> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| Self::fault(at, CodecProblem::Short))
    }

    pub(crate) fn byte(&mut self) -> Result<u8, CodecFault> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn fixed8(&mut self) -> Result<u64, CodecFault> {
        self.array().map(u64::from_le_bytes)
    }

    /// A byte that stands for something, or a located fault.
    pub(crate) fn known<T>(&mut self, meaning: impl FnOnce(u8) -> Option<T>) -> Result<T, CodecFault> {
        let at = self.at;
        let byte = self.byte()?;
        meaning(byte).ok_or(Self::fault(at, CodecProblem::Unknown(byte)))
    }

    pub(crate) fn number(&mut self) -> Result<u64, CodecFault> {
        let start = self.at;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            let fits = shift < 63 || bits <= 1;
            let needed = byte != 0 || shift == 0;
            if !fits || !needed {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Self::fault(start, CodecProblem::Number))
    }

    /// A number of a narrower type.
    pub(crate) fn narrow<T: TryFrom<u64>>(&mut self) -> Result<T, CodecFault> {
        let at = self.at;
        T::try_from(self.number()?).map_err(|_| Self::fault(at, CodecProblem::Number))
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], CodecFault> {
        let count = self.narrow()?;
        self.take(count)
    }

    /// Where bytes lie, as [`Reader::bytes`] would read them.
    pub(crate) fn place(&mut self) -> Result<Range<usize>, CodecFault> {
        let length = self.bytes()?.len();
        Ok(self.at - length..self.at)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, CodecFault> {
        let bytes = self.bytes()?;
        let start = self.at - bytes.len();
        std::str::from_utf8(bytes).map_err(|e| Self::fault(start + e.valid_up_to(), CodecProblem::Text))
    }

    pub(super) fn address(&mut self) -> Result<IpAddr, CodecFault> {
        let at = self.at;
        match self.byte()? {
            4 => Ok(IpAddr::V4(Ipv4Addr::from(self.array::<4>()?))),
            6 => Ok(IpAddr::V6(Ipv6Addr::from(self.array::<16>()?))),
            other => Err(Self::fault(at, CodecProblem::Unknown(other))),
        }
    }

    pub(super) fn socket(&mut self) -> Result<SocketAddr, CodecFault> {
        let address = self.address()?;
        let port = self.narrow()?;
        Ok(match address {
            IpAddr::V4(v4) => SocketAddr::V4(SocketAddrV4::new(v4, port)),
            IpAddr::V6(v6) => SocketAddr::V6(SocketAddrV6::new(v6, port, self.narrow()?, self.narrow()?)),
        })
    }

    /// Refuses what follows the last field.
    pub(crate) fn end(&self) -> Result<(), CodecFault> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(Self::fault(self.at, CodecProblem::Surplus)) }
    }
}
