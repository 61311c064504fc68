//! The forensic log at full length: made-up traffic of 92 days, a million requests a day, goes through the real writer, is sealed and
//! indexed by the real caretaker, and is asked what people ask.
//!
//! ```text
//! make log-bench                                              92 days
//! LIFEGUARD_LOG_DAYS=3 cargo bench --bench log                three days
//! LIFEGUARD_LOG_FOLDER=/var/tmp/log cargo bench --bench log -- query     the questions only, on a log that is there
//! cargo bench --bench log -- serve                            what the log costs the proxy: requests per second with it and without it
//! cargo bench --bench log -- sign-in                          what it costs the proxy to know who asks
//! LIFEGUARD_LOG_IDENTITY=key.txt cargo bench --bench log                 the same encrypted, to the key that age-keygen wrote there
//! ```
//!
//! A folder that already holds a log is not made again. Sizes are bytes per request row: a request and its outcome.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a bench prints, and stops when it cannot be set up")]

#[path = "log/ask.rs"]
mod ask;
#[path = "log/make.rs"]
mod make;
#[path = "log/measure.rs"]
mod measure;
#[path = "../tests/support/dns.rs"]
#[allow(dead_code, missing_docs, unreachable_pub, reason = "tests use the rest")]
mod names;
#[path = "log/people.rs"]
mod people;
#[path = "log/proxied.rs"]
mod proxied;
#[path = "log/serve.rs"]
mod serve;
#[path = "../tests/log_support/traffic.rs"]
mod traffic;

use std::path::PathBuf;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Encrypts the log, or opens an encrypted one, where a key is named.
fn encrypt(folder: &std::path::Path) {
    let Some(identity) = std::env::var_os("LIFEGUARD_LOG_IDENTITY").map(PathBuf::from) else { return };
    let text = std::fs::read_to_string(&identity).expect("the identity file is there");
    let public = text.lines().find_map(|line| line.strip_prefix("# public key: ")).expect("age-keygen writes the public key");
    std::fs::create_dir_all(folder).expect("the folder can be made");
    lifeguard::store::unlock(folder, &[public.trim().to_owned()], Some(&identity)).expect("the key is good");
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let folder = PathBuf::from(std::env::var("LIFEGUARD_LOG_FOLDER").unwrap_or_else(|_| "target/log-bench".into()));
    let days: f64 = std::env::var("LIFEGUARD_LOG_DAYS").ok().and_then(|text| text.parse().ok()).unwrap_or(92.0);
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => return serve::serve(&folder, "load"),
        ["sign-in"] => return serve::serve(&folder, "sign-in-load"),
        ["sign-in-load"] => return serve::sign_in(&folder),
        ["load"] => return serve::load(&folder),
        ["proxy", mode, names] => return proxied::proxy(&folder, mode, names),
        _ => {}
    }
    encrypt(&folder);
    let query = words.first().is_some_and(|word| word == "query");
    if !query {
        make::make(&folder, (days * 1e6) as u64);
    }
    make::sizes(&folder);
    // Memory is that of asking, not of making: another process asks.
    if !query {
        let asked = std::process::Command::new(std::env::current_exe().expect("this program")).arg("query").status();
        std::process::exit(asked.expect("this program starts").code().unwrap_or(1));
    }
    ask::ask(&folder, days);
}
