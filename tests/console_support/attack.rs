//! What somebody who means harm sees of the console: every place, every form on its pages, and every address that a page leads to.

use crate::console_support::{Answer, Browser, Scene};
use lifeguard::admin::{Place, Role, may};
use std::collections::{BTreeMap, BTreeSet};

/// Half of the time after which a session that nobody uses ends.
const A_WHILE: u64 = 5 * 60_000_000;
/// Bounds by the minute begin anew, and eight hours have room for every form there is.
const A_MOMENT: u64 = 90_000_000;

/// Texts that do harm where they are taken for more than text.
pub const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</textarea></title></pre><script>alert(2)</script>",
    "=HYPERLINK(\"http://evil.example/\")",
    "x\r\nX-Injected: yes\r\n\r\n<script>alert(3)</script>",
    "../../../../../etc/passwd",
    "{{ 7*7 }}{% include 'x' %}",
    "javascript:alert(4)//\u{202e}\u{0}' OR '1'='1",
];

/// Pages for everybody, and for machines.
pub const OPEN: [&str; 12] = [
    "/",
    "/livez",
    "/healthz",
    "/readyz",
    "/metrics",
    "/version",
    "/coverage",
    "/lists",
    "/accreditation",
    "/accreditation.json",
    "/console.css",
    "/nothing-here",
];

/// Somebody of each role, signed in, with nobody's session run out.
pub async fn everybody(scene: &Scene) -> Vec<(Role, Browser)> {
    let (mut admin, _) = scene.administrator().await;
    let mut seats: Vec<(Role, Browser)> = Vec::new();
    for role in Role::ALL {
        let (browser, _) = scene.person(&mut admin, &format!("one-{role}"), role).await;
        seats.push((role, browser));
        scene.clock.advance(A_WHILE);
        stay(&mut seats).await;
        admin.get("/account").await;
    }
    seats
}

/// Keeps every session, and lets guesses and questions be forgotten.
pub async fn stay(seats: &mut [(Role, Browser)]) {
    for (_, browser) in seats {
        assert_eq!(browser.get("/account").await.status, 200);
    }
}

/// Time goes on so far that bounds begin anew.
pub async fn wait(scene: &Scene, seats: &mut [(Role, Browser)]) {
    scene.clock.advance(A_MOMENT);
    stay(seats).await;
}

/// The places of a role, but for those that end its session.
pub fn places(role: Role) -> impl Iterator<Item = Place> {
    let open = move |place: &Place| may(Some(role), place.action()) && !ends(*place);
    Place::ALL.into_iter().filter(open)
}

/// Does it end a session, or change how somebody signs in?
pub fn ends(place: Place) -> bool {
    matches!(place, Place::SignOut | Place::SignIn | Place::SignInOrganisation | Place::SignInBack | Place::Setup | Place::Enrol)
        || matches!(place, Place::AccountPassword | Place::AccountCodes | Place::AccountSessions | Place::PeopleSessions)
}

/// A form of a page: where it goes, and its fields with what stands in them.
#[derive(Clone, Debug)]
pub struct Found {
    pub action: String,
    pub fields: BTreeMap<String, String>,
    /// Those into which people type.
    pub typed: BTreeSet<String>,
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(plain(rest.split('"').next()?))
}

/// What an escaped text says.
fn plain(text: &str) -> String {
    [("&quot;", "\""), ("&#34;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&#x2f;", "/"), ("&amp;", "&")]
        .into_iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The tags of a page.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(""))
}

/// Every form of a page, with the first choice of each field that is chosen from.
pub fn forms(html: &str) -> Vec<Found> {
    let whole = html.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(""));
    whole.map(form).collect()
}

fn form(html: &str) -> Found {
    let head = format!("form {}", html.split('>').next().unwrap_or(""));
    let mut found = Found { action: attribute(&head, "action").unwrap_or_default(), fields: BTreeMap::new(), typed: BTreeSet::new() };
    let mut select: Option<String> = None;
    for tag in tags(html) {
        let (name, value) = (attribute(tag, "name"), attribute(tag, "value").unwrap_or_default());
        match (tag.split(' ').next().unwrap_or(""), name) {
            ("select", name) => select = name,
            ("option", _) => {
                if let Some(name) = select.clone().filter(|_| !value.is_empty()) {
                    found.fields.entry(name).or_insert(value);
                }
            }
            ("textarea", Some(name)) => {
                found.typed.insert(name.clone());
                found.fields.insert(name, String::new());
            }
            ("input", Some(name)) => {
                if matches!(attribute(tag, "type").as_deref(), Some("text" | "search" | "url" | "email" | "password")) {
                    found.typed.insert(name.clone());
                }
                // Of several choices the first.
                found.fields.entry(name).or_insert(value);
            }
            _ => {}
        }
    }
    found
}

