//! What the pages that ask the log have in common: who asks, what was asked under a number, and how a request stands in a table. An
//! address out of the log is text and never a link (E1).

use crate::admin::accounts::{self, AccountId};
use crate::admin::asking::{Answered, AskFault, Asked, Asker, Question, Saved, Shown, defang, reveals, rows, verdict_of};
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Stop};
use crate::admin::place::Place;
use crate::admin::reach::Reach;
use crate::admin::releases;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Kind, Line, Part};
use crate::model::{IdentityStrength, Timestamp, VerdictKind};
use std::collections::BTreeSet;

/// Longest purpose.
pub(super) const LONGEST: usize = 1000;
/// The place of the address in a row, counted from 1.
const ADDRESS: usize = 2;
/// Signs of an address in a table; the whole stands on the request's own page.
const SHORT: usize = 100;

/// Whoever asks, with the names that were revealed to them.
pub(super) fn asker<'a>(call: &'a Call<'_>) -> Result<Asker<'a>, Stop> {
    let account = &call.session()?.account;
    let works = &*call.desk.works;
    let (given, sight) = call.desk.book.read(|book| {
        // Names that were revealed to an account go with the right to see any: a role that changed takes them along.
        let may_see = may(Some(account.role), Action::RevealName);
        let given = if may_see { reveals::given(book, account.id, call.now.wall)? } else { BTreeSet::new() };
        Ok((given, releases::sight(book, account, works, call.now.wall)?))
    })?;
    Ok(Asker { works, pseudonyms: &call.desk.pseudonyms, given, sight })
}

/// Saved questions that whoever looks may see: one's own, and what others of the role share who reach no site that they do not.
pub(super) fn saved(call: &Call<'_>) -> Result<Vec<Saved>, Stop> {
    let account = &call.session()?.account;
    let found = call.desk.book.read(|book| {
        let all = rows::saved(book, account.id, account.role)?;
        let inside = inside(book, &account.reach)?;
        Ok::<_, BookFault>(all.into_iter().filter(|saved| inside.contains(&saved.account)).collect())
    })?;
    Ok(found)
}

/// Accounts that reach no other site than these.
pub(super) fn inside(book: &rusqlite::Connection, reach: &Reach) -> Result<BTreeSet<AccountId>, BookFault> {
    Ok(accounts::inside(book, reach)?.into_iter().map(|account| account.id).collect())
}

/// Groups of the sites that whoever looks reaches: names and titles.
pub(super) fn groups(call: &Call<'_>) -> Vec<(String, String)> {
    call.desk.works.log_groups().into_iter().filter(|(name, _)| call.sees_group(name)).collect()
}

/// What this account asked under the number that came with the request.
pub(in crate::admin) fn asked(call: &Call<'_>) -> Result<Asked, Stop> {
    let text = if call.post { call.form.raw("ask") } else { call.query.raw("ask") };
    let id = text.parse().map_err(|_| Stop::Unknown)?;
    let account = call.session()?.account.id;
    call.desk.book.read(|book| rows::asked(book, account, id, call.now.wall))?.ok_or(Stop::Unknown)
}

/// Puts a question down; its number.
pub(super) fn put(call: &Call<'_>, question: &Question, purpose: &str) -> Result<i64, Stop> {
    let account = call.session()?.account.id;
    Ok(call.desk.book.change(|book| rows::ask(book, account, (question, purpose), call.now.wall))?)
}

/// The number of a record that came with the request.
pub(super) fn number(call: &Call<'_>) -> Result<u64, Stop> {
    let text = if call.post { call.form.raw("n") } else { call.query.raw("n") };
    text.parse().map_err(|_| Stop::Unknown)
}

impl From<AskFault> for Stop {
    fn from(fault: AskFault) -> Self {
        match fault {
            AskFault::Works(fault) => fault.into(),
            AskFault::Book(fault) => fault.into(),
            // Pages that can say these beside a field do so before they come here.
            AskFault::Question(_) | AskFault::TooMany | AskFault::GivenUp => Self::Unknown,
        }
    }
}

/// The purpose that was typed; `Err`: what is wrong with it.
pub(super) fn purpose(call: &Call<'_>, name: &'static str) -> Result<String, String> {
    let text = call.form.text(name);
    if text.is_empty() || text.len() > LONGEST { Err(call.say("fault.purpose").to_owned()) } else { Ok(text) }
}

/// The field for it.
pub(super) fn purpose_field(call: &Call<'_>, name: &'static str, value: &str) -> Field {
    let (label, help) = (call.say("log.purpose").to_owned(), call.say("log.purpose_help").to_owned());
    Field { name, label, help, value: value.to_owned(), ..Field::default() }
}

/// A field that carries a value on.
pub(super) fn hidden(name: &'static str, value: impl ToString) -> Field {
    Field { name, kind: Kind::Hidden, value: value.to_string(), ..Field::default() }
}

/// What a question says, by the labels of its form.
pub(super) fn said(call: &Call<'_>, question: &Question) -> Vec<(&'static str, String)> {
    let label = |name: &str| {
        call.say(match name {
            "client" => "log.client",
            "slot" => "log.slot",
            "from" => "log.from",
            "to" => "log.to",
            "url" => "log.url",
            "person" => "log.person",
            "device" => "log.device",
            "group" => "log.group",
            "category" => "log.category",
            "verdict" => "log.decided",
            "method" => "log.method",
            "site" => "log.site",
            _ => "log.reference",
        })
    };
    let words = |name: &str, value: &str| match (name, verdict_of(value)) {
        ("slot", _) => call.say(super::log::slot_words(value)).to_owned(),
        ("verdict", Some(verdict)) => decided(call, verdict).to_owned(),
        _ => value.to_owned(),
    };
    let fields = question.fields().into_iter().filter(|(_, value)| !value.is_empty());
    fields.map(|(name, value)| (label(name), words(name, value))).collect()
}

