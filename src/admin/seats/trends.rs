//! Trends (standards D17, F12, F13, F23): new hosts of a week, categories that rise or fall, when blocks happen. What the filter found and what
//! people told stand apart, and neither is called good or bad. Each figure leads to the question that it counts; the week and the place of the
//! figure stand in the address, never a host.

use super::enrol::complain;
use super::jobs::{faulty, is_urgent, order, when_field};
use super::log_parts::{local, purpose, purpose_field, zone_line};
use super::pictures::title_of;
use crate::admin::asking::Question;
use crate::admin::board::{Figure, suppressed};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::chart::{self, Drawn, Mark, Told};
use crate::admin::job_rows::Wants;
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Form, Line, Part, Sheet};
use crate::admin::trend_rows as rows;
use crate::admin::trends::{Baseline, FEW, HOURS, Ratio, SiteTrend, SpanCount, TrendsCounted, Way, compared};
use crate::model::Timestamp;
use crate::record::EventKind;
use jiff::ToSpan;

/// Hours that stand in the table.
const SHOWN_HOURS: usize = 10;
const WEEKS_US: i64 = 4 * 7 * 86_400 * 1_000_000;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    if let Some(counted) = call.desk.book.read(|book| rows::latest(book, call.now.wall))? {
        let parts = told(call, &counted)?;
        let form = sheet.parts.split_off(0);
        sheet.parts = parts.into_iter().chain(form).collect();
    } else {
        sheet.lead.push(call.say("trends.none").to_owned());
    }
    call.record(EventKind::ConsoleLookUp, call.act("looked at trends"))?;
    Ok(Reply::Page(Box::new(sheet)))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let fields = vec![when_field(call), purpose_field(call, "because", call.form.raw("because"))];
    let form = Form { action: Place::Trends.path(), button: call.say("trends.button").to_owned(), fields };
    let again = Part {
        heading: call.say("trends.again").to_owned(),
        lines: vec![call.say("trends.again_words").to_owned()],
        form: Some(form),
        ..Part::default()
    };
    let method = ["trends.method", "trends.method_few", "trends.method_source"].map(|key| call.say(key).to_owned());
    let method = Part { heading: call.say("trends.how").to_owned(), lines: method.into(), ..Part::default() };
    // Trends are counted for every site at once: by whoever reaches all, and each week by itself.
    let parts = std::iter::once(method).chain(call.reach()?.is_all().then_some(again)).collect();
    Ok(Sheet { lead: vec![call.say("trends.lead").to_owned()], parts, ..Sheet::titled(call.say("trends.title")) })
}

/// Has them counted anew.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    if !call.reach()?.is_all() {
        call.record(EventKind::ConsoleRefused, call.act("what is about all sites, and this account reaches some"))?;
        return Err(Stop::AllSites);
    }
    let mut sheet = sheet(call)?;
    let (urgent, why) = (is_urgent(call), purpose(call, "because"));
    complain(&mut sheet, "when", urgent.is_none().then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "because", why.as_ref().err().cloned());
    let (Some(urgent), Ok(why)) = (urgent, why) else { return faulty(sheet) };
    order(call, sheet, (&Wants::Trends, urgent), &why, "because")
}

/// Does whoever looks reach this site? All together are for those who reach every one.
fn reaches(call: &Call<'_>, trend: &SiteTrend) -> bool {
    call.reach().is_ok_and(|reach| reach.is_all() || (!trend.site.is_empty() && reach.covers(&trend.site)))
}

/// The site that is looked at: its place among those that were counted; the first that they reach where none is asked for, or another's.
fn site_of(call: &Call<'_>, counted: &TrendsCounted) -> Option<usize> {
    let reached = |at: &usize| counted.sites.get(*at).is_some_and(|trend| reaches(call, trend));
    let asked = call.query.raw("site").parse().ok().filter(reached);
    asked.or_else(|| (0..counted.sites.len()).find(reached))
}

fn told(call: &Call<'_>, counted: &TrendsCounted) -> Result<Vec<Part>, Stop> {
    let Some((at, trend)) = site_of(call, counted).and_then(|at| Some((at, counted.sites.get(at)?))) else { return Ok(Vec::new()) };
    let bases = call.desk.book.read(rows::bases)?;
    let base = bases.iter().find(|base| base.site == trend.site);
    let mut parts =
        vec![head_part(call, counted, (at, trend), base)?, categories_part(call, counted, (at, trend), base.map(|base| &base.count))];
    // At one place of several sites new hosts are not told apart.
    if trend.site.is_empty() {
        parts.push(hosts_part(call, counted));
    }
    parts.push(hours_part(call, counted, (at, trend)));
    Ok(parts)
}

