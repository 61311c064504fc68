//! People with a library card and a PIN, whom a service of the library knows: a real HTTP service that answers, hangs and talks rubbish
//! (standards X17, X22).

use crate::sign_in_support::openssl::{self, OpenSsl};
use crate::sign_in_support::{add, get_as, in_proxy, records};
use crate::support::World;
use crate::support::proxy::{Lifeguard, wait_until};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TOKEN: &str = "a-token-that-is-never-shown";

/// The service, which is a process of its own.
struct Service {
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

impl Service {
    fn start(tls: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("python3");
        command.args(["tests/sign_in_support/card_service.py"]).arg(folder.path());
        if tls {
            let authority = OpenSsl::new(folder.path(), "Authority of the library");
            authority.certificate("server", ("/CN=cards.test", "subjectAltName = DNS:localhost"), "5");
            command.args([authority.path("server.pem"), authority.path("server.key")]);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { folder, port: line.trim().parse().unwrap(), child }
    }

    fn mode(&self, how: &str) {
        std::fs::write(self.folder.path().join("mode"), how).unwrap();
    }

    /// The lines of what it was asked.
    fn asked(&self) -> Vec<String> {
        std::fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default().lines().map(ToOwned::to_owned).collect()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn here() -> bool {
    openssl::here(&["python3", "curl"])
}

/// A world whose people have cards, with `more` under `[sign_in.card]`, and another line for `[sign_in]`.
fn world(url: &str, (sign_in, more): (&str, &str), roots: &str) -> (World, Lifeguard) {
    let mut world = crate::sign_in_support::world(sign_in);
    let card = format!(
        "\n[sign_in.card]\nurl = \"{url}\"\nsecret_file = \"token\"\ntimeout = \"1s\"\npattern = \"d[0-9]{{6}}\"\n{more}\n\
         [[sign_in.card.groups]]\ncard = \"junior\"\ngroup = \"children\"\n\
         [[sign_in.card.groups]]\ncard = \"adult\"\ngroup = \"staff\"\n\
         [[sign_in.card.age]]\nunder = 16\ngroup = \"children\"\n\
         [[sign_in.card.age]]\ngroup = \"staff\"\n"
    );
    world.more = world.more.replace("\n[telemetry]", &format!("{card}[telemetry]"));
    world.write_secret("token", &format!("{TOKEN}\n"));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &in_proxy(&world, roots));
    let proxy = Lifeguard::start(&config);
    (world, proxy)
}

fn local(service: &Service, sign_in: &str, more: &str) -> (World, Lifeguard) {
    world(&format!("http://127.0.0.1:{}/check?branch=1", service.port), (sign_in, more), "")
}

fn pin(card: &str) -> String {
    format!("4711-{card}")
}

#[test]
fn a_card_and_its_pin_sign_in_by_curl_and_the_service_says_the_group() {
    if !here() {
        return;
    }
    let service = Service::start(false);
    let (world, proxy) = local(&service, "", "group = \"children\"");
    add(&world, "kim", "staff", "kims secret");
    wait_until("the account is there", || proxy.errors().contains("accounts: kim added"));
    let closed = world.address("blocked.test", "/bytes/10");
    let curl = |card: &str, pin: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--proxy", &format!("http://{}", proxy.proxy), "--proxy-basic"]);
        let output = curl.args(["--proxy-user", &format!("{card}:{pin}"), &closed]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).parse::<u16>().unwrap()
    };
    for (card, pin, status) in [
        ("D100001", &*pin("d100001"), 403),
        ("d100002", &pin("d100002"), 403),
        ("d100003", &pin("d100003"), 200),
        ("d100005", &pin("d100005"), 403),
        ("d100006", &pin("d100006"), 403),
        ("d100003", "0000", 407),
        ("d999999", "0000", 407),
        ("kim", "kims secret", 200),
        ("nobody", "whatever", 407),
    ] {
        assert_eq!(curl(card, pin), status, "{card}");
    }
    let said: Vec<_> = records(&world, &[])
        .iter()
        .filter(|record| !record["user"].is_null())
        .map(|r| format!("{} {} {}", r["user"].as_str().unwrap(), r["group"].as_str().unwrap(), r["identity"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            "d100001 children card",
            "d100002 children card",
            "d100003 staff card",
            "d100005 children card",
            "d100006 everyone card",
            "kim staff account"
        ],
        "an adult's card of somebody under 16 counts as a child's; a group that nobody knows gives the strictest"
    );
    let asked = service.asked();
    assert_eq!(asked.first().map(String::as_str), Some(&*format!("/check?branch=1 Bearer {TOKEN} d100001 ['card', 'pin']")));
    assert_eq!(asked.len(), 7, "local accounts and what is no card number never go there: {asked:?}");
    for _ in 0..20 {
        assert_eq!(curl("d100003", &pin("d100003")), 200);
    }
    assert_eq!(service.asked().len(), 7, "what was right is remembered");
    let everything = proxy.errors() + &world.log();
    assert!(!everything.contains("4711-") && !everything.contains(TOKEN), "no PIN and no token is shown");
}

#[test]
fn a_service_is_asked_under_tls_and_one_that_cannot_prove_itself_gets_no_pin() {
    if !here() || !openssl::here(&["openssl"]) {
        return;
    }
    let service = Service::start(true);
    let url = format!("https://localhost:{}/", service.port);
    let roots = format!("extra_roots = [\"{}\"]", service.folder.path().join("ca.pem").display());
    let (trusting, proxy) = world(&url, ("", ""), &roots);
    let ask =
        |world: &World, proxy: &Lifeguard| get_as(proxy.proxy, &world.address("blocked.test", "/"), "d100003", &pin("d100003")).status;
    assert_ne!(ask(&trusting, &proxy), 403, "{}", proxy.errors());
    assert_eq!(service.asked().len(), 1);
    let (wary, proxy) = world(&url, ("", ""), "");
    assert_eq!(ask(&wary, &proxy), 403, "the strictest group: nobody could be asked");
    assert_eq!(service.asked().len(), 1, "and nothing was said");
}

#[test]
fn a_service_that_misbehaves_leaves_who_was_known_their_group_and_gives_nobody_more() {
    if !here() {
        return;
    }
    let service = Service::start(false);
    let (world, proxy) = local(&service, "remember = \"10s\"\n", "keep = \"600s\"");
    let closed = world.address("blocked.test", "/bytes/10");
    let ask = |card: &str| get_as(proxy.proxy, &closed, card, &pin(card)).status;
    assert_eq!(ask("d100003"), 200);
    let known = Instant::now();
    std::thread::sleep(Duration::from_secs(11).saturating_sub(known.elapsed()));
    let modes = ["hangs", "closes", "drips", "huge", "large head", "redirects", "rubbish", "500", "404", "401", "204"];
    for how in modes {
        let before = service.asked().len();
        service.mode(how);
        let begun = Instant::now();
        assert_eq!(ask("d100002"), 403, "{how}: not known, so the strictest group");
        assert!(begun.elapsed() < Duration::from_secs(4), "{how}: {:?}", begun.elapsed());
        assert_eq!(service.asked().len(), before + 1, "{how}: it was asked once, and nowhere else");
        assert_eq!(ask("d100003"), 200, "{how}: older than remember, and known for less than keep");
        assert_eq!(service.asked().len(), before + 1, "{how}: it is left alone for three seconds");
        std::thread::sleep(Duration::from_millis(3100));
    }
    service.mode("");
    assert_eq!(ask("d100002"), 403);
    let all = records(&world, &["--user", "d100002"]);
    assert_eq!(all.len(), 1, "named once it could be asked, and never before");
    let unsure: Vec<_> = records(&world, &[]).into_iter().filter(|record| record["user"].is_null()).collect();
    assert_eq!(unsure.len(), modes.len());
    assert!(unsure.iter().all(|record| record["group"] == "everyone" && record["identity"] == "unknown"), "{unsure:?}");
    assert!(!proxy.errors().contains("4711-"), "what it sent back is not repeated");
}

#[test]
fn who_was_known_gets_the_strictest_group_after_keep() {
    if !here() {
        return;
    }
    let service = Service::start(false);
    let (world, proxy) = local(&service, "remember = \"10s\"\n", "keep = \"12s\"");
    let ask = || get_as(proxy.proxy, &world.address("blocked.test", "/bytes/10"), "d100003", &pin("d100003")).status;
    let known = Instant::now();
    assert_eq!(ask(), 200);
    service.mode("closes");
    std::thread::sleep(Duration::from_secs(13).saturating_sub(known.elapsed()));
    assert_eq!(ask(), 403);
    let last = records(&world, &["--user", "d100003"]).pop().unwrap();
    assert_eq!((last["group"].as_str(), last["identity"].as_str()), (Some("everyone"), Some("stale")));
}

#[test]
fn a_suspended_card_is_refused_with_words_and_guesses_are_counted() {
    if !here() {
        return;
    }
    let service = Service::start(false);
    let (world, proxy) = local(&service, "guesses = 5\n", "");
    let open = world.address("site.test", "/bytes/10");
    for _ in 0..5 {
        let reply = get_as(proxy.proxy, &open, "d100004", &pin("d100004"));
        assert_eq!(reply.status, 403, "{}", reply.head);
        assert!(reply.text().contains("paused"), "{}", reply.text());
    }
    assert_eq!(service.asked().len(), 1, "that it is suspended is remembered for a while");
    let last = records(&world, &["--user", "d100004"]).pop().unwrap();
    assert_eq!((last["reason"].as_str(), last["group"].as_str()), (Some("suspended"), Some("everyone")), "{last}");
    assert_eq!(get_as(proxy.proxy, &open, "d100004", "0000").status, 407, "without the PIN nobody learns of it");
    for guess in 0..5 {
        assert_eq!(get_as(proxy.proxy, &open, "d100003", &format!("{guess}")).status, 407);
    }
    let before = service.asked().len();
    assert_eq!(get_as(proxy.proxy, &open, "d100003", &pin("d100003")).status, 429);
    assert_eq!(service.asked().len(), before, "it was not tried");
    let timed = |card: &str| {
        let begun = Instant::now();
        assert_eq!(get_as(proxy.proxy, &open, card, "9999").status, 407);
        begun.elapsed()
    };
    // At the next quarter of a second, whichever it is; that both end at the same one is shown where the answer is held back.
    let (known, unknown) = (timed("d100001"), timed("d999999"));
    let quarter = Duration::from_millis(250);
    assert!(known >= quarter && unknown >= quarter, "a card that is not there: {unknown:?}, one that is: {known:?}");
}

#[test]
fn settings_of_cards_that_cannot_be_meant_are_refused_with_their_line() {
    let world = crate::sign_in_support::world("");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let check = |more: &str| {
        let text = world.config().replace("\n[telemetry]", &format!("\n[sign_in.card]\n{more}\n[telemetry]"));
        world.write("lifeguard.toml", &text);
        let output = world.command(&["check"]);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let good = "url = \"https://cards.example.test/check\"\n";
    for fine in
        [good, "url = \"http://127.0.0.1:99/\"\n", "url = \"http://[::1]:99/\"\n", "url = \"http://cards.test/\"\nunprotected = true\n"]
    {
        assert!(check(fine).0, "{fine}: {}", check(fine).1);
    }
    for (more, said) in [
        ("url = \"http://cards.example.test/\"\n".to_owned(), "PINs could be read"),
        ("url = \"cards.example.test\"\n".to_owned(), "https://HOST/PATH"),
        ("url = \"ftp://cards.example.test/\"\n".to_owned(), "https://HOST/PATH"),
        ("url = \"https://a:b@cards.example.test/\"\n".to_owned(), "https://HOST/PATH"),
        (good.to_owned() + "pattern = \"[0-9\"\n", "not a regular expression"),
        (good.to_owned() + "group = \"pupil\"\n", "there is no group 'pupil'"),
        (good.to_owned() + "[[sign_in.card.groups]]\ncard = \"x\"\n", "'group' is missing"),
        (
            good.to_owned() + "[[sign_in.card.age]]\nunder = 16\ngroup = \"staff\"\n[[sign_in.card.age]]\nunder = 12\ngroup = \"staff\"\n",
            "from the youngest",
        ),
        (
            good.to_owned() + "[[sign_in.card.age]]\ngroup = \"staff\"\n[[sign_in.card.age]]\nunder = 12\ngroup = \"staff\"\n",
            "from the youngest",
        ),
        (
            good.to_owned() + "[sign_in.directory]\nurl = \"ldaps://dc.test\"\nbase = \"dc=test\"\nuser_dn = \"{name}@test\"\n",
            "'pattern' is missing",
        ),
    ] {
        let (fine, text) = check(&more);
        assert!(!fine && text.contains(said), "{more}\n{text}");
    }
}
