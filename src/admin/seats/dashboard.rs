//! The front page of a role: what matters to it, and nothing that it may not see. A governor sees figures.

use super::setup::CONTACTS;
use crate::admin::accounts::{self, Account};
use crate::admin::book::fact;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::readiness::Readiness;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Line, Part, Sheet};
use crate::model::Timestamp;

/// Accounts that end within this time are named.
const SOON: i64 = 30 * 86_400 * 1_000_000;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    let role = Some(account.role);
    let mut parts: Vec<Part> = super::tried::part(call)?.into_iter().collect();
    if may(role, Action::SeeLists) {
        parts.push(super::attention::part(call)?);
    }
    // Hours of a day are for those who answer for the policy; a governor reads months, without small numbers.
    let all = account.reach.is_all();
    if may(role, Action::ReadPolicy) {
        parts.push(super::pictures::part(call)?);
    } else if may(role, Action::BoardFigures) {
        parts.extend(super::figures::parts(call)?);
    }
    // Checks and counts of the installation name what is of every site.
    if all && may(role, Action::AskWhy) {
        parts.push(checks(call));
    }
    if all {
        parts.extend(super::unopened::parts(call, account.role));
        parts.push(figures(call));
    }
    parts.push(contacts(call)?);
    if may(Some(account.role), Action::ManageAccounts) {
        parts.push(ending(call)?);
    }
    let lead = vec![call.say_with("dashboard.lead", call.say_role(account.role))];
    Ok(Reply::Page(Box::new(Sheet { lead, parts, ..Sheet::titled(call.say("dashboard.title")) })))
}

fn checks(call: &Call<'_>) -> Part {
    let readiness = Readiness::of(&call.desk.works.status());
    let state = |passed| call.say(if passed { "dashboard.good" } else { "dashboard.bad" }).to_owned();
    let row = |name: &str, passed, words: &str| Line { cells: vec![name.to_owned(), state(passed), words.to_owned()], ..Line::default() };
    let checks = readiness.checks.iter().map(|check| row(check.name, check.passed, &check.words));
    Part {
        heading: call.say(if readiness.ready { "dashboard.ready" } else { "dashboard.not_ready" }).to_owned(),
        lines: readiness.warnings.clone(),
        head: ["dashboard.check", "dashboard.state", "dashboard.found"].map(|key| call.say(key).to_owned()).into(),
        rows: checks.collect(),
        ..Part::default()
    }
}

fn figures(call: &Call<'_>) -> Part {
    let status = call.desk.works.status();
    let number = |key, number: u64| (call.say(key).to_owned(), crate::admin::page::count(number), false);
    let facts = vec![
        number("figure.records", status.log.records),
        number("figure.lists", u64::try_from(status.lists.len()).unwrap_or(0)),
        number("figure.entries", status.lists.iter().map(|list| list.entries).sum()),
        number("figure.alarms", u64::try_from(status.lists.iter().filter(|list| list.alarm.is_some()).count()).unwrap_or(0)),
    ];
    Part { heading: call.say_with("figure.heading", &call.moment(status.started)), facts, ..Part::default() }
}

fn contacts(call: &Call<'_>) -> Result<Part, Stop> {
    let facts = call.desk.book.read(|book| {
        let one =
            |(key, label): (&'static str, &'static str)| Ok((call.say(label).to_owned(), fact(book, key)?.unwrap_or_default(), false));
        CONTACTS.into_iter().map(one).collect()
    })?;
    Ok(Part { heading: call.say("dashboard.contacts").to_owned(), facts, ..Part::default() })
}

/// Accounts that end soon, or whose owner has to be vetted again soon.
fn ending(call: &Call<'_>) -> Result<Part, Stop> {
    let soon = Timestamp(call.now.wall.0 + SOON);
    let ends = |account: &Account| {
        let vetting = account.vetted_until.filter(|_| account.role.needs_vetting());
        [account.until, vetting].into_iter().flatten().min().filter(|end| account.active && *end < soon)
    };
    let reach = call.reach()?;
    let accounts = call.desk.book.read(|book| accounts::inside(book, reach))?;
    let rows: Vec<Line> = accounts
        .iter()
        .filter_map(|account| Some((account, ends(account)?)))
        .map(|(account, end)| Line {
            href: super::people::change_path(account.id),
            cells: vec![account.shown.clone(), call.say_role(account.role).to_owned(), call.moment(end)],
        })
        .collect();
    let lines = if rows.is_empty() { vec![call.say("dashboard.none_ending").to_owned()] } else { Vec::new() };
    let head = if rows.is_empty() {
        Vec::new()
    } else {
        ["people.person", "people.role", "people.until"].map(|key| call.say(key).to_owned()).into()
    };
    Ok(Part { heading: call.say("dashboard.ending").to_owned(), lines, head, rows, ..Part::default() })
}
