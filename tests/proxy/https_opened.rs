//! HTTPS that policy opens, from outside: what is seen, what stays sealed, what either side is shown.

use crate::support::secure::{Secure, trusting, tunnel};
use crate::support::{Authority, Lifeguard, Origin, World};
use rustls::ServerConfig;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

/// The outer internet's authority, an origin it vouches for, and a proxy with an authority of its own.
struct Scene {
    world: World,
    outer: Authority,
}

impl Scene {
    fn new(names: &[&str]) -> Self {
        let outer = Authority::new();
        let origin = outer.server(names);
        Self::with(outer, origin)
    }

    fn with(outer: Authority, origin: Arc<ServerConfig>) -> Self {
        let mut world = World::with(Origin::start(Some(origin), |_| None));
        world.write("outer.pem", &outer.pem());
        world.more = "https = \"full\"\n".to_owned();
        Self { world, outer }
    }

    /// The group's words, then other tables.
    fn settings(mut self, group: &str, tables: &str) -> Self {
        self.world.more = format!("{group}\n{tables}\n");
        self
    }

    /// Makes the authority and starts.
    fn start(&self) -> (Lifeguard, String) {
        let config = self.world.config().replace("connect_ports", "extra_roots = [\"outer.pem\"]\nconnect_ports");
        self.world.write("lifeguard.toml", &config);
        self.world.write("statutory.txt", "listed.test/page\n");
        self.world.write("blocked.txt", "blocked.test\n");
        let made = self.world.command(&["ca", "init", "--name", "Club authority"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let proxy = Lifeguard::start(&self.world.folder.path().join("lifeguard.toml"));
        (proxy, fs::read_to_string(self.world.folder.path().join("var/authority/authority.pem")).unwrap())
    }

    fn place(&self, host: &str) -> String {
        format!("{host}:{}", self.world.origin.port())
    }
}

fn issuer(certificate: &CertificateDer<'_>) -> String {
    x509_parser::parse_x509_certificate(certificate).unwrap().1.issuer().to_string()
}

const OURS: &str = "CN=Club authority";

#[test]
fn a_listed_page_is_blocked_inside_https_and_its_neighbours_are_open() {
    let scene = Scene::new(&["listed.test", "site.test"]).settings("https = \"selective\"", "");
    let (proxy, ours) = scene.start();
    let both = trusting(&[&ours, &scene.outer.pem()]);
    let place = scene.place("listed.test");
    let mut open = Secure::open(proxy.proxy, &place, &both).unwrap();
    assert_eq!(issuer(&open.certificate()), OURS);
    let blocked = open.get(&place, "/page");
    assert!(blocked.starts_with("HTTP/1.1 403") || blocked.starts_with("HTTP/1.1 451"), "{blocked}");
    assert!(blocked.contains("<html"), "a page for a person");
    let neighbour = open.get(&place, "/other");
    assert!(neighbour.contains("nothing here"), "{neighbour}");
    assert_eq!(scene.world.origin.targets(), ["/other"], "the listed page never left");

    let mut sealed = Secure::open(proxy.proxy, &scene.place("site.test"), &both).unwrap();
    assert_ne!(issuer(&sealed.certificate()), OURS, "a host without listed pages stays sealed");
    assert!(sealed.get("site.test", "/x").contains("nothing here"));
    drop((open, sealed));
    assert!(proxy.stop().success());

    let log = scene.world.log();
    let rows: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = |method: &str, host: &str, target: &str| {
        let fits =
            |row: &&serde_json::Value| row["method"] == method && row["host"] == host && (target.is_empty() || row["target"] == target);
        rows.iter().find(fits).unwrap_or_else(|| panic!("{method} {host} {target} in {log}"))
    };
    assert_eq!(row("CONNECT", "listed.test", "")["tls"], "opened");
    assert_eq!(row("CONNECT", "listed.test", "")["coverage_gap"], false, "the pages are seen");
    let page = rows.iter().find(|row| row["method"] == "GET" && row["reason"] == "statutory").expect("the listed page is recorded");
    assert_eq!(page["tls"], "inside");
    assert_eq!(page["target"], "[statutory: redacted]", "and not shown");
    let other = row("GET", "listed.test", "/other");
    assert_eq!(other["url"], format!("https://{place}/other"));
    assert_eq!(other["parent"], row("CONNECT", "listed.test", "")["id"], "the record names the tunnel it came through");
    assert_eq!(row("CONNECT", "site.test", "")["tls"], "tunnel");
    assert!(!rows.iter().any(|row| row["host"] == "site.test" && row["method"] == "GET"), "nothing of a sealed tunnel is recorded");
}

#[test]
fn a_tunnel_takes_no_place_from_what_comes_out_of_it() {
    let shares = "[proxy.fair_shares]\nrequests_at_once = 1\nwait = \"1s\"\n";
    let scene = Scene::new(&["site.test"]).settings("https = \"full\"", shares);
    let (proxy, ours) = scene.start();
    let place = scene.place("site.test");
    let mut open = Secure::open(proxy.proxy, &place, &trusting(&[&ours])).unwrap();
    let page = open.get(&place, "/id/1");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    drop(open);

    let mut world = World::new();
    world.tunnel_ports.push(world.origin.port());
    world.more = shares.to_owned();
    let proxy = world.start();
    let place = format!("site.test:{}", world.origin.port());
    let (status, mut plain) = tunnel(proxy.proxy, &place, None);
    assert!(status.contains(" 200"), "{status}");
    write!(plain, "GET /id/1 HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    plain.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
}

#[test]
fn sealed_hosts_and_categories_are_not_opened_even_in_full_mode() {
    let tables = "[https]\nsealed = [\"bank.test\"]\nsealed_categories = [\"testing\"]\n";
    let scene = Scene::new(&["www.bank.test", "blocked.test", "site.test"]).settings("https = \"full\"", tables);
    let (proxy, ours) = scene.start();
    let both = trusting(&[&ours, &scene.outer.pem()]);
    let bank = Secure::open(proxy.proxy, &scene.place("www.bank.test"), &both).unwrap();
    assert_ne!(issuer(&bank.certificate()), OURS);
    let site = Secure::open(proxy.proxy, &scene.place("site.test"), &both).unwrap();
    assert_eq!(issuer(&site.certificate()), OURS);
    let refused = Secure::open(proxy.proxy, &scene.place("blocked.test"), &both).err().unwrap();
    assert!(refused.to_string().contains("403"), "a blocked host of a sealed category gets its refusal outside: {refused}");
}

#[test]
fn a_blocked_host_gets_its_page_inside_https_and_is_never_dialled() {
    let scene = Scene::new(&["site.test"]);
    let (proxy, ours) = scene.start();
    let mut page = Secure::open(proxy.proxy, &scene.place("blocked.test"), &trusting(&[&ours])).unwrap();
    let answer = page.get("blocked.test", "/any");
    assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("<html"), "{answer}");
    assert_eq!(scene.world.origin.connections(), 0);
    let (status, mut plain) = tunnel(proxy.proxy, &scene.place("blocked.test"), None);
    assert!(status.contains("200"));
    std::io::Write::write_all(&mut plain, b"SSH-2.0-x\r\n").unwrap();
    let mut rest = Vec::new();
    let _ended = std::io::Read::read_to_end(&mut plain, &mut rest);
    assert!(rest.is_empty(), "what is not TLS ends there");
    assert_eq!(scene.world.origin.connections(), 0);
}

#[test]
fn a_request_inside_that_names_another_host_is_misdirected() {
    let scene = Scene::new(&["site.test"]);
    let (proxy, ours) = scene.start();
    let mut open = Secure::open(proxy.proxy, &scene.place("site.test"), &trusting(&[&ours])).unwrap();
    let answer = open.get("blocked.test", "/");
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
    assert!(scene.world.origin.targets().is_empty());
}

#[test]
fn a_host_without_a_port_inside_means_the_port_of_the_tunnel_and_another_port_is_misdirected() {
    let scene = Scene::new(&["site.test"]);
    let (proxy, ours) = scene.start();
    let mut open = Secure::open(proxy.proxy, &scene.place("site.test"), &trusting(&[&ours])).unwrap();
    assert!(open.get("site.test", "/without").contains("nothing here"));
    assert!(open.get("site.test:444", "/other").starts_with("HTTP/1.1 421"));
    assert_eq!(scene.world.origin.targets(), ["/without"]);
}

#[test]
fn selective_opens_where_people_search_and_not_their_mail() {
    let scene = Scene::new(&["www.google.com", "mail.google.com"]).settings("https = \"selective\"", "");
    let (proxy, ours) = scene.start();
    let both = trusting(&[&ours, &scene.outer.pem()]);
    let shown = |host: &str| issuer(&Secure::open(proxy.proxy, &scene.place(host), &both).unwrap().certificate());
    assert_eq!(shown("www.google.com"), OURS);
    assert_ne!(shown("mail.google.com"), OURS);
}

#[test]
fn our_certificate_says_what_the_origins_says_and_holds_a_key_of_its_own() {
    let scene = Scene::new(&["*.site.test", "site.test", "127.0.0.1"]);
    let (proxy, ours) = scene.start();
    let open = Secure::open(proxy.proxy, &scene.place("www.site.test"), &trusting(&[&ours])).unwrap();
    let certificate = open.certificate();
    let (_, leaf) = x509_parser::parse_x509_certificate(&certificate).unwrap();
    let names: Vec<String> =
        leaf.subject_alternative_name().unwrap().unwrap().value.general_names.iter().map(ToString::to_string).collect();
    for name in ["www.site.test", "*.site.test", "site.test"] {
        assert!(names.iter().any(|known| known.contains(name)), "{name} in {names:?}");
    }
    let authority = CertificateDer::from_pem_slice(ours.as_bytes()).unwrap();
    let (_, authority) = x509_parser::parse_x509_certificate(&authority).unwrap();
    assert_ne!(leaf.public_key().raw, authority.public_key().raw, "the leaf's key is not the authority's (rule T4)");
    assert!(leaf.raw_serial().len() >= 8 && leaf.raw_serial() != authority.raw_serial());
    let days = (leaf.validity().not_after.timestamp() - leaf.validity().not_before.timestamp()) / 86_400;
    assert!(days <= 199, "{days} days");
    assert_eq!(authority.basic_constraints().unwrap().unwrap().value.path_len_constraint, Some(0));
    let usage = leaf.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.server_auth && !usage.client_auth && !usage.any);
}

#[test]
fn an_origin_that_cannot_prove_itself_gives_a_page_that_says_so() {
    let stranger = Authority::new();
    let foreign = stranger.server(&["site.test"]);
    let scene = Scene::with(Authority::new(), foreign);
    let (proxy, ours) = scene.start();
    let mut open = Secure::open(proxy.proxy, &scene.place("site.test"), &trusting(&[&ours])).unwrap();
    let answer = open.get(&scene.place("site.test"), "/secret");
    assert!(answer.starts_with("HTTP/1.1 502") && answer.contains("<html"), "{answer}");
    assert!(!answer.to_lowercase().contains("continue anyway"), "there is no way to click through (rule T3)");
    assert!(scene.world.origin.targets().is_empty());
    drop(open);
    assert!(proxy.stop().success());
    assert!(scene.world.log().contains("origin-untrusted"), "{}", scene.world.log());
}

/// An origin that will not talk without a client's certificate.
fn choosy(authority: &Authority) -> Arc<ServerConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let plain = authority.identity(&["site.test"]);
    let (certificate, key) = (plain.0, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(plain.1)));
    Arc::new(ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(vec![certificate], key).unwrap())
}

