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
    pub(in crate::config) services: Vec<At<RawService>>,
}

/// `[[https.service]]`: a service that restricts accounts by a field, which the built-in table does not have.
#[derive(Default)]
pub(in crate::config) struct RawService {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) field: Option<At<String>>,
    pub(in crate::config) hosts: Vec<At<String>>,
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
            key: "passphrase_file",
            help: "File of the passphrase of the authority's key, if it is encrypted (`lifeguard ca init --encrypt`): mode 600 or 400, or a \
                   credential of systemd.",
            slot: |https| Slot::Path(&mut https.settings.passphrase_file),
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
        Opt {
            key: "service",
            help: "Services that restrict accounts by a field, beside the built-in ones; [[group.accounts.own]] says what each is told.",
            slot: |https| Slot::Tables(&mut https.services),
        },
    ];
}

impl Section for RawService {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Short name, for [[group.accounts.own]].", slot: |service| Slot::Name(&mut service.name) },
        Opt {
            key: "field",
            help: "The field as the service documents it. What clients say in it is taken off, for every group.",
            slot: |service| Slot::Name(&mut service.field),
        },
        Opt {
            key: "hosts",
            help: "Hosts it is for, each with everything below it. https = \"selective\" opens them for groups that say something.",
            slot: |service| Slot::Names(&mut service.hosts),
        },
    ];
}
