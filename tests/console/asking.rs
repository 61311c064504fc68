//! Asking the log on the console, through HTTP: the wizard, pseudonyms, timelines, names and who agreed to them, files, saved questions;
//! what is hostile in the log, and what is somebody else's.

use crate::console_support::real::form;
use crate::console_support::{Answer, Browser, Scene};
use lifeguard::admin::asking::{Folded, Pseudonyms, Seen};
use lifeguard::admin::{DoorSettings, Happenings, Role};
use lifeguard::model::{IdentitySource, Timestamp, VerdictKind};
use lifeguard::ports::{Clock, LogFault};
use lifeguard::record::EventKind;
use std::sync::atomic::Ordering;

const SECOND: i64 = 1_000_000;
const WHY: &str = "a parent asked on Monday";
const BAD: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}";

fn seen(sequence: u64, at: i64, user: Option<&str>, address: &str) -> Seen {
    let fields = vec![("url".to_owned(), address.to_owned()), ("user_agent".to_owned(), "raw\\xff".to_owned())];
    Seen {
        sequence,
        at: Timestamp(at),
        reference: format!("01AB-CDEFG-H1{sequence}"),
        user: user.map(str::to_owned),
        identity: if user.is_some() { IdentitySource::Account } else { IdentitySource::AddressRange },
        identity_age_s: 12,
        client: "10.20.0.7".into(),
        group: "children".into(),
        method: "GET".into(),
        address: address.into(),
        verdict: VerdictKind::Allow,
        reason: "allowed",
        words: "Allowed.",
        fields,
        ..Seen::default()
    }
}

