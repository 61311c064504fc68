//! A file of what was found: bounded, with pseudonyms but for names that were revealed, and in the log before it is handed over (D8, A2).

use super::enrol::complain;
use super::log_found::sheet;
use super::log_parts::{asked, asker};
use super::outward::outward_purpose;
use crate::admin::asking::{AskFault, Asked, LogFileKind, LogFileOrder, STATUTORY};
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::page::count;
use crate::admin::sheet::Part;
use crate::record::EventKind;
use axum::http::StatusCode;

/// Most rows of a file that is made here: it is held in memory whole. The command has no such bound.
pub(super) const MOST: usize = 20_000;

/// Hands a file over.
pub(super) fn export(call: &Call<'_>) -> Result<Reply, Stop> {
    let asked = asked(call)?;
    let kind = LogFileKind::ALL.into_iter().find(|kind| kind.ending() == call.form.raw("kind"));
    let why = outward_purpose(call, ("for_whom", "why"))?;
    let (kind, why) = match (kind, why) {
        (Some(kind), Ok(why)) => (kind, why),
        (kind, why) => {
            let mut sheet = sheet(call, &asked, None)?;
            complain(&mut sheet, "kind", kind.is_none().then(|| call.say("fault.choose").to_owned()));
            if let Err(held) = why {
                held.show(call, &mut sheet);
            }
            return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let why = &why;
    let by = &call.session()?.account.name;
    let asker = asker(call)?;
    let order = LogFileOrder { kind, by, because: why, most: MOST, shown: &|_, _| String::new() };
    let file = match asker.file(&asked.question, asked.made, order) {
        Ok(file) => file,
        Err(AskFault::TooMany) => return too_large(call, &asked, (kind, "fault.too_many"), why),
        Err(AskFault::GivenUp) => return too_large(call, &asked, (kind, "fault.took_long"), why),
        Err(fault) => return Err(fault.into()),
    };
    let did = format!(
        "took {} rows out of the log as {}, with {} names in the clear; SHA-256 {}",
        file.rows,
        kind.ending(),
        if asker.sight.files.is_none() { 0 } else { asker.given.len() },
        file.sha256
    );
    call.record(EventKind::ConsoleExport, call.act(did).asking(&asked.question.in_words()).because(why))?;
    let name = format!("log-{}-{}.{}", asked.id, call.now.wall.civil().strftime("%Y%m%d-%H%M%S"), kind.ending());
    Ok(Reply::File(Box::new(Download { name, media: kind.media(), bytes: file.bytes })))
}

/// Too much for a page: the command that does it, to be typed where the log is.
fn too_large(call: &Call<'_>, asked: &Asked, (kind, key): (LogFileKind, &'static str), why: &str) -> Result<Reply, Stop> {
    let did = format!("took nothing out of the log: more than {MOST} rows, or too long a search");
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(why))?;
    let part = Part {
        heading: call.say("found.command").to_owned(),
        lines: vec![call.say("found.command_words").to_owned()],
        block: command(call, asked, kind, why),
        ..Part::default()
    };
    let mut sheet = sheet(call, asked, Some(part))?;
    complain(&mut sheet, "kind", Some(call.say_with(key, &count(u64::try_from(MOST).unwrap_or(0)))));
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// The same question as a command. A person stands in it under the pseudonym, which whoever types it replaces.
fn command(call: &Call<'_>, asked: &Asked, kind: LogFileKind, why: &str) -> String {
    let mut words = format!("lifeguard logs export --format {} --out log.{}", kind.ending(), kind.ending());
    let mut add = |option: &str, value: &str| {
        if !value.is_empty() {
            words.push_str(&format!(" --{option} {}", quoted(value)));
        }
    };
    let question = &asked.question;
    if let Ok(read) = question.read(asked.made, &call.desk.works.log_zone()) {
        add("from", &read.from.map_or_else(String::new, |at| at.to_string()));
        add("to", &read.to.map_or_else(String::new, |at| at.to_string()));
    }
    add("client", &question.client);
    add("url", &question.url);
    add("user", &question.person);
    add("group", &question.group);
    add(if question.category == STATUTORY { "reason" } else { "category" }, &question.category);
    add("verdict", &question.verdict);
    add("id", &question.reference);
    add("because", why);
    words
}

/// For a shell: nothing in it is obeyed.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_shell_obeys_nothing_in_a_value() {
        for (text, shown) in [("a.test", "'a.test'"), ("$(x) `y`", "'$(x) `y`'"), ("it's; rm", "'it'\\''s; rm'")] {
            assert_eq!(quoted(text), shown);
        }
    }
}
