//! Raw bytes against the gate: what comes out must be strict, whatever comes in (security rules F1 to F6 and F9 to F11).

use crate::strict::{strict_corpus, strict_run};
use crate::strict_mini::{MiniProxy, PSEUDONYM};
use lifeguard::proxy::strict::GateLimits;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_corpus_meets_its_expectations_through_the_gate() {
    let cases = strict_corpus::corpus();
    assert!(cases.len() >= 300, "only {} cases", cases.len());
    for half_close in [false, true] {
        let proxy = MiniProxy::start(GateLimits::default(), half_close).await;
        let failures = strict_run::run(cases.clone(), proxy.address, PSEUDONYM).await;
        assert!(failures.is_empty(), "{} of {} failed:\n{}", failures.len(), cases.len(), failures.join("\n"));
    }
}
