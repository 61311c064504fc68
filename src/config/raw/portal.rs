//! `[sign_in.page]`: the page on which people sign in who have no other way.

use crate::config::portal::PortalSettings;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use std::time::Duration;

/// `[sign_in.page]`.
#[derive(Default)]
pub(in crate::config) struct RawPortal {
    /// Everything that needs no further check.
    pub(in crate::config) plain: PortalSettings,
    pub(in crate::config) groups: Vec<At<String>>,
    pub(in crate::config) guest: Option<At<String>>,
    pub(in crate::config) certificate: Option<At<String>>,
    pub(in crate::config) key: Option<At<String>>,
}

impl Section for RawPortal {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "groups",
            help: "Groups whose people are led to the page while nobody is known, such as that of the guests' address range. A device that \
                   cannot sign in belongs into another group.",
            slot: |page| Slot::Names(&mut page.groups),
        },
        Opt {
            key: "keep",
            help: "How long a sign-in stands when nothing is asked for. It holds for the address, and so for whoever uses it.",
            slot: |page| Slot::Time(&mut page.plain.keep, Duration::from_secs(1)..=Duration::from_secs(24 * 3600)),
        },
        Opt {
            key: "at_most",
            help: "How long a sign-in stands at most; then one signs in again.",
            slot: |page| Slot::Time(&mut page.plain.at_most, Duration::from_secs(1)..=Duration::from_secs(24 * 3600)),
        },
        Opt {
            key: "guest",
            help: "The group of people without an account: they press a button and go on, without a name. Without it: nobody may.",
            slot: |page| Slot::Name(&mut page.guest),
        },
        Opt {
            key: "unprotected",
            help: "Let people type passwords on the page although the way to it is not protected. Whoever is on the network can read them.",
            slot: |page| Slot::Flag(&mut page.plain.unprotected),
        },
        Opt {
            key: "certificate",
            help: "File of a certificate for own_name (PEM, the chain behind it) that the browsers of guests trust: the page is then \
                   reached by https.",
            slot: |page| Slot::Name(&mut page.certificate),
        },
        Opt { key: "key", help: "File of the certificate's key (PEM).", slot: |page| Slot::Name(&mut page.key) },
    ];
}
