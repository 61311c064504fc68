//! Addresses of illegal material as people may see them: never a link, never a piece that can be copied (standards E1, E2).

/// Characters of a group: as many as people keep in mind while they type.
pub(super) const GROUP: usize = 4;

/// The address in groups of characters, for typing by hand. What is no plain character is shown by its number.
#[must_use]
pub fn groups(address: &str) -> Vec<String> {
    let plain: Vec<String> =
        address.chars().map(|c| if c.is_ascii_graphic() { c.to_string() } else { format!("\\u{{{:x}}}", u32::from(c)) }).collect();
    plain.chunks(GROUP).map(<[String]>::concat).collect()
}

/// A sign by the key of its words, and what stands in the place of `{}` there: for reading an address out on the telephone.
#[must_use]
pub fn spoken(sign: char) -> (&'static str, String) {
    let plain = |key| (key, String::new());
    match sign {
        'A'..='Z' => ("spoken.capital", sign.to_string()),
        'a'..='z' => ("spoken.small", sign.to_string()),
        '0' => plain("spoken.zero"),
        '1'..='9' => ("spoken.digit", sign.to_string()),
        '.' => plain("spoken.full_stop"),
        '/' => plain("spoken.slash"),
        ':' => plain("spoken.colon"),
        '-' => plain("spoken.hyphen"),
        '_' => plain("spoken.underscore"),
        '?' => plain("spoken.question_mark"),
        '=' => plain("spoken.equals"),
        '&' => plain("spoken.ampersand"),
        '%' => plain("spoken.per_cent"),
        '#' => plain("spoken.hash"),
        '~' => plain("spoken.tilde"),
        '+' => plain("spoken.plus"),
        '@' => plain("spoken.at"),
        _ => ("spoken.sign", format!("{:04X}", u32::from(sign))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_and_nothing_is_lost_or_hidden() {
        assert_eq!(groups("http://a.test/x y\u{202e}"), ["http", "://a", ".tes", "t/x\\u{20}", "y\\u{202e}"]);
        assert!(groups("").is_empty());
    }

    #[test]
    fn signs_that_look_alike_are_told_apart() {
        for (sign, key, value) in
            [('O', "spoken.capital", "O"), ('0', "spoken.zero", ""), ('l', "spoken.small", "l"), ('1', "spoken.digit", "1")]
        {
            assert_eq!(spoken(sign), (key, value.to_owned()));
        }
        assert_eq!(spoken('\u{430}'), ("spoken.sign", "0430".to_owned()), "a Cyrillic a is no Latin one");
    }
}
