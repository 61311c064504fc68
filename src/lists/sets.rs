//! Sets of lists, and the table that gives each set of an image a small number.
//!
//! A slot of the table of keys has one byte for its set; most images need fewer than 250 different sets.

use crate::model::{CategoryId, CategorySet, ListId};

/// Most lists that one image can hold: the numbers above are marks.
pub const MAX_LISTS: usize = 250;

/// Mark: the host has entries for pages, so that path prefixes are worth a probe.
pub(crate) const HAS_PAGES: u8 = 255;
/// Mark: the page has entries that ask for query pairs.
pub(crate) const HAS_PAIRS: u8 = 254;

/// A set of lists and marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ListSet([u64; 4]);

impl ListSet {
    pub(crate) fn insert(&mut self, number: u8) {
        self.0[usize::from(number >> 6)] |= 1 << (number & 63);
    }

    #[inline]
    pub(crate) fn contains(&self, number: u8) -> bool {
        self.0[usize::from(number >> 6)] & (1 << (number & 63)) != 0
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// The lists, without the marks.
    pub(crate) fn lists(self) -> impl Iterator<Item = ListId> {
        self.0.into_iter().enumerate().flat_map(|(word, bits)| Bits(bits).map(move |bit| (word * 64) as u8 + bit)).filter_map(|number| {
            let is_list = usize::from(number) < MAX_LISTS;
            is_list.then_some(ListId(number))
        })
    }

    pub(crate) fn words(self) -> [u64; 4] {
        self.0
    }

    pub(crate) fn from_words(words: [u64; 4]) -> Self {
        Self(words)
    }
}

impl FromIterator<u8> for ListSet {
    fn from_iter<I: IntoIterator<Item = u8>>(numbers: I) -> Self {
        let mut set = Self::default();
        for number in numbers {
            set.insert(number);
        }
        set
    }
}

struct Bits(u64);

impl Iterator for Bits {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        let lowest = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        u8::try_from(lowest).ok().filter(|&bit| bit < 64)
    }
}

/// One numbered set, with the categories of its lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NumberedSet {
    pub(crate) lists: ListSet,
    pub(crate) categories: CategorySet,
}

/// The sets of an image by number. Number 0 is the empty set.
#[derive(Clone, Debug)]
pub(crate) struct SetTable(Vec<NumberedSet>);

impl Default for SetTable {
    fn default() -> Self {
        Self(vec![NumberedSet::default()])
    }
}

impl SetTable {
    /// The sets in this order, after the empty one; `category_of` has the category of each list.
    pub(crate) fn new(sets: impl IntoIterator<Item = ListSet>, category_of: &[CategoryId]) -> Self {
        let mut table = Self::default();
        for lists in sets {
            let categories = lists.lists().filter_map(|list| category_of.get(usize::from(list.0)).copied()).collect();
            table.0.push(NumberedSet { lists, categories });
        }
        table
    }

    #[inline]
    pub(crate) fn by_number(&self, number: u16) -> Option<&NumberedSet> {
        self.0.get(usize::from(number))
    }

    /// All but the empty one.
    pub(crate) fn numbered(&self) -> &[NumberedSet] {
        &self.0[1..]
    }

    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_gives_back_its_lists_without_its_marks() {
        let set: ListSet = [0, 63, 64, 249, HAS_PAGES, HAS_PAIRS].into_iter().collect();
        assert_eq!(set.lists().map(|list| list.0).collect::<Vec<_>>(), [0, 63, 64, 249]);
        assert!(set.contains(HAS_PAGES) && set.contains(HAS_PAIRS) && !set.contains(1));
        assert_eq!(ListSet::from_words(set.words()), set);
    }

    #[test]
    fn number_zero_is_the_empty_set() {
        let table = SetTable::new([ListSet::from_iter([1])], &[CategoryId(4), CategoryId(9)]);
        assert_eq!(table.by_number(0), Some(&NumberedSet::default()));
        assert!(table.by_number(1).unwrap().categories.contains(CategoryId(9)));
        assert_eq!(table.by_number(2), None);
    }
}
