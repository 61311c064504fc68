//! What an account of some sites sees of figures, hosts, devices, boards and the like: its own sites' rows, as the log counts them, and
//! nothing of another (standards D9, G9; ASVS 8.4.1).

use crate::attack::places;
use crate::console_support::real::{self, form};
use crate::console_support::three::{NAME, ROLES, ROW, WHY, ask, clean, fill, flat, of_the_other, person, start, three};
use crate::console_support::{Answer, Browser, Scene};
use crate::support::World;
use lifeguard::admin::{CategoryCount, Role, SiteTrend, SpanCount, TrendsCounted};
use lifeguard::model::VerdictKind;
use lifeguard::record::EventKind;
use lifeguard::store::query::{Filter, count};
use std::sync::Arc;
use std::time::Instant;

/// A page that shows this of their own, and nothing of the other site.
async fn shows(browser: &mut Browser, path: &str, own: &[&str]) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text);
    clean(path, &page, true);
    let said = flat(&page);
    own.iter().for_each(|words| assert!(said.contains(words), "{path}: {words}: {said}"));
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_hosts_and_devices_are_those_of_ones_own_sites() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    fill(&scene);
    let (mut it, _) = person(&scene, &mut admin, "ivo", (Role::It, "leeds")).await;
    let (mut governor, _) = person(&scene, &mut admin, "gwen", (Role::Governor, "leeds")).await;
    let (mut auditor, _) = person(&scene, &mut admin, "ada", (Role::Auditor, "leeds")).await;
    shows(&mut it, "/dashboard", &["<dd>210</dd>", "<dd>21 (10.0 %)</dd>", "leedswordcat"]).await;
    shows(&mut governor, "/dashboard", &["leedswordcat", "21 (10.0 %)"]).await;
    shows(&mut governor, "/figures", &["leedswordcat", "21 (10.0 %)", "2,100 (50.0 %)"]).await;
    let file = governor.get("/figures/file").await;
    clean("/figures/file", &file, true);
    assert!(file.text.contains("2025-11,requests,210"), "{}", file.text);
    let unknown = shows(&mut it, "/lists/unknown", &["leedsword.test"]).await;
    assert!(!unknown.text.contains("/lists/unknown/put"), "what is put into a category counts everywhere: {}", unknown.text);
    shows(&mut it, "/lists/noise", &["leedsword rule", "leeds/children"]).await;
    let mut devices = auditor.get("/devices").await;
    clean("/devices", &devices, true);
    devices = auditor.post("/devices", &form(&[("because", WHY)])).await;
    clean("/devices", &devices, true);
    assert!(devices.text.contains("leedswordtablet"), "{}", devices.text);
    // The statement on what is kept names the groups of one's own sites.
    shows(&mut governor, "/statement", &["leedsword group"]).await;
    // To put hosts into categories is about every site: refused, and an event.
    it.get("/lists/unknown").await;
    let put = it.post("/lists/unknown/put", &form(&[("host", "x.test"), ("category", "games"), ("because", WHY)])).await;
    assert_eq!(put.status, 403, "{}", put.text);
    assert_eq!(scene.acts().pop().unwrap().0, EventKind::ConsoleRefused);
    // Who reaches all sites sees the others' too; somebody of no site sees nothing of any.
    assert!(admin.get("/dashboard").await.text.contains("zqxvkwcat"));
}

