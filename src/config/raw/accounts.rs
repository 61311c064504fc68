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
    pub(in crate::config) microsoft_policy: Option<At<String>>,
    pub(in crate::config) chatgpt: Vec<At<String>>,
    pub(in crate::config) openai: Vec<At<String>>,
    pub(in crate::config) anthropic: Vec<At<String>>,
    pub(in crate::config) webex: Vec<At<String>>,
    pub(in crate::config) asana: Vec<At<String>>,
    pub(in crate::config) asana_requester: Option<At<String>>,
    pub(in crate::config) github: Vec<At<String>>,
    pub(in crate::config) own: Vec<At<RawOwnAccount>>,
}

/// `[[group.accounts.own]]`: what one of the operator's own services is told.
#[derive(Default)]
pub(in crate::config) struct RawOwnAccount {
    pub(in crate::config) service: Option<At<String>>,
    pub(in crate::config) value: Option<At<String>>,
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
        Opt {
            key: "microsoft_policy",
            help: "Microsoft's second form (\"tenant restrictions v2\") in the place of the options above: your directory's number, a colon, \
                   the number of the policy there.",
            slot: |accounts| Slot::Name(&mut accounts.microsoft_policy),
        },
        Opt { key: "chatgpt", help: "ChatGPT workspaces that are open, by number.", slot: |accounts| Slot::Names(&mut accounts.chatgpt) },
        Opt {
            key: "openai",
            help: "Organisations at OpenAI's platform that are open, such as [\"org-abc\"].",
            slot: |accounts| Slot::Names(&mut accounts.openai),
        },
        Opt {
            key: "anthropic",
            help: "Organisations at Anthropic (Claude) that are open, by number.",
            slot: |accounts| Slot::Names(&mut accounts.anthropic),
        },
        Opt { key: "webex", help: "Domains whose Webex accounts are open.", slot: |accounts| Slot::Names(&mut accounts.webex) },
        Opt { key: "asana", help: "Asana domains that are open, by number.", slot: |accounts| Slot::Names(&mut accounts.asana) },
        Opt {
            key: "asana_requester",
            help: "The number of your own domain, which Asana asks for with the others.",
            slot: |accounts| Slot::Name(&mut accounts.asana_requester),
        },
        Opt { key: "github", help: "Enterprises at GitHub that are open, by number.", slot: |accounts| Slot::Names(&mut accounts.github) },
        Opt {
            key: "own",
            help: "What services of your own table ([[https.service]]) are told.",
            slot: |accounts| Slot::Tables(&mut accounts.own),
        },
    ];
}

impl Section for RawOwnAccount {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "service", help: "Its name in [[https.service]].", slot: |own| Slot::Name(&mut own.service) },
        Opt { key: "value", help: "What it is told.", slot: |own| Slot::Name(&mut own.value) },
    ];
}