fn may_ask(call: &Call<'_>) -> bool {
    may(call.session.as_ref().map(|session| session.account.role), Action::SearchLog)
}

/// The address of the question behind a figure; empty: whoever looks may not ask.
fn behind(call: &Call<'_>, counted: &TrendsCounted, pick: &str) -> String {
    if may_ask(call) { format!("{}?trend={}&pick={pick}", Place::Log.path(), counted.span.1) } else { String::new() }
}

fn head_part(call: &Call<'_>, counted: &TrendsCounted, (at, trend): (usize, &SiteTrend), base: Option<&Baseline>) -> Result<Part, Stop> {
    let day = |at: i64| local(call, Timestamp(at));
    let name = if trend.site.is_empty() { call.say("trends.whole") } else { &trend.site };
    let per_thousand = |span: &SpanCount| match (span.requests, span.blocks) {
        (0, _) => call.say("trends.nothing").to_owned(),
        (_, 1..FEW) => call.say("board.few").to_owned(),
        (all, some) => {
            let tenths = u128::from(some) * 10_000 / u128::from(all);
            call.say_with("trends.per_thousand", &format!("{}.{}", tenths / 10, tenths % 10))
        }
    };
    let mut facts = vec![
        (call.say("trends.found_week").to_owned(), per_thousand(&trend.week), false),
        (call.say("trends.found_before").to_owned(), per_thousand(&trend.before), false),
    ];
    facts.extend(base.map(|base| (call.say("trends.found_base").to_owned(), per_thousand(&base.count), false)));
    // What people tell is counted all together.
    if trend.site.is_empty() {
        let few = |number: u64| if (1..FEW).contains(&number) { call.say("board.few").to_owned() } else { count(number) };
        let (from, until) = counted.span;
        let (week, before) =
            call.desk.book.read(|book| Ok((rows::told(book, (from, until))?, rows::told(book, (from - WEEKS_US, from))?)))?;
        let keys = ["trends.told_wrong", "trends.told_worry", "trends.told_incident"];
        for ((key, week), before) in keys.into_iter().zip(week).zip(before) {
            let words = call.say("trends.told_of").replacen("{}", &few(week), 1).replacen("{}", &few(before), 1);
            facts.push((call.say(key).to_owned(), words, false));
        }
    }
    let mut lines = vec![call.say("trends.apart").to_owned(), zone_line(call)];
    lines.extend((counted.began > 0).then(|| call.say_with("trends.began", &day(counted.began))));
    lines.extend((counted.damaged > 0).then(|| call.say_with("breaches.damaged", &count(counted.damaged))));
    lines.push(match base {
        Some(base) => call.say("trends.base").replacen("{}", &day(base.span.0), 1).replacen("{}", &day(base.span.1), 1),
        None => call.say("trends.no_base").to_owned(),
    });
    let other = |(other, trend): (usize, &SiteTrend)| {
        let name = if trend.site.is_empty() { call.say("trends.whole") } else { &trend.site };
        (other != at && reaches(call, trend))
            .then(|| (format!("{}?site={other}", Place::Trends.path()), call.say_with("trends.show", name)))
    };
    let heading = format!("{name}: {} \u{2013} {}", day(counted.span.0), day(counted.span.1));
    Ok(Part { heading, lines, facts, links: counted.sites.iter().enumerate().filter_map(other).take(50).collect(), ..Part::default() })
}

/// A ratio as people read it.
fn said(call: &Call<'_>, ratio: Option<Ratio>) -> String {
    let Some(ratio) = ratio else { return call.say("trends.too_few").to_owned() };
    let way = call.say(match ratio.way() {
        Way::Rising => "trends.rising",
        Way::Falling => "trends.falling",
        Way::Unclear => "trends.unclear",
    });
    let number = |value: f64| format!("{value:.2}");
    format!("{way}: \u{00d7} {} ({} \u{2013} {})", number(ratio.ratio), number(ratio.interval.0), number(ratio.interval.1))
}

