//! A trial of a source: what it would bring, whom it would meet, and only then the button that takes it.

use super::enrol::complain;
use super::sit::text;
use super::sources::{can, faulty, form_part, heads, hidden, reason};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::Action;
use crate::admin::sheet::{Field, Kind, Line, Part, Sheet};
use crate::admin::source_works::{NewSource, NoisyHost, Trial, TrialFound, TrialList, TrialOf, TrialState, WouldMeet};
use crate::record::EventKind;
use std::thread::sleep;
use std::time::Duration;

/// How long a page waits for a trial before it says that it runs.
const PATIENCE: u32 = 20;
const TURN: Duration = Duration::from_millis(100);
/// Formats that a category list may be written in.
const FORMATS: [&str; 7] = ["domains", "hosts", "urls", "adblock", "rpz", "ut1", "csv"];
/// Most categories of a source that one form maps.
const MOST: usize = 100;

/// The form of a new source.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    let usual = NewSource { format: "domains".into(), every: "24h".into(), ..NewSource::default() };
    Ok(Reply::Page(Box::new(new_sheet(call, &usual, ""))))
}

fn new_sheet(call: &Call<'_>, new: &NewSource, categories: &str) -> Sheet {
    Sheet {
        lead: vec![call.say("source_new.lead").to_owned()],
        parts: vec![new_part(call, new, categories)],
        ..Sheet::titled(call.say("source_new.title"))
    }
}

fn new_part(call: &Call<'_>, new: &NewSource, categories: &str) -> Part {
    let field = |name: &'static str, label, help: &'static str, value: &str| Field {
        help: if help.is_empty() { String::new() } else { call.say(help).to_owned() },
        value: value.to_owned(),
        ..text(call, name, label)
    };
    let select = |field: Field, choices: Vec<(String, String)>| Field { kind: Kind::Select, choices, ..field };
    let same = |word: &str| (word.to_owned(), word.to_owned());
    let formats = FORMATS.map(|format| (format.to_owned(), call.say(format_key(format)).to_owned()));
    let none = (String::new(), call.say("source_new.no_map").to_owned());
    let maps = crate::model::Taxonomy::get().maps().iter().map(|map| same(map.name));
    let fields = vec![
        field("name", "source_new.name", "source_new.name_help", &new.name),
        field("place", "source_new.place", "source_new.place_help", &new.place),
        select(field("format", "source_new.format", "", &new.format), formats.into()),
        field("column", "source_new.column", "source_new.column_help", &new.column),
        select(field("category", "source_new.category", "source_new.category_help", &new.category), categories_of(call)),
        select(field("map", "source_new.map", "source_new.map_help", &new.map), std::iter::once(none).chain(maps).collect()),
        Field { kind: Kind::Area, ..field("categories", "source_new.categories", "source_new.categories_help", categories) },
        field("every", "source_new.every", "source_new.every_help", &new.every),
        field("minisign_key", "source_new.key", "source_new.key_help", &new.minisign_key),
    ];
    form_part(call, "source_new.what", Place::SourceNew, "source_new.button", fields)
}

/// Ours, and none: then it is called after the list, or brings its own.
fn categories_of(call: &Call<'_>) -> Vec<(String, String)> {
    std::iter::once((String::new(), call.say("source_new.own_category").to_owned())).chain(call.desk.works.categories()).collect()
}

fn format_key(format: &str) -> &'static str {
    match format {
        "hosts" => "source_new.hosts",
        "urls" => "source_new.urls",
        "adblock" => "source_new.adblock",
        "rpz" => "source_new.rpz",
        "ut1" => "source_new.folders",
        "csv" => "source_new.csv",
        _ => "source_new.domains",
    }
}

/// What was typed. Options that say nothing for this kind of source are left out, so that nobody has to empty them.
fn typed(call: &Call<'_>) -> (NewSource, Vec<String>) {
    let text = |name| call.form.text(name);
    let lines: Vec<&str> = call.form.raw("categories").lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let pair = |line: &&str| line.split_once('=').map(|(theirs, ours)| (theirs.trim().to_owned(), ours.trim().to_owned()));
    let bad = lines.iter().filter(|line| pair(line).is_none_or(|(theirs, _)| theirs.is_empty()));
    let bad = bad.chain(lines.get(MOST)).map(|line| (*line).to_owned()).collect();
    let (place, format) = (text("place"), text("format"));
    let every = if place.contains("://") { text("every") } else { String::new() };
    let minisign_key = if place.contains("://") { text("minisign_key") } else { String::new() };
    let column = if format == "csv" { text("column") } else { String::new() };
    let category = if format == "ut1" { String::new() } else { text("category") };
    let categories = lines.iter().filter_map(pair).collect();
    (NewSource { name: text("name"), place, format, column, category, map: text("map"), categories, every, minisign_key }, bad)
}

