//! Words and regular expressions in addresses, over one text: host, path and query, decoded, in lower case.
//!
//! Words match as whole words, so that a part of a longer word never blocks a page. Expressions have a budget at compile
//! time and run in linear time. Must never run for a group that no rule names.

use super::rules::{Action, Rules};
use crate::canon::CanonicalUrl;
use crate::model::GroupId;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{RegexSet, RegexSetBuilder};
use smallvec::SmallVec;

/// Bytes that the compiled expressions of all keyword rules may take, each of program and cache.
pub const EXPRESSION_BYTES: usize = 4 << 20;

/// An expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionFault {
    /// It is no expression; the text is the first line of the parser's message.
    #[error("not a regular expression: {0}")]
    Syntax(Box<str>),
    /// It would take too much memory.
    #[error("too large a regular expression: it needs more than {EXPRESSION_BYTES} bytes")]
    TooLarge,
    /// It matches every address.
    #[error("it matches every address")]
    MatchesAll,
}

/// Can this expression be used in a keyword rule?
///
/// # Errors
/// [`ExpressionFault`] says why not.
pub fn check_expression(expression: &str) -> Result<(), ExpressionFault> {
    let set = compile(&[expression])?;
    if set.is_match(b"") { Err(ExpressionFault::MatchesAll) } else { Ok(()) }
}

fn compile(expressions: &[&str]) -> Result<RegexSet, ExpressionFault> {
    let built = RegexSetBuilder::new(expressions)
        .case_insensitive(true)
        .size_limit(EXPRESSION_BYTES)
        .dfa_size_limit(EXPRESSION_BYTES)
        .nest_limit(64)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => ExpressionFault::TooLarge,
        other @ (regex::Error::Syntax(_) | _) => ExpressionFault::Syntax(last_line(&other.to_string()).into()),
    })
}

/// The parser draws its message over several lines; the last one says what is wrong.
fn last_line(message: &str) -> &str {
    let line = message.lines().last().unwrap_or_default().trim();
    line.strip_prefix("error: ").unwrap_or(line)
}

/// A keyword rule that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeywordHit {
    pub(super) rule: usize,
    pub(super) action: Action,
}

/// All keyword rules.
#[derive(Debug, Default)]
pub(super) struct KeywordTable {
    words: Option<AhoCorasick>,
    /// Rule of each word.
    word_rules: Vec<usize>,
    expressions: Option<RegexSet>,
    /// Rule of each expression.
    expression_rules: Vec<usize>,
}

type Text = SmallVec<[u8; 1024]>;

impl KeywordTable {
    /// Compiles the rules.
    pub(super) fn build(rules: &Rules) -> Result<Self, ExpressionFault> {
        let mut table = Self::default();
        let (mut words, mut expressions) = (Vec::new(), Vec::new());
        for (index, rule) in rules.keywords.iter().enumerate() {
            for word in rule.words.iter().filter(|word| !word.is_empty()) {
                words.push(word.to_lowercase());
                table.word_rules.push(index);
            }
            for expression in &rule.expressions {
                expressions.push(&**expression);
                table.expression_rules.push(index);
            }
        }
        if !words.is_empty() {
            let built = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&words);
            table.words = Some(built.map_err(|_| ExpressionFault::TooLarge)?);
        }
        if !expressions.is_empty() {
            table.expressions = Some(compile(&expressions)?);
        }
        Ok(table)
    }

    /// The rule that speaks for this address: a blocking one before a warning one, then the one that was written first.
    pub(super) fn find(&self, url: &CanonicalUrl, group: GroupId, rules: &Rules) -> Option<KeywordHit> {
        if self.words.is_none() && self.expressions.is_none() {
            return None;
        }
        let text = text_of(url);
        let mut best: Option<KeywordHit> = None;
        self.each_rule(&text, |rule| {
            let Some(written) = rules.keywords.get(rule).filter(|r| r.groups.is_empty() || r.groups.contains(&group)) else { return };
            let hit = KeywordHit { rule, action: written.action };
            if best.is_none_or(|known| (hit.action, known.rule) > (known.action, hit.rule)) {
                best = Some(hit);
            }
        });
        best
    }

    fn each_rule(&self, text: &[u8], mut found: impl FnMut(usize)) {
        if let Some(words) = &self.words {
            for hit in words.find_overlapping_iter(text) {
                if is_whole_word(text, hit.start(), hit.end()) {
                    found(self.word_rules[hit.pattern().as_usize()]);
                }
            }
        }
        // `matches` allocates; the first look does not, and most addresses end here.
        if let Some(expressions) = self.expressions.as_ref().filter(|set| set.is_match(text)) {
            for index in &expressions.matches(text) {
                found(self.expression_rules[index]);
            }
        }
    }
}

/// Host, path and query as one lower-case text. The query is decoded once, and `+` in it is a blank.
fn text_of(url: &CanonicalUrl) -> Text {
    let own = &url.forms()[0];
    let mut text = Text::new();
    text.extend_from_slice(own.host().as_bytes());
    text.push(b'/');
    text.extend_from_slice(own.path());
    if let Some(query) = own.raw_query() {
        text.push(b'?');
        append_query(&mut text, query);
    }
    text.make_ascii_lowercase();
    text
}

fn append_query(text: &mut Text, query: &[u8]) {
    let decoded = percent_encoding::percent_decode(query);
    let start = text.len();
    text.extend(decoded);
    // A '+' that was written as %2B becomes a blank here too: for words that makes no difference.
    for byte in &mut text[start..] {
        if *byte == b'+' {
            *byte = b' ';
        }
    }
}

/// Are the bytes on both sides no letters and digits? Bytes beyond ASCII are parts of letters.
fn is_whole_word(text: &[u8], start: usize, end: usize) -> bool {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    !text[..start].last().is_some_and(part) && !text[end..].first().is_some_and(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_whole_and_not_inside_another() {
        for (text, expected) in [
            ("a.test/poker", true),
            ("poker.test/", true),
            ("a.test/?q=play poker now", true),
            ("a.test/pokerface", false),
            ("outpoker.test/", false),
            ("a.test/\u{e9}poker", false),
        ] {
            let start = text.find("poker").unwrap();
            assert_eq!(is_whole_word(text.as_bytes(), start, start + 5), expected, "{text}");
        }
    }

    #[test]
    fn expressions_have_a_budget_and_may_not_match_everything() {
        assert_eq!(check_expression("casino[0-9]+"), Ok(()));
        assert_eq!(check_expression("a*"), Err(ExpressionFault::MatchesAll));
        assert_eq!(check_expression("(a{1000}){1000}"), Err(ExpressionFault::TooLarge));
        assert!(matches!(check_expression("("), Err(ExpressionFault::Syntax(text)) if text.contains("unclosed")));
    }
}
