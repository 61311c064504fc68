//! One page and what it is made of: pictures, scripts and styles are folded under the visit that called for them. A view, never a loss:
//! [`unfold`] gives every row back. What was not plainly allowed is never folded out of sight, nor is a row whose address is redacted.
//!
//! A request belongs to a visit when it is furniture by its address (the ending of its path), comes from the same client, person and
//! device, not longer than the window after the last request of the visit, and its `Referer` is an address of the visit, or the origin of
//! one (browsers send no more to other sites), or is not there while the host is the same. A tunnel shows its host alone: it is folded
//! under a visit of the same host.

use crate::model::VerdictKind;
use crate::store::query::{REDACTED, RequestRow};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

/// How long after the last request of a visit another may belong to it.
pub const FURNITURE_WINDOW: Duration = Duration::from_secs(30);
/// Visits of one client that are looked at; older ones are over.
const OPEN_VISITS: usize = 32;

/// What a request is for, by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// A picture.
    Image,
    /// A program of the page.
    Script,
    /// How it looks.
    Style,
    /// Letters.
    Font,
    /// Sound or film.
    Media,
    /// Data for a program of the page.
    Data,
    /// A tunnel.
    Tunnel,
}

impl PartKind {
    /// Several of them, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Image => "images",
            Self::Script => "scripts",
            Self::Style => "styles",
            Self::Font => "fonts",
            Self::Media => "media",
            Self::Data => "data",
            Self::Tunnel => "tunnels",
        }
    }
}

/// A visit: places in the rows that were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The request that stands for it.
    pub page: usize,
    /// What is folded under it, in order.
    pub parts: Vec<usize>,
}

impl Visit {
    /// How many of each kind are folded.
    #[must_use]
    pub fn summary(&self, rows: &[&RequestRow]) -> String {
        let mut kinds = BTreeMap::<PartKind, usize>::new();
        for kind in self.parts.iter().filter_map(|&part| part_kind(rows.get(part)?)) {
            *kinds.entry(kind).or_default() += 1;
        }
        kinds.iter().map(|(kind, count)| format!("{} {count}", kind.words())).collect::<Vec<_>>().join(", ")
    }
}

/// A visit that may still grow.
struct Open<'r> {
    visit: usize,
    host: &'r str,
    last: i64,
    addresses: HashSet<&'r str>,
}

/// Folds rows, the oldest first, into visits, in the order of their pages.
#[must_use]
pub fn fold(rows: &[&RequestRow], window: Duration) -> Vec<Visit> {
    let window = i64::try_from(window.as_micros()).unwrap_or(i64::MAX);
    let mut visits = Vec::<Visit>::new();
    let mut clients = HashMap::<_, VecDeque<Open<'_>>>::new();
    for (place, row) in rows.iter().enumerate() {
        let now = wall(row);
        let open = clients.entry(who(row)).or_default();
        let found = open.iter_mut().rev().find(|open| now.saturating_sub(open.last) <= window && belongs(row, open));
        if let Some(open) = found {
            open.last = open.last.max(now);
            open.addresses.insert(address(row));
            visits[open.visit].parts.push(place);
            continue;
        }
        visits.push(Visit { page: place, parts: Vec::new() });
        if row.verdict == VerdictKind::Allow && !is_redacted(row) {
            open.push_back(Open { visit: visits.len() - 1, host: &row.host, last: now, addresses: HashSet::from([address(row)]) });
            if open.len() > OPEN_VISITS {
                open.pop_front();
            }
        }
    }
    visits
}

/// Every row of these visits, in order.
#[must_use]
pub fn unfold(visits: &[Visit]) -> Vec<usize> {
    let mut rows: Vec<usize> = visits.iter().flat_map(|visit| std::iter::once(visit.page).chain(visit.parts.iter().copied())).collect();
    rows.sort_unstable();
    rows
}

fn belongs(row: &RequestRow, open: &Open<'_>) -> bool {
    let allowed = row.verdict == VerdictKind::Allow && !is_redacted(row);
    let Some(kind) = part_kind(row).filter(|_| allowed) else { return false };
    if row.referer.is_empty() || kind == PartKind::Tunnel {
        return !row.host.is_empty() && row.host == open.host;
    }
    let referer = plain(&row.referer);
    let origin = referer.strip_suffix('/').filter(|host| !host.contains('/'));
    open.addresses.contains(referer) || origin.is_some_and(|origin| open.addresses.iter().any(|address| authority(address) == origin))
}

/// What a request is for, if it looks like a part of a page.
#[must_use]
pub fn part_kind(row: &RequestRow) -> Option<PartKind> {
    if row.tls == "tunnel" {
        return Some(PartKind::Tunnel);
    }
    if !matches!(row.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    let path = row.url.split(['?', '#']).next().unwrap_or_default();
    let (_, path) = path.split_once("://")?.1.split_once('/')?;
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg" | "ico" | "bmp" => PartKind::Image,
        "js" | "mjs" | "wasm" => PartKind::Script,
        "css" => PartKind::Style,
        "woff" | "woff2" | "ttf" | "otf" | "eot" => PartKind::Font,
        "mp3" | "mp4" | "m4a" | "m4s" | "webm" | "ogg" | "ts" | "m3u8" | "vtt" => PartKind::Media,
        "json" | "map" | "webmanifest" => PartKind::Data,
        _ => return None,
    })
}

fn is_redacted(row: &RequestRow) -> bool {
    [&row.host, &row.url, &row.target].into_iter().any(|text| text == REDACTED)
}

/// Who asked: a name alone is not enough, nor is an address.
fn who(row: &RequestRow) -> (&str, Option<&str>, Option<&str>, &str) {
    let client = row.asserted.as_deref().unwrap_or_else(|| row.peer.rsplit_once(':').map_or(&*row.peer, |(address, _)| address));
    (client, row.user.as_deref(), row.device.as_deref(), &row.group)
}

fn wall(row: &RequestRow) -> i64 {
    row.time.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_microsecond)
}

fn address(row: &RequestRow) -> &str {
    plain(&row.url)
}

/// An address without its scheme and fragment: a page and its parts may differ in both.
fn plain(url: &str) -> &str {
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    url.split('#').next().unwrap_or(url)
}

fn authority(plain: &str) -> &str {
    plain.split('/').next().unwrap_or(plain)
}

#[cfg(test)]
mod tests;
