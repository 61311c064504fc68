//! Folding of letters for comparison (rule P5): NFC and full case folding, so that spellings that look and sort alike compare equal.
//!
//! Used: NFC, then for each character lower(upper(lower(c))) of the standard library, which gives the full folding of
//! Unicode's CaseFolding.txt up to the choice of representative (sharp s = ss, final sigma = sigma, ligatures apart);
//! dotless i stays itself as it does there. Then NFC again. Bytes that are no UTF-8 are kept as they are.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Folds in place where it can.
pub(super) fn fold(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.is_ascii() {
        bytes.make_ascii_lowercase();
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(fold_text(chunk.valid()).as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    out
}

fn fold_text(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let composed = compose(Cow::Borrowed(text));
    let mut folded = String::with_capacity(composed.len());
    composed.chars().for_each(|character| append_folded(character, &mut folded));
    compose(Cow::Owned(folded))
}

fn compose(text: Cow<'_, str>) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

fn append_folded(character: char, out: &mut String) {
    const DOTLESS_I: char = '\u{131}';
    match character {
        'a'..='z' | DOTLESS_I => out.push(character),
        _ if character.is_ascii() => out.push(character.to_ascii_lowercase()),
        _ if is_without_case(character) => out.push(character),
        _ => out.extend(character.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)),
    }
}

/// Scripts without case, known at a glance: Hebrew to Myanmar, and the East Asian ones.
fn is_without_case(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{109f}' | '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_same_letters_fold_together() {
        let groups: &[&[&str]] = &[
            &["abc", "ABC", "aBc"],
            &["stra\u{df}e", "STRASSE", "STRA\u{1e9e}E"],
            &["\u{e9}", "\u{c9}", "e\u{301}", "E\u{301}"],
            &["\u{3c3}", "\u{3c2}", "\u{3a3}"],
            &["\u{fb00}", "ff", "FF"],
            &["\u{17f}", "s"],
            &["\u{212a}", "k"],
            &["\u{212b}", "\u{e5}", "A\u{30a}"],
            &["\u{130}", "i\u{307}"],
            &["\u{430}", "\u{410}"],
        ];
        for group in groups {
            for spelling in *group {
                assert_eq!(fold(spelling.as_bytes().to_vec()), fold(group[0].as_bytes().to_vec()), "{spelling}");
            }
        }
    }

    #[test]
    fn different_letters_stay_different() {
        for (one, other) in [("a", "\u{430}"), ("\u{131}", "i"), ("e", "\u{e9}"), ("o", "0")] {
            assert_ne!(fold(one.as_bytes().to_vec()), fold(other.as_bytes().to_vec()));
        }
    }

    #[test]
    fn scripts_said_to_be_without_case_are() {
        for character in ('\u{80}'..=char::MAX).filter(|&character| is_without_case(character)) {
            assert!(character.to_uppercase().eq([character]) && character.to_lowercase().eq([character]), "{character}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for character in ('\0'..='\u{1ffff}').filter(|&character| !is_without_case(character)) {
            let once = fold(character.to_string().into_bytes());
            assert_eq!(fold(once.clone()), once, "{character:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(fold(b"A\xff\xc3\xa9\xfe".to_vec()), b"a\xff\xc3\xa9\xfe");
    }
}
