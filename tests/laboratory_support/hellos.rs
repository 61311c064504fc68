//! ClientHellos of every shape (RFC 8446 section 4.1.2), as bytes.

use std::sync::Arc;

/// A value that stands for nothing (RFC 8701).
const GREASE: u16 = 0x1a1a;
const SERVER_NAME: u16 = 0;
const PADDING: u16 = 21;
const ECH: u16 = 0xfe0d;

fn vector8(bytes: &[u8]) -> Vec<u8> {
    [&[u8::try_from(bytes.len()).unwrap()][..], bytes].concat()
}

fn vector16(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A hello in the making: TLS 1.3 with X25519, which every server can answer.
#[derive(Clone, Default)]
pub struct Hello {
    names: Vec<String>,
    grease: bool,
    more: Vec<(u16, Vec<u8>)>,
}

impl Hello {
    pub fn to(name: &str) -> Self {
        Self { names: vec![name.to_owned()], ..Self::default() }
    }

    pub fn nameless() -> Self {
        Self::default()
    }

    pub fn and_to(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    /// Values that stand for nothing wherever there may be one.
    pub fn greased(mut self) -> Self {
        self.grease = true;
        self
    }

    /// An outer hello of Encrypted Client Hello (RFC 9849 section 5): whose inner one nobody here can read.
    pub fn outer(mut self) -> Self {
        let inner = [&[0][..], &numbers(&[1, 1]), &[42], &vector16(&[9; 32]), &vector16(&[7; 240])].concat();
        self.more.push((ECH, inner));
        self
    }

    pub fn padded(mut self, bytes: usize) -> Self {
        self.more.push((PADDING, vec![0; bytes]));
        self
    }

    /// The handshake message.
    pub fn message(&self) -> Vec<u8> {
        let grease = if self.grease { numbers(&[GREASE]) } else { Vec::new() };
        let with = |values: &[u16]| [&grease[..], &numbers(values)].concat();
        let mut extensions: Vec<(u16, Vec<u8>)> = Vec::new();
        if self.grease {
            extensions.push((GREASE, Vec::new()));
        }
        if !self.names.is_empty() {
            let names: Vec<u8> = self.names.iter().flat_map(|name| [&[0][..], &vector16(name.as_bytes())].concat()).collect();
            extensions.push((SERVER_NAME, vector16(&names)));
        }
        let greased_share = if self.grease { [&grease[..], &vector16(&[0])].concat() } else { Vec::new() };
        let share = [&greased_share[..], &numbers(&[29]), &vector16(&[9; 32])].concat();
        extensions.extend([
            (10, vector16(&with(&[29]))),
            (13, vector16(&numbers(&[0x0403, 0x0804, 0x0401]))),
            (43, vector8(&with(&[0x0304]))),
            (51, vector16(&share)),
        ]);
        extensions.extend(self.more.clone());
        let extensions: Vec<u8> = extensions.iter().flat_map(|(kind, data)| [&kind.to_be_bytes()[..], &vector16(data)].concat()).collect();
        let suites = vector16(&with(&[0x1301]));
        let body = [&[3, 3][..], &[5; 32], &vector8(&[6; 32]), &suites, &[1, 0], &vector16(&extensions)].concat();
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[1][..], &length[1..], &body].concat()
    }

    /// Cut into records of this many bytes.
    pub fn records(&self, size: usize) -> Vec<u8> {
        cut(&self.message(), size)
    }
}

/// A handshake message as records of this many bytes.
pub fn cut(message: &[u8], size: usize) -> Vec<u8> {
    message.chunks(size).flat_map(|part| [&[22, 3, 1][..], &vector16(part)].concat()).collect()
}

/// What a library sends that prefers a post-quantum key share, as records.
pub fn post_quantum(name: &str) -> Vec<u8> {
    let config = rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let name = rustls_pki_types::ServerName::try_from(name.to_owned()).unwrap();
    let mut connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let mut bytes = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut bytes).unwrap();
    }
    bytes
}
