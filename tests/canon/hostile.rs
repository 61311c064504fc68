//! Hostile targets of 64 KB: read or refused in time linear in their length, within the stated bounds (rule P2, goal E5).
//!
//! The steps of percent decoding are counted beside the decoder. Here the whole is watched: anything quadratic in 64 KB is
//! thousands of times slower than what is linear, so a generous limit tells them apart even on a busy machine.

use lifeguard::canon::{MAX_EMBEDDED_BYTES, MAX_FORMS, MAX_TARGET_BYTES, RawTarget, Wrappers, canonicalise};
use std::time::{Duration, Instant};

/// A start, and what is repeated behind it until the length is reached.
const HOSTILE: &[(&str, &str)] = &[
    ("http://a.test/%", "25"),
    ("http://a.test/", "%25"),
    ("http://a.test/", "%%32%35"),
    ("http://a.test/", "%u0025"),
    ("http://a.test/", "%c0%a5"),
    ("http://a.test/", "%"),
    ("http://a.test/", "/"),
    ("http://a.test/", "\\"),
    ("http://a.test/", "a/../"),
    ("http://a.test/", "../"),
    ("http://a.test/", "a;/"),
    ("http://a.test/", "a;%00..;//"),
    ("http://a.test/", "."),
    ("http://a.test/", "%00"),
    ("http://a.test/", "\u{301}\u{323}"),
    ("http://a.test/", "\u{390}"),
    ("http://a.test/", "\u{1f52};%00//..%2f"),
    ("http://a.test/", "%ff%c3"),
    ("http://a.test/?", "a=%25&;"),
    ("http://a.test/?", "\u{301}&"),
    ("http://a.test/#", "x"),
    ("http://", "a."),
    ("http://", "%61"),
    ("http://", "\u{fc}"),
    ("http://", "\u{fc}."),
    ("http://", "\u{ad}"),
    ("http://xn--", "a"),
    ("http://", "1."),
    ("http://0x", "0"),
    ("http://[", ":"),
    ("http://[::", "0"),
    ("http://", "@"),
    ("http://a.test:", "0"),
    ("http://[::ffff:192.0.2.1]/", "\u{390};%00//..%2f"),
    ("http://web.archive.org/", "web/2020/http://web.archive.org/"),
    ("http://web.archive.org/web/", "http%3A%2F%2F"),
    ("http://archive.ph/", "http:/archive.ph/..;/a%00//..%2f/"),
    ("http://12ft.io/http://archive.ph/http://r.jina.ai/", "\u{390}"),
    ("http://12ft.io/?", "u=a.test&q=b.test&"),
    ("http://12ft.io/?u=http://a.test/", "%2501"),
    ("http://translate.google.com/translate?", "u=x&"),
    ("http://www.google.com/search?q=cache:", "%2563ache:"),
    ("http://a.translate.goog/?", "_x_tr_hp=a-&"),
    ("http://translate.google.com/translate?u=", "http://translate.google.com/translate?u="),
];

fn target(start: &str, repeated: &str, length: usize) -> Vec<u8> {
    let times = length.saturating_sub(start.len()) / repeated.len();
    [start.as_bytes(), &repeated.as_bytes().repeat(times)].concat()
}

/// Far above what linear time takes in a slow build on a busy machine (under 0.1 s), far below what quadratic time takes.
const PATIENCE: Duration = Duration::from_secs(4);

#[test]
fn no_target_takes_more_than_linear_time() {
    let wrappers = Wrappers::built_in();
    for (start, repeated) in HOSTILE {
        let bytes = target(start, repeated, MAX_TARGET_BYTES);
        let since = Instant::now();
        let read = canonicalise(RawTarget::Absolute(&bytes), &wrappers);
        std::hint::black_box(read.map(|url| url.to_text()).ok());
        let taken = since.elapsed();
        assert!(taken < PATIENCE, "{start}{repeated}...: {taken:?}");
    }
}

#[test]
fn every_reading_stays_within_its_bounds() {
    let wrappers = Wrappers::built_in();
    for (start, repeated) in HOSTILE {
        let bytes = target(start, repeated, MAX_TARGET_BYTES);
        let Ok(url) = canonicalise(RawTarget::Absolute(&bytes), &wrappers) else { continue };
        assert!(url.forms().len() <= MAX_FORMS);
        assert!(url.forward_target().len() <= 3 * MAX_TARGET_BYTES);
        let paths: usize = url.forms().iter().map(|form| form.path().len()).sum();
        // Twelve readings of a path, under a name or two addresses, each at most three times as long by folding.
        assert!(paths <= 24 * 3 * (MAX_TARGET_BYTES + MAX_EMBEDDED_BYTES), "{start}{repeated}...: {paths} bytes of paths");
    }
}

#[test]
fn three_thousand_layers_of_encoding_are_one() {
    let mut nested = b"http://a.test/%".to_vec();
    nested.extend(b"25".repeat(3_000));
    nested.extend(b"6c%2569sted");
    let url = canonicalise(RawTarget::Absolute(&nested), &Wrappers::none()).unwrap();
    assert_eq!(url.forms()[0].path(), b"listed");
}

#[test]
fn one_byte_more_than_the_bound_is_refused() {
    let fits = target("http://a.test/", "a", MAX_TARGET_BYTES);
    assert_eq!(fits.len(), MAX_TARGET_BYTES);
    assert!(canonicalise(RawTarget::Absolute(&fits), &Wrappers::none()).is_ok());
    let over = [&fits[..], b"a"].concat();
    assert!(canonicalise(RawTarget::Absolute(&over), &Wrappers::none()).is_err());
}
