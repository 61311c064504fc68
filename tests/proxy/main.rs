//! The proxy: HTTP/1.1, HTTP/2, opened HTTPS, tunnels, block pages, codes and exceptions.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../clients_support/mod.rs"]
mod clients_support;
#[path = "../h2_support/mod.rs"]
mod h2_support;
#[path = "../http2_support/mod.rs"]
mod http2_support;
#[path = "../laboratory_support/mod.rs"]
mod laboratory_support;
#[path = "../support/strict.rs"]
mod strict;
#[path = "../support/strict_mini.rs"]
mod strict_mini;
#[path = "../support/mod.rs"]
mod support;

mod codes;
mod exceptions;
mod exceptions_open;
mod fair_shares;
mod file_kinds;
mod h2_hostile;
mod h2_origins;
mod h2_real;
mod http2_conformance;
mod http2_door;
mod http2_floods;
mod http2_requests;
mod http2_through;
mod http_corpus;
mod http_corpus_fuzz;
mod http_corpus_gate;
mod http_corpus_live;
mod http_corpus_proxy;
mod https_authority;
mod https_canary;
mod https_clients;
mod https_hellos;
mod https_laboratory;
mod https_modes;
mod https_numbers;
mod https_opened;
mod https_seen;
mod own_pages;
mod pages_console;
mod pages_facts;
mod pages_files;
mod pages_of_sites;
mod resting;
mod safe_search;
mod tunnel_watch;
mod walkthrough;
