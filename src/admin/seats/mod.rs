//! The pages behind the door, one file each. Whoever comes here has been let in for it.

mod account;
mod audit;
mod dashboard;
mod emergency;
mod enrol;
mod people;
mod people_change;
mod plan;
mod policy;
mod policy_category;
mod policy_change;
mod policy_draft;
mod policy_versions;
mod policy_words;
mod setup;
mod sign_in;
mod sit;
mod suites;
mod try_out;

pub(super) use sit::sit;
