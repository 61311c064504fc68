//! `Basic` credentials (RFC 7617) in `Proxy-Authorization`: a name and a password, which must never be shown or kept.

use super::person::{is_name, spelling};
use crate::record::base64;
use http::HeaderMap;
use http::header::PROXY_AUTHORIZATION;
use zeroize::Zeroizing;

/// Longest field that is read: nobody's password is longer.
const LONGEST: usize = 2048;

/// What a request brings.
pub enum Brought {
    /// Nothing that concerns us.
    Nothing,
    /// Something that is no name and password.
    Unreadable,
    /// A name and a password.
    Credentials(Credentials),
}

/// A name in its one spelling, and a password. It has no `Debug` on purpose.
pub struct Credentials {
    /// The name.
    pub name: String,
    /// The password, wiped when dropped. Never empty.
    pub password: Zeroizing<Vec<u8>>,
}

impl Credentials {
    /// A name and a password as somebody typed them, if they can be some.
    #[must_use]
    pub fn typed(name: &str, password: Zeroizing<Vec<u8>>) -> Option<Self> {
        let name = spelling(name);
        (is_name(&name) && !password.is_empty() && password.len() <= LONGEST).then_some(Self { name, password })
    }
}

/// Reads the field. An empty password is no password: a directory would take it for nobody, and let it in (RFC 4513 section 5.1.2).
#[must_use]
pub fn brought(headers: &HeaderMap) -> Brought {
    let mut fields = headers.get_all(PROXY_AUTHORIZATION).iter();
    let Some(field) = fields.next() else { return Brought::Nothing };
    if fields.next().is_some() || field.len() > LONGEST {
        return Brought::Unreadable;
    }
    field.to_str().ok().and_then(read).map_or(Brought::Unreadable, Brought::Credentials)
}

fn read(field: &str) -> Option<Credentials> {
    let (scheme, coded) = field.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = Zeroizing::new(base64::decode(coded.trim())?);
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (name, password) = (&text[..colon], &text[colon + 1..]);
    Credentials::typed(std::str::from_utf8(name).ok()?, Zeroizing::new(password.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &[&[u8]]) -> HeaderMap {
        let value = |bytes: &&[u8]| http::HeaderValue::from_bytes(bytes).unwrap();
        values.iter().map(|bytes| (PROXY_AUTHORIZATION, value(bytes))).collect()
    }

    fn seen(values: &[&[u8]]) -> Option<(String, Vec<u8>)> {
        match brought(&with(values)) {
            Brought::Credentials(found) => Some((found.name, found.password.to_vec())),
            Brought::Nothing | Brought::Unreadable => None,
        }
    }

    fn coded(text: &[u8]) -> Vec<u8> {
        [b"Basic ", base64::encode(text).as_bytes()].concat()
    }

    #[test]
    fn a_name_and_a_password_are_read() {
        assert_eq!(seen(&[b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]), Some(("aladdin".into(), b"open sesame".to_vec())), "RFC 7617 section 2");
        assert_eq!(seen(&[b"bAsIc   dGVzdDoxMjPCow=="]), Some(("test".into(), "123\u{a3}".into())), "RFC 7617 section 2.1");
        assert_eq!(seen(&[&coded(b"kim:a:b")]), Some(("kim".into(), b"a:b".to_vec())));
        assert_eq!(seen(&[&coded(b"kim:\xff\x00")]), Some(("kim".into(), vec![255, 0])));
    }

    #[test]
    fn what_is_no_name_and_password_is_said_to_be_unreadable() {
        let long = coded(&[b"kim:", &[b'x'; 64 * 1024][..]].concat());
        let table: &[&[&[u8]]] = &[
            &[b""],
            &[b"Basic"],
            &[b"Basic "],
            &[b"Basic !!!!"],
            &[b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ"],
            &[b"Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
            &[&coded(b"kim")],
            &[&coded(b"kim:")],
            &[&coded(b":secret")],
            &[&coded(b"k\xffm:secret")],
            &[&coded(b"k\x07m:secret")],
            &[&coded(b"kim:a"), &coded(b"lee:b")],
            &[b"\xff\xff"],
            &[&long],
        ];
        for fields in table {
            assert!(matches!(brought(&with(fields)), Brought::Unreadable), "{:?}", fields.iter().map(|f| f.len()).collect::<Vec<_>>());
        }
        assert!(matches!(brought(&HeaderMap::new()), Brought::Nothing));
    }
}
