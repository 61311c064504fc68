//! Policy on the console (issue 7, items 5 and 8; standards B6, X13): what is in force, a draft with what it would have meant, approval by
//! somebody else, publishing, and the way back; through HTTP in process, and through the real program, its log and its file of settings.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::support::World;
use crate::support::client::get;
use crate::support::proxy::wait_until;
use lifeguard::admin::{
    BookFault, CategorySight, ChangeFault, GroupSight, GuardFault, Met, PolicySight, PublishFault, Role, WordSight, digest_of,
};
use lifeguard::policy::Action;
use lifeguard::ports::LogFault;
use lifeguard::record::EventKind;
use std::path::Path;

const BAD: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}";
const BECAUSE: &str = "The school council asked for it";

fn word(action: Option<Action>) -> WordSight {
    WordSight { action, own: action, by: "group children, category games".into(), line: Some(7), ..WordSight::default() }
}

fn sight() -> PolicySight {
    let group = |name: &str, title: &str| GroupSight {
        name: name.into(),
        title: title.into(),
        preset: "primary".into(),
        line: Some(5),
        file: String::new(),
        open: true,
        times: vec!["Mon 08:00-16:00".into()],
    };
    let category = |name: &str, title: &str, locked| CategorySight {
        name: name.into(),
        title: title.into(),
        locked,
        entries: 12,
        words: vec![word(Some(Action::Warn)), word(None)],
    };
    PolicySight {
        version: "0123".into(),
        file: "lifeguard.toml".into(),
        groups: vec![group("children", "Children"), group("staff", "Staff")],
        categories: vec![category("games", "Games", false), category("fraud", "Fraud", true)],
        layers: vec![["consortium".into(), "East".into(), "A. Hill".into(), "layers/east.toml:1:1".into()]],
        ..PolicySight::default()
    }
}

async fn scene(approve: bool) -> (Scene, Browser) {
    let scene = Scene::start().await;
    *scene.works.policy.sight.lock().unwrap() = PolicySight { approve, ..sight() };
    "# a comment\nblock = []".clone_into(&mut scene.works.policy.text.lock().unwrap());
    let (admin, _) = scene.administrator().await;
    (scene, admin)
}

fn stands(scene: &Scene) -> String {
    scene.works.policy.text.lock().unwrap().clone()
}

async fn propose(browser: &mut Browser, action: &str, because: &str) -> Answer {
    browser.get("/policy/change?group=children&category=games").await;
    let fields = [("group", "children"), ("category", "games"), ("action", action), ("because", because)];
    browser.post("/policy/change", &form(&fields)).await
}

