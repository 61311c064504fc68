//! The raw-bytes corpus against the real program: gate, policy, log and road out together, with a strict origin that judges what leaves.

use crate::strict::{strict_corpus, strict_run};
use crate::support::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_corpus_meets_its_expectations_through_the_whole_proxy() {
    let mut world = World::new();
    world.more = "bare_addresses = \"allow\"\n".into();
    let proxy = world.start();
    let cases = strict_corpus::corpus();
    let count = cases.len();
    let failures = strict_run::run(cases, proxy.proxy, "lifeguard").await;
    assert!(failures.is_empty(), "{} of {count} failed:\n{}\n{}", failures.len(), failures.join("\n"), proxy.errors());
    let recorded = world.search(&[]).lines().count();
    assert!(recorded > 100, "only {recorded} records");
}
