//! `lifeguard lists unknown`: hosts that no list knew, those that most people asked for first (standards D18). Counted from the index of the
//! log. It says how many people, never who: the names of people are counted here and shown nowhere.

use crate::app::{Asked, Ranked, UnknownAsk, unknown_hosts};
use crate::cli::logs;
use crate::cli::setting::{complain, engine, now};
use crate::config::Config;
use crate::store::query::{json_line, terminal};
use serde_json::json;
use std::io::{self, Write};
use std::process::ExitCode;

/// `lists unknown`
#[derive(Debug, clap::Args)]
pub(super) struct UnknownArguments {
    /// Of how many days
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
    /// Of one group alone
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Count registrable domains in the place of hosts
    #[arg(long)]
    domains: bool,
    /// How many at most
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// One JSON object a line: one for each host, and one of kind `summary`
    #[arg(long)]
    json: bool,
}

/// Counts them. Exit code 1 when the log cannot be read.
pub(super) fn run(settings: &Config, arguments: &UnknownArguments) -> ExitCode {
    if let Err(fault) = logs::unlock(&settings.log, None) {
        return complain(&fault.to_string());
    }
    let asked = match engine(settings) {
        Ok(asked) => asked,
        Err(fault) => return complain(&fault.to_string()),
    };
    let UnknownArguments { days, group, domains, .. } = arguments;
    let ask = UnknownAsk { days: *days, group: group.clone(), domains: *domains, first_seen: false, sites: None };
    let ranked = match unknown_hosts(&settings.log.folder, &asked.engine, &ask, now(), &|_, _| true) {
        Ok(ranked) => ranked,
        Err(fault) => return complain(&fault.to_string()),
    };
    match show(&ranked, arguments) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Ok(()) | Err(_) if ranked.damage.iter().any(crate::store::ReadFault::is_locked) => ExitCode::FAILURE,
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

fn show(ranked: &Ranked, arguments: &UnknownArguments) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let Ranked { rows, known, requests, incomplete, .. } = ranked;
    let damage: Vec<String> = ranked.damage.iter().map(ToString::to_string).collect();
    let shown = rows.iter().take(arguments.limit);
    if arguments.json {
        for (host, Asked { people, requests }) in shown {
            let line = json!({ "kind": "host", "host": host, "people": people, "requests": requests });
            writeln!(out, "{}", json_line(&line.to_string()))?;
        }
        let all = json!({
            "kind": "summary", "days": arguments.days, "hosts": rows.len(), "known_by_now": known, "requests": requests,
            "incomplete": incomplete, "damage": damage,
        });
        return writeln!(out, "{}", json_line(&all.to_string()));
    }
    writeln!(out, "  people  requests  {}", if arguments.domains { "domain" } else { "host" })?;
    for (host, Asked { people, requests }) in shown {
        writeln!(out, "{people:>8}  {requests:>8}  {}", terminal(host))?;
    }
    let more = rows.len().saturating_sub(arguments.limit);
    let cut = if more > 0 { format!(", {more} of them not shown (--limit)") } else { String::new() };
    writeln!(out, "{} that no list knew in {} days{cut}; {known} more are in a list by now.", rows.len(), arguments.days)?;
    if *incomplete {
        writeln!(
            out,
            "There were more than can be counted: some are missing, and numbers are too small. Ask for fewer days, or for one group."
        )?;
    }
    damage.iter().try_for_each(|place| writeln!(out, "damaged: {}", terminal(place)))
}
