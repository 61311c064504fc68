//! Incidents and alerts through the console's door: what is kept, who may see it, what nobody may see, and what the log gets of it
//! (standards E1, E2, E5, F1 to F5, F9, F21, F24, F26; security A3, IDOR).

use crate::console_support::real::form;
use crate::console_support::{Answer, Browser, PASSWORD, Scene};
use lifeguard::admin::{Act, Action, FixedIncidentWorks, FixedWorks, Happened, Happenings, Role, Seen};
use lifeguard::credential::OneTimeKey;
use lifeguard::model::Timestamp;
use lifeguard::ports::Clock;
use lifeguard::record::EventKind;

const HOSTILE: &str = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>\u{202e}";
const DAY_US: u64 = 86_400_000_000;

/// A console, its lead, an auditor, and somebody of IT.
struct People {
    scene: Scene,
    lead: Browser,
    auditor: Browser,
    it: Browser,
}

async fn people() -> People {
    people_with(FixedIncidentWorks { address: "http://listed.test/a b.jpg?x=\u{202e}1".into(), ..FixedIncidentWorks::default() }).await
}

async fn people_with(incidents: FixedIncidentWorks) -> People {
    let scene = Scene::start_with(FixedWorks { incidents, ..FixedWorks::default() }).await;
    let (mut admin, _) = scene.administrator().await;
    let (lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (auditor, _) = scene.person(&mut admin, "ada", Role::Auditor).await;
    let (it, _) = scene.person(&mut admin, "ivy", Role::It).await;
    People { scene, lead, auditor, it }
}

fn hit(scene: &Scene, sequence: u64, person: &str, digest: &str) -> Seen {
    Seen {
        sequence,
        at: scene.clock.now().wall,
        person: Some(person.into()),
        client: "10.0.0.7".into(),
        group: "children".into(),
        statutory: Some(digest.into()),
        verdict: "block".into(),
        ..Seen::default()
    }
}

async fn take_in(scene: &Scene, seen: Vec<Seen>, up_to: u64) {
    let desk = scene.desk.clone();
    tokio::task::spawn_blocking(move || desk.take_in(&seen, up_to).unwrap()).await.unwrap();
}

async fn go_round(scene: &Scene) {
    let desk = scene.desk.clone();
    tokio::task::spawn_blocking(move || desk.go_round().unwrap()).await.unwrap();
}

fn has_fault(answer: &Answer, field: &str) -> bool {
    answer.status == 422 && answer.text.contains(&format!("id=\"{field}-fault\""))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_from_the_first_word_to_its_end() {
    let People { scene, mut lead, mut auditor, .. } = people().await;
    lead.get("/incidents/new").await;
    let bad = lead
        .post("/incidents/new", &form(&[("what", ""), ("client", "nowhere"), ("severity", "9"), ("first", "soon"), ("who", HOSTILE)]))
        .await;
    for field in ["what", "client", "severity", "first"] {
        assert!(has_fault(&bad, field), "{field}: {}", bad.text);
    }
    assert!(bad.text.contains("&lt;script&gt;") && !bad.text.contains("<script"), "what was typed stays, as text");
    let fields = [("what", HOSTILE), ("severity", "3"), ("kind", "bullying"), ("intent", "deliberate"), ("person", "kim"), ("who", "")];
    let made = lead.post("/incidents/new", &form(&fields)).await;
    assert_eq!((made.status, made.location()), (303, "/incidents/show?id=1"), "{}", made.text);
    let page = lead.get("/incidents/show?id=1").await;
    assert!(!page.text.contains("<script") && !page.text.contains("<img") && page.text.contains("\\u{202e}"), "{}", page.text);
    assert!(!page.text.contains("kim"), "people stand under aliases: {}", page.text);
    assert!(page.text.contains("Is a child in danger now?"), "the next step: {}", page.text);
    let deed = |deed: &'static str, more: &[(&'static str, &str)]| form(&[&[("id", "1"), ("deed", deed)], more].concat());
    // It cannot be closed with one of the five facts empty.
    let early = lead.post("/incidents/change", &deed("close", &[("outcome", "founded"), ("close_because", "done")])).await;
    for field in ["who", "how", "actions", "conclusion"] {
        assert!(has_fault(&early, field), "{field}: {}", early.text);
    }
    assert!(!has_fault(&early, "what"));
    // Steps, one after the other, with what the other side said.
    let done = lead.post("/incidents/change", &deed("step", &[("step", "safe"), ("step_state", "done"), ("reference", "CAD 1234")])).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let page = lead.get("/incidents/show?id=1").await;
    assert!(page.text.contains("CAD 1234") && page.text.contains("Hold the evidence: press the button"), "{}", page.text);
    let refused = lead.post("/incidents/change", &deed("step", &[("step", "hold"), ("step_state", "not-needed")])).await;
    assert!(has_fault(&refused, "step_note"), "what is not needed says why: {}", refused.text);
    // The button.
    assert!(has_fault(&lead.post("/incidents/change", &deed("hold", &[])).await, "hold_because"));
    assert_eq!(lead.post("/incidents/change", &deed("hold", &[("hold_because", "police asked")])).await.status, 303);
    let holds = scene.works.incidents.holds.lock().unwrap().clone();
    assert_eq!((holds.len(), holds[0].0.scope.person.as_deref(), holds[0].0.by.as_str()), (1, Some("kim"), "sam"));
    assert!(holds[0].0.because.contains("incident 1: police asked") && holds[0].1);
    // What severity 3 needs.
    let class = |assigned| {
        deed("class", &[("kind", "bullying"), ("intent", "deliberate"), ("severity", "3"), ("assigned", assigned), ("staff", "yes")])
    };
    assert!(has_fault(&lead.post("/incidents/change", &class("")).await, "assigned"));
    assert_eq!(lead.post("/incidents/change", &class("Sam")).await.status, 303);
    assert!(lead.get("/incidents/show?id=1").await.text.contains("Tell nobody of IT"), "the staff is involved: the flowchart says so");
    let facts = [("who", "Kim and Lee"), ("how", "A teacher"), ("actions", "Talked"), ("conclusion", "It was so"), ("what", "Changed")];
    assert_eq!(lead.post("/incidents/change", &deed("facts", &facts)).await.status, 303);
    let page = auditor.get("/incidents/show?id=1").await;
    assert!(page.text.contains("Changed") && page.text.contains("onerror=alert(2)"), "what was written before is kept: {}", page.text);
    assert!(!page.text.contains("/incidents/change"), "an auditor reads");
    assert_eq!(auditor.post("/incidents/change", &deed("note", &[("note", "x")])).await.status, 403);
    // Unfounded: what was held is let go.
    let closed = lead.post("/incidents/change", &deed("close", &[("outcome", "unfounded"), ("close_because", "it was a play")])).await;
    assert_eq!(closed.status, 303, "{}", closed.text);
    assert!(!scene.works.incidents.holds.lock().unwrap()[0].1);
    assert_eq!(lead.post("/incidents/change", &deed("facts", &[("what", "other")])).await.status, 404, "what is closed stays");
    assert_eq!(lead.post("/incidents/change", &deed("review", &[("why", "no supervision")])).await.status, 303);
    // The log has that something was written, and nothing of what.
    let all: String = scene.acts().iter().map(|(_, act)| act.text()).collect();
    for words in ["opened incident 1", "wrote down about incident 1: step", "holds the evidence of incident 1", "lets go H-1"] {
        assert!(all.contains(words), "{words}: {all}");
    }
    for secret in ["kim", "Kim and Lee", "CAD 1234", "police asked", "it was a play", "onerror", "no supervision"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    // It goes when its own time is over, and not before.
    scene.clock.advance(2190 * DAY_US);
    go_round(&scene).await;
    assert!(
        scene.desk.book().read(|book| Ok(book.query_row("SELECT COUNT(*) FROM incident", [], |row| row.get::<_, i64>(0))?)).unwrap() == 1
    );
    scene.clock.advance(3 * DAY_US);
    go_round(&scene).await;
    let left = |table: &str| {
        let count = format!("SELECT COUNT(*) FROM {table}");
        scene.desk.book().read(|book| Ok(book.query_row(&count, [], |row| row.get::<_, i64>(0))?)).unwrap()
    };
    assert_eq!((left("incident"), left("incident_line")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_down_is_never_changed_and_never_taken_out() {
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    lead.post("/incidents/new", &form(&[("what", "something"), ("severity", "1")])).await;
    for deed in ["UPDATE incident_line SET text = 'other'", "DELETE FROM incident_line"] {
        let done = scene.desk.book().change(|book| Ok::<_, lifeguard::admin::BookFault>(book.execute(deed, [])?));
        assert!(done.is_err_and(|fault| fault.to_string().contains("never")), "{deed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_form_writes_over_nothing_that_somebody_else_has_written_since() {
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    lead.post("/incidents/new", &form(&[("what", "One line\nand another"), ("severity", "1"), ("kind", "bullying")])).await;
    let page = lead.get("/incidents/show?id=1").await.text;
    let stands = page.split("name=\"stands\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let deed =
        |deed: &'static str, more: &[(&'static str, &str)]| form(&[&[("id", "1"), ("deed", deed), ("stands", &stands)], more].concat());
    let said = |what: &str| {
        let query = "SELECT text FROM incident_line WHERE what = ?1 ORDER BY number DESC LIMIT 1";
        scene.desk.book().read(|book| Ok(book.query_row(query, [what], |row| row.get::<_, String>(0))?)).unwrap()
    };
    // Somebody at another desk writes down what happened, and says what it is.
    let facts = [("what", "The newer text"), ("who", "Kim and Lee")];
    assert_eq!(lead.post("/incidents/change", &deed("facts", &facts)).await.status, 303);
    let class = [("kind", "exploitation"), ("intent", "deliberate"), ("severity", "3"), ("assigned", "Sam")];
    assert_eq!(lead.post("/incidents/change", &deed("class", &class)).await.status, 303);
    // The old form comes back, with one field of its own: what it did not change stays as it is now.
    let old = [("what", "One line\r\nand another"), ("who", ""), ("how", "A teacher saw it")];
    assert_eq!(lead.post("/incidents/change", &deed("facts", &old)).await.status, 303);
    assert_eq!(["what", "who", "how"].map(said), ["The newer text", "Kim and Lee", "A teacher saw it"]);
    // Where both have changed the same, nothing is kept, and it is said.
    let both = lead.post("/incidents/change", &deed("facts", &[("what", "The other text"), ("actions", "Talked")])).await;
    assert!(
        both.status == 409 && both.text.contains("Somebody else has written here") && both.text.contains("The other text"),
        "{}",
        both.text
    );
    let class = [("kind", "bullying"), ("intent", "unknown"), ("severity", "2"), ("assigned", "Lou")];
    let both = lead.post("/incidents/change", &deed("class", &class)).await;
    assert_eq!(both.status, 409, "{}", both.text);
    assert_eq!(["what", "kind", "severity", "assigned"].map(said), ["The newer text", "exploitation", "3", "Sam"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_overtaken_looks_at_both_and_sends_it_again() {
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    lead.post("/incidents/new", &form(&[("what", "The first text"), ("who", "Kim"), ("severity", "1"), ("kind", "bullying")])).await;
    let stands = |page: &str| page.split("name=\"stands\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let first = stands(&lead.get("/incidents/show?id=1").await.text);
    let deed = |deed: &'static str, stands: &str, more: &[(&'static str, &str)]| {
        form(&[&[("id", "1"), ("deed", deed), ("stands", stands)], more].concat())
    };
    let said = |what: &str| {
        let query = "SELECT text FROM incident_line WHERE what = ?1 ORDER BY number DESC LIMIT 1";
        scene.desk.book().read(|book| Ok(book.query_row(query, [what], |row| row.get::<_, String>(0))?)).unwrap()
    };
    // Somebody else changes who it was, and what happened.
    let theirs = [("what", "Their text"), ("who", "Kim and Lee")];
    assert_eq!(lead.post("/incidents/change", &deed("facts", &first, &theirs)).await.status, 303);
    // The form of before, with another text of what happened, and who it was as it stood then.
    let own = [("what", "My text"), ("who", "Kim"), ("how", "A teacher saw it")];
    let told = lead.post("/incidents/change", &deed("facts", &first, &own)).await;
    assert!(told.status == 409 && told.text.contains("Look at both and send it again"), "{}", told.text);
    let area = |name: &str| told.between(&format!("<textarea id=\"{name}\""), "</textarea>").unwrap().split_once(">\n").unwrap().1;
    assert_eq!([area("what"), area("who"), area("how")], ["My text", "Kim and Lee", "A teacher saw it"], "what was left stays theirs");
    assert!(told.text.contains("<dd>Their text</dd>"), "what stands now is on the page: {}", told.text);
    let again = deed("facts", &stands(&told.text), &[("what", area("what")), ("who", area("who")), ("how", area("how"))]);
    assert_eq!(lead.post("/incidents/change", &again).await.status, 303);
    assert_eq!(["what", "who", "how"].map(said), ["My text", "Kim and Lee", "A teacher saw it"]);
    // The same for what it is: flags that were left are those of now.
    let first = stands(&lead.get("/incidents/show?id=1").await.text);
    let class = [("kind", "exploitation"), ("intent", "deliberate"), ("severity", "3"), ("assigned", "Sam"), ("staff", "yes")];
    assert_eq!(lead.post("/incidents/change", &deed("class", &first, &class)).await.status, 303);
    let class = [("kind", "bullying"), ("intent", "unknown"), ("severity", "2"), ("assigned", "Lou")];
    let told = lead.post("/incidents/change", &deed("class", &first, &class)).await;
    let staff = told.between("id=\"staff\"", ">").unwrap_or_default();
    assert!(told.status == 409 && staff.contains("checked"), "{}", told.text);
    let again = deed("class", &stands(&told.text), &[&class[..], &[("staff", "yes")]].concat());
    assert_eq!(lead.post("/incidents/change", &again).await.status, 303);
    assert_eq!(["severity", "assigned", "flags"].map(said), ["2", "Lou", "staff"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_of_five_texts_as_long_as_they_may_be_is_taken_whatever_the_letters() {
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    // Two bytes a letter, each sent as three.
    let long = "\u{175}".repeat(4000);
    let made = lead.post("/incidents/new", &form(&[("what", &long), ("who", &long), ("how", &long), ("severity", "1")])).await;
    assert_eq!((made.status, made.location()), (303, "/incidents/show?id=1"), "{}", made.text);
    lead.get("/incidents/show?id=1").await;
    let other = "\u{177}".repeat(4000);
    let facts: Vec<(&'static str, &str)> = ["what", "who", "how", "actions", "conclusion"].map(|name| (name, other.as_str())).into();
    let kept = lead.post("/incidents/change", &form(&[&[("id", "1"), ("deed", "facts")], &facts[..]].concat())).await;
    assert_eq!(kept.status, 303, "{}", kept.text);
    let query = "SELECT COUNT(*) FROM incident_line WHERE text = ?1";
    let many = scene.desk.book().read(|book| Ok(book.query_row(query, [&other], |row| row.get::<_, i64>(0))?)).unwrap();
    assert_eq!(many, 5);
    // One byte more is told beside its field, and nothing that was typed is gone.
    let longer = format!("{other}x");
    let told = lead.post("/incidents/change", &form(&[("id", "1"), ("deed", "facts"), ("what", &longer), ("who", "Kim")])).await;
    assert!(has_fault(&told, "what") && told.text.contains(&longer), "{}", told.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_that_was_pressed_twice_opens_one_incident() {
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    let fields = [("what", "the same words"), ("severity", "3"), ("kind", "bullying"), ("person", "kim")];
    let presses = (0..4).map(|_| {
        let (mut lead, fields) = (lead.clone(), form(&fields));
        tokio::spawn(async move { lead.post("/incidents/new", &fields).await })
    });
    for press in presses.collect::<Vec<_>>() {
        let press = press.await.unwrap();
        assert_eq!((press.status, press.location()), (303, "/incidents/show?id=1"), "{}", press.text);
    }
    // About somebody else, in other words, or later: another one.
    let other = form(&[("what", "the same words"), ("severity", "3"), ("kind", "bullying"), ("person", "lee")]);
    assert_eq!(lead.post("/incidents/new", &other).await.location(), "/incidents/show?id=2");
    let other = form(&[("what", "other words"), ("severity", "3"), ("kind", "bullying"), ("person", "lee")]);
    assert_eq!(lead.post("/incidents/new", &other).await.location(), "/incidents/show?id=3");
    scene.clock.advance(11_000_000);
    assert_eq!(lead.post("/incidents/new", &other).await.location(), "/incidents/show?id=4");
    let opened = scene.acts().into_iter().filter(|(kind, _)| *kind == EventKind::IncidentOpened).count();
    assert_eq!(opened, 4);
    // From an alert too: whoever pressed twice comes to the incident, and is not told that somebody else was quicker.
    take_in(&scene, vec![Seen { event: Some((EventKind::ListAlarm, "list x".into())), at: scene.clock.now().wall, ..Seen::default() }], 1)
        .await;
    let fields = form(&[("alert", "1"), ("what", "from an alert"), ("severity", "1")]);
    for _ in 0..2 {
        assert_eq!(lead.post("/incidents/new", &fields).await.location(), "/incidents/show?id=5");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_when_the_session_ended_comes_back_once_and_no_secret_does() {
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    let mut late = lead.clone();
    scene.clock.advance(16 * 60_000_000);
    let written = form(&[("what", HOSTILE), ("how", "Two lines\nof it"), ("person", "kim"), ("severity", "1")]);
    let told = lead.post("/incidents/new", &written).await;
    assert!(told.status == 403 && told.text.contains("Your session was over"), "{}", told.text);
    assert!(
        told.text.contains("Two lines\nof it") && told.text.contains("&lt;script&gt;") && !told.text.contains("<script"),
        "{}",
        told.text
    );
    assert!(told.text.contains("\\u{202e}") && !told.text.contains("kim") && !told.text.contains(&lead.token), "{}", told.text);
    assert_eq!(told.field("cache-control"), Some("no-store"));
    let many =
        |scene: &Scene| scene.desk.book().read(|book| Ok(book.query_row("SELECT COUNT(*) FROM incident", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(many(&scene).unwrap(), 0);
    // Nothing was written, or what was typed proves who somebody is: the page to sign in, as ever.
    let secrets = form(&[("password", PASSWORD), ("fresh", "another long password"), ("again", "another long password"), ("what", "x")]);
    for (path, fields) in [("/incidents/new", form(&[("what", " ")])), ("/account/password", secrets)] {
        let answer = late.post(path, &fields).await;
        assert_eq!((answer.status, answer.location(), answer.text.as_str()), (303, "/sign-in", ""), "{path}");
    }
    // A page of before, after somebody has signed in anew: the same, and recorded.
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    lead.token = "the token of another session".to_owned();
    let told = lead.post("/incidents/new", &written).await;
    assert!(told.status == 403 && told.text.contains("Two lines\nof it"), "{}", told.text);
    assert_eq!((many(&scene).unwrap(), scene.acts().pop().unwrap().0), (0, EventKind::ConsoleCrossSite));
    // From elsewhere nothing comes back.
    lead.origin = Some("http://evil.example".into());
    let told = lead.post("/incidents/new", &written).await;
    assert!(told.status == 403 && !told.text.contains("Two lines"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_closed_keeps_its_evidence() {
    let People { scene, mut lead, .. } = people().await;
    lead.get("/incidents/new").await;
    let facts = [("what", "a"), ("who", "b"), ("how", "c"), ("actions", "d"), ("conclusion", "e")];
    lead.post("/incidents/new", &form(&[("what", "a"), ("severity", "1"), ("kind", "bullying"), ("person", "kim")])).await;
    lead.get("/incidents/show?id=1").await;
    let deed = |deed: &'static str, more: &[(&'static str, &str)]| form(&[&[("id", "1"), ("deed", deed)], more].concat());
    lead.post("/incidents/change", &deed("facts", &facts)).await;
    assert_eq!(lead.post("/incidents/change", &deed("hold", &[("hold_because", "it is needed")])).await.status, 303);
    scene.log.break_down(Some(lifeguard::ports::LogFault::Full));
    let close = deed("close", &[("outcome", "unfounded"), ("close_because", "a play")]);
    assert_eq!(lead.post("/incidents/change", &close).await.status, 503);
    scene.log.break_down(None);
    assert!(scene.works.incidents.holds.lock().unwrap()[0].1, "the hold stands as long as the incident does");
    assert_eq!(lead.post("/incidents/change", &close).await.status, 303);
    assert!(!scene.works.incidents.holds.lock().unwrap()[0].1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_a_statutory_list_opens_one_incident_by_itself_and_is_shown_to_be_typed_and_to_nobody_else() {
    let People { scene, mut lead, mut auditor, mut it } = people().await;
    let seen = vec![hit(&scene, 10, "kim", "d1"), hit(&scene, 11, "kim", "d1"), hit(&scene, 12, "lee", "d1"), hit(&scene, 13, "kim", "d2")];
    take_in(&scene, seen.clone(), 13).await;
    // The same records again, as after a start that was cut off: nothing is counted twice.
    take_in(&scene, seen, 13).await;
    let page = lead.get("/incidents").await;
    assert!(page.text.contains("I-3") && !page.text.contains("I-4"), "one for each person and entry: {}", page.text);
    let one = lead.get("/incidents/show?id=1").await;
    assert!(one.text.contains("<dt>Requests in it</dt><dd>2</dd>"), "{}", one.text);
    for (who, page) in [("lead", &one), ("auditor", &auditor.get("/incidents/show?id=1").await)] {
        assert!(
            !page.text.contains("listed.test") && !page.text.contains("kim") && !page.text.contains("10.0.0.7"),
            "{who}: {}",
            page.text
        );
        assert!(page.text.contains("report.iwf.org.uk") && page.text.contains("CEOP") && page.text.contains("999"), "{who}");
        assert!(!page.text.contains("href=\"http"), "{who}: no link leads out");
    }
    // A later day, or one that is closed: another incident.
    scene.clock.advance(2 * DAY_US);
    assert_eq!(lead.get("/incidents").await.status, 303, "the session is over");
    // The reveal: with a purpose, by the role that may, recorded first.
    let People { scene, mut lead, mut auditor, .. } = people().await;
    take_in(&scene, vec![hit(&scene, 10, "kim", "d1")], 10).await;
    lead.get("/incidents/show?id=1").await;
    auditor.get("/incidents").await;
    assert!(has_fault(&lead.post("/incidents/reveal", &form(&[("id", "1"), ("purpose", " ")])).await, "purpose"));
    assert_eq!(auditor.post("/incidents/reveal", &form(&[("id", "1"), ("purpose", "look")])).await.status, 403);
    it.cookie = None;
    assert_eq!(it.post("/incidents/reveal", &form(&[("id", "1"), ("purpose", "look")])).await.location(), "/sign-in");
    let shown = lead.post("/incidents/reveal", &form(&[("id", "1"), ("purpose", "report to the IWF")])).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains("kim") && shown.text.contains("10.0.0.7"), "{}", shown.text);
    assert!(!shown.text.contains("listed.test") && !shown.text.contains("http://l") && !shown.text.contains('\u{202e}'), "in groups only");
    let groups: Vec<&str> = shown.text.split("data-text=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(groups.concat(), "http://listed.test/a\\u{20}b.jpg?x=\\u{202e}1");
    assert!(groups.iter().all(|group| group.len() < 24), "{groups:?}");
    let acts = scene.acts();
    let (_, act) = acts.iter().find(|(_, act)| act.did.contains("revealed")).unwrap();
    assert_eq!((act.who.as_str(), act.purpose.as_str()), ("sam", "report to the IWF"));
    let all: String = acts.iter().map(|(_, act)| act.text()).collect();
    assert!(!all.contains("listed.test") && !all.contains("kim"), "{all}");
    assert!(acts.iter().any(|(kind, _)| *kind == EventKind::IncidentOpened));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_sealed_from_an_account_and_then_there_is_none() {
    let People { scene, mut lead, mut auditor, mut it } = people().await;
    take_in(&scene, vec![hit(&scene, 10, "ada", "d1")], 10).await;
    assert_eq!(auditor.get("/incidents/show?id=1").await.status, 200);
    lead.get("/incidents/show?id=1").await;
    let seal = |from| form(&[("id", "1"), ("deed", "seal"), ("seal_from", from)]);
    for nobody in ["sam", "ivy", "nobody", ""] {
        assert!(has_fault(&lead.post("/incidents/change", &seal(nobody)).await, "seal_from"), "{nobody}");
    }
    assert_eq!(lead.post("/incidents/change", &seal("ada")).await.status, 303);
    // One that is sealed, one that is not there and one that is no number look alike.
    let answers =
        [auditor.get("/incidents/show?id=1").await, auditor.get("/incidents/show?id=99").await, auditor.get("/incidents/show?id=x").await];
    assert!(answers.iter().all(|answer| answer.status == 404 && answer.text == answers[0].text));
    assert!(!auditor.get("/incidents").await.text.contains("I-1"));
    assert!(!auditor.get("/alerts").await.text.contains("statutory list"), "nor its alert");
    let alerts = lead.get("/alerts").await.text;
    assert!(alerts.contains("statutory list") && alerts.contains("href=\"/incidents/show?id=1\""), "{alerts}");
    assert!(!alerts.contains("/incidents/new?alert=1"), "it has its incident: {alerts}");
    go_round(&scene).await;
    scene.clock.advance(20 * 60_000_000 / 2);
    auditor.get("/account").await;
    lead.get("/account").await;
    it.get("/account").await;
    scene.clock.advance(14 * 60_000_000);
    go_round(&scene).await;
    assert!(lead.get("/alerts").await.text.contains("Incident 1: "), "that a step is overdue is an alert");
    assert!(!auditor.get("/alerts").await.text.contains("Incident 1: "), "and sealed as well");
    // Whoever looks after the machines sees none of it.
    for path in ["/incidents", "/incidents/show?id=1", "/incidents/new", "/incidents/board"] {
        assert_eq!(it.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_of_an_incident_tells_nothing_to_whom_the_incident_is_sealed_from() {
    let scene = Scene::start_with(FixedWorks::default()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut other, _) = scene.person(&mut admin, "lou", Role::SafeguardingLead).await;
    take_in(&scene, vec![hit(&scene, 10, "lou", "d1")], 10).await;
    lead.get("/incidents/show?id=1").await;
    assert!(other.get("/alerts").await.text.contains("statutory list"), "it is not sealed yet");
    let seal = form(&[("id", "1"), ("deed", "seal"), ("seal_from", "lou")]);
    assert_eq!(lead.post("/incidents/change", &seal).await.status, 303);
    // The alert that the same request raised: it is not shown, nothing is opened from it, and nobody takes it on but those who see it.
    assert!(!other.get("/alerts").await.text.contains("statutory list"));
    assert_eq!(other.get("/incidents/new?alert=1").await.status, 404);
    other.get("/account").await;
    let taken = other.post("/alerts/take", &form(&[("which", "1")])).await;
    assert_eq!(taken.status, 422, "{}", taken.text);
    // Another entry of the list is another incident, and another alert, which everybody sees; the same one again is no new alert.
    take_in(&scene, vec![hit(&scene, 11, "lou", "d1"), hit(&scene, 12, "lou", "d2")], 12).await;
    let (theirs, all) = (other.get("/alerts").await.text, lead.get("/alerts").await.text);
    assert_eq!((theirs.matches("statutory list").count(), all.matches("statutory list").count()), (1, 2), "{theirs}");
    assert!(theirs.contains("/incidents/show?id=2") && !theirs.contains("/incidents/show?id=1\""), "{theirs}");
    scene.clock.advance(10 * 60_000_000);
    for browser in [&mut lead, &mut other] {
        browser.get("/account").await;
    }
    scene.clock.advance(14 * 60_000_000);
    go_round(&scene).await;
    let alerts = lead.get("/alerts").await.text;
    let alert = alerts.split("Incident 1: ").next().unwrap().rsplit("A-").next().unwrap().split('<').next().unwrap().to_owned();
    assert!(!other.get("/alerts").await.text.contains("Incident 1: "));
    // Nor by its number, in the form of a new incident.
    for answer in [other.get(&format!("/incidents/new?alert={alert}")).await, other.get("/incidents/new?alert=999").await] {
        assert!(answer.status == 404 && !answer.text.contains("Incident 1"), "{alert}: {}", answer.text);
    }
    other.get("/incidents").await;
    let opened = other.post("/incidents/new", &form(&[("alert", &alert), ("what", "mine"), ("severity", "1")])).await;
    assert_eq!(opened.status, 404, "{}", opened.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_nobody_took_on_is_reviewed_also_where_it_has_its_incident_but_not_where_that_is_sealed() {
    let People { scene, mut lead, mut auditor, .. } = people().await;
    let at = Timestamp(scene.clock.now().wall.0 - 2 * DAY_US.cast_signed());
    take_in(&scene, vec![Seen { at, ..hit(&scene, 10, "ada", "d1") }], 10).await;
    for browser in [&mut lead, &mut auditor] {
        let page = browser.get("/reviews/hold?what=alerts").await.text;
        assert!(page.contains("A-1, ") && page.contains("statutory list") && page.contains("nobody took it on"), "{page}");
    }
    lead.get("/incidents/show?id=1").await;
    assert_eq!(lead.post("/incidents/change", &form(&[("id", "1"), ("deed", "seal"), ("seal_from", "ada")])).await.status, 303);
    assert!(!auditor.get("/reviews/hold?what=alerts").await.text.contains("statutory list"));
    lead.get("/alerts").await;
    assert_eq!(lead.post("/alerts/take", &form(&[("which", "1")])).await.status, 303);
    assert!(!lead.get("/reviews/hold?what=alerts").await.text.contains("A-1, "), "it was taken on, and has its incident");
}

/// A token that reads the audit, and a browser that is a program with it.
async fn program(scene: &Scene, browser: &mut Browser, key: &OneTimeKey) -> Browser {
    browser.get("/account/tokens").await;
    let code = scene.code(key);
    let made = browser.post("/account/tokens", &form(&[("name", "watch"), (Action::ReadAudit.word(), "yes"), ("code", &code)])).await;
    let token = made.between("<dt>Token</dt><dd><code>", "</code>").unwrap_or_else(|| panic!("{}", made.text));
    Browser { origin: None, cookie: None, more: format!("Authorization: Bearer {token}\r\n"), ..scene.browser() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_log_says_of_a_hold_or_an_alert_tells_nothing_of_an_incident_to_whom_it_is_sealed_from() {
    let placed = "H-1 by sam at 2025-11-24T10:00:00Z: incident 1: what ada did; review 2026-02-22";
    let taken = Act::new("sam", Some(Role::SafeguardingLead), Action::TakeAlerts, "took on alert 1 (/alerts/take)").text();
    let deeds = [
        (EventKind::AlertAcknowledged, taken.as_str()),
        (EventKind::HoldReleased, "H-1 by ops at 2025-11-25T10:00:00Z: the police have a copy"),
        (EventKind::HoldPlaced, placed),
    ];
    let happened = |(sequence, (kind, text)): (u64, (EventKind, &str))| Happened {
        sequence,
        time: "2025-11-24T10:00:00.000000Z".into(),
        kind,
        peer: "192.0.2.99:9".into(),
        text: text.into(),
    };
    let acts = Happenings { events: (1..).zip(deeds).map(happened).collect(), ..Happenings::default() };
    let scene = Scene::start_with(FixedWorks { acts, ..FixedWorks::default() }).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, lead_key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut auditor, key) = scene.person(&mut admin, "ada", Role::Auditor).await;
    let mut programs = [program(&scene, &mut auditor, &key.unwrap()).await, program(&scene, &mut lead, &lead_key.unwrap()).await];
    take_in(&scene, vec![hit(&scene, 10, "ada", "d1")], 10).await;
    lead.get("/incidents/show?id=1").await;
    let change = |more: [(&'static str, &str); 2]| form(&[("id", "1"), more[0], more[1]]);
    assert_eq!(lead.post("/incidents/change", &change([("deed", "hold"), ("hold_because", "what ada did")])).await.status, 303);
    assert_eq!(lead.post("/incidents/change", &change([("deed", "seal"), ("seal_from", "ada")])).await.status, 303);
    for path in ["/audit", "/reviews/hold?what=deeds"] {
        let (theirs, leads) = (auditor.get(path).await.text, lead.get(path).await.text);
        for secret in ["H-1", "what ada did", "the police have a copy", "incident 1"] {
            assert!(!theirs.contains(secret) && leads.contains(secret), "{path}: {secret}: {theirs}");
        }
        assert!(theirs.contains("a sealed case") && !theirs.contains("192.0.2.99") && !theirs.contains("took on alert"), "{theirs}");
    }
    let [theirs, leads] = &mut programs;
    let (theirs, leads) = (theirs.get("/api/v1/audit").await, leads.get("/api/v1/audit").await);
    assert_eq!((theirs.status, leads.status), (200, 200), "{}", theirs.text);
    for secret in ["H-1", "what ada did", "the police have a copy", "took on alert", "192.0.2.99"] {
        assert!(!theirs.text.contains(secret) && leads.text.contains(secret), "{secret}: {}", theirs.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_types_into_a_new_incident_tells_nobody_whose_an_alias_is() {
    let People { scene, mut lead, .. } = people().await;
    let searched = Seen { terms: "how to kill myself".into(), statutory: None, device: None, ..hit(&scene, 10, "kim", "") };
    let round = Seen { person: None, device: Some("tablet 9".into()), ..searched.clone() };
    take_in(&scene, vec![searched, round], 11).await;
    let alerts = lead.get("/alerts").await.text;
    let aliases: Vec<String> = alerts.split("children, ").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert!(aliases.len() == 2 && aliases.iter().all(|alias| alias.len() == 8) && aliases[0] != aliases[1], "{alerts}");
    lead.get("/incidents/new").await;
    let typed = [("what", "a guess"), ("severity", "1"), ("person", "kim"), ("device", "tablet 9"), ("client", "10.0.0.7")];
    assert_eq!(lead.post("/incidents/new", &form(&typed)).await.status, 303);
    let file = |word| form(&[("id", "1"), ("file_form", word), ("file_because", "social care asked")]);
    let page = lead.get("/incidents/show?id=1").await;
    for answer in [page, lead.post("/incidents/file", &file("csv")).await, lead.post("/incidents/file", &file("json")).await] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(aliases.iter().all(|alias| !answer.text.contains(alias)), "{aliases:?}: {}", answer.text);
    }
    // What nobody typed has one name everywhere.
    lead.get("/incidents/new?alert=1").await;
    assert_eq!(lead.post("/incidents/new", &form(&[("alert", "1"), ("what", "seen"), ("severity", "1")])).await.status, 303);
    let page = lead.get("/incidents/show?id=2").await.text;
    assert!(aliases.iter().any(|alias| page.contains(alias)), "{aliases:?}: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_for_a_board_name_nobody_and_no_small_number() {
    let People { scene, mut lead, .. } = people().await;
    let seen = (1..=9).map(|number| hit(&scene, number, &format!("person {number}"), "d")).collect();
    take_in(&scene, seen, 9).await;
    lead.get("/incidents/new").await;
    for what in ["=cmd|' /C calc'!A0", "=cmd|' /C calc'!A1"] {
        lead.post("/incidents/new", &form(&[("what", what), ("severity", "1"), ("kind", "bullying")])).await;
    }
    let page = lead.get("/incidents/board").await;
    // The month's eleven tells nothing of the two and the nine: both may be other numbers.
    assert!(page.text.contains("fewer than 5") && !page.text.contains(">2</td>") && !page.text.contains(">9</td>"), "{}", page.text);
    let ask = |form_word| form(&[("from", "2025-01-01"), ("to", "2026-12-31"), ("form", form_word)]);
    let csv = lead.post("/incidents/board", &ask("csv")).await;
    assert_eq!((csv.status, csv.field("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert!(csv.text.contains(",kind,bullying,fewer than 5") && csv.text.contains(",all,,not shown"), "{}", csv.text);
    let json = lead.post("/incidents/board", &ask("json")).await;
    let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!((&json["by"]["kind"]["bullying"], &json["by"]["kind"]["email"]), (&"fewer than 5".into(), &0.into()));
    lead.get("/incidents/board").await;
    let bad = lead.post("/incidents/board", &form(&[("from", "soon"), ("to", "2026-12-31")])).await;
    assert!(has_fault(&bad, "from"), "{}", bad.text);
    let bad = lead.post("/incidents/board", &form(&[("from", "2026-12-31"), ("to", "2026-01-01")])).await;
    assert!(has_fault(&bad, "from"), "{}", bad.text);
}

/// An incident of this day and kind, sealed from somebody or from nobody.
fn put_incident(scene: &Scene, day: &str, kind: &str, sealed_from: &str) {
    let at = day.parse::<jiff::civil::Date>().unwrap().to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_microsecond();
    let put = |book: &rusqlite::Connection| -> Result<(), lifeguard::admin::BookFault> {
        book.execute(
            "INSERT INTO incident (opened, opened_by, origin, merge_key, people, first, last, count) VALUES (?1, 'sam', 'hand', '', '', ?1, ?1, 0)",
            [at],
        )?;
        let id = book.last_insert_rowid();
        for (what, text) in [("kind", kind), ("severity", "1"), ("sealed", sealed_from)].into_iter().filter(|(_, text)| !text.is_empty()) {
            let line = "INSERT INTO incident_line (incident, at, who, what, text, reference) VALUES (?1, ?2, 'sam', ?3, ?4, '')";
            book.execute(line, (id, at, what, text))?;
        }
        Ok(())
    };
    scene.desk.book().change(put).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_figures_only_cannot_subtract_one_span_from_another() {
    let scene = Scene::start_with(FixedWorks::default()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut governor, _) = scene.person(&mut admin, "gil", Role::Governor).await;
    for number in 0..10 {
        put_incident(&scene, ["2025-07-01", "2025-09-30"][number % 2], "bullying", "");
    }
    // One more of the present quarter: a span that goes on would tell it beside one that ends before.
    put_incident(&scene, "2025-11-20", "bullying", "");
    let page = governor.get("/incidents/board").await.text;
    assert!(page.contains("2025-Q3") && page.contains("2023-Q4") && !page.contains("2025-Q4") && !page.contains("name=\"from\""), "{page}");
    assert!(page.contains("<td data-name=\"Incidents\">10</td>"), "{page}");
    for fields in [
        &[("from", "2025-01-01"), ("to", "2025-12-31")][..],
        &[("quarter", "2025-Q4")],
        &[("quarter", "")],
        &[("quarter", "2025-Q3' OR 1=1")],
    ] {
        for file in ["page", "csv", "json"] {
            let answer = governor.post("/incidents/board", &form(&[fields, &[("form", file)]].concat())).await;
            assert!(has_fault(&answer, "quarter") && !answer.text.contains(">10<"), "{fields:?}: {}", answer.text);
        }
    }
    let csv = governor.post("/incidents/board", &form(&[("quarter", "2025-Q3"), ("form", "csv")])).await;
    assert!(csv.status == 200 && csv.text.contains(",kind,bullying,10") && csv.text.contains(",all,,10"), "{}", csv.text);
    assert!(scene.acts().pop().unwrap().1.did.contains("from 2025-07-01 to 2025-09-30 as csv"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_tells_nobody_of_an_incident_that_is_sealed_from_them() {
    let People { scene, mut lead, mut auditor, .. } = people().await;
    put_incident(&scene, "2025-11-20", "bullying", "ada");
    let day = form(&[("from", "2025-11-20"), ("to", "2025-11-20"), ("form", "csv")]);
    auditor.get("/incidents/board").await;
    lead.get("/incidents/board").await;
    let (sealed, whole) = (auditor.post("/incidents/board", &day).await, lead.post("/incidents/board", &day).await);
    assert!(sealed.text.contains(",kind,bullying,0") && sealed.text.contains(",all,,0"), "{}", sealed.text);
    assert!(whole.text.contains(",kind,bullying,fewer than 5"), "{}", whole.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_of_serious_incidents_has_none_that_is_sealed_from_whoever_takes_it() {
    let scene = Scene::start_with(FixedWorks::default()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut auditor, _) = scene.person(&mut admin, "ada", Role::Auditor).await;
    let (mut governor, _) = scene.person(&mut admin, "gil", Role::Governor).await;
    let all_grave = || {
        let sql = "INSERT INTO incident_line (incident, at, who, what, text, reference) SELECT id, opened, 'sam', 'severity', '3', '' FROM incident";
        scene.desk.book().change(|book| Ok::<_, lifeguard::admin::BookFault>(book.execute(sql, [])?)).unwrap();
    };
    (0..5).for_each(|_| put_incident(&scene, "2025-09-01", "bullying", ""));
    all_grave();
    let five = auditor.get("/board/file?what=serious&form=csv").await;
    assert!(five.status == 200 && five.text.contains(",5"), "{}", five.text);
    put_incident(&scene, "2025-09-01", "bullying", "ada");
    all_grave();
    let (theirs, whole) =
        (auditor.get("/board/file?what=serious&form=csv").await.text, governor.get("/board/file?what=serious&form=csv").await.text);
    assert_eq!(theirs, five.text);
    assert!(whole.contains(",6") && !whole.contains(",5"), "{whole}");
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_alerts_are_one_with_a_count_and_each_role_sees_its_themes() {
    let People { scene, mut lead, mut auditor, mut it } = people().await;
    let at = scene.clock.now().wall;
    let base = |sequence: u64| Seen { sequence, at: Timestamp(at.0 + sequence.cast_signed()), group: "children".into(), ..Seen::default() };
    let mut seen: Vec<Seen> = (1..=100)
        .map(|number| Seen { categories: vec!["self-harm".into()], person: Some("kim".into()), verdict: "block".into(), ..base(number) })
        .collect();
    seen.push(Seen { terms: format!("how to kill myself {HOSTILE}"), person: Some("lee".into()), verdict: "allow".into(), ..base(101) });
    seen.push(Seen { event: Some((EventKind::ListAlarm, "list x: <b>old</b>".into())), ..base(102) });
    seen.push(Seen { categories: vec!["games".into()], person: Some("kim".into()), verdict: "block".into(), ..base(103) });
    take_in(&scene, seen, 103).await;
    let page = lead.get("/alerts").await;
    assert!(page.text.contains(">self-harm: block</td>") && page.text.contains(">100</td>"), "{}", page.text);
    assert!(
        page.text.contains("searched for: how to kill myself") && !page.text.contains("<script") && !page.text.contains("<img"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("games"), "a block is no alert");
    assert!(!page.text.contains("kim") && !page.text.contains(">lee"), "aliases: {}", page.text);
    let its = it.get("/alerts").await;
    assert!(its.text.contains("list-alarm") && !its.text.contains("self-harm") && !its.text.contains("searched"), "{}", its.text);
    assert!(auditor.get("/alerts").await.text.contains("self-harm"));
    // IT takes on what is theirs; what is not theirs and what is not there look alike.
    let numbers: Vec<&str> = its.text.split("<option value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
    let strange = it.post("/alerts/take", &form(&[("which", "1")])).await;
    let absent = it.post("/alerts/take", &form(&[("which", "999")])).await;
    assert!(strange.status == 422 && strange.text.replace("value=\"1\"", "") == absent.text.replace("value=\"999\"", ""));
    assert_eq!(it.post("/alerts/take", &form(&[("which", numbers[0])])).await.status, 303);
    assert_eq!(auditor.post("/alerts/take", &form(&[("which", "1")])).await.status, 403);
    // An incident from an alert takes the alert on.
    let made = lead.get("/incidents/new?alert=1").await;
    assert!(made.text.contains("self-harm: block"), "{}", made.text);
    let made = lead.post("/incidents/new", &form(&[("alert", "1"), ("what", "self-harm pages"), ("severity", "3")])).await;
    assert_eq!((made.status, made.location()), (303, "/incidents/show?id=1"), "{}", made.text);
    let page = lead.get("/alerts").await;
    assert!(page.text.contains("sam, ") && page.text.contains("I-1"), "{}", page.text);
    assert_eq!(lead.get("/incidents/new?alert=999").await.status, 404);
    // Whoever comes second loses nothing of what was written, and opens none.
    let second = lead.post("/incidents/new", &form(&[("alert", "1"), ("what", "what I saw myself"), ("severity", "2")])).await;
    assert!(second.status == 409 && second.text.contains("This alert has its incident already"), "{}", second.text);
    assert!(second.text.contains("what I saw myself") && !second.text.contains("I-1"), "{}", second.text);
    assert!(!lead.get("/incidents").await.text.contains("I-2"));
    assert_eq!(lead.get("/incidents/new?alert=1").await.status, 404);
    let kinds: Vec<EventKind> = scene.acts().iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::AlertRaised).count(), 3);
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::AlertAcknowledged).count(), 2);
    let all: String = scene.acts().iter().map(|(_, act)| act.text()).collect();
    assert!(!all.contains("kill myself") && !all.contains("kim"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_say_that_there_is_something_and_what_nobody_takes_on_goes_further_up() {
    let mut works = FixedIncidentWorks::default();
    works.alerts.rules.iter_mut().for_each(|rule| rule.to = vec!["lead".into()]);
    (works.alerts.escalate_to, works.alerts.digest_to) = (vec!["head".into()], vec!["lead".into()]);
    let People { scene, mut lead, .. } = people_with(works).await;
    take_in(&scene, vec![hit(&scene, 10, "kim", "d1"), hit(&scene, 11, "lee", "d1")], 11).await;
    go_round(&scene).await;
    let letters = scene.desk.letters(100).unwrap();
    let to = |name: &str| {
        letters
            .iter()
            .filter(|letter| letter.recipient == name)
            .map(|letter| format!("{}\n{}", letter.subject, letter.body))
            .collect::<Vec<_>>()
    };
    assert_eq!(to("lead").len(), 2, "one about both alerts, and the digest: {letters:?}");
    let alert = &to("lead")[0];
    assert!(
        alert.contains("severity 3") && alert.contains("2 new alerts") && !alert.contains("kim") && !alert.contains("10.0.0.7"),
        "{alert}"
    );
    assert!(to("head").is_empty());
    go_round(&scene).await;
    assert_eq!(scene.desk.letters(100).unwrap().len(), 2, "nobody is told twice");
    scene.clock.advance(61 * 60_000_000);
    go_round(&scene).await;
    let head = scene.desk.letters(100).unwrap().into_iter().filter(|letter| letter.recipient == "head").count();
    assert_eq!(head, 1);
    // The digest is on the console, letters or not.
    lead.cookie = None;
    let digest = scene.desk.book().read(|book| Ok(book.query_row("SELECT text FROM digest", [], |row| row.get::<_, String>(0))?)).unwrap();
    assert!(digest.starts_with("Alerts of the week"), "{digest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_address_of_a_request_that_cannot_be_read_is_an_incident_and_what_nobody_can_look_at_is_a_grave_alert() {
    let People { scene, mut lead, mut it, .. } = people().await;
    let unread = |sequence: u64, listed: bool, unread: &str| Seen {
        sequence,
        at: scene.clock.now().wall,
        statutory: listed.then(|| unread.to_owned()),
        verdict: "block".into(),
        unread: unread.into(),
        ..Seen::default()
    };
    take_in(&scene, vec![unread(7, true, "request 0000000000000005 of record 7")], 7).await;
    assert!(lead.get("/incidents").await.text.contains("I-1"));
    let page = lead.get("/incidents/show?id=1").await;
    assert!(page.text.contains("cannot be read in the log any more (request 0000000000000005 of record 7)"), "{}", page.text);
    let place = "records 8 to 9 (0000000000000001.seg, byte 512: its checksum is wrong)";
    take_in(&scene, vec![unread(9, false, place)], 9).await;
    for browser in [&mut lead, &mut it] {
        let page = browser.get("/alerts").await;
        assert!(page.text.contains("nobody knows what stood there: records 8 to 9"), "{}", page.text);
    }
    assert!(scene.acts().iter().any(|(kind, act)| *kind == EventKind::AlertRaised && act.did.contains(place)));
    take_in(&scene, vec![unread(9, false, place)], 9).await;
    assert_eq!(lead.get("/alerts").await.text.matches("nobody knows what stood there").count(), 1, "one place is one alert");
    // Numbers come again where a log was put back: what has the number of an old one is an incident of its own.
    scene.clock.advance(60_000_000);
    take_in(&scene, vec![hit(&scene, 7, "kim", "another")], 9).await;
    assert!(lead.get("/incidents").await.text.contains("I-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_the_filter_sees_its_alerts_also_where_hundreds_of_others_wait() {
    let People { scene, mut it, .. } = people().await;
    let told = Seen { sequence: 1, at: scene.clock.now().wall, unread: "record 1 (one.seg)".into(), ..Seen::default() };
    take_in(&scene, vec![told], 1).await;
    scene.clock.advance(60_000_000);
    take_in(&scene, (2..300).map(|number| hit(&scene, number, &format!("person {number}"), "one")).collect(), 300).await;
    let page = it.get("/alerts").await;
    assert!(page.text.contains("nobody knows what stood there: record 1") && !page.text.contains("statutory list"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_console_raises_by_itself_is_told_also_where_no_rule_says_to_whom() {
    let mut works = FixedIncidentWorks::default();
    works.alerts.rules.clear();
    works.alerts.escalate_to = vec!["head".into()];
    let People { scene, .. } = people_with(works).await;
    let told = Seen { sequence: 1, at: scene.clock.now().wall, unread: "record 1 (one.seg)".into(), ..Seen::default() };
    take_in(&scene, vec![told], 1).await;
    go_round(&scene).await;
    let letters = scene.desk.letters(100).unwrap();
    assert!(letters.iter().any(|letter| letter.recipient == "head" && letter.subject.contains("severity 3")), "{letters:?}");
}
