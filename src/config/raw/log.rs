//! `[log]` and `[log.retention]` as written.

use crate::config::node::{Node, Value};
use crate::config::reader::Reader;
use crate::config::section::{Described, Opt, ReadTable, Section, describe_section};
use crate::config::shells::LogSettings;
use crate::config::slot::{Slot, Words, wrong_type};
use crate::config::source::At;
use crate::record::retention::{Class, Profile};
use std::time::Duration;

/// The key of the table in the table.
const RETENTION: &str = "retention";
const DAY: Duration = Duration::from_secs(86_400);
/// Longest span that may be written: a hundred years.
const LONGEST: Duration = Duration::from_secs(36_525 * 86_400);

/// `[log]` with what stands below it.
#[derive(Default)]
pub(in crate::config) struct RawLog {
    pub(in crate::config) settings: LogSettings,
    pub(in crate::config) retention: RawRetention,
}

/// `[log.retention]`.
#[derive(Default)]
pub(in crate::config) struct RawRetention {
    pub(in crate::config) profile: Option<At<Profile>>,
    pub(in crate::config) reason: Option<At<String>>,
    pub(in crate::config) trust_clock: bool,
    /// In the order of [`Class::ALL`].
    pub(in crate::config) spans: [RawSpan; 6],
}

/// `[log.retention.CLASS]`.
#[derive(Default)]
pub(in crate::config) struct RawSpan {
    pub(in crate::config) keep: Option<At<Duration>>,
    pub(in crate::config) at_most: Option<At<Duration>>,
}

impl ReadTable for RawLog {
    fn read_table(&mut self, node: &Node, reader: &mut Reader) {
        let Value::Table(entries) = &node.value else { return wrong_type(node, "a table", reader) };
        let (own, rest): (Vec<_>, Vec<_>) = entries.iter().cloned().partition(|(key, _)| key.value == RETENTION);
        for (_, table) in &own {
            self.retention.read_table(table, reader);
        }
        self.settings.read_table(&At { value: Value::Table(rest), place: node.place.clone() }, reader);
    }

    fn describe(&self, path: &str, out: &mut Vec<Described>) {
        describe_section::<LogSettings>(&format!("[{path}]"), path, out);
        describe_section::<RawRetention>(&format!("[{path}.{RETENTION}]"), &format!("{path}.{RETENTION}"), out);
    }
}

impl Words for Profile {
    const WORDS: &'static [(&'static str, Self)] =
        &[(Self::Schools.code(), Self::Schools), (Self::CommunicationsCode.code(), Self::CommunicationsCode)];
}

impl Section for RawRetention {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "profile",
            help: "The table of spans to start from. Without it: schools (web logs three months). communications-code: a reference for \
                   comparison; its web logs lie below what is allowed here.",
            slot: |retention| Slot::Choice(&mut retention.profile),
        },
        Opt {
            key: "reason",
            help: "Why web logs are kept for more than a year; needed then, and written into every receipt.",
            slot: |retention| Slot::Name(&mut retention.reason),
        },
        Opt {
            key: "trust_clock",
            help: "Time during which the program did not run counts by the wall clock although nothing says that it was right. Set it \
                   where the clock is kept by something that cannot be seen from here. Without it such time does not count.",
            slot: |retention| Slot::Flag(&mut retention.trust_clock),
        },
        span(Class::WebLog, "Requests and how they ended. At least 92 days.", |retention| Slot::Table(&mut retention.spans[0])),
        span(Class::IdentityMap, "Which person had which address.", |retention| Slot::Table(&mut retention.spans[1])),
        span(Class::AuthEvents, "Who logged on, and who failed to.", |retention| Slot::Table(&mut retention.spans[2])),
        span(Class::AdminAudit, "What administrators did.", |retention| Slot::Table(&mut retention.spans[3])),
        span(Class::Incidents, "Incidents and what was done.", |retention| Slot::Table(&mut retention.spans[4])),
        span(Class::Disclosures, "What was handed to whom.", |retention| Slot::Table(&mut retention.spans[5])),
    ];
}

const fn span(class: Class, help: &'static str, slot: fn(&mut RawRetention) -> Slot<'_>) -> Opt<RawRetention> {
    Opt { key: class.code(), help, slot }
}

impl Section for RawSpan {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "keep",
            help: "The floor: nothing is deleted before. Without it: what the profile says.",
            slot: |span| Slot::TimeAt(&mut span.keep, DAY..=LONGEST),
        },
        Opt {
            key: "at_most",
            help: "The ceiling: everything is gone by then, unless it is held. Without it: eight days more than is kept.",
            slot: |span| Slot::TimeAt(&mut span.at_most, DAY..=LONGEST),
        },
    ];
}
