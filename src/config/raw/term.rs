//! `[[term]]`: dates with a name.

use crate::config::moment::Written;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// Dates with a name, as written.
#[derive(Default)]
pub(in crate::config) struct RawTerm {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) from: Option<At<Written>>,
    pub(in crate::config) to: Option<At<Written>>,
}

impl Section for RawTerm {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "name",
            help: "The name that hours give behind \"in\" or \"outside\", such as \"term\". Several terms may have one name.",
            slot: |term| Slot::Name(&mut term.name),
        },
        Opt { key: "from", help: "The first day, in the site's time zone.", slot: |term| Slot::Moment(&mut term.from) },
        Opt { key: "to", help: "The last day.", slot: |term| Slot::Moment(&mut term.to) },
    ];
}
