//! Addresses: reading one is stable (what was read reads the same again) and bounded, and what leaves is clean.

use lifeguard::canon::{MAX_FORMS, RawTarget, Wrappers, canonicalise, canonicalise_entry};
use std::sync::LazyLock;

static WRAPPERS: LazyLock<Wrappers> = LazyLock::new(Wrappers::built_in);

/// Absolute form, origin form and server name.
pub fn canonicaliser(data: &[u8]) {
    absolute(data);
    let half = data.iter().position(|byte| *byte == b' ').unwrap_or(data.len());
    let (host, target) = (&data[..half], data.get(half + 1..).unwrap_or_default());
    let _read = canonicalise(RawTarget::Origin { host, target }, &WRAPPERS);
    let _read = canonicalise(RawTarget::ServerName(data), &WRAPPERS);
}

fn absolute(data: &[u8]) {
    let Ok(url) = canonicalise(RawTarget::Absolute(data), &WRAPPERS) else { return };
    assert!(!url.forms().is_empty() && url.forms().len() <= MAX_FORMS);
    let leaving = url.forward_target();
    assert!(leaving.starts_with('/') && leaving.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "leaves as {leaving:?}");
    let text = url.to_text();
    assert!(text.bytes().all(|byte| byte > b' ' && byte != 127), "shown as {text:?}");
    // Without wrapping sites: what such a site carries is read from the target as it came, not from the text that is shown.
    let again = canonicalise(RawTarget::Absolute(text.as_bytes()), &Wrappers::none()).unwrap_or_else(|fault| panic!("{text:?}: {fault:?}"));
    assert_eq!(again.to_text(), text, "reading twice");
    assert_eq!((again.host(), again.port(), again.scheme()), (url.host(), url.port(), url.scheme()), "{text:?}");
}

/// `host:port`.
pub fn connect_authority(data: &[u8]) {
    let Ok(url) = canonicalise(RawTarget::Authority(data), &WRAPPERS) else { return };
    let text = url.authority_text();
    let again = canonicalise(RawTarget::Authority(text.as_bytes()), &WRAPPERS).unwrap_or_else(|fault| panic!("{text:?}: {fault:?}"));
    assert_eq!((again.authority_text(), again.host_kind()), (text, url.host_kind()), "reading twice");
}

/// One line of a list.
pub fn list_entry(data: &[u8]) {
    let Ok(entry) = canonicalise_entry(data) else { return };
    assert!(!entry.host.is_empty() && entry.host.len() <= 253, "{:?}", entry.host);
    let host = if entry.host.contains(':') { format!("[{}]", entry.host) } else { entry.host.clone() };
    let again = canonicalise_entry(host.as_bytes()).unwrap_or_else(|fault| panic!("{host:?}: {fault:?}"));
    assert_eq!(again.host, entry.host, "reading twice");
}
