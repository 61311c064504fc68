//! What the console says to people is so, and in their language: times, spans, how accounts stand (issue 7; WCAG 3.1.2, 3.3.2).

use crate::console_support::real::form;
use crate::console_support::{Browser, Scene};
use lifeguard::admin::asking::Seen;
use lifeguard::admin::{Role, SourceStatus, SourceView};
use lifeguard::model::{IdentitySource, Timestamp};
use lifeguard::ports::Clock;

const HOUR_US: i64 = 3600 * 1_000_000;

/// The same session in a browser that asks for Welsh.
fn in_welsh(browser: &Browser) -> Browser {
    Browser { more: "Accept-Language: cy\r\n".into(), ..browser.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_ends_by_the_clock_of_the_place_and_lasts_one_hour_or_several() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut it, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let page = it.get("/exceptions/new").await.text;
    for span in [">10 minutes<", ">1 hour<", ">2 hours<", ">1 day<", ">7 days<", ">366 days<"] {
        assert!(page.contains(span), "{span}: {page}");
    }
    let made = [("kind", "close"), ("addresses", "x.test"), ("whom", "everybody"), ("minutes", "30"), ("because", "a lesson")];
    assert_eq!(it.post("/exceptions/new", &form(&made)).await.status, 303);
    let page = it.get("/exceptions").await.text;
    assert!(page.contains("1 Jan 1970, 01:00 BST") && !page.contains("UTC"), "as the list of what is closed at once has it: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_opened_for_the_times_that_the_log_shows() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let blank = lead.get("/incidents/new").await.text;
    assert!(blank.contains("From when (time of Europe/London)") && blank.contains("Until when (time of Europe/London)"), "{blank}");
    let summer = [("what", "x"), ("severity", "1"), ("first", "2025-07-01T10:00"), ("last", "2025-07-01T11:30")];
    let made = lead.post("/incidents/new", &form(&summer)).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = lead.get("/incidents/show?id=1").await.text;
    assert!(page.contains("1 Jul 2025, 10:00 BST - 1 Jul 2025, 11:30 BST"), "{page}");
    assert!(!page.contains("UTC"), "one clock for all times of a page: {page}");
    let welsh = in_welsh(&lead).get("/incidents/show?id=1").await.text;
    assert!(welsh.contains("1 Gorff 2025, 10:00 BST - 1 Gorff 2025, 11:30 BST"), "{welsh}");
    let sql = "SELECT first, last FROM incident";
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let times = book.query_row(sql, [], |row| Ok((Timestamp(row.get(0)?), Timestamp(row.get(1)?)))).unwrap();
    let nine: jiff::Timestamp = "2025-07-01T09:00:00Z".parse().unwrap();
    assert_eq!((times.0.0, times.1.0 - times.0.0), (nine.as_microsecond(), HOUR_US + HOUR_US / 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_welsh_reads_how_accounts_stand_and_how_old_things_are_in_welsh() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    for name in ["ivy", "uma", "eve", "ann"] {
        let role = if name == "ann" { Role::Auditor } else { Role::It };
        scene.person(&mut admin, name, role).await;
    }
    let now = scene.clock.now().wall;
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    for (name, set) in [("uma", "active = 0"), ("eve", "until = 1"), ("ann", "vetted_until = 1"), ("ivy", "first_until = 1")] {
        assert_eq!(book.execute(&format!("UPDATE account SET {set} WHERE name = '{name}'"), []).unwrap(), 1);
    }
    let english = admin.get("/people").await.text;
    let welsh = in_welsh(&admin).get("/people").await.text;
    for (state, in_welsh) in [
        ("switched off", "wedi&#x27;i ddiffodd"),
        ("its time is over", "mae ei amser ar ben"),
        ("the vetting has lapsed", "mae&#x27;r fetio wedi dod i ben"),
        ("the secret of the first time has lapsed", "mae cyfrinair y tro cyntaf wedi dod i ben"),
    ] {
        assert!(english.contains(&format!(">{state}</td>")), "{state}: {english}");
        assert!(welsh.contains(&format!(">{in_welsh}</td>")) && !welsh.contains(&format!(">{state}</td>")), "{state}: {welsh}");
    }
    // The age of a source, and how long before a request its asker was known.
    let (mut it, _) = scene.person(&mut admin, "ian", Role::It).await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    for (name, hours) in [("old", 73), ("fresh", 1)] {
        let status = SourceStatus { name: name.into(), as_of: Some(Timestamp(now.0 - hours * HOUR_US)), ..SourceStatus::default() };
        scene.works.sources.views.lock().unwrap().push(SourceView { status, ..SourceView::default() });
    }
    let (english, welsh) = (it.get("/lists/sources").await.text, in_welsh(&it).get("/lists/sources").await.text);
    assert!(english.contains(">3 days</td>") && english.contains(">1 hour</td>"), "{english}");
    assert!(welsh.contains(">3 diwrnod</td>") && welsh.contains(">1 awr</td>"), "{welsh}");
    *scene.works.asking.rows.lock().unwrap() = vec![Seen {
        sequence: 1,
        at: Timestamp(scene.clock.now().wall.0 - HOUR_US),
        user: Some("kim".into()),
        identity: IdentitySource::Account,
        identity_age_s: 12,
        address: "http://games.test/play".into(),
        words: "Allowed.",
        ..Seen::default()
    }];
    lead.get("/log").await;
    let asked = lead.post("/log", &form(&[("slot", "day"), ("because", "a parent asked")])).await;
    assert_eq!(asked.status, 303, "{}", asked.text);
    let rows = format!("{}&rows=yes", asked.location());
    assert!(lead.get(&rows).await.text.contains("12 seconds before"));
    let welsh = in_welsh(&lead).get(&rows).await.text;
    assert!(welsh.contains("12 eiliad ynghynt") && !welsh.contains("seconds"), "{welsh}");
}
