//! The suites of accreditation from the command line: runs them, and shows what they found.

use super::setting::say;
use crate::accredit::{Outcome, Verdict};
use crate::app::accredit::{AccreditFault, Wanted, run};
use crate::app::{SystemClock, engine};
use crate::config::Config;
use crate::model::Generation;
use crate::ports::Clock;
use std::fmt::Write;
use std::process::ExitCode;
use std::time::Duration;

/// Runs the suites that are wanted, with the settings and the lists as they are now.
pub(super) fn outcomes(settings: &Config, suite: Option<&str>, only: Option<&str>) -> Result<Vec<Outcome>, AccreditFault> {
    let judged = engine(settings, Generation(1), SystemClock::default().now().wall)?;
    let wanted = Wanted { suite, only, as_of: judged.loaded.as_of.clone() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("accredit").build()?;
    let told = |suite: &str| say(&format!("running: {suite}"));
    let found = runtime.block_on(run(settings, &judged.loaded.image, &wanted, &told));
    runtime.shutdown_timeout(Duration::from_secs(1));
    found
}

/// Exit code 0: everything was run and holds, or is for people to look at; 1: something does not hold, or was not run.
pub(super) fn code(outcomes: &[Outcome]) -> ExitCode {
    let shows = |outcome: &Outcome| matches!(outcome.verdict, Verdict::Fail(_) | Verdict::NotRun(_));
    if outcomes.iter().any(shows) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Shows them.
pub(super) fn text(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        // Writing into a text does not fail.
        let _written = one(outcome, &mut text);
    }
    let count = |which: fn(&Verdict) -> bool| outcomes.iter().filter(|outcome| which(&outcome.verdict)).count();
    let _written = writeln!(
        text,
        "{} hold, {} hold in part or are for people, {} do not hold, {} were not run and count as nothing",
        count(|verdict| matches!(verdict, Verdict::Pass)),
        count(|verdict| matches!(verdict, Verdict::Amber(_))),
        count(|verdict| matches!(verdict, Verdict::Fail(_))),
        count(|verdict| matches!(verdict, Verdict::NotRun(_))),
    );
    text
}

fn one(outcome: &Outcome, text: &mut String) -> std::fmt::Result {
    let (word, why) = match &outcome.verdict {
        Verdict::Pass => ("PASS", ""),
        Verdict::Amber(why) => ("AMBER", &**why),
        Verdict::Fail(why) => ("FAIL", &**why),
        Verdict::NotRun(why) => ("NOT RUN", &**why),
    };
    let scope = if outcome.scope.is_empty() { String::new() } else { format!(" ({})", outcome.scope) };
    write!(text, "{word:8}{}{scope}", outcome.suite)?;
    if let Some(share) = outcome.share.filter(|share| share.of > 0) {
        let interval = share.wilson();
        let [ratio, low, high] = [share.ratio().unwrap_or_default(), interval.low, interval.high].map(|part| part * 100.0);
        write!(text, ": {} of {} ({ratio:.1} %; 95 %: {low:.1} to {high:.1})", share.good, share.of)?;
    }
    if !outcome.took.is_zero() {
        write!(text, ", {:.2} s", outcome.took.as_secs_f64())?;
    }
    writeln!(text)?;
    if !why.is_empty() {
        writeln!(text, "        {why}")?;
    }
    for miss in outcome.misses.iter().take(5) {
        let asked = if miss.asked.is_empty() { String::new() } else { format!(" {}", miss.asked) };
        writeln!(text, "        {}:{asked} {}", miss.place, miss.came)?;
    }
    if outcome.misses.len() > 5 {
        writeln!(text, "        and {} more", outcome.misses.len() - 5)?;
    }
    Ok(())
}
