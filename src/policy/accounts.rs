//! Which accounts people may sign in with, said to the services by fields that only a proxy in between can set (standards AD1 to AD3); and
//! the field that restricts YouTube (AC2). Seen only where the inside is seen: in plain HTTP and in opened HTTPS.
//!
//! Must never name a host that its service has not documented for the field, and must never let a client's own copy of a field through to
//! a service that reads it, whether this group says something to that service or not.

use super::rules::{Group, Rules};
use super::safe::{YouTube, is_youtube};
use super::service_hosts::{Hosts, is_below};
use super::set::PolicySet;
use crate::model::GroupId;
use std::sync::Arc;

/// A field by which a service is told which accounts are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountField {
    /// Google: domains.
    Google,
    /// Microsoft: tenants, by its first form of restriction.
    Microsoft,
    /// Microsoft: the directory that restricts, with the tenants.
    MicrosoftDirectory,
    /// Microsoft: no personal accounts.
    MicrosoftPersonal,
    /// Microsoft: a policy of the directory, by its second form of restriction.
    MicrosoftPolicy,
    /// Slack: workspaces.
    Slack,
    /// Slack: the workspace that restricts.
    SlackRequester,
    /// Dropbox: teams.
    Dropbox,
    /// ChatGPT: workspaces.
    ChatGpt,
    /// OpenAI's platform: organisations.
    OpenAi,
    /// Anthropic: organisations.
    Anthropic,
    /// Cisco Webex: domains.
    Webex,
    /// Asana: domains, by number.
    Asana,
    /// Asana: the domain that restricts.
    AsanaRequester,
    /// GitHub: enterprises.
    GitHub,
}

/// One row: a field, in small letters, the hosts it is for, and where people sign in: what is opened where a group opens what policy names.
struct Row {
    field: &'static str,
    hosts: Hosts,
    sign_in: &'static [&'static str],
}