/// Without what could be a secret.
fn place_of(new: &NewSource) -> String {
    let plain = new.place.split(['?', '#']).next().unwrap_or_default();
    match plain.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.rsplit('@').next().unwrap_or_default()),
        None => plain.to_owned(),
    }
}

/// Begins a trial of a new source. That it is asked for is recorded first.
pub(super) fn begin_new(call: &Call<'_>) -> Result<Reply, Stop> {
    let (new, bad) = typed(call);
    let mut sheet = new_sheet(
        call,
        &NewSource {
            column: call.form.text("column"),
            category: call.form.text("category"),
            every: call.form.text("every"),
            minisign_key: call.form.text("minisign_key"),
            ..new.clone()
        },
        call.form.raw("categories"),
    );
    for (field, value) in [("name", &new.name), ("place", &new.place)] {
        complain(&mut sheet, field, value.is_empty().then(|| call.say("fault.missing").to_owned()));
    }
    complain(&mut sheet, "format", (!FORMATS.contains(&new.format.as_str())).then(|| call.say("fault.choose").to_owned()));
    let known = categories_of(call).iter().any(|(name, _)| *name == new.category);
    complain(&mut sheet, "category", (!known).then(|| call.say("fault.category").to_owned()));
    complain(&mut sheet, "categories", bad.first().map(|line| call.say_with("source_new.bad_pair", line)));
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    call.record(EventKind::ConsoleLookUp, call.act(format!("tried a list as {} from {}", new.name, place_of(&new))))?;
    match call.desk.works.try_source(&new, &call.session()?.account.name) {
        Ok(id) => Ok(Reply::Go(trial_path(&id).into(), None)),
        Err(faults) => {
            for fault in faults {
                if fault.field.is_empty() {
                    sheet.fault = Some(fault.words);
                } else {
                    complain(&mut sheet, fault.field, Some(fault.words));
                }
            }
            faulty(sheet)
        }
    }
}

/// Begins a trial of what a source of the settings would bring, or all.
pub(super) fn begin_again(call: &Call<'_>) -> Result<Reply, Stop> {
    let name = Some(call.form.raw("name")).filter(|name| !name.is_empty());
    if let Some(name) = name {
        let known = call.desk.works.source_views().iter().any(|view| view.status.name == name && !view.place.is_empty());
        known.then_some(()).ok_or(Stop::Unknown)?;
    }
    let what = name.map_or_else(|| "what the lists on disk would change".to_owned(), |name| format!("what the list {name} would bring"));
    call.record(EventKind::ConsoleLookUp, call.act(format!("looked at {what}")))?;
    match call.desk.works.try_again(name, &call.session()?.account.name) {
        Some(id) => Ok(Reply::Go(trial_path(&id).into(), None)),
        None => faulty(Sheet { fault: Some(call.say("trial.busy").to_owned()), ..Sheet::titled(call.say("trial.title")) }),
    }
}

fn trial_path(id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("{}?id={id}", Place::SourceTrial.path())
}

/// A trial of whoever looks; somebody else's looks like none.
fn found(call: &Call<'_>, id: &str) -> Result<Trial, Stop> {
    let by = &call.session()?.account.name;
    for _ in 0..PATIENCE {
        let trial = call.desk.works.trial(id, by).ok_or(Stop::Unknown)?;
        if trial.state != TrialState::Running {
            return Ok(trial);
        }
        sleep(TURN);
    }
    call.desk.works.trial(id, by).ok_or(Stop::Unknown)
}

/// What was found.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let id = call.query.raw("id");
    let trial = found(call, id)?;
    Ok(Reply::Page(Box::new(sheet(call, id, &trial))))
}

fn sheet(call: &Call<'_>, id: &str, trial: &Trial) -> Sheet {
    let title = match &trial.of {
        TrialOf::New(new) => call.say_with("trial.of", &new.name),
        TrialOf::Source(name) => call.say_with("trial.of", name),
        TrialOf::All => call.say("trial.all").to_owned(),
    };
    let mut sheet = Sheet { lead: vec![call.say("trial.lead").to_owned()], ..Sheet::titled(title) };
    let again = |key| (trial_path(id), call.say(key).to_owned());
    let mut parts = match &trial.state {
        TrialState::Running => {
            let lines = vec![call.say("trial.running").to_owned()];
            vec![Part { heading: call.say("trial.state").to_owned(), lines, links: vec![again("trial.look")], ..Part::default() }]
        }
        TrialState::Refused(why) => {
            sheet.fault = Some(call.say_with("trial.refused", why));
            Vec::new()
        }
        TrialState::Good(found) => found_parts(call, found),
    };
    match (&trial.of, &trial.state) {
        (TrialOf::New(_), TrialState::Good(_)) if can(call, Action::ChangeLists) => {
            let fields = vec![hidden("id", id), text(call, "because", "field.because")];
            let lines = vec![call.say("trial.add_words").to_owned()];
            parts.push(Part { lines, ..form_part(call, "trial.add", Place::SourceTrial, "trial.add_button", fields) });
        }
        (TrialOf::New(new), TrialState::Refused(_)) => parts.push(new_part(call, new, &pairs(new))),
        _ => {}
    }
    if let Some(last) = parts.last_mut() {
        last.links.push((Place::Sources.path().to_owned(), call.say("sources.back").to_owned()));
    }
    Sheet { parts, ..sheet }
}

