//! Figures month by month for governors, to look at, to print and to take away: blocks beside what may be blocked by mistake and what the
//! filter cannot see. No names, and no number so small that somebody can be guessed (standards F9).

use super::pictures::{title_of, with_share};
use crate::admin::board::{Figure, LEAST, Table, suppressed};
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::chart::{self, Drawn, Mark, Told};
use crate::admin::figure_works::{MonthFigures, Tunnels};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::record::EventKind;

/// Mistakes are looked for in so many days.
const MISTAKE_DAYS: i64 = 31;

/// What may be shown of the months.
struct Shown {
    /// Month, requests, blocks.
    months: Vec<(String, Figure, Figure)>,
    /// Category by its title, blocks.
    categories: Vec<(String, Figure)>,
    incomplete: bool,
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at figures month by month"))?;
    let lead = vec![call.say("figures.lead").to_owned(), call.moment(call.now.wall)];
    Ok(Reply::Page(Box::new(Sheet { lead, parts: parts(call)?, ..Sheet::titled(call.say("figures.title")) })))
}

/// Its parts, which are a governor's front page too.
pub(super) fn parts(call: &Call<'_>) -> Result<Vec<Part>, Stop> {
    let shown = shown(call)?;
    let mut parts = vec![months_part(call, &shown), beside_part(call)?, categories_part(call, &shown)];
    parts.extend(super::opinions::year_parts(call)?);
    parts.push(duties_part(call)?);
    Ok(parts)
}

fn shown(call: &Call<'_>) -> Result<Shown, Stop> {
    let figures = call.desk.works.month_figures(call.reach()?)?;
    let titles = call.desk.works.log_categories();
    let (blocks, categories) = tables(&figures);
    let few = |number: u64| if (1..LEAST).contains(&number) { Figure::Few } else { Figure::Shown(number) };
    let months = figures.months.iter().zip(blocks.rows).map(|((month, requests, _), (_, blocks))| (month.clone(), few(*requests), blocks));
    let mut categories: Vec<(String, Figure)> =
        categories.rows.into_iter().map(|(name, figure)| (title_of(call, &titles, &name), figure)).collect();
    categories.sort_by_key(|(name, figure)| (std::cmp::Reverse(drawn(*figure)), name.clone()));
    Ok(Shown { months: months.collect(), categories, incomplete: figures.incomplete })
}

/// Blocks by month and by category without what is too small, and without what tells it.
fn tables(figures: &MonthFigures) -> (Table, Table) {
    let months: Vec<(String, u64)> = figures.months.iter().map(|(month, _, blocks)| (month.clone(), *blocks)).collect();
    let categories = figures.categories.clone();
    let sum = |rows: &[(String, u64)]| rows.iter().map(|(_, count)| count).sum::<u64>();
    let empty = |by| Table { by, rows: Vec::new() };
    if sum(&months) == sum(&categories) {
        let mut both = suppressed(vec![("month", months), ("category", categories)]).tables.into_iter();
        return (both.next().unwrap_or_else(|| empty("month")), both.next().unwrap_or_else(|| empty("category")));
    }
    // Some requests count for several categories: how many, nobody is told, so that one more number that is hidden has no upper bound.
    let one = |by, rows| suppressed(vec![(by, rows)]).tables.pop().unwrap_or_else(|| empty(by));
    let (months, mut categories) = (one("month", months), one("category", categories));
    let is_hidden = |figure: Figure| categories.rows.iter().any(|(_, one)| *one == figure);
    if is_hidden(Figure::Few) && !is_hidden(Figure::Hidden) {
        let shown = categories.rows.iter_mut().filter(|(_, figure)| drawn(*figure) > 0);
        if let Some((_, figure)) = shown.min_by_key(|(_, figure)| drawn(*figure)) {
            *figure = Figure::Hidden;
        }
    }
    (months, categories)
}

/// How large a number is drawn: what is not shown is not drawn.
const fn drawn(figure: Figure) -> u64 {
    match figure {
        Figure::Shown(number) => number,
        Figure::Few | Figure::Hidden => 0,
    }
}

fn said(call: &Call<'_>, figure: Figure) -> String {
    match figure {
        Figure::Shown(number) => count(number),
        Figure::Few => call.say("board.few").to_owned(),
        Figure::Hidden => call.say("board.hidden").to_owned(),
    }
}

fn months_part(call: &Call<'_>, shown: &Shown) -> Part {
    let marks = |value: &dyn Fn(&(String, Figure, Figure)) -> Figure| -> Vec<Mark> {
        let mark = |month: &(String, Figure, Figure)| {
            let said = said(call, value(month));
            // 2026-11 as 11/26.
            let name = month.0.get(5..).zip(month.0.get(2..4)).map_or_else(String::new, |(month, year)| format!("{month}/{year}"));
            Mark { name, words: format!("{}: {said}", month.0), value: drawn(value(month)), said }
        };
        shown.months.iter().map(mark).collect()
    };
    let picture = |id, key, class, marks: &[Mark]| {
        let told = Told { id, title: call.say(key), text: call.say("figures.text_below") };
        Drawn { caption: call.say(key).to_owned(), svg: chart::columns(told, class, marks), ..Drawn::default() }
    };
    let row = |(month, requests, blocks): &(String, Figure, Figure)| {
        let share = match (requests, blocks) {
            (Figure::Shown(requests), Figure::Shown(blocks)) if *blocks > 0 => with_share(*blocks, *requests),
            _ => said(call, *blocks),
        };
        Line { cells: vec![month.clone(), said(call, *requests), share], ..Line::default() }
    };
    let mut lines = vec![call.say("board.rule").to_owned()];
    lines.extend(shown.incomplete.then(|| call.say("figures.incomplete").to_owned()));
    Part {
        heading: call.say("figures.months").to_owned(),
        lines,
        drawn: vec![
            picture("chart-asked", "figures.asked_by_month", "ask", &marks(&|month| month.1)),
            picture("chart-blocked", "figures.blocked_by_month", "shut-off", &marks(&|month| month.2)),
        ],
        head: ["figures.one_month", "figures.requests", "figures.blocks"].map(|key| call.say(key).to_owned()).into(),
        rows: shown.months.iter().rev().map(row).collect(),
        links: vec![(Place::FiguresFile.path().to_owned(), call.say("figures.file").to_owned())],
        ..Part::default()
    }
}

