//! `[site]`: where this is and whom to ask.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use crate::policy::Contact;

/// The site, before its time zone is known.
pub(in crate::config) struct RawSite {
    pub(in crate::config) name: String,
    pub(in crate::config) node: String,
    pub(in crate::config) time_zone: Option<At<String>>,
    pub(in crate::config) contact: Contact,
}

impl Default for RawSite {
    fn default() -> Self {
        let site = crate::config::checked::Site::default();
        Self { name: site.name, node: site.node, time_zone: None, contact: site.contact }
    }
}

impl Section for RawSite {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "The site's name, on pages and in records.", slot: |site| Slot::Text(&mut site.name) },
        Opt { key: "node", help: "This machine's name, in records.", slot: |site| Slot::Text(&mut site.node) },
        Opt {
            key: "time_zone",
            help: "The site's time zone, such as \"Europe/London\"; hours and dates are read in it. Without it: UTC.",
            slot: |site| Slot::Name(&mut site.time_zone),
        },
        Opt { key: "contact", help: "Whom people may ask.", slot: |site| Slot::Table(&mut site.contact) },
    ];
}

impl Section for Contact {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "A person or a role.", slot: |contact| Slot::Text(&mut contact.name) },
        Opt { key: "email", help: "E-mail address.", slot: |contact| Slot::Text(&mut contact.email) },
        Opt { key: "phone", help: "Telephone number.", slot: |contact| Slot::Text(&mut contact.phone) },
        Opt { key: "web", help: "Web address.", slot: |contact| Slot::Text(&mut contact.web) },
    ];
}
