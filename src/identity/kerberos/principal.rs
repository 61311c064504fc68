//! Names of Kerberos: parts and a realm (RFC 4120 section 6).

use crate::identity::{is_name, spelling};
use std::fmt;

/// `HTTP/proxy.example@EXAMPLE.ORG`, `kim@EXAMPLE.ORG`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Parts before the `@`.
    pub parts: Vec<String>,
    /// The realm: capital and small letters are different ones.
    pub realm: String,
}

impl Principal {
    /// Reads one as it is written in settings.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (parts, realm) = text.rsplit_once('@')?;
        let parts: Vec<String> = parts.split('/').map(str::to_owned).collect();
        let whole = !realm.is_empty() && !text.contains(char::is_whitespace) && parts.iter().all(|part| !part.is_empty());
        whole.then(|| Self { parts, realm: realm.to_owned() })
    }

    /// A service of the web: `HTTP/host`. The first part is written in capitals, and by some in small letters.
    #[must_use]
    pub fn is_web(&self) -> bool {
        self.parts.len() == 2 && self.parts[0].eq_ignore_ascii_case("HTTP")
    }

    /// The same service: hosts are the same in capital and in small letters.
    #[must_use]
    pub fn is_same_service(&self, other: &Self) -> bool {
        let same = |(one, other): (&String, &String)| one.eq_ignore_ascii_case(other);
        self.realm == other.realm && self.parts.len() == other.parts.len() && self.parts.iter().zip(&other.parts).all(same)
    }

    /// The person's name here: without the realm for the one that is meant when none is said. A service is no person, and neither is a
    /// name that could be taken for somebody's of another realm.
    #[must_use]
    pub fn person(&self, home: &str) -> Option<String> {
        let [name] = &self.parts[..] else { return None };
        let name = if name.contains(['@', '/', '\\']) { return None } else { spelling(name) };
        let name = if self.realm == home { name } else { format!("{name}@{}", spelling(&self.realm)) };
        is_name(&name).then_some(name)
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.parts.join("/"), self.realm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_people_are_told_apart() {
        let read = |text| Principal::read(text).unwrap();
        assert!(read("HTTP/proxy.test@A.TEST").is_same_service(&read("http/PROXY.test@A.TEST")));
        assert!(!read("HTTP/proxy.test@A.TEST").is_same_service(&read("HTTP/proxy.test@a.test")));
        assert!(read("HTTP/proxy.test@A.TEST").is_web() && !read("host/proxy.test@A.TEST").is_web());
        for text in ["", "HTTP/proxy.test", "@A.TEST", "HTTP/@A.TEST", "HTTP/proxy.test@", "HTTP/pro xy@A"] {
            assert_eq!(Principal::read(text), None, "{text}");
        }
        let person = |name: &str, realm: &str| Principal { parts: vec![name.into()], realm: realm.into() }.person("A.TEST");
        assert_eq!(person("Kim", "A.TEST").as_deref(), Some("kim"));
        assert_eq!(person("Kim", "B.TEST").as_deref(), Some("kim@b.test"));
        for name in ["kim@b.test", "kim/admin", "b\\kim", "", "a:b", "k\u{7}m"] {
            assert_eq!(person(name, "A.TEST"), None, "{name}");
        }
        assert_eq!(read("kim/admin@A.TEST").person("A.TEST"), None, "two parts");
    }
}
