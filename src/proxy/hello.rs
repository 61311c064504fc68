//! The first bytes inside a tunnel: a TLS ClientHello, plain HTTP, or something else.
//!
//! The handshake is put together over any fragmentation into records (RFC 8446 section 5.1) within 64 KB (rule T6); the
//! message itself is read by `tls-parser`. Never panics, never passes on what was not understood.

use tls_parser::{SNIType, TlsExtension, TlsExtensionType};

/// A hello larger than this is refused.
pub const LARGEST: usize = 64 * 1024;
/// Encrypted Client Hello (RFC 9849): browsers send it always, as GREASE, so that its presence alone means nothing.
const ECH: u16 = 0xfe0d;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// What the ClientHello says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Hello {
    /// The server name, raw; with Encrypted Client Hello this is the outer name.
    pub server_name: Option<Vec<u8>>,
    /// An Encrypted Client Hello extension is there, real or GREASE.
    pub ech: bool,
}

/// What the first bytes of a tunnel are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// More bytes are needed.
    Unfinished,
    /// TLS.
    Tls(Hello),
    /// An HTTP/1 request.
    Http,
    /// Neither, or a hello that cannot be read.
    Other,
}

/// Looks at the first bytes of a tunnel.
#[must_use]
pub fn open(bytes: &[u8]) -> Opening {
    match bytes.first() {
        None => Opening::Unfinished,
        Some(&HANDSHAKE) => tls(bytes),
        // VNC's line looks like a method and a blank; no target begins with a digit.
        Some(_) if bytes.starts_with(b"RFB 0") => Opening::Other,
        Some(byte) if byte.is_ascii_uppercase() => http(bytes),
        Some(_) => Opening::Other,
    }
}

/// With fewer bytes than this [`open`] would say the same again: so that a hello that comes byte by byte is not read anew for each.
#[must_use]
pub fn wanted_bytes(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some([HANDSHAKE, _, _, high, low]) = bytes.get(end..end + 5) {
        end += 5 + usize::from(u16::from_be_bytes([*high, *low]));
    }
    end.max(bytes.len() + 1)
}

/// A method is at most this long, and is followed by a blank and a target.
fn http(bytes: &[u8]) -> Opening {
    const METHOD: usize = 32;
    match bytes.iter().position(|byte| !byte.is_ascii_uppercase() && *byte != b'-' && *byte != b'_') {
        None if bytes.len() <= METHOD => Opening::Unfinished,
        Some(end) if end <= METHOD && bytes[end] == b' ' => Opening::Http,
        None | Some(_) => Opening::Other,
    }
}

fn tls(bytes: &[u8]) -> Opening {
    let mut message = Vec::new();
    let mut rest = bytes;
    loop {
        if let Some(length) = wanted(&message) {
            match length {
                Err(()) => return Opening::Other,
                Ok(length) if message.len() >= length => return read(&message[4..length]),
                Ok(_) => {}
            }
        }
        let [kind, 3, minor, high, low, body @ ..] = rest else {
            let plausible =
                rest.first().is_none_or(|kind| *kind == HANDSHAKE) && rest.get(1).is_none_or(|major| *major == 3) && rest.len() < 5;
            return if plausible && bytes.len() < LARGEST { Opening::Unfinished } else { Opening::Other };
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *kind != HANDSHAKE || *minor > 4 || length == 0 || length > 16_384 + 256 {
            return Opening::Other;
        }
        message.extend_from_slice(&body[..length.min(body.len())]);
        if body.len() < length {
            // The message may already be whole although the record is not, but a record is taken as a whole.
            return if bytes.len() < LARGEST && wanted(&message).is_none_or(|length| length.is_ok()) {
                Opening::Unfinished
            } else {
                Opening::Other
            };
        }
        rest = &body[length..];
    }
}

/// Length of the handshake message with its head, once its head is there.
fn wanted(message: &[u8]) -> Option<Result<usize, ()>> {
    match message {
        [CLIENT_HELLO, a, b, c, ..] => {
            let length = (usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c)) + 4;
            Some(if length <= LARGEST { Ok(length) } else { Err(()) })
        }
        [CLIENT_HELLO, ..] | [] => None,
        [..] => Some(Err(())),
    }
}

