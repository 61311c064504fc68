//! How well names are recognised, and what that costs.
//!
//! ```text
//! cargo bench --bench names                        what it costs: learning a million made-up names, one guess, its instructions
//! cargo bench --bench names -- FOLDER              how well it does on real lists, as a table
//! valgrind --tool=callgrind target/release/deps/names-* guesses 0     and again with 10000: the difference
//!                                                  divided by 10000 is the instructions of one guess
//! ```
//!
//! FOLDER holds a folder for each source with a file `CATEGORY.txt` for each category, one name a line; `allow/*.txt`, names of which most
//! are innocent; and `labels/*.txt`, those among them of which somebody has seen that they are not. A source is left out whole, or one
//! owner in two of all sources; what is measured has no owner in common with what was learned. The line is drawn by the product on its own
//! part of the allow corpus, and the false positives are counted on a part that the product never sees. Sites of help, health, sex education
//! and LGBT life (`config/help_and_health.txt`) are looked at one by one.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a bench prints, and stops when it cannot be set up")]

#[path = "names/corpora.rs"]
mod corpora;
#[path = "names/cost.rs"]
mod cost;
#[path = "names/helping.rs"]
mod helping;
#[allow(dead_code, reason = "shared with another bench, which needs more of it")]
#[path = "judge/names.rs"]
mod made_up;
#[path = "names/table.rs"]
mod table;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.first().map(String::as_str) {
        None => cost::print(),
        Some("guesses") => cost::guesses(words.get(1).and_then(|text| text.parse().ok()).unwrap_or(10_000)),
        Some(folder) => table::print(std::path::Path::new(folder)),
    }
}
