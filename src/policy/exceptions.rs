//! Addresses that one site allows or blocks, packed: a thousand of them for each of thousands of sites stay in memory.
//!
//! Host names stand in one text; an exception is a row of 24 bytes; author and reason are told once for all rows that share them.
//! Numbers of groups count from the site's first, so that the table means the same wherever the site stands in the policy.
//! Must never be more lenient than a list: see [`super::address`].

use super::address::{covers, keep_first};
use super::rules::LocalAction;
use crate::canon::{Form, ListEntry, QueryPairs};
use crate::model::Timestamp;
use hashbrown::HashTable;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

type Random = rapidhash::fast::RandomState;

/// The exceptions of one site.
#[derive(Debug, Default)]
pub struct Exceptions {
    hosts: Box<str>,
    rows: Box<[Row]>,
    /// Addresses with a path, whole.
    paths: Box<[ListEntry]>,
    signatures: Box<[Signature]>,
    /// Sets of groups, counted from the site's first group; the first set is empty and means all.
    sets: Box<[Box<[u16]>]>,
    by_host: HashTable<u32>,
    random: Random,
}

#[derive(Debug)]
struct Row {
    /// The first moment at which it no longer applies.
    end: i64,
    host: u32,
    signature: u32,
    /// Place in `paths`; [`NO_PATH`]: the whole host.
    path: u32,
    host_length: u16,
    set: u16,
}

const NO_PATH: u32 = u32::MAX;
const NEVER: i64 = i64::MAX;

/// Who decided, and why.
#[derive(Debug)]
struct Signature {
    action: LocalAction,
    /// As records and explanations name it.
    layer: Arc<str>,
}

/// One exception as it was written.
#[derive(Clone, Copy, Debug)]
pub struct Exception<'a> {
    /// Opens or closes.
    pub action: LocalAction,
    /// Who decided.
    pub author: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The first moment at which it no longer applies.
    pub expires: Option<Timestamp>,
    /// Groups it is for, counted from the site's first; empty means all.
    pub groups: &'a [u16],
}

/// More than one site can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is room for {MOST} exceptions at one site, in 60,000 different sets of groups")]
pub struct TooMany;

/// The most exceptions of one site.
pub const MOST: usize = 10_000_000;

/// Collects the exceptions of one site.
#[derive(Debug, Default)]
pub struct ExceptionsMaker {
    hosts: String,
    rows: Vec<Row>,
    paths: Vec<ListEntry>,
    signatures: Vec<Signature>,
    by_text: HashMap<Arc<str>, u32, Random>,
    sets: Vec<Box<[u16]>>,
    by_set: HashMap<Box<[u16]>, u16, Random>,
    text: String,
}

impl ExceptionsMaker {
    /// Adds one. Those that come first speak first.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn add(&mut self, entry: ListEntry, said: Exception<'_>) -> Result<(), TooMany> {
        let short = |length: usize| u32::try_from(length).map_err(|_| TooMany);
        let (host, host_length) = (short(self.hosts.len())?, u16::try_from(entry.host.len()).map_err(|_| TooMany)?);
        let (signature, set) = (self.signature(said)?, self.set(said.groups)?);
        if self.rows.len() >= MOST {
            return Err(TooMany);
        }
        self.hosts.push_str(&entry.host);
        let path = if entry.path.is_some() { short(self.paths.len())? } else { NO_PATH };
        if entry.path.is_some() {
            self.paths.push(entry);
        }
        self.rows.push(Row { end: said.expires.map_or(NEVER, |end| end.0), host, signature, path, host_length, set });
        Ok(())
    }

    fn signature(&mut self, said: Exception<'_>) -> Result<u32, TooMany> {
        self.text.clear();
        for part in [said.action.layer_word(), said.author, ": ", said.reason] {
            self.text.push_str(part);
        }
        if let Some(known) = self.by_text.get(&*self.text) {
            return Ok(*known);
        }
        let next = u32::try_from(self.signatures.len()).map_err(|_| TooMany)?;
        let layer: Arc<str> = self.text.as_str().into();
        self.by_text.insert(Arc::clone(&layer), next);
        self.signatures.push(Signature { action: said.action, layer });
        Ok(next)
    }

    fn set(&mut self, groups: &[u16]) -> Result<u16, TooMany> {
        if self.sets.is_empty() {
            self.sets.push(Box::default());
        }
        if groups.is_empty() {
            return Ok(0);
        }
        if let Some(known) = self.by_set.get(groups) {
            return Ok(*known);
        }
        let next = u16::try_from(self.sets.len()).map_err(|_| TooMany)?;
        self.sets.push(groups.into());
        self.by_set.insert(groups.into(), next);
        Ok(next)
    }

    /// The table.
    #[must_use]
    pub fn finish(self) -> Exceptions {
        let mut made = Exceptions {
            hosts: self.hosts.into(),
            rows: self.rows.into(),
            paths: self.paths.into(),
            signatures: self.signatures.into(),
            sets: self.sets.into(),
            ..Exceptions::default()
        };
        let mut by_host = HashTable::with_capacity(made.rows.len());
        let hash = |row: &u32| made.random.hash_one(made.host(&made.rows[*row as usize]));
        for row in (0..u32::MAX).take(made.rows.len()) {
            by_host.insert_unique(hash(&row), row, hash);
        }
        made.by_host = by_host;
        made
    }
}

