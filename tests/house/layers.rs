//! The house rules as tests: reads `src/` and fails on a wrong arrow between rooms, on input or output inside a pure room,
//! on files and functions that are too long, on logic in a front door, and on paths of the machine it was written on.
//!
//! The arrows are the picture in `src/lib.rs`; the table below is the same picture for the machine. When a better shape is
//! found, change both in one commit.

use crate::layers_support::rules::{Fault, check};
use crate::layers_support::source::Source;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends in one of `endings`, built things left out.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() && !matches!(&*name, "target" | "var" | ".git" | "corpus" | "artifacts" | "coverage") {
            found.extend(files(&path, endings));
        } else if path.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let base = root().join("src");
    files(&base, &[".rs"])
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            Source::read(&path.strip_prefix(&base).unwrap().to_string_lossy().replace('\\', "/"), &text)
        })
        .collect()
}

fn print(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("\n  src/{fault}")).collect()
}

#[test]
fn the_house_stands() {
    let sources = sources();
    assert!(sources.len() > 10, "src/ was not found");
    let faults = check(&sources);
    assert!(faults.is_empty(), "{} faults:{}", faults.len(), print(&faults));
}

#[test]
fn every_planted_fault_is_found_and_every_allowed_line_is_not() {
    // path in src, code, what must be said about it (nothing: must pass)
    let table: &[(&str, &str, &str)] = &[
        ("canon/a.rs", "use crate::model::Reason;", ""),
        ("canon/a.rs", "use crate::policy::Ask;", "canon may not name policy"),
        ("canon/a.rs", "use crate::{model::Reason, policy::Ask};", "canon may not name policy"),
        ("canon/a.rs", "use crate::{model, {policy as other}};", "canon may not name policy"),
        ("canon/a.rs", "fn f() { crate::policy::judge() }", "canon may not name policy"),
        ("canon/a.rs", "use super::super::policy::Ask;", "canon may not name policy"),
        ("canon/mod.rs", "pub use super::policy::Ask;", "canon may not name policy"),
        ("canon/deep/a.rs", "use super::super::super::policy::Ask;", "canon may not name policy"),
        ("canon/deep/a.rs", "use super::super::policy::Ask;", ""),
        ("canon/a.rs", "use super::policy;", ""),
        ("canon/a.rs", "use crate::canon::form::Form;", ""),
        ("canon/a.rs", "use crate as root;", "the whole crate"),
        ("canon/a.rs", "use crate::*;", "the whole crate"),
        ("canon/a.rs", "// use crate::policy::Ask;\n/* crate::policy /* nested */ crate::policy */", ""),
        ("canon/a.rs", "const A: &str = \"crate::policy\"; const B: &str = r#\"crate::\"policy\"#; const C: char = '\"';", ""),
        ("canon/a.rs", "#[cfg(test)]\nmod tests { use crate::policy::Ask; fn f() { x.unwrap(); } }", ""),
        ("canon/a.rs", "#[cfg(test)]\nmod tests { }\nuse crate::policy::Ask;", "canon may not name policy"),
        ("canon/tests.rs", "use crate::policy::Ask;", ""),
        ("store/a.rs", "use crate::{model, ports, config, telemetry, record};", ""),
        ("store/a.rs", "use crate::proxy::Gate;", "store may not name proxy"),
        ("admin/a.rs", "use crate::store::Reader;", "admin may not name store"),
        ("scan/a.rs", "use crate::identity::Cache;", "scan may not name identity"),
        ("proxy/a.rs", "use crate::identity::Cache;", ""),
        ("telemetry/a.rs", "use crate::proxy::Gate;", "telemetry may not name proxy"),
        ("record/a.rs", "use crate::ports::LogStore;", "record may not name ports"),
        ("ports.rs", "use crate::record::Entry;", ""),
        ("ports.rs", "use crate::config::Config;", "ports may not name config"),
        ("config/a.rs", "use crate::engine::Engine;", ""),
        ("config/a.rs", "use crate::proxy::Gate;", "config may not name proxy"),
        ("engine.rs", "use crate::config::Config;", "engine may not name config"),
        ("app.rs", "use crate::{proxy, store, admin, config};", ""),
        ("app.rs", "use crate::cli::Command;", "app may not name cli"),
        ("cli/a.rs", "use crate::app::start;", ""),
        ("main.rs", "fn main() { lifeguard::cli::main() }", ""),
        ("main.rs", "fn main() { lifeguard::proxy::run() }", "main may not name proxy"),
        ("cellar/a.rs", "", "no room of this name"),
        ("model/a.rs", "use tokio::sync::Mutex;", "tokio in a pure room"),
        ("lists/a.rs", "use std::{fs, io};", "std::fs in a pure room"),
        ("lists/a.rs", "fn f() { std::fs::read(p) }", "std::fs in a pure room"),
        ("store/a.rs", "use std::{fs, io};", ""),
        ("policy/a.rs", "use std::time::{Duration, Instant};", "a clock in a pure room"),
        ("policy/a.rs", "fn f() { SystemTime::now() }", "a clock in a pure room"),
        ("policy/a.rs", "fn f() { jiff::Timestamp::now() }", "a clock in a pure room"),
        ("policy/a.rs", "use std::time::Duration;", ""),
        ("engine.rs", "fn f() { std::env::var(x) }", "std::env in a pure room"),
        ("engine.rs", "const V: &str = env!(\"CARGO_PKG_VERSION\");", ""),
        ("canon/a.rs", "use std::net::{IpAddr, TcpStream};", "a socket in a pure room"),
        ("canon/a.rs", "use std::net::{IpAddr, Ipv4Addr};", ""),
        ("proxy/mod.rs", "mod gate;\npub mod pool;\npub use gate::Gate;\n#[cfg(test)]\nmod tests { fn f() {} }", ""),
        ("proxy/mod.rs", "mod gate;\nfn f() {}", "logic in a front door"),
        ("proxy/mod.rs", "mod gate;\nmacro_rules! gates { () => {} }", "logic in a front door"),
        ("proxy/a.rs", "fn f() { x.unwrap(); }", "unwrap outside tests"),
        ("proxy/a.rs", "fn f() { x.unwrap_or(0); }", ""),
    ];
    for (path, code, expected) in table {
        let found = print(&check(&[Source::read(path, &format!("//! Purpose.\n{code}\n"))]));
        match expected.is_empty() {
            true => assert!(found.is_empty(), "{path}: {code}\nshould pass, but:{found}"),
            false => assert!(found.contains(expected), "{path}: {code}\nshould say \"{expected}\", but said:{found}"),
        }
    }
}

