//! `[admin.oidc]`: the organisation's own sign-in service for the console.

use crate::config::organisation::{BACK, LocalSignIn, OidcAccounts, OidcSettings};
use crate::config::section::{Opt, Section};
use crate::config::slot::{Slot, Words};
use crate::config::source::At;
use std::time::Duration;

/// `[admin.oidc]`.
#[derive(Default)]
pub(in crate::config) struct RawOidc {
    /// Everything that needs no further check.
    pub(in crate::config) plain: OidcSettings,
    pub(in crate::config) issuer: Option<At<String>>,
    pub(in crate::config) client_id: Option<At<String>>,
    pub(in crate::config) secret_file: Option<At<String>>,
    pub(in crate::config) redirect: Option<At<String>>,
    pub(in crate::config) claims: Option<At<String>>,
    pub(in crate::config) scopes: Option<At<String>>,
    pub(in crate::config) require: Vec<At<String>>,
    pub(in crate::config) second_factor: Vec<At<String>>,
    pub(in crate::config) roles: Vec<At<RawOidcRole>>,
}

/// `[[admin.oidc.roles]]`.
#[derive(Default)]
pub(in crate::config) struct RawOidcRole {
    pub(in crate::config) group: Option<At<String>>,
    pub(in crate::config) role: Option<At<String>>,
}

impl Words for LocalSignIn {
    const WORDS: &'static [(&'static str, Self)] = &[("everybody", Self::Everybody), ("only-administrators", Self::OnlyAdministrators)];
}

impl Words for OidcAccounts {
    const WORDS: &'static [(&'static str, Self)] = &[("beforehand", Self::Beforehand), ("just-in-time", Self::JustInTime)];
}

impl Section for RawOidc {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "name",
            help: "What people call the service, for the button: \"Sign in with NAME\". Empty: your organisation.",
            slot: |oidc| Slot::Text(&mut oidc.plain.name),
        },
        Opt {
            key: "issuer",
            help: "The organisation's sign-in service (OpenID Connect): https://HOST/PATH exactly as its own description and tokens have it, \
                   or http:// on this machine. Nothing else is asked but what that description names.",
            slot: |oidc| Slot::Name(&mut oidc.issuer),
        },
        Opt { key: "client_id", help: "What the service knows the console by.", slot: |oidc| Slot::Name(&mut oidc.client_id) },
        Opt {
            key: "secret_file",
            help: "File of the secret that the service gave for the console (mode 600), read whenever somebody signs in.",
            slot: |oidc| Slot::Name(&mut oidc.secret_file),
        },
        Opt {
            key: "redirect",
            help: "Where the service sends people back to, as it is written down there: the console's address and /sign-in/organisation/back.",
            slot: |oidc| Slot::Name(&mut oidc.redirect),
        },
        Opt { key: "scopes", help: "What is asked for; openid is among it.", slot: |oidc| Slot::Name(&mut oidc.scopes) },
        Opt {
            key: "acr_values",
            help: "Classes of authentication that are asked for (acr_values).",
            slot: |oidc| Slot::Text(&mut oidc.plain.acr_values),
        },
        Opt {
            key: "claims",
            help: "Claims that are asked for by name, as JSON (OpenID Connect Core, 5.5).",
            slot: |oidc| Slot::Name(&mut oidc.claims),
        },
        Opt {
            key: "group_claim",
            help: "The claim of the ID token with a person's groups: its name, or a JSON pointer such as /realm_access/roles.",
            slot: |oidc| Slot::Text(&mut oidc.plain.group_claim),
        },
        Opt {
            key: "roles",
            help: "Groups there, and the role on the console that each gives; the first that fits counts, at every sign-in. Whoever is in none \
                   of them stays out. Without any, an account has the role that an administrator gave it.",
            slot: |oidc| Slot::Tables(&mut oidc.roles),
        },
        Opt {
            key: "require",
            help: "Claims that every ID token must have, each as \"CLAIM=VALUE\", such as \"hd=school.example\".",
            slot: |oidc| Slot::Names(&mut oidc.require),
        },
        Opt {
            key: "second_factor",
            help: "What in an ID token says that the person proved themselves twice, each as \"CLAIM=VALUE\", such as \"amr=mfa\"; one is enough. \
                   Every role but governor needs it.",
            slot: |oidc| Slot::Names(&mut oidc.second_factor),
        },
        Opt {
            key: "accounts",
            help: "Where accounts come from: an administrator makes each and writes down who it is there, or the first sign-in makes it with \
                   the role of the person's group.",
            slot: |oidc| Slot::Choice(&mut oidc.plain.accounts),
        },
        Opt {
            key: "timeout",
            help: "Longest wait for all that one sign-in asks of the service.",
            slot: |oidc| Slot::Time(&mut oidc.plain.timeout, Duration::from_secs(1)..=Duration::from_secs(20)),
        },
    ];
}

impl Section for RawOidcRole {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "group", help: "The group there, as its claim has it.", slot: |role| Slot::Name(&mut role.group) },
        Opt { key: "role", help: "The role here, such as auditor.", slot: |role| Slot::Name(&mut role.role) },
    ];
}

/// What the address of [`BACK`] has to be, in words.
pub(in crate::config) fn expected_back() -> String {
    format!("https://HOST{BACK} with a host of the console (or http:// on this machine)")
}
