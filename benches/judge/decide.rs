//! The whole verdict: canonicalise, match and decide, under the rules of the sample with every second category blocked.

use super::{Query, best_of, cold, read, time_each};
use lifeguard::canon::{CanonicalUrl, Wrappers};
use lifeguard::config::{ListFiles, MemoryFiles, SAMPLE, Written, check_text};
use lifeguard::lists::ListImage;
use lifeguard::matcher::{Hits, find};
use lifeguard::model::{GroupId, IdentitySource, Subject, Timestamp};
use lifeguard::policy::{Action, Acts, Ask, Decision, NoTrace, PolicySet, Used};
use std::sync::Arc;

/// Prints the time of a verdict, and of the decision alone.
pub(super) fn whole_verdicts(image: &ListImage, queries: &[Query]) {
    let policy = policy(image);
    let peer = "192.0.2.1:1".parse().unwrap();
    let subject = Subject { peer, asserted: None, group: GroupId(0), source: IdentitySource::Unknown, user: None, device: None };
    let wrappers = Wrappers::default();
    let decide = |url: &CanonicalUrl, hits: &Hits| {
        let ask = Ask {
            subject: &subject,
            url,
            method: b"GET",
            now: Timestamp::from_seconds(1_767_787_200),
            warned: false,
            acts: Acts::none(),
            used: Used::none(),
        };
        matches!(policy.judge(&ask, hits, &mut NoTrace), Decision::Allow(_))
    };
    let verdict = |text: &str| read(text, &wrappers).is_some_and(|url| decide(&url, &find(image, &url)));
    let texts: Vec<&str> = queries.iter().map(|query| query.url.as_str()).collect();
    for (label, texts) in [("1,000 addresses", &texts[..1_000.min(texts.len())]), ("200,000 addresses", &texts[..])] {
        println!("canonicalise + match + decide, hot, {label}: {:.0} ns", best_of(5, || time_each(texts, verdict)));
    }
    println!("canonicalise + match + decide, cold: {}", cold(&texts, verdict));
    let judged: Vec<(CanonicalUrl, Hits)> = texts[..1_000.min(texts.len())]
        .iter()
        .filter_map(|text| read(text, &wrappers))
        .map(|url| (find(image, &url), url))
        .map(|(h, u)| (u, h))
        .collect();
    let each = best_of(5, || time_each(&judged.iter().collect::<Vec<_>>(), |(url, hits)| decide(url, hits)));
    println!("decide alone, 1,000 addresses: {each:.0} ns");
}

fn policy(image: &ListImage) -> PolicySet {
    let files = MemoryFiles::default();
    let written = Written { name: "sample", text: SAMPLE, environment: &[], files: &files, list_files: ListFiles::Needed };
    let mut rules = check_text(&written).unwrap().config.policy;
    let blocked = image.categories().iter().step_by(2).map(|name| (Arc::clone(name), Action::Block));
    Arc::make_mut(&mut rules.groups[0].categories).extend(blocked);
    PolicySet::build(rules, image).unwrap()
}
