//! How long records stay: classes with a floor and a ceiling, and the arithmetic of age. Pure: every time is passed in.
//! It must never let anything go early because a clock was wrong (L9), and never name a span for web logs below three months (D2).
//! Serves D2, D20, D21, L9, L10, Z8.
//!
//! # The rule of age
//!
//! A wall clock may jump, so no age is read off one alone. What counts is time that was *witnessed*, from the head of one segment to
//! the head of the next and from the newest head to now:
//!
//! * within one run of the program (same boot, monotonic clock not smaller): the step of the monotonic clock, which never jumps;
//! * from one run to the next: the step of the wall clock, if it is forward and the clock was known to be synchronised at both ends, or
//!   the operator has said that the clock can be trusted; otherwise nothing;
//! * from the newest head to now: the step of the monotonic clock, if the program that asks is the one that writes; otherwise nothing.
//!
//! Something may go when its witnessed age has reached its span **and** the wall clock agrees. So a clock that is put forward by a day
//! or a year deletes nothing; one that is put back only delays. Everything is measured from the *end* of what is to go.
//!
//! # Floor and ceiling
//!
//! All kinds of record share segments, and a segment goes as a whole: it may go when every class in it may. The ceiling holds all the
//! same as long as every floor lies a day or more below every ceiling of what shares the segment, which the settings are checked for:
//! a segment is at most an hour or 64 MB long, and is looked at every hour.

use crate::model::Moment;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// Days for which web logs are kept at least: three months, whichever they are (D2).
pub const WEB_LOG_FLOOR_DAYS: u64 = 92;
/// Days beyond which keeping web logs needs a reason (Z8).
pub const REASON_NEEDED_DAYS: u64 = 366;
/// Room between a floor and its ceiling where none is written: a week of closed doors and a day.
pub const ROOM_DAYS: u64 = 8;

/// What a record is, as far as its keeping goes (D21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Requests and how they ended, and what happened to the proxy itself beside them.
    WebLog,
    /// Which person had which address when.
    IdentityMap,
    /// Who logged on, and who failed to.
    AuthEvents,
    /// What administrators did, looked at and changed.
    AdminAudit,
    /// Incidents, their outcomes and what was done.
    Incidents,
    /// What was handed to whom.
    Disclosures,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::WebLog, Self::IdentityMap, Self::AuthEvents, Self::AdminAudit, Self::Incidents, Self::Disclosures];

    /// Its name, in settings and receipts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WebLog => "web_log",
            Self::IdentityMap => "identity_map",
            Self::AuthEvents => "auth_events",
            Self::AdminAudit => "admin_audit",
            Self::Incidents => "incidents",
            Self::Disclosures => "disclosures",
        }
    }
}

/// For how long a class stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The floor: nothing goes before.
    pub keep: Duration,
    /// The ceiling: everything is gone by then, unless it is held.
    pub at_most: Duration,
}

impl Span {
    /// A floor in days, and the usual room above it.
    #[must_use]
    pub const fn days(days: u64) -> Self {
        Self { keep: Duration::from_secs(days * 86_400), at_most: Duration::from_secs((days + ROOM_DAYS) * 86_400) }
    }
}

/// A table of spans to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Three months for web logs and what is needed to read them; a year for what administrators did; six years for incidents and
    /// disclosures (the limitation period of England and Wales).
    Schools,
    /// The retention table of the United Kingdom's code of practice for communication providers, for comparison: subscribers 12 months,
    /// access data 6 months, web activity 4 days. (Its class for e-mail has no counterpart here.) Its web logs lie below our floor, so
    /// settings that start from it have to give web logs a span of their own.
    CommunicationsCode,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Schools, Self::CommunicationsCode];

    /// Its name in settings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Schools => "schools",
            Self::CommunicationsCode => "communications-code",
        }
    }

    /// What it says of a class.
    #[must_use]
    pub const fn span(self, class: Class) -> Span {
        match (self, class) {
            (Self::Schools, Class::WebLog | Class::IdentityMap | Class::AuthEvents) => Span::days(WEB_LOG_FLOOR_DAYS),
            (Self::CommunicationsCode, Class::WebLog) => Span::days(4),
            (Self::CommunicationsCode, Class::IdentityMap) => Span::days(365),
            (Self::CommunicationsCode, Class::AuthEvents) => Span::days(183),
            (_, Class::AdminAudit) => Span::days(365),
            (_, Class::Incidents | Class::Disclosures) => Span::days(6 * 365 + 2),
        }
    }
}

/// The whole policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Span of each class, in the order of [`Class::ALL`].
    pub spans: [Span; 6],
    /// Floors of groups whose web log has one of its own.
    pub groups: BTreeMap<String, Duration>,
    /// Does time count by the wall clock while the program did not run, although nothing says that the clock was right?
    pub trust_clock: bool,
    /// Why web logs are kept for more than a year.
    pub reason: String,
}