#[tokio::test(flavor = "multi_thread")]
async fn opinions_answers_and_alerts_of_another_site_are_in_no_figure_of_ones_own() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut governor, _) = person(&scene, &mut admin, "gwen", (Role::Governor, "leeds")).await;
    let (mut of_all, _) = person(&scene, &mut admin, "gil", (Role::Governor, "")).await;
    let (book, group, day) = (book(&scene), format!("{NAME}/children"), 86_400_000_000);
    for number in 0..20 {
        let sql = "INSERT INTO opinion (day, grp, view, words) VALUES (?1, ?2, 'helps', '')";
        book.execute(sql, rusqlite::params![start() - start() % day, group]).unwrap();
        let sql = "INSERT INTO alert (rule, theme, severity, merge_key, people, said, first, last, count)
                   VALUES ('r', 'help', 2, ?1, ?2, 'x', ?3, ?3, 1)";
        book.execute(sql, rusqlite::params![number.to_string(), group, start() - 30 * day]).unwrap();
    }
    let sql = "INSERT INTO we_did (at, site, said, did, made_by) VALUES (?1, ?2, 'x', 'x', 'x')";
    book.execute(sql, rusqlite::params![start() - day, NAME]).unwrap();
    let page = shows(&mut governor, "/figures", &["Alerts taken on in time, in a year</dt><dd>none was due</dd>"]).await.text;
    assert!(page.contains("did&quot;): 0") || page.contains("did\"): 0"), "{page}");
    assert!(!page.contains("Digests read in time"), "digests are of all sites together: {page}");
    let file = governor.get("/figures/file").await.text;
    assert!(
        file.contains(",view,helps,opinions,0\n") && file.contains(",duty,\"Alerts taken on in time, in a year\",,none was due"),
        "{file}"
    );
    assert!(!file.contains("Digests read in time") && !file.contains(",month,2025-11,opinions"), "{file}");
    let (page, file) = (of_all.get("/figures").await.text, of_all.get("/figures/file").await.text);
    assert!(page.contains("<dd>0 of 20</dd>") && page.contains("Digests read in time"), "{page}");
    assert!(page.contains("did&quot;): 1") || page.contains("did\"): 1"), "{page}");
    assert!(file.contains(",view,helps,opinions,20\n") && file.contains(",0 of 20\n"), "{file}");
}

/// What waits in the queue of long questions is done.
async fn work_off(scene: &Scene) {
    let desk = Arc::clone(&scene.desk);
    let done = tokio::task::spawn_blocking(move || desk.work_off(&std::sync::atomic::AtomicBool::new(false)).unwrap());
    done.await.unwrap();
}

fn book(scene: &Scene) -> rusqlite::Connection {
    rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap()
}

/// This address and one with a number that nobody has look alike.
async fn looks_as_none(browser: &mut Browser, path: &str, none: &str) {
    let answers = [browser.get(path).await, browser.get(none).await];
    assert!(answers[0].status == 404 && answers[0].text == answers[1].text, "{path}: {}", answers[0].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn long_questions_and_what_came_of_them_are_of_the_sites_that_their_owner_reaches() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::SafeguardingLead, "leeds")).await;
    let (mut bo, _) = person(&scene, &mut admin, "bo", (Role::SafeguardingLead, "leeds\nyorkq")).await;
    let (mut it, _) = person(&scene, &mut admin, "ivo", (Role::It, "leeds")).await;
    for browser in [&mut lead, &mut bo] {
        let path = ask(browser, &[("slot", "week")]).await;
        let id = path.split("ask=").nth(1).unwrap();
        let order = form(&[("ask", id), ("long_kind", "csv"), ("when", "urgent"), ("long_why", WHY), ("long_for_whom", "here")]);
        let ordered = browser.post("/log/jobs/new", &order).await;
        assert_eq!(ordered.status, 303, "{}", ordered.text);
    }
    it.get("/log/breaches").await;
    let order = form(&[("days", "31"), ("way", "closed"), ("when", "urgent"), ("because", WHY)]);
    assert_eq!(it.post("/log/breaches", &order).await.status, 303);
    work_off(&scene).await;
    let file = lead.get("/log/jobs/file?job=1").await;
    clean("a long file", &file, true);
    assert!(file.status == 200 && file.text.contains("leedsword.test"), "{}", file.text);
    let both = bo.get("/log/jobs/file?job=2").await;
    assert!(both.text.contains(ROW) && both.text.contains("leedsword.test") && !both.text.contains("head.test"), "{}", both.text);
    shows(&mut it, "/log/breaches", &["leedsword.test"]).await;
    looks_as_none(&mut lead, "/log/jobs/file?job=2", "/log/jobs/file?job=99").await;
    // An account that was moved keeps nothing of what was answered for more.
    book(&scene).execute("UPDATE account SET sites = '[\"leeds\"]' WHERE name = 'bo'", []).unwrap();
    looks_as_none(&mut bo, "/log/jobs/file?job=2", "/log/jobs/file?job=99").await;
    assert!(!bo.get("/log/jobs").await.text.contains("J-2"));
    // Trends are counted for every site at once: nobody of one site orders that.
    it.get("/log/trends").await;
    let refused = it.post("/log/trends", &form(&[("when", "urgent"), ("because", WHY)])).await;
    assert_eq!((refused.status, scene.acts().pop().unwrap().0), (403, EventKind::ConsoleRefused));
}

