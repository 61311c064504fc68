//! What people at the screen think of the filter: read, counted, and marked as read with what was done about it, which they are told
//! (standard F18). Of whoever said it there is the group and the day. What speaks of danger is for the safeguarding lead alone.

use super::board::figure;
use super::enrol::complain;
use crate::admin::board::{Figure, Table, suppressed};
use crate::admin::call::{Call, Reply, Stop, day};
use crate::admin::opinion_rows::{self as rows, MOST_STAND, PAGE, Spoken, Standing};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::Timestamp;
use crate::ports::{LONGEST_OPINION, View, WeDid, tidy};
use crate::record::EventKind;
use axum::http::StatusCode;
use std::collections::BTreeMap;

/// Opinions of so long are counted.
const COUNTED_US: i64 = 365 * 86_400 * 1_000_000;
/// Longest of what people said, in the words of staff.
const LONGEST_SAID: usize = 160;
/// The choice of every site.
const EVERY: &str = "*";

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at what people think of the filter"))?;
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn may_do(call: &Call<'_>, action: Action) -> bool {
    call.session.as_ref().is_some_and(|session| may(Some(session.account.role), action))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let groups = call.reach_of_groups()?;
    let groups = groups.as_deref();
    let (new, read, last, stand) = call.desk.book.read(|book| {
        let (_, last) = rows::unread(book, groups)?;
        Ok((rows::spoken_of(book, false, groups)?, rows::spoken_of(book, true, groups)?, last, rows::all_standing(book, groups)?))
    })?;
    let may_answer = may_do(call, Action::AnswerOpinions);
    let mut parts = vec![spoken_part(call, ("opinions.new", "opinions.none_new"), &new, false)];
    // Where there are more than the page shows, those that are not shown stay.
    let until = if new.len() < PAGE { last } else { new.last().map_or(0, |one| one.id) };
    parts.extend((may_answer && until > 0).then(|| read_part(call, until)));
    parts.extend(count_parts(call, groups)?);
    parts.push(stand_part(call, &stand));
    parts.extend((may_answer && !stand.is_empty()).then(|| over_part(call, &stand)));
    parts.push(Part { folded: true, ..spoken_part(call, ("opinions.read", "opinions.none_read"), &read, true) });
    Ok(Sheet { lead: vec![call.say("opinions.lead").to_owned()], parts, ..Sheet::titled(call.say("opinions.title")) })
}

const fn view_key(view: View) -> &'static str {
    match view {
        View::Helps => "opinions.helps",
        View::InTheWay => "opinions.in_the_way",
        View::NoMatter => "opinions.no_matter",
    }
}

fn spoken_part(call: &Call<'_>, (heading, none): (&'static str, &'static str), all: &[Spoken], read: bool) -> Part {
    let sees_worries = may_do(call, Action::AnswerWorries);
    let words = |one: &Spoken| match one.worry {
        Some(id) if sees_worries => format!("W-{id}: {}", one.words),
        // Whoever is in danger is no business of the others.
        Some(_) => call.say("opinions.with_lead").to_owned(),
        None => one.words.clone(),
    };
    let row = |one: &Spoken| {
        let mut cells = vec![day(Some(one.day)), one.group.clone(), call.say(view_key(one.view)).to_owned(), words(one)];
        if read {
            cells.push(one.by.clone());
            cells.push(if one.did.is_empty() { call.say("opinions.nothing_done").to_owned() } else { one.did.clone() });
        }
        Line { cells, ..Line::default() }
    };
    let mut head = vec!["opinions.day", "queue.group", "opinions.view", "opinions.words"];
    head.extend(if read { &["opinions.by", "opinions.did"][..] } else { &[] });
    Part {
        heading: call.say(heading).to_owned(),
        lines: if all.is_empty() { vec![call.say(none).to_owned()] } else { Vec::new() },
        head: if all.is_empty() { Vec::new() } else { head.into_iter().map(|key| call.say(key).to_owned()).collect() },
        rows: all.iter().map(row).collect(),
        ..Part::default()
    }
}

