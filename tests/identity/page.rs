//! The page on which guests sign in, through the real program (standards AA7, B12, G5, V12, X17; RFC 8908, RFC 6585 section 6).

use crate::sign_in_support::{add, command_with, in_proxy, records};
use crate::support::answer::whole;
use crate::support::client::{exchange, get_direct, get_with};
use crate::support::proxy::wait_until;
use crate::support::secure::{Secure, trusting, tunnel};
use crate::support::{Authority, Lifeguard, Origin, Reply, World};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

const OWN: &str = "http://lifeguard.internal";
const HTML: &str = "Accept: text/html\r\n";

/// Whoever comes from this machine is nobody, and in the group of the page; kim is a child, lee one of the staff.
fn world(page: &str) -> World {
    let mut world = World::new();
    world.more = format!(
        "{}\n[[help_line]]\nname = \"Talk\"\naddress = \"help.test\"\nphone = \"116 123\"\nwords = \"For anyone.\"\n\n[notice]\nseen_by = [\"the librarian\"]\n\n[sign_in]\naccounts = \"people/accounts\"\n\n\
         [sign_in.page]\ngroups = [\"everyone\"]\n{page}\n[telemetry]\nlevel = \"trace\"\n",
        crate::sign_in_support::GROUPS
    );
    world
}

fn start(world: &World) -> Lifeguard {
    world.write("lifeguard.toml", &world.config());
    add(world, "kim", "children", "kims secret");
    add(world, "lee", "staff", "lees secret");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    Lifeguard::start(&world.write("lifeguard.toml", &in_proxy(world, "trusted_proxies = [\"127.0.0.0/8\"]")))
}

fn write_key(world: &World, key: &str) {
    let path = world.write("own.key", key);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn own(proxy: SocketAddr, path: &str, fields: &str) -> Reply {
    get_with(proxy, &format!("{OWN}{path}"), fields)
}

fn coded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02x}") }).collect()
}

/// The value of a hidden field of the page.
fn hidden(page: &str, name: &str) -> String {
    let rest = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}")).1;
    rest.split('"').next().unwrap().replace("&#x2f;", "/").replace("&amp;", "&")
}

fn post(proxy: SocketAddr, fields: &str, form: &str) -> Reply {
    let request = format!(
        "POST {OWN}/sign-in HTTP/1.1\r\nHost: lifeguard.internal\r\nContent-Type: application/x-www-form-urlencoded\r\n{HTML}{fields}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len()
    );
    Reply::read(&exchange(proxy, request.as_bytes()))
}

/// Presses a button of the page as this client sees it.
fn press(proxy: SocketAddr, fields: &str, button: &str, more: &str) -> Reply {
    let page = own(proxy, "/sign-in", &format!("{HTML}{fields}")).text();
    post(proxy, fields, &format!("token={}&do={button}{more}", hidden(&page, "token")))
}

fn sign_in(proxy: SocketAddr, fields: &str, name: &str, password: &str) -> Reply {
    press(proxy, fields, "sign-in", &format!("&name={}&password={}", coded(name), coded(password)))
}

fn events(world: &World) -> String {
    String::from_utf8_lossy(&world.command(&["logs", "search", "--kind", "event", "--json"]).stdout).into_owned()
}

