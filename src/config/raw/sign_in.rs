//! `[sign_in]`: who must say who they are, and how (standards V12, X17, AA7).

use super::{RawCard, RawDirectory, RawFront, RawKerberos, RawPortal, RawRadius};
use crate::config::section::{Opt, Section};
use crate::config::sign_in::SignInSettings;
use crate::config::slot::Slot;
use crate::config::source::At;
use std::time::Duration;

/// `[sign_in]`.
#[derive(Default)]
pub(in crate::config) struct RawSignIn {
    /// Everything that needs no further check.
    pub(in crate::config) plain: SignInSettings,
    pub(in crate::config) needed_for: Vec<At<String>>,
    pub(in crate::config) directory: RawDirectory,
    pub(in crate::config) radius: RawRadius,
    pub(in crate::config) card: RawCard,
    pub(in crate::config) front: RawFront,
    pub(in crate::config) page: RawPortal,
    pub(in crate::config) kerberos: RawKerberos,
}

impl Section for RawSignIn {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "accounts",
            help: "File of local accounts, which `lifeguard user` changes. They come before those of a directory.",
            slot: |sign_in| Slot::Path(&mut sign_in.plain.accounts),
        },
        Opt {
            key: "needed_for",
            help: "Groups whose people must sign in (407), although their address or entrance is known. In all other groups people may \
                   sign in, and devices that cannot are never asked.",
            slot: |sign_in| Slot::Names(&mut sign_in.needed_for),
        },
        Opt {
            key: "basic_unprotected",
            help: "Take passwords over connections from other machines that are not under TLS. Whoever is on the network can read them.",
            slot: |sign_in| Slot::Flag(&mut sign_in.plain.basic_unprotected),
        },
        Opt {
            key: "remember",
            help: "How long a password that was right is not tried again. An account that is disabled is refused within seconds all the same.",
            slot: |sign_in| Slot::Time(&mut sign_in.plain.remember, Duration::from_secs(10)..=Duration::from_secs(24 * 3600)),
        },
        Opt {
            key: "guesses",
            help: "Wrong passwords in five minutes for one account; then none is tried for a while.",
            slot: |sign_in| Slot::Count(&mut sign_in.plain.guesses, 1..=10),
        },
        Opt {
            key: "guesses_per_address",
            help: "The same from one client address. A whole class may sit behind one address.",
            slot: |sign_in| Slot::Count(&mut sign_in.plain.guesses_per_address, 1..=1000),
        },
        Opt {
            key: "strength",
            help: "How surely a person must be known to count as signed in: by the network's word for their address, or by their own password.",
            slot: |sign_in| Slot::Choice(&mut sign_in.plain.strength),
        },
        Opt {
            key: "page",
            help: "The page to which guests are led, to sign in or to go on without an account.",
            slot: |sign_in| Slot::Table(&mut sign_in.page),
        },
        Opt { key: "radius", help: "Who is at which address, by RADIUS accounting.", slot: |sign_in| Slot::Table(&mut sign_in.radius) },
        Opt {
            key: "kerberos",
            help: "Tickets of Kerberos, which the person's own sign-in to the network brings.",
            slot: |sign_in| Slot::Table(&mut sign_in.kerberos),
        },
        Opt { key: "directory", help: "People of an LDAP directory.", slot: |sign_in| Slot::Table(&mut sign_in.directory) },
        Opt { key: "card", help: "People with a library card and a PIN.", slot: |sign_in| Slot::Table(&mut sign_in.card) },
        Opt { key: "front", help: "A trusted device in front that says who asks.", slot: |sign_in| Slot::Table(&mut sign_in.front) },
    ];
}
