//! Reports that go by the clock: ordered on the console, made by its own export, sent by a real mail server; each once, at the hour of the
//! place, over summer time, a restart, a server that is down and a right that is over (issue 7).

use crate::console_support::real::{self, form, post_report};
use crate::console_support::{Browser, PASSWORD, Scene};
use crate::mail_support::MailServer;
use crate::support::World;
use crate::support::client::get;
use lifeguard::admin::asking::Seen;
use lifeguard::admin::{Desk, DoorSettings, FixedWorks, Letter, Role, Works};
use lifeguard::config::{MailSecurity, MailSettings};
use lifeguard::credential::OneTimeKey;
use lifeguard::mail;
use lifeguard::model::Timestamp;
use lifeguard::ports::Clock;
use lifeguard::record::EventKind;
use std::path::PathBuf;
use std::sync::Arc;

const WHY: &str = "the week's look at what was blocked";
const HOUR: i64 = 3600 * 1_000_000;

fn at(text: &str) -> Timestamp {
    text.parse::<jiff::Timestamp>().unwrap().into()
}

/// The clock goes to this moment, and the console does what it asks for.
async fn go_to(scene: &Scene, desk: &Arc<Desk>, to: &str) -> Vec<Letter> {
    let ahead = at(to).0 - scene.clock.now().wall.0;
    scene.clock.advance(u64::try_from(ahead).unwrap());
    round(desk).await
}

/// Letters with a report in them.
async fn round(desk: &Arc<Desk>) -> Vec<Letter> {
    let desk = Arc::clone(desk);
    let work = tokio::task::spawn_blocking(move || {
        desk.go_round().unwrap();
        desk.work_off(&std::sync::atomic::AtomicBool::new(false)).unwrap();
        desk.letters(100).unwrap()
    });
    work.await.unwrap().into_iter().filter(|letter| letter.subject.contains("report R-")).collect()
}

fn sent(desk: &Desk, letters: &[Letter]) {
    letters.iter().for_each(|letter| assert_eq!(desk.letter_went(letter, None).unwrap(), None));
}

fn seen(sequence: u64, ago: i64, now: Timestamp) -> Seen {
    Seen {
        sequence,
        at: Timestamp(now.0 - ago),
        user: Some("kim".into()),
        client: "10.20.0.7".into(),
        group: "children".into(),
        address: format!("http://games.test/{sequence}"),
        ..Seen::default()
    }
}

async fn staffed() -> (Scene, Browser, Browser) {
    let (scene, admin, lead, _) = staffed_with_key().await;
    (scene, admin, lead)
}

/// The lead comes back after hours.
async fn back(scene: &Scene, lead: &mut Browser, key: &OneTimeKey) {
    lead.cookie = None;
    let entered = lead.sign_in("sam", PASSWORD, &scene.code(key)).await;
    assert_eq!(entered.status, 303, "{}", entered.text);
}

async fn staffed_with_key() -> (Scene, Browser, Browser, OneTimeKey) {
    staffed_by(FixedWorks::default()).await
}

