//! Passwords that have leaked: 1.4 million of twelve characters and more, from the lists that attackers try first (ASVS 5.0, 6.2.4, 6.2.12).
//!
//! Looked up on this machine: nothing that somebody types leaves it. `leaked.bin` is made by `leaked.py` and is an exclusive-or filter: each
//! password of the lists is found, and one in 256 of all others is taken for one of them; whoever is told so takes another.

use aws_lc_rs::digest::{SHA256, digest};
use zeroize::Zeroizing;

/// A seed, the length of a block (four bytes), three blocks of fingerprints.
static FILTER: &[u8] = include_bytes!("leaked.bin");

/// Has it leaked? Capitals do not matter.
pub(super) fn has_leaked(password: &str) -> bool {
    let small = Zeroizing::new(password.to_lowercase());
    // What cannot be read finds nothing; a test reads it.
    is_in(FILTER, small.as_bytes()).unwrap_or(false)
}

fn is_in(filter: &[u8], key: &[u8]) -> Option<bool> {
    let (seed, rest) = filter.split_first()?;
    let (length, table) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length > 0)?;
    let hashed = digest(&SHA256, &Zeroizing::new([&[*seed], key].concat()));
    let (numbers, print) = hashed.as_ref().split_at_checked(24)?;
    let mut found = *print.first()?;
    for (at, number) in numbers.as_chunks::<8>().0.iter().enumerate() {
        let place = u64::from_le_bytes(*number) % u64::try_from(length).ok()?;
        found ^= table.get(at * length + usize::try_from(place).ok()?)?;
    }
    Some(found == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaked_passwords_are_found_and_few_others_are_taken_for_one() {
        for password in ["1qaz2wsx3edc", "Q1W2E3R4T5Y6", "chesterfield00", "arcangel1994", "playmobil1996", "iloveyou1234"] {
            assert!(has_leaked(password), "{password}");
        }
        let wrong = (0..10_000).filter(|at| has_leaked(&format!("no list has this one, {at}"))).count();
        assert!((10..100).contains(&wrong), "one in 256, and not {wrong} of 10,000");
        assert_eq!(is_in(&FILTER[..100], b"1qaz2wsx3edc"), None);
        assert_eq!(is_in(&[], b""), None);
    }
}
