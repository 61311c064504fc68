//! Buttons of the console through the real program: from the press to the answer on the wire, and nothing is compiled for it.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser};
use crate::support::World;
use crate::support::client::{get, get_direct};
use crate::support::proxy::wait_until;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Every suite takes less here, on a busy machine too.
const A_RUN: Duration = Duration::from_secs(300);

fn compilations(console: SocketAddr) -> String {
    let all = get_direct(console, "/metrics").text();
    all.lines().find(|line| line.starts_with("lifeguard_list_compilations_total ")).unwrap().to_owned()
}

async fn press(browser: &mut Browser, fields: &[(&'static str, &str)]) -> Answer {
    browser.get("/lists/emergency").await;
    browser.post("/lists/emergency", &form(fields)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_on_the_console_is_blocked_at_once_and_nothing_is_compiled() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let running = real::start(&config);
    let (proxy, console) = (running.proxy, running.console);
    let mut browser = running.administrator().await;
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
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let running = real::start(&world.write("lifeguard.toml", &world.config()));
    let mut admin = running.administrator().await;
    let mut browser = running.person(&mut admin, "ivy", "it").await;
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
