//! One question to the directory: do this name and this password belong together, and in which groups is the person?

use super::groups::{entries, groups_of};
use super::link::Links;
use crate::config::DirectorySettings;
use crate::identity::circuit::{Circuit, Cut};
use ldap3::{Ldap, LdapResult, dn_escape, ldap_escape};
use rustls::ClientConfig;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Why a directory says nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DirectoryFault {
    /// It does not answer, or not as it should.
    #[error("the directory does not answer: {0}")]
    Away(Arc<str>),
    /// It takes too long.
    #[error("the directory takes too long")]
    TooSlow,
    /// It was away a moment ago.
    #[error("the directory was away a moment ago")]
    Resting,
    /// People are looked at with their own rights, and so not without their password.
    #[error("people can only be looked up in the directory with an account of ours (bind_dn)")]
    NoAccount,
    /// It refuses our own account.
    #[error("the directory refuses the account that is to look people up (result {0})")]
    Refused(u32),
    /// The file of our own password.
    #[error("{}: {problem}", path.display())]
    Password {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: Arc<std::io::Error>,
    },
    /// Asking it failed in a way that should not be.
    #[error("what the directory answered could not be read")]
    Unreadable,
}

/// What the directory says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They belong together. Groups of policy, by name; none when no group of the directory has one.
    Right(Arc<[Arc<str>]>),
    /// They do not, or nobody has that name.
    Wrong,
}

/// A directory.
pub struct Directory {
    settings: DirectorySettings,
    links: Links,
    circuit: Circuit,
}

impl From<Cut> for DirectoryFault {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Resting => Self::Resting,
            Cut::TooSlow => Self::TooSlow,
            Cut::Failed => Self::Unreadable,
        }
    }
}

impl Directory {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(settings: DirectorySettings, mut tls: ClientConfig) -> Self {
        tls.alpn_protocols.clear();
        let links = Links::new(&settings, Arc::new(tls));
        Self { settings, links, circuit: Circuit::new() }
    }

    /// Do they belong together?
    ///
    /// # Errors
    /// [`DirectoryFault`]: it cannot be told.
    pub async fn ask(self: &Arc<Self>, name: &str, password: Zeroizing<Vec<u8>>) -> Result<Answer, DirectoryFault> {
        // What is no text cannot be bound with, and is nobody's password there.
        let Ok(password) = String::from_utf8(password.to_vec()).map(Zeroizing::new) else { return Ok(Answer::Wrong) };
        let (this, name) = (Arc::clone(self), name.to_owned());
        self.bounded(async move { this.try_password(&name, &password).await }).await
    }

    /// The groups of a person, without their password: needs an account of our own.
    ///
    /// # Errors
    /// [`DirectoryFault`]: it cannot be told.
    pub async fn look(self: &Arc<Self>, name: &str) -> Result<Answer, DirectoryFault> {
        let (this, name) = (Arc::clone(self), name.to_owned());
        self.bounded(async move { this.look_up(&name).await }).await
    }

    async fn bounded(
        &self,
        question: impl Future<Output = Result<Answer, DirectoryFault>> + Send + 'static,
    ) -> Result<Answer, DirectoryFault> {
        let answer = self.circuit.ask(self.links.patience * 2, question).await;
        if answer.is_err() {
            self.links.forget();
        }
        answer
    }

    /// Once more on a new connection where a kept one had died.
    async fn try_password(&self, name: &str, password: &str) -> Result<Answer, DirectoryFault> {
        let (link, is_new) = self.links.take().await?;
        match self.bind(link, name, password).await {
            Err(_) if !is_new => {
                self.links.forget();
                self.bind(self.links.fresh().await?, name, password).await
            }
            answer => answer,
        }
    }

    async fn bind(&self, mut link: Ldap, name: &str, password: &str) -> Result<Answer, DirectoryFault> {
        let Some(dn) = self.find(&mut link, name).await? else {
            self.links.keep(link);
            return Ok(Answer::Wrong);
        };
        if !says_yes(&link.with_timeout(self.links.patience).simple_bind(&dn, password).await?)? {
            self.links.keep(link);
            return Ok(Answer::Wrong);
        }
        // Who has no account to look with, looks with the person's own rights.
        let dn = match self.find_bound(&mut link, name, dn).await? {
            Some(dn) => dn,
            None => return Ok(Answer::Right(Arc::from([]))),
        };
        let groups = self.groups(&mut link, &dn).await?;
        self.links.keep(link);
        Ok(Answer::Right(groups))
    }

    async fn look_up(&self, name: &str) -> Result<Answer, DirectoryFault> {
        if self.settings.bind_dn.is_empty() {
            return Err(DirectoryFault::NoAccount);
        }
        let mut link = self.links.fresh().await?;
        self.bind_ourselves(&mut link).await?;
        let Some(dn) = self.search_person(&mut link, name).await? else { return Ok(Answer::Wrong) };
        self.groups(&mut link, &dn).await.map(Answer::Right)
    }

