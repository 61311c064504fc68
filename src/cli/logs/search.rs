//! `lifeguard logs search`: rows, counts, or what a question will cost. The question is put together from options, or read from JSON and
//! then narrowed by options.

use super::filter::add;
use super::progress::Ticker;
use super::time::Now;
use super::{LogsFault, QueryArgs, pages, put};
use crate::model::Reason;
use crate::store::ReadFault;
use crate::store::query::{Answer, By, Counts, Order, Query, Row, Window, count, hash_of, json_line, preview, search_with, terminal};
use clap::Args;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;

/// `logs search`
#[derive(Debug, Default, Args)]
pub struct SearchArgs {
    /// When, who, where, and what was decided
    #[command(flatten)]
    pub which: QueryArgs,
    /// At times of the week, in local time: `mon-fri 08:30-16:00`; may be given more than once
    #[arg(long = "window", value_name = "DAYS TIMES", value_parser = parse_window)]
    pub windows: Vec<Window>,
    /// First requests alone: nobody here had asked for anything of the registrable domain before
    #[arg(long)]
    pub first_seen: bool,
    /// Only hosts that no list and no rule knew
    #[arg(long)]
    pub unknown: bool,
    /// The site
    #[arg(long)]
    pub site: Option<String>,
    /// The device
    #[arg(long)]
    pub device: Option<String>,
    /// A whole word anywhere in the address
    #[arg(long, value_name = "WORD")]
    pub word: Option<String>,
    /// The whole address, with * for any text and ? for one character
    #[arg(long, value_name = "PATTERN")]
    pub glob: Option<String>,
    /// The list that decided
    #[arg(long)]
    pub list: Option<String>,
    /// Text in the policy layer and rule that decided
    #[arg(long)]
    pub layer: Option<String>,
    /// The method
    #[arg(long)]
    pub method: Option<String>,
    /// The status that the client got, or a range such as 400-499
    #[arg(long, value_name = "STATUS", value_parser = parse_span::<u16>)]
    pub status: Option<RangeInclusive<u16>>,
    /// Why it ended otherwise than it was judged, such as type-refused or origin-unreachable
    #[arg(long, value_name = "REASON", value_parser = super::parse_reason)]
    pub outcome_reason: Option<Reason>,
    /// Bytes to the client, or a range such as 1000000-
    #[arg(long, value_name = "BYTES", value_parser = parse_span::<u64>)]
    pub size: Option<RangeInclusive<u64>>,
    /// A stored question: JSON, or a file of it; the other options are added to it
    #[arg(long, value_name = "FILE|JSON")]
    pub query: Option<String>,
    /// How many at most (100 unless the stored question says otherwise)
    #[arg(long, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    pub limit: Option<usize>,
    /// The oldest first; otherwise the newest
    #[arg(long)]
    pub oldest_first: bool,
    /// The next page: what stands behind this number, which the page before ended with
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<u64>,
    /// Show what happened to the proxy itself too (where only times are asked for)
    #[arg(long)]
    pub events: bool,
    /// Only what happened to the proxy and its log: `event`; holds, deletions, exports, keys and changes of retention are among them
    #[arg(long, value_parser = parse_kind)]
    pub kind: Option<OnlyEvents>,
    /// Pages only: pictures, scripts and styles are folded under the page that called for them, and counted
    #[arg(long)]
    pub pages: bool,
    /// Only how many there are, as the index says where there is one; `logs verify` says whether they all still are
    #[arg(long)]
    pub count: bool,
    /// How many there are of each: one or more, separated by commas
    #[arg(long, value_enum, value_delimiter = ',')]
    pub by: Vec<By>,
    /// Only what the question would cost
    #[arg(long)]
    pub preview: bool,
    /// The question itself as JSON, to be stored and asked again with --query
    #[arg(long)]
    pub print_query: bool,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

impl SearchArgs {
    /// What is asked for.
    ///
    /// # Errors
    /// [`LogsFault`] when a time or a stored question cannot be read, or the span of time ends before it starts.
    pub fn query(&self, now: &Now) -> Result<Query, LogsFault> {
        let mut query = match &self.query {
            Some(stored) => stored_query(stored)?,
            None => Query { limit: 100, ..Query::default() },
        };
        let filter = &mut query.filter;
        self.which.narrow(filter, now)?;
        filter.windows.extend(self.windows.iter().cloned());
        add(&mut filter.status, &self.status);
        add(&mut filter.size, &self.size);
        add(&mut filter.outcome_reason, &self.outcome_reason);
        filter.first_seen |= self.first_seen;
        filter.unknown |= self.unknown;
        self.add_texts(&mut query);
        if self.oldest_first {
            query.order = Order::Oldest;
        }
        query.limit = self.limit.unwrap_or(query.limit);
        query.filter.only_events |= self.kind.is_some();
        query.events |= self.events || query.filter.only_events;
        add(&mut query.after, &self.after);
        Ok(query)
    }

