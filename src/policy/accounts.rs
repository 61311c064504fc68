//! Which accounts people may sign in with, said to the services by fields that only a proxy in between can set (standards AD1 to AD3); and
//! the field that restricts YouTube (AC2). Seen only where the inside is seen: in plain HTTP and in opened HTTPS.
//!
//! Must never name a host that its service has not documented for the field, and must never leave a client's own copy of a field that is
//! set here.

use super::rules::Group;
use super::safe::{YouTube, is_youtube};
use super::set::PolicySet;
use crate::model::GroupId;
use std::sync::Arc;

/// A field by which a service is told which accounts are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountField {
    /// Google: domains (support.google.com/a/answer/1668854).
    Google,
    /// Microsoft: tenants (learn.microsoft.com, Entra, "Restrict access to a tenant").
    Microsoft,
    /// Microsoft: the directory that restricts (the same page).
    MicrosoftDirectory,
    /// Microsoft: no personal accounts (the same page).
    MicrosoftPersonal,
    /// Slack: workspaces (slack.com/help, "Approve Slack workspaces for your network").
    Slack,
    /// Slack: the workspace that restricts (the same page).
    SlackRequester,
    /// Dropbox: teams (help.dropbox.com, "Network control").
    Dropbox,
}

/// Hosts of a service.
struct Hosts {
    exact: &'static [&'static str],
    /// Each with everything below it.
    below: &'static [&'static str],
    /// Where people sign in: opened where a group opens what policy names.
    sign_in: &'static [&'static str],
}

const GOOGLE: Hosts = Hosts { exact: &[], below: &["google.com"], sign_in: &["accounts.google.com"] };
const MICROSOFT_SIGN_IN: &[&str] = &["login.microsoftonline.com", "login.microsoft.com", "login.windows.net"];
const MICROSOFT: Hosts = Hosts { exact: MICROSOFT_SIGN_IN, below: &[], sign_in: MICROSOFT_SIGN_IN };
const MICROSOFT_PERSONAL: Hosts = Hosts { exact: &["login.live.com"], below: &[], sign_in: &["login.live.com"] };
const SLACK: Hosts = Hosts { exact: &[], below: &["slack.com"], sign_in: &["slack.com"] };
const DROPBOX: Hosts = Hosts { exact: &[], below: &["dropbox.com"], sign_in: &["www.dropbox.com"] };

impl AccountField {
    /// The field, in small letters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "x-googapps-allowed-domains",
            Self::Microsoft => "restrict-access-to-tenants",
            Self::MicrosoftDirectory => "restrict-access-context",
            Self::MicrosoftPersonal => "sec-restrict-tenant-access-policy",
            Self::Slack => "x-slack-allowed-workspaces",
            Self::SlackRequester => "x-slack-allowed-workspaces-requester",
            Self::Dropbox => "x-dropbox-allowed-team-ids",
        }
    }

    const fn hosts(self) -> &'static Hosts {
        match self {
            Self::Google => &GOOGLE,
            Self::Microsoft | Self::MicrosoftDirectory => &MICROSOFT,
            Self::MicrosoftPersonal => &MICROSOFT_PERSONAL,
            Self::Slack | Self::SlackRequester => &SLACK,
            Self::Dropbox => &DROPBOX,
        }
    }

    /// Is the field meant for this host?
    #[must_use]
    pub fn is_for(self, host: &str) -> bool {
        let hosts = self.hosts();
        let below = |name: &&str| host.strip_suffix(*name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        hosts.exact.contains(&host) || hosts.below.iter().any(below)
    }

    fn signs_in_at(self, host: &str) -> bool {
        self.hosts().sign_in.contains(&host)
    }
}

/// The field that restricts YouTube (support.google.com/a/answer/6214622).
const YOUTUBE_FIELD: &str = "youtube-restrict";

impl PolicySet {
    /// The fields that a request of this group carries to this host, each in the place of whatever the client sent by that name.
    pub fn fields<'a>(&'a self, group: GroupId, host: &'a str) -> impl Iterator<Item = (&'static str, &'a str)> + 'a {
        let group = self.planned(group).1;
        let accounts = group.accounts.iter().filter(move |(field, _)| field.is_for(host)).map(|(field, value)| (field.name(), &**value));
        accounts.chain(restriction(group.youtube, host).map(|value| (YOUTUBE_FIELD, value)))
    }
}

fn restriction(youtube: YouTube, host: &str) -> Option<&'static str> {
    match youtube {
        YouTube::Open => None,
        YouTube::Moderate => is_youtube(host).then_some("Moderate"),
        YouTube::Strict => is_youtube(host).then_some("Strict"),
    }
}

/// Does the group say anything to a service where people sign in at this host?
pub(super) fn signs_in_at(group: &Group, host: &str) -> bool {
    group.accounts.iter().any(|(field, _)| field.signs_in_at(host))
}

/// What is said to each service: a field and its value.
pub type Accounts = Vec<(AccountField, Arc<str>)>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_for_its_services_hosts_alone() {
        use AccountField as F;
        let table: [(F, &[&str], &[&str]); 5] = [
            (
                F::Google,
                &["google.com", "mail.google.com", "accounts.google.com"],
                &["notgoogle.com", "google.com.example.test", "google.de"],
            ),
            (
                F::Microsoft,
                &["login.microsoftonline.com", "login.microsoft.com", "login.windows.net"],
                &["login.live.com", "microsoft.com", "a.login.microsoft.com", "login.microsoftonline.com.example.test"],
            ),
            (F::MicrosoftPersonal, &["login.live.com"], &["live.com", "outlook.live.com", "login.microsoft.com"]),
            (F::Slack, &["slack.com", "school.slack.com"], &["notslack.com", "slack.com.example.test"]),
            (F::Dropbox, &["www.dropbox.com"], &["dropbox.com.example.test", "notdropbox.com"]),
        ];
        for (field, hosts, neighbours) in table {
            assert!(hosts.iter().all(|host| field.is_for(host)), "{field:?}");
            assert!(!neighbours.iter().any(|host| field.is_for(host)), "{field:?}");
            assert!(field.hosts().sign_in.iter().all(|host| field.is_for(host)), "{field:?}: what is opened is told");
            assert_eq!(field.name(), field.name().to_ascii_lowercase());
        }
    }

    #[test]
    fn youtube_is_told_at_its_own_hosts_alone() {
        for (youtube, host, expected) in [
            (YouTube::Strict, "www.youtube.com", Some("Strict")),
            (YouTube::Moderate, "m.youtube.com", Some("Moderate")),
            (YouTube::Open, "www.youtube.com", None),
            (YouTube::Strict, "notyoutube.com", None),
        ] {
            assert_eq!(restriction(youtube, host), expected, "{host}");
        }
    }
}
