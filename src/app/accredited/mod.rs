//! What becomes of the outcomes of accreditation: the report with the installation beside it, the signed pack, the history, the schedule of the
//! running process.

mod context;
mod history;
mod pack;

pub use context::{Installation, context_of};
pub use history::{FullRun, History, HistoryFault, Line, What};
pub use pack::{EvidenceFault, form_of_last, write_pack};
