//! `[admin]`: the console, health and metrics.

use super::oidc::RawOidc;
use crate::config::checked::{AdminSettings, ConsoleLanguage, Reveal};
use crate::config::section::{Opt, Section};
use crate::config::slot::{Slot, Words};
use crate::config::source::At;

/// What may be written.
#[derive(Default)]
pub(in crate::config) struct RawAdmin {
    pub(in crate::config) settings: AdminSettings,
    pub(in crate::config) names: Vec<At<String>>,
    pub(in crate::config) certificate: Option<At<String>>,
    pub(in crate::config) key: Option<At<String>>,
    pub(in crate::config) oidc: RawOidc,
    pub(in crate::config) own_domains: Vec<At<String>>,
    pub(in crate::config) accepted_ranks: Vec<At<String>>,
    pub(in crate::config) accepted_authorities: Vec<At<String>>,
}

impl Words for ConsoleLanguage {
    const WORDS: &'static [(&'static str, Self)] = &[("browser", Self::Browser), ("en", Self::English), ("cy", Self::Welsh)];
}

impl Words for Reveal {
    const WORDS: &'static [(&'static str, Self)] = &[("one", Self::One), ("two", Self::Two)];
}

impl Section for RawAdmin {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "listen",
            help: "Where the console, /healthz, /readyz and /metrics listen. Loopback only until you say otherwise.",
            slot: |admin| Slot::Socket(&mut admin.settings.listen),
        },
        Opt {
            key: "names",
            help: "Further host names under which the console answers, such as that of a front that ends TLS. Others are refused.",
            slot: |admin| Slot::Names(&mut admin.names),
        },
        Opt {
            key: "folder",
            help: "Folder of the console's accounts and sessions, for its owner only; empty: `console` beside the folder of the log.",
            slot: |admin| Slot::Path(&mut admin.settings.folder),
        },
        Opt {
            key: "behind_tls",
            help: "A front on this machine ends TLS: the console's cookies are for TLS only, and people may sign in from other machines. \
                   Without it they sign in on this machine alone.",
            slot: |admin| Slot::Flag(&mut admin.settings.behind_tls),
        },
        Opt {
            key: "certificate",
            help: "File of a certificate (PEM, the chain behind it): the console, health and metrics then speak TLS themselves, and people may \
                   sign in from other machines. A reload takes a new one.",
            slot: |admin| Slot::Name(&mut admin.certificate),
        },
        Opt { key: "key", help: "File of the certificate's key (PEM).", slot: |admin| Slot::Name(&mut admin.key) },
        Opt {
            key: "language",
            help: "Language of the console: the one that the browser asks for, English or Welsh.",
            slot: |admin| Slot::Choice(&mut admin.settings.language),
        },
        Opt {
            key: "approve_policy",
            help: "A change of policy that is made on the console needs somebody else's approval before it goes live. Whoever proposed it \
                   never gives it.",
            slot: |admin| Slot::Flag(&mut admin.settings.approve_policy),
        },
        Opt {
            key: "reveal",
            help: "How many people it takes to see the name behind a pseudonym on the console: one who may and says why, or a second who agrees.",
            slot: |admin| Slot::Choice(&mut admin.settings.reveal),
        },
        Opt {
            key: "own_domains",
            help: "Domains of this place's own mail, such as \"school.example\". A report to an address elsewhere has to be said to be meant, \
                   and that is recorded. Without it nobody is asked.",
            slot: |admin| Slot::Names(&mut admin.own_domains),
        },
        Opt {
            key: "accepted_ranks",
            help: "Ranks from which a demand for records is taken, such as \"Inspector\". A case of disclosure that names another is not \
                   opened. Without it: any rank.",
            slot: |admin| Slot::Names(&mut admin.accepted_ranks),
        },
        Opt {
            key: "accepted_authorities",
            help: "Ranks or offices that may authorise a demand for records, such as \"Superintendent\". A case of disclosure that names \
                   another is not opened. Without it: any.",
            slot: |admin| Slot::Names(&mut admin.accepted_authorities),
        },
        Opt {
            key: "local",
            help: "Who may sign in with a password of the console's own where the organisation's service is set up. Administrators always may: \
                   it is the way in while that service is away.",
            slot: |admin| Slot::Choice(&mut admin.settings.local),
        },
        Opt { key: "oidc", help: "Sign-in with the organisation's own service.", slot: |admin| Slot::Table(&mut admin.oidc) },
    ];
}
