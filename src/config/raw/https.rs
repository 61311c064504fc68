//! `[https]`: the authority that vouches for opened connections, and what stays sealed (standards AB7, H2; rule T4).

use crate::config::section::{Opt, Section};
use crate::config::shells::{HttpsSettings, PassScope};
use crate::config::slot::{Slot, Words};
use crate::config::source::At;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// `[https]`.
#[derive(Default)]
pub(in crate::config) struct RawHttps {
    pub(in crate::config) settings: HttpsSettings,
    pub(in crate::config) sealed: Vec<At<String>>,
    pub(in crate::config) sealed_categories: Option<Vec<At<String>>>,
}

impl Words for PassScope {
    const WORDS: &'static [(&'static str, Self)] = &[("others", Self::Others), ("not-statutory", Self::NotStatutory), ("all", Self::All)];
}

impl Section for RawHttps {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "authority",
            help: "Folder of the authority that `lifeguard ca init` makes: its certificate is installed on devices, its key never leaves.",
            slot: |https| Slot::Path(&mut https.settings.authority),
        },
        Opt {
            key: "certificate_life",
            help: "How long a certificate made for an opened host is good.",
            slot: |https| Slot::Time(&mut https.settings.certificate_life, DAY..=DAY * 199),
        },
        Opt {
            key: "certificates",
            help: "Certificates of opened hosts that are kept in memory.",
            slot: |https| Slot::Count(&mut https.settings.certificates, 16..=1_000_000),
        },
        Opt {
            key: "sealed",
            help: "Hosts that are never opened, each with everything below it.",
            slot: |https| Slot::Names(&mut https.sealed),
        },
        Opt {
            key: "sealed_categories",
            help: "Categories that are never opened. Without it: bank and webmail.",
            slot: |https| Slot::Names(https.sealed_categories.get_or_insert_default()),
        },
        Opt {
            key: "pass_after_refusals",
            help: "A client that has our authority, and says this often in a row that it does not trust our certificate for one host, \
                   reaches this host unopened for a while (an app that trusts one certificate only). 0: never.",
            slot: |https| Slot::Count(&mut https.settings.pass_after_refusals, 0..=1000),
        },
        Opt {
            key: "pass_for",
            help: "For how long.",
            slot: |https| Slot::Time(&mut https.settings.pass_for, Duration::from_secs(1)..=DAY * 30),
        },
        Opt {
            key: "pass_hosts",
            help: "Which hosts it may be: those opened only because a group opens everything (others), also hosts with listed pages, \
                   search engines, places to sign in and open_hosts (not-statutory), or even hosts with statutory pages (all), each of \
                   which is recorded as a gap in coverage.",
            slot: |https| Slot::Choice(&mut https.settings.pass_hosts),
        },
    ];
}