fn read(body: &[u8]) -> Opening {
    let Ok((rest, hello)) = tls_parser::parse_tls_handshake_client_hello(body) else { return Opening::Other };
    let Some(extensions) = hello.ext else { return if rest.is_empty() { Opening::Tls(Hello::default()) } else { Opening::Other } };
    let Ok((left, extensions)) = tls_parser::parse_tls_client_hello_extensions(extensions) else { return Opening::Other };
    if !left.is_empty() {
        return Opening::Other;
    }
    let mut found = Hello::default();
    let mut names = 0;
    for extension in &extensions {
        let TlsExtension::SNI(list) = extension else {
            found.ech |= TlsExtensionType::from(extension) == TlsExtensionType(ECH);
            continue;
        };
        for (kind, name) in list {
            names += 1;
            if *kind == SNIType::HostName {
                found.server_name = Some(name.to_vec());
            }
        }
    }
    // Two names in one hello are two stories: not read (RFC 6066 section 3 allows one of a type).
    if names > 1 { Opening::Other } else { Opening::Tls(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ClientHello as rustls sends it, with its record head.
    fn real(name: &str) -> Vec<u8> {
        let config = rustls::ClientConfig::builder().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
        let name = rustls_pki_types::ServerName::try_from(name.to_owned()).unwrap();
        let mut connection = rustls::ClientConnection::new(std::sync::Arc::new(config), name).unwrap();
        let mut bytes = Vec::new();
        connection.write_tls(&mut bytes).unwrap();
        bytes
    }

    fn named(name: &str) -> Opening {
        Opening::Tls(Hello { server_name: Some(name.as_bytes().to_vec()), ech: false })
    }

    /// The same handshake message cut into records of this many bytes.
    fn refragmented(hello: &[u8], size: usize) -> Vec<u8> {
        hello[5..]
            .chunks(size)
            .flat_map(|part| [&[22, 3, 1][..], &u16::try_from(part.len()).unwrap().to_be_bytes(), part].concat())
            .collect()
    }

    /// A hand-made hello with these extensions.
    fn with_extensions(extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let listed: Vec<u8> = extensions
            .iter()
            .flat_map(|(kind, data)| [&kind.to_be_bytes()[..], &u16::try_from(data.len()).unwrap().to_be_bytes(), data].concat())
            .collect();
        let body =
            [&[3, 3][..], &[7; 32], &[0], &[0, 2, 0x13, 0x01], &[1, 0], &u16::try_from(listed.len()).unwrap().to_be_bytes(), &listed]
                .concat();
        let message = [&[1, 0][..], &u16::try_from(body.len()).unwrap().to_be_bytes(), &body].concat();
        message
            .chunks(16_000)
            .flat_map(|part| [&[22, 3, 1][..], &u16::try_from(part.len()).unwrap().to_be_bytes(), part].concat())
            .collect()
    }

    fn sni(names: &[&str]) -> (u16, Vec<u8>) {
        let list: Vec<u8> =
            names.iter().flat_map(|name| [&[0][..], &u16::try_from(name.len()).unwrap().to_be_bytes(), name.as_bytes()].concat()).collect();
        (0, [&u16::try_from(list.len()).unwrap().to_be_bytes()[..], &list].concat())
    }

    #[test]
    fn a_hello_is_read_over_any_fragmentation() {
        let hello = real("site.example.test");
        assert_eq!(open(&hello), named("site.example.test"));
        for size in [1, 2, 3, 7, 100, 500] {
            assert_eq!(open(&refragmented(&hello, size)), named("site.example.test"), "{size}");
        }
        for end in 0..hello.len() {
            assert_eq!(open(&hello[..end]), Opening::Unfinished, "{end}");
            assert_eq!(wanted_bytes(&hello[..end]), if end < 5 { end + 1 } else { hello.len() }, "{end}");
        }
        let small = refragmented(&hello, 50);
        for end in 0..small.len() {
            let wanted = wanted_bytes(&small[..end]);
            assert!((end + 1..=small.len()).contains(&wanted), "{end}: {wanted}");
            assert!((end..wanted).all(|less| open(&small[..less]) == Opening::Unfinished), "{end}: nothing is learned before {wanted}");
        }
    }

    #[test]
    fn table_of_openings() {
        let ech = (ECH, vec![0; 200]);
        let padding = (21, vec![0; 40_000]);
        for (what, bytes, expected) in [
            ("no name", with_extensions(&[]), Opening::Tls(Hello::default())),
            (
                "ECH or GREASE: the outer name counts",
                with_extensions(&[sni(&["a.test"]), ech]),
                Opening::Tls(Hello { server_name: Some(b"a.test".to_vec()), ech: true }),
            ),
            ("two names", with_extensions(&[sni(&["a.test", "b.test"])]), Opening::Other),
            ("two name extensions", with_extensions(&[sni(&["a.test"]), sni(&["b.test"])]), Opening::Other),
            ("40 KB hello", with_extensions(&[padding, sni(&["a.test"])]), named("a.test")),
            ("HTTP", b"GET / HTTP/1.1\r\n".to_vec(), Opening::Http),
            ("nested CONNECT", b"CONNECT a.test:443 HTTP/1.1\r\n".to_vec(), Opening::Http),
            ("SSH", b"SSH-2.0-x\r\n".to_vec(), Opening::Other),
            ("VNC", b"RFB 003.008\n".to_vec(), Opening::Other),
            ("nothing yet", Vec::new(), Opening::Unfinished),
            ("half a method", b"GE".to_vec(), Opening::Unfinished),
            ("the longest method so far", vec![b'A'; 32], Opening::Unfinished),
            ("the longest method", [vec![b'A'; 32], b" / HTTP/1.1\r\n".to_vec()].concat(), Opening::Http),
            ("longer than any method", vec![b'A'; 33], Opening::Other),
            ("upper-case noise", vec![b'A'; 40], Opening::Other),
            ("application data", vec![23, 3, 3, 0, 1, 0], Opening::Other),
            ("empty record", vec![22, 3, 1, 0, 0], Opening::Other),
            ("server hello", vec![22, 3, 1, 0, 4, 2, 0, 0, 0], Opening::Other),
            ("hello that says 16 MB", vec![22, 3, 1, 0, 5, 1, 255, 255, 255, 0], Opening::Other),
            ("binary", vec![0, 1, 2], Opening::Other),
        ] {
            assert_eq!(open(&bytes), expected, "{what}");
        }
    }
}
