//! When what is due: the canary every so often, every suite once its time has come and it is the hour of the night for it, a certificate where the
//! last one will lapse.

use super::history::{Line, What, moment};
use crate::config::AccreditSettings;
use crate::model::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

/// A certificate is made anew this long before the last one lapses.
const EARLY: Duration = Duration::from_secs(14 * 86_400);

/// The last of each kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Last {
    pub(super) canary: Option<Line>,
    /// Every suite, with a certificate or without.
    pub(super) run: Option<Line>,
    pub(super) certificate: Option<Line>,
}

impl Last {
    /// Of these lines, the oldest first.
    pub(super) fn of(lines: &[Line]) -> Self {
        let last = |wanted: &[What]| lines.iter().rev().find(|line| wanted.contains(&line.what)).cloned();
        Self { canary: last(&[What::Canary]), run: last(&[What::Run, What::Certificate]), certificate: last(&[What::Certificate]) }
    }

    /// What is due now, the whole run before the canary.
    pub(super) fn due(&self, settings: &AccreditSettings, now: Timestamp, zone: &TimeZone) -> Option<What> {
        let hour = usize::try_from(now.civil().to_zoned(zone.clone()).hour()).unwrap_or_default();
        if hour == settings.run_hour && passed(self.run.as_ref(), now, settings.run_every) {
            let early = settings.certificate_for.saturating_sub(EARLY);
            let lapses = passed(self.certificate.as_ref(), now, early);
            return Some(if lapses { What::Certificate } else { What::Run });
        }
        passed(self.canary.as_ref(), now, settings.canary_every).then_some(What::Canary)
    }
}

/// Has so much time passed since then? A line of the future, from before the clock was set back, counts as none.
fn passed(line: Option<&Line>, now: Timestamp, every: Duration) -> bool {
    let since = line.and_then(|line| moment(&line.at)).map(|at| now.0 - at.0);
    // A run begins at its hour: a few minutes less than the whole time since the last one are enough.
    let enough = i64::try_from(every.as_micros()).unwrap_or(i64::MAX) - i64::try_from(every.as_micros() / 50).unwrap_or(0);
    since.is_none_or(|since| since < 0 || since >= enough)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        moment(text).unwrap()
    }

    fn line(what: What, at: &str) -> Line {
        Line { at: at.into(), what, passing: true, not_passing: vec![], counts: None, took: 0.0, certificate: None }
    }

    #[test]
    fn what_is_due_when() {
        let settings = AccreditSettings::default();
        let london = TimeZone::get("Europe/London").unwrap();
        let table: [(&[Line], &str, Option<What>); 10] = [
            (&[], "2026-07-01T12:00:00Z", Some(What::Canary)),
            (&[line(What::Canary, "2026-07-01T11:30:00Z")], "2026-07-01T12:00:00Z", None),
            (&[line(What::Canary, "2026-07-01T10:59:00Z")], "2026-07-01T12:00:00Z", Some(What::Canary)),
            (&[line(What::Canary, "2026-07-09T10:59:00Z")], "2026-07-01T12:00:00Z", Some(What::Canary)),
            // Two in the morning of London is one in the morning of UTC in summer.
            (&[line(What::Canary, "2026-07-01T00:59:00Z")], "2026-07-01T01:10:00Z", Some(What::Certificate)),
            (&[line(What::Canary, "2026-01-01T01:59:00Z")], "2026-01-01T01:10:00Z", Some(What::Canary)),
            (
                &[line(What::Certificate, "2026-06-24T01:05:00Z"), line(What::Canary, "2026-07-01T00:59:00Z")],
                "2026-07-01T01:04:00Z",
                Some(What::Run),
            ),
            (&[line(What::Run, "2026-06-30T01:05:00Z"), line(What::Canary, "2026-07-01T00:59:00Z")], "2026-07-01T01:04:00Z", None),
            (
                &[
                    line(What::Certificate, "2026-04-01T01:05:00Z"),
                    line(What::Run, "2026-06-30T01:05:00Z"),
                    line(What::Canary, "2026-07-01T00:59:00Z"),
                ],
                "2026-07-01T01:04:00Z",
                None,
            ),
            (
                &[line(What::Certificate, "2026-04-01T01:05:00Z"), line(What::Run, "2026-06-24T01:05:00Z")],
                "2026-07-01T01:04:00Z",
                Some(What::Certificate),
            ),
        ];
        for (lines, now, due) in table {
            assert_eq!(Last::of(lines).due(&settings, at(now), &london), due, "{now} {lines:?}");
        }
    }
}
