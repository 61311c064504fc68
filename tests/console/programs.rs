//! Unusual programs on the console (standards X9): ordered as a long question, told without small numbers, led to one request of the log; and
//! counted from a real log, so that every request is accounted for.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::support::World;
use crate::support::client::get_with;
use lifeguard::admin::{FixedJobs, FixedWorks, ProgramRow, ProgramsFound, Role};
use lifeguard::ports::LogFault;
use lifeguard::record::EventKind;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const WHY: &str = "a check of the half year";
const BAD: &str = "=bad</td><script>alert(1)</script>";

fn found() -> ProgramsFound {
    let row = |program: &str, people, reference: &str| ProgramRow {
        program: program.into(),
        people,
        devices: people,
        requests: 40,
        few: people < 5,
        way_round: program.starts_with("Shadow"),
        sites: BTreeMap::from([("head".to_owned(), 30), ("leeds".to_owned(), 10)]),
        seen: (1_763_974_800_000_000, 1_763_974_860_000_000),
        reference: reference.into(),
        ..ProgramRow::default()
    };
    let rows = vec![row("Shadowrocket 19", 12, "01J00000000000000000000000"), row(BAD, 3, "")];
    ProgramsFound { rows, all: 9, usual: 7, usual_requests: 400, requests: 483, silent: 3, ..ProgramsFound::default() }
}

async fn order(browser: &mut Browser, fields: &[(&'static str, &str)]) -> Answer {
    browser.get("/log/programs").await;
    let mut all = form(&[("days", "31"), ("few", "5"), ("when", "urgent"), ("because", WHY)]);
    all.extend(form(fields));
    browser.post("/log/programs", &all).await
}

async fn work(scene: &Scene) {
    let desk = Arc::clone(&scene.desk);
    tokio::task::spawn_blocking(move || desk.work_off(&AtomicBool::new(false)).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_told_without_small_numbers_and_lead_to_a_request_for_those_who_may_ask() {
    let scene =
        Scene::start_with(FixedWorks { jobs: FixedJobs { programs: found(), ..FixedJobs::default() }, ..FixedWorks::default() }).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    for fields in [[("days", "9999")], [("few", "1")], [("site", "elsewhere")], [("when", "")], [("because", " ")]] {
        let answer = order(&mut sam, &fields).await;
        assert_eq!(
            (answer.status, answer.text.matches("class=\"faulty\"").count()),
            (422, usize::from(fields[0].0 != "site")),
            "{fields:?}"
        );
    }
    assert_eq!(order(&mut sam, &[]).await.location(), "/log/jobs");
    assert_eq!(order(&mut ivy, &[]).await.location(), "/log/jobs");
    work(&scene).await;
    let page = sam.get("/log/programs").await.text;
    for needed in [
        "Shadowrocket 19",
        "made to get around filters",
        "few people",
        ">12<",
        "fewer than 5",
        "head: 30; leeds: 10",
        "Requests: 483",
        "no fingerprint of TLS",
    ] {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains(">3<"), "{page}");
    assert!(page.contains("/log?by=1&amp;program=0") && !page.contains("program=1"), "{page}");
    let (kind, act) = scene.acts().pop().unwrap();
    assert!(kind == EventKind::ConsoleLookUp && act.did.contains("J-1: 2 programs") && act.purpose == WHY, "{act:?}");
    let asked = sam.get("/log?by=1&program=0").await;
    assert!(asked.text.contains("01J00000000000000000000000"), "{}", asked.text);
    for bad in ["by=1&program=1", "by=1&program=9", "by=2&program=0", "by=9&program=0", "by=x&program=0", "program=0"] {
        assert_eq!(sam.get(&format!("/log?{bad}")).await.status, 404, "{bad}");
    }
    let page = ivy.get("/log/programs").await.text;
    assert!(page.contains("Shadowrocket 19") && !page.contains("program=0"), "IT staff read no log: {page}");
    assert_eq!((admin.get("/log/programs").await.status, ivy.get("/log/programs?job=1").await.status), (403, 404));
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(sam.get("/log/programs").await.status, 503, "without a record nothing is shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_a_real_log_is_accounted_for() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.config().replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    let running = real::start(&world.write("lifeguard.toml", &config));
    let chrome = "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
    for (agent, people) in [(chrome, 7), ("Shadowrocket/1978 CFNetwork/1", 6), ("odd/2.3", 2), (BAD, 1), ("", 1)] {
        for person in 1..=people {
            let head = format!(
                "X-Forwarded-For: 192.0.2.{person}\r\n{}",
                if agent.is_empty() { String::new() } else { format!("User-Agent: {agent}\r\n") }
            );
            for path in ["/bytes/10", "/bytes/20"] {
                get_with(running.proxy, &world.address("news.test", path), &head);
            }
        }
    }
    get_with(running.proxy, "http://listed.test/page", "X-Forwarded-For: 192.0.2.9\r\nUser-Agent: secret/1\r\n");
    let mut admin = running.administrator().await;
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    assert_eq!(order(&mut sam, &[]).await.location(), "/log/jobs");
    let began = std::time::Instant::now();
    let page = loop {
        let page = sam.get("/log/programs").await.text;
        if page.contains("Programs: ") {
            break page;
        }
        assert!(began.elapsed().as_secs() < 60, "{page}");
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    };
    // Seven people with a browser are usual; of six that get around the filter the number is told.
    assert!(
        page.contains("Requests: 35. Programs: 5, of which 1 are usual, with 14 requests. Requests that name no program: 2."),
        "{page}"
    );
    for needed in ["Shadowrocket 1978", "odd 2", "secret 1", "=bad", "made to get around filters"] {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    assert!(!page.contains("Chrome 126") && !page.contains("<script"), "{page}");
    let order = ["Shadowrocket 1978", "odd 2"].map(|name| page.find(name).unwrap());
    assert!(order.is_sorted());
    let total = world.command(&["logs", "search", "--json", "--limit", "1000"]);
    assert_eq!(String::from_utf8_lossy(&total.stdout).lines().count(), 35);
    // What a list of illegal material decided leads nowhere.
    let row = page.split("<tr>").find(|row| row.contains("secret 1")).unwrap();
    assert!(!row.contains("<a "), "{row}");
    let row = page.split("<tr>").find(|row| row.contains("Shadowrocket")).unwrap();
    let href = row.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let filled = sam.get(&href).await;
    let reference = filled.between("name=\"reference\"", ">").unwrap();
    let reference = reference.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let found = world.command(&["logs", "search", "--id", &reference, "--json"]);
    assert!(String::from_utf8_lossy(&found.stdout).contains("Shadowrocket/1978"));
    let cookie = sam.cookie.clone().unwrap();
    let said = tokio::task::spawn_blocking(move || real::journey("programs.py", &running, &[&cookie])).await.unwrap();
    if let Some(said) = said {
        println!("{said}");
    }
}
