//! A rendered page with gaps for what changes from one answer to the next: reference, time and address, and the form for a code.
//!
//! A block page is the most frequent answer of ours, and most of them differ in these alone. Kept in a bounded
//! table by everything else that the page depends on. Never used for an operator's own templates, which may compute with the values.

use super::facts::{Continue, Facts};
use super::status::Template;
use crate::model::Reason;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Stand-ins from a private-use area: they survive escaping, and a page that brings them itself is not kept.
pub(super) const REFERENCE: &str = "\u{f8e1}";
pub(super) const TIME: &str = "\u{f8e2}";
pub(super) const ADDRESS: &str = "\u{f8e3}";
pub(super) const CODE: Continue<'static> = Continue { action: "\u{f8e4}", token: "\u{f8e5}" };
pub(super) const WRONG: Continue<'static> = Continue { action: "\u{f8e6}", token: "\u{f8e7}" };

/// Most pages kept; then the table starts afresh.
const MOST: usize = 1024;

/// A page in pieces: text, then the gap that follows it.
#[derive(Debug)]
pub(super) struct Skeleton {
    pieces: Vec<(Box<str>, Gap)>,
    length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    None,
    Reference,
    Time,
    Address,
    Action,
    Token,
    WrongAction,
    WrongToken,
}

impl Skeleton {
    /// Cuts a page at its stand-ins.
    pub(super) fn cut(page: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = page;
        while let Some((at, mark)) = rest.char_indices().find(|(_, c)| matches!(c, '\u{f8e1}'..='\u{f8e7}')) {
            let gap = match mark {
                '\u{f8e1}' => Gap::Reference,
                '\u{f8e2}' => Gap::Time,
                '\u{f8e4}' => Gap::Action,
                '\u{f8e5}' => Gap::Token,
                '\u{f8e6}' => Gap::WrongAction,
                '\u{f8e7}' => Gap::WrongToken,
                _ => Gap::Address,
            };
            pieces.push((rest[..at].into(), gap));
            rest = &rest[at + mark.len_utf8()..];
        }
        pieces.push((rest.into(), Gap::None));
        Self { pieces, length: page.len() }
    }

    /// The page with its gaps filled. The address and the forms (for a code, and for what is closed by mistake) are escaped here; the others hold no character that needs it.
    pub(super) fn fill(&self, reference: &str, time: &str, address: &str, [code, wrong]: [Option<Continue<'_>>; 2]) -> String {
        let mut page = String::with_capacity(self.length + 64 + address.len());
        for (text, gap) in &self.pieces {
            page.push_str(text);
            match gap {
                Gap::None => {}
                Gap::Reference => page.push_str(reference),
                Gap::Time => page.push_str(time),
                Gap::Address => escape(address, &mut page),
                Gap::Action => escape(code.map_or("", |code| code.action), &mut page),
                Gap::Token => escape(code.map_or("", |code| code.token), &mut page),
                Gap::WrongAction => escape(wrong.map_or("", |wrong| wrong.action), &mut page),
                Gap::WrongToken => escape(wrong.map_or("", |wrong| wrong.token), &mut page),
            }
        }
        page
    }
}

/// As the template engine does for HTML.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            '/' => out.push_str("&#x2f;"),
            other => out.push(other),
        }
    }
}

/// Everything but the gaps that a kept page depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    template: Template,
    reason: Reason,
    texts: [Box<str>; 8],
    flags: [bool; 7],
}

impl Key {
    /// `None` where the page must be rendered afresh.
    pub(super) fn of(template: Template, facts: &Facts<'_>, framed: bool) -> Option<Self> {
        let contact = facts.here.contact.map_or_else(String::new, |contact| format!("{contact:?}"));
        let [id, title, words] = facts.clause.map_or([""; 3], |clause| [clause.id, clause.title, clause.words]);
        let here = facts.here.site.unwrap_or("");
        let texts = [facts.category.unwrap_or(""), facts.group, facts.opens.unwrap_or(""), id, title, words, here, &contact];
        let brings_marks = texts.iter().any(|text| text.contains(|sign| matches!(sign, '\u{f8e1}'..='\u{f8e7}')));
        if facts.onward.is_some() || facts.answered.is_some() || facts.sign_in.is_some() || brings_marks {
            return None;
        }
        let flags =
            [facts.address.is_some(), facts.code.is_some(), facts.wrong.is_some(), framed, facts.demonstration, facts.lab, facts.quiet];
        Some(Self { template, reason: facts.reason, texts: texts.map(Box::from), flags })
    }
}

/// The table.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<HashMap<Key, Arc<Skeleton>>>);

impl Kept {
    pub(super) fn find(&self, key: &Key) -> Option<Arc<Skeleton>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(super) fn keep(&self, key: Key, skeleton: Arc<Skeleton>) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MOST {
            table.clear();
        }
        table.insert(key, skeleton);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_in_order_and_the_address_is_escaped() {
        let skeleton = Skeleton::cut(&format!("a{REFERENCE}b{ADDRESS}c{TIME}{REFERENCE}"));
        assert_eq!(skeleton.fill("R", "T", "<x>'\"&", [None; 2]), "aRb&lt;x&gt;&#x27;&quot;&amp;cTR");
        assert_eq!(Skeleton::cut("plain").fill("R", "T", "A", [None; 2]), "plain");
    }

    #[test]
    fn the_table_stays_bounded() {
        let kept = Kept::default();
        for number in 0..3 * MOST {
            let group = number.to_string();
            let facts = Facts { group: &group, ..Facts::new(Reason::Category, Default::default(), Default::default()) };
            kept.keep(Key::of(Template::Block, &facts, false).unwrap(), Arc::new(Skeleton::cut("")));
        }
        assert!(kept.0.lock().unwrap().len() <= MOST);
    }
}