const fn exact(field: &'static str, hosts: &'static [&'static str]) -> Row {
    Row { field, hosts: Hosts { exact: hosts, below: &[] }, sign_in: hosts }
}

const fn below(field: &'static str, hosts: &'static [&'static str], sign_in: &'static [&'static str]) -> Row {
    Row { field, hosts: Hosts { exact: &[], below: hosts }, sign_in }
}

const MICROSOFT: &[&str] = &["login.microsoftonline.com", "login.microsoft.com", "login.windows.net"];
const MICROSOFT_ALL: &[&str] = &["login.microsoftonline.com", "login.microsoft.com", "login.windows.net", "login.live.com"];
const SLACK: &[&str] = &["slack.com"];
const ASANA: &[&str] = &["app.asana.com"];
const WEBEX: &[&str] = &[
    "identity.webex.com",
    "identity-eu.webex.com",
    "idbroker.webex.com",
    "idbroker-secondary.webex.com",
    "idbroker-b-us.webex.com",
    "idbroker-eu.webex.com",
    "atlas-a.wbx2.com",
];
const GITHUB: Row = Row {
    field: "sec-github-allowed-enterprise",
    hosts: Hosts { exact: &["github.com", "api.github.com"], below: &["githubcopilot.com"] },
    sign_in: &["github.com", "api.github.com"],
};

impl AccountField {
    /// Every field there is.
    pub const ALL: [Self; 15] = [
        Self::Google,
        Self::Microsoft,
        Self::MicrosoftDirectory,
        Self::MicrosoftPersonal,
        Self::MicrosoftPolicy,
        Self::Slack,
        Self::SlackRequester,
        Self::Dropbox,
        Self::ChatGpt,
        Self::OpenAi,
        Self::Anthropic,
        Self::Webex,
        Self::Asana,
        Self::AsanaRequester,
        Self::GitHub,
    ];

    /// The table: spelling and hosts as each service documents them.
    const fn row(self) -> &'static Row {
        match self {
            // support.google.com/a/answer/1668854.
            Self::Google => &const { below("x-googapps-allowed-domains", &["google.com"], &["accounts.google.com"]) },
            // learn.microsoft.com/entra/identity/enterprise-apps/tenant-restrictions: the first form, and no personal accounts.
            Self::Microsoft => &const { exact("restrict-access-to-tenants", MICROSOFT) },
            Self::MicrosoftDirectory => &const { exact("restrict-access-context", MICROSOFT) },
            Self::MicrosoftPersonal => &const { exact("sec-restrict-tenant-access-policy", &["login.live.com"]) },
            // learn.microsoft.com/entra/external-id/tenant-restrictions-v2: the same field with TENANT:POLICY, at all four hosts.
            Self::MicrosoftPolicy => &const { exact("sec-restrict-tenant-access-policy", MICROSOFT_ALL) },
            // slack.com/help/articles/360024821873, "Approve Slack workspaces for your network".
            Self::Slack => &const { below("x-slack-allowed-workspaces", SLACK, SLACK) },
            Self::SlackRequester => &const { below("x-slack-allowed-workspaces-requester", SLACK, SLACK) },
            // help.dropbox.com/security/network-control.
            Self::Dropbox => &const { below("x-dropbox-allowed-team-ids", &["dropbox.com"], &["www.dropbox.com"]) },
            // help.openai.com/articles/8798594, "What is a workspace"; developers.cloudflare.com, Gateway, "Tenant control".
            Self::ChatGpt => &const { exact("chatgpt-allowed-workspace-id", &["chatgpt.com"]) },
            // OpenAI, "API organization blocking": requests to https://api.openai.com/ alone.
            Self::OpenAi => &const { exact("openai-allowed-organization-ids", &["api.openai.com"]) },
            // support.claude.com/articles/13198485, "Enforce network-level access control with Tenant Restrictions".
            Self::Anthropic => &const { exact("anthropic-allowed-org-ids", &["claude.ai", "api.anthropic.com"]) },
            // help.webex.com/article/m0jby2, "Configure a list of allowed domains to access Webex while on your corporate network".
            Self::Webex => &const { exact("ciscospark-allowed-domains", WEBEX) },
            // help.asana.com, "Manage approved workspaces": both fields on all of Asana's requests, its WebSocket among them.
            Self::Asana => &const { below("asana-allowed-domain-ids", &["asana.com"], ASANA) },
            Self::AsanaRequester => &const { below("asana-allowed-domains-requester-id", &["asana.com"], ASANA) },
            // docs.github.com/enterprise-cloud@latest, "Restricting access to GitHub.com using a corporate proxy".
            Self::GitHub => &GITHUB,
        }
    }

    /// The field, in small letters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().field
    }

    /// Is the field meant for this host?
    #[must_use]
    pub fn is_for(self, host: &str) -> bool {
        self.row().hosts.hold(host)
    }
}

/// A service that the operator added to the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnService {
    /// Its short name, for settings.
    pub name: Arc<str>,
    /// The field, in small letters.
    pub field: Arc<str>,
    /// Hosts it is for, each with everything below it.
    pub hosts: Vec<Arc<str>>,
}

impl OwnService {
    fn is_for(&self, host: &str) -> bool {
        self.hosts.iter().any(|name| is_below(host, name))
    }
}

/// What is said to each service: a field and its value.
pub type Accounts = Vec<(AccountField, Arc<str>)>;

/// What is said to each service of the operator's: its place in [`Rules::services`] and the value.
pub type OwnAccounts = Vec<(usize, Arc<str>)>;

/// The field that restricts YouTube (support.google.com/a/answer/6214622).
const YOUTUBE_FIELD: &str = "youtube-restrict";

/// A field that only we may send to a host, and what we say in it; `None`: nothing, and so nobody does.
pub type Told<'a> = (&'a str, Option<&'a str>);

impl PolicySet {
    /// The fields that only we may send to this host, which is canonical. Whatever the client sent by these names is taken off first.
    pub fn fields<'a>(&'a self, group: GroupId, host: &'a str) -> impl Iterator<Item = Told<'a>> + 'a {
        let group = self.planned(group).1;
        let unsaid = AccountField::ALL.into_iter().filter(move |field| field.is_for(host)).map(|field| (field.name(), None));
        let own = self.rules.services.iter().filter(move |service| service.is_for(host)).map(|service| (&*service.field, None));
        let said = said(group, &self.rules, host).map(|(name, value)| (name, Some(value)));
        // What is said comes after what is taken off: two services may use one field at one host.
        unsaid.chain(own).chain(said).chain(restriction(group.youtube, host).map(|value| (YOUTUBE_FIELD, Some(value))))
    }
}

