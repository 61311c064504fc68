//! A set of pages such as test services show them (illegal, adult, violent, ...), served by the stand-in on this machine: what each group gets.
//! What its policy closes must be closed, and the control page must be open.

use super::bench::{Bench, Door};
use super::client::Came;
use super::plain;
use super::statutory::Entries;
use super::tally::outcome;
use super::ways_round::is_blocked;
use crate::accredit::{Figure, Miss, Mutation, Outcome, Share, Verdict, Way, defanged};
use crate::feeds::Sample;
use crate::model::Reason;

/// Counts of pages that came right.
#[derive(Default)]
pub(super) struct Shown {
    share: Share,
    figures: Vec<Figure>,
    misses: Vec<Miss>,
}

impl Shown {
    fn count(&mut self, what: &str, asked: &str, (good, came): (bool, String)) {
        self.share.of += 1;
        self.share.good += u64::from(good);
        if !good {
            self.misses.push(Miss { place: what.into(), asked: asked.into(), came: came.into() });
        }
    }

    /// The outcome, where something was asked beside the control.
    pub(super) fn outcome(self, suite: &str, door: &Door) -> Outcome {
        let verdict = match (self.share.of, self.share.of - self.share.good) {
            (0 | 1, _) => Verdict::NotRun("no list is in force of which a page could be asked for".into()),
            (_, 0) => Verdict::Pass,
            (of, wrong) => Verdict::Fail(format!("{wrong} of {of} pages came otherwise than the policy has it").into()),
        };
        let scope = format!("group {}", door.name);
        Outcome { share: Some(self.share), figures: self.figures, misses: self.misses, ..outcome(suite, &scope, verdict) }
    }
}

/// Runs the set for one group.
pub(super) async fn run(bench: &Bench, door: &Door, (entries, samples): (&Entries, &[Sample])) -> Outcome {
    let mut shown = Shown::default();
    control(bench, door, &mut shown).await;
    listed(bench, door, entries, &mut shown).await;
    let mut last = "";
    for sample in samples.iter().filter(|sample| std::mem::replace(&mut last, &sample.category) != &*sample.category) {
        category(bench, door, sample, &mut shown).await;
    }
    shown.outcome("test-pages", door)
}

/// The page that is open in every group.
pub(super) async fn control(bench: &Bench, door: &Door, shown: &mut Shown) {
    let came = bench.get(door, plain::CONTROL).await;
    shown.count("a help line", "", told(came, |came| came.reached));
}

/// One entry of each statutory list.
pub(super) async fn listed(bench: &Bench, door: &Door, entries: &Entries, shown: &mut Shown) {
    for (place, address) in entries.one_of_each() {
        let Some(spelled) = Mutation::AsListed.spell(address, true) else { continue };
        let Some(request) = spelled.request(Way::Http) else { continue };
        let came = bench.send(door, &request).await;
        shown.count(place, "", told(came, |came| came.reason == Some(Reason::Statutory)));
    }
}

/// An example of a category: closed where the policy closes it, and told where it does not.
pub(super) async fn category(bench: &Bench, door: &Door, sample: &Sample, shown: &mut Shown) {
    let address = plain::address(&sample.entry);
    let came = bench.get(door, &address).await;
    let closes = is_blocked(bench, door, &sample.category);
    if let Ok(came) = &came {
        let state = if came.reached { "open" } else { came.reason.map_or("closed", Reason::code) };
        shown.figures.push(Figure { name: format!("{}: {state}", sample.category).into(), value: 1.0, unit: "page".into() });
    }
    shown.count(&sample.category, &defanged(&address), told(came, |came| !closes || !came.reached));
}

fn told(came: std::io::Result<Came>, good: impl Fn(&Came) -> bool) -> (bool, String) {
    match came {
        Ok(came) => (good(&came), came.words()),
        Err(error) => (false, error.to_string()),
    }
}
