//! The forensic log at full length: made-up traffic of 92 days, a million requests a day, goes through the real writer, is sealed and
//! indexed by the real caretaker, and is asked what people ask.
//!
//! ```text
//! make log-bench                                              92 days
//! LIFEGUARD_LOG_DAYS=3 cargo bench --bench log                three days
//! LIFEGUARD_LOG_FOLDER=/var/tmp/log cargo bench --bench log -- query     the questions only, on a log that is there
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
#[path = "../tests/log_support/traffic.rs"]
mod traffic;

use std::path::PathBuf;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let word = std::env::args().skip(1).find(|word| word != "--bench");
    let folder = PathBuf::from(std::env::var("LIFEGUARD_LOG_FOLDER").unwrap_or_else(|_| "target/log-bench".into()));
    let days: f64 = std::env::var("LIFEGUARD_LOG_DAYS").ok().and_then(|text| text.parse().ok()).unwrap_or(92.0);
    if word.as_deref() != Some("query") {
        make::make(&folder, (days * 1e6) as u64);
    }
    make::sizes(&folder);
    // Memory is that of asking, not of making: another process asks.
    if word.is_none() {
        let asked = std::process::Command::new(std::env::current_exe().expect("this program")).arg("query").status();
        std::process::exit(asked.expect("this program starts").code().unwrap_or(1));
    }
    ask::ask(&folder, days);
}
