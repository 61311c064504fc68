//! The envelope in which `Negotiate` brings Kerberos: SPNEGO (RFC 4178), around GSS-API's own (RFC 2743 section 3.1).
//!
//! Kerberos without the envelope is taken as well: Java brings it so.

use super::fault::TicketFault;
use yasna::models::ObjectIdentifier;
use yasna::{ASN1Result, BERReader, BERReaderSeq, Tag};

/// Ways that one client may offer.
const OFFERS: usize = 32;
/// Longest list of ways, in bytes: it is kept while a negotiation goes on.
const LONGEST_LIST: usize = 1024;

const SPNEGO: &[u64] = &[1, 3, 6, 1, 5, 5, 2];
const KERBEROS: &[u64] = &[1, 2, 840, 113_554, 1, 2, 2];
/// The same by the number that Windows 2000 gave it, which its successors still put first.
const KERBEROS_OF_2000: &[u64] = &[1, 2, 840, 48_018, 1, 2, 2];
const NTLM: &[u64] = &[1, 3, 6, 1, 4, 1, 311, 2, 2, 10];

/// What a client brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Envelope {
    /// Kerberos alone: AP-REQ.
    Bare(Vec<u8>),
    /// The first step.
    Offer(Offer),
    /// A further one.
    Further(Further),
}

/// The first step of a negotiation.
#[derive(Debug, PartialEq, Eq)]
pub struct Offer {
    /// The ways that are offered, as they stood there: a check sum is made over them.
    pub list: Vec<u8>,
    /// By which number Kerberos is offered.
    pub named: Vec<u64>,
    /// It is the client's first choice.
    pub is_first: bool,
    /// A token of the first choice.
    pub token: Option<Vec<u8>>,
}

/// A further step.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Further {
    /// The client has broken off.
    pub rejects: bool,
    /// A token.
    pub token: Option<Vec<u8>>,
    /// A check sum over the ways that were offered.
    pub mic: Option<Vec<u8>>,
}

/// How a negotiation stands (RFC 4178 section 4.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is done.
    Completed = 0,
    /// It goes on.
    Incomplete = 1,
    /// It goes on, and check sums must be exchanged.
    RequestMic = 3,
}

/// Reads a token.
///
/// # Errors
/// [`TicketFault`].
pub fn read(token: &[u8]) -> Result<Envelope, TicketFault> {
    if token.starts_with(b"NTLMSSP\0") {
        return Err(TicketFault::Ntlm);
    }
    if token.first() == Some(&0xa1) {
        return yasna::parse_der(token, further).map(Envelope::Further).map_err(|_| TicketFault::Unreadable);
    }
    let (mechanism, inner) = framed(token).ok_or(TicketFault::Unreadable)?;
    match mechanism.components().as_slice() {
        SPNEGO => offer(inner).map(Envelope::Offer),
        KERBEROS | KERBEROS_OF_2000 => request(inner).map(Envelope::Bare),
        NTLM => Err(TicketFault::Ntlm),
        _ => Err(TicketFault::OtherMechanism),
    }
}

/// AP-REQ in the envelope of a token that a negotiation brings.
///
/// # Errors
/// [`TicketFault`].
pub fn kerberos(token: &[u8]) -> Result<Vec<u8>, TicketFault> {
    match read(token)? {
        Envelope::Bare(request) => Ok(request),
        Envelope::Offer(_) | Envelope::Further(_) => Err(TicketFault::Unreadable),
    }
}

/// Behind the two bytes that say what it is (RFC 4121 section 4.1).
fn request(inner: &[u8]) -> Result<Vec<u8>, TicketFault> {
    inner.strip_prefix(&[1, 0]).map(<[u8]>::to_vec).ok_or(TicketFault::Unreadable)
}

