//! Entries in words. Must never be called for a match on a statutory list (standards U21).

use crate::canon::CanonicalUrl;
use crate::matcher::Matched;

/// The entry that matched, rebuilt from the address that it matched: `host` or `host/path`. `None` where the places do not fit.
///
/// For entries of categories only; the caller of a statutory match has a keyed digest instead.
#[must_use]
pub fn entry_text(matched: &Matched, url: &CanonicalUrl) -> Option<String> {
    let form = url.forms().get(usize::from(matched.form))?;
    let host = form.host().get(usize::from(matched.host_from)..)?;
    let Some(end) = matched.path_to else { return Some(host.to_owned()) };
    let path = form.path().get(..usize::try_from(end).ok()?)?;
    Some(format!("{host}/{}", String::from_utf8_lossy(path)))
}
