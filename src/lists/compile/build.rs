//! From gathered keys to the image: sort each share, number the sets of lists, fill the buckets.
//!
//! The result must not depend on the number of threads, nor on the order in which they came to their work: the same text
//! gives the same bytes.

use super::gather::{Gathered, GatheredRule, SHARES};
use crate::lists::ListImage;
use crate::lists::image::Shapes;
use crate::lists::key::Key;
use crate::lists::pairs::PairTable;
use crate::lists::rules::{MAX_EXPRESSIONS, MAX_KEYWORDS, Rule, Rules};
use crate::lists::sets::{ListSet, MAX_LISTS, SetTable};
use crate::lists::statutory::{Digest, Mark, PairedDigest, StatutoryTable};
use crate::lists::table::{Bucket, DIRECT_SETS, Leftover, Table, buckets_for, fill};
use crate::model::{CategoryId, ListId};
use bytemuck::Zeroable;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// An image without its names, and what its lists hold.
pub(super) struct Built {
    pub(super) image: ListImage,
    /// Different entries by list number.
    pub(super) entries: Vec<u64>,
    pub(super) dropped_rules: Vec<(ListId, GatheredRule)>,
    /// Entries to look up once the image stands: some of every share, and all kinds of places.
    pub(super) samples: Vec<(Key, ListId)>,
}

/// Builds the image.
pub(super) fn build(mut gathered: Vec<Gathered>, category_of: &[CategoryId], threads: usize) -> Built {
    let mut entries = vec![0; category_of.len()];
    let shapes = gathered.iter().map(|part| part.shapes).fold(Shapes::default(), join_shapes);
    let statutory = build_statutory(&mut gathered, &mut entries);
    let pairs = PairTable::new(gathered.iter_mut().flat_map(|part| std::mem::take(&mut part.pairs)).collect());
    pairs.all().iter().for_each(|entry| entries[usize::from(entry.list.0)] += 1);
    let (rules, dropped_rules) = build_rules(&mut gathered, &mut entries);
    let (table, sets, samples) = build_table(gathered, category_of, &mut entries, threads);
    let image = ListImage { shapes, table, sets, pairs, statutory, rules, ..ListImage::default() };
    Built { image, entries, dropped_rules, samples }
}

fn join_shapes(one: Shapes, other: Shapes) -> Shapes {
    Shapes {
        host_labels: one.host_labels | other.host_labels,
        page_segments: one.page_segments.max(other.page_segments),
        statutory_segments: one.statutory_segments.max(other.statutory_segments),
        exact_pages: one.exact_pages || other.exact_pages,
    }
}

fn build_statutory(gathered: &mut [Gathered], entries: &mut [u64]) -> StatutoryTable {
    let mut keys: Vec<Key> = gathered.iter_mut().flat_map(|part| std::mem::take(&mut part.place_keys)).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut places: Vec<(Digest, Mark)> = gathered.iter_mut().flat_map(|part| std::mem::take(&mut part.places)).collect();
    places.sort_unstable_by_key(|(digest, mark)| (*digest, bytemuck::cast::<Mark, u32>(*mark)));
    places.dedup();
    for (_, mark) in &places {
        for list in [mark.list_below(), mark.list_exactly()].into_iter().flatten() {
            entries[usize::from(list.0)] += 1;
        }
    }
    let paired: Vec<PairedDigest> = gathered.iter_mut().flat_map(|part| std::mem::take(&mut part.paired)).collect();
    let table = StatutoryTable::new(&keys, places, paired);
    table.paired.iter().for_each(|entry| entries[usize::from(entry.list.0)] += 1);
    table
}

