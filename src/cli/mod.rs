//! One command per file.

mod agreement;
mod authority;
mod check;
mod command;
mod exceptions;
mod explain;
mod lists;
pub mod logs;
mod names;
mod run;
mod setting;
mod sites;
mod user;

pub use command::main;
