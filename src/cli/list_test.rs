//! `lifeguard lists test ADDRESS`: what the category lists in force have of an address, the small ones included. What is illegal is never
//! told here, nor that nothing is: whoever could ask could rebuild the list (standards U19).

use super::setting::{self, answer, complain};
use crate::canon::{RawTarget, canonicalise};
use crate::config::Config;
use crate::engine::Engine;
use crate::matcher::Matched;
use crate::policy::entry_text;
use crate::store::query::terminal;
use serde_json::{Value, json};
use std::process::ExitCode;

/// `lifeguard lists test`
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A host, or a whole address
    address: String,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Says what lists have. Exit code 1: no category list has it.
pub(super) fn run(settings: &Config, arguments: &Arguments) -> ExitCode {
    let engine = match setting::engine(settings) {
        Ok(asked) => asked.engine,
        Err(fault) => return complain(&fault.to_string()),
    };
    let whole = if arguments.address.contains("://") { arguments.address.clone() } else { format!("http://{}", arguments.address) };
    let url = match canonicalise(RawTarget::Absolute(whole.as_bytes()), &engine.wrappers) {
        Ok(url) => url,
        Err(fault) => return complain(&fault.to_string()),
    };
    let hits = engine.category_hits(&url);
    let names: Vec<&str> = hits.categories.iter().map(|id| engine.policy.category_name(id)).collect();
    let found: Vec<Value> = hits.evidence.iter().flatten().map(|matched| as_json(&engine, matched, entry_text(matched, &url))).collect();
    let code = if names.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    let version = engine.list_version();
    if arguments.json {
        return answer(&format!("{}\n", json!({ "categories": names, "found": found, "list_version": version })), code);
    }
    answer(&terminal_lines(&names, &found, &version), code)
}

fn as_json(engine: &Engine, matched: &Matched, entry: Option<String>) -> Value {
    let list = engine.list(matched.list).map(|list| list.name.to_string());
    json!({ "category": engine.policy.category_name(matched.category), "list": list, "entry": entry })
}

fn terminal_lines(names: &[&str], found: &[Value], version: &str) -> String {
    let word = |value: &Value| terminal(value.as_str().unwrap_or("a word or an expression"));
    let line = |one: &Value| format!("{}: list {}, {}\n", word(&one["category"]), word(&one["list"]), word(&one["entry"]));
    let first = if names.is_empty() { "no category list has it\n".to_owned() } else { format!("categories: {}\n", names.join(", ")) };
    let lines: String = found.iter().map(line).collect();
    format!("{first}{lines}Lists {version}. What is illegal is not told here; what becomes of a request: `lifeguard explain`.\n")
}
