//! All category entries in one table: the cost of a probe is one cache line, whatever the number of lists.
//!
//! A bucket is one cache line of ten slots. A slot keeps 40 bits of a key and the number of its set; the bucket's place
//! gives the top bits. A key whose bucket is full goes to the next with room, and leaves a mark in the 32-bit filter of
//! every full bucket it passed, so that a miss reads a second line about once in eighty.
//!
//! A key that is not in the table is taken for one that is with a chance of entries / 2^(40 + log2 buckets): below 1e-11
//! per probe at every size. That is for categories only; statutory entries are verified in full (`statutory.rs`).

use super::key::Key;
use bytemuck::{Pod, Zeroable};

/// Slots of a bucket.
pub(crate) const SLOTS: usize = 10;
/// Buckets come in multiples of this, so that the keys of one top byte fill whole buckets.
pub(crate) const BUCKET_STEP: usize = 256;
/// Full slots per hundred that the compiler aims at: 7.5 bytes an entry.
const LOAD_PER_CENT: usize = 85;
/// Set byte of a slot whose set number stands in the side table.
const ELSEWHERE: u8 = 255;
/// Set numbers below this stand in the slot itself.
pub(crate) const DIRECT_SETS: u16 = 255;

/// One cache line.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C, align(64))]
pub(crate) struct Bucket {
    low: [u32; SLOTS],
    high: [u8; SLOTS],
    set: [u8; SLOTS],
    passed: u32,
}

impl Bucket {
    #[inline]
    fn slot(&self, key: Key) -> Option<usize> {
        let (low, high) = remainder(key);
        let mut same = 0_u32;
        for slot in 0..SLOTS {
            same |= u32::from(self.low[slot] == low) << slot;
        }
        while same != 0 {
            let slot = same.trailing_zeros() as usize;
            if self.high[slot] == high && self.set[slot] != 0 {
                return Some(slot);
            }
            same &= same - 1;
        }
        None
    }

    fn free_slot(&self) -> Option<usize> {
        self.set.iter().position(|&set| set == 0)
    }

    fn put(&mut self, slot: usize, key: Key, set: u8) {
        (self.low[slot], self.high[slot]) = remainder(key);
        self.set[slot] = set;
    }
}

#[inline]
fn remainder(key: Key) -> (u32, u8) {
    (key.0 as u32, (key.0 >> 32) as u8)
}

/// Bits 40 to 44 of a key: neither kept in a slot nor part of the choice of a bucket.
#[inline]
fn passed_mark(key: Key) -> u32 {
    1 << ((key.0 >> 40) & 31)
}

/// The bucket of a key, in the order of keys.
#[inline]
pub(crate) fn home(key: Key, buckets: usize) -> usize {
    ((u128::from(key.0) * buckets as u128) >> 64) as usize
}

/// How many buckets this many keys need.
pub(crate) fn buckets_for(keys: usize) -> usize {
    let needed = keys.saturating_mul(100).div_ceil(SLOTS * LOAD_PER_CENT);
    needed.div_ceil(BUCKET_STEP).max(usize::from(keys > 0)) * BUCKET_STEP
}

/// The table of all category keys.
#[derive(Clone, Default)]
pub(crate) struct Table {
    pub(crate) buckets: Vec<Bucket>,
    /// Keys whose set number does not fit a byte, sorted.
    pub(crate) elsewhere: Vec<(Key, u16)>,
}

impl Table {
    /// The number of the key's set; 0 if it has none.
    #[inline]
    pub(crate) fn find(&self, key: Key) -> u16 {
        let mut at = home(key, self.buckets.len());
        let mark = passed_mark(key);
        for _ in 0..self.buckets.len() {
            let Some(bucket) = self.buckets.get(at) else { return 0 };
            if let Some(slot) = bucket.slot(key) {
                return self.set_number(bucket.set[slot], key);
            }
            if bucket.passed & mark == 0 {
                return 0;
            }
            at = if at + 1 == self.buckets.len() { 0 } else { at + 1 };
        }
        0
    }

    /// Gives the slot that answers for this key another set, whose number fits a byte.
    pub(crate) fn replace(&mut self, key: Key, set: u16) {
        let Ok(byte) = u8::try_from(set) else { return };
        let total = self.buckets.len();
        let mut at = home(key, total);
        for _ in 0..total {
            if let Some(slot) = self.buckets[at].slot(key) {
                self.buckets[at].set[slot] = byte;
                return;
            }
            at = if at + 1 == total { 0 } else { at + 1 };
        }
    }

    #[inline]
    fn set_number(&self, set: u8, key: Key) -> u16 {
        if set != ELSEWHERE {
            return u16::from(set);
        }
        self.elsewhere.binary_search_by_key(&key, |&(known, _)| known).map_or(0, |found| self.elsewhere[found].1)
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.buckets.as_slice()) + size_of_val(self.elsewhere.as_slice())
    }

    /// What every slot keeps: 40 bits of its key, and its set number (that of a set elsewhere is looked up by those bits).
    pub(crate) fn slots(&self) -> impl Iterator<Item = (u64, u16)> {
        let by_bits: std::collections::HashMap<u64, u16> = self.elsewhere.iter().map(|&(key, set)| (key.0 & LOW_40, set)).collect();
        self.buckets.iter().flat_map(|bucket| (0..SLOTS).map(move |slot| (bucket, slot))).filter_map(move |(bucket, slot)| {
            let bits = u64::from(bucket.high[slot]) << 32 | u64::from(bucket.low[slot]);
            match bucket.set[slot] {
                0 => None,
                ELSEWHERE => by_bits.get(&bits).map(|&set| (bits, set)),
                set => Some((bits, u16::from(set))),
            }
        })
    }
}