/// A site's part of names of groups: the settings' own site has none.
fn sites(call: &Call<'_>) -> Vec<(String, String)> {
    let own = call.desk.works.site_names().first().map(|(name, _)| name.clone()).unwrap_or_default();
    let kept = |(name, title): (String, String)| (if name == own { String::new() } else { name }, title);
    call.sites().into_iter().map(kept).collect()
}

fn site_field(call: &Call<'_>) -> Option<Field> {
    let all = call.reach().is_ok_and(crate::admin::reach::Reach::is_all);
    let every = (EVERY.to_owned(), call.say("opinions.every_site").to_owned());
    let choices: Vec<_> = all.then_some(every).into_iter().chain(sites(call)).collect();
    let field = Field { name: "site", kind: Kind::Select, label: call.say("opinions.site").to_owned(), ..Field::default() };
    call.says_sites().then(|| Field { value: call.form.raw("site").to_owned(), choices, ..field })
}

fn read_part(call: &Call<'_>, until: i64) -> Part {
    let field = |name, kind, label, help| Field {
        name,
        kind,
        label: call.say(label).to_owned(),
        help: call.say(help).to_owned(),
        value: call.form.raw(name).to_owned(),
        ..Field::default()
    };
    let mut fields = vec![Field { name: "until", kind: Kind::Hidden, value: until.to_string(), ..Field::default() }];
    fields.extend(site_field(call));
    fields.push(field("said", Kind::Text, "opinions.you_said", "opinions.you_said_help"));
    fields.push(field("did", Kind::Area, "opinions.we_did", "opinions.we_did_help"));
    fields.push(field("nothing", Kind::Check, "opinions.nothing", "opinions.nothing_help"));
    let form = Form { action: Place::OpinionsRead.path(), button: call.say("opinions.mark_button").to_owned(), fields };
    Part {
        heading: call.say("opinions.mark").to_owned(),
        lines: vec![call.say("opinions.mark_words").to_owned()],
        form: Some(form),
        ..Part::default()
    }
}

/// How many, by view, month and group: no number from which somebody could be guessed.
fn tables(counted: Vec<(String, String, View, u64)>, with_groups: bool) -> Vec<Table> {
    let (mut months, mut of_groups) = (BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
    let mut views = View::ALL.map(|view| (view, 0));
    for (month, group, view, many) in counted {
        *months.entry(month).or_default() += many;
        *of_groups.entry(group).or_default() += many;
        views.iter_mut().filter(|(its, _)| *its == view).for_each(|(_, sum)| *sum += many);
    }
    let views = views.into_iter().map(|(view, sum)| (view.word().to_owned(), sum)).collect();
    let mut all = vec![("view", views), ("month", months.into_iter().collect())];
    all.extend(with_groups.then(|| ("group", of_groups.into_iter().collect())));
    suppressed(all).tables
}

fn name(call: &Call<'_>, by: &str, word: &str) -> String {
    if by != "view" {
        return word.to_owned();
    }
    View::of_word(word).map_or_else(String::new, |view| call.say(view_key(view)).to_owned())
}

fn by_key(by: &str) -> &'static str {
    match by {
        "view" => "opinions.view",
        "month" => "board.month",
        _ => "queue.group",
    }
}

fn table_part(call: &Call<'_>, table: &Table, (heading, lines): (String, Vec<String>)) -> Part {
    let row = |(word, count): &(String, Figure)| Line { cells: vec![name(call, table.by, word), figure(call, *count)], ..Line::default() };
    Part {
        heading,
        lines,
        head: vec![call.say(by_key(table.by)).to_owned(), call.say("opinions.many").to_owned()],
        rows: table.rows.iter().map(row).collect(),
        ..Part::default()
    }
}

