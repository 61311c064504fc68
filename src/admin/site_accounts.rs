//! Accounts of some sites keep those by name. A name that goes or comes back is no small thing: who had it is closed to nothing but that, and
//! may find another site in its place. So no name goes from the console while somebody has it, and what was done by hand is told.

use super::accounts;
use super::book::{Book, BookFault, fact, put_fact};
use super::desk::Desk;
use super::reach::Reach;
use super::watch::WatchFault;
use crate::model::Timestamp;
use crate::record::EventKind;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// The fact of which sites there were when somebody looked last.
const KNOWN: &str = "sites";
/// So many are told by name.
const TOLD: usize = 20;

impl Book {
    /// Who, and what, goes by one of these names of sites: accounts of some sites whether or not they may sign in, and what a site lets the
    /// consortium see now.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn going_by(&self, names: &[&str], now: Timestamp) -> Result<Vec<String>, BookFault> {
        self.read(|book| {
            let mut found: Vec<String> = having(book, &|name| names.contains(&name))?.into_iter().map(|(account, _)| account).collect();
            for name in names {
                let mut stands = book.prepare_cached("SELECT id FROM site_release WHERE site = ?1 AND until > ?2 AND ended IS NULL")?;
                let ids = stands.query_map(params![name, now.0], |row| row.get::<_, i64>(0))?;
                found.extend(ids.collect::<Result<Vec<_>, _>>()?.into_iter().map(|id| format!("{name} #{id}")));
            }
            Ok(found)
        })
    }
}

/// Accounts of some sites with those of their sites of which this holds.
fn having(book: &Connection, is: &dyn Fn(&str) -> bool) -> Result<Vec<(String, Vec<String>)>, BookFault> {
    let of = |account: accounts::Account| match account.reach {
        Reach::All => None,
        Reach::Sites(sites) => Some((account.name, sites.into_iter().filter(|site| is(site)).collect::<Vec<_>>())),
    };
    Ok(accounts::all(book)?.into_iter().filter_map(of).filter(|(_, sites)| !sites.is_empty()).collect())
}

fn in_words(found: &[(String, Vec<String>)]) -> String {
    let one = |(account, sites): &(String, Vec<String>)| format!("{account} ({})", sites.join(", "));
    let more = found.len().saturating_sub(TOLD);
    let told = found.iter().take(TOLD).map(one).collect::<Vec<_>>().join("; ");
    if more == 0 { told } else { format!("{told}; and {more} more") }
}

impl Desk {
    /// Tells, when the names of sites have changed, which accounts have one that is gone, and which find one that was not here before.
    pub(super) fn look_at_sites(&self, book: &Connection) -> Result<(), WatchFault> {
        let now: BTreeSet<String> = self.works.site_names().into_iter().map(|(name, _)| name).collect();
        let kept = serde_json::Value::from_iter(now.iter().cloned()).to_string();
        let known = fact(book, KNOWN)?;
        if known.as_deref() == Some(&*kept) {
            return Ok(());
        }
        let known: Option<BTreeSet<String>> = known.map(|known| serde_json::from_str(&known).unwrap_or_default());
        let gone = having(book, &|site| !now.contains(site))?;
        let come = having(book, &|site| now.contains(site) && known.as_ref().is_some_and(|known| !known.contains(site)))?;
        let said = [
            (gone, "of sites that are not in the settings, closed there until somebody says which sites they are for"),
            (come, "of sites that were not here before and go by a name that these accounts have: look whether it is the same site"),
        ];
        for (found, words) in said.iter().filter(|(found, _)| !found.is_empty()) {
            let did = format!("accounts {words}: {}", in_words(found));
            tracing::warn!("console: {did}");
            self.record_itself(EventKind::ConsoleChange, did)?;
        }
        Ok(put_fact(book, KNOWN, &kept)?)
    }
}