const LOW_40: u64 = (1 << 40) - 1;

/// A key that is on its way into the table, and its set number.
pub(crate) type Placed = (Key, u16);

/// What did not fit where it belongs, of one share of the buckets.
#[derive(Debug, Default)]
pub(crate) struct Leftover {
    pub(crate) crowded_out: Vec<Placed>,
    pub(crate) elsewhere: Vec<Placed>,
    /// Two keys that no slot can tell apart: the sets have to be joined.
    pub(crate) twins: Vec<Placed>,
}

/// Puts keys into their own buckets. `share` is the run of buckets that starts at number `first` of `total`.
pub(crate) fn fill(share: &mut [Bucket], first: usize, total: usize, keys: impl Iterator<Item = Placed>) -> Leftover {
    let mut left = Leftover::default();
    for (key, set) in keys {
        let bucket = &mut share[home(key, total) - first];
        if bucket.slot(key).is_some() {
            left.twins.push((key, set));
            continue;
        }
        match bucket.free_slot() {
            Some(slot) => bucket.put(slot, key, left.set_byte(key, set)),
            None => left.crowded_out.push((key, set)),
        }
    }
    left
}

impl Leftover {
    fn set_byte(&mut self, key: Key, set: u16) -> u8 {
        match u8::try_from(set) {
            Ok(byte) if set < DIRECT_SETS => byte,
            Ok(_) | Err(_) => {
                self.elsewhere.push((key, set));
                ELSEWHERE
            }
        }
    }

    /// Gives every key that was crowded out a place further on. The buckets are the whole table.
    pub(crate) fn settle(mut self, mut buckets: Vec<Bucket>) -> (Table, Vec<Placed>) {
        let crowded_out = std::mem::take(&mut self.crowded_out);
        for (key, set) in crowded_out {
            if let Some((at, slot)) = place_further_on(&mut buckets, key) {
                let byte = self.set_byte(key, set);
                buckets[at].put(slot, key, byte);
            } else {
                self.twins.push((key, set));
            }
        }
        self.elsewhere.sort_unstable();
        (Table { buckets, elsewhere: self.elsewhere }, self.twins)
    }

    pub(crate) fn join(&mut self, mut other: Self) {
        self.crowded_out.append(&mut other.crowded_out);
        self.elsewhere.append(&mut other.elsewhere);
        self.twins.append(&mut other.twins);
    }
}

/// The next free slot for a key that was crowded out; `None` when a slot on the way answers for it already.
fn place_further_on(buckets: &mut [Bucket], key: Key) -> Option<(usize, usize)> {
    let total = buckets.len();
    let mut at = home(key, total);
    for _ in 0..total {
        if buckets[at].slot(key).is_some() {
            return None;
        }
        if let Some(slot) = buckets[at].free_slot() {
            return Some((at, slot));
        }
        buckets[at].passed |= passed_mark(key);
        at = if at + 1 == total { 0 } else { at + 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(n: u64) -> Key {
        Key(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n.rotate_left(29))
    }

    fn table(keys: &[Placed]) -> Table {
        let total = buckets_for(keys.len());
        let mut buckets = vec![Bucket::zeroed(); total];
        let left = fill(&mut buckets, 0, total, keys.iter().copied());
        let (table, twins) = left.settle(buckets);
        assert!(twins.is_empty());
        table
    }

    #[test]
    fn a_bucket_is_one_cache_line() {
        assert_eq!((size_of::<Bucket>(), align_of::<Bucket>()), (64, 64));
    }

    #[test]
    fn every_key_is_found_with_its_set_and_no_other_key_is() {
        let keys: Vec<Placed> = (0..30_000).map(|n| (spread(n), 1 + (n % 600) as u16)).collect();
        let table = table(&keys);
        for &(key, set) in &keys {
            assert_eq!(table.find(key), set);
        }
        assert!((30_000..90_000).all(|n| table.find(spread(n)) == 0));
        assert_eq!(table.slots().count(), keys.len());
    }

    #[test]
    fn the_empty_table_holds_nothing() {
        assert_eq!(Table::default().find(Key(5)), 0);
        assert_eq!(buckets_for(0), 0);
    }

    #[test]
    fn keys_that_no_slot_can_tell_apart_are_reported() {
        let mut buckets = vec![Bucket::zeroed(); BUCKET_STEP];
        let left = fill(&mut buckets, 0, BUCKET_STEP, [(Key(77), 1), (Key(77 | 3 << 41), 2)].into_iter());
        let (mut table, twins) = left.settle(buckets);
        assert_eq!(twins, [(Key(77 | 3 << 41), 2)]);
        table.replace(Key(77), 9);
        assert_eq!((table.find(Key(77)), table.find(Key(77 | 3 << 41))), (9, 9));
    }

    #[test]
    fn keys_of_one_crowded_bucket_wrap_round_the_end() {
        let keys: Vec<Placed> = (0..25).map(|n| (Key(u64::MAX - (n << 40 | n)), 1)).collect();
        let table = table(&keys);
        assert!(keys.iter().all(|&(key, _)| table.find(key) == 1));
        assert_eq!(table.find(Key(u64::MAX - 99)), 0);
    }
}
