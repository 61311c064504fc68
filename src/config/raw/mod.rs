//! What was written: the options, one block each, by table. The reference of all options is printed from these blocks.

mod accounts;
mod directory;
mod https;
mod kerberos;
mod layer;
mod lists;
mod log;
mod policy;
mod proxy;
mod radius;
mod root;
mod sign_in;
mod site;
mod watches;

pub(super) use accounts::{RawAccounts, RawOwnAccount};
pub(super) use directory::RawDirectory;
pub(super) use https::{RawHttps, RawService};
pub(super) use kerberos::RawKerberos;
pub(super) use layer::{RawLayer, RawLeast};
pub(super) use lists::{RawFormat, RawLists, RawSource};
pub(super) use log::{RawLog, RawRetention, RawSpan};
pub(super) use policy::{BareAddresses, RawCategory, RawGroup, RawHelpLine, RawKeyword, RawPreset, RawRule, RawTest};
pub(super) use proxy::{RawListener, RawPac, RawProxy};
pub(super) use radius::RawRadius;
pub(super) use root::{Raw, RawPages, reference};
pub(super) use sign_in::RawSignIn;
pub(super) use site::RawSite;
