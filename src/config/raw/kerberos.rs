//! `[sign_in.kerberos]`: tickets of Kerberos, Active Directory's among them.

use crate::config::kerberos::KerberosSettings;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use std::time::Duration;

/// `[sign_in.kerberos]`.
#[derive(Default)]
pub(in crate::config) struct RawKerberos {
    /// Everything that needs no further check.
    pub(in crate::config) plain: KerberosSettings,
    pub(in crate::config) keytab: Option<At<String>>,
    pub(in crate::config) service: Option<At<String>>,
    pub(in crate::config) realms: Vec<At<String>>,
    pub(in crate::config) group: Option<At<String>>,
}

impl Section for RawKerberos {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "keytab",
            help: "File of the keys of this service (mode 600), read again when it changes. With it, browsers sign in by the person's own \
                   ticket (Negotiate), without a question.",
            slot: |kerberos| Slot::Name(&mut kerberos.keytab),
        },
        Opt {
            key: "service",
            help: "The one service whose tickets are taken, such as \"HTTP/proxy.example.org@EXAMPLE.ORG\". Without it: every HTTP/ of the \
                   keytab.",
            slot: |kerberos| Slot::Name(&mut kerberos.service),
        },
        Opt {
            key: "realms",
            help: "Realms whose people are taken. Those of the first are named \"kim\", those of others \"kim@other.example\". Without it: \
                   the realm of the service.",
            slot: |kerberos| Slot::Names(&mut kerberos.realms),
        },
        Opt {
            key: "group",
            help: "The group of people who have neither a local account nor a group of the directory. Without it: the strictest.",
            slot: |kerberos| Slot::Name(&mut kerberos.group),
        },
        Opt {
            key: "clock_skew",
            help: "How far the clocks of clients may be from ours.",
            slot: |kerberos| Slot::Time(&mut kerberos.plain.clock_skew, Duration::from_secs(1)..=Duration::from_secs(900)),
        },
    ];
}
