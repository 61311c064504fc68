//! Pictures of the front page: what was asked and blocked over time, by category and by hour of the week. Each figure is a count of the log.

use crate::admin::call::{Call, Stop};
use crate::admin::chart::{self, Drawn, Mark, Told};
use crate::admin::figure_works::{CivilHour, HourFigure, HourFigures};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::sheet::Part;
use crate::model::Taxonomy;
use jiff::{Span, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// As many categories as people compare; the others are one.
const CATEGORIES: usize = 7;

/// How far back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Day,
    Week,
    Month,
}

impl Reach {
    const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Day => "figures.day",
            Self::Week => "figures.week",
            Self::Month => "figures.month",
        }
    }

    /// Its columns, the latest last: the first hour of each, and how many hours each has.
    fn columns(self, now: CivilHour) -> Vec<(CivilHour, Span)> {
        let (many, span, last) = match self {
            Self::Day => (24, 1.hour(), now),
            Self::Week => (7, 1.day(), CivilHour { hour: 0, ..now }),
            Self::Month => (31, 1.day(), CivilHour { hour: 0, ..now }),
        };
        (0..many).rev().map(|back| (moved(last, -(span * back)), span)).collect()
    }
}

fn moved(at: CivilHour, by: Span) -> CivilHour {
    let moved = at.day.at(at.hour, 0, 0, 0).saturating_add(by);
    CivilHour { day: moved.date(), hour: moved.hour() }
}

/// The pictures of the span that is asked for; of a week where none is.
pub(super) fn part(call: &Call<'_>) -> Result<Part, Stop> {
    let reach = Reach::ALL.into_iter().find(|reach| reach.word() == call.query.raw("span")).unwrap_or(Reach::Week);
    let figures = call.desk.works.hour_figures(call.reach()?)?;
    let from = reach.columns(figures.now).first().map_or(figures.now, |(at, _)| *at);
    let hours: Vec<HourFigure> = figures.hours.iter().filter(|one| one.at >= from).copied().collect();
    let (requests, blocks) = sums(&hours);
    let mut part = Part {
        heading: call.say_with("figures.heading", call.say(reach.key())),
        facts: vec![
            (call.say("figures.requests").to_owned(), count(requests), false),
            (call.say("figures.blocks").to_owned(), with_share(blocks, requests), false),
        ],
        links: Reach::ALL
            .into_iter()
            .filter(|one| *one != reach)
            .map(|one| (format!("{}?span={}", Place::Dashboard.path(), one.word()), call.say_with("figures.show", call.say(one.key()))))
            .collect(),
        ..Part::default()
    };
    if figures.incomplete {
        part.lines.push(call.say("figures.incomplete").to_owned());
    }
    if requests == 0 {
        part.lines.push(call.say("figures.nothing").to_owned());
        return Ok(part);
    }
    part.drawn = over_time(call, reach, figures.now, &hours);
    if blocks > 0 {
        part.drawn.push(by_category(call, &figures, from));
        // A day has too few hours to tell one day of the week from another.
        if reach != Reach::Day {
            part.drawn.push(by_week(call, &hours));
        }
    }
    Ok(part)
}

fn sums(hours: &[HourFigure]) -> (u64, u64) {
    hours.iter().fold((0, 0), |(requests, blocks), one| (requests + one.requests, blocks + one.blocks))
}

/// `12 (3.4 %)`.
pub(super) fn with_share(some: u64, all: u64) -> String {
    let tenths = u128::from(some) * 1000 / u128::from(all.max(1));
    if some == 0 { count(0) } else { format!("{} ({}.{} %)", count(some), tenths / 10, tenths % 10) }
}

