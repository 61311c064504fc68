//! A device in front of us that says who asks, in a field of the request: believed from listed peers alone, and never passed on
//! (standards V12, D13, AA8).
//!
//! Must never believe a field that can be read in two ways, or one that somebody else has sent.

use super::person::{Person, is_name, spelling};
use super::secret::{self, SecretFault};
use super::sources::Sources;
use crate::config::FrontSettings;
use crate::model::{IdentitySource, Moment};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::{HeaderMap, HeaderName};
use std::net::IpAddr;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Bytes of a claim that the record keeps.
const CLAIM: usize = 512;

/// What a request says of the person, and what that is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// A listed device says who it is. The group that it names may be one that nobody knows: they are in none then.
    Person(Person, Option<&'static str>),
    /// A listed device says something that cannot be relied on, and why.
    Unreadable(&'static str),
    /// Somebody else says it: for the record alone.
    Claimed(Vec<u8>),
}

/// A device in front.
pub struct Front {
    settings: FrontSettings,
    header: HeaderName,
    group: Option<HeaderName>,
    secret: Option<(HeaderName, Zeroizing<Vec<u8>>)>,
}

impl Front {
    /// Reads the secret, if there is one.
    ///
    /// # Errors
    /// [`FrontFault`].
    pub fn new(settings: FrontSettings) -> Result<Self, FrontFault> {
        let name = |text: &str| HeaderName::from_bytes(text.as_bytes()).map_err(|_| FrontFault::Settings);
        let optional = |text: &str| (!text.is_empty()).then(|| name(text)).transpose();
        let secret = match optional(&settings.secret_header)? {
            Some(header) => Some((header, secret::read(&settings.secret_file)?)),
            None => None,
        };
        Ok(Self { header: name(&settings.header)?, group: optional(&settings.group_header)?, secret, settings })
    }

    /// Takes the fields off a request that leaves, whoever has sent them.
    pub fn strip(&self, headers: &mut HeaderMap) {
        for name in [Some(&self.header), self.group.as_ref(), self.secret.as_ref().map(|(name, _)| name)].into_iter().flatten() {
            headers.remove(name);
        }
    }

    /// Is this a listed device?
    fn is_from(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.settings.from.iter().any(|net| net.contains(&peer))
    }

    /// Is this a listed device, with the secret if there is one? `peer`: the other end of the connection.
    fn believes(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        self.is_from(peer)
            && self.secret.as_ref().is_none_or(|(name, secret)| match one(headers, name) {
                Ok(Some(brought)) => verify_slices_are_equal(brought, secret).is_ok(),
                Ok(None) | Err(_) => false,
            })
    }

    /// What is said, with a group of policy where one is named.
    fn read(&self, peer: IpAddr, headers: &HeaderMap, now: Moment) -> Said {
        let fields = [Some(&self.header), self.group.as_ref()];
        if !fields.iter().flatten().any(|name| headers.contains_key(*name)) {
            return Said::Nothing;
        }
        if !self.believes(peer, headers) {
            return Said::Claimed(self.claim(headers));
        }
        let said = match text(headers, &self.header) {
            Ok(Some(name)) => spelling(name),
            Ok(None) => return Said::Unreadable("the device in front names a group and no person"),
            Err(why) => return Said::Unreadable(why),
        };
        if !is_name(&said) {
            return Said::Unreadable("what the device in front says is no name of a person");
        }
        let group = match self.group.as_ref().map(|name| text(headers, name)).transpose() {
            Ok(group) => group.flatten(),
            Err(why) => return Said::Unreadable(why),
        };
        let (groups, note) = self.groups(group);
        let person = Person { name: said.into(), groups, source: IdentitySource::Front, known_at_us: now.monotonic_us };
        Said::Person(person, note)
    }

    fn groups(&self, said: Option<&str>) -> (Arc<[Arc<str>]>, Option<&'static str>) {
        let Some(said) = said else { return (Sources::one(self.settings.group.as_deref()), None) };
        match self.settings.groups.iter().find(|(theirs, _)| theirs == said) {
            Some((_, ours)) => (Sources::one(Some(ours)), None),
            None => (Sources::one(None), Some("the device in front names a group that nobody knows")),
        }
    }

    /// What somebody claims, field by field; never the secret.
    fn claim(&self, headers: &HeaderMap) -> Vec<u8> {
        let mut claim = Vec::new();
        for name in [Some(&self.header), self.group.as_ref()].into_iter().flatten() {
            for value in headers.get_all(name) {
                claim.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b", "].concat());
            }
        }
        claim.truncate(CLAIM);
        claim
    }
}

/// A device in front cannot be believed as the settings say.
#[derive(Debug, thiserror::Error)]
pub enum FrontFault {
    /// The settings cannot be used.
    #[error("[sign_in.front] cannot be used")]
    Settings,
    /// The secret.
    #[error("[sign_in.front] {0}")]
    Secret(#[from] SecretFault),
}

/// The value of a field that may stand there once.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h [u8]>, &'static str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => Ok(Some(value.as_bytes())),
        (Some(_), Some(_)) => Err("the device in front names the person or the group twice"),
    }
}

/// The same as a text. A comma would make a list of it, of which every reader takes another part.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, &'static str> {
    let Some(bytes) = one(headers, name)? else { return Ok(None) };
    let text = std::str::from_utf8(bytes).map_err(|_| "what the device in front says is not UTF-8")?.trim();
    if text.is_empty() || text.len() > 256 || text.contains(|c: char| c == ',' || c.is_control()) {
        return Err("what the device in front says is empty, too long, or a list");
    }
    Ok(Some(text))
}

