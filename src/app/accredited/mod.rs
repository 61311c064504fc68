//! What becomes of the outcomes of accreditation: the report with the installation beside it, the signed pack, the history, the schedule of the
//! running process.

mod context;
mod due;
mod history;
mod keeper;
mod pack;
mod schedule;

use context::until;
pub use context::{Installation, context_of};
pub use history::{FullRun, History, HistoryFault, Line, What};
pub(in crate::app) use keeper::Keeper;
pub use pack::{EvidenceFault, form_of_last, write_pack};
