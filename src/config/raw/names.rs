//! `[lists.names]`: what names look like, learned from the lists.

use crate::config::list_settings::NamesSettings;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// The section, before its files are checked.
#[derive(Default)]
pub(in crate::config) struct RawNames {
    pub(in crate::config) plain: NamesSettings,
    pub(in crate::config) allow: Vec<At<String>>,
    pub(in crate::config) categories: Vec<At<String>>,
}

impl Section for RawNames {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "allow",
            help: "Files of names that are known to be innocent, one a line or rank,name as lists of popular sites have it; ten thousand at \
                   least. With them the names of each category are learned, so that hosts which no list knows are recognised. Without it: \
                   nothing is learned.",
            slot: |names| Slot::Names(&mut names.allow),
        },
        Opt {
            key: "false_positives",
            help: "Share of innocent names that may be taken for a category.",
            slot: |names| Slot::Share(&mut names.plain.false_positives),
        },
        Opt {
            key: "categories",
            help: "The categories that are learned, eight at most. Without it: the eight with the most names.",
            slot: |names| Slot::Names(&mut names.categories),
        },
        Opt {
            key: "seed",
            help: "Start of the order in which names are learned: the same lists with the same seed give the same image.",
            slot: |names| Slot::Count(&mut names.plain.seed, 1..=1_000_000),
        },
    ];
}
