//! `[group.accounts]`: which accounts people of a group may sign in with at large services (standards AD1 to AD3).

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// `[group.accounts]`.
#[derive(Default)]
pub(in crate::config) struct RawAccounts {
    pub(in crate::config) google: Vec<At<String>>,
    pub(in crate::config) microsoft: Vec<At<String>>,
    pub(in crate::config) microsoft_directory: Option<At<String>>,
    pub(in crate::config) microsoft_personal: Option<bool>,
    pub(in crate::config) slack: Vec<At<String>>,
    pub(in crate::config) slack_requester: Option<At<String>>,
    pub(in crate::config) dropbox: Vec<At<String>>,
}

impl Section for RawAccounts {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "google",
            help: "Domains whose Google accounts are open, such as [\"school.example\"]. Needs opened HTTPS, as all of these.",
            slot: |accounts| Slot::Names(&mut accounts.google),
        },
        Opt {
            key: "microsoft",
            help: "Microsoft tenants that are open: domains or directory numbers.",
            slot: |accounts| Slot::Names(&mut accounts.microsoft),
        },
        Opt {
            key: "microsoft_directory",
            help: "The number of your own directory, which Microsoft asks for with the tenants.",
            slot: |accounts| Slot::Name(&mut accounts.microsoft_directory),
        },
        Opt {
            key: "microsoft_personal",
            help: "May people sign in with personal Microsoft accounts? Without it: yes.",
            slot: |accounts| Slot::OptionalFlag(&mut accounts.microsoft_personal),
        },
        Opt { key: "slack", help: "Slack workspaces that are open, by number.", slot: |accounts| Slot::Names(&mut accounts.slack) },
        Opt {
            key: "slack_requester",
            help: "The number of your own workspace or organisation, which Slack asks for with the others.",
            slot: |accounts| Slot::Name(&mut accounts.slack_requester),
        },
        Opt { key: "dropbox", help: "Dropbox teams that are open, by number.", slot: |accounts| Slot::Names(&mut accounts.dropbox) },
    ];
}
