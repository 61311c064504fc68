//! Search engines and YouTube are led to their restricted form, and engines that have none are closed where that is asked for (standards
//! V19, AC1). What should come stands here as the engines' owners have published it, apart from the table that the filter uses.

use super::bench::{Bench, Door};
use super::tally::outcome;
use crate::accredit::{Miss, Outcome, Share, Verdict};
use crate::policy::{SearchEngines, YouTube};

/// Where each engine is asked, and the name that must be dialled in its place.
const ENGINES: &[(&str, &str)] = &[
    ("www.google.com", "forcesafesearch.google.com"),
    ("www.google.co.uk", "forcesafesearch.google.com"),
    ("www.bing.com", "strict.bing.com"),
    ("duckduckgo.com", "safe.duckduckgo.com"),
    ("search.brave.com", "forcesafe.search.brave.com"),
    ("www.ecosia.org", "strict-safe-search.ecosia.org"),
    ("pixabay.com", "safesearch.pixabay.com"),
    ("yandex.com", "familysearch.yandex.ru"),
];
/// Hosts of YouTube.
const YOUTUBE: &[&str] = &["www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"];
/// Engines that no network can hold to a restricted form.
const UNRESTRICTED: &[&str] = &["search.yahoo.com", "www.startpage.com", "www.qwant.com", "www.mojeek.com", "searx.be", "www.baidu.com"];

/// Runs it for one group.
pub(super) async fn run(bench: &Bench, door: &Door) -> Outcome {
    let engine = bench.engine();
    let scope = format!("group {}", door.name);
    let Some(group) = engine.policy.group(door.group) else {
        return outcome("safe-search", &scope, Verdict::NotRun("the group is not there any more".into()));
    };
    let mut asked = Asked::default();
    if group.safe_search {
        for (host, leads_to) in ENGINES {
            asked.led(bench, door, (host, "/search?q=made-up", leads_to)).await;
        }
    }
    let youtube = match group.youtube {
        YouTube::Open => None,
        YouTube::Moderate => Some("restrictmoderate.youtube.com"),
        YouTube::Strict => Some("restrict.youtube.com"),
    };
    for host in YOUTUBE.iter().filter(|_| youtube.is_some()) {
        asked.led(bench, door, (host, "/watch?v=madeup", youtube.unwrap_or_default())).await;
    }
    if group.search_engines == SearchEngines::RestrictedOnly {
        for host in UNRESTRICTED {
            asked.closed(bench, door, host).await;
        }
    }
    let verdict = match (asked.share.of, asked.share.of - asked.share.good) {
        (0, _) => Verdict::Amber("restricted search is not switched on in this group".into()),
        (of, wrong) if wrong > 0 => Verdict::Fail(format!("{wrong} of {of} searches were not held to the restricted form").into()),
        _ if !group.safe_search => Verdict::Amber("restricted search is switched on in part in this group".into()),
        _ => Verdict::Pass,
    };
    Outcome { share: Some(asked.share), misses: asked.misses, ..outcome("safe-search", &scope, verdict) }
}

#[derive(Default)]
struct Asked {
    share: Share,
    misses: Vec<Miss>,
}

impl Asked {
    fn count(&mut self, host: &str, wrong: Option<String>) {
        self.share.of += 1;
        self.share.good += u64::from(wrong.is_none());
        if let Some(came) = wrong {
            self.misses.push(Miss { place: "search".into(), asked: crate::accredit::defanged(host).into(), came: came.into() });
        }
    }

    /// Either the restricted name is dialled, or the same search is asked for again in its restricted form, or the site is closed.
    async fn led(&mut self, bench: &Bench, door: &Door, (host, target, leads_to): (&str, &str, &str)) {
        bench.stand_in.forget();
        let wrong = match bench.get(door, &format!("http://{host}{target}")).await {
            Err(error) => Some(error.to_string()),
            Ok(came) if !came.reached => {
                came.location.as_deref().map_or(came.reason.is_none(), |to| !is_restricted(to)).then(|| came.words())
            }
            Ok(_) => match bench.stand_in.led_to(host) {
                Some(name) if name == leads_to => None,
                Some(name) => Some(format!("led to {name}")),
                None => Some("the open form was dialled".to_owned()),
            },
        };
        self.count(host, wrong);
    }

    async fn closed(&mut self, bench: &Bench, door: &Door, host: &str) {
        let wrong = match bench.get(door, &format!("http://{host}/?q=made-up")).await {
            Err(error) => Some(error.to_string()),
            Ok(came) => came.reached.then(|| came.words()),
        };
        self.count(host, wrong);
    }
}

/// The words by which engines are asked for their restricted form.
fn is_restricted(address: &str) -> bool {
    ["safe=active", "adlt=strict", "kp=1"].iter().any(|word| address.contains(word))
}
