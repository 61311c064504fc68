//! Buttons of the console through the real program: from the press to the answer on the wire, and nothing is compiled for it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed set-up is a failed test")]

mod console_support;
mod support;

use console_support::{Answer, Browser, PASSWORD};
use lifeguard::credential::{OneTimeKey, STEP_S, from_base32};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use support::World;
use support::client::{get, get_direct};
use support::proxy::{program, wait_until};

const SOON: Duration = Duration::from_secs(2);
/// Every suite takes less here, on a busy machine too.
const A_RUN: Duration = Duration::from_secs(300);

/// The program, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn form(pairs: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn after(text: &str, words: &str) -> String {
    text.split_once(words).unwrap().1.split([' ', ',', ';', '\n']).next().unwrap().to_owned()
}

/// The program with a console on which nobody has signed in yet: its proxy, its console, and the secret of the set-up.
fn started(world: &World) -> (Running, SocketAddr, SocketAddr, String) {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let mut command = program();
    command.args(["run", "--config"]).arg(&config).current_dir(world.folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let mut said = String::new();
    let mut lines = BufReader::new(running.0.stdout.take().unwrap());
    while !said.contains("the secret is ") && lines.read_line(&mut said).unwrap() > 0 {}
    let at = |words| after(&said, words).parse().unwrap();
    (running, at("proxy on http://"), at("console on http://"), after(&said, "the secret is "))
}

fn browser(console: SocketAddr) -> Browser {
    Browser { address: console, cookie: None, token: String::new(), origin: Some(format!("http://{console}")), more: String::new() }
}

async fn enrolled(console: SocketAddr, secret: &str) -> Browser {
    let mut browser = browser(console);
    let setup = [
        ("secret", secret),
        ("name", "robin"),
        ("shown", "Robin Hill"),
        ("fresh", PASSWORD),
        ("again", PASSWORD),
        ("lead_name", "Sam"),
        ("lead_reach", "1"),
        ("it_name", "Ivy"),
        ("it_reach", "2"),
        ("preset", "as-it-is"),
    ];
    let made = browser.post("/setup", &form(&setup)).await;
    assert_eq!(made.status, 303, "{}", made.text);
    first_steps(&mut browser, &[]).await;
    browser
}

/// Shows the first code of an authenticator, with what else is asked for then.
async fn first_steps(browser: &mut Browser, more: &[(&'static str, &str)]) {
    let page = browser.get("/enrol").await;
    let key = OneTimeKey::kept(from_base32(page.between("<dt>Key</dt><dd><code>", "</code>").unwrap()).unwrap());
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let done = browser.post("/enrol", &form(&[&[("code", &*key.code(now / STEP_S))], more].concat())).await;
    assert_eq!(done.status, 200, "{}", done.text);
}

/// Somebody of IT, to whom the administrator gives access.
async fn technician(console: SocketAddr, admin: &mut Browser) -> Browser {
    admin.get("/people/new").await;
    let made = admin.post("/people/new", &form(&[("shown", "Ivy"), ("name", "ivy"), ("role", "it"), ("vetted", "")])).await;
    let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
    let mut browser = browser(console);
    let entered = browser.sign_in("ivy", &secret, "").await;
    assert_eq!((entered.status, entered.location()), (303, "/enrol"), "{}", entered.text);
    first_steps(&mut browser, &[("fresh", PASSWORD), ("again", PASSWORD)]).await;
    browser
}

fn compilations(console: SocketAddr) -> String {
    let all = get_direct(console, "/metrics").text();
    all.lines().find(|line| line.starts_with("lifeguard_list_compilations_total ")).unwrap().to_owned()
}

async fn press(browser: &mut Browser, fields: &[(&'static str, &str)]) -> Answer {
    browser.get("/lists/emergency").await;
    browser.post("/lists/emergency", &form(fields)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_on_the_console_is_blocked_within_two_seconds_and_nothing_is_compiled() {
    let world = World::new();
    let (_running, proxy, console, secret) = started(&world);
    let mut browser = enrolled(console, &secret).await;
    let blocked = || get(proxy, &world.address("new.test", "/a")).status == 403;
    let before = compilations(console);
    assert!(!blocked());
    let bad = press(&mut browser, &[("address", "new test"), ("category", "testing"), ("because", "seen")]).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"address-fault\""), "{}", bad.text);
    let bad = press(&mut browser, &[("address", ""), ("category", "statutory"), ("until", "soon")]).await;
    for field in ["address", "category", "because", "until"] {
        assert!(bad.status == 422 && bad.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", bad.text);
    }
    let done = press(&mut browser, &[("address", "new.test"), ("category", "testing"), ("because", "seen in a lesson")]).await;
    let from = Instant::now();
    assert_eq!((done.status, done.location()), (303, "/lists/emergency"), "{}", done.text);
    wait_until("it is blocked", blocked);
    assert!(from.elapsed() < SOON, "{:?}", from.elapsed());
    println!("from the answer of the console to 403: {:?}", from.elapsed());
    let page = browser.get("/lists/emergency").await;
    assert!(page.text.contains("E-1: new.test"), "{}", page.text);
    let over = browser.post("/lists/emergency/over", &form(&[("which", "E-1"), ("over_because", "a mistake")])).await;
    assert_eq!(over.status, 303, "{}", over.text);
    wait_until("it is open", || !blocked());
    assert_eq!(compilations(console), before);
    let events = world.command(&["logs", "search", "--events", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert!(events.contains("closed E-1 at once: new.test in testing") && events.contains("seen in a lesson"), "{events}");
    assert!(events.contains("opens E-1 again") && events.contains("a mistake"), "{events}");
}

/// Runs of every suite that the history holds.
fn runs(world: &World) -> usize {
    let history = std::fs::read_to_string(world.folder.path().join("accredit/history.jsonl")).unwrap_or_default();
    history.lines().filter(|line| line.contains("\"what\":\"run\"") && line.contains("\"counts\":{")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_suite_runs_at_a_press_for_a_reason_and_one_at_a_time() {
    const PLACE: &str = "/accreditation/run";
    let mut world = World::new();
    // Nothing runs but what is asked for.
    world.more = "\n[accredit]\nfolder = \"accredit\"\nschedule = false\n".into();
    let (_running, _, console, secret) = started(&world);
    let mut admin = enrolled(console, &secret).await;
    let mut browser = technician(console, &mut admin).await;
    let page = browser.get(PLACE).await;
    assert!(page.text.contains("not running") && page.text.contains("name=\"because\""), "{}", page.text);
    let why = form(&[("because", "the governors meet <tonight>")]);
    assert_eq!(admin.post(PLACE, &why).await.status, 403, "an administrator may not");
    let silent = browser.post(PLACE, &form(&[("because", " ")])).await;
    assert!(silent.status == 422 && silent.text.contains("id=\"because-fault\""), "{}", silent.text);
    let long = browser.post(PLACE, &form(&[("because", &"x".repeat(2049))])).await;
    assert_eq!((long.status, runs(&world)), (422, 0));
    let asked = browser.post(PLACE, &why).await;
    assert_eq!((asked.status, asked.location()), (303, PLACE), "{}", asked.text);
    for form in [&why, &form(&[])] {
        let again = browser.post(PLACE, form).await;
        assert!(again.status == 409 && again.text.contains("It runs already"), "{} {}", again.status, again.text);
        assert!(!again.text.contains("name=\"because\""), "there is nothing to press: {}", again.text);
    }
    let page = browser.get(PLACE).await;
    assert!(page.text.contains("running, or about to") && !page.text.contains("<form class=\"fields\""), "{}", page.text);
    let begun = Instant::now();
    let page = loop {
        let page = browser.get(PLACE).await;
        if page.text.contains("not running") {
            break page;
        }
        assert!(begun.elapsed() < A_RUN, "it runs and runs: {}", page.text);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    println!("every suite took {:?}", begun.elapsed());
    assert_eq!(runs(&world), 1, "the history has grown");
    assert!(page.text.contains("everything held") && !page.text.contains("not yet"), "{}", page.text);
    let events = world.command(&["logs", "search", "--events", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert_eq!(events.matches("asked for every suite").count(), 1, "{events}");
    assert!(events.contains("the governors meet <tonight>"), "{events}");
}
