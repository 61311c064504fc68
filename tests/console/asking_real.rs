//! Asking the log through the real program: what people asked of the proxy is found, under pseudonyms, with what hostile clients sent; and a
//! safeguarding lead in Chromium, at the width of a desk and of a phone, with script and without. Chromium is skipped, and said so, where it
//! is missing.

use crate::console_support::Browser;
use crate::console_support::real::{self, Running, form};
use crate::sign_in_support::{add, get_as, world};
use crate::support::World;
use crate::support::client::exchange;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const WHY: &str = "a parent asked on Monday";

/// A program with a log in which kim and lee asked for things, and somebody sent bytes that are no text.
fn peopled() -> (World, Running) {
    let world = world("");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let mail = "[mail]\nserver = \"localhost\"\nfrom = \"filter@school.example\"\n[mail.recipients]\nlead = \"sam@school.example\"\n";
    let config = world.write("lifeguard.toml", &format!("{}\n{mail}", world.config()));
    for (name, role) in [("kim", "children"), ("lee", "staff")] {
        add(&world, name, role, &format!("{name}s secret"));
    }
    let running = real::start(&config);
    let ask = |host: &str, path: &str, who: &str| get_as(running.proxy, &world.address(host, path), who, &format!("{who}s secret")).status;
    for path in ["/bytes/10", "/bytes/20?q=news", "/bytes/30?q=<script>alert(1)</script>"] {
        ask("news.test", path, "kim");
    }
    assert_eq!(ask("blocked.test", "/bytes/10", "kim"), 403);
    assert_eq!(ask("listed.test", "/page", "lee"), 403);
    ask("news.test", "/bytes/40", "lee");
    exchange(
        running.proxy,
        b"GET http://news.test/\xff\xfe HTTP/1.1\r\nHost: news.test\r\nUser-Agent: =cmd|' /C calc'!A0\xff\r\nConnection: close\r\n\r\n",
    );
    (world, running)
}

async fn ask(browser: &mut Browser, fields: &[(&'static str, &str)]) -> String {
    browser.get("/log").await;
    let mut all = form(&[("slot", "day"), ("because", WHY)]);
    all.extend(form(fields));
    let done = browser.post("/log", &all).await;
    assert_eq!(done.status, 303, "{}", done.text);
    done.location().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_asked_of_the_proxy_is_found_under_pseudonyms_and_every_look_is_in_the_log() {
    let (world, running) = peopled();
    let mut admin = running.administrator().await;
    let mut ann = running.person(&mut admin, "ann", "auditor").await;
    let path = ask(&mut ann, &[("url", "news.test")]).await;
    let count = ann.get(&path).await;
    assert!(count.text.contains("Requests: "), "{}", count.text);
    let rows = ann.get(&format!("{path}&rows=yes")).await;
    let kim = rows.text.split("person-").nth(1).map(|rest| format!("person-{}", &rest[..11])).unwrap();
    assert!(!rows.text.contains(">kim") && !rows.text.contains("kim (") && !rows.text.contains("<script"), "{}", rows.text);
    assert!(rows.text.contains("signed in (account"), "{}", rows.text);
    // What is on a list of illegal material is not found by its text, and where it is found it is not there to be read.
    let none = ask(&mut ann, &[("url", "listed.test")]).await;
    assert!(ann.get(&none).await.text.contains("nothing that fits"));
    let all = ask(&mut ann, &[("category", "statutory")]).await;
    let all = ann.get(&format!("{all}&rows=yes")).await;
    assert!(all.text.contains("[statutory: redacted]") && !all.text.contains("listed.test"), "{}", all.text);
    let refused = ask(&mut ann, &[("verdict", "block")]).await;
    let refused = ann.get(&format!("{refused}&rows=yes")).await;
    assert!(
        refused.text.contains("class=\"shut\">GET [statutory: redacted]</td>") && refused.text.contains("blocked.test"),
        "{}",
        refused.text
    );
    // Pages follow one another without a gap, and the pseudonym finds its person.
    let person = ask(&mut ann, &[("person", &kim)]).await;
    let person = ann.get(&format!("{person}&rows=yes&order=oldest")).await;
    assert!(person.text.matches(&kim).count() >= 1, "{}", person.text);
    let href = person.between("<th scope=\"row\"><a href=\"", "\"").unwrap().replace("&amp;", "&");
    let record = ann.get(&href).await;
    assert!(record.text.contains("user_agent") || record.text.contains("monotonic_us"), "{}", record.text);
    assert!(!record.text.contains(">kim<") && !record.text.contains(">lee<"), "{}", record.text);
    let id = href.split("ask=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    for (kind, begins) in [("csv", "\"kind\""), ("jsonl", "{")] {
        let file = ann.post("/log/export", &form(&[("ask", &id), ("kind", kind), ("for_whom", "here"), ("why", "for the head")])).await;
        assert!(file.status == 200 && file.text.starts_with(begins) && file.text.contains(&kim), "{}", file.text);
        assert!(!file.text.contains("\"kim\"") && !file.text.contains("\"lee\""), "{}", file.text);
    }
    let raw = ask(&mut ann, &[]).await;
    let id = raw.split("ask=").nth(1).unwrap().to_owned();
    let file = ann.post("/log/export", &form(&[("ask", &id), ("kind", "csv"), ("for_whom", "here"), ("why", "for the head")])).await;
    assert!(file.text.contains("\"'=cmd|") && !file.text.contains("\"=cmd") && !file.text.contains("listed.test"), "{}", file.text);
    let console = world.folder.path().join("console");
    let left: Vec<String> = fs::read_dir(&console).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.starts_with("export-")), "{left:?}");
    assert_eq!(fs::metadata(console.join("pseudonyms.key")).unwrap().permissions().mode() & 0o777, 0o600);
    let events = world.command(&["logs", "search", "--kind", "event", "--json", "--limit", "1000"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    for words in ["read the record", "console-export", "asked how many there are", "url news.test", WHY] {
        assert!(events.contains(words), "{words}: {events}");
    }
    let mut console = events.lines().filter(|line| line.contains("\"event\":\"console-"));
    assert!(console.all(|line| !line.contains("kim")), "no name stands in the record of who looked: {events}");
    let notes = fs::read_to_string(world.folder.path().join("log/exports.log")).unwrap();
    assert!(
        notes.matches("for the head").count() == 3 && notes.contains("ann") && notes.contains(&kim) && !notes.contains("lee"),
        "{notes}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_safeguarding_lead_asks_the_log_in_chromium() {
    let (_world, running) = peopled();
    let mut admin = running.administrator().await;
    let sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let cookie = sam.cookie.unwrap();
    let said = tokio::task::spawn_blocking(move || real::journey("asking.py", &running, &[&cookie, "news", "kim"])).await.unwrap();
    if let Some(said) = said {
        println!("{said}");
    }
}
