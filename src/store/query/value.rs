//! A question as JSON: to be stored, named, scheduled and asked again. First what was written, then what it means; unknown keys are
//! refused, and every fault names its place. Times are RFC 3339 with an offset: a stored question means the same on every day.

use super::calendar::Window;
use super::filter::Filter;
use super::search::{MAX_LIMIT, Order, Query};
use crate::model::{Bucket, Reason, Timestamp, VerdictKind};
use ipnet::IpNet;
use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::ops::RangeInclusive;

/// A question that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum QueryFault {
    /// No JSON of this shape.
    #[error("the query cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// A value that means nothing.
    #[error("the query's `{key}`: {value} is not {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What stands there.
        value: String,
        /// What could.
        expected: &'static str,
    },
    /// The span of time ends before it starts.
    #[error("the query's `from` {from} is not before its `to` {to}")]
    Reversed {
        /// Start.
        from: Timestamp,
        /// End.
        to: Timestamp,
    },
}

/// What is written. The keys are those of [`Filter`] and [`Query`].
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    from: Option<String>,
    to: Option<String>,
    windows: Vec<WrittenWindow>,
    zone: Option<String>,
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sites: Option<Vec<String>>,
    group: Option<String>,
    client: Option<String>,
    user: Option<String>,
    device: Option<String>,
    host: Option<String>,
    url: Option<String>,
    word: Option<String>,
    glob: Option<String>,
    search_terms: Option<String>,
    category: Option<String>,
    bucket: Option<String>,
    verdict: Option<String>,
    reason: Option<String>,
    outcome_reason: Option<String>,
    list: Option<String>,
    layer: Option<String>,
    clause: Option<String>,
    method: Option<String>,
    status: Option<Span<u16>>,
    size: Option<Span<u64>>,
    id: Option<String>,
    first_seen: bool,
    unknown: bool,
    kind: Option<String>,
    order: Option<String>,
    limit: Option<usize>,
    events: bool,
    after: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWindow {
    days: Vec<String>,
    from: String,
    to: String,
}

/// One number, or the least and the greatest.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Span<T> {
    One(T),
    Between([T; 2]),
}

impl<T: Copy + PartialEq> Span<T> {
    fn range(self) -> RangeInclusive<T> {
        match self {
            Self::One(one) => one..=one,
            Self::Between([least, greatest]) => least..=greatest,
        }
    }

    fn of(range: &RangeInclusive<T>) -> Self {
        if range.start() == range.end() { Self::One(*range.start()) } else { Self::Between([*range.start(), *range.end()]) }
    }
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Reads an optional text, or names the key.
fn read<T>(
    key: &'static str,
    text: Option<&String>,
    expected: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, QueryFault> {
    let fault = |text: &String| QueryFault::Value { key, value: format!("{text:?}"), expected };
    text.map(|text| parse(text).ok_or_else(|| fault(text))).transpose()
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
}

/// The time of a day; midnight at its end is midnight.
fn clock(text: &str) -> Option<Time> {
    if text == "24:00" { Some(Time::midnight()) } else { text.parse().ok() }
}

impl Window {
    /// Reads `mon,tue 10:40-11:30` or `mon-fri 08:30-16:00`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (days, times) = text.trim().split_once(' ')?;
        let (from, to) = times.trim().split_once('-')?;
        let mut all = Vec::new();
        for part in days.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let place = |name: &str| DAYS.iter().position(|(known, _)| name.trim().eq_ignore_ascii_case(known));
            let (first, last) = (place(first)?, place(last)?);
            let count = (last + 7 - first) % 7;
            all.extend((0..=count).map(|step| DAYS[(first + step) % 7].1));
        }
        Some(Self { days: all, from: clock(from.trim())?, to: clock(to.trim())? })
    }
}

fn window(written: &WrittenWindow) -> Result<Window, QueryFault> {
    let day = |name: &String| {
        let found = DAYS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, day)| *day);
        found.ok_or_else(|| QueryFault::Value {
            key: "windows.days",
            value: format!("{name:?}"),
            expected: "one of mon, tue, wed, thu, fri, sat, sun",
        })
    };
    let at = |key, text: &String| {
        clock(text).ok_or_else(|| QueryFault::Value { key, value: format!("{text:?}"), expected: "a time of the day such as 10:40" })
    };
    let days = written.days.iter().map(day).collect::<Result<_, _>>()?;
    Ok(Window { days, from: at("windows.from", &written.from)?, to: at("windows.to", &written.to)? })
}

