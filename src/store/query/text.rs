//! Texts in addresses: a part, a word, or a simple pattern. Every test is a literal that can be looked for fast, and, where that is not
//! all, an expression for the addresses that hold it.

use regex::bytes::{Regex, RegexBuilder};

/// One test of an address.
#[derive(Clone, Debug)]
pub(super) struct UrlTest {
    /// A text that every match holds, in lower case.
    literal: Vec<u8>,
    find: Option<Regex>,
    /// What decides, where the literal alone does not.
    confirm: Option<Regex>,
}

impl UrlTest {
    /// The address holds this text.
    pub(super) fn substring(text: &str) -> Self {
        Self::new(text, None)
    }

    /// The address holds this word.
    pub(super) fn word(text: &str) -> Self {
        Self::new(text, Some(format!("(?:^|[^0-9a-z]){}(?:$|[^0-9a-z])", regex::escape(text))))
    }

    /// The address is this, with `*` for any text and `?` for one character.
    pub(super) fn glob(text: &str) -> Self {
        let mut pattern = String::from("^");
        for c in text.chars() {
            match c {
                '*' => pattern.push_str(".*"),
                '?' => pattern.push_str("(?:[\\x00-\\x7f]|[\\xc0-\\xff][\\x80-\\xbf]*|[\\x80-\\xbf])"),
                other => pattern.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
            }
        }
        pattern.push('$');
        let literal = text.split(['*', '?']).max_by_key(|part| part.len()).unwrap_or_default();
        Self::new(literal, Some(pattern))
    }

    fn new(literal: &str, confirm: Option<String>) -> Self {
        // Bytes are compared, so that raw bytes that are no UTF-8 can be matched too; only ASCII letters are the same in both cases.
        let build = |pattern: &str| {
            let mut builder = RegexBuilder::new(pattern);
            builder.unicode(false).case_insensitive(true).dot_matches_new_line(true).size_limit(64 << 20).build().ok()
        };
        let find = if literal.is_empty() { None } else { build(&regex::escape(literal)) };
        let never = || Regex::new("[^\\s\\S]").ok();
        Self { literal: literal.to_ascii_lowercase().into(), find, confirm: confirm.and_then(|pattern| build(&pattern).or_else(never)) }
    }

    /// Does the whole address pass?
    pub(super) fn matches(&self, address: &[u8]) -> bool {
        self.holds_literal(address) && self.confirm.as_ref().is_none_or(|confirm| confirm.is_match(address))
    }

    /// Does this part hold the literal?
    pub(super) fn holds_literal(&self, part: &[u8]) -> bool {
        self.find.as_ref().is_none_or(|find| find.is_match(part))
    }

    /// Is an address that holds the literal in one of its parts a match?
    pub(super) fn literal_decides(&self) -> bool {
        self.confirm.is_none()
    }

    /// A text that every match holds, in lower case.
    pub(super) fn literal(&self) -> &[u8] {
        &self.literal
    }

    /// Which of these texts, that lie one behind another between offsets, hold the literal? They are searched as one text.
    pub(super) fn mark(&self, bytes: &[u8], offsets: &[i32]) -> Vec<bool> {
        let edge = |text: usize| usize::try_from(offsets[text]).unwrap_or_default();
        let count = offsets.len().saturating_sub(1);
        let Some(find) = &self.find else { return vec![true; count] };
        let mut holding = vec![false; count];
        let (mut text, mut at) = (0, offsets.first().map_or(0, |_| edge(0)));
        while let Some(found) = find.find_at(bytes, at) {
            while text < count && edge(text + 1) <= found.start() {
                text += 1;
            }
            if text == count {
                break;
            }
            let inside = found.end() <= edge(text + 1);
            holding[text] |= inside;
            // What lies across an edge may overlap with what begins behind it.
            at = if inside { edge(text + 1) } else { found.start() + 1 };
        }
        holding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_words_and_patterns() {
        type Make = fn(&str) -> UrlTest;
        let table: [(Make, &str, &str, bool); 14] = [
            (UrlTest::substring, "Chat", "http://a.example/CHAT?", true),
            (UrlTest::substring, "a.b", "http://aab.example/", false),
            (UrlTest::substring, "", "http://a.example/", true),
            (UrlTest::word, "chat", "http://chat.example/", true),
            (UrlTest::word, "chat", "http://a.example/chat", true),
            (UrlTest::word, "chat", "http://a.example/chats", false),
            (UrlTest::word, "chat", "http://a.example/chats?q=chat", true),
            (UrlTest::glob, "*/games/*", "http://a.example/games/1", true),
            (UrlTest::glob, "*/games/*", "http://a.example/game/1", false),
            (UrlTest::glob, "http://a.example/?", "http://a.example/x", true),
            (UrlTest::glob, "http://a.example/?", "http://a.example/xy", false),
            (UrlTest::glob, "http://a.example/?", "http://a.example/\u{fc}", true),
            (UrlTest::glob, "*", "", true),
            (UrlTest::glob, "a.*", "aab", false),
        ];
        for (make, text, address, expected) in table {
            assert_eq!(make(text).matches(address.as_bytes()), expected, "{text} in {address}");
        }
    }
}