#[test]
fn a_guest_is_led_to_the_page_signs_in_and_comes_back() {
    let world = world("");
    let proxy = start(&world);
    let address = world.address("site.test", "/bytes/10?a=b&c=%20d");
    let led = get_with(proxy.proxy, &address, HTML);
    assert_eq!((led.status, led.field("cache-control")), (302, Some("no-store")), "{}", led.head);
    let place = led.field("location").unwrap().to_owned();
    assert!(place.starts_with("http://lifeguard.internal/sign-in?to=http%3A%2F%2Fsite%2Etest%3A"), "{place}");

    let page = get_with(proxy.proxy, &place, HTML);
    assert_eq!((page.status, page.field("cache-control"), page.field("x-frame-options")), (200, Some("no-store"), Some("DENY")));
    let text = page.text();
    for needed in ["<label for=\"name\">", "autocomplete=\"current-password\"", "type=\"password\""] {
        assert!(text.contains(needed), "{needed}: {text}");
    }
    let hidden_fields =
        format!("token={}&to={}&back={}&do=sign-in", hidden(&text, "token"), coded(&hidden(&text, "to")), hidden(&text, "back"));
    let wrong = post(proxy.proxy, "", &format!("{hidden_fields}&name=goldfinchname&password=goldfinchwrong"));
    assert_eq!(wrong.status, 403, "{}", wrong.head);
    assert!(wrong.text().contains("The name or the password was not right.") && !wrong.text().contains("goldfinch"), "{}", wrong.text());
    assert_eq!(hidden(&wrong.text(), "to"), address, "the way back is not lost");
    let right = post(proxy.proxy, "", &format!("{hidden_fields}&name=KIM&password=kims+secret"));
    assert_eq!((right.status, right.field("location")), (303, Some(&*address)), "{}", right.head);

    assert_eq!(get_with(proxy.proxy, &address, HTML).status, 200);
    assert_eq!(get_with(proxy.proxy, &world.address("blocked.test", "/"), HTML).status, 403, "a child's rules");
    let there = own(proxy.proxy, "/sign-in", HTML).text();
    assert!(there.contains("You are signed in as <strong>kim</strong>") && there.contains("Sign out"), "{there}");
    let told = own(proxy.proxy, "/sign-in", "Accept: application/json\r\n").text();
    assert!(told.contains("\"name\":\"kim\"") && told.contains("\"signed_in\":true"), "{told}");
    let elsewhere = own(proxy.proxy, "/sign-in", "Sec-Fetch-Dest: empty\r\nSec-Fetch-Site: cross-site\r\n").text();
    assert!(!elsewhere.contains("kim") && !elsewhere.contains("token"), "a script of another site learns nothing: {elsewhere}");

    let out = press(proxy.proxy, "", "sign-out", "");
    assert_eq!((out.status, out.field("location")), (303, Some("/sign-in")));
    assert_eq!(get_with(proxy.proxy, &address, HTML).status, 302);

    let all = records(&world, &[]);
    let said: Vec<_> = all
        .iter()
        .filter(|r| !r["url"].as_str().unwrap().contains("lifeguard.internal"))
        .map(|r| (r["reason"].as_str().unwrap(), r["user"].as_str(), r["group"].as_str().unwrap(), r["identity"].as_str().unwrap()))
        .collect();
    let led = ("sign-in-page", None, "everyone", "unknown");
    assert_eq!(said, [led, ("allowed", Some("kim"), "children", "portal"), ("category", Some("kim"), "children", "portal"), led]);
    assert_eq!((&all[0]["verdict"], all[0]["outcome"]["status"].as_u64()), (&"refuse".into(), Some(302)));
    let notes: Vec<_> = all.iter().filter_map(|r| r["outcome"]["note"].as_str().filter(|note| note.contains("page"))).collect();
    assert_eq!(notes, ["wrong name or password, on the page", "kim signed in on the page", "signed out on the page"]);
    let metrics = get_direct(proxy.console, "/metrics").text();
    for line in ["sign_in_total{result=\"right\",source=\"account\"} 1", "sign_in_total{result=\"wrong\",source=\"unknown\"} 1"] {
        assert!(metrics.contains(line), "{line}");
    }
    let kept = [world.log(), proxy.errors(), events(&world), metrics].concat();
    for secret in ["goldfinch", "kims+secret", "kims secret", "kims%20secret"] {
        assert!(!kept.contains(secret), "{secret} is kept somewhere");
    }
    assert_eq!(world.origin.targets().len(), 1, "only what was allowed has left: {:?}", world.origin.targets());
}