/// A moment as the clocks of the site show it.
pub(super) fn local(call: &Call<'_>, at: Timestamp) -> String {
    let at = at.civil().to_zoned(call.desk.works.log_zone());
    format!("{} {}", call.date(&at), at.strftime("%H:%M:%S"))
}

/// In which zone times are shown.
pub(super) fn zone_line(call: &Call<'_>) -> String {
    let zone = call.desk.works.log_zone();
    call.say_with("log.zone", zone.iana_name().unwrap_or("UTC"))
}

/// Who it was, as far as whoever asks may know, and how sure that is (D14). Never one without the other.
pub(super) fn who(call: &Call<'_>, shown: &Shown) -> String {
    let name = match (&shown.name, shown.person.as_str()) {
        (Some(name), word) => format!("{name} ({word})"),
        (None, "") => call.say("log.nobody").to_owned(),
        (None, word) => word.to_owned(),
    };
    format!("{name}: {}", sureness(call, shown))
}

/// How sure it is: strength, source, and age.
pub(super) fn sureness(call: &Call<'_>, shown: &Shown) -> String {
    let identity = shown.seen.identity;
    let strength = call.say(match identity.strength() {
        IdentityStrength::None => "sure.none",
        IdentityStrength::Device => "sure.device",
        IdentityStrength::Network => "sure.network",
        IdentityStrength::Person => "sure.person",
    });
    let age = super::sit::span_words(call, i64::from(shown.seen.identity_age_s) * 1_000_000);
    match shown.person.as_str() {
        "" => format!("{strength} ({})", identity.code()),
        _ => format!("{strength} ({}, {})", identity.code(), call.say_with("sure.age", &age)),
    }
}

/// What was decided, in a word.
pub(super) fn decided(call: &Call<'_>, verdict: VerdictKind) -> &'static str {
    call.say(match verdict {
        VerdictKind::Allow => "verdict.allow",
        VerdictKind::Warn => "verdict.warn",
        VerdictKind::Block => "verdict.block",
        VerdictKind::Refuse => "verdict.refuse",
    })
}

/// The address as it may be shown.
pub(in crate::admin) fn address(shown: &Shown) -> String {
    if shown.seen.defanged { defang(&shown.seen.address) } else { shown.seen.address.clone() }
}

/// The beginning of a text.
fn short(text: &str) -> String {
    text.char_indices().nth(SHORT).map_or_else(|| text.to_owned(), |(end, _)| format!("{}\u{2026}", &text[..end]))
}

/// Must nobody be able to select it?
pub(super) fn is_shut(shown: &Shown) -> bool {
    shown.seen.statutory || shown.seen.defanged
}

/// Where the client was.
pub(super) fn from(shown: &Shown) -> String {
    match &shown.seen.device {
        Some(device) => format!("{} ({device})", shown.seen.client),
        None => shown.seen.client.clone(),
    }
}

/// The page of a request.
pub(super) fn record_path(ask: i64, sequence: u64) -> String {
    format!("{}?ask={ask}&n={sequence}", Place::LogRecord.path())
}

/// That the search is not at its end, and how far it came.
fn unfinished(call: &Call<'_>, answered: &Answered) -> Option<String> {
    answered.given_up.then(|| match (answered.next, answered.reached) {
        (None, _) => call.say("log.given_up").to_owned(),
        (Some(_), Some(at)) => call.say_with("log.looking", &local(call, at)),
        (Some(_), None) => call.say("log.looking_on").to_owned(),
    })
}

/// Rows as a table, with all that was in their way.
pub(super) fn table(call: &Call<'_>, ask: i64, answered: &Answered, heading: String) -> Part {
    let row = |shown: &Shown| {
        let seen = &shown.seen;
        let folded = match seen.folded.requests {
            0 => String::new(),
            count => format!(" {}", call.say_with("log.folded", &format!("{count} ({})", seen.folded.words))),
        };
        let why =
            if seen.categories.is_empty() { seen.reason.to_owned() } else { format!("{}: {}", seen.reason, seen.categories.join(", ")) };
        let cells = vec![
            local(call, seen.at),
            format!("{} {}{folded}", seen.method, short(&address(shown))),
            who(call, shown),
            from(shown),
            decided(call, seen.verdict).to_owned(),
            why,
        ];
        Line { href: record_path(ask, seen.sequence), cells }
    };
    let none = answered.rows.is_empty();
    let head = ["log.time", "field.address", "log.who", "log.from_where", "log.decided", "log.why"].map(|key| call.say(key).to_owned());
    let mut lines: Vec<String> = answered.damage.iter().map(|place| call.say_with("audit.damage", place)).collect();
    lines.extend(unfinished(call, answered));
    lines.extend((none && !answered.given_up).then(|| call.say("log.none").to_owned()));
    lines.extend((!none || answered.reached.is_some()).then(|| zone_line(call)));
    Part {
        heading,
        lines,
        head: if none { Vec::new() } else { head.into() },
        rows: answered.rows.iter().map(row).collect(),
        shut: answered.rows.iter().map(|shown| if is_shut(shown) { ADDRESS } else { 0 }).collect(),
        ..Part::default()
    }
}
