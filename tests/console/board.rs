//! Evidence for a board (standards F10, F11, F14 to F17, F22, F24, W5): what is worked out, what people state and for how long it counts,
//! and the papers that leave.

use crate::console_support::real::{self, form, post_report};
use crate::console_support::{Answer, Browser, PASSWORD, Scene};
use crate::support::World;
use lifeguard::accredit::{Light, Ran, Standing, Told};
use lifeguard::admin::{AgreementSight, FixedEvidence, FixedWorks, GroupKept, KeepingSight, KeptFor, Role, SitePlace};
use lifeguard::config::HandingOut;
use lifeguard::model::Timestamp;
use lifeguard::ports::Clock;
use lifeguard::record::EventKind;
use std::time::Duration;

const DAY: u64 = 86_400 * 1_000_000;
const HOSTILE: &str = "=cmd|' /C calc'!A0</td><script>alert(1)</script><img src=x onerror=alert(2)>";

fn works() -> FixedWorks {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let agreement = AgreementSight { name: "children".into(), group: "Children".into(), clauses: 3, needed: true, accepted: 4 };
    let keeping = KeepingSight {
        node: "pi-1".into(),
        kept: vec![
            KeptFor { class: "web_log", keep: days(92), at_most: Some(days(100)) },
            KeptFor { class: "console_incidents", keep: days(2192), at_most: None },
        ],
        groups: vec![GroupKept { name: "children".into(), group: HOSTILE.into(), detail: "host", keep: Some(days(31)) }],
        recipients: vec!["lead".into()],
        two: true,
        ..KeepingSight::default()
    };
    let told = Told { id: "A1".into(), standard: "KCSIE".into(), asks: HOSTILE.into(), light: Light::Met };
    let ran = Ran { at: Timestamp(1_763_000_000_000_000), passing: true, not_passing: Vec::new() };
    let standing = Standing { passing: Some(true), run: Some(ran), criteria: vec![told], ..Standing::default() };
    let mut works = FixedWorks {
        evidence: FixedEvidence { agreements: vec![agreement], keeping, standing, ..FixedEvidence::default() },
        ..FixedWorks::default()
    };
    works.hosts.sites = ["North", "South"].map(|name| SitePlace { name: name.into(), ..SitePlace::default() }).into();
    works
}

async fn json(browser: &mut Browser, path: &str) -> serde_json::Value {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert!(answer.field("content-disposition").unwrap().starts_with("attachment"), "{}", answer.head);
    serde_json::from_str(&answer.text).unwrap()
}

/// How something stands in a part of the dataset, at a site.
fn code(data: &serde_json::Value, part: &str, id: &str, site: &str) -> String {
    let rows = data["parts"][part]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == id && (site.is_empty() || row["site"] == site)).unwrap_or_else(|| panic!("{id}: {data}"));
    row["code"].as_str().unwrap().to_owned()
}

fn has_fault(answer: &Answer, field: &str) -> bool {
    answer.status == 422 && answer.text.contains(&format!("id=\"{field}-fault\""))
}

const DATASET: &str = "/board/file?what=dataset&form=json";

