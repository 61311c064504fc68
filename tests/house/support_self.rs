//! The small internet of the tests does what the tests believe of it.

use crate::support::answer::pattern;
use crate::support::client::{Reply, exchange, get_direct};
use crate::support::websocket::accept_key;
use crate::support::{Authority, NameServer, Origin};
use std::net::UdpSocket;

#[test]
fn the_origin_serves_its_paths_and_keeps_what_it_saw() {
    let origin = Origin::plain();
    assert_eq!(get_direct(origin.address, "/bytes/3000").body, pattern(3000));
    assert_eq!(get_direct(origin.address, "/chunked/3000").body, pattern(3000));
    assert_eq!(get_direct(origin.address, "/early-hints").text(), "after a hint\n");
    assert_eq!(get_direct(origin.address, "/slow").text(), "0123456789");
    assert_eq!(get_direct(origin.address, "/status/418").status, 418);
    assert_eq!(get_direct(origin.address, "/nothing").status, 404);
    assert_eq!(origin.targets(), ["/bytes/3000", "/chunked/3000", "/early-hints", "/slow", "/status/418", "/nothing"]);
    assert_eq!(origin.connections(), 6);
    assert!(origin.faults().is_empty());
    let _stopped = origin;
}

#[test]
fn the_origin_reads_bodies_and_trailers() {
    let origin = Origin::plain();
    let sent = b"POST /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n2;x\r\n56\r\n0\r\nX-T: v\r\n\r\n\
                 POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    let answer = exchange(origin.address, sent);
    assert_eq!(Reply::read(&answer).text(), "four56");
    assert!(answer.ends_with(b"\r\n\r\nabc"));
    assert_eq!(origin.seen()[0].trailers, [(String::from("X-T"), String::from("v"))]);
}

#[test]
fn the_origin_finds_what_must_not_leave_a_proxy() {
    let table: &[(&[u8], &str)] = &[
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "2 Host fields"),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "0 Host fields"),
        (b"GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "origin form"),
        (b"GET / HTTP/1.0\r\nHost: a\r\nConnection: close\r\n\r\n", "version"),
        (b"GET / HTTP/1.1\r\nHost: a\nX: y\r\nConnection: close\r\n\r\n", "bare LF"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\nConnection: close\r\n\r\n", "field line"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nProxy-Authorization: x\r\nConnection: close\r\n\r\n", "has left"),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            "more than one length",
        ),
    ];
    for (bytes, expected) in table {
        let origin = Origin::plain();
        exchange(origin.address, bytes);
        assert!(origin.faults().iter().any(|fault| fault.contains(expected)), "{expected}: {:?}", origin.faults());
    }
}

#[test]
fn the_websocket_key_is_answered_as_in_the_standard() {
    assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

#[test]
fn every_name_leads_to_one_address_and_some_to_none() {
    let names = NameServer::start([127, 0, 0, 9].into());
    let ask = |name: &str, kind: u8| {
        let labels: Vec<u8> =
            name.split('.').flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat()).collect();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(&[&[7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], &labels[..], &[0, 0, kind, 0, 1]].concat(), names.address).unwrap();
        let mut packet = [0; 512];
        let length = socket.recv(&mut packet).unwrap();
        (packet[3] & 15, packet[7], packet[length - 4..length].to_vec())
    };
    assert_eq!(ask("www.Site.test", 1), (0, 1, vec![127, 0, 0, 9]));
    assert_eq!(ask("to-192-0-2-7.test", 1), (0, 1, vec![192, 0, 2, 7]));
    assert_eq!(&ask("www.site.test", 28).1, &0);
    assert_eq!(ask("a.nowhere.test", 1).0, 3);
    assert_eq!(names.asked()[0], "www.site.test");
}

#[test]
fn an_origin_over_tls_is_trusted_by_who_trusts_its_authority() {
    use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
    use std::io::{Read, Write};
    let authority = Authority::new();
    let origin = Origin::start(Some(authority.server(&["site.test"])), |_| None);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let mut connection = rustls::ClientConnection::new(config.into(), ServerName::try_from("site.test").unwrap()).unwrap();
    let mut socket = std::net::TcpStream::connect(origin.address).unwrap();
    let mut stream = rustls::Stream::new(&mut connection, &mut socket);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _closed = stream.read_to_end(&mut answer);
    assert!(Reply::read(&answer).text().contains("hello"));
    assert!(origin.seen()[0].tls);
}

#[test]
fn what_the_browser_needs_may_be_missing_where_nobody_could_bring_it_and_nowhere_else() {
    for (said, needed) in [(None, false), (Some(""), false), (Some("0"), false), (Some("1"), true)] {
        assert_eq!(crate::support::needed::is_needed(said), needed, "{said:?}");
    }
}
