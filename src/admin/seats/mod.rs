//! The pages behind the door, one file each. Whoever comes here has been let in for it.

mod account;
mod audit;
mod dashboard;
mod decide;
mod emergency;
mod enrol;
mod exceptions;
mod log;
mod log_around;
mod log_export;
mod log_found;
mod log_live;
mod log_names;
mod log_parts;
mod log_record;
mod log_saved;
mod noise;
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
mod sites;
mod sources;
mod suites;
mod trial;
mod try_out;
mod unknown;

pub(super) use sit::sit;
