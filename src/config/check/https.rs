//! What stays sealed: hosts that can be read, categories that are known.

use super::bench::Bench;
use crate::config::raw::RawHttps;
use crate::config::source::At;
use crate::policy::Sealed;

/// Sealed where the operator says nothing (standards H2): what people do there is theirs alone.
const CATEGORIES: [&str; 2] = ["bank", "webmail"];

/// Checks `[https]`.
pub(super) fn check(raw: &RawHttps, bench: &mut Bench<'_>) -> Sealed {
    for host in &raw.sealed {
        bench.address(host);
    }
    for category in raw.sealed_categories.iter().flatten() {
        bench.category(category);
    }
    let text = |at: &At<String>| at.value.as_str().into();
    Sealed {
        hosts: raw.sealed.iter().map(text).collect(),
        categories: match &raw.sealed_categories {
            Some(names) => names.iter().map(text).collect(),
            None => CATEGORIES.map(Into::into).to_vec(),
        },
    }
}