impl Query {
    /// Reads a question from JSON.
    ///
    /// # Errors
    /// [`QueryFault`] with the line and column, or the key, that makes no sense.
    pub fn from_json(text: &str) -> Result<Self, QueryFault> {
        let written: Written = serde_json::from_str(text)?;
        let filter = filter(&written)?;
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from >= to
        {
            return Err(QueryFault::Reversed { from, to });
        }
        let order = read("order", written.order.as_ref(), "newest or oldest", |text| match text {
            "newest" => Some(Order::Newest),
            "oldest" => Some(Order::Oldest),
            _ => None,
        })?;
        let limit = written.limit.unwrap_or(100);
        if limit == 0 || limit > MAX_LIMIT {
            return Err(QueryFault::Value { key: "limit", value: limit.to_string(), expected: "a number from 1 to 100000" });
        }
        Ok(Self { order: order.unwrap_or_default(), limit, events: written.events || filter.only_events, filter, after: written.after })
    }

    /// The question as one line of JSON, which [`Query::from_json`] reads back to the same.
    #[must_use]
    pub fn to_json(&self) -> String {
        let f = &self.filter;
        let written = Written {
            from: f.from.map(|time| time.to_string()),
            to: f.to.map(|time| time.to_string()),
            windows: f.windows.iter().map(written_window).collect(),
            zone: f.zone.as_ref().map(zone_name),
            site: f.site.clone(),
            sites: f.sites.clone(),
            group: f.group.clone(),
            client: f.client.map(|net| net.to_string()),
            user: f.user.clone(),
            device: f.device.clone(),
            host: f.host.clone(),
            url: f.url.clone(),
            word: f.word.clone(),
            glob: f.glob.clone(),
            search_terms: f.terms.clone(),
            category: f.category.clone(),
            bucket: f.bucket.map(|bucket| bucket.code().to_owned()),
            verdict: f.verdict.map(|verdict| verdict.code().to_owned()),
            reason: f.reason.map(|reason| reason.code().to_owned()),
            outcome_reason: f.outcome_reason.map(|reason| reason.code().to_owned()),
            list: f.list.clone(),
            layer: f.layer.clone(),
            clause: f.clause.clone(),
            method: f.method.clone(),
            status: f.status.as_ref().map(Span::of),
            size: f.size.as_ref().map(Span::of),
            id: f.reference.map(|id| id.to_string()),
            first_seen: f.first_seen,
            unknown: f.unknown,
            kind: f.only_events.then(|| "event".to_owned()),
            order: Some(if self.order == Order::Newest { "newest" } else { "oldest" }.to_owned()),
            limit: Some(self.limit),
            events: self.events,
            after: self.after,
        };
        let mut value = serde_json::to_value(&written).unwrap_or_default();
        if let Some(keys) = value.as_object_mut() {
            keys.retain(|_, value| !value.is_null() && *value != serde_json::json!([]) && *value != serde_json::json!(false));
        }
        value.to_string()
    }
}

fn zone_name(zone: &jiff::tz::TimeZone) -> String {
    zone.iana_name().map_or_else(|| zone.to_fixed_offset().map_or_else(|_| "UTC".to_owned(), |offset| offset.to_string()), str::to_owned)
}

/// A zone by its name, or an offset such as `+01`.
fn zone(text: &str) -> Option<jiff::tz::TimeZone> {
    jiff::tz::TimeZone::get(text).ok().or_else(|| fixed(text))
}

fn fixed(text: &str) -> Option<jiff::tz::TimeZone> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let mut parts = text[1..].split(':');
    let hours: i32 = parts.next()?.parse().ok()?;
    let minutes: i32 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    let seconds = sign * (hours * 3600 + minutes * 60);
    jiff::tz::Offset::from_seconds(seconds).ok().map(jiff::tz::TimeZone::fixed)
}

fn written_window(window: &Window) -> WrittenWindow {
    let name = |day: &Weekday| DAYS.iter().find(|(_, known)| known == day).map_or("", |(name, _)| name).to_owned();
    WrittenWindow { days: window.days.iter().map(name).collect(), from: window.from.to_string(), to: window.to.to_string() }
}

