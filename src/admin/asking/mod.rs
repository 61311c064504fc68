//! Asking the log from the console: what may be asked, what the answer shows of people, and what is kept of it (standards D5 to D12, G1,
//! G2; security A2, A3). Plain functions with typed input and output: pages and programs call the same ones.
//!
//! People are pseudonyms, keyed for this installation, unless somebody with the power has had a name revealed for a purpose. What a
//! statutory list decided comes here redacted already: there is nothing to show, to link or to select.

mod ask;
mod defang;
mod fixed;
mod lesson;
mod pseudonym;
mod question;
pub(in crate::admin) mod reveals;
pub(in crate::admin) mod rows;
mod spot;
mod works;

pub use ask::{Answered, Around, AskFault, Asker, Shown};
pub use defang::{ADDRESS_FIELDS, defang};
pub use fixed::FixedAsking;
pub use lesson::{LessonSeen, MOST_OF_LESSON, OnDevice};
pub use pseudonym::{KEY_FILE, Pseudonyms, is_pseudonym};
pub use question::{Question, QuestionFault, SLOTS, STATUTORY, method_of, verdict_of};
pub use reveals::{Reveal, RevealState};
pub use rows::{Asked, Saved};
pub use spot::{Spot, SpotFault};
pub use works::{AskingWorks, Counted, Fetched, Folded, LogFile, LogFileFault, LogFileKind, LogFileOrder, LogQuestion, Reading, Seen};