#[test]
fn an_origin_that_asks_for_a_clients_certificate_is_reached_unopened() {
    let outer = Authority::new();
    let config = choosy(&outer);
    let scene = Scene::with(outer, config);
    let (proxy, ours) = scene.start();
    let both = trusting(&[&ours, &scene.outer.pem()]);
    let open = Secure::open(proxy.proxy, &scene.place("site.test"), &both);
    // Under TLS 1.3 the origin says no after our side is done: what counts is whose certificate was shown.
    let shown = open.map(|open| issuer(&open.certificate())).unwrap_or_default();
    assert_ne!(shown, OURS);
    assert!(proxy.stop().success());
    assert!(scene.world.log().contains("asks for a certificate that only the client has"), "{}", scene.world.log());
}

/// Shakes hands with a client that trusts the outer internet alone, and says so with an alert.
fn refuses(scene: &Scene, proxy: &Lifeguard, host: &str, times: usize) {
    let outer_only = trusting(&[&scene.outer.pem()]);
    for attempt in 0..times {
        assert!(Secure::open(proxy.proxy, &scene.place(host), &outer_only).is_err(), "{host}, attempt {attempt}");
    }
    // One more, in the shape of ours: the refusals before it have been counted by then.
    let _asked = crate::support::client::get_direct(proxy.console, "/metrics");
}