    /// The name to bind with: made from the template, or looked up by our own account. Two that fit are none.
    async fn find(&self, link: &mut Ldap, name: &str) -> Result<Option<String>, DirectoryFault> {
        if !self.settings.user_dn.is_empty() {
            let is_dn = self.settings.user_dn.contains('=');
            let escaped = if is_dn { dn_escape(name).into_owned() } else { name.to_owned() };
            return Ok(Some(self.settings.user_dn.replace("{name}", &escaped)));
        }
        self.bind_ourselves(link).await?;
        self.search_person(link, name).await
    }

    /// The distinguished name of a person who has bound.
    async fn find_bound(&self, link: &mut Ldap, name: &str, bound: String) -> Result<Option<String>, DirectoryFault> {
        if !self.settings.bind_dn.is_empty() {
            self.bind_ourselves(link).await?;
        }
        if bound.contains('=') { Ok(Some(bound)) } else { self.search_person(link, name).await }
    }

    async fn search_person(&self, link: &mut Ldap, name: &str) -> Result<Option<String>, DirectoryFault> {
        let filter = self.settings.user_filter.replace("{name}", &ldap_escape(name));
        let mut found = entries(link, &self.settings.base, &filter, self.links.patience).await?;
        if found.len() > 1 {
            tracing::warn!("{} entries of the directory fit one name: nobody is let in by it", found.len());
            return Ok(None);
        }
        Ok(found.pop().map(|entry| entry.dn))
    }

    async fn bind_ourselves(&self, link: &mut Ldap) -> Result<(), DirectoryFault> {
        let settings = &self.settings;
        let path = &settings.bind_password_file;
        let password = if path.as_os_str().is_empty() {
            Zeroizing::new(String::new())
        } else {
            let read = tokio::task::spawn_blocking({
                let path = path.clone();
                move || std::fs::read_to_string(path)
            })
            .await;
            let read = read.map_err(|_| DirectoryFault::Unreadable)?;
            Zeroizing::new(read.map_err(|problem| DirectoryFault::Password { path: path.clone(), problem: Arc::new(problem) })?)
        };
        let answer = link.with_timeout(self.links.patience).simple_bind(&settings.bind_dn, password.trim_end_matches(['\r', '\n'])).await?;
        if answer.rc == 0 { Ok(()) } else { Err(DirectoryFault::Refused(answer.rc)) }
    }

    /// Groups of policy: those whose group of the directory holds the person, in the order of the settings.
    async fn groups(&self, link: &mut Ldap, dn: &str) -> Result<Arc<[Arc<str>]>, DirectoryFault> {
        let found = groups_of(link, &self.settings, dn, self.links.patience).await?;
        let mut groups: Vec<Arc<str>> = Vec::new();
        for (theirs, ours) in &self.settings.groups {
            if found.iter().any(|dn| is_named(dn, theirs)) && !groups.iter().any(|known| **known == **ours) {
                groups.push(Arc::from(&**ours));
            }
        }
        Ok(groups.into())
    }
}

/// Is this the group that the settings mean: by its whole name, or by the first part of it?
fn is_named(dn: &str, written: &str) -> bool {
    let written = written.to_lowercase();
    if written.contains('=') {
        return without_blanks(dn) == without_blanks(&written);
    }
    let first = dn.split_once('=').map(|(_, rest)| rest.split(',').next().unwrap_or(rest).trim());
    first == Some(written.trim())
}

/// Blanks around commas and equals signs say nothing (RFC 4514 section 2.4 leaves them out).
fn without_blanks(dn: &str) -> String {
    dn.split(',').map(|part| part.split('=').map(str::trim).collect::<Vec<_>>().join("=")).collect::<Vec<_>>().join(",")
}

/// What a bind says. What is neither yes nor a plain no is a fault of the directory: a referral, busy, unwilling.
fn says_yes(answer: &LdapResult) -> Result<bool, DirectoryFault> {
    match answer.rc {
        0 => Ok(true),
        // noSuchObject, invalidDNSyntax, inappropriateAuthentication, invalidCredentials, constraintViolation (a locked account),
        // insufficientAccessRights, unwillingToPerform.
        32 | 34 | 48 | 49 | 19 | 50 | 53 => Ok(false),
        other => Err(DirectoryFault::Away(format!("result {other} to a bind").into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_meant_by_its_whole_name_or_its_first_part() {
        let dn = "cn=staff of one,ou=groups,dc=example,dc=test";
        for (written, is) in [
            ("staff of one", true),
            ("Staff of One", true),
            ("CN=Staff of one, OU=groups, DC=example, DC=test", true),
            ("cn=staff of one,ou=other,dc=example,dc=test", false),
            ("staff", false),
            ("groups", false),
            ("", false),
        ] {
            assert_eq!(is_named(dn, written), is, "{written}");
        }
    }

    #[test]
    fn what_is_neither_yes_nor_no_is_a_fault_of_the_directory() {
        let answer = |rc| LdapResult { rc, matched: String::new(), text: String::new(), refs: Vec::new(), ctrls: Vec::new() };
        assert!(says_yes(&answer(0)).unwrap());
        assert!(!says_yes(&answer(49)).unwrap());
        for rc in [1, 2, 3, 10, 51, 52, 80, 9999] {
            assert!(says_yes(&answer(rc)).is_err(), "{rc}");
        }
    }
}