fn days(call: &Call<'_>) -> Vec<&'static str> {
    call.say("figures.days").split(' ').collect()
}

/// A column: its name, the same in full, requests and blocks.
type Column = (String, String, u64, u64);

/// Requests and blocks, a column an hour or a day: two pictures, each with a scale of its own.
fn over_time(call: &Call<'_>, reach: Reach, now: CivilHour, hours: &[HourFigure]) -> Vec<Drawn> {
    let days = days(call);
    let columns: Vec<Column> = reach
        .columns(now)
        .into_iter()
        .map(|(from, span)| {
            let to = moved(from, span);
            let inside: Vec<HourFigure> = hours.iter().filter(|one| one.at >= from && one.at < to).copied().collect();
            let (requests, blocks) = sums(&inside);
            let week_day = days.get(usize::try_from(from.day.weekday().to_monday_zero_offset()).unwrap_or(0)).copied().unwrap_or("");
            let date = format!("{}/{}", from.day.day(), from.day.month());
            let (name, whole) = match reach {
                Reach::Day => (format!("{:02}:00", from.hour), format!("{week_day} {date}, {:02}:00", from.hour)),
                Reach::Week => (week_day.to_owned(), format!("{week_day} {date}")),
                Reach::Month => (date.clone(), format!("{week_day} {date}")),
            };
            (name, whole, requests, blocks)
        })
        .collect();
    let marks = |value: &dyn Fn(&Column) -> u64| -> Vec<Mark> {
        let mark = |column: &Column| {
            let said = count(value(column));
            Mark { name: column.0.clone(), words: format!("{}: {said}", column.1), value: value(column), said }
        };
        columns.iter().map(mark).collect()
    };
    let (asked, blocked) = (marks(&|column| column.2), marks(&|column| column.3));
    let text = |marks: &[Mark]| {
        let most = marks.iter().max_by_key(|mark| mark.value).map_or("", |mark| &mark.words);
        call.say_with("figures.most", most)
    };
    let title = |key| call.say(key).to_owned();
    let (first, second) = (title("figures.asked_over_time"), title("figures.blocked_over_time"));
    let head = ["figures.when", "figures.requests", "figures.blocks"].map(|key| call.say(key).to_owned());
    vec![
        Drawn {
            svg: chart::columns(Told { id: "chart-asked", title: &first, text: &text(&asked) }, "ask", &asked),
            caption: first,
            same: call.say("figures.same").to_owned(),
            head: head.into(),
            rows: columns.iter().map(|(_, whole, requests, blocks)| vec![whole.clone(), count(*requests), count(*blocks)]).collect(),
        },
        Drawn {
            svg: chart::columns(Told { id: "chart-blocked", title: &second, text: &text(&blocked) }, "shut-off", &blocked),
            caption: second,
            ..Drawn::default()
        },
    ]
}

/// A category as people call it.
pub(super) fn title_of(call: &Call<'_>, titles: &[(String, String)], name: &str) -> String {
    if name.is_empty() {
        return call.say("figures.no_category").to_owned();
    }
    let ours = || Taxonomy::get().category(name).map_or_else(|| name.to_owned(), |known| known.title.to_string());
    titles.iter().find(|(known, _)| known == name).map_or_else(ours, |(_, title)| title.clone())
}

fn by_category(call: &Call<'_>, figures: &HourFigures, from: CivilHour) -> Drawn {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    figures.categories.iter().filter(|(at, ..)| *at >= from).for_each(|(_, name, blocks)| *sums.entry(name).or_default() += blocks);
    let titles = call.desk.works.log_categories();
    let mut named: Vec<(String, u64)> = sums.into_iter().map(|(name, blocks)| (title_of(call, &titles, name), blocks)).collect();
    named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rows = named.iter().map(|(name, blocks)| vec![name.clone(), count(*blocks)]).collect();
    if named.len() > CATEGORIES {
        let rest = named.split_off(CATEGORIES - 1);
        named.push((call.say("figures.others").to_owned(), rest.iter().map(|(_, blocks)| blocks).sum()));
    }
    let mark = |(name, blocks): &(String, u64)| {
        let said = count(*blocks);
        Mark { words: format!("{name}: {said}"), name: name.clone(), value: *blocks, said }
    };
    let marks: Vec<Mark> = named.iter().map(mark).collect();
    let title = call.say("figures.by_category");
    let text = call.say("figures.by_category_text");
    Drawn {
        caption: title.to_owned(),
        svg: chart::bars(Told { id: "chart-category", title, text }, "shut-off", &marks),
        same: call.say("figures.same").to_owned(),
        head: ["figures.category", "figures.blocks"].map(|key| call.say(key).to_owned()).into(),
        rows,
    }
}

fn by_week(call: &Call<'_>, hours: &[HourFigure]) -> Drawn {
    let days = days(call);
    let mut sums = [[0_u64; 24]; 7];
    for one in hours {
        let row = usize::try_from(one.at.day.weekday().to_monday_zero_offset()).unwrap_or(0);
        if let Some(cell) = sums.get_mut(row).zip(usize::try_from(one.at.hour).ok()).and_then(|(row, hour)| row.get_mut(hour)) {
            *cell += one.blocks;
        }
    }
    let day = |row: usize| days.get(row).copied().unwrap_or("");
    let mark = |row: usize, hour: usize| {
        let said = count(sums[row][hour]);
        Mark { words: format!("{} {hour:02}:00: {said}", day(row)), value: sums[row][hour], said, ..Mark::default() }
    };
    let marks: [[Mark; 24]; 7] = std::array::from_fn(|row| std::array::from_fn(|hour| mark(row, hour)));
    let most = marks.iter().flatten().max_by_key(|mark| mark.value).map_or("", |mark| &mark.words);
    let (title, text) = (call.say("figures.by_week"), call.say_with("figures.most", most));
    let told = Told { id: "chart-week", title, text: &text };
    // Only hours in which something happened: a table of 168 zeros helps nobody.
    let busy: BTreeSet<usize> = (0..24).filter(|hour| sums.iter().any(|row| row[*hour] > 0)).collect();
    let row = |row: usize| std::iter::once(day(row).to_owned()).chain(busy.iter().map(|hour| count(sums[row][*hour]))).collect::<Vec<_>>();
    Drawn {
        caption: title.to_owned(),
        svg: chart::week(told, (&days, [call.say("figures.less"), call.say("figures.more")]), &marks),
        same: call.say("figures.same").to_owned(),
        head: std::iter::once(call.say("figures.when").to_owned()).chain(busy.iter().map(|hour| format!("{hour:02}"))).collect(),
        rows: (0..7).map(row).collect(),
    }
}
