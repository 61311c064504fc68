//! Nouns that every room shares: who asks, when, what was decided and why.
//!
//! Nothing here does I/O, reads a clock or holds a rule.

mod acceptance;
mod category;
mod detail;
mod id;
mod incident;
mod reason;
mod subject;
mod taxonomy;
mod time;

pub use acceptance::{Acceptance, Acceptor, clean_name};
pub use category::{CategoryId, CategorySet};
pub use detail::LogDetail;
pub use id::{Generation, GroupId, ListId, RequestId, SiteId};
pub use incident::{IncidentKind, Intent, Severity, Theme};
pub use reason::{Reason, VerdictKind};
pub use subject::{IdentitySource, IdentityStrength, Subject};
pub use taxonomy::{Bucket, Category, Mapped, Risk, SourceMap, Taxonomy};
pub use time::{Moment, Timestamp};
