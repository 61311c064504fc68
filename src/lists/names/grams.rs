//! What of a name counts: every run of three to six characters of what stands before its last dot, and the last label by itself.
//!
//! A run is a number, by hash: two runs may share one, and the text of none is kept. Must never allocate.

/// Shortest and longest run.
const SHORTEST: usize = 3;
const LONGEST: usize = 6;
/// Of a longer name the last characters are read, so that nobody makes a judgement slow by a name.
const READ: usize = 62;
/// The most runs of a name, the last label among them: sums of so many bytes fit sixteen bits.
pub(super) const MOST_RUNS: usize = (READ + 2) * (LONGEST - SHORTEST + 1) - 13;
/// Fewer letters than this say nothing: names made of numbers are nobody's kind.
const LETTERS: usize = 3;

/// Spreads the bytes of a run over all bits of its number (Knuth's multiplicative hashing; the fraction is that of the golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
const LAST_LABEL: u64 = 0x2545_f491_4f6c_dd1d;

/// A name in parts that count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    /// Before the last dot, without `www.`.
    body: &'a [u8],
    last: &'a [u8],
}

/// One run, as its number and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gram {
    /// The highest bits are the best mixed.
    pub(super) hash: u64,
    /// Where it starts and ends in [`Name::text`]; `None` for the last label.
    pub(super) place: Option<(usize, usize)>,
}

impl<'a> Name<'a> {
    /// A host name in its canonical form; `None` for what has too few letters to say anything.
    pub(super) fn new(host: &'a str) -> Option<Self> {
        let host = host.strip_prefix("www.").unwrap_or(host).as_bytes();
        let dot = memchr::memrchr(b'.', host)?;
        let body = &host[dot.saturating_sub(READ)..dot];
        let letters = body.iter().filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).take(LETTERS).count();
        (letters == LETTERS).then_some(Self { body, last: &host[dot + 1..] })
    }

    /// The part that runs are taken from, with a mark at both ends.
    pub(super) fn text(&self) -> impl Iterator<Item = u8> + use<'a> {
        std::iter::once(b'^').chain(self.body.iter().copied()).chain(std::iter::once(b'$'))
    }

    /// Every run, and the last label.
    #[inline]
    pub(super) fn each(&self, mut take: impl FnMut(Gram)) {
        // Eight bytes are read at every place, so that many nothings follow.
        let mut text = [0_u8; READ + 2 + 8];
        let length = self.body.len() + 2;
        text[0] = b'^';
        text[1..length - 1].copy_from_slice(self.body);
        text[length - 1] = b'$';
        // Where four runs start, and where fewer do.
        let whole = (length + 1).saturating_sub(LONGEST);
        for (from, eight) in text.windows(8).take(length + 1 - SHORTEST).enumerate() {
            let eight = u64::from_le_bytes(std::array::from_fn(|at| eight[at]));
            let mut run = |run: usize| {
                let hash = (eight & (u64::MAX >> (64 - 8 * run))).wrapping_mul(SPREAD);
                take(Gram { hash, place: Some((from, from + run)) });
            };
            if from < whole {
                (SHORTEST..=LONGEST).for_each(run);
            } else {
                (SHORTEST..=length - from).for_each(&mut run);
            }
        }
        let hash = self.last.iter().fold(LAST_LABEL, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(SPREAD).rotate_left(23));
        take(Gram { hash: hash.wrapping_mul(SPREAD), place: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(host: &str) -> Vec<Gram> {
        let mut all = Vec::new();
        if let Some(name) = Name::new(host) {
            name.each(|gram| all.push(gram));
        }
        all
    }

    #[test]
    fn runs_have_three_to_six_characters_and_the_same_text_has_the_same_number() {
        let places: Vec<_> = runs("abcd.org").iter().filter_map(|gram| gram.place).collect();
        assert_eq!(places, [(0, 3), (0, 4), (0, 5), (0, 6), (1, 4), (1, 5), (1, 6), (2, 5), (2, 6), (3, 6)]);
        assert_eq!(runs("www.abcd.org"), runs("abcd.org"));
        let of = |host, place| runs(host).iter().find(|gram| gram.place == Some(place)).map(|gram| gram.hash);
        assert_eq!(of("abcd.org", (1, 4)), of("xxabc.com", (3, 6)));
        assert_ne!(of("abcd.org", (1, 4)), of("abcd.org", (1, 5)));
    }

    #[test]
    fn a_name_has_no_more_runs_than_are_promised() {
        for length in [3, 10, READ, READ + 1, 5_000] {
            let count = runs(&format!("{}.org", "a".repeat(length))).len();
            assert!(count <= MOST_RUNS, "{length}: {count}");
            assert_eq!(count == MOST_RUNS, length >= READ, "{length}: {count}");
        }
        assert!(runs("308274.com").is_empty() && runs("nothing").is_empty() && runs("").is_empty());
    }
}
