//! How people sign in (standards V12, X17, AA7). Defaults stand here, once.

use super::kerberos::KerberosSettings;
use super::known_by::{CardSettings, FrontSettings};
use super::portal::PortalSettings;
use crate::model::IdentityStrength;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInSettings {
    /// The file of local accounts; empty: there are none, and nobody can sign in.
    pub accounts: PathBuf,
    /// The directory; `None`: there is none.
    pub directory: Option<DirectorySettings>,
    /// Library cards; `None`: there are none.
    pub card: Option<CardSettings>,
    /// A device in front that says who asks; `None`: there is none.
    pub front: Option<FrontSettings>,
    /// Groups whose people must sign in, however their group was found: a device alone does not get its rules.
    pub needed_for: Vec<Box<str>>,
    /// How surely a person must be known to count as signed in.
    pub strength: IdentityStrength,
    /// Accounting of the network; `None`: it is not listened to.
    pub radius: Option<RadiusSettings>,
    /// The page on which people sign in; `None`: there is none.
    pub page: Option<PortalSettings>,
    /// Tickets of Kerberos; `None`: they are not looked at.
    pub kerberos: Option<KerberosSettings>,
    /// Passwords are taken over connections that are not protected.
    pub basic_unprotected: bool,
    /// How long a password that was right is not tried again.
    pub remember: Duration,
    /// Wrong passwords in five minutes for one account.
    pub guesses: usize,
    /// Wrong passwords in five minutes from one address.
    pub guesses_per_address: usize,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            accounts: PathBuf::new(),
            directory: None,
            card: None,
            front: None,
            needed_for: Vec::new(),
            strength: IdentityStrength::Person,
            radius: None,
            page: None,
            kerberos: None,
            basic_unprotected: false,
            remember: Duration::from_secs(600),
            guesses: 10,
            guesses_per_address: 10,
        }
    }
}

/// An LDAP directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectorySettings {
    /// `ldaps://host:port`, or `ldap://host:port` with [`DirectorySettings::start_tls`].
    pub url: String,
    /// TLS begins within the connection.
    pub start_tls: bool,
    /// Where people and groups are looked for.
    pub base: String,
    /// Our own account, to look people up with; empty: there is none.
    pub bind_dn: String,
    /// File of its password.
    pub bind_password_file: PathBuf,
    /// The name to bind with, with `{name}` in it; empty: the person is looked up.
    pub user_dn: String,
    /// How a person is looked up, with `{name}` in it.
    pub user_filter: String,
    /// Where groups are looked for; empty: at the base.
    pub group_base: String,
    /// The attribute of a group that names who is in it.
    pub member_attribute: String,
    /// Groups of the directory, and the group of policy that each gives.
    pub groups: Vec<(String, Box<str>)>,
    /// How long a person who was known keeps their groups while the directory does not answer.
    pub keep: Duration,
    /// Longest wait for an answer.
    pub timeout: Duration,
}

impl Default for DirectorySettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            start_tls: false,
            base: String::new(),
            bind_dn: String::new(),
            bind_password_file: PathBuf::new(),
            user_dn: String::new(),
            user_filter: "(|(uid={name})(sAMAccountName={name})(userPrincipalName={name}))".into(),
            group_base: String::new(),
            member_attribute: "member".into(),
            groups: Vec::new(),
            keep: Duration::from_secs(4 * 3600),
            timeout: Duration::from_secs(5),
        }
    }
}

/// RADIUS accounting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RadiusSettings {
    /// Where it is listened to.
    pub listen: SocketAddr,
    /// Who may send it.
    pub from: Vec<IpNet>,
    /// File of the secret that is shared with them.
    pub secret_file: PathBuf,
    /// The group of people who have no local account; `None`: the strictest.
    pub group: Option<Box<str>>,
    /// How long what was said may be relied on when nothing more is said.
    pub keep: Duration,
    /// Sessions that are kept.
    pub sessions: usize,
}

impl Default for RadiusSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 1813)),
            from: Vec::new(),
            secret_file: PathBuf::new(),
            group: None,
            keep: Duration::from_secs(3600),
            sessions: 100_000,
        }
    }
}
