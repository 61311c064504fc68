//! The console for people, and `/healthz`, `/readyz`, `/metrics` and `/version` for machines.
//!
//! On a listener of its own, loopback by default, read only in this edition (security A3, A6). What it knows comes in
//! through [`StatusSource`]; it never sees a request, a user or an entry of a list.

mod accreditation;
mod guard;
mod page;
mod readiness;
mod routes;
mod serve;
mod sources;
mod status;

pub use guard::AllowedHosts;
pub use readiness::{Check, Readiness};
pub use serve::Console;
pub use sources::{SourceStatus, Waiting};
pub use status::{
    AuthorityStatus, FixedStatus, ListStatus, ListenerStatus, LogStatus, PassedStatus, RefuserStatus, ReloadStatus, RestrictedName, Status,
    StatusSource,
};
