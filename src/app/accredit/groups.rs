//! One address, two groups, two verdicts (standards B5, V5).

use super::bench::Bench;
use super::plain;
use super::tally::{figure, outcome};
use crate::accredit::{Miss, Outcome, Verdict, defanged};
use crate::feeds::Sample;
use std::collections::BTreeMap;

/// Runs it over examples of every category list.
pub(super) async fn run(bench: &Bench, samples: &[Sample]) -> Outcome {
    if bench.doors.len() < 2 {
        return outcome("groups-differ", "", Verdict::NotRun("there is one group alone".into()));
    }
    let (mut asked, mut differ, mut misses) = (0, 0, Vec::new());
    for sample in samples {
        let address = plain::address(&sample.entry);
        let mut verdicts = BTreeMap::new();
        for door in &bench.doors {
            match bench.get(door, &address).await {
                Ok(came) => *verdicts.entry(came.words()).or_insert(0) += 1,
                Err(error) => misses.push(Miss {
                    place: format!("group {}", door.name).into(),
                    asked: defanged(&address).into(),
                    came: error.to_string().into(),
                }),
            }
        }
        asked += 1;
        differ += u64::from(verdicts.len() > 1);
    }
    let verdict = match (asked, differ, misses.is_empty()) {
        (0, _, _) => Verdict::NotRun("no category list is in force, so that there is no address to ask for".into()),
        (_, _, false) => Verdict::Fail("some requests got no answer".into()),
        (_, 0, true) => Verdict::Fail("no example of any category is treated differently in any two groups".into()),
        (_, _, true) => Verdict::Pass,
    };
    let figures = vec![
        figure("groups", bench.doors.len() as u64, "groups"),
        figure("addresses asked for in every group", asked, "addresses"),
        figure("of them treated differently", differ, "addresses"),
    ];
    Outcome { figures, misses, ..outcome("groups-differ", "", verdict) }
}
