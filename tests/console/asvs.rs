//! The console against OWASP ASVS 5.0, level 2: what other tests do not hold yet (security A1 to A7). The table is in
//! `src/manual/console_security.rs`.

use crate::attack::{OPEN, everybody, forms, places, queries};
use crate::console_support::real::form;
use crate::console_support::{Answer, Browser, PASSWORD, Scene};
use lifeguard::admin::{Act, Action, DoorSettings, Happened, Happenings, Place, Role, may};
use lifeguard::ports::LogFault;
use lifeguard::record::{Entry, EventKind};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const MINUTE: u64 = 60_000_000;

/// A console behind a front that ends TLS, and its administrator.
async fn over_tls() -> (Scene, Browser) {
    let settings = DoorSettings { behind_tls: true, ..DoorSettings::default() };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), Happenings::default(), settings).await;
    let mut admin = Browser { origin: Some(format!("https://{}", scene.address)), ..scene.browser() };
    assert_eq!(admin.post("/setup", &scene.setup_form()).await.status, 303);
    scene.enrol(&mut admin, None).await;
    (scene, admin)
}

/// 3.3.1 to 3.3.4; 3.4.1; 3.4.3 to 3.4.6; 14.3.2.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_over_tls_binds_the_browser_to_tls_and_every_cookie_to_this_host() {
    let (scene, mut admin) = over_tls().await;
    let mut nobody = Browser { cookie: None, ..admin.clone() };
    let paths: Vec<&str> = Place::ALL.iter().map(|place| place.path()).chain(OPEN).chain(["/proxy.pac", "/api/v1/openapi.json"]).collect();
    let mut cookies = Vec::new();
    let mut look = |what: &str, answer: &Answer| {
        let field = |name| answer.field(name).unwrap_or("");
        assert_eq!(field("strict-transport-security"), "max-age=31536000; includeSubDomains", "{what}: {}", answer.head);
        let rules = field("content-security-policy");
        for rule in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(rules.contains(rule), "{what}: {rules}");
        }
        assert_eq!((field("x-content-type-options"), field("cache-control")), ("nosniff", "no-store"), "{what}");
        assert!(matches!(field("referrer-policy"), "no-referrer" | "same-origin"), "{what}");
        cookies.extend(answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).map(str::to_owned));
    };
    for path in paths {
        look(path, &nobody.get(path).await);
        let place = Place::ALL.into_iter().find(|place| place.path() == path);
        if place.is_none_or(|place| place.takes().get()) {
            look(path, &admin.get(path).await);
        }
        look(path, &nobody.clone().ask(&format!("DELETE {path} HTTP/1.1\r\n"), "").await);
    }
    let changed = [("password", PASSWORD), ("fresh", "only small letters here"), ("again", "only small letters here")];
    admin.get("/account").await;
    look("a new password", &admin.post("/account/password", &form(&changed)).await);
    admin.get("/account").await;
    look("sign out", &admin.post("/sign-out", &form(&[])).await);
    assert_eq!(cookies.len(), 2, "one is given and one is taken: {cookies:?}");
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-lifeguard=") && !cookie.contains("Domain"), "{cookie}");
        for attribute in ["; Path=/;", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
    // Without TLS there is nothing to bind to.
    assert!(Scene::start().await.browser().get("/sign-in").await.field("strict-transport-security").is_none());
    drop(scene);
}

/// 3.4.2, 3.5.1 to 3.5.3.
#[tokio::test(flavor = "multi_thread")]
async fn no_answer_lets_a_page_from_elsewhere_read_or_send_anything() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let paths: Vec<&str> = Place::ALL.iter().map(|place| place.path()).chain(OPEN).chain(["/api/v1/openapi.json", "/api/v1/log"]).collect();
    for path in paths {
        for origin in ["http://evil.example", "null", &format!("http://{}", scene.address)] {
            let asked = "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type, authorization\r\n";
            let mut page = Browser { origin: Some(origin.to_owned()), more: asked.to_owned(), ..admin.clone() };
            let before = page.ask(&format!("OPTIONS {path} HTTP/1.1\r\n"), "").await;
            assert!(matches!(before.status, 403..=405), "{path}: {}", before.status);
            let read = page.get(path).await;
            for answer in [before, read] {
                assert!(!answer.head.to_ascii_lowercase().contains("access-control-"), "{path}: {}", answer.head);
            }
        }
    }
    assert_eq!(admin.get("/account").await.status, 200);
}