#[tokio::test(flavor = "multi_thread")]
async fn trends_are_those_of_ones_own_site_and_so_is_the_question_behind_each() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::Auditor, "leeds")).await;
    let span = |word: &str| {
        let category = CategoryCount { person_days: 50, people: 20 };
        let mut hours = vec![0; 168];
        hours[9] = 30;
        SpanCount {
            person_days: 400,
            requests: 4000,
            blocks: 30,
            categories: [(format!("{word}cat"), category)].into(),
            blocked_hours: hours,
        }
    };
    let trend = |site: &str, word: &str| SiteTrend { site: site.into(), week: span(word), before: span(word) };
    let host = lifeguard::admin::NewHost { host: "zqxvkw.test".into(), people: 9, requests: 9, ..lifeguard::admin::NewHost::default() };
    let until = start();
    let counted = TrendsCounted {
        span: (until - 7 * 86_400_000_000, until),
        sites: vec![trend("", ROW), trend("leeds", "leedsword"), trend(NAME, ROW)],
        hosts: vec![host],
        ..TrendsCounted::default()
    };
    let text = serde_json::to_string(&counted).unwrap();
    book(&scene).execute("INSERT INTO trend VALUES (?1, ?2)", rusqlite::params![until, text]).unwrap();
    for site in ["", "?site=0", "?site=1", "?site=2", "?site=99"] {
        shows(&mut lead, &format!("/log/trends{site}"), &["leedswordcat"]).await;
    }
    let pick = |pick: &str| format!("/log?trend={until}&pick={pick}");
    assert_eq!(lead.get(&pick("cat.1.0")).await.status, 200);
    assert_eq!(lead.get(&pick("hour.1.9")).await.status, 200);
    for of in ["cat.0.0", "cat.2.0", "hour.0.9", "hour.2.9", "new.0"] {
        looks_as_none(&mut lead, &pick(of), &pick("cat.99.0")).await;
    }
    let (mut all, _) = person(&scene, &mut admin, "con", (Role::Auditor, "")).await;
    assert!(all.get("/log/trends?site=2").await.text.contains("zqxvkwcat"));
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_for_a_board_is_that_of_ones_own_sites() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    fill(&scene);
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::SafeguardingLead, "leeds")).await;
    person(&scene, &mut admin, "yan", (Role::SafeguardingLead, NAME)).await;
    for (site, word) in [("Leeds Club", "leedsword"), ("Yorkq Club", ROW)] {
        let sql = "INSERT INTO stated (site, what, at, by, person, there, words) VALUES (?1, 'training-plan', ?2, ?3, ?3, 1, ?3)";
        book(&scene).execute(sql, rusqlite::params![site, start(), word]).unwrap();
    }
    let board = shows(&mut lead, "/board", &["Leeds Club", "leedsword", "1"]).await;
    assert!(flat(&board).contains("People with this role on the console who may sign in: 1"), "of her site alone: {}", board.text);
    for (what, form) in
        [("dataset", "csv"), ("dataset", "json"), ("standards", "html"), ("review", "html"), ("review", "json"), ("serious", "html")]
    {
        let file = lead.get(&format!("/board/file?what={what}&form={form}")).await;
        clean(what, &file, true);
        assert_eq!(file.status, 200, "{what}");
        assert!(form != "json" || file.text.contains("Leeds Club"), "whose paper it is: {}", file.text);
    }
    let state = |site: &str| {
        form(&[("what", "training-plan"), ("site", site), ("there", "yes"), ("person", "Lea"), ("words", "it stands in the office")])
    };
    for (site, status) in [("", 422), ("Yorkq Club", 422), ("Nowhere", 422), ("Leeds Club", 303)] {
        lead.get("/board").await;
        assert_eq!(lead.post("/board/state", &state(site)).await.status, status, "{site}");
    }
    let tried = form(&[("contact", "lead"), ("answered", "yes"), ("how", "by telephone")]);
    assert_eq!(lead.post("/board/contact", &tried).await.status, 403, "routes are the same for every site");
    // What is seen in a group, on the console.
    let (mut it, _) = person(&scene, &mut admin, "ivo", (Role::It, "leeds")).await;
    shows(&mut it, "/sites?seen=leeds%2Fchildren", &["leedsword group", "the pages"]).await;
    looks_as_none(&mut it, "/sites?seen=yorkq%2Fchildren", "/sites?seen=none%2Fchildren").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_are_of_ones_own_sites_and_what_one_site_has_looked_at_is_not_said_of_another() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    fill(&scene);
    let (mut lead, _) = person(&scene, &mut admin, "lea", (Role::SafeguardingLead, "leeds")).await;
    let (mut yan, _) = person(&scene, &mut admin, "yan", (Role::SafeguardingLead, NAME)).await;
    let (mut all, _) = person(&scene, &mut admin, "con", (Role::SafeguardingLead, "")).await;
    // Deeds, accounts, alerts and exceptions of their own.
    shows(&mut lead, "/reviews/hold?what=deeds", &["leedsword deed"]).await;
    let accounts = shows(&mut lead, "/reviews/hold?what=accounts", &["lea (lea)"]).await;
    assert!(!accounts.text.contains("(yan)") && !accounts.text.contains("(con)"), "{}", accounts.text);
    shows(&mut lead, "/reviews/hold?what=exceptions", &["leedsword exception"]).await;
    shows(&mut lead, "/reviews/hold?what=alerts", &[]).await;
    let signed = form(&[("what", "exceptions"), ("upto", "0"), ("words", "zqxvkw and all of them are fine")]);
    assert_eq!(yan.post("/reviews/hold", &signed).await.status, 303);
    assert_eq!(yan.post("/reviews/cause", &form(&[("cause", "other"), ("changed", "zqxvkw building")])).await.status, 303);
    assert!(yan.get("/reviews").await.text.contains("zqxvkw and all"));
    shows(&mut lead, "/reviews", &[]).await;
    let everybody = all.get("/reviews").await;
    assert!(everybody.status == 200 && !everybody.text.contains("zqxvkw and all"), "what a site held is not the review of all");
    let mut governor = person(&scene, &mut admin, "gwen", (Role::Governor, "leeds")).await.0;
    shows(&mut governor, "/reviews", &["<dd>0</dd>"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_account_leaves_what_it_did_at_the_site_where_it_was() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut ada, _) = person(&scene, &mut admin, "ada", (Role::Auditor, "leeds")).await;
    let (mut yan, _) = person(&scene, &mut admin, "yan", (Role::Auditor, NAME)).await;
    // The account of these deeds is of York today.
    person(&scene, &mut admin, "moved", (Role::It, NAME)).await;
    shows(&mut ada, "/audit", &["leedsword deed"]).await;
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.sites), (EventKind::ConsoleLookUp, Some(vec!["leeds".to_owned()])), "each deed says whose sites");
    let theirs = yan.get("/audit").await;
    assert!(
        theirs.text.contains("zqxvkw deed") && !theirs.text.contains("leedsword") && !theirs.text.contains("zqxvkw of all"),
        "{}",
        theirs.text
    );
    // To get in, and to be refused, is of the account's sites too.
    ada.sign_in("ada", "wrong", "000000").await;
    let (kind, act) = scene.acts().pop().unwrap();
    assert_eq!((kind, act.who.as_str(), act.sites), (EventKind::ConsoleRefused, "ada", Some(vec!["leeds".to_owned()])));
}

