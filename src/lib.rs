//! Lifeguard: a filtering forward proxy for places where children and the public use the internet.

pub mod admin;
pub mod app;
pub mod canon;
pub mod cli;
pub mod config;
pub mod engine;
pub mod feeds;
pub mod identity;
pub mod lists;
pub mod manual;
pub mod matcher;
pub mod model;
pub mod policy;
pub mod ports;
pub mod proxy;
pub mod record;
pub mod store;
pub mod telemetry;