/// The number of the draft to which an answer leads.
fn number(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location().strip_prefix("/policy/draft?draft=").unwrap_or_else(|| panic!("{}", answer.location())).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_a_draft_that_goes_live_and_goes_back_and_each_step_is_recorded() {
    let (scene, mut admin) = scene(false).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let before = stands(&scene);
    let page = ivy.get("/policy").await;
    for words in
        ["Children", "Staff", "Asks first", "Mon 08:00-16:00", "A. Hill", "/policy/category?category=games", "layers/east.toml:1:1"]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(ivy.get("/policy?group=staff").await.text.contains("Policy for Staff"));
    let page = ivy.get("/policy/category?category=games").await;
    for words in ["1,312", "data-name=\"People\">40</td>", "group children, category games (line 7)", "For example", "Children: change"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let bad = propose(&mut ivy, "block", " ").await;
    assert!(bad.status == 422 && bad.text.contains("id=\"because-fault\"") && bad.text.contains("value=\"block\" checked"), "{}", bad.text);
    let bad = propose(&mut ivy, "", "why").await;
    assert!(bad.status == 422 && bad.text.contains("id=\"action-fault\"") && bad.text.contains("value=\"why\""), "{}", bad.text);
    // A form from before somebody else's word changes nothing.
    let page = ivy.get("/policy/change?group=children&category=games").await;
    let drawn = page.between("name=\"base\" value=\"", "\"").unwrap().to_owned();
    scene.works.policy.sight.lock().unwrap().categories[0].words[0] = word(Some(Action::Allow));
    let wish = [("group", "children"), ("category", "games"), ("action", "block"), ("because", BECAUSE), ("base", &drawn)];
    let told = ivy.post("/policy/change", &form(&wish)).await;
    assert!(told.status == 409 && told.text.contains("value=\"block\" checked") && told.text.contains(BECAUSE), "{}", told.text);
    scene.works.policy.sight.lock().unwrap().categories[0].words[0] = word(Some(Action::Warn));
    let draft = number(&propose(&mut ivy, "block", BECAUSE).await);
    assert_eq!(stands(&scene), before, "a draft changes nothing");
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    for words in
        ["It would have changed nothing", "Games for children: Asks first becomes Blocked", "+ children games Some(Block)", BECAUSE]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let done = ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(stands(&scene).contains("children games Some(Block)"));
    let again = ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert_eq!(again.status, 409, "it is live already: {}", again.text);
    // Back to what stood before: a draft too.
    let page = ivy.get("/policy/versions").await;
    assert!(page.text.contains("Found in the file") && page.text.contains("Stands now"), "{}", page.text);
    let page = ivy.get("/policy/version?version=1").await;
    assert!(page.text.contains("- children games Some(Block)"), "{}", page.text);
    let bad = ivy.post("/policy/version/back", &form(&[("version", "1")])).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"because-fault\""), "{}", bad.text);
    let back = number(&ivy.post("/policy/version/back", &form(&[("version", "1"), ("because", "it was a mistake")])).await);
    assert_eq!(ivy.post("/policy/draft/publish", &form(&[("draft", &back)])).await.status, 303);
    assert_eq!(stands(&scene), before);
    let acts = scene.acts();
    let told = |kind: EventKind, words: &str| acts.iter().any(|(known, act)| *known == kind && act.who == "ivy" && act.did.contains(words));
    assert!(told(EventKind::PolicyProposed, "proposed draft 1: games for children: warn becomes block"), "{acts:?}");
    assert!(told(EventKind::PolicyPublished, "publishes draft 1 of ivy"), "{acts:?}");
    assert!(told(EventKind::PolicyRolledBack, "the settings as they were in version 1"), "{acts:?}");
    assert!(told(EventKind::ConsoleLookUp, "what a category blocked"), "{acts:?}");
    assert!(acts.iter().any(|(kind, act)| *kind == EventKind::PolicyPublished && act.purpose == BECAUSE));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_their_own_and_without_approval_nothing_goes_live() {
    let (scene, mut admin) = scene(true).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let before = stands(&scene);
    let draft = number(&propose(&mut ivy, "allow", BECAUSE).await);
    let (place, yes) = (format!("/policy/draft?draft={draft}"), [("draft", &*draft), ("verdict", "approve"), ("because", "seen")]);
    let page = ivy.get(&place).await;
    assert!(page.text.contains("somebody else has to approve it") && !page.text.contains("/policy/draft/publish"), "{}", page.text);
    for (fields, path) in [(form(&[("draft", &draft)]), "/policy/draft/publish"), (form(&yes), "/policy/draft/decide")] {
        let refused = ivy.post(path, &fields).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.text);
    }
    assert_eq!(stands(&scene), before);
    ann.get(&place).await;
    for path in ["/policy/draft/publish", "/policy/draft/decide", "/policy/draft/withdraw", "/policy/change", "/policy/version/back"] {
        assert_eq!(ann.post(path, &form(&yes)).await.status, 403, "{path}");
    }
    let page = sam.get(&place).await;
    assert!(page.text.contains("I approve it") && !page.text.contains("/policy/draft/publish"), "{}", page.text);
    let bad = sam.post("/policy/draft/decide", &form(&[("draft", &draft)])).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"verdict-fault\""), "{}", bad.text);
    let bad = sam.post("/policy/draft/decide", &form(&[("draft", &draft), ("verdict", "approve")])).await;
    assert!(
        bad.status == 422 && bad.text.contains("id=\"because-fault\"") && bad.text.contains("value=\"approve\" checked"),
        "{}",
        bad.text
    );
    assert_eq!(sam.post("/policy/draft/decide", &form(&yes)).await.status, 303);
    ivy.get(&place).await;
    assert_eq!(ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await.status, 303);
    assert!(stands(&scene).contains("Some(Allow)"));
    assert!(ivy.get("/policy/versions").await.text.contains("data-name=\"Approved by\">sam</td>"), "who approved it stands there");
    // What was refused or taken back does not go live either.
    for ends in ["refuse", "withdraw"] {
        let draft = number(&propose(&mut ivy, "block", BECAUSE).await);
        let fields = form(&[("draft", &draft), ("verdict", "refuse"), ("because", "no"), ("withdraw_because", "no")]);
        let done = match ends {
            "refuse" => sam.post("/policy/draft/decide", &fields).await,
            _ => ivy.post("/policy/draft/withdraw", &fields).await,
        };
        assert_eq!(done.status, 303, "{ends}: {}", done.text);
        assert_eq!(ivy.post("/policy/draft/publish", &fields).await.status, 409, "{ends}");
        assert_eq!(
            sam.post("/policy/draft/decide", &form(&[("draft", &draft), ("verdict", "approve"), ("because", "x")])).await.status,
            409
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_loosens_alone_waits_for_a_second_person_whatever_the_settings_say() {
    let (scene, mut admin) = scene(false).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let before = stands(&scene);
    scene.works.policy.loosened.lock().unwrap().push("log.retention.web_log".into());
    let draft = number(&propose(&mut ivy, "allow", BECAUSE).await);
    let place = format!("/policy/draft?draft={draft}");
    let page = ivy.get(&place).await.text;
    assert!(page.contains("log.retention.web_log") && page.contains("somebody else has to approve it"), "{page}");
    assert!(!page.contains("/policy/draft/publish"), "{page}");
    let alone = ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert!(alone.status == 422 && alone.text.contains("Somebody else has to approve it first"), "{}", alone.text);
    let yes = form(&[("draft", &draft), ("verdict", "approve"), ("because", "seen")]);
    assert_eq!(ivy.post("/policy/draft/decide", &yes).await.status, 422, "nobody approves their own");
    assert_eq!(stands(&scene), before);
    assert!(sam.get(&place).await.text.contains("I approve it"));
    assert_eq!(sam.post("/policy/draft/decide", &yes).await.status, 303);
    ivy.get(&place).await;
    assert_eq!(ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await.status, 303);
    assert_ne!(stands(&scene), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_said_beside_its_field_and_what_cannot_go_live_changes_nothing() {
    let (scene, mut admin) = scene(false).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let faults = [
        (ChangeFault::Locked, "closed to everybody"),
        (ChangeFault::Same, "holds already"),
        (ChangeFault::Held("consortium East".into()), "consortium East"),
        (ChangeFault::Elsewhere, "another file"),
        (ChangeFault::Check("lifeguard.toml:3:1".into()), "lifeguard.toml:3:1"),
        (ChangeFault::Tests(vec!["staff may see it".into()]), "staff may see it"),
        (ChangeFault::Guard(GuardFault::Statutory("iwf".into())), "list of illegal material"),
        (ChangeFault::Guard(GuardFault::Unprotected), "without a list of illegal material"),
        (ChangeFault::Guard(GuardFault::Floor("East".into())), "Whoever signed it"),
        (ChangeFault::Guard(GuardFault::Console), "The console would be closed"),
        (ChangeFault::Guard(GuardFault::Listeners), "reach the proxy"),
        (ChangeFault::Guard(GuardFault::LockedOut("Children".into())), "could reach anything: Children"),
        (ChangeFault::Guard(GuardFault::SiteName("hal, ivo".into())), "go by this name of a site: hal, ivo"),
    ];
    for (fault, words) in faults {
        *scene.works.policy.refuses.lock().unwrap() = Some(fault);
        let answer = propose(&mut ivy, "block", BECAUSE).await;
        assert!(
            answer.status == 422 && answer.text.contains("id=\"action-fault\"") && answer.text.contains(words),
            "{words}: {}",
            answer.text
        );
        assert!(answer.text.contains(BECAUSE), "what was typed stays");
    }
    *scene.works.policy.refuses.lock().unwrap() = None;
    let draft = number(&propose(&mut ivy, "block", BECAUSE).await);
    let fields = form(&[("draft", &draft)]);
    for (fault, words) in [
        (PublishFault::ReadOnly("read-only file system".into()), "cannot be written (read-only file system)"),
        (PublishFault::TakenBack("a template".into()), "the file is as it was. a template"),
    ] {
        *scene.works.policy.fails.lock().unwrap() = Some(fault);
        let answer = ivy.post("/policy/draft/publish", &fields).await;
        assert!(answer.status == 422 && answer.text.contains(words), "{words}: {}", answer.text);
        assert!(scene.acts().last().unwrap().1.did.contains("is not in force"), "and that is recorded");
    }
    *scene.works.policy.fails.lock().unwrap() = None;
    // Git, or an editor, was there meanwhile: both versions are named and nothing is written over.
    let old = digest_of(&stands(&scene));
    "by an editor".clone_into(&mut scene.works.policy.text.lock().unwrap());
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(
        page.text.contains(&old) && page.text.contains(&digest_of("by an editor")) && page.text.contains("Make it again"),
        "{}",
        page.text
    );
    let answer = ivy.post("/policy/draft/publish", &fields).await;
    assert!(answer.status == 409 && answer.text.contains(&digest_of("by an editor")), "{}", answer.text);
    assert_eq!(stands(&scene), "by an editor");
    // What is not recorded is not done.
    let draft = number(&propose(&mut ivy, "block", BECAUSE).await);
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await.status, 503);
    scene.log.break_down(None);
    assert_eq!(stands(&scene), "by an editor");
    // The file cannot be written: the page says so and gives the text.
    scene.works.policy.sight.lock().unwrap().read_only = "Read-only file system".into();
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(page.text.contains("may not write to lifeguard.toml") && !page.text.contains("/policy/draft/publish"), "{}", page.text);
    let taken = ivy.get(&format!("/policy/draft/text?draft={draft}")).await;
    assert!(taken.field("content-disposition").unwrap().contains("attachment") && taken.text.starts_with("by an editor\n"), "{taken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_names_of_others_say_nothing_and_hostile_text_is_text() {
    let (scene, mut admin) = scene(false).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    for number in ["", "0", "-1", "99", "1+OR+1=1", "9223372036854775808", "%00", "..%2f1"] {
        for path in ["/policy/draft?draft=", "/policy/draft/text?draft=", "/policy/version?version="] {
            assert_eq!(ivy.get(&format!("{path}{number}")).await.status, 404, "{path}{number}");
        }
    }
    for path in
        ["/policy?group=x", "/policy/category?category=x", "/policy/change?group=x&category=games", "/policy/change?group=staff&category=x"]
    {
        assert_eq!(ivy.get(path).await.status, 404, "{path}");
    }
    {
        let mut sight = scene.works.policy.sight.lock().unwrap();
        (sight.file, sight.read_only) = (BAD.into(), BAD.into());
        sight.layers.push([BAD.into(), BAD.into(), BAD.into(), BAD.into()]);
        let group = &mut sight.groups[0];
        (group.title, group.preset, group.times) = (BAD.into(), BAD.into(), vec![BAD.into()]);
        let category = &mut sight.categories[0];
        category.title = BAD.into();
        category.words[0] = WordSight { hours: BAD.into(), share: BAD.into(), by: BAD.into(), ..word(Some(Action::Warn)) };
        BAD.clone_into(&mut scene.works.policy.text.lock().unwrap());
    }
    let draft = number(&propose(&mut ivy, "block", BAD).await);
    *scene.works.policy.refuses.lock().unwrap() = Some(ChangeFault::Held(BAD.into()));
    let mut pages = vec![propose(&mut ivy, "block", BAD).await];
    for path in ["/policy", "/policy?group=children", "/policy/category?category=games", "/policy/versions"] {
        pages.push(ivy.get(path).await);
    }
    pages.push(ivy.get(&format!("/policy/draft?draft={draft}")).await);
    for page in pages {
        assert!(page.text.contains("&lt;script&gt;"), "{}", page.text);
        assert!(!page.text.contains("<script") && !page.text.contains("<img"), "{}", page.text);
        assert!(page.text.contains("name=\"because\"") || !page.text.contains('\u{202e}'), "{}", page.text);
        assert!(page.text.len() < 100_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_is_told_in_requests_and_people_and_what_was_looked_at() {
    let mut words = Vec::new();
    for (whole, blocks) in [(true, 312), (false, 0)] {
        let (scene, mut admin) = scene(false).await;
        let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
        let effect = &scene.works.policy.effect;
        {
            let mut effect = effect.lock().unwrap();
            (effect.whole, effect.looked_at, effect.unread) = (whole, 200_000, 7);
            effect.blocks = Met { requests: blocks, people: 40 };
        }
        let draft = number(&propose(&mut ivy, "block", BECAUSE).await);
        words.push(ivy.get(&format!("/policy/draft?draft={draft}")).await.text);
    }
    assert!(words[0].contains("It would have blocked 312 requests by 40 people."), "{}", words[0]);
    assert!(words[0].contains("Every request of the last 7 days") && words[0].contains("7 requests could not be judged"), "{}", words[0]);
    assert!(words[1].contains("It would have changed nothing") && words[1].contains("Only the latest part"), "{}", words[1]);
}

/// A place with comments in its settings, a layer over the groups, and a category that nothing is said of yet.
fn world() -> World {
    let mut world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.write("talk.txt", "chat.test\n");
    world.write("held.txt", "held.test\n");
    world.write("pages/readme.txt", "templates of this place\n");
    world.more = "# the second group\n[[group]]\nname = \"staff\"  # a comment\nnetworks = [\"10.9.0.0/16\"]\n\
                  \n[[lists.source]]\nname = \"talk\"\nformat = \"domains\"\npath = \"talk.txt\"\n\
                  \n[[lists.source]]\nname = \"held\"\nformat = \"domains\"\npath = \"held.txt\"\n\
                  \n[[layer]]\nlevel = \"consortium\"\ntitle = \"East\"\nsigned_by = \"A. Hill\"\nreason = \"agreed\"\nreview = 2099-01-01\nblock = [\"held\"]\n\
                  \n[pages]\ntemplates = \"pages\"\n\n[policy]\nunknown_clients = \"everyone\"\n"
        .to_owned();
    world
}

async fn change(browser: &mut Browser, category: &str, action: &str) -> Answer {
    browser.get("/policy").await;
    let fields = [("group", "everyone"), ("category", category), ("action", action), ("because", BECAUSE)];
    browser.post("/policy/change", &form(&fields)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn through_the_real_program_a_draft_goes_live_and_comes_back_byte_for_byte() {
    let world = world();
    let config = world.write("lifeguard.toml", &world.config());
    let before = std::fs::read_to_string(&config).unwrap();
    let running = real::start(&config);
    let proxy = running.proxy;
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    let asks = |host: &str| get(proxy, &world.address(host, "/a")).status;
    for _ in 0..5 {
        assert_ne!(asks("chat.test"), 403);
    }
    for _ in 0..3 {
        assert_eq!(asks("blocked.test"), 403);
    }
    let page = ivy.get("/policy/category?category=testing").await;
    assert!(page.text.contains("7 days\">3</td><td data-name=\"People\">1</td>"), "three requests by one person: {}", page.text);
    assert!(page.text.contains("group everyone, category testing (line "), "{}", page.text);
    // A layer holds it; what holds already is no change.
    let held = change(&mut ivy, "held", "allow").await;
    assert!(held.status == 422 && held.text.contains("East") && held.text.contains("stricter than it, not looser"), "{}", held.text);
    let same = change(&mut ivy, "testing", "block").await;
    assert!(same.status == 422 && same.text.contains("holds already"), "{}", same.text);
    let draft = number(&change(&mut ivy, "talk", "block").await);
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(page.text.contains("It would have blocked 5 requests by 1 person."), "{}", page.text);
    assert!(page.text.contains("- block = [&quot;testing&quot;]\n+ block = [&quot;testing&quot;, &quot;talk&quot;]"), "{}", page.text);
    assert!(page.text.contains("Every request of the last 7 days"), "{}", page.text);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "a draft writes nothing");
    // A template that cannot be used keeps it from going live: all is as it was.
    world.write("pages/block.html", "{% if %}");
    let taken_back = ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert!(taken_back.status == 422 && taken_back.text.contains("the file is as it was"), "{}", taken_back.text);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before);
    assert_ne!(asks("chat.test"), 403);
    std::fs::remove_file(world.folder.path().join("pages/block.html")).unwrap();
    // Somebody writes into the file: refused, and theirs stays.
    let theirs = before.clone() + "# by hand\n";
    std::fs::write(&config, &theirs).unwrap();
    assert_eq!(ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await.status, 409);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), theirs);
    let draft = number(&change(&mut ivy, "talk", "block").await);
    let done = ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert_eq!(done.status, 303, "{}", done.text);
    wait_until("it is blocked", || asks("chat.test") == 403);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), theirs.replace("[\"testing\"]", "[\"testing\", \"talk\"]"));
    assert!(!Path::new(&format!("{}.new", config.display())).exists());
    // A category's page now counts it, and the way back opens it again.
    assert!(ivy.get("/policy/category?category=talk").await.text.contains("category talk (line "));
    let back = number(&ivy.post("/policy/version/back", &form(&[("version", "2"), ("because", "a mistake")])).await);
    let page = ivy.get(&format!("/policy/draft?draft={back}")).await;
    assert!(page.text.contains("It would have opened "), "{}", page.text);
    assert_eq!(ivy.post("/policy/draft/publish", &form(&[("draft", &back)])).await.status, 303);
    wait_until("it is open", || asks("chat.test") != 403);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), theirs);
    let plan = ivy.get("/plan").await;
    assert!(plan.status == 200 && plan.text.contains("The plan for everyone") && plan.text.contains("A. Hill"), "{}", plan.text);
    assert!(ivy.get("/plan?file=yes").await.text.contains("everyone"));
    let events = world.command(&["logs", "search", "--events", "--limit", "1000", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    for words in ["policy-proposed", "policy-published", "policy-rolled-back", BECAUSE, "draft 1 is not in force", "read the plan"] {
        assert!(events.contains(words), "{words}: {events}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_alone_shortens_no_retention_and_silences_no_alert() {
    let mut world = world();
    world.more += "\n[log.retention.web_log]\nkeep = \"200d\"\n\n[alerts]\nescalate_after = \"1h\"\n";
    let config = world.write("lifeguard.toml", &world.config());
    let before = std::fs::read_to_string(&config).unwrap();
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    for (option, looser, stricter) in [("log.retention.web_log.keep", "100d", "201d"), ("alerts.escalate_after", "12h", "30m")] {
        let wish = |value: &str| form(&[("option", option), ("value", value), ("because", BECAUSE)]);
        ivy.get("/settings").await;
        let draft = number(&ivy.post("/settings/change", &wish(looser)).await);
        let page = ivy.get(&format!("/policy/draft?draft={draft}")).await.text;
        assert!(page.contains("Nobody does this alone") && !page.contains("action=\"/policy/draft/publish\""), "{option}: {page}");
        let alone = ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
        assert!(alone.status == 422 && alone.text.contains("Somebody else has to approve it first"), "{option}: {}", alone.text);
        assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "{option}");
        // Stricter is as before: one is enough.
        let draft = number(&ivy.post("/settings/change", &wish(stricter)).await);
        assert!(!ivy.get(&format!("/policy/draft?draft={draft}")).await.text.contains("Nobody does this alone"), "{option}");
    }
    // With somebody else it goes live.
    let draft = number(
        &ivy.post("/settings/change", &form(&[("option", "log.retention.web_log.keep"), ("value", "100d"), ("because", BECAUSE)])).await,
    );
    admin.get(&format!("/policy/draft?draft={draft}")).await;
    let yes = form(&[("draft", &draft), ("verdict", "approve"), ("because", "agreed with the governors")]);
    assert_eq!(admin.post("/policy/draft/decide", &yes).await.status, 303);
    ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert_eq!(ivy.post("/policy/draft/publish", &form(&[("draft", &draft)])).await.status, 303);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before.replace("200d", "100d"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_that_would_take_away_what_protects_is_refused() {
    let world = world();
    let config = world.write("lifeguard.toml", &world.config());
    let now = std::fs::read_to_string(&config).unwrap();
    let layer = &now[now.find("[[layer]]").unwrap()..now.find("[pages]").unwrap()];
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    // Each was once the text that stood, as far as the console knows; what stands now protects more.
    let weaker = [
        (now.replace("statutory.txt", "other.txt"), "list of illegal material"),
        (now.replace(layer, ""), "Whoever signed it"),
        (now.replace("[\"held\"]", "[]"), "Whoever signed it"),
        (now.replace("[admin]\n", "[admin]\nfolder = \"elsewhere\"\n"), "The console would be closed"),
        (now.replace("listen = [\"127.0.0.1:0\"]", "listen = [\"127.0.0.2:0\"]"), "reach the proxy"),
        (now.replace("name = \"everyone\"", "name = \"everyone\"\ndefault = \"block\""), "could reach anything: everyone"),
        (now.replace("name = \"staff\"", "nam = \"staff\""), "would not be taken"),
    ];
    let book = rusqlite::Connection::open(world.folder.path().join("console/console.sqlite")).unwrap();
    for (place, (text, words)) in weaker.iter().enumerate() {
        assert_ne!(*text, now, "{words}");
        let put = "INSERT INTO policy_version (at, digest, text, by_name, approved_by, because) VALUES (1, ?1, ?2, '', '', '')";
        book.execute(put, [&digest_of(text), text]).unwrap();
        let version = (place + 1).to_string();
        ivy.get(&format!("/policy/version?version={version}")).await;
        let refused = ivy.post("/policy/version/back", &form(&[("version", &version), ("because", "why")])).await;
        assert!(refused.status == 422 && refused.text.contains(words), "{words}: {}", refused.text);
    }
    assert_eq!(std::fs::read_to_string(&config).unwrap(), now);
}

#[test]
fn policy_in_chromium_from_a_category_to_a_change_that_is_live_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (config, sample) = real::sample(folder.path());
    let running = real::start(&config);
    for _ in 0..5 {
        // The one is blocked, the other asks first: neither leaves.
        get(running.proxy, "http://blocked.example.test/a");
        get(running.proxy, "http://games.example.test/a");
    }
    let Some(said) = real::journey("policy.py", &running, &[]) else { return };
    println!("{said}");
    // The set-up has chosen a preset; everything else has come back to what it was.
    let set_up = sample.replace("preset = \"primary\"", "preset = \"youth-club\"");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), set_up);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_proposed_or_approved_that_may_not_any_more_does_not_go_live() {
    let (scene, mut admin) = scene(true).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ida, _) = scene.person(&mut admin, "ida", Role::It).await;
    let before = stands(&scene);
    let draft = number(&propose(&mut ivy, "block", BECAUSE).await);
    let yes = form(&[("draft", &draft), ("verdict", "approve"), ("because", "agreed")]);
    sam.get(&format!("/policy/draft?draft={draft}")).await;
    assert_eq!(sam.post("/policy/draft/decide", &yes).await.status, 303);
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let publish = form(&[("draft", &draft)]);
    ida.get(&format!("/policy/draft?draft={draft}")).await;
    for (who, change, back) in [
        ("ivy", "active = 0", "active = 1"),
        ("ivy", "role = 'governor'", "role = 'it'"),
        ("ivy", "sites = '[\"leeds\"]'", "sites = NULL"),
        ("sam", "active = 0", "active = 1"),
        ("sam", "role = 'auditor'", "role = 'safeguarding-lead'"),
        ("sam", "until = 1", "until = NULL"),
        ("sam", "sites = '[]'", "sites = NULL"),
    ] {
        let set = |what: &str| assert_eq!(book.execute(&format!("UPDATE account SET {what} WHERE name = '{who}'"), []).unwrap(), 1);
        set(change);
        let held = ida.post("/policy/draft/publish", &publish).await;
        assert!(held.status != 303 && held.text.contains(&format!("The account {who} proposed or approved it")), "{change}: {}", held.text);
        assert_eq!(stands(&scene), before, "{who} {change}");
        set(back);
    }
    assert_eq!(ida.post("/policy/draft/publish", &publish).await.status, 303);
    assert_ne!(stands(&scene), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_loosens_alone_does_not_go_live_after_whoever_approved_it_has_left() {
    let (scene, mut admin) = scene(false).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let before = stands(&scene);
    scene.works.policy.loosened.lock().unwrap().push("log.retention.web_log".into());
    let draft = number(&propose(&mut ivy, "allow", BECAUSE).await);
    sam.get(&format!("/policy/draft?draft={draft}")).await;
    let yes = form(&[("draft", &draft), ("verdict", "approve"), ("because", "agreed")]);
    assert_eq!(sam.post("/policy/draft/decide", &yes).await.status, 303);
    let set = |active: i64| {
        let set =
            |book: &rusqlite::Connection| Ok::<_, BookFault>(book.execute("UPDATE account SET active = ?1 WHERE name = 'sam'", [active])?);
        assert_eq!(scene.desk.book().change(set).unwrap(), 1);
    };
    set(0);
    let publish = form(&[("draft", &draft)]);
    let held = ivy.post("/policy/draft/publish", &publish).await;
    assert!(held.status != 303 && held.text.contains("The account sam proposed or approved it"), "{}", held.text);
    assert_eq!(stands(&scene), before);
    set(1);
    assert_eq!(ivy.post("/policy/draft/publish", &publish).await.status, 303);
    assert_ne!(stands(&scene), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_draft_goes_live_nobody_refuses_it_takes_it_back_or_puts_it_in_force_again() {
    let (scene, mut admin) = scene(false).await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let draft = number(&propose(&mut ivy, "block", BECAUSE).await);
    let other = number(&propose(&mut ivy, "allow", BECAUSE).await);
    let fields = |draft: &str| form(&[("draft", draft), ("verdict", "refuse"), ("because", "no"), ("withdraw_because", "no")]);
    sam.get(&format!("/policy/draft?draft={draft}")).await;
    let (go_on, waits) = std::sync::mpsc::channel();
    *scene.works.policy.waits.lock().unwrap() = Some(waits);
    let (mut publisher, publish) = (ivy.clone(), form(&[("draft", &draft)]));
    let first = tokio::spawn(async move { publisher.post("/policy/draft/publish", &publish).await.status });
    wait_until("it is on its way", || scene.works.policy.waits.lock().unwrap().is_none());
    assert_eq!(sam.post("/policy/draft/decide", &fields(&draft)).await.status, 409);
    assert_eq!(ivy.post("/policy/draft/withdraw", &fields(&draft)).await.status, 409);
    assert_eq!(ivy.post("/policy/draft/publish", &fields(&draft)).await.status, 409);
    assert_eq!(sam.post("/policy/draft/decide", &fields(&other)).await.status, 303, "another draft does not wait for it");
    go_on.send(()).unwrap();
    assert_eq!(first.await.unwrap(), 303);
    assert!(stands(&scene).contains("children games Some(Block)"));
    let count = |sql: &str| scene.desk.book().read(|book| Ok(book.query_row(sql, [&draft], |row| row.get::<_, i64>(0))?)).unwrap();
    assert_eq!(count("SELECT count(*) FROM policy_version WHERE draft = CAST(?1 AS INTEGER)"), 1);
    assert_eq!(count("SELECT count(*) FROM policy_draft WHERE id = CAST(?1 AS INTEGER) AND state = 'published' AND decided IS NULL"), 1);
    assert_eq!(sam.post("/policy/draft/decide", &fields(&draft)).await.status, 409, "nor afterwards");
}
