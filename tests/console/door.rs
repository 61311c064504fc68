//! The console's door: set-up, sign-in, sessions, forms, roles, and the record of it all (security A1 to A7; standards G1, G2, X14, X17).

use crate::console_support::{Browser, PASSWORD, Scene};
use lifeguard::admin::{Action, DoorSettings, Happened, Happenings, Place, Role, may, table};
use lifeguard::ports::LogFault;
use lifeguard::record::EventKind;
use std::collections::BTreeMap;

const MINUTE: u64 = 60_000_000;
const SECOND: u64 = 1_000_000;

fn form(pairs: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_first_start_to_sign_out() {
    let scene = Scene::start().await;
    let mut browser = scene.browser();
    let page = browser.get("/setup").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Riverside &lt;b&gt;Library") && page.text.contains("youth-club: youth club"), "{}", page.text);
    // Everything wrong at once is said beside its field, what was typed stays, passwords do not, and nothing has changed.
    let bad =
        form(&[("secret", "guess"), ("name", "x y"), ("shown", "Robin \"Hill\""), ("fresh", "short"), ("again", "other"), ("preset", "x")]);
    let answer = browser.post("/setup", &bad).await;
    assert_eq!(answer.status, 422);
    for field in ["secret", "name", "fresh", "again", "lead_name", "it_reach", "preset"] {
        assert!(answer.text.contains(&format!("id=\"{field}-fault\"")) && answer.text.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert!(answer.text.contains("Robin &quot;Hill&quot;") || answer.text.contains("Robin &#34;Hill&#34;"), "{}", answer.text);
    assert!(!answer.text.contains("short\"") && !scene.folder.path().join("console").exists());
    let (mut admin, key) = scene.administrator().await;
    assert_eq!(*scene.works.chosen.lock().unwrap(), ["youth-club"]);
    let page = admin.get("/try").await;
    for words in ["127.0.0.1:3128", "http://blocked.test/", "Blocked", "http://open.test/", "Open"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let page = admin.get("/dashboard").await;
    assert!(page.text.contains("Sam Lead") && page.text.contains("ivy@school.test"), "{}", page.text);
    // There is an administrator: the set-up is over, for everybody.
    assert_eq!(scene.browser().get("/setup").await.status, 404);
    assert_eq!(scene.browser().post("/setup", &scene.setup_form()).await.status, 404);
    let out = admin.post("/sign-out", &form(&[])).await;
    assert_eq!((out.status, out.location()), (303, "/sign-in"));
    assert_eq!(admin.get("/dashboard").await.location(), "/sign-in");
    let code = scene.code(&key);
    let entered = admin.sign_in("ROBIN", PASSWORD, &code).await;
    assert_eq!((entered.status, entered.location()), (303, "/dashboard"), "{}", entered.text);
    let kinds: Vec<EventKind> = scene.acts().iter().map(|(kind, _)| *kind).collect();
    for kind in [EventKind::ConsoleRefused, EventKind::ConsoleChange, EventKind::ConsoleSignIn] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    for (_, act) in scene.acts() {
        let text = act.text();
        assert!(!text.contains(PASSWORD) && !text.contains(&code) && !text.contains(scene.secret.as_ref().unwrap()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_needs_this_machine_its_secret_and_its_day() {
    let scene = Scene::start().await;
    for field in ["X-Forwarded-For: 127.0.0.1\r\n", "Forwarded: for=127.0.0.1\r\n", "Via: 1.1 front\r\n"] {
        let mut relayed = Browser { more: field.to_owned(), ..scene.browser() };
        assert_eq!(relayed.get("/setup").await.status, 404, "{field}");
    }
    scene.clock.advance(24 * 60 * MINUTE);
    let late = scene.browser().post("/setup", &scene.setup_form()).await;
    assert!(late.status == 422 && late.text.contains("older than a day"), "{}", late.text);
    // A set-up that was broken off begins again; one that was finished does not, after a new start either.
    let scene = Scene::start().await;
    assert_eq!(scene.browser().post("/setup", &scene.setup_form()).await.status, 303);
    scene.administrator().await;
    let again = Scene::start_in(scene.folder, Happenings::default(), DoorSettings::default()).await;
    assert!(again.secret.is_none());
    assert_eq!(again.browser().get("/setup").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_guesses_in_five_minutes_and_one_answer_to_all_of_them() {
    let scene = Scene::start().await;
    let (_, key) = scene.administrator().await;
    scene.clock.advance(10 * MINUTE);
    let mut texts = Vec::new();
    for (name, password) in [("robin", "wrong password"), ("nobody", "wrong password"), ("robin", PASSWORD), ("robin", ""), ("", "")] {
        let answer = scene.browser().sign_in(name, password, "").await;
        assert_eq!(answer.status, 403);
        texts.push(answer.text.replace(&format!("value=\"{name}\""), "value=\"\""));
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "the answer tells what was wrong");
    assert_eq!(scene.browser().sign_in("robin", "wrong password", "").await.status, 429, "five at once, and then slowly");
    for _ in 0..5 {
        scene.clock.advance(15 * SECOND);
        assert_eq!(scene.browser().sign_in("robin", "wrong password", "").await.status, 403);
    }
    let code = scene.code(&key);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 429, "ten from this address, whatever the name");
    scene.clock.advance(5 * MINUTE);
    let code = scene.code(&key);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 303);
    let refused: Vec<_> = scene.acts().into_iter().filter(|(kind, _)| *kind == EventKind::ConsoleRefused).map(|(_, act)| act).collect();
    assert_eq!(refused.len(), 11, "each guess, and once that there were too many: {refused:?}");
    assert!(refused.iter().all(|act| act.who == "robin" || act.who.is_empty()), "a name that nobody has may be a password: {refused:?}");
    assert!(refused.iter().any(|act| act.did.contains("too many guesses")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_so_is_a_recovery_code() {
    let scene = Scene::start().await;
    let mut browser = scene.browser();
    browser.post("/setup", &scene.setup_form()).await;
    let page = browser.get("/enrol").await;
    let key = lifeguard::credential::from_base32(page.between("<dt>Key</dt><dd><code>", "</code>").unwrap()).unwrap();
    let key = lifeguard::credential::OneTimeKey::kept(key);
    let code = scene.code(&key);
    let done = browser.post("/enrol", &form(&[("code", &code)])).await;
    let recovery = done.between("<li><code>", "</code>").unwrap().to_owned();
    assert_eq!(done.text.matches("<li><code>").count(), 8, "{}", done.text);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 403, "the code of the first steps is used up");
    let code = scene.code(&key);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 303);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 403, "a code that was used");
    assert_eq!(scene.browser().sign_in("robin", "wrong password", &recovery).await.status, 403);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &recovery).await.status, 303, "a wrong password uses no recovery code up");
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &recovery).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_by_time_by_sign_out_and_with_a_new_password_and_none_is_taken_over() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    // A session that somebody else planted, or that was there before, is not the one after the sign-in.
    for planted in ["A".repeat(32), admin.cookie.clone().unwrap().replace("lifeguard=", "")] {
        let mut victim = Browser { cookie: Some(format!("lifeguard={planted}")), ..scene.browser() };
        let code = scene.code(&key);
        assert_eq!(victim.sign_in("robin", PASSWORD, &code).await.status, 303);
        assert_ne!(victim.cookie, Some(format!("lifeguard={planted}")));
        assert_eq!(victim.get("/dashboard").await.status, 200);
        let mut planter = Browser { cookie: Some(format!("lifeguard={planted}")), ..scene.browser() };
        assert_eq!(planter.get("/dashboard").await.location(), "/sign-in");
        admin = victim;
    }
    let mut other = scene.browser();
    let code = scene.code(&key);
    other.sign_in("robin", PASSWORD, &code).await;
    assert_eq!(other.get("/account").await.status, 200);
    admin.get("/account").await;
    let wrong = admin
        .post(
            "/account/password",
            &form(&[("password", "wrong password"), ("fresh", "another long one 7"), ("again", "another long one 7")]),
        )
        .await;
    assert_eq!(wrong.status, 422);
    let before = admin.cookie.clone();
    let changed = admin
        .post("/account/password", &form(&[("password", PASSWORD), ("fresh", "another long one 7"), ("again", "another long one 7")]))
        .await;
    assert_eq!((changed.status, changed.location()), (303, "/account"), "{}", changed.text);
    assert_ne!(admin.cookie, before);
    assert_eq!(other.get("/account").await.location(), "/sign-in", "all others ended");
    assert_eq!(admin.get("/account").await.status, 200);
    scene.clock.advance(15 * MINUTE);
    assert_eq!(admin.get("/account").await.location(), "/sign-in", "a quarter of an hour without a request");
    let code = scene.code(&key);
    assert_eq!(admin.sign_in("robin", "another long one 7", &code).await.status, 303);
    for _ in 0..48 {
        assert_eq!(admin.get("/account").await.status, 200);
        scene.clock.advance(10 * MINUTE);
    }
    assert_eq!(admin.get("/account").await.location(), "/sign-in", "eight hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_elsewhere_is_refused_and_recorded() {
    let scene = Scene::start().await;
    let (admin, _) = scene.administrator().await;
    let new = form(&[("shown", "Eve"), ("name", "eve"), ("role", "governor")]);
    let elsewhere = [
        Browser { origin: Some("http://evil.example".into()), ..admin.clone() },
        Browser { origin: Some("null".into()), ..admin.clone() },
        Browser { origin: None, ..admin.clone() },
        Browser { more: "Sec-Fetch-Site: cross-site\r\n".into(), ..admin.clone() },
        Browser { more: "Sec-Fetch-Site: same-site\r\n".into(), ..admin.clone() },
        Browser { token: "A".repeat(32), ..admin.clone() },
        Browser { token: String::new(), ..admin.clone() },
    ];
    let before = scene.acts().len();
    for mut browser in elsewhere {
        assert_eq!(browser.post("/people/new", &new).await.status, 403);
    }
    let acts = scene.acts().split_off(before);
    assert_eq!(acts.len(), 7);
    assert!(acts.iter().all(|(kind, act)| *kind == EventKind::ConsoleCrossSite && act.who == "robin"), "{acts:?}");
    // What is no form of a page, and what changes something by GET.
    let mut browser = admin.clone();
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x"] {
        let head = format!("POST /people/new HTTP/1.1\r\nContent-Type: {kind}\r\n");
        assert_eq!(browser.ask(&head, "shown=Eve&name=eve&role=governor").await.status, 415);
    }
    for path in ["/sign-out", "/account/sessions", "/account/password", "/account/codes"] {
        assert_eq!(browser.get(path).await.status, 405, "{path}");
    }
    let twice = format!("shown=E&name=eve&role=governor&role=site-admin&token={}", browser.token);
    let head = "POST /people/new HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(browser.ask(head, &twice).await.status, 400);
    assert_eq!(browser.ask(head, &"a=b&".repeat(5000)).await.status, 413);
    assert!(!browser.get("/people").await.text.contains(">eve</td>"), "nobody was made");
    // Somebody is signed in as another by a form from elsewhere: refused as well.
    let mut login = Browser { origin: Some("http://evil.example".into()), ..scene.browser() };
    assert_eq!(login.sign_in("robin", PASSWORD, "").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_open_to_whom_the_table_says_and_to_nobody_else() {
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/roles.txt");
    assert_eq!(std::fs::read_to_string(golden).unwrap(), table(), "the table of roles: read it, and if it is meant, put it into the file");
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let mut seats: Vec<(Option<Role>, Browser)> = vec![(None, scene.browser())];
    for role in Role::ALL {
        let name = format!("one-{role}");
        let (browser, _) = scene.person(&mut admin, &name, role).await;
        seats.push((Some(role), browser));
        scene.clock.advance(5 * MINUTE);
        for (_, browser) in &mut seats {
            browser.get("/account").await;
        }
        admin.get("/account").await;
    }
    let mut looked = 0;
    for (role, browser) in &mut seats {
        for place in Place::ALL.into_iter().filter(|place| !matches!(place, Place::SignOut | Place::Setup | Place::SignIn)) {
            let allowed = may(*role, place.action());
            if place.takes().get() {
                let answer = browser.get(place.path()).await;
                let shut = if role.is_none() { answer.location() == "/sign-in" } else { answer.status == 403 };
                assert_eq!(!shut, allowed, "{role:?} GET {}: {}", place.path(), answer.status);
                looked += 1;
            }
            if place.takes().post() {
                let answer = browser.post(place.path(), &form(&[])).await;
                let shut = if role.is_none() { answer.location() == "/sign-in" } else { answer.status == 403 };
                assert_eq!(!shut, allowed, "{role:?} POST {}: {}", place.path(), answer.status);
                looked += 1;
            }
        }
    }
    assert!(looked >= 8 * 14, "{looked}");
    let refused = scene.acts().iter().filter(|(kind, act)| *kind == EventKind::ConsoleRefused && act.did.contains("may not do")).count();
    let expected = Role::ALL.into_iter().flat_map(|role| {
        let shut = Place::ALL.into_iter().filter(move |place| !may(Some(role), place.action()));
        shut.map(|place| usize::from(place.takes().get()) + usize::from(place.takes().post()))
    });
    assert_eq!(refused, expected.sum::<usize>(), "each that was refused is recorded");
    assert!(!may(Some(Role::It), Action::ReadAudit));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_have_their_time_and_their_vetting_and_an_administrator_stays() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let unvetted = admin.post("/people/new", &form(&[("shown", "Ann"), ("name", "ann"), ("role", "auditor")])).await;
    assert!(unvetted.status == 422 && unvetted.text.contains("id=\"vetted-fault\""), "{}", unvetted.text);
    let (mut ann, key) = scene.person(&mut admin, "ann", Role::Auditor).await;
    assert_eq!(ann.get("/audit").await.status, 200);
    let page = admin.get("/people").await;
    let id = page.between("/people/change?account=", "\"").unwrap().to_owned();
    assert!(admin.get(&format!("/people/change?account={id}")).await.text.contains("ann"));
    // Another role: every session ends at once.
    let changed = admin.post("/people/change", &form(&[("account", &id), ("role", "governor"), ("active", "yes")])).await;
    assert_eq!(changed.status, 303, "{}", changed.text);
    assert_eq!(ann.get("/audit").await.location(), "/sign-in");
    // Its time is over: refused, though all is right.
    let until = form(&[("account", &id), ("role", "auditor"), ("vetted", "2025-11-26"), ("active", "yes")]);
    // From a role without a code to one with it: first steps again, with a new password and a new authenticator.
    let anew = admin.post("/people/change", &until).await;
    let secret = anew.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
    let code = scene.code(key.as_ref().unwrap());
    assert_eq!(ann.sign_in("ann", PASSWORD, &code).await.status, 403);
    assert_eq!(ann.sign_in("ann", &secret, "").await.location(), "/enrol");
    assert_eq!(ann.get("/audit").await.location(), "/enrol", "nothing else before the first steps");
    let key = scene.enrol(&mut ann, Some(PASSWORD)).await;
    assert_eq!(ann.get("/audit").await.status, 200);
    scene.clock.advance(3 * 24 * 60 * MINUTE);
    let code = scene.code(&key);
    assert_eq!(ann.sign_in("ann", PASSWORD, &code).await.status, 403, "the vetting has lapsed");
    assert!(scene.acts().iter().any(|(_, act)| act.who == "ann" && act.did.contains("vetting has lapsed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_their_own_role_and_numbers_of_others_say_nothing() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let page = admin.get("/people").await;
    let own = page.between("/people/change?account=", "\"").unwrap().to_owned();
    let change = admin.post("/people/change", &form(&[("account", &own), ("role", "governor")])).await;
    assert!(change.status == 422 && change.text.contains("own account"), "{}", change.text);
    for number in ["0", "-1", "99999", "1 OR 1=1", "9223372036854775808", "../1", "", "%00"] {
        assert_eq!(admin.get(&format!("/people/change?account={}", number.replace(' ', "+"))).await.status, 404, "{number}");
        assert_eq!(admin.post("/people/change", &form(&[("account", number), ("role", "it")])).await.status, 404, "{number}");
    }
    // Names of fields that no form has change nothing.
    let more = form(&[("shown", "Ned"), ("name", "ned"), ("role", "governor"), ("enrolled", "1"), ("id", "1"), ("made_by", "god")]);
    assert_eq!(admin.post("/people/new", &more).await.status, 200);
    let people = admin.get("/people").await.text;
    assert!(people.contains("first steps to be taken") && !people.contains("god"), "{people}");
    for path in [
        "/people/../people",
        "/people/%2e%2e/audit",
        "/..%2f..%2fetc/passwd",
        "/console.css/../setup",
        "/html/sheet.html",
        "/console.sqlite",
    ] {
        assert_eq!(admin.get(path).await.status, 404, "{path}");
    }
    let (mut governor, _) = scene.person(&mut admin, "gil", Role::Governor).await;
    assert_eq!(governor.get(&format!("/people/change?account={own}")).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_recorded_is_not_done() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    admin.get("/people/new").await;
    scene.log.break_down(Some(LogFault::Full));
    let made = admin.post("/people/new", &form(&[("shown", "Ann"), ("name", "ann"), ("role", "governor")])).await;
    assert_eq!(made.status, 503, "{}", made.text);
    let code = scene.code(&key);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 503);
    scene.log.break_down(None);
    assert!(!admin.get("/people").await.text.contains("Ann"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_at_once_and_cannot_be_recorded_is_taken_back_and_what_cannot_be_taken_back_is_told() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let new = form(&[("address", "new.test"), ("category", "games"), ("because", "seen in a lesson"), ("until", "2026-06-30")]);
    let closed = || scene.works.closed.lock().unwrap().iter().map(|one| one.until.to_string()).collect::<Vec<_>>();
    let told = |text: &str| scene.acts().iter().any(|(_, act)| act.did.contains(text));

    admin.get("/lists/emergency").await;
    scene.log.break_down(Some(LogFault::Full));
    let refused = admin.post("/lists/emergency", &new).await;
    assert_eq!((refused.status, closed().len()), (503, 0), "{}", refused.text);
    scene.log.break_down(None);

    // A day ends where the place is.
    let page = admin.get("/lists/emergency").await;
    assert!(page.text.contains("to its end in the time zone Europe/London"), "{}", page.text);
    let done = admin.post("/lists/emergency", &new).await;
    assert_eq!((done.status, closed()), (303, vec!["2026-06-30T22:59:59.999999Z".to_owned()]), "{}", done.text);
    assert!(told("closed E-1 at once: new.test in games"));
    let page = admin.get("/lists/emergency").await;
    assert!(page.text.contains("30 Jun 2026, 23:59 BST"), "{}", page.text);

    let over = form(&[("which", "E-1"), ("over_because", "a mistake")]);
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!((admin.post("/lists/emergency/over", &over).await.status, closed().len()), (503, 1), "what is not recorded is not opened");
    scene.log.break_down(None);
    admin.get("/lists/emergency").await;
    scene.works.stuck.store(true, std::sync::atomic::Ordering::Relaxed);
    let stuck = admin.post("/lists/emergency/over", &over).await;
    assert!(stuck.status >= 500 && closed().len() == 1, "{}: {}", stuck.status, stuck.text);
    assert!(told("opens E-1 again") && told("E-1 is still closed: nothing is taken back"), "{:?}", scene.acts());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hostile_in_the_log_or_in_a_name_is_only_text() {
    let bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}";
    let act = lifeguard::admin::Act::new(bad, Some(Role::It), Action::AskWhy, bad).asking(&format!("http://{bad}/"));
    let event = |text: String| Happened { sequence: 7, time: bad.into(), kind: EventKind::ConsoleLookUp, peer: bad.into(), text };
    let acts = Happenings { events: vec![event(act.text()), event(bad.to_owned())], next: Some(7), damage: vec![bad.into()] };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), acts, DoorSettings::default()).await;
    let (mut admin, _) = scene.administrator().await;
    admin.more = format!("User-Agent: {}\r\n", bad.replace('\u{202e}', ""));
    let (mut auditor, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let shown = admin.post("/people/new", &form(&[("shown", bad), ("name", "eve"), ("role", "governor")])).await;
    let pages = [
        shown,
        auditor.get("/audit").await,
        admin.get("/people").await,
        admin.get("/account").await,
        admin.post("/try", &form(&[("address", bad)])).await,
    ];
    for page in pages {
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(!page.text.contains("<script") && !page.text.contains("<img"), "{}", page.text);
        let typed = page.text.contains("name=\"address\"");
        assert!(typed || !page.text.contains('\u{202e}'), "{}", page.text);
        assert!(page.text.contains("&lt;script&gt;") || !page.text.contains("alert(1)"), "{}", page.text);
        let rules = page.field("content-security-policy").unwrap();
        assert!(rules.contains("default-src 'none'") && rules.contains("frame-ancestors 'none'") && !rules.contains("unsafe"), "{rules}");
        assert_eq!((page.field("x-frame-options"), page.field("cache-control")), (Some("DENY"), Some("no-store")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_for_tls_where_a_front_ends_it_and_pages_are_in_the_language_that_is_asked_for() {
    let settings = DoorSettings { behind_tls: true, ..DoorSettings::default() };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), Happenings::default(), settings).await;
    let mut browser = Browser { origin: Some(format!("https://{}", scene.address)), ..scene.browser() };
    let made = browser.post("/setup", &scene.setup_form()).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let cookie = made.field("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-lifeguard=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, "").await.status, 403, "a form from a page without TLS is not ours");
    // Guesses count for the client that the front has seen, not for the front; what a client claims itself is passed over.
    browser.more = "X-Forwarded-For: 203.0.113.9, 198.51.100.7\r\n".into();
    assert_eq!(browser.sign_in("robin", "wrong password", "").await.status, 403);
    let (_, act) = scene.acts().pop().unwrap();
    assert!(act.did.contains("wrong password"), "{act:?}");
    assert_eq!(scene.last_peer().ip().to_string(), "198.51.100.7");
    assert_eq!(browser.get("/setup").await.status, 404, "not from this machine");
    browser.more = "Accept-Language: cy-GB,en;q=0.5\r\n".into();
    let page = browser.get("/sign-in").await;
    assert!(page.text.contains("<html lang=\"cy\">") && page.text.contains("Mewngofnodi"), "{}", page.text);
}
