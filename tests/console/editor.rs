//! The editor of policy on the console (issue 7, item 5; standards A10, X13, V7): several changes in one draft, addresses line by line, groups
//! and their members; through HTTP in process, through the real program and its file of settings, and in Chromium.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::editing::{BECAUSE, fill, number, publish, send, untouched};
use crate::support::World;
use crate::support::client::get;
use crate::support::proxy::wait_until;
use lifeguard::admin::{CategorySight, ChangeFault, GroupSight, GuardFault, PolicySight, Role, WordSight};
use lifeguard::config::{option_text, rules_of, with_group_renamed, with_option, with_table, without_table};
use lifeguard::policy::Action;
use lifeguard::ports::LogFault;
use lifeguard::record::EventKind;
use proptest::prelude::*;

const BAD: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}";

fn sight() -> PolicySight {
    let word = |action| WordSight { action, own: action, by: "group children".into(), line: Some(7), ..WordSight::default() };
    let group =
        |name: &str, title: &str, line| GroupSight { name: name.into(), title: title.into(), line, open: true, ..GroupSight::default() };
    let category = |name: &str, title: &str, locked| CategorySight {
        name: name.into(),
        title: title.into(),
        locked,
        entries: 12,
        words: vec![word(Some(Action::Warn)), word(None)],
    };
    PolicySight {
        file: "lifeguard.toml".into(),
        groups: vec![group("children", "Children", Some(5)), group("elsewhere", "Elsewhere", None)],
        categories: vec![category("games", "Games", false), category("chat", "Chat", false), category("fraud", "Fraud", true)],
        ..PolicySight::default()
    }
}

