//! `[[accredit.corpora]]`.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// `[[accredit.corpora]]`.
#[derive(Default)]
pub(in crate::config) struct RawCorpus {
    pub(in crate::config) path: Option<At<String>>,
    pub(in crate::config) bucket: Option<At<String>>,
    pub(in crate::config) groups: Vec<At<String>>,
}

impl Section for RawCorpus {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "path", help: "File of addresses, one a line; # starts a comment.", slot: |corpus| Slot::Name(&mut corpus.path) },
        Opt {
            key: "bucket",
            help: "What all of them are, such as \"becta-adult\". Left out: each line begins with its own, then a blank or a comma, then the address. \
                   \"allow\": they should be open.",
            slot: |corpus| Slot::Name(&mut corpus.bucket),
        },
        Opt {
            key: "groups",
            help: "Groups for which it counts. Left out: the strictest; for \"allow\" every group.",
            slot: |corpus| Slot::Names(&mut corpus.groups),
        },
    ];
}
