//! What programs ask: every route of the description over HTTP, tokens, roles, and whatever is no program (issue 7; security A1 to A7).

use crate::console_support::{Answer, Browser, PASSWORD, Scene};
use lifeguard::admin::asking::Seen;
use lifeguard::admin::{Action, DecisionFor, DecisionWorks, FixedWorks, Happened, Happenings, NewDecision, Role, may};
use lifeguard::credential::OneTimeKey;
use lifeguard::ports::LogFault;
use lifeguard::record::EventKind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MINUTE: u64 = 60_000_000;
const NAME: &str = "Kim Pupil";

/// A console with something to say in each answer.
async fn scene() -> Scene {
    let acts = Happenings {
        events: vec![Happened {
            sequence: 7,
            time: "2026-01-02T03:04:05Z".into(),
            kind: EventKind::ConsoleChange,
            peer: "127.0.0.1:9".into(),
            text: "<script>of another hand</script>".into(),
        }],
        next: Some(7),
        damage: Vec::new(),
    };
    let works = FixedWorks { acts, ..FixedWorks::default() };
    let seen = |sequence: u64| Seen {
        sequence,
        user: Some(NAME.into()),
        client: "192.0.2.7".into(),
        address: "http://games.test/".into(),
        fields: vec![("url".into(), "http://games.test/".into())],
        ..Seen::default()
    };
    *works.asking.rows.lock().unwrap() = vec![seen(1), seen(2)];
    works.decide(&NewDecision { whom: DecisionFor::Person(NAME.into()), ..NewDecision::default() }).unwrap();
    Scene::start_with(works).await
}

fn form(pairs: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// Makes a token on the page with these actions.
async fn token(scene: &Scene, browser: &mut Browser, key: Option<&OneTimeKey>, name: &str, actions: &[Action]) -> String {
    browser.get("/account/tokens").await;
    let proof = key.map_or_else(|| ("password", PASSWORD.to_owned()), |key| ("code", scene.code(key)));
    let mut fields = form(&[("name", name)]);
    fields.extend(actions.iter().map(|action| (action.word(), "yes".to_owned())));
    fields.extend([proof]);
    let made = browser.post("/account/tokens", &fields).await;
    let token = made.between("<dt>Token</dt><dd><code>", "</code>");
    token.unwrap_or_else(|| panic!("{}", made.text)).to_owned()
}

/// A program.
#[derive(Clone)]
struct Program(Browser);

impl Program {
    fn new(scene: &Scene, token: &str) -> Self {
        let more = format!("Authorization: Bearer {token}\r\n");
        Self(Browser { origin: None, cookie: None, more, ..scene.browser() })
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.0.get(&format!("/api/v1{path}")).await
    }

    async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(path, "application/json", &body.to_string()).await
    }

    async fn send(&mut self, path: &str, kind: &str, body: &str) -> Answer {
        self.0.ask(&format!("POST /api/v1{path} HTTP/1.1\r\nContent-Type: {kind}\r\n"), body).await
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// Method, path and action of each route, as the description says.
fn routes(description: &Value) -> Vec<(String, String, Action)> {
    let mut all = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, route) in methods.as_object().unwrap() {
            let action = Action::ALL.into_iter().find(|action| Some(action.word()) == route["x-action"].as_str()).unwrap();
            all.push((method.to_uppercase(), path.clone(), action));
        }
    }
    all
}

async fn description(scene: &Scene) -> Value {
    let answer = scene.browser().get("/api/v1/openapi.json").await;
    assert_eq!((answer.status, answer.field("content-type")), (200, Some("application/json")));
    json_of(&answer)
}

