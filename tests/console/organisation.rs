//! Sign-in to the console with the organisation's own service (issue 7; ASVS 5.0, 10.5; RFC 9700): the good way in, and every way in that
//! must not be one, against a real service.

use crate::console_support::real::{self, Running, form};
use crate::console_support::{Answer, Browser, PASSWORD, Scene};
use crate::provider::{Organisation, Traveller};
use crate::support::World;
use lifeguard::admin::{Act, Guest, OrganisationTerms, Role};
use lifeguard::config::{BACK, CONSOLE_ROLES, ListFiles, MemoryFiles, Written, check_text};
use lifeguard::record::EventKind;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

const MFA: &[&str] = &["pwd", "mfa"];

/// A console whose people come from a service, and the service.
struct Place {
    world: World,
    config: PathBuf,
    running: Running,
    organisation: Organisation,
}

impl Place {
    fn start(more: &str) -> Option<Self> {
        let world = World::new();
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        // The service has to know the console's address before the console begins.
        let listen = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let redirect = format!("http://{listen}{BACK}");
        let folder = world.write("says.json", "{}").parent().unwrap().to_owned();
        let organisation = Organisation::start(&folder, &redirect)?;
        let secret = world.write("secret.txt", "a secret: with/odd+signs%\n");
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        let oidc = format!(
            "[admin]\nlocal = \"only-administrators\"\nfolder = \"var/console\"\n[admin.oidc]\nname = \"Riverside School\"\nissuer = \"{}\"\n\
             client_id = \"console\"\nsecret_file = \"{}\"\nredirect = \"{redirect}\"\naccounts = \"just-in-time\"\ntimeout = \"6s\"\n\
             claims = '{{\"id_token\":{{\"amr\":{{\"essential\":true}}}}}}'\nsecond_factor = \"amr=mfa\"\n\
             roles = [{{ group = \"technicians\", role = \"it\" }}, {{ group = \"auditors\", role = \"auditor\" }}, \
             {{ group = \"governors\", role = \"governor\" }}]\n{more}",
            organisation.issuer,
            secret.display()
        );
        let text = world.config();
        let (before, behind) = text.split_once("[admin]\n").unwrap();
        let behind = behind.replacen("127.0.0.1:0", &listen.to_string(), 1);
        let (own, rest) = behind.split_once("\n[").map_or((behind.as_str(), String::new()), |(own, rest)| (own, format!("[{rest}")));
        let oidc = oidc.replacen("[admin]\n", &format!("[admin]\n{own}\n"), 1);
        let config = world.write("lifeguard.toml", &format!("{before}{oidc}\n{rest}"));
        let running = real::start(&config);
        Some(Self { world, config, running, organisation })
    }

    /// Ends the program and starts it again: what was counted of guesses is forgotten.
    fn again(self) -> Self {
        let Self { world, config, running, organisation } = self;
        drop(running);
        let running = real::start(&config);
        Self { world, config, running, organisation }
    }

    async fn sign_in(&self) -> (Traveller, Answer) {
        let mut traveller = Traveller::default();
        let answer = traveller.sign_in(self.running.console).await;
        (traveller, answer)
    }

