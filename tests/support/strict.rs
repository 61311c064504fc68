//! The strict corpus, its runner and its judge, for every test that needs them.

#![allow(unreachable_pub, dead_code, reason = "each test takes what it needs")]

#[path = "strict_answers.rs"]
pub mod strict_answers;
#[path = "strict_corpus.rs"]
pub mod strict_corpus;
#[path = "strict_corpus_answers.rs"]
pub mod strict_corpus_answers;
#[path = "strict_corpus_heads.rs"]
pub mod strict_corpus_heads;
#[path = "strict_corpus_more.rs"]
pub mod strict_corpus_more;
#[path = "strict_origin.rs"]
pub mod strict_origin;
#[path = "strict_run.rs"]
pub mod strict_run;
