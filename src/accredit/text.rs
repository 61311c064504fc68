//! A report in lines for a terminal.

use super::judge::{Judged, Light};
use super::render::share_words;
use super::report::{Counts, Report};

/// The report as text: in short, and every criterion that is not met.
#[must_use]
pub fn report_text(report: &Report) -> String {
    let Report { installation: at, .. } = report;
    let mut text = format!("\nAccreditation of {} ({}), {}\n", at.site, at.node, at.made_words);
    text += if report.passing { "PASSING: every suite ran, and what it asks for holds\n" } else { "NOT PASSING\n" };
    report.not_passing.iter().for_each(|line| text += &format!("  - {line}\n"));
    if let Some(low) = &report.lowest {
        text += &format!("\nLowest category: {}, {}\n", low.scope, share_words(low.share));
    }
    let Counts { met, built_in, amber, not_run, not_met } = report.counts;
    text += &format!(
        "\nCriteria: {met} met here, {built_in} met by the program's own tests, {amber} in part or for people to show, {not_run} not run, {not_met} not met\n"
    );
    for judged in report.criteria.iter().filter(|judged| matches!(judged.light, Light::NotMet)) {
        text += &criterion(judged);
    }
    text
}

fn criterion(judged: &Judged) -> String {
    let mut text = format!("  {:<8}{}: {}\n", judged.criterion.id, judged.light.words(), judged.criterion.asks);
    for one in judged.because.iter().filter(|one| one.light == Light::NotMet) {
        text += &format!("          {}\n", one.words);
    }
    text
}
