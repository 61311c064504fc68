//! What is read inside an opened tunnel stays there: no body, cookie or password reaches the log, the trace, the metrics or any file,
//! save the fields that policy names: address, host, referer, user agent (rule T8, issue "no decrypted byte").

use crate::h2_support::origin::{Serves, StreamOrigin};
use crate::http2_support::polite::{ask, begin, block_on};
use crate::laboratory_support::Laboratory;
use crate::laboratory_support::certificates::{leaf, root};
use crate::support::answer::with_fields;
use crate::support::secure::{Secure, tunnel};
use crate::support::{Origin, World};
use rustls::{ClientConfig, ServerConfig};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// What must be nowhere.
const SECRETS: [&str; 8] = [
    "canaryrequestbody",
    "canaryform",
    "canarycookie",
    "canaryauthorization",
    "canaryownfield",
    "canaryresponsebody",
    "canarysetcookie",
    "canaryresponsefield",
];
/// What may be in the log, and is: so that the search below is known to find things.
const NAMED: [&str; 3] = ["canarypath", "canaryreferer", "canaryagent"];

/// Every file below a folder, with its bytes.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else if let Ok(bytes) = fs::read(entry.path()) {
            found.push((entry.path().display().to_string(), bytes));
        }
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find(bytes, word.as_bytes()).is_some()
}

fn request(place: &str) -> String {
    let body = "field=canaryform&other=canaryrequestbody";
    format!(
        "POST /canarypath HTTP/1.1\r\nHost: {place}\r\nCookie: session=canarycookie\r\nAuthorization: Bearer canaryauthorization\r\n\
         X-Own: canaryownfield\r\nReferer: https://site.test/canaryreferer\r\nUser-Agent: canaryagent\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn no_decrypted_byte_leaves_the_tunnel_but_the_fields_that_policy_names() {
    let known = root("Lab root");
    let (chain, key) = leaf(&known, &["site.test"], |_| {});
    let origin = Origin::start(Some(crate::laboratory_support::origin(chain, key)), |_| {
        Some(with_fields(200, "Set-Cookie: s=canarysetcookie\r\nX-More: canaryresponsefield\r\n", b"canaryresponsebody"))
    });
    let world = World::new();
    world.write("root.pem", &known.pem());
    let laboratory = Laboratory::start_traced(world, &[origin.port()], "extra_roots = [\"root.pem\"]");
    let place = format!("site.test:{}", origin.port());
    let mut open = Secure::open(laboratory.proxy.proxy, &place, &laboratory.trust).unwrap();
    let answer = open.ask(&request(&place));
    assert!(answer.contains("canaryresponsebody") && answer.contains("canarysetcookie"), "the client gets all of it: {answer}");
    let seen = &origin.seen()[0];
    assert_eq!(seen.field("cookie"), Some("session=canarycookie"), "and so does the origin");
    // A request that breaks the rules is refused with a note: the note must not repeat it.
    let broken = open.ask(&format!("POST / HTTP/1.1\r\nHost: {place}\r\nCookie : canarycookie\r\nX-Own: canaryownfield\r\n\r\n"));
    assert!(broken.starts_with("HTTP/1.1 400"), "{broken}");
    drop(open);
    nothing_is_kept(laboratory);
}

#[test]
fn no_decrypted_byte_of_a_stream_leaves_the_tunnel_either() {
    let known = root("Lab root");
    let (chain, key) = leaf(&known, &["site.test"], |_| {});
    let mut tls = ServerConfig::clone(&crate::laboratory_support::origin(chain, key));
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let origin = StreamOrigin::start(Arc::new(tls), Serves::default());
    let port = origin.address.port();
    let world = World::new();
    world.write("root.pem", &known.pem());
    let laboratory = Laboratory::start_traced(world, &[port], "extra_roots = [\"root.pem\"]");
    let place = format!("site.test:{port}");
    let (status, tcp) = tunnel(laboratory.proxy.proxy, &place, None);
    assert!(status.starts_with("HTTP/1.1 200"), "{status}");
    let mut offers = ClientConfig::clone(&laboratory.trust);
    offers.alpn_protocols = vec![b"h2".to_vec()];
    block_on(async {
        tcp.set_nonblocking(true).unwrap();
        let tcp = tokio::net::TcpStream::from_std(tcp).unwrap();
        let send = begin(TlsConnector::from(Arc::new(offers)).connect("site.test".try_into().unwrap(), tcp).await.unwrap()).await;
        let request = |path: &str| {
            let request = http::Request::post(format!("https://{place}{path}?canarypath"));
            let request = request.header("cookie", "session=canarycookie").header("authorization", "Bearer canaryauthorization");
            let request = request.header("x-own", "canaryownfield").header("referer", "https://site.test/canaryreferer");
            request.header("user-agent", "canaryagent").body(()).unwrap()
        };
        let body = b"field=canaryform&other=canaryrequestbody&answer=canaryresponsebody";
        let answer = ask(&send, request("/echo"), Some(body)).await.unwrap();
        assert_eq!(answer.body, body, "the client gets all of it");
        let mut broken = request("/echo");
        broken.headers_mut().insert("te", "canaryownfield".parse().unwrap());
        assert!(ask(&send, broken, Some(body)).await.is_err(), "a request that breaks the rules is refused");
    });
    assert_eq!(origin.heard()[0].headers["cookie"], "session=canarycookie", "and so does the origin");
    nothing_is_kept(laboratory);
}

/// Looks for the secrets in everything that is left.
fn nothing_is_kept(laboratory: Laboratory) {
    let console = laboratory.proxy.console;
    let metrics = crate::support::client::get_direct(console, "/metrics").text();
    assert!(metrics.contains("lifeguard_"), "{metrics}");
    let limits = fs::read_to_string(format!("/proc/{}/limits", laboratory.proxy.id())).unwrap_or_default();
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    assert!(core.is_none_or(|line| line.split_whitespace().filter(|word| *word == "0").count() == 2), "{core:?}");
    let errors = laboratory.proxy.errors();
    assert!(errors.contains("TRACE") || errors.contains("DEBUG"), "the trace is on: {errors}");
    let world = laboratory.stop();

    let mut all = vec![("metrics".to_owned(), metrics.into_bytes()), ("logs search".to_owned(), world.log().into_bytes())];
    for word in NAMED {
        assert!(holds(&all[1].1, word), "{word} is a field that policy names");
    }
    files(world.folder.path(), &mut all);
    assert!(all.iter().any(|(name, bytes)| name.contains("/log/") && holds(bytes, NAMED[0])), "the log's own files are searched too");
    for (name, bytes) in &all {
        for word in SECRETS {
            assert!(!holds(bytes, word), "{word} stands in {name}");
        }
    }
}
