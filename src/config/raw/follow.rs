//! `[[follow]]`: other installations whose closures count here.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// `[[follow]]`.
#[derive(Default)]
pub(in crate::config) struct RawFollow {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) folder: Option<At<String>>,
    pub(in crate::config) first_key: Option<At<String>>,
}

impl Section for RawFollow {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Its name, in records and on pages.", slot: |follow| Slot::Name(&mut follow.name) },
        Opt {
            key: "folder",
            help: "Folder with its keys.log and its exceptions.log, shared or copied: what it closes or suspends is closed here within two seconds.",
            slot: |follow| Slot::Name(&mut follow.folder),
        },
        Opt {
            key: "first_key",
            help: "Fingerprint of its first key, 64 hexadecimal digits, as `lifeguard logs head` shows it there.",
            slot: |follow| Slot::Name(&mut follow.first_key),
        },
    ];
}
