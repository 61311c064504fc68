//! The published vectors of Google Safe Browsing, as facts, beside what this canonicaliser makes of the same bytes.
//!
//! Source: developers.google.com/safe-browsing/v4/urls-hashing and the public test vectors of google/safebrowsing.
//! Where our rules refuse what Safe Browsing repairs, the vector names the rule that asks for it: a proxy that repairs an
//! address it forwards cannot know that the origin repairs it in the same way.

use crate::canon_support::{Case, List, Outcome};
use lifeguard::canon::{CanonicalUrl, RawTarget, UnreadableKind, Wrappers, canonicalise, canonicalise_entry};

use UnreadableKind as Kind;

/// What we make of a vector.
enum Ours {
    /// The same address as the published canonical text.
    Same,
    /// The same, but the vector has no scheme: it can stand in a list, not in a request.
    SameAsEntry,
    /// Refused, by this rule.
    Refused(Kind, &'static str),
}

use Ours::{Refused, Same, SameAsEntry};

const CANONICAL: &[(&str, &str, Ours)] = &[
    ("http://host/%25%32%35", "http://host/%25", Same),
    ("http://host/%25%32%35%25%32%35", "http://host/%25%25", Same),
    ("http://host/%2525252525252525", "http://host/%25", Same),
    ("http://host/asdf%25%32%35asd", "http://host/asdf%25asd", Same),
    ("http://host/%%%25%32%35asd%%", "http://host/%25%25%25asd%25%25", Same),
    ("http://www.google.com/", "http://www.google.com/", Same),
    (
        "http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/",
        "http://168.188.99.26/.secure/www.ebay.com/",
        Same,
    ),
    (
        "http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/",
        "http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/",
        Same,
    ),
    (
        "http://host%23.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B",
        "http://host%23.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+",
        Refused(Kind::ForbiddenInHost, "H2: no # in a host"),
    ),
    ("http://3279880203/blah", "http://195.127.0.11/blah", Same),
    ("http://www.google.com/blah/..", "http://www.google.com/", Same),
    ("www.google.com/", "http://www.google.com/", SameAsEntry),
    ("www.google.com", "http://www.google.com/", SameAsEntry),
    ("http://www.evil.com/blah#frag", "http://www.evil.com/blah", Same),
    ("http://www.GOOgle.com/", "http://www.google.com/", Same),
    ("http://www.google.com.../", "http://www.google.com/", Refused(Kind::EmptyLabel, "H4: one trailing dot, not three")),
    (
        "http://www.google.com/foo\tbar\rbaz\n2",
        "http://www.google.com/foobarbaz2",
        Refused(Kind::BlankOrControl, "P1: no raw control bytes"),
    ),
    ("http://www.google.com/q?", "http://www.google.com/q?", Same),
    ("http://www.google.com/q?r?", "http://www.google.com/q?r?", Same),
    ("http://www.google.com/q?r?s", "http://www.google.com/q?r?s", Same),
    ("http://evil.com/foo#bar#baz", "http://evil.com/foo", Same),
    ("http://evil.com/foo;", "http://evil.com/foo;", Same),
    ("http://evil.com/foo?bar;", "http://evil.com/foo?bar;", Same),
    ("http://\x01\u{80}.com/", "http://%01%80.com/", Refused(Kind::BlankOrControl, "P1: no raw control bytes")),
    ("http://notrailingslash.com", "http://notrailingslash.com/", Same),
    ("http://www.gotaport.com:1234/", "http://www.gotaport.com/", Same),
    ("  http://www.google.com/  ", "http://www.google.com/", SameAsEntry),
    ("  http://www.google.com/  ", "", Refused(Kind::BlankOrControl, "P1: no blanks in a request")),
    ("http:// leadingspace.com/", "http://%20leadingspace.com/", Refused(Kind::BlankOrControl, "P1: no raw blanks")),
    ("http://%20leadingspace.com/", "http://%20leadingspace.com/", Refused(Kind::BlankOrControl, "H2: no blank in a host")),
    ("%20leadingspace.com/", "http://%20leadingspace.com/", Refused(Kind::UnsupportedScheme, "H1: no scheme")),
    ("https://www.securesite.com/", "https://www.securesite.com/", Same),
    ("http://host.com/ab%23cd", "http://host.com/ab%23cd", Same),
    ("http://host.com//twoslashes?more//slashes", "http://host.com/twoslashes?more//slashes", Same),
    ("ftp://ftp.myfiles.com/", "http://ftp.myfiles.com/", SameAsEntry),
    ("http://some%1bhost.com/%1b", "http://some%1bhost.com/%1B", Refused(Kind::BlankOrControl, "H2: no control byte in a host")),
    ("http://www.\u{fc}mlat.com/", "http://www.xn--mlat-zra.com/", Same),
    ("http://[2001:470:1:18::114]/", "http://[2001:470:1:18::114]/", Same),
    ("http%3A%2F%2Fwackyurl.com:80/", "http://wackyurl.com/", Refused(Kind::UnsupportedScheme, "H1: the scheme is not decoded")),
    ("http://W!eird<>Ho$^.com/", "http://w!eird<>ho$^.com/", Refused(Kind::ForbiddenInHost, "H2: forbidden characters")),
    ("http://i.have.way.too.many.dots.com/", "http://i.have.way.too.many.dots.com/", Same),
    ("http://www.google.com/foo.html", "http://www.google.com/foo.html", Same),
    ("http://google.com./foo.html", "http://google.com/foo.html", Same),
    ("http://google.com.:8080/foo.html", "http://google.com/foo.html", Same),
    ("http://google...com/foo.html", "http://google.com/foo.html", Refused(Kind::EmptyLabel, "H4: empty labels")),
    ("http://..google.com/foo.html", "http://google.com/foo.html", Refused(Kind::EmptyLabel, "H4: empty labels")),
    ("http://[FEDC:BA98:7654:3210:FEDC:BA98:7654:3210]:80/index.html", "http://[fedc:ba98:7654:3210:fedc:ba98:7654:3210]/index.html", Same),
    ("http://[::192.9.5.5]/ipng", "http://[::192.9.5.5]/ipng", Same),
    ("http://0x12.0x43.0x44.0x01", "http://18.67.68.1/", Same),
    ("http://192.168.0.1:80/index.html", "http://192.168.0.1/index.html", Same),
    ("http://a.com", "http://a.com/", Same),
    ("http://a.com/foo/.././bar/./../foo.html", "http://a.com/foo.html", Same),
    ("http://a.com/a/b/", "http://a.com/a/b/", Same),
    ("http://a.com/a/b/c", "http://a.com/a/b/c", Same),
    ("http://a.com//a//b///c////", "http://a.com/a/b/c/", Same),
    ("", "", Refused(Kind::Empty, "no host")),
    (":", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("/blah", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("#ref", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("/blah#ref", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("?query#ref", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("/blah?query#ref", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("/blah;param", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("http://#ref", "", Refused(Kind::EmptyHost, "no host")),
    ("http:///blah#ref", "", Refused(Kind::BadSlashes, "no host")),
    ("http://?query#ref", "", Refused(Kind::EmptyHost, "no host")),
    ("http:///blah?query#ref", "", Refused(Kind::BadSlashes, "no host")),
    ("http:///blah;param", "", Refused(Kind::BadSlashes, "no host")),
    ("http:///blah;param?query#ref", "", Refused(Kind::BadSlashes, "no host")),
    ("mailto:bryner@google.com", "", Refused(Kind::UnsupportedScheme, "H1: scheme")),
    ("www.google.com:8080/foo.html", "http://www.google.com/foo.html", SameAsEntry),
    ("www.google.com:80/", "http://www.google.com/", SameAsEntry),
    ("www.google.com:80", "http://www.google.com/", SameAsEntry),
    (":8080/foo.html", "", Refused(Kind::UnsupportedScheme, "no host")),
    ("http:www.google.com:8080/foo.html", "", Refused(Kind::BadSlashes, "H1: exactly two slashes")),
    ("www.google.com:xxyy/foo.html:80", "", Refused(Kind::UnsupportedScheme, "H1: no scheme")),
];

/// IPv4 vectors: what the host comes to, or nothing.
const ADDRESSES: &[(&str, Result<&str, Kind>)] = &[
    ("123.123.0.0.1", Err(Kind::BadIpv4)),
    ("255.0.0.1", Ok("255.0.0.1")),
    ("12.0x12.01234", Ok("12.18.2.156")),
    // Safe Browsing wraps around (20.2.0.3); rule H5 and WHATWG refuse.
    ("276.2.3", Err(Kind::BadIpv4)),
    ("012.034.01.055", Ok("10.28.1.45")),
    ("0x12.0x43.0x44.0x01", Ok("18.67.68.1")),
    ("167838211", Ok("10.1.2.3")),
    ("3279880203", Ok("195.127.0.11")),
    ("4294967295", Ok("255.255.255.255")),
    // Safe Browsing stops at the blank; rule P1 refuses.
    ("10.192.95.89 xy", Err(Kind::BlankOrControl)),
    // For Safe Browsing no address but a name; for WHATWG `00x0` is no number, so a name too.
    ("1.2.3.00x0", Ok("1.2.3.00x0")),
];

/// Which of these entries are met by the address: host-suffix and path-prefix expressions.
const EXPRESSIONS: &[(&str, &[&str])] = &[
    (
        "http://a.b.c/1/2.html?param=1/2",
        &["a.b.c/1/2.html?param=1/2", "a.b.c/1/2.html", "a.b.c/1/", "a.b.c/", "b.c/1/2.html?param=1/2", "b.c/1/2.html", "b.c/1/", "b.c/"],
    ),
    (
        "http://a.b.c/1/2/3/4/5/",
        &[
            "a.b.c/1/2/3/4/5/",
            "a.b.c/1/2/3/",
            "a.b.c/1/2/",
            "a.b.c/1/",
            "a.b.c/",
            "b.c/1/2/3/4/5/",
            "b.c/1/2/3/",
            "b.c/1/2/",
            "b.c/1/",
            "b.c/",
        ],
    ),
    ("http://a.b.c.d.e.f.g.h.i/", &["a.b.c.d.e.f.g.h.i/", "c.d.e.f.g.h.i/", "d.e.f.g.h.i/", "e.f.g.h.i/", "f.g.h.i/", "g.h.i/", "h.i/"]),
    (
        "http://a.b.c.d.e/1.html",
        &["a.b.c.d.e/1.html", "a.b.c.d.e/", "b.c.d.e/1.html", "b.c.d.e/", "c.d.e/1.html", "c.d.e/", "d.e/1.html", "d.e/"],
    ),
    ("http://b.c/1/2/3.html?param=1/2", &["b.c/1/2/3.html?param=1/2", "b.c/1/2/3.html", "b.c/1/2/", "b.c/1/", "b.c/"]),
    ("http://a.b/?", &["a.b/"]),
    ("http://[2001:470:1:18::114]/a/b", &["[2001:470:1:18::114]/a/b", "[2001:470:1:18::114]/a/", "[2001:470:1:18::114]/"]),
    ("http://1.2.3.4/a/b", &["1.2.3.4/a/b", "1.2.3.4/a/", "1.2.3.4/"]),
    ("http://b/", &["b/"]),
    ("http://a.b.c.com/foo.html", &["a.b.c.com", "b.c.com", "c.com"]),
    // Safe Browsing asks for at most five hosts; rule H4 asks for every one.
    ("http://a.b.c.d.e.f.kita.tokyo.jp", &["a.b.c.d.e.f.kita.tokyo.jp", "b.c.d.e.f.kita.tokyo.jp", "c.d.e.f.kita.tokyo.jp", "tokyo.jp"]),
    // It also asks for at most three parent folders; rule P5 asks for every one.
    (
        "http://a.com/a/b/c/d/e.html?123",
        &["a.com/a/", "a.com/a/b/", "a.com/a/b/c/", "a.com/a/b/c/d/", "a.com/a/b/c/d/e.html", "a.com/a/b/c/d/e.html?123"],
    ),
];

/// Expressions that must not meet the address: no suffix of an IP address, no part of a label or segment.
const NO_EXPRESSIONS: &[(&str, &[&str])] = &[
    ("http://1.2.3.4/a/b", &["2.3.4.4/", "1.2.3.40/", "1.2.3.4/a/b/c", "1.2.3.4/b"]),
    ("http://a.b.c/1/2.html?param=1/2", &["x.b.c/", "bb.c/", "a.b.c/1/2", "a.b.c/1/2.htm", "a.b.c/1/2.html?param=1", "a.b.c/2.html"]),
];

fn read(text: &str) -> Result<CanonicalUrl, Kind> {
    canonicalise(RawTarget::Absolute(text.as_bytes()), &Wrappers::none()).map_err(|fault| fault.kind)
}

#[test]
fn published_canonical_forms_are_reproduced_or_refused_by_rule() {
    for (raw, published, ours) in CANONICAL {
        match ours {
            Same => {
                let (read_raw, read_published) = (read(raw).unwrap(), read(published).unwrap());
                assert_eq!(read_raw.forms(), read_published.forms(), "{raw:?}");
            }
            SameAsEntry => assert_eq!(canonicalise_entry(raw.as_bytes()), canonicalise_entry(published.as_bytes()), "{raw:?}"),
            Refused(kind, rule) => assert_eq!(read(raw).map(|url| url.to_text()), Err(*kind), "{raw:?}: {rule}"),
        }
    }
}

#[test]
fn published_addresses_are_reproduced_or_refused_by_rule() {
    for (host, expected) in ADDRESSES {
        let host_read = read(&format!("http://{host}/")).map(|url| url.host().to_owned());
        assert_eq!(host_read.as_deref().map_err(|kind| *kind), expected.as_ref().map(|text| *text).map_err(|kind| *kind), "{host}");
    }
}

#[test]
fn marks_that_were_encoded_stay_text() {
    let url = read("http://a.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B").unwrap();
    assert_eq!(url.forms()[0].path(), b"~a!b@c#d$e%f^00&11*22(33)44_55+");
    assert_eq!(url.to_text(), "http://a.com/~a!b@c%23d$e%25f%5E00&11*22(33)44_55+");
}

#[test]
fn every_published_expression_meets_its_address() {
    for (address, expressions) in EXPRESSIONS {
        for expression in *expressions {
            assert_eq!(List::of(&[expression]).outcome(&Case::absolute(address)), Outcome::Matched, "{expression} for {address}");
        }
    }
    for (address, expressions) in NO_EXPRESSIONS {
        for expression in *expressions {
            assert_eq!(List::of(&[expression]).outcome(&Case::absolute(address)), Outcome::Passed, "{expression} for {address}");
        }
    }
}