fn categories_part(call: &Call<'_>, counted: &TrendsCounted, (at, trend): (usize, &SiteTrend), base: Option<&SpanCount>) -> Part {
    let titles = call.desk.works.log_categories();
    let all = compared(trend, base);
    // The place of a category among all of the week, by name: the same on the next page.
    let place = |name: &str| trend.week.categories.keys().position(|known| known == name).unwrap_or(0);
    let row = |one: &crate::admin::trends::Compared<'_>| Line {
        href: behind(call, counted, &format!("cat.{at}.{}", place(one.category))),
        cells: vec![
            title_of(call, &titles, one.category),
            count(one.week.person_days),
            count(one.week.people),
            said(call, one.before),
            said(call, one.base),
        ],
    };
    let moved: Vec<Mark> = all
        .iter()
        .filter(|one| one.before.is_some_and(|ratio| ratio.way() != Way::Unclear))
        .take(8)
        .map(|one| {
            let (name, said) = (title_of(call, &titles, one.category), said(call, one.before));
            Mark { words: format!("{name}: {said}"), name, value: one.week.person_days, said }
        })
        .collect();
    let title = call.say("trends.moved");
    let drawn = (!moved.is_empty()).then(|| Drawn {
        caption: title.to_owned(),
        svg: chart::bars(Told { id: "chart-moved", title, text: call.say("trends.moved_text") }, "ask", &moved),
        ..Drawn::default()
    });
    let head = ["trends.category", "trends.person_days", "trends.people", "trends.against_before", "trends.against_base"];
    Part {
        heading: call.say("trends.categories").to_owned(),
        lines: vec![call.say(if all.is_empty() { "trends.no_categories" } else { "trends.categories_words" }).to_owned()],
        drawn: drawn.into_iter().collect(),
        head: if all.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: all.iter().map(row).collect(),
        ..Part::default()
    }
}

fn hosts_part(call: &Call<'_>, counted: &TrendsCounted) -> Part {
    let titles = call.desk.works.log_categories();
    let row = |(at, host): (usize, &crate::admin::trends::NewHost)| {
        let categories: Vec<String> = host.categories.iter().map(|name| title_of(call, &titles, name)).collect();
        let cells = vec![
            host.host.clone(),
            count(host.people),
            count(host.requests),
            if (1..FEW).contains(&host.blocks) { call.say("board.few").to_owned() } else { count(host.blocks) },
            categories.join(", "),
            local(call, Timestamp(host.first)),
        ];
        Line { href: behind(call, counted, &format!("new.{at}")), cells }
    };
    let mut lines = vec![call.say(if counted.hosts.is_empty() { "trends.no_hosts" } else { "trends.hosts_words" }).to_owned()];
    lines.extend((counted.few_hosts > 0).then(|| call.say_with("trends.few_hosts", &count(counted.few_hosts))));
    if counted.beyond {
        lines = vec![call.say("trends.beyond").to_owned()];
    }
    let head = ["breaches.host", "trends.people", "breaches.requests", "figures.blocks", "trends.category", "trends.first"];
    Part {
        heading: call.say("trends.hosts").to_owned(),
        lines,
        head: if counted.hosts.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: counted.hosts.iter().enumerate().map(row).collect(),
        ..Part::default()
    }
}

/// What may be told of each hour of a week: none below five, and none from which such a one could be worked out, as figures of a board.
fn hidden(week: &SpanCount) -> Vec<Figure> {
    let rows = week.blocked_hours.iter().map(|blocks| (String::new(), *blocks)).collect();
    let figures = suppressed(vec![("hour", rows), ("all", vec![(String::new(), week.blocks)])]);
    figures.tables.into_iter().next().map_or_else(Vec::new, |table| table.rows.into_iter().map(|(_, figure)| figure).collect())
}

/// What is told of a number.
fn figure(call: &Call<'_>, figure: Option<&Figure>) -> String {
    match figure {
        Some(Figure::Few) => call.say("board.few").to_owned(),
        Some(Figure::Hidden) => call.say("board.hidden").to_owned(),
        Some(Figure::Shown(number)) => count(*number),
        None => count(0),
    }
}

/// What an hour had on average in the four weeks before.
fn usual(call: &Call<'_>, before: &SpanCount, hour: usize) -> String {
    let all = before.blocked_hours.get(hour).copied().unwrap_or(0);
    if (1..FEW).contains(&all) {
        return call.say("board.few").to_owned();
    }
    let tenths = all * 10 / 4;
    format!("{}.{}", count(tenths / 10), tenths % 10)
}

