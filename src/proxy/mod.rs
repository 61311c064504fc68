//! The listener and the life of a request.

pub mod pages;
