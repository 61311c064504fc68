//! Disclosures (issue 7; standards H6 to H21, Z1 to Z10): the way of a case, what stops it, who sees it, what the log says of it, and what
//! leaves the house, checked by the independent verifier. The part with the verifier needs Python and `cryptography`.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::support::World;
use crate::support::client::get;
use lifeguard::admin::{Act, DoorSettings, Happened, Happenings, Role};
use lifeguard::credential::OneTimeKey;
use lifeguard::ports::{Clock, LogFault};
use lifeguard::record::EventKind;
use std::collections::BTreeMap;
use std::io::Read;
use std::process::Command;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

type Form = BTreeMap<&'static str, String>;

/// A notice that has everything.
fn notice() -> Form {
    form(&[
        ("law", "ipa"),
        ("asker_body", "Riverside Police"),
        ("asker_name", "Ann Lee"),
        ("asker_rank", "Detective Constable"),
        ("asker_contact", "020 7946 0000, ann@force.test"),
        ("reference", "COMM/2025/17"),
        ("authority", "OCDA"),
        ("authority_rank", "Authorising officer"),
        ("dated", "2025-11-20"),
        ("due", "2025-12-01"),
        ("about", "visits of kim to x.test"),
        ("why", "a serious crime"),
        ("wording", "You are required to give the visits of kim to x.test on 20 November."),
        ("kept", "the safe, folder 3"),
    ])
}

