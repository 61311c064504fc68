//! `lifeguard check`: every fault of the settings at once, the lists compiled, the operator's own tests run.

use super::setting::{Asked, Place, answer, complain, engine, now, render, say};
use super::{names, sites};
use crate::app;
use crate::config::{self, Config, Faults, ListFiles, Loaded};
use crate::engine::TestReport;
use crate::identity::{Accounts, AccountsFault};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

/// What to check.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print every option with its meaning, range and default, and the order of policy
    #[arg(long)]
    reference: bool,
    /// Look up the names of restricted search too, as the proxy would
    #[arg(long)]
    names: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command. Exit code 1 when anything would keep the settings from going live.
pub(super) fn run(config: Option<&Path>, arguments: &Arguments) -> ExitCode {
    if arguments.reference {
        return answer(&config::reference(), ExitCode::SUCCESS);
    }
    let place = Place::find(config);
    let name = place.name();
    match place.load(ListFiles::Needed) {
        Ok(loaded) => check_lists(&name, &loaded, arguments),
        Err(faults) if arguments.json => answer(&object(&name, &faults, &Faults::default(), json!({})), ExitCode::FAILURE),
        Err(faults) => complain(&format!("{}{name}: {}", render(&faults), count(faults.len(), "fault"))),
    }
}

fn check_lists(name: &str, loaded: &Loaded, arguments: &Arguments) -> ExitCode {
    let asked = engine(&loaded.config);
    let report = asked.as_ref().ok().map(|asked| asked.engine.run_tests(now()));
    let lab = loaded.config.lab_without_statutory;
    let unlocked = asked.as_ref().is_ok_and(|asked| !asked.engine.has_statutory() && !lab);
    let pages = app::pages(&loaded.config).err().map(|fault| fault.to_string());
    let doors = app::doors(&loaded.config, now()).err().map(|fault| fault.to_string());
    let opens = loaded.config.policy.opens_anything();
    let authority = opens.then(|| app::authority(&loaded.config, now()).err().map(|fault| fault.to_string())).flatten();
    let accounts = accounts(&loaded.config);
    let strays = accounts.as_ref().map(|all| all.strays(|name| loaded.config.policy.knows(name))).unwrap_or_default();
    let accounts = accounts.err().map(|fault| format!("sign_in.accounts: {fault}"));
    let fault = asked
        .as_ref()
        .err()
        .map(ToString::to_string)
        .or_else(|| unlocked.then(|| NO_LIST.to_owned()))
        .or(pages)
        .or(doors)
        .or(authority)
        .or(accounts)
        .or_else(|| app::keytab(&loaded.config, None).err().map(|fault| format!("sign_in.kerberos.keytab: {fault}")));
    let names = || asked.as_ref().ok().filter(|_| arguments.names).and_then(|asked| names::lost(&loaded.config, &asked.engine.policy));
    let fault = fault.or_else(names);
    let fine = report.as_ref().is_some_and(|report| report.failures.is_empty()) && fault.is_none();
    let code = if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if arguments.json {
        return answer(
            &object(name, &Faults::default(), &loaded.notes, more(&loaded.config, asked.as_ref().ok(), report.as_ref(), fault)),
            code,
        );
    }
    if !loaded.notes.is_empty() {
        say(&render(&loaded.notes));
    }
    for stray in &strays {
        say(&format!("note: {stray}: the strictest group counts"));
    }
    for alarm in asked.iter().flat_map(|asked| &asked.alarms) {
        say(&format!("alarm: {alarm}"));
    }
    for failure in report.iter().flat_map(|report| &report.failures) {
        say(&format!("test failed: {failure}"));
    }
    match (fault, asked, report) {
        (None, Ok(asked), Some(report)) if fine => answer(&summary(name, loaded, &asked, &report), code),
        (None, _, report) => complain(&format!("{name}: {} failed", count(report.map_or(0, |report| report.failures.len()), "test"))),
        (Some(fault), _, _) => complain(&format!("{name}: {fault}")),
    }
}

/// The local accounts, where the settings name a file of them.
fn accounts(config: &Config) -> Result<Accounts, AccountsFault> {
    let path = &config.sign_in.accounts;
    if path.as_os_str().is_empty() { Ok(Accounts::default()) } else { Accounts::load(path) }
}

const NO_LIST: &str = "there is no statutory list with entries, so nothing would be served";

fn summary(name: &str, loaded: &Loaded, asked: &Asked, report: &TestReport) -> String {
    let lists = asked.engine.all_lists();
    let entries: u64 = lists.iter().map(|list| list.entries).sum();
    let groups = sites::counts(&loaded.config.policy);
    let demonstration = if asked.engine.lists.is_demonstration() { " The statutory list is a DEMONSTRATION." } else { "" };
    let coverage: String = sites::coverage(&loaded.config.policy).into_iter().map(|(who, words)| format!("  {who}: {words}\n")).collect();
    format!(
        "{name}: fine. {groups}, {} with {entries} entries, {} passed; policy {}.{demonstration}\nSingle statutory pages inside HTTPS:\n{coverage}",
        count(lists.len(), "list"),
        count(report.run, "test"),
        asked.engine.policy.version(),
    )
}

pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn more(config: &Config, asked: Option<&Asked>, report: Option<&TestReport>, fault: Option<String>) -> Value {
    let coverage: Vec<_> =
        sites::coverage(&config.policy).into_iter().map(|(group, words)| json!({ "group": group, "words": words })).collect();
    let failures: Vec<_> = report.iter().flat_map(|report| &report.failures).map(ToString::to_string).collect();
    json!({
        "fault": fault,
        "alarms": asked.map(|asked| &asked.alarms),
        "entries": asked.map(|asked| asked.engine.all_lists().iter().map(|list| list.entries).sum::<u64>()),
        "policy_version": asked.map(|asked| asked.engine.policy.version()),
        "list_version": asked.map(|asked| asked.engine.list_version()),
        "coverage": coverage,
        "sites": sites::as_json(&config.policy),
        "tests": { "run": report.map(|report| report.run), "failures": failures },
    })
}

/// The stable object of `--json`: file, faults and notes, and what else was found.
fn object(name: &str, faults: &Faults, notes: &Faults, more: Value) -> String {
    let mut object = json!({ "file": name, "faults": faults.reports(), "notes": notes.reports() });
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    format!("{object}\n")
}
