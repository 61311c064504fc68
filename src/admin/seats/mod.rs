//! The pages behind the door, one file each. Whoever comes here has been let in for it.

mod account;
mod audit;
mod dashboard;
mod emergency;
mod enrol;
mod log;
mod log_around;
mod log_export;
mod log_found;
mod log_live;
mod log_names;
mod log_parts;
mod log_record;
mod log_saved;
mod people;
mod people_change;
mod setup;
mod sign_in;
mod sit;
mod suites;
mod try_out;

pub(super) use sit::sit;
