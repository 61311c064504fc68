//! What an origin sees of whoever comes: the first ClientHello, taken apart.

use std::io::Read;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tls_parser::{TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_extensions, parse_tls_plaintext};

/// What a ClientHello offers.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    pub versions: Vec<u16>,
    pub suites: Vec<u16>,
    pub groups: Vec<u16>,
    pub signatures: Vec<u16>,
    pub alpn: Vec<String>,
    pub extensions: Vec<u16>,
}

/// GREASE values stand for nothing (RFC 8701).
fn means_something(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    !(high == low && low & 0x0f == 0x0a)
}

/// Listens, and gives what the first visitor offers.
pub fn listen() -> (u16, Receiver<Offer>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (say, heard) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _set = stream.set_read_timeout(Some(Duration::from_secs(20)));
            let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
            while let Ok(read @ 1..) = stream.read(&mut part) {
                bytes.extend_from_slice(&part[..read]);
                if let Some(offer) = read_offer(&bytes) {
                    let _heard = say.send(offer);
                    break;
                }
            }
        }
    });
    (port, heard)
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the library's enum; most extensions are told by number alone")]
fn read_offer(bytes: &[u8]) -> Option<Offer> {
    let (_, record) = parse_tls_plaintext(bytes).ok()?;
    let Some(TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello))) = record.msg.first() else { return None };
    let mut offer =
        Offer { suites: hello.ciphers.iter().map(|suite| suite.0).filter(|value| means_something(*value)).collect(), ..Offer::default() };
    let (_, extensions) = parse_tls_extensions(hello.ext?).ok()?;
    for extension in &extensions {
        let kind = u16::from(tls_parser::TlsExtensionType::from(extension));
        offer.extensions.extend(Some(kind).filter(|value| means_something(*value)));
        match extension {
            TlsExtension::SupportedVersions(versions) => offer.versions = versions.iter().map(|version| version.0).collect(),
            TlsExtension::EllipticCurves(groups) => offer.groups = groups.iter().map(|group| group.0).collect(),
            TlsExtension::SignatureAlgorithms(schemes) => offer.signatures.clone_from(schemes),
            TlsExtension::ALPN(names) => offer.alpn = names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect(),
            _ => {}
        }
    }
    for values in [&mut offer.versions, &mut offer.groups, &mut offer.signatures] {
        values.retain(|value| means_something(*value));
    }
    Some(offer)
}
