//! Settings in two stages: what was written (raw, with its places) and what it means (checked).
//!
//! [`load()`] finds and checks them; every fault is told at once, each with `file:line:column` and a caret. One block per
//! option in `raw/` holds its key, help, range and place; [`reference()`] prints the documentation from those blocks.
//! Environment variables are passed in by the caller. No setting reaches a statutory list (standards V2).

mod accredit;
mod amend;
mod builtin;
mod by_name;
mod category_map;
mod category_words;
mod check;
mod checked;
mod corpora;
mod destination;
mod devices;
mod fault;
mod fetch_settings;
mod files;
mod follow;
mod help_lines;
mod hours;
mod includes;
mod kerberos;
mod known_by;
mod list_settings;
mod load;
mod moment;
mod node;
mod notice;
mod overrides;
mod pac;
mod portal;
mod predicted;
mod quota;
mod raw;
mod reader;
mod reference;
mod reviews;
mod section;
mod shares;
mod shells;
mod sign_in;
mod site_files;
mod slot;
mod source;
mod suggest;
mod units;
mod watches;

pub use accredit::AccreditSettings;
pub use amend::with_preset;
pub use builtin::{SAMPLE, builtin_list, builtin_lists, presets};
pub use category_map::{Becomes, CategoryMap};
pub use checked::{AdminSettings, Config, ConsoleLanguage, LogLevel, Site, TelemetrySettings};
pub use corpora::{Corpora, CorpusFile};
pub use destination::DestinationRule;
pub use devices::DeviceSettings;
pub use fault::{Fault, FaultKind, FaultReport, Faults};
pub use fetch_settings::{Bounds, Credentials, Fetch, Proof, PublicKey, Signed};
pub use files::{Files, MemoryFiles, PathKind, RealFiles};
pub use follow::Follow;
pub use kerberos::KerberosSettings;
pub use known_by::{CardSettings, ClientCertificates, FrontSettings, NameFrom};
pub use list_settings::{ListSettings, MatchStyle, NamesSettings, Source, SourceFormat, StatutorySchema};
pub use load::{DEFAULT_PLACES, ListFiles, Loaded, SAMPLE_NAME, Written, check_text, find, load};
pub use moment::read_moment;
pub use notice::{Notice, NoticePart, notice, notices};
pub use pac::Pac;
pub use portal::PortalSettings;
pub use quota::read_quota;
pub use reference::reference;
pub use reviews::ReviewSettings;
pub use shares::FairShares;
pub use shells::{Dns, Door, Durability, HttpsSettings, Limits, Listener, LogSettings, PassScope, ProxySettings};
pub use sign_in::{DirectorySettings, RadiusSettings, SignInSettings};
pub use units::read_time;
pub use watches::{RestrictedCheck, TunnelWatch, Watches};