    fn add_texts(&self, query: &mut Query) {
        let filter = &mut query.filter;
        let pairs = [
            (&mut filter.site, &self.site),
            (&mut filter.device, &self.device),
            (&mut filter.word, &self.word),
            (&mut filter.glob, &self.glob),
            (&mut filter.list, &self.list),
            (&mut filter.layer, &self.layer),
            (&mut filter.method, &self.method),
        ];
        for (place, text) in pairs {
            add(place, text);
        }
    }
}

/// A question in JSON, or in a file.
fn stored_query(text: &str) -> Result<Query, LogsFault> {
    if text.trim_start().starts_with('{') {
        return Ok(Query::from_json(text)?);
    }
    let read = std::fs::read_to_string(text).map_err(|source| LogsFault::File { path: text.into(), source })?;
    Ok(Query::from_json(&read)?)
}

/// Answers the question. `false`: nothing was found.
pub(super) fn run(args: &SearchArgs, folder: &Path, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let query = args.query(now)?;
    if args.print_query {
        writeln!(out, "{}", json_line(&query.to_json()))?;
        return Ok(true);
    }
    if args.preview {
        return show_preview(args, folder, &query, out);
    }
    if args.count || !args.by.is_empty() {
        let counts = {
            let ticker = Ticker::start();
            count(folder, &query.filter, &args.by, &|done, all| ticker.tell(done, all))?
        };
        return show_counts(args, &counts, out);
    }
    let answer = {
        let ticker = Ticker::start();
        search_with(folder, &query, &|done, all| ticker.tell(done, all))?
    };
    show_rows(args, &answer, out)
}

fn show_preview(args: &SearchArgs, folder: &Path, query: &Query, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let cost = preview(folder, query)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&cost).map_err(std::io::Error::from)?)?;
    } else {
        writeln!(
            out,
            "{} of {} segments by their index, with {} requests in {} bytes",
            cost.by_index, cost.segments, cost.rows, cost.index_bytes
        )?;
        writeln!(out, "{} to be read through, {} bytes; with a limit it may stop long before", cost.by_reading, cost.raw_bytes)?;
    }
    Ok(true)
}

fn show_counts(args: &SearchArgs, counts: &Counts, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let names: Vec<String> =
        args.by.iter().map(|by| clap::ValueEnum::to_possible_value(by).map_or_else(String::new, |v| v.get_name().to_owned())).collect();
    for (key, count) in &counts.groups {
        if args.json {
            let key: serde_json::Map<_, _> = names.iter().cloned().zip(key.iter().map(|part| part.as_str().into())).collect();
            writeln!(out, "{}", json_line(&serde_json::json!({ "kind": "count", "by": key, "count": count }).to_string()))?;
        } else {
            let shown: Vec<String> = key.iter().map(|part| if part.is_empty() { "-".to_owned() } else { terminal(part) }).collect();
            writeln!(out, "{count:12}  {}", shown.join("  "))?;
        }
    }
    let damage: Vec<String> = counts.damage.iter().map(ToString::to_string).collect();
    if args.json {
        let line = serde_json::json!({ "kind": "total", "count": counts.total, "incomplete": counts.overflow, "damage": damage });
        writeln!(out, "{}", json_line(&line.to_string()))?;
    } else {
        let overflow = if counts.overflow { "; more keys than can be counted: some are missing" } else { "" };
        writeln!(out, "{} in all, {} groups{overflow}", counts.total, counts.groups.len())?;
        counts.damage.iter().try_for_each(|place| writeln!(out, "{}: {}", not_read(place), terminal(&place.to_string())))?;
    }
    out.flush()?;
    Ok(counts.total > 0 && !counts.damage.iter().any(ReadFault::is_locked))
}

fn show_rows(args: &SearchArgs, answer: &Answer, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let mut found = false;
    if args.pages {
        let rows: Vec<Row> = answer.hits.iter().filter_map(|hit| hit.row()).collect();
        found = pages::put(&rows, args, out)?;
    } else {
        for row in answer.hits.iter().filter_map(|hit| hit.row()) {
            found = true;
            put(&row, args.json, out)?;
        }
    }
    if args.json {
        for damage in &answer.damage {
            let line = serde_json::json!({ "kind": "damage", "place": damage.to_string() });
            writeln!(out, "{}", json_line(&line.to_string()))?;
        }
    } else {
        let more = if answer.more { ", more than were asked for (--limit)" } else { "" };
        writeln!(out, "{} found among {} records{more}", answer.hits.len(), answer.records)?;
        if let Some(cursor) = answer.cursor() {
            writeln!(out, "next page: --after {cursor}")?;
        }
        writeln!(out, "SHA-256 of the rows as --json prints them: {}", hash_of(&answer.hits))?;
        for damage in &answer.damage {
            writeln!(out, "{}: {damage}", not_read(damage))?;
        }
    }
    out.flush()?;
    Ok(found && !answer.damage.iter().any(ReadFault::is_locked))
}

/// Why a place was not read, in a word.
fn not_read(place: &ReadFault) -> &'static str {
    if place.is_locked() { "NOT READ" } else { "damaged" }
}

/// Text that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("expected {0}")]
pub struct Expected(String);

/// What `--kind` says.
#[derive(Clone, Copy, Debug)]
pub struct OnlyEvents;

fn parse_kind(text: &str) -> Result<OnlyEvents, Expected> {
    if text == "event" { Ok(OnlyEvents) } else { Err(Expected("`event`".to_owned())) }
}

fn parse_window(text: &str) -> Result<Window, Expected> {
    Window::read(text).ok_or_else(|| Expected("days and times such as `mon-fri 08:30-16:00`".to_owned()))
}

fn parse_span<T: std::str::FromStr + Default + Copy + Bounded>(text: &str) -> Result<RangeInclusive<T>, Expected> {
    let fault = || Expected("a number, or two of them such as 400-499 or 1000-".to_owned());
    let number = |text: &str| text.trim().parse::<T>().map_err(|_| fault());
    match text.split_once('-') {
        None => number(text).map(|one| one..=one),
        Some((least, "")) => Ok(number(least)?..=T::GREATEST),
        Some((least, greatest)) => Ok(number(least)?..=number(greatest)?),
    }
}

/// A number with a greatest value.
pub trait Bounded {
    /// The greatest value.
    const GREATEST: Self;
}

impl Bounded for u16 {
    const GREATEST: Self = Self::MAX;
}

impl Bounded for u64 {
    const GREATEST: Self = Self::MAX;
}