/// A log in which Kim and Lee asked for things in the last minutes.
fn fill(scene: &Scene) {
    let now = scene.clock.now().wall.0;
    let at = |ago: i64| now - ago * SECOND;
    let folded = Folded { requests: 3, words: "images 3".into() };
    *scene.works.asking.rows.lock().unwrap() = vec![
        seen(1, at(900), Some("kim"), "http://games.test/play"),
        Seen { folded, device: Some("pc-7".into()), ..seen(2, at(890), Some("kim"), "http://news.test/a") },
        seen(3, at(880), Some("lee"), &format!("http://bad.test/{BAD}")),
        Seen { statutory: true, verdict: VerdictKind::Block, ..seen(4, at(870), Some("lee"), "[statutory: redacted]") },
        Seen {
            defanged: true,
            verdict: VerdictKind::Block,
            fields: [("url", "http://terror.test/x"), ("matched", "terror.test")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            terms: "terror.test pictures".into(),
            ..seen(5, at(860), None, "http://terror.test/x")
        },
    ];
}

async fn staffed() -> (Scene, Browser, Browser) {
    staffed_with(DoorSettings::default()).await
}

async fn staffed_with(settings: DoorSettings) -> (Scene, Browser, Browser) {
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), Happenings::default(), settings).await;
    let (mut admin, _) = scene.administrator().await;
    let (lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (auditor, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    fill(&scene);
    (scene, lead, auditor)
}

/// Asks, and gives the number of the question.
async fn ask(browser: &mut Browser, fields: &[(&'static str, &str)]) -> (String, Answer) {
    browser.get("/log").await;
    let mut all = form(&[("slot", "day"), ("because", WHY)]);
    all.extend(form(fields));
    let done = browser.post("/log", &all).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let path = done.location().to_owned();
    let id = path.strip_prefix("/log/found?ask=").unwrap().to_owned();
    (id, browser.get(&path).await)
}

fn word(scene: &Scene, name: &str) -> String {
    Pseudonyms::at(&scene.folder.path().join("console")).of(name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_comes_before_the_rows_and_each_look_is_recorded_with_its_purpose() {
    let (scene, _, mut ann) = staffed().await;
    let (id, page) = ask(&mut ann, &[("url", "games"), ("client", "10.20.0.0/16")]).await;
    assert!(page.text.contains("Requests: 1.") && !page.text.contains("games.test/play"), "{}", page.text);
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.who.as_str(), act.purpose.as_str()), (EventKind::ConsoleLookUp, "ann", WHY));
    assert_eq!(act.query, "client 10.20.0.0/16; slot day; url games");
    assert!(act.did.starts_with("asked how many there are: 1"), "{}", act.did);
    let rows = ann.get(&format!("/log/found?ask={id}&rows=yes")).await;
    let kim = word(&scene, "kim");
    assert!(
        rows.text.contains("GET http://games.test/play") && rows.text.contains(&format!("{kim}: signed in (account, 12 seconds before)")),
        "{}",
        rows.text
    );
    assert!(!rows.text.contains("kim:") && !rows.text.contains("href=\"http"), "{}", rows.text);
    assert!(scene.acts().pop().unwrap().1.did.contains("read 1 rows of the log, records 1 to 1"));
    // The same person by the pseudonym, and nobody by one that is nobody's.
    let (_, page) = ask(&mut ann, &[("person", &kim.to_uppercase())]).await;
    assert!(page.text.contains("Requests: 2."), "{}", page.text);
    let (_, page) = ask(&mut ann, &[("person", "person-00000-00000")]).await;
    assert!(page.text.contains("nothing that fits"), "{}", page.text);
    scene.works.asking.slow.store(true, Ordering::Relaxed);
    let (id, page) = ask(&mut ann, &[]).await;
    assert!(page.text.contains("Requests: at least 5"), "{}", page.text);
    let rows = ann.get(&format!("/log/found?ask={id}&rows=yes")).await;
    assert!(rows.text.contains("Still looking: everything as far as") && !rows.text.contains("nothing that fits"), "{}", rows.text);
    let on =
        rows.text.split(">Look on<").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert!(on.contains("&after="), "{on}");
    let rows = ann.get(&on).await;
    assert!(rows.status == 200 && rows.text.contains("Back to the start"), "{}", rows.text);
    scene.log.break_down(Some(LogFault::Full));
    for path in [
        format!("/log/found?ask={id}"),
        format!("/log/found?ask={id}&rows=yes"),
        format!("/log/record?ask={id}&n=1"),
        format!("/log/live?ask={id}"),
    ] {
        let shut = ann.get(&path).await;
        assert!(shut.status == 503 && !shut.text.contains("games.test"), "{path}: {}", shut.text);
    }
    let shut = ann.post("/log/export", &form(&[("ask", &id), ("kind", "csv"), ("for_whom", "here"), ("why", WHY)])).await;
    assert!(shut.status == 503 && !shut.text.contains("games.test"), "{}", shut.text);
    scene.log.break_down(None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_be_read_is_answered_beside_its_fields_and_keeps_what_was_typed() {
    let (scene, _, mut ann) = staffed().await;
    let before = scene.acts().len();
    let bad = [
        ("client", "nowhere"),
        ("slot", "between"),
        ("from", "2025-11-30T10:00"),
        ("to", "2025-11-30T09:00"),
        ("person", "kim"),
        ("group", "gods"),
        ("category", "x"),
        ("verdict", "maybe"),
        ("method", "LOOK"),
        ("reference", "1"),
        ("because", " "),
    ];
    ann.get("/log").await;
    let page = ann.post("/log", &form(&bad)).await;
    assert_eq!(page.status, 422);
    for field in ["client", "to", "verdict", "method", "reference", "because", "group", "category"] {
        assert!(page.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", page.text);
    }
    assert!(page.text.contains("value=\"nowhere\"") && page.text.contains("<details open>"), "{}", page.text);
    let page = ann.post("/log", &form(&[("slot", "day"), ("person", "kim"), ("because", WHY)])).await;
    assert!(
        page.status == 422 && page.text.contains("names are for those who may see names") && page.text.contains("<details open>"),
        "{}",
        page.text
    );
    assert_eq!(scene.acts().len(), before, "nothing was looked for");
    for path in [
        "/log/found",
        "/log/found?ask=",
        "/log/found?ask=99",
        "/log/found?ask=1+OR+1=1",
        "/log?ask=99",
        "/log?saved=99",
        "/log/record?ask=1",
        "/log/live?ask=x",
    ] {
        assert_eq!(ann.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hostile_is_text_and_what_is_illegal_is_neither_a_link_nor_to_be_selected() {
    let (scene, mut sam, _) = staffed().await;
    {
        let mut rows = scene.works.asking.rows.lock().unwrap();
        let hostile = seen(6, rows[4].at.0 + 1, Some(BAD), BAD);
        let text = || BAD.to_owned();
        rows.push(Seen {
            device: Some(text()),
            group: text(),
            terms: text(),
            categories: vec![text()],
            method: text(),
            fields: vec![(text(), text())],
            client: text(),
            ..hostile
        });
    }
    let (id, found) = ask(&mut sam, &[("because", BAD)]).await;
    let mut pages = vec![found, sam.get(&format!("/log/found?ask={id}&rows=yes")).await, sam.get(&format!("/log?ask={id}")).await];
    for n in [3, 6] {
        pages.push(sam.get(&format!("/log/record?ask={id}&n={n}")).await);
        let given = sam.post("/log/names", &form(&[("ask", &id), ("n", &n.to_string()), ("because", BAD)])).await;
        assert_eq!(given.location(), format!("/log/record?ask={id}&n={n}"), "{}", given.text);
        pages.push(sam.get(&format!("/log/record?ask={id}&n={n}")).await);
    }
    pages.push(sam.get(&format!("/log/around?ask={id}&n=6&by=person&minutes=10")).await);
    pages.push(sam.get("/log/names").await);
    sam.post("/log/save", &form(&[("ask", &id), ("name", BAD)])).await;
    pages.push(sam.get("/log").await);
    pages.push(sam.get(&format!("/log/live?ask={id}")).await);
    for page in pages {
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(!page.text.contains("<script") && !page.text.contains("<img"), "{}", page.text);
        assert!(page.text.contains("&lt;script&gt;"), "{}", page.text);
        assert!(!page.text.contains("href=\"http"), "{}", page.text);
        let rules = page.field("content-security-policy").unwrap();
        assert!(rules.contains("default-src 'none'") && !rules.contains("unsafe"), "{rules}");
    }
    let rows = sam.get(&format!("/log/found?ask={id}&rows=yes")).await;
    assert!(rows.text.contains("class=\"shut\">GET [statutory: redacted]</td>"), "{}", rows.text);
    assert!(rows.text.contains("class=\"shut\">GET hxxp[:]//terror[.]test/x</td>") && !rows.text.contains("terror.test"), "{}", rows.text);
    let record = sam.get(&format!("/log/record?ask={id}&n=5")).await;
    assert!(record.text.contains("hxxp[:]//terror[.]test/x") && !record.text.contains("terror.test"), "{}", record.text);
    assert!(record.text.contains("terror[.]test pictures") && record.text.contains(">matched<"), "{}", record.text);
    // A text cannot find what a list of illegal material decided.
    let (_, none) = ask(&mut sam, &[("url", "statutory")]).await;
    assert!(none.text.contains("nothing that fits"), "{}", none.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_and_its_timelines_stand_under_the_question_that_led_there() {
    let (scene, mut sam, mut ann) = staffed().await;
    let (id, _) = ask(&mut ann, &[]).await;
    let kim = word(&scene, "kim");
    let record = ann.get(&format!("/log/record?ask={id}&n=2")).await;
    assert!(record.text.contains("raw\\xff") && record.text.contains("lifeguard logs prove 2 --out record-2.proof"), "{}", record.text);
    assert!(!record.text.contains("action=\"/log/names\"") && !record.text.contains(">kim"), "{}", record.text);
    let act = scene.acts().pop().unwrap().1;
    assert!(act.did.contains(&format!("read the record 2, of {kim}")) && act.purpose == WHY, "{act:?}");
    let around = ann.get(&format!("/log/around?ask={id}&n=2&by=person&minutes=10")).await;
    assert!(
        around.text.contains("games.test/play") && around.text.contains("and 3 (images 3) of its own") && !around.text.contains("bad.test"),
        "{}",
        around.text
    );
    assert!(scene.acts().pop().unwrap().1.did.contains("timeline of the person of record 2"));
    let device = ann.get(&format!("/log/around?ask={id}&n=2&by=device&minutes=60&parts=yes")).await;
    assert!(device.text.contains("news.test/a") && !device.text.contains("games.test"), "{}", device.text);
    let address = ann.get(&format!("/log/around?ask={id}&n=2&by=address&minutes=60")).await;
    assert!(address.text.contains("bad.test") && address.text.contains("games.test"), "{}", address.text);
    // Nobody is known of record 5, a time that is not offered, and questions of somebody else.
    for path in [
        "around?n=5&by=person&minutes=10",
        "around?n=2&by=person&minutes=99999",
        "around?n=2&by=gods&minutes=10",
        "record?n=999",
        "record?n=-1",
    ] {
        let path = format!("/log/{path}&ask={id}");
        assert_eq!(ann.get(&path).await.status, 404, "{path}");
    }
    sam.get("/log").await;
    for path in
        [format!("/log/found?ask={id}"), format!("/log/record?ask={id}&n=2"), format!("/log?ask={id}"), format!("/log/live?ask={id}")]
    {
        assert_eq!(sam.get(&path).await.status, 404, "{path}");
    }
    for (path, fields) in [("/log/save", [("name", "x"), ("kind", "")]), ("/log/export", [("kind", "csv"), ("why", "x")])] {
        let mut all = form(&[("ask", id.as_str())]);
        all.extend(form(&fields));
        assert_eq!(sam.post(path, &all).await.status, 404, "{path}");
    }
    scene.clock.advance(10 * 60 * 1_000_000);
    let live = ann.post("/log/live", &form(&[("because", "watching a lesson")])).await;
    let path = live.location().to_owned();
    let live = ann.get(&path).await;
    assert!(live.text.contains("games.test") && !live.text.contains("http-equiv"), "{}", live.text);
    let by_itself = ann.get(&format!("{path}&left=999")).await;
    assert!(
        by_itself.text.contains(&format!("<meta http-equiv=\"refresh\" content=\"15;url={}&amp;left=19\">", path)),
        "{}",
        by_itself.text
    );
    assert!(!ann.get(&format!("{path}&left=0")).await.text.contains("http-equiv"));
    assert_eq!(ann.post("/log/live", &form(&[("because", "")])).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_seen_for_a_purpose_by_whoever_may_and_by_nobody_else() {
    let (scene, mut sam, mut ann) = staffed().await;
    let (kim, lee) = (word(&scene, "kim"), word(&scene, "lee"));
    let (id, _) = ask(&mut sam, &[]).await;
    let refused = sam.post("/log/names", &form(&[("ask", &id), ("n", "1"), ("because", "")])).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let given = sam.post("/log/names", &form(&[("ask", &id), ("n", "1"), ("because", "a worry of the teacher")])).await;
    assert_eq!(given.location(), format!("/log/record?ask={id}&n=1"));
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.query.as_str(), act.purpose.as_str()), (EventKind::ConsoleReveal, kim.as_str(), "a worry of the teacher"));
    assert!(act.did.contains(&format!("sees the name of {kim}, record 1")) && !act.text().contains("\"kim"), "{act:?}");
    let rows = sam.get(&format!("/log/found?ask={id}&rows=yes")).await;
    assert!(rows.text.contains(&format!("kim ({kim}): signed in")) && rows.text.contains(&format!("{lee}: signed in")), "{}", rows.text);
    assert!(!rows.text.contains("lee ("), "{}", rows.text);
    // To somebody else the same person is a pseudonym still, in rows and in files.
    let (other, _) = ask(&mut ann, &[]).await;
    assert!(!ann.get(&format!("/log/found?ask={other}&rows=yes")).await.text.contains("kim ("));
    for (browser, id, name) in [(&mut ann, &other, false), (&mut sam, &id, true)] {
        let file = browser.post("/log/export", &form(&[("ask", id), ("kind", "csv"), ("for_whom", "here"), ("why", "for the head")])).await;
        assert_eq!((file.status, file.field("content-type")), (200, Some("text/csv; charset=utf-8")), "{}", file.text);
        assert!(
            file.field("content-disposition").unwrap().contains(&format!("log-{id}-"))
                && file.field("content-disposition").unwrap().ends_with(".csv\"")
        );
        assert_eq!(
            (file.text.contains(",kim,"), file.text.contains(&lee), file.text.contains(",lee,")),
            (name, true, false),
            "{}",
            file.text
        );
        let (kind, act) = scene.acts().pop().unwrap();
        assert_eq!((kind, act.purpose.as_str()), (EventKind::ConsoleExport, "for the head"));
        assert!(act.did.contains("took 5 rows out of the log as csv") && act.did.contains("SHA-256"), "{act:?}");
    }
    let bad = ann.post("/log/export", &form(&[("ask", &other), ("kind", "exe"), ("why", "")])).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"kind-fault\"") && bad.text.contains("id=\"why-fault\""), "{}", bad.text);
    let many = Seen { sequence: 0, ..seen(0, scene.clock.now().wall.0, None, "http://a.test/") };
    let many = (10..20_020).map(|sequence| Seen { sequence, at: many.at, ..many.clone() });
    scene.works.asking.rows.lock().unwrap().extend(many);
    let (id, _) = ask(&mut ann, &[("slot", "between"), ("url", "it's"), ("client", "10.20.0.0/16")]).await;
    assert_eq!(
        ann.post("/log/export", &form(&[("ask", &id), ("kind", "csv"), ("for_whom", "here"), ("why", "x")])).await.status,
        200,
        "an empty file is one too"
    );
    scene.clock.advance(1_000_000);
    let (id, _) = ask(&mut ann, &[("client", "10.20.0.0/16")]).await;
    let many = ann.post("/log/export", &form(&[("ask", &id), ("kind", "xlsx"), ("for_whom", "here"), ("why", "it's all")])).await;
    assert!(
        many.status == 422 && many.text.contains("more than 20,000 rows") && many.text.contains("lifeguard logs export --format xlsx"),
        "{}",
        many.text
    );
    // By name, for those who may: the question holds the pseudonym, and so does the record.
    let (_, page) = ask(&mut sam, &[("person", "LEE")]).await;
    assert!(page.text.contains(&lee) && !page.text.contains("LEE"), "{}", page.text);
    assert!(scene.acts().iter().any(|(kind, act)| *kind == EventKind::ConsoleReveal && act.did.contains(&format!("sees the name of {lee}, asked for by name"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_were_revealed_go_with_the_right_to_see_names() {
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), Happenings::default(), DoorSettings::default()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    fill(&scene);
    let kim = word(&scene, "kim");
    let (id, _) = ask(&mut sam, &[]).await;
    sam.post("/log/names", &form(&[("ask", &id), ("n", "1"), ("because", "a worry")])).await;
    assert!(sam.get(&format!("/log/record?ask={id}&n=1")).await.text.contains(&format!("kim ({kim})")));
    // The lead becomes an auditor within the day.
    let account =
        scene.desk.book().read(|book| Ok(book.query_row("SELECT id FROM account WHERE name = 'sam'", [], |row| row.get::<_, i64>(0))?));
    let account = account.unwrap().to_string();
    admin.get(&format!("/people/change?account={account}")).await;
    let changed = form(&[("account", &account), ("role", "auditor"), ("active", "yes"), ("vetted", "2030-01-01")]);
    assert_eq!(admin.post("/people/change", &changed).await.status, 303);
    let code = scene.code(&key.unwrap());
    assert_eq!(sam.sign_in("sam", crate::console_support::PASSWORD, &code).await.status, 303);
    let (id, _) = ask(&mut sam, &[]).await;
    for path in [format!("/log/record?ask={id}&n=1"), format!("/log/found?ask={id}&rows=yes")] {
        let page = sam.get(&path).await.text;
        assert!(page.contains(&kim) && !page.contains("kim ("), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_settings_want_it_a_second_person_agrees_first() {
    let settings = DoorSettings { reveal_by_two: true, ..DoorSettings::default() };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), Happenings::default(), settings).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let (mut dee, _) = scene.person(&mut admin, "dee", Role::DisclosureOfficer).await;
    fill(&scene);
    let kim = word(&scene, "kim");
    let (id, _) = ask(&mut sam, &[]).await;
    let path = format!("/log/record?ask={id}&n=1");
    let wish = sam.post("/log/names", &form(&[("ask", &id), ("n", "1"), ("because", "a worry")])).await;
    assert_eq!(wish.location(), "/log/names");
    assert!(scene.acts().pop().unwrap().1.did.contains(&format!("asks to see the name of {kim}")));
    let record = sam.get(&path).await;
    assert!(record.text.contains("waits for a second person") && !record.text.contains(">kim"), "{}", record.text);
    let named = sam.post("/log", &form(&[("slot", "day"), ("because", WHY), ("person", "kim")])).await;
    assert!(named.status == 422 && named.text.contains("a second person has to agree first"), "{}", named.text);
    // Nobody agrees to a wish of their own, nor an auditor to any.
    let own = sam.post("/log/names/decide", &form(&[("which", "1"), ("answer", "yes"), ("reason", "mine")])).await;
    assert_eq!(own.status, 422, "{}", own.text);
    let none = sam.post("/log/names/decide", &form(&[("which", "77"), ("answer", "yes"), ("reason", "mine")])).await;
    assert_eq!((none.status, own.text.contains("this is over already")), (422, none.text.contains("this is over already")));
    assert_eq!(ann.post("/log/names/decide", &form(&[("which", "1"), ("answer", "yes"), ("reason", "x")])).await.status, 403);
    let page = dee.get("/log/names").await;
    assert!(page.text.contains(&kim) && page.text.contains("a worry") && page.text.contains("sam"), "{}", page.text);
    let bad = dee.post("/log/names/decide", &form(&[("which", "1"), ("answer", "perhaps"), ("reason", "")])).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"answer-fault\"") && bad.text.contains("id=\"reason-fault\""), "{}", bad.text);
    let yes = dee.post("/log/names/decide", &form(&[("which", "1"), ("answer", "yes"), ("reason", "it is serious")])).await;
    assert_eq!(yes.location(), "/log/names", "{}", yes.text);
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.who.as_str(), act.purpose.as_str()), (EventKind::ConsoleReveal, "dee", "it is serious"));
    assert!(act.did.contains(&format!("agrees that sam sees the name of {kim}")), "{act:?}");
    assert!(sam.get(&path).await.text.contains(&format!("kim ({kim})")));
    let (other, _) = ask(&mut dee, &[]).await;
    assert!(!dee.get(&format!("/log/record?ask={other}&n=1")).await.text.contains("kim ("), "who agrees does not see");
    let again = dee.post("/log/names/decide", &form(&[("which", "1"), ("answer", "no"), ("reason", "x")])).await;
    assert_eq!(again.status, 422, "it is decided");
    // By name: it waits too, and a refusal takes the name away.
    sam.get("/log/names").await;
    let wish = sam.post("/log/names", &form(&[("name", "lee"), ("because", "a worry")])).await;
    assert_eq!(wish.location(), "/log/names", "{}", wish.text);
    // Until then it leads from the name to no pseudonym: neither to its asker, nor to whoever decides, nor in the record.
    let lee = word(&scene, "lee");
    for (who, page) in [("dee", dee.get("/log/names").await), ("sam", sam.get("/log/names").await)] {
        assert!(page.text.contains("lee") && !page.text.contains(&lee), "{who}: {}", page.text);
    }
    let no = dee.post("/log/names/decide", &form(&[("which", "2"), ("answer", "no"), ("reason", "no case")])).await;
    assert_eq!(no.status, 303, "{}", no.text);
    let page = sam.get("/log/names").await;
    assert!(page.text.contains("refused") && !page.text.contains("lee") && !page.text.contains(&lee), "{}", page.text);
    let acts = scene.acts();
    assert!(acts.iter().any(|(_, act)| act.did.contains("by a name that was typed, wish 2")), "{acts:?}");
    assert!(!format!("{acts:?}").contains(&lee), "{acts:?}");
    // Once somebody agrees, the name and its pseudonym stand together.
    sam.post("/log/names", &form(&[("name", "lee"), ("because", "a worry that grows")])).await;
    let yes = dee.post("/log/names/decide", &form(&[("which", "3"), ("answer", "yes"), ("reason", "it is serious")])).await;
    assert_eq!(yes.status, 303, "{}", yes.text);
    assert!(sam.get("/log/names").await.text.contains(&format!("lee ({lee})")));
    assert!(scene.acts().pop().unwrap().1.did.contains(&format!("agrees that sam sees the name of {lee}")));
    let bad = sam.post("/log/names", &form(&[("name", ""), ("because", "")])).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"name-fault\"") && bad.text.contains("id=\"because-fault\""), "{}", bad.text);
    for (ask, n) in [(id.as_str(), "5"), (id.as_str(), "99"), (other.as_str(), "1"), ("0", "1")] {
        assert_eq!(sam.post("/log/names", &form(&[("ask", ask), ("n", n), ("because", "x")])).await.status, 404, "{ask} {n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_saved_shared_with_a_role_run_again_and_dropped_by_their_owner() {
    let (scene, mut sam, mut ann) = staffed().await;
    let (mut admin, _) = {
        let mut browser = scene.browser();
        browser.get("/sign-in").await;
        (browser, ())
    };
    assert_eq!(admin.get("/log").await.location(), "/sign-in");
    let (id, _) = ask(&mut ann, &[("slot", "week"), ("url", "games")]).await;
    for name in ["", &"x".repeat(101)] {
        let bad = ann.post("/log/save", &form(&[("ask", &id), ("name", name)])).await;
        assert!(bad.status == 422 && bad.text.contains("id=\"name-fault\""), "{}", bad.text);
    }
    assert_eq!(ann.post("/log/save", &form(&[("ask", &id), ("name", "Mine")])).await.location(), "/log");
    assert_eq!(ann.post("/log/save", &form(&[("ask", &id), ("name", "Games of the week"), ("shared", "yes")])).await.location(), "/log");
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.query.as_str()), (EventKind::ConsoleChange, "slot week; url games"));
    let page = ann.get("/log").await;
    let saved = page.between("/log?saved=", "\"").unwrap().to_owned();
    assert!(page.text.contains("Games of the week") && page.text.contains("Mine"), "{}", page.text);
    let again = ann.get(&format!("/log?saved={saved}")).await;
    assert!(
        again.text.contains("value=\"games\"") && again.text.contains("<option value=\"week\" selected>") && !again.text.contains(WHY),
        "{}",
        again.text
    );
    // Another role sees neither, and drops neither; a number of somebody else looks as if it were none.
    assert!(!sam.get("/log").await.text.contains("Games of the week"));
    assert_eq!(sam.get(&format!("/log?saved={saved}")).await.status, 404);
    let over = |answer: &Answer| answer.status == 422 && answer.text.contains("this is over already");
    let (theirs, none) = (sam.post("/log/drop", &form(&[("which", &saved)])).await, sam.post("/log/drop", &form(&[("which", "99")])).await);
    assert!(over(&theirs) && theirs.text == none.text, "{}", theirs.text);
    assert!(over(&ann.post("/log/drop", &form(&[("which", "99")])).await));
    assert!(ann.get("/log").await.text.contains(&format!("saved={saved}\"")));
    assert_eq!(ann.post("/log/drop", &form(&[("which", &saved)])).await.location(), "/log");
    assert!(!ann.get("/log").await.text.contains(&format!("saved={saved}\"")));
}