    fn events(&self) -> String {
        String::from_utf8_lossy(&self.world.command(&["logs", "search", "--events", "--json"]).stdout).into_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_the_organisation_come_in_as_what_their_groups_say_and_no_further() {
    let Some(place) = Place::start("") else { return };
    let console = place.running.console;
    place.organisation.says("kim", &["technicians"], MFA, "");
    let (_, early) = place.sign_in().await;
    assert!(early.status == 403 && early.text.contains("Nobody has set this console up"), "{}", early.text);
    let mut admin = place.running.administrator().await;
    // In, with the role of the group, by a page of ours that leads on.
    let (mut kim, entered) = place.sign_in().await;
    assert!(entered.status == 200 && entered.text.contains("0;url=/dashboard"), "{entered:?}");
    assert!(entered.text.contains("kim &lt;b&gt;Ray") && !entered.text.contains("<b>Ray"), "{}", entered.text);
    assert!(entered.head.contains("SameSite=Strict") && !entered.head.contains("SameSite=Lax"), "{}", entered.head);
    let dashboard = kim.page(console, "/dashboard").await;
    assert!(dashboard.status == 200 && dashboard.text.contains("Ray&lt;/b&gt;, "), "{}", dashboard.text);
    assert_eq!(kim.page(console, "/people").await.status, 403, "a technician gives no roles");
    // The same person again has the same account.
    let (mut twice, _) = place.sign_in().await;
    assert_eq!(twice.page(console, "/dashboard").await.status, 200);
    let people = admin.get("/people").await.text;
    assert_eq!(people.matches("the organisation</td>").count(), 1, "{people}");
    // Another with that name is another, whatever they are called.
    place.organisation.put(
        &serde_json::json!({"account": "someone-else", "amr": MFA, "claims": {"groups": ["technicians"], "preferred_username": "KIM"}}),
    );
    place.sign_in().await;
    assert!(admin.get("/people").await.text.contains(">kim-2<"));
    // Without the second factor, with no group, with a role that has to be vetted: not in, and told why.
    for (account, groups, amr, words) in [
        ("kim", &["technicians"][..], &["pwd"][..], "needs a second proof"),
        ("lee", &["technicians"], &["pwd"], "needs a second proof"),
        ("pupil", &["pupils"], MFA, "none of your groups"),
        ("ann", &["auditors"], MFA, "until when you count as vetted"),
    ] {
        place.organisation.says(account, groups, amr, "");
        let (mut traveller, answer) = place.sign_in().await;
        assert!(answer.status == 403 && answer.text.contains(words), "{account}: {}", answer.text);
        assert_eq!(traveller.page(console, "/dashboard").await.location(), "/sign-in", "{account}");
    }
    let people = admin.get("/people").await.text;
    assert!(people.contains(">ann<") && !people.contains(">lee<") && !people.contains(">pupil<"), "{people}");
    // A governor of the organisation has no password here, and nobody but administrators signs in with one.
    place.organisation.says("gil", &["governors"], &["pwd"], "");
    let (_, answer) = place.sign_in().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let events = place.events();
    for what in ["console-sign-in", "organisation-account", "console-refused", "signed in with the organisation"] {
        assert!(events.contains(what), "{what}: {events}");
    }
    assert!(!events.contains("odd+signs"), "no secret in the log");
    // Out of the group: not in any more, and what was open is over.
    place.organisation.says("kim", &[], MFA, "");
    let place = place.again();
    assert_eq!(kim.page(console, "/dashboard").await.status, 200);
    let (_, answer) = place.sign_in().await;
    assert!(answer.status == 403 && answer.text.contains("none of your groups"), "{}", answer.text);
    assert_eq!(kim.page(console, "/dashboard").await.location(), "/sign-in");
    // In another group: another role from now on.
    place.organisation.says("kim", &["governors"], &["pwd"], "");
    let (mut kim, _) = place.sign_in().await;
    assert!(kim.page(console, "/dashboard").await.text.contains("Ray&lt;/b&gt;, Governor"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_good_lets_nobody_in() {
    let Some(mut place) = Place::start("") else { return };
    let console = place.running.console;
    drop(place.running.administrator().await);
    let bad = [
        ("nonce", 403),
        ("no-nonce", 403),
        ("audience", 403),
        ("several", 403),
        ("issuer", 403),
        ("expired", 403),
        ("old", 403),
        ("none", 403),
        ("hmac", 403),
        ("foreign", 403),
        ("unknown", 403),
        ("changed", 403),
        ("huge", 403),
        ("slow", 503),
    ];
    for part in bad.chunks(8) {
        place = place.again();
        for (how, status) in part {
            place.organisation.says("kim", &["technicians"], MFA, how);
            let (mut traveller, answer) = place.sign_in().await;
            assert_eq!(answer.status, *status, "{how}: {}", answer.text);
            assert!(answer.text.contains("An administrator can sign in with a password"), "{how}: {}", answer.text);
            assert_eq!(traveller.page(console, "/dashboard").await.location(), "/sign-in", "{how}");
        }
    }
    place = place.again();
    // The tokens are bad for one reason only: the same ones are good without it.
    place.organisation.says("kim", &["technicians"], MFA, "good");
    let mut traveller = Traveller::default();
    let back = traveller.until_the_answer(&format!("http://{console}/sign-in/organisation")).await;
    // Not with another state, not in another browser, not twice.
    let stray = "does not belong to a sign-in";
    let mut other = Traveller::default();
    other.until_the_answer(&format!("http://{console}/sign-in/organisation")).await;
    for address in [back.replace("state=", "state=A"), format!("http://{console}{BACK}?code=x"), format!("{back}&state=A")] {
        let answer = traveller.open(&address).await;
        assert!(answer.status == 403 && answer.text.contains(stray), "{address}: {}", answer.text);
    }
    assert!(other.open(&back).await.text.contains(stray), "somebody else's browser");
    assert!(Traveller::default().open(&back).await.text.contains(stray), "a browser that never asked");
    assert_eq!(traveller.open(&back).await.status, 200);
    assert_eq!(traveller.open(&back).await.location(), "/dashboard", "who is in stays in");
    // The way back cannot be used again, and a code that was used is none: the service says so itself.
    let cookieless = back.clone();
    assert!(other.open(&cookieless).await.text.contains(stray));
    place = place.again();
    place.organisation.put(&serde_json::json!({"account": "kim", "no": true}));
    let (_, no) = place.sign_in().await;
    assert!(no.status == 403 && no.text.contains("did not let you in") && !no.text.contains("<script>no"), "{}", no.text);
    // A code of one sign-in brought into another (RFC 9700, 4.5): the verifier does not fit.
    place.organisation.says("kim", &["technicians"], MFA, "");
    let (mut victim, mut thief) = (Traveller::default(), Traveller::default());
    let (theirs, own) = (
        victim.until_the_answer(&format!("http://{console}/sign-in/organisation")).await,
        thief.until_the_answer(&format!("http://{console}/sign-in/organisation")).await,
    );
    let code = |address: &str| address.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let answer = thief.open(&own.replace(&code(&own), &code(&theirs))).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    let answer = victim.open(&theirs.replace("iss=http", "iss=https")).await;
    assert_eq!(answer.status, 403, "an answer of another issuer: {}", answer.text);
    // Away: said so, within its time, and the way in with a password stands.
    place.organisation.stop();
    place = place.again();
    let mut traveller = Traveller::default();
    let away = traveller.page(console, "/sign-in/organisation").await;
    assert!(away.status == 503 && away.text.contains("Riverside School does not answer"), "{}", away.text);
    let page = traveller.page(console, "/sign-in").await.text;
    assert!(page.contains("Sign in with Riverside School") && page.contains("Only administrators"), "{page}");
    // Ten tries in five minutes, and no more.
    let mut last = 0;
    for _ in 0..10 {
        last = traveller.page(console, "/sign-in/organisation").await.status;
    }
    assert_eq!(last, 429);
    let events = place.events();
    assert!(events.contains("organisation-failed") && events.contains("its signature is wrong"), "{events}");
}

fn terms(just_in_time: bool, local_for_all: bool) -> OrganisationTerms {
    let roles = if just_in_time { vec![("admins".to_owned(), Role::SiteAdmin), ("it".to_owned(), Role::It)] } else { Vec::new() };
    OrganisationTerms { name: "<b>School".into(), issuer: "https://login.test".into(), roles, just_in_time, local_for_all }
}

fn guest(subject: &str, groups: &[&str]) -> Option<Guest> {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Some(Guest { subject: subject.into(), name: subject.into(), shown: subject.into(), groups, proved_twice: true })
}

/// There and back in process.
async fn come_in(scene: &Scene) -> (Browser, Answer) {
    let mut browser = scene.browser();
    let off = browser.get("/sign-in/organisation").await;
    assert_eq!(off.status, 303, "{}", off.text);
    let state = off.location().split("state=").nth(1).unwrap().to_owned();
    let answer = browser.get(&format!("{BACK}?code=good&state={state}")).await;
    (browser, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_made_beforehand_is_who_an_administrator_wrote_down() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    assert_eq!(admin.get("/sign-in/organisation").await.location(), "/dashboard");
    assert_eq!(scene.browser().get("/sign-in/organisation").await.status, 404, "no service");
    *scene.works.organisation.terms.lock().unwrap() = Some(terms(false, false));
    *scene.works.organisation.guest.lock().unwrap() = guest("kim-sub", &[]);
    let (_, nobody) = come_in(&scene).await;
    assert!(
        nobody.status == 403 && nobody.text.contains("kim-sub") && nobody.text.contains("&lt;b&gt;School knows you"),
        "{}",
        nobody.text
    );
    let made = admin.post("/people/new", &form(&[("shown", "Kim"), ("name", "kim"), ("role", "it")])).await;
    assert_eq!(made.status, 200);
    let change = |subject: &str| {
        BTreeMap::from([("account", "2".to_owned()), ("role", "it".into()), ("active", "yes".into()), ("subject", subject.into())])
    };
    admin.get("/people/change?account=2").await;
    for odd in ["\u{e9}", &"x".repeat(256)] {
        assert!(admin.post("/people/change", &change(odd)).await.text.contains("id=\"subject-fault\""));
    }
    assert_eq!(admin.post("/people/change", &change("kim-sub")).await.status, 303);
    assert!(admin.get("/people/change?account=2").await.text.contains("value=\"kim-sub\""));
    // A form that says nothing of it unlinks nobody, and makes nobody begin again; nor does one that is sent back.
    let silent = form(&[("account", "2"), ("role", "it"), ("active", "yes")]);
    assert_eq!(admin.post("/people/change", &silent).await.status, 303);
    let faulty = form(&[("account", "2"), ("role", "nothing"), ("active", "yes")]);
    assert!(admin.post("/people/change", &faulty).await.text.contains("value=\"kim-sub\""));
    assert!(admin.get("/people/change?account=2").await.text.contains("value=\"kim-sub\""));
    let (mut kim, entered) = come_in(&scene).await;
    assert_eq!(entered.status, 200, "{}", entered.text);
    assert_eq!(kim.get("/dashboard").await.status, 200);
    // A token does not outlive whose account it was.
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let tokens = || book.query_row("SELECT count(*) FROM token", [], |row| row.get::<_, i64>(0)).unwrap();
    let sql = "INSERT INTO token (account, name, digest, scope, made, until) VALUES (2, 'old', x'00', 'see-lists', 1, 1)";
    book.execute(sql, []).unwrap();
    assert_eq!((admin.post("/people/change", &change("kim-sub")).await.status, tokens()), (303, 1), "it is the same person");
    assert_eq!((admin.post("/people/change", &change("kay-sub")).await.status, tokens()), (303, 0));
    assert_eq!(admin.post("/people/change", &change("kim-sub")).await.status, 303);
    let (mut kim, _) = come_in(&scene).await;
    // The secret of the first time is void; and nobody else can be the same person.
    let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
    assert_eq!(scene.browser().sign_in("kim", &secret, "").await.status, 403);
    admin.post("/people/new", &form(&[("shown", "Lee"), ("name", "lee"), ("role", "it")])).await;
    admin.get("/people/change?account=3").await;
    let lee = form(&[("account", "3"), ("role", "it"), ("active", "yes"), ("subject", "kim-sub")]);
    assert!(admin.post("/people/change", &lee).await.text.contains("Another account is this already"));
    // Switched off here is off, whatever the organisation says.
    let off = form(&[("account", "2"), ("role", "it"), ("subject", "kim-sub")]);
    assert_eq!(admin.post("/people/change", &off).await.status, 303);
    assert_eq!(kim.get("/dashboard").await.location(), "/sign-in");
    assert!(come_in(&scene).await.1.text.contains("This account is closed"));
    let acts: Vec<(EventKind, Act)> = scene.acts();
    assert!(
        acts.iter().any(|(kind, act)| *kind == EventKind::OrganisationAccount && act.who == "robin" && act.query == "kim-sub"),
        "{acts:?}"
    );
    // A trip is over after ten minutes.
    let mut late = scene.browser();
    let state = late.get("/sign-in/organisation").await.location().split("state=").nth(1).unwrap().to_owned();
    scene.clock.advance(600 * 1_000_000);
    assert!(late.get(&format!("{BACK}?code=good&state={state}")).await.text.contains("does not belong"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_made_while_sites_are_gone_is_for_none_of_them() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    scene.person(&mut admin, "lou", Role::It).await;
    *scene.works.organisation.terms.lock().unwrap() = Some(terms(true, false));
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let sites = |name: &str| {
        let sql = "SELECT ifnull(sites, 'all') FROM account WHERE name = ?1";
        book.query_row(sql, [name], |row| row.get::<_, String>(0)).unwrap()
    };
    let come = async |name: &str| {
        *scene.works.organisation.guest.lock().unwrap() = guest(name, &["it"]);
        assert_eq!(come_in(&scene).await.1.status, 200, "{name}");
        sites(name)
    };
    assert_eq!(come("kim").await, "all", "there is one site, and has been");
    book.execute("UPDATE account SET sites = '[\"leeds\"]' WHERE name = 'lou'", []).unwrap();
    assert_eq!(come("kay").await, "[]", "the files of sites are not there at this moment");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_of_others_than_administrators_do_not_open_and_the_last_administrator_stays_one() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    scene.person(&mut admin, "gil", Role::Governor).await;
    *scene.works.organisation.terms.lock().unwrap() = Some(terms(true, true));
    assert_eq!(scene.browser().sign_in("gil", PASSWORD, "").await.status, 303);
    *scene.works.organisation.terms.lock().unwrap() = Some(terms(true, false));
    assert_eq!(scene.browser().sign_in("gil", PASSWORD, "").await.status, 403);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &scene.code(&key)).await.status, 303);
    // An administrator whose group is another's role from now on is that; but never the last one.
    *scene.works.organisation.guest.lock().unwrap() = guest("ada", &["admins"]);
    let (mut ada, _) = come_in(&scene).await;
    assert_eq!(ada.get("/people").await.status, 200);
    let robin = form(&[("account", "1"), ("role", "site-admin")]);
    ada.get("/people/change?account=1").await;
    assert_eq!(ada.post("/people/change", &robin).await.status, 303, "the other one is switched off");
    *scene.works.organisation.guest.lock().unwrap() = guest("ada", &["it"]);
    let (_, answer) = come_in(&scene).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    assert_eq!(ada.get("/people").await.location(), "/sign-in", "what was open is over");
    *scene.works.organisation.guest.lock().unwrap() = guest("ada", &["admins"]);
    assert_eq!(come_in(&scene).await.1.status, 200, "and the account is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_by_the_organisation_alone_gets_no_form_that_can_never_succeed() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    *scene.works.organisation.terms.lock().unwrap() = Some(terms(true, false));
    *scene.works.organisation.guest.lock().unwrap() = guest("kim", &["it"]);
    let (mut kim, _) = come_in(&scene).await;
    let words = "You sign in with &lt;b&gt;School: password and codes are looked after there.";
    for path in ["/account", "/account/tokens"] {
        let page = kim.get(path).await.text;
        assert!(page.contains(words) && !page.contains("type=\"password\"") && !page.contains("name=\"code\""), "{path}: {page}");
    }
    // A form that is not on the page changes nothing.
    let fresh = form(&[("password", "x"), ("fresh", PASSWORD), ("again", PASSWORD)]);
    let token = form(&[("name", "x"), ("see-lists", "yes"), ("code", "000000")]);
    for (path, fields) in [("/account/password", &fresh), ("/account/codes", &form(&[("code", "000000")])), ("/account/tokens", &token)] {
        kim.get("/account").await;
        let refused = kim.post(path, fields).await;
        assert!(refused.status == 422 && refused.text.contains(words), "{path}: {} {}", refused.status, refused.text);
    }
    // An administrator with a password of this console, whom the service knows too, keeps the forms.
    *scene.works.organisation.guest.lock().unwrap() = guest("ada", &["admins"]);
    let (mut ada, _) = come_in(&scene).await;
    ada.get("/people/change?account=1").await;
    let linked = form(&[("account", "1"), ("role", "site-admin"), ("active", "yes"), ("subject", "robin-sub")]);
    assert_eq!(ada.post("/people/change", &linked).await.status, 303);
    admin.cookie = None;
    assert_eq!(admin.sign_in("robin", PASSWORD, &scene.code(&key)).await.status, 303);
    let page = admin.get("/account").await.text;
    assert!(!page.contains("looked after there") && page.contains("name=\"fresh\"") && page.contains("name=\"code\""), "{page}");
}

#[test]
fn the_settings_know_every_role_and_which_need_a_second_factor() {
    let ours: Vec<_> = Role::ALL.iter().map(|role| (role.word(), role.needs_code())).collect();
    assert_eq!(ours, CONSOLE_ROLES);
}

fn faults(oidc: &str) -> String {
    let files = MemoryFiles(vec![("/secret".into(), b"a secret".to_vec()), ("/empty".into(), Vec::new())]);
    let text = format!("[admin]\nnames = \"console.school.example\"\n[admin.oidc]\n{oidc}\n[[group]]\nname = 'all'\n");
    let written = Written { name: "t.toml", text: &text, environment: &[], files: &files, list_files: ListFiles::Needed };
    check_text(&written).map_or_else(|faults| faults.render(false), |_| String::new())
}

#[test]
fn settings_that_are_not_safe_are_refused_where_they_stand() {
    let good = "issuer = 'https://sso.school.example/realms/staff'\nclient_id = 'x'\nsecret_file = '/secret'\n\
                redirect = 'https://console.school.example/sign-in/organisation/back'\n";
    assert_eq!(faults(good), "");
    for (from, to, words) in [
        ("https://sso.", "http://sso.", "https://HOST/PATH"),
        ("https://sso.", "https://me@sso.", "https://HOST/PATH"),
        ("/staff", "/staff?a=b", "without a query"),
        ("'/secret'", "'/nowhere'", "/nowhere"),
        ("'/secret'", "'/empty'", "from 1 to"),
        ("organisation/back", "organisation/backs", "/sign-in/organisation/back"),
        ("https://console.", "http://console.", "https://HOST"),
        ("https://console.school", "https://evil.school", "there is no name of the console"),
        ("client_id = 'x'", "", "'client_id' is missing"),
        ("issuer = ", "name = ", "'issuer' is missing"),
        ("client_id", "scopes = 'profile'\nclient_id", "openid among them"),
        ("client_id", "claims = '[]'\nclient_id", "a JSON object"),
        ("client_id", "second_factor = 'mfa'\nclient_id", "CLAIM=VALUE"),
        ("client_id", "accounts = 'just-in-time'\nclient_id", "'roles' is missing"),
        ("client_id", "roles = [{group = 'a', role = 'it'}]\nclient_id", "'second_factor' is missing"),
        ("client_id", "roles = [{group = 'a', role = 'root'}]\nclient_id", "expected one of: site-admin"),
        ("client_id", "roles = [{group = 'a'}]\nclient_id", "'role' is missing"),
    ] {
        let text = good.replacen(from, to, 1);
        assert!(faults(&text).contains(words), "{text}: {}", faults(&text));
    }
    assert_eq!(faults(&good.replacen("client_id", "roles = [{group = 'a', role = 'governor'}]\nclient_id", 1)), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_in_with_the_organisation_in_chromium() {
    let Some(place) = Place::start("") else { return };
    drop(place.running.administrator().await);
    let says = place.config.with_file_name("says.json").display().to_string();
    let Some(said) = real::journey("organisation.py", &place.running, &[&says]) else { return };
    println!("{said}");
}