fn said<'a>(group: &'a Group, rules: &'a Rules, host: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
    let known = group.accounts.iter().filter(move |(field, _)| field.is_for(host)).map(|(field, value)| (field.name(), &**value));
    let own = group.own_accounts.iter().filter_map(move |(place, value)| Some((rules.services.get(*place)?, &**value)));
    known.chain(own.filter(move |(service, _)| service.is_for(host)).map(|(service, value)| (&*service.field, value)))
}

fn restriction(youtube: YouTube, host: &str) -> Option<&'static str> {
    match youtube {
        YouTube::Open => None,
        YouTube::Moderate => is_youtube(host).then_some("Moderate"),
        YouTube::Strict => is_youtube(host).then_some("Strict"),
    }
}

/// Does the group say anything to a service where people sign in at this host?
pub(super) fn signs_in_at(group: &Group, rules: &Rules, host: &str) -> bool {
    let mut own = group.own_accounts.iter().filter_map(|(place, _)| rules.services.get(*place));
    group.accounts.iter().any(|(field, _)| field.row().sign_in.contains(&host)) || own.any(|service| service.is_for(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_for_its_services_hosts_alone() {
        use AccountField as F;
        let table = "
            Google             | google.com mail.google.com accounts.google.com          | notgoogle.com google.com.example.test google.de
            Microsoft          | login.microsoftonline.com login.windows.net             | login.live.com microsoft.com a.login.microsoft.com
            MicrosoftDirectory | login.microsoft.com                                     | login.microsoftonline.com.example.test
            MicrosoftPersonal  | login.live.com                                          | live.com outlook.live.com login.microsoft.com
            MicrosoftPolicy    | login.microsoftonline.com login.live.com                | live.com graph.microsoft.com
            Slack              | slack.com school.slack.com                              | notslack.com slack.com.example.test
            SlackRequester     | slack.com                                               | slack.example
            Dropbox            | www.dropbox.com                                         | dropbox.com.example.test notdropbox.com
            ChatGpt            | chatgpt.com                                             | notchatgpt.com chatgpt.com.example.test openai.com
            OpenAi             | api.openai.com                                          | platform.openai.com openai.com api.openai.com.example.test
            Anthropic          | claude.ai api.anthropic.com                             | notclaude.ai claude.ai.example.test anthropic.com
            Webex              | identity.webex.com atlas-a.wbx2.com idbroker-eu.webex.com | webex.com meet.webex.com
            Asana              | app.asana.com asana.com sync.app.asana.com              | notasana.com asana.com.example.test
            AsanaRequester     | app.asana.com                                           | asana.example
            GitHub             | github.com api.github.com api.business.githubcopilot.com | gist.github.com raw.githubusercontent.com notgithub.com
        ";
        let rows: Vec<Vec<&str>> =
            table.lines().map(|line| line.split('|').map(str::trim).collect()).filter(|row: &Vec<&str>| row.len() == 3).collect();
        assert_eq!(rows.len(), F::ALL.len());
        for (row, field) in rows.iter().zip(F::ALL) {
            assert_eq!(row[0], format!("{field:?}"));
            assert!(row[1].split_whitespace().all(|host| field.is_for(host)), "{row:?}");
            assert!(!row[2].split_whitespace().any(|host| field.is_for(host)), "{row:?}");
            assert!(field.row().sign_in.iter().all(|host| field.is_for(host)), "{field:?}: what is opened is told");
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

    #[test]
    fn a_service_of_the_operators_is_for_its_hosts_and_what_lies_below_them() {
        let service = OwnService { name: "zoom".into(), field: "x-zoom".into(), hosts: vec!["zoom.test".into()] };
        for (host, is) in [("zoom.test", true), ("school.zoom.test", true), ("notzoom.test", false), ("zoom.test.example", false)] {
            assert_eq!(service.is_for(host), is, "{host}");
        }
    }
}