fn pairs(new: &NewSource) -> String {
    new.categories.iter().map(|(theirs, ours)| format!("{theirs} = {ours}\n")).collect()
}

fn found_parts(call: &Call<'_>, found: &TrialFound) -> Vec<Part> {
    let mut parts = vec![lists_part(call, found)];
    let bad: Vec<_> = found.lists.iter().flat_map(|list| &list.lines).collect();
    if !bad.is_empty() {
        let row = |line: &&crate::admin::source_works::BadPlace| Line {
            cells: vec![line.place.clone(), line.expected.to_owned()],
            ..Line::default()
        };
        parts.push(Part {
            heading: call.say("trial.bad_lines").to_owned(),
            head: heads(call, ["trial.place", "trial.expected"]),
            rows: bad.iter().map(row).collect(),
            ..Part::default()
        });
    }
    parts.push(match &found.meets {
        Some(Ok(meets)) => meets_part(call, meets),
        Some(Err(why)) => whom(call, call.say_with("trial.unknown", why)),
        None => whom(call, call.say("trial.nothing_kept").to_owned()),
    });
    parts
}

fn whom(call: &Call<'_>, line: String) -> Part {
    Part { heading: call.say("trial.whom").to_owned(), lines: vec![line], ..Part::default() }
}

fn lists_part(call: &Call<'_>, found: &TrialFound) -> Part {
    let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), count);
    let row = |list: &TrialList| {
        let (new, gone) = list.changed.unzip();
        let cells = [number(list.before), number(list.now), number(new), number(gone), count(list.bad)];
        Line { cells: std::iter::once(list.name.clone()).chain(cells).collect(), ..Line::default() }
    };
    let alarms = found.alarms.iter().map(|alarm| call.say_with("sources.alarm", alarm));
    let none = found.lists.is_empty().then(|| call.say("trial.no_change").to_owned());
    let head = ["trial.list", "trial.before", "trial.now", "trial.new", "trial.gone", "trial.bad"];
    Part {
        heading: call.say("trial.brings").to_owned(),
        lines: none.into_iter().chain(alarms).collect(),
        head: if found.lists.is_empty() { Vec::new() } else { heads(call, head) },
        rows: found.lists.iter().map(row).collect(),
        ..Part::default()
    }
}

fn meets_part(call: &Call<'_>, meets: &WouldMeet) -> Part {
    let WouldMeet { judged, requests, hosts, noisiest } = meets;
    let words =
        [*judged, *requests, *hosts as u64].iter().fold(call.say("trial.meets").to_owned(), |text, n| text.replacen("{}", &count(*n), 1));
    let row = |one: &NoisyHost| Line {
        cells: vec![one.host.clone(), one.list.clone(), count(one.people as u64), count(one.requests)],
        ..Line::default()
    };
    Part {
        head: if noisiest.is_empty() {
            Vec::new()
        } else {
            heads(call, ["unknown.host", "trial.list", "unknown.people", "unknown.requests"])
        },
        rows: noisiest.iter().map(row).collect(),
        ..whom(call, words)
    }
}

/// Takes what was tried. It is recorded first.
pub(super) fn add(call: &Call<'_>) -> Result<Reply, Stop> {
    let id = call.form.raw("id");
    let trial = found(call, id)?;
    let mut sheet = sheet(call, id, &trial);
    let (TrialOf::New(new), TrialState::Good(_)) = (&trial.of, &trial.state) else { return Err(Stop::Unknown) };
    let Some(because) = reason(call, &mut sheet, "because") else { return faulty(sheet) };
    let (name, by) = (&new.name, &call.session()?.account.name);
    let did = format!("adds the list {name} from {} to the settings", place_of(new));
    call.record(EventKind::SourceChanged, call.act(did).because(&because))?;
    if let Err(fault) = call.desk.works.add_source(id, by, &because) {
        call.record(EventKind::SourceChanged, call.act(format!("the list {name} is not in the settings: {fault}")))?;
        return faulty(Sheet { fault: Some(fault.to_string()), ..sheet });
    }
    Ok(Reply::Go(Place::Sources.path().into(), None))
}
