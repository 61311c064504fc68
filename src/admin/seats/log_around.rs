//! A timeline: what a person, a device or an address asked for around a request, one line for each page, its parts folded under it (D12).

use super::log_parts::{asked, asker, number, record_path, table};
use super::log_record::whom;
use crate::admin::asking::Around;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Part, Sheet};
use crate::record::EventKind;

/// Minutes before and after, where nobody says so.
pub(super) const MINUTES: i64 = 10;
/// Those that there are.
const CHOICES: [i64; 4] = [10, 60, 360, 1440];

/// The page of a timeline.
pub(super) fn path(ask: i64, sequence: u64, by: Around, minutes: i64) -> String {
    format!("{}?ask={ask}&n={sequence}&by={}&minutes={minutes}", Place::LogAround.path(), by.word())
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let (asked, number) = (asked(call)?, number(call)?);
    let by = Around::ALL.into_iter().find(|by| by.word() == call.query.raw("by")).ok_or(Stop::Unknown)?;
    let minutes = call.query.raw("minutes").parse().ok().filter(|minutes| CHOICES.contains(minutes)).ok_or(Stop::Unknown)?;
    let fold = call.query.raw("parts") != "yes";
    let asker = asker(call)?;
    let record = asker.record(number)?.ok_or(Stop::Unknown)?;
    let answered = asker.around(number, (by, minutes), fold)?.ok_or(Stop::Unknown)?;
    let did = format!(
        "read a timeline of the {} of record {number}, of {}: {minutes} minutes before and after, {} rows",
        by.word(),
        whom(&record),
        answered.rows.len()
    );
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(&asked.purpose))?;
    let whose = match by {
        Around::Person => super::log_parts::who(call, &record),
        Around::Device => record.seen.device.clone().unwrap_or_default(),
        Around::Address => record.seen.client.clone(),
    };
    let here = path(asked.id, number, by, minutes);
    let folding = if fold { (format!("{here}&parts=yes"), "around.unfold") } else { (here, "around.fold") };
    let mut links = vec![(folding.0, call.say(folding.1).to_owned())];
    let others = CHOICES.into_iter().filter(|other| *other != minutes);
    links.extend(others.map(|other| (path(asked.id, number, by, other), call.say_with("around.minutes", &other.to_string()))));
    links.push((record_path(asked.id, number), call.say("around.back").to_owned()));
    let heading = call.say_with("around.heading", &minutes.to_string());
    let part = Part { links, ..table(call, asked.id, &answered, heading) };
    let sheet = Sheet { lead: vec![whose], parts: vec![part], ..Sheet::titled(call.say("around.title")) };
    Ok(Reply::Page(Box::new(sheet)))
}