fn build_rules(gathered: &mut [Gathered], entries: &mut [u64]) -> (Rules, Vec<(ListId, GatheredRule)>) {
    let mut keywords: Vec<GatheredRule> = gathered.iter_mut().flat_map(|part| std::mem::take(&mut part.keywords)).collect();
    let mut expressions: Vec<GatheredRule> = gathered.iter_mut().flat_map(|part| std::mem::take(&mut part.expressions)).collect();
    keywords.sort_unstable();
    expressions.sort_unstable();
    let mut dropped = keywords.split_off(keywords.len().min(MAX_KEYWORDS));
    dropped.extend(expressions.split_off(expressions.len().min(MAX_EXPRESSIONS)));
    let plain = |rules: &[GatheredRule]| rules.iter().map(|rule| Rule { list: rule.list, text: rule.text.clone() }).collect::<Vec<_>>();
    let rules = loop {
        match Rules::new(plain(&keywords), plain(&expressions)) {
            Ok(rules) => break rules,
            Err(_) => {
                dropped.extend(expressions.split_off(expressions.len() / 2));
                dropped.extend(if expressions.is_empty() { keywords.split_off(keywords.len() / 2) } else { Vec::new() });
            }
        }
    };
    keywords.iter().chain(&expressions).for_each(|rule| entries[usize::from(rule.list.0)] += 1);
    (rules, dropped.into_iter().map(|rule| (rule.list, rule)).collect())
}

/// The keys of one top byte, sorted, and what they say together.
#[derive(Default)]
struct Share {
    keys: Vec<u64>,
    distinct: usize,
    entries: Vec<u64>,
    sets: HashMap<ListSet, u64>,
}

fn build_table(
    gathered: Vec<Gathered>,
    category_of: &[CategoryId],
    entries: &mut [u64],
    threads: usize,
) -> (Table, SetTable, Vec<(Key, ListId)>) {
    let mut by_share: Vec<Vec<Vec<u64>>> = (0..SHARES).map(|_| Vec::new()).collect();
    for part in gathered {
        for (share, keys) in part.keys.into_iter().enumerate().filter(|(_, keys)| !keys.is_empty()) {
            by_share[share].push(keys);
        }
    }
    let mut shares: Vec<Share> = in_parallel(by_share, threads, |_, parts| sort_share(parts));
    for share in &shares {
        entries.iter_mut().zip(&share.entries).for_each(|(all, one)| *all += one);
    }
    let samples = shares.iter().enumerate().flat_map(|(number, share)| samples_of(number, share)).collect();
    let numbering = Numbering::new(&mut shares);
    let total = buckets_for(shares.iter().map(|share| share.distinct).sum());
    let mut buckets = vec![Bucket::zeroed(); total];
    let own = (total / SHARES).max(1);
    let work: Vec<(Share, &mut [Bucket])> = shares.into_iter().zip(buckets.chunks_mut(own)).collect();
    let fill_share = |number: usize, (share, own_buckets): (Share, &mut [Bucket])| {
        fill(own_buckets, number * own, total, groups(number, &share.keys).map(|(key, group)| (key, numbering.number(group))))
    };
    let left = in_parallel(work, threads, fill_share).into_iter().fold(Leftover::default(), |mut all, one| {
        all.join(one);
        all
    });
    let (table, sets) = finish_table(left, buckets, numbering, category_of);
    (table, sets, samples)
}

/// A few keys of a share, spread over it, each with one of its lists.
fn samples_of(number: usize, share: &Share) -> Vec<(Key, ListId)> {
    const SAMPLES: usize = 4;
    let every = (share.keys.len() / SAMPLES).max(1);
    let parts = |key: u64| (Key((number as u64) << 56 | key >> 8), (key & 0xff) as u8);
    let lists = share.keys.iter().step_by(every).map(|&key| parts(key)).filter(|(_, list)| usize::from(*list) < MAX_LISTS);
    lists.map(|(key, list)| (key, ListId(list))).collect()
}

fn finish_table(left: Leftover, buckets: Vec<Bucket>, mut numbering: Numbering, category_of: &[CategoryId]) -> (Table, SetTable) {
    let (mut table, twins) = left.settle(buckets);
    for (key, set) in twins {
        let old = table.find(key);
        numbering.join_twins(old, set);
        table.replace(key, numbering.twins);
    }
    (table, SetTable::new(numbering.sets, category_of))
}

