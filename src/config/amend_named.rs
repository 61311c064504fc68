//! Tables with a name in the text of settings, `[[keyword]]` and `[[term]]`: what stands in each, and one more, another or one less. Every
//! other byte stays.

use super::amend::{option, table_of};
use super::amend_action::{as_text, items, read};
use super::amend_table::{with_table, without_table};
use super::node::Value as Seen;

/// A kind of table with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedKind {
    /// Words and expressions that close an address, or warn.
    Keyword,
    /// Dates that hours may name.
    Term,
}

impl NamedKind {
    /// Its head in the text.
    #[must_use]
    pub const fn head(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Term => "term",
        }
    }

    /// Its keys, the name first.
    #[must_use]
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Keyword => &["name", "action", "words", "expressions", "groups"],
            Self::Term => &["name", "from", "to"],
        }
    }
}

/// A table with a name as it stands in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedText {
    /// Its line, from 1.
    pub line: usize,
    /// Its keys with their values, as plain texts; lists have one for each.
    pub values: Vec<(String, Vec<String>)>,
}

impl NamedText {
    /// The values of a key; none: it says nothing.
    #[must_use]
    pub fn of(&self, key: &str) -> &[String] {
        self.values.iter().find(|(known, _)| known == key).map_or(&[], |(_, values)| values)
    }

    /// The one value of a key; empty: there is none.
    #[must_use]
    pub fn one(&self, key: &str) -> &str {
        self.of(key).first().map_or("", String::as_str)
    }

    /// Everything that it says, in one line.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.values.iter().map(|(key, values)| format!("{key}: {}", values.join(", "))).collect::<Vec<_>>().join("; ")
    }
}

/// Every table of this kind, in order.
#[must_use]
pub fn named_tables(text: &str, kind: NamedKind) -> Vec<NamedText> {
    let document = read(text);
    let Some(Seen::List(tables)) = option(&document, kind.head()).map(|node| &node.value) else { return Vec::new() };
    let one = |node| {
        let Some(table) = table_of(node) else { return NamedText::default() };
        let value = |key: &&str| {
            let node = option(table, key)?;
            let values: Vec<String> = match as_text(node) {
                Some(text) => vec![text.to_owned()],
                None if matches!(node.value, Seen::List(_)) => {
                    items(table, key).into_iter().filter_map(as_text).map(str::to_owned).collect()
                }
                None => text.get(node.place.span.clone()).map(str::to_owned).into_iter().collect(),
            };
            Some(((*key).to_owned(), values))
        };
        let line = table.iter().map(|(key, _)| key.place.span.start).min().map_or(1, |at| 1 + text[..at].matches('\n').count());
        NamedText { line, values: kind.keys().iter().filter_map(value).collect() }
    };
    tables.iter().map(one).collect()
}

/// The settings with such a table more (`known`: none), another in its place, or without it (`wish`: none). The one that is changed or goes is
/// told by its number from 0 and by what it says. `None`: it says something else by now, or is written in a way that cannot be taken out whole.
#[must_use]
pub fn with_named(text: &str, kind: NamedKind, known: Option<(usize, &str)>, wish: Option<&[(String, String)]>) -> Option<String> {
    let mut out = text.to_owned();
    if let Some((place, says)) = known {
        named_tables(text, kind).get(place).filter(|table| table.in_words() == says)?;
        out = without_table(&out, &[kind.head()], place, "")?;
    }
    let Some(wish) = wish else { return Some(out) };
    if wish.iter().any(|(key, _)| !kind.keys().contains(&key.as_str())) {
        return None;
    }
    let lines: Vec<(&str, String)> = wish.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    with_table(&out, kind.head(), &lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# ours\n[site]\nname = \"A\"\n\n# games of chance\n[[keyword]]\nname = \"chance\"\nwords = [\"poker\", 'bingo'] # both\n\n\
                        [[term]]\nname = \"term\"\nfrom = 2026-09-03\nto = 2026-10-23\n\n[[keyword]]\nname = \"other\"\nexpressions = \"casino[0-9]\"\n";

    #[test]
    fn a_table_is_seen_changed_and_taken_out_and_everything_else_stays() {
        let all = named_tables(TEXT, NamedKind::Keyword);
        assert_eq!((all.len(), all[0].line, all[0].of("words")), (2, 7, &["poker".to_owned(), "bingo".to_owned()][..]));
        assert_eq!(all[1].in_words(), "name: other; expressions: casino[0-9]");
        let dates = named_tables(TEXT, NamedKind::Term);
        assert_eq!(dates[0].in_words(), "name: term; from: 2026-09-03; to: 2026-10-23");
        let wish = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        let fresh = wish(&[("name", "\"chance\""), ("words", "[\"dice\"]")]);
        let says = all[0].in_words();
        let changed = with_named(TEXT, NamedKind::Keyword, Some((0, &says)), Some(&fresh)).unwrap();
        let now = named_tables(&changed, NamedKind::Keyword);
        assert_eq!((now[0].one("name"), now[1].in_words().as_str()), ("other", "name: chance; words: dice"));
        assert!(changed.starts_with("# ours\n[site]\nname = \"A\"\n") && changed.contains("[[term]]\nname = \"term\"\n"));
        let gone = with_named(TEXT, NamedKind::Term, Some((0, &dates[0].in_words())), None).unwrap();
        assert!(named_tables(&gone, NamedKind::Term).is_empty() && named_tables(&gone, NamedKind::Keyword).len() == 2);
        assert_eq!(with_named(TEXT, NamedKind::Keyword, Some((0, "name: else")), None), None, "somebody else changed it");
        assert_eq!(with_named(TEXT, NamedKind::Keyword, Some((9, &says)), None), None);
        assert_eq!(with_named(TEXT, NamedKind::Keyword, None, Some(&wish(&[("name", "\"a\"\n[admin]\nx = 1")]))), None);
        assert_eq!(with_named(TEXT, NamedKind::Term, None, Some(&wish(&[("words", "[]")]))), None);
        let more = with_named(TEXT, NamedKind::Term, None, Some(&wish(&[("name", "\"b\""), ("from", "2026-11-01"), ("to", "2026-11-02")])))
            .unwrap();
        assert_eq!(named_tables(&more, NamedKind::Term).len(), 2);
    }
}
