//! What may be blocked by mistake: the figure of each group against its budget, the noisiest rules, and the ledger of what somebody opened
//! after it had been blocked (standards V23, B10). Counts only. To look is a deed too.

use super::sources::heads;
use super::unknown::{days, span_links};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::host_works::{GroupFigure, Noise, NoisyRule, OpenedLine};
use crate::admin::page::count;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::record::EventKind;

/// What was counted.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let days = days(call, 30);
    call.record(EventKind::ConsoleLookUp, call.act(format!("looked at what may have been blocked by mistake in {days} days")))?;
    let noise = call.desk.works.noise(call.reach()?, days)?;
    let mut parts = vec![groups_part(call, &noise, days), rules_part(call, &noise), ledger_part(call, &noise)];
    parts[0].links = span_links(call, days, "");
    Ok(Reply::Page(Box::new(Sheet { lead: vec![call.say("noise.lead").to_owned()], parts, ..Sheet::titled(call.say("noise.title")) })))
}

fn per_cent(share: f64) -> String {
    format!("{share:.2} %")
}

fn groups_part(call: &Call<'_>, noise: &Noise, days: i64) -> Part {
    let row = |one: &GroupFigure| {
        let state = match (one.budget, one.over) {
            (None, _) => "noise.no_budget",
            (Some(_), true) => "noise.over",
            (Some(_), false) => "noise.within",
        };
        let budget = one.budget.map_or_else(|| "-".to_owned(), per_cent);
        let share = format!("{} ({} - {})", per_cent(one.per_cent), per_cent(one.between.0), per_cent(one.between.1));
        Line {
            cells: vec![one.group.clone(), count(one.opened), count(one.hosts), share, budget, call.say(state).to_owned()],
            ..Line::default()
        }
    };
    let mut lines: Vec<String> = noise.incomplete.then(|| call.say("unknown.incomplete").to_owned()).into_iter().collect();
    lines.extend(noise.damage.iter().map(|place| call.say_with("audit.damage", place)));
    let head = ["noise.group", "noise.opened", "noise.hosts", "noise.share", "noise.budget", "noise.state"];
    table(call, call.say_with("noise.groups", &days.to_string()), lines, head, noise.groups.iter().map(row).collect())
}

fn rules_part(call: &Call<'_>, noise: &Noise) -> Part {
    let row = |one: &NoisyRule| {
        let cells = [one.blocks, one.people as u64, one.hosts as u64, one.opened as u64, one.went_on].map(count);
        Line { cells: std::iter::once(one.rule.clone()).chain(cells).collect(), ..Line::default() }
    };
    let head = ["noise.rule", "noise.blocks", "unknown.people", "noise.blocked_hosts", "noise.opened_later", "noise.went_on"];
    table(call, call.say("noise.rules").to_owned(), Vec::new(), head, noise.rules.iter().map(row).collect())
}

fn ledger_part(call: &Call<'_>, noise: &Noise) -> Part {
    let row = |one: &OpenedLine| {
        let OpenedLine { host, group, blocked_by, blocks, people, by, since } = one.clone();
        Line { cells: vec![host, group, blocked_by, count(blocks), count(people as u64), by, since], ..Line::default() }
    };
    let all = (noise.opened > 0).then(|| call.say_with("noise.ledger_words", &count(noise.opened as u64)));
    let lines = all.into_iter().collect();
    let head = ["unknown.host", "noise.group", "noise.rule", "noise.blocks", "unknown.people", "noise.opened_by", "noise.since"];
    table(call, call.say("noise.ledger").to_owned(), lines, head, noise.ledger.iter().map(row).collect())
}

fn table<const N: usize>(call: &Call<'_>, heading: String, mut lines: Vec<String>, head: [&'static str; N], rows: Vec<Line>) -> Part {
    if rows.is_empty() {
        lines.push(call.say("noise.none").to_owned());
        return Part { heading, lines, ..Part::default() };
    }
    Part { heading, lines, head: heads(call, head), rows, ..Part::default() }
}
