//! Two duties, apart: to read the digest at its interval, and to take alerts on as they come; receipts, and what happens when it is late
//! (standards D25, W1, X12).

use crate::console_support::real::{self, form};
use crate::console_support::{Browser, PASSWORD, Scene};
use crate::support::World;
use lifeguard::admin::{BookFault, FixedWorks, KeptFor, Role, Seen};
use lifeguard::config::AlertSettings;
use lifeguard::credential::OneTimeKey;
use lifeguard::policy::{WeeklyHours, Window};
use lifeguard::ports::{Clock, LogFault};
use lifeguard::record::EventKind;
use std::collections::BTreeMap;
use std::time::Duration;

const MINUTE: u64 = 60_000_000;
const DAY: u64 = 24 * 60 * MINUTE;
/// Monday 24 November 2025, 16:00.
const START: i64 = 1_764_000_000_000_000;

async fn scene() -> Scene {
    let recipients = ["ivy-mail", "sam-mail", "head-mail"].map(|name| (name.to_owned(), format!("{name}@school.example"))).into();
    let mut works = FixedWorks { recipients, ..FixedWorks::default() };
    works.incidents.alerts = AlertSettings { escalate_to: vec!["head-mail".into()], ..AlertSettings::default() };
    Scene::start_with(works).await
}

async fn go_round(scene: &Scene) {
    let desk = scene.desk.clone();
    tokio::task::spawn_blocking(move || desk.go_round().unwrap()).await.unwrap();
}

async fn after(scene: &Scene, time: u64) {
    scene.clock.advance(time);
    go_round(scene).await;
}

async fn back(scene: &Scene, browser: &mut Browser, name: &str, key: &OneTimeKey) {
    browser.cookie = None;
    let entered = browser.sign_in(name, PASSWORD, &scene.code(key)).await;
    assert_eq!(entered.status, 303, "{}", entered.text);
}

fn sql<T: Default>(scene: &Scene, ask: &str, row: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let ask = |book: &rusqlite::Connection| -> Result<Vec<T>, BookFault> {
        Ok(book.prepare(ask)?.query_map([], |found| row(found))?.collect::<Result<_, _>>()?)
    };
    scene.desk.book().read(ask).unwrap()
}

/// Letters by recipient, taken out.
fn letters(scene: &Scene) -> Vec<String> {
    let all = sql(scene, "SELECT recipient || ': ' || subject FROM letter ORDER BY id", |row| row.get(0));
    scene.desk.book().change(|book| Ok::<_, BookFault>(book.execute("DELETE FROM letter", [])?)).unwrap();
    all
}

fn alert(scene: &Scene, theme: &str, at: i64) {
    let insert = |book: &rusqlite::Connection| {
        let sql = "INSERT INTO alert (rule, theme, severity, merge_key, people, said, first, last, count, told)
                   VALUES ('x', ?1, 2, ?1 || ?2, 'year-7', 'zqxvkw', ?2, ?2, 1, 1)";
        Ok::<_, BookFault>(book.execute(sql, rusqlite::params![theme, at])?)
    };
    scene.desk.book().change(insert).unwrap();
}

fn account(scene: &Scene, name: &str) -> String {
    sql(scene, &format!("SELECT id FROM account WHERE name = '{name}'"), |row| row.get::<_, i64>(0))[0].to_string()
}

fn with(base: &BTreeMap<&'static str, String>, name: &'static str, value: &str) -> BTreeMap<&'static str, String> {
    let mut fields = base.clone();
    fields.insert(name, value.to_owned());
    fields
}

