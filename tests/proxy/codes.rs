//! Codes that people type: made by a command, typed on the block page or at our own name, in force when the answer leaves, over by
//! themselves or when somebody ends the code; past no lock; never guessed, never recorded (standards A10, B3).

use crate::support::client::exchange;
use crate::support::proxy::wait_until;
use crate::support::secure::{Secure, trusting};
use crate::support::{Authority, Lifeguard, Origin, Reply, World};

const CHILD: &str = "192.0.2.7";
const OTHER: &str = "192.0.2.8";
const SIGNED: [&str; 4] = ["--by", "Ms Green", "--because", "homework"];
const OWN: &str = "lifeguard.internal";

struct Scene {
    world: World,
    outer: Authority,
    proxy: Lifeguard,
}

impl Scene {
    /// Children, adults, and a floor; `https`: how the children's HTTPS is met.
    fn start(https: &str) -> Self {
        let outer = Authority::new();
        let mut world = World::with(Origin::start((https != "tunnel").then(|| outer.server(&["blocked.test", "free.test"])), |_| None));
        world.write("outer.pem", &outer.pem());
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\nfloor.test\n");
        world.more = format!(
            "https = \"{https}\"\n[[group]]\nname = \"adults\"\n[[layer]]\nlevel = \"consortium\"\ntitle = \"East\"\nsigned_by = \"A. Hill\"\n\
             reason = \"r\"\nreview = 2099-01-01\nblock_hosts = [\"floor.test\"]\n"
        );
        let options = "extra_roots = [\"outer.pem\"]\ntrusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports";
        let config = world.write("lifeguard.toml", &world.config().replacen("connect_ports", options, 1));
        if https != "tunnel" {
            assert!(world.command(&["ca", "init", "--name", "Club authority"]).status.success());
        }
        let proxy = Lifeguard::start(&config);
        Self { world, outer, proxy }
    }

