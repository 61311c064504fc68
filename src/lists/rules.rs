//! The second stage: keywords and expressions, asked only where an image has some.
//!
//! Must never backtrack and never grow without bound: patterns are counted and sized when the list is compiled, and run
//! in time linear in the address. They are matched against `host/path?query` of the canonical address, without case.

use crate::model::ListId;
use aho_corasick::AhoCorasick;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Input, PatternSet};
use std::fmt;

/// Most expressions of an image, over all lists.
pub const MAX_EXPRESSIONS: usize = 1_000;
/// Most keywords of an image, over all lists.
pub const MAX_KEYWORDS: usize = 100_000;
/// Longest expression or keyword, bytes.
pub const MAX_RULE_BYTES: usize = 4_096;
/// Largest automaton of one expression, bytes.
const MAX_ONE_EXPRESSION: usize = 1 << 20;
/// Largest automaton of all expressions together, bytes.
const MAX_ALL_EXPRESSIONS: usize = 32 << 20;

/// A keyword or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) list: ListId,
    pub(crate) text: Box<str>,
}

/// The keywords or expressions of an image are more than the second stage may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keywords or expressions together are larger than the second stage may be")]
pub(crate) struct OverBudget;

/// Keywords and expressions, ready to run.
#[derive(Clone, Default)]
pub(crate) struct Rules {
    keywords: Vec<Rule>,
    expressions: Vec<Rule>,
    keyword_search: Option<AhoCorasick>,
    expression_search: Option<Regex>,
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rules({} keywords, {} expressions)", self.keywords.len(), self.expressions.len())
    }
}

/// Can this expression be run within its share of the budget?
pub(crate) fn expression_fits(text: &str) -> bool {
    text.len() <= MAX_RULE_BYTES && build_expressions(&[text], MAX_ONE_EXPRESSION).is_some()
}

fn build_expressions(texts: &[&str], limit: usize) -> Option<Regex> {
    let config = Regex::config().nfa_size_limit(Some(limit)).utf8_empty(false).hybrid_cache_capacity(2 << 20);
    let syntax = syntax::Config::new().case_insensitive(true).unicode(false).utf8(false);
    Regex::builder().configure(config).syntax(syntax).build_many(texts).ok()
}

impl Rules {
    /// Builds both searches.
    pub(crate) fn new(keywords: Vec<Rule>, expressions: Vec<Rule>) -> Result<Self, OverBudget> {
        if keywords.len() > MAX_KEYWORDS || expressions.len() > MAX_EXPRESSIONS {
            return Err(OverBudget);
        }
        let mut rules = Self::default();
        if !keywords.is_empty() {
            let search = AhoCorasick::builder().ascii_case_insensitive(true).build(keywords.iter().map(|rule| rule.text.as_bytes()));
            rules.keyword_search = Some(search.map_err(|_| OverBudget)?);
        }
        if !expressions.is_empty() {
            let texts: Vec<&str> = expressions.iter().map(|rule| &*rule.text).collect();
            rules.expression_search = Some(build_expressions(&texts, MAX_ALL_EXPRESSIONS).ok_or(OverBudget)?);
        }
        Ok(Self { keywords, expressions, ..rules })
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.keywords.is_empty() && self.expressions.is_empty()
    }

    pub(crate) fn keywords(&self) -> &[Rule] {
        &self.keywords
    }

    pub(crate) fn expressions(&self) -> &[Rule] {
        &self.expressions
    }

    /// Names the list of every rule that the text meets.
    pub(crate) fn find(&self, text: &[u8], mut met: impl FnMut(ListId)) {
        if let Some(search) = &self.keyword_search {
            search.find_overlapping_iter(text).for_each(|found| met(self.keywords[found.pattern().as_usize()].list));
        }
        if let Some(search) = &self.expression_search {
            let input = Input::new(text);
            if search.is_match(input.clone()) {
                let mut patterns = PatternSet::new(search.pattern_len());
                search.which_overlapping_matches(&input, &mut patterns);
                patterns.iter().for_each(|pattern| met(self.expressions[pattern.as_usize()].list));
            }
        }
    }

    /// Bytes in memory, as far as the searches know.
    pub(crate) fn bytes(&self) -> usize {
        let text: usize = self.keywords.iter().chain(&self.expressions).map(|rule| size_of::<Rule>() + rule.text.len()).sum();
        text + self.keyword_search.as_ref().map_or(0, AhoCorasick::memory_usage)
            + self.expression_search.as_ref().map_or(0, Regex::memory_usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(list: u8, text: &str) -> Rule {
        Rule { list: ListId(list), text: text.into() }
    }

    fn met(rules: &Rules, text: &str) -> Vec<u8> {
        let mut lists = Vec::new();
        rules.find(text.as_bytes(), |list| lists.push(list.0));
        lists.sort_unstable();
        lists.dedup();
        lists
    }

    #[test]
    fn every_rule_that_is_met_names_its_list() {
        let rules = Rules::new(
            vec![rule(1, "poker"), rule(2, "pokerface")],
            vec![rule(3, "(/banner/|/sponsor/)"), rule(4, r"^[0-9.]+/search\?q=[0-9]+$")],
        )
        .unwrap();
        for (text, lists) in [
            ("example.test/a", vec![]),
            ("example.test/PokerFace", vec![1, 2]),
            ("example.test/banner/poker", vec![1, 3]),
            ("192.0.2.1/search?q=77", vec![4]),
        ] {
            assert_eq!(met(&rules, text), lists, "{text}");
        }
        assert!(Rules::default().is_empty() && met(&Rules::default(), "poker").is_empty());
    }

    #[test]
    fn an_expression_over_its_budget_is_refused() {
        assert!(expression_fits("(proxy|relay)[0-9]+"));
        assert!(!expression_fits("(((a{100}){100}){100})"));
        assert!(!expression_fits("("));
        assert!(!expression_fits(&"a".repeat(MAX_RULE_BYTES + 1)));
    }
}
