//! Long questions, breaches and trends on the console: in their turn, called off, begun again, kept for whoever asked; each figure a count of
//! a log in the real store (standards D7, D16, D17, F12, F13, F23).

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::store_support::{RunningClock, at, put, request, wait};
use crate::support::World;
use jiff::tz::TimeZone;
use lifeguard::admin::asking::Seen;
use lifeguard::admin::{
    Baseline, BreachRow, BreachesFound, CategoryCount, FixedJobs, FixedWorks, NewHost, Role, SiteTrend, SpanCount, TrendsCounted,
};
use lifeguard::config::AlertSettings;
use lifeguard::model::{Moment, Reason, Timestamp};
use lifeguard::policy::{WeeklyHours, Window};
use lifeguard::ports::{Durability, LogFault, LogStore};
use lifeguard::record::{Entry, EventKind, RequestRecord};
use lifeguard::store::{Settings, open};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const WHY: &str = "the half year's report to the governors";
const BAD: &str = "=bad</td><script>alert(1)</script>.test";
const DAY: u64 = 86_400 * 1_000_000;

/// Everything that waits is done, as the thread of the program does it.
async fn work(scene: &Scene) {
    let desk = Arc::clone(&scene.desk);
    tokio::task::spawn_blocking(move || desk.work_off(&AtomicBool::new(false)).unwrap()).await.unwrap();
}

/// The same, and the program ends after so long.
async fn work_and_end(scene: &Scene, after: Duration) {
    let desk = Arc::clone(&scene.desk);
    let stop = Arc::new(AtomicBool::new(false));
    let sign = Arc::clone(&stop);
    let work = tokio::task::spawn_blocking(move || desk.work_off(&stop).unwrap());
    tokio::time::sleep(after).await;
    sign.store(true, Ordering::Relaxed);
    work.await.unwrap();
}

async fn breaches(browser: &mut Browser, when: &str) -> Answer {
    browser.get("/log/breaches").await;
    browser.post("/log/breaches", &form(&[("days", "31"), ("way", "closed"), ("when", when), ("because", WHY)])).await
}

async fn file(browser: &mut Browser, kind: &str) -> Answer {
    browser.get("/log").await;
    let asked = browser.post("/log", &form(&[("slot", "year"), ("because", WHY)])).await;
    let id = asked.location().strip_prefix("/log/found?ask=").unwrap().to_owned();
    browser.get(asked.location()).await;
    browser
        .post(
            "/log/jobs/new",
            &form(&[("ask", &id), ("long_kind", kind), ("when", "urgent"), ("long_for_whom", "here"), ("long_why", WHY)]),
        )
        .await
}

fn seen(sequence: u64, user: &str) -> Seen {
    let at = Timestamp(1_764_000_000_000_000 - i64::try_from(sequence).unwrap() * 3_600_000_000);
    Seen { sequence, at, user: Some(user.into()), client: "10.20.0.7".into(), address: "http://games.test/".into(), ..Seen::default() }
}