fn did(scene: &Scene, kind: EventKind) -> Vec<String> {
    scene.acts().into_iter().filter(|(its, _)| *its == kind).map(|(_, act)| act.did).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_has_an_owner_a_receipt_and_goes_further_up_when_nobody_reads_it() {
    let scene = scene().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut sam, sam_key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let last_week = START - 3 * i64::try_from(DAY).unwrap();
    for theme in ["filter-health", "help"] {
        alert(&scene, theme, last_week);
    }
    assert!(admin.get("/duties").await.text.contains("There is no digest yet"));
    assert!(admin.get("/dashboard").await.text.contains("a duty that nobody has"));
    go_round(&scene).await;
    let page = admin.get("/duties").await.text;
    assert!(page.contains("D-1") && page.contains("A-2") && !page.contains("I have read it"), "{page}");
    // Who has it: somebody who may, and another as deputy; letters to recipients of the settings alone; there is no "never".
    let (ivy_id, sam_id) = (account(&scene, "ivy"), account(&scene, "sam"));
    let good = form(&[
        ("duty", "proactive"),
        ("every", "week"),
        ("digest_owner", &ivy_id),
        ("digest_owner_to", "ivy-mail"),
        ("digest_deputy", &sam_id),
        ("digest_deputy_to", "sam-mail"),
        ("digest_because", "the plan of the year"),
    ]);
    let boss = account(&scene, "robin");
    for (field, value) in [
        ("every", "never"),
        ("digest_owner", "999"),
        ("digest_owner", &boss),
        ("digest_owner_to", "me@evil.example"),
        ("digest_deputy", &ivy_id),
        ("digest_because", ""),
    ] {
        let bad = admin.post("/duties/give", &with(&good, field, value)).await;
        assert!(bad.status == 422 && bad.text.contains(&format!("id=\"{field}-fault\"")), "{field}={value}: {}", bad.text);
    }
    assert_eq!(admin.post("/duties/give", &with(&good, "duty", "another")).await.status, 404);
    admin.get("/duties").await;
    let done = admin.post("/duties/give", &good).await;
    assert_eq!((done.status, done.location()), (303, "/duties"), "{}", done.text);
    assert_eq!(ivy.post("/duties/give", &good).await.status, 403, "IT does not give duties");
    // IT sees what happened to the filter; the receipt is recorded before it counts.
    let page = ivy.get("/duties").await.text;
    assert!(page.contains("I have read it") && !page.contains("zqxvkw") && !page.contains("Incidents opened"), "{page}");
    assert_eq!(page.matches("data-name=\"Not taken on\"").count(), 1, "{page}");
    assert_eq!(sam.get("/duties").await.text.matches("data-name=\"Not taken on\"").count(), 2);
    ivy.get("/duties").await;
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(ivy.post("/duties/read", &form(&[("id", "1")])).await.status, 503);
    scene.log.break_down(None);
    for id in ["0", "x", "", "99"] {
        ivy.get("/duties").await;
        assert_eq!(ivy.post("/duties/read", &form(&[("id", id)])).await.status, 422, "{id}");
    }
    ivy.get("/duties").await;
    let read = ivy.post("/duties/read", &form(&[("id", "1")])).await;
    assert_eq!(read.status, 303, "{}", read.text);
    ivy.get("/duties").await;
    assert_eq!(ivy.post("/duties/read", &form(&[("id", "1")])).await.status, 422, "once");
    let receipts = did(&scene, EventKind::DigestRead);
    assert!(
        receipts.len() == 1 && receipts[0].contains("read digest D-1") && receipts[0].contains("until alert A-2, in time"),
        "{receipts:?}"
    );
    // A week later: told that it is there, that it is late, and then the deputy and those who are told last.
    letters(&scene);
    after(&scene, 7 * DAY).await;
    let told = letters(&scene);
    assert!(told.iter().any(|one| one.starts_with("ivy-mail") && one.contains("D-2 is there to be read")), "{told:?}");
    after(&scene, 2 * DAY).await;
    let told = letters(&scene);
    assert!(told.iter().any(|one| one.starts_with("ivy-mail") && one.contains("D-2 was not read in time")), "{told:?}");
    assert!(!told.iter().any(|one| one.contains("D-2") && !one.starts_with("ivy-mail")), "{told:?}");
    after(&scene, MINUTE).await;
    assert!(!letters(&scene).iter().any(|one| one.contains("D-2")), "told once");
    after(&scene, 2 * DAY).await;
    let told: Vec<_> = letters(&scene).into_iter().filter(|one| one.contains("D-2")).collect();
    assert_eq!(told.iter().map(|one| one.split(':').next().unwrap()).collect::<Vec<_>>(), ["sam-mail", "head-mail"], "{told:?}");
    assert_eq!(did(&scene, EventKind::DutyOverdue).iter().filter(|did| did.contains("D-2")).count(), 2);
    back(&scene, &mut sam, "sam", &sam_key.unwrap()).await;
    assert!(sam.get("/dashboard").await.text.contains("Digests not read in time: 1"));
    assert!(sam.get("/duties").await.text.contains("It should have been read already"));
    assert_eq!(sam.post("/duties/read", &form(&[("id", "2")])).await.status, 303);
    let page = sam.get("/duties").await.text;
    assert!(page.contains("read late") && page.contains("1 of 2"), "{page}");
    // Each working day from now on; nothing between the two is left out.
    let daily = with(&good, "every", "day");
    assert_eq!(sam.post("/duties/give", &daily).await.status, 303);
    go_round(&scene).await;
    let spans: Vec<(i64, i64)> = sql(&scene, "SELECT began, until FROM duty_turn ORDER BY id", |row| Ok((row.get(0)?, row.get(1)?)));
    assert!(spans.len() == 3 && spans.windows(2).all(|two| two[0].1 == two[1].0), "{spans:?}");
    let figures = sam.get("/figures").await.text;
    assert!(figures.contains("Digests read in time, in a year") && figures.contains("1 of 2"), "{figures}");
    assert!(sam.get("/figures/file").await.text.contains("duty,\"Digests read in time, in a year\",,1 of 2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_that_nobody_takes_on_are_told_to_the_owner_and_then_to_the_deputy() {
    let scene = scene().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    scene.person(&mut admin, "ivy", Role::It).await;
    let (sam_id, ivy_id) = (account(&scene, "sam"), account(&scene, "ivy"));
    let give = [
        ("duty", "reactive"),
        ("alerts_owner", &*sam_id),
        ("alerts_owner_to", "sam-mail"),
        ("alerts_deputy", &*ivy_id),
        ("alerts_deputy_to", "ivy-mail"),
        ("alerts_because", "the plan of the year"),
    ];
    let given = admin.post("/duties/give", &form(&give)).await;
    assert_eq!(given.status, 303, "{}", given.text);
    assert!(sam.get("/duties").await.text.contains("<dt>Last looked</dt><dd>never</dd>"));
    alert(&scene, "help", START);
    alert(&scene, "help", START + 1);
    go_round(&scene).await;
    letters(&scene);
    for minutes in [13, 13, 13, 13] {
        after(&scene, minutes * MINUTE).await;
        sam.get("/account").await;
    }
    assert_eq!(letters(&scene), [""; 0], "nothing is late yet");
    after(&scene, 13 * MINUTE).await;
    let told = letters(&scene);
    assert!(told.iter().any(|one| one == "sam-mail: Lifeguard: 2 alerts wait that nobody has taken on in time"), "{told:?}");
    // One of them is taken on; the other goes to the deputy.
    sam.get("/alerts").await;
    assert_eq!(sam.post("/alerts/take", &form(&[("which", "1")])).await.status, 303);
    let page = sam.get("/duties").await.text;
    assert!(page.contains(", sam</dd>"), "the look is kept: {page}");
    after(&scene, 61 * MINUTE).await;
    let told = letters(&scene);
    assert!(told.iter().any(|one| one == "ivy-mail: Lifeguard: 1 alert waits that nobody has taken on in time"), "{told:?}");
    assert_eq!(did(&scene, EventKind::DutyOverdue).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_duty_has_fields_of_its_own_so_that_no_label_leads_into_the_other_form() {
    let scene = scene().await;
    let (mut admin, _) = scene.administrator().await;
    scene.person(&mut admin, "ivy", Role::It).await;
    let page = admin.get("/duties").await.text;
    let of = |mark: &str| page.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>();
    let (ids, labels) = (of(" id=\""), of("<label for=\""));
    let twice: Vec<_> = ids.iter().enumerate().filter(|(place, id)| ids[..*place].contains(id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert_eq!(labels.len(), 11, "five in each form, and how often the digest comes: {labels:?}");
    let forms: Vec<&str> = page.split("<form").filter(|form| form.contains("/duties/give")).collect();
    assert_eq!(forms.len(), 2, "{page}");
    for label in &labels {
        let (field, of_it) = (format!(" id=\"{label}\""), format!("for=\"{label}\""));
        assert!(forms.iter().any(|form| form.contains(&field) && form.contains(&of_it)), "{label}: {page}");
    }
    // What was typed into one form is in that one alone, and its fault beside it.
    let bad = admin.post("/duties/give", &form(&[("duty", "reactive"), ("alerts_owner", "999"), ("alerts_because", "the plan")])).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"alerts_owner-fault\""), "{}", bad.text);
    assert!(bad.text.contains("value=\"the plan\"") && !bad.text.contains("digest_"), "{}", bad.text);
}

#[test]
fn duties_in_chromium() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::new();
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        let running = real::start(&world.write("lifeguard.toml", &world.config()));
        let mut admin = running.administrator().await;
        let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
        for _ in 0..180 {
            if sam.get("/duties").await.text.contains("D-1") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        let more = [sam.cookie.clone().unwrap()];
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let Some(said) = real::journey("duties.py", &running, &more) else { return };
        println!("{said}");
        let page = sam.get("/duties").await.text;
        assert!(page.contains("in time") && page.contains("1 of 1"), "{page}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_of_several_sites_name_the_site_that_they_are_about() {
    let sites = [("head", "Head Office"), ("annex", "The Annex"), ("mill", "The Mill")];
    let sites = sites.map(|(name, title)| (name.to_owned(), title.to_owned())).to_vec();
    let recipients = ["sam-mail", "head-mail"].map(|name| (name.to_owned(), format!("{name}@school.example"))).into();
    let mut works = FixedWorks { sites, recipients, ..FixedWorks::default() };
    works.incidents.alerts.rules.iter_mut().for_each(|rule| rule.to = vec!["sam-mail".into()]);
    works.incidents.alerts.escalate_to = vec!["head-mail".into()];
    works.incidents.alerts.digest_to = vec!["head-mail".into()];
    let scene = Scene::start_with(works).await;
    scene.administrator().await;
    go_round(&scene).await;
    let bodies = |scene: &Scene| -> Vec<String> {
        let all = sql(scene, "SELECT recipient || ': ' || subject || ' | ' || body FROM letter ORDER BY id", |row| row.get(0));
        letters(scene);
        all
    };
    let week = bodies(&scene);
    assert!(week.iter().any(|one| one.starts_with("head-mail: Lifeguard: the week at all 3 sites")), "{week:?}");
    // Who has the duty, as the page of duties gives it.
    let duty = "INSERT OR REPLACE INTO duty (kind, every, owner, owner_to, deputy, deputy_to)
                SELECT 'reactive', 'day', id, 'sam-mail', NULL, '' FROM account";
    scene.desk.book().change(|book| Ok::<_, BookFault>(book.execute(duty, [])?)).unwrap();
    let seen = |sequence: u64, group: &str| Seen {
        sequence,
        at: scene.clock.now().wall,
        client: "10.0.0.7".into(),
        group: group.into(),
        statutory: Some("one".into()),
        verdict: "block".into(),
        ..Seen::default()
    };
    let all = vec![seen(5, "annex/children")];
    let desk = scene.desk.clone();
    tokio::task::spawn_blocking(move || desk.take_in(&all, 5).unwrap()).await.unwrap();
    go_round(&scene).await;
    let told = bodies(&scene);
    assert!(told.iter().any(|one| one.starts_with("sam-mail") && one.contains("a new alert at The Annex,")), "{told:?}");
    after(&scene, 62 * MINUTE).await;
    let late = bodies(&scene);
    let of = |name: &str| late.iter().filter(|one| one.starts_with(name)).cloned().collect::<String>();
    assert!(of("head-mail").contains("at The Annex,") && of("sam-mail").contains("At The Annex: 1 alert waits"), "{late:?}");
    assert!(late.iter().all(|one| !one.contains("Head Office") && !one.contains("The Mill")), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn digests_that_nobody_ever_read_do_not_end_the_reminders_of_later_ones() {
    let scene = scene().await;
    let (mut admin, _) = scene.administrator().await;
    let (_sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let old = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
               INSERT INTO duty_turn (began, until, due, last, stage) SELECT i, i + 1, i + 2, 0, 2 FROM n";
    scene.desk.book().change(|book| Ok::<_, BookFault>(book.execute(old, [])?)).unwrap();
    go_round(&scene).await;
    letters(&scene);
    after(&scene, 5 * DAY).await;
    let told = letters(&scene);
    assert!(told.iter().any(|one| one.starts_with("head-mail") && one.contains("digest D-101 was not read in time")), "{told:?}");
}

/// An alert of which nobody was told.
fn untold(scene: &Scene, severity: i64, number: i64) {
    let now = scene.clock.now().wall.0;
    let insert = |book: &rusqlite::Connection| {
        let sql = "INSERT INTO alert (rule, theme, severity, merge_key, people, said, first, last, count)
                   VALUES ('x', 'help', ?1, ?2, 'year-7', 'zqxvkw', ?3, ?3, 1)";
        Ok::<_, BookFault>(book.execute(sql, rusqlite::params![severity, number.to_string(), now])?)
    };
    scene.desk.book().change(insert).unwrap();
}

fn run(scene: &Scene, sql: &str) {
    scene.desk.book().change(|book| Ok::<_, BookFault>(book.execute_batch(sql)?)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_all_but_the_gravest_wait_as_alerts_and_make_one_letter_afterwards() {
    let recipients = [("head-mail".to_owned(), "head@school.example".to_owned())].into();
    let mut works = FixedWorks { recipients, ..FixedWorks::default() };
    // From three to five in the afternoon.
    let quiet = WeeklyHours { windows: vec![Window { days: 0x7f, from: 15 * 60, to: 17 * 60, dates: None }] };
    let escalate_after = Duration::from_secs(7 * 86_400);
    works.incidents.alerts = AlertSettings { quiet, escalate_after, escalate_to: vec!["head-mail".into()], ..AlertSettings::default() };
    let scene = Scene::start_with(works).await;
    scene.administrator().await;
    go_round(&scene).await;
    letters(&scene);
    for number in 0..20 {
        untold(&scene, 1, number);
        go_round(&scene).await;
    }
    assert_eq!(letters(&scene), [""; 0], "they wait");
    // Others have filled the box: there is room for what is grave.
    run(
        &scene,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
         INSERT INTO letter (recipient, subject, body, made, due) SELECT 'head-mail', 'other', '', 0, 0 FROM n",
    );
    untold(&scene, 3, 99);
    go_round(&scene).await;
    let told = letters(&scene);
    assert_eq!(told.iter().filter(|one| one.contains("alert of severity 3")).count(), 1, "at once: {told:?}");
    after(&scene, 65 * MINUTE).await;
    let told = letters(&scene);
    assert_eq!(told.iter().filter(|one| one.contains("alert of severity 1")).count(), 1, "one for all: {told:?}");
    after(&scene, MINUTE).await;
    assert!(!letters(&scene).iter().any(|one| one.contains("alert of severity")), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_round_that_fails_keeps_no_letter_back() {
    let scene = scene().await;
    scene.administrator().await;
    go_round(&scene).await;
    letters(&scene);
    run(&scene, "DROP TABLE incident_line");
    untold(&scene, 2, 1);
    let desk = scene.desk.clone();
    let fault = tokio::task::spawn_blocking(move || desk.go_round()).await.unwrap().unwrap_err().to_string();
    assert!(fault.contains("incident_line"), "the fault is told: {fault}");
    let told = letters(&scene);
    assert!(told.iter().any(|one| one.starts_with("head-mail") && one.contains("alert of severity 2")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_clock_that_was_a_year_ahead_digests_and_turns_go_on_week_by_week() {
    let scene = scene().await;
    scene.administrator().await;
    go_round(&scene).await;
    let year = 365 * DAY;
    after(&scene, year).await;
    scene.clock.advance(year.wrapping_neg());
    go_round(&scene).await;
    let count = |scene: &Scene| {
        ["digest", "duty_turn"].map(|table| sql(scene, &format!("SELECT count(*) FROM {table}"), |row| row.get::<_, i64>(0))[0])
    };
    let before = count(&scene);
    for _ in 0..14 {
        after(&scene, DAY).await;
    }
    assert_eq!(count(&scene), before.map(|rows| rows + 2), "two weeks, two of each");
    let looked = sql(&scene, "SELECT value FROM fact WHERE key = 'contacts_looked_at'", |row| row.get::<_, String>(0));
    assert!(looked[0].parse::<i64>().unwrap() <= scene.clock.now().wall.0, "contacts are looked at again");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_open_incidents_the_last_one_is_looked_at_as_well() {
    let scene = scene().await;
    scene.administrator().await;
    let now = scene.clock.now().wall.0;
    let long_ago = now - 2 * i64::try_from(60 * MINUTE).unwrap();
    run(
        &scene,
        &format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
             INSERT INTO incident (opened, opened_by, origin, merge_key, people, first, last, count)
             SELECT CASE WHEN i < 1001 THEN {now} ELSE {long_ago} END, '', 'hand', 'k' || i, '', {now}, {now}, 0 FROM n;
             INSERT INTO incident_line (incident, at, who, what, text, reference) VALUES (1001, {long_ago}, '', 'severity', '3', '')"
        ),
    );
    let told =
        |scene: &Scene| sql(scene, "SELECT said FROM alert WHERE said LIKE '%1001: nobody looks after it'", |row| row.get::<_, String>(0));
    for _ in 0..10 {
        go_round(&scene).await;
    }
    assert_eq!(told(&scene).len(), 0, "a hundred in a round");
    for _ in 0..13 {
        go_round(&scene).await;
    }
    assert_eq!(told(&scene).len(), 1, "once");
}

/// A closed incident, with an alert of its own.
fn closed(scene: &Scene) {
    let now = scene.clock.now().wall.0;
    run(
        scene,
        &format!(
            "INSERT INTO incident (opened, opened_by, origin, merge_key, people, first, last, count) VALUES ({now}, '', 'hand', 'k', '', {now}, {now}, 0);
             INSERT INTO incident_line (incident, at, who, what, text, reference) VALUES (1, {now}, '', 'closed', 'founded', '')"
        ),
    );
}

fn number_of(scene: &Scene, what: &str) -> i64 {
    sql(scene, &format!("SELECT count(*) FROM {what}"), |row| row.get::<_, i64>(0))[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_leaps_years_ahead_takes_no_closed_incident_out_and_time_that_passes_does() {
    let scene = scene().await;
    scene.administrator().await;
    closed(&scene);
    go_round(&scene).await;
    let leap = 2193 * DAY;
    after(&scene, leap).await;
    for _ in 0..29 {
        after(&scene, DAY).await;
    }
    assert_eq!(number_of(&scene, "incident"), 1, "it has leapt");
    scene.clock.advance((leap + 29 * DAY).wrapping_neg());
    go_round(&scene).await;
    // Somebody comes by each month: its time passes.
    for month in 0..74 {
        assert_eq!(number_of(&scene, "incident"), 1, "{month}");
        after(&scene, 29 * DAY + 12 * 60 * MINUTE).await;
    }
    after(&scene, 29 * DAY).await;
    assert_eq!(number_of(&scene, "incident"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_forget_people_when_the_log_does_and_go_after_two_years_but_for_those_of_a_standing_incident() {
    let recipients = [("head-mail".to_owned(), "head@school.example".to_owned())].into();
    let mut works = FixedWorks { recipients, ..FixedWorks::default() };
    let keep = Duration::from_secs(366 * 86_400);
    works.evidence.keeping.kept = vec![KeptFor { class: "web_log", keep, at_most: None }];
    let scene = Scene::start_with(works).await;
    scene.administrator().await;
    closed(&scene);
    for number in 1..=3 {
        untold(&scene, 2, number);
    }
    run(
        &scene,
        "UPDATE alert SET person = 'kim', device = 'tablet-7', client = '10.0.0.7';
         UPDATE alert SET taken = first, taken_by = 'sam' WHERE id <> 3;
         UPDATE alert SET incident = 1 WHERE id = 2;
         INSERT INTO duty_told VALUES (1, 1), (2, 1)",
    );
    let names = "alert WHERE person = 'kim' AND said = 'zqxvkw'";
    let of = |scene: &Scene| [names, "alert", "duty_told"].map(|what| number_of(scene, what));
    for _ in 0..18 {
        after(&scene, 20 * DAY).await;
    }
    assert_eq!(of(&scene), [3, 3, 3], "within its time; of the one that nobody took on the deputy is told");
    after(&scene, 20 * DAY).await;
    assert_eq!(of(&scene), [2, 3, 3], "one that nobody took on, and one of an incident, stay as they are");
    for _ in 0..18 {
        after(&scene, 20 * DAY).await;
    }
    assert_eq!(of(&scene), [2, 2, 2]);
    for _ in 0..74 {
        after(&scene, 20 * DAY).await;
    }
    assert_eq!(number_of(&scene, "alert WHERE id = 2"), 0, "it goes with its incident");
}
