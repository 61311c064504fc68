//! What an incident about illegal material hides: who it was, and the address, to be typed by hand into the form of those who may look into
//! it. Only for the role that may, with a purpose, and recorded before it is shown (standards E1, E2). Nothing is fetched, ever.

use super::enrol::complain;
use super::incident::{of, sheet};
use super::incidents::path;
use super::log_parts::asker;
use crate::admin::alias::Aliases;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::incident_rows as rows;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::admin::{defang, incidents::Incident};
use crate::record::EventKind;
use axum::http::StatusCode;

/// As many addresses as one incident shows: those of the same entry differ little.
const MOST: usize = 5;
/// Groups that are read out: 2,000 signs.
const MOST_GROUPS: usize = 500;

/// Shows it.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let incident = of(call, call.form.raw("id"))?;
    let mut page = sheet(call, &incident)?;
    let purpose = call.form.text("purpose");
    complain(&mut page, "purpose", (purpose.is_empty() || purpose.len() > 2000).then(|| call.say("fault.because").to_owned()));
    if incident.origin != "statutory" {
        return Err(Stop::Unknown);
    }
    if page.is_faulty() {
        return Ok(Reply::Faulty(Box::new(page), StatusCode::UNPROCESSABLE_ENTITY));
    }
    call.record(EventKind::ConsoleLookUp, call.act(format!("revealed whom and what incident {} is about", incident.id)).because(&purpose))?;
    let mut parts = vec![whom(call, &incident)?];
    let mut known: Vec<String> = Vec::new();
    for sequence in call.desk.book.read(|book| rows::hits(book, incident.id, 200))? {
        let address = call.desk.works.listed_address(sequence)?.unwrap_or_default();
        if !address.is_empty() && !known.contains(&address) && known.len() < MOST {
            known.push(address);
        }
    }
    parts.extend(known.iter().flat_map(|address| [address_part(call, address), spoken_part(call, address)]));
    if known.is_empty() {
        parts.push(Part {
            heading: call.say("illegal.by_hand").to_owned(),
            lines: vec![call.say("illegal.gone").to_owned()],
            ..Part::default()
        });
    }
    parts.push(Part { links: vec![(path(incident.id), call.say("illegal.back").to_owned())], ..Part::default() });
    let lead = vec![call.say("illegal.lead").to_owned()];
    Ok(Reply::Page(Box::new(Sheet { lead, parts, ..Sheet::titled(call.say("illegal.title")) })))
}

/// Who it was. Whoever reaches all of several sites sees a name only where the site lets them (H16).
fn whom(call: &Call<'_>, incident: &Incident) -> Result<Part, Stop> {
    let (mut scope, mut lines) = (incident.scope.clone(), vec![call.say("illegal.whom_words").to_owned()]);
    let site = call.desk.works.site_of_group(&scope.group);
    if scope.person.is_some() && !asker(call)?.sight.names.covers(&site) {
        let aliases = call.desk.book.read(Aliases::of)?;
        scope.person = scope.person.zip(aliases).map(|(person, aliases)| aliases.name_in(incident, &person));
        lines.push(call.say_with("fault.site_first", &site));
    }
    let fact = |key, value: &Option<String>| {
        (call.say(key).to_owned(), value.clone().unwrap_or_else(|| call.say("incident.unknown").to_owned()), false)
    };
    let mut facts =
        vec![fact("incidents.person", &scope.person), fact("incidents.device", &scope.device), fact("incidents.client", &scope.client)];
    facts.push((call.say("illegal.group").to_owned(), scope.group.clone(), false));
    Ok(Part { heading: call.say("illegal.whom").to_owned(), lines, facts, ..Part::default() })
}

fn address_part(call: &Call<'_>, address: &str) -> Part {
    Part {
        heading: call.say("illegal.by_hand").to_owned(),
        lines: vec![call.say("illegal.by_hand_words").to_owned()],
        guarded: defang::groups(address),
        ..Part::default()
    }
}

/// The same, sign by sign, for the telephone and for whoever types it from paper: a capital O is no zero.
fn spoken_part(call: &Call<'_>, address: &str) -> Part {
    let signs: Vec<char> = address.chars().collect();
    let said = |sign: &char| {
        let (key, value) = defang::spoken(*sign);
        call.say_with(key, &value)
    };
    let row = |(at, group): (usize, &[char])| Line {
        cells: vec![(at + 1).to_string(), group.iter().map(said).collect::<Vec<_>>().join(", ")],
        ..Line::default()
    };
    let rows: Vec<Line> = signs.chunks(defang::GROUP).take(MOST_GROUPS).enumerate().map(row).collect();
    let more = signs.len() > defang::GROUP * MOST_GROUPS;
    Part {
        heading: call.say("illegal.spoken").to_owned(),
        lines: [Some("illegal.spoken_words"), more.then_some("illegal.spoken_more")]
            .into_iter()
            .flatten()
            .map(|key| call.say(key).to_owned())
            .collect(),
        head: ["illegal.group_number", "illegal.signs"].map(|key| call.say(key).to_owned()).into(),
        // Nobody can copy it (E2).
        shut: vec![2; rows.len()],
        rows,
        ..Part::default()
    }
}