/// 1.1.1, 1.2.2.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_decoded_once_and_no_second_time() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    for typed in [
        "http://open.test/%41%2541%252541",
        "http://open.test/a+b%2Bc",
        "http://open.test/&lt;b&gt;&amp;amp;",
        "http://open.test/\\u003cscript\\u003e",
        "http://open.test/%3Cscript%3E",
        "http://open.test/%C0%AF%u002f",
    ] {
        let answer = admin.post("/try", &form(&[("address", typed)])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(scene.acts().pop().unwrap().1.query, typed, "in the log");
        let escaped = typed.replace('&', "&amp;");
        assert!(answer.text.contains(&escaped), "{typed}: {}", answer.text);
    }
    // A name of ours that is written otherwise is none, and is not read twice either.
    for path in ["/%70eople", "/%2570eople", "/people%2fnew", "/people%252fnew", "/PEOPLE", "/people/./new", "/people//new"] {
        assert_eq!(admin.get(path).await.status, 404, "{path}");
    }
    let doubled = admin.get("/people/change?account=%2531").await;
    assert_eq!(doubled.status, 404, "a number is decoded once");
}

/// 1.2.4: texts that would be SQL somewhere else; and no statement is made of what somebody typed.
#[tokio::test(flavor = "multi_thread")]
async fn texts_that_would_be_sql_are_only_text_and_statements_are_fixed() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    for text in ["robin' --", "' OR '1'='1", "robin\"; DROP TABLE account; --", "robin\u{0}", "*", "%", "_obin"] {
        scene.clock.advance(5 * MINUTE);
        assert_eq!(scene.browser().sign_in(text, PASSWORD, "000000").await.status, 403, "{text}");
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("account", text).finish();
        assert_eq!(admin.get(&format!("/people/change?{query}")).await.status, 404, "{text}");
        let fields = form(&[("shown", text), ("name", "ned"), ("role", "governor"), ("until", text)]);
        admin.get("/people/new").await;
        assert_eq!(admin.post("/people/new", &fields).await.status, 422, "{text}");
    }
    assert!(admin.get("/people").await.text.contains("Robin Hill"));
    // What stands in braces in a statement is a constant of ours, or made of constants by the function that is named here.
    let mut statements = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/admin")).unwrap().flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap_or_default();
        for line in text.lines().filter(|line| line.contains("format!(\"SELECT") || line.contains("format!(\"UPDATE")) {
            let statement = line.split("format!(\"").nth(1).unwrap().split('"').next().unwrap();
            statements += 1;
            for part in statement.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()) {
                let constant = part.chars().all(|c| c.is_ascii_uppercase() || c == '_');
                assert!(constant || ["open", "rest", "which"].contains(&part), "{:?}: {line}", file.path());
            }
        }
        assert!(!text.contains("format!(\"DELETE") && !text.contains("format!(\"INSERT"), "{:?}", file.path());
    }
    assert!(statements > 10, "{statements} statements");
}

