//! The pages behind the door, one file each. Whoever comes here has been let in for it.

mod account;
mod alerts;
mod audit;
mod board;
mod dashboard;
mod emergency;
mod enrol;
mod incident;
mod incident_change;
mod incident_words;
mod incidents;
mod people;
mod people_change;
mod reveal;
mod setup;
mod sign_in;
mod sit;
mod suites;
mod try_out;

pub(super) use sit::sit;
