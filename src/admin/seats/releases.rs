//! The site lets the consortium look: given by the site's own safeguarding lead for a time, ended by the same (standards H16, H19).

use super::enrol::{complain, gone};
use super::people::day_field;
use super::queue::when;
use super::sit::{no_reason, text};
use crate::admin::call::{Call, Reply, Stop, end_of_day_in};
use crate::admin::place::Place;
use crate::admin::releases::{self as rows, LONGEST, Letting, SiteRelease};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn stands(call: &Call<'_>, one: &SiteRelease) -> bool {
    one.ended.is_none() && one.until > call.now.wall
}

const fn what_key(what: Letting) -> &'static str {
    match what {
        Letting::Names => "releases.names",
        Letting::Files => "releases.files",
    }
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let reach = call.reach()?;
    let title = call.say("releases.title");
    if !call.says_sites() {
        return Ok(Sheet { lead: vec![call.say("releases.one_site").to_owned()], ..Sheet::titled(title) });
    }
    let all = call.desk.book.read(|book| rows::all(book, reach))?;
    let standing: Vec<&SiteRelease> = all.iter().filter(|one| stands(call, one)).collect();
    let over: Vec<&SiteRelease> = all.iter().filter(|one| !stands(call, one)).collect();
    let mut parts = vec![table(call, "releases.standing", &standing)];
    if !reach.is_all() {
        parts.push(give_part(call));
        parts.extend((!standing.is_empty()).then(|| end_part(call, &standing)));
    }
    parts.extend((!over.is_empty()).then(|| table(call, "releases.over", &over)));
    let mut lead = vec![call.say("releases.lead").to_owned()];
    lead.extend(reach.is_all().then(|| call.say("releases.not_yours").to_owned()));
    Ok(Sheet { lead, parts, ..Sheet::titled(title) })
}

fn table(call: &Call<'_>, heading: &'static str, all: &[&SiteRelease]) -> Part {
    let heading = call.say(heading).to_owned();
    if all.is_empty() {
        return Part { heading, lines: vec![call.say("releases.none").to_owned()], ..Part::default() };
    }
    let row = |one: &&SiteRelease| {
        let end = one.ended.map_or_else(|| when(call, one.until), |at| format!("{} ({})", when(call, at), one.ended_by));
        let cells = vec![format!("L-{}", one.id), one.site.clone(), call.say(what_key(one.what)).to_owned(), end];
        Line { cells: cells.into_iter().chain([one.made_by.clone(), one.because.clone()]).collect(), ..Line::default() }
    };
    let head = ["releases.number", "by_site.site", "releases.what", "releases.until", "releases.by", "field.because"];
    Part { heading, head: head.map(|key| call.say(key).to_owned()).into(), rows: all.iter().map(row).collect(), ..Part::default() }
}

fn select(call: &Call<'_>, name: &'static str, label: &'static str, choices: Vec<(String, String)>) -> Field {
    Field { kind: Kind::Select, choices, ..text(call, name, label) }
}

fn give_part(call: &Call<'_>) -> Part {
    let whats = Letting::ALL.map(|what| (what.word().to_owned(), call.say(what_key(what)).to_owned()));
    let fields = vec![
        select(call, "site", "by_site.site", call.sites()),
        select(call, "what", "releases.what", whats.into()),
        day_field(call, "until", ("releases.until", "releases.until_help"), call.form.text("until")),
        text(call, "because", "field.because"),
    ];
    let form = Form { action: Place::SiteReleases.path(), button: call.say("releases.give_button").to_owned(), fields };
    Part { heading: call.say("releases.give").to_owned(), form: Some(form), ..Part::default() }
}

fn end_part(call: &Call<'_>, standing: &[&SiteRelease]) -> Part {
    let choice = |one: &&SiteRelease| (one.id.to_string(), format!("L-{}: {}, {}", one.id, one.site, call.say(what_key(one.what))));
    let fields = vec![select(call, "which", "releases.which", standing.iter().map(choice).collect())];
    let form = Form { action: Place::SiteReleaseOver.path(), button: call.say("releases.end_button").to_owned(), fields };
    Part { heading: call.say("releases.end").to_owned(), form: Some(form), ..Part::default() }
}

fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Gives one. Whoever reaches all sites gives none: they would let themselves.
pub(super) fn give(call: &Call<'_>) -> Result<Reply, Stop> {
    let (account, mut sheet) = (&call.session()?.account, sheet(call)?);
    if account.reach.is_all() {
        sheet.fault = Some(call.say("releases.not_yours").to_owned());
        return faulty(sheet);
    }
    let site = call.sites().into_iter().map(|(name, _)| name).find(|name| name == call.form.raw("site"));
    let what = Letting::of_word(call.form.raw("what"));
    let until = end_of_day_in(&call.form.text("until"), &call.desk.works.zone()).ok().flatten();
    let in_time = |until: &Timestamp| *until > call.now.wall && until.0 - call.now.wall.0 <= LONGEST;
    let because = call.form.text("because");
    let choose = |is: bool| is.then(|| call.say("fault.choose").to_owned());
    complain(&mut sheet, "site", choose(site.is_none()));
    complain(&mut sheet, "what", choose(what.is_none()));
    complain(&mut sheet, "until", (!until.is_some_and(|until| in_time(&until))).then(|| call.say("fault.release_until").to_owned()));
    complain(&mut sheet, "because", no_reason(call, &because));
    let (false, Some(site), Some(what), Some(until)) = (sheet.is_faulty(), site, what, until) else { return faulty(sheet) };
    let made_by = account.name.clone();
    let new = SiteRelease { id: 0, site, what, made: call.now.wall, made_by, because, until, ended: None, ended_by: String::new() };
    let given = call.desk.book.change(|book| {
        let Some(id) = rows::give(book, &new)? else { return Ok(false) };
        let did = format!("L-{id}: the site {} lets those who reach all sites see {} until {until}", new.site, new.what.word());
        call.record(EventKind::ConsoleChange, call.act(did).because(&new.because))?;
        Ok::<_, Stop>(true)
    })?;
    if !given {
        sheet.fault = Some(call.say("fault.too_many_releases").to_owned());
        return faulty(sheet);
    }
    Ok(Reply::Go(Place::SiteReleases.path().into(), None))
}

/// Ends one. That of another site, and none, look alike.
pub(super) fn end(call: &Call<'_>) -> Result<Reply, Stop> {
    let id: i64 = call.form.raw("which").parse().unwrap_or_default();
    let account = &call.session()?.account;
    if account.reach.is_all() {
        return Err(Stop::Unknown);
    }
    let ended = call.desk.book.change(|book| {
        let ended = rows::end(book, (id, &account.reach), &account.name, call.now.wall)?;
        if ended {
            call.record(EventKind::ConsoleChange, call.act(format!("L-{id}: the site ends what it let")))?;
        }
        Ok::<_, Stop>(ended)
    })?;
    if ended { Ok(Reply::Go(Place::SiteReleases.path().into(), None)) } else { gone(call, sheet(call)?, "which") }
}