impl Default for Retention {
    fn default() -> Self {
        Self::of(Profile::Schools)
    }
}

/// What stands in one segment, as far as its keeping goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Classes of its records.
    pub classes: BTreeSet<Class>,
    /// Groups of its requests.
    pub groups: BTreeSet<String>,
}

/// Where a segment starts: what its head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// By both clocks.
    pub at: Moment,
    /// Identifies the run of the machine.
    pub boot: String,
    /// Was the wall clock known to be synchronised?
    pub synchronised: bool,
}

impl Retention {
    /// A profile as it stands.
    #[must_use]
    pub fn of(profile: Profile) -> Self {
        Self { spans: Class::ALL.map(|class| profile.span(class)), groups: BTreeMap::new(), trust_clock: false, reason: String::new() }
    }

    /// The span of a class.
    #[must_use]
    pub fn span(&self, class: Class) -> Span {
        self.spans[class as usize]
    }

    /// The floor for what stands in a segment: the longest of its classes and groups. An empty segment may go with the web log.
    #[must_use]
    pub fn floor(&self, content: &Content) -> Duration {
        let group = |name: &String| self.groups.get(name).copied().unwrap_or(self.span(Class::WebLog).keep);
        let web = content.groups.iter().map(group).max().unwrap_or(self.span(Class::WebLog).keep);
        let others = content.classes.iter().filter(|class| **class != Class::WebLog).map(|class| self.span(*class).keep);
        others.fold(web, Duration::max)
    }

    /// Below this age nothing at all may go; what is younger need not even be read.
    #[must_use]
    pub fn shortest_floor(&self) -> Duration {
        let all = self.spans.iter().map(|span| span.keep).chain(self.groups.values().copied());
        all.min().unwrap_or(DAY * u32::try_from(WEB_LOG_FLOOR_DAYS).unwrap_or(u32::MAX))
    }

    /// The ceiling for what stands in a segment: the shortest of its classes.
    #[must_use]
    pub fn ceiling(&self, content: &Content) -> Duration {
        let all = content.classes.iter().map(|class| self.span(*class).at_most);
        all.min().unwrap_or(self.span(Class::WebLog).at_most)
    }

    /// The policy in one line, for receipts.
    #[must_use]
    pub fn line(&self) -> String {
        let days = |time: Duration| time.as_secs() / DAY.as_secs();
        let class = |class: Class| format!("{} {}-{} days", class.code(), days(self.span(class).keep), days(self.span(class).at_most));
        let group = |(name, keep): (&String, &Duration)| format!("group {name} {} days", days(*keep));
        Class::ALL.into_iter().map(class).chain(self.groups.iter().map(group)).collect::<Vec<_>>().join(", ")
    }

    /// For each segment but the newest, in order: how long ago its end was witnessed to be. `now` is the moment of the program that
    /// writes the log, by its own monotonic clock; `None` when another program asks.
    #[must_use]
    pub fn witnessed_ages(&self, marks: &[Mark], now: Option<Moment>) -> Vec<Duration> {
        let last = marks.last().zip(now).map_or(0, |(newest, now)| now.monotonic_us.saturating_sub(newest.at.monotonic_us));
        let mut age = Duration::from_micros(last);
        let mut ages = Vec::with_capacity(marks.len().saturating_sub(1));
        for pair in marks.windows(2).rev() {
            // A segment ends where its successor starts: the age so far is that of the successor's head.
            ages.push(age);
            age += self.step(&pair[0], &pair[1]);
        }
        ages.reverse();
        ages
    }

    /// Time that was witnessed between two heads that follow one another.
    fn step(&self, from: &Mark, to: &Mark) -> Duration {
        let same_run = from.boot == to.boot && !from.boot.is_empty() && from.at.monotonic_us <= to.at.monotonic_us;
        if same_run {
            return Duration::from_micros(to.at.monotonic_us - from.at.monotonic_us);
        }
        let known = self.trust_clock || (from.synchronised && to.synchronised);
        let forward = u64::try_from(to.at.wall.0.saturating_sub(from.at.wall.0)).unwrap_or(0);
        Duration::from_micros(if known { forward } else { 0 })
    }
}

/// Does the wall clock agree that this long has passed since `latest`? Times are microseconds since 1970. `later` are the wall times of
/// heads written afterwards: where one of them is earlier than `latest`, the clock was put back, and `latest` was wrong.
#[must_use]
pub fn clock_agrees(latest: i64, later: impl IntoIterator<Item = i64>, now: i64, span: Duration) -> bool {
    let latest = later.into_iter().fold(latest, i64::min);
    let passed = u64::try_from(now.saturating_sub(latest)).unwrap_or(0);
    Duration::from_micros(passed) >= span
}

#[cfg(test)]
mod tests;
