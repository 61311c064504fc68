//! Passwords, sign-ins and sessions of the console, clause by clause (OWASP ASVS 5.0, 6.2, 6.3 and 7.2 to 7.4; security A4 and A5). The table is
//! in `src/manual/console_security.rs`.

use crate::attack::{everybody, places};
use crate::console_support::real::form;
use crate::console_support::{Answer, Browser, PASSWORD, Scene};
use lifeguard::admin::{Place, Role, may};
use lifeguard::credential::{OneTimeKey, Token};
use lifeguard::ports::LogFault;
use std::collections::BTreeSet;

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const DAY: u64 = 24 * 60 * MINUTE;

/// Asks for a new password.
async fn change(browser: &mut Browser, old: &str, fresh: &str) -> Answer {
    browser.get("/account").await;
    browser.post("/account/password", &form(&[("password", old), ("fresh", fresh), ("again", fresh)])).await
}

/// Tries to sign in with the right code; guesses are so far apart that none is too many.
async fn enters(scene: &Scene, key: &OneTimeKey, password: &str) -> u16 {
    scene.clock.advance(5 * MINUTE);
    let code = scene.code(key);
    scene.browser().sign_in("robin", password, &code).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_that_are_short_leaked_or_made_of_names_are_refused_and_say_why() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    for (fresh, words) in [
        ("", "12 characters"),
        ("elevenchars", "12 characters"),
        ("Password123456", "too easy"),
        ("Safeguarding2027!", "too easy"),
        ("aaaaaaaaaaaaaaaa", "too easy"),
        ("my name is Robin!", "the name in it"),
        ("RiversideLibrary1", "name of this place"),
        ("chesterfield00", "leaked"),
        ("1QAZ2wsx3edc", "leaked"),
        (&"x1 Y2 z3 ".repeat(120), "1024 bytes"),
    ] {
        let answer = change(&mut admin, PASSWORD, fresh).await;
        assert_eq!(answer.status, 422, "{fresh}");
        assert!(answer.text.contains(words), "{fresh}: {}", answer.text);
        assert!(fresh.is_empty() || !answer.text.contains(fresh), "what was typed into a field for passwords comes back");
    }
    // The same where somebody takes the first steps.
    let made = admin.post("/people/new", &form(&[("shown", "Ann"), ("name", "ann"), ("role", "it")])).await;
    let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
    let mut ann = scene.browser();
    assert_eq!(ann.sign_in("ann", &secret, "").await.location(), "/enrol");
    ann.get("/enrol").await;
    let answer = ann.post("/enrol", &form(&[("fresh", "chesterfield00"), ("again", "chesterfield00"), ("code", "")])).await;
    assert!(answer.status == 422 && answer.text.contains("leaked"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_any_signs_is_taken_whole_with_the_present_one_and_lasts() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    let fresh = ("fresh", "only small letters here");
    let without = admin.post("/account/password", &form(&[fresh, ("again", fresh.1)])).await;
    assert_eq!(without.status, 422, "without the present one");
    for old in ["", "wrong password", "Correct Horse Battery", "correct horse battery ", " correct horse battery"] {
        scene.clock.advance(MINUTE);
        let answer = change(&mut admin, old, "only small letters here").await;
        assert!(answer.status == 422 && answer.text.contains("not your present password"), "{old}: {}", answer.text);
    }
    scene.clock.advance(5 * MINUTE);
    // No rule on kinds of signs, and none on how many of them there are.
    let long = "a sentence that nobody else would think of, which is longer than bcrypt reads: 72 bytes and then these".to_owned();
    let mut present = PASSWORD.to_owned();
    for fresh in [
        "only small letters here",
        "83619402755816",
        "\u{1f994}\u{1f41d}\u{1f98a}\u{1f422}\u{1f433}\u{1f43c}\u{1f994}\u{1f41d}\u{1f98a}\u{1f422}\u{1f433}\u{1f43c}",
        "  blanks at both ends count too  ",
        "!\"#$%&'()*+,-./<script>:;<=>?@[]^_`{|}~",
        &"sixty four of them ".repeat(4)[..64],
        &"as long as a letter to a friend, ".repeat(31),
        &long,
    ] {
        let changed = change(&mut admin, &present, fresh).await;
        assert_eq!((changed.status, changed.location()), (303, "/account"), "{fresh}: {}", changed.text);
        assert_eq!(enters(&scene, &key, fresh).await, 303, "{fresh}");
        admin.get("/account").await;
        fresh.clone_into(&mut present);
    }
    // Nothing is cut off, folded or trimmed.
    let wrong =
        [&long[..72], &long[..long.len() - 1], &long.to_uppercase(), &format!("{long} "), &format!(" {long}"), &format!("{long}\u{0}")];
    for wrong in wrong {
        assert_eq!(enters(&scene, &key, wrong).await, 403, "{wrong}");
    }
    // Nobody has to take a new one because time went by.
    scene.clock.advance(5 * 365 * DAY);
    assert_eq!(enters(&scene, &key, &long).await, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_for_passwords_are_masked_and_open_to_password_managers() {
    let scene = Scene::start().await;
    let setup = scene.browser().get("/setup").await;
    let (mut admin, _) = scene.administrator().await;
    let made = admin.post("/people/new", &form(&[("shown", "Gil"), ("name", "gil"), ("role", "governor")])).await;
    let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
    let mut gil = scene.browser();
    gil.sign_in("gil", &secret, "").await;
    let pages = [setup, scene.browser().get("/sign-in").await, gil.get("/enrol").await, admin.get("/account").await];
    let mut fields = 0;
    for page in &pages {
        assert!(!page.text.contains("<script") && !page.text.contains("onpaste"), "nothing that could forbid to paste");
        for tag in page.text.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let named = |name: &str| tag.contains(&format!("name=\"{name}\""));
            if named("password") || named("fresh") || named("again") {
                fields += 1;
                assert!(tag.contains("type=\"password\""), "{tag}");
                let wanted = if named("password") { "current-password" } else { "new-password" };
                assert!(tag.contains(&format!("autocomplete=\"{wanted}\"")), "{tag}");
                assert!(!tag.contains("maxlength") && !tag.contains("pattern="), "{tag}");
            }
        }
    }
    assert_eq!(fields, 8, "two at the set-up, one to sign in, two at the first steps, three for a new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_wrong_tries_the_next_one_waits_and_so_does_everybody_at_that_address() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    scene.clock.advance(5 * MINUTE);
    for _ in 0..5 {
        assert_eq!(scene.browser().sign_in("robin", "wrong password", "").await.status, 403);
    }
    scene.clock.advance(14 * SECOND);
    for name in ["robin", "somebody"] {
        let slow = scene.browser().sign_in(name, PASSWORD, "000000").await;
        assert!(slow.status == 429 && slow.text.contains("fifteen seconds"), "{name}: {}", slow.text);
    }
    // From inside of a session too.
    let slow = change(&mut admin, PASSWORD, "only small letters here").await;
    assert!(slow.status == 422 && slow.text.contains("fifteen seconds"), "{}", slow.text);
    scene.clock.advance(SECOND);
    let code = scene.code(&key);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &code).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_is_told_who_tried_it_before_and_whether_they_knew_the_password() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let told = |page: &Answer| page.text.contains("Somebody tried to sign in with your name");
    assert!(!told(&admin.get("/dashboard").await));
    scene.clock.advance(5 * MINUTE);
    for _ in 0..2 {
        scene.browser().sign_in("robin", "wrong password", "").await;
    }
    let mut robin = scene.browser();
    let code = scene.code(&key);
    assert_eq!(robin.sign_in("robin", PASSWORD, &code).await.status, 303);
    let page = robin.get("/dashboard").await;
    assert!(told(&page) && page.text.contains("<dd>2</dd>") && page.text.contains("<dd>127.0.0.1</dd>"), "{}", page.text);
    assert!(page.text.contains("were refused. If it was not you") && !page.text.contains("knows your password"), "{}", page.text);
    assert!(!told(&ivy.get("/dashboard").await), "it is for whoever is meant");
    // With the right password and a wrong code.
    scene.browser().sign_in("robin", PASSWORD, "000000").await;
    let code = scene.code(&key);
    robin.sign_in("robin", PASSWORD, &code).await;
    let page = robin.get("/dashboard").await;
    assert!(told(&page) && page.text.contains("<dd>1</dd>") && page.text.contains("somebody knows your password"), "{}", page.text);
    // Once told, it is over with the next sign-in; a name that nobody has is nobody's.
    scene.browser().sign_in("nobody", "wrong password", "").await;
    let code = scene.code(&key);
    robin.sign_in("robin", PASSWORD, &code).await;
    assert!(!told(&robin.get("/dashboard").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_160_random_bits_of_which_only_the_digest_is_kept() {
    let scene = Scene::start().await;
    let (_, key) = scene.administrator().await;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let mut browser = scene.browser();
        let code = scene.code(&key);
        assert_eq!(browser.sign_in("robin", PASSWORD, &code).await.status, 303);
        let secret = browser.cookie.unwrap().replace("lifeguard=", "");
        assert!(
            secret.len() == 32 && secret.bytes().all(|c| c.is_ascii_uppercase() || (b'2'..=b'7').contains(&c)),
            "32 times 5 bits: {secret}"
        );
        seen.insert(secret);
    }
    assert_eq!(seen.len(), 20);
    // Each place of the secrets differs: nothing in them is a counter, a name or a time.
    for at in 0..32 {
        let letters: BTreeSet<u8> = seen.iter().map(|secret| secret.as_bytes()[at]).collect();
        assert!(letters.len() > 5, "place {at}: {letters:?}");
    }
    let folder = scene.folder.path().join("console");
    let kept: Vec<u8> =
        std::fs::read_dir(folder).unwrap().flat_map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default()).collect();
    let holds = |bytes: &[u8]| kept.windows(bytes.len()).any(|part| part == bytes);
    for secret in &seen {
        assert!(holds(&Token::digest_of(secret)) && !holds(secret.as_bytes()));
    }
    assert!(!holds(PASSWORD.as_bytes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_changed_or_switched_off_is_out_at_once_and_an_administrator_can_end_its_sessions() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut ivy, key) = scene.person(&mut admin, "ivy", Role::It).await;
    let key = key.unwrap();
    let row = |page: &Answer, name: &str| {
        let before = page.text.split(&format!(">{name}<")).next().unwrap().to_owned();
        before.rsplit("account=").next().unwrap().split('"').next().unwrap().to_owned()
    };
    let id = row(&admin.get("/people").await, "ivy");
    // Sent as it stands, the form ends every session of the account and does nothing else.
    for (role, active, enters, sees) in
        [("it", "yes", 303, 200), ("it", "", 403, 303), ("it", "yes", 303, 200), ("governor", "yes", 303, 403)]
    {
        let held = ivy.clone();
        admin.get(&format!("/people/change?account={id}")).await;
        let mut fields = form(&[("account", &id), ("role", role), ("active", active)]);
        if active.is_empty() {
            fields.remove("active");
        }
        let changed = admin.post("/people/change", &fields).await;
        assert_eq!((changed.status, changed.location()), (303, "/people"), "{}", changed.text);
        for place in Place::ALL.into_iter().filter(|place| !may(None, place.action())) {
            let mut held = held.clone();
            let answer = if place.takes().get() { held.get(place.path()).await } else { held.post(place.path(), &form(&[])).await };
            assert_eq!((answer.status, answer.location()), (303, "/sign-in"), "{role} {active}: {}", place.path());
        }
        ivy = scene.browser();
        scene.clock.advance(MINUTE);
        let code = scene.code(&key);
        assert_eq!(ivy.sign_in("ivy", PASSWORD, &code).await.status, enters, "{role} {active}");
        assert_eq!(ivy.get("/lists/sources").await.status, sees, "{role} {active}: what the role may do holds at once");
        admin.get("/account").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_ends_every_session_of_others_for_a_reason() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut gil, _) = scene.person(&mut admin, "gil", Role::Governor).await;
    admin.get("/people").await;
    let without = admin.post("/people/sessions", &form(&[("because", "")])).await;
    assert!(without.status == 422 && without.text.contains("Sign everybody else out"), "{}", without.text);
    assert_eq!((ivy.get("/account").await.status, gil.get("/account").await.status), (200, 200));
    let refused = ivy.post("/people/sessions", &form(&[("because", "I may not")])).await;
    assert_eq!(refused.status, 403);
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(admin.post("/people/sessions", &form(&[("because", "a lost laptop")])).await.status, 503);
    scene.log.break_down(None);
    assert_eq!(ivy.get("/account").await.status, 200, "what cannot be recorded is not done");
    let done = admin.post("/people/sessions", &form(&[("because", "a lost laptop")])).await;
    assert_eq!((done.status, done.location()), (303, "/people"));
    let (_, act) = scene.acts().pop().unwrap();
    assert!(act.did.contains("every session of others: 2") && act.purpose == "a lost laptop", "{act:?}");
    for other in [&mut ivy, &mut gil] {
        assert_eq!(other.get("/account").await.location(), "/sign-in");
    }
    assert_eq!(admin.get("/account").await.status, 200, "whoever pressed it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_somebody_who_has_signed_in_leads_out() {
    let scene = Scene::start().await;
    let mut pages = 0;
    for (role, mut browser) in everybody(&scene).await {
        for place in places(role).filter(|place| place.takes().get()) {
            let page = browser.get(place.path()).await;
            if page.field("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
                assert!(page.text.contains("action=\"/sign-out\""), "{role} {}: no way out", place.path());
                pages += 1;
            }
        }
    }
    assert!(pages > 100, "{pages} pages");
}

#[test]
fn whoever_signs_in_reads_who_tried_it_in_chromium() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lifeguard.toml");
    let sample = std::fs::read_to_string(root.join("config/lifeguard.toml")).unwrap();
    std::fs::write(&path, sample.replace("127.0.0.1:3128", "127.0.0.1:0").replace("127.0.0.1:8642", "127.0.0.1:0")).unwrap();
    let running = crate::console_support::real::start(&path);
    if let Some(said) = crate::console_support::real::journey("safety.py", &running, &[]) {
        println!("{said}");
    }
}
