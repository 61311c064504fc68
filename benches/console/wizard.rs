//! How soon a question has its count and its first rows.

use crate::Scene;
use crate::console_support::Browser;
use crate::console_support::real::form;
use lifeguard::admin::Role;
use std::time::{Duration, Instant};

const GOAL: Duration = Duration::from_secs(1);
/// The days of `benches/log/make.rs`.
const ALL: (&str, &str) = ("2026-07-27T00:00", "2026-10-27T00:00");
const HOUR: (&str, &str) = ("2026-07-28T10:00", "2026-07-28T11:00");

/// Asks what people ask, and prints the times.
pub(crate) async fn wizard(scene: &mut Scene) {
    let lead = &mut scene.people.iter_mut().find(|(role, _)| *role == Role::SafeguardingLead).unwrap().1;
    let (_, page) = ask(lead, "an hour", HOUR, &[]).await;
    let (person, client) = (after(&page, "person-", 11), address(&page));
    let person = format!("person-{person}");
    let mut slow = 0;
    for (what, span, field) in [
        ("an address, an hour", HOUR, vec![("client", client.as_str())]),
        ("an address, 92 days", ALL, vec![("client", client.as_str())]),
        ("a person, 92 days", ALL, vec![("person", person.as_str())]),
        ("an address and text, 92 days", ALL, vec![("client", client.as_str()), ("url", "maths")]),
        ("text that is common, 92 days", ALL, vec![("url", "maths")]),
        ("text that is nowhere, 92 days", ALL, vec![("url", "zqxj-nowhere")]),
        ("blocked, 92 days", ALL, vec![("verdict", "block")]),
    ] {
        let (rows, _) = ask(lead, what, span, &field).await;
        slow += usize::from(rows > GOAL);
    }
    println!("{slow} questions had their first rows after more than {GOAL:?}");
}

/// One question: when its count was there, and its rows.
async fn ask(browser: &mut Browser, what: &str, (from, to): (&str, &str), fields: &[(&'static str, &str)]) -> (Duration, String) {
    browser.get("/log").await;
    let mut all = form(&[("slot", "between"), ("from", from), ("to", to), ("because", "a bench")]);
    all.extend(form(fields));
    let begun = Instant::now();
    let asked = browser.post("/log", &all).await;
    assert_eq!(asked.status, 303, "{what}: {}", asked.text);
    let path = asked.location().to_owned();
    let count = browser.get(&path).await;
    let counted = begun.elapsed();
    let many = count.text.split("Requests: ").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or("none").to_owned();
    let begun = Instant::now();
    let rows = browser.get(&format!("{path}&rows=yes")).await;
    let took = begun.elapsed();
    let shown = rows.text.matches("<tr").count().saturating_sub(1);
    let begun = Instant::now();
    let (mut on, mut page, mut at_end) = (0, rows.text.clone(), begun.elapsed());
    while let (Some(next), true) = (look_on(&page), on < 20) {
        page = browser.get(&next).await.text;
        (on, at_end) = (on + 1, begun.elapsed());
    }
    println!(
        "{what:32} the count after {counted:9.1?} ({many}), the rows after {took:9.1?} ({shown} shown); the end {on} looks on, {at_end:.1?} later"
    );
    (took, rows.text)
}

/// Where the search goes on that was not at its end.
fn look_on(page: &str) -> Option<String> {
    let before = page.split(">Look on<").next().filter(|before| before.len() < page.len())?;
    let link = before.rsplit("href=\"").next()?.split('"').next()?;
    Some(link.replace("&amp;", "&"))
}

/// So many letters after these.
fn after(page: &str, words: &str, letters: usize) -> String {
    let at = page.find(words).unwrap_or_else(|| panic!("{words}: {page}")) + words.len();
    page[at..at + letters].to_owned()
}

/// The first address of a computer that stands on the page.
fn address(page: &str) -> String {
    let rows = page.split("<tbody").nth(1).unwrap();
    let words = rows.split(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
    words.into_iter().find(|word| word.parse::<std::net::Ipv4Addr>().is_ok()).unwrap_or_else(|| panic!("{rows}")).to_owned()
}
