//! What people change is in force within the stated time, and ends when it should (standards A10, V7): a release, an address closed at short
//! notice, and a rule of the site, each asked for through the real listener until it works and until it has ended.
//!
//! The time from a command to the running proxy's knowing of it is half a second at most and is not part of what is measured here.

use super::bench::{Bench, Door};
use super::fault::AccreditFault;
use super::plain;
use super::tally::{outcome, seconds};
use crate::accredit::{Figure, Miss, Outcome, Share, Verdict, defanged};
use crate::feeds::Sample;
use crate::model::{Reason, Timestamp};
use crate::policy::{Act, Acts, Doing, LocalAction, LocalRule, Whom};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Within this time a change has to be in force.
const WITHIN: Duration = Duration::from_secs(1);
/// So long an exception stands here.
const STANDS: Duration = Duration::from_millis(700);
/// How often it is asked again.
const AGAIN: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Found {
    share: Share,
    figures: Vec<Figure>,
    misses: Vec<Miss>,
}

impl Found {
    fn count(&mut self, what: &str, asked: &str, took: Option<Duration>) {
        self.share.of += 1;
        match took {
            Some(took) => {
                self.share.good += 1;
                self.figures.push(seconds(what, took));
            }
            None => {
                let came = format!("not within {} seconds", WITHIN.as_secs());
                self.misses.push(Miss { place: what.into(), asked: defanged(asked).into(), came: came.into() });
            }
        }
    }
}

/// Runs it for one group, on an example that a category blocks there and that people may open.
///
/// # Errors
/// The settings in force cannot be put in force again.
pub(super) async fn run(bench: &Bench, door: &Door, samples: &[Sample]) -> Result<Outcome, AccreditFault> {
    let scope = format!("group {}", door.name);
    let Some(address) = openable(bench, door, samples).await else {
        let why = "no example of any list is blocked in this group and may be opened by a release";
        return Ok(outcome("amendments", &scope, Verdict::NotRun(why.into())));
    };
    let mut found = Found::default();
    exception(bench, door, &address, ("a release", Doing::Release(vec![address.as_str().into()])), &mut found).await;
    exception(bench, door, plain::CONTROLLED, ("closed at short notice", Doing::Close(vec![plain::CONTROLLED.into()])), &mut found).await;
    rule(bench, door, &address, &mut found).await?;
    let verdict = match found.share.of - found.share.good {
        0 => Verdict::Pass,
        wrong => Verdict::Fail(format!("{wrong} of {} changes did not come or did not end in time", found.share.of).into()),
    };
    Ok(Outcome { share: Some(found.share), figures: found.figures, misses: found.misses, ..outcome("amendments", &scope, verdict) })
}

/// An address that a category blocks in this group, and that a release opens.
async fn openable(bench: &Bench, door: &Door, samples: &[Sample]) -> Option<String> {
    for sample in samples {
        let address = plain::address(&sample.entry);
        if bench.get(door, &address).await.ok().and_then(|came| came.reason) != Some(Reason::Category) {
            continue;
        }
        bench.proxy.acts.store(acts(bench, Doing::Release(vec![address.as_str().into()]), STANDS));
        let opened = bench.get(door, &address).await.is_ok_and(|came| came.reached);
        bench.proxy.acts.store(Arc::new(Acts::default()));
        if opened {
            return Some(address);
        }
    }
    None
}

fn acts(bench: &Bench, doing: Doing, stands: Duration) -> Arc<Acts> {
    let now = bench.proxy.clock.now().wall;
    let until = Timestamp(now.0 + i64::try_from(stands.as_micros()).unwrap_or(i64::MAX));
    let act = Act { id: "E-1".into(), doing, whom: Whom::Everybody, by: "accreditation".into(), reason: "a trial".into(), until };
    Arc::new(Acts::new(vec![act]))
}

/// How long it takes until what is asked for is, or is not, let through.
async fn until(bench: &Bench, door: &Door, address: &str, reached: bool) -> Option<Duration> {
    let begun = Instant::now();
    while begun.elapsed() < WITHIN {
        if bench.get(door, address).await.is_ok_and(|came| came.reached == reached) {
            return Some(begun.elapsed());
        }
        tokio::time::sleep(AGAIN).await;
    }
    None
}

async fn exception(bench: &Bench, door: &Door, address: &str, (what, doing): (&str, Doing), found: &mut Found) {
    let before = bench.get(door, address).await.is_ok_and(|came| came.reached);
    let begun = Instant::now();
    bench.proxy.acts.store(acts(bench, doing, STANDS));
    let took = until(bench, door, address, !before).await;
    found.count(&format!("{what}: in force after"), address, took);
    tokio::time::sleep(STANDS.saturating_sub(begun.elapsed())).await;
    found.count(&format!("{what}: over after its end"), address, until(bench, door, address, before).await);
    bench.proxy.acts.store(Arc::new(Acts::default()));
}

async fn rule(bench: &Bench, door: &Door, address: &str, found: &mut Found) -> Result<(), AccreditFault> {
    let mut config = bench.config.clone();
    let (author, reason) = (Arc::from("accreditation"), Arc::from("a trial"));
    let addresses = vec![Arc::from(address)];
    config.policy.local.push(LocalRule { action: LocalAction::Allow, addresses, author, reason, expires: None, groups: Vec::new() });
    let begun = Instant::now();
    bench.reload(&config)?;
    let opened = until(bench, door, address, true).await.map(|_| begun.elapsed());
    found.count("a rule of the site: in force after", address, opened);
    let begun = Instant::now();
    bench.reload(&bench.config)?;
    let closed = until(bench, door, address, false).await.map(|_| begun.elapsed());
    found.count("a rule of the site: gone after", address, closed);
    Ok(())
}
