//! `[sites]`: several sites in one process; and what stands in a site's own file.

use super::{RawGroup, RawLayer, RawRule, RawSitePages, RawTest};
use crate::config::section::{Described, Opt, Section, describe_section};
use crate::config::slot::Slot;
use crate::config::source::At;
use crate::policy::Contact;
use ipnet::IpNet;
use std::net::SocketAddr;

/// `[sites]`.
#[derive(Default)]
pub(in crate::config) struct RawSites {
    pub(in crate::config) files: Option<At<String>>,
}

impl Section for RawSites {
    const OPTIONS: &'static [Opt<Self>] = &[Opt {
        key: "files",
        help: "The files of the sites that this process serves, one each, such as \"sites/*.toml\". Without it: one site, this one.",
        slot: |sites| Slot::Name(&mut sites.files),
    }];
}

/// The file of one site.
#[derive(Default)]
pub(in crate::config) struct RawSiteFile {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) title: Option<At<String>>,
    pub(in crate::config) networks: Vec<At<IpNet>>,
    pub(in crate::config) listen: Vec<At<SocketAddr>>,
    pub(in crate::config) time_zone: Option<At<String>>,
    pub(in crate::config) contact: Contact,
    pub(in crate::config) unknown_clients: Option<At<String>>,
    pub(in crate::config) exceptions: Option<At<String>>,
    pub(in crate::config) groups: Vec<At<RawGroup>>,
    pub(in crate::config) layers: Vec<At<RawLayer>>,
    pub(in crate::config) rules: Vec<At<RawRule>>,
    pub(in crate::config) tests: Vec<At<RawTest>>,
    pub(in crate::config) pages: RawSitePages,
}

impl Section for RawSiteFile {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "name",
            help: "Short name, for records and commands: its groups are called NAME/GROUP.",
            slot: |site| Slot::Name(&mut site.name),
        },
        Opt { key: "title", help: "Name for people. Without it: the short name.", slot: |site| Slot::Name(&mut site.title) },
        Opt {
            key: "networks",
            help: "Where connections from the site come from. Of clients whose address a trusted proxy at the site states, the groups' \
                   ranges hold the stated address. Without it: the ranges of its groups.",
            slot: |site| Slot::Networks(&mut site.networks),
        },
        Opt {
            key: "listen",
            help: "Listeners of the site: whatever comes to them is at the site, and its address may be one that other sites have too.",
            slot: |site| Slot::SocketList(&mut site.listen),
        },
        Opt { key: "time_zone", help: "The site's time zone. Without it: that of [site].", slot: |site| Slot::Name(&mut site.time_zone) },
        Opt { key: "contact", help: "Whom people at the site may ask.", slot: |site| Slot::Table(&mut site.contact) },
        Opt {
            key: "unknown_clients",
            help: "The group of everybody at the site whom no range places. Make it your strictest. Without it: the first group.",
            slot: |site| Slot::Name(&mut site.unknown_clients),
        },
        Opt {
            key: "exceptions",
            help: "A file of addresses that the site allows or blocks, a line each, with tabs between: allow or block, address, author, \
                   reason, and where wanted the last day and the groups.",
            slot: |site| Slot::Name(&mut site.exceptions),
        },
        Opt { key: "group", help: "Groups of people at the site.", slot: |site| Slot::Tables(&mut site.groups) },
        Opt {
            key: "layer",
            help: "Layers over the site's groups, of the levels site and person.",
            slot: |site| Slot::Tables(&mut site.layers),
        },
        Opt { key: "rule", help: "Addresses that the site allows or blocks.", slot: |site| Slot::Tables(&mut site.rules) },
        Opt { key: "test", help: "Tests of the site's policy.", slot: |site| Slot::Tables(&mut site.tests) },
        Opt { key: "pages", help: "The site's own pages.", slot: |site| Slot::Table(&mut site.pages) },
    ];
}

/// What the site's file has of its own; groups, layers, rules and tests are those of the settings themselves.
pub(in crate::config) fn describe(out: &mut Vec<Described>) {
    #[derive(Default)]
    struct Own(RawSiteFile);
    impl Section for Own {
        const OPTIONS: &'static [Opt<Self>] = &[
            own(0, |site| (RawSiteFile::OPTIONS[0].slot)(&mut site.0)),
            own(1, |site| (RawSiteFile::OPTIONS[1].slot)(&mut site.0)),
            own(2, |site| (RawSiteFile::OPTIONS[2].slot)(&mut site.0)),
            own(3, |site| (RawSiteFile::OPTIONS[3].slot)(&mut site.0)),
            own(4, |site| (RawSiteFile::OPTIONS[4].slot)(&mut site.0)),
            own(6, |site| (RawSiteFile::OPTIONS[6].slot)(&mut site.0)),
            own(7, |site| (RawSiteFile::OPTIONS[7].slot)(&mut site.0)),
        ];
    }
    const fn own(index: usize, slot: fn(&mut Own) -> Slot<'_>) -> Opt<Own> {
        Opt { key: RawSiteFile::OPTIONS[index].key, help: RawSiteFile::OPTIONS[index].help, slot }
    }
    describe_section::<Own>("In the file of a site, beside [contact], [[group]], [[layer]], [[rule]] and [[test]] as above", "", out);
    describe_section::<RawSitePages>("In the file of a site: [pages]", "pages", out);
}