#[tokio::test(flavor = "multi_thread")]
async fn what_the_system_knows_is_worked_out_and_the_rest_is_stated_by_name_and_goes_out_of_date() {
    let scene = Scene::start_with(works()).await;
    let (mut admin, _) = scene.administrator().await;
    let data = json(&mut admin, DATASET).await;
    assert_eq!(data["place"], "Riverside <b>Library</b>");
    let flags = ["acceptable-use", "safeguarding-lead", "accredited", "filtering-plan"].map(|id| code(&data, "flags", id, ""));
    assert_eq!(flags, ["yes", "no", "yes", "no"], "nobody is lead yet, and nobody took the plan away");
    assert_eq!(code(&data, "flags", "training-plan", "South"), "not-said");
    let (mut lead, key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let taken = scene.clock.now().wall.0.to_string();
    let put = |book: &rusqlite::Connection| Ok(book.execute("INSERT INTO fact VALUES ('plan_taken', ?1)", [&taken])?);
    scene.desk.book().change::<_, lifeguard::admin::BookFault>(put).unwrap();
    let data = json(&mut lead, DATASET).await;
    assert_eq!(["safeguarding-lead", "filtering-plan"].map(|id| code(&data, "flags", id, "")), ["yes", "yes"]);
    // Somebody stands for what the system cannot know: at this site, in a name, with words.
    let page = lead.get("/board").await.text;
    assert!(page.contains("Plan of training"), "{page}");
    let bad = lead.post("/board/state", &form(&[("what", "weather"), ("site", "West"), ("there", "perhaps")])).await;
    for field in ["what", "site", "there", "person", "words"] {
        assert!(has_fault(&bad, field), "{field}: {}", bad.text);
    }
    let long = "x".repeat(3000);
    assert!(has_fault(&lead.post("/board/state", &form(&[("words", &long)])).await, "words"));
    let fields = [("what", "training-plan"), ("site", "South"), ("there", "yes"), ("person", HOSTILE), ("words", "Plan of 1 September")];
    let done = lead.post("/board/state", &form(&fields)).await;
    assert_eq!((done.status, done.location()), (303, "/board"), "{}", done.text);
    let data = json(&mut lead, DATASET).await;
    assert_eq!(["North", "South"].map(|site| code(&data, "flags", "training-plan", site)), ["not-said", "yes"]);
    let page = lead.get("/board").await.text;
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script") && !page.contains("<img"), "{page}");
    let csv = lead.get("/board/file?what=dataset&form=csv").await.text;
    assert!(csv.starts_with("place,part,id,code,item,site,state,since,by,words\n"), "{csv}");
    assert!(!csv.contains(",=cmd") && !csv.contains("\"=cmd") && csv.contains("'=cmd"), "no formula: {csv}");
    // A year later nobody has looked: it is out of date, and so is the plan.
    scene.clock.advance(366 * DAY);
    let code_now = scene.code(key.as_ref().unwrap());
    assert_eq!(lead.sign_in("sam", PASSWORD, &code_now).await.status, 303);
    let data = json(&mut lead, DATASET).await;
    assert_eq!(
        (code(&data, "flags", "training-plan", "South"), code(&data, "flags", "filtering-plan", "")),
        ("out-of-date".into(), "out-of-date".into())
    );
    let acts = scene.acts();
    let stated: Vec<_> = acts.iter().filter(|(kind, _)| *kind == EventKind::EvidenceStated).collect();
    assert!(stated.len() == 1 && stated[0].1.who == "sam" && stated[0].1.purpose == "Plan of 1 September", "{stated:?}");
    assert!(
        acts.iter().any(|(kind, act)| *kind == EventKind::ConsoleExport && act.did.contains("dataset.csv") && act.did.contains("SHA-256"))
    );
}

async fn go_round(scene: &Scene) {
    let desk = scene.desk.clone();
    tokio::task::spawn_blocking(move || desk.go_round().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_counts_for_a_quarter_and_without_it_a_review_is_due_by_itself() {
    let scene = Scene::start_with(works()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    go_round(&scene).await;
    let data = json(&mut lead, DATASET).await;
    assert_eq!(
        (code(&data, "reporting", "contact:iwf", ""), code(&data, "reporting", "contact:head", "")),
        ("not-said".into(), "no".into())
    );
    lead.get("/board").await;
    for fields in [&[("contact", "nobody")][..], &[("contact", "head"), ("answered", "yes"), ("how", "by telephone")][..]] {
        let bad = lead.post("/board/contact", &form(fields)).await;
        assert!(has_fault(&bad, "contact"), "without a number there is nothing to try: {}", bad.text);
    }
    let tried = |contact, answered| form(&[("contact", contact), ("answered", answered), ("how", "by telephone")]);
    for (contact, answered) in [("iwf", "yes"), ("ceop", "yes"), ("police", "no")] {
        assert_eq!(lead.post("/board/contact", &tried(contact, answered)).await.status, 303);
    }
    let data = json(&mut lead, DATASET).await;
    assert_eq!(["iwf", "ceop", "police"].map(|id| code(&data, "reporting", &format!("contact:{id}"), "")), ["yes", "yes", "no"]);
    assert!(!scene.acts().iter().any(|(kind, _)| *kind == EventKind::ContactsOverdue), "the first quarter is not over");
    scene.clock.advance(91 * DAY);
    go_round(&scene).await;
    go_round(&scene).await;
    let overdue: Vec<_> = scene.acts().into_iter().filter(|(kind, _)| *kind == EventKind::ContactsOverdue).collect();
    assert!(overdue.len() == 1 && overdue[0].1.did.contains("Internet Watch Foundation"), "once a quarter: {overdue:?}");
    let code_now = scene.code(key.as_ref().unwrap());
    assert_eq!(lead.sign_in("sam", PASSWORD, &code_now).await.status, 303);
    let data = json(&mut lead, DATASET).await;
    assert_eq!(code(&data, "reporting", "contact:iwf", ""), "out-of-date");
    let reviews = lead.get("/reviews").await.text;
    assert!(reviews.contains("A contact that nobody has tried of late") && reviews.contains("Internet Watch Foundation"), "{reviews}");
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_name_nobody_and_roles_get_what_is_theirs() {
    let scene = Scene::start_with(works()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut governor, _) = scene.person(&mut admin, "gil", Role::Governor).await;
    // Six grave incidents and two of another kind, in the quarter before this one.
    let then = Timestamp(scene.clock.now().wall.0 - i64::try_from(70 * DAY).unwrap());
    scene
        .desk
        .book()
        .change(|book| {
            for number in 0..9 {
                let kind = if number < 6 { "bullying" } else { "grooming" };
                let severity = if number == 8 { "1" } else { "3" };
                book.execute(
                    "INSERT INTO incident (opened, opened_by, origin, merge_key, person, people, first, last, count) VALUES (?1, 'sam', 'hand', '', 'kim', '', ?1, ?1, 0)",
                    [then.0],
                )?;
                for (what, text) in [("kind", kind), ("severity", severity), ("what", "Kim wrote")] {
                    let id = book.query_row("SELECT max(id) FROM incident", [], |row| row.get::<_, i64>(0))?;
                    book.execute("INSERT INTO incident_line (incident, at, who, what, text, reference) VALUES (?1, ?2, 'sam', ?3, ?4, '')", (id, then.0, what, text))?;
                }
            }
            Ok::<_, lifeguard::admin::BookFault>(())
        })
        .unwrap();
    let serious = governor.get("/board/file?what=serious&form=csv").await;
    assert_eq!(serious.status, 200);
    assert!(serious.text.contains("2025-Q3") && serious.text.contains("fewer than 5"), "{}", serious.text);
    assert!(!serious.text.to_lowercase().contains("kim") && !serious.text.contains(",2\n"), "{}", serious.text);
    let page = governor.get("/board/file?what=serious&form=html").await;
    assert!(
        page.field("content-type").unwrap().starts_with("text/html") && page.field("content-disposition").unwrap().contains("serious.html")
    );
    assert_eq!(
        admin.get("/board/file?what=serious&form=csv").await.status,
        404,
        "incidents are not for administrators, not even as figures"
    );
    let admins = admin.get("/board").await.text;
    assert!(!admins.contains("what=serious") && admins.contains("what=dataset"), "{admins}");
    for path in ["/board/file", "/board/file?what=dataset", "/board/file?what=dataset&form=exe", "/board/file?what=../x&form=csv"] {
        assert_eq!(governor.get(path).await.status, 404, "{path}");
    }
    let seen = governor.get("/board").await.text;
    assert!(!seen.contains("action=\"/board/state\"") && !seen.contains("kim"), "a governor reads: {seen}");
    let standards = json(&mut governor, "/board/file?what=standards&form=json").await;
    assert_eq!(standards["parts"]["standards"]["rows"][0]["criterion"], "A1");
    let review = json(&mut lead, "/board/file?what=review&form=json").await;
    let open = |paper: &serde_json::Value| paper["parts"]["open"]["rows"].to_string();
    let admins = json(&mut admin, "/board/file?what=review&form=json").await;
    assert!(open(&review).contains("\"incidents\"") && !open(&admins).contains("\"incidents\""), "not even as a figure: {admins}");
    for part in ["changes", "tests", "mistakes", "reviews", "open"] {
        assert!(review["parts"][part].is_object(), "{part}: {review}");
    }
    let open = review["parts"]["open"]["rows"].as_array().unwrap();
    assert!(
        open.iter().any(|row| row["id"] == "incidents" && row["state"] == "9") && open.iter().any(|row| row["id"] == "provision"),
        "{review}"
    );
    let printed = lead.get("/board/file?what=standards&form=html").await.text;
    assert!(printed.contains("&lt;script&gt;") && !printed.contains("<script") && !printed.contains("<img"), "{printed}");
    // For everybody who signs in: what is kept of people.
    let statement = governor.get("/statement").await.text;
    for words in [
        "92 days",
        "100 days",
        "It takes two people",
        "pi-1",
        "The website alone",
        "31 days",
        "Letters and reports, under pseudonyms, may go to: lead",
    ] {
        assert!(statement.contains(words), "{words}: {statement}");
    }
    assert!(!statement.contains("<script") && !statement.contains("<img"), "{statement}");
    assert!(governor.get("/statement?form=html").await.text.contains("What is kept of people here"));
    // One incident for social care: by the lead, with a reason.
    lead.get("/incidents/show?id=1").await;
    let bad = lead.post("/incidents/file", &form(&[("id", "1"), ("file_form", "exe")])).await;
    assert!(has_fault(&bad, "file_form") && has_fault(&bad, "file_because"), "{}", bad.text);
    let class = [
        ("id", "1"),
        ("deed", "class"),
        ("kind", "bullying"),
        ("intent", "deliberate"),
        ("severity", "2"),
        ("assigned", "Sam"),
        ("lado", "yes"),
        ("ict", "yes"),
    ];
    assert_eq!(lead.post("/incidents/change", &form(&class)).await.status, 303);
    let taken = lead.post("/incidents/file", &form(&[("id", "1"), ("file_form", "json"), ("file_because", "section 47, duty team")])).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    let data: serde_json::Value = serde_json::from_str(&taken.text).unwrap();
    assert_eq!(["ict", "lado", "staff"].map(|flag| code(&data, "flags", flag, "")), ["yes", "yes", "no"]);
    assert!(scene.acts().iter().any(|(kind, act)| *kind == EventKind::ConsoleExport && act.purpose == "section 47, duty team"));
    // Unfounded: the flags come down.
    let facts = [("id", "1"), ("deed", "facts"), ("who", "x"), ("how", "x"), ("actions", "x"), ("conclusion", "x")];
    assert_eq!(lead.post("/incidents/change", &form(&facts)).await.status, 303);
    let close = [("id", "1"), ("deed", "close"), ("outcome", "unfounded"), ("close_because", "a play")];
    assert_eq!(lead.post("/incidents/change", &form(&close)).await.status, 303);
    let again = lead.post("/incidents/file", &form(&[("id", "1"), ("file_form", "json"), ("file_because", "it was nothing")])).await.text;
    let data: serde_json::Value = serde_json::from_str(&again).unwrap();
    assert_eq!(["ict", "lado", "staff"].map(|flag| code(&data, "flags", flag, "")), ["no", "no", "no"]);
}

const WHY: &str = "weekly look at the group";

/// Orders a report on a question that is saved first.
async fn order(browser: &mut Browser, person: &str, fields: &[(&'static str, &str)]) -> Answer {
    browser.get("/log").await;
    let asked = browser.post("/log", &form(&[("slot", "week"), ("because", WHY), ("group", "children"), ("person", person)])).await;
    let id = asked.location().strip_prefix("/log/found?ask=").unwrap_or_else(|| panic!("{}", asked.text)).to_owned();
    browser.get(asked.location()).await;
    assert_eq!(browser.post("/log/save", &form(&[("ask", &id), ("name", "week")])).await.status, 303);
    let page = browser.get("/log/reports").await;
    let list = page.between("name=\"which\"", "</select>").unwrap();
    let which = list.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
    post_report(browser, &which, WHY, fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_for_the_police_by_the_ordinary_way_and_reports_about_the_unfounded_end() {
    let own = |domain: &str| vec![domain.to_owned()];
    let handing_out = HandingOut { domains: own("school.test"), ranks: own("Inspector"), authorities: own("Superintendent") };
    let mut works = works();
    works.evidence.handing_out = handing_out;
    works.recipients = [("lead", "sam@school.test"), ("friend", "pc@police.test")].map(|(name, to)| (name.into(), to.into())).into();
    let scene = Scene::start_with(works).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut officer, _) = scene.person(&mut admin, "dot", Role::DisclosureOfficer).await;
    // The police: refused, with where to go, and recorded.
    let refused = order(&mut lead, "", &[("because", "For the Police, ref 12")]).await;
    assert!(has_fault(&refused, "because") && refused.text.contains("open a case under Disclosures"), "{}", refused.text);
    // A stranger's address: only when somebody says that it is meant.
    let outside = order(&mut lead, "", &[("to", "friend")]).await;
    assert!(has_fault(&outside, "outside"), "{}", outside.text);
    let meant = order(&mut lead, "", &[("to", "friend"), ("outside", "yes")]).await;
    assert_eq!(meant.status, 303, "{}", meant.text);
    let acts = scene.acts();
    let refusals = acts.iter().filter(|(kind, _)| *kind == EventKind::ConsoleRefused).count();
    assert!(refusals == 2 && acts.iter().any(|(_, act)| act.did.contains("outside the domains of this place")), "{acts:?}");
    officer.get("/log").await;
    let asked = officer.post("/log", &form(&[("slot", "week"), ("because", WHY), ("group", "children")])).await;
    let id = asked.location().strip_prefix("/log/found?ask=").unwrap().to_owned();
    officer.get(asked.location()).await;
    let export =
        officer.post("/log/export", &form(&[("ask", &id), ("kind", "csv"), ("for_whom", "here"), ("why", "warrant of today")])).await;
    assert!(has_fault(&export, "why"), "{}", export.text);
    // Whoever says for whom it is out of the list of the law is led to a case; nothing is left to words alone.
    let words =
        [("court-order", "it takes a case under Disclosures"), ("ipa", "it takes a case"), ("other", "without a ground of the law")];
    for (whom, said) in words {
        for (path, fields) in [
            ("/log/export", [("kind", "csv"), ("for_whom", whom), ("why", "a serious crime")]),
            ("/log/jobs/new", [("long_kind", "csv"), ("long_for_whom", whom), ("long_why", "a serious crime")]),
        ] {
            let held = officer.post(path, &form(&[&fields[..], &[("ask", id.as_str()), ("when", "urgent")]].concat())).await;
            let field = fields[1].0;
            assert!(
                has_fault(&held, field) && held.text.contains(said) && held.text.contains("href=\"/disclosures/new\""),
                "{}",
                held.text
            );
        }
        let held = order(&mut lead, "", &[("for_whom", whom)]).await;
        assert!(has_fault(&held, "for_whom") && held.text.contains("A disclosure officer opens the case"), "{}", held.text);
    }
    for none in ["", "ripa", "here "] {
        let held = officer.post("/log/export", &form(&[("ask", &id), ("kind", "csv"), ("for_whom", none), ("why", "x")])).await;
        assert!(has_fault(&held, "for_whom"), "{none}: {}", held.text);
    }
    let long = [("long_kind", "csv"), ("long_for_whom", "here"), ("long_why", "for the constable"), ("when", "urgent")];
    let held = officer.post("/log/jobs/new", &form(&[&long[..], &[("ask", id.as_str())]].concat())).await;
    assert!(has_fault(&held, "long_why"), "long files too: {}", held.text);
    let recorded = scene.acts();
    let count = |ground: &str| recorded.iter().filter(|(kind, act)| *kind == EventKind::ConsoleRefused && act.did.contains(ground)).count();
    assert_eq!((count("it is for court-order"), count("it is for ipa"), count("it is for other")), (3, 3, 3));
    let subject = form(&[("ask", &id), ("kind", "csv"), ("for_whom", "subject"), ("why", "their letter of today")]);
    assert_eq!(officer.post("/log/export", &subject).await.status, 200);
    assert!(scene.acts().pop().unwrap().1.purpose.contains("for the person whom it is about: their letter"));
    // Whose word a demand needs.
    officer.get("/disclosures/new").await;
    let ranks = form(&[("law", "ipa"), ("asker_rank", "Constable"), ("authority_rank", " superintendent ")]);
    let case = officer.post("/disclosures/new", &ranks).await;
    assert!(
        has_fault(&case, "asker_rank") && !has_fault(&case, "authority_rank") && case.text.contains("accepts: Inspector"),
        "{}",
        case.text
    );
    // Unfounded: the report that watched the person ends, and whoever gets it is told without a name.
    assert_eq!(order(&mut lead, "kim", &[]).await.status, 303);
    lead.get("/incidents/new").await;
    let facts = [
        ("what", "x"),
        ("severity", "2"),
        ("kind", "bullying"),
        ("intent", "deliberate"),
        ("person", "kim"),
        ("who", "x"),
        ("how", "x"),
        ("actions", "x"),
        ("conclusion", "x"),
    ];
    let made = lead.post("/incidents/new", &form(&facts)).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let more = [("id", "1"), ("deed", "facts"), ("how", "x"), ("actions", "x"), ("conclusion", "x")];
    assert_eq!(lead.post("/incidents/change", &form(&more)).await.status, 303);
    let close = [("id", "1"), ("deed", "close"), ("outcome", "unfounded"), ("close_because", "a play")];
    let closed = lead.post("/incidents/change", &form(&close)).await;
    assert_eq!(closed.status, 303, "{}", closed.text);
    let page = lead.get("/log/reports").await.text;
    assert!(page.contains("R-1") && !page.contains("R-2"), "only what watched the person ends: {page}");
    let letters = scene.desk.letters(100).unwrap();
    assert!(letters.len() == 1 && letters[0].recipient == "lead" && letters[0].subject.contains("R-2 has ended"), "{letters:?}");
    assert!(!format!("{letters:?}").contains("kim") && lead.get("/incidents/show?id=1").await.text.contains("R-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_program_fills_the_pages_and_they_are_for_everybody() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config().replace("Test site", "Riverside Library"));
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let statement = sam.get("/statement").await.text;
    assert!(statement.contains("92 days") && statement.contains("2192 days"), "{statement}");
    let data = json(&mut sam, DATASET).await;
    assert_eq!(["safeguarding-lead", "filtering-plan"].map(|id| code(&data, "flags", id, "")), ["yes", "no"]);
    assert_eq!(sam.get("/plan?file=yes").await.status, 200);
    assert_eq!(code(&json(&mut sam, DATASET).await, "flags", "filtering-plan", ""), "yes", "somebody took the plan away");
    let cookie = sam.cookie.unwrap();
    let said = tokio::task::spawn_blocking(move || real::journey("board.py", &running, &[&cookie])).await.unwrap();
    if let Some(said) = said {
        println!("{said}");
    }
}
