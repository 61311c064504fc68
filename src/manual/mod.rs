//! The manual: modules that hold text only, compiled and linked beside the code.
//!
//! Must hold no code. What a user needs is in the README, in `--help` and on the console; this is for those who change
//! Lifeguard, who run it when something is wrong, or who must judge it. `make docs` turns it into pages.
//!
//! * [`accreditation`]: what standards ask, what shows it, the suites, the evidence, the schedule, the plan.
//! * [`agreement`]: the rules that people read and accept, and what they are told about the log.
//! * [`asking`]: for auditors: how to ask the log, with real answers.
//! * [`actions`]: what policy can do to a request, with the setting and the tests of each; quotas and named dates.
//! * [`console`]: who may use the console, how they get in, what is kept of it; and by subject:
//! * [`console_log`], [`console_policy`], [`console_people`], [`console_disclosures`], [`console_programs`].
//! * [`console_security`]: OWASP ASVS 5.0 and rules A1 to A7, item by item, with the tests.
//! * [`organisation`]: how people come to it with their organisation's own sign-in service.
//! * [`categories`]: what each category holds, where accreditation counts it, what the names of public lists become.
//! * [`consortium`]: thousands of sites in one process: files, places, reload, figures, limits.
//! * [`flow`]: the life of a request, step by step, with what can go wrong at each.
//! * [`decisions`]: why it is built this way, and why with these dependencies.
//! * [`custody`]: what is encrypted at rest, what is not, and how two people hold one key.
//! * [`durability`]: what happens to the log when something fails, a test for each row.
//! * [`bypasses`]: past holes of filters and proxies, each with the test that keeps it closed here.
//! * [`https`]: seeing inside HTTPS: what is opened, what is not, what either side notices.
//! * [`formats`]: what stands on disk, with version numbers.
//! * [`evidence`]: proofs and evidence as files, so that a stranger can write a verifier from that page alone.
//! * [`standards`]: clause by clause, where a requirement is met.
//! * [`names`]: what names look like: how it is learned, figures, limits.
//! * [`origins`]: what a site must prove before anything is asked of it, and what it sees of us.
//! * [`state`]: backup and restore: what is in it, how it is put back.
//! * [`runbook`]: faults, what they look like, what to do.

pub mod accreditation;
pub mod actions;
pub mod agreement;
pub mod asking;
pub mod bypasses;
pub mod categories;
pub mod console;
pub mod console_disclosures;
pub mod console_log;
pub mod console_people;
pub mod console_policy;
pub mod console_programs;
pub mod console_security;
pub mod consortium;
pub mod custody;
pub mod decisions;
pub mod durability;
pub mod evidence;
pub mod flow;
pub mod formats;
pub mod https;
pub mod names;
pub mod organisation;
pub mod origins;
pub mod people;
pub mod runbook;
pub mod standards;
pub mod state;
