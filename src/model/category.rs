//! Categories as small numbers and sets of them as bits: a verdict costs the same for 1 category and for 250.

/// Position of a category in its image's table of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CategoryId(pub u8);

/// A set of up to 256 categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CategorySet([u64; 4]);

impl CategorySet {
    /// The set with nothing in it.
    pub const EMPTY: Self = Self([0; 4]);

    /// A set of one.
    #[must_use]
    pub fn of(id: CategoryId) -> Self {
        let mut set = Self::EMPTY;
        set.insert(id);
        set
    }

    /// Adds one category.
    pub fn insert(&mut self, id: CategoryId) {
        self.0[usize::from(id.0 >> 6)] |= 1 << (id.0 & 63);
    }

    /// Is this category in the set?
    #[must_use]
    pub fn contains(&self, id: CategoryId) -> bool {
        self.0[usize::from(id.0 >> 6)] & (1 << (id.0 & 63)) != 0
    }

    /// Is there nothing in the set?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    /// How many categories are in the set.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Everything in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// Everything in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    /// Everything in this set that is not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & !other.0[i]))
    }

    /// The members, lowest number first.
    pub fn iter(&self) -> impl Iterator<Item = CategoryId> + use<> {
        let words = self.0;
        (0..=255u8).filter(move |i| words[usize::from(i >> 6)] & (1 << (i & 63)) != 0).map(CategoryId)
    }

    /// The raw words, for the image on disk.
    #[must_use]
    pub const fn words(&self) -> [u64; 4] {
        self.0
    }

    /// From the raw words of an image.
    #[must_use]
    pub const fn from_words(words: [u64; 4]) -> Self {
        Self(words)
    }
}

impl FromIterator<CategoryId> for CategorySet {
    fn from_iter<I: IntoIterator<Item = CategoryId>>(ids: I) -> Self {
        let mut set = Self::EMPTY;
        for id in ids {
            set.insert(id);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set: CategorySet = [0, 63, 64, 255].map(CategoryId).into_iter().collect();
        assert_eq!(set.iter().map(|c| c.0).collect::<Vec<_>>(), [0, 63, 64, 255]);
        assert_eq!(set.len(), 4);
        assert!(!set.contains(CategoryId(1)));
        assert_eq!(CategorySet::from_words(set.words()), set);
        assert!(set.intersection(CategorySet::of(CategoryId(2))).is_empty());
        assert_eq!(set.union(CategorySet::of(CategoryId(2))).len(), 5);
    }
}
