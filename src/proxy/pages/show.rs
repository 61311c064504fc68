//! Makes hostile text fit to be seen: control and direction characters become visible, long text is cut (security A3).
//!
//! It does not escape HTML: the template engine does, for every value.

use std::borrow::Cow;
use std::fmt::Write;

/// Most characters of an address that a page shows.
const LONGEST: usize = 160;

/// The text as people may see it.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(LONGEST * 2));
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('\u{2026}');
            break;
        }
        if is_unseen(c) {
            // Writing into a String cannot fail.
            write!(out, "\\u{{{:x}}}", u32::from(c)).unwrap_or_default();
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Characters that hide themselves or turn the text around (Unicode TR 36, section 2.5).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The address of a web page, if it is one: nothing else becomes a link.
pub(super) fn link(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once("://")?;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(address)
}

/// A telephone number as a link wants it: digits and a leading plus. The `(0)` of an international number is not dialled.
pub(super) fn dial(phone: &str) -> String {
    let phone = if phone.starts_with('+') { phone.replace("(0)", "") } else { phone.to_owned() };
    phone.char_indices().filter(|&(i, c)| c.is_ascii_digit() || (i == 0 && c == '+')).map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible_and_long_text_is_cut() {
        assert_eq!(shown("shop.example/a?b"), "shop.example/a?b");
        assert_eq!(shown("a\u{202e}b\r\n\u{0}"), "a\\u{202e}b\\u{d}\\u{a}\\u{0}");
        let long = "\u{e9}".repeat(5000);
        assert_eq!(shown(&long).chars().count(), LONGEST + 1);
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(link("https://help.example/"), Some("https://help.example/"));
        for bad in ["javascript:alert(1)", "javascript://x", "data:text/html,x", "help.example", ""] {
            assert_eq!(link(bad), None, "{bad}");
        }
        assert_eq!(dial("+44 (0)808 1000-900"), "+448081000900");
        assert_eq!(dial("0808 1000 900"), "08081000900");
    }
}
