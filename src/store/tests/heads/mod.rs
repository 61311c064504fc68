//! Heads, keys and sidecars beside a log: what is signed, what a crash leaves, and what `verify` says when any of it was changed.

mod changes;
mod crashes;
mod growth;
mod signed;
