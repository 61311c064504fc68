//! Trends as they are counted: each week by itself, with a letter to whoever gets the weekly digest, and when somebody wants them now.
//!
//! The letter says what rises and falls at the place as a whole; no host, and nobody.

use super::audit::Act;
use super::desk::Desk;
use super::job_works::{GoOn, JobStop};
use super::jobs::words;
use super::roles::Action;
use super::round::last_week;
use super::trend_rows as rows;
use super::trends::{Baseline, Ratio, TrendsAsk, TrendsCounted, Way, compared};
use super::watch::WatchFault;
use crate::model::Timestamp;
use crate::record::EventKind;
use std::sync::atomic::{AtomicBool, Ordering};

/// What failed is tried again after so long.
const AGAIN_US: i64 = 3600 * 1_000_000;

impl Desk {
    /// Counts the week that ended last, once, when the place is quiet.
    ///
    /// # Errors
    /// [`WatchFault`]: it is tried again.
    pub(super) fn count_the_week(&self, stop: &AtomicBool) -> Result<(), WatchFault> {
        let (now, zone) = (self.clock.now().wall, self.works.zone());
        let Some((_, until)) = last_week(now, &zone) else { return Ok(()) };
        if !self.is_off_peak() || !self.book.read(|book| rows::is_due(book, until, (now, AGAIN_US)))? {
            return Ok(());
        }
        let go_on = |_, _| !stop.load(Ordering::Relaxed);
        let counted = match self.count_until(until.0, &go_on) {
            Ok(counted) => counted,
            Err(JobStop::Stopped) => return Ok(()),
            Err(JobStop::TooMuch | JobStop::Works(_)) => {
                return self.book.change(|book| {
                    rows::try_again(book, Timestamp(now.0 + AGAIN_US))?;
                    Ok(self
                        .record_itself(EventKind::TrendsCounted, "trends of the week could not be counted, and are tried again".into())?)
                });
            }
        };
        let to = self.works.alert_settings().digest_to;
        let site = self.everywhere();
        self.book.change(|book| {
            rows::keep(book, &counted)?;
            rows::is_counted(book, until)?;
            let bases = rows::bases(book)?;
            let text = letter(&counted, &bases);
            // Nobody is told of a week in which nothing was asked for, such as the one before the first start.
            let is_empty = counted.sites.iter().all(|trend| trend.week.requests == 0);
            for recipient in to.iter().filter(|_| !is_empty) {
                self.put_letter(book, recipient, &(format!("Lifeguard: trends of the week at {site}"), text.clone()), now, now)?;
            }
            Ok(self.record_itself(EventKind::TrendsCounted, "trends of the week were counted".into())?)
        })
    }

    /// Counts up to the last midnight, because somebody wants it.
    pub(super) fn count_trends(&self, by: &str, go_on: GoOn<'_>) -> Result<(), JobStop> {
        let today = self.clock.now().wall.civil().to_zoned(self.works.zone()).start_of_day();
        let until = today.map_err(|error| words(&error.to_string()))?.timestamp().as_microsecond();
        let counted = self.count_until(until, go_on)?;
        let kept = self.book.change(|book| {
            rows::keep(book, &counted)?;
            let act = Act::new(by, None, Action::SeeHosts, "trends were counted");
            Ok::<_, WatchFault>(self.record_act(EventKind::TrendsCounted, &act)?)
        });
        kept.map_err(|fault| words(&fault.to_string()).into())
    }

    fn count_until(&self, until: i64, go_on: GoOn<'_>) -> Result<TrendsCounted, JobStop> {
        let known = self.book.read(rows::bases).map_err(|fault| words(&fault.to_string()))?;
        let known = known.into_iter().map(|base| base.site).collect();
        self.works.trends(&TrendsAsk { until, known }, go_on)
    }
}

fn times(ratio: Option<Ratio>) -> String {
    ratio.map_or_else(
        || "too few to compare".to_owned(),
        |ratio| format!("{:.1} times ({:.1} to {:.1})", ratio.ratio, ratio.interval.0, ratio.interval.1),
    )
}

/// What the letter says: categories of the place as a whole.
fn letter(counted: &TrendsCounted, bases: &[Baseline]) -> String {
    let mut text = String::new();
    let whole = counted.sites.iter().find(|trend| trend.site.is_empty());
    let base = bases.iter().find(|base| base.site.is_empty()).map(|base| &base.count);
    let all = whole.map(|trend| compared(trend, base)).unwrap_or_default();
    for (way, title) in [(Way::Rising, "Rising"), (Way::Falling, "Falling")] {
        text += &format!("{title}, against the four weeks before:\n");
        let mut none = true;
        for one in all.iter().filter(|one| one.before.is_some_and(|ratio| ratio.way() == way)) {
            none = false;
            text += &format!("  {}: {}; against the first thirty days {}\n", one.category, times(one.before), times(one.base));
        }
        text += if none { "  nothing that is more than chance\n" } else { "" };
    }
    text += &format!("New websites that five people or more asked for: {}\n", counted.hosts.len());
    text += "\nA rising figure may be good news: people look more closely, or tell more. In brackets: where the figure lies with 99 % certainty.\n";
    text + "Sign in to the console to see more (Trends).\n"
}
