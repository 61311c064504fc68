//! Text that a spreadsheet must not take for a formula (OWASP ASVS 5.0 1.2.10). It must never change what it does not have to, and
//! always so that the text can be had back.

/// The text as it may stand in a cell: with an apostrophe in front if a spreadsheet might take it for a formula, now or after it has
/// thrown away blanks, quotes or the width of letters.
#[must_use]
pub fn neutral(text: &str) -> String {
    if may_be_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text that [`neutral`] was given.
#[must_use]
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| may_be_formula(rest)).unwrap_or(cell)
}

/// Does the first sign that counts start a formula? Blanks, quotes and invisible signs before it do not count; `|` and `%` are there for
/// programs that read them as commands.
fn may_be_formula(text: &str) -> bool {
    let first = text.chars().find(|&c| !is_passed_over(c));
    let starts = first.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '\u{fe66}' | '\u{fe62}')
            || matches!(c, '\u{fe63}' | '\u{fe6b}' | '\u{2212}' | '\u{207a}' | '\u{208a}' | '\u{207c}' | '\u{208c}')
    });
    // An apostrophe in front changes nothing here: what `neutral` adds must be what `plain` takes away.
    starts || text.trim_start_matches('\'').starts_with(['\t', '\r', '\n', '\0'])
}

fn is_passed_over(c: char) -> bool {
    let quote =
        matches!(c, '"' | '\'' | '`' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}' | '\u{ff02}' | '\u{ff07}');
    let invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    quote || invisible || c.is_whitespace() || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whatever_may_be_a_formula_gets_an_apostrophe_and_nothing_else_does() {
        let formulas = [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "  \u{a0}=1",
            "\u{3000}=1",
            "\"=1",
            "'=1",
            "\u{201c}=1",
            "\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            "\u{ff20}x",
            "\u{feff}=1",
            "\u{200b}=1",
            "\0=1",
            "|calc",
            "%x",
            "=HYPERLINK(\"http://x\")",
            "=cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "\tplain",
            " \u{ff02} \u{ff1d}1",
            "\u{2212}1",
            "'\t",
            "''\rplain",
        ];
        for text in formulas {
            assert_eq!(neutral(text), format!("'{text}"), "{text:?}");
            assert_eq!(plain(&neutral(text)), text);
        }
        for text in ["", "plain", "http://a.test/?q==1", "1-1", "a@b", "'quoted'", "2026-11-22", "192.0.2.1", "''", "x=1", "\u{fc}ber"] {
            assert_eq!(neutral(text), text, "{text:?}");
            assert_eq!(plain(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_had_back(text in "[ '\"=+@\\-\u{ff1d}\u{200b}\ta-c]{0,8}") {
            let cell = neutral(&text);
            prop_assert_eq!(plain(&cell), &text);
            let first = cell.trim_start().chars().next();
            let starts = first.is_some_and(|c| ['=', '+', '-', '@', '\u{ff1d}'].contains(&c));
            prop_assert!(!starts);
        }
    }
}
