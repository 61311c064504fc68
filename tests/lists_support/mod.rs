//! What the tests of lists and matcher share.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]
#![allow(dead_code, reason = "each test binary uses its own part")]

use lifeguard::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use lifeguard::lists::{Compiled, Compiler, Format, InstallationKey, ListImage, ListKind, ListSpec, Source};
use lifeguard::matcher::{Hits, find};

/// The installation key of all tests.
pub(crate) fn key() -> InstallationKey {
    InstallationKey::from_bytes([42; 32])
}

/// Compiles lists, each from one text.
pub(crate) fn compile(lists: &[(ListSpec, Format, &[u8])]) -> Compiled {
    compile_with(2, lists)
}

/// The same with so many threads.
pub(crate) fn compile_with(threads: usize, lists: &[(ListSpec, Format, &[u8])]) -> Compiled {
    let mut compiler = Compiler::new(&key()).with_threads(threads);
    for (spec, format, text) in lists {
        let list = compiler.add_list(spec.clone()).unwrap();
        compiler.feed(list, &Source::new(&spec.name, format.clone()), *text).unwrap();
    }
    compiler.finish()
}

/// A category list of its own category.
pub(crate) fn category(name: &str) -> ListSpec {
    ListSpec::new(ListKind::Category, name, name)
}

/// A statutory list.
pub(crate) fn statutory(name: &str) -> ListSpec {
    ListSpec::new(ListKind::Statutory, name, "illegal")
}

/// A canonical address.
pub(crate) fn url(text: &str) -> CanonicalUrl {
    canonicalise(RawTarget::Absolute(text.as_bytes()), &Wrappers::none()).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

/// Hits of an address.
pub(crate) fn hits(image: &ListImage, text: &str) -> Hits {
    find(image, &url(text))
}

/// Names of the categories that hold it, in order, separated by blanks; a statutory match first, as `!`.
pub(crate) fn told(image: &ListImage, text: &str) -> String {
    let hits = hits(image, text);
    let mut names: Vec<String> = hits.categories.iter().map(|id| image.categories()[usize::from(id.0)].to_string()).collect();
    names.sort_unstable();
    if hits.statutory.is_some() {
        names.insert(0, "!".into());
    }
    names.join(" ")
}
