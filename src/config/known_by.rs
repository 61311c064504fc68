//! Three further ways in which a person may be known (standards V12, X22): a library card, a trusted front, a client certificate.
//! Defaults stand here, once.

use ipnet::IpNet;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use std::path::PathBuf;
use std::time::Duration;

/// Library cards, which a service of the library knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSettings {
    /// Where the service is: `https://HOST[:PORT][/PATH]`, or `http://` on this machine.
    pub url: String,
    /// `http://` to another machine is taken.
    pub unprotected: bool,
    /// File of the bearer token; empty: none is sent.
    pub secret_file: PathBuf,
    /// Which names are card numbers, as an expression for the whole name; empty: all that are no local account.
    pub pattern: String,
    /// Groups of the service, and the group of policy that each gives.
    pub groups: Vec<(String, Box<str>)>,
    /// Ages and the group of policy that each gives, from the youngest: below so many years; 0: everybody else.
    pub ages: Vec<(usize, Box<str>)>,
    /// The group of cards of which the service says nothing more; `None`: the strictest.
    pub group: Option<Box<str>>,
    /// How long a person who was known keeps their groups while the service does not answer.
    pub keep: Duration,
    /// Longest wait for an answer.
    pub timeout: Duration,
}

impl Default for CardSettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            unprotected: false,
            secret_file: PathBuf::new(),
            pattern: String::new(),
            groups: Vec::new(),
            ages: Vec::new(),
            group: None,
            keep: Duration::from_secs(4 * 3600),
            timeout: Duration::from_secs(5),
        }
    }
}

/// A device in front that says who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontSettings {
    /// Peers that are believed.
    pub from: Vec<IpNet>,
    /// The field with the name, in small letters.
    pub header: String,
    /// The field with the group, in small letters; empty: there is none.
    pub group_header: String,
    /// Groups of that field, and the group of policy that each gives.
    pub groups: Vec<(String, Box<str>)>,
    /// The group of people who have no local account and of whom no group is said; `None`: the strictest.
    pub group: Option<Box<str>>,
    /// The field with the shared secret, in small letters; empty: there is none.
    pub secret_header: String,
    /// File of that secret.
    pub secret_file: PathBuf,
    /// How long what was said of a tunnel may be relied on.
    pub keep: Duration,
}

impl Default for FrontSettings {
    fn default() -> Self {
        Self {
            from: Vec::new(),
            header: String::new(),
            group_header: String::new(),
            groups: Vec::new(),
            group: None,
            secret_header: String::new(),
            secret_file: PathBuf::new(),
            keep: Duration::from_secs(4 * 3600),
        }
    }
}

/// What in a certificate is the person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFrom {
    /// The mail address (RFC 5280 section 4.2.1.6, rfc822Name).
    Email,
    /// The user principal name, as Active Directory writes it.
    Upn,
    /// The common name of the subject.
    CommonName,
}

/// Certificates that clients show at one listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificates {
    /// Who vouches for them.
    pub roots: Vec<CertificateDer<'static>>,
    /// Lists of those that are revoked.
    pub revoked: Vec<CertificateRevocationListDer<'static>>,
    /// Without one nobody gets in.
    pub needed: bool,
    /// What in it is the name.
    pub name_from: NameFrom,
    /// The group of people who have no local account; `None`: the strictest.
    pub group: Option<Box<str>>,
}