/// Names and figures that stand beside blocks: what was blocked by mistake, and what cannot be seen.
fn beside(call: &Call<'_>) -> Result<Vec<(&'static str, String)>, Stop> {
    let noise = call.desk.works.noise(call.reach()?, MISTAKE_DAYS)?;
    let (opened, hosts) = noise.groups.iter().fold((0, 0), |(opened, hosts), one| (opened + one.opened, hosts + one.hosts));
    let mistakes = match opened {
        0 => count(0),
        1..LEAST => call.say("board.few").to_owned(),
        _ => with_share(opened, hosts),
    };
    let mut facts = vec![("figures.mistakes", mistakes)];
    let Some(tunnels) = call.desk.works.tunnels(call.reach()?) else { return Ok(facts) };
    let all = tunnels.sealed + tunnels.opened;
    let few = |number: u64| if (1..LEAST).contains(&number) { call.say("board.few").to_owned() } else { count(number) };
    let sealed = if tunnels.sealed < LEAST { few(tunnels.sealed) } else { with_share(tunnels.sealed, all) };
    facts.extend([("figures.tunnels", few(all)), ("figures.sealed", sealed), ("figures.gaps", few(tunnels.gaps))]);
    Ok(facts)
}

fn beside_part(call: &Call<'_>) -> Result<Part, Stop> {
    let tunnels = call.desk.works.tunnels(call.reach()?);
    let since = |tunnels: Tunnels| call.say_with("figures.beside_words", &call.moment(tunnels.since));
    let words = tunnels.map_or_else(|| call.say("figures.beside_alike").to_owned(), since);
    Ok(Part {
        heading: call.say("figures.beside").to_owned(),
        lines: vec![words],
        facts: beside(call)?.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect(),
        ..Part::default()
    })
}

fn duties_part(call: &Call<'_>) -> Result<Part, Stop> {
    let facts = super::duties::year_figures(call)?;
    let facts = facts.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect();
    Ok(Part { heading: call.say("duties.title").to_owned(), facts, ..Part::default() })
}

fn categories_part(call: &Call<'_>, shown: &Shown) -> Part {
    let heading = call.say("figures.categories").to_owned();
    let seen: Vec<_> = shown.categories.iter().filter(|(_, figure)| *figure != Figure::Shown(0)).collect();
    if seen.is_empty() {
        return Part { heading, lines: vec![call.say("figures.nothing_blocked").to_owned()], ..Part::default() };
    }
    Part {
        heading,
        lines: vec![call.say("figures.by_category_text").to_owned()],
        head: ["figures.category", "figures.blocks"].map(|key| call.say(key).to_owned()).into(),
        rows: seen.into_iter().map(|(name, figure)| Line { cells: vec![name.clone(), said(call, *figure)], ..Line::default() }).collect(),
        ..Part::default()
    }
}

/// The same as a file.
pub(super) fn file(call: &Call<'_>) -> Result<Reply, Stop> {
    let (shown, beside, site) = (shown(call)?, beside(call)?, call.site_title());
    call.record(EventKind::ConsoleLookUp, call.act("took figures month by month as csv"))?;
    // What a spreadsheet would take for a formula is a text (formula injection).
    let safe = |text: &str| if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    let plain = |figure: Figure| match figure {
        Figure::Shown(number) => number.to_string(),
        Figure::Few => "fewer than 5".to_owned(),
        Figure::Hidden => "not shown".to_owned(),
    };
    let row = |by: &str, name: &str, what: &str, value: String| [safe(&site), by.to_owned(), safe(name), what.to_owned(), value];
    let mut rows = vec![["site", "by", "name", "figure", "value"].map(str::to_owned)];
    for (month, requests, blocks) in &shown.months {
        rows.push(row("month", month, "requests", plain(*requests)));
        rows.push(row("month", month, "blocked", plain(*blocks)));
    }
    rows.extend(shown.categories.iter().map(|(name, figure)| row("category", name, "blocked", plain(*figure))));
    rows.extend(beside.into_iter().map(|(key, value)| row("beside", call.say(key), "", value)));
    let (opinions, _) = super::opinions::year(call)?;
    for table in &opinions {
        rows.extend(table.rows.iter().map(|(name, figure)| row(table.by, name, "opinions", plain(*figure))));
    }
    rows.extend(super::duties::year_figures(call)?.into_iter().map(|(key, value)| row("duty", call.say(key), "", value)));
    let mut out = csv::Writer::from_writer(Vec::new());
    // Into memory: it cannot fail.
    rows.iter().for_each(|row| out.write_record(row).unwrap_or_default());
    let bytes = out.into_inner().unwrap_or_default();
    Ok(Reply::File(Box::new(Download { name: "figures.csv".to_owned(), media: "text/csv; charset=utf-8", bytes })))
}