fn sort_share(parts: Vec<Vec<u64>>) -> Share {
    let mut parts = parts.into_iter();
    let mut keys = parts.next().unwrap_or_default();
    for mut part in parts {
        keys.reserve_exact(part.len());
        keys.append(&mut part);
    }
    keys.sort_unstable();
    keys.dedup();
    let mut share = Share { entries: vec![0; MAX_LISTS], ..Share::default() };
    for &key in &keys {
        if let Some(count) = share.entries.get_mut((key & 0xff) as usize) {
            *count += 1;
        }
    }
    let mut single = [0_u64; 256];
    for (_, group) in runs(&keys) {
        share.distinct += 1;
        match group {
            [only] => single[(only & 0xff) as usize] += 1,
            many => *share.sets.entry(set_of(many)).or_default() += 1,
        }
    }
    for (number, &count) in (0..=255_u8).zip(&single).filter(|(_, count)| **count > 0) {
        share.sets.insert(ListSet::from_iter([number]), count);
    }
    share.keys = keys;
    share
}

/// Runs of one key.
fn runs(keys: &[u64]) -> impl Iterator<Item = (u64, &[u64])> {
    keys.chunk_by(|one, other| one >> 8 == other >> 8).map(|group| (group[0] >> 8, group))
}

fn set_of(group: &[u64]) -> ListSet {
    group.iter().map(|key| (key & 0xff) as u8).collect()
}

fn groups(share: usize, keys: &[u64]) -> impl Iterator<Item = (Key, &[u64])> {
    runs(keys).map(move |(low, group)| (Key((share as u64) << 56 | low), group))
}

/// Which number each set of lists gets: the most frequent ones fit a slot.
struct Numbering {
    sets: Vec<ListSet>,
    by_set: HashMap<ListSet, u16>,
    /// The numbers of the sets of one: nearly all keys.
    of_one: Vec<u16>,
    /// Number of the set that stands for keys which no slot can tell apart.
    twins: u16,
}

impl Numbering {
    fn new(shares: &mut [Share]) -> Self {
        let mut counts: HashMap<ListSet, u64> = HashMap::new();
        for share in shares {
            std::mem::take(&mut share.sets).into_iter().for_each(|(set, count)| *counts.entry(set).or_default() += count);
        }
        let mut order: Vec<(u64, ListSet)> = counts.into_iter().map(|(set, count)| (count, set)).collect();
        order.sort_unstable_by(|one, other| other.cmp(one));
        let mut sets: Vec<ListSet> = order.into_iter().map(|(_, set)| set).collect();
        let twins_at = sets.len().min(usize::from(DIRECT_SETS) - 2);
        sets.insert(twins_at, ListSet::default());
        // Sets beyond 65,534 share the last number's place: unreachable with 250 lists of real life, and then over-blocked, never missed.
        let overflow = sets.len().saturating_sub(usize::from(u16::MAX));
        let joined = sets.split_off(sets.len() - overflow);
        let last = sets.len() - 1;
        sets[last] = joined.iter().fold(sets[last], |all, &one| all.union(one));
        let number = |at: usize| u16::try_from(at + 1).unwrap_or(u16::MAX);
        let mut by_set: HashMap<ListSet, u16> =
            sets.iter().enumerate().filter(|(at, _)| *at != twins_at).map(|(at, &set)| (set, number(at))).collect();
        by_set.extend(joined.into_iter().map(|set| (set, number(last))));
        let twins = number(twins_at);
        let of_one = (0..=255).map(|list| by_set.get(&ListSet::from_iter([list])).copied().unwrap_or(twins)).collect();
        Self { sets, by_set, of_one, twins }
    }

    fn number(&self, group: &[u64]) -> u16 {
        match group {
            [only] => self.of_one[(only & 0xff) as usize],
            many => self.by_set.get(&set_of(many)).copied().unwrap_or(self.twins),
        }
    }

    fn join_twins(&mut self, one: u16, other: u16) {
        let at = |number: u16| self.sets[usize::from(number) - 1];
        let joined = at(self.twins).union(at(one)).union(at(other));
        self.sets[usize::from(self.twins) - 1] = joined;
    }
}

/// Does the work on some threads; the results come in the order of the work.
fn in_parallel<T: Send, U: Send>(work: Vec<T>, threads: usize, run: impl Fn(usize, T) -> U + Sync) -> Vec<U> {
    let count = work.len();
    let queue = Mutex::new(work.into_iter().enumerate());
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = || {
        let mut done = Vec::new();
        while let Some((number, item)) = take() {
            done.push((number, run(number, item)));
        }
        done
    };
    let mut done: Vec<(usize, U)> = Vec::with_capacity(count);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        done.extend(worker());
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}
