//! One command per file.

mod accredit;
mod accredit_next;
mod agreement;
mod authority;
mod backup;
mod categories;
mod check;
mod codes;
mod command;
mod console;
mod emergency;
mod exceptions;
mod explain;
mod hidden;
mod list_preview;
mod list_test;
mod lists;
mod lists_fetch;
pub mod logs;
mod names;
mod plan;
mod run;
mod setting;
mod sites;
mod suites;
mod used;
mod user;

pub use command::main;
