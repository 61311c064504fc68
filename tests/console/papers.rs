//! Papers of a case of disclosure (standards H6, H12, H15): the notice is kept as it came, given only to whoever may see the case and never
//! as a page; nothing of a file is read before the door is passed; what is hostile, cut off or too large leaves nothing behind.

use crate::console_support::real::form;
use crate::console_support::{Answer, BOUNDARY, Browser, Scene, parts};
use lifeguard::admin::{DoorSettings, Happenings, Role};
use lifeguard::ports::LogFault;
use lifeguard::record::EventKind;
use lifeguard::record::chain::ChainValue;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PAPER: &str = "/disclosures/paper";
const STEP: &str = "/disclosures/step";
const PDF: &[u8] = b"%PDF-1.7\n<html><script>alert(1)</script><svg onload=alert(1)>\n%%EOF\n";
const MB: usize = 1024 * 1024;

async fn officer(scene: &Scene, admin: &mut Browser, name: &str) -> Browser {
    scene.person(admin, name, Role::DisclosureOfficer).await.0
}

/// A case of this ground; its number.
async fn open(officer: &mut Browser, law: &str) -> String {
    officer.get("/disclosures/new").await;
    let notice = form(&[
        ("law", law),
        ("asker_body", "Riverside Police"),
        ("asker_name", "Ann Lee"),
        ("asker_rank", "Detective Constable"),
        ("asker_contact", "020 7946 0000"),
        ("reference", "COMM/2025/17"),
        ("authority", "OCDA"),
        ("authority_rank", "Authorising officer"),
        ("dated", "2025-11-20"),
        ("due", "2025-12-01"),
        ("about", "visits"),
        ("why", "a serious crime"),
        ("wording", "You are required to give the visits."),
        ("kept", "the safe"),
        ("advice", "a lawyer, yes"),
    ]);
    let made = officer.post("/disclosures/new", &notice).await;
    assert_eq!(made.status, 303, "{}", made.text);
    made.location().strip_prefix("/disclosures/case?case=").unwrap().to_owned()
}

async fn put(officer: &mut Browser, case: &str, role: &str, (name, bytes): (&str, &[u8])) -> Answer {
    officer.upload(PAPER, &[("case", case), ("paper_role", role)], &[("paper", name, bytes)]).await
}

/// How many papers the console's file holds.
fn kept(scene: &Scene) -> i64 {
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    book.query_row("SELECT count(*) FROM paper", [], |row| row.get(0)).unwrap()
}

fn path(case: &str, paper: &str) -> String {
    format!("/disclosures/paper/file?case={case}&paper={paper}")
}

