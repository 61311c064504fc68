//! People who are known by a certificate that their device shows to a listener over TLS, made by a real openssl, shown by curl and by
//! HTTP/2 (standards V12).

use crate::sign_in_support::openssl::{self, OpenSsl};
use crate::sign_in_support::{add, records};
use crate::support::World;
use crate::support::client::get_direct;
use crate::support::proxy::{Lifeguard, wait_until};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, RootCertStore};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

const PURPOSE: &str = "extendedKeyUsage = clientAuth\n";
const UPN: &str = "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:";

fn here() -> bool {
    openssl::here(&["openssl", "curl"])
}

fn mail(addresses: &[&str]) -> String {
    let all: Vec<_> = addresses.iter().map(|address| format!("email:{address}")).collect();
    format!("{PURPOSE}subjectAltName = {}", all.join(","))
}

/// A school's authority for people, and the one that vouches for the proxy; a world in which the listener is asked as `more` says.
fn world(more: &str, make: impl Fn(&OpenSsl)) -> (World, Lifeguard, OpenSsl) {
    let mut world = crate::sign_in_support::world("");
    let people = OpenSsl::new(&world.folder.path().join("school"), "Authority of the school");
    let servers = OpenSsl::new(&world.folder.path().join("servers"), "Authority of servers");
    servers.certificate("door", ("/CN=proxy", "subjectAltName = DNS:localhost"), "5");
    make(&people);
    let listener = format!(
        "\n[[proxy.listener]]\naddress = [\"127.0.0.1:0\"]\ncertificate = \"servers/door.pem\"\nkey = \"servers/door.key\"\n\
         client_roots = [\"school/ca.pem\"]\n{more}\n"
    );
    world.more = world.more.replace("\n[telemetry]", &format!("{listener}[telemetry]")).replace("trace", "info");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    add(&world, "lee@school.test", "staff", "lees secret");
    add(&world, "kim@school.test", "children", "kims secret");
    let proxy = Lifeguard::start(&config);
    (world, proxy, people)
}

/// What curl gets through the door with this certificate; `None`: it gets nowhere.
fn curl(world: &World, proxy: &Lifeguard, certificate: Option<&Path>, more: &[&str]) -> Option<u16> {
    let mut curl = Command::new("curl");
    curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20", "--noproxy", ""]);
    curl.args(["--proxy", &format!("https://localhost:{}", proxy.door().port()), "--proxy-cacert"]);
    curl.arg(world.folder.path().join("servers/ca.pem"));
    if let Some(pem) = certificate {
        curl.arg("--proxy-cert").arg(pem).arg("--proxy-key").arg(pem.with_extension("key"));
    }
    let output = curl.args(more).arg(world.address("blocked.test", "/bytes/10")).stdin(Stdio::null()).output().unwrap();
    let status: u16 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or_default();
    (output.status.success() && status != 0).then_some(status)
}

fn events(world: &World) -> Vec<String> {
    let output = world.command(&["logs", "search", "--kind", "event", "--json"]).stdout;
    let text = String::from_utf8_lossy(&output).into_owned();
    text.lines().filter(|line| line.contains("client-certificate-refused")).map(ToOwned::to_owned).collect()
}

