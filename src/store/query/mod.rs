//! Reading the log: search, follow, and the view of a record that people may see. Nothing here writes.

mod escape;
mod filter;
mod follow;
mod records;
mod row;
mod search;
mod stream;

pub(crate) use crate::store::seal::times_of;
pub use escape::{json_line, lossless, terminal};
pub use filter::Filter;
pub(crate) use filter::Matcher;
pub use follow::Follow;
pub(crate) use records::each_record;
pub use row::{EventRow, OutcomeRow, REDACTED, RequestRow, Row};
#[cfg(test)]
pub(crate) use search::search_in;
pub use search::{Answer, Hit, MAX_LIMIT, Order, Query, search};
pub use stream::{Streamed, each_request};
