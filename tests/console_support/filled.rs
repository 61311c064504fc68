//! The real program with something on every page: people, requests and what they said, and somebody of each role who has been at work. Every
//! text that a client, a device or a list can bring is hostile.
#![allow(dead_code, reason = "each test crate uses its own part")]

use crate::console_support::real::{self, Running, form};
use crate::console_support::{Browser, PASSWORD};
use crate::support::World;
use crate::support::client::{exchange, get_with};
use lifeguard::admin::{Role, may};
use std::net::SocketAddr;

/// Does harm where it is taken for more than text.
pub const BAD: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
/// Who asks, by group.
pub const CHILD: &str = "192.0.2.7";
pub const READER: &str = "198.51.100.1";
pub const PUPIL: &str = "198.51.100.17";
pub const GUEST: &str = "198.51.100.33";
pub const LATE: &str = "198.51.100.49";
const WHY: &str = "a parent asked on Monday";

const GROUPS: &str = r#"title = "Everyone"

[[group]]
name = "readers"
title = "Readers"
networks = ["198.51.100.0/28"]
warn = ["testing"]
tunnels = "tls-or-http"

[[group]]
name = "pupils"
networks = ["198.51.100.16/28"]
tunnels = "tls-or-http"

[[group]]
name = "guests"
networks = ["198.51.100.32/28"]
tunnels = "tls-or-http"

[[group]]
name = "late"
networks = ["198.51.100.48/28"]
default = "block"
tunnels = "tls-or-http"

[[keyword]]
name = "chance"
words = ["poker"]

[[term]]
name = "term"
from = 2026-09-03
to = 2026-12-18

[categories.testing]
title = "<script>alert(1)</script>"

[[help_line]]
name = "Talk"
address = "help.test"
phone = "116 123"
words = "For anyone."

[[layer]]
level = "consortium"
title = "East"
signed_by = "A. Hill"
reason = "agreed"
review = 2099-01-01
block_hosts = ["layer.test"]

[[rule]]
allow = ["ruled.test"]
author = "B. Lee"
reason = "<script>alert(1)</script>"
groups = ["pupils"]

[aup]
version = "2026/27"
signed_by = "B. Lee"
review = 2099-01-01
accept = ["pupils"]

[[aup.clause]]
id = "S-1"
title = "No trials"
words = "Nobody opens pages that are being tested."
categories = ["testing"]

[notice]
seen_by = ["the librarian"]

[sign_in]
accounts = "people/accounts"

[sign_in.page]
groups = ["guests"]

[sign_in.front]
header = "X-Authenticated-User"
from = ["127.0.0.1/32"]

[[alerts.rule]]
name = "listed"
theme = "statutory"
severity = 3
statutory = true
to = "lead"

[[alerts.rule]]
name = "round"
theme = "circumvention"
severity = 2
categories = "testing"
to = "lead"

[mail]
server = "127.0.0.1"
port = 1
security = "none"
from = "filter@school.example"

[mail.recipients]
lead = "sam@school.example"
"#;

/// A console with something on every page.
pub struct Filled {
    pub world: World,
    pub running: Running,
    pub seats: Vec<(Role, Browser)>,
    /// Pages that no other page leads to.
    pub more: Vec<(Role, String)>,
    /// Somebody who has still to take the first steps.
    pub newcomer: Browser,
}

impl Filled {
    pub fn seat(&mut self, role: Role) -> &mut Browser {
        &mut self.seats.iter_mut().find(|(theirs, _)| *theirs == role).unwrap().1
    }

