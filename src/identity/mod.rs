//! Who is asking: the client's address, as the connection or a trusted peer states it, and the person, where one signs in.
//!
//! [`Sources::identify`] is the one step: bounded, remembered for a stated time, with the source and the age of what it found.
//! Whoever is not surely known gets the group of their address, and an unknown client the strictest group, never none.

mod account_file;
mod accounts;
mod basic;
mod card;
mod certified;
mod circuit;
mod directory;
mod forwarded;
mod front;
mod keeping;
pub mod kerberos;
mod lease_text;
mod leases;
mod memory;
mod negotiate;
mod notices;
mod once;
mod organisation;
mod person;
mod portal;
pub mod radius;
mod secret;
mod sources;

pub use account_file::AccountFile;
pub use accounts::{Account, Accounts, AccountsFault, LineFault, read_groups};
pub use basic::Credentials;
pub use card::{Card, CardFault, Cards};
pub use certified::Certified;
pub use circuit::Cut;
pub use directory::{Answer, Directory, DirectoryFault};
pub use forwarded::{Claim, stated_client};
pub use front::{Front, FrontFault, Said};
pub use leases::{Leases, device_name};
pub use notices::Notices;
pub use organisation::{OrganisationFault, Provider, RoundTrip, Someone};
pub use person::{Person, is_name, spelling};
pub use portal::{Portal, SignedIn};
pub use secret::SecretFault;
pub use sources::{Asking, Found, Lasting, Sources, Ways};
