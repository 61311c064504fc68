//! A set that may say "perhaps" of what is not in it, and never "no" of what is. Ten bits a name: one wrong "perhaps" in a hundred.

use rapidhash::v3::{DEFAULT_RAPID_SECRETS, rapidhash_v3_inline};

const PROBES: u64 = 6;

/// The set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bloom(pub(super) Vec<u8>);

impl Bloom {
    /// A set of these names.
    pub(super) fn of<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let mut bits = vec![0_u8; (names.len() * 10).div_ceil(8).max(8)];
        for name in names {
            for bit in probes(name, bits.len()) {
                bits[bit / 8] |= 1 << (bit % 8);
            }
        }
        Self(bits)
    }

    /// May this name be in it? Names are compared in lower case: the caller sees to that.
    pub(crate) fn may_hold(&self, name: &str) -> bool {
        !self.0.is_empty() && probes(name, self.0.len()).all(|bit| self.0[bit / 8] & (1 << (bit % 8)) != 0)
    }
}

/// Places for a name: a fixed function of its bytes (rapidhash version 3 with its default secrets), as the file is read by other runs.
fn probes(name: &str, bytes: usize) -> impl Iterator<Item = usize> + use<> {
    let hash = rapidhash_v3_inline::<true, false, false>(name.as_bytes(), &DEFAULT_RAPID_SECRETS);
    let (one, two) = (hash & 0xffff_ffff, hash >> 32 | 1);
    let bits = bytes as u64 * 8;
    (0..PROBES).map(move |probe| usize::try_from(one.wrapping_add(probe.wrapping_mul(two)) % bits).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_it_is_found_and_little_else() {
        let names: Vec<String> = (0..2000).map(|n| format!("host{n}.example")).collect();
        let bloom = Bloom::of(names.iter().map(String::as_str));
        assert!(names.iter().all(|name| bloom.may_hold(name)));
        let wrong = (0..10_000).filter(|n| bloom.may_hold(&format!("other{n}.example"))).count();
        assert!(wrong < 300, "{wrong} of 10000");
        assert!(!Bloom::default().may_hold("a"));
    }
}
