//! Reading the log: search, counts, follow, and the view of a record that people may see. Nothing here writes.
//!
//! A [`Query`] is a value. It is answered from the segments; the index only says where to look. [`Filter`] says what may be asked.

mod by;
mod calendar;
mod catalogue;
mod count;
mod dimension;
mod escape;
mod fetch;
mod filter;
mod first_hosts;
mod follow;
mod hit;
mod indexed;
mod late;
mod one;
mod part;
mod preview;
mod records;
mod row;
mod scan;
mod search;
mod stream;
mod summed;
mod terms;
mod tests_of;
mod text;
mod texts;
mod urls;
mod value;
mod watch;

pub(crate) use crate::store::seal::times_of;
pub use by::{By, MAX_GROUPS};
pub use calendar::Window;
pub(crate) use catalogue::{Catalogue, path_of};
#[cfg(test)]
pub(crate) use count::count_in;
pub use count::{Counts, count};
pub use escape::{json_line, lossless, terminal};
pub use filter::Filter;
pub(crate) use filter::{Ended, Matcher};
pub use first_hosts::first_hosts;
pub use follow::Follow;
pub use hit::{Hit, hash_of};
#[cfg(test)]
pub(crate) use one::record_in;
pub use one::{record, request_of};
pub use preview::{Preview, preview};
pub(crate) use records::each_record;
pub use row::{EventRow, OutcomeRow, REDACTED, RequestRow, Row};
#[cfg(test)]
pub(crate) use search::search_in;
pub use search::{Answer, MAX_LIMIT, Order, Progress, Query, search, search_with, workers};
pub use stream::{Streamed, each_recent, each_request};
pub use value::QueryFault;
pub use watch::{AtMost, Lost, Met, Watch};
