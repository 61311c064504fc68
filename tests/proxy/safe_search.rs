//! Restricted search and restricted YouTube, from outside: which name is dialled, what stays as it was, and for whom.

use crate::support::client::{Reply, get_direct, get_with};
use crate::support::proxy::wait_until;
use crate::support::secure::{Secure, trusting, tunnel};
use crate::support::{Authority, Lifeguard, Origin, World};
use rustls::ServerConfig;
use std::fs;
use std::sync::Arc;

/// A child's address and one of the staff, as a trusted front states them.
const CHILD: &str = "192.0.2.7";
const STAFF: &str = "198.51.100.7";

/// Two groups, told apart by the address that a trusted front states: children with restriction, staff without.
struct Scene {
    world: World,
    outer: Authority,
}

impl Scene {
    fn plain() -> Self {
        Self::with(Origin::plain(), Authority::new())
    }

    fn secure(names: &[&str]) -> Self {
        let outer = Authority::new();
        let origin: Arc<ServerConfig> = outer.server(names);
        Self::with(Origin::start(Some(origin), |_| None), outer)
    }

    fn with(origin: Origin, outer: Authority) -> Self {
        let mut world = World::with(origin);
        world.write("outer.pem", &outer.pem());
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        world.more = Self::groups("safe_search = true\nyoutube = \"strict\"\n");
        Self { world, outer }
    }

    fn groups(children: &str) -> String {
        let group = |name: &str, network: &str, more: &str| format!("\n[[group]]\nname = \"{name}\"\nnetworks = [\"{network}\"]\n{more}");
        group("children", "192.0.2.0/24", children) + &group("staff", "198.51.100.0/24", "")
    }

    fn children(mut self, words: &str) -> Self {
        self.world.more = Self::groups(words);
        self
    }

    fn start(&self) -> Lifeguard {
        let proxy = "extra_roots = [\"outer.pem\"]\ntrusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports";
        let config = self.world.config().replace("connect_ports", proxy);
        Lifeguard::start(&self.world.write("lifeguard.toml", &config))
    }