impl Sources {
    /// Is this peer a device in front, whose connections carry many people?
    #[must_use]
    pub fn is_front(&self, peer: IpAddr) -> bool {
        self.ways.front.as_ref().is_some_and(|front| front.is_from(peer))
    }

    /// What a device in front says of whoever asks. `peer`: the other end of the connection, whatever `Forwarded` says.
    #[must_use]
    pub fn said_in_front(&self, peer: IpAddr, headers: &HeaderMap, now: Moment) -> Said {
        let Some(front) = &self.ways.front else { return Said::Nothing };
        match front.read(peer, headers, now) {
            Said::Person(person, note) => Said::Person(self.with_account(person), note),
            other @ (Said::Nothing | Said::Unreadable(_) | Said::Claimed(_)) => other,
        }
    }

    /// Takes the fields of a device in front off a request that leaves.
    pub fn strip(&self, headers: &mut HeaderMap) {
        if let Some(front) = &self.ways.front {
            front.strip(headers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn front() -> Front {
        let pairs = vec![("Pupils".to_owned(), Box::from("children")), ("teachers".to_owned(), Box::from("staff"))];
        let settings = FrontSettings {
            from: vec!["10.0.0.0/24".parse().unwrap()],
            header: "x-user".into(),
            group_header: "x-group".into(),
            groups: pairs,
            group: Some("guests".into()),
            ..FrontSettings::default()
        };
        Front::new(settings).unwrap()
    }

    type Fields<'f> = &'f [(&'static str, &'f [u8])];

    fn headers(fields: Fields<'_>) -> HeaderMap {
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())).collect()
    }

    fn said(peer: &str, fields: Fields<'_>) -> String {
        match front().read(peer.parse().unwrap(), &headers(fields), Moment::default()) {
            Said::Nothing => "nothing".into(),
            Said::Person(person, note) => format!("{} [{}]{}", person.name, person.groups.join("+"), note.map_or("", |_| " noted")),
            Said::Unreadable(_) => "unreadable".into(),
            Said::Claimed(bytes) => format!("claimed {}", String::from_utf8_lossy(&bytes)),
        }
    }

    #[test]
    fn a_listed_device_is_believed_and_nobody_else() {
        let table: &[(&str, Fields<'_>, &str)] = &[
            ("10.0.0.7", &[], "nothing"),
            ("10.0.0.7", &[("x-user", b"Kim")], "kim [guests]"),
            ("::ffff:10.0.0.7", &[("x-user", b"kim")], "kim [guests]"),
            ("10.0.0.7", &[("x-user", b"kim"), ("x-group", b"Pupils")], "kim [children]"),
            ("10.0.0.7", &[("x-user", b"kim"), ("x-group", b"pupils")], "kim [] noted"),
            ("10.0.0.7", &[("x-user", b"SCHOOL\\Kim")], "school\\kim [guests]"),
            ("10.0.1.7", &[("x-user", b"kim"), ("x-group", b"teachers")], "claimed x-user: kim, x-group: teachers, "),
            ("10.0.1.7", &[], "nothing"),
        ];
        for (peer, fields, is) in table {
            assert_eq!(said(peer, fields), *is, "{peer} {fields:?}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        let long = [b'k'; 64 * 1024];
        let table: &[Fields<'_>] = &[
            &[("x-user", b"")],
            &[("x-user", b"  ")],
            &[("x-user", b"kim, lee")],
            &[("x-user", b"kim"), ("x-user", b"lee")],
            &[("x-user", b"kim"), ("x-user", b"kim")],
            &[("x-user", b"k\tm")],
            &[("x-user", b"k\xffm")],
            &[("x-user", b"kim:x")],
            &[("x-user", &long)],
            &[("x-group", b"Pupils")],
            &[("x-user", b"kim"), ("x-group", b"")],
            &[("x-user", b"kim"), ("x-group", b"teachers, Pupils")],
            &[("x-user", b"kim"), ("x-group", b"teachers"), ("x-group", b"Pupils")],
        ];
        for fields in table {
            assert_eq!(said("10.0.0.7", fields), "unreadable", "{:?}", fields.iter().map(|(name, _)| name).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_secret_has_to_be_brought_and_never_stands_in_a_claim() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "sixteen or more of them\n").unwrap();
        let settings = FrontSettings { secret_header: "x-key".into(), secret_file: path.clone(), ..front().settings };
        let front = Front::new(settings.clone()).unwrap();
        let read = |fields: Fields<'_>| front.read("10.0.0.7".parse().unwrap(), &headers(fields), Moment::default());
        assert!(matches!(read(&[("x-user", b"kim"), ("x-key", b"sixteen or more of them")]), Said::Person(..)));
        for key in [&b"sixteen or more of thex"[..], b"", b"sixteen or more of them "] {
            assert_eq!(read(&[("x-user", b"kim"), ("x-key", key)]), Said::Claimed(b"x-user: kim, ".to_vec()));
        }
        assert_eq!(read(&[("x-user", b"kim")]), Said::Claimed(b"x-user: kim, ".to_vec()));
        let mut leaving = headers(&[("x-user", b"kim"), ("x-group", b"a"), ("x-key", b"k"), ("accept", b"*/*")]);
        front.strip(&mut leaving);
        assert_eq!(leaving, headers(&[("accept", b"*/*")]));
        std::fs::write(&path, "short\n").unwrap();
        assert!(matches!(Front::new(settings), Err(FrontFault::Secret(SecretFault::Short(_)))));
    }
}
