//! The agreement of a place: clauses that cascade, what must be accepted before anything else opens, what is written down of it, the
//! clause behind a refusal, and the notice that is made from the settings (standards C1-C9).

use crate::sign_in_support::{add, basic};
use crate::support::client::{exchange, get_with, tunnel};
use crate::support::proxy::wait_until;
use crate::support::secure::{Secure, trusting};
use crate::support::{Authority, Lifeguard, Origin, Reply, World};
use lifeguard::config::{ListFiles, MemoryFiles, Written, check_text};
use lifeguard::model::GroupId;
use lifeguard::policy::Agreement;
use proptest::prelude::*;
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

const HTML: &str = "Accept: text/html\r\n";
const KIM: &str = "X-Forwarded-For: 192.0.2.1\r\n";
const LEE: &str = "X-Forwarded-For: 192.0.2.2\r\n";

/// A layer of a consortium with a clause, and the site's own.
const RULES: &str = r#"
[[group]]
name = "staff"
tunnels = "tls-or-http"
networks = ["192.0.2.200/32"]

[[help_line]]
name = "Help"
address = "help.test"

[[layer]]
level = "consortium"
title = "East"
signed_by = "A. Hill"
reason = "r"
review = 2099-01-01

[[layer.aup.clause]]
id = "C-1"
title = "Be kind"
words = "You treat others with respect."
easy = "You are nice to others."
sanction = "A talk first, then a letter home."

[aup]
version = "2026/27"
signed_by = "B. Lee"
review = 2099-01-01
accept = ["everyone"]
easy_for = ["everyone"]
guardian_for = ["everyone"]

[[aup.clause]]
id = "S-1"
title = "No trials"
words = "Nobody opens pages that are being tested."
categories = ["testing"]
"#;

struct Scene {
    world: World,
}

impl Scene {
    fn new(more: &str) -> Self {
        let mut world = World::new();
        world.more = more.to_owned();
        Self { world }
    }

    fn write(&self) {
        let config = self.world.config().replacen("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports", 1);
        self.world.write("lifeguard.toml", &config);
        self.world.write("statutory.txt", "listed.test/page\n");
        self.world.write("blocked.txt", "blocked.test\n");
    }

    fn start(&self) -> Lifeguard {
        self.write();
        Lifeguard::start(&self.world.folder.path().join("lifeguard.toml"))
    }