fn with(mut form: Form, more: &[(&'static str, &str)]) -> Form {
    form.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    form
}

fn call_back(case: &str, number: &str, at: &str, answer: &str) -> Form {
    form(&[
        ("case", case),
        ("deed", "call"),
        ("call_number", number),
        ("call_found", "the force's own site"),
        ("call_spoke", "control room, Sgt Hill"),
        ("call_at", at),
        ("call_answer", answer),
    ])
}

fn scope(case: &str) -> Form {
    let span = [("from", "2025-11-20T00:00"), ("to", "2025-11-21T00:00")];
    with(form(&[("case", case), ("deed", "scope"), ("persons", "kim"), ("host", "x.test")]), &span)
}

fn deed(case: &str, deed: &str, more: &[(&'static str, &str)]) -> Form {
    with(form(&[("case", case), ("deed", deed)]), more)
}

/// Puts the notice into a case.
async fn put_in(officer: &mut Browser, case: &str, notice: &[u8]) {
    let put = officer.upload("/disclosures/paper", &[("case", case), ("paper_role", "notice")], &[("paper", "notice.pdf", notice)]).await;
    assert_eq!(put.status, 303, "{}", put.text);
}

const STEP: &str = "/disclosures/step";
const DECIDE: &str = "/disclosures/decide";

async fn open(officer: &mut Browser, notice: &Form) -> String {
    officer.get("/disclosures/new").await;
    let made = officer.post("/disclosures/new", notice).await;
    assert_eq!(made.status, 303, "{}", made.text);
    made.location().strip_prefix("/disclosures/case?case=").unwrap().to_owned()
}

fn is_faulty(answer: &Answer, fields: &[&str]) {
    assert_eq!(answer.status, 422, "{}", answer.text);
    for field in fields {
        assert!(answer.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", answer.text);
    }
    assert_eq!(answer.text.matches("class=\"faulty\"").count(), fields.len(), "{}", answer.text);
}

struct People {
    admin: Browser,
    first: Browser,
    second: Browser,
    lead: Browser,
    keys: Vec<(&'static str, OneTimeKey)>,
}

async fn people(scene: &Scene) -> People {
    let (mut admin, _) = scene.administrator().await;
    let (first, first_key) = scene.person(&mut admin, "dot", Role::DisclosureOfficer).await;
    let (second, second_key) = scene.person(&mut admin, "dan", Role::DisclosureOfficer).await;
    let (lead, lead_key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let keys = vec![("dot", first_key.unwrap()), ("dan", second_key.unwrap()), ("sam", lead_key.unwrap())];
    People { admin, first, second, lead, keys }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_its_way_with_two_persons_and_one_file() {
    let scene = Scene::start().await;
    let People { mut first, mut second, mut lead, .. } = people(&scene).await;
    let case = open(&mut first, &notice()).await;
    let path = format!("/disclosures/case?case={case}");
    // Nothing may be given before somebody has called back, on a number that is not theirs, and got a yes.
    assert_eq!(first.post(STEP, &scope(&case)).await.status, 409);
    let theirs = first.post(STEP, &call_back(&case, "+44 (0)20 7946 0000", "2025-11-21T10:00", "yes")).await;
    is_faulty(&theirs, &["call_number"]);
    assert!(theirs.text.contains("the force&#x27;s own site") || theirs.text.contains("the force's own site"), "what was typed comes back");
    let long = with(call_back(&case, "101", "2025-11-21T10:00", "yes"), &[("call_found", &"long ".repeat(600)), ("call_spoke", "")]);
    let long = first.post(STEP, &long).await;
    is_faulty(&long, &["call_found", "call_spoke"]);
    let of = |field: &str| long.between(&format!("id=\"{field}-fault\">"), "<").unwrap_or_default().to_owned();
    assert_eq!([of("call_found"), of("call_spoke")], ["this is too long", "this has to be filled in"]);
    is_faulty(&first.post(STEP, &call_back(&case, "", "2035-01-01T00:00", "perhaps")).await, &["call_number", "call_at", "call_answer"]);
    assert_eq!(first.post(STEP, &call_back(&case, "101", "2025-11-21T10:00", "no")).await.status, 303);
    assert_eq!(first.post(STEP, &scope(&case)).await.status, 409, "they did not confirm it");
    assert_eq!(first.post(STEP, &call_back(&case, "101", "2025-11-21T11:00", "yes")).await.status, 303);
    // The scope, and the hold at once.
    is_faulty(&first.post(STEP, &with(scope(&case), &[("persons", ""), ("host", "")])).await, &["persons"]);
    let bad = [("addresses", "10.0.0.300"), ("host", "x.test/page"), ("to", "2025-11-19T00:00")];
    is_faulty(&first.post(STEP, &with(scope(&case), &bad)).await, &["addresses", "host", "to"]);
    is_faulty(&first.post(STEP, &with(scope(&case), &[("to", "2026-01-01T00:00")])).await, &["to"]);
    assert!(scene.works.disclosures.holds.lock().unwrap().is_empty(), "what is refused holds nothing");
    assert_eq!(first.post(STEP, &scope(&case)).await.status, 303);
    assert_eq!(scene.works.disclosures.holds.lock().unwrap().len(), 1);
    // Release: never by whoever worked on it, nor by somebody who was not asked.
    assert_eq!(first.post(DECIDE, &with(form(&[("case", &case)]), &[("decision", "release"), ("decision_words", "x")])).await.status, 409);
    let early = first.post(STEP, &deed(&case, "ask", &[("asked_of", "sam"), ("no_notice", "in a hurry")])).await;
    assert!(early.status == 422 && early.text.contains("The notice is not in the case yet"), "{}", early.text);
    put_in(&mut first, &case, b"%PDF-1.7 of the police").await;
    is_faulty(&first.post(STEP, &deed(&case, "ask", &[("asked_of", "dot")])).await, &["asked_of"]);
    is_faulty(&first.post(STEP, &deed(&case, "ask", &[("asked_of", "robin")])).await, &["asked_of"]);
    assert_eq!(lead.get(&path).await.status, 404, "not asked yet");
    assert_eq!(first.post(STEP, &deed(&case, "ask", &[("asked_of", "sam")])).await.status, 303);
    assert_eq!(first.post(STEP, &deed(&case, "bundle", &[("given", "DC Lee")])).await.status, 409, "not released");
    let yes = with(form(&[("case", &case)]), &[("decision", "release"), ("decision_words", "read the notice, fits")]);
    assert_eq!(first.post(DECIDE, &yes).await.status, 409);
    assert_eq!(second.post(DECIDE, &yes).await.status, 409, "somebody else was asked");
    let page = lead.get(&path).await;
    assert!(page.text.contains("You are the second person") && page.text.contains("You are required to give"), "{}", page.text);
    assert!(!page.text.contains("Sealed record"), "the lead decides; the record is the officers'");
    is_faulty(&lead.post(DECIDE, &form(&[("case", &case)])).await, &["decision", "decision_words"]);
    assert_eq!(lead.post(DECIDE, &yes).await.status, 303);
    // One file, the same ever after.
    is_faulty(&first.post(STEP, &deed(&case, "bundle", &[])).await, &["given"]);
    let file = first.post(STEP, &deed(&case, "bundle", &[("given", "DC Lee, in person")])).await;
    assert_eq!((file.status, file.field("content-type")), (200, Some("application/zip")), "{}", file.text);
    assert!(file.field("content-disposition").unwrap().contains("attachment") && file.text.contains("\"kim\""), "{}", file.text);
    first.get(&path).await;
    assert_eq!(second.post(STEP, &deed(&case, "bundle", &[])).await.text, file.text);
    assert_eq!(first.post(STEP, &scope(&case)).await.status, 409, "more needs a new notice");
    assert_eq!(first.post(STEP, &deed(&case, "refuse", &[("refuse_because", "late")])).await.status, 409);
    is_faulty(&first.post(STEP, &deed(&case, "close", &[])).await, &["outcome"]);
    assert_eq!(first.post(STEP, &deed(&case, "close", &[("outcome", "receipt came"), ("let_go", "yes")])).await.status, 303);
    assert!(scene.works.disclosures.holds.lock().unwrap().is_empty());
    let page = first.get(&path).await;
    let sum = lifeguard::record::chain::ChainValue::digest(file.text.as_bytes()).to_string();
    assert!(page.text.contains(&sum) && page.text.contains("receipt came") && !page.text.contains("CHANGED"), "{}", page.text);
    // The sealed record, and nothing but its hashes in the log.
    let acts = scene.acts();
    let sealed: Vec<_> = acts.iter().filter(|(_, act)| act.did == "a sealed case").collect();
    for (kind, act) in &sealed {
        assert!(act.who.is_empty() && act.role.is_empty() && act.purpose.is_empty() && act.query.len() == 64, "{kind:?} {act:?}");
    }
    let count = |kind| sealed.iter().filter(|(one, _)| *one == kind).count();
    assert_eq!((count(EventKind::DisclosureOpened), count(EventKind::DisclosureReleased), count(EventKind::DisclosureRefused)), (1, 1, 0));
    assert!(sealed.iter().filter(|(_, act)| page.text.contains(&act.query[..16])).count() >= 8, "the record shows the hashes of the log");
    let log = format!("{acts:?}");
    for secret in ["COMM/2025/17", "kim", "x.test", "Riverside Police", "receipt came"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_worked_on_a_case_never_releases_it_though_others_did_the_same_work_again() {
    let scene = Scene::start().await;
    let People { mut first, mut second, mut lead, .. } = people(&scene).await;
    let ask = |case: &str, of: &str| deed(case, "ask", &[("asked_of", of)]);
    // A scope that somebody else replaced.
    let case = open(&mut first, &notice()).await;
    assert_eq!(first.post(STEP, &call_back(&case, "101", "2025-11-21T11:00", "yes")).await.status, 303);
    second.get("/disclosures").await;
    assert_eq!(second.post(STEP, &scope(&case)).await.status, 303);
    assert_eq!(first.post(STEP, &scope(&case)).await.status, 303);
    put_in(&mut first, &case, b"%PDF-1.7 of the police").await;
    is_faulty(&first.post(STEP, &ask(&case, "dan")).await, &["asked_of"]);
    // A paper: the notice itself.
    let case = open(&mut first, &notice()).await;
    first.post(STEP, &call_back(&case, "101", "2025-11-21T11:00", "yes")).await;
    first.post(STEP, &scope(&case)).await;
    put_in(&mut second, &case, b"%PDF-1.7 of the police").await;
    is_faulty(&first.post(STEP, &ask(&case, "dan")).await, &["asked_of"]);
    // A wish that went back, and that somebody else had again. The second person who gave it back has not worked on it.
    let case = open(&mut first, &notice()).await;
    first.post(STEP, &call_back(&case, "101", "2025-11-21T11:00", "yes")).await;
    first.post(STEP, &scope(&case)).await;
    put_in(&mut first, &case, b"%PDF-1.7 of the police").await;
    assert_eq!(second.post(STEP, &ask(&case, "sam")).await.status, 303);
    let word = |decision: &str| with(form(&[("case", &case)]), &[("decision", decision), ("decision_words", "I have read it")]);
    lead.get("/disclosures").await;
    assert_eq!(lead.post(DECIDE, &word("back")).await.status, 303);
    is_faulty(&first.post(STEP, &ask(&case, "dan")).await, &["asked_of"]);
    // A case of before, in which whoever was asked had put in a paper: it is not released by them either.
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let asked = r#"json_set(state, '$.asked_of', 'dan', '$.asked', json('{"by":"dot","at":1,"words":""}'))"#;
    book.execute(&format!("UPDATE disclosure SET state = {asked} WHERE id = ?1"), [&case]).unwrap();
    assert!(!second.get(&format!("/disclosures/case?case={case}")).await.text.contains("You are the second person"));
    assert_eq!(second.post(DECIDE, &word("release")).await.status, 409);
    book.execute("UPDATE disclosure SET state = json_set(state, '$.asked', NULL) WHERE id = ?1", [&case]).unwrap();
    assert_eq!(first.post(STEP, &ask(&case, "sam")).await.status, 303);
    assert_eq!(lead.post(DECIDE, &word("release")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_learns_that_there_is_a_case_and_what_is_changed_later_is_seen() {
    let scene = Scene::start().await;
    let People { mut admin, mut first, mut lead, .. } = people(&scene).await;
    let case = open(&mut first, &notice()).await;
    let path = format!("/disclosures/case?case={case}");
    for number in [case.as_str(), "0", "-1", "99", "1 OR 1=1", "9223372036854775808", ""] {
        let there = lead.get(&format!("/disclosures/case?case={}", number.replace(' ', "+"))).await;
        let deed = first.post(STEP, &form(&[("case", if number == case { "77" } else { number }), ("deed", "close")])).await;
        assert_eq!((there.status, deed.status), (404, 404), "{number}: one that is not theirs and one that is not look alike");
    }
    assert_eq!(first.post(STEP, &deed(&case, "nonsense", &[])).await.status, 404);
    let decide = with(form(&[("case", &case)]), &[("decision", "release"), ("decision_words", "x")]);
    assert_eq!(lead.post(DECIDE, &decide).await.status, 404);
    let list = lead.get("/disclosures").await;
    assert!(list.text.contains("no case that you may see") && !list.text.contains("Riverside Police"), "{}", list.text);
    assert_eq!(admin.get(&path).await.status, 403);
    assert!(!admin.get("/people").await.text.contains("Riverside Police"));
    assert!(!lead.get("/dashboard").await.text.contains("D-1"));
    // What cannot be recorded is not done.
    first.get(&path).await;
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(first.post(STEP, &deed(&case, "refuse", &[("refuse_because", "no")])).await.status, 503);
    assert_eq!(first.get(&path).await.status, 503, "nobody looks unrecorded");
    scene.log.break_down(None);
    assert!(first.get(&path).await.text.contains("Being worked on"));
    // Somebody with the file changes what was done: the hash of the log is another.
    let file = scene.folder.path().join("console/console.sqlite");
    let book = rusqlite::Connection::open(&file).unwrap();
    book.execute("UPDATE sealed SET act = replace(act, 'dot', 'dan') WHERE disclosure = ?1", [&case]).unwrap();
    assert!(first.get(&path).await.text.contains("CHANGED"), "it is seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_ground_has_its_fields_and_what_has_no_ground_can_only_be_refused() {
    let scene = Scene::start().await;
    let People { mut first, mut second, mut lead, keys, .. } = people(&scene).await;
    first.get("/disclosures/new").await;
    let none = first.post("/disclosures/new", &form(&[])).await;
    is_faulty(&none, &["law"]);
    for (law, fields) in
        [("ipa", 13), ("court-order", 10), ("dpa-crime", 13), ("dpa-legal", 10), ("vital", 8), ("internal", 11), ("ripa", 3), ("none", 3)]
    {
        let empty = first.post("/disclosures/new", &form(&[("law", law)])).await;
        assert_eq!((empty.status, empty.text.matches("class=\"faulty\"").count()), (422, fields), "{law}: {}", empty.text);
    }
    let bad = with(notice(), &[("dated", "2031-01-01"), ("due", "soon"), ("why", &"x".repeat(6001))]);
    is_faulty(&first.post("/disclosures/new", &bad).await, &["dated", "due", "why"]);
    assert!(first.get("/disclosures").await.text.contains("no case"), "nothing was opened");
    // No notice: it is on record, nothing may be given, and the refusal has a reason.
    let informal = form(&[("law", "none"), ("asker_body", "Riverside Police"), ("asker_name", "Ann"), ("about", "everything of kim")]);
    let case = open(&mut first, &informal).await;
    assert_eq!(first.post(STEP, &call_back(&case, "101", "2025-11-21T11:00", "yes")).await.status, 303);
    assert_eq!(first.post(STEP, &scope(&case)).await.status, 409);
    is_faulty(&first.post(STEP, &deed(&case, "refuse", &[("refuse_because", " ")])).await, &["refuse_because"]);
    assert_eq!(first.post(STEP, &deed(&case, "refuse", &[("refuse_because", "no notice")])).await.status, 303);
    let page = first.get(&format!("/disclosures/case?case={case}")).await;
    assert!(page.text.contains("no notice") && page.text.contains("Refused"), "{}", page.text);
    assert!(scene.acts().iter().any(|(kind, _)| *kind == EventKind::DisclosureRefused));
    // Danger to life: without a notice at first, and not closed without it.
    let urgent = with(notice(), &[("law", "vital"), ("reference", ""), ("advice", "council's lawyer, 9:00, give it")]);
    let case = open(&mut first, &urgent).await;
    first.post(STEP, &call_back(&case, "101", "2025-11-21T11:00", "yes")).await;
    first.post(STEP, &scope(&case)).await;
    is_faulty(&first.post(STEP, &deed(&case, "ask", &[("asked_of", "dan")])).await, &["no_notice"]);
    let hurry = deed(&case, "ask", &[("asked_of", "dan"), ("no_notice", "a child is on a bridge")]);
    assert_eq!(first.post(STEP, &hurry).await.status, 303);
    assert!(second.get(&format!("/disclosures/case?case={case}")).await.text.contains("a child is on a bridge"));
    assert!(lead.get("/disclosures").await.text.contains("no case"), "the other officer was asked, not the lead");
    second.get("/disclosures").await;
    let back = with(form(&[("case", &case)]), &[("decision", "back"), ("decision_words", "the wrong day")]);
    assert_eq!(second.post(DECIDE, &back).await.status, 303);
    assert_eq!(first.post(STEP, &with(scope(&case), &[("from", "2025-11-20T12:00")])).await.status, 303);
    assert_eq!(scene.works.disclosures.holds.lock().unwrap().len(), 1, "the hold of the old scope is over");
    first.post(STEP, &hurry).await;
    let yes = with(form(&[("case", &case)]), &[("decision", "release"), ("decision_words", "fits")]);
    assert_eq!(second.post(DECIDE, &yes).await.status, 303);
    assert_eq!(first.post(STEP, &deed(&case, "bundle", &[("given", "DC Lee")])).await.status, 200);
    is_faulty(&first.post(STEP, &deed(&case, "close", &[("outcome", "found safe")])).await, &["late_reference"]);
    let close = deed(&case, "close", &[("outcome", "found safe"), ("late_reference", "COMM/2025/18")]);
    let early = first.post(STEP, &close).await;
    assert!(early.status == 422 && early.text.contains("it had to follow"), "{}", early.text);
    put_in(&mut first, &case, b"The notice that follows.").await;
    assert_eq!(first.post(STEP, &close).await.status, 303);
    assert_eq!(scene.works.disclosures.holds.lock().unwrap().len(), 1, "nobody said that it goes");
    // A time that is over is said.
    let late = open(&mut first, &with(notice(), &[("due", "2025-11-25")])).await;
    scene.clock.advance(3 * 24 * 3600 * 1_000_000);
    let (_, key) = keys.into_iter().next().unwrap();
    let code = scene.code(&key);
    assert_eq!(first.sign_in("dot", crate::console_support::PASSWORD, &code).await.status, 303);
    assert!(first.get("/disclosures").await.text.contains("2025-11-25 (too late)"), "{late}");
    assert!(scene.clock.now().wall.0 > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hostile_in_a_notice_is_only_text_and_the_audit_shows_a_sealed_case() {
    let bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}";
    let sealed = Act { did: "a sealed case".into(), query: "ab".repeat(32), action: "disclose".into(), ..Act::default() };
    let event = Happened {
        sequence: 7,
        time: "2025-11-24T10:00:00.000000Z".into(),
        kind: EventKind::DisclosureOpened,
        peer: String::new(),
        text: sealed.text(),
    };
    let acts = Happenings { events: vec![event], ..Happenings::default() };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), acts, DoorSettings::default()).await;
    let People { mut first, mut lead, .. } = people(&scene).await;
    let hostile = ["asker_body", "asker_name", "reference", "about", "wording", "kept"].map(|name| (name, bad));
    let case = open(&mut first, &with(notice(), &hostile)).await;
    let named = call_back(&case, "101 <script>", "2025-11-21T11:00", "yes");
    first.post(STEP, &with(named, &[("call_found", bad), ("call_spoke", bad)])).await;
    assert_eq!(first.post(STEP, &with(scope(&case), &[("persons", bad)])).await.status, 303);
    for page in [first.get("/disclosures").await, first.get(&format!("/disclosures/case?case={case}")).await] {
        assert!(page.text.contains("&lt;script&gt;") && !page.text.contains("<script") && !page.text.contains("<img"), "{}", page.text);
        assert!(page.text.len() < 100_000);
    }
    let audit = lead.get("/audit").await.text;
    assert!(audit.contains("a sealed case") && audit.contains("disclosure-opened"), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_names_nobody_and_says_nothing_of_what_is_sealed_from_whoever_reads_it() {
    let act = |who: &str, did: &str, purpose: &str, query: &str| {
        let [who, did, purpose, query] = [who, did, purpose, query].map(str::to_owned);
        Act { who, did, purpose, query, action: "x".into(), ..Act::default() }
    };
    // As older programs wrote them down.
    let acts = [
        act("ivy", "made E-1: closes everything for the person kim, 30 minutes (/exceptions/new)", "", ""),
        act("ivy", "asked in which group somebody is (/policy/groups/who)", "a call", "kim"),
        act("sam", "took incident 1 away for social care as csv, SHA-256 0123 (/incidents/file)", "what ada did to lee", ""),
        act("sam", "revealed whom and what incident 1 is about (/incidents/reveal)", "to report ada", ""),
        act("dot", "asked how many there are: 3 (/log/found)", "for D-1", "person person-00000-00000"),
        act("dot", "read the record 7 (/log/record)", "as comm/2025/17 asks", "the seventh"),
        act("dot", "read the record 8 (/log/record)", "a parent asked", "the eighth"),
    ];
    let event = |(sequence, act): (u64, &Act)| Happened {
        sequence,
        time: "2025-11-24T10:00:00.000000Z".into(),
        kind: EventKind::ConsoleLookUp,
        peer: String::new(),
        text: act.text(),
    };
    let acts = Happenings { events: (1..).zip(&acts).map(event).collect(), ..Happenings::default() };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), acts, DoorSettings::default()).await;
    let People { mut admin, mut first, mut lead, .. } = people(&scene).await;
    let (mut auditor, _) = scene.person(&mut admin, "ada", Role::Auditor).await;
    let (mut it, _) = scene.person(&mut admin, "ivy", Role::It).await;
    open(&mut first, &notice()).await;
    lead.get("/incidents/new").await;
    assert_eq!(lead.post("/incidents/new", &form(&[("what", "x"), ("severity", "1")])).await.status, 303);
    let page = auditor.get("/audit").await.text;
    assert!(page.contains("incident 1") && page.contains("what ada did to lee"), "it is not sealed yet: {page}");
    lead.get("/incidents/show?id=1").await;
    assert_eq!(lead.post("/incidents/change", &form(&[("id", "1"), ("deed", "seal"), ("seal_from", "ada")])).await.status, 303);
    let (auditors, leads) = (auditor.get("/audit").await.text, lead.get("/audit").await.text);
    for (who, page) in [("auditor", &auditors), ("lead", &leads)] {
        for secret in ["kim", "D-1", "comm/2025/17", "person-00000", "the seventh"] {
            assert!(!page.contains(secret), "{who}: {secret}: {page}");
        }
        for plain in ["for one person, 30 minutes", "read the record 7", "a parent asked", "the eighth", "a sealed case"] {
            assert!(page.contains(plain), "{who}: {plain}: {page}");
        }
    }
    for secret in ["incident 1", "ada did", "report ada", "0123"] {
        assert!(!auditors.contains(secret) && leads.contains(secret), "{secret}: {auditors}");
    }
    // What is written down from now on has no name either.
    it.get("/exceptions/new").await;
    let fields = [("kind", "suspend"), ("whom", "person"), ("who", "kim"), ("minutes", "30"), ("because", "a call")];
    assert_eq!(it.post("/exceptions/new", &form(&fields)).await.status, 303);
    it.get("/policy/groups/who").await;
    it.post("/policy/groups/who", &form(&[("who", "kim"), ("because", "a call")])).await;
    let acts = format!("{:?}", scene.acts());
    assert!(acts.contains("for one person, 30 minutes") && acts.contains("asked in which group") && !acts.contains("kim"), "{acts}");
}

/// A notice: to whoever reads it as HTML it would be a page.
const NOTICE: &[u8] = b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF\n";

/// What a ZIP holds under this name.
fn inside(zip: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let mut out = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut out).unwrap();
    out
}

/// The file, once its records are signed: heads are signed once a minute.
async fn handed_over(browser: &Browser, fields: &Form) -> Vec<u8> {
    for _ in 0..90 {
        if let Some(zip) = sent(browser, fields).await {
            return zip;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    panic!("it is not handed over");
}

/// The bytes of an answer, which are no text; `None`: it is a page.
async fn sent(browser: &Browser, fields: &Form) -> Option<Vec<u8>> {
    let mut out = form_urlencoded::Serializer::new(String::new());
    let body = out.extend_pairs(fields).append_pair("token", &browser.token).finish();
    let head = format!(
        "POST {STEP} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: close\r\nCookie: {1}\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {2}\r\n\r\n{body}",
        browser.address,
        browser.cookie.as_deref().unwrap(),
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(browser.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    let at = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&all[..at]).into_owned();
    if head.starts_with("HTTP/1.1 409") {
        return None;
    }
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("application/zip"), "{}", String::from_utf8_lossy(&all));
    Some(all.split_off(at + 4))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_is_the_scope_and_no_more_and_a_stranger_can_check_it() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut first = running.person(&mut admin, "dot", "disclosure-officer").await;
    let mut second = running.person(&mut admin, "dan", "disclosure-officer").await;
    let mut it = running.person(&mut admin, "ivy", "it").await;
    for path in ["/one", "/two"] {
        get(running.proxy, &world.address("asked.test", path));
        get(running.proxy, &world.address("other.test", path));
    }
    get(running.proxy, &world.address("blocked.test", "/"));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let now = jiff::Timestamp::now();
    let at = |time: jiff::Timestamp| time.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let case = open(&mut first, &with(notice(), &[("due", "2099-01-01")])).await;
    let called = call_back(&case, "101", "2025-11-21T10:00", "yes");
    assert_eq!(first.post(STEP, &called).await.status, 303);
    let span = [("from", at(now - jiff::SignedDuration::from_hours(1))), ("to", at(now))];
    let mut asked = deed(&case, "scope", &[("addresses", "127.0.0.1"), ("host", "asked.test")]);
    asked.extend(span);
    let set = first.post(STEP, &asked).await;
    assert_eq!(set.status, 303, "{}", set.text);
    let page = first.get(set.location()).await;
    put_in(&mut first, &case, NOTICE).await;
    assert!(page.text.contains("<dd>2</dd>") && page.text.contains("&quot;host&quot;:&quot;asked.test&quot;"), "{}", page.text);
    assert_eq!(first.post(STEP, &deed(&case, "ask", &[("asked_of", "dan")])).await.status, 303);
    second.get("/disclosures").await;
    let yes = with(form(&[("case", &case)]), &[("decision", "release"), ("decision_words", "fits")]);
    assert_eq!(second.post(DECIDE, &yes).await.status, 303);
    // IT sees a hold and an export, and not of whom.
    let holds = world.command(&["logs", "hold", "list", "--json"]);
    let holds = String::from_utf8_lossy(&holds.stdout).into_owned();
    assert!(holds.contains("a sealed case") && !holds.contains("asked.test") && !holds.contains("127.0.0.1"), "{holds}");
    assert_eq!(it.get(&format!("/disclosures/case?case={case}")).await.status, 403);
    // The newest records are signed when the log is closed.
    drop(running);
    let running = real::start(&config);
    for browser in [&mut first, &mut second] {
        browser.address = running.console;
        browser.origin = Some(format!("http://{}", running.console));
    }
    let page = first.get(&format!("/disclosures/case?case={case}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let given = deed(&case, "bundle", &[("given", "DC Lee, in person")]);
    let zip = handed_over(&first, &given).await;
    assert_eq!(sent(&first, &given).await.as_ref(), Some(&zip), "the same bytes again");
    let evidence = inside(&zip, "evidence.jsonl");
    let text = String::from_utf8(evidence.clone()).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("{\"kind\":\"row\"")).collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows.iter().all(|row| row.contains("asked.test")) && !text.contains("other.test") && !text.contains("blocked.test"), "{text}");
    let page = first.get(&format!("/disclosures/case?case={case}")).await;
    assert!(page.text.contains(&lifeguard::record::chain::ChainValue::digest(&zip).to_string()), "{}", page.text);
    let exports = std::fs::read_to_string(world.folder.path().join("log/exports.log")).unwrap();
    assert!(exports.contains("a sealed case") && !exports.contains("asked.test") && !exports.contains("127.0.0.1"), "{exports}");
    let events = world.command(&["logs", "search", "--events", "--json", "--limit", "1000"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert!(events.contains("disclosure-released") && events.contains("a sealed case"), "{events}");
    let of_the_case = events.lines().filter(|line| line.contains("a sealed case")).collect::<String>();
    for secret in ["asked.test", "COMM/2025", "dot", "dan", "127.0.0.1"] {
        assert!(!of_the_case.contains(secret), "{secret}: {of_the_case}");
    }
    verify(&zip);
    backed_up(&world);
}

/// A backup carries the papers, and whoever puts it into an empty folder has them.
fn backed_up(world: &World) {
    let (file, out) = (world.folder.path().join("all.backup"), tempfile::tempdir().unwrap());
    let made = world.command(&["backup", file.to_str().unwrap()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let into = out.path().join("new");
    let put = world.command(&["restore", file.to_str().unwrap(), "--into", into.to_str().unwrap()]);
    assert!(put.status.success(), "{}", String::from_utf8_lossy(&put.stderr));
    let books = ["var/console/console.sqlite", "console/console.sqlite"].map(|book| into.join(book));
    let book = rusqlite::Connection::open(books.iter().find(|book| book.exists()).unwrap()).unwrap();
    let found: (String, Vec<u8>) = book.query_row("SELECT name, content FROM paper", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(found, ("notice.pdf".to_owned(), NOTICE.to_vec()));
}

/// The verifier of the bundle itself accepts it, and refuses it with one byte changed.
fn verify(zip: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["evidence.jsonl", "verify_evidence.py", "README.txt", "notice-1.pdf"] {
        std::fs::write(folder.path().join(name), inside(zip, name)).unwrap();
    }
    let readme = std::fs::read_to_string(folder.path().join("README.txt")).unwrap();
    assert!(readme.contains("Requests:                 2") && !readme.contains('{'), "{readme}");
    assert_eq!(inside(zip, "notice-1.pdf"), NOTICE);
    let sum = lifeguard::record::chain::ChainValue::digest(NOTICE).to_string();
    assert!(readme.contains(&sum) && String::from_utf8(inside(zip, "evidence.jsonl")).unwrap().contains(&sum), "{readme}");
    let Some(python) = crate::console_support::python::with("cryptography", "python3-cryptography") else { return };
    let run = || Command::new(python).arg("verify_evidence.py").arg("evidence.jsonl").current_dir(folder.path()).output().unwrap();
    let good = run();
    assert!(good.status.success(), "{}{}", String::from_utf8_lossy(&good.stdout), String::from_utf8_lossy(&good.stderr));
    let said = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(said.contains("papers under which they were given") && said.contains("notice-1.pdf"), "{said}");
    let paper = folder.path().join("notice-1.pdf");
    std::fs::write(&paper, "another notice").unwrap();
    assert!(!run().status.success(), "another notice is refused");
    std::fs::remove_file(&paper).unwrap();
    let without = run();
    let said = String::from_utf8_lossy(&without.stdout).into_owned();
    assert!(without.status.success() && said.contains("not compared: notice-1.pdf"), "{said}");
    let path = folder.path().join("evidence.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("asked.test", "other.test", 1)).unwrap();
    assert!(!run().status.success(), "a changed row is refused");
}

/// The way of a case and a review in Chromium, at the width of a desk and of a phone, with script and without.
#[test]
fn a_case_and_a_review_in_chromium() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = real::sample(folder.path());
    let running = real::start(&path);
    let Some(said) = real::journey("evidence.py", &running, &[]) else { return };
    println!("{said}");
    assert!(said.contains("\"looked\""), "{said}");
}