/// Whose certificate a client is shown that trusts both sides.
fn shown(scene: &Scene, proxy: &Lifeguard, ours: &str, host: &str) -> String {
    let both = trusting(&[ours, &scene.outer.pem()]);
    let mut open = Secure::open(proxy.proxy, &scene.place(host), &both).unwrap();
    assert!(open.get(&scene.place(host), "/shown").contains("nothing here"));
    issuer(&open.certificate())
}

fn metric(proxy: &Lifeguard, name: &str) -> u64 {
    let text = crate::support::client::get_direct(proxy.console, "/metrics").text();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("lifeguard_{name} ")).map(str::to_owned));
    line.unwrap_or_else(|| panic!("{name}\n{text}")).parse().unwrap()
}

/// Three groups of hosts: any, one that the lists know, one with statutory pages.
const PINNED: [&str; 4] = ["site.test", "other.test", "named.test", "listed.test"];

#[test]
fn a_client_that_says_again_and_again_that_it_does_not_trust_us_passes_unopened_and_the_operator_is_told() {
    let scene = Scene::new(&PINNED).settings("https = \"full\"\nopen_hosts = [\"named.test\"]", "[https]\npass_after_refusals = 2\n");
    let (proxy, ours) = scene.start();
    refuses(&scene, &proxy, "site.test", 3);
    assert_eq!(shown(&scene, &proxy, &ours, "site.test"), OURS, "no client of ours yet: it has never taken our authority");
    assert_eq!(shown(&scene, &proxy, &ours, "other.test"), OURS);
    for host in ["site.test", "named.test", "listed.test"] {
        // A third time it might be through already.
        refuses(&scene, &proxy, host, if host == "site.test" { 2 } else { 3 });
    }
    let outer_only = trusting(&[&scene.outer.pem()]);
    crate::support::proxy::wait_until("the refusals are counted", || {
        Secure::open(proxy.proxy, &scene.place("site.test"), &outer_only).is_ok()
    });
    for host in ["other.test", "named.test", "listed.test"] {
        assert_eq!(shown(&scene, &proxy, &ours, host), OURS, "{host} is still opened");
    }
    assert!(metric(&proxy, "passed_unopened_total") >= 1);
    let errors = proxy.errors();
    assert_eq!(errors.matches("this host is no longer opened for it").count(), 1, "{errors}");
    assert!(errors.contains("site.test"), "{errors}");
}

