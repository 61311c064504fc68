//! Tables of exceptions that are in force, by what they were made from: a site whose lines, groups, zone and layers above are as they were
//! keeps its table at a reload. So thousands of unchanged files are read and not taken apart again, and stand in memory once.
//!
//! Nothing is kept for its own sake: a table that no policy uses any more is forgotten. Must never hold one that had a fault.

use crate::policy::Exceptions;
use aws_lc_rs::digest::{Context, SHA256};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// SHA-256 over everything that a table was made from.
pub(super) type Key = [u8; 32];

static KNOWN: LazyLock<Mutex<HashMap<Key, Weak<Exceptions>>>> = LazyLock::new(Mutex::default);

/// The key of these parts. Each is told with its length, so that no two lists of parts are one.
pub(super) fn key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Key {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_le_bytes());
        context.update(part);
    }
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The table that was made from the same.
pub(super) fn find(key: &Key) -> Option<Arc<Exceptions>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(key)?.upgrade()
}

/// Remembers a table for as long as it is in force.
pub(super) fn keep(key: Key, table: &Arc<Exceptions>) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() == known.capacity() {
        known.retain(|_, table| table.strong_count() > 0);
    }
    known.insert(key, Arc::downgrade(table));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_known_for_as_long_as_it_is_used() {
        let one = key([&b"a"[..], b"bc"]);
        assert_ne!(one, key([&b"ab"[..], b"c"]));
        let table = Arc::new(Exceptions::default());
        keep(one, &table);
        assert!(find(&one).is_some_and(|known| Arc::ptr_eq(&known, &table)));
        drop(table);
        assert!(find(&one).is_none());
    }
}
