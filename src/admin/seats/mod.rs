//! The pages behind the door, one file each. Whoever comes here has been let in for it.

mod account;
mod audit;
mod dashboard;
mod emergency;
mod enrol;
mod people;
mod people_change;
mod queue;
mod setup;
mod sign_in;
mod sit;
mod suites;
mod try_out;
mod worries;

pub(super) use sit::sit;