/// As many are tried, at least.
const PROBES: usize = 10_000;

/// Fields of all places, as queries have them.
const FIELDS: [&str; 30] = [
    "account", "id", "n", "ask", "which", "alert", "incident", "draft", "saved", "before", "after", "name", "site", "group", "category",
    "job", "row", "trend", "pick", "version", "what", "form", "days", "span", "seen", "put", "case", "of", "source", "section",
];

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_probes_for_another_site_find_nothing() {
    let scene = three().await;
    let (mut admin, _) = scene.administrator().await;
    fill(&scene);
    let mut seats = Vec::new();
    for role in ROLES {
        scene.clock.advance(6 * 60_000_000);
        admin.get("/account").await;
        seats.push((role, person(&scene, &mut admin, &format!("leeds-{role}"), (role, "leeds")).await.0));
        for (_, browser) in &mut seats {
            browser.get("/account").await;
        }
    }
    let before = of_the_other(&scene);
    let numbers = (1..=12).map(|number: u32| number.to_string());
    let ids: Vec<String> =
        numbers.chain(["0", "-1", "9223372036854775807", "EX-1", "EX-3", NAME, "yorkq%2Fchildren"].map(str::to_owned)).collect();
    let all: Vec<(usize, String, &String)> = seats
        .iter()
        .enumerate()
        .flat_map(|(seat, (role, _))| places(*role).filter(|place| place.takes().get()).map(move |place| (seat, place.path())))
        .flat_map(|(seat, path)| FIELDS.map(|field| (seat, format!("{path}?{field}"))))
        .flat_map(|(seat, path)| ids.iter().map(move |id| (seat, path.clone(), id)))
        .collect();
    // Each place and field in its turn, with another number each time.
    let step = (all.len() / PROBES).max(1);
    let step = if step.is_multiple_of(ids.len()) { step.saturating_sub(1).max(1) } else { step };
    let (began, mut tried, mut answered, mut leaks) = (Instant::now(), 0_usize, 0_usize, Vec::new());
    for (seat, path, id) in all.iter().step_by(step) {
        let path = format!("{path}={id}");
        let answer = seats[*seat].1.get(&path).await;
        let text = answer.text.to_ascii_lowercase();
        if text.contains(ROW) || (text.contains(NAME) && !id.starts_with(NAME)) {
            leaks.push(format!("{} {path}", seats[*seat].0));
        }
        answered += usize::from(answer.status == 200);
        tried += 1;
    }
    let took = began.elapsed();
    println!("{tried} probes of {} in {took:?}: {answered} answered with a page, {} leaks", all.len(), leaks.len());
    assert!(leaks.is_empty(), "{leaks:?}");
    assert!(tried >= PROBES && answered > tried / 4, "{tried} tried, {answered} answered");
    assert_eq!(of_the_other(&scene), before, "something of the other site was changed");
}