    fn run(&self, words: &[&str]) -> String {
        let output = self.world.command(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A new code.
    fn code(&self, words: &[&str]) -> String {
        let told = self.run(&[&["code", "new"], words, &SIGNED[..]].concat());
        told.lines().next().unwrap().to_owned()
    }

    fn ask(&self, who: &str, head: &str, fields: &str, body: &str) -> Reply {
        let request = format!("{head}X-Forwarded-For: {who}\r\nAccept: text/html\r\n{fields}Connection: close\r\n\r\n{body}");
        Reply::read(&exchange(self.proxy.proxy, request.as_bytes()))
    }

    fn get(&self, who: &str, host: &str) -> Reply {
        self.ask(who, &format!("GET {} HTTP/1.1\r\nHost: {host}\r\n", self.world.address(host, "/page")), "", "")
    }

    /// 404: the origin was asked, which has no such page.
    fn status(&self, who: &str, host: &str) -> u16 {
        self.get(who, host).status
    }

    /// Types a code into the form of the page that says that this host is closed.
    fn type_at(&self, who: &str, host: &str, code: &str) -> Reply {
        let page = self.get(who, host);
        assert_eq!(page.status, 403, "{}", page.head);
        let (action, token) = form(&page.text());
        self.send(who, &action, &token, code)
    }

    fn send(&self, who: &str, action: &str, token: &str, code: &str) -> Reply {
        let body = format!("token={token}&code={code}");
        let fields = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
        self.ask(who, &format!("POST {action} HTTP/1.1\r\nHost: {OWN}\r\n"), &fields, &body)
    }
}

/// Address and token of the form for a code.
fn form(page: &str) -> (String, String) {
    let form = &page[page.find("<form class=\"code\"").unwrap_or_else(|| panic!("no form: {page}"))..];
    let value = |before: &str| {
        let rest = &form[form.find(before).unwrap() + before.len()..];
        rest[..rest.find('"').unwrap()].replace("&#x2f;", "/").replace("&amp;", "&")
    };
    (value("action=\""), value("name=\"token\" value=\""))
}

#[test]
fn a_code_opens_one_site_for_whoever_types_it_and_ends_with_the_code() {
    let scene = Scene::start("tunnel");
    let code = scene.code(&["blocked.test", "--for", "30m"]);
    assert!(code.len() == 9 && code.as_bytes()[4] == b'-', "{code}");
    assert!(scene.run(&["exceptions", "list"]).contains("; not used yet\n"));
    assert_eq!(scene.status(CHILD, "blocked.test"), 403);
    let typed = scene.type_at(CHILD, "blocked.test", &code.to_lowercase().replace('-', "+"));
    assert_eq!((typed.status, typed.field("location")), (303, Some(&*scene.world.address("blocked.test", "/page"))), "{}", typed.text());
    assert_eq!((scene.status(CHILD, "blocked.test"), scene.status(OTHER, "blocked.test")), (404, 403), "at once, and for nobody else");
    let second = scene.type_at(OTHER, "blocked.test", &code);
    assert!(second.text().contains("can no longer be used"), "one use: {}", second.text());
    let list = scene.run(&["exceptions", "list"]);
    assert!(list.contains("C-1 is a code that opens blocked.test for 30 minutes") && list.contains("; used once\n"), "{list}");
    assert!(list.contains("E-1 opens blocked.test for the room 192.0.2.7/32 with the code C-1"), "{list}");
    scene.run(&["exceptions", "stop", "C-1", "--by", "C", "--because", "done"]);
    wait_until("what was got by the code is over", || scene.status(CHILD, "blocked.test") == 403);
    assert_eq!(scene.run(&["exceptions", "list"]), "");
    wait_until("both are told", || {
        scene.world.search(&["--kind", "event"]).contains("E-1 opens blocked.test for the room 192.0.2.7/32 with the code C-1")
    });
    assert!(scene.proxy.stop().success());
    let kept = scene.world.log()
        + &scene.world.search(&["--kind", "event"])
        + &std::fs::read_to_string(scene.world.folder.path().join("log/exceptions.log")).unwrap();
    assert!(kept.contains("the code C-1 was typed: E-1") && kept.contains("a code was typed that is over"), "{kept}");
    assert!(!kept.to_uppercase().contains(&code) && !kept.to_uppercase().contains(&code.replace('-', "")), "no code is kept");
    assert!(scene.world.command(&["logs", "verify"]).status.success());
}

#[test]
fn a_good_code_passes_no_floor_and_no_list_and_says_so_and_closed_at_short_notice_has_no_form() {
    let scene = Scene::start("tunnel");
    let code = scene.code(&["floor.test", "listed.test", "blocked.test", "free.test", "--uses", "2"]);
    let typed = scene.type_at(CHILD, "floor.test", &code);
    let text = typed.text();
    assert!(
        typed.status == 200 && text.contains("Your code is good") && text.contains("the page that you came from stays closed"),
        "{text}"
    );
    assert_eq!(
        (scene.status(CHILD, "floor.test"), scene.status(CHILD, "listed.test"), scene.status(CHILD, "blocked.test")),
        (403, 403, 404)
    );
    assert!(!scene.get(CHILD, "listed.test").text().contains("<form"), "nothing opens it, and the page says nothing else");
    scene.run(&[&["close", "free.test", "--everybody", "--for", "30m"], &SIGNED[..]].concat());
    wait_until("it is closed", || scene.status(CHILD, "free.test") == 403);
    let page = scene.get(CHILD, "free.test").text();
    assert!(
        page.contains("<form class=\"tell\"") && !page.contains("<form class=\"code\""),
        "it can be told as a mistake, and no code opens it: {page}"
    );
    // The same person again has no second use of it; somebody else has.
    assert!(scene.type_at(CHILD, "floor.test", &code).text().contains("Your code is good"));
    assert_eq!(scene.type_at(OTHER, "blocked.test", &code).status, 303);
}

#[test]
fn an_adult_at_the_same_desk_gets_the_rules_of_adults_by_a_code_and_illegal_lists_still_apply() {
    let scene = Scene::start("tunnel");
    let code = scene.code(&["--to", "adults", "--room", CHILD, "--for", "2h"]);
    let page = scene.ask(OTHER, &format!("GET http://{OWN}/code HTTP/1.1\r\nHost: {OWN}\r\n"), "", "");
    let (action, token) = form(&page.text());
    assert!(scene.send(OTHER, &action, &token, &code).text().contains("for another room"));
    assert!(scene.send(CHILD, &action, &token, &code).text().contains("Please type the code again"), "the token is another client's");
    let page = scene.ask(CHILD, &format!("GET http://{OWN}/code HTTP/1.1\r\nHost: {OWN}\r\n"), "", "");
    let (action, token) = form(&page.text());
    let text = scene.send(CHILD, &action, &token, &code).text();
    assert!(text.contains("It gives the rules of the group adults until <strong>") && text.contains("You can go back"), "{text}");
    assert_eq!(
        (scene.status(CHILD, "blocked.test"), scene.status(CHILD, "listed.test"), scene.status(CHILD, "floor.test")),
        (404, 403, 403)
    );
    assert!(scene.proxy.stop().success());
    let log = scene.world.log();
    let rows = log.lines().filter(|line| line.contains("unlock E-1 by Ms Green: homework")).count();
    assert!(rows >= 3, "every record names the unlock: {log}");
}

#[test]
fn wrong_codes_are_counted_and_stopped_and_nobody_else_is() {
    let scene = Scene::start("tunnel");
    let code = scene.code(&["blocked.test"]);
    for _ in 0..10 {
        assert!(scene.type_at(CHILD, "blocked.test", "AAAA-AAAA").text().contains("There is no such code"));
    }
    assert!(scene.type_at(CHILD, "blocked.test", &code).text().contains("Too many wrong codes"), "not even a good one");
    assert_eq!(scene.type_at(OTHER, "blocked.test", &code).status, 303);
    wait_until("it is told", || scene.world.search(&["--kind", "event"]).contains("codes: too many wrong ones, the last from 192.0.2.7"));
    assert!(scene.proxy.stop().success());
    let log = scene.world.log();
    assert_eq!(log.matches("a wrong code was typed").count(), 10, "{log}");
    assert!(!log.contains("AAAA"), "{log}");
}

#[test]
fn the_form_works_inside_opened_https() {
    let scene = Scene::start("full");
    let code = scene.code(&["--category", "testing"]);
    let ours = std::fs::read_to_string(scene.world.folder.path().join("var/authority/authority.pem")).unwrap();
    let trust = trusting(&[&ours, &scene.outer.pem()]);
    let place = format!("blocked.test:{}", scene.world.origin.port());
    let get = format!("GET /page HTTP/1.1\r\nHost: {place}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
    let mut inside = Secure::open_as(scene.proxy.proxy, &place, Some(CHILD), &trust).unwrap();
    let (action, token) = form(&inside.ask(&get));
    assert!(action.starts_with(&format!("https://{OWN}/code?to=https%3A%2F%2Fblocked%2Etest")), "{action}");
    let target = action.strip_prefix(&format!("https://{OWN}")).unwrap();
    let body = format!("token={token}&code={code}");
    let length = body.len();
    let mut own = Secure::open_as(scene.proxy.proxy, &format!("{OWN}:443"), Some(CHILD), &trust).unwrap();
    let answer = own.ask(&format!("POST {target} HTTP/1.1\r\nHost: {OWN}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"));
    assert!(answer.starts_with("HTTP/1.1 303 ") && answer.contains(&format!("https://{place}/page")), "{answer}");
    let mut inside = Secure::open_as(scene.proxy.proxy, &place, Some(CHILD), &trust).unwrap();
    assert!(inside.ask(&get).starts_with("HTTP/1.1 404 "), "the origin was asked");
}

#[test]
fn a_code_that_asks_for_too_much_or_says_too_little_is_not_made() {
    let scene = Scene::start("tunnel");
    for (words, told) in [
        (&["a.test", "--for", "5m"][..], "10m to 3h"),
        (&["a.test", "--for", "4h"], "10m to 3h"),
        (&["a.test", "--within", "25h"], "1m to 24h"),
        (&["a.test", "--uses", "0"], "--uses"),
        (&["a b"], "cannot be read"),
        (&["--category", "tasting"], "no category"),
        (&["--to", "nobody"], "no group"),
        (&["--to", "adults", "a.test"], "cannot be used with"),
        (&[], "required"),
    ] {
        let output = scene.world.command(&[&["code", "new"], words, &SIGNED[..]].concat());
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && complaint.contains(told), "{words:?}: {complaint}");
    }
    assert_eq!(scene.run(&["exceptions", "list", "--all"]), "");
}