/// How many were refused, as the metrics say.
fn refused(proxy: &Lifeguard) -> u64 {
    let text = get_direct(proxy.console, "/metrics").text();
    let line = text.lines().find(|line| line.starts_with("lifeguard_client_certificates_refused_total")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_certificate_says_who_it_is_and_the_account_or_the_listener_says_the_group() {
    if !here() {
        return;
    }
    let (world, proxy, school) = world("client_certificate = \"wanted\"\nclient_group = \"children\"", |school| {
        for (name, addresses) in [
            ("lee", &["Lee@School.test"][..]),
            ("kim", &["kim@school.test"]),
            ("guest", &["zoe@school.test"]),
            ("two", &["lee@school.test", "kim@school.test"]),
        ] {
            school.certificate(name, ("/O=School/CN=somebody", &mail(addresses)), "5");
        }
        school.certificate("nobody", ("/O=School/CN=lee@school.test", PURPOSE), "5");
    });
    let with = |name: &str, more: &[&str]| curl(&world, &proxy, Some(&school.path(&format!("{name}.pem"))), more);
    assert_eq!(with("lee", &[]), Some(200), "a teacher by their account, whom nobody asks for a password");
    assert_eq!(with("kim", &[]), Some(403));
    assert_eq!(with("guest", &[]), Some(403), "without an account: the group of the listener");
    assert_eq!(with("lee", &["-p"]), Some(200), "what comes out of a tunnel is theirs as well");
    assert_eq!(
        with("kim", &["--proxy-user", "lee@school.test:lees secret"]),
        Some(200),
        "a password counts before the device's certificate"
    );
    assert_eq!(curl(&world, &proxy, None, &[]), Some(407), "wanted, not needed: whoever has none is asked as elsewhere");
    assert_eq!(with("two", &[]), Some(407), "two names are none");
    assert_eq!(with("nobody", &[]), Some(407), "the common name is not what the settings want");
    let said: Vec<_> = records(&world, &[])
        .iter()
        .map(|r| format!("{} {} {}", r["user"].as_str().unwrap_or("-"), r["group"].as_str().unwrap(), r["identity"].as_str().unwrap()))
        .collect();
    let lee = "lee@school.test staff certificate";
    assert_eq!(
        said,
        [
            lee,
            "kim@school.test children certificate",
            "zoe@school.test children certificate",
            lee,
            lee,
            "lee@school.test staff account",
            "- everyone unknown",
            "- everyone unknown",
            "- everyone unknown"
        ]
    );
    assert!(crate::sign_in_support::command_with(&world, &["user", "disable", "lee@school.test"], "").status.success());
    wait_until("the change is taken over", || proxy.errors().contains("accounts: lee@school.test disabled"));
    assert_eq!(with("lee", &[]), Some(407), "the account is closed, so its certificate gives nothing");
}

#[test]
fn the_name_is_what_the_settings_say() {
    if !here() {
        return;
    }
    for (from, extensions) in [("upn", format!("{PURPOSE}subjectAltName = {UPN}Lee@School.test")), ("common-name", PURPOSE.to_owned())] {
        let more = format!("client_certificate = \"needed\"\nclient_name = \"{from}\"");
        let subject = if from == "upn" { "/CN=kim@school.test" } else { "/O=School/CN=Lee@School.test" };
        let (world, proxy, school) = world(&more, |school| school.certificate("lee", (subject, &extensions), "5"));
        assert_eq!(curl(&world, &proxy, Some(&school.path("lee.pem")), &[]), Some(200), "{from}");
        assert_eq!(records(&world, &["--user", "lee@school.test"]).len(), 1, "{from}");
    }
}

#[test]
fn a_certificate_that_is_not_good_gets_nowhere_is_counted_and_told() {
    if !here() {
        return;
    }
    let (world, proxy, school) = world("client_certificate = \"needed\"\nclient_revocation = [\"school/crl.pem\"]", |school| {
        school.certificate("lee", ("/CN=lee", &mail(&["lee@school.test"])), "5");
        school.certificate("old", ("/CN=old", &mail(&["lee@school.test"])), "-1");
        school.certificate("lost", ("/CN=lost", &mail(&["lee@school.test"])), "5");
        school.certificate("server", ("/CN=server", &mail(&["lee@school.test"]).replace("clientAuth", "serverAuth")), "5");
        school.revoke(&["lost"]);
    });
    let stranger = OpenSsl::new(&world.folder.path().join("stranger"), "Authority of the school");
    stranger.certificate("lee", ("/CN=lee", &mail(&["lee@school.test"])), "5");
    assert_eq!(curl(&world, &proxy, Some(&school.path("lee.pem")), &[]), Some(200));
    let bad = [
        None,
        Some(school.path("old.pem")),
        Some(school.path("lost.pem")),
        Some(school.path("server.pem")),
        Some(stranger.path("lee.pem")),
    ];
    for (index, certificate) in bad.iter().enumerate() {
        assert_eq!(curl(&world, &proxy, certificate.as_deref(), &[]), None, "{certificate:?}");
        wait_until("it is counted", || refused(&proxy) == index as u64 + 1);
    }
    assert_eq!(records(&world, &[]).len(), 1, "no request was ever read");
    wait_until("the log is told once a minute", || events(&world).len() == 1);
    assert!(events(&world)[0].contains("127.0.0.1"), "{:?}", events(&world));

    // One that is lost while it is in use: the list is read anew at a reload, and no session lives on.
    let known = client(&world, &school.path("lee.pem"), &[]);
    for _ in 0..3 {
        assert_eq!(shake(&proxy, &known).unwrap(), HandshakeKind::Full, "a session that resumes would not be looked at again");
    }
    school.revoke(&["lee"]);
    proxy.signal(1);
    wait_until("it is read", || proxy.errors().contains("reloaded: generation 2"));
    assert_eq!(curl(&world, &proxy, Some(&school.path("lee.pem")), &[]), None);
    assert!(shake(&proxy, &known).is_err());
}

/// A client with a certificate.
fn client(world: &World, pem: &Path, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(world.folder.path().join("servers/ca.pem")).unwrap()).unwrap();
    let key = PrivateKeyDer::from_pem_file(pem.with_extension("key")).unwrap();
    let builder = ClientConfig::builder().with_root_certificates(roots);
    let mut config = builder.with_client_auth_cert(vec![CertificateDer::from_pem_file(pem).unwrap()], key).unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// A handshake, and a word after it: in TLS 1.3 a client learns only then that it was refused.
fn shake(proxy: &Lifeguard, config: &Arc<ClientConfig>) -> std::io::Result<HandshakeKind> {
    let mut stream = TcpStream::connect(proxy.door())?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut tls = ClientConnection::new(Arc::clone(config), name).map_err(std::io::Error::other)?;
    let mut both = rustls::Stream::new(&mut tls, &mut stream);
    both.write_all(b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut part = [0; 12];
    both.read_exact(&mut part)?;
    Ok(tls.handshake_kind().unwrap())
}

#[test]
fn each_stream_of_http2_is_the_persons_of_the_certificate() {
    if !here() {
        return;
    }
    let (world, proxy, school) = world("client_certificate = \"needed\"", |school| {
        school.certificate("lee", ("/CN=lee", &mail(&["lee@school.test"])), "5");
    });
    let config = client(&world, &school.path("lee.pem"), &["h2"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let tcp = tokio::net::TcpStream::connect(proxy.door()).await.unwrap();
        let connector = tokio_rustls::TlsConnector::from(config);
        let tls = connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
        assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (mut send, connection) = h2::client::handshake(tls).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        for _ in 0..3 {
            let request = http::Request::builder().uri(world.address("blocked.test", "/bytes/10")).body(()).unwrap();
            let mut ready = send.ready().await.unwrap();
            let answer = ready.send_request(request, true).unwrap().0.await.unwrap();
            assert_eq!(answer.status(), 200);
            send = ready;
        }
    });
    let all = records(&world, &["--user", "lee@school.test"]);
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|record| record["identity"] == "certificate" && record["group"] == "staff"), "{all:?}");
}

#[test]
fn settings_of_client_certificates_that_cannot_be_meant_are_refused_with_their_line() {
    if !here() {
        return;
    }
    let world = crate::sign_in_support::world("");
    let school = OpenSsl::new(&world.folder.path().join("school"), "Authority of the school");
    school.certificate("door", ("/CN=proxy", "subjectAltName = DNS:localhost"), "5");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.write("empty.pem", "nothing\n");
    let tls = "certificate = \"school/door.pem\"\nkey = \"school/door.key\"\n";
    let check = |more: &str| {
        let listener = format!("\n[[proxy.listener]]\naddress = [\"127.0.0.1:0\"]\n{more}\n[telemetry]");
        world.write("lifeguard.toml", &world.config().replace("\n[telemetry]", &listener));
        let output = world.command(&["check"]);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let good = "client_roots = [\"school/ca.pem\"]\nclient_certificate = \"wanted\"\n";
    assert!(check(&format!("{tls}{good}")).0, "{}", check(&format!("{tls}{good}")).1);
    for (more, said) in [
        (good.to_owned(), "'certificate' is missing"),
        (format!("{tls}client_certificate = \"needed\"\n"), "'client_roots' is missing"),
        (format!("{tls}client_roots = [\"school/ca.pem\"]\n"), "'client_certificate' is missing"),
        (format!("{tls}{}", good.replace("school/ca.pem", "empty.pem")), "no certificate can be read"),
        (format!("{tls}{}", good.replace("wanted", "maybe")), "wanted, needed"),
        (format!("{tls}{good}client_revocation = [\"empty.pem\"]\n"), "no revocation list can be read"),
        (format!("{tls}{good}client_group = \"pupil\"\n"), "there is no group 'pupil'"),
        (format!("{tls}{good}client_name = \"serial\"\n"), "email, upn, common-name"),
    ] {
        let (fine, text) = check(&more);
        assert!(!fine && text.contains(said), "{more}\n{text}");
    }
}