fn hours_part(call: &Call<'_>, counted: &TrendsCounted, (at, trend): (usize, &SiteTrend)) -> Part {
    let (heading, head) = (call.say("trends.hours").to_owned(), ["trends.hour", "figures.blocks", "trends.usual"]);
    if trend.week.blocks == 0 || trend.week.blocked_hours.len() != HOURS {
        return Part { heading, lines: vec![call.say("trends.no_blocks").to_owned()], ..Part::default() };
    }
    let hidden = hidden(&trend.week);
    let names: Vec<&str> = call.say("figures.days").split(' ').collect();
    let name = |hour: usize| format!("{} {:02}:00", names.get(hour / 24).copied().unwrap_or(""), hour % 24);
    // What is hidden is drawn as nothing, and said beside it.
    let blocks = |hour: usize| if let Some(Figure::Shown(blocks)) = hidden.get(hour) { *blocks } else { 0 };
    let mark = |hour: usize| {
        let said = figure(call, hidden.get(hour));
        Mark { name: name(hour), words: format!("{}: {said}", name(hour)), value: blocks(hour), said }
    };
    let marks: [[Mark; 24]; 7] = std::array::from_fn(|day| std::array::from_fn(|hour| mark(day * 24 + hour)));
    let most = marks.iter().flatten().filter(|mark| mark.value > 0).max_by_key(|mark| mark.value);
    let (title, few) = (call.say("trends.hours_title"), call.say("trends.hours_few"));
    let text = &most.map_or_else(|| few.to_owned(), |most| call.say_with("figures.most", &most.words));
    let svg = chart::week(Told { id: "chart-hours", title, text }, (&names, [call.say("figures.less"), call.say("figures.more")]), &marks);
    // Hours in the order of what is told of them: the order of hidden ones says nothing.
    let mut busy: Vec<usize> = (0..HOURS).filter(|hour| blocks(*hour) > 0).collect();
    busy.sort_by_key(|hour| (std::cmp::Reverse(blocks(*hour)), *hour));
    let row = |hour: &usize| Line {
        href: behind(call, counted, &format!("hour.{at}.{hour}")),
        cells: vec![name(*hour), count(blocks(*hour)), usual(call, &trend.before, *hour)],
    };
    let mut lines = vec![call.say("trends.hours_words").to_owned()];
    lines.extend(hidden.iter().any(|hour| !matches!(hour, Figure::Shown(_))).then(|| few.to_owned()));
    Part {
        heading,
        lines,
        drawn: vec![Drawn { caption: title.to_owned(), svg, ..Drawn::default() }],
        head: if busy.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: busy.iter().take(SHOWN_HOURS).map(row).collect(),
        ..Part::default()
    }
}

/// The question behind a figure that somebody followed; `None`: they did not come from one.
pub(super) fn question(call: &Call<'_>) -> Result<Option<Question>, Stop> {
    if call.query.raw("trend").is_empty() {
        return Ok(None);
    }
    let until: i64 = call.query.raw("trend").parse().map_err(|_| Stop::Unknown)?;
    let counted = call.desk.book.read(|book| rows::until(book, until))?.ok_or(Stop::Unknown)?;
    let found = of_pick(call, &counted, &call.query.raw("pick").split('.').collect::<Vec<_>>());
    found.ok_or(Stop::Unknown).map(Some)
}

fn of_pick(call: &Call<'_>, counted: &TrendsCounted, pick: &[&str]) -> Option<Question> {
    let zone = call.desk.works.log_zone();
    let form = |at: i64| Timestamp(at).civil().to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    let (from, until) = counted.span;
    let whole = Question { slot: "between".into(), from: form(from), to: form(until), ..Question::default() };
    let number = |text: &str| text.parse::<usize>().ok();
    match pick {
        // New hosts are those of every site.
        ["new", at] if call.reach().is_ok_and(crate::admin::reach::Reach::is_all) => {
            Some(Question { url: counted.hosts.get(number(at)?)?.host.clone(), ..whole })
        }
        ["cat", site, at] => {
            let trend = counted.sites.get(number(site)?).filter(|trend| reaches(call, trend))?;
            let category = trend.week.categories.keys().nth(number(at)?)?.clone();
            Some(Question { category, site: trend.site.clone(), ..whole })
        }
        ["hour", site, hour] => {
            let trend = counted.sites.get(number(site)?).filter(|trend| reaches(call, trend))?;
            let hour = i64::try_from(number(hour).filter(|hour| *hour < HOURS)?).ok()?;
            let begin = Timestamp(from).civil().to_zoned(zone.clone()).datetime();
            // The week may begin on any day: the hour is that of its own day of the week.
            let first = i64::from(begin.date().weekday().to_monday_zero_offset()) * 24;
            let at = begin.checked_add((hour - first).rem_euclid(168).hours()).ok()?;
            let text = |at: jiff::civil::DateTime| at.strftime("%Y-%m-%dT%H:%M").to_string();
            let (from, to) = (text(at), text(at.checked_add(1.hour()).ok()?));
            Some(Question { from, to, verdict: "block".into(), site: trend.site.clone(), ..whole })
        }
        _ => None,
    }
}