async fn scene() -> (Scene, Browser) {
    let scene = Scene::start().await;
    *scene.works.policy.sight.lock().unwrap() = sight();
    "# a comment\nblock = []".clone_into(&mut scene.works.policy.text.lock().unwrap());
    let (mut admin, _) = scene.administrator().await;
    let (ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    (scene, ivy)
}

#[tokio::test(flavor = "multi_thread")]
async fn several_changes_are_one_draft_with_one_reason_and_one_record() {
    let (scene, mut ivy) = scene().await;
    let page = ivy.get("/policy/edit?group=children").await;
    for words in ["Contact with other people (categories: 1)", "Games", "Now: Asks first (line 7).", "Strictly restricted", "name=\"base\""]
    {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("category-fraud"), "what is locked is no choice");
    let same = send(&mut ivy, &page.text, "/policy/edit", &[("because", BECAUSE)]).await;
    assert!(same.status == 303 || same.status == 422, "{}", same.text);
    let changed =
        [("category-games", "block"), ("category-chat", "preset"), ("youtube", "moderate"), ("quota", "games = 30m"), ("because", "")];
    let bad = fill(&mut ivy, "/policy/edit?group=children", &changed).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"because-fault\""), "{}", bad.text);
    assert!(
        bad.text.contains("games = 30m") && bad.text.matches("<details open>").count() >= 2,
        "what was chosen stays in sight: {}",
        bad.text
    );
    let again = send(&mut ivy, &bad.text, "/policy/edit", &[("because", BECAUSE)]).await;
    let draft = number(&again);
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(page.text.contains("What changes") && page.text.matches("<tr>").count() >= 5, "{}", page.text);
    let acts = scene.acts();
    let proposed: Vec<_> = acts.iter().filter(|(kind, act)| *kind == EventKind::PolicyProposed && act.purpose == BECAUSE).collect();
    assert!(proposed.last().unwrap().1.did.contains("becomes block"), "{proposed:?}");
    // What cannot be recorded is not there.
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(send(&mut ivy, &bad.text, "/policy/edit", &[("because", BECAUSE)]).await.status, 503);
    scene.log.break_down(None);
    let next: i64 = draft.parse::<i64>().unwrap() + 1;
    assert_eq!(ivy.get(&format!("/policy/draft?draft={next}")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_before_somebody_elses_change_undoes_nothing() {
    let (scene, mut ivy) = scene().await;
    let old = ivy.get("/policy/edit?group=children").await;
    "# a comment\nblock = [\"by somebody else\"]".clone_into(&mut scene.works.policy.text.lock().unwrap());
    let told = send(&mut ivy, &old.text, "/policy/edit", &[("category-games", "block"), ("because", BECAUSE)]).await;
    assert!(told.status == 409 && told.text.contains("Nothing is lost"), "{}", told.text);
    assert_eq!(untouched(&told.text)["category-games"], "block", "the choice is still there");
    // The same page again is from now on.
    number(&send(&mut ivy, &told.text, "/policy/edit", &[]).await);
    // The same holds for who is in a group, and for a group that is to go.
    for (path, field, typed) in [("/policy/groups/change", "title", "Year 7"), ("/policy/groups/drop", "because", "the year is over")] {
        let old = ivy.get(&format!("{path}?group=children")).await;
        format!("# {path}").clone_into(&mut scene.works.policy.text.lock().unwrap());
        let told = send(&mut ivy, &old.text, path, &[("because", BECAUSE), (field, typed)]).await;
        assert!(told.status == 409 && told.text.contains("Nothing is lost"), "{path}: {}", told.text);
        assert_eq!(untouched(&told.text)[field], typed, "{path}");
        number(&send(&mut ivy, &told.text, path, &[]).await);
    }
    // A draft whose file moved on is made again with one press, and the old one stays.
    let draft = number(&fill(&mut ivy, "/policy/edit?group=children", &[("category-games", "allow"), ("because", BECAUSE)]).await);
    "# by an editor".clone_into(&mut scene.works.policy.text.lock().unwrap());
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(page.text.contains("/policy/draft/again") && !page.text.contains("action=\"/policy/draft/publish\""), "{}", page.text);
    let fresh = number(&ivy.post("/policy/draft/again", &form(&[("draft", &draft)])).await);
    let page = ivy.get(&format!("/policy/draft?draft={fresh}")).await;
    assert!(page.text.contains(BECAUSE) && page.text.contains("/policy/draft/publish"), "{}", page.text);
    for number in ["", "0", "-1", "99", "%00"] {
        assert_eq!(
            ivy.ask(
                "POST /policy/draft/again HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                &format!("draft={number}&token={}", ivy.token.clone())
            )
            .await
            .status,
            404
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_stands_beside_its_field_and_others_groups_are_not_there() {
    let (scene, mut ivy) = scene().await;
    let faults = [
        (ChangeFault::Held("consortium East".into()), "consortium East"),
        (ChangeFault::Guard(GuardFault::LockedOut("Children".into())), "could reach anything: Children"),
        (ChangeFault::Guard(GuardFault::Floor("East".into())), "Whoever signed it"),
        (ChangeFault::Check("lifeguard.toml:3:1".into()), "lifeguard.toml:3:1"),
    ];
    for (fault, words) in faults {
        *scene.works.policy.refuses.lock().unwrap() = Some(fault);
        let answer = fill(&mut ivy, "/policy/edit?group=children", &[("category-games", "block"), ("because", BECAUSE)]).await;
        assert!(
            answer.status == 422 && answer.text.contains(words) && answer.text.contains("id=\"category-games-fault\""),
            "{words}: {}",
            answer.text
        );
    }
    *scene.works.policy.refuses.lock().unwrap() = None;
    for (field, value) in [("category-games", "BLOCK"), ("preset", "nobody"), ("youtube", "1")] {
        let answer = fill(&mut ivy, "/policy/edit?group=children", &[(field, value), ("because", BECAUSE)]).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", answer.text);
    }
    for path in ["/policy/edit", "/policy/groups/change", "/policy/groups/drop"] {
        for group in ["", "elsewhere", "nobody", "..%2f", "%00"] {
            assert_eq!(ivy.get(&format!("{path}?group={group}")).await.status, 404, "{path} {group}");
        }
    }
    for query in [
        "",
        "rule=0",
        "rule=0&does=block&address=known-1.test",
        "rule=1&does=allow&address=known-1.test",
        "rule=0&does=allow&address=other.test",
    ] {
        assert_eq!(ivy.get(&format!("/policy/addresses/out?{query}")).await.status, 404, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_answered_before_a_draft_is_made_of_those_that_are_taken() {
    let (_scene, mut ivy) = scene().await;
    let typed = "new.test\nknown-1.test\nno address\n";
    let answered = fill(&mut ivy, "/policy/addresses/new", &[("addresses", typed), ("does", "allow"), ("because", BECAUSE)]).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    for words in ["1 are taken, 1 are there already, 1 are no address", "Not an address: it has a blank", "It is there already", "new.test"]
    {
        assert!(answered.text.contains(words), "{words}: {}", answered.text);
    }
    // Other lines than those that were answered are answered first.
    let other = send(&mut ivy, &answered.text, "/policy/addresses/new", &[("addresses", "new.test\nmore.test"), ("does", "allow")]).await;
    assert!(other.status == 200 && other.text.contains("2 are taken"), "{}", other.text);
    let draft = number(&send(&mut ivy, &answered.text, "/policy/addresses/new", &[("does", "allow")]).await);
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(page.text.contains("new.test") && !page.text.contains("no address"), "{}", page.text);
    for (changed, field) in [
        (&[("addresses", ""), ("does", "allow"), ("because", BECAUSE)][..], "addresses"),
        (&[("addresses", "a.test"), ("because", BECAUSE)], "does"),
        (&[("addresses", "a.test"), ("does", "allow"), ("because", "")], "because"),
        (&[("addresses", "a.test"), ("does", "allow"), ("because", BECAUSE), ("until", "tomorrow")], "until"),
        (&[("addresses", "a.test"), ("does", "allow"), ("because", BECAUSE), ("group", "elsewhere")], "group"),
        (&[("addresses", "known-1.test"), ("does", "allow"), ("because", BECAUSE)], "addresses"),
    ] {
        let bad = fill(&mut ivy, "/policy/addresses/new", changed).await;
        assert!(bad.status == 422 && bad.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", bad.text);
    }
    let many = |count: usize| (0..count).map(|at| format!("host-{at}.a-rather-long-name-of-a-website.test\n")).collect::<String>();
    let bad = fill(&mut ivy, "/policy/addresses/new", &[("addresses", &many(501)), ("does", "block"), ("because", BECAUSE)]).await;
    assert!(bad.status == 422 && bad.text.contains("At most 500 at once; these are 501"), "{}", bad.status);
    let all = fill(&mut ivy, "/policy/addresses/new", &[("addresses", &many(500)), ("does", "block"), ("because", BECAUSE)]).await;
    assert!(all.status == 200 && all.text.contains("500 are taken"), "{}", all.status);
    // Hostile lines are text.
    let bad = fill(&mut ivy, "/policy/addresses/new", &[("addresses", BAD), ("does", "block"), ("because", BAD)]).await;
    assert!(bad.text.contains("&lt;script&gt;") && !bad.text.contains("<script") && !bad.text.contains("<img"), "{}", bad.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_about_words_that_changed_meanwhile_stays_beside_what_stands_now() {
    let (scene, mut ivy) = scene().await;
    let word = |name: &str, words: &str| format!("[[keyword]]\nname = \"{name}\"\naction = \"block\"\nwords = [\"{words}\"]\n");
    let stands = |text: String| *scene.works.policy.text.lock().unwrap() = text;
    let path = "/policy/keywords/change";
    stands(word("chance", "poker"));
    let page = ivy.get(&format!("{path}?which=0")).await.text;
    let out = ivy.get("/policy/keywords/out?which=0").await.text;
    let typed = [("words", "dice"), ("action", "block"), ("because", BECAUSE)];
    // Others have come before it: it is the same one under another number.
    stands(word("other", "other") + &word("chance", "poker"));
    number(&send(&mut ivy, &page, path, &typed).await);
    // It says something else by now: both are on the page, which can be sent as it is.
    stands(word("other", "other") + &word("chance", "bingo"));
    let told = send(&mut ivy, &page, path, &typed).await;
    assert!(told.status == 409 && told.text.contains("The settings have changed since"), "{}", told.text);
    assert!(
        told.text.contains(">\ndice</textarea>") && told.text.contains("<dd>bingo</dd>") && told.text.contains(BECAUSE),
        "{}",
        told.text
    );
    number(&send(&mut ivy, &told.text, path, &[("action", "block")]).await);
    let told = send(&mut ivy, &out, "/policy/keywords/out", &[("because", BECAUSE)]).await;
    assert!(told.status == 409 && told.text.contains("<dd>bingo</dd>") && told.text.contains(BECAUSE), "{}", told.text);
    number(&send(&mut ivy, &told.text, "/policy/keywords/out", &[]).await);
    // It is gone, and another stands in its place: that one is not written over.
    stands(word("other", "other"));
    let told = send(&mut ivy, &page, path, &typed).await;
    assert!(told.status == 409 && told.text.contains(">\ndice</textarea>") && !told.text.contains("name=\"which\""), "{}", told.text);
    let told = send(&mut ivy, &out, "/policy/keywords/out", &[("because", BECAUSE)]).await;
    assert!(told.status == 409 && told.text.contains("this is over already") && told.text.contains(">other<"), "{}", told.text);
    for wrong in ["x", "-1", "1.5"] {
        assert_eq!(send(&mut ivy, &page, path, &[("which", wrong)]).await.status, 404, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_moved_or_went_meanwhile_is_shown_as_it_stands_now() {
    let (_scene, mut ivy) = scene().await;
    let path = "/policy/addresses/out";
    let page = ivy.get(&format!("{path}?rule=0&does=allow&address=known-1.test")).await.text;
    let moved = send(&mut ivy, &page, path, &[("rule", "4"), ("because", BECAUSE)]).await;
    assert!(
        moved.status == 409 && moved.text.contains("The settings have changed since") && moved.text.contains(BECAUSE),
        "{}",
        moved.text
    );
    number(&send(&mut ivy, &moved.text, path, &[]).await);
    for gone in [("address", "other.test"), ("does", "block")] {
        let told = send(&mut ivy, &page, path, &[gone, ("because", BECAUSE)]).await;
        assert!(told.status == 409 && told.text.contains("this is over already") && told.text.contains("known-1.test"), "{}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_in_which_group_somebody_is_says_why_and_is_recorded_first() {
    let (scene, mut ivy) = scene().await;
    for (who, because, field) in [("", BECAUSE, "who"), ("kim", "", "because")] {
        let bad = fill(&mut ivy, "/policy/groups/who", &[("who", who), ("because", because)]).await;
        assert!(bad.status == 422 && bad.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", bad.text);
    }
    let found = fill(&mut ivy, "/policy/groups/who", &[("who", "192.0.2.7"), ("because", BECAUSE)]).await;
    assert!(found.status == 200 && found.text.contains("Client(192.0.2.7)") && found.text.contains("Children"), "{}", found.text);
    let found = fill(&mut ivy, "/policy/groups/who", &[("who", BAD), ("because", BECAUSE)]).await;
    assert!(!found.text.contains("<script"), "{}", found.text);
    let (kind, act) = scene.acts().into_iter().rev().find(|(_, act)| act.did.contains("in which group")).unwrap();
    assert_eq!((kind, &*act.purpose), (EventKind::ConsoleLookUp, BECAUSE));
    scene.log.break_down(Some(LogFault::Full));
    let unseen = send(&mut ivy, &found.text, "/policy/groups/who", &[("who", "kim"), ("because", BECAUSE)]).await;
    assert!(unseen.status == 503 && !unseen.text.contains("The answer"), "{}", unseen.text);
    scene.log.break_down(None);
    // No list of names is tried out here.
    let paused = |answer: &Answer| answer.status == 422 && answer.text.contains("id=\"who-fault\"");
    let mut last = None;
    for at in 0..70 {
        last = Some(send(&mut ivy, &found.text, "/policy/groups/who", &[("who", &format!("kim{at}")), ("because", BECAUSE)]).await);
    }
    assert!(last.as_ref().is_some_and(paused));
}

/// A place with comments in its settings, a layer over the groups, ranges, and categories that nothing is said of yet.
fn world() -> World {
    let mut world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.write("talk.txt", "chat.test\n");
    world.write("held.txt", "held.test\n");
    world.more = "# the second group\n[[group]]\nname = \"staff\"  # a comment\nnetworks = [\n  \"10.9.0.0/16\", # the office\n]\n\
                  quota = { talk = \"1h\" } # a day\n\
                  \n[[lists.source]]\nname = \"talk\"\nformat = \"domains\"\npath = \"talk.txt\"\n\
                  \n[[lists.source]]\nname = \"held\"\nformat = \"domains\"\npath = \"held.txt\"\n\
                  \n[[layer]]\nlevel = \"consortium\"\ntitle = \"East\"\nsigned_by = \"A. Hill\"\nreason = \"agreed\"\nreview = 2099-01-01\nblock = [\"held\"]\nyoutube = \"moderate\"\nquota = { talk = \"2h\" }\n\
                  \n[policy]\nunknown_clients = \"everyone\"\n"
        .to_owned();
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_program_takes_several_changes_at_once_and_every_other_byte_stays() {
    let world = world();
    let config = world.write("lifeguard.toml", &world.config());
    let stands = || std::fs::read_to_string(&config).unwrap();
    let before = stands();
    let running = real::start(&config);
    let proxy = running.proxy;
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    let asks = |host: &str| get(proxy, &world.address(host, "/a")).status;
    for _ in 0..4 {
        assert_ne!(asks("chat.test"), 403);
        assert_eq!(asks("blocked.test"), 403);
    }
    let page = "/policy/edit?group=everyone";
    let same = fill(&mut ivy, page, &[("because", BECAUSE)]).await;
    assert!(same.status == 422 && same.text.contains("holds already"), "an untouched form changes nothing: {}", same.text);
    let held = fill(&mut ivy, page, &[("category-held", "allow"), ("because", BECAUSE)]).await;
    assert!(held.status == 422 && held.text.contains("id=\"category-held-fault\"") && held.text.contains("East"), "{}", held.text);
    let looser = fill(&mut ivy, page, &[("category-talk", "block"), ("youtube", "open"), ("because", BECAUSE)]).await;
    assert!(looser.status == 422 && looser.text.contains("id=\"youtube-fault\"") && looser.text.contains("East"), "{}", looser.text);
    let wrong = fill(&mut ivy, page, &[("category-talk", "block"), ("quota", "talk = soon"), ("because", BECAUSE)]).await;
    assert!(wrong.status == 422 && wrong.text.contains("id=\"quota-fault\""), "the one of several that is wrong: {}", wrong.text);
    assert_eq!(untouched(&wrong.text)["category-talk"], "block");
    let locked = fill(&mut ivy, page, &[("default", "block"), ("because", BECAUSE)]).await;
    assert!(locked.status == 422 && locked.text.contains("could reach anything: everyone"), "{}", locked.text);
    assert_eq!(stands(), before);
    let changed = [
        ("category-talk", "block"),
        ("category-testing", "preset"),
        ("safe_search", "true"),
        ("quota", "games = 30m"),
        ("because", BECAUSE),
    ];
    let draft = number(&fill(&mut ivy, page, &changed).await);
    let seen = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    for words in [
        "It would have blocked 4 requests by 1 person.",
        "It would have opened 4 requests by 1 person that were blocked.",
        "Safe search",
        "(games)",
    ] {
        assert!(seen.text.contains(words), "{words}: {}", seen.text);
    }
    publish(&mut ivy, &draft).await;
    wait_until("it is blocked", || asks("chat.test") == 403 && asks("blocked.test") != 403);
    let after = stands();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(&before), lines(&after));
    assert!(old.iter().filter(|line| !new.contains(line)).count() <= 1, "one line of the old text is another: {after}");
    assert_eq!(option_text(&after, "everyone", &["quota", "games"]).as_deref(), Some("\"30m\""));
    assert_eq!(option_text(&after, "everyone", &["block"]).as_deref(), Some("[\"talk\"]"));
    // What was written is what the form shows; the way back is a draft like any other.
    let shown = untouched(&ivy.get(page).await.text);
    assert_eq!((&*shown["quota"], &*shown["safe_search"], &*shown["category-talk"]), ("games = 30m", "true", "block"));
    let back = number(&ivy.post("/policy/version/back", &form(&[("version", "1"), ("because", "a mistake")])).await);
    publish(&mut ivy, &back).await;
    assert_eq!(stands(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_groups_come_and_go_in_the_real_program() {
    let world = world();
    let config = world.write("lifeguard.toml", &world.config());
    let stands = || std::fs::read_to_string(&config).unwrap();
    let before = stands();
    let running = real::start(&config);
    let proxy = running.proxy;
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    let asks = |host: &str| get(proxy, &world.address(host, "/a")).status;
    // Two addresses, of three lines.
    let typed =
        [("addresses", "chat.test\nhttp://bad host/\nquiet.test/a"), ("does", "block"), ("until", "2099-12-31"), ("because", BECAUSE)];
    let answered = fill(&mut ivy, "/policy/addresses/new", &typed).await;
    assert!(answered.text.contains("2 are taken, 0 are there already, 1 are no address"), "{}", answered.text);
    let draft = number(&send(&mut ivy, &answered.text, "/policy/addresses/new", &[("does", "block")]).await);
    publish(&mut ivy, &draft).await;
    wait_until("it is closed", || asks("chat.test") == 403);
    let after = stands();
    assert!(after.starts_with(&before) && after.contains("expires = 2099-12-31") && after.contains("author = \"ivy\""), "{after}");
    let known = fill(&mut ivy, "/policy/addresses/new", &[("addresses", "CHAT.test"), ("does", "block"), ("because", BECAUSE)]).await;
    assert!(known.status == 422 && known.text.contains("It is there already"), "{}", known.text);
    let page = ivy.get("/policy/addresses").await;
    assert!(page.text.contains("chat.test") && page.text.contains(BECAUSE) && page.text.contains("2099-12-31"), "{}", page.text);
    // One goes, then the other with its rule.
    let rule = rules_of(&after).len() - 1;
    for (address, left) in [("chat.test", 1), ("quiet.test/a", 0)] {
        let path = format!("/policy/addresses/out?rule={rule}&does=block&address={address}");
        let draft = number(&fill(&mut ivy, &path, &[("because", "it is over")]).await);
        publish(&mut ivy, &draft).await;
        assert_eq!(rules_of(&stands()).into_iter().nth(rule).map_or(0, |rule| rule.block.len()), left);
    }
    assert_eq!(stands(), before, "to the byte");
    // A group, with a range inside another's on purpose.
    let new = [("title", "Year 7"), ("name", "year-7"), ("preset", "primary"), ("networks", "10.9.7.0/24"), ("because", BECAUSE)];
    let clash = fill(&mut ivy, "/policy/groups/new", &new).await;
    assert!(clash.status == 422 && clash.text.contains("id=\"networks-fault\"") && clash.text.contains("overrides"), "{}", clash.text);
    let draft = number(&send(&mut ivy, &clash.text, "/policy/groups/new", &[("overrides", "staff"), ("preset", "primary")]).await);
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(
        page.text.contains("10.9.7.0") && page.text.contains(">staff</td>") && page.text.contains(">Year 7</td>"),
        "who comes from where: {}",
        page.text
    );
    publish(&mut ivy, &draft).await;
    for (who, group) in [("10.9.7.20", "Year 7"), ("10.9.1.1", "staff"), ("192.0.2.1", "everyone")] {
        let found = fill(&mut ivy, "/policy/groups/who", &[("who", who), ("because", BECAUSE)]).await;
        assert!(found.text.contains(&format!("<dd>{group}</dd>")), "{who}: {}", found.text);
    }
    let nobody = fill(&mut ivy, "/policy/groups/who", &[("who", "kim"), ("because", BECAUSE)]).await;
    assert!(nobody.status == 422 && nobody.text.contains("kim: there is no such account"), "{}", nobody.text);
    // Another name wherever the file names it.
    let path = "/policy/groups/change?group=staff";
    let taken = fill(&mut ivy, path, &[("name", "everyone"), ("because", BECAUSE)]).await;
    assert!(taken.status == 422 && taken.text.contains("There is a group of this name"), "{}", taken.text);
    let draft = number(&fill(&mut ivy, path, &[("name", "grown-ups"), ("title", "Grown-ups"), ("because", BECAUSE)]).await);
    publish(&mut ivy, &draft).await;
    let text = stands();
    assert!(
        text.contains("name = \"grown-ups\"  # a comment") && text.contains("overrides = [\"grown-ups\"]") && !text.contains("\"staff\""),
        "{text}"
    );
    // The one of unknown clients cannot go; another goes, and the draft says where its people fall.
    let refused = fill(&mut ivy, "/policy/groups/drop?group=everyone", &[("because", BECAUSE)]).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let draft = number(&fill(&mut ivy, "/policy/groups/drop?group=year-7", &[("because", "the year is over")]).await);
    let page = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(page.text.contains(">Year 7</td>") && page.text.contains(">Grown-ups</td>"), "{}", page.text);
    publish(&mut ivy, &draft).await;
    let events = world.command(&["logs", "search", "--events", "--limit", "1000", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    for words in ["policy-proposed", "policy-published", "chat.test", "in which group somebody is", "the year is over"] {
        assert!(events.contains(words), "{words}: {events}");
    }
}

/// A text of settings with comments in odd places, in one of many spellings.
fn settings() -> impl Strategy<Value = (String, usize)> {
    let comment = prop::sample::select(vec!["", " # why", "\t# \"quoted\" [x]", " # = 1"]);
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let option = prop::sample::select(vec![
        "safe_search = true",
        "hours = [ 'mon-fri 08:00-16:00' ]",
        "hours = [\n  \"sat 10:00-12:00\", # late\n]",
        "quota = { games = \"30m\", '*' = '2h' }",
        "quota = {games='30m'}",
        "block = ['a',\n 'b']",
        "# block = [\"x\"]",
        "",
        "title = \"\"\"\nlong [[group]]\n\"\"\"",
        "files.largest_download = '1 MB'",
    ]);
    let group = (prop::collection::vec((option, comment.clone()), 0..5), comment);
    (prop::collection::vec(group, 1..5), end).prop_map(|(groups, end)| {
        let mut text = format!("# the top{end}{end}");
        for (number, (options, comment)) in groups.iter().enumerate() {
            text += &format!("[[group]]{comment}{end}name = \"g{number}\"{comment}{end}");
            let mut seen = Vec::new();
            for (option, comment) in options {
                let key = option.split([' ', '=']).next().unwrap_or_default();
                if !seen.contains(&key) || key.is_empty() || key == "#" {
                    text += &format!("{option}{comment}{end}");
                    seen.push(key);
                }
            }
            text += &format!("{end}[[rule]]{end}allow = ['r{number}.test']{comment}{end}groups = 'g{number}'{end}");
        }
        (text, groups.len())
    })
}

/// The lines of a text that are nothing but said by people.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once('#').map(|(_, comment)| comment.trim_end())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_text_looks_like_one_change_leaves_everything_else(
        (text, groups) in settings(),
        at in any::<prop::sample::Index>(),
        path in prop::sample::select(vec![vec!["safe_search"], vec!["youtube"], vec!["hours"], vec!["quota", "games"], vec!["quota", "new one"], vec!["files", "largest_download"]]),
        value in prop::sample::select(vec![None, Some("\"x # y\""), Some("true"), Some("[\"a\", \"b\"]")]),
    ) {
        prop_assume!(text.parse::<toml::Table>().is_ok());
        let group = format!("g{}", at.index(groups));
        if let Some(fresh) = with_option(&text, &group, &path, value) {
            // With nothing said of it in either, both texts mean the same.
            let (bare, was) = (with_option(&fresh, &group, &path, None), with_option(&text, &group, &path, None));
            if let (Some(bare), Some(was)) = (bare, was) {
                prop_assert_eq!(bare.parse::<toml::Table>().unwrap(), was.parse::<toml::Table>().unwrap());
            }
            // Comments outside the value itself are all there.
            let inside = option_text(&text, &group, &path).unwrap_or_default();
            for comment in comments(&text).into_iter().filter(|comment| !inside.contains(comment)) {
                prop_assert!(fresh.contains(comment), "{}: {}", comment, fresh);
            }
            // Lines that stand before the group do not move.
            let head = text.find(&format!("name = \"{group}\"")).unwrap();
            prop_assert_eq!(&text[..head], &fresh[..head]);
        }
        let lines = [("allow", "['n.test']".to_owned()), ("author", "'a'".to_owned())];
        let more = with_table(&text, "rule", &lines).unwrap();
        prop_assert!(more.starts_with(&text));
        if let Some(back) = without_table(&more, &["rule"], groups, "") {
            prop_assert_eq!(back, text.clone());
        }
        let renamed = with_group_renamed(&text, &group, "another").unwrap();
        let back = with_group_renamed(&renamed, "another", &group).unwrap();
        prop_assert_eq!(back.parse::<toml::Table>().unwrap(), text.parse::<toml::Table>().unwrap());
        prop_assert_eq!(comments(&renamed), comments(&text));
    }
}

#[test]
fn a_technicians_work_in_chromium() {
    let folder = tempfile::tempdir().unwrap();
    let (config, _) = real::sample(folder.path());
    let running = real::start(&config);
    for _ in 0..5 {
        // The one is blocked, the other asks first: neither leaves.
        get(running.proxy, "http://blocked.example.test/a");
        get(running.proxy, "http://games.example.test/a");
    }
    let Some(said) = real::journey("editor.py", &running, &[]) else { return };
    println!("{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keywords_and_dates_come_change_and_go_in_the_real_program() {
    let world = world();
    let config = world.write("lifeguard.toml", &world.config());
    let stands = || std::fs::read_to_string(&config).unwrap();
    let before = stands();
    let running = real::start(&config);
    let proxy = running.proxy;
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let asks = |path: &str| get(proxy, &world.address("quiet.test", path)).status;
    let open = asks("/find?q=play+poker+now");
    let change = "/policy/keywords/change";
    for (field, value) in
        [("name", ""), ("words", ""), ("words", "x"), ("expressions", "("), ("expressions", "a*"), ("groups", "nobody"), ("because", " ")]
    {
        let typed = [("name", "chance"), ("action", "block"), ("words", "poker"), ("because", BECAUSE), (field, value)];
        let wrong = fill(&mut ivy, change, &typed).await;
        assert_eq!(wrong.status, 422, "{field} {value}: {}", wrong.text);
    }
    let hostile = fill(&mut ivy, change, &[("name", BAD), ("action", "warn"), ("words", BAD), ("because", BECAUSE)]).await;
    assert!(hostile.status == 303 || hostile.status == 422, "{}", hostile.status);
    assert_eq!(stands(), before, "a draft changes nothing");
    let draft = number(
        &fill(&mut ivy, change, &[("name", "chance"), ("action", "block"), ("words", "poker\nroulette"), ("because", BECAUSE)]).await,
    );
    let seen = ivy.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(
        seen.text.contains("poker, roulette") && seen.text.contains("Keywords") && seen.text.contains("It would have blocked"),
        "{}",
        seen.text
    );
    publish(&mut ivy, &draft).await;
    wait_until("it is closed", || asks("/find?q=play+poker+now") == 403 && asks("/pokerface") == open);
    assert!(stands().starts_with(&before), "{}", stands());
    let page = ivy.get("/policy/keywords").await;
    assert!(page.text.contains("poker, roulette") && page.text.contains("/policy/keywords/change?which=0"), "{}", page.text);
    let page = sam.get("/policy/keywords").await;
    assert!(page.text.contains("poker, roulette") && !page.text.contains("/policy/keywords/change"), "{}", page.text);
    assert_eq!((sam.get(change).await.status, sam.get("/policy/dates/out?which=0").await.status), (403, 403));
    assert_eq!(ivy.get("/policy/keywords/change?which=7").await.status, 404);
    // Another word in its place; who comes with what stood before changes nothing.
    let stale = ivy.get("/policy/keywords/change?which=0").await;
    let draft =
        number(&fill(&mut ivy, "/policy/keywords/change?which=0", &[("words", "bingo"), ("action", "block"), ("because", BECAUSE)]).await);
    publish(&mut ivy, &draft).await;
    wait_until("the word is another", || asks("/bingo") == 403 && asks("/poker") == open);
    let told = send(&mut ivy, &stale.text, change, &[("words", "dice"), ("action", "block"), ("because", BECAUSE)]).await;
    assert!(told.status == 409 && told.text.contains("dice") && told.text.contains("<dd>bingo</dd>"), "{}", told.text);
    let draft = number(&fill(&mut ivy, "/policy/keywords/out?which=0", &[("because", "it is over")]).await);
    publish(&mut ivy, &draft).await;
    wait_until("the word is open", || asks("/bingo") == open);
    assert_eq!(stands(), before, "to the byte");
    // Dates: one that ends before it begins is refused beside the form.
    let dates = [("name", "term"), ("from", "2026-09-03"), ("to", "2026-09-01"), ("because", BECAUSE)];
    assert_eq!(fill(&mut ivy, "/policy/dates/change", &dates).await.status, 422);
    let dates = [("name", "term"), ("from", "2026-09-03"), ("to", "2026-10-23"), ("because", BECAUSE)];
    let draft = number(&fill(&mut ivy, "/policy/dates/change", &dates).await);
    publish(&mut ivy, &draft).await;
    assert!(stands().contains("[[term]]\nname = \"term\"\nfrom = 2026-09-03\nto = 2026-10-23"), "{}", stands());
    let page = ivy.get("/policy/dates").await;
    assert!(page.text.contains("2026-10-23") && page.text.contains(">term<"), "{}", page.text);
    let draft = number(&fill(&mut ivy, "/policy/dates/out?which=0", &[("because", "it is over")]).await);
    publish(&mut ivy, &draft).await;
    assert_eq!(stands(), before);
}
