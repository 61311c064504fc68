//! Addresses of illegal material as people may see them: never a link, never a piece that can be copied (standards E1, E2).

/// Characters of a group: as many as people keep in mind while they type.
const GROUP: usize = 4;

/// The address in groups of characters, for typing by hand. What is no plain character is shown by its number.
#[must_use]
pub fn groups(address: &str) -> Vec<String> {
    let plain: Vec<String> =
        address.chars().map(|c| if c.is_ascii_graphic() { c.to_string() } else { format!("\\u{{{:x}}}", u32::from(c)) }).collect();
    plain.chunks(GROUP).map(<[String]>::concat).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_and_nothing_is_lost_or_hidden() {
        assert_eq!(groups("http://a.test/x y\u{202e}"), ["http", "://a", ".tes", "t/x\\u{20}", "y\\u{202e}"]);
        assert!(groups("").is_empty());
    }
}
