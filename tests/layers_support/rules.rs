//! The house rules as tables: which room may name which, and what may not stand where.

use super::source::{Named, Source, Token, item_end};
use std::fmt;

/// A broken rule and its place.
pub(crate) struct Fault {
    path: String,
    line: usize,
    said: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.said)
    }
}

const LINES_PER_FILE: usize = 400;
const LINES_PER_FUNCTION: usize = 50;

/// Rooms without input or output.
const PURE: &[&str] = &["model", "canon", "lists", "matcher", "policy", "engine", "content", "record", "ports", "accredit", "credential"];
/// Rooms where input and output live; they never name one another.
const SHELLS: &[&str] = &["identity", "proxy", "scan", "store", "feeds", "admin", "mail", "telemetry"];

/// Which rooms a room may name beside itself; `None` when there is no such room.
fn may_name(room: &str) -> Option<Vec<&'static str>> {
    let shell = || [PURE, &["config", "telemetry"]].concat();
    Some(match room {
        "model" | "lib" | "manual" => vec![],
        "canon" | "content" | "record" => vec!["model"],
        "lists" => vec!["model", "canon"],
        "matcher" => vec!["model", "canon", "lists"],
        "policy" => vec!["model", "canon", "lists", "matcher"],
        "engine" => vec!["model", "canon", "lists", "matcher", "policy"],
        "accredit" => vec!["model", "canon", "lists", "matcher", "policy", "engine"],
        "credential" => vec!["model", "record"],
        "ports" => vec!["model", "record"],
        "config" => PURE.to_vec(),
        "proxy" => [shell(), vec!["identity"]].concat(),
        "app" => [PURE, SHELLS, &["config"]].concat(),
        "cli" => [PURE, SHELLS, &["config", "app", "manual"]].concat(),
        "main" => vec!["cli"],
        room if SHELLS.contains(&room) => shell(),
        _ => return None,
    })
}

/// Every broken rule in these files.
pub(crate) fn check(sources: &[Source]) -> Vec<Fault> {
    sources.iter().flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<Fault> {
    let mut said: Vec<(usize, String)> = Vec::new();
    if !source.has_purpose {
        said.push((1, String::from("does not say what it is for: no //! at the top")));
    }
    if source.lines > LINES_PER_FILE {
        said.push((source.lines, format!("{} lines before its tests; at most {LINES_PER_FILE}", source.lines)));
    }
    let named = source.named();
    arrows(source, &named, &mut said);
    purity(source, &named, &mut said);
    front_door(source, &mut said);
    unwraps(source, &mut said);
    long_functions(&source.tokens, &mut said);
    said.into_iter().map(|(line, said)| Fault { path: source.path.clone(), line, said }).collect()
}

fn arrows(source: &Source, named: &[Named], said: &mut Vec<(usize, String)>) {
    let room = source.room();
    let Some(allowed) = may_name(room) else {
        said.push((1, format!("no room of this name in the house: {room}")));
        return;
    };
    let crate_name = if room == "main" { "lifeguard" } else { "crate" };
    for Named { path, line } in named.iter().filter(|named| named.path[0] == crate_name && named.path.len() > 1) {
        let target = path[1].as_str();
        if matches!(target, "as" | "*") {
            said.push((*line, String::from("takes the whole crate, which hides what it names")));
        } else if target != room && !allowed.contains(&target) && may_name(target).is_some() {
            said.push((*line, format!("{room} may not name {target}")));
        }
    }
}

fn purity(source: &Source, named: &[Named], said: &mut Vec<(usize, String)>) {
    if !PURE.contains(&source.room()) {
        return;
    }
    for Named { path, line } in named {
        let starts = |first: &str, second: &str| path[0] == first && path.get(1).is_some_and(|part| part == second);
        let has = |words: &[&str]| path.iter().any(|part| words.contains(&part.as_str()));
        let what = if matches!(path[0].as_str(), "tokio" | "hyper" | "tokio_rustls") {
            path[0].as_str()
        } else if starts("std", "fs") {
            "std::fs"
        } else if starts("std", "env") {
            "std::env"
        } else if starts("std", "process") {
            "a process"
        } else if has(&["Instant", "SystemTime"]) || (has(&["Timestamp", "Zoned"]) && path.last().is_some_and(|part| part == "now")) {
            "a clock"
        } else if has(&["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"]) {
            "a socket"
        } else {
            continue;
        };
        said.push((*line, format!("{what} in a pure room")));
    }
}

/// `mod.rs` holds purpose, `mod` lines and `pub use` only.
fn front_door(source: &Source, said: &mut Vec<(usize, String)>) {
    if !source.path.ends_with("mod.rs") {
        return;
    }
    let logic = ["fn", "static", "macro_rules"];
    if let Some(token) = source.tokens.iter().find(|token| logic.contains(&token.text.as_str())) {
        said.push((token.line, format!("logic in a front door: {}", token.text)));
    }
}

fn unwraps(source: &Source, said: &mut Vec<(usize, String)>) {
    for window in source.tokens.windows(3) {
        if window[0].text == "." && window[1].text == "unwrap" && window[2].text == "(" {
            said.push((window[1].line, String::from("unwrap outside tests")));
        }
    }
}

fn long_functions(tokens: &[Token], said: &mut Vec<(usize, String)>) {
    for (at, token) in tokens.iter().enumerate() {
        let Some(name) = tokens.get(at + 1).filter(|name| token.text == "fn" && name.text != "(") else { continue };
        let end = &tokens[item_end(tokens, at) - 1];
        let lines = end.line - token.line + 1;
        if end.text == "}" && lines > LINES_PER_FUNCTION {
            said.push((token.line, format!("{} has {lines} lines; at most {LINES_PER_FUNCTION}", name.text)));
        }
    }
}
