//! Settings in two stages: what was written (raw, with its places) and what it means (checked).
//!
//! [`load()`] finds and checks them; every fault is told at once, each with `file:line:column` and a caret. One block per
//! option in `raw/` holds its key, help, range and place; [`reference()`] prints the documentation from those blocks.
//! Environment variables are passed in by the caller. No setting reaches a statutory list (standards V2).

mod builtin;
mod category_words;
mod check;
mod checked;
mod destination;
mod fault;
mod files;
mod help_lines;
mod hours;
mod includes;
mod kerberos;
mod load;
mod moment;
mod node;
mod overrides;
mod pac;
mod raw;
mod reference;
mod section;
mod shells;
mod sign_in;
mod slot;
mod source;
mod suggest;
mod units;
mod watches;

pub use builtin::{SAMPLE, builtin_list, builtin_lists};
pub use checked::{AdminSettings, Config, LogLevel, Site, TelemetrySettings};
pub use destination::DestinationRule;
pub use fault::{Fault, FaultKind, FaultReport, Faults};
pub use files::{Files, MemoryFiles, PathKind, RealFiles};
pub use kerberos::KerberosSettings;
pub use load::{DEFAULT_PLACES, ListFiles, Loaded, SAMPLE_NAME, Written, check_text, find, load};
pub use moment::read_moment;
pub use pac::Pac;
pub use reference::reference;
pub use shells::{
    Dns, Door, Durability, HttpsSettings, Limits, ListSettings, Listener, LogSettings, MatchStyle, PassScope, ProxySettings, Source,
    SourceFormat, StatutorySchema,
};
pub use sign_in::{DirectorySettings, RadiusSettings, SignInSettings};
pub use units::read_time;
pub use watches::{RestrictedCheck, TunnelWatch, Watches};