    /// Makes an authority of our own, then starts.
    fn start_opening(&self) -> (Lifeguard, String) {
        self.world.write("lifeguard.toml", &self.world.config());
        let made = self.world.command(&["ca", "init", "--name", "Club authority"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let pem = fs::read_to_string(self.world.folder.path().join("var/authority/authority.pem")).unwrap();
        (self.start(), pem)
    }

    fn place(&self, host: &str) -> String {
        format!("{host}:{}", self.world.origin.port())
    }

    /// Asks in plain HTTP for somebody, with further fields.
    fn ask(&self, proxy: &Lifeguard, who: &str, (host, path): (&str, &str), fields: &str) -> Reply {
        let stated = format!("X-Forwarded-For: {who}\r\n{fields}");
        get_with(proxy.proxy, &self.world.address(host, path), &stated)
    }

    /// The names that were asked for, each once, in order of letters.
    fn names(&self) -> Vec<String> {
        let mut names = self.world.names.asked();
        names.sort();
        names.dedup();
        names
    }
}

#[test]
fn in_plain_http_the_name_that_is_dialled_is_replaced_and_the_host_stays() {
    let scene = Scene::plain();
    let proxy = scene.start();
    for host in ["www.google.com", "www.bing.com", "m.youtube.com", "www.google.example.test", "notyoutube.com"] {
        assert_eq!(scene.ask(&proxy, CHILD, (host, "/page"), "").status, 404, "{host}");
    }
    let asked = ["forcesafesearch.google.com", "notyoutube.com", "restrict.youtube.com", "strict.bing.com", "www.google.example.test"];
    assert_eq!(scene.names(), asked);
    let hosts: Vec<String> = scene.world.origin.seen().iter().map(|request| request.field("host").unwrap().to_owned()).collect();
    assert_eq!(hosts[0], scene.place("www.google.com"), "what is said inside names the site");
    assert_eq!(hosts[2], scene.place("m.youtube.com"));
    assert!(proxy.stop().success());
    let log = scene.world.log();
    assert!(log.contains("led to forcesafesearch.google.com") && log.contains("led to restrict.youtube.com"), "{log}");
}

#[test]
fn groups_with_and_without_restriction_never_share_a_connection() {
    let scene = Scene::plain();
    let proxy = scene.start();
    for (round, who) in [CHILD, STAFF, CHILD, STAFF].into_iter().enumerate() {
        scene.ask(&proxy, who, ("www.google.com", &format!("/{round}")), "");
    }
    assert_eq!(scene.names(), ["forcesafesearch.google.com", "www.google.com"]);
    assert_eq!(scene.world.origin.connections(), 2, "each group goes on with a connection of its own kind");
    assert_eq!(scene.world.origin.targets(), ["/0", "/1", "/2", "/3"]);
}

#[test]
fn a_sealed_tunnel_is_led_too_and_the_certificate_is_the_sites_own() {
    let scene = Scene::secure(&["www.google.co.uk", "www.youtube.com", "mail.google.com"]);
    let scene = scene.children("safe_search = true\nyoutube = \"moderate\"\n");
    let proxy = scene.start();
    let outer = trusting(&[&scene.outer.pem()]);
    for host in ["www.google.co.uk", "www.youtube.com", "mail.google.com"] {
        let mut open = Secure::open_as(proxy.proxy, &scene.place(host), Some(CHILD), &outer).unwrap();
        assert!(open.get(host, "/sealed").contains("nothing here"), "{host}");
    }
    assert_eq!(scene.names(), ["forcesafesearch.google.com", "mail.google.com", "restrictmoderate.youtube.com"]);
    assert!(proxy.stop().success());
    let log = scene.world.log();
    assert!(log.contains("led to restrictmoderate.youtube.com"), "{log}");
}

#[test]
fn search_and_youtube_are_apart_and_off_is_off() {
    let scene = Scene::plain().children("preset = \"primary\"\nsafe_search = false\n");
    let proxy = scene.start();
    for host in ["www.google.com", "www.youtube.com"] {
        scene.ask(&proxy, CHILD, (host, "/page"), "");
    }
    assert_eq!(scene.names(), ["restrict.youtube.com", "www.google.com"], "the group's own word comes on top of the preset's");
}

#[test]
fn a_tunnel_to_a_bare_address_is_no_way_round() {
    let scene = Scene::secure(&["www.google.com"]).children("safe_search = true\nbare_addresses = \"allow\"\n");
    let proxy = scene.start();
    let outer = trusting(&[&scene.outer.pem()]);
    let place = scene.place("127.0.0.1");
    let (status, tcp) = tunnel(proxy.proxy, &place, Some(CHILD));
    assert!(status.contains(" 200"), "{status}");
    assert!(Secure::shake(tcp, "www.google.com", &outer).is_err());
    assert!(scene.world.origin.targets().is_empty());
    assert!(proxy.stop().success());
    assert!(scene.world.log().contains("a bare address goes past"), "{}", scene.world.log());
}

#[test]
fn where_the_restricted_name_does_not_resolve_nothing_is_reached() {
    let scene = Scene::plain();
    scene.world.names.lose("forcesafesearch.google.com");
    let proxy = scene.start();
    let answer = scene.ask(&proxy, CHILD, ("www.google.com", "/page"), "");
    assert_eq!(answer.status, 502, "{}", answer.head);
    assert!(!scene.names().contains(&"www.google.com".to_owned()));
    assert_eq!(scene.world.origin.connections(), 0);
}

#[test]
fn an_opened_search_is_led_and_what_was_typed_is_found_in_the_log() {
    let scene = Scene::secure(&["www.google.com"]).children("safe_search = true\nhttps = \"selective\"\n");
    let (proxy, ours) = scene.start_opening();
    let place = scene.place("www.google.com");
    let mut open = Secure::open_as(proxy.proxy, &place, Some(CHILD), &trusting(&[&ours])).unwrap();
    assert!(open.get(&place, "/search?q=green+tea&safe=active").contains("nothing here"));
    drop(open);
    assert_eq!(scene.names(), ["forcesafesearch.google.com"]);
    assert!(proxy.stop().success());
    let found = scene.world.search(&["--term", "green tea"]);
    assert_eq!(found.lines().count(), 1, "{found}");
    let row: serde_json::Value = serde_json::from_str(found.trim()).unwrap();
    assert_eq!((&row["host"], &row["tls"]), (&"www.google.com".into(), &"inside".into()), "{row}");
    assert!(scene.world.command(&["logs", "search", "--json", "--term", "black tea"]).stdout.is_empty());
}

#[test]
fn a_search_that_can_be_seen_is_sent_to_its_restricted_form_and_other_pages_are_not() {
    let scene = Scene::plain();
    let proxy = scene.start();
    let search = scene.ask(&proxy, CHILD, ("www.google.com", "/search?q=tea&safe=off&hl=en"), "");
    let safe = scene.world.address("www.google.com", "/search?q=tea&hl=en&safe=active");
    assert_eq!((search.status, search.field("location")), (302, Some(safe.as_str())), "{}", search.head);
    assert_eq!(scene.world.origin.connections(), 0, "nothing has left");
    for (who, path) in [(CHILD, "/search?q=tea&hl=en&safe=active"), (CHILD, "/maps?q=tea"), (STAFF, "/search?q=tea")] {
        assert_eq!(scene.ask(&proxy, who, ("www.google.com", path), "").status, 404, "{path}");
    }
    assert_eq!(scene.ask(&proxy, CHILD, ("www.google.example.test", "/search?q=tea"), "").status, 404);
    assert!(proxy.stop().success());
    assert!(scene.world.log().contains("sent on to the same search with safe=active"), "{}", scene.world.log());
}

/// The values of a field in the newest request that an origin saw.
fn said(scene: &Scene, name: &str) -> Vec<String> {
    let seen = scene.world.origin.seen();
    let fields = &seen.last().unwrap().fields;
    fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).collect()
}

const ACCOUNTS: &str = "https = \"selective\"\nyoutube = \"moderate\"\n[group.accounts]\ngoogle = [\"school.example\", \"club.example\"]\n\
    microsoft = [\"school.example\"]\nmicrosoft_directory = \"00000000-0000-4000-8000-000000000000\"\nmicrosoft_personal = false\n\
    dropbox = [\"7\"]\nchatgpt = [\"w1\"]\nopenai = [\"org-a\", \"org-b\"]\nanthropic = [\"00000000-0000-4000-8000-000000000002\"]\n\
    webex = [\"school.example\"]\nasana = [\"11\"]\nasana_requester = \"12\"\ngithub = [\"13\"]\n\
    [[group.accounts.own]]\nservice = \"zoom\"\nvalue = \"school only\"\n";
/// A row of the operator's own.
const SERVICE: &str = "[[https.service]]\nname = \"zoom\"\nfield = \"X-ZoomApps-Policy\"\nhosts = [\"zoom.test\"]\n";

fn with_accounts(scene: Scene) -> Scene {
    let mut scene = scene.children(ACCOUNTS);
    scene.world.more.push_str(SERVICE);
    scene
}

#[test]
fn services_are_told_which_accounts_are_open_and_what_clients_say_of_it_is_taken_off() {
    let scene = with_accounts(Scene::plain());
    let (proxy, _) = scene.start_opening();
    let lies = "X-GoogApps-Allowed-Domains: evil.example\r\nx-googapps-allowed-domains: more.example\r\nYouTube-Restrict: none\r\n\
        Restrict-Access-To-Tenants: evil.example\r\nsec-Restrict-Tenant-Access-Policy: open\r\nChatGPT-Allowed-Workspace-Id: evil\r\n\
        anthropic-allowed-org-ids: evil\r\nX-ZoomApps-Policy: evil\r\nsec-GitHub-allowed-enterprise: evil\r\n";
    let table = [
        ("accounts.google.com", "X-GoogApps-Allowed-Domains", "school.example,club.example"),
        ("login.microsoftonline.com", "Restrict-Access-To-Tenants", "school.example"),
        ("login.microsoftonline.com", "Restrict-Access-Context", "00000000-0000-4000-8000-000000000000"),
        ("login.live.com", "sec-Restrict-Tenant-Access-Policy", "restrict-msa"),
        ("www.youtube.com", "YouTube-Restrict", "Moderate"),
        ("chatgpt.com", "ChatGPT-Allowed-Workspace-Id", "w1"),
        ("api.openai.com", "OpenAI-Allowed-Organization-Ids", "org-a,org-b"),
        ("claude.ai", "anthropic-allowed-org-ids", "00000000-0000-4000-8000-000000000002"),
        ("idbroker.webex.com", "CiscoSpark-Allowed-Domains", "school.example"),
        ("app.asana.com", "Asana-Allowed-Domain-Ids", "11"),
        ("app.asana.com", "Asana-Allowed-Domains-Requester-Id", "12"),
        ("api.github.com", "sec-GitHub-allowed-enterprise", "13"),
        ("us.zoom.test", "X-ZoomApps-Policy", "school only"),
    ];
    for (host, name, expected) in table {
        assert_eq!(scene.ask(&proxy, CHILD, (host, "/sign-in"), lies).status, 404, "{host}");
        assert_eq!(said(&scene, name), [expected], "{host} {name}");
    }
    for name in ["X-GoogApps-Allowed-Domains", "Restrict-Access-To-Tenants", "Restrict-Access-Context", "YouTube-Restrict"] {
        scene.ask(&proxy, CHILD, ("notgoogle.com", "/"), "");
        assert!(said(&scene, name).is_empty(), "a neighbour hears nothing: {name}");
        scene.ask(&proxy, STAFF, ("accounts.google.com", "/"), "");
        assert!(said(&scene, name).is_empty(), "another group says nothing: {name}");
    }
    // A group that says nothing to a service does not let its people say it either; where no row knows the host, the field is theirs.
    for (host, name, left) in [
        ("accounts.google.com", "X-GoogApps-Allowed-Domains", 0),
        ("chatgpt.com", "ChatGPT-Allowed-Workspace-Id", 0),
        ("us.zoom.test", "X-ZoomApps-Policy", 0),
        ("notzoom.test", "X-ZoomApps-Policy", 1),
    ] {
        scene.ask(&proxy, STAFF, (host, "/"), lies);
        assert_eq!(said(&scene, name).len(), left, "{host} {name}");
    }
}

#[test]
fn where_people_sign_in_is_opened_and_told_so() {
    let scene = with_accounts(Scene::secure(&["accounts.google.com", "docs.dropbox.com"]));
    let (proxy, ours) = scene.start_opening();
    let both = trusting(&[&ours, &scene.outer.pem()]);
    let place = scene.place("accounts.google.com");
    let mut open = Secure::open_as(proxy.proxy, &place, Some(CHILD), &both).unwrap();
    let request = format!("GET /sign-in HTTP/1.1\r\nHost: {place}\r\nX-GoogApps-Allowed-Domains: evil.example\r\n\r\n");
    assert!(open.ask(&request).contains("nothing here"));
    assert_eq!(said(&scene, "X-GoogApps-Allowed-Domains"), ["school.example,club.example"]);
    let place = scene.place("docs.dropbox.com");
    let mut sealed = Secure::open_as(proxy.proxy, &place, Some(CHILD), &both).unwrap();
    assert!(sealed.get(&place, "/sealed").contains("nothing here"));
    assert!(said(&scene, "X-Dropbox-Allowed-Team-Ids").is_empty(), "what is sealed stays as it was");
}

#[test]
fn explain_says_where_it_leads() {
    let scene = Scene::plain();
    scene.world.write("lifeguard.toml", &scene.world.config());
    let explain = |group: &str, address: &str| {
        let output = scene.world.command(&["explain", address, "--group", group]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(explain("children", "https://www.google.de/search?q=x").contains("led to forcesafesearch.google.com"));
    assert!(explain("children", "http://www.youtube.com/").contains("led to restrict.youtube.com"));
    assert!(!explain("children", "https://mail.google.com/").contains("led to"));
    assert!(!explain("staff", "https://www.google.de/").contains("led to"));
}

#[test]
fn a_search_engine_without_a_restricted_form_is_closed_to_children_and_says_why_and_what_else_there_is() {
    let scene = Scene::secure(&["www.startpage.com", "mail.google.com"]).children("preset = \"primary\"\n");
    let proxy = scene.start();
    for host in ["www.startpage.com", "images.search.yahoo.com", "lite.duckduckgo.com"] {
        let reply = scene.ask(&proxy, CHILD, (host, "/search?q=tea"), "Accept: text/html\r\n");
        assert_eq!(reply.status, 403, "{host}");
        assert!(reply.text().contains("no safe search that the filter can switch on"), "{}", reply.text());
        assert!(reply.text().contains("such as Google, Bing or DuckDuckGo"), "{}", reply.text());
    }
    let outer = trusting(&[&scene.outer.pem()]);
    let (status, _tcp) = tunnel(proxy.proxy, &scene.place("www.startpage.com"), Some(CHILD));
    assert!(status.contains(" 403"), "{status}");
    // What lies beside an engine goes on working (standards AC1), and other groups may use any.
    for (host, who) in [("mail.google.com", CHILD), ("www.startpage.com", STAFF)] {
        let mut open = Secure::open_as(proxy.proxy, &scene.place(host), Some(who), &outer).unwrap();
        assert!(open.get(host, "/page").contains("nothing here"), "{host}");
    }
    assert_eq!(scene.names(), ["mail.google.com", "www.startpage.com"], "for the staff alone");
    assert!(proxy.stop().success());
    let found = scene.world.search(&["--reason", "search-unrestricted"]);
    assert_eq!(found.lines().count(), 4, "{found}");
    let explained = scene.world.command(&["explain", "https://uk.search.yahoo.com/search?p=tea", "--group", "children"]);
    let explained = String::from_utf8_lossy(&explained.stdout).into_owned();
    assert!(explained.contains("without a restricted form") && explained.contains("search-unrestricted"), "{explained}");
}

#[test]
fn a_group_may_use_any_search_engine_if_it_says_so() {
    let scene = Scene::plain().children("preset = \"primary\"\nsearch_engines = \"any\"\n");
    let proxy = scene.start();
    assert_eq!(scene.ask(&proxy, CHILD, ("www.startpage.com", "/page"), "").status, 404);
}

#[test]
fn a_restricted_name_that_leads_nowhere_is_told_of_loudly_before_anybody_asks() {
    let mut scene = Scene::plain();
    scene.world.more.push_str("[proxy.restricted_check]\nevery = \"1s\"\n");
    scene.world.names.lose("strict.bing.com");
    let proxy = scene.start();
    let warning = "[!] restricted-search: strict.bing.com leads nowhere (the name has no address)";
    wait_until("the warning", || get_direct(proxy.console, "/readyz").text().contains(warning));
    assert_eq!(get_direct(proxy.console, "/readyz").status, 200, "the filter works");
    let metrics = get_direct(proxy.console, "/metrics").text();
    for line in ["{name=\"strict.bing.com\"} 0\n", "{name=\"forcesafesearch.google.com\"} 1\n", "{name=\"restrict.youtube.com\"} 1\n"] {
        assert!(metrics.contains(&format!("lifeguard_restricted_name_resolves{line}")), "{metrics}");
    }
    assert!(get_direct(proxy.console, "/").text().contains("<bdi>strict.bing.com</bdi> leads nowhere"));
    let errors = proxy.errors();
    assert!(proxy.stop().success());
    assert!(errors.contains("restricted search: strict.bing.com leads nowhere"), "{errors}");
    let events = scene.world.search(&["--kind", "event"]);
    assert_eq!(events.lines().filter(|line| line.contains("restricted-name")).count(), 1, "once, not at each look: {events}");
    let check = scene.world.command(&["check", "--names"]);
    let said = String::from_utf8_lossy(&check.stderr).into_owned();
    assert!(!check.status.success() && said.contains("lead nowhere: strict.bing.com (the name has no address)"), "{said}");
    assert!(scene.world.command(&["check"]).status.success(), "names are looked up where that is asked for");
}

#[test]
fn a_closed_network_is_not_asked_for_names_that_it_does_not_have() {
    let mut scene = Scene::plain();
    scene.world.more.push_str("[proxy.restricted_check]\non = false\nevery = \"1s\"\n");
    let proxy = scene.start();
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    assert!(scene.names().is_empty());
    assert_eq!(get_direct(proxy.console, "/readyz").text(), "ready\n");
}
