//! Reviews (standards X10, G2): what is due, what is looked at, who may sign it off, and that nobody signs for what they have not seen.

use crate::console_support::real::{self, form};
use crate::console_support::{Browser, PASSWORD, Scene};
use crate::support::World;
use crate::support::client::get;
use lifeguard::admin::{Act, Action, DoorSettings, Happened, Happenings, Role};
use lifeguard::model::{Theme, Timestamp};
use lifeguard::ports::Clock;
use lifeguard::record::EventKind;
use lifeguard::store::Unsigned;
use lifeguard::store::exceptions::{Exception, For, Kind, make_exception};

const HOLD: &str = "/reviews/hold";
const DAY: u64 = 24 * 3600 * 1_000_000;

/// The row of a review in the list.
fn row<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!(">{name}<")).unwrap_or_else(|| panic!("{name}: {page}"));
    let end = page[at..].find("</tr>").unwrap_or(page.len() - at);
    &page[at..at + end]
}

async fn sign(browser: &mut Browser, what: &'static str, words: &str) -> crate::console_support::Answer {
    let page = browser.get(&format!("{HOLD}?what={what}")).await;
    let upto = page.between("name=\"upto\" value=\"", "\"").unwrap_or_default().to_owned();
    browser.post(HOLD, &form(&[("what", what), ("upto", &upto), ("words", words)])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_due_held_and_due_again_by_time_and_by_change() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut governor, _) = scene.person(&mut admin, "gil", Role::Governor).await;
    let page = lead.get("/reviews").await.text;
    assert_eq!(page.matches("Never held yet").count(), 7, "{page}");
    let silent = sign(&mut lead, "provision", " \n ").await;
    assert!(silent.status == 422 && silent.text.contains("id=\"words-fault\""), "{}", silent.text);
    assert_eq!(sign(&mut lead, "provision", &"x".repeat(2049)).await.status, 422);
    assert!(lead.get(&format!("{HOLD}?what=provision")).await.text.contains("Internet Watch Foundation"));
    let held = sign(&mut lead, "provision", "Gil, Sam and Ivy met.\nThe <b>guest</b> network is next.").await;
    assert_eq!((held.status, held.location()), (303, "/reviews"), "{}", held.text);
    let page = lead.get("/reviews").await.text;
    assert!(row(&page, "The filter as a whole").contains("Held in time") && page.contains("The &lt;b&gt;guest&lt;"), "{page}");
    // A governor sees figures, and nobody's name or words.
    let figures = governor.get("/reviews").await.text;
    assert!(figures.contains("<dt>Overdue</dt><dd>6</dd>") && figures.contains("last year</dt><dd>1</dd>"), "{figures}");
    let figures = figures.split("<main").nth(1).unwrap();
    assert!(!figures.contains("sam") && !figures.contains("guest") && !figures.contains("<form"), "{figures}");
    // Something has changed: it is due at once, with why.
    let bad = lead.post("/reviews/cause", &form(&[("cause", "weather")])).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"cause-fault\"") && bad.text.contains("id=\"changed-fault\""), "{}", bad.text);
    let change = form(&[("cause", "technology"), ("changed", "a chat tool in year 7")]);
    assert_eq!(lead.post("/reviews/cause", &change).await.status, 303);
    let page = lead.get("/reviews").await.text;
    assert!(row(&page, "The filter as a whole").contains("Overdue") && page.contains("a chat tool in year 7"), "{page}");
    scene.clock.advance(1_000_000);
    assert_eq!(sign(&mut lead, "provision", "looked at the tool").await.status, 303);
    let page = lead.get("/reviews").await.text;
    assert!(row(&page, "The filter as a whole").contains("Held in time") && !page.contains("a chat tool"), "{page}");
    // Time passes: due soon, and then too late.
    for (days, words) in [(355, "Due soon"), (20, "Overdue")] {
        scene.clock.advance(days * DAY);
        let code = scene.code(key.as_ref().unwrap());
        assert_eq!(lead.sign_in("sam", PASSWORD, &code).await.status, 303);
        let page = lead.get("/reviews").await.text;
        assert!(row(&page, "The filter as a whole").contains(words), "{days}: {page}");
    }
    let acts = scene.acts();
    let held: Vec<_> = acts.iter().filter(|(kind, _)| *kind == EventKind::ReviewHeld).collect();
    assert!(held.len() == 2 && held[0].1.purpose.contains("guest") && held[0].1.who == "sam", "{held:?}");
    assert!(acts.iter().any(|(_, act)| act.purpose == "a chat tool in year 7"));
}

fn deed(sequence: u64, role: Role, kind: EventKind, did: &str) -> Happened {
    let text = Act::new("robin", Some(role), Action::ManageAccounts, did).because("a <i>reason</i>").text();
    Happened { sequence, time: "2025-11-24T10:00:00.000000Z".into(), kind, peer: String::new(), text }
}