fn offer(inner: &[u8]) -> Result<Offer, TicketFault> {
    let read = yasna::parse_der(inner, |reader| {
        reader.read_tagged(Tag::context(0), |reader| {
            reader.read_sequence(|fields| {
                let list = field(fields, 0, |reader| reader.read_der())?.unwrap_or_default();
                field(fields, 1, |reader| reader.read_bitvec_bytes().map(drop))?;
                let token = field(fields, 2, |reader| reader.read_bytes())?;
                field(fields, 3, |reader| reader.read_der().map(drop))?;
                Ok((list, token))
            })
        })
    });
    let (list, token) = read.map_err(|_| TicketFault::Unreadable)?;
    if list.len() > LONGEST_LIST {
        return Err(TicketFault::Unreadable);
    }
    let ways =
        yasna::parse_der(&list, |reader| reader.collect_sequence_of(|reader| reader.read_oid())).map_err(|_| TicketFault::Unreadable)?;
    if ways.len() > OFFERS {
        return Err(TicketFault::Unreadable);
    }
    let is_kerberos = |way: &&ObjectIdentifier| matches!(way.components().as_slice(), KERBEROS | KERBEROS_OF_2000);
    let Some(named) = ways.iter().find(is_kerberos) else {
        let is_ntlm = ways.iter().any(|way| way.components().as_slice() == NTLM);
        return Err(if is_ntlm { TicketFault::Ntlm } else { TicketFault::OtherMechanism });
    };
    let is_first = ways.first().as_ref().is_some_and(is_kerberos);
    let named = named.components().clone();
    Ok(Offer { list, named, is_first, token })
}

fn further(reader: BERReader<'_, '_>) -> ASN1Result<Further> {
    reader.read_tagged(Tag::context(1), |reader| {
        reader.read_sequence(|fields| {
            let state = field(fields, 0, |reader| reader.read_enum())?;
            field(fields, 1, |reader| reader.read_oid().map(drop))?;
            let token = field(fields, 2, |reader| reader.read_bytes())?;
            let mic = field(fields, 3, |reader| reader.read_bytes())?;
            Ok(Further { rejects: state == Some(2), token, mic })
        })
    })
}

fn field<'a, T>(
    fields: &mut BERReaderSeq<'a, '_>,
    number: u64,
    read: impl for<'c> FnOnce(BERReader<'a, 'c>) -> ASN1Result<T>,
) -> ASN1Result<Option<T>> {
    fields.read_optional(|reader| reader.read_tagged(Tag::context(number), read))
}

/// What is in GSS-API's envelope, and by which way: `[APPLICATION 0]`, a length, an OID, and bytes that are no ASN.1.
fn framed(token: &[u8]) -> Option<(ObjectIdentifier, &[u8])> {
    let content = value(token.strip_prefix(&[0x60])?)?;
    let length = usize::from(*content.strip_prefix(&[6])?.first()?);
    // No OID here is longer than 127 bytes.
    let (oid, inner) = content.split_at_checked(length + 2)?;
    Some((yasna::parse_der(oid, |reader| reader.read_oid()).ok()?, inner))
}

/// The value behind a length of DER that goes to the end.
fn value(bytes: &[u8]) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    let (length, value) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x83 => {
            let (length, value) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), value)
        }
        0x80 | 0x84..=0xff => return None,
    };
    (value.len() == length).then_some(value)
}

/// AP-REP in GSS-API's envelope.
#[must_use]
pub fn framed_answer(answer: &[u8]) -> Vec<u8> {
    let content = [&oid(KERBEROS)[..], &[2, 0], answer].concat();
    let length = content.len().to_be_bytes();
    let length = match content.len() {
        0..=0x7f => &length[7..],
        _ => &[&[0x82], &length[6..]].concat(),
    };
    [&[0x60], length, &content].concat()
}

fn oid(components: &[u64]) -> Vec<u8> {
    yasna::construct_der(|writer| writer.write_oid(&ObjectIdentifier::from_slice(components)))
}

/// What we say to a step.
#[must_use]
pub fn step(state: State, named: Option<&[u64]>, token: Option<&[u8]>, mic: Option<&[u8]>) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_tagged(Tag::context(1), |writer| {
            writer.write_sequence(|fields| {
                fields.next().write_tagged(Tag::context(0), |writer| writer.write_enum(state as i64));
                if let Some(named) = named {
                    fields.next().write_tagged(Tag::context(1), |writer| writer.write_oid(&ObjectIdentifier::from_slice(named)));
                }
                for (number, bytes) in [(2, token), (3, mic)] {
                    if let Some(bytes) = bytes {
                        fields.next().write_tagged(Tag::context(number), |writer| writer.write_bytes(bytes));
                    }
                }
            });
        });
    })
}
