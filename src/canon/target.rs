//! From raw bytes to a canonical address: the one way in.
//!
//! Must never guess: what cannot be read in one sure way is [`Unreadable`], and every other reading that an origin could
//! take is a form of its own (rules H5, P4, R5).

use super::class::{MUST_ENCODE, UPPER};
use super::form::PathPlace;
use super::host::read_host;
use super::split::{Parts, split};
use super::unreadable::{Unreadable, UnreadableKind};
use super::{CanonicalUrl, Form, FormKind, HostKind, Scheme, Wrappers, address, embedded, path, render};
use smallvec::SmallVec;
use std::net::Ipv4Addr;

/// Longest target that is read, in bytes.
pub const MAX_TARGET_BYTES: usize = 65_536;
/// Most forms of one address; more is refused, not cut.
pub const MAX_FORMS: usize = 64;
/// Most bytes of addresses inside one address, all together; more is refused.
pub const MAX_EMBEDDED_BYTES: usize = MAX_TARGET_BYTES;
/// How deep addresses inside addresses are followed (rule R5).
pub const MAX_EMBEDDED_DEPTH: u8 = 3;

/// The raw bytes of an address, by where they stood.
#[derive(Clone, Copy, Debug)]
pub enum RawTarget<'a> {
    /// Absolute-form request target, `http://host/path` (RFC 9112 section 3.2.2).
    Absolute(&'a [u8]),
    /// Origin-form target (or `*`) and the value of the one `Host` field (RFC 9112 section 3.2.1).
    Origin {
        /// Value of `Host`.
        host: &'a [u8],
        /// Path and query.
        target: &'a [u8],
    },
    /// CONNECT authority, `host:port` (RFC 9112 section 3.2.3).
    Authority(&'a [u8]),
    /// Name in a TLS ClientHello (RFC 6066 section 3).
    ServerName(&'a [u8]),
}

/// Reads an address.
///
/// # Errors
/// [`Unreadable`] with kind and byte offset; such a request is refused.
pub fn canonicalise(raw: RawTarget<'_>, wrappers: &Wrappers) -> Result<CanonicalUrl, Unreadable> {
    let parts = split(raw)?;
    let (own, readings, target_end) = own_form(parts)?;
    let target = own.host_end..target_end;
    let inner_ipv4 = ipv4_reading(&own);
    let wraps = wrappers.may_wrap(&own);
    let mut forms = SmallVec::from_buf([own]);
    if !readings.is_empty() || inner_ipv4.is_some() {
        let variants = variants(&forms[0], FormKind::Variant, &readings);
        variants.into_iter().try_for_each(|variant| push(&mut forms, variant))?;
    }
    if wraps {
        embedded::add_embedded(&mut forms, parts.target, wrappers)?;
    }
    Ok(CanonicalUrl { scheme: parts.scheme, port: parts.port, forms, target })
}

/// The address itself, the further readings of its path, and where the target for the origin ends in its text.
pub(super) fn own_form(parts: Parts<'_>) -> Result<(Form, path::Readings, usize), Unreadable> {
    let (raw_path, raw_query) = parts.path_and_query();
    let mut text = String::with_capacity(parts.host.bytes.len() + parts.target.len() + raw_path.len() + 2);
    let host_kind = read_host(parts.host, &mut text)?;
    let host_end = text.len();
    let survey = path::survey(raw_path);
    let query = match parts.scheme {
        Scheme::Tunnel => None,
        Scheme::Http | Scheme::Https | Scheme::Ws | Scheme::Wss => render::append_target(raw_path, survey.classes, raw_query, &mut text),
    };
    let target_end = text.len();
    let mut readings = path::Readings::new();
    let path = if survey.simple {
        PathPlace::Text(place_simple_path(raw_path, survey.classes, host_end, &mut text))
    } else {
        readings = path::readings(raw_path);
        PathPlace::Apart(readings.remove(0).into_boxed_slice())
    };
    let query = query.map(|(start, end)| start..end);
    Ok((Form { kind: FormKind::Own, host_kind, text, host_end, path, query }, readings, target_end))
}

/// Points at the path within the target, or appends it in lower case.
fn place_simple_path(raw: &[u8], classes: u8, target_start: usize, text: &mut String) -> std::ops::Range<usize> {
    let trimmed = path::trim_slashes(raw);
    if classes & (UPPER | MUST_ENCODE) == 0 {
        let start = target_start + usize::from(raw.first() == Some(&b'/'));
        return start..start + trimmed.len();
    }
    let start = text.len();
    text.extend(trimmed.iter().map(|byte| char::from(byte.to_ascii_lowercase())));
    start..text.len()
}

/// The IPv4 address that an IPv6 host also stands for (rule H5).
fn ipv4_reading(form: &Form) -> Option<Ipv4Addr> {
    match form.host_kind {
        HostKind::Ipv6(address) => address::ipv4_inside(address),
        HostKind::Name | HostKind::Ipv4(_) => None,
    }
}

/// The other readings of a form: each further path, and all paths again under the IPv4 host.
pub(super) fn variants(form: &Form, kind: FormKind, readings: &[Vec<u8>]) -> Vec<Form> {
    let variant = |host: &str, host_kind: HostKind, path: &[u8]| {
        Form::assemble(kind, host, host_kind, PathPlace::Apart(path.into()), form.query_text())
    };
    let mut found: Vec<Form> = readings.iter().map(|path| variant(form.host(), form.host_kind, path)).collect();
    if let Some(address) = ipv4_reading(form) {
        let host = address.to_string();
        let paths = std::iter::once(form.path()).chain(readings.iter().map(Vec::as_slice));
        found.extend(paths.map(|path| variant(&host, HostKind::Ipv4(address), path)));
    }
    found
}

/// Adds a form unless the same address is there already.
pub(super) fn push(forms: &mut SmallVec<[Form; 1]>, form: Form) -> Result<(), Unreadable> {
    if forms.iter().any(|known| known.reads_as(&form)) {
        return Ok(());
    }
    if forms.len() >= MAX_FORMS {
        return Err(Unreadable::new(UnreadableKind::TooManyForms, 0));
    }
    forms.push(form);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: RawTarget<'_>) -> Result<CanonicalUrl, Unreadable> {
        canonicalise(raw, &Wrappers::built_in())
    }

    fn absolute(text: &str) -> Result<CanonicalUrl, Unreadable> {
        read(RawTarget::Absolute(text.as_bytes()))
    }

    fn forms(text: &str) -> Vec<(FormKind, String)> {
        let show = |form: &Form| (form.kind(), format!("{}/{}", form.host(), String::from_utf8_lossy(form.path())));
        absolute(text).unwrap().forms().iter().map(show).collect()
    }

    #[test]
    fn an_ordinary_address_is_one_form() {
        let url = absolute("http://www.Example.test:8080/A/b.html?x=1#top").unwrap();
        assert_eq!((url.host(), url.port(), url.scheme()), ("www.example.test", 8080, Scheme::Http));
        assert_eq!(url.forms().len(), 1);
        assert_eq!(url.forms()[0].path(), b"a/b.html");
        assert_eq!(url.forms()[0].raw_query(), Some(&b"x=1"[..]));
        assert_eq!(url.forward_target(), "/A/b.html?x=1");
        assert_eq!(url.authority_text(), "www.example.test:8080");
        assert_eq!(url.to_text(), "http://www.example.test:8080/a/b.html?x=1");
    }

    #[test]
    fn every_kind_of_target_is_read() {
        let origin = read(RawTarget::Origin { host: b"EXAMPLE.test:443", target: b"//a/%2e%2e/b" }).unwrap().over_tls();
        assert_eq!(origin.to_text(), "https://example.test/b");
        assert_eq!(origin.forward_target(), "//a/%2e%2e/b");
        let tunnel = read(RawTarget::Authority(b"[2001:DB8::1]:443")).unwrap();
        assert_eq!((tunnel.to_text().as_str(), tunnel.scheme(), tunnel.forward_target()), ("[2001:db8::1]:443", Scheme::Tunnel, ""));
        let name = read(RawTarget::ServerName(b"example.test.")).unwrap();
        assert_eq!(name.host(), "example.test");
        let star = read(RawTarget::Origin { host: b"example.test", target: b"*" }).unwrap();
        assert_eq!(star.forward_target(), "*");
    }

    #[test]
    fn other_readings_are_forms_of_their_own() {
        use FormKind::{Own, Variant};
        let expect = |text: &str, wanted: &[(FormKind, &str)]| {
            let wanted: Vec<_> = wanted.iter().map(|(kind, form)| (*kind, (*form).to_owned())).collect();
            assert_eq!(forms(text), wanted, "{text}");
        };
        expect("http://a.test/b;x/c", &[(Own, "a.test/b;x/c"), (Variant, "a.test/b/c")]);
        expect("http://[::ffff:192.0.2.1]/a", &[(Own, "::ffff:192.0.2.1/a"), (Variant, "192.0.2.1/a")]);
        expect(
            "http://[2002:c000:201::]/a;b",
            &[(Own, "2002:c000:201::/a;b"), (Variant, "2002:c000:201::/a"), (Variant, "192.0.2.1/a;b"), (Variant, "192.0.2.1/a")],
        );
    }

    #[test]
    fn faults_are_located() {
        use UnreadableKind as Kind;
        let long = format!("http://a.test/{}", "a".repeat(MAX_TARGET_BYTES));
        for (text, kind, at) in [
            ("", Kind::Empty, 0),
            (&long, Kind::TooLong, MAX_TARGET_BYTES),
            ("ftp://a.test/", Kind::UnsupportedScheme, 0),
            ("a.test/", Kind::UnsupportedScheme, 0),
            ("http:/a.test/", Kind::BadSlashes, 5),
            ("http:a.test/", Kind::BadSlashes, 5),
            ("http:///a.test/", Kind::BadSlashes, 7),
            ("http:\\\\a.test/", Kind::BadSlashes, 5),
            ("http://a.test\\b/", Kind::BackslashInAuthority, 13),
            ("http://a.test/b c", Kind::BlankOrControl, 15),
            ("http://a.test/#\t", Kind::BlankOrControl, 15),
            ("http://a.test:0/", Kind::BadPort, 14),
            ("http://a.test:65536/", Kind::BadPort, 14),
            ("http://a.test:8o/", Kind::BadPort, 14),
            ("http://u@:80/", Kind::EmptyHost, 9),
            ("http://u:p@a@1.2.3.4.5/", Kind::BadIpv4, 13),
            ("http://[::1]a/", Kind::ForbiddenInHost, 12),
        ] {
            assert_eq!(absolute(text).map(|_| ()), Err(Unreadable { kind, at }), "{text}");
        }
        for (raw, kind) in [
            (RawTarget::Authority(b"a.test"), Kind::MissingPort),
            (RawTarget::Authority(b"a.test:"), Kind::MissingPort),
            (RawTarget::Authority(b"http://a.test:443"), Kind::NotAnAuthority),
            (RawTarget::Authority(b"u@a.test:443"), Kind::UserinfoNotAllowed),
            (RawTarget::ServerName(b"a.test:443"), Kind::NotAnAuthority),
            (RawTarget::ServerName(b"%61.test"), Kind::PercentInHost),
            (RawTarget::Origin { host: b"a.test, b.test", target: b"/" }, Kind::BlankOrControl),
            (RawTarget::Origin { host: b"a.test,b.test", target: b"/" }, Kind::ForbiddenInHost),
            (RawTarget::Origin { host: b"", target: b"/" }, Kind::Empty),
            (RawTarget::Origin { host: b"a.test", target: b"a" }, Kind::NotOriginForm),
            (RawTarget::Origin { host: b"a.test", target: b"http://b.test/" }, Kind::NotOriginForm),
        ] {
            assert_eq!(read(raw).map(|_| ()).map_err(|fault| fault.kind), Err(kind), "{raw:?}");
        }
    }

    #[test]
    fn addresses_inside_addresses_are_forms_of_their_own() {
        for (text, inner) in [
            ("https://listed-example-test.translate.goog/page?id=7&_x_tr_sl=de", "listed.example.test/page"),
            ("https://a--b-test.translate.goog/page", "a-b.test/page"),
            ("https://translate.google.co.uk/translate?sl=de&u=http%3A%2F%2Flisted.test%2Fpage", "listed.test/page"),
            ("https://translate.google.com/translate?u=listed.test/page", "listed.test/page"),
            ("https://translate.google.com/translate?u=http%253A%252F%252Flisted.test%252Fpage", "listed.test/page"),
            ("https://www.google.com/amp/s/listed.test/page", "listed.test/page"),
            ("https://listed-test.cdn.ampproject.org/c/s/listed.test/page", "listed.test/page"),
            ("https://www.google.com/url?sa=t&q=https://listed.test/page", "listed.test/page"),
            ("https://www.google.com/imgres?imgurl=https://listed.test/page", "listed.test/page"),
            ("https://webcache.googleusercontent.com/search?q=cache:listed.test/page+words", "listed.test/page"),
            ("https://webcache.googleusercontent.com/search?q=cache:abcdefghijkl:http://listed.test/page", "listed.test/page"),
            ("https://web.archive.org/web/20200101000000/http://listed.test/page", "listed.test/page"),
            ("https://web.archive.org/web/20200101000000if_/http:/listed.test/page", "listed.test/page"),
            ("https://web.archive.org/web/2020/listed.test/page", "listed.test/page"),
            ("https://web.archive.org/web/2020/http%3A%2F%2Flisted.test%2Fpage", "listed.test/page"),
            ("https://web.archive.org/%77eb%2F2020%2Fhttp://listed.test/page", "listed.test/page"),
            ("https://web.archive.org/web/http://listed.test/page", "listed.test/page"),
            ("https://archive.ph/2020.01.02-030405/https://listed.test/page", "listed.test/page"),
            ("https://archive.is/newest/listed.test/page", "listed.test/page"),
            ("https://r.jina.ai/https://listed.test/page", "listed.test/page"),
            ("https://images.weserv.nl/?url=listed.test/page", "listed.test/page"),
            ("https://i0.wp.com/listed.test/page", "listed.test/page"),
            ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Flisted.test%2Fpage", "listed.test/page"),
            ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flisted.test%2Fpage&data=x", "listed.test/page"),
            ("https://12ft.io/proxy?q=https%3A%2F%2Flisted.test%2Fpage", "listed.test/page"),
            ("https://r.jina.ai/https://web.archive.org/web/2020/https://r.jina.ai/listed.test/page", "listed.test/page"),
        ] {
            let found = forms(text);
            assert!(found.iter().any(|(kind, form)| matches!(kind, FormKind::Embedded(_)) && form == inner), "{text}: {found:?}");
        }
    }

    #[test]
    fn other_sites_and_other_places_carry_nothing() {
        for text in [
            "https://example.test/?url=http://listed.test/page",
            "https://www.google.com/search?q=http://listed.test/page",
            "https://www.google.com/search?q=listed.test",
            "https://www.bing.com/search?q=http://listed.test/page",
            "https://duckduckgo.com/?q=http://listed.test/page",
            "https://web.archive.org/",
            "https://example.test/web/2020/http://listed.test/page",
            "https://nottranslate.goog/page",
        ] {
            assert_eq!(forms(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn the_inner_query_is_the_outer_one_where_the_path_carries() {
        let url = absolute("https://web.archive.org/web/2020/http://listed.test/page?id=7").unwrap();
        let wanted = [(Box::from(&b"id"[..]), Box::from(&b"7"[..]))];
        assert!(url.forms().iter().any(|form| form.host() == "listed.test" && form.has_pairs(&wanted)));
    }

    #[test]
    fn an_unreadable_inner_address_is_refused_when_it_is_one_for_sure() {
        let kind = |text: &str| absolute(text).map(|_| ()).map_err(|fault| fault.kind);
        assert_eq!(kind("https://r.jina.ai/http://listed..test/page"), Err(UnreadableKind::EmbeddedUnreadable));
        assert_eq!(kind("https://r.jina.ai/listed..test/page"), Ok(()));
    }

    #[test]
    fn the_number_of_forms_is_bounded() {
        let many = (0..100).map(|number| format!("u=http://a{number}.test/&")).collect::<String>();
        let fault = absolute(&format!("https://translate.google.com/translate?{many}")).map(|_| ());
        assert_eq!(fault, Err(Unreadable { kind: UnreadableKind::TooManyForms, at: 0 }));
    }
}