#[test]
fn nobody_is_sent_on_to_an_address_that_they_did_not_ask_for() {
    let world = world("");
    let proxy = start(&world);
    let link = |fields: &str| {
        get_with(proxy.proxy, &world.address("site.test", "/wanted"), &format!("{HTML}{fields}")).field("location").unwrap().to_owned()
    };
    let (mine, theirs) = (link(""), link("X-Forwarded-For: 127.0.0.9\r\n"));
    let proof = |link: &str| link.rsplit_once("&back=").unwrap().1.to_owned();
    let wanted = world.address("site.test", "/wanted");
    let table = [
        ("http://evil.test/".to_owned(), proof(&mine)),
        (format!("{wanted}x"), proof(&mine)),
        (wanted.clone(), proof(&theirs)),
        (wanted.clone(), String::new()),
        (wanted.clone(), "99999999999-00".to_owned()),
        ("javascript:alert(1)".to_owned(), proof(&mine)),
        ("http://a.test/\r\nSet-Cookie: a=b".to_owned(), proof(&mine)),
    ];
    for (to, back) in table {
        let more = format!("&name=kim&password=kims+secret&to={}&back={}", coded(&to), coded(&back));
        let reply = press(proxy.proxy, "", "sign-in", &more);
        assert_eq!((reply.status, reply.field("location")), (303, Some("/sign-in")), "{to}: {}", reply.head);
        let page = own(proxy.proxy, &format!("/sign-in?to={}&back={}", coded(&to), coded(&back)), HTML).text();
        assert!(!page.contains("evil.test") && !page.contains("javascript:"), "{page}");
        press(proxy.proxy, "", "sign-out", "");
    }
    // The form itself: made for one client, and not to be made up.
    let page = own(proxy.proxy, "/sign-in", &format!("{HTML}X-Forwarded-For: 127.0.0.9\r\n")).text();
    for token in [hidden(&page, "token"), String::new(), "1-00".into()] {
        let reply = post(proxy.proxy, "", &format!("token={token}&do=sign-in&name=kim&password=kims+secret"));
        assert!(reply.status == 403 && reply.text().contains("open for too long"), "{}", reply.head);
    }
    assert_eq!(get_with(proxy.proxy, &wanted, HTML).status, 302);
    let long = format!("{wanted}?{}", "x".repeat(5000));
    assert_eq!(
        get_with(proxy.proxy, &long, HTML).field("location"),
        Some("http://lifeguard.internal/sign-in"),
        "a long address is not carried"
    );
}