/// What the exceptions of a site say to one address: rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Local {
    pub(super) block: Option<u32>,
    pub(super) allow: Option<u32>,
    pub(super) expired: Option<u32>,
}

impl Exceptions {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Is any address open to this group, counted from the site's first?
    #[must_use]
    pub fn opens_for(&self, group: u16) -> bool {
        let opens = |row: &Row| self.signatures[row.signature as usize].action == LocalAction::Allow;
        self.rows.iter().any(|row| opens(row) && self.is_for(row, group))
    }

    /// The name of an exception as a layer.
    pub(super) fn layer(&self, row: u32) -> &Arc<str> {
        &self.signatures[self.rows[row as usize].signature as usize].layer
    }

    /// When it ends.
    pub(super) fn end(&self, row: u32) -> Timestamp {
        Timestamp(self.rows[row as usize].end)
    }

    fn host(&self, row: &Row) -> &str {
        let start = row.host as usize;
        &self.hosts[start..start + usize::from(row.host_length)]
    }

    /// Adds what is said about this host, which is the address's own or lies above it. `group` counts from the site's first.
    pub(super) fn find(
        &self,
        host: &str,
        (form, own): (&Form, bool),
        (group, now): (u16, Timestamp),
        pairs: &OnceCell<QueryPairs>,
        found: &mut Local,
    ) {
        if self.rows.is_empty() {
            return;
        }
        for number in self.by_host.iter_hash(self.random.hash_one(host)) {
            let row = &self.rows[*number as usize];
            if self.host(row) == host && self.is_for(row, group) && self.covers(row, form, pairs) {
                self.take(*number, row, own, now, found);
            }
        }
    }

    fn is_for(&self, row: &Row, group: u16) -> bool {
        let set = &self.sets[usize::from(row.set)];
        set.is_empty() || set.contains(&group)
    }

    fn covers(&self, row: &Row, form: &Form, pairs: &OnceCell<QueryPairs>) -> bool {
        row.path == NO_PATH || covers(&self.paths[row.path as usize], form, pairs)
    }

    fn take(&self, number: u32, row: &Row, own: bool, now: Timestamp, found: &mut Local) {
        if row.end != NEVER && now.0 >= row.end {
            return keep_first(&mut found.expired, number);
        }
        match self.signatures[row.signature as usize].action {
            LocalAction::Block => keep_first(&mut found.block, number),
            LocalAction::Allow if own => keep_first(&mut found.allow, number),
            LocalAction::Allow => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_address;
    use super::*;

    #[test]
    fn rows_are_small_and_what_is_equal_is_kept_once() {
        assert_eq!(size_of::<Row>(), 24);
        let mut maker = ExceptionsMaker::default();
        for (author, groups) in [("a", &[][..]), ("a", &[1, 2]), ("b", &[1, 2]), ("a", &[2])] {
            let said = Exception { action: LocalAction::Allow, author, reason: "r", expires: None, groups };
            maker.add(read_address("x.test").unwrap(), said).unwrap();
        }
        let made = maker.finish();
        assert_eq!((made.len(), made.signatures.len(), made.sets.len()), (4, 2, 3));
        assert_eq!(&**made.layer(2), "local allow by b: r");
        assert!(made.opens_for(7), "what is for all groups is for each");
        let mut maker = ExceptionsMaker::default();
        for (action, groups) in [(LocalAction::Allow, &[1][..]), (LocalAction::Block, &[2])] {
            let said = Exception { action, author: "a", reason: "r", expires: None, groups };
            maker.add(read_address("x.test").unwrap(), said).unwrap();
        }
        let made = maker.finish();
        assert_eq!([0, 1, 2].map(|group| made.opens_for(group)), [false, true, false]);
    }
}
