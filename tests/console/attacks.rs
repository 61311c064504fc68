//! Attacks on the console, against every place of it that there is: what a later page forgets is found here (security A1 to A7; OWASP
//! ASVS 5.0, level 2).

use crate::attack::{HOSTILE, OPEN, ends, everybody, forms, look_at, places, queries, send, stay, wait};
use crate::console_support::{Browser, PASSWORD, Scene};
use crate::support::client::{exchange, get_with};
use lifeguard::admin::{DoorSettings, Happened, Happenings, Place, Role, may};
use lifeguard::record::EventKind;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Numbers of things that nobody has, and what is none.
const STRANGE: [&str; 14] = [
    "0",
    "-1",
    "999999999",
    "888888888",
    "9223372036854775808",
    "1 OR 1=1",
    "../1",
    "E-999999",
    "%00",
    "\u{0}",
    "1;2",
    "NaN",
    "*",
    "../../../../etc/passwd",
];

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Everything that the console's file says of accounts.
fn accounts(scene: &Scene) -> Vec<String> {
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let mut query = book.prepare("SELECT id || name || role || active || enrolled || made_by || ifnull(until, '') FROM account").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn changes(scene: &Scene) -> usize {
    scene.acts().iter().filter(|(kind, _)| *kind == EventKind::ConsoleChange).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_forbids_frames_scripts_caches_and_leads_nowhere_else() {
    let scene = Scene::start().await;
    let mut seats = everybody(&scene).await;
    let mut nobody = scene.browser();
    let paths: Vec<&str> = Place::ALL.iter().map(|place| place.path()).chain(OPEN).collect();
    let mut looked = 0;
    for path in &paths {
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
            let answer = nobody.ask(&format!("{method} {path} HTTP/1.1\r\nReferer: http://evil.example/\r\n"), "").await;
            look_at(&format!("{method} {path}"), &answer);
            let other = !matches!(method, "GET" | "HEAD");
            assert!(!other || answer.status == 405 || answer.status == 404, "{method} {path}: {}", answer.status);
            looked += 1;
        }
    }
    for (role, browser) in &mut seats {
        for place in places(*role).filter(|place| place.takes().get()) {
            for query in ["", "?next=//evil.example/", "?return=https://evil.example/", "?lang=%3Cscript%3E", "?next=/\\evil.example"] {
                let answer = browser.get(&format!("{}{query}", place.path())).await;
                look_at(&format!("{role} GET {}{query}", place.path()), &answer);
                looked += 1;
            }
        }
    }
    println!("{looked} answers were looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_place_takes_a_form_that_is_not_of_its_own_page() {
    let scene = Scene::start().await;
    let mut seats = everybody(&scene).await;
    let before = (accounts(&scene), changes(&scene));
    let mut tried = 0;
    for (role, browser) in &seats {
        for place in Place::ALL.into_iter().filter(|place| place.takes().post() && may(Some(*role), place.action())) {
            let own = browser.clone();
            let token = matches!(place, Place::SignIn | Place::Setup);
            let mut forged = vec![
                Browser { origin: Some("http://evil.example".into()), ..own.clone() },
                Browser { origin: Some("null".into()), ..own.clone() },
                Browser { origin: None, ..own.clone() },
                Browser { origin: Some(format!("https://{}", scene.address)), ..own.clone() },
                Browser { origin: Some(format!("http://{}.evil.example", scene.address)), ..own.clone() },
                Browser { more: "Sec-Fetch-Site: cross-site\r\n".into(), ..own.clone() },
                Browser { more: "Sec-Fetch-Site: same-site\r\n".into(), ..own.clone() },
                Browser { more: "Sec-Fetch-Site: none\r\n".into(), ..own.clone() },
                Browser { more: "Origin: http://evil.example\r\n".into(), ..own.clone() },
            ];
            if !token {
                forged.extend(["", "AAAA", "null"].map(|token| Browser { token: token.to_owned(), ..own.clone() }));
            }
            for mut browser in forged {
                let what = format!("{role} POST {} {:?} {:?}", place.path(), browser.origin, browser.more);
                let answer = send(&mut browser, place.path(), &pairs(&[("because", "x"), ("role", "site-admin")])).await;
                assert_eq!(answer.status, 403, "{what}: {}", answer.text);
                look_at(&what, &answer);
                tried += 1;
            }
            // Forms that a page elsewhere can send without being asked for leave, and what no form sends.
            for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", "", "application/x-www-form-urlencodedx"] {
                let head = format!("POST {} HTTP/1.1\r\nContent-Type: {kind}\r\n", place.path());
                let answer = own.clone().ask(&head, &format!("token={}&because=x", own.token)).await;
                assert!(answer.status == 415 || answer.status == 403, "{} {kind}: {}", place.path(), answer.status);
                tried += 1;
            }
        }
        // What changes something is never done by reading, nor by a method that somebody names in a field.
        for place in Place::ALL.into_iter().filter(|place| !place.takes().get()) {
            for head in ["", "X-HTTP-Method-Override: POST\r\n", "X-HTTP-Method: POST\r\n"] {
                let path = format!("GET {}?_method=POST&token={} HTTP/1.1\r\n{head}", place.path(), browser.token);
                assert_eq!(browser.clone().ask(&path, "").await.status, 405, "{}", place.path());
                tried += 1;
            }
        }
    }
    // The token of one session is nothing in another.
    let foreign = seats[0].1.token.clone();
    for (role, browser) in seats.iter_mut().skip(1) {
        let mut browser = Browser { token: foreign.clone(), ..browser.clone() };
        assert_eq!(send(&mut browser, "/account/sessions", &pairs(&[])).await.status, 403, "{role}");
    }
    assert_eq!((accounts(&scene), changes(&scene)), before, "something was done");
    stay(&mut seats).await;
    println!("{tried} forged requests");
}

/// Fills every form of every page with every hostile text, then looks at every page of every role again.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_in_every_field_of_every_form_stays_text_on_every_page() {
    let bad = HOSTILE.join(" ");
    let act = lifeguard::admin::Act::new(&bad, Some(Role::It), lifeguard::admin::Action::AskWhy, bad.clone()).asking(&bad).because(&bad);
    let event = |text: String| Happened { sequence: 7, time: bad.clone(), kind: EventKind::ConsoleLookUp, peer: bad.clone(), text };
    let acts = Happenings { events: vec![event(act.text()), event(bad.clone())], next: Some(7), damage: vec![bad.clone()] };
    let scene = Scene::start_in(tempfile::tempdir().unwrap(), acts, DoorSettings::default()).await;
    let mut seats = everybody(&scene).await;
    for (_, browser) in &mut seats {
        browser.more = "User-Agent: \"><script>alert(1)</script>\r\nAccept-Language: <script>,en\r\nX-Forwarded-For: <script>\r\n".into();
    }
    let (mut sent, mut done) = (0, 0);
    for at in 0..seats.len() {
        let role = seats[at].0;
        for place in places(role).filter(|place| place.takes().get()) {
            let page = seats[at].1.get(place.path()).await;
            let open = |action: &str| places(role).any(|place| place.path() == action);
            for form in forms(&page.text).into_iter().filter(|form| open(&form.action)) {
                for hostile in HOSTILE {
                    let mut fields = form.fields.clone();
                    // In each field alone, so that the others let it through, and in all at once.
                    for name in &form.typed {
                        fields.insert(name.clone(), "good".into());
                    }
                    let rounds = form.typed.iter().cloned().map(Some).chain([None]);
                    for alone in rounds {
                        let mut fields = fields.clone();
                        for name in form.typed.iter().filter(|name| alone.as_ref().is_none_or(|alone| alone == *name)) {
                            fields.insert(name.clone(), hostile.to_owned());
                        }
                        let answer = send(&mut seats[at].1, &form.action, &fields).await;
                        look_at(&format!("{role} POST {} {fields:?}", form.action), &answer);
                        sent += 1;
                        done += usize::from(answer.status < 400);
                    }
                }
                wait(&scene, &mut seats).await;
            }
        }
    }
    assert!(sent > 100 && done > 20, "{sent} forms, {done} taken: the others show nothing");
    let mut seen = 0;
    for (role, browser) in &mut seats {
        for place in places(*role).filter(|place| place.takes().get()) {
            let page = browser.get(place.path()).await;
            look_at(&format!("{role} {}", place.path()), &page);
            seen += page.text.matches("&lt;script&gt;").count();
            for (path, key) in queries(&page.text) {
                for hostile in HOSTILE {
                    let query = form_urlencoded::Serializer::new(String::new()).append_pair(&key, hostile).finish();
                    look_at(&format!("{role} {path}?{query}"), &browser.get(&format!("{path}?{query}")).await);
                }
            }
        }
    }
    for path in OPEN {
        look_at(path, &scene.browser().get(path).await);
    }
    assert!(seen > 10, "nothing hostile was shown, so nothing was shown to be harmless: {seen}");
    println!("{sent} forms sent, {done} of them taken; {seen} hostile texts shown as text");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_not_theirs_and_one_that_does_not_exist_look_alike_everywhere() {
    let scene = Scene::start().await;
    let mut seats = everybody(&scene).await;
    let own: Vec<String> = (1..6).map(|number| number.to_string()).collect();
    let before = accounts(&scene);
    let mut tried = 0;
    for at in 0..seats.len() {
        let role = seats[at].0;
        let mut keys: BTreeSet<(String, String)> = BTreeSet::new();
        for place in places(role).filter(|place| place.takes().get()) {
            let page = seats[at].1.get(place.path()).await;
            keys.extend(queries(&page.text));
            // Names by which things are usually asked for, on places that lead nowhere by themselves.
            keys.extend(["account", "id", "which"].map(|key| (place.path().to_owned(), key.to_owned())));
            for form in forms(&page.text) {
                let hidden = form.fields.keys().filter(|name| !form.typed.contains(*name) && *name != "token");
                for name in hidden.cloned().collect::<Vec<_>>() {
                    for strange in STRANGE {
                        if !places(role).any(|place| place.path() == form.action) {
                            continue;
                        }
                        let mut fields = form.fields.clone();
                        fields.insert(name.clone(), strange.to_owned());
                        let answer = send(&mut seats[at].1, &form.action, &fields).await;
                        look_at(&format!("{role} POST {} {name}={strange}", form.action), &answer);
                        tried += 1;
                    }
                }
            }
        }
        for (path, key) in keys {
            let mut answers = Vec::new();
            for strange in STRANGE.iter().map(|strange| (*strange).to_owned()).chain(own.clone()) {
                let query = form_urlencoded::Serializer::new(String::new()).append_pair(&key, &strange).finish();
                let answer = seats[at].1.get(&format!("{path}?{query}")).await;
                look_at(&format!("{role} {path}?{query}"), &answer);
                if strange == "999999999" || strange == "888888888" {
                    answers.push((answer.status, answer.text.replace(&strange, "")));
                }
                tried += 1;
            }
            assert_eq!(answers[0], answers[1], "{role} {path}?{key}: which number it is can be told");
        }
        wait(&scene, &mut seats).await;
    }
    // Every account's number, for everybody who may not: the same words as for none.
    for (role, browser) in seats.iter_mut().filter(|(role, _)| !role.gives_roles()) {
        let answers = [browser.get("/people/change?account=1").await, browser.get("/people/change?account=999999999").await];
        assert!(answers[0].status == 403 && answers[0].text == answers[1].text, "{role}");
    }
    assert_eq!(accounts(&scene), before);
    println!("{tried} strange numbers");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_no_form_has_assign_nothing() {
    let scene = Scene::start().await;
    let mut seats = everybody(&scene).await;
    let more = [
        ("id", "1"),
        ("role", "site-admin"),
        ("active", "yes"),
        ("enrolled", "1"),
        ("made_by", "god"),
        ("who", "god"),
        ("by", "god"),
        ("until", "2099-01-01"),
        ("vetted", "2099-01-01"),
        ("is_admin", "1"),
        ("account[role]", "site-admin"),
        ("__proto__", "x"),
        ("owner", "1"),
    ];
    for at in 0..seats.len() {
        let role = seats[at].0;
        for place in places(role).filter(|place| place.takes().get()) {
            let page = seats[at].1.get(place.path()).await;
            for form in forms(&page.text).into_iter().filter(|form| places(role).any(|place| place.path() == form.action)) {
                if form.action.starts_with("/people") {
                    continue;
                }
                let before = (accounts(&scene), scene.acts().len());
                let mut fields: BTreeMap<String, String> = form.fields.clone();
                form.typed.iter().for_each(|name| drop(fields.insert(name.clone(), "good".into())));
                for (name, value) in more {
                    fields.entry(name.to_owned()).or_insert_with(|| value.to_owned());
                }
                let answer = send(&mut seats[at].1, &form.action, &fields).await;
                look_at(&format!("{role} POST {}", form.action), &answer);
                assert_eq!(accounts(&scene), before.0, "{role} {}", form.action);
                for (_, act) in scene.acts().into_iter().skip(before.1) {
                    assert_eq!((act.who.as_str(), act.role.as_str()), (format!("one-{role}").as_str(), role.word()), "{act:?}");
                }
                // The same field twice: no two readers can take different ones.
                let head = format!("POST {} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n", form.action);
                let twice = format!("token={}&because=a&because=b", seats[at].1.token);
                assert_eq!(seats[at].1.ask(&head, &twice).await.status, 400, "{}", form.action);
            }
        }
        wait(&scene, &mut seats).await;
    }
    let admin = &mut seats[0].1;
    admin.get("/people/new").await;
    let mut fields = pairs(&[("shown", "Ned"), ("name", "ned"), ("role", "governor"), ("id", "1"), ("enrolled", "1"), ("made_by", "god")]);
    assert_eq!(send(admin, "/people/new", &fields).await.status, 200);
    let ned = accounts(&scene).into_iter().find(|row| row.contains("ned")).unwrap();
    assert!(ned.contains("nedgovernor10one-site-admin"), "active, not enrolled, made by who made it: {ned}");
    // One's own account is reached by no number.
    let own = accounts(&scene).into_iter().find(|row| row.contains("one-site-admin")).unwrap().split("one").next().unwrap().to_owned();
    fields.extend(pairs(&[("account", &own), ("role", "consortium-admin"), ("active", "yes")]));
    assert_eq!(send(admin, "/people/change", &fields).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_place_answers_under_our_own_names_only() {
    let scene = Scene::start().await;
    let (admin, _) = scene.administrator().await;
    let cookie = admin.cookie.clone().unwrap();
    let port = scene.address.port();
    let paths: Vec<&str> = Place::ALL.iter().map(|place| place.path()).chain(OPEN).collect();
    for path in paths {
        for (target, host) in [
            (path.to_owned(), "Host: evil.example\r\n".to_owned()),
            (path.to_owned(), format!("Host: localhost.evil.example:{port}\r\n")),
            (path.to_owned(), format!("Host: localhost:{port}\r\nHost: evil.example\r\n")),
            (path.to_owned(), "Host: \r\n".to_owned()),
            (path.to_owned(), String::new()),
            (path.to_owned(), "Host: user@localhost\r\n".to_owned()),
            (format!("http://evil.example{path}"), format!("Host: localhost:{port}\r\n")),
        ] {
            let answer =
                raw(&scene, format!("GET {target} HTTP/1.1\r\n{host}Cookie: {cookie}\r\nConnection: close\r\n\r\n").as_bytes()).await;
            let status: u16 = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0);
            assert!(status == 421 || status == 400, "{target} {host:?}: {answer}");
            assert!(!answer.contains("Robin") && !answer.contains("evil.example"), "{answer}");
        }
        let mut told = Browser { more: "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n".into(), ..admin.clone() };
        let answer = told.get(path).await;
        assert!(!answer.text.contains("evil.example") && !answer.head.contains("evil.example"), "{path}: {}", answer.head);
    }
}

/// Sends bytes and takes what comes until the other side has enough.
async fn raw(scene: &Scene, bytes: &[u8]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(scene.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let _end = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_leads_to_no_file_and_a_name_to_no_field_of_the_head() {
    let scene = Scene::start().await;
    let mut seats = everybody(&scene).await;
    for (_, browser) in &mut seats {
        for path in [
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2fetc%2fpasswd",
            "/console.css/..%2fconsole.sqlite",
            "/..\\..\\x",
            "/people/%2e%2e/audit",
            "//evil.example/%2f..",
            "/%0d%0aX-Injected:%20yes",
            "/console/console.sqlite",
            "/lifeguard.toml",
            "/sign-in/",
            "/SIGN-IN",
            "/sign-in%00",
            "/./sign-in",
            "/people;x=y",
            "/people/new/",
        ] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            look_at(path, &answer);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded_before_they_are_read_and_heads_too() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    // A form with a file has bounds of its own: `console_papers`.
    for place in Place::ALL.into_iter().filter(|place| place.takes().post() && *place != Place::DisclosurePaper) {
        let head = format!("POST {} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n", place.path());
        // What happened takes more, and so do a notice and what is put down by the hundred.
        let told = [Place::IncidentNew, Place::IncidentChange].contains(&place);
        let notice = [Place::DisclosureNew, Place::DisclosureStep].contains(&place);
        let list = [Place::PolicyAddressesNew, Place::PolicyKeywordChange, Place::PolicyKeywordOut, Place::Rooms].contains(&place);
        let too_much = if notice || list { 263_000 } else { 20_000 };
        let too_much = if told { 132_000 } else { too_much };
        let answer = admin.ask(&head, &format!("a={}", "x".repeat(too_much))).await;
        assert_eq!(answer.status, 413, "{}", place.path());
        look_at(place.path(), &answer);
        // It is a page that says so, also where much is still on its way; and nobody is told there who they are.
        assert!(answer.text.contains("<h1>This is too long</h1>") && !answer.text.contains("Robin"), "{}", answer.text);
        // A length that is a threat, and a body of pieces without an end: answered without waiting for either.
        let host = format!("Host: {}\r\nOrigin: http://{0}\r\nConnection: close\r\n", scene.address);
        let begun = Instant::now();
        let threat = raw(&scene, format!("{head}{host}Content-Length: 99999999999\r\n\r\n{}", "a".repeat(too_much)).as_bytes()).await;
        assert!(threat.starts_with("HTTP/1.1 413"), "{threat}");
        let pieces = format!(
            "{head}{host}Transfer-Encoding: chunked\r\n\r\n{}",
            format!("1000\r\n{}\r\n", "a".repeat(4096)).repeat(too_much / 4096 + 1)
        );
        assert!(raw(&scene, pieces.as_bytes()).await.starts_with("HTTP/1.1 413"), "{}", place.path());
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
    let many: String = (0..500).map(|at| format!("X-{at}: y\r\n")).collect();
    for more in [format!("X-Long: {}\r\n", "x".repeat(1_000_000)), many] {
        let answer = raw(&scene, format!("GET /sign-in HTTP/1.1\r\nHost: localhost\r\n{more}\r\n").as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431") || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    assert_eq!(admin.get("/account").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_a_letter_now_and_then_loses_the_connection_and_everybody_else_is_served() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let scene = Scene::start_patient(Duration::from_secs(2)).await;
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n",
        scene.address
    );
    for (what, first) in [("a head", "GET /sign-in HTTP/1.1\r\nX-Slow: "), ("a body", head.as_str())] {
        // More than there are places.
        let mut slow = Vec::new();
        for _ in 0..256 {
            let mut stream = tokio::net::TcpStream::connect(scene.address).await.unwrap();
            stream.write_all(first.as_bytes()).await.unwrap();
            slow.push(stream);
        }
        let letters = slow.into_iter().map(|stream| async move {
            let (mut read, mut write) = stream.into_split();
            let drip = async {
                while write.write_all(b"a").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            };
            let mut rest = Vec::new();
            tokio::select! { _ = read.read_to_end(&mut rest) => (), () = drip => () }
        });
        let begun = Instant::now();
        let tasks: Vec<_> = letters.map(tokio::spawn).collect();
        let served = tokio::time::timeout(Duration::from_secs(15), scene.browser().get("/sign-in")).await;
        assert_eq!(served.unwrap_or_else(|_| panic!("{what} in letters keeps everybody out")).status, 200);
        for task in tasks {
            tokio::time::timeout(Duration::from_secs(15), task).await.unwrap_or_else(|_| panic!("{what} in letters has no end")).unwrap();
        }
        println!("{what} in letters: all closed after {:?}", begun.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_an_answer_does_not_tell_which_names_there_are() {
    let scene = Scene::start().await;
    scene.administrator().await;
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for _ in 0..9 {
        for name in ["robin", "nobody", "' OR 1=1 --"] {
            scene.clock.advance(5 * 60_000_000);
            let begun = Instant::now();
            assert_eq!(scene.browser().sign_in(name, "wrong password", "123456").await.status, 403);
            times.entry(name).or_default().push(begun.elapsed());
        }
    }
    // The least of each is the one that the machine's other work has disturbed least.
    let least: Vec<(&str, Duration)> = times.iter().map(|(name, times)| (*name, *times.iter().min().unwrap())).collect();
    let (low, high) = (least.iter().map(|(_, time)| *time).min().unwrap(), least.iter().map(|(_, time)| *time).max().unwrap());
    assert!(high < low * 2, "{least:?}");
    println!("{least:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_and_one_time_codes_cannot_be_tried_out() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    scene.clock.advance(5 * 60_000_000);
    // Somebody has the password, and guesses the second thing: from one address, then from inside a session.
    let mut paused = 0;
    for at in 0..30 {
        scene.clock.advance(15_000_000 / if at < 10 { 1 } else { 15 });
        let guess = if at % 2 == 0 { format!("{at:06}") } else { format!("AAAA-BBBB-CCCC-{at:04}") };
        let answer = scene.browser().sign_in("robin", PASSWORD, &guess).await;
        assert!(matches!(answer.status, 403 | 429), "{}", answer.text);
        paused += usize::from(answer.status == 429);
    }
    assert_eq!(paused, 20, "ten guesses, and no more");
    let right = scene.code(&key);
    assert_eq!(scene.browser().sign_in("robin", PASSWORD, &right).await.status, 429, "the right one too");
    scene.clock.advance(6 * 60_000_000);
    admin.get("/account").await;
    let mut last = 0;
    for at in 0..15 {
        scene.clock.advance(15_000_000 / if at < 10 { 1 } else { 15 });
        last = send(&mut admin, "/account/codes", &pairs(&[("code", &format!("{at:06}"))])).await.status;
        assert_eq!(last, 422);
    }
    let right = scene.code(&key);
    assert_eq!(send(&mut admin, "/account/codes", &pairs(&[("code", &right)])).await.status, last, "too many were wrong");
    scene.clock.advance(6 * 60_000_000);
    let right = scene.code(&key);
    admin.get("/account").await;
    let codes = send(&mut admin, "/account/codes", &pairs(&[("code", &right)])).await;
    assert_eq!(codes.status, 200, "{}", codes.text);
    assert_eq!(send(&mut admin, "/account/codes", &pairs(&[("code", &right)])).await.status, 422, "a code is good once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_its_own_cookie_and_ends_everywhere() {
    let scene = Scene::start().await;
    let (mut admin, key) = scene.administrator().await;
    let stolen = admin.clone();
    for place in places(Role::SiteAdmin).filter(|place| place.takes().get() && !may(None, place.action())) {
        // Beside another cookie of the name, in another place than a cookie, or changed by a letter: nobody's.
        let cookie = stolen.cookie.clone().unwrap();
        let secret = cookie.replace("lifeguard=", "");
        for (query, field) in [
            (format!("?lifeguard={secret}"), String::new()),
            (String::new(), format!("Authorization: Bearer {secret}\r\n")),
            (String::new(), format!("Cookie: {cookie}; lifeguard={}\r\n", "A".repeat(32))),
            (String::new(), format!("Cookie: __Host-lifeguard={secret}\r\n")),
            (String::new(), format!("Cookie: lifeguard={}A\r\n", &secret[..31]).replace("AA\r", "BB\r")),
        ] {
            let mut other = Browser { cookie: None, more: field, ..scene.browser() };
            let answer = other.get(&format!("{}{query}", place.path())).await;
            assert_eq!(answer.location(), "/sign-in", "{} {query}", place.path());
        }
    }
    assert_eq!(send(&mut admin, "/sign-out", &pairs(&[])).await.status, 303);
    for place in Place::ALL.into_iter().filter(|place| place.takes().get() && !ends(*place) && !may(None, place.action())) {
        assert_eq!(stolen.clone().get(place.path()).await.location(), "/sign-in", "{} after the end", place.path());
    }
    // The secret of a session stands in no page, no address and no log.
    let code = scene.code(&key);
    admin.sign_in("robin", PASSWORD, &code).await;
    let secret = admin.cookie.clone().unwrap().replace("lifeguard=", "");
    for place in places(Role::SiteAdmin).filter(|place| place.takes().get()) {
        let page = admin.get(place.path()).await;
        assert!(!page.text.contains(&secret) && !page.text.contains(PASSWORD), "{}", place.path());
    }
    assert!(scene.acts().iter().all(|(_, act)| !act.text().contains(&secret) && !act.text().contains(&code)));
}

/// What clients say to the proxy, what is closed at once and why, and how things are called: through the real program onto every page.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_says_to_the_proxy_is_only_text_on_every_page_of_everybody() {
    let mut world = crate::support::World::new();
    world.more = "title = \"<script>alert(1)</script>\"\n\n[categories.testing]\ntitle = \"<img src=x onerror=alert(1)>\"\n".into();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let running = crate::console_support::real::start(&world.write("lifeguard.toml", &world.config()));
    let agent =
        "User-Agent: \"><script>alert(1)</script>\r\nReferer: http://x/<script>\r\nX-Forwarded-For: <script>\r\nCookie: <script>\r\n";
    for path in
        ["/%3Cscript%3Ealert(1)%3C/script%3E", "/?q=\"><script>alert(1)</script>", "/=1+1", "/%0d%0aX-Injected:%20yes", "/%E2%80%AE"]
    {
        for host in ["open.test", "blocked.test", "xn--<script>.test"] {
            get_with(running.proxy, &world.address(host, path), agent);
        }
    }
    exchange(running.proxy, b"GET http://<script>alert(1)</script>/ HTTP/1.1\r\nHost: <script>\r\nConnection: close\r\n\r\n");
    exchange(running.proxy, b"<SCRIPT> http://open.test/ HTTP/1.1\r\nHost: open.test\r\nConnection: close\r\n\r\n");
    exchange(running.proxy, b"CONNECT <script>:443 HTTP/1.1\r\nHost: <script>:443\r\n\r\n");
    let mut admin = running.administrator().await;
    let mut seats = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| role.needs_code() && !role.gives_roles()) {
        seats.push((role, running.person(&mut admin, role.word(), role.word()).await));
    }
    admin.get("/lists/emergency").await;
    let closed = pairs(&[("address", "new.test"), ("category", "testing"), ("because", "<script>alert(1)</script> \"'><img src=x>")]);
    assert_eq!(send(&mut admin, "/lists/emergency", &closed).await.status, 303);
    seats.push((Role::SiteAdmin, admin));
    let mut looked = 0;
    for (role, browser) in &mut seats {
        for place in places(*role).filter(|place| place.takes().get()) {
            let page = browser.get(place.path()).await;
            look_at(&format!("{role} {}", place.path()), &page);
            looked += 1;
        }
    }
    let mut nobody = Browser { cookie: None, ..seats[0].1.clone() };
    for path in OPEN {
        look_at(path, &nobody.get(path).await);
    }
    assert!(looked > 15, "{looked}");
    let page = seats.last_mut().unwrap().1.get("/lists/emergency").await;
    assert!(page.text.contains("&lt;script&gt;alert(1)") && page.text.contains("&lt;img src"), "{}", page.text);
    for events in [&[][..], &["--events"]] {
        let out = world.folder.path().join(format!("out{}.csv", events.len()));
        let made = world.command(&[&["logs", "export", "--format", "csv", "--out", out.to_str().unwrap(), "--by", "kim"], events].concat());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        crate::attack::no_formula("logs export", &std::fs::read_to_string(&out).unwrap());
    }
}