#[test]
fn a_client_that_only_goes_away_is_opened_for_ever() {
    let scene = Scene::new(&["site.test", "other.test"]).settings("https = \"full\"", "[https]\npass_after_refusals = 1\n");
    let (proxy, ours) = scene.start();
    assert_eq!(shown(&scene, &proxy, &ours, "other.test"), OURS);
    for _ in 0..4 {
        let (_, mut stream) = tunnel(proxy.proxy, &scene.place("site.test"), None);
        let config = trusting(&[&ours]);
        let mut client = rustls::ClientConnection::new(config, "site.test".try_into().unwrap()).unwrap();
        client.write_tls(&mut stream).unwrap();
        // The certificate is on its way: the client has seen it, and is gone.
        let read = std::io::Read::read(&mut stream, &mut [0; 512]).unwrap();
        assert!(read > 0);
        drop(stream);
    }
    assert_eq!(shown(&scene, &proxy, &ours, "site.test"), OURS);
    assert_eq!(metric(&proxy, "certificate_refused_total"), 0);
}

#[test]
fn hosts_with_statutory_pages_pass_only_where_policy_says_so_and_each_is_a_gap_in_the_record() {
    for (scope, named, listed) in [("not-statutory", true, false), ("all", true, true)] {
        let tables = format!("[https]\npass_after_refusals = 1\npass_hosts = \"{scope}\"\n");
        let scene = Scene::new(&PINNED).settings("https = \"selective\"\nopen_hosts = [\"named.test\", \"other.test\"]", &tables);
        let (proxy, ours) = scene.start();
        assert_eq!(shown(&scene, &proxy, &ours, "other.test"), OURS);
        for (host, passes) in [("named.test", named), ("listed.test", listed)] {
            refuses(&scene, &proxy, host, 1);
            let outer_only = trusting(&[&scene.outer.pem()]);
            let passed = (0..20).any(|_| {
                std::thread::sleep(std::time::Duration::from_millis(20));
                Secure::open(proxy.proxy, &scene.place(host), &outer_only).is_ok()
            });
            assert_eq!(passed, passes, "{scope}: {host}");
        }
        let gaps = metric(&proxy, "coverage_gaps_total");
        assert!(proxy.stop().success());
        let log = scene.world.log();
        let marked = log.lines().filter(|line| line.contains("\"coverage_gap\":true")).count() as u64;
        assert_eq!((marked > 0, gaps), (listed, marked), "{scope}: {log}");
    }
}

