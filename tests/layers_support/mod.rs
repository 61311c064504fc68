//! Reads the sources and holds them against the rules of the house.

pub(crate) mod rules;
pub(crate) mod source;