/// 1.2.3: what machines read is written by a serialiser.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_hostile_in_json_stays_inside_of_its_text() {
    let scene = Scene::start().await;
    let mut machine = Browser { more: "Accept: application/json\r\n".into(), ..scene.browser() };
    for path in ["/coverage", "/lists", "/readyz", "/version", "/accreditation.json"] {
        let answer = machine.get(path).await;
        assert_eq!(answer.field("content-type").map(|kind| kind.split(';').next().unwrap()), Some("application/json"), "{path}");
        let _whole: serde_json::Value =
            serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{path}: {error}: {}", answer.text));
    }
    let hostile = "\"}],\"role\":\"site-admin\",\u{2028}</script>\\";
    let act = Act::new(hostile, Some(Role::It), Action::AskWhy, hostile).asking(hostile).because(hostile);
    let read: serde_json::Value = serde_json::from_str(&act.text()).unwrap();
    assert_eq!((read["who"].as_str(), read["role"].as_str()), (Some(hostile), Some("it")));
}

/// Sends bytes on one connection and takes what comes until the other side has enough.
async fn raw(scene: &Scene, bytes: &[u8]) -> String {
    let mut stream = tokio::net::TcpStream::connect(scene.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let _end = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// 4.2.1.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_ends_where_its_framing_says_and_what_is_not_clear_is_refused() {
    let scene = Scene::start_patient(Duration::from_secs(2)).await;
    let host = format!("Host: {}\r\n", scene.address);
    let inner = format!("GET /version HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
    let head =
        format!("POST /sign-in HTTP/1.1\r\n{host}Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n", scene.address);
    let chunked = "0\r\n\r\n";
    let long = chunked.len() + inner.len();
    // By its pieces this body has a field twice; by the length it has other names.
    let twice = format!("7\r\na=1&a=2\r\n{chunked}");
    let whole = twice.len() + inner.len();
    // Both lengths: the pieces count, as RFC 9112 says, or it is refused. Never the other length.
    for fields in [
        format!("Content-Length: {whole}\r\nTransfer-Encoding: chunked\r\n"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {whole}\r\n"),
    ] {
        let both = raw(&scene, format!("{head}{fields}\r\n{twice}{inner}").as_bytes()).await;
        assert!(both.starts_with("HTTP/1.1 400") && (both.contains("A field came twice") || !both.contains("\"version\"")), "{both}");
    }
    for fields in [
        format!("Content-Length: 0\r\nContent-Length: {long}\r\n"),
        format!("Content-Length: {long}\r\nContent-Length: 0\r\n"),
        "Content-Length: +0\r\n".to_owned(),
        "Content-Length: 0x0\r\n".to_owned(),
        format!("Content-Length: 0, {long}\r\n"),
        "Content-Length: 99999999999999999999999\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n".to_owned(),
        "Transfer-Encoding: \u{b}chunked\r\n".to_owned(),
        "X: y\r\n Transfer-Encoding: chunked\r\n".to_owned(),
    ] {
        let answer = raw(&scene, format!("{head}{fields}\r\n{chunked}{inner}").as_bytes()).await;
        let status = answer.get(9..12).unwrap_or("").to_owned();
        assert!(status.starts_with('4') && answer.matches("HTTP/1.1 ").count() == 1, "{fields:?}: {answer}");
        assert!(!answer.contains("\"version\""), "{fields:?}: what was smuggled is answered: {answer}");
    }
    for pieces in ["0x5\r\nhello\r\n", "-1\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5\nhello\n", "5 5\r\nhello\r\n", "5\r\nhelloGET"] {
        let answer = raw(&scene, format!("{head}Transfer-Encoding: chunked\r\n\r\n{pieces}{chunked}{inner}").as_bytes()).await;
        assert!(!answer.contains("\"version\""), "{pieces:?}: {answer}");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{pieces:?}: {answer}");
    }
    assert_eq!(scene.browser().get("/sign-in").await.status, 200);
}

/// 14.2.1: forms are sent in bodies, and addresses hold numbers and names of ours.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_stands_in_an_address() {
    let scene = Scene::start().await;
    let (mut sent, mut links) = (0, 0);
    for (role, mut browser) in everybody(&scene).await {
        let secret = browser.cookie.clone().unwrap().replace("lifeguard=", "");
        for place in places(role).filter(|place| place.takes().get()) {
            let page = browser.get(place.path()).await;
            for tag in page.text.split("<form ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
                assert!(tag.contains("method=\"post\"") && !tag.contains('?'), "{role} {}: <form {tag}>", place.path());
                sent += 1;
            }
            for (path, key) in queries(&page.text) {
                assert!(!["token", "password", "code", "secret", "session", "name", "who"].contains(&&*key), "{role} {path}?{key}");
                links += 1;
            }
            let addresses = page.text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
            assert!(addresses.chain([page.location()]).all(|link| !link.contains(&secret) && !link.contains(&browser.token)));
        }
        assert!(forms(&browser.get("/account").await.text).iter().all(|found| found.fields.contains_key("token")));
    }
    assert!(sent > 100 && links > 20, "{sent} forms, {links} links");
    // What is recorded of a page is its path.
    assert!(scene.acts().iter().all(|(_, act)| !act.did.contains('?')));
}

/// A7: there is no way to find out what is on a list of illegal material but by asking, sixty times in five minutes, each in the log.
#[tokio::test(flavor = "multi_thread")]
async fn whether_an_address_is_listed_is_asked_sixty_times_at_most_and_each_is_recorded() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let before = scene.acts().len();
    for at in 0..60 {
        let answer = admin.post("/try", &form(&[("address", &format!("http://illegal.test/{at}"))])).await;
        assert_eq!(answer.status, 200);
        // The field keeps what was typed; the answer does not have it.
        assert_eq!(answer.text.matches("illegal.test").count(), answer.text.matches("value=\"http://illegal.test/").count());
    }
    let acts = scene.acts().split_off(before);
    assert_eq!(acts.len(), 60);
    for (kind, act) in &acts {
        assert_eq!((*kind, &*act.who, &*act.query), (EventKind::ConsoleLookUp, "robin", "[statutory: redacted]"));
    }
    let more = admin.post("/try", &form(&[("address", "http://illegal.test/")])).await;
    assert_eq!(more.status, 422, "{}", more.text);
    assert_eq!(scene.acts().len(), before + 60, "not asked");
    scene.clock.advance(5 * MINUTE);
    assert_eq!(admin.post("/try", &form(&[("address", "http://illegal.test/")])).await.status, 200);
}

/// 16.2.1, 16.2.2, 16.2.4, 16.4.1.
#[tokio::test(flavor = "multi_thread")]
async fn every_event_says_when_who_from_where_and_what_in_one_line_whatever_was_typed() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let forged = "x\r\n{\"who\":\"god\",\"action\":\"sign-in\",\"did\":\"signed in\"}\u{1b}[2J\u{202e}\u{0}";
    admin.post("/try", &form(&[("address", forged)])).await;
    admin.get("/lists/emergency").await;
    admin.post("/lists/emergency", &form(&[("address", "new.test"), ("category", "games"), ("because", forged)])).await;
    admin.more = "User-Agent: x\r\n".into();
    scene.browser().sign_in(forged, forged, forged).await;
    scene.browser().sign_in("robin", forged, forged).await;
    let mut looked = 0;
    scene.log.inspect(|entries| {
        for (_, entry) in entries {
            let Entry::Event(event) = entry else { continue };
            looked += 1;
            assert!(event.peer.is_some() && event.at.wall.0 >= 1_764_000_000_000_000, "{event:?}");
            // Written in UTC, with its mark.
            assert!(event.at.wall.to_string().ends_with('Z'), "{}", event.at.wall);
            assert!(!event.text.chars().any(char::is_control), "one line: {}", event.text);
            let act = Act::read(&event.text).unwrap_or_else(|| panic!("no JSON: {}", event.text));
            assert!(!act.action.is_empty() && !act.did.is_empty() && act.who != "god", "{act:?}");
        }
    });
    assert!(looked > 6, "{looked} events");
}

