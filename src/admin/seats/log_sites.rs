//! In which sites something was tried: the question of whoever reaches several, answered site by site (standard D10). To ask is a deed.

use super::log_found::path;
use super::log_parts::{asked, asker, said};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::page::count;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::record::EventKind;

/// A row for each site, those without any too.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let (asked, sites) = (asked(call)?, call.sites());
    if sites.len() < 2 {
        return Err(Stop::Unknown);
    }
    let (found, given_up) = asker(call)?.by_site(&asked.question, asked.made)?;
    let many = |name: &str| found.iter().find(|(site, _)| site == name).map_or(0, |(_, many)| *many);
    let words: Vec<String> = sites.iter().map(|(name, _)| format!("{name} {}", many(name))).collect();
    let at_least = if given_up { "at least " } else { "" };
    let did = format!("asked in which sites it was tried: {at_least}{}", words.join(", "));
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(&asked.purpose))?;
    let row = |(name, title): &(String, String)| Line { cells: vec![title.clone(), name.clone(), count(many(name))], ..Line::default() };
    // A site that is in the log and no longer in the settings.
    let gone = found.iter().filter(|(name, _)| !sites.iter().any(|(known, _)| known == name));
    let gone =
        gone.map(|(name, many)| Line { cells: vec![call.say("by_site.gone").to_owned(), name.clone(), count(*many)], ..Line::default() });
    let part = Part {
        heading: call.say("by_site.heading").to_owned(),
        lines: if given_up { vec![call.say("by_site.at_least").to_owned()] } else { Vec::new() },
        head: ["by_site.site", "by_site.name", "unknown.requests"].map(|key| call.say(key).to_owned()).into(),
        rows: sites.iter().map(row).chain(gone).collect(),
        links: vec![(path(&asked), call.say("by_site.back").to_owned())],
        ..Part::default()
    };
    let facts = said(call, &asked.question).into_iter().map(|(label, value)| (label.to_owned(), value, false)).collect();
    let question = Part { heading: call.say("found.question").to_owned(), facts, ..Part::default() };
    let sheet =
        Sheet { lead: vec![call.say("by_site.lead").to_owned()], parts: vec![part, question], ..Sheet::titled(call.say("by_site.title")) };
    Ok(Reply::Page(Box::new(sheet)))
}
