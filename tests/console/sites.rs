//! Accounts of some sites: three sites on one console, and whoever is of one sees, changes and takes away nothing of another (standards D9,
//! D10, H16, H19; G1). Every place and every route is tried, with every number and every name of the other site.
#![allow(clippy::field_reassign_with_default)]

use crate::attack::{Found, ends, forms, look_at, places, queries, send};
use crate::console_support::real::{self, form};
use crate::console_support::three::{MINUTE, NAME, ROLES, ROW, WHY, ask, clean, fill, flat, of_the_other, person, three};
use crate::console_support::{Browser, PASSWORD, Scene};
use crate::support::World;
use lifeguard::admin::{Action, FixedIncidentWorks, FixedWorks, Place, Role, Seen};
use lifeguard::ports::Clock;
use lifeguard::record::EventKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a form is tampered with.
const TAMPERED: [(&str, &str); 6] = [
    ("site", NAME),
    ("sites", NAME),
    ("group", "yorkq/children"),
    ("of_group", "yorkq/children"),
    ("to", "yorkq/children"),
    ("whom", "everybody"),
];

async fn try_forms(browser: &mut Browser, (role, place): (Role, Place), page: &str) -> usize {
    let mut tried = 0;
    let open = |found: &Found| places(role).any(|place| place.path() == found.action && !ends(place));
    for found in forms(page).into_iter().filter(open) {
        let mut fields = found.fields.clone();
        found.typed.iter().for_each(|name| drop(fields.insert(name.clone(), "good".into())));
        let numbered = found.fields.keys().filter(|name| !found.typed.contains(*name) && *name != "token").cloned();
        for name in numbered.collect::<Vec<_>>() {
            for number in (1..=12).map(|number: u32| number.to_string()).chain(["EX-1".into(), "EX-3".into(), NAME.into()]) {
                let mut fields = fields.clone();
                fields.insert(name.clone(), number.clone());
                let what = format!("{role} {} POST {} {name}={number}", place.path(), found.action);
                let answer = send(browser, &found.action, &fields).await;
                look_at(&what, &answer);
                clean(&what, &answer, number != NAME);
                tried += 1;
            }
        }
        for (name, value) in TAMPERED {
            let mut fields = fields.clone();
            fields.insert(name.into(), value.into());
            let what = format!("{role} {} POST {} {name}={value}", place.path(), found.action);
            clean(&what, &send(browser, &found.action, &fields).await, false);
            tried += 1;
        }
    }
    tried
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_of_one_site_finds_nothing_of_another_on_any_page_by_any_number_or_name() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    fill(&scene);
    // Somebody of the other site, with what they saved for their role and what their site lets.
    let (mut other, _) = person(&scene, &mut admin, "yorkq-lead", (Role::SafeguardingLead, NAME)).await;
    let path = ask(&mut other, &[("url", ROW)]).await;
    let id = path.split("ask=").nth(1).unwrap().to_owned();
    assert!(other.get(&format!("{path}&rows=yes")).await.text.contains(ROW));
    other.post("/log/save", &form(&[("ask", &id), ("name", "zqxvkw asked"), ("shared", "yes")])).await;
    let day = "2025-12-20";
    other.get("/sites/consortium").await;
    let given = other.post("/sites/consortium", &form(&[("site", NAME), ("what", "names"), ("until", day), ("because", ROW)])).await;
    assert_eq!(given.status, 303, "{}", given.text);
    let before = of_the_other(&scene);
    assert!(before.len() > 12, "{before:?}");
    let (mut tried, mut opened) = (0, BTreeSet::new());
    for role in ROLES {
        scene.clock.advance(6 * MINUTE);
        admin.get("/account").await;
        let (mut browser, _) = person(&scene, &mut admin, &format!("leeds-{role}"), (role, "leeds")).await;
        if role.needs_vetting() {
            ask(&mut browser, &[]).await;
        }
        for place in places(role).filter(|place| place.takes().get()) {
            let page = browser.get(place.path()).await;
            look_at(place.path(), &page);
            clean(&format!("{role} {}", place.path()), &page, true);
            if page.status == 200 {
                opened.insert(place.path());
            }
            let mut keys = queries(&page.text);
            let usual = [
                "account", "id", "n", "ask", "which", "alert", "incident", "draft", "saved", "before", "after", "name", "site", "version",
                "group",
            ];
            keys.extend(usual.map(|key| (place.path().to_owned(), key.to_owned())));
            for (path, key) in keys {
                for value in (1..=12).map(|number: u32| number.to_string()).chain([NAME.to_owned(), format!("{NAME}%2Fchildren")]) {
                    let answer = browser.get(&format!("{path}?{key}={value}")).await;
                    clean(&format!("{role} {path}?{key}={value}"), &answer, !value.starts_with(NAME));
                    tried += 1;
                }
            }
            // Requests of the other site, beside a question of one's own.
            for number in [3, 5].into_iter().filter(|_| place.path().starts_with("/log")) {
                for ask in 1..=8 {
                    let path = format!("{}?ask={ask}&n={number}&rows=yes&by=address&minutes=1440", place.path());
                    clean(&path, &browser.get(&path).await, true);
                    tried += 1;
                }
            }
            tried += try_forms(&mut browser, (role, place), &page.text).await;
            assert_eq!(browser.get("/account").await.status, 200, "{role} is still signed in after {}", place.path());
        }
    }
    assert_eq!(of_the_other(&scene), before, "something of the other site was changed");
    for path in [
        "/log",
        "/queue",
        "/worries",
        "/opinions",
        "/incidents",
        "/alerts",
        "/exceptions",
        "/sites",
        "/people",
        "/audit",
        "/incidents/board",
    ] {
        assert!(opened.contains(path), "{path} is open to somebody of one site: {opened:?}");
    }
    println!("{tried} probes; open to accounts of one site: {opened:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_ones_own_site_are_there_and_one_of_another_looks_as_none() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    fill(&scene);
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::SafeguardingLead, "leeds")).await;
    let (mut it, _) = person(&scene, &mut admin, "ivo", (Role::It, "leeds")).await;
    let path = ask(&mut lead, &[]).await;
    assert!(lead.get(&path).await.text.contains("Requests: 2"));
    let rows = lead.get(&format!("{path}&rows=yes")).await;
    assert!(rows.text.contains("leedsword.test") && !rows.text.contains("head.test"), "{}", rows.text);
    for (browser, place, own, other, none) in [
        (&mut lead.clone(), "/worries/answer?id=", 3, 1, 99),
        (&mut lead.clone(), "/incidents/show?id=", 3, 1, 99),
        (&mut it.clone(), "/queue/answer?id=", 3, 1, 99),
        (&mut lead.clone(), &*format!("/log/record?ask={}&n=", path.split("ask=").nth(1).unwrap()), 2, 3, 99),
    ] {
        let page = browser.get(&format!("{place}{own}")).await;
        assert_eq!(page.status, 200, "{place}{own}: {}", page.text);
        let answers = [browser.get(&format!("{place}{other}")).await, browser.get(&format!("{place}{none}")).await];
        assert!(answers[0].status == 404 && answers[0].text == answers[1].text, "{place}: {}", answers[0].text);
    }
    for (browser, page) in [(&mut lead, "/alerts"), (&mut it, "/exceptions")] {
        assert!(browser.get(page).await.text.contains("leedsword"), "{page}");
    }
    // What is about all sites says so, is refused, and is an event.
    // Policy is shown and changed in their own site's file alone.
    let policy = it.get("/policy").await;
    assert!(policy.text.contains("leedsword group") && !policy.text.contains("head group"), "{}", policy.text);
    let games = it.get("/policy/category?category=games").await;
    assert!(games.text.contains("leedsword layer") && games.text.contains("/policy/change"), "{}", games.text);
    // Drafts 3 and 4 and version 2 are of leeds; 1, 2 and 5 of the others; nothing has the number 99.
    for (page, own, others, none) in [
        ("/policy?group=", "leeds/children", &["yorkq/children", "children"][..], "nosuch"),
        ("/policy?site=", "leeds", &["yorkq", "Head Office"], "nosuch"),
        ("/policy/edit?group=", "leeds/children", &["yorkq/children", "children"], "leeds/nosuch"),
        ("/policy/change?category=games&group=", "leeds/children", &["yorkq/children", "children"], "leeds/nosuch"),
        ("/policy/groups/change?group=", "leeds/children", &["yorkq/children", "children"], "nosuch/children"),
        ("/policy/groups/drop?group=", "leeds/children", &["yorkq/children", "children"], "nosuch/children"),
        ("/policy/addresses?site=", "leeds", &["yorkq", "Head Office"], "nosuch"),
        ("/policy/addresses/new?site=", "leeds", &["yorkq", "Head Office"], "nosuch"),
        ("/policy/addresses/out?rule=0&does=allow&address=known-at-leeds.test&site=", "leeds", &["yorkq"], "nosuch"),
        ("/policy/groups?site=", "leeds", &["yorkq"], "nosuch"),
        ("/policy/versions?site=", "leeds", &["yorkq"], "nosuch"),
        ("/policy/draft?draft=", "3", &["1", "2", "5", "6"], "99"),
        ("/policy/draft/text?draft=", "3", &["1", "5"], "99"),
        ("/policy/version?version=", "2", &["1", "3"], "99"),
    ] {
        let shown = it.get(&format!("{page}{own}")).await;
        assert_eq!(shown.status, 200, "{page}{own}: {}", shown.text);
        clean(page, &shown, true);
        let none = it.get(&format!("{page}{none}")).await;
        for other in others {
            let other = it.get(&format!("{page}{}", other.replace(' ', "+"))).await;
            assert!(other.status == 404 && other.text == none.text, "{page}: {}", other.text);
        }
    }
    let policy = it.get("/settings").await;
    assert!(policy.status == 403 && policy.text.contains("About all sites"), "{}", policy.text);
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.who.as_str()), (EventKind::ConsoleRefused, "ivo"));
    // An exception of theirs is for a group of theirs.
    let exception = [("kind", "close"), ("addresses", "x.test"), ("minutes", "30"), ("because", WHY)];
    for (whom, group, status) in
        [("group", "leeds/children", 303), ("group", "yorkq/children", 422), ("everybody", "", 422), ("person", "", 422)]
    {
        it.get("/exceptions/new").await;
        let mut fields = form(&exception);
        fields.extend(form(&[("whom", whom), ("group", group), ("who", "kim")]));
        assert_eq!(it.post("/exceptions/new", &fields).await.status, status, "{whom} {group}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_more_sites_than_they_have_and_a_change_has_its_reason_and_ends_what_was_open() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut leeds, _) = person(&scene, &mut admin, "lou", (Role::SiteAdmin, "leeds")).await;
    person(&scene, &mut admin, "yan", (Role::It, NAME)).await;
    let new = |sites: &str, role: &str| form(&[("shown", "Ned"), ("name", "ned"), ("role", role), ("sites", sites)]);
    for (sites, role) in
        [("", "it"), (NAME, "it"), ("leeds\nyorkq", "it"), ("Leeds Club", "it"), ("leeds", "consortium-admin"), ("*", "it")]
    {
        leeds.get("/people/new").await;
        let refused = leeds.post("/people/new", &new(sites, role)).await;
        assert_eq!(refused.status, 422, "{sites} {role}: {}", refused.text);
    }
    assert_eq!(leeds.post("/people/new", &new(" leeds \r\n", "it")).await.status, 200);
    let page = leeds.get("/people").await;
    assert!(
        page.text.contains("ned") && page.text.contains("lou") && !page.text.contains("yan") && !page.text.contains("Robin"),
        "{}",
        page.text
    );
    for id in ["1", "3", "99"] {
        assert_eq!(leeds.get(&format!("/people/change?account={id}")).await.status, 404, "{id}");
        let fields = form(&[("account", id), ("role", "it"), ("sites", "leeds"), ("because", WHY)]);
        assert_eq!(leeds.post("/people/change", &fields).await.status, 404, "{id}");
    }
    // Everybody's account says which sites it is for.
    assert!(leeds.get("/account").await.text.contains("<dd>leeds</dd>"));
    // An administrator of all sites takes one away: with a reason.
    let (mut both, key) = person(&scene, &mut admin, "bo", (Role::Auditor, "leeds\nyorkq")).await;
    scene.clock.advance(MINUTE);
    both.get("/account/tokens").await;
    let code = scene.code(&key.unwrap());
    let made = both.post("/account/tokens", &form(&[("name", "nightly"), ("search-log", "yes"), ("code", &code)])).await;
    assert!(made.text.contains("lgd_"), "{}", made.text);
    let id = "5";
    let page = admin.get(&format!("/people/change?account={id}")).await;
    assert!(page.text.contains("leeds\nyorkq") && page.text.contains("There are: Head Office; leeds; yorkq"), "{}", page.text);
    let change = |because: &str| {
        form(&[("account", id), ("role", "auditor"), ("vetted", "2030-01-01"), ("active", "yes"), ("sites", "leeds"), ("because", because)])
    };
    assert_eq!(admin.post("/people/change", &change("")).await.status, 422, "without a reason");
    assert_eq!(admin.post("/people/change", &change("left York")).await.status, 303);
    let (_, act) = scene.acts().pop().unwrap();
    assert!(act.did.contains("sites leeds (were sites leeds, yorkq)") && act.purpose == "left York", "{act:?}");
    assert_eq!(both.get("/log").await.status, 303, "the session is over");
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    assert_eq!(book.query_row("SELECT count(*) FROM token", [], |row| row.get::<_, i64>(0)).unwrap(), 0, "and the token");
    // The last administrator of all sites stays one.
    let narrow = form(&[("account", "2"), ("role", "consortium-admin"), ("active", "yes"), ("all_sites", "yes"), ("because", WHY)]);
    assert_eq!(admin.post("/people/change", &narrow).await.status, 303, "lou gets all sites");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_field_never_makes_an_account_of_all_sites() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let kept = |name: &str| {
        let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
        let found = book.query_row("SELECT sites FROM account WHERE name = ?1", [name], |row| row.get::<_, Option<String>>(0));
        found.unwrap_or_else(|_| Some("no such account".to_owned()))
    };
    // A new account: one of the two has to be said.
    let new = |sites: &str, every: &str| form(&[("shown", "Ned"), ("name", "ned"), ("role", "it"), ("sites", sites), ("all_sites", every)]);
    for (sites, every) in [("", ""), (" \r\n", ""), ("leeds", "yes"), ("", "no"), ("all sites", "")] {
        admin.get("/people/new").await;
        let refused = admin.post("/people/new", &new(sites, every)).await;
        assert!(refused.status == 422 && refused.text.contains("write "), "{sites:?} {every:?}: {}", refused.text);
    }
    admin.get("/people/new").await;
    assert_eq!(
        admin.post("/people/new", &form(&[("shown", "Ned"), ("name", "ned"), ("role", "it")])).await.status,
        422,
        "nothing was said"
    );
    assert_eq!(admin.post("/people/new", &new("leeds", "")).await.status, 200);
    assert_eq!(kept("ned").as_deref(), Some("[\"leeds\"]"));
    let change = |more: &[(&'static str, &str)]| {
        let mut all = form(&[("account", "2"), ("role", "it"), ("active", "yes"), ("because", WHY)]);
        all.extend(form(more));
        all
    };
    // An account of some sites keeps them, whoever empties the field.
    let page = admin.get("/people/change?account=2").await;
    assert!(page.text.contains("All sites, and those to come") && page.text.contains("\nleeds</textarea>"), "{}", page.text);
    for fields in [change(&[]), change(&[("sites", "")]), change(&[("sites", "leeds"), ("all_sites", "yes")])] {
        let refused = admin.post("/people/change", &fields).await;
        assert!(refused.status == 422 && refused.text.contains("one of the two"), "{}", refused.text);
    }
    assert_eq!(kept("ned").as_deref(), Some("[\"leeds\"]"));
    // One of no site, as the organisation's service makes them or as its sites went: it can be changed, and stays of none.
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    for none in ["[]", "not to be read"] {
        book.execute("UPDATE account SET sites = ?1 WHERE name = 'ned'", [none]).unwrap();
        assert_eq!(admin.post("/people/change", &change(&[("sites", "")])).await.status, 303);
        assert_eq!(kept("ned").as_deref(), Some("[]"), "{none}");
    }
    // Sites that are gone: they may stay, and nothing wider comes of them.
    book.execute("UPDATE account SET sites = '[\"gone\"]' WHERE name = 'ned'", []).unwrap();
    assert_eq!(admin.post("/people/change", &change(&[("sites", "")])).await.status, 422);
    assert_eq!(admin.post("/people/change", &change(&[("sites", "gone")])).await.status, 303);
    assert_eq!(kept("ned").as_deref(), Some("[\"gone\"]"));
    // All sites: said, and with a reason.
    let every = change(&[("sites", ""), ("all_sites", "yes")]);
    let mut unreasoned = every.clone();
    unreasoned.insert("because", String::new());
    assert_eq!(admin.post("/people/change", &unreasoned).await.status, 422);
    assert_eq!((admin.post("/people/change", &every).await.status, kept("ned")), (303, None));
    let (_, act) = scene.acts().pop().unwrap();
    assert!(act.did.contains("all sites (were sites gone)"), "{act:?}");
    // Nor does one of all sites lose them by a field that nobody filled in.
    assert_eq!(admin.post("/people/change", &change(&[("sites", "")])).await.status, 422);
    // Whoever has some sites cannot say all of them.
    let (mut leeds, _) = person(&scene, &mut admin, "lou", (Role::SiteAdmin, "leeds")).await;
    assert!(!leeds.get("/people/new").await.text.contains("all_sites"));
    let all = form(&[("shown", "Nia"), ("name", "nia"), ("role", "it"), ("sites", ""), ("all_sites", "yes")]);
    assert_eq!(leeds.post("/people/new", &all).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_question_and_a_report_ask_for_the_sites_that_their_owner_has_today() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut bo, key) = person(&scene, &mut admin, "bo", (Role::SafeguardingLead, "leeds\nyorkq")).await;
    let path = ask(&mut bo, &[("slot", "week")]).await;
    assert!(bo.get(&path).await.text.contains("Requests: 4"));
    let ask_id = path.split("ask=").nth(1).unwrap().to_owned();
    assert_eq!(bo.post("/log/save", &form(&[("ask", &ask_id), ("name", "both")])).await.status, 303);
    bo.get("/log/reports").await;
    let order = [("which", "1"), ("days", "daily"), ("hour", "8"), ("to", "lead"), ("kind", "csv"), ("for_whom", "here"), ("because", WHY)];
    assert_eq!(bo.post("/log/reports", &form(&order)).await.status, 303);
    let report = |scene: &Scene| {
        let (desk, clock) = (Arc::clone(&scene.desk), Arc::clone(&scene.clock));
        tokio::task::spawn_blocking(move || {
            clock.advance(24 * 60 * MINUTE);
            desk.go_round().unwrap();
            desk.work_off(&std::sync::atomic::AtomicBool::new(false)).unwrap();
            let mut letters = desk.letters(100).unwrap();
            letters.retain(|letter| letter.subject.contains("report R-"));
            letters.iter().for_each(|letter| drop(desk.letter_went(letter, None).unwrap()));
            String::from_utf8(letters.pop().unwrap().file.unwrap().bytes).unwrap()
        })
    };
    let whole = report(&scene).await.unwrap();
    assert!(whole.contains(ROW) && whole.contains("leedsword") && !whole.contains("head.test"), "{whole}");
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    book.execute("UPDATE account SET sites = '[\"leeds\"]' WHERE name = 'bo'", []).unwrap();
    let half = report(&scene).await.unwrap();
    assert!(!half.contains(ROW) && half.contains("leedsword"), "{half}");
    let code = scene.code(&key.unwrap());
    assert_eq!(bo.sign_in("bo", PASSWORD, &code).await.status, 303);
    let again = bo.get("/log?saved=1").await;
    assert_eq!(again.status, 200, "{}", again.text);
    let path = ask(&mut bo, &[("slot", "week")]).await;
    assert!(bo.get(&path).await.text.contains("Requests: 2"));
    let rows = bo.get(&format!("{path}&rows=yes")).await;
    clean("a question of before", &rows, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reaches_all_sites_sees_names_of_a_site_only_while_its_lead_lets_them() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut all, _) = person(&scene, &mut admin, "con", (Role::SafeguardingLead, "")).await;
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::SafeguardingLead, "leeds")).await;
    let path = ask(&mut all, &[]).await;
    let id = path.split("ask=").nth(1).unwrap().to_owned();
    // In which sites was it tried? Site by site, those with none too, and recorded.
    let found = all.get(&path).await;
    assert!(found.text.contains("/log/sites?ask="), "{}", found.text);
    let sites = all.get(&format!("/log/sites?ask={id}")).await;
    for (title, name, many) in [("Head Office", "Head Office", 1), ("Leeds Club", "leeds", 2), ("Yorkq Club", NAME, 2)] {
        let row = format!("{title}</th><td>{name}</td><td>{many}</td>");
        assert!(flat(&sites).contains(&row), "{row}: {}", sites.text);
    }
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.purpose.as_str()), (EventKind::ConsoleLookUp, WHY));
    assert!(act.did.contains("in which sites it was tried: Head Office 1, leeds 2, yorkq 2"), "{act:?}");
    let own = ask(&mut lead, &[]).await;
    assert!(!lead.get(&own).await.text.contains("/log/sites"), "of one site there is nothing to compare");
    assert_eq!(lead.get(&own.replace("/log/found", "/log/sites")).await.status, 404);
    // Names: not before the site has let it.
    let wish = form(&[("ask", &id), ("n", "2"), ("because", WHY)]);
    let refused = all.post("/log/names", &wish).await;
    assert!(refused.status == 403 && refused.text.contains("The site leeds has not let you see names"), "{}", refused.text);
    assert_eq!(scene.acts().pop().unwrap().0, EventKind::ConsoleRefused);
    assert_eq!(all.post("/log/names", &form(&[("name", "leedswordkim"), ("because", WHY)])).await.status, 422, "a name of no site");
    let typed = all.post("/log", &form(&[("slot", "day"), ("because", WHY), ("person", "leedswordkim")])).await;
    assert!(typed.status == 422 && typed.text.contains("your account is for all sites"), "{}", typed.text);
    // Nobody lets themselves.
    let let_them = |what: &str, until: &str| form(&[("site", "leeds"), ("what", what), ("until", until), ("because", "an inspection")]);
    all.get("/sites/consortium").await;
    assert_eq!(all.post("/sites/consortium", &let_them("names", "2025-12-01")).await.status, 422);
    lead.get("/sites/consortium").await;
    for (what, until) in [("names", "2025-11-01"), ("names", "2027-01-01"), ("names", ""), ("all", "2025-12-01")] {
        assert_eq!(lead.post("/sites/consortium", &let_them(what, until)).await.status, 422, "{what} {until}");
    }
    assert_eq!(lead.post("/sites/consortium", &let_them("names", "2025-12-01")).await.status, 303);
    assert_eq!(all.post("/log/names", &wish).await.status, 303);
    let record = |n: u32| format!("/log/record?ask={id}&n={n}");
    assert!(all.get(&record(2)).await.text.contains("leedswordkim ("));
    let file = |all: &Browser| {
        let (mut all, fields) = (all.clone(), form(&[("ask", &id), ("kind", "csv"), ("for_whom", "here"), ("why", WHY)]));
        async move { all.post("/log/export", &fields).await.text }
    };
    let text = file(&all).await;
    assert!(text.contains("person-") && !text.contains("leedswordkim"), "names are not to be taken away: {text}");
    assert!(scene.acts().pop().unwrap().1.did.contains("with 0 names in the clear"));
    assert_eq!(lead.post("/sites/consortium", &let_them("files", "2025-12-01")).await.status, 303);
    assert!(file(&all).await.contains("leedswordkim"));
    // The site ends it, and at once there are pseudonyms.
    assert_eq!(all.post("/sites/consortium/over", &form(&[("which", "1")])).await.status, 404);
    assert_eq!(lead.post("/sites/consortium/over", &form(&[("which", "1")])).await.status, 303);
    let again = lead.post("/sites/consortium/over", &form(&[("which", "1")])).await;
    assert!(again.status == 422 && again.text.contains("this is over already"), "{}", again.text);
    assert_eq!(lead.post("/sites/consortium/over", &form(&[("which", "2")])).await.status, 303);
    assert!(!all.get(&record(2)).await.text.contains("leedswordkim ("));
    assert!(!file(&all).await.contains("leedswordkim"));
    // The site's own lead needs nobody's leave.
    let id = own.split("ask=").nth(1).unwrap();
    assert_eq!(lead.post("/log/names", &form(&[("ask", id), ("n", "2"), ("because", WHY)])).await.status, 303);
    assert!(lead.get(&format!("/log/record?ask={id}&n=2")).await.text.contains("leedswordkim ("));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reaches_all_sites_sees_of_an_incident_the_address_and_the_name_only_where_the_site_lets_it() {
    let works = FixedWorks {
        sites: [("Head Office", "Head Office"), ("leeds", "Leeds Club")].map(|(name, title)| (name.into(), title.into())).into(),
        incidents: FixedIncidentWorks { address: "http://listed.test/".into(), ..FixedIncidentWorks::default() },
        ..FixedWorks::default()
    };
    let scene = Scene::start_with(works).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut all, _) = person(&scene, &mut admin, "con", (Role::SafeguardingLead, "")).await;
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::SafeguardingLead, "leeds")).await;
    let seen = Seen {
        sequence: 10,
        at: scene.clock.now().wall,
        person: Some("leedswordkim".into()),
        client: "192.0.2.7".into(),
        group: "leeds/children".into(),
        statutory: Some("d1".into()),
        verdict: "block".into(),
        ..Seen::default()
    };
    let desk = scene.desk.clone();
    tokio::task::spawn_blocking(move || desk.take_in(&[seen], 10).unwrap()).await.unwrap();
    let reveal = form(&[("id", "1"), ("purpose", "report to the IWF")]);
    let shows = |page: &crate::console_support::Answer| {
        assert!(page.status == 200 && page.text.contains("data-text=\""), "the address is to be reported: {}", page.text);
        page.text.contains("leedswordkim")
    };
    for browser in [&mut all, &mut lead] {
        assert_eq!(browser.get("/incidents/show?id=1").await.status, 200);
    }
    let (theirs, sites) = (all.post("/incidents/reveal", &reveal).await, lead.post("/incidents/reveal", &reveal).await);
    assert!(!shows(&theirs) && theirs.text.contains("The site leeds has not let you see names"), "{}", theirs.text);
    assert!(shows(&sites) && !sites.text.contains("has not let you see names"), "{}", sites.text);
    lead.get("/sites/consortium").await;
    let let_them = form(&[("site", "leeds"), ("what", "names"), ("until", "2025-12-01"), ("because", "an inspection")]);
    assert_eq!(lead.post("/sites/consortium", &let_them).await.status, 303);
    assert!(shows(&all.post("/incidents/reveal", &reveal).await));
    assert_eq!(lead.post("/sites/consortium/over", &form(&[("which", "1")])).await.status, 303);
    assert!(!shows(&all.post("/incidents/reveal", &reveal).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_that_seals_an_incident_tells_nothing_of_accounts_of_another_site() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::SafeguardingLead, "leeds")).await;
    for (name, role, sites) in [("quillon", Role::SafeguardingLead, NAME), ("ivo", Role::It, "leeds"), ("ann", Role::Auditor, "leeds")] {
        person(&scene, &mut admin, name, (role, sites)).await;
    }
    lead.get("/incidents/new").await;
    let made = lead.post("/incidents/new", &form(&[("what", "x"), ("severity", "1"), ("group", "leeds/children")])).await;
    assert_eq!(made.status, 303, "{}", made.text);
    assert!(!lead.get("/incidents/show?id=1").await.text.contains("quillon"));
    let seal = |from: &str| form(&[("id", "1"), ("deed", "seal"), ("seal_from", from)]);
    let mut refused = Vec::new();
    for name in ["nobody", "quillon", "ivo", "lea"] {
        let answer = lead.post("/incidents/change", &seal(name)).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text);
        refused.push(answer.text);
    }
    assert!(refused.iter().all(|text| *text == refused[0]), "{refused:?}");
    assert_eq!(lead.post("/incidents/change", &seal("ann")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_reaches_what_its_owner_reaches_and_no_more() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    fill(&scene);
    let routes: serde_json::Value = serde_json::from_str(&scene.browser().get("/api/v1/openapi.json").await.text).unwrap();
    let mut tried = 0;
    for role in ROLES.into_iter().filter(|role| *role != Role::Governor) {
        scene.clock.advance(6 * MINUTE);
        admin.get("/account").await;
        let (mut browser, key) = person(&scene, &mut admin, &format!("leeds-{role}"), (role, "leeds")).await;
        scene.clock.advance(MINUTE);
        browser.get("/account/tokens").await;
        let mut fields = form(&[("name", "probe")]);
        fields.extend(
            Action::ALL.into_iter().filter(|action| lifeguard::admin::may(Some(role), *action)).map(|one| (one.word(), "yes".to_owned())),
        );
        fields.insert("code", scene.code(&key.unwrap()));
        let made = browser.post("/account/tokens", &fields).await;
        let token = made.between("<dt>Token</dt><dd><code>", "</code>").unwrap_or_else(|| panic!("{}", made.text)).to_owned();
        let more = format!("Authorization: Bearer {token}\r\n");
        let mut program = Browser { origin: None, cookie: None, more, ..scene.browser() };
        for (path, methods) in routes["paths"].as_object().unwrap() {
            for (method, route) in methods.as_object().unwrap() {
                let names: Vec<String> = match method.as_str() {
                    "get" => {
                        route["parameters"].as_array().into_iter().flatten().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
                    }
                    _ => route["requestBody"]["content"]["application/json"]["schema"]["properties"]
                        .as_object()
                        .map(|all| all.keys().cloned().collect())
                        .unwrap_or_default(),
                };
                for value in ["1", "2", "3", "5", NAME, "yorkq/children", "EX-1", "EX-3"] {
                    let fields: BTreeMap<&String, &str> = names.iter().map(|name| (name, value)).collect();
                    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
                    let body = serde_json::to_string(&fields).unwrap();
                    let answer = match method.as_str() {
                        "get" => program.get(&format!("/api/v1{path}?{query}")).await,
                        _ => program.ask(&format!("POST /api/v1{path} HTTP/1.1\r\nContent-Type: application/json\r\n"), &body).await,
                    };
                    clean(&format!("{role} {method} {path} {value}"), &answer, !value.starts_with(NAME));
                    tried += 1;
                }
            }
        }
    }
    println!("{tried} questions of programs");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_one_site_no_page_speaks_of_sites() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    for (browser, path) in
        [(&mut admin, "/people/new"), (&mut lead.clone(), "/account"), (&mut lead.clone(), "/log"), (&mut lead.clone(), "/dashboard")]
    {
        let page = browser.get(path).await;
        assert!(
            !page.text.contains("name=\"sites\"") && !page.text.contains("/sites/consortium") && !page.text.contains("all sites"),
            "{path}"
        );
    }
    assert!(lead.get("/sites/consortium").await.text.contains("There is one site"));
}

/// What the real program says of policy to somebody of leeds.
async fn policy_of_one_site(lea: &mut Browser, admin: &mut Browser) {
    let all = lea.get("/policy").await;
    clean("policy", &all, true);
    let said = flat(&all).replace("&#x2f;", "/");
    assert!(said.contains("leedsword children") && said.contains("sites/leeds.toml, Line 4") && said.contains("youth-club"), "{said}");
    assert!(said.contains("leedsword house") && !said.contains("everyone"), "{said}");
    let one = lea.get("/policy?group=leeds/children").await;
    clean("policy of a group", &one, true);
    let said = flat(&one);
    assert!(said.contains("leedsword house") && said.contains("line 7"), "who says so, and in which line of the site's file: {said}");
    let category = lea.get("/policy/category?category=radio").await;
    clean("a category", &category, true);
    assert!(
        category.status == 200 && category.text.contains("leedsword children") && !category.text.contains("Everyone"),
        "{}",
        category.text
    );
    let [other, none] = [lea.get("/policy?group=yorkq/children").await, lea.get("/policy?group=nosuch/children").await];
    assert!(other.status == 404 && other.text == none.text, "{}", other.text);
    assert!(admin.get("/policy").await.text.contains("everyone"), "whoever reaches all sites sees it as ever");
}

/// The real program with two sites of its own beside the settings': the log itself is asked for one site's rows.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_the_real_program_is_asked_for_the_accounts_sites_alone() {
    let mut world = World::new();
    world.more = "\n[sites]\nfiles = 'sites/*.toml'\n".into();
    for (name, address) in [("leeds", "127.0.0.2"), (NAME, "127.0.0.3")] {
        let word = if name == NAME { ROW } else { "leedsword" };
        let text = format!(
            "name = '{name}'\nnetworks = ['{address}/32']\n[[group]]\nname = 'children'\ntitle = '{word} children'\npreset = 'youth-club'\nblock = ['sports']\n\
             [[layer]]\nlevel = 'site'\ntitle = '{word} house'\nsigned_by = '{word}'\nreason = 'r'\nreview = 2031-01-01\nblock = ['radio']\n"
        );
        world.write(&format!("sites/{name}.toml"), &text);
    }
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let running = real::start(&config);
    for (last, word) in [(1, "head"), (2, "leedsword"), (3, ROW), (3, ROW)] {
        let status = real::get_from(running.proxy, [127, 0, 0, last], &world.address(&format!("{word}.test"), "/bytes/10"));
        assert!(status != 0, "{word}");
    }
    let mut admin = running.administrator().await;
    let mut con = running.person(&mut admin, "con", "auditor").await;
    let mut lea = running.person_of(&mut admin, "lea", "safeguarding-lead", "leeds").await;
    let own = ask(&mut lea, &[]).await;
    let rows = lea.get(&format!("{own}&rows=yes")).await;
    assert!(lea.get(&own).await.text.contains("Requests: 1") && rows.text.contains("leedsword"), "{}", rows.text);
    clean("the log of leeds", &rows, true);
    let path = ask(&mut con, &[]).await;
    let sites = con.get(&path.replace("/log/found", "/log/sites")).await;
    let flat = flat(&sites);
    assert!(flat.contains("<td>leeds</td><td>1</td>") && flat.contains("<td>yorkq</td><td>2</td>"), "{flat}");
    policy_of_one_site(&mut lea, &mut admin).await;
    let cookies = [&admin, &con, &lea].map(|browser| browser.cookie.clone().unwrap());
    if let Some(said) = real::journey("sites.py", &running, &cookies.each_ref().map(String::as_str)) {
        println!("{said}");
    }
    let filter = |sites: &[&str]| lifeguard::store::query::Filter {
        sites: Some(sites.iter().map(|site| (*site).to_owned()).collect()),
        ..lifeguard::store::query::Filter::default()
    };
    let folder = world.folder.path().join("log");
    for (sites, many) in [(&["leeds"][..], 1), (&[NAME][..], 2), (&["leeds", NAME][..], 3), (&[][..], 0), (&["LEEDS"][..], 0)] {
        let counts = lifeguard::store::query::count(&folder, &filter(sites), &[], &|_, _| true).unwrap();
        assert_eq!(counts.total, many, "{sites:?}");
    }
}
