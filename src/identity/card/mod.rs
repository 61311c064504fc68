//! Library cards: a service of the library says whether a number and a PIN belong together, and what it knows of the card (standard X22).
//!
//! Bounded in questions, time and size. A service that does not answer as agreed says nothing: that is neither right nor wrong.
//! A PIN goes to that service alone, and stands in no record and no message.

mod answer;
mod ask;
mod cards;
mod service;

pub use answer::Card;
pub use cards::{CardFault, Cards};