    /// Sends a form from its page.
    async fn send(&mut self, role: Role, path: &str, fields: &[(&'static str, &str)]) -> String {
        let browser = self.seat(role);
        browser.get("/account").await;
        let done = browser.post(path, &form(fields)).await;
        assert!(done.status == 200 || done.status == 303, "{role} {path} {fields:?}: {} {}", done.status, done.text);
        done.location().to_owned()
    }

    /// Puts the notice into a case, under a hostile name and with a page inside.
    async fn put_in(&mut self, role: Role, case: &str) {
        let browser = self.seat(role);
        browser.get("/account").await;
        let (form, page) = ([("case", case), ("paper_role", "notice")], format!("%PDF-1.7 {BAD}"));
        let done = browser.upload("/disclosures/paper", &form, &[("paper", &BAD.replace('"', "%22"), page.as_bytes())]).await;
        assert_eq!(done.status, 303, "{}", done.text);
    }
}

/// Starts it and fills it; no letter leaves.
pub async fn filled() -> Filled {
    filled_with(1).await
}

/// The same with a mail server.
pub async fn filled_with(mail: u16) -> Filled {
    let mut world = World::new();
    world.more = GROUPS.replace("port = 1\n", &format!("port = {mail}\n"));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\nother.test\n");
    world.write("lists/more.txt", "play.test\nno such line here\n");
    world.write("dhcp/dnsmasq.leases", &format!("0 aa:bb:cc:00:00:03 {CHILD} {}-room-2 *\n", BAD.replace(' ', "_")));
    let proxy = "[proxy]\ntrusted_proxies = [\"127.0.0.0/8\"]\n";
    let devices = "[proxy.devices]\nleases = [\"dhcp/dnsmasq.leases\"]\n\n[proxy.dns]";
    let config = world.config().replace("[proxy]\n", proxy).replace("[proxy.dns]", devices);
    let running = real::start(&world.write("lifeguard.toml", &config));
    traffic(&world, running.proxy);
    let mut admin = running.administrator().await;
    let mut seats = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::SiteAdmin) {
        seats.push((role, running.person(&mut admin, role.word(), role.word()).await));
    }
    let second = running.person(&mut admin, "dan", Role::DisclosureOfficer.word()).await;
    admin.get("/people/new").await;
    let made = admin.post("/people/new", &form(&[("shown", BAD), ("name", "newcomer"), ("role", "it")])).await;
    let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
    let mut newcomer = Browser { cookie: None, token: String::new(), ..admin.clone() };
    assert_eq!(newcomer.sign_in("newcomer", &secret, "").await.location(), "/enrol");
    seats.push((Role::SiteAdmin, admin));
    let mut filled = Filled { world, running, seats, more: Vec::new(), newcomer };
    rules(&mut filled).await;
    log(&mut filled).await;
    people(&mut filled).await;
    disclosure(&mut filled, second).await;
    filled
}

/// What people asked of the proxy, with everything that a client can say.
fn traffic(world: &World, proxy: SocketAddr) {
    let said = format!(
        "X-Forwarded-For: {CHILD}\r\nX-Authenticated-User: {BAD}\r\nUser-Agent: {BAD}\r\nReferer: http://x.test/{BAD}\r\nAccept: text/html\r\n"
    );
    for host in ["open.test", "blocked.test", "layer.test", "odd.test", "play.test"] {
        for path in ["/bytes/10", "/%3Cscript%3Ealert(1)%3C/script%3E", "/?q=\"><script>alert(1)</script>", "/=1+1"] {
            get_with(proxy, &world.address(host, path), &said);
        }
    }
    get_with(proxy, "http://listed.test/page", &said);
    exchange(
        proxy,
        b"GET http://open.test/\xff\xfe HTTP/1.1\r\nHost: open.test\r\nUser-Agent: =cmd|' /C calc'!A0\xff\r\nConnection: close\r\n\r\n",
    );
    for (address, words) in [
        (world.address("blocked.test", "/page"), format!("I need it for my homework. {BAD}")),
        ("http://lifeguard.internal/worry".to_owned(), format!("Somebody asks me for pictures. {BAD}")),
    ] {
        let said = tell(proxy, &address, &words, CHILD);
        assert!(said.contains("Thank you"), "{said}");
    }
}

/// Sends the form on this page of the filter, and gives what is said to it.
pub fn tell(proxy: SocketAddr, address: &str, words: &str, client: &str) -> String {
    let client = format!("X-Forwarded-For: {client}\r\nAccept: text/html\r\n");
    let page = get_with(proxy, address, &client).text();
    let at = page.find("<form class=\"tell\"").unwrap_or_else(|| panic!("no form: {page}"));
    let value = |before: &str| {
        let rest = page[at..].split_once(before).unwrap().1;
        rest[..rest.find('"').unwrap()].replace("&#x2f;", "/").replace("&amp;", "&")
    };
    let (action, token) = (value("action=\""), value("name=\"token\" value=\""));
    let action = if action.starts_with('/') { format!("http://lifeguard.internal{action}") } else { action };
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("token", &token).append_pair("words", words).finish();
    let head = format!(
        "POST {action} HTTP/1.1\r\nHost: lifeguard.internal\r\n{client}Content-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    crate::support::Reply::read(&exchange(proxy, head.as_bytes())).text()
}

/// Lists, exceptions, codes, drafts and tokens.
async fn rules(filled: &mut Filled) {
    let closed = [("address", "new.test/a/page"), ("category", "testing"), ("because", BAD)];
    filled.send(Role::SiteAdmin, "/lists/emergency", &closed).await;
    let release = [("kind", "release"), ("addresses", "opened.test"), ("minutes", "30"), ("because", BAD)];
    filled.send(Role::It, "/exceptions/new", &[&release[..], &[("whom", "person"), ("who", "kim")]].concat()).await;
    filled.send(Role::It, "/exceptions/code", &[&release[..], &[("whom", "everybody"), ("within", "30"), ("uses", "1")]].concat()).await;
    let source = [("name", "more"), ("place", "lists/more.txt"), ("format", "domains"), ("category", "testing")];
    let trial = filled.send(Role::It, "/lists/sources/new", &source).await;
    filled.more.push((Role::It, trial));
    filled.send(Role::It, "/lists/unknown/put", &[("host", "odd.test"), ("category", "testing"), ("because", BAD)]).await;
    for group in ["readers", "pupils"] {
        let wish = [("group", group), ("category", "testing"), ("action", "block"), ("because", BAD)];
        let draft = filled.send(Role::It, "/policy/change", &wish).await;
        let number = draft.rsplit('=').next().unwrap().to_owned();
        filled.more.push((Role::It, format!("/policy/draft/text?draft={number}")));
        filled.more.push((Role::It, draft));
        if group == "readers" {
            filled.send(Role::It, "/policy/draft/publish", &[("draft", &number)]).await;
        }
    }
    filled.send(Role::Governor, "/account/tokens", &[("name", "nightly report"), ("password", PASSWORD), ("see-dashboard", "yes")]).await;
}

/// Questions, a saved one, a report, names.
async fn log(filled: &mut Filled) {
    for role in Role::ALL.into_iter().filter(|role| may(Some(*role), lifeguard::admin::Action::SearchLog)) {
        let found = filled.send(role, "/log", &[("slot", "day"), ("because", BAD)]).await;
        filled.more.push((role, format!("{found}&rows=yes")));
        filled.more.push((role, found.clone()));
        let ask = found.rsplit('=').next().unwrap().to_owned();
        filled.send(role, "/log/save", &[("ask", &ask), ("name", BAD)]).await;
        let today = jiff::Zoned::now().date().to_string();
        let lesson = [("range", "192.0.2.0/24"), ("day", &*today), ("from", "00:00"), ("to", "23:59"), ("because", BAD)];
        let lesson = filled.send(role, "/lesson", &lesson).await;
        let page = filled.seat(role).get(&lesson).await;
        let device = page.between("href=\"/lesson/device?", "\"").map(|query| format!("/lesson/device?{}", query.replace("&amp;", "&")));
        filled.more.extend(device.into_iter().chain([lesson]).map(|path| (role, path)));
        let live = filled.send(role, "/log/live", &[("because", WHY)]).await;
        if !live.is_empty() {
            filled.more.push((role, live));
        }
    }
    let map = [("map", "IT 1,7,192.0.2.7\nIT 1,,198.51.100.0/26\n"), ("because", BAD)];
    filled.seat(Role::It).get("/rooms").await;
    let answered = filled.seat(Role::It).post("/rooms", &form(&map)).await;
    let seen = answered.between("name=\"seen\" value=\"", "\"").unwrap_or_else(|| panic!("{}", answered.text)).to_owned();
    filled.send(Role::It, "/rooms", &[&map[..], &[("seen", &seen)]].concat()).await;
    let page = filled.seat(Role::SafeguardingLead).get("/log/reports").await;
    let which = page.between("name=\"which\"", "</select>").and_then(|list| list.split("value=\"").nth(1)).unwrap();
    let which = which.split('"').next().unwrap().to_owned();
    let order = [
        ("which", which.as_str()),
        ("days", "weekly-0"),
        ("hour", "8"),
        ("to", "lead"),
        ("kind", "csv"),
        ("for_whom", "here"),
        ("because", BAD),
    ];
    filled.send(Role::SafeguardingLead, "/log/reports", &order).await;
    filled.send(Role::SafeguardingLead, "/log/names", &[("name", "kim"), ("because", BAD)]).await;
}

/// Incidents, alerts and reviews.
async fn people(filled: &mut Filled) {
    let lead = Role::SafeguardingLead;
    let told = [("what", BAD), ("severity", "2"), ("kind", "bullying"), ("client", "127.0.0.1"), ("who", BAD), ("how", BAD)];
    filled.send(lead, "/incidents/new", &told).await;
    let began = std::time::Instant::now();
    while !filled.seat(lead).get("/incidents").await.text.contains("opened by itself") {
        assert!(began.elapsed().as_secs() < 30, "no incident has opened itself");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    filled.send(lead, "/incidents/change", &[("id", "1"), ("deed", "hold"), ("hold_because", BAD)]).await;
    filled.send(lead, "/reviews/cause", &[("cause", "technology"), ("changed", BAD)]).await;
    let page = filled.seat(lead).get("/reviews/hold?what=provision").await;
    let upto = page.between("name=\"upto\" value=\"", "\"").unwrap_or_default().to_owned();
    filled.send(lead, "/reviews/hold", &[("what", "provision"), ("upto", &upto), ("words", BAD)]).await;
}

/// A case that waits for a second person.
async fn disclosure(filled: &mut Filled, _second: Browser) {
    let officer = Role::DisclosureOfficer;
    let notice = [
        ("law", "ipa"),
        ("asker_body", BAD),
        ("asker_name", BAD),
        ("asker_rank", "Detective Constable"),
        ("asker_contact", "020 7946 0000, ann@force.test"),
        ("reference", BAD),
        ("authority", "OCDA"),
        ("authority_rank", "Authorising officer"),
        ("dated", "2026-01-02"),
        ("due", "2099-01-01"),
        ("about", BAD),
        ("why", BAD),
        ("wording", BAD),
        ("kept", "the safe"),
    ];
    let path = filled.send(officer, "/disclosures/new", &notice).await;
    let case = path.rsplit('=').next().unwrap().to_owned();
    let call = [
        ("case", case.as_str()),
        ("deed", "call"),
        ("call_number", "101"),
        ("call_found", BAD),
        ("call_spoke", BAD),
        ("call_at", "2026-01-03T10:00"),
        ("call_answer", "yes"),
    ];
    filled.send(officer, "/disclosures/step", &call).await;
    let span = [("from", "2026-01-02T00:00"), ("to", "2026-01-03T00:00")];
    let scope = [("case", case.as_str()), ("deed", "scope"), ("addresses", CHILD), ("host", "open.test")];
    filled.send(officer, "/disclosures/step", &[&scope[..], &span].concat()).await;
    filled.put_in(officer, &case).await;
    let lead = Role::SafeguardingLead.word();
    filled.send(officer, "/disclosures/step", &[("case", &case), ("deed", "ask"), ("asked_of", lead)]).await;
    filled.more.push((officer, path.clone()));
    filled.more.push((officer, format!("/disclosures/paper/file?case={case}&paper=1")));
    filled.more.push((Role::SafeguardingLead, path));
}
