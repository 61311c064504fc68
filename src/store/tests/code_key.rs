//! The key of the codes when the power goes: what was told to anybody can be typed afterwards.

use super::fake::{Chance, FakeFiles};
use crate::store::code_word::CodeKey;

const WORD: &[u8; 8] = b"ACDEFGHJ";

#[test]
fn a_key_that_was_given_out_is_there_after_a_power_cut_and_one_that_was_not_is_whole_or_none() {
    let (mut given, mut dead) = (0, 0);
    for seed in 1..=400 {
        let mut chance = Chance(seed);
        let disk = FakeFiles::default();
        disk.cut_after(chance.below(10));
        let made = CodeKey::read_or_make(&disk);
        dead += u32::from(disk.is_dead());
        let left = disk.after_hard_cut(&mut chance);
        let kept = CodeKey::read(&left).unwrap();
        if let Ok(key) = made {
            given += 1;
            assert_eq!(kept.map(|kept| kept.tag(WORD)), Some(key.tag(WORD)), "seed {seed}");
        }
        // Whatever was left unfinished, the next one can be made.
        let next = CodeKey::read_or_make(&left).unwrap();
        assert_eq!(CodeKey::read_or_make(&left).unwrap().tag(WORD), next.tag(WORD));
    }
    assert!(given > 50 && dead > 50, "{given} keys were given out, and {dead} times the power went before");
}
