//! What was written: the options, one block each, by table. The reference of all options is printed from these blocks.

mod accounts;
mod agreement;
mod directory;
mod https;
mod layer;
mod lists;
mod log;
mod policy;
mod portal;
mod proxy;
mod radius;
mod root;
mod sign_in;
mod site;
mod sites;
mod watches;

pub(super) use accounts::{RawAccounts, RawOwnAccount};
pub(super) use agreement::{RawAgreement, RawClause, RawLayerAgreement, RawNotice};
pub(super) use directory::RawDirectory;
pub(super) use https::{RawHttps, RawService};
pub(super) use layer::{RawLayer, RawLeast};
pub(super) use lists::{RawFormat, RawLists, RawSource};
pub(super) use log::{RawLog, RawRetention, RawSpan};
pub(super) use policy::{BareAddresses, RawCategory, RawGroup, RawHelpLine, RawKeyword, RawPreset, RawRule, RawTest};
pub(super) use portal::RawPortal;
pub(super) use proxy::{RawListener, RawPac, RawProxy};
pub(super) use radius::RawRadius;
pub(super) use root::{Raw, RawPages, reference};
pub(super) use sign_in::RawSignIn;
pub(super) use site::RawSite;
pub(super) use sites::{RawSiteFile, RawSites};