/// Deeds with these numbers, the latest first, as the log gives them.
async fn scene_with(deeds: Vec<Happened>) -> Scene {
    let acts = Happenings { events: deeds, ..Happenings::default() };
    Scene::start_in(tempfile::tempdir().unwrap(), acts, DoorSettings::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_administrators_did_is_signed_off_outside_it_and_only_as_far_as_it_was_seen() {
    let changed = |number| deed(number, Role::SiteAdmin, EventKind::ConsoleChange, &format!("deed number {number}."));
    let mut deeds: Vec<Happened> = (1..=250).rev().map(|number| changed(number * 2)).collect();
    deeds.insert(0, deed(901, Role::Auditor, EventKind::ConsoleChange, "deed of an auditor"));
    deeds.insert(0, deed(902, Role::It, EventKind::ConsoleLookUp, "a look of IT"));
    deeds.insert(0, deed(903, Role::It, EventKind::ConsoleRefused, "what IT may not do"));
    deeds.insert(0, Happened { text: "no act".into(), ..changed(904) });
    let scene = scene_with(deeds).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut it, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut auditor, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    for what in ["deeds", "accounts", "provision", "x", ""] {
        assert_eq!(it.get(&format!("{HOLD}?what={what}")).await.status, 404, "{what}");
        it.get("/reviews").await;
        let post = it.post(HOLD, &form(&[("what", what), ("upto", "0"), ("words", "fine")])).await;
        assert_eq!(post.status, 404, "{what}: {}", post.text);
    }
    assert_eq!(auditor.get(&format!("{HOLD}?what=exceptions")).await.status, 404, "an auditor changes no rules");
    assert_eq!(admin.get(&format!("{HOLD}?what=deeds")).await.status, 403, "administrators see what is due, and sign nothing");
    let page = auditor.get(&format!("{HOLD}?what=deeds")).await.text;
    assert!(page.contains("deed number 2.") && page.contains("deed number 400.") && !page.contains("deed number 402."), "{page}");
    assert!(page.contains("51 more") && page.contains("&lt;i&gt;reason") && !page.contains("<i>"), "{page}");
    assert!(!page.contains("deed of an auditor") && !page.contains("a look of IT"));
    // What was not shown cannot be signed for.
    for upto in ["903", "3", "-1", "", "18446744073709551616"] {
        let bad = auditor.post(HOLD, &form(&[("what", "deeds"), ("upto", upto), ("words", "all fine")])).await;
        assert!(bad.status == 422 && bad.text.contains("not what was shown") && bad.text.contains("all fine"), "{upto}: {}", bad.text);
    }
    // As far as was seen; the rest waits.
    let part = auditor.post(HOLD, &form(&[("what", "deeds"), ("upto", "100"), ("words", "first fifty")])).await;
    assert_eq!(part.status, 303, "{}", part.text);
    let page = lead.get(&format!("{HOLD}?what=deeds")).await.text;
    assert!(!page.contains("deed number 100.") && page.contains("deed number 102.") && page.contains("1 more"), "{page}");
    assert_eq!(sign(&mut lead, "deeds", "looked at").await.status, 303);
    let page = lead.get(&format!("{HOLD}?what=deeds")).await.text;
    assert!(page.contains("what IT may not do") && !page.contains("deed number"), "{page}");
    assert_eq!(sign(&mut lead, "deeds", "asked Ivy about it").await.status, 303);
    assert!(lead.get(&format!("{HOLD}?what=deeds")).await.text.contains("nothing to look at"));
    let history = lead.get("/reviews").await.text;
    assert!(history.contains("first fifty") && history.contains(">50<") && history.contains("asked Ivy"), "{history}");
    // Alerts: what nobody took on within a day, and never whom it is about.
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let now = scene.clock.now().wall.0;
    let day = i64::try_from(DAY).unwrap();
    for (said, last) in [("slow lists", now - 2 * day), ("just now", now - 60_000_000)] {
        let insert = "INSERT INTO alert (rule, theme, severity, merge_key, people, person, said, first, last, count)
                      VALUES ('r', ?3, 2, ?1, 'g', 'kim-the-person', ?1, ?2, ?2, 1)";
        book.execute(insert, rusqlite::params![said, last, Theme::FilterHealth.word()]).unwrap();
    }
    let page = auditor.get(&format!("{HOLD}?what=alerts")).await.text;
    assert!(page.contains("slow lists") && page.contains("nobody took it on"), "{page}");
    assert!(!page.contains("just now") && !page.contains("kim-the-person"), "{page}");
    // Accounts: each, and until when it is vetted.
    let page = auditor.get(&format!("{HOLD}?what=accounts")).await.text;
    assert!(page.contains("ivy (ivy), IT staff: open") && page.contains("vetted until 2030-01-01"), "{page}");
    assert!(scene.acts().iter().any(|(kind, act)| *kind == EventKind::ConsoleLookUp && act.query == "deeds" && act.who == "ann"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_changes_the_filter_or_who_may_do_what_is_among_the_deeds() {
    use EventKind as Of;
    let reviewed = [
        (Of::ConsoleChange, "robin (it)"),
        (Of::PolicyProposed, "robin (it)"),
        (Of::PolicyPublished, "robin (it)"),
        (Of::PolicyRolledBack, "robin (it)"),
        (Of::SourceChanged, "robin (it)"),
        (Of::TokenChanged, "robin (it)"),
        (Of::OrganisationAccount, "robin (it)"),
        (Of::AccountsChanged, "At the machine itself"),
        (Of::ListReleased, "At the machine itself"),
        (Of::RetentionSet, "At the machine itself"),
    ];
    let mut deeds: Vec<Happened> =
        reviewed.iter().zip(1..).map(|((kind, _), at)| deed(at, Role::It, *kind, &format!("deed {kind:?}."))).collect();
    // Of everybody else only what gives access counts; nothing that was only looked at does.
    deeds.push(deed(21, Role::Auditor, Of::OrganisationAccount, "made an auditor"));
    deeds.push(deed(22, Role::Auditor, Of::TokenChanged, "a token of an auditor"));
    deeds.push(deed(23, Role::It, Of::ConsoleLookUp, "only looked"));
    deeds.push(deed(24, Role::It, Of::Reloaded, "a reload"));
    deeds.reverse();
    let scene = scene_with(deeds).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut auditor, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let page = auditor.get(&format!("{HOLD}?what=deeds")).await.text;
    for (kind, by) in reviewed {
        let at = page.find(&format!("deed {kind:?}.")).unwrap_or_else(|| panic!("{kind:?} is missing: {page}"));
        assert!(page[at..].split("</tr>").next().unwrap().contains(by), "{kind:?}: {page}");
    }
    assert!(page.contains("made an auditor") && !page.contains("a token of an auditor"), "{page}");
    assert!(!page.contains("only looked") && !page.contains("a reload"), "{page}");
    assert_eq!(sign(&mut auditor, "deeds", "all of it").await.status, 303);
    assert!(auditor.get(&format!("{HOLD}?what=deeds")).await.text.contains("nothing to look at"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_exceptions_of_the_running_system_are_looked_at() {
    let mut world = World::new();
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 10);
    let day = soon.strftime("%Y-%m-%d");
    world.more = format!(
        "\n[[rule]]\nallow = [\"used.test\"]\nauthor = \"Ivy\"\nreason = \"maths\"\n\n[[rule]]\nallow = [\"idle.test/page\"]\nauthor = \"Ivy\"\n\
         reason = \"a club\"\n\n[[rule]]\nblock = [\"ends.test\"]\nauthor = \"Kim\"\nreason = \"exams\"\nexpires = {day}\n\n[[rule]]\n\
         block = [\"stays.test\"]\nauthor = \"Kim\"\nreason = \"noise\"\nexpires = 2099-12-31\n\n[reviews]\nold = \"2d\"\nexceptions = \"7d\"\n"
    );
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\nused.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let log = world.folder.path().join("log");
    std::fs::create_dir_all(&log).unwrap();
    for (age, address) in [(3, "old.test"), (1, "young.test")] {
        let from = Timestamp::from(jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * age));
        let made = Exception {
            id: String::new(),
            kind: Kind::Close,
            whom: For::Everybody,
            addresses: vec![address.into()],
            categories: Vec::new(),
            to: String::new(),
            code: String::new(),
            by: "Robin <b>".into(),
            reason: "seen".into(),
            from: from.to_string(),
            until: "2099-01-01T00:00:00Z".into(),
        };
        make_exception(&log, made, &Unsigned, from).unwrap();
    }
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut it = running.person(&mut admin, "ivy", "it").await;
    assert_ne!(get(running.proxy, &world.address("sub.used.test", "/")).status, 403);
    let page = it.get(&format!("{HOLD}?what=ending-rules")).await.text;
    assert!(page.contains("block ends.test") && page.contains("exams") && !page.contains("stays.test"), "{page}");
    let page = it.get(&format!("{HOLD}?what=exceptions")).await.text;
    assert!(page.contains("old.test") && page.contains("Robin &lt;b&gt;") && !page.contains("young.test"), "{page}");
    let page = it.get(&format!("{HOLD}?what=unused-rules")).await.text;
    assert!(page.contains("allow idle.test/page") && page.contains("a club") && !page.contains("used.test"), "{page}");
    assert_eq!(sign(&mut it, "unused-rules", "taken out").await.status, 303);
    let page = it.get("/reviews").await.text;
    assert!(page.contains("every 7 days") && page.contains("taken out"), "{page}");
    let events = world.command(&["logs", "search", "--events", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert!(events.contains("review-held") && events.contains("unused-rules, 1 to look at"), "{events}");
}
