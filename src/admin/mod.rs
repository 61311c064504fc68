//! The console for people, and `/healthz`, `/readyz`, `/metrics` and `/version` for machines.
//!
//! On a listener of its own, loopback by default (security A1 to A7). How the filter stands is for whoever reaches it; everything else is
//! behind one door ([`Desk`]): accounts, sessions, one table of roles and actions, and a record of every deed in the evidence log. What
//! it knows of the running system comes in through [`StatusSource`] and [`Works`]; it never fetches anything.

mod accounts;
mod accreditation;
mod audit;
mod book;
mod call;
mod cookie;
mod desk;
mod fields;
mod guard;
mod menu;
mod origin;
mod page;
mod place;
mod qr;
mod readiness;
mod roles;
mod routes;
mod seats;
mod secured;
mod serve;
mod sessions;
mod sheet;
mod sources;
mod status;
mod words;
mod works;

pub use accounts::{Account, AccountId};
pub use audit::{Act, is_of_console};
pub use book::{Book, BookFault, FILE};
pub use desk::{Desk, DoorSettings};
pub use guard::AllowedHosts;
pub use place::{Place, Takes};
pub use readiness::{Check, Readiness};
pub use roles::{Action, Role, may, table};
pub use secured::Settings as TlsSettings;
pub use serve::Console;
pub use sources::{SourceStatus, Waiting};
pub use status::{
    AuthorityStatus, FixedStatus, ListStatus, ListenerStatus, LogStatus, PassedStatus, RefuserStatus, ReloadStatus, RestrictedName, Status,
    StatusSource,
};
pub use words::Language;
pub use works::{Begin, Closed, ClosingFault, FixedWorks, Happened, Happenings, Verdict, Works, WorksFault};
