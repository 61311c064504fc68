//! Verdict tables, one line each; and over random policies: a listed address is never allowed, and explain agrees with judge.

mod acts;
mod cascade;
mod hours;
mod https;
mod lock;
mod other_names;
mod passing;
mod predicted;
mod quota;
mod table;
mod world;
