//! The pages behind the door, one file each. Whoever comes here has been let in for it.

mod account;
mod audit;
mod dashboard;
mod disclosure;
mod disclosure_steps;
mod disclosures;
mod emergency;
mod enrol;
mod people;
mod people_change;
mod reviews;
mod setup;
mod sign_in;
mod sit;
mod suites;
mod try_out;

pub(super) use sit::sit;
