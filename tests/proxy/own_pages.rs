//! The pages at the proxy's own name, through the real listener: why something was blocked, what is seen, the certificate for devices,
//! and the proxy settings of browsers (standards AA11, U20, V9, AB8).

use crate::support::client::{exchange, get_with};
use crate::support::proxy::wait_until;
use crate::support::secure::{Secure, trusting, tunnel};
use crate::support::{Authority, Lifeguard, Origin, Reply, World};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;
use std::process::{Command, Stdio};
use std::sync::Arc;

const OWN: &str = "http://lifeguard.internal";
const HTML: &str = "Accept: text/html\r\n";
const JSON: &str = "Accept: application/json\r\n";

/// Origins over TLS, and a proxy whose front may say who the client is.
struct Scene {
    world: World,
    outer: Authority,
    proxy_options: String,
}

impl Scene {
    /// The group's words, then other tables.
    fn new(more: &str) -> Self {
        let outer = Authority::new();
        let origin = outer.server(&["site.test", "listed.test", "app.test"]);
        let mut world = World::with(Origin::start(Some(origin), |_| None));
        world.write("outer.pem", &outer.pem());
        world.more = more.to_owned();
        Self { world, outer, proxy_options: String::new() }
    }

    fn start(&self, authority: bool) -> Lifeguard {
        let options = format!("extra_roots = [\"outer.pem\"]\ntrusted_proxies = [\"127.0.0.0/8\"]\n{}connect_ports", self.proxy_options);
        self.world.write("lifeguard.toml", &self.world.config().replacen("connect_ports", &options, 1));
        self.world.write("statutory.txt", "listed.test/page\n");
        self.world.write("blocked.txt", "blocked.test\n");
        if authority {
            let made = self.world.command(&["ca", "init", "--name", "Club authority", "--days", "30"]);
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        Lifeguard::start(&self.world.folder.path().join("lifeguard.toml"))
    }

    fn ours(&self) -> String {
        std::fs::read_to_string(self.world.folder.path().join("var/authority/authority.pem")).unwrap()
    }

    fn place(&self, host: &str) -> String {
        format!("{host}:{}", self.world.origin.port())
    }
}

fn own(proxy: &Lifeguard, path: &str, fields: &str) -> Reply {
    get_with(proxy.proxy, &format!("{OWN}{path}"), fields)
}

/// The page as a client that a trusted front states.
fn own_as(proxy: &Lifeguard, client: &str, path: &str, fields: &str) -> Reply {
    own(proxy, path, &format!("X-Forwarded-For: {client}\r\n{fields}"))
}

fn json(reply: &Reply) -> Value {
    assert_eq!(reply.field("content-type"), Some("application/json"), "{}", reply.head);
    serde_json::from_slice(&reply.body).unwrap()
}

fn console(proxy: &Lifeguard, path: &str, fields: &str) -> Reply {
    Reply::read(&exchange(proxy.console, format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}Connection: close\r\n\r\n").as_bytes()))
}

#[test]
fn a_person_finds_why_a_sealed_tunnel_was_refused_and_nobody_else_does() {
    let scene = Scene::new("");
    let proxy = scene.start(false);
    let (status, _) = tunnel(proxy.proxy, &scene.place("www.blocked.test"), Some("192.0.2.1"));
    assert!(status.contains("403"), "{status}");
    let why = json(&own_as(&proxy, "192.0.2.1", "/why", JSON));
    let block = &why["blocks"][0];
    assert_eq!((block["host"].as_str(), block["reason"].as_str()), (Some("www.blocked.test"), Some("category")), "{why}");
    assert_eq!(block["group"], "everyone");
    assert_eq!(why["blocks"].as_array().unwrap().len(), 1);
    let page = own_as(&proxy, "192.0.2.1", "/why", HTML);
    assert_eq!(page.status, 200);
    for needed in
        ["<h1>Why was I blocked?</h1>", "www.blocked.test", block["reference"].as_str().unwrap(), "192.0.2.1", "they see this list too"]
    {
        assert!(page.text().contains(needed), "{needed}: {}", page.text());
    }
    assert!(page.field("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{}", page.head);
    assert_eq!(page.field("cache-control"), Some("no-store"));
    for other in ["192.0.2.2", "127.0.0.1"] {
        let theirs = own_as(&proxy, other, "/why", HTML);
        assert!(theirs.text().contains("Nothing was blocked for you") && !theirs.text().contains("blocked.test"), "{}", theirs.text());
    }
    let elsewhere = own_as(&proxy, "192.0.2.1", "/why", "Sec-Fetch-Dest: empty\r\nSec-Fetch-Site: cross-site\r\n");
    assert!(!elsewhere.text().contains("blocked.test"), "a script of another site learns nothing: {}", elsewhere.text());
    let text = own_as(&proxy, "192.0.2.1", "/why", "");
    assert!(text.text().starts_with("Blocked for you in the last hour") && text.text().contains("www.blocked.test"), "{}", text.text());
    let block_page = get_with(proxy.proxy, "http://blocked.test/", HTML).text();
    assert!(block_page.contains("lifeguard.internal&#x2f;why") || block_page.contains("lifeguard.internal/why"), "{block_page}");
}

#[test]
fn an_address_that_the_law_closes_is_never_named_and_hostile_names_stay_text() {
    let scene = Scene::new("");
    let proxy = scene.start(false);
    let agent = "User-Agent: <script>alert(1)</script>\r\nX-Forwarded-For: 192.0.2.1\r\n";
    let blocked = get_with(proxy.proxy, "http://listed.test/page", agent);
    assert!(blocked.status == 403 || blocked.status == 451, "{}", blocked.head);
    for host in ["%3Cscript%3Ealert(2).blocked.test", "\"onload=x.blocked.test", "<b>.blocked.test", "xn--80ak6aa92e.blocked.test"] {
        let bytes = format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n{agent}Connection: close\r\n\r\n");
        let _answered = exchange(proxy.proxy, bytes.as_bytes());
    }
    let page = own_as(&proxy, "192.0.2.1", "/why", HTML).text();
    assert!(page.contains("An address that must be blocked by law"), "{page}");
    assert!(page.contains("xn--80ak6aa92e.blocked.test"), "the readable one is there: {page}");
    for never in ["listed.test", "<script", "onload=x", "<b>.blocked"] {
        assert!(!page.contains(never), "{never}: {page}");
    }
    let why = json(&own_as(&proxy, "192.0.2.1", "/why", JSON));
    let by_law = why["blocks"].as_array().unwrap().iter().find(|block| block["reason"] == "statutory").unwrap();
    assert_eq!((&by_law["host"], &by_law["category"]), (&Value::Null, &Value::Null));
    assert!(!why.to_string().contains("listed.test"));
    assert!(!own_as(&proxy, "192.0.2.1", "/why", "").text().contains("listed.test"));
}

#[test]
fn nothing_is_remembered_where_it_is_switched_off_or_the_log_keeps_counts_alone() {
    for (more, says) in [("[pages]\nwhy = false\n", "does not keep a list"), ("log = \"counts\"\n", "Nothing was blocked for you")] {
        let scene = Scene::new(more);
        let proxy = scene.start(false);
        assert!(tunnel(proxy.proxy, &scene.place("blocked.test"), None).0.contains("403"));
        let page = own(&proxy, "/why", HTML).text();
        assert!(page.contains(says) && !page.contains("blocked.test"), "{page}");
    }
}

#[test]
fn a_warning_that_no_browser_could_show_can_be_read_and_passed_on_the_page() {
    let scene = Scene::new("");
    let config = scene.world.config().replace("block = [\"testing\"]", "warn = [\"testing\"]");
    scene.world.write("statutory.txt", "listed.test/page\n");
    scene.world.write("blocked.txt", "site.test\n");
    let proxy = Lifeguard::start(&scene.world.write("lifeguard.toml", &config));
    let place = scene.place("site.test");
    assert!(tunnel(proxy.proxy, &place, None).0.contains("403"));
    let page = own(&proxy, "/why", HTML).text().replace("&#x2f;", "/");
    let form = page.split("<form method=\"post\" action=\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    let action = form.split('"').next().unwrap();
    let token = form.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let body = format!("token={token}");
    let request = format!(
        "POST {action} HTTP/1.1\r\nHost: lifeguard.internal\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = Reply::read(&exchange(proxy.proxy, request.as_bytes()));
    assert_eq!((answer.status, answer.field("location")), (303, Some(format!("https://{place}/").as_str())), "{}", answer.head);
    assert!(tunnel(proxy.proxy, &place, None).0.contains("200"));
}

/// What a PAC file says to these hosts, by node.
fn evaluate(pac: &str, hosts: &[&str]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evaluate.js");
    let refuse = "function dnsResolve() { throw 'no name may be looked up'; } var isInNet = dnsResolve, isResolvable = dnsResolve, dnsDomainIs = dnsResolve;\n";
    let hosts = serde_json::to_string(hosts).unwrap();
    let ask = format!("\nconsole.log(JSON.stringify({hosts}.map((host) => FindProxyForURL('https://' + host + '/', host))));");
    std::fs::write(&file, [refuse, pac, &ask].concat()).unwrap();
    let Ok(run) = Command::new("node").arg(&file).output() else {
        println!("skipped: node is not on this machine");
        return None;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(serde_json::from_slice(&run.stdout).unwrap())
}

#[test]
fn the_pac_file_sends_what_is_listed_directly_and_everything_else_through_the_proxy() {
    let mut scene = Scene::new("");
    let direct = r#"pac = { direct = ["Intranet.Example", "*.printer.example", "10.0.0.0/8", "192.168.1.0/24", "172.16.0.0/12", "fd00::/8", "::1"] }"#;
    scene.proxy_options = format!("{direct}\n");
    let proxy = scene.start(false);
    let pac = own(&proxy, "/proxy.pac", "");
    assert_eq!(pac.field("content-type"), Some("application/x-ns-proxy-autoconfig"));
    let through = format!("PROXY {}", proxy.proxy);
    let rows: &[(&str, bool)] = &[
        ("intranet.example", true),
        ("a.b.INTRANET.example.", true),
        ("notintranet.example", false),
        ("intranet.example.evil.test", false),
        ("printer.example", true),
        ("x.printer.example", true),
        ("10.1.2.3", true),
        ("11.0.0.1", false),
        ("192.168.1.255", true),
        ("192.168.2.1", false),
        ("172.31.255.255", true),
        ("172.32.0.0", false),
        ("172.15.0.0", false),
        ("10.1.2.3.example.test", false),
        ("10.1.2", false),
        ("10.256.0.1", false),
        ("fd12:3456::1", true),
        ("[fdff::]", true),
        ("fe80::1", false),
        ("::1", true),
        ("::2", false),
        ("1::2::3", false),
        ("fd00::1::2", false),
        ("fd00:1:2:3:4:5:6:7:8", false),
        ("lifeguard.internal", false),
        ("site.test", false),
        ("", false),
    ];
    let hosts: Vec<&str> = rows.iter().map(|(host, _)| *host).collect();
    let Some(said) = evaluate(&pac.text(), &hosts) else { return };
    for ((host, direct), said) in rows.iter().zip(said) {
        assert_eq!(said, if *direct { "DIRECT" } else { through.as_str() }, "{host}");
    }
    for (name, path) in [("lifeguard.internal", "/wpad.dat"), ("lifeguard.internal:3128", "/proxy.pac")] {
        let straight = format!("GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        assert_eq!(Reply::read(&exchange(proxy.proxy, straight.as_bytes())).body, pac.body, "asked of the listener itself");
    }
    for name in ["localhost", "wpad.school.example"] {
        let asked = format!("GET /wpad.dat HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        let answer = Reply::read(&exchange(proxy.console, asked.as_bytes()));
        assert_eq!((answer.body, answer.head.contains("x-ns-proxy-autoconfig")), (pac.body.clone(), true), "{name}");
    }
    let guarded = Reply::read(&exchange(proxy.console, b"GET / HTTP/1.1\r\nHost: wpad.school.example\r\nConnection: close\r\n\r\n"));
    assert_eq!(guarded.status, 421, "the rest of the console stays under its own names");
}

#[test]
fn a_browser_takes_the_pac_file_and_reads_the_page() {
    let scene = Scene::new("");
    let proxy = scene.start(false);
    assert!(tunnel(proxy.proxy, &scene.place("blocked.test"), None).0.contains("403"));
    let profile = tempfile::tempdir().unwrap();
    let mut chromium = Command::new("chromium");
    chromium.args([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
    ]);
    chromium
        .arg(format!("--proxy-pac-url=http://{}/proxy.pac", proxy.console))
        .arg(format!("--user-data-dir={}", profile.path().display()));
    chromium.args(["--timeout=30000", "--dump-dom", &format!("{OWN}/why")]).stdin(Stdio::null()).stderr(Stdio::null());
    let Ok(run) = chromium.output() else {
        crate::support::needed::skipped_without("Chromium");
        return;
    };
    let page = String::from_utf8_lossy(&run.stdout);
    assert!(page.contains("Why was I blocked?") && page.contains("blocked.test"), "{page}");
}

#[test]
fn without_an_authority_nothing_has_to_be_installed() {
    let proxy = Scene::new("").start(false);
    for path in ["/authority", "/authority/windows", "/authority/trusted", "/authority.pem", "/authority.mobileconfig"] {
        let page = own(&proxy, path, HTML);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("BEGIN CERTIFICATE") && !page.text().contains("fingerprint"), "{path}: {}", page.text());
    }
    assert!(own(&proxy, "/authority", HTML).text().contains("You do not need to install anything"));
}

fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
    digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

#[test]
fn devices_get_the_certificate_in_their_form_with_steps_and_a_test() {
    let scene = Scene::new("https = \"full\"\n");
    let proxy = scene.start(true);
    let certificate = CertificateDer::from_pem_slice(scene.ours().as_bytes()).unwrap();
    let pem = own(&proxy, "/authority.pem", "");
    assert_eq!(CertificateDer::from_pem_slice(&pem.body).unwrap(), certificate);
    let der = own(&proxy, "/authority.crt", "");
    assert_eq!((der.field("content-type"), der.body.as_slice()), (Some("application/x-x509-ca-cert"), &certificate[..]));
    let profile = own(&proxy, "/authority.mobileconfig", "");
    assert_eq!(profile.field("content-type"), Some("application/x-apple-aspen-config"));
    for (format, body) in [("pem", &pem.body), ("der", &der.body), ("mobileconfig", &profile.body)] {
        assert_eq!(&scene.world.command(&["ca", "export", "--format", format]).stdout, body, "{format}");
    }
    let front = own(&proxy, "/authority", HTML).text();
    assert!(
        front.contains("<h1>The certificate of this network</h1>")
            && front.contains(&fingerprint(&certificate))
            && front.contains("Club authority"),
        "{front}"
    );
    let status = scene.world.command(&["ca", "status"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains(&fingerprint(&certificate)));
    for (device, words) in [
        ("windows", "Trusted Root Certification Authorities"),
        ("macos", "Always Trust"),
        ("ios", "Certificate Trust Settings"),
        ("android", "CA certificate"),
        ("chromeos", "identifying websites"),
        ("firefox", "Trust this CA to identify websites"),
        ("linux", "update-ca-certificates"),
        ("administrators", "ImportEnterpriseRoots"),
    ] {
        let page = own(&proxy, &format!("/authority/{device}"), HTML).text();
        assert!(page.contains(words) && page.contains("<ol>") && page.contains(&fingerprint(&certificate)), "{device}: {page}");
        assert!(front.contains(&format!("/authority/{device}")), "{device} is linked");
        assert!(!page.contains("PRIVATE KEY"));
    }
    assert!(!own(&proxy, "/authority/trusted", HTML).text().contains("your browser accepted it"), "plain HTTP proves nothing");
    let mut trusted = Secure::open(proxy.proxy, "lifeguard.internal:443", &trusting(&[&scene.ours()])).unwrap();
    let answer = trusted.get("lifeguard.internal", "/authority/trusted");
    assert!(answer.contains("your browser accepted it"), "{answer}");
    assert!(
        Secure::open(proxy.proxy, "lifeguard.internal:443", &trusting(&[&scene.outer.pem()])).is_err(),
        "who does not trust it sees its own warning"
    );
}

#[test]
fn the_statement_says_what_was_seen_and_the_console_who_refuses() {
    let scene = Scene::new("https = \"selective\"\nopen_hosts = [\"app.test\"]\n[https]\npass_after_refusals = 2\npass_hosts = \"all\"\n");
    let proxy = scene.start(true);
    let before = json(&own(&proxy, "/coverage", JSON));
    assert_eq!((&before["group"], &before["mode"]), (&"everyone".into(), &"selective".into()));
    let state =
        |said: &Value, name: &str| said["features"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["state"].clone();
    assert_eq!(state(&before, "Pages inside HTTPS are judged one by one"), "not-seen-yet", "nothing is claimed before it was seen");
    let both = trusting(&[&scene.ours(), &scene.outer.pem()]);
    let sealed = Secure::open(proxy.proxy, &scene.place("site.test"), &both).unwrap();
    let mut opened = Secure::open_as(proxy.proxy, &scene.place("listed.test"), Some("192.0.2.7"), &both).unwrap();
    assert!(opened.get(&scene.place("listed.test"), "/other").contains("nothing here"));
    let outer_only: Arc<_> = trusting(&[&scene.outer.pem()]);
    for _ in 0..2 {
        assert!(Secure::open_as(proxy.proxy, &scene.place("app.test"), Some("192.0.2.7"), &outer_only).is_err());
    }
    wait_until("the host is let through", || {
        Secure::open_as(proxy.proxy, &scene.place("app.test"), Some("192.0.2.7"), &outer_only).is_ok()
    });
    let counted = |what: &str| json(&own(&proxy, "/coverage", JSON))["counted"][what].as_u64().unwrap();
    assert_eq!([counted("opened"), counted("inside"), counted("gaps"), counted("passed")], [1, 1, 0, 1]);
    assert!(counted("refused") >= 2, "while the second is being counted a third may come");
    assert!(counted("sealed") >= 2, "site.test and what was let through");
    let after = json(&own(&proxy, "/coverage", JSON));
    assert_eq!(state(&after, "Pages inside HTTPS are judged one by one"), "seen-working");
    let page = own(&proxy, "/coverage", HTML).text();
    assert!(
        page.contains("<h1>What can be seen here?</h1>") && page.contains("we see the names of all HTTPS sites") && page.contains("QUIC"),
        "{page}"
    );
    drop((sealed, opened));

    let status = console(&proxy, "/", "").text();
    let counts = ["<dt>Devices that refuse it</dt><dd>1</dd>", "<dt>Let through unopened now</dt><dd>1</dd>"];
    for needed in counts.into_iter().chain(["Club authority", "https-authority: it lapses on "]) {
        assert!(status.contains(needed), "{needed}: {status}");
    }
    assert!(!status.contains("192.0.2.7") && !status.contains("app.test"), "whoever comes by is told no device and no host: {status}");
    assert!(console(&proxy, "/readyz", "").text().contains("[!] https-authority: it lapses on "));
    let all = json(&console(&proxy, "/coverage", JSON));
    assert_eq!((all[0]["group"].as_str(), all[0]["counted"]["inside"].as_u64()), (Some("everyone"), Some(1)));
    assert!(console(&proxy, "/coverage", "").text().contains("What is seen in each group"));
    wait_until("the gauge follows", || console(&proxy, "/metrics", "").text().contains("lifeguard_https_passed 1\n"));
    assert!(console(&proxy, "/metrics", "").text().contains("lifeguard_https_total{group=\"everyone\",seen=\"inside\"} 1\n"));
    let said = scene.world.command(&["explain", "--coverage", "--group", "everyone"]);
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success() && text.contains("We do not see:") && text.contains("not seen at work yet"), "{text}");
}

#[test]
fn a_sealed_tunnel_to_a_host_with_listed_pages_is_a_gap_that_the_statement_counts() {
    let scene = Scene::new("");
    let proxy = scene.start(false);
    let open = Secure::open(proxy.proxy, &scene.place("listed.test"), &trusting(&[&scene.outer.pem()])).unwrap();
    let said = json(&own(&proxy, "/coverage", JSON));
    assert_eq!((said["counted"]["gaps"].as_u64(), said["counted"]["sealed"].as_u64()), (Some(1), Some(1)), "{said}");
    let page = own(&proxy, "/coverage", HTML).text();
    assert!(page.contains("has single pages on a list") || page.contains("that has single pages"), "{page}");
    assert!(!page.contains("listed.test"));
    drop(open);
}

#[test]
fn a_device_whose_log_keeps_counts_alone_is_not_named_on_the_console() {
    let scene = Scene::new("https = \"full\"\nlog = \"counts\"\n[https]\npass_after_refusals = 1\n");
    let proxy = scene.start(true);
    let outer_only = trusting(&[&scene.outer.pem()]);
    let both = trusting(&[&scene.ours(), &scene.outer.pem()]);
    let trusts = Secure::open_as(proxy.proxy, &scene.place("site.test"), Some("192.0.2.7"), &both).unwrap();
    assert!(Secure::open_as(proxy.proxy, &scene.place("app.test"), Some("192.0.2.7"), &outer_only).is_err());
    wait_until("it is let through", || Secure::open_as(proxy.proxy, &scene.place("app.test"), Some("192.0.2.7"), &outer_only).is_ok());
    let status = console(&proxy, "/", "").text();
    assert!(status.contains("<dt>Let through unopened now</dt><dd>1</dd>"), "{status}");
    assert!(!status.contains("192.0.2.7") && !status.contains("app.test"), "{status}");
    drop(trusts);
}
