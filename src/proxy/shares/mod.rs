//! Fair shares: what one person, or one address where nobody is known, may use at a time, so that nobody starves the others of
//! connections, of the line or of room in the log.
//!
//! `table` knows the persons, `person` counts for one, `turns` is the arithmetic of waiting, `line` shares a line out, `toll` holds the
//! pieces of a body back until they are paid for, `carry` does so for tunnels, `attempts` knows entries of statutory lists again, `gate` stands
//! in `handle`.

mod attempts;
mod carry;
mod gate;
mod line;
mod person;
mod table;
mod toll;
mod turns;

pub use attempts::ENTRIES_PER_DAY;
pub(super) use carry::{Purses, carry};
pub(super) use gate::enter;
pub use table::{Last, Share, Shares};
pub use toll::{Purse, Toll, Way};
