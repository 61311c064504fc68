//! Base64 (RFC 4648 section 4) with exactly one spelling for any bytes: padding is wanted, and bits that say nothing must be zero. So a
//! changed letter is always a changed byte, or refused.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as text.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// Text as bytes. `None` for any spelling that [`encode`] would not have chosen.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.as_bytes().chunks(4) {
        let padding = chunk.iter().rev().take_while(|&&letter| letter == b'=').count();
        let mut word = 0;
        for &letter in chunk.iter().take(4 - padding.min(4)) {
            word = word << 6 | value(letter)?;
        }
        word <<= 6 * u32::try_from(padding).ok()?;
        out.extend_from_slice(word.to_be_bytes().get(1..4_usize.checked_sub(padding)?)?);
    }
    // What is decoded may be a secret: the copy is wiped.
    let again = zeroize::Zeroizing::new(encode(&out));
    (*again == text).then_some(out)
}

fn value(letter: u8) -> Option<u32> {
    u32::try_from(LETTERS.iter().position(|&known| known == letter)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_standard_are_read_and_written() {
        let table =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in table {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).unwrap(), plain.as_bytes());
        }
        for bad in ["Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zg==Zg==", "Zm 9"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back_and_any_text_is_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), text in "\\PC*") {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
            prop_assert!(decode(&text).is_none_or(|bytes| encode(&bytes) == text));
        }
    }
}