/// 16.5.1, 16.5.3, 16.5.4.
#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_down_says_nothing_of_the_inside_does_nothing_and_takes_nobody_with_it() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let silent = |what: &str, answer: &Answer| {
        assert_eq!(answer.status, 503, "{what}: {}", answer.text);
        let folder = scene.folder.path().to_string_lossy().into_owned();
        for inner in ["sqlite", "SQL", "locked", "panick", "os error", ".rs", "src/", "LogFault", &folder] {
            assert!(!answer.text.contains(inner), "{what}: {inner}: {}", answer.text);
        }
    };
    // A page that breaks down: its event is not there, and all other pages are.
    scene.works.broken.store(true, std::sync::atomic::Ordering::Relaxed);
    for _ in 0..10 {
        silent("a page that breaks down", &admin.post("/try", &form(&[("address", "http://open.test/")])).await);
    }
    scene.works.broken.store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(admin.post("/try", &form(&[("address", "http://open.test/")])).await.status, 200, "no turn is lost with it");
    // A log that takes nothing.
    admin.get("/people/new").await;
    scene.log.break_down(Some(LogFault::Full));
    let fields = form(&[("shown", "Ann"), ("name", "ann"), ("role", "governor")]);
    silent("a log that is full", &admin.post("/people/new", &fields).await);
    silent("a question that cannot be recorded", &admin.post("/try", &form(&[("address", "http://open.test/")])).await);
    scene.log.break_down(None);
    // The console's own file is somebody else's for a while.
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    book.execute_batch("BEGIN EXCLUSIVE").unwrap();
    silent("a file that is locked", &admin.post("/people/new", &fields).await);
    book.execute_batch("ROLLBACK").unwrap();
    assert!(!admin.get("/people").await.text.contains(">Ann<"), "nothing was done");
    assert_eq!(admin.post("/people/new", &fields).await.status, 200);
}