#[test]
fn what_cannot_be_led_is_told_where_to_sign_in_and_what_is_open_to_all_stays_so() {
    let world = world("");
    let proxy = start(&world);
    let (status, mut stream) = tunnel(proxy.proxy, &format!("site.test:{}", world.origin.port()), None);
    assert!(status.contains(" 511 "), "{status}");
    let mut body = String::new();
    stream.read_to_string(&mut body).unwrap();
    assert!(
        body.contains("Please sign in on the page of this place first.") && body.contains("Sign in at: http://lifeguard.internal/sign-in"),
        "{body}"
    );
    for fields in [
        "Accept: image/png\r\n",
        "Sec-Fetch-Dest: script\r\n",
        "Accept: application/json\r\n",
        "Upgrade: websocket\r\nConnection: upgrade\r\n",
    ] {
        assert_eq!(get_with(proxy.proxy, &world.address("site.test", "/x"), fields).status, 511, "{fields}");
    }
    let framed = get_with(proxy.proxy, &world.address("site.test", "/x"), "Sec-Fetch-Dest: iframe\r\n");
    assert!(
        framed.status == 511 && framed.text().contains("href=\"http://lifeguard.internal/sign-in\" target=\"_blank\""),
        "{}",
        framed.text()
    );
    let address = world.address("site.test", "/form");
    let sent = exchange(
        proxy.proxy,
        format!("POST {address} HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc").as_bytes(),
    );
    assert_eq!(Reply::read(&sent).status, 511);
    // What devices ask to find such a page.
    for probe in [
        "http://captive.apple.com/hotspot-detect.html",
        "http://connectivitycheck.gstatic.com/generate_204",
        "http://www.msftconnecttest.com/connecttest.txt",
    ] {
        assert_eq!(get_with(proxy.proxy, probe, "User-Agent: CaptiveNetworkSupport\r\n").status, 302, "{probe}");
    }
    let captive = own(proxy.proxy, "/captive", "Accept: application/captive+json\r\n");
    assert_eq!((captive.field("content-type"), captive.field("cache-control")), (Some("application/captive+json"), Some("no-store")));
    assert_eq!(captive.text().trim(), r#"{"captive":true,"user-portal-url":"http://lifeguard.internal/sign-in"}"#);
    assert_eq!(get_with(proxy.proxy, "http://listed.test/page", HTML).status, 403, "what the law closes is closed");
    assert_eq!(get_with(proxy.proxy, &world.address("help.test", "/bytes/10"), HTML).status, 200, "a help line is open");
    let asked: Vec<_> = world.origin.targets();
    assert_eq!(asked, ["/bytes/10"], "nothing else has left");
    assert_eq!(sign_in(proxy.proxy, "", "lee", "lees secret").status, 303);
    let free = own(proxy.proxy, "/captive", "").text();
    assert!(free.starts_with(r#"{"can-extend-session":true,"captive":false,"seconds-remaining":"#), "{free}");
}

#[test]
fn a_device_from_elsewhere_is_not_concerned_and_cannot_sign_in_there() {
    let world = world("guest = \"staff\"\n");
    let proxy = start(&world);
    let device = "X-Forwarded-For: 192.0.2.7\r\n";
    assert_eq!(get_with(proxy.proxy, &world.address("site.test", "/bytes/10"), device).status, 200);
    assert!(own(proxy.proxy, "/sign-in", &format!("{HTML}{device}")).text().contains("You are online with Lifeguard"));
    let page = own(proxy.proxy, "/sign-in", HTML).text();
    post(proxy.proxy, device, &format!("token={}&do=guest", hidden(&page, "token")));
    assert_eq!(get_with(proxy.proxy, &world.address("site.test", "/bytes/10"), HTML).status, 302);
    assert!(records(&world, &[]).iter().all(|record| record["group"] != "staff"));
    assert_eq!(own(proxy.proxy, "/captive", device).text().trim(), r#"{"captive":false}"#);
}

#[test]
fn a_guest_goes_on_without_a_name_and_another_person_takes_their_place() {
    let world = world("guest = \"children\"\n");
    let proxy = start(&world);
    let page = own(proxy.proxy, "/sign-in", HTML).text();
    assert!(page.contains("I agree and go on"), "{page}");
    assert_eq!(press(proxy.proxy, "", "guest", "").status, 303);
    assert_eq!(get_with(proxy.proxy, &world.address("blocked.test", "/"), HTML).status, 403);
    let seen = records(&world, &["--group", "children"]);
    assert_eq!(
        (&seen[0]["user"], &seen[0]["identity"], &seen[0]["peer"].to_string().contains("127.0.0.1")),
        (&serde_json::Value::Null, &"portal".into(), &true)
    );
    assert!(own(proxy.proxy, "/sign-in", HTML).text().contains("You are online as a guest"));
    for (name, password) in [("lee", "lees secret"), ("kim", "kims secret")] {
        assert_eq!(sign_in(proxy.proxy, "", name, password).status, 303);
    }
    assert_eq!(get_with(proxy.proxy, &world.address("site.test", "/bytes/10"), HTML).status, 200);
    assert_eq!(records(&world, &["--user", "kim"]).last().unwrap()["group"], "children");
    let told = events(&world);
    for line in
        ["lee signed in at 127.0.0.1 on the page, in the place of a guest", "kim signed in at 127.0.0.1 on the page, in the place of lee"]
    {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[test]
fn a_sign_in_ends_by_itself_and_with_the_account() {
    for (page, busy) in [("keep = \"2s\"\n", false), ("keep = \"1h\"\nat_most = \"2s\"\n", true)] {
        let world = world(page);
        let proxy = start(&world);
        let address = world.address("site.test", "/bytes/10");
        assert_eq!(sign_in(proxy.proxy, "", "kim", "kims secret").status, 303);
        assert_eq!(get_with(proxy.proxy, &address, HTML).status, 200);
        if busy {
            wait_until("it ends however much is asked for", || get_with(proxy.proxy, &address, HTML).status == 302);
        } else {
            std::thread::sleep(Duration::from_millis(2300));
            assert_eq!(get_with(proxy.proxy, &address, HTML).status, 302);
        }
    }
    let world = world("");
    let proxy = start(&world);
    let address = world.address("site.test", "/bytes/10");
    for (command, input) in [(vec!["user", "disable", "kim"], ""), (vec!["user", "password", "lee"], "another secret\n")] {
        let (name, password) = (command[2], format!("{}s secret", command[2]));
        assert_eq!(sign_in(proxy.proxy, "", name, &password).status, 303);
        assert_eq!(get_with(proxy.proxy, &address, HTML).status, 200);
        assert!(command_with(&world, &command, input).status.success());
        wait_until("the sign-in ends with it", || get_with(proxy.proxy, &address, HTML).status == 302);
    }
}

#[test]
fn what_comes_out_of_a_tunnel_is_its_persons_until_they_sign_out_and_a_reload_changes_nothing() {
    let world = world("");
    let proxy = start(&world);
    assert_eq!(sign_in(proxy.proxy, "", "lee", "lees secret").status, 303);
    let authority = format!("blocked.test:{}", world.origin.port());
    let (status, mut stream) = tunnel(proxy.proxy, &authority, None);
    assert!(status.contains(" 200"), "{status}");
    let mut inside = |path: &str| {
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\n{HTML}\r\n").as_bytes()).unwrap();
        let mut part = vec![0; 64 * 1024];
        let read = stream.read(&mut part).unwrap();
        Reply::read(&part[..read]).status
    };
    assert_eq!(inside("/bytes/10"), 200);
    proxy.signal(1);
    wait_until("it has reloaded", || proxy.errors().contains("generation 2") || events(&world).contains("reload"));
    assert_eq!(inside("/bytes/11"), 200);
    assert_eq!(press(proxy.proxy, "", "sign-out", "").status, 303);
    assert_eq!(inside("/bytes/12"), 403, "the strictest group");
    let all = records(&world, &["--user", "lee"]);
    let last = all.last().unwrap();
    assert_eq!((&last["identity"], &last["group"]), (&"stale".into(), &"everyone".into()));
}

#[test]
fn there_is_no_place_for_a_password_where_the_network_could_read_it() {
    let far = "X-Forwarded-For: 203.0.113.9\r\n";
    let closed = world("");
    let proxy = start(&closed);
    let page = own(proxy.proxy, "/sign-in", &format!("{HTML}{far}")).text();
    assert!(!page.contains("type=\"password\"") && page.contains("cannot be sent safely"), "{page}");
    let near = own(proxy.proxy, "/sign-in", HTML).text();
    assert!(near.contains("type=\"password\""), "{near}");
    // A form that somebody else has made is not looked at, right or wrong.
    let open = world("unprotected = true\n");
    let taking = start(&open);
    let token = hidden(&own(taking.proxy, "/sign-in", &format!("{HTML}{far}")).text(), "token");
    let refused = post(proxy.proxy, far, &format!("token={token}&do=sign-in&name=kim&password=kims+secret"));
    assert_eq!(refused.status, 403);
    assert_eq!(get_with(proxy.proxy, &closed.address("site.test", "/"), &format!("{HTML}{far}")).status, 302);
    assert_eq!(sign_in(taking.proxy, far, "kim", "kims secret").status, 303);
    assert_eq!(get_with(taking.proxy, &open.address("site.test", "/bytes/10"), &format!("{HTML}{far}")).status, 200);
}

#[test]
fn guessing_is_stopped_on_the_page_as_elsewhere() {
    let world = world("");
    let proxy = start(&world);
    for guess in 0..10 {
        assert_eq!(sign_in(proxy.proxy, "", "kim", &format!("guess number {guess}")).status, 403, "{guess}");
    }
    let paused = sign_in(proxy.proxy, "", "kim", "kims secret");
    assert!(paused.status == 429 && paused.text().contains("too many attempts"), "{}", paused.head);
    wait_until("it is told", || events(&world).contains("guessing-stopped"));
    for hostile in ["", "&name=&password=", "&name=a%3Ab&password=c", "&name=%ff&password=%ff", "&name=kim&password="] {
        assert_eq!(press(proxy.proxy, "", "sign-in", hostile).status, 403, "{hostile}");
    }
    let huge = press(proxy.proxy, "", "sign-in", &format!("&name=kim&password={}", "x".repeat(64 * 1024)));
    assert_eq!(huge.status, 400);
}

#[test]
fn the_page_is_shown_by_https_where_the_browser_believes_us() {
    let far = "X-Forwarded-For: 203.0.113.9\r\n";
    // Under a certificate of the settings.
    let authority = Authority::new();
    let certified = world("certificate = \"own.pem\"\nkey = \"own.key\"\n");
    let (chain, key) = authority.identity_pem(&["lifeguard.internal"]);
    certified.write("own.pem", &chain);
    write_key(&certified, &key);
    let proxy = start(&certified);
    let led = get_with(proxy.proxy, &certified.address("site.test", "/"), &format!("{HTML}{far}"));
    assert!(led.field("location").unwrap().starts_with("https://lifeguard.internal/sign-in?to="), "{}", led.head);
    assert!(own(proxy.proxy, "/sign-in", &format!("{HTML}{far}")).text().contains("Go to the page where you sign in"));
    let config = trusting(&[&authority.pem()]);
    let mut browser = Secure::open_as(proxy.proxy, "lifeguard.internal:443", Some("203.0.113.9"), &config).unwrap();
    let page = browser.ask("GET /sign-in HTTP/1.1\r\nHost: lifeguard.internal\r\nAccept: text/html\r\n\r\n");
    assert!(page.contains("type=\"password\""), "{page}");
    let form = format!("token={}&do=sign-in&name=kim&password=kims+secret", hidden(&page, "token"));
    let answer =
        browser.ask(&format!("POST /sign-in HTTP/1.1\r\nHost: lifeguard.internal\r\nContent-Length: {}\r\n\r\n{form}", form.len()));
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(get_with(proxy.proxy, &certified.address("site.test", "/bytes/10"), &format!("{HTML}{far}")).status, 200);

    // Under our own authority, where the group opens HTTPS; what was asked for inside leads to the page as well.
    let mut opened = world("");
    opened.more = opened.more.replace("[[help_line]]", "[https]\nauthority = \"var/authority\"\n\n[[help_line]]");
    let text = opened.config().replacen("tunnels = \"tls-or-http\"", "tunnels = \"tls-or-http\"\nhttps = \"full\"", 1);
    opened.write("lifeguard.toml", &text);
    assert!(opened.command(&["ca", "init"]).status.success());
    add(&opened, "lee", "staff", "lees secret");
    opened.write("statutory.txt", "listed.test/page\n");
    opened.write("blocked.txt", "blocked.test\n");
    let text = text.replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    let proxy = Lifeguard::start(&opened.write("lifeguard.toml", &text));
    let ours = std::fs::read_to_string(opened.folder.path().join("var/authority/authority.pem")).unwrap();
    let config = trusting(&[&ours]);
    let mut browser = Secure::open_as(proxy.proxy, "site.test:443", Some("203.0.113.9"), &config).unwrap();
    let led = browser.ask("GET /secret HTTP/1.1\r\nHost: site.test\r\nAccept: text/html\r\n\r\n");
    assert!(led.starts_with("HTTP/1.1 302") && led.contains("lifeguard.internal/sign-in?to=https%3A%2F%2Fsite%2Etest%2Fsecret"), "{led}");
    let mut page = Secure::open_as(proxy.proxy, "lifeguard.internal:443", Some("203.0.113.9"), &config).unwrap();
    assert!(page.ask("GET /sign-in HTTP/1.1\r\nHost: lifeguard.internal\r\nAccept: text/html\r\n\r\n").contains("type=\"password\""));
    let inside = records(&opened, &["--reason", "sign-in-page"]);
    assert_eq!(inside.len(), 2, "the tunnel, and the request inside: {inside:?}");
}

/// What a real browser saw on its way, without any script: led to the page, a wrong password, the right one, and back.
#[test]
fn a_browser_signs_in_and_out_and_goes_on_as_a_guest() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/sign_in.mjs");
    let there = |path: &str| std::path::Path::new(path).exists();
    let playwright = concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe/node_modules/playwright-core/index.mjs");
    for (what, path) in [("Chromium", "/usr/bin/chromium"), ("Playwright for Node", playwright)] {
        if !there(path) {
            return crate::support::needed::skipped_without(what);
        }
    }
    let origin =
        Origin::start(None, |request| request.path().starts_with("/page").then(|| whole(200, "text/plain", b"What was asked for")));
    let world = World { more: world("guest = \"children\"\n").more, ..World::with(origin) };
    let proxy = start(&world);
    let address = world.address("site.test", "/page?a=1&b=2");
    let shots = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("pictures");
    std::fs::create_dir_all(&shots).unwrap();
    let mut node = std::process::Command::new("node");
    node.arg(script)
        .arg(format!("http://{}", proxy.proxy))
        .args([&*address, "kim", "kims secret"])
        .env("SHOTS", &shots)
        .env("PLAYWRIGHT", playwright);
    let run = node.output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let told: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&run.stderr)));
    assert!(told["led"].as_str().unwrap().starts_with("http://lifeguard.internal/sign-in?to="), "{told}");
    assert_eq!((told["heading"].as_str(), told["back"].as_str()), (Some("Please sign in"), Some(&*address)), "{told}");
    assert!(told["wrong"].as_str().unwrap().contains("was not right"), "{told}");
    assert_eq!(told["page"], "What was asked for", "{told}");
    assert_eq!((told["there"].as_str(), told["out"].as_str()), (Some("You are signed in as kim."), Some("Please sign in")), "{told}");
    assert_eq!(told["guest"], "You are online as a guest.");
}

#[test]
fn settings_that_would_lead_nowhere_are_refused() {
    let world = world("");
    let text = world.config();
    let check = |text: &str| {
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        world.write("lifeguard.toml", text);
        let output = world.command(&["check"]);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert!(check(&text).0, "{}", check(&text).1);
    let table = [
        ("groups = [\"everyone\"]", "groups = [\"nobody\"]", "there is no group 'nobody'"),
        ("accounts = \"people/accounts\"\n", "", "'accounts' is missing"),
        (
            "accounts = \"people/accounts\"\n",
            "accounts = \"people/accounts\"\nneeded_for = [\"everyone\"]\n",
            "'groups' and 'needed_for' cannot both be given",
        ),
        ("groups = [\"everyone\"]", "guest = \"children\"", "'groups' is missing"),
        ("groups = [\"everyone\"]", "groups = [\"everyone\"]\ncertificate = \"own.pem\"", "'key' is missing"),
    ];
    for (from, to, said) in table {
        let (good, errors) = check(&text.replace(from, to));
        assert!(!good && errors.contains(said), "{said}: {errors}");
    }
    let (chain, key) = Authority::new().identity_pem(&["elsewhere.test"]);
    world.write("own.pem", &chain);
    write_key(&world, &key);
    let (good, errors) =
        check(&text.replace("groups = [\"everyone\"]", "groups = [\"everyone\"]\ncertificate = \"own.pem\"\nkey = \"own.key\""));
    assert!(!good && errors.contains("it is not for lifeguard.internal"), "{errors}");
}
