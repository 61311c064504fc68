//! What another policy would have meant: requests of the past week, judged by the engine in force and by one with the other policy, both
//! by [`Engine::judge`] and with the same lists. Bounded, and what was looked at is said. Counts only: no name and no address leaves here.

use super::{App, past};
use crate::admin::{Effect, Met, WorksFault};
use crate::engine::Engine;
use crate::model::{Reason, Timestamp, VerdictKind};
use crate::record::RequestRecord;
use crate::store::query::{By, Filter, count, each_recent};
use crate::store::quietly;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

/// Most requests that are judged again for one preview, and for how long.
const MOST: u64 = 200_000;
const LONGEST: Duration = Duration::from_secs(3);
/// How far back.
const WEEK: i64 = 7 * 86_400 * 1_000_000;
/// Most people that are told apart: beyond it there are as many.
const PEOPLE: usize = 100_000;

/// A week before this moment.
pub(super) fn week_before(now: Timestamp) -> Timestamp {
    Timestamp(now.0 - WEEK)
}

#[derive(Default)]
struct Tally {
    requests: u64,
    people: HashSet<String>,
}

impl Tally {
    fn add(&mut self, record: &RequestRecord<'_>) {
        self.requests += 1;
        if self.people.len() < PEOPLE {
            self.people.insert(record.user.map_or_else(|| record.asserted.unwrap_or(record.peer.ip()).to_string(), str::to_owned));
        }
    }

    fn met(&self) -> Met {
        Met { requests: self.requests, people: self.people.len() as u64 }
    }
}

/// Judges the log in this folder again, of one group or of all, and of one site or of all.
pub(super) fn effect(
    (old, new): (&Engine, &Engine),
    folder: &Path,
    (group, site): (Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<Effect, WorksFault> {
    let sites = site.map(|site| vec![site.to_owned()]);
    let filter = Filter { from: Some(week_before(now)), group: group.map(str::to_owned), sites, ..Filter::default() };
    let (mut blocks, mut opens, mut warns) = (Tally::default(), Tally::default(), Tally::default());
    let mut effect = Effect { since: now.0, whole: true, ..Effect::default() };
    let began = Instant::now();
    let each = |_, record: &RequestRecord<'_>| {
        if effect.looked_at + effect.unread >= MOST || began.elapsed() >= LONGEST {
            effect.whole = false;
            return ControlFlow::Break(());
        }
        if record.reason == Reason::OwnPage {
            return ControlFlow::Continue(());
        }
        effect.since = effect.since.min(record.at.wall.0);
        let Some((then, now)) = both((old, new), record) else {
            effect.unread += 1;
            return ControlFlow::Continue(());
        };
        effect.looked_at += 1;
        match (is_shut(then), is_shut(now)) {
            (false, true) => blocks.add(record),
            (true, false) => opens.add(record),
            (false, false) if then == VerdictKind::Allow && now == VerdictKind::Warn => warns.add(record),
            (true, true) | (false, false) => {}
        }
        ControlFlow::Continue(())
    };
    let read = quietly(|| each_recent(folder, &filter, each)).map_err(|fault| WorksFault(fault.to_string().into()))?;
    effect.whole &= read.damage.is_empty();
    Ok(Effect { blocks: blocks.met(), opens: opens.met(), warns: warns.met(), ..effect })
}

/// What both say. `None`: its address cannot be read today.
fn both((old, new): (&Engine, &Engine), record: &RequestRecord<'_>) -> Option<(VerdictKind, VerdictKind)> {
    let asked = past(record);
    let says = |engine: &Engine| Some(engine.rejudge(&asked).ok()?.judgement.decision.evidence().reason.kind());
    Some((says(old)?, says(new)?))
}

fn is_shut(kind: VerdictKind) -> bool {
    matches!(kind, VerdictKind::Block | VerdictKind::Refuse)
}

impl App {
    /// What a category blocked in the past week, by group: requests, and people where they are counted in time.
    pub(super) fn blocked_by(&self, category: &str) -> Result<Vec<(String, u64, Option<u64>)>, WorksFault> {
        let from = Some(week_before(self.clock.now().wall));
        let filter = Filter { from, category: Some(category.to_owned()), reason: Some(Reason::Category), ..Filter::default() };
        let began = Instant::now();
        let in_time = move |_, _| began.elapsed() < LONGEST;
        let asked = |by: &[By]| {
            quietly(|| count(self.standing.log_folder(), &filter, by, &in_time)).map_err(|fault| WorksFault(fault.to_string().into()))
        };
        let requests = asked(&[By::Group])?;
        if requests.cancelled {
            return Err(WorksFault("The log is too large to be counted now.".into()));
        }
        let people = asked(&[By::Group, By::Person])?;
        let counted = !people.cancelled && !people.overflow;
        let of = |group: &str| people.groups.iter().filter(|(key, _)| key.first().is_some_and(|name| name == group)).count() as u64;
        let row = |(key, requests): &(Vec<String>, u64)| {
            let group = key.first().cloned().unwrap_or_default();
            (group.clone(), *requests, counted.then(|| of(&group)))
        };
        Ok(requests.groups.iter().map(row).collect())
    }
}
