//! Help lines are reachable in every group, in plain HTTP and through a tunnel (standards AB9).

use super::bench::{Bench, Door};
use super::client::Tunnel;
use super::tally::outcome;
use crate::accredit::{Miss, Outcome, Share, Verdict};

/// Runs it for one group.
pub(super) async fn run(bench: &Bench, door: &Door) -> Outcome {
    let engine = bench.engine();
    let lines: Vec<_> = engine.policy.help_lines().iter().filter(|line| !line.address.is_empty()).cloned().collect();
    let (mut share, mut misses) = (Share::default(), Vec::new());
    for line in &lines {
        let plain = match bench.get(door, &format!("http://{}/", line.address)).await {
            Ok(came) if came.reached => None,
            Ok(came) => Some(came.words()),
            Err(error) => Some(error.to_string()),
        };
        let host = line.address.split('/').next().unwrap_or_default();
        let tunnel = match bench.tunnel(door, host).await {
            Ok(Tunnel::Open(_) | Tunnel::Sealed(_)) => None,
            Ok(Tunnel::Refused(came)) => Some(came.words()),
            Err(error) => Some(error.to_string()),
        };
        for (way, fault) in [("HTTP", plain), ("HTTPS", tunnel)] {
            share.of += 1;
            share.good += u64::from(fault.is_none());
            if let Some(came) = fault {
                misses.push(Miss { place: format!("help line {}", line.name).into(), asked: way.into(), came: came.into() });
            }
        }
    }
    let verdict = match (share.of, share.of - share.good) {
        (0, _) => Verdict::NotRun("no help line has an address".into()),
        (_, 0) => Verdict::Pass,
        (of, wrong) => Verdict::Fail(format!("{wrong} of {of} requests for help lines did not come through").into()),
    };
    Outcome { share: Some(share), misses, ..outcome("help-lines", &format!("group {}", door.name), verdict) }
}
