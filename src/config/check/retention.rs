//! For how long records stay: the floor of web logs (D2), ceilings above floors (D20), a reason for more than a year (Z8).
//! Must never let a span for web logs below the floor through, from whatever place it comes.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::{RawGroup, RawRetention, RawSpan};
use crate::config::source::{At, Place};
use crate::config::units::time_text;
use crate::record::retention::{Class, Profile, REASON_NEEDED_DAYS, ROOM_DAYS, Retention, Span, WEB_LOG_FLOOR_DAYS};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
const WHY: &str = "web logs are kept for at least three months; for less detail write log = \"host\" or log = \"counts\" in a [[group]]";

/// Checks `[log.retention]` and what groups say about it.
pub(super) fn check(raw: &RawRetention, groups: &[At<RawGroup>], bench: &mut Bench<'_>) -> Retention {
    let profile = raw.profile.as_ref().map_or(Profile::Schools, |at| at.value);
    let mut retention = Retention::of(profile);
    for (index, class) in Class::ALL.into_iter().enumerate() {
        retention.spans[index] = span(&raw.spans[index], profile.span(class), bench);
    }
    retention.trust_clock = raw.trust_clock;
    retention.reason = raw.reason.as_ref().map_or_else(String::new, |at| at.value.trim().to_owned());
    let web = &raw.spans[Class::WebLog as usize];
    let written = web.keep.as_ref().map(|at| &at.place).or(raw.profile.as_ref().map(|at| &at.place));
    check_floor(retention.span(Class::WebLog).keep, written, bench);
    check_reason(&retention, web.keep.as_ref().map(|at| &at.place), bench);
    for group in groups {
        let Some(keep) = &group.value.log_keep else { continue };
        let name = group.value.name.as_ref().map_or_else(String::new, |name| name.value.clone());
        let span = retention.span(Class::WebLog);
        retention.groups.insert(name, of_group(keep, span, bench));
    }
    retention
}

/// For how long a group's records are kept at least.
pub(super) fn of_group(keep: &At<Duration>, web: Span, bench: &mut Bench<'_>) -> Duration {
    check_floor(keep.value, Some(&keep.place), bench);
    check_group(keep, web, bench);
    keep.value
}

fn span(raw: &RawSpan, profile: Span, bench: &mut Bench<'_>) -> Span {
    let keep = raw.keep.as_ref().map_or(profile.keep, |at| at.value);
    let Some(at_most) = &raw.at_most else { return Span { keep, at_most: keep + DAY * days(ROOM_DAYS) } };
    if at_most.value < keep + DAY {
        let expected = format!("{} or more: a day above what is kept", time_text(keep + DAY));
        bench.reader.fault(&at_most.place, FaultKind::OutOfRange { expected: expected.into() });
    }
    Span { keep, at_most: at_most.value }
}

fn check_floor(keep: Duration, place: Option<&Place>, bench: &mut Bench<'_>) {
    if keep < DAY * days(WEB_LOG_FLOOR_DAYS) {
        let expected = format!("{WEB_LOG_FLOOR_DAYS}d or more for web logs");
        let kind = FaultKind::OutOfRange { expected: expected.into() };
        bench.reader.fault_with_help(place.unwrap_or(&Place::default()), kind, WHY);
    }
}

fn check_reason(retention: &Retention, place: Option<&Place>, bench: &mut Bench<'_>) {
    if retention.span(Class::WebLog).keep > DAY * days(REASON_NEEDED_DAYS) && retention.reason.is_empty() {
        let help = "whoever keeps web logs for more than a year writes down why, in [log.retention]";
        bench.reader.fault_with_help(place.unwrap_or(&Place::default()), FaultKind::Missing("reason"), help);
    }
}

/// All groups share segments: what one group keeps is kept of the others too, and has to end below their ceiling.
fn check_group(keep: &At<Duration>, web: Span, bench: &mut Bench<'_>) {
    if keep.value + DAY > web.at_most {
        let expected = format!("a day or more below the ceiling of web logs, {}", time_text(web.at_most));
        let help = "groups share the files of the log: raise at_most in [log.retention.web_log], or keep this group's for less long";
        bench.reader.fault_with_help(&keep.place, FaultKind::OutOfRange { expected: expected.into() }, help);
    }
}

fn days(days: u64) -> u32 {
    u32::try_from(days).unwrap_or(u32::MAX)
}