/// Called back and with a scope: the next thing is to ask for the release.
async fn scoped(officer: &mut Browser, case: &str) {
    let call = [("call_number", "101"), ("call_found", "its site"), ("call_spoke", "Sgt Hill"), ("call_at", "2025-11-21T10:00")];
    let call = form(&[&call[..], &[("case", case), ("deed", "call"), ("call_answer", "yes")]].concat());
    assert_eq!(officer.post(STEP, &call).await.status, 303);
    let span = [("from", "2025-11-20T00:00"), ("to", "2025-11-21T00:00")];
    let scope = form(&[&span[..], &[("case", case), ("deed", "scope"), ("persons", "kim")]].concat());
    assert_eq!(officer.post(STEP, &scope).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_kept_as_it_came_and_given_to_whoever_may_see_the_case_and_never_as_a_page() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let mut first = officer(&scene, &mut admin, "dot").await;
    let mut second = officer(&scene, &mut admin, "dan").await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let case = open(&mut first, "ipa").await;
    let page = first.get(&format!("/disclosures/case?case={case}")).await;
    assert!(page.text.contains("enctype=\"multipart/form-data\"") && page.text.contains("type=\"file\""), "{}", page.text);
    assert_eq!(page.text.matches("enctype").count(), 1, "one form takes a file");
    let token = page.text.split("enctype").nth(1).unwrap();
    assert!(token.find("name=\"token\"").unwrap() < token.find("type=\"file\"").unwrap(), "the token comes first");
    assert_eq!(put(&mut first, &case, "notice", ("Notice (1).pdf", PDF)).await.status, 303);
    let mail = b"From: ann@force.test\r\nDate: Thu, 20 Nov 2025 10:00:00 +0000\r\n\r\nWe extend it.\r\n";
    second.get(&format!("/disclosures/case?case={case}")).await;
    assert_eq!(put(&mut second, &case, "amendment", ("again.eml", mail)).await.status, 303);
    assert_eq!(put(&mut second, &case, "advice", ("lawyer.txt", b"Privileged: give it.")).await.status, 303);
    let page = second.get(&format!("/disclosures/case?case={case}")).await;
    for shown in ["Notice (1).pdf", &ChainValue::digest(PDF).to_string(), "Legal advice 3", "<td data-name=\"Kind\">EML</td>", ", dan"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert!(page.text.contains("put paper 2 into D-1: amendment, eml, 78 bytes"), "the sealed record has it: {}", page.text);
    let again = put(&mut second, &case, "notice", ("other.pdf", PDF)).await;
    assert!(again.status == 422 && again.text.contains("in the case already"), "{}", again.text);
    // To take away: the same bytes, and nothing that a browser would show.
    let file = first.get(&path(&case, "1")).await;
    assert_eq!((file.status, &file.bytes[..]), (200, PDF));
    assert_eq!(file.field("content-type"), Some("application/octet-stream"));
    assert_eq!(file.field("content-disposition"), Some("attachment; filename=\"D-1-notice-1.pdf\""), "a name of ours");
    assert_eq!(file.field("x-content-type-options"), Some("nosniff"));
    let policy = file.field("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';") && policy.ends_with("; sandbox"), "{policy}");
    for none in ["0", "4", "-1", "x", "1 OR 1", ""] {
        assert_eq!(first.get(&path(&case, &none.replace(' ', "+"))).await.status, 404, "{none}");
    }
    assert_eq!((first.get(&path("77", "1")).await.status, lead.get(&path(&case, "1")).await.status), (404, 404));
    assert_eq!((admin.get(&path(&case, "1")).await.status, admin.get(&path("77", "1")).await.status), (403, 403));
    assert_eq!(scene.browser().get(&path(&case, "1")).await.status, 303);
    // Whoever is asked to release it reads the notice; then nothing more is put in, and what leaves is the notice without the advice.
    scoped(&mut first, &case).await;
    assert_eq!(first.post(STEP, &form(&[("case", &case), ("deed", "ask"), ("asked_of", "sam")])).await.status, 303);
    assert_eq!(lead.get(&path(&case, "1")).await.bytes, PDF);
    assert_eq!(put(&mut first, &case, "amendment", ("late.txt", b"late")).await.status, 409, "what is looked at does not change");
    let yes = form(&[("case", &case), ("decision", "release"), ("decision_words", "fits")]);
    lead.get(&format!("/disclosures/case?case={case}")).await;
    assert_eq!(lead.post("/disclosures/decide", &yes).await.status, 303);
    let given = first.post(STEP, &form(&[("case", &case), ("deed", "bundle"), ("given", "DC Lee")])).await;
    assert!(
        given.text.contains(&format!("notice-1.pdf, {} bytes", PDF.len())) && given.text.contains("amendment-2.eml, 78"),
        "{}",
        given.text
    );
    assert!(!given.text.contains("advice"), "legal advice stays in the house: {}", given.text);
    let log = format!("{:?}", scene.acts());
    assert!(!log.contains("Notice (1)") && !log.contains(&ChainValue::digest(PDF).to_string()), "the log says nothing of it");
    let looked = scene.acts().iter().filter(|(kind, act)| *kind == EventKind::ConsoleLookUp && act.did == "a sealed case").count();
    assert!(looked >= 5, "each look is recorded: {looked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hostile_or_broken_or_too_large_leaves_nothing_behind() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let mut first = officer(&scene, &mut admin, "dot").await;
    let case = open(&mut first, "ipa").await;
    let case_page = format!("/disclosures/case?case={case}");
    first.get(&case_page).await;
    // By the first bytes, and not by the name.
    for bytes in
        [&b"<html><script>alert(1)</script>"[..], b" \n<svg xmlns='x' onload='x'/>", b"PK\x03\x04", b"MZ\x90\0\x03", b"GIF89a\x01\0"]
    {
        let answer = put(&mut first, &case, "notice", ("notice.pdf", bytes)).await;
        assert!(
            answer.status == 422 && answer.text.contains("id=\"paper-fault\"") && answer.text.contains("whatever its name"),
            "{}",
            answer.text
        );
    }
    for (name, role, bytes, fault) in
        [("", "notice", &b""[..], "paper"), ("x.pdf", "", PDF, "paper_role"), ("x.pdf", "receipt", PDF, "paper_role")]
    {
        let answer = put(&mut first, &case, role, (name, bytes)).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("id=\"{fault}-fault\"")), "{fault}: {}", answer.text);
    }
    assert_eq!(first.upload(PAPER, &[("case", &case), ("paper_role", "notice")], &[]).await.status, 422, "no file at all");
    let mut large = b"%PDF-1.7\n".to_vec();
    large.resize(11 * MB, b'x');
    let answer = put(&mut first, &case, "notice", ("notice.pdf", &large)).await;
    assert!(answer.status == 422 && answer.text.contains("Larger than 10 MB"), "a page that says so: {}", answer.text);
    // More than one, or something twice, or somebody else's case.
    let two = [("paper", "a.pdf", PDF), ("paper", "b.pdf", &b"%PDF-2"[..])];
    let fields = [("case", case.as_str()), ("paper_role", "notice")];
    assert_eq!(first.upload(PAPER, &fields, &two).await.status, 400);
    assert_eq!(first.upload(PAPER, &[&fields[..], &[("case", "2")]].concat(), &two[..1]).await.status, 400);
    assert_eq!(first.upload(PAPER, &[&fields[..], &[("token", "x")]].concat(), &two[..1]).await.status, 400);
    assert_eq!(first.upload(PAPER, &[("x", "y".repeat(20_000).as_str())], &two[..1]).await.status, 413);
    assert_eq!(put(&mut first, "77", "notice", ("a.pdf", PDF)).await.status, 404);
    // Bodies that are none.
    let body = parts(&[&[("token", first.token.as_str())], &fields[..]].concat(), &two[..1]);
    let head = |kind: &str| format!("POST {PAPER} HTTP/1.1\r\nContent-Type: {kind}\r\n");
    let good = format!("multipart/form-data; boundary={BOUNDARY}");
    for (kind, body, status) in [
        ("multipart/form-data; boundary=other", &body[..], 403),
        ("multipart/form-data", &body, 415),
        ("multipart/form-data; boundary=", &body, 415),
        (&format!("multipart/form-data; boundary={}", "b".repeat(71)), &body, 415),
        ("multipart/mixed; boundary=x", &body, 415),
        (&good, &body[..body.len() - BOUNDARY.len() - 8], 400),
        (&good, &body[..body.len() - 90], 400),
        (&good, &body[BOUNDARY.len()..], 403),
        (&good, b"", 403),
    ] {
        let answer = first.send(&head(kind), body).await;
        assert_eq!(answer.status, status, "{kind}, {} bytes: {}", body.len(), answer.text);
    }
    let elsewhere = format!("POST {STEP} HTTP/1.1\r\nContent-Type: {good}\r\n");
    assert_eq!(first.send(&elsewhere, &body).await.status, 415, "no other place takes it");
    // A connection that ends in the middle.
    let mut stream = TcpStream::connect(scene.address).await.unwrap();
    stream.write_all(first.head(&head(&good), body.len()).as_bytes()).await.unwrap();
    stream.write_all(&body[..body.len() - 60]).await.unwrap();
    drop(stream);
    // What cannot be recorded is not kept.
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(put(&mut first, &case, "notice", ("a.pdf", PDF)).await.status, 503);
    scene.log.break_down(None);
    assert_eq!(kept(&scene), 0);
    assert!(first.get(&case_page).await.text.contains("no paper here yet"));
    // Names are text: their last part, nothing hidden, not too long.
    let long = "n".repeat(300);
    for (at, name) in
        ["../../../etc/passwd", "a\u{202e}fdp.exe", "<img src=x onerror=alert(1)>", &long, "x%0d%0aSet-Cookie: a=b"].iter().enumerate()
    {
        assert_eq!(put(&mut first, &case, "notice", (name, format!("%PDF-{at}").as_bytes())).await.status, 303, "{name}");
    }
    let page = first.get(&case_page).await;
    assert!(page.text.contains(">passwd<") && page.text.contains("afdp.exe") && !page.text.contains("../"), "{}", page.text);
    assert!(!page.text.contains("<img") && !page.text.contains(&long) && page.text.contains(&"n".repeat(99)), "{}", page.text);
    assert_eq!(first.get(&path(&case, "3")).await.field("content-disposition"), Some("attachment; filename=\"D-1-notice-3.pdf\""));
    let smuggled = put(&mut first, &case, "notice", ("x\r\nX-Evil: 1\r\n\r\ny", b"%PDF-9")).await;
    assert_eq!((smuggled.status, kept(&scene)), (422, 5), "a name with lines in it makes no file: {}", smuggled.text);
    for at in 0..8 {
        put(&mut first, &case, "notice", ("more.pdf", format!("%PDF-more{at}").as_bytes())).await;
    }
    let full = put(&mut first, &case, "notice", ("more.pdf", b"%PDF-last")).await;
    assert!(full.status == 422 && full.text.contains("takes 8 papers") && kept(&scene) == 8, "{}", full.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_file_is_read_before_the_door_is_passed() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let mut first = officer(&scene, &mut admin, "dot").await;
    let (mut it, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let case = open(&mut first, "ipa").await;
    first.get("/account").await;
    let before = scene.acts().len();
    let token = |browser: &Browser| browser.token.clone();
    let good = token(&first);
    let elsewhere = Browser { origin: Some("http://evil.example".into()), ..first.clone() };
    let nobody = scene.browser();
    it.get("/account").await;
    let rows = [
        ("no token", first.clone(), String::new(), 403),
        ("a wrong token", first.clone(), "A".repeat(32), 403),
        ("a long token", first.clone(), "A".repeat(5000), 413),
        ("another's token", first.clone(), token(&it), 403),
        ("from elsewhere", elsewhere, good.clone(), 403),
        ("another role", it.clone(), token(&it), 403),
        ("nobody", nobody, good.clone(), 303),
    ];
    let head = format!("POST {PAPER} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n");
    for (what, browser, token, status) in rows {
        // Ten megabytes are promised, and only the beginning is sent: the answer does not wait for them.
        let body = parts(&[("token", &token), ("case", &case), ("paper_role", "notice")], &[("paper", "a.pdf", PDF)]);
        let mut stream = TcpStream::connect(scene.address).await.unwrap();
        stream.write_all(browser.head(&head, 10 * MB).as_bytes()).await.unwrap();
        stream.write_all(&body[..body.len() - BOUNDARY.len() - 20]).await.unwrap();
        let (mut answer, begun) = (Vec::new(), Instant::now());
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok() && begun.elapsed() < Duration::from_secs(20), "{what}");
        assert_eq!(Answer::read(&answer).status, status, "{what}");
    }
    // A token behind the file is none.
    let mut late = parts(&[("case", &case), ("paper_role", "notice")], &[("paper", "a.pdf", PDF)]);
    late.truncate(late.len() - BOUNDARY.len() - 6);
    late.extend(parts(&[("token", &good)], &[]));
    assert_eq!(first.send(&head, &late).await.status, 403);
    let threat = first.head(&head, 90 * MB).to_string();
    let mut stream = TcpStream::connect(scene.address).await.unwrap();
    stream.write_all(threat.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(Answer::read(&answer).status, 413);
    assert_eq!(kept(&scene), 0);
    let acts = &scene.acts()[before..];
    let count = |kind| acts.iter().filter(|(one, _)| *one == kind).count();
    assert_eq!((count(EventKind::ConsoleCrossSite), count(EventKind::ConsoleRefused)), (5, 1), "as for every form: {acts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_officers_at_once_both_put_theirs_in_and_a_slow_one_is_cut() {
    let scene = Scene::start_patient(Duration::from_secs(3)).await;
    let (mut admin, _) = scene.administrator().await;
    let mut first = officer(&scene, &mut admin, "dot").await;
    let mut second = officer(&scene, &mut admin, "dan").await;
    let case = open(&mut first, "ipa").await;
    second.get("/account").await;
    let (one, two) = (vec![b'a'; 4 * MB], vec![b'b'; 4 * MB]);
    let both = tokio::join!(put(&mut first, &case, "notice", ("a.txt", &one)), put(&mut second, &case, "notice", ("b.txt", &two)));
    assert_eq!((both.0.status, both.1.status, kept(&scene)), (303, 303, 2));
    let sizes = [first.get(&path(&case, "1")).await.bytes, first.get(&path(&case, "2")).await.bytes];
    assert!(sizes.iter().all(|bytes| bytes.len() == 4 * MB) && sizes[0] != sizes[1], "neither is lost or mixed");
    // Somebody begins and does not go on: they are cut, and whoever waited is served.
    let head = format!("POST {PAPER} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n");
    first.get("/account").await;
    let body = parts(&[("token", &first.token), ("case", &case), ("paper_role", "notice")], &[("paper", "a.pdf", PDF)]);
    let mut slow = TcpStream::connect(scene.address).await.unwrap();
    slow.write_all(first.head(&head, body.len()).as_bytes()).await.unwrap();
    slow.write_all(&body[..body.len() - 100]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(second.get("/account").await.status, 200, "everything else goes on");
    let begun = Instant::now();
    // It waits with its own file for so long as the first holds the room, and comes again if its own time is over by then.
    let mut status = 0;
    while status != 303 && begun.elapsed() < Duration::from_secs(30) {
        let mut again = second.clone();
        let came = tokio::spawn(async move { put(&mut again, "1", "notice", ("c.txt", b"third")).await.status }).await;
        status = came.unwrap_or(0);
    }
    assert_eq!((status, kept(&scene)), (303, 3));
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok() && !rest.starts_with(b"HTTP/1.1 303"), "{}", String::from_utf8_lossy(&rest));
    assert_eq!(kept(&scene), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_release_without_a_notice_but_for_a_reason_where_life_is_in_danger() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let mut first = officer(&scene, &mut admin, "dot").await;
    let mut second = officer(&scene, &mut admin, "dan").await;
    let case = open(&mut first, "court-order").await;
    scoped(&mut first, &case).await;
    let ask = |case: &str| form(&[("case", case), ("deed", "ask"), ("asked_of", "dan")]);
    put(&mut first, &case, "advice", ("l.txt", b"advice is no notice")).await;
    let page = first.get(&format!("/disclosures/case?case={case}")).await;
    assert!(page.text.contains("nothing is released without it") && !page.text.contains("id=\"asked_of\""), "{}", page.text);
    assert_eq!(first.post(STEP, &ask(&case)).await.status, 422);
    put(&mut first, &case, "notice", ("n.txt", b"By order of the court")).await;
    assert_eq!(first.post(STEP, &ask(&case)).await.status, 303);
    // A release that was asked for before papers were kept goes back.
    let file = scene.folder.path().join("console/console.sqlite");
    let book = rusqlite::Connection::open(&file).unwrap();
    assert!(book.execute("UPDATE paper SET name = 'x'", []).is_err() && book.execute("DELETE FROM paper", []).is_err(), "they stay");
    book.execute_batch("DROP TRIGGER paper_is_kept; DELETE FROM paper WHERE what = 'notice'").unwrap();
    second.get("/account").await;
    let say = |word| form(&[("case", case.as_str()), ("decision", word), ("decision_words", "looked")]);
    let no = second.post("/disclosures/decide", &say("release")).await;
    assert!(no.status == 422 && no.text.contains("Give it back"), "{}", no.text);
    assert_eq!(second.post("/disclosures/decide", &say("back")).await.status, 303);
    put(&mut first, &case, "notice", ("n.txt", b"By order of the court, again")).await;
    assert_eq!(first.post(STEP, &ask(&case)).await.status, 303);
    assert_eq!(second.post("/disclosures/decide", &say("release")).await.status, 303);
    // Somebody with the file changes the notice: it is neither given nor handed over, and both are said.
    book.execute_batch("DROP TRIGGER paper_stays; UPDATE paper SET content = x'2550' WHERE what = 'notice'").unwrap();
    let number: i64 = book.query_row("SELECT number FROM paper WHERE what = 'notice'", [], |row| row.get(0)).unwrap();
    let changed = first.get(&path(&case, &number.to_string())).await;
    assert!(changed.status == 409 && changed.text.contains("is not what was put in"), "{}", changed.text);
    let given = first.post(STEP, &form(&[("case", &case), ("deed", "bundle"), ("given", "x")])).await;
    assert!(given.status == 409 && given.text.contains("Nothing is handed over"), "{}", given.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_disk_that_is_full_nothing_is_kept_and_the_case_stands() {
    let under = tempfile::tempdir().unwrap();
    let Some(_small) = crate::support::small::Small::mount_of(&under.path().join("small"), "6m") else { return };
    let folder = tempfile::tempdir_in(under.path().join("small")).unwrap();
    let scene = Scene::start_in(folder, Happenings::default(), DoorSettings::default()).await;
    let (mut admin, _) = scene.administrator().await;
    let mut first = officer(&scene, &mut admin, "dot").await;
    let case = open(&mut first, "ipa").await;
    let full = put(&mut first, &case, "notice", ("n.txt", &vec![b'a'; 9 * MB])).await;
    assert_eq!((full.status, kept(&scene)), (503, 0), "{}", full.text);
    assert!(first.get(&format!("/disclosures/case?case={case}")).await.text.contains("no paper here yet"), "the case stands");
    assert_eq!(put(&mut first, &case, "notice", ("n.txt", b"a small one")).await.status, 303);
    assert_eq!(first.get(&path(&case, "1")).await.bytes, b"a small one");
    drop(scene);
}