/// What may be given a token of a role.
fn scope(role: Role, routes: &[(String, String, Action)]) -> Vec<Action> {
    let mut actions: Vec<Action> = routes.iter().map(|(_, _, action)| *action).filter(|action| may(Some(role), *action)).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// Looks at the description, and at answers by their schemas, with what others wrote for it.
fn validate(description: &Value, answers: &[(String, String, Value)]) {
    let Some(python) = python_with_both() else { return };
    let script = "
import json, sys
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
given = json.load(sys.stdin)
validate(given['description'])
for path, method, answer in given['answers']:
    schema = given['description']['paths'][path][method]['responses']['200']['content']['application/json']['schema']
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer)
print(len(given['answers']))
";
    let mut child = std::process::Command::new(python)
        .args(["-c", script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let given = json!({"description": description, "answers": answers});
    serde_json::to_writer(child.stdin.take().unwrap(), &given).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "see the error above");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), answers.len().to_string());
}

fn python_with_both() -> Option<&'static str> {
    let has = ["jsonschema", "openapi_spec_validator"].map(crate::console_support::python_with);
    match has {
        [Some(python), Some(other)] if python == other => Some(python),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_described_and_answers_as_its_description_says() {
    let scene = scene().await;
    let description = description(&scene).await;
    let routes = routes(&description);
    let table: String = routes.iter().map(|(method, path, action)| format!("{method:<4} {path:<18} {}\n", action.word())).collect();
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/api.txt");
    assert_eq!(std::fs::read_to_string(golden).unwrap_or_default(), table, "the table of routes: if it is meant, put it into the file");
    let (mut admin, key) = scene.administrator().await;
    let own = token(&scene, &mut admin, Some(&key), "all", &scope(Role::SiteAdmin, &routes)).await;
    let mut programs = vec![(Role::SiteAdmin, Program::new(&scene, &own))];
    for role in [Role::It, Role::Auditor] {
        let (mut browser, key) = scene.person(&mut admin, &format!("one-{role}"), role).await;
        let own = token(&scene, &mut browser, key.as_ref(), "all", &scope(role, &routes)).await;
        programs.push((role, Program::new(&scene, &own)));
        scene.clock.advance(5 * MINUTE);
        admin.get("/account").await;
    }
    let program = |action: Action| programs.iter().find(|(role, _)| may(Some(*role), action)).unwrap().1.clone();
    let mut auditor = program(Action::ReadAudit);
    let asked = json_of(&auditor.post("/log/questions", &json!({"because": "a test", "url": "games"})).await);
    let ask = asked["ask"].as_i64().unwrap();
    let body = |path: &str| match path {
        "/try" => json!({"address": "http://blocked.test/"}),
        "/emergency" => json!({"address": "new.test", "category": "games", "because": "seen in a lesson", "until": "2026-06-30"}),
        "/emergency/over" => json!({"which": "E-1", "because": "a mistake"}),
        "/exceptions/stop" => json!({"which": "E-1", "because": "it is over"}),
        "/lessons/questions" => json!({"because": "a test", "day": "1970-01-01", "from": "00:00", "to": "23:59", "range": "192.0.2.0/24"}),
        _ => json!({"because": "a test", "slot": "day"}),
    };
    let lesson = json_of(&auditor.post("/lessons/questions", &body("/lessons/questions")).await)["ask"].as_i64().unwrap();
    let mut answers = Vec::new();
    // What is read comes after what was made, so that there is something in it; ends come last.
    let mut order: Vec<_> = routes.iter().collect();
    order.sort_by_key(|(method, path, _)| (path.ends_with("/over") || path.ends_with("/stop"), method == "GET"));
    for (method, path, action) in order {
        let answer = if method == "POST" {
            program(*action).post(path, &body(path)).await
        } else {
            let query = match path.as_str() {
                "/log/record" => format!("?ask={ask}&n=1"),
                "/lessons/devices" => format!("?ask={lesson}"),
                "/log/count" | "/log/rows" => format!("?ask={ask}"),
                _ => String::new(),
            };
            program(*action).get(&format!("{path}{query}")).await
        };
        assert_eq!((answer.status, answer.field("content-type")), (200, Some("application/json")), "{method} {path}: {}", answer.text);
        assert!(!answer.text.contains(NAME), "a name: {path}");
        assert_eq!((answer.field("cache-control"), answer.field("access-control-allow-origin")), (Some("no-store"), None), "{path}");
        answers.push((path.clone(), method.to_lowercase(), json_of(&answer)));
    }
    assert_eq!(answers.len(), routes.len());
    let told = |path: &str| &answers.iter().find(|(at, method, _)| at == path && method == "get").unwrap().2;
    assert_eq!(told("/emergency")["closed"][0]["address"], "new.test");
    assert_eq!((told("/log/count")["total"].as_u64(), told("/log/rows")["rows"].as_array().unwrap().len()), (Some(2), 2));
    assert!(told("/log/rows")["rows"][0]["person"].as_str().unwrap().starts_with("person-"));
    assert_eq!((&told("/exceptions")["standing"][0]["for"], &told("/exceptions")["standing"][0]["of"]), (&json!("person"), &json!("")));
    let device = &told("/lessons/devices")["devices"][0];
    assert!(device["client"] == "192.0.2.7" && device["requests"] == 2 && device["people"][0].as_str().unwrap().starts_with("person-"));
    assert_eq!(told("/audit")["acts"][0]["did"], "<script>of another hand</script>");
    assert!(scene.works.closed.lock().unwrap().is_empty(), "opened again");
    validate(&description, &answers);
    // Each was recorded as a deed of the token's owner, with the token's name, by the door and by the page's own function.
    let acts = scene.acts();
    for (method, path, _) in &routes {
        let did = format!("asked as a program: {method} /api/v1{path} (");
        assert!(acts.iter().any(|(_, act)| act.did.starts_with(&did) && act.did.ends_with(", token all)") && !act.who.is_empty()), "{did}");
    }
    let closed = acts.iter().find(|(_, act)| act.did.starts_with("closed E-1 at once")).unwrap();
    assert_eq!((closed.0, closed.1.who.as_str(), closed.1.purpose.as_str()), (EventKind::ConsoleChange, "robin", "seen in a lesson"));
    assert!(acts.iter().all(|(_, act)| !act.text().contains("lgd_")), "a token in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_open_to_the_roles_of_the_table_and_to_the_scope_of_the_token() {
    let scene = scene().await;
    let description = description(&scene).await;
    let routes = routes(&description);
    let (mut admin, admin_key) = scene.administrator().await;
    let mut seats = vec![(Role::SiteAdmin, admin.clone(), Some(admin_key))];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::SiteAdmin) {
        let (browser, key) = scene.person(&mut admin, &format!("one-{role}"), role).await;
        seats.push((role, browser, key));
        scene.clock.advance(5 * MINUTE);
        for (_, browser, _) in &mut seats {
            browser.get("/account").await;
        }
        admin.get("/account").await;
    }
    let mut looked = 0;
    for (role, browser, key) in &mut seats {
        let all = scope(*role, &routes);
        let own = token(&scene, browser, key.as_ref(), "all", &all).await;
        let least = token(&scene, browser, key.as_ref(), "least", &[Action::SeeDashboard]).await;
        for (method, path, action) in &routes {
            for (token, has) in [(&own, may(Some(*role), *action)), (&least, *action == Action::SeeDashboard)] {
                let mut program = Program::new(&scene, token);
                let answer = if method == "POST" { program.post(path, &json!({})).await } else { program.get(path).await };
                assert_eq!(answer.status != 403, has, "{role} {method} {path}: {} {}", answer.status, answer.text);
                looked += 1;
            }
        }
        // Nobody gives a token what the own role has not: a box that is not on the page ticks nothing.
        let not = Action::ALL.into_iter().find(|action| !may(Some(*role), *action)).unwrap();
        let mut fields = form(&[("name", "more"), (not.word(), "yes")]);
        fields.extend(key.as_ref().map(|key| ("code", scene.code(key))));
        let refused = browser.post("/account/tokens", &fields).await;
        assert!(refused.status == 422 && refused.text.contains("at least one thing"), "{role}: {}", refused.text);
    }
    assert_eq!(looked, routes.len() * Role::ALL.len() * 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_program_or_brings_what_is_not_asked_for_is_refused() {
    let scene = scene().await;
    let (mut admin, key) = scene.administrator().await;
    let own = token(&scene, &mut admin, Some(&key), "nightly", &[Action::SeeDashboard, Action::CloseAtOnce]).await;
    let mut program = Program::new(&scene, &own);
    let body = json!({"address": "new.test", "category": "games", "because": "why"});
    let problem = |answer: &Answer, status: u16| {
        assert_eq!((answer.status, answer.field("content-type")), (status, Some("application/problem+json")), "{}", answer.text);
        let told = json_of(answer);
        assert_eq!((told["status"].as_u64(), told["type"].as_str()), (Some(status.into()), Some("about:blank")));
        told
    };
    // A session is nothing here, with or without a form's token; a page of a browser is nothing, whatever it brings.
    let mut session = Program(Browser { more: String::new(), origin: None, ..admin.clone() });
    let told = session.get("/status").await;
    problem(&told, 401);
    assert_eq!(told.field("www-authenticate"), Some("Bearer realm=\"Lifeguard\""));
    problem(&session.post("/emergency", &body).await, 401);
    let own_origin = format!("http://{}", scene.address);
    for origin in ["http://evil.example", "null", own_origin.as_str()] {
        let mut page = Program(Browser { origin: Some(origin.to_owned()), ..program.0.clone() });
        problem(&page.post("/emergency", &body).await, 403);
    }
    let mut page = Program(Browser { more: format!("{}Sec-Fetch-Site: same-origin\r\n", program.0.more), ..program.0.clone() });
    problem(&page.get("/status").await, 403);
    let asked = program.0.ask("OPTIONS /api/v1/status HTTP/1.1\r\n", "").await;
    assert_eq!((asked.status, asked.field("allow"), asked.field("access-control-allow-origin")), (405, Some("GET"), None));
    assert_eq!(scene.acts().iter().filter(|(kind, _)| *kind == EventKind::ConsoleCrossSite).count(), 4);
    // Bodies.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        problem(&program.send("/emergency", kind, &body.to_string()).await, 415);
    }
    let twice = r#"{"address":"a.test","address":"b.test","category":"games","because":"why"}"#;
    for bad in ["", "[]", "{", "null", "{\"address\":1}", "{\"address\":{\"a\":\"b\"}}", twice] {
        problem(&program.send("/emergency", "application/json", bad).await, 400);
    }
    problem(&program.send("/emergency", "application/json", &format!("{{\"address\":\"{}\"}}", "a".repeat(20_000))).await, 413);
    for more in ["by", "id", "token", "over_because", "role"] {
        let mut body = body.clone();
        body[more] = "x".into();
        problem(&program.post("/emergency", &body).await, 400);
    }
    problem(&program.get("/status?verbose=1").await, 400);
    problem(&program.get("/status?a=1&a=2").await, 400);
    // What the page finds wrong is wrong here, by the names that were used.
    let told = problem(&program.post("/emergency", &json!({"address": "a b", "category": "games", "because": "why"})).await, 422);
    assert_eq!(told["errors"][0]["name"], "address", "{told}");
    let told = problem(&program.post("/emergency", &json!({"address": "a.test", "category": "nonsense", "because": "why"})).await, 422);
    assert_eq!(told["errors"][0]["name"], "category", "{told}");
    let told = problem(&program.post("/emergency", &json!({"address": "a.test", "category": "games"})).await, 422);
    assert_eq!(told["errors"], json!([{"name": "because", "detail": "It is missing."}]));
    problem(&program.post("/emergency/over", &json!({"which": "E-9", "because": "why"})).await, 422);
    assert!(scene.works.closed.lock().unwrap().is_empty());
    for path in ["/nothing", "/status/", "/openapi.json/", "/../status", "/%73tatus"] {
        assert_eq!(program.get(path).await.status, 404, "{path}");
    }
    // What cannot be recorded is not done.
    scene.log.break_down(Some(LogFault::Full));
    problem(&program.post("/emergency", &body).await, 503);
    problem(&program.get("/status").await, 503);
    scene.log.break_down(None);
    assert!(scene.works.closed.lock().unwrap().is_empty());
    assert_eq!(program.post("/emergency", &body).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_by_time_by_hand_and_with_its_account_and_guesses_are_few() {
    let scene = scene().await;
    let (mut admin, key) = scene.administrator().await;
    // Wrong proof, a day too far, no name: nothing is made.
    admin.get("/account/tokens").await;
    let wrong = form(&[("name", "x"), ("see-dashboard", "yes"), ("code", "000000")]);
    assert_eq!(admin.post("/account/tokens", &wrong).await.status, 422);
    // What is wrong stands beside its field: here the first of the boxes.
    let nothing = admin.post("/account/tokens", &form(&[("name", "x"), ("code", "000000")])).await;
    let box_of = nothing.between("type=\"checkbox\" id=\"", "\"").unwrap().to_owned();
    assert!(nothing.status == 422 && nothing.text.contains(&format!("id=\"{box_of}-fault\">Tick at least one")), "{}", nothing.text);
    let code = scene.code(&key);
    let far = form(&[("name", "<b>"), ("see-dashboard", "yes"), ("until", "2030-01-01"), ("code", &code)]);
    let answer = admin.post("/account/tokens", &far).await;
    assert!(
        answer.status == 422 && answer.text.contains("id=\"until-fault\"") && answer.text.contains("id=\"name-fault\""),
        "{}",
        answer.text
    );
    assert!(!admin.get("/account/tokens").await.text.contains("Your tokens"));

    let own = token(&scene, &mut admin, Some(&key), "nightly", &[Action::SeeDashboard]).await;
    assert!(own.starts_with("lgd_") && own.len() == 36, "{own}");
    let kept = std::fs::read(scene.folder.path().join("console/console.sqlite-wal")).unwrap();
    let has = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("nightly") && !has(&own) && !has(&own[4..]) && !has(&own[4..].to_ascii_uppercase()), "the secret was kept");
    let page = admin.get("/account/tokens").await;
    assert!(page.text.contains("nightly") && page.text.contains("never") && !page.text.contains(&own), "{}", page.text);
    let status = |token: &str| {
        let mut program = Program::new(&scene, token);
        async move { program.get("/status").await.status }
    };
    assert_eq!(status(&own).await, 200);
    assert!(!admin.get("/account/tokens").await.text.contains("<td>never</td>"));
    let which = admin.post("/account/tokens/over", &form(&[])).await;
    assert!(which.status == 422 && which.text.contains("id=\"which-fault\""), "{}", which.text);
    // By hand: a number that is somebody else's ends nothing.
    let (mut gil, _) = scene.person(&mut admin, "gil", Role::Governor).await;
    gil.get("/account/tokens").await;
    assert_eq!(gil.post("/account/tokens/over", &form(&[("which", "1")])).await.status, 422);
    assert_eq!(status(&own).await, 200);
    assert_eq!(admin.post("/account/tokens/over", &form(&[("which", "1")])).await.status, 303);
    assert_eq!(status(&own).await, 401);
    let changes: Vec<_> = scene.acts().into_iter().filter(|(kind, _)| *kind == EventKind::TokenChanged).map(|(_, act)| act).collect();
    assert!(
        changes.len() == 2 && changes[0].did.starts_with("made the token nightly until") && changes[1].did.starts_with("ended"),
        "{changes:?}"
    );
    assert!(lifeguard::admin::is_of_console(EventKind::TokenChanged));

    // With the account: its owner is switched off, or has first steps to take again.
    let gils = token(&scene, &mut gil, None, "figures", &[Action::SeeDashboard]).await;
    assert_eq!(status(&gils).await, 200);
    let people = admin.get("/people").await;
    let id = people.between("/people/change?account=", "\"").unwrap().to_owned();
    assert!(admin.get(&format!("/people/change?account={id}")).await.text.contains("gil"));
    let off = admin.post("/people/change", &form(&[("account", &id), ("role", "governor")])).await;
    assert_eq!((off.status, status(&gils).await), (303, 401));
    admin.get(&format!("/people/change?account={id}")).await;
    admin.post("/people/change", &form(&[("account", &id), ("role", "governor"), ("active", "yes")])).await;
    assert_eq!(status(&gils).await, 401, "it does not come back with the account");

    // Guesses: ten in five minutes from one address, then nobody is heard; a good one does not count.
    scene.clock.advance(5 * MINUTE);
    admin.get("/account").await;
    let own = token(&scene, &mut admin, Some(&key), "again", &[Action::SeeDashboard, Action::AskWhy]).await;
    for _ in 0..20 {
        assert_eq!(status(&own).await, 200);
    }
    for _ in 0..10 {
        assert_eq!(status(&format!("lgd_{}", "a".repeat(32))).await, 401);
    }
    assert_eq!(status(&own).await, 429);
    scene.clock.advance(5 * MINUTE);
    admin.get("/account").await;
    assert_eq!(status(&own).await, 200);
    // So many questions in five minutes; and none of them takes a sign-in away from somebody at the same address.
    let mut program = Program::new(&scene, &own);
    for _ in 0..60 {
        assert_eq!(program.post("/try", &json!({"address": "http://open.test/"})).await.status, 200);
    }
    assert_eq!(program.post("/try", &json!({"address": "http://open.test/"})).await.status, 429);
    let code = scene.code(&key);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 303);
    for _ in 0..238 {
        assert_eq!(status(&own).await, 200);
    }
    assert_eq!(status(&own).await, 429);
    // By time.
    scene.clock.advance(91 * 24 * 60 * MINUTE);
    assert_eq!(status(&own).await, 401);
    let acts = scene.acts();
    assert!(acts.iter().any(|(_, act)| act.who == "robin" && act.did.contains("token refused: its time is over")), "{acts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_the_log_is_not_taken_and_questions_of_others_are_not_there() {
    let scene = scene().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, sam_key) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    let (mut ann, ann_key) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let own = token(&scene, &mut sam, sam_key.as_ref(), "log", &[Action::SearchLog]).await;
    let others = token(&scene, &mut ann, ann_key.as_ref(), "log", &[Action::SearchLog]).await;
    let (mut program, mut other) = (Program::new(&scene, &own), Program::new(&scene, &others));
    let named = program.post("/log/questions", &json!({"because": "why", "slot": "day", "person": NAME})).await;
    assert_eq!((named.status, json_of(&named)["errors"][0]["name"].as_str()), (422, Some("person")));
    assert!(scene.acts().iter().all(|(kind, _)| *kind != EventKind::ConsoleReveal), "a name was revealed to a program");
    let asked = json_of(&program.post("/log/questions", &json!({"because": "why", "url": "games"})).await);
    let path = format!("/log/rows?ask={}", asked["ask"]);
    let rows = program.get(&path).await;
    assert_eq!(rows.status, 200, "{}", rows.text);
    let last = scene.acts().pop().unwrap().1;
    assert_eq!((last.who.as_str(), last.purpose.as_str()), ("sam", "why"));
    assert!(last.did.starts_with("read 2 rows of the log") && last.query.contains("games"), "{last:?}");
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.get("/log/rows?ask=999").await.status, 404);
    let page = sam.get("/api").await;
    assert!(page.text.contains("/api/v1/log/rows") && page.text.contains("search-log"), "{}", page.text);
}
