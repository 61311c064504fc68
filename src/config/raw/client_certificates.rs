//! Certificates of clients, in a `[[proxy.listener]]`.

use crate::config::known_by::NameFrom;
use crate::config::slot::Words;
use crate::config::source::At;

/// Does a client have to show one?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum Asked {
    Wanted,
    Needed,
}

/// What a listener says about them.
pub(in crate::config) struct RawClientCertificates {
    pub(in crate::config) roots: Vec<At<String>>,
    pub(in crate::config) asked: Option<At<Asked>>,
    pub(in crate::config) revocation: Vec<At<String>>,
    pub(in crate::config) name_from: NameFrom,
    pub(in crate::config) group: Option<At<String>>,
}

impl Default for RawClientCertificates {
    fn default() -> Self {
        Self { roots: Vec::new(), asked: None, revocation: Vec::new(), name_from: NameFrom::Email, group: None }
    }
}

impl Words for Asked {
    const WORDS: &'static [(&'static str, Self)] = &[("wanted", Self::Wanted), ("needed", Self::Needed)];
}

impl Words for NameFrom {
    const WORDS: &'static [(&'static str, Self)] = &[("email", Self::Email), ("upn", Self::Upn), ("common-name", Self::CommonName)];
}
