//! From a request for a listed address to the incident, the held evidence and the letter, through the real program, a real mail server and
//! Chromium (standards E1, E2, E5, F26; issue 7).

use crate::console_support::Browser;
use crate::console_support::real::{self, form};
use crate::mail_support::{Certificate, MailServer};
use crate::support::World;
use crate::support::client::{get, get_direct, get_with};
use crate::support::proxy::wait_until;
use std::time::{Duration, Instant};

fn world(more: &str) -> (World, std::path::PathBuf) {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\nlisted.test/other\n");
    world.write("blocked.txt", "blocked.test\n");
    let config =
        world.write("lifeguard.toml", &format!("{}\n{more}", world.config().replace("[admin]\n", "[admin]\nfolder = \"var/console\"\n")));
    (world, config)
}

/// Looks until the page has these words, for at most half a minute.
async fn until(browser: &mut Browser, path: &str, words: &str) -> String {
    let from = Instant::now();
    loop {
        let page = browser.get(path).await;
        if page.text.contains(words) || from.elapsed() > Duration::from_secs(30) {
            assert!(page.text.contains(words), "{words}: {}", page.text);
            return page.text;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_address_is_an_incident_in_seconds_once_also_over_a_restart_and_the_evidence_is_held() {
    let (world, config) = world("");
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut lead = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let address = world.address("listed.test", "/page");
    let from = Instant::now();
    for _ in 0..3 {
        assert!([403, 451].contains(&get(running.proxy, &address).status));
    }
    until(&mut lead, "/incidents", "I-1").await;
    println!("from the requests to the incident: {:?}", from.elapsed());
    until(&mut lead, "/incidents/show?id=1", "<dt>Requests in it</dt><dd>3</dd>").await;
    let shown = lead.post("/incidents/reveal", &form(&[("id", "1"), ("purpose", "to report it")])).await;
    let groups: String = shown.text.split("data-text=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(groups, address, "{}", shown.text);
    assert!(shown.text.contains("colon, slash, slash, small l"), "to be read out: {}", shown.text);
    lead.get("/incidents/show?id=1").await;
    let held = lead.post("/incidents/change", &form(&[("id", "1"), ("deed", "hold"), ("hold_because", "the police asked")])).await;
    assert_eq!(held.status, 303, "{}", held.text);
    let holds = world.command(&["logs", "hold", "list"]);
    let holds = String::from_utf8_lossy(&holds.stdout).into_owned();
    assert!(holds.contains("H-1") && holds.contains("sam: incident 1: the police asked"), "{holds}");
    // Stopped by force and started again: what was taken in is not taken in again, and what came meanwhile is.
    let cookie = lead.cookie.clone();
    drop(running);
    let running = real::start(&config);
    let mut lead = Browser { address: running.console, cookie, origin: Some(format!("http://{}", running.console)), ..lead };
    assert!([403, 451].contains(&get(running.proxy, &address).status));
    until(&mut lead, "/incidents/show?id=1", "<dt>Requests in it</dt><dd>4</dd>").await;
    // What is below the same entry is the same incident, and another entry is another.
    assert!([403, 451].contains(&get(running.proxy, &world.address("listed.test", "/page/below?x=1")).status));
    until(&mut lead, "/incidents/show?id=1", "<dt>Requests in it</dt><dd>5</dd>").await;
    assert!(!lead.get("/incidents").await.text.contains("I-2"));
    assert!([403, 451].contains(&get(running.proxy, &world.address("listed.test", "/other")).status));
    until(&mut lead, "/incidents", "I-2").await;
    for file in std::fs::read_dir(config.with_file_name("var/console")).unwrap().flatten() {
        let bytes = std::fs::read(file.path()).unwrap();
        let has = |words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
        assert!(!has(b"listed.test") && !has(b"/other"), "{file:?} tells what was asked for");
    }
    let events = world.command(&["logs", "search", "--events", "--json", "--limit", "1000"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert_eq!(events.matches("\"incident-opened\"").count(), 2, "{events}");
    assert!(!events.contains("listed.test") && events.contains("holds the evidence of incident 1"), "{events}");
}

/// Half a day away: no whole run of accreditation is due while a test runs.
fn far_hour() -> u64 {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    (seconds / 3600 + 12) % 24
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_canary_asks_for_is_no_incident_and_what_a_child_asks_for_in_its_name_is_one() {
    let more = format!("[accredit]\nfolder = \"accredit\"\ncanary_every = \"1s\"\nrun_hour = {}\n", far_hour());
    let (world, config) = world(&more);
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut lead = running.person(&mut admin, "sam", "safeguarding-lead").await;
    // A search that finds nothing is no success.
    let statutory = ["logs", "search", "--json", "--limit", "100000", "--reason", "statutory"];
    let found = || String::from_utf8_lossy(&world.command(&statutory).stdout).into_owned();
    let asked = || found().lines().filter(|line| line.contains("\"accreditation\"")).count();
    // Records are taken in in their order: what a child asks for behind them shows that they were looked at.
    wait_until("three canaries stand in the log", || asked() >= 3);
    let address = world.address("listed.test", "/page");
    let child = || get_with(running.proxy, &address, "User-Agent: accreditation\r\n").status;
    assert!([403, 451].contains(&child()));
    until(&mut lead, "/incidents", "I-1").await;
    let before = asked();
    wait_until("two more", || asked() >= before + 2);
    assert!([403, 451].contains(&child()));
    until(&mut lead, "/incidents/show?id=1", "<dt>Requests in it</dt><dd>2</dd>").await;
    assert!(!lead.get("/incidents").await.text.contains("I-2"), "the canaries are no incident");
    let book = rusqlite::Connection::open(config.with_file_name("var/console/console.sqlite")).unwrap();
    let alerts = "SELECT count(*), sum(count) FROM alert WHERE theme = 'statutory'";
    let alerts: (i64, i64) = book.query_row(alerts, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(alerts, (1, 2), "one alert of what the child did, twice");
    assert!(asked() > before, "the log keeps the record of all");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_about_it_leaves_over_tls_and_a_server_that_is_down_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(folder.path());
    let Some(server) = MailServer::start("starttls", Some(&certificate)) else { return };
    let mail = format!(
        "[[alerts.rule]]\nname = \"listed\"\ntheme = \"statutory\"\nseverity = 3\nstatutory = true\nto = \"lead\"\n\
         [[alerts.rule]]\nname = \"round\"\ntheme = \"circumvention\"\nseverity = 3\ncategories = \"testing\"\nto = \"lead\"\n\
         [mail]\nserver = \"localhost\"\nport = {}\nfrom = \"filter@school.example\"\nroots = \"{}\"\n[mail.recipients]\nlead = \"sam@school.example\"\n",
        server.port,
        certificate.chain.display()
    );
    let (world, config) = world(&mail);
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    assert!([403, 451].contains(&get(running.proxy, &world.address("listed.test", "/page")).status));
    let letters: Vec<String> = (0..2).filter_map(|_| server.letter()).map(|letter| letter.to_string()).collect();
    let alert = letters.iter().find(|letter| letter.contains("alert of severity 3")).unwrap_or_else(|| panic!("{letters:?}"));
    assert!(alert.contains("sam@school.example") && !alert.contains("listed") && !alert.contains("127.0.0.1"), "{alert}");
    assert!(letters.iter().any(|letter| letter.contains("Alerts of the week")), "{letters:?}");
    drop(server);
    assert_eq!(get(running.proxy, &world.address("blocked.test", "/")).status, 403);
    wait_until("health says that letters are not sent", || {
        get_direct(running.console, "/readyz?verbose").text().contains("letters are not sent")
    });
    let failed = || String::from_utf8_lossy(&world.command(&["logs", "search", "--events", "--json"]).stdout).contains("\"mail-failed\"");
    wait_until("it is an event", failed);
    let mut lead = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let page = lead.get("/alerts").await;
    assert!(page.text.contains("<dt>Letters that wait</dt><dd>1</dd>"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_with_an_incident_stands_in_the_audit_and_says_nothing_to_whom_it_is_sealed_from() {
    let (_world, config) = world("");
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut lead = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let mut ada = running.person(&mut admin, "ada", "auditor").await;
    let mut ann = running.person(&mut admin, "ann", "auditor").await;
    lead.get("/incidents/new").await;
    let made = lead.post("/incidents/new", &form(&[("what", "x"), ("severity", "1"), ("person", "ada")])).await;
    assert_eq!(made.status, 303, "{}", made.text);
    lead.get("/incidents/show?id=1").await;
    let change = |more: [(&'static str, &str); 2]| form(&[("id", "1"), more[0], more[1]]);
    assert_eq!(lead.post("/incidents/change", &change([("deed", "hold"), ("hold_because", "what ada did")])).await.status, 303);
    assert_eq!(lead.post("/incidents/change", &change([("deed", "seal"), ("seal_from", "ada")])).await.status, 303);
    let audit = until(&mut ann, "/audit", "H-1 by sam").await;
    for words in
        ["opened incident 1 ", "wrote down about incident 1: sealed", "holds the evidence of incident 1", "incident 1: what ada did"]
    {
        assert!(audit.contains(words), "{words}: {audit}");
    }
    for page in [ada.get("/audit").await, ada.get("/reviews/hold?what=deeds").await] {
        assert!(page.status == 200 && page.text.contains("a sealed case"), "{}", page.text);
        assert!(!page.text.contains("incident 1") && !page.text.contains("what ada did") && !page.text.contains("H-1"), "{}", page.text);
    }
}

/// `log.folder` waits for a restart: until then nobody follows the new folder, and nothing that people decide may be written there.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_reload_with_another_log_folder_closings_exceptions_and_holds_go_on_where_the_log_goes_on() {
    let (world, config) = world("");
    let before = std::fs::read_to_string(&config).unwrap();
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut lead = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let later = before.replacen("folder = \"log\"", "folder = \"log-of-tomorrow\"", 1);
    assert_ne!(before, later);
    std::fs::write(&config, later).unwrap();
    assert!(std::process::Command::new("kill").args(["-HUP", &running.id().to_string()]).status().unwrap().success());
    wait_until("it is reloaded", || get_direct(running.console, "/metrics").text().contains("engine_generation 2"));
    let open = world.address("open.test", "/");
    assert_eq!(get(running.proxy, &open).status, 200);
    admin.get("/lists/emergency").await;
    let closed =
        admin.post("/lists/emergency", &form(&[("address", "open.test"), ("category", "testing"), ("because", "new today")])).await;
    assert_eq!(closed.status, 303, "{}", closed.text);
    wait_until("what was closed at once is closed", || get(running.proxy, &open).status == 403);
    assert!([403, 451].contains(&get(running.proxy, &world.address("listed.test", "/page")).status));
    until(&mut lead, "/incidents", "I-1").await;
    lead.get("/incidents/show?id=1").await;
    let held = lead.post("/incidents/change", &form(&[("id", "1"), ("deed", "hold"), ("hold_because", "the police asked")])).await;
    assert_eq!(held.status, 303, "{}", held.text);
    assert!(config.with_file_name("log").join("holds.log").exists());
    assert!(!config.with_file_name("log-of-tomorrow").exists(), "nothing is written where nobody looks");
    // What was decided stands after the way back.
    std::fs::write(&config, before).unwrap();
    let holds = world.command(&["logs", "hold", "list"]);
    assert!(String::from_utf8_lossy(&holds.stdout).contains("H-1"), "{holds:?}");
}

#[test]
fn a_safeguarding_lead_at_work_in_chromium() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = real::sample(folder.path());
    let running = real::start(&path);
    let proxy = format!("http://{}", running.proxy);
    let Some(said) = real::journey("incidents.py", &running, &[&proxy, "http://illegal.example.test/some/page"]) else { return };
    println!("{said}");
}