/// Requests, and those of them that were blocked, by the log of the real program itself.
fn of_log(world: &World, sites: &[&str]) -> [u64; 2] {
    let sites = Some(sites.iter().map(|site| (*site).to_owned()).collect());
    let all = Filter { sites, ..Filter::default() };
    let blocked = Filter { verdict: Some(VerdictKind::Block), ..all.clone() };
    [all, blocked].map(|filter| count(&world.folder.path().join("log"), &filter, &[], &|_, _| true).unwrap().total)
}

/// The real program with two sites of its own beside the settings': figures are counts of the log of one's own sites.
#[tokio::test(flavor = "multi_thread")]
async fn figures_of_the_real_program_reconcile_with_the_log_of_the_site() {
    let mut world = World::new();
    world.more = "\n[sites]\nfiles = 'sites/*.toml'\n".into();
    for (name, address, word) in [("leeds", "127.0.0.2", "leedsword"), (NAME, "127.0.0.3", ROW)] {
        let text = format!(
            "name = '{name}'\nnetworks = ['{address}/32']\n[[group]]\nname = 'children'\ntitle = '{word} children'\npreset = 'youth-club'\n\
             block = ['testing']\n"
        );
        world.write(&format!("sites/{name}.toml"), &text);
    }
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let running = real::start(&config);
    for (last, host, times) in
        [(1, "head.test", 2), (2, "leedsword.test", 7), (2, "blocked.test", 6), (3, "zqxvkw.test", 13), (3, "blocked.test", 9)]
    {
        for _ in 0..times {
            let status = real::get_from(running.proxy, [127, 0, 0, last], &world.address(host, "/bytes/10"));
            assert!(status != 0, "{host}");
        }
    }
    let mut admin = running.administrator().await;
    let mut ivo = running.person_of(&mut admin, "ivo", "it", "leeds").await;
    let mut gwen = running.person_of(&mut admin, "gwen", "governor", "leeds").await;
    let mut both = running.person_of(&mut admin, "bo", "auditor", "leeds\nyorkq").await;
    let mut none = running.person_of(&mut admin, "ned", "auditor", "leeds").await;
    let leeds = of_log(&world, &["leeds"]);
    assert_eq!(leeds, [13, leeds[1]]);
    assert!(leeds[1] >= 6, "{leeds:?}");
    let all = |[all, _]: [u64; 2]| format!("<dd>{all}</dd>");
    for (browser, sites) in [(&mut ivo, &["leeds"][..]), (&mut both, &["leeds", NAME][..])] {
        let page = browser.get("/dashboard?span=day").await;
        let said = flat(&page);
        assert!(said.contains(&all(of_log(&world, sites))), "{sites:?} {:?}: {said}", of_log(&world, sites));
    }
    shows(&mut ivo, "/dashboard?span=day", &[&format!("<dd>{} (", leeds[1])]).await;
    let file = gwen.get("/figures/file").await;
    clean("/figures/file", &file, true);
    assert!(!file.text.contains(&format!("requests,{}", leeds[0])), "this month is not over, {leeds:?}: {}", file.text);
    shows(&mut ivo, "/lists/unknown", &["leedsword.test", "<td>7</td>"]).await;
    shows(&mut ivo, "/lists/noise", &[]).await;
    none.get("/devices").await;
    let devices = none.post("/devices", &form(&[("because", WHY)])).await;
    clean("/devices", &devices, true);
    // Whoever has not signed in is told how many groups further sites have; their own people read on the console what is seen there.
    let coverage = none.clone().get("/coverage").await;
    clean("/coverage", &coverage, true);
    assert!(coverage.text.contains("Groups: 2. Sites: 2.") && !coverage.text.contains("leeds"), "{}", coverage.text);
    let seen = shows(&mut ivo, "/sites?seen=leeds%2Fchildren", &["What is seen: leedsword children"]).await;
    assert!(!seen.text.contains("stayed sealed"), "counted together with a group of the same name at another site: {}", seen.text);
    let mut yan = running.person_of(&mut admin, "yan", "it", NAME).await;
    let theirs = yan.get("/sites?seen=yorkq%2Fchildren").await;
    assert!(theirs.text.contains("zqxvkw children") && !theirs.text.contains("leedsword"), "{}", theirs.text);
    looks_as_none(&mut yan, "/sites?seen=leeds%2Fchildren", "/sites?seen=no%2Fchildren").await;
    shows(&mut gwen, "/figures", &["of the same name at every site"]).await;
    assert!(devices.text.contains("127.0.0.2") && !devices.text.contains("127.0.0.3"), "{}", devices.text);
}