fn count_parts(call: &Call<'_>, groups: Option<&str>) -> Result<Vec<Part>, Stop> {
    let since = Timestamp(call.now.wall.0 - COUNTED_US);
    let tables = tables(call.desk.book.read(|book| rows::counted(book, since, groups))?, true);
    let part = |table: &Table| {
        let lines = if table.by == "view" { vec![call.say("opinions.rule").to_owned()] } else { Vec::new() };
        table_part(call, table, (call.say_with("opinions.counted", call.say(by_key(table.by))), lines))
    };
    Ok(tables.iter().filter(|table| !table.rows.is_empty()).map(part).collect())
}

/// The same for figures of the year, of the sites that whoever looks reaches: views and months.
pub(super) fn year(call: &Call<'_>) -> Result<(Vec<Table>, u64), Stop> {
    let since = Timestamp(call.now.wall.0 - COUNTED_US);
    let groups = call.reach_of_groups()?;
    let groups = groups.as_deref();
    let (counted, done) = call.desk.book.read(|book| Ok((rows::counted(book, since, groups)?, rows::done(book, since, groups)?)))?;
    Ok((tables(counted, false), done))
}

/// For the page of figures.
pub(super) fn year_parts(call: &Call<'_>) -> Result<Vec<Part>, Stop> {
    let (tables, done) = year(call)?;
    let lines = vec![call.say("opinions.year").to_owned(), call.say_with("opinions.done", &done.to_string())];
    let views = tables.iter().find(|table| table.by == "view");
    Ok(views.map(|table| table_part(call, table, (call.say("opinions.title").to_owned(), lines))).into_iter().collect())
}

fn stand_part(call: &Call<'_>, stand: &[Standing]) -> Part {
    let site = |one: &Standing| match &one.told.site {
        None => call.say("opinions.every_site").to_owned(),
        Some(site) => sites(call).into_iter().find(|(name, _)| name == site).map_or_else(|| site.clone(), |(_, title)| title),
    };
    let row = |one: &Standing| {
        let mut cells = vec![day(Some(one.told.at)), one.told.said.clone(), one.told.did.clone(), one.by.clone()];
        cells.extend(call.says_sites().then(|| site(one)));
        Line { cells, ..Line::default() }
    };
    let mut head = vec!["opinions.day", "opinions.you_said", "opinions.we_did", "opinions.by"];
    head.extend(call.says_sites().then_some("opinions.site"));
    Part {
        heading: call.say("opinions.stand").to_owned(),
        lines: vec![call.say(if stand.is_empty() { "opinions.none_stand" } else { "opinions.stand_words" }).to_owned()],
        head: if stand.is_empty() { Vec::new() } else { head.into_iter().map(|key| call.say(key).to_owned()).collect() },
        rows: stand.iter().map(row).collect(),
        ..Part::default()
    }
}

fn over_part(call: &Call<'_>, stand: &[Standing]) -> Part {
    let which = Field {
        name: "which",
        kind: Kind::Select,
        label: call.say("opinions.which").to_owned(),
        value: call.form.text("which"),
        choices: stand.iter().map(|one| (one.id.to_string(), one.told.said.clone())).collect(),
        ..Field::default()
    };
    let form = Form { action: Place::OpinionsOver.path(), button: call.say("opinions.over_button").to_owned(), fields: vec![which] };
    Part { heading: call.say("opinions.over").to_owned(), folded: true, form: Some(form), ..Part::default() }
}

fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Which site it is about: outside nothing, every site; `None`: none of theirs.
fn chosen_site(call: &Call<'_>) -> Result<Option<Option<String>>, Stop> {
    let all = call.reach()?.is_all();
    if !call.says_sites() {
        return Ok(Some(None));
    }
    let chosen = call.form.raw("site");
    if chosen == EVERY {
        return Ok(all.then_some(None));
    }
    Ok(sites(call).into_iter().find(|(name, _)| name == chosen).map(|(name, _)| Some(name)))
}