/// Where the page leads: addresses of ours with a query.
pub fn queries(html: &str) -> BTreeSet<(String, String)> {
    let links = tags(html).filter_map(|tag| attribute(tag, "href"));
    let split = links.filter_map(|link| {
        let (path, query) = link.split_once('?')?;
        Some((path.to_owned(), query.split('=').next()?.to_owned()))
    });
    split.collect()
}

/// Sends a form as it is, with the token of the last page.
pub async fn send(browser: &mut Browser, path: &str, fields: &BTreeMap<String, String>) -> Answer {
    let mut out = form_urlencoded::Serializer::new(String::new());
    out.extend_pairs(fields.iter().filter(|(name, _)| *name != "token")).append_pair("token", &browser.token);
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    browser.ask(&head, &out.finish()).await
}

/// Nothing of an answer runs, leads away, hides, frames, stays in a cache or is somebody else's.
pub fn look_at(what: &str, answer: &Answer) {
    for (name, wanted) in [
        ("x-frame-options", &["DENY"][..]),
        ("x-content-type-options", &["nosniff"]),
        ("cache-control", &["no-store"]),
        ("referrer-policy", &["no-referrer", "same-origin"]),
        ("cross-origin-resource-policy", &["same-origin"]),
        ("cross-origin-opener-policy", &["same-origin"]),
    ] {
        assert!(answer.field(name).is_some_and(|value| wanted.contains(&value)), "{what}: {name}: {}", answer.head);
    }
    let rules = answer.field("content-security-policy").unwrap_or("");
    let strict = rules.contains("default-src 'none'") && (rules.contains("frame-ancestors 'none'") || rules.contains("sandbox"));
    assert!(strict && !rules.contains("unsafe") && !rules.contains("http") && !rules.contains('*'), "{what}: {rules}");
    for name in ["x-injected", "server", "x-powered-by", "access-control-allow-origin"] {
        assert!(answer.field(name).is_none(), "{what}: {}", answer.head);
    }
    if let Some(cookie) = answer.field("set-cookie") {
        assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Strict") && !cookie.contains("Domain"), "{what}: {cookie}");
    }
    if let Some(place) = answer.field("location") {
        assert!(place.starts_with('/') && !place.starts_with("//") && !place.contains(['\\', '@']), "{what}: leads to {place}");
    }
    // What the running system does not know is said on a page; a page that broke down has none. Machines are told that it is not ready.
    let said = answer.status == 503 && (answer.text.starts_with("<!doctype html>") || what.contains("/readyz"));
    assert!(answer.status < 500 || said, "{what}: {} {}", answer.status, answer.text);
    assert!(!answer.text.contains("root:x:0"), "{what}: a file of the system");
    let media = answer.field("content-type").unwrap_or("");
    if media.starts_with("text/html") {
        only_text(what, &answer.text);
    }
    if media.starts_with("text/csv") {
        no_formula(what, &answer.text);
    }
    if answer.field("content-disposition").is_some() {
        assert!(answer.field("content-disposition").unwrap().starts_with("attachment"), "{what}: {}", answer.head);
    }
}

/// A page in which nothing runs and nothing leads away.
fn only_text(what: &str, html: &str) {
    for tag in tags(html) {
        let name = tag.split([' ', '\n']).next().unwrap_or("").to_ascii_lowercase();
        assert!(!matches!(name.as_str(), "script" | "img" | "iframe" | "object" | "embed" | "base"), "{what}: <{tag}>");
        // A quote inside of a value is escaped, so that what is outside of quotes is ours.
        let ours: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"").to_ascii_lowercase();
        assert!(!ours.contains(" on") && !ours.contains(" style=") && !ours.contains("srcdoc"), "{what}: <{tag}>");
        for name in ["href", "action", "src", "formaction"] {
            let Some(link) = attribute(tag, name) else { continue };
            let own = link.starts_with('#') || link == "data:," || (link.starts_with('/') && !link.starts_with("//"));
            assert!(own, "{what}: leads to {link}");
        }
    }
    assert!(!html.contains("49{%") && !html.contains("7*7 }}x"), "{what}: a template in a text was run");
}

/// No cell that a spreadsheet would work out.
pub fn no_formula(what: &str, csv: &str) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{what}: a formula: {cell}");
        }
    }
}