#[test]
fn length_is_measured_at_the_real_bound_and_without_tests() {
    let file = |lines: usize| format!("//! Purpose.\n{}", "const A: u8 = 1;\n".repeat(lines - 1));
    let function = |lines: usize| format!("//! Purpose.\nimpl A {{ fn long() {{\n{}}} }}\n", "a();\n".repeat(lines - 2));
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "fn f() {}\n".repeat(500));
    let table = [
        (file(400), ""),
        (file(401), "401 lines before its tests"),
        (format!("{}{tests}", file(400)), ""),
        (function(50), ""),
        (function(51), "long has 51 lines"),
        (String::from("const A: u8 = 1;\n"), "does not say what it is for"),
    ];
    for (text, expected) in table {
        let found = print(&check(&[Source::read("proxy/a.rs", &text)]));
        assert!(if expected.is_empty() { found.is_empty() } else { found.contains(expected) }, "wanted \"{expected}\", got:{found}");
    }
}

/// Folders that belong to every machine: a path there says nothing about the one this was written on.
const EVERYWHERE: &[&str] = &["/", "/tmp", "/var", "/usr", "/opt", "/srv", "/home", "/mnt", "/etc", "/run", "/builds", "/build", "/src"];

/// Does `place` stand in `text` from its root, not as the middle of a longer path such as `src/config/check/`?
fn starts_a_path(text: &str, place: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | '}' | ')');
    text.match_indices(place).any(|(at, _)| !text[..at].ends_with(within))
}

#[test]
fn a_place_counts_only_where_a_path_starts() {
    assert!(starts_a_path("see /somewhere/else", "/somewhere/"));
    assert!(starts_a_path("/somewhere/x", "/somewhere/"));
    assert!(starts_a_path("`/somewhere/x` and src/somewhere/y", "/somewhere/"));
    assert!(!starts_a_path("`src/config/somewhere/retention.rs`", "/somewhere/"));
}

#[test]
fn no_file_names_a_place_on_the_machine_it_was_written_on() {
    let home = std::env::var("HOME").map(PathBuf::from).ok();
    let places: Vec<String> = root()
        .ancestors()
        .chain(home.as_deref())
        .map(|place| place.to_string_lossy().into_owned())
        .filter(|place| place.starts_with('/') && !EVERYWHERE.contains(&place.as_str()))
        .map(|place| format!("{place}/"))
        .collect();
    let endings = &[
        ".rs",
        ".toml",
        ".md",
        ".txt",
        ".yaml",
        ".yml",
        ".service",
        ".conf",
        ".html",
        ".json",
        ".py",
        ".sh",
        "Makefile",
        "Containerfile",
        "run",
    ];
    let mut faults = Vec::new();
    for path in files(root(), endings) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (line, content) in text.lines().enumerate() {
            if places.iter().any(|place| starts_a_path(content, place)) {
                faults.push(format!("\n  {}:{}: {}", path.strip_prefix(root()).unwrap().display(), line + 1, content.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "machine paths:{}", faults.concat());
}