/// Marks them as read, with what was done about them.
pub(super) fn read(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let said = tidy(&call.form.raw("said").replace(['\r', '\n'], " "), LONGEST_SAID);
    let did = tidy(call.form.raw("did"), LONGEST_OPINION);
    let nothing = !call.form.raw("nothing").is_empty();
    let site = chosen_site(call)?;
    let until: Option<i64> = call.form.raw("until").parse().ok();
    let missing = |absent: bool| absent.then(|| call.say("fault.missing").to_owned());
    complain(&mut sheet, "site", site.is_none().then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "said", missing(!nothing && said.is_none()));
    complain(&mut sheet, "did", missing(!nothing && did.is_none()));
    let both = nothing && (said.is_some() || did.is_some());
    complain(&mut sheet, "nothing", both.then(|| call.say("opinions.fault_both").to_owned()));
    let (false, Some(until), Some(site)) = (sheet.is_faulty(), until, site) else { return faulty(sheet) };
    let told = said.zip(did).map(|(said, did)| WeDid { site: site.clone(), at: call.now.wall, said, did });
    // Those of the site that it is about, and no others.
    let groups = match site {
        None => call.reach_of_groups()?,
        Some(site) => Some(serde_json::json!([site]).to_string()),
    };
    if finish(call, until, groups.as_deref(), told.as_ref())? {
        return Ok(Reply::Go(Place::Opinions.path().into(), None));
    }
    complain(&mut sheet, "did", Some(call.say_with("opinions.fault_many", &MOST_STAND.to_string())));
    faulty(sheet)
}

/// `false`: as many answers stand as may.
fn finish(call: &Call<'_>, until: i64, groups: Option<&str>, told: Option<&WeDid>) -> Result<bool, Stop> {
    let by = call.session()?.account.name.clone();
    let all = call.desk.book.change(|book| -> Result<_, Stop> {
        let mut number = None;
        if let Some(told) = told {
            number = rows::put(book, told, &by)?;
            if number.is_none() {
                return Ok(None);
            }
        }
        let many = rows::mark(book, until, groups, (&by, call.now.wall), number)?;
        let act = call.act(format!("marked {many} opinions as read, up to O-{until}"));
        let because = told.map_or_else(|| "nothing was done".to_owned(), |told| format!("you said: {}; we did: {}", told.said, told.did));
        call.record(EventKind::ConsoleChange, act.because(&because))?;
        Ok(Some(rows::told(book, Timestamp(0))?))
    })?;
    let done = all.is_some();
    all.into_iter().for_each(|all| call.desk.works.we_did(all));
    Ok(done)
}

/// Takes an answer off the page of people at the screen. One that is not there and one of another site look alike.
pub(super) fn over(call: &Call<'_>) -> Result<Reply, Stop> {
    let which: Option<i64> = call.form.raw("which").parse().ok();
    let groups = call.reach_of_groups()?;
    let all = call.desk.book.change(|book| -> Result<_, Stop> {
        let ended = which.map(|id| rows::end(book, id, groups.as_deref(), call.now.wall)).transpose()?.flatten();
        let Some(ended) = ended else { return Ok(None) };
        let did = format!("took off what people are told about opinions: you said: {}; we did: {}", ended.said, ended.did);
        call.record(EventKind::ConsoleChange, call.act(did))?;
        Ok(Some(rows::told(book, Timestamp(0))?))
    })?;
    let Some(all) = all else {
        let mut sheet = sheet(call)?;
        complain(&mut sheet, "which", Some(call.say("fault.gone").to_owned()));
        sheet.fault.get_or_insert_with(|| call.say("fault.gone").to_owned());
        return faulty(sheet);
    };
    call.desk.works.we_did(all);
    Ok(Reply::Go(Place::Opinions.path().into(), None))
}

/// How many in words nobody has read, for whoever reads them.
pub(in crate::admin) fn waiting(call: &Call<'_>) -> Result<u64, Stop> {
    let groups = call.reach_of_groups()?;
    Ok(call.desk.book.read(|book| rows::unread(book, groups.as_deref()))?.0)
}
