//! Settings of a group in plain words, for the plan.

use crate::engine::Engine;
use crate::model::{GroupId, LogDetail, Timestamp};
use crate::policy::{Files, Group, HiddenPages, HttpsMode, Quota, SearchEngines, TunnelContents, WeeklyHours, Window, YouTube};
use jiff::tz::TimeZone;

/// The last day before a moment.
pub(super) fn day(end: Timestamp, zone: &TimeZone) -> String {
    Timestamp(end.0 - 1).civil().to_zoned(zone.clone()).strftime("%-d %B %Y").to_string()
}

/// `Mon, Tue 08:00-16:00 in term`.
#[must_use]
pub fn hours_words(hours: &WeeklyHours) -> String {
    if hours.is_always() { "always".into() } else { hours.windows.iter().map(window).collect::<Vec<_>>().join("; ") }
}

fn window(window: &Window) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let days: Vec<&str> = DAYS.into_iter().enumerate().filter(|(at, _)| window.days & (1 << at) != 0).map(|(_, day)| day).collect();
    let days = match days.len() {
        7 => "every day".to_owned(),
        _ => days.join(", "),
    };
    let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let dates = window.dates.as_ref().map(|dates| format!(" {} {}", if dates.outside { "outside" } else { "in" }, dates.name));
    format!("{days} {}-{}{}", time(window.from), time(window.to), dates.unwrap_or_default())
}

/// `30 minutes and 200 MB`.
#[must_use]
pub fn quota_words(quota: Quota) -> String {
    let minutes = quota.minutes.map(|minutes| format!("{minutes} minutes"));
    let bytes = quota.bytes.map(megabytes);
    minutes.into_iter().chain(bytes).collect::<Vec<_>>().join(" and ")
}

fn megabytes(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MB", bytes >> 20) } else { format!("{bytes} bytes") }
}

/// Search, HTTPS, records and the rest.
pub(super) fn settings_of(engine: &Engine, id: GroupId, group: &Group) -> Vec<(&'static str, String)> {
    let agreement = engine.policy.agreement(id);
    let agreement = match (agreement.clauses.len(), agreement.needed) {
        (0, _) => "There is none for this group.".to_owned(),
        (clauses, true) => format!("{clauses} clauses; accepted before anything else opens."),
        (clauses, false) => format!("{clauses} clauses; nobody has to accept them."),
    };
    vec![
        ("Search", search(group)),
        ("YouTube", youtube(group.youtube).into()),
        ("What is seen of HTTPS", https(group).into()),
        ("What connections may carry", tunnels(group.tunnels).into()),
        ("Addresses made of numbers", if group.bare_addresses { "Open." } else { "Closed." }.into()),
        ("Files", files(&group.files)),
        ("What is recorded", log(group.log).into()),
        ("Agreement", agreement),
        ("Help lines", format!("{} always open.", engine.policy.help_lines().len())),
    ]
}

fn search(group: &Group) -> String {
    let restricted = if group.safe_search { "Search engines are led to their restricted form." } else { "Search engines are as they are." };
    let engines = match group.search_engines {
        SearchEngines::Any => "Any search engine is open.",
        SearchEngines::RestrictedOnly => "Those that have no restricted form are closed.",
    };
    format!("{restricted} {engines}")
}

const fn youtube(restriction: YouTube) -> &'static str {
    match restriction {
        YouTube::Open => "Not restricted.",
        YouTube::Moderate => "Restricted, moderately.",
        YouTube::Strict => "Restricted, strictly.",
    }
}

const fn https(group: &Group) -> &'static str {
    match (group.https, group.hidden_pages) {
        (HttpsMode::Tunnel, HiddenPages::Record) => {
            "Names of sites alone. A site with single illegal pages stays open, and that is recorded."
        }
        (HttpsMode::Tunnel, HiddenPages::BlockHost) => "Names of sites alone. A site with single illegal pages is closed as a whole.",
        (HttpsMode::Selective, _) => {
            "Names of sites, and the pages of some: those with single illegal pages, search engines, and what is named."
        }
        (HttpsMode::Full, _) => "Pages, but for sites that are sealed.",
    }
}

const fn tunnels(contents: TunnelContents) -> &'static str {
    match contents {
        TunnelContents::Tls => "HTTPS alone.",
        TunnelContents::TlsOrHttp => "HTTPS, or plain HTTP.",
        TunnelContents::Anything => "Anything.",
    }
}

fn files(files: &Files) -> String {
    let names = |names: &[std::sync::Arc<str>]| names.iter().map(|name| &**name).collect::<Vec<_>>().join(", ");
    let size = |what: &str, most: Option<u64>| most.map(|bytes| format!("{what} at most {}", megabytes(bytes)));
    let closed = (!files.types.is_empty()).then(|| format!("closed kinds: {}", names(&files.types)));
    let endings = (!files.extensions.is_empty()).then(|| format!("closed endings: {}", names(&files.extensions)));
    let all: Vec<String> =
        [closed, endings, size("downloads", files.largest_download), size("uploads", files.largest_upload)].into_iter().flatten().collect();
    if all.is_empty() { "Of any kind and size.".into() } else { all.join("; ") + "." }
}

const fn log(detail: LogDetail) -> &'static str {
    match detail {
        LogDetail::Full => "The whole address, with who asked.",
        LogDetail::WithoutUser => "The whole address, without who asked.",
        LogDetail::HostOnly => "The site's name, without who asked.",
        LogDetail::CountsOnly => "That something was asked for, and no more.",
    }
}