    fn run(&self, words: &[&str]) -> String {
        let output = self.world.command(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn site(&self) -> String {
        self.world.address("site.test", "/bytes/5?a=1&b=2")
    }
}

/// Where the form of a page is sent, and its token.
fn form(page: &str) -> (String, String) {
    let after = |mark: &str| {
        let rest = &page[page.find(mark).unwrap_or_else(|| panic!("{mark}: {page}")) + mark.len()..];
        rest[..rest.find('"').unwrap()].replace("&#x2f;", "/").replace("&amp;", "&").replace("&#x3d;", "=")
    };
    (after("<form method=\"post\" action=\""), after("name=\"token\" value=\""))
}

fn post(proxy: &Lifeguard, address: &str, fields: &str, body: &str) -> Reply {
    let length = body.len();
    let text = format!(
        "POST {address} HTTP/1.1\r\nHost: lifeguard.internal\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n{fields}{HTML}Connection: close\r\n\r\n{body}"
    );
    Reply::read(&exchange(proxy.proxy, text.as_bytes()))
}

/// Reads the page in the way of an address and presses its button; where that leads.
fn accept(proxy: &Lifeguard, address: &str, fields: &str, guardian: &str) -> String {
    let page = get_with(proxy.proxy, address, &format!("{fields}{HTML}"));
    assert_eq!(page.status, 403, "{}", page.head);
    let (action, token) = form(&page.text());
    let done = post(proxy, &action, fields, &format!("token={token}&guardian={guardian}"));
    assert_eq!(done.status, 303, "{}\n{}", done.head, done.text());
    done.field("location").unwrap().to_owned()
}

fn accepted(scene: &Scene) -> Vec<Value> {
    scene.run(&["aup", "accepted", "--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn nothing_opens_before_the_agreement_is_accepted_but_help_lines_and_the_law_comes_first() {
    let scene = Scene::new(RULES);
    let proxy = scene.start();
    let page = get_with(proxy.proxy, &scene.site(), &format!("{KIM}{HTML}"));
    assert_eq!(page.status, 403);
    let text = page.text();
    for said in
        ["You are nice to others.", "consortium East", "No trials", "A talk first", "2026&#x2f;27", "Please read and accept the rules"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("with respect"), "the group reads the easy words alone: {text}");
    assert!(!text.contains("<script"), "{text}");
    assert!(page.field("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{}", page.head);
    assert!(page.field("proxy-status").unwrap().contains("agreement-needed"), "{}", page.head);
    let part = get_with(proxy.proxy, &scene.world.address("site.test", "/a.js"), &format!("{KIM}Sec-Fetch-Dest: script\r\n"));
    assert!(part.status == 403 && part.text().contains("agreement-needed"), "{}", part.text());
    let (_stream, refused) = tunnel(proxy.proxy, &format!("site.test:{}", scene.world.origin.port()));
    assert_eq!(refused.status, 403);
    assert_eq!(get_with(proxy.proxy, &scene.world.address("help.test", "/bytes/5"), KIM).status, 200, "a help line is always open");
    let listed = get_with(proxy.proxy, "http://listed.test/page", &format!("{KIM}{HTML}"));
    assert!(listed.field("proxy-status").unwrap().contains("statutory"), "{}", listed.head);
    let staff = get_with(proxy.proxy, &scene.site(), "X-Forwarded-For: 192.0.2.200\r\n");
    assert_eq!(staff.status, 200, "who need not accept is not asked");
    assert_eq!(scene.world.origin.targets().len(), 2, "{:?}", scene.world.origin.targets());
}

#[test]
fn a_refused_tunnel_says_in_words_where_the_agreement_is() {
    let scene = Scene::new(RULES);
    let proxy = scene.start();
    let authority = format!("site.test:{}", scene.world.origin.port());
    let text = exchange(proxy.proxy, format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n").as_bytes());
    let reply = Reply::read(&text);
    assert!(reply.status == 403 && reply.text().contains("Rules: http://lifeguard.internal/aup"), "{}", reply.text());
}

#[test]
fn an_acceptance_is_written_down_counts_for_its_reader_and_survives_a_restart() {
    let scene = Scene::new(RULES);
    let proxy = scene.start();
    assert_eq!(accept(&proxy, &scene.site(), KIM, "Ms+Green%0A%1B%5B31m"), scene.site(), "it leads on to what was asked for");
    assert_eq!(get_with(proxy.proxy, &scene.site(), KIM).status, 200);
    assert_eq!(get_with(proxy.proxy, &scene.site(), LEE).status, 403, "another reader is still asked");
    let rows = accepted(&scene);
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!((&row["address"], &row["group"], &row["label"]), (&"192.0.2.1".into(), &"everyone".into(), &"2026/27".into()));
    assert_eq!((&row["guardian"], &row["current"]), (&"Ms Green [31m".into(), &true.into()));
    wait_until("the log tells it", || scene.run(&["logs", "search", "--kind", "event", "--json"]).contains("agreement-accepted"));
    proxy.kill();
    let proxy = scene.start();
    assert_eq!(get_with(proxy.proxy, &scene.site(), KIM).status, 200, "kill -9 has taken nothing");
    let page = get_with(proxy.proxy, "http://lifeguard.internal/aup", &format!("{KIM}{HTML}")).text();
    assert!(page.contains("You accepted these rules on") && !page.contains("<form"), "{page}");
    proxy.kill();

    let changed = Scene { world: World { more: RULES.replace("being tested", "being tried"), ..scene.world } };
    let proxy = changed.start();
    assert_eq!(get_with(proxy.proxy, &changed.site(), KIM).status, 403, "new words are accepted anew");
    assert_eq!(accepted(&changed)[0]["current"], false);
    accept(&proxy, &changed.site(), KIM, "");
    assert_eq!(accepted(&changed).len(), 2);
}

#[test]
fn a_token_is_good_for_one_reader_and_one_host_and_a_bad_one_shows_the_words_again() {
    let scene = Scene::new(RULES);
    let proxy = scene.start();
    let page = get_with(proxy.proxy, &scene.site(), &format!("{KIM}{HTML}")).text();
    let (action, token) = form(&page);
    let elsewhere = action.replace("site%2Etest", "evil%2Etest");
    assert_ne!(elsewhere, action);
    for (address, fields, body) in [
        (&action, LEE, format!("token={token}")),
        (&elsewhere, KIM, format!("token={token}")),
        (&action, KIM, "token=1-2".to_owned()),
        (&action, KIM, String::new()),
        (&"http://lifeguard.internal/aup/accept".to_owned(), KIM, format!("token={token}")),
    ] {
        let again = post(&proxy, address, fields, &body);
        assert!(again.status == 200 && again.text().contains("<form"), "{address} {fields} {body}: {}", again.head);
    }
    assert!(accepted(&scene).is_empty());
    let plain = get_with(proxy.proxy, "http://lifeguard.internal/aup", &format!("{KIM}{HTML}")).text();
    let (action, token) = form(&plain);
    let done = post(&proxy, &action, KIM, &format!("token={token}"));
    assert_eq!((done.status, done.field("location")), (303, Some("/aup")));
    assert_eq!(accepted(&scene).len(), 1);
    post(&proxy, &action, KIM, &format!("token={token}"));
    assert_eq!(accepted(&scene).len(), 1, "pressed twice, written once");
}

#[test]
fn an_acceptance_taken_from_the_end_of_the_file_is_found_by_verify() {
    let scene = Scene::new(RULES);
    let proxy = scene.start();
    accept(&proxy, &scene.site(), KIM, "");
    let folder = scene.world.folder.path().join("log");
    let file = folder.join("acceptances.log");
    let first = std::fs::read(&file).unwrap();
    accept(&proxy, &scene.site(), LEE, "");
    let both = std::fs::metadata(&file).unwrap().len();
    // Heads are signed every minute, and when the log is closed.
    assert!(proxy.stop().success());
    assert!(std::fs::read_to_string(folder.join("heads.log")).unwrap().contains(&format!("\nacceptances {both} ")));
    let good = scene.world.command(&["logs", "verify"]);
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stdout));
    std::fs::write(&file, first).unwrap();
    let cut = scene.world.command(&["logs", "verify"]);
    let said = String::from_utf8_lossy(&cut.stdout).into_owned() + &String::from_utf8_lossy(&cut.stderr);
    assert!(!cut.status.success() && said.contains("acceptances.log"), "{said}");
}

#[test]
fn what_cannot_be_written_down_does_not_count() {
    let scene = Scene::new(RULES);
    let proxy = scene.start();
    std::fs::create_dir(scene.world.folder.path().join("log/acceptances.turn")).unwrap();
    let page = get_with(proxy.proxy, &scene.site(), &format!("{KIM}{HTML}")).text();
    let (action, token) = form(&page);
    let failed = post(&proxy, &action, KIM, &format!("token={token}"));
    assert_eq!(failed.status, 503, "{}", failed.head);
    assert_eq!(get_with(proxy.proxy, &scene.site(), KIM).status, 403);
}

#[test]
fn a_person_accepts_once_wherever_they_are_and_a_paper_counts_as_well() {
    let mut scene = Scene { world: crate::sign_in_support::world("") };
    let rules = &RULES[RULES.find("[[layer]]").unwrap()..];
    scene.world.more += &rules.replace("[\"everyone\"]", "[\"children\", \"staff\"]");
    scene.write();
    add(&scene.world, "kim", "children", "kims secret");
    add(&scene.world, "lee", "staff", "lees secret");
    let proxy = scene.start();
    let kim = basic("Kim", "kims secret");
    accept(&proxy, &scene.site(), &kim, "Ms+Green");
    assert_eq!(get_with(proxy.proxy, &scene.site(), &format!("{kim}{LEE}")).status, 200, "from another machine too");
    let lee = basic("lee", "lees secret");
    assert_eq!(get_with(proxy.proxy, &scene.site(), &lee).status, 403);
    let entered = scene.run(&["aup", "accept", "--person", "Lee", "--group", "staff", "--by", "Ms Reid", "--guardian", ""]);
    assert!(entered.starts_with("lee accepted the agreement of the group staff"), "{entered}");
    wait_until("the paper counts", || get_with(proxy.proxy, &scene.site(), &lee).status == 200);
    let one = scene.run(&["aup", "accepted", "--person", "KIM"]);
    assert!(one.lines().count() == 1 && one.contains("the adult who agrees: Ms Green"), "{one}");
    wait_until("the log tells the paper", || {
        scene.run(&["logs", "search", "--kind", "event", "--json"]).contains("on paper, entered by Ms Reid")
    });
    let refused = scene.world.command(&["aup", "accept", "--person", "lee", "--group", "nobody", "--by", "x"]);
    assert!(!refused.status.success());
}

#[test]
fn a_refusal_names_its_clause_on_the_page_and_in_the_record() {
    let scene = Scene::new(&RULES.replace("accept = [\"everyone\"]\n", "").replace("easy_for", "accept = []\neasy_for"));
    let proxy = scene.start();
    let page = get_with(proxy.proxy, "http://blocked.test/", HTML).text();
    assert!(page.contains("No trials") && page.contains("(rule S-1)") && page.contains("being tested"), "{page}");
    let open = get_with(proxy.proxy, &scene.site(), HTML);
    assert_eq!(open.status, 200);
    get_with(proxy.proxy, "http://listed.test/page", HTML);
    assert!(proxy.stop().success());
    let rows = scene.run(&["logs", "search", "--clause", "s-1", "--json"]);
    assert_eq!(rows.lines().filter(|line| line.contains("\"kind\":\"request\"")).count(), 1, "{rows}");
    let row: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!((&row["host"], &row["layer"]), (&"blocked.test".into(), &"group everyone, category testing; clause S-1".into()));
    assert!(!scene.world.command(&["logs", "search", "--clause", "S-11"]).status.success(), "nothing is found under another id");
    let counts = scene.run(&["logs", "search", "--verdict", "block", "--by", "clause", "--json"]);
    assert!(counts.contains(r#""by":{"clause":"S-1"},"count":1"#), "{counts}");
    let export = scene.world.folder.path().join("out.csv");
    scene.run(&["logs", "export", "--format", "csv", "--out", export.to_str().unwrap(), "--by", "x", "--clause", "S-1"]);
    assert!(std::fs::read_to_string(export).unwrap().contains("clause S-1"));
}

#[test]
fn in_opened_https_the_agreement_is_shown_and_accepted_inside() {
    let outer = Authority::new();
    let origin = outer.server(&["site.test"]);
    let mut world = World::with(Origin::start(Some(origin), |_| None));
    world.write("outer.pem", &outer.pem());
    world.more = format!("https = \"full\"\n{RULES}");
    let scene = Scene { world };
    scene.write();
    let path = scene.world.folder.path().join("lifeguard.toml");
    let config = std::fs::read_to_string(&path).unwrap().replacen("trusted_proxies", "extra_roots = [\"outer.pem\"]\ntrusted_proxies", 1);
    std::fs::write(&path, config).unwrap();
    scene.run(&["ca", "init", "--name", "Club authority"]);
    let proxy = Lifeguard::start(&path);
    let ours = std::fs::read_to_string(scene.world.folder.path().join("var/authority/authority.pem")).unwrap();
    let both = trusting(&[&ours, &outer.pem()]);
    let place = format!("site.test:{}", scene.world.origin.port());
    let mut inside = Secure::open(proxy.proxy, &place, &both).unwrap();
    let page = inside.get(&place, "/bytes/5");
    assert!(page.starts_with("HTTP/1.1 403") && page.contains("You are nice to others."), "{page}");
    let (action, token) = form(&page);
    let target = action.strip_prefix("https://lifeguard.internal").expect("the form stays under TLS");
    let mut own = Secure::open(proxy.proxy, "lifeguard.internal:443", &both).unwrap();
    let body = format!("token={token}");
    let done = own.ask(&format!("POST {target} HTTP/1.1\r\nHost: lifeguard.internal\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    assert!(done.starts_with("HTTP/1.1 303") && done.contains(&format!("https://{place}/bytes/5")), "{done}");
    assert!(inside.get(&place, "/bytes/5").starts_with("HTTP/1.1 200"), "the same connection goes on");
}

#[test]
fn curl_follows_the_form_like_a_browser_does() {
    let scene = Scene::new(RULES);
    let proxy = scene.start();
    let curl = |arguments: &[&str]| {
        let output = Command::new("curl").args(["-s", "-x", &format!("http://{}", proxy.proxy)]).args(arguments).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Ok(page) = curl(&["-H", "Accept: text/html", &scene.site()]) else {
        return eprintln!("skipped: there is no curl");
    };
    let (action, token) = form(&page);
    let came =
        curl(&["-L", "--post302", "--data-urlencode", &format!("token={token}"), "-w", "%{http_code} %{url_effective}", &action]).unwrap();
    assert!(came.ends_with(&format!("200 {}", scene.site())), "{came}");
}

#[test]
fn the_notice_says_what_the_settings_say() {
    let more = "log = \"no-user\"\n[[group]]\nname = \"staff\"\nnetworks = [\"192.0.2.200/32\"]\nhttps = \"full\"\nsafe_search = true\n\
        [https]\nsealed = [\"bank.test\"]\n[log.retention.web_log]\nkeep = \"100d\"\nat_most = \"120d\"\n[notice]\nseen_by = [\"the head\", \"Ms Reid\"]\n";
    let scene = Scene::new(more);
    scene.write();
    let all = scene.run(&["notice"]);
    let staff = scene.run(&["notice", "--group", "staff"]);
    assert!(all.contains("Your name is not written down") && all.contains("hidden from us by HTTPS"), "{all}");
    for said in [
        "bank.test",
        "safe results only",
        "100 days",
        "120 days at the latest",
        "the head, Ms Reid",
        "seen and written down",
        "not encrypted",
    ] {
        assert!(staff.contains(said), "{said}: {staff}");
    }
    assert!(!staff.contains("Your name is not"), "{staff}");
    let json: Value = serde_json::from_str(&scene.run(&["notice", "--json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    scene.run(&["ca", "init", "--name", "Club authority"]);
    let proxy = scene.start();
    let page = get_with(proxy.proxy, "http://lifeguard.internal/notice", &format!("{KIM}{HTML}"));
    assert!(page.status == 200 && page.text().contains("Your name is not written down"), "{}", page.text());
    let page = get_with(proxy.proxy, "http://lifeguard.internal/notice", &format!("X-Forwarded-For: 192.0.2.200\r\n{HTML}"));
    assert!(page.text().contains("bank.test"), "{}", page.text());
}

fn check(text: &str) -> Result<lifeguard::config::Config, String> {
    let files = MemoryFiles::default();
    let written = Written { name: "t.toml", text, environment: &[], files: &files, list_files: ListFiles::Noted };
    check_text(&written).map(|loaded| loaded.config).map_err(|faults| faults.render(false))
}

#[test]
fn what_cannot_be_an_agreement_is_refused_with_its_place() {
    let base = "[[group]]\nname = 'kids'\n[aup]\nsigned_by = 'B'\nreview = 2099-01-01\n";
    let clause = |more: &str| format!("[[aup.clause]]\nid = 'A'\ntitle = 't'\nwords = 'w'\n{more}");
    let layer = "[[layer]]\nlevel = 'consortium'\ntitle = 'East'\nsigned_by = 'A. Hill'\nreason = 'r'\nreview = 2099-01-01\n\
        [[layer.aup.clause]]\nid = 'a'\ntitle = 't'\nwords = 'w'\n";
    let table = [
        (format!("{base}{}{layer}", clause("")), "t.toml:7:6", "clause A' loosens what the consortium 'East' has set"),
        (format!("{base}{}{layer}", clause("")), "A. Hill", "changes none"),
        (format!("{base}{}{}", clause(""), clause("")), "t.toml:11:6", "the clause 'A' is there twice"),
        (format!("{base}{}", clause("categories = ['gambing']\n")), "did you mean 'gambling'", ""),
        (format!("{base}{}", clause("reasons = ['statutory']\n")), "there is no reason 'statutory'", ""),
        (format!("{base}{}", clause("groups = ['none']\n")), "there is no group 'none'", ""),
        (format!("{base}{}", clause("").replace("'A'", "'A 1; clause B'")), "a short name of letters", ""),
        (format!("{base}{}", clause("").replace("words = 'w'\n", "")), "'words' is missing", ""),
        (format!("{base}accept = ['kids']\n"), "the group 'kids' is to accept the agreement, and no clause is for it", ""),
        (format!("[[group]]\nname = 'kids'\n{}", clause("")), "'signed_by' is missing", "'review' is missing"),
        ("[[group]]\nname = 'kids'\n[sign_in]\naccounts = 'people'\n".to_owned(), "t.toml:2:8", "nobody has said who may read it"),
        (format!("{base}{}", layer.replace("'consortium'", "'person'\npersons = ['kim']")), "'aup' has no meaning for the level", ""),
    ];
    for (text, one, two) in table {
        let told = check(&text).expect_err(&text);
        assert!(told.contains(one) && told.contains(two), "{one} / {two}:\n{told}\n{text}");
    }
    for good in ["log = 'no-user'\n", "[notice]\nseen_by = 'the head'\n"] {
        check(&format!("[[group]]\nname = 'kids'\n{good}[sign_in]\naccounts = 'people'\n")).unwrap();
    }
    check(&format!("{base}{}", clause(""))).unwrap();
}

/// Clauses as somebody may write them: level, number of the id, group, easy words.
type Drawn = (usize, u8, Option<usize>, bool);

fn text_of(drawn: &[Drawn]) -> String {
    let mut text = String::from(
        "[[group]]\nname = 'kids'\n[[group]]\nname = 'staff'\n[aup]\nsigned_by = 'B'\nreview = 2099-01-01\neasy_for = ['kids']\n",
    );
    let clause = |table: &str, place: usize, (level, id, group, easy): &Drawn| {
        let group = group.map_or_else(String::new, |group| format!("groups = ['{}']\n", ["kids", "staff"][group]));
        let easy = if *easy { format!("easy = 'easy {place}'\n") } else { String::new() };
        format!("[[{table}]]\nid = 'C-{id}'\ntitle = 'title {place}'\nwords = 'words {place} of {level}'\n{group}{easy}")
    };
    let all = || drawn.iter().enumerate();
    all().filter(|(_, drawn)| drawn.0 == 2).for_each(|(place, drawn)| text += &clause("aup.clause", place, drawn));
    for (level, name) in ["consortium", "authority"].into_iter().enumerate() {
        text += &format!("[[layer]]\nlevel = '{name}'\ntitle = '{name}'\nsigned_by = 'A'\nreason = 'r'\nreview = 2099-01-01\n");
        all().filter(|(_, drawn)| drawn.0 == level).for_each(|(place, drawn)| text += &clause("layer.aup.clause", place, drawn));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever lower layers write: settings are refused, or every clause of every layer stands in the agreement of every group that it is
    /// for, with its own words, the higher ones first.
    #[test]
    fn a_lower_layer_never_removes_or_changes_a_clause(
        drawn in prop::collection::vec((0..3usize, 0..12u8, prop::option::of(0..2usize), any::<bool>()), 0..7),
    ) {
        let mut ids: Vec<u8> = drawn.iter().map(|drawn| drawn.1).collect();
        ids.sort_unstable();
        ids.dedup();
        let text = text_of(&drawn);
        match check(&text) {
            Err(told) => prop_assert!(ids.len() < drawn.len(), "refused without cause: {}\n{}", told, text),
            Ok(config) => {
                prop_assert_eq!(ids.len(), drawn.len(), "the same id twice: {}", text);
                for group in 0..2_u16 {
                    let agreement = Agreement::of(&config.policy, GroupId(group));
                    let mine = drawn.iter().enumerate().filter(|(_, drawn)| drawn.2.is_none_or(|only| only == usize::from(group)));
                    prop_assert_eq!(agreement.clauses.len(), mine.clone().count());
                    for (place, (level, id, _, easy)) in mine {
                        let shown = agreement.clauses.iter().find(|shown| *shown.id == *format!("C-{id}")).unwrap();
                        let words = if group == 0 && *easy { format!("easy {place}") } else { format!("words {place} of {level}") };
                        prop_assert_eq!(&*shown.words, &*words);
                        prop_assert!(shown.origin.starts_with(["consortium", "authority", "site"][*level]), "{}", shown.origin);
                    }
                    let rank = |origin: &str| ["consortium", "authority", "site"].iter().position(|level| origin.starts_with(level));
                    prop_assert!(agreement.clauses.is_sorted_by_key(|shown| rank(&shown.origin)));
                }
            }
        }
    }
}

#[test]
fn an_address_accepts_for_a_while_only() {
    let scene = Scene::new(&RULES.replace("guardian_for", "address_lasts = \"10m\"\nguardian_for"));
    let proxy = scene.start();
    accept(&proxy, &scene.site(), KIM, "");
    assert_eq!(get_with(proxy.proxy, &scene.site(), KIM).status, 200);
    proxy.kill();
    // The same acceptance, eleven minutes older. Notes are chained by what stands before them, so a first line may say anything.
    let path = scene.world.folder.path().join("log/acceptances.log");
    let text = std::fs::read_to_string(&path).unwrap();
    let at = text.find("\\\"at\\\":\\\"").unwrap() + 9;
    let end = at + text[at..].find("\\\"").unwrap();
    let then: jiff::Timestamp = text[at..end].parse().unwrap();
    let older = then.checked_sub(Duration::from_secs(660)).unwrap().to_string();
    std::fs::write(&path, format!("{}{older}{}", &text[..at], &text[end..])).unwrap();
    let proxy = scene.start();
    assert_eq!(get_with(proxy.proxy, &scene.site(), KIM).status, 403, "somebody else may have the address by now");
}
