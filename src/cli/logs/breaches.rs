//! `lifeguard logs breaches`: what was allowed in the past and would be blocked today, by the lists and the policy of today
//! (standards D16); with `--reverse`, what was blocked then and would be allowed today. By host, with counts, times and what decides.
//!
//! Judged by [`Engine::judge`] and nothing else. Must never show an address that is on a statutory list, nor let a search by text find
//! one out.

use super::{LogsFault, Now, SpanArgs};
use crate::app::{Breach, BreachAsk, BreachKey, Breaches};
use crate::engine::Engine;
use crate::store::query::{json_line, terminal};
use std::io::Write;
use std::path::Path;

/// `logs breaches`
#[derive(Debug, Default, clap::Args)]
pub struct BreachArgs {
    /// When, who and where
    #[command(flatten)]
    pub span: SpanArgs,
    /// What was blocked then and would be allowed today
    #[arg(long)]
    pub reverse: bool,
    /// How many rows at most
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// One JSON object a line: one for each row, and one of kind `summary`
    #[arg(long)]
    pub json: bool,
}

/// Re-judges a span of the log. `false`: there was no breach (exit code 1).
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run(args: &BreachArgs, folder: &Path, engine: &Engine, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let filter = args.span.filter(now)?;
    let by_text = args.span.host.is_some() || args.span.url.is_some();
    let mut counts = Breaches::default();
    let streamed = counts.add(engine, folder, &filter, BreachAsk { reverse: args.reverse, by_text })?;
    let Breaches { judged, warned, group_is_gone, .. } = counts;
    let (requests, beyond) = (counts.requests(), counts.beyond());
    let rows = counts.into_rows();
    let summary = serde_json::json!({
        "kind": "summary", "reverse": args.reverse, "judged": judged, "requests": requests, "rows": rows.len(), "beyond": beyond,
        "warned": warned, "group_is_gone": group_is_gone, "records": streamed.records, "damaged": streamed.damage.len(),
        "lists": engine.lists.version().to_string(), "policy": engine.policy.version().to_string(),
    });
    for row in rows.iter().take(args.limit) {
        put(row, args.json, out)?;
    }
    if args.json {
        writeln!(out, "{}", json_line(&summary.to_string()))?;
    } else {
        let what = if args.reverse { "were blocked and would be allowed today" } else { "were allowed and would be blocked today" };
        let more = rows.len().saturating_sub(args.limit);
        let cut = if more > 0 { format!(", {more} of them not shown (--limit)") } else { String::new() };
        writeln!(out, "{requests} of {judged} requests {what}, in {} rows{cut}.", rows.len())?;
        if warned > 0 {
            writeln!(out, "{warned} more were allowed and would get a warning first.")?;
        }
        if group_is_gone > 0 {
            writeln!(out, "{group_is_gone} were of a group that is no more; they were judged by the group that their address gets today.")?;
        }
        writeln!(out, "Lists {}, policy {}.", engine.lists.version(), engine.policy.version())?;
    }
    for damage in &streamed.damage {
        let place = damage.to_string();
        let line = || json_line(&serde_json::json!({ "kind": "damage", "place": place }).to_string());
        if args.json { writeln!(out, "{}", line()) } else { writeln!(out, "damaged: {}", terminal(&place)) }?;
    }
    out.flush()?;
    Ok(requests > 0 && !streamed.damage.iter().any(crate::store::ReadFault::is_locked))
}

fn put(row: &Breach, json: bool, out: &mut dyn Write) -> Result<(), LogsFault> {
    if json {
        let mut value = serde_json::to_value(row).map_err(std::io::Error::from)?;
        value["kind"] = "breach".into();
        writeln!(out, "{}", json_line(&value.to_string()))?;
        return Ok(());
    }
    let BreachKey { host, then, now, list, category, entry, layer } = &row.key;
    let parts = [("list", list), ("category", category), ("entry", entry)];
    let by: Vec<String> = parts.iter().filter(|(_, text)| !text.is_empty()).map(|(what, text)| format!("{what} {text}")).collect();
    let by = if by.is_empty() { layer.clone() } else { by.join(", ") };
    let line = format!("{:>8}  {host}  {then} -> {now}  {by}  [{}]", row.requests, row.groups.join(", "));
    let instance = if row.reference.is_empty() { String::new() } else { format!(", for instance {}", row.reference) };
    writeln!(out, "{}\n          {} to {}{instance}", terminal(&line), row.first, row.last)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::BreachArgs;
    use clap::{Args, Command};

    /// A question that finds one request by its number, its reason or a pattern would tell whether its address is on a statutory list.
    #[test]
    fn nothing_singles_out_one_request() {
        let command = BreachArgs::augment_args(Command::new("breaches"));
        for option in ["--id", "--reason", "--verdict", "--category", "--query", "--word", "--glob", "--after", "--list", "--layer"] {
            let asked = command.clone().try_get_matches_from(["breaches", option, "1"]);
            assert_eq!(asked.map_err(|fault| fault.kind()).err(), Some(clap::error::ErrorKind::UnknownArgument), "{option}");
        }
        assert!(command.try_get_matches_from(["breaches", "--host", "example.test", "--user", "kim", "--from", "2h"]).is_ok());
    }
}
