//! One canonical form for every spelling of an address, for matching only.
//!
//! From raw bytes (absolute-form, origin-form + `Host`, CONNECT authority, TLS server name) to a [`CanonicalUrl`], or a
//! located refusal: [`Unreadable`] means refused, never "guessed". What is forwarded is the address as parsed, never this
//! form (RFC 9110 section 7.7). The rules are H1-H7, P1-P7 and R5 of the security register; each file names those it serves.
//!
//! The same code reads list entries ([`canonicalise_entry`]), so that an entry and a request can only meet in one form (P7).

mod address;
mod class;
mod decode;
mod embedded;
mod entry;
mod fold;
mod form;
mod host;
mod inner;
mod path;
mod plain;
mod query;
mod registrable;
mod render;
mod split;
mod target;
mod unreadable;
mod wrapper;
mod wrapper_table;

pub use entry::{EntryOptions, ListEntry, canonicalise_entry, canonicalise_entry_with, is_plain_host, plain_host};
pub use form::{CanonicalUrl, Form, FormKind, HostKind, Scheme, authority_text};
pub use query::{QueryPairs, WantedPair};
pub use registrable::registrable;
pub use target::{MAX_EMBEDDED_BYTES, MAX_EMBEDDED_DEPTH, MAX_FORMS, MAX_TARGET_BYTES, RawTarget, canonicalise};
pub use unreadable::{Unreadable, UnreadableKind};
pub use wrapper::{Carrier, WrapperRule, Wrappers};
