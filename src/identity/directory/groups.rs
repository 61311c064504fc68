//! The groups that hold a person, and the groups that hold those, upwards until there are no more.
//!
//! A circle ends where it began; depth and number are bounded.

use super::ask::DirectoryFault;
use crate::config::DirectorySettings;
use ldap3::{Ldap, Scope, SearchEntry, SearchOptions, ldap_escape};
use std::collections::HashSet;
use std::time::Duration;

/// Groups within groups that are gone up.
const DEPTH: usize = 12;
/// Groups of one person.
const MOST: usize = 1000;
/// Names in one question.
const AT_ONCE: usize = 25;

/// Every group that holds this entry, by its distinguished name in small letters.
pub(super) async fn groups_of(
    link: &mut Ldap,
    settings: &DirectorySettings,
    dn: &str,
    patience: Duration,
) -> Result<HashSet<String>, DirectoryFault> {
    let base = if settings.group_base.is_empty() { &settings.base } else { &settings.group_base };
    let mut found = HashSet::new();
    let mut below = vec![dn.to_owned()];
    for _ in 0..DEPTH {
        let mut above = Vec::new();
        for some in below.chunks(AT_ONCE) {
            let members: String = some.iter().map(|dn| format!("({}={})", settings.member_attribute, ldap_escape(dn.as_str()))).collect();
            for entry in entries(link, base, &format!("(|{members})"), patience).await? {
                if found.len() < MOST && found.insert(entry.dn.to_lowercase()) {
                    above.push(entry.dn);
                }
            }
        }
        if above.is_empty() {
            break;
        }
        below = above;
    }
    Ok(found)
}

/// The entries that fit, by their names alone. References to other servers are passed over.
pub(super) async fn entries(link: &mut Ldap, base: &str, filter: &str, patience: Duration) -> Result<Vec<SearchEntry>, DirectoryFault> {
    let bound = i32::try_from(MOST).unwrap_or(i32::MAX);
    link.with_timeout(patience).with_search_options(SearchOptions::new().sizelimit(bound));
    // "1.1": no attribute (RFC 4511 section 4.5.1.8).
    let (entries, _) = link.search(base, Scope::Subtree, filter, vec!["1.1"]).await?.success()?;
    Ok(entries.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate()).map(SearchEntry::construct).collect())
}