/// Whoever finds no turn is told so in time, and nothing was done.
#[tokio::test(flavor = "multi_thread")]
async fn when_nobody_has_time_a_page_says_so_and_nothing_is_done() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    admin.get("/people/new").await;
    // Everything that writes waits for five seconds, one after the other.
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    book.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..12)
        .map(|at| {
            let mut browser = admin.clone();
            let fields = form(&[("shown", "Ann"), ("name", &format!("ann{at}")), ("role", "governor")]);
            tokio::spawn(async move { browser.post("/account/sessions", &fields).await })
        })
        .collect();
    let mut busy = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        assert_eq!(answer.status, 503, "{}", answer.text);
        if let Some(again) = answer.field("retry-after") {
            busy += 1;
            assert!(again.parse::<u64>().unwrap() > 0 && answer.text.starts_with("<!doctype html>"), "{}", answer.text);
            assert!(answer.text.contains("<h1>") && !answer.text.contains("Robin"), "{}", answer.text);
            crate::attack::look_at("a busy console", &answer);
        }
    }
    assert!(busy > 0, "everybody had a turn in {:?}", begun.elapsed());
    book.execute_batch("ROLLBACK").unwrap();
    assert_eq!(admin.get("/account").await.status, 200);
    println!("{busy} of 12 were asked to try again");
}

/// 3.2.2, 16.4.1: the page of what was done shows control characters by their numbers.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_shown_with_nothing_hidden_in_it() {
    let text = Act::new("kim", Some(Role::It), Action::AskWhy, "asked").asking("http://a.test/\u{202e}gpj.exe\u{1b}[2J<b>").text();
    let event =
        Happened { sequence: 7, time: "2026-01-01T00:00:00Z".into(), kind: EventKind::ConsoleLookUp, peer: "127.0.0.1".into(), text };
    let acts = Happenings { events: vec![event], next: None, damage: Vec::new() };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), acts, DoorSettings::default()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let page = ann.get("/audit").await;
    assert!(page.text.contains("&lt;b&gt;") && page.text.contains("202e"), "{}", page.text);
    assert!(!page.text.contains('\u{202e}') && !page.text.contains('\u{1b}'));
    assert!(may(Some(Role::Auditor), Place::Audit.action()));
}
