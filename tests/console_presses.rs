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

async fn enrolled(console: SocketAddr, secret: &str) -> Browser {
    let origin = Some(format!("http://{console}"));
    let mut browser = Browser { address: console, cookie: None, token: String::new(), origin, more: String::new() };
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
    let page = browser.get("/enrol").await;
    let key = OneTimeKey::kept(from_base32(page.between("<dt>Key</dt><dd><code>", "</code>").unwrap()).unwrap());
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let done = browser.post("/enrol", &form(&[("code", &key.code(now / STEP_S))])).await;
    assert_eq!(done.status, 200, "{}", done.text);
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
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let mut command = program();
    command.args(["run", "--config"]).arg(&config).current_dir(world.folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let mut said = String::new();
    let mut lines = BufReader::new(running.0.stdout.take().unwrap());
    while !said.contains("the secret is ") && lines.read_line(&mut said).unwrap() > 0 {}
    let proxy: SocketAddr = after(&said, "proxy on http://").parse().unwrap();
    let console: SocketAddr = after(&said, "console on http://").parse().unwrap();
    let mut browser = enrolled(console, &after(&said, "the secret is ")).await;
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
