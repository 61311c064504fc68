//! Log text is hostile (security A3): what a terminal might obey, or a reader's eye might be led astray by, is shown as an escape.

use std::fmt::Write;

/// Raw bytes as text from which they can be had back: a backslash is doubled, and each byte that is no part of valid UTF-8 becomes `\xHH`.
#[must_use]
pub fn lossless(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for part in chunk.valid().split_inclusive('\\') {
            out.push_str(part);
            if part.ends_with('\\') {
                out.push('\\');
            }
        }
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            write!(out, "\\x{byte:02x}").unwrap_or_default();
        }
    }
    out
}

/// Text that is safe on a terminal: controls, direction marks and invisible characters become `\u{..}`.
#[must_use]
pub fn terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            write!(out, "\\u{{{:x}}}", u32::from(c)).unwrap_or_default();
        } else {
            out.push(c);
        }
    }
    out
}

/// A line of JSON in which such characters stand as `\uHHHH`: safe on a terminal, and the same value to every reader of JSON.
#[must_use]
pub fn json_line(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").unwrap_or_default();
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn is_unsafe(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    c.is_control() || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_bytes_can_be_had_back() {
        let table: [(&[u8], &str); 4] =
            [(b"plain", "plain"), (b"a\\b", "a\\\\b"), (b"\xff\\x", "\\xff\\\\x"), ("gr\u{fc}n\u{7}".as_bytes(), "gr\u{fc}n\u{7}")];
        for (bytes, text) in table {
            assert_eq!(lossless(bytes), text);
        }
    }

    #[test]
    fn nothing_reaches_a_terminal_that_it_would_obey() {
        let table = [
            ("plain \u{fc}", "plain \u{fc}"),
            ("\x1b[31mred", "\\u{1b}[31mred"),
            ("a\r\nb", "a\\u{d}\\u{a}b"),
            ("\u{202e}txt.exe", "\\u{202e}txt.exe"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
        ];
        for (hostile, shown) in table {
            assert_eq!(terminal(hostile), shown);
            let json = json_line(&serde_json::to_string(hostile).unwrap());
            assert_eq!(json.chars().find(|&c| is_unsafe(c)), None);
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
        }
    }
}
