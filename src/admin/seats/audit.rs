//! What people did on the console, for whoever watches them. To look is a deed too.

use super::audit_reader::Reader;
use super::log_parts::{local, zone_line};
use crate::admin::audit::Act;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::seal::{SEALED, short};
use crate::admin::sheet::{Line, Part, Sheet};
use crate::admin::works::{Happened, Happenings};
use crate::model::Timestamp;
use crate::record::EventKind;

/// As many as people read.
const PAGE: usize = 100;
/// The deed of whoever asks for somebody's group; what is asked is a pseudonym or an address.
pub(super) const ASKED_WHO: &str = "asked in which group somebody is";
/// How often the log is looked through for one page of the deeds of some sites.
const LOOKS: usize = 20;

/// Deeds behind the number of the query.
pub(in crate::admin) fn acts(call: &Call<'_>) -> Result<Happenings, Stop> {
    let after: Option<u64> = match call.query.raw("after") {
        "" => None,
        number => Some(number.parse().map_err(|_| Stop::Unknown)?),
    };
    call.record(EventKind::ConsoleLookUp, call.act("looked at what people did on the console").asking(call.query.raw("after")))?;
    let mut found = reached(call, after)?;
    let reader = Reader::of(call)?;
    found.events.iter_mut().for_each(|event| reader.shown(event));
    Ok(found)
}

/// Those that somebody of the sites did whom whoever asks reaches.
fn reached(call: &Call<'_>, after: Option<u64>) -> Result<Happenings, Stop> {
    let mut found = call.desk.works.console_acts(after, PAGE)?;
    let reach = call.reach()?;
    if reach.is_all() {
        return Ok(found);
    }
    // By the sites at the time of the deed: an account that was moved since has left what it did where it was.
    let is_theirs = |event: &Happened| Act::read(&event.text).is_some_and(|act| act.is_inside(reach));
    found.events.retain(is_theirs);
    for _ in 0..LOOKS {
        let Some(next) = found.next.filter(|_| found.events.len() < PAGE) else { break };
        let more = call.desk.works.console_acts(Some(next), PAGE - found.events.len())?;
        found.events.extend(more.events.into_iter().filter(is_theirs));
        found.next = more.next;
    }
    Ok(found)
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let found = acts(call)?;
    let row = |event: &crate::admin::works::Happened| {
        // What cannot be read as a deed is shown as it stands.
        let act = Act::read(&event.text).unwrap_or_else(|| Act { did: event.text.clone(), ..Act::default() });
        let kind = serde_json::to_value(event.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
        let peer = event.peer.rsplit_once(':').map_or(event.peer.as_str(), |(address, _)| address);
        let query = if act.did == SEALED { short(&act.query).to_owned() } else { act.query };
        let cells = [when(call, &event.time), kind, act.who, act.role, act.did, act.purpose, query];
        let shown = cells.into_iter().chain([peer.to_owned()]);
        Line { cells: shown.collect(), ..Line::default() }
    };
    let head = ["audit.time", "audit.kind", "audit.who", "audit.role", "audit.did", "audit.purpose", "audit.query", "audit.from"];
    let next = found.next.map(|next| (format!("{}?after={next}", Place::Audit.path()), call.say("audit.older").to_owned()));
    let part = Part {
        heading: call.say("audit.heading").to_owned(),
        lines: found.damage.iter().map(|place| call.say_with("audit.damage", place)).chain([zone_line(call)]).collect(),
        head: head.map(|key| call.say(key).to_owned()).into(),
        rows: found.events.iter().map(row).collect(),
        links: next.into_iter().collect(),
        ..Part::default()
    };
    let sheet = Sheet { lead: vec![call.say("audit.lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("audit.title")) };
    Ok(Reply::Page(Box::new(sheet)))
}

/// The time of a record by the clock of the place; one that cannot be read stands as it is.
fn when(call: &Call<'_>, time: &str) -> String {
    time.parse::<jiff::Timestamp>().map_or_else(|_| time.to_owned(), |at| local(call, Timestamp(at.as_microsecond())))
}
