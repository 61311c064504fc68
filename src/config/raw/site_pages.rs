//! `[pages]` in the file of a site: its own templates, and whom its people may talk to.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// `[pages]` of a site.
#[derive(Default)]
pub(in crate::config) struct RawSitePages {
    pub(in crate::config) templates: Option<At<String>>,
    pub(in crate::config) help_lines: Vec<At<RawSiteHelp>>,
}

/// `[[pages.help_line]]` of a site.
#[derive(Default)]
pub(in crate::config) struct RawSiteHelp {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) phone: Option<At<String>>,
    pub(in crate::config) words: Option<At<String>>,
    pub(in crate::config) web: Option<At<String>>,
}

impl Section for RawSitePages {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "templates",
            help: "Folder of the site's own pages, named as those in [pages] templates of the settings. A page that is not there is that of \
                   the settings, and else the built-in one.",
            slot: |pages| Slot::Name(&mut pages.templates),
        },
        Opt {
            key: "help_line",
            help: "Whom people at the site may talk to. They stand before those of everybody, of which none goes away.",
            slot: |pages| Slot::Tables(&mut pages.help_lines),
        },
    ];
}

impl Section for RawSiteHelp {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Its name.", slot: |line| Slot::Name(&mut line.name) },
        Opt { key: "phone", help: "Telephone number.", slot: |line| Slot::Name(&mut line.phone) },
        Opt { key: "words", help: "What it is for.", slot: |line| Slot::Name(&mut line.words) },
        Opt {
            key: "web",
            help: "Its page, such as \"https://help.example/\". It is shown; where it would be closed, a [[rule]] opens it.",
            slot: |line| Slot::Name(&mut line.web),
        },
    ];
}