async fn staffed_by(works: FixedWorks) -> (Scene, Browser, Browser, OneTimeKey) {
    let recipients = vec![("lead".to_owned(), "sam@school.example".to_owned()), ("head".to_owned(), "head@school.example".to_owned())];
    let scene = Scene::start_with(FixedWorks { recipients, ..works }).await;
    let (mut admin, _) = scene.administrator().await;
    let (lead, key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    (scene, admin, lead, key.unwrap())
}

async fn save(browser: &mut Browser, slot: &str, name: &str) {
    browser.get("/log").await;
    let asked = browser.post("/log", &form(&[("slot", slot), ("because", WHY), ("group", "children")])).await;
    let id = asked.location().strip_prefix("/log/found?ask=").unwrap().to_owned();
    browser.get(asked.location()).await;
    assert_eq!(browser.post("/log/save", &form(&[("ask", &id), ("name", name)])).await.status, 303);
}

async fn order(browser: &mut Browser, fields: &[(&'static str, &str)]) -> crate::console_support::Answer {
    let page = browser.get("/log/reports").await;
    let which = page.between("name=\"which\"", "</select>").and_then(|list| list.split("value=\"").nth(1)).unwrap_or("");
    let which = which.split('"').next().unwrap_or("").to_owned();
    post_report(browser, &which, WHY, fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weekly_report_goes_once_at_the_hour_of_the_place_over_summer_time_a_restart_and_a_time_without_the_program() {
    let (scene, _, mut sam) = staffed().await;
    save(&mut sam, "week", "Kim's <b>week</b>").await;
    assert_eq!(order(&mut sam, &[]).await.status, 303);
    let page = sam.get("/log/reports").await;
    assert!(page.text.contains("R-1") && page.text.contains("Kim&#x27;s &lt;b&gt;week&lt;/b&gt;"), "{}", page.text);
    let acts = scene.acts();
    let (kind, act) = acts.last().unwrap();
    assert_eq!((*kind, act.purpose.as_str()), (EventKind::ConsoleChange, WHY));
    assert!(act.did.contains("ordered report R-1") && act.query.contains("group children"), "{act:?}");
    let now = at("2025-12-01T08:00:00Z");
    *scene.works.asking.rows.lock().unwrap() = vec![seen(1, 8 * 24 * HOUR, now), seen(2, HOUR, now), seen(3, -HOUR, now)];
    assert!(go_to(&scene, &scene.desk, "2025-12-01T07:59:59Z").await.is_empty(), "not before its hour");
    let letters = go_to(&scene, &scene.desk, "2025-12-01T08:00:01Z").await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    let file = letter.file.as_ref().unwrap();
    let rows = String::from_utf8(file.bytes.clone()).unwrap();
    assert_eq!((letter.recipient.as_str(), file.name.as_str()), ("lead", "report-1-20251201.csv"));
    assert!(rows.contains("games.test/2") && rows.contains("person-") && !rows.contains("kim"), "{rows}");
    assert!(!rows.contains("games.test/1") && !rows.contains("games.test/3"), "of that week alone: {rows}");
    assert!(letter.body.contains("Requests: 1\n") && !letter.body.contains("Kim") && !letter.body.contains("late"), "{}", letter.body);
    let (kind, act) = scene.acts().into_iter().rev().find(|(kind, _)| *kind == EventKind::ConsoleExport).unwrap();
    assert_eq!((kind, act.who.as_str(), act.purpose.as_str()), (EventKind::ConsoleExport, "sam", WHY));
    assert!(act.did.contains("report R-1 to lead: 1 rows as csv") && act.query.contains("slot week"), "{act:?}");
    sent(&scene.desk, &letters);
    assert!(round(&scene.desk).await.is_empty(), "once");
    // The program is off for the whole winter. In the meantime the clocks are put forward.
    let ports = (Arc::clone(&scene.log) as _, Arc::clone(&scene.clock) as Arc<dyn Clock>);
    let works = Arc::clone(&scene.works) as Arc<dyn Works>;
    let (desk, _) = Desk::open(&scene.folder.path().join("console"), ports, works, DoorSettings::default()).unwrap();
    let desk = Arc::new(desk);
    let letters = go_to(&scene, &desk, "2026-03-24T12:00:00Z").await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert!(letter.body.contains("It is late: it was due at 8 December 2025, 08:00 GMT"), "{}", letter.body);
    assert!(
        letter.body.contains("Until: 23 March 2026, 08:00 GMT") && letter.body.contains("Of 15 before it none was sent"),
        "{}",
        letter.body
    );
    sent(&desk, &letters);
    assert!(go_to(&scene, &desk, "2026-03-30T06:59:59Z").await.is_empty());
    let letters = go_to(&scene, &desk, "2026-03-30T07:00:00Z").await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert!(letter.body.contains("Until: 30 March 2026, 08:00 BST") && !letter.body.contains("late"), "{}", letter.body);
    sent(&desk, &letters);
    assert!(go_to(&scene, &desk, "2026-03-30T08:30:00Z").await.is_empty(), "once, whatever the clocks do");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_and_its_letter_go_on_after_a_clock_that_was_a_year_ahead() {
    let (scene, _, mut sam) = staffed().await;
    save(&mut sam, "week", "week").await;
    assert_eq!(order(&mut sam, &[]).await.status, 303);
    assert_eq!(go_to(&scene, &scene.desk, "2026-11-25T12:00:00Z").await.len(), 1);
    let back = scene.clock.now().wall.0 - at("2025-11-25T12:00:00Z").0;
    scene.clock.advance(u64::try_from(back).unwrap().wrapping_neg());
    let letters = round(&scene.desk).await;
    assert_eq!(letters.len(), 1, "what was put down then waits for no year");
    sent(&scene.desk, &letters);
    assert!(go_to(&scene, &scene.desk, "2025-12-01T07:59:59Z").await.is_empty(), "not before its hour");
    let letters = go_to(&scene, &scene.desk, "2025-12-01T08:00:01Z").await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert!(letter.body.contains("Until: 1 December 2025, 08:00 GMT"), "{}", letter.body);
    sent(&scene.desk, &letters);
    assert!(round(&scene.desk).await.is_empty(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_theirs_or_not_registered_is_refused_and_a_right_that_is_over_ends_the_report() {
    let (scene, mut admin, mut sam) = staffed().await;
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let page = sam.get("/log/reports").await;
    assert!(page.text.contains("First save a question") && !page.text.contains("name=\"which\""), "{}", page.text);
    save(&mut sam, "day", "day").await;
    for (name, value) in
        [("to", "evil@evil.example"), ("days", "hourly"), ("hour", "24"), ("kind", "jsonl"), ("because", ""), ("which", "99")]
    {
        let refused = order(&mut sam, &[(name, value)]).await;
        assert_eq!(refused.status, 422, "{name} {value}");
    }
    assert_eq!(order(&mut ann, &[("which", "1")]).await.status, 422, "a question of somebody else");
    assert_eq!(order(&mut sam, &[("days", "daily"), ("kind", "xlsx")]).await.status, 303);
    ann.get("/log/reports").await;
    let other = ann.post("/log/reports/stop", &form(&[("report", "1")])).await;
    let none = ann.post("/log/reports/stop", &form(&[("report", "77")])).await;
    assert!(other.status == 422 && other.text.contains("this is over already"), "{}", other.text);
    assert_eq!(other.text, none.text, "not theirs and not there look alike");
    assert!(sam.get("/log/reports").await.text.contains("R-1"), "and it stands");
    assert_eq!(admin.get("/log/reports").await.status, 403);
    // More than a letter takes: it says so, and holds nothing.
    let now = scene.clock.now().wall;
    *scene.works.asking.rows.lock().unwrap() = (0..5001).map(|number| seen(number, -HOUR, now)).collect();
    let letters = go_to(&scene, &scene.desk, "2025-11-25T08:00:00Z").await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert!(letter.file.is_none() && letter.body.contains("more requests than a letter takes (5,000)"), "{}", letter.body);
    sent(&scene.desk, &letters);
    // The vetting of whoever ordered it is over in 2030.
    assert!(go_to(&scene, &scene.desk, "2030-01-03T12:00:00Z").await.is_empty());
    assert!(scene.acts().iter().any(|(_, act)| act.did.contains("report R-1 ended")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_cannot_be_made_is_tried_again_then_given_up_in_words_and_the_next_one_goes() {
    let (scene, _, mut sam, key) = staffed_with_key().await;
    save(&mut sam, "day", "day").await;
    assert_eq!(order(&mut sam, &[("days", "daily")]).await.status, 303);
    *scene.works.asking.fault.lock().unwrap() = "the disk is away".into();
    assert!(go_to(&scene, &scene.desk, "2025-11-25T08:00:00Z").await.is_empty());
    back(&scene, &mut sam, &key).await;
    assert!(sam.get("/log/reports").await.text.contains("could not be made since, and is tried again at"));
    let failed = |scene: &Scene| scene.acts().into_iter().filter(|(kind, _)| *kind == EventKind::MailFailed).collect::<Vec<_>>();
    assert_eq!(failed(&scene).len(), 1);
    // A disk that comes back: it goes, late.
    *scene.works.asking.fault.lock().unwrap() = String::new();
    let letters = go_to(&scene, &scene.desk, "2025-11-25T08:15:00Z").await;
    assert!(letters[0].file.is_some() || letters[0].body.contains("Requests: 0"), "{letters:?}");
    sent(&scene.desk, &letters);
    back(&scene, &mut sam, &key).await;
    assert!(!sam.get("/log/reports").await.text.contains("could not be made"));
    // One that does not: after eight tries whoever gets it is told, and whoever ordered it reads so.
    *scene.works.asking.fault.lock().unwrap() = "the disk is away".into();
    for quarter in 0..7 {
        let at = format!("2025-11-26T{:02}:{:02}:00Z", 8 + quarter / 4, quarter % 4 * 15);
        assert!(go_to(&scene, &scene.desk, &at).await.is_empty(), "{quarter}");
    }
    let letters = go_to(&scene, &scene.desk, "2025-11-26T09:45:00Z").await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert!(letter.file.is_none() && letter.subject.contains("could not be made") && !letter.body.contains("disk"), "{letter:?}");
    sent(&scene.desk, &letters);
    assert!(failed(&scene).last().unwrap().1.did.contains("given up this time: the disk is away"));
    back(&scene, &mut sam, &key).await;
    assert!(sam.get("/log/reports").await.text.contains("the one after that could not be made"));
    *scene.works.asking.fault.lock().unwrap() = String::new();
    let letters = go_to(&scene, &scene.desk, "2025-11-27T08:00:00Z").await;
    assert!(letters.len() == 1 && letters[0].body.contains("Requests: 0"), "{letters:?}");
    back(&scene, &mut sam, &key).await;
    assert!(!sam.get("/log/reports").await.text.contains("could not be made"));
}

/// Nobody may take "not everybody could be looked at" for "there is nobody".
#[tokio::test(flavor = "multi_thread")]
async fn a_pseudonym_that_was_not_looked_for_to_the_end_is_told_in_words() {
    let (scene, _, mut sam) = staffed().await;
    let of = [("slot", "week"), ("because", WHY), ("person", "person-00000-00000")];
    scene.works.asking.slow.store(true, std::sync::atomic::Ordering::Relaxed);
    sam.get("/log").await;
    let asked = sam.post("/log", &form(&of)).await;
    let id = asked.location().strip_prefix("/log/found?ask=").unwrap().to_owned();
    let page = sam.get(asked.location()).await;
    assert!(page.status == 200 && !page.text.contains("There is nothing that fits"), "{}", page.text);
    let wanted = [("ask", id.as_str()), ("long_kind", "csv"), ("when", "urgent"), ("long_for_whom", "here"), ("long_why", WHY)];
    let ordered = sam.post("/log/jobs/new", &form(&wanted)).await;
    assert_eq!(ordered.status, 303, "{}", ordered.text);
    round(&scene.desk).await;
    let page = sam.get("/log/jobs").await;
    assert!(page.text.contains("not everybody of that time could be looked at"), "{}", page.text);
}

/// A letter may have told of something grave.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_given_up_is_told_on_the_page() {
    // No rule of theirs is about letters.
    let mut works = FixedWorks::default();
    works.incidents.alerts.rules.retain(|rule| rule.statutory);
    let (scene, _, mut sam, key) = staffed_by(works).await;
    save(&mut sam, "day", "day").await;
    assert_eq!(order(&mut sam, &[("days", "daily")]).await.status, 303);
    let letters = go_to(&scene, &scene.desk, "2025-11-25T08:00:00Z").await;
    // While it is on its way it is not due: where nothing can be written down about it, it must not go every few seconds.
    scene.desk.letter_leaves(&letters[0]).unwrap();
    assert!(round(&scene.desk).await.is_empty());
    assert_eq!(go_to(&scene, &scene.desk, "2025-11-25T08:01:01Z").await, letters, "a program that ended meanwhile sends it again");
    let told = scene.desk.letter_went(&letters[0], Some(("550 nobody of this name", true))).unwrap();
    assert!(told.unwrap().contains("given up"));
    back(&scene, &mut sam, &key).await;
    let page = sam.get("/alerts").await;
    assert!(page.text.contains("a letter to lead was not sent, and is given up: 550 nobody of this name"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_real_mail_server_that_is_down_at_first() {
    let (scene, _, mut sam) = staffed().await;
    save(&mut sam, "day", "day").await;
    assert_eq!(order(&mut sam, &[("days", "monthly-25")]).await.status, 303);
    let now = at("2025-11-25T08:00:00Z");
    *scene.works.asking.rows.lock().unwrap() = vec![seen(1, HOUR, now)];
    let Some(server) = MailServer::start("plain", None) else { return };
    let mut settings = MailSettings {
        server: "localhost".into(),
        port: 1,
        security: MailSecurity::Plain,
        user: String::new(),
        secret_file: PathBuf::new(),
        from: "filter@school.example".into(),
        roots: PathBuf::new(),
        recipients: [("lead".to_owned(), vec!["sam@school.example".to_owned()])].into(),
    };
    let post = |settings: &MailSettings, letter: &Letter| {
        let file = letter.file.as_ref().map(|file| (file.name.as_str(), file.bytes.as_slice()));
        mail::send(settings, &mail::Letter { to: &letter.recipient, subject: &letter.subject, body: &letter.body, file })
    };
    let letters = go_to(&scene, &scene.desk, "2025-11-25T08:00:00Z").await;
    let fault = post(&settings, &letters[0]).unwrap_err();
    assert!(!fault.is_final(), "{fault}");
    let told = scene.desk.letter_went(&letters[0], Some((&fault.to_string(), false))).unwrap();
    assert!(told.unwrap().contains("a letter to lead was not sent"));
    assert!(round(&scene.desk).await.is_empty(), "it waits");
    let letters = go_to(&scene, &scene.desk, "2025-11-25T08:01:00Z").await;
    assert_eq!((letters.len(), letters[0].tries), (1, 1), "the same one again");
    settings.port = server.port;
    post(&settings, &letters[0]).unwrap();
    sent(&scene.desk, &letters);
    let letter = server.letter().unwrap();
    let data = letter["data"].as_str().unwrap();
    assert_eq!(letter["to"], serde_json::json!(["sam@school.example"]));
    assert!(data.contains("filename=\"report-1-20251125.csv\"") && data.contains("text/csv") && data.contains("R-1"), "{data}");
    assert!(!data.contains("kim"), "{data}");
    assert!(!server.has_letter() && round(&scene.desk).await.is_empty(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_leaves_the_real_program_once() {
    let Some(server) = MailServer::start("plain", None) else { return };
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let mail = format!(
        "[mail]\nserver = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"filter@school.example\"\n\
         [mail.recipients]\nlead = \"sam@school.example\"\n",
        server.port
    );
    let settings = world.config().replace("[admin]\n", "[admin]\nfolder = \"var/console\"\n");
    let config = world.write("lifeguard.toml", &format!("{settings}\n{mail}"));
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut lead = running.person(&mut admin, "sam", "safeguarding-lead").await;
    assert_eq!(get(running.proxy, &world.address("blocked.test", "/")).status, 403);
    lead.get("/log").await;
    let asked = lead.post("/log", &form(&[("slot", "day"), ("because", WHY)])).await;
    let id = asked.location().strip_prefix("/log/found?ask=").unwrap().to_owned();
    lead.get(asked.location()).await;
    assert_eq!(lead.post("/log/save", &form(&[("ask", &id), ("name", "day")])).await.status, 303);
    assert_eq!(order(&mut lead, &[("days", "daily"), ("kind", "xlsx")]).await.status, 303);
    // As if it had been due yesterday, while nothing ran.
    let book = rusqlite::Connection::open(world.folder.path().join("var/console/console.sqlite")).unwrap();
    book.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    book.execute("UPDATE report SET due = due - 2 * 86400000000", []).unwrap();
    let report = (0..4).filter_map(|_| server.letter()).find(|letter| letter["data"].as_str().unwrap().contains("report R-1")).unwrap();
    let data = report["data"].as_str().unwrap();
    assert!(data.contains("spreadsheetml.sheet") && data.contains("UEsDB") && data.contains("It is late"), "{data}");
    let events = String::from_utf8_lossy(&world.command(&["logs", "search", "--events", "--json", "--limit", "1000"]).stdout).into_owned();
    assert_eq!(events.matches("report R-1 to lead: ").count(), 1, "{events}");
}