#[test]
fn an_opened_connection_rests_and_wakes_like_any_other() {
    let scene = Scene::new(&["site.test"]);
    let (proxy, ours) = scene.start();
    let mut open = Secure::open(proxy.proxy, &scene.place("site.test"), &trusting(&[&ours])).unwrap();
    for round in 0..3 {
        assert!(open.get(&scene.place("site.test"), &format!("/{round}")).contains("nothing here"));
        std::thread::sleep(std::time::Duration::from_millis(if round == 1 { 1300 } else { 10 }));
    }
    assert_eq!(scene.world.origin.targets(), ["/0", "/1", "/2"]);
}

#[test]
fn without_a_good_authority_nothing_is_served_and_the_place_is_named() {
    let scene = Scene::new(&["site.test"]);
    scene.world.write("lifeguard.toml", &scene.world.config());
    scene.world.write("statutory.txt", "listed.test/page\n");
    scene.world.write("blocked.txt", "blocked.test\n");
    let folder = scene.world.folder.path().join("var/authority");
    let says = |words: &str| {
        let run = scene.world.command(&["run"]);
        let text = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(!run.status.success() && text.contains(words), "{words}: {text}");
    };
    says("lifeguard ca init");
    assert!(scene.world.command(&["ca", "init"]).status.success());
    let again = scene.world.command(&["ca", "init"]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("not overwritten"));
    let (key, certificate) = (folder.join("authority.key"), folder.join("authority.pem"));
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    says("others may read");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let good = (fs::read(&key).unwrap(), fs::read(&certificate).unwrap());
    fs::write(&key, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
    says("is not the key of");
    fs::write(&key, "no key").unwrap();
    says("no private key");
    fs::write(&key, &good.0).unwrap();
    fs::write(&certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    says("no X.509 certificate");
    let leaf = rcgen::generate_simple_self_signed(vec!["site.test".to_owned()]).unwrap();
    fs::write(&certificate, leaf.cert.pem()).unwrap();
    says("no authority's certificate");
    fs::write(&certificate, &good.1).unwrap();
    fs::remove_file(&key).unwrap();
    says("authority.key");
}

#[test]
fn two_installations_share_no_key() {
    let keys: Vec<String> = (0..2)
        .map(|_| {
            let scene = Scene::new(&["site.test"]);
            scene.world.write("lifeguard.toml", &scene.world.config());
            scene.world.write("statutory.txt", "");
            assert!(scene.world.command(&["ca", "init"]).status.success());
            fs::read_to_string(scene.world.folder.path().join("var/authority/authority.key")).unwrap()
        })
        .collect();
    assert_ne!(keys[0], keys[1]);
}
