//! Whom a client's certificate names. The TLS library has checked it: its chain, its dates, its purpose and the revocation lists.

use super::person::{Person, is_name, spelling};
use super::sources::Sources;
use crate::config::NameFrom;
use crate::model::{IdentitySource, Moment};
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::{Oid, oid, parse_der};
use x509_parser::extensions::GeneralName;

/// `msUPN`: the user principal name, as an other name of the subject.
const UPN: Oid<'static> = oid!(1.3.6.1.4.1.311.20.2.3);

/// A certificate that a client has shown and that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// Whom it names; `None`: nobody, or more than one.
    pub name: Option<Arc<str>>,
    /// The groups of people who have no local account.
    pub groups: Arc<[Arc<str>]>,
    /// Until when it is good, in seconds since 1970.
    pub until: i64,
    /// When it was shown, by the clock that never jumps, in microseconds.
    pub shown_at_us: u64,
}

impl Certified {
    /// Reads a certificate. `None`: it cannot be read, which the TLS library rules out.
    #[must_use]
    pub fn read(der: &[u8], (from, group): (NameFrom, Option<&str>), now: Moment) -> Option<Self> {
        let (_, read) = x509_parser::parse_x509_certificate(der).ok()?;
        let mut names = names(&read, from);
        names.dedup();
        let name = if names.len() == 1 { names.pop().filter(|name| is_name(name)).map(Arc::from) } else { None };
        let until = read.validity().not_after.timestamp();
        Some(Self { name, groups: Sources::one(group), until, shown_at_us: now.monotonic_us })
    }
}

/// Every name of this kind, in its one spelling.
fn names(certificate: &X509Certificate<'_>, from: NameFrom) -> Vec<String> {
    if from == NameFrom::CommonName {
        return certificate.subject().iter_common_name().map(|name| name.as_str().map(spelling).unwrap_or_default()).collect();
    }
    let Ok(Some(others)) = certificate.subject_alternative_name() else { return Vec::new() };
    let of_kind = |name: &GeneralName<'_>| match (name, from) {
        (GeneralName::RFC822Name(mail), NameFrom::Email) => Some(spelling(mail)),
        (GeneralName::OtherName(kind, value), NameFrom::Upn) if *kind == UPN => Some(utf8(value)),
        _ => None,
    };
    others.value.general_names.iter().filter_map(of_kind).collect()
}

/// The text in an explicit tag; empty, and so no name, where there is none.
fn utf8(value: &[u8]) -> String {
    let Ok((_, outer)) = parse_der(value) else { return String::new() };
    let inner = outer.as_str().map(ToOwned::to_owned).or_else(|_| match outer.as_slice() {
        Ok(inside) => parse_der(inside).map(|(_, text)| text.as_str().map(ToOwned::to_owned).unwrap_or_default()).map_err(|_| ()),
        Err(_) => Err(()),
    });
    spelling(&inner.unwrap_or_default())
}

impl Sources {
    /// The person whom a certificate names, with the groups of their account, else with the group of those who have none. One that has
    /// lapsed since it was shown is not relied on.
    #[must_use]
    pub fn certified(&self, certified: &Certified, now: Moment) -> Option<Person> {
        let groups = Arc::clone(&certified.groups);
        let (name, source) = (Arc::clone(certified.name.as_ref()?), IdentitySource::Certificate);
        let person = self.with_account(Person { name, groups, source, known_at_us: certified.shown_at_us });
        Some(if now.wall.seconds() > certified.until { person.stale() } else { person })
    }
}
