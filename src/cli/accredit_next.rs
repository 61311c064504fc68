//! What an operator does next, after suites that failed or could not be run: on a fresh installation that is no fault of anybody's, and has
//! to be said so.
//!
//! Must never make a suite that was not run look like one that passed.

use crate::accredit::{Outcome, Verdict};

/// The lines for corpora, as settings have them.
const CORPORA: &str = "give it files of addresses, one a line, in the settings:\n\
    \x20     [accredit]\n\
    \x20     corpora = [\n\
    \x20         { path = \"corpora/labelled.txt\" },               # a line: BUCKET ADDRESS, such as: becta-adult bad.example\n\
    \x20         { bucket = \"allow\", path = \"corpora/good.txt\" },  # addresses that must stay open\n\
    \x20     ]\n\
    \x20   `lifeguard lists categories` shows the categories of each bucket. Keep the files apart from your lists: a list tried on itself shows nothing.";

/// What to do, in the order of weight; empty where everything ran and holds.
pub(super) fn next_steps(outcomes: &[Outcome]) -> String {
    let failed = outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Fail(_))).count();
    let not_run: Vec<&Outcome> = outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::NotRun(_))).collect();
    if failed + not_run.len() == 0 {
        return String::new();
    }
    let mut text = format!("\nWhat to do next (exit code 1: {failed} failed, {} not run)\n", not_run.len());
    if failed == 0 {
        text += "  Nothing that was tried failed. What was not run shows nothing, so that it cannot count as passed.\n";
    }
    if failed > 0 {
        text += "  * What failed stands above with its place. `lifeguard explain --group GROUP ADDRESS` shows step by step why an address is open or\n    \
                 closed; after new lists or settings, reload, and run the suite alone with `--suite NAME`.\n";
    }
    let mut said: Vec<&str> = Vec::new();
    for outcome in &not_run {
        let Some(step) = step(&outcome.suite) else { continue };
        if !said.contains(&step) {
            said.push(step);
            text += &format!("  * {}: {step}\n", outcome.suite);
        }
    }
    if said.is_empty() && !not_run.is_empty() {
        text += "  * The reason stands under each suite that was not run; when it is gone, run that suite again with `--suite NAME`.\n";
    }
    text
}

/// What lets a suite run that could not.
fn step(suite: &str) -> Option<&'static str> {
    match suite {
        "buckets" | "over-block" => Some(CORPORA),
        "groups-differ" => {
            Some("it needs two groups that are treated differently, and a list of a category: see [[group]] and [[lists.source]].")
        }
        "amendments" => Some("it needs a category that the group blocks and a list that fills it: see `block` under [[group]]."),
        "statutory" | "locked" => {
            Some("it needs entries: put your list of illegal material under [[lists.source]] with kind = \"statutory\".")
        }
        "test-pages" | "canary" => Some("it needs a list in force of which a page can be asked for: see `lifeguard lists status`."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(suite: &str, verdict: Verdict) -> Outcome {
        Outcome::of(suite, "", &[], verdict)
    }

    #[test]
    fn each_step_is_said_once_and_nothing_is_said_where_all_holds() {
        assert_eq!(next_steps(&[outcome("locked", Verdict::Pass), outcome("roles", Verdict::Amber("a".into()))]), "");
        let fresh = ["buckets", "over-block"].map(|suite| outcome(suite, Verdict::NotRun("no corpus".into())));
        let text = next_steps(&fresh);
        assert!(text.contains("0 failed, 2 not run") && text.contains("Nothing that was tried failed"), "{text}");
        assert_eq!(text.matches("[accredit]").count(), 1, "{text}");
        let text = next_steps(&[outcome("buckets", Verdict::Fail("f".into())), outcome("search", Verdict::NotRun("n".into()))]);
        assert!(text.contains("1 failed, 1 not run") && text.contains("lifeguard explain") && text.contains("--suite NAME"), "{text}");
        assert!(!text.contains("Nothing that was tried failed"), "{text}");
    }
}