fn did(scene: &Scene, kind: EventKind) -> Vec<String> {
    scene.acts().into_iter().filter(|(of, _)| *of == kind).map(|(_, act)| act.did).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_question_waits_for_a_quiet_time_and_an_urgent_one_goes_before_it() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    // It is Monday, 16:00; quiet is the night.
    let night = Window { days: 0x7f, from: 20 * 60, to: 6 * 60, dates: None };
    *scene.works.jobs.off_peak.lock().unwrap() = WeeklyHours { windows: vec![night] };
    assert_eq!(breaches(&mut sam, "quiet").await.location(), "/log/jobs");
    assert_eq!(breaches(&mut ann, "urgent").await.status, 303);
    let faulty = sam.post("/log/breaches", &form(&[("days", "9999"), ("way", "up"), ("when", ""), ("because", " ")])).await;
    assert_eq!((faulty.status, faulty.text.matches("class=\"faulty\"").count()), (422, 4), "{}", faulty.text);
    let page = sam.get("/log/jobs").await.text;
    assert!(page.contains("Waiting for a quiet time; before it: 1") && page.contains("It is a busy time now"), "{page}");
    work(&scene).await;
    assert!(ann.get("/log/jobs").await.text.contains("Done"), "urgent");
    assert_eq!(ann.get("/log/breaches?job=1").await.status, 404, "somebody else's looks as if it were not there");
    assert!(sam.get("/log/jobs").await.text.contains("Waiting for a quiet time; before it: 0"), "not yet");
    scene.clock.advance(5 * 3_600 * 1_000_000);
    work(&scene).await;
    let events = did(&scene, EventKind::LongQuestion);
    for needed in ["ordered J-1", "ordered J-2, urgent", "J-2 begins", "J-1 is over: done"] {
        assert!(events.iter().any(|did| did.contains(needed)), "{needed}: {events:?}");
    }
    assert!(lifeguard::admin::is_of_console(EventKind::LongQuestion));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_pseudonyms_is_for_its_owner_alone_and_goes_after_a_week() {
    let scene = Scene::start().await;
    *scene.works.asking.rows.lock().unwrap() = (1..30).map(|number| seen(number, "kim")).collect();
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    assert_eq!(file(&mut sam, "csv").await.location(), "/log/jobs");
    work(&scene).await;
    let page = sam.get("/log/jobs").await.text;
    assert!(page.contains("Done. Rows: 29") && page.contains("/log/jobs/file?job=1"), "{page}");
    let taken = sam.get("/log/jobs/file?job=1").await;
    assert!(taken.head.contains("attachment; filename=\"log-J-1-"), "{}", taken.head);
    assert!(!did(&scene, EventKind::ConsoleExport).is_empty(), "in the log, and then handed over");
    let path = scene.folder.path().join("console/jobs/J-1");
    let rights = std::fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777;
    assert_eq!(rights, 0o700);
    assert_eq!((ann.get("/log/jobs/file?job=1").await.status, ivy.get("/log/jobs/file?job=1").await.status), (404, 403));
    ann.get("/log/jobs").await;
    let (theirs, none) =
        (ann.post("/log/jobs/stop", &form(&[("job", "1")])).await, ann.post("/log/jobs/stop", &form(&[("job", "9")])).await);
    assert!(theirs.status == 422 && theirs.text.contains("this is over already"), "nobody ends somebody else's: {}", theirs.text);
    assert_eq!(theirs.text, none.text, "not theirs and not there look alike");
    assert_eq!(ivy.post("/log/jobs/new", &form(&[("ask", "1"), ("long_kind", "csv")])).await.status, 403);
    // No event, no file.
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(sam.get("/log/jobs/file?job=1").await.status, 503);
    scene.log.break_down(None);
    scene.clock.advance(8 * DAY);
    work(&scene).await;
    assert!(!path.exists(), "its time is over");
    assert!(did(&scene, EventKind::LongQuestion).iter().any(|did| did.contains("J-1 is taken out")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_under_way_is_begun_again_and_given_up_after_three_times_and_can_be_called_off() {
    let scene =
        Scene::start_with(FixedWorks { jobs: FixedJobs { steps: u64::MAX - 1, ..FixedJobs::default() }, ..FixedWorks::default() }).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    breaches(&mut sam, "quiet").await;
    for _ in 0..3 {
        work_and_end(&scene, Duration::from_millis(400)).await;
    }
    assert!(sam.get("/log/jobs").await.text.contains("Under way: 0 %"));
    work_and_end(&scene, Duration::from_millis(50)).await;
    assert!(sam.get("/log/jobs").await.text.contains("Not made: broken off by the end of the program"));
    assert!(did(&scene, EventKind::LongQuestion).iter().any(|did| did.contains("J-1 was broken off by the end of the program")));
    breaches(&mut sam, "quiet").await;
    let desk = Arc::clone(&scene.desk);
    let work = tokio::task::spawn_blocking(move || desk.work_off(&AtomicBool::new(false)).unwrap());
    let begun = Instant::now();
    while !sam.get("/log/jobs").await.text.contains("Under way") {
        assert!(begun.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(sam.post("/log/jobs/stop", &form(&[("job", "2")])).await.status, 303);
    tokio::time::timeout(Duration::from_secs(20), work).await.unwrap().unwrap();
    assert!(sam.get("/log/jobs").await.text.contains("Called off"));
    *scene.works.jobs.fault.lock().unwrap() = format!("the log is {BAD}");
    breaches(&mut sam, "quiet").await;
    self::work(&scene).await;
    let page = sam.get("/log/jobs").await.text;
    assert!(page.contains("Not made: the log is =bad&lt;") && !page.contains("<script"), "{page}");
    for _ in 0..7 {
        assert_eq!(breaches(&mut sam, "quiet").await.status, 303);
    }
    assert_eq!(breaches(&mut sam, "quiet").await.status, 422, "ten are enough");
}

fn breach(host: &str, requests: u64) -> BreachRow {
    let seen = (1_763_990_000_000_000, 1_763_999_000_000_000);
    let text = str::to_owned;
    BreachRow {
        host: text(host),
        then: text("allowed"),
        now: text("category"),
        by: text("list games"),
        groups: vec![text("children")],
        requests,
        seen,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_breach_leads_into_the_log_an_incident_or_is_closed_and_nothing_statutory_is_told() {
    let rows = vec![breach("later.test", 12), breach(BAD, 3), breach("", 7)];
    let found = BreachesFound { rows, all: 203, requests: 400, judged: 5_000, warned: 2, damaged: 1, ..BreachesFound::default() };
    let scene =
        Scene::start_with(FixedWorks { jobs: FixedJobs { breaches: found, ..FixedJobs::default() }, ..FixedWorks::default() }).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    breaches(&mut sam, "quiet").await;
    breaches(&mut ivy, "quiet").await;
    work(&scene).await;
    let page = sam.get("/log/breaches").await.text;
    for needed in [
        "400 of 5,000 requests",
        "200 further rows",
        "later.test",
        "/log?job=1&amp;row=0",
        "/incidents/new?job=1&amp;row=0",
        "Illegal material",
    ] {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("/lists/emergency?job"), "{page}");
    let wizard = sam.get("/log?job=1&row=0").await.text;
    assert!(wizard.contains("value=\"later.test\"") && wizard.contains("value=\"2025-11-24T13:13\""), "{wizard}");
    assert!(sam.get("/incidents/new?job=1&row=0").await.text.contains("later.test: 12"));
    let page = ivy.get("/log/breaches?job=2").await.text;
    assert!(
        page.contains("/lists/emergency?job=2&amp;row=0") && !page.contains("Illegal material") && !page.contains("/log?job"),
        "{page}"
    );
    assert!(ivy.get("/lists/emergency?job=2&row=0").await.text.contains("value=\"later.test\""));
    for (browser, path) in
        [(&mut ivy, "/lists/emergency?job=1&row=0"), (&mut sam, "/log?job=1&row=2"), (&mut admin, "/lists/emergency?job=1&row=0")]
    {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    for path in ["/log?job=1&row=99", "/log?job=x&row=0", "/log?trend=1&pick=new.0", "/log?trend=x", "/log/breaches?job=-1"] {
        assert_eq!(sam.get(path).await.status, 404, "{path}");
    }
}

fn span(person_days: u64, requests: u64, categories: &[(&str, u64, u64)]) -> SpanCount {
    let of =
        |(name, person_days, people): &(&str, u64, u64)| ((*name).to_owned(), CategoryCount { person_days: *person_days, people: *people });
    let mut hours = vec![0; 168];
    (hours[26], hours[27], hours[50]) = (20, 7, 3);
    SpanCount { person_days, requests, blocks: 30, categories: categories.iter().map(of).collect(), blocked_hours: hours }
}

fn counted() -> TrendsCounted {
    let day = 86_400_000_000;
    let until = 1_763_942_400_000_000;
    let site = |name: &str| SiteTrend {
        site: name.into(),
        week: span(400, 9_000, &[("games", 40, 12), ("adult", 4, 4), (BAD, 9, 9)]),
        before: span(1_600, 36_000, &[("games", 60, 20), ("adult", 90, 40), (BAD, 30, 30)]),
    };
    let host = |host: &str, people| NewHost {
        host: host.into(),
        people,
        requests: 40,
        blocks: 3,
        categories: vec!["games".into()],
        first: until - day,
    };
    TrendsCounted {
        span: (until - 7 * day, until),
        sites: vec![site(""), site("Hill <i>School</i>")],
        hosts: vec![host("fresh.test", 8), host(BAD, 5)],
        few_hosts: 17,
        bases: vec![Baseline {
            count: span(1_500, 30_000, &[("games", 150, 20)]),
            span: (until - 90 * day, until - 60 * day),
            ..Baseline::default()
        }],
        ..TrendsCounted::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trends_are_counted_once_a_week_told_in_a_letter_and_each_figure_leads_to_its_question() {
    let jobs = FixedJobs { trends: counted().into(), ..FixedJobs::default() };
    let mut works = FixedWorks { jobs, ..FixedWorks::default() };
    works.incidents.alerts = AlertSettings { digest_to: vec!["lead".into()], ..AlertSettings::default() };
    let scene = Scene::start_with(works).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    assert!(sam.get("/log/trends").await.text.contains("Nothing has been counted yet"));
    work(&scene).await;
    work(&scene).await;
    let letters = scene.desk.letters(10).unwrap();
    let [letter] = letters.iter().filter(|letter| letter.subject.contains("trends")).collect::<Vec<_>>()[..] else { panic!("{letters:?}") };
    assert!(
        letter.body.contains("games: 2.7 times (1.6 to 4.4)") && letter.body.contains("five people or more asked for: 2"),
        "{}",
        letter.body
    );
    assert!(!letter.body.contains("fresh.test") && !letter.body.contains("adult"), "{}", letter.body);
    assert_eq!(did(&scene, EventKind::TrendsCounted).len(), 1);
    let page = sam.get("/log/trends").await.text;
    for needed in [
        "rises: \u{d7} 2.67 (1.61 \u{2013} 4.42)",
        "fresh.test",
        "Biometrics 34",
        "3.3 of 1,000 requests",
        "The first thirty days, with which",
        "<th scope=\"row\"><a href=\"/log?trend=1763942400000000&amp;pick=cat.0.2\">Games",
        "fewer than 5",
    ] {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    // An hour with three is not told, nor one from which it could be worked out.
    for needed in ["Tue 02:00: 20<", "Tue 03:00: not shown<", "Wed 02:00: fewer than 5<", "are not shown."] {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    assert!(
        !page.contains(": 7<") && !page.contains(": 3<") && !page.contains("pick=hour.0.27") && !page.contains("pick=hour.0.50"),
        "{page}"
    );
    assert!(!page.contains("Adult") && !page.contains("<script") && !page.contains("<i>"), "four people are not shown: {page}");
    let ask = |path: &'static str| (path, path);
    for ((path, _), needed) in [
        (ask("/log?trend=1763942400000000&pick=new.0"), "value=\"fresh.test\""),
        (ask("/log?trend=1763942400000000&pick=cat.0.2"), "<option value=\"games\" selected>"),
        // Tuesday, two o'clock.
        (ask("/log?trend=1763942400000000&pick=hour.0.26"), "value=\"2025-11-18T02:00\""),
    ] {
        let wizard = sam.get(path).await.text;
        assert!(wizard.contains(needed), "{path}: {wizard}");
    }
    for path in ["/log?trend=1763942400000000&pick=hour.0.168", "/log?trend=1763942400000000&pick=cat.9.0", "/log?trend=1763942400000000"] {
        assert_eq!(sam.get(path).await.status, 404, "{path}");
    }
    let other = sam.get("/log/trends?site=1").await.text;
    assert!(other.contains("Hill &lt;i&gt;School") && !other.contains("fresh.test"), "{other}");
    let plain = ivy.get("/log/trends?site=zz").await.text;
    assert!(plain.contains("fresh.test") && !plain.contains("/log?trend"), "whoever may not ask the log gets no way to it: {plain}");
    sam.get("/log/trends").await;
    assert_eq!(sam.post("/log/trends", &form(&[("when", "urgent"), ("because", WHY)])).await.location(), "/log/jobs");
    work(&scene).await;
    assert_eq!(did(&scene, EventKind::TrendsCounted).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn weeks_are_counted_after_a_clock_that_was_a_year_ahead() {
    let jobs = FixedJobs { trends: counted().into(), ..FixedJobs::default() };
    let scene = Scene::start_with(FixedWorks { jobs, ..FixedWorks::default() }).await;
    scene.administrator().await;
    let times = |scene: &Scene| did(scene, EventKind::TrendsCounted).len();
    scene.clock.advance(365 * DAY);
    work(&scene).await;
    assert_eq!(times(&scene), 1);
    scene.clock.advance((365 * DAY).wrapping_neg());
    for (days, counted) in [(0, 2), (1, 2), (6, 3), (7, 4)] {
        scene.clock.advance(days * DAY);
        work(&scene).await;
        assert_eq!(times(&scene), counted, "{days}");
    }
}

/// A log of ten weeks. 20 people, each weekday at ten o'clock: news; a quarter of them games, in the last week half. In the last week seven ask
/// for fresh.test and two for shy.test; later.test was open.
fn ten_weeks(folder: &Path, until: Timestamp) {
    let store = open(Settings { segment_bytes: 1 << 20, ..Settings::new(folder) }, RunningClock::start()).unwrap();
    let mut id = 1_000;
    let names: Vec<String> = (0..20).map(|number| format!("pupil{number}")).collect();
    let mut ask = |day: i64, user: &str, host: &'static str, category: &'static str, blocked: bool| {
        id += 1;
        let wall = Timestamp(until.0 - (day * 24 - 10) * 3_600_000_000 + i64::try_from(id % 1000).unwrap());
        let reason = if blocked { Reason::Category } else { Reason::Allowed };
        let target: &'static str = Box::leak(format!("http://{host}/").into_boxed_str());
        let record = RequestRecord {
            at: Moment { wall, ..at(1) },
            site: "Test site",
            host,
            target: target.as_bytes(),
            host_field: host.as_bytes(),
            url: target.into(),
            categories: category.into(),
            verdict: reason.kind(),
            reason,
            ..request(id)
        };
        put(&store, RequestRecord { user: Some(user), ..record }, Durability::Queued).unwrap();
    };
    for day in (1..=70).rev() {
        for (number, name) in names.iter().enumerate() {
            ask(day, name, "news.test", "news", false);
            if number % 4 == 0 || (day <= 7 && number % 2 == 0) {
                ask(day, name, "games.test", "games", true);
            }
            if day == 3 && number < 7 {
                ask(day, name, "fresh.test", "news", false);
            }
            if day == 2 && number < 2 {
                ask(day, name, "shy.test", "", false);
            }
            if day == 4 && number < 6 {
                ask(day, name, "later.test", "", false);
            }
        }
    }
    wait(store.append(&Entry::Event(crate::store_support::event("end")), Durability::Disk)).unwrap();
}

/// Waits until every long question of this person is done.
async fn done(browser: &mut Browser) -> String {
    let begun = Instant::now();
    loop {
        let page = browser.get("/log/jobs").await.text;
        if !page.contains("Under way") && !page.contains("Waiting") {
            return page;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{page}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_a_count_of_the_log_and_people_look_at_it_in_chromium() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "later.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let today = jiff::Timestamp::now().to_zoned(TimeZone::UTC).start_of_day().unwrap();
    ten_weeks(&world.folder.path().join("log"), Timestamp(today.timestamp().as_microsecond()));
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    sam.get("/log/trends").await;
    assert_eq!(sam.post("/log/trends", &form(&[("when", "urgent"), ("because", WHY)])).await.status, 303);
    breaches(&mut sam, "urgent").await;
    breaches(&mut ivy, "quiet").await;
    assert_eq!(file(&mut sam, "csv").await.status, 303);
    done(&mut ivy).await;
    let page = done(&mut sam).await;
    assert_eq!(page.matches(">Done").count(), 3, "{page}");
    let trends = sam.get("/log/trends").await.text;
    // 70 person-days of 140 against 140 of 560, and against 150 of 600.
    assert!(trends.matches("rises: \u{d7} 2.00").count() > 1, "{trends}");
    assert!(trends.contains("fresh.test") && !trends.contains("shy.test") && trends.contains("not shown: 1."), "{trends}");
    assert!(trends.contains("The first thirty days, with which"), "{trends}");
    let found = sam.get("/log/breaches").await.text;
    assert!(found.contains("later.test") && found.contains("6 of "), "{found}");
    let rows = sam.get("/log/jobs/file?job=4").await;
    let rows = if rows.status == 200 { rows } else { sam.get("/log/jobs/file?job=3").await };
    assert!(rows.text.contains("person-") && !rows.text.contains("pupil") && rows.text.lines().count() > 1_000, "{}", rows.head);
    let audit = sam.get("/audit").await.text;
    assert!(audit.contains("ordered J-1, urgent") && audit.contains("J-1 is over: done"), "{audit}");
    let cookies = [sam.cookie.clone().unwrap(), ivy.cookie.clone().unwrap()];
    let said = tokio::task::spawn_blocking(move || real::journey("trends.py", &running, &[&cookies[0], &cookies[1]])).await.unwrap();
    if let Some(said) = said {
        println!("{said}");
    }
}