fn filter(written: &Written) -> Result<Filter, QueryFault> {
    let rfc = "a time such as 2026-11-22T10:40:00Z";
    let net = |text: &str| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    let verdicts = [VerdictKind::Allow, VerdictKind::Warn, VerdictKind::Block, VerdictKind::Refuse];
    let verdict = |text: &str| verdicts.into_iter().find(|verdict| verdict.code() == text);
    Ok(Filter {
        from: read("from", written.from.as_ref(), rfc, time)?,
        to: read("to", written.to.as_ref(), rfc, time)?,
        windows: written.windows.iter().map(window).collect::<Result<_, _>>()?,
        zone: read("zone", written.zone.as_ref(), "a time zone such as Europe/London", zone)?,
        site: written.site.clone(),
        sites: written.sites.clone(),
        group: written.group.clone(),
        client: read("client", written.client.as_ref(), "an address or a range such as 10.20.0.0/16", net)?,
        user: written.user.clone(),
        device: written.device.clone(),
        host: written.host.clone(),
        url: written.url.clone(),
        word: written.word.clone(),
        glob: written.glob.clone(),
        terms: written.search_terms.clone(),
        category: written.category.clone(),
        bucket: read("bucket", written.bucket.as_ref(), "a bucket such as becta-drugs or uksic-gambling", Bucket::from_code)?,
        verdict: read("verdict", written.verdict.as_ref(), "one of allow, warn, block, refuse", verdict)?,
        reason: read("reason", written.reason.as_ref(), "the code of a reason", Reason::from_code)?,
        outcome_reason: read("outcome_reason", written.outcome_reason.as_ref(), "the code of a reason", Reason::from_code)?,
        list: written.list.clone(),
        layer: written.layer.clone(),
        clause: written.clause.clone(),
        method: written.method.clone(),
        status: written.status.map(Span::range),
        size: written.size.map(Span::range),
        first_seen: written.first_seen,
        unknown: written.unknown,
        only_events: read("kind", written.kind.as_ref(), "event", |text| (text == "event").then_some(true))?.unwrap_or_default(),
        reference: read("id", written.id.as_ref(), "a reference number", |text| text.parse().ok())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_back_as_it_was() {
        let text = r#"{"from":"2026-11-01T00:00:00Z","to":"2026-11-22T00:00:00Z","zone":"Europe/London","windows":[{"days":["tue"],"from":"10:40","to":"11:30"}],
            "client":"10.20.0.0/16","url":"chat","bucket":"becta-drugs","verdict":"block","reason":"category","outcome_reason":"type-refused","status":[400,499],"size":7,"first_seen":true,"unknown":true,"order":"oldest","limit":5,"events":true,"after":9}"#;
        let query = Query::from_json(text).unwrap();
        assert_eq!(Query::from_json(&query.to_json()).unwrap(), query);
        assert_eq!(query.filter.status, Some(400..=499));
        assert_eq!(Query::from_json("{}").unwrap(), Query { limit: 100, ..Query::default() });
        assert_eq!(Query::from_json(r#"{"zone":"+05:30"}"#).unwrap().to_json(), r#"{"limit":100,"order":"newest","zone":"+05:30"}"#);
    }

    #[test]
    fn what_makes_no_sense_is_named_with_its_place() {
        let table = [
            ("{\n \"hots\": \"a\"}", "unknown field `hots`"),
            ("{\n \"hots\": \"a\"}", "line 2 column 7"),
            ("{", "line 1 column 1"),
            (r#"{"client":"10.20.0.0/99"}"#, "`client`: \"10.20.0.0/99\" is not an address"),
            (r#"{"from":"today"}"#, "`from`"),
            (r#"{"from":"2026-11-02T00:00:00Z","to":"2026-11-01T00:00:00Z"}"#, "is not before"),
            (r#"{"verdict":"maybe"}"#, "one of allow"),
            (r#"{"bucket":"fun"}"#, "a bucket such as"),
            (r#"{"limit":0}"#, "`limit`: 0"),
            (r#"{"zone":"Moon/Base"}"#, "a time zone"),
            (r#"{"windows":[{"days":["mo"],"from":"1:00","to":"2:00"}]}"#, "one of mon"),
            (r#"{"status":"ok"}"#, "the query cannot be read"),
        ];
        for (text, expected) in table {
            let said = Query::from_json(text).unwrap_err().to_string();
            assert!(said.contains(expected), "{text}: {said}");
        }
    }

    #[test]
    fn windows_are_read_as_people_type_them() {
        let read = |text| Window::read(text).map(|w| (w.days.len(), w.from.to_string(), w.to.to_string()));
        assert_eq!(read("mon-fri 08:30-16:00"), Some((5, "08:30:00".into(), "16:00:00".into())));
        assert_eq!(read("sat-mon,wed 22:00-24:00"), Some((4, "22:00:00".into(), "00:00:00".into())));
        for bad in ["", "mon", "mon 10:00", "moon 10:00-11:00", "mon 25:00-26:00"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
