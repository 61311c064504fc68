//! `[sign_in.directory]`: people who are kept in an LDAP directory, Active Directory among them.

use crate::config::section::{Opt, Section};
use crate::config::sign_in::DirectorySettings;
use crate::config::slot::Slot;
use crate::config::source::At;
use std::time::Duration;

/// `[sign_in.directory]`.
#[derive(Default)]
pub(in crate::config) struct RawDirectory {
    /// Everything that needs no further check.
    pub(in crate::config) plain: DirectorySettings,
    pub(in crate::config) url: Option<At<String>>,
    pub(in crate::config) base: Option<At<String>>,
    pub(in crate::config) user_dn: Option<At<String>>,
    pub(in crate::config) user_filter: Option<At<String>>,
    pub(in crate::config) groups: Vec<At<RawDirectoryGroup>>,
}

/// `[[sign_in.directory.group]]`.
#[derive(Default)]
pub(in crate::config) struct RawDirectoryGroup {
    pub(in crate::config) directory: Option<At<String>>,
    pub(in crate::config) group: Option<At<String>>,
}

impl Section for RawDirectory {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "url",
            help: "Where it is: ldaps://HOST, or ldap://HOST with start_tls. Its certificate must be good, as for any website \
                   ([proxy] extra_roots adds roots).",
            slot: |directory| Slot::Name(&mut directory.url),
        },
        Opt {
            key: "start_tls",
            help: "TLS begins within an ldap:// connection.",
            slot: |directory| Slot::Flag(&mut directory.plain.start_tls),
        },
        Opt {
            key: "base",
            help: "Where people and groups are looked for, such as \"dc=example,dc=org\".",
            slot: |directory| Slot::Name(&mut directory.base),
        },
        Opt {
            key: "bind_dn",
            help: "An account of ours that may look people up. Without it the person's own rights must be enough.",
            slot: |directory| Slot::Text(&mut directory.plain.bind_dn),
        },
        Opt {
            key: "bind_password_file",
            help: "File of its password (mode 600), read whenever it is needed.",
            slot: |directory| Slot::Path(&mut directory.plain.bind_password_file),
        },
        Opt {
            key: "user_dn",
            help: "The name to sign in with there, such as \"uid={name},ou=people,dc=example,dc=org\" or \"{name}@example.org\". Without it \
                   the person is looked up.",
            slot: |directory| Slot::Name(&mut directory.user_dn),
        },
        Opt {
            key: "user_filter",
            help: "How a person is looked up. Without it: by uid, sAMAccountName or userPrincipalName.",
            slot: |directory| Slot::Name(&mut directory.user_filter),
        },
        Opt {
            key: "group_base",
            help: "Where groups are looked for; empty: at the base.",
            slot: |directory| Slot::Text(&mut directory.plain.group_base),
        },
        Opt {
            key: "member_attribute",
            help: "The attribute of a group that names who is in it: people, and other groups.",
            slot: |directory| Slot::Text(&mut directory.plain.member_attribute),
        },
        Opt {
            key: "keep",
            help: "How long a person who was known keeps their groups while the directory does not answer; then the strictest group counts.",
            slot: |directory| Slot::Time(&mut directory.plain.keep, Duration::from_secs(10)..=Duration::from_secs(24 * 3600)),
        },
        Opt {
            key: "timeout",
            help: "Longest wait for an answer.",
            slot: |directory| Slot::Time(&mut directory.plain.timeout, Duration::from_secs(1)..=Duration::from_secs(10)),
        },
        Opt {
            key: "group",
            help: "Groups of the directory, with those that they hold, and the group of policy that each gives.",
            slot: |directory| Slot::Tables(&mut directory.groups),
        },
    ];
}

impl Section for RawDirectoryGroup {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "directory",
            help: "The group there: its whole distinguished name, or the first part of it (\"Domain Users\").",
            slot: |group| Slot::Name(&mut group.directory),
        },
        Opt { key: "group", help: "The group of policy here.", slot: |group| Slot::Name(&mut group.group) },
    ];
}
