//! The console's texts: plain files, a subject and a language each, a line a text, `key = text`. What a language lacks is said in English.

use std::collections::HashMap;

/// A file a subject.
const ENGLISH: &[&str] = &[
    include_str!("words/en.txt"),
    include_str!("words/lists.en.txt"),
    include_str!("words/policy.en.txt"),
    include_str!("words/edit.en.txt"),
    include_str!("words/asking.en.txt"),
    include_str!("words/queue.en.txt"),
    include_str!("words/incidents.en.txt"),
    include_str!("words/reports.en.txt"),
    include_str!("words/disclosures.en.txt"),
    include_str!("words/papers.en.txt"),
    include_str!("words/outward.en.txt"),
    include_str!("words/reviews.en.txt"),
    include_str!("words/figures.en.txt"),
    include_str!("words/tokens.en.txt"),
    include_str!("words/organisation.en.txt"),
    include_str!("words/help.en.txt"),
    include_str!("words/reach.en.txt"),
    include_str!("words/evidence.en.txt"),
    include_str!("words/jobs.en.txt"),
    include_str!("words/safety.en.txt"),
    include_str!("words/opinions.en.txt"),
    include_str!("words/duties.en.txt"),
    include_str!("words/lesson.en.txt"),
    include_str!("words/programs.en.txt"),
    include_str!("words/named.en.txt"),
    include_str!("words/site_policy.en.txt"),
];
const WELSH: &[&str] = &[
    include_str!("words/cy.txt"),
    include_str!("words/lists.cy.txt"),
    include_str!("words/policy.cy.txt"),
    include_str!("words/edit.cy.txt"),
    include_str!("words/asking.cy.txt"),
    include_str!("words/queue.cy.txt"),
    include_str!("words/incidents.cy.txt"),
    include_str!("words/reports.cy.txt"),
    include_str!("words/disclosures.cy.txt"),
    include_str!("words/papers.cy.txt"),
    include_str!("words/outward.cy.txt"),
    include_str!("words/reviews.cy.txt"),
    include_str!("words/figures.cy.txt"),
    include_str!("words/tokens.cy.txt"),
    include_str!("words/organisation.cy.txt"),
    include_str!("words/help.cy.txt"),
    include_str!("words/reach.cy.txt"),
    include_str!("words/evidence.cy.txt"),
    include_str!("words/jobs.cy.txt"),
    include_str!("words/safety.cy.txt"),
    include_str!("words/opinions.cy.txt"),
    include_str!("words/duties.cy.txt"),
    include_str!("words/lesson.cy.txt"),
    include_str!("words/programs.cy.txt"),
    include_str!("words/named.cy.txt"),
    include_str!("words/site_policy.cy.txt"),
];

/// A language of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, as in Great Britain.
    #[default]
    English,
    /// Welsh.
    Welsh,
}

impl Language {
    /// Its tag (RFC 5646).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::Welsh => "cy",
        }
    }

    /// The first of ours that a browser asks for (RFC 9110 section 12.5.4), by its weights.
    #[must_use]
    pub fn wanted(accept: &str) -> Self {
        let weighed = accept.split(',').filter_map(|part| {
            let (tag, rest) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight: f32 = rest.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(1.0);
            let language = match tag.trim().split('-').next()?.to_ascii_lowercase().as_str() {
                "en" => Self::English,
                "cy" => Self::Welsh,
                _ => return None,
            };
            (weight > 0.0).then_some((language, weight))
        });
        // The first of those that weigh the same.
        let heaviest =
            weighed.fold(None, |best: Option<(Self, f32)>, one| if best.is_some_and(|best| best.1 >= one.1) { best } else { Some(one) });
        heaviest.map_or(Self::English, |(language, _)| language)
    }
}

/// All texts.
#[derive(Debug)]
pub(super) struct Words {
    english: HashMap<&'static str, &'static str>,
    welsh: HashMap<&'static str, &'static str>,
}

impl Words {
    /// Reads the files that are built in.
    pub(super) fn new() -> Self {
        Self { english: read(ENGLISH), welsh: read(WELSH) }
    }

    /// The text of a key. A key that no file has is shown itself, so that it is seen and mended.
    pub(super) fn say(&self, language: Language, key: &'static str) -> &'static str {
        let own = match language {
            Language::English => None,
            Language::Welsh => self.welsh.get(key),
        };
        own.or_else(|| self.english.get(key)).copied().unwrap_or(key)
    }
}

fn read(files: &[&'static str]) -> HashMap<&'static str, &'static str> {
    let lines = files.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).map(|(key, text)| (key.trim(), text.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_is_asked_for() {
        use Language::{English, Welsh};
        for (accept, language) in [
            ("", English),
            ("cy", Welsh),
            ("cy-GB,en;q=0.8", Welsh),
            ("en,cy", English),
            ("fr,cy;q=0.5,en;q=0.4", Welsh),
            ("cy;q=0,en;q=0.1", English),
            ("de", English),
            ("cy;q=x", Welsh),
        ] {
            assert_eq!(Language::wanted(accept), language, "{accept}");
        }
    }

    #[test]
    fn every_text_that_the_code_says_is_there_and_what_welsh_lacks_is_counted() {
        let words = Words::new();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/admin");
        let mut said = std::collections::BTreeSet::new();
        for file in [folder.clone(), folder.join("seats")].iter().flat_map(|folder| std::fs::read_dir(folder).unwrap().flatten()) {
            let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
            let code = text.split("#[cfg(test)]").next().unwrap().replace("\\\\", "").replace("\\\"", "").replace("'\"'", "");
            // Keys have a point in them and stand alone between quotation marks.
            let quoted = code.split('"').skip(1).step_by(2).map(str::to_owned);
            let key = |word: &String| {
                word.contains('.') && word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_')) && !word.starts_with('.')
            };
            said.extend(quoted.filter(key));
        }
        assert!(said.len() > 60, "{said:?}");
        // Options of the settings and their tables have points in their names too.
        let is_option = |key: &str| key.ends_with('.') || super::super::seats::settings::OPTIONS.contains(&key);
        for key in said.iter().filter(|key| !matches!(key.as_str(), "console.sqlite" | "console.css") && !is_option(key)) {
            let is_file = [".html", ".css", ".csv", ".txt", ".rs", ".pac", ".dat"].iter().any(|ending| key.ends_with(ending));
            assert!(is_file || words.english.contains_key(key.as_str()), "no English text {key}");
        }
        for key in words.english.keys() {
            assert!(said.contains(*key) || key.starts_with("role.") || key.starts_with("did."), "nobody says {key}");
        }
        for key in words.welsh.keys() {
            assert!(words.english.contains_key(key), "Welsh says {key}, and English does not");
        }
        let lacking = words.english.keys().filter(|key| !words.welsh.contains_key(*key)).count();
        assert_eq!(lacking, LACKING, "texts that are still said in English to who asks for Welsh");
    }

    #[test]
    fn no_key_has_two_texts_of_which_the_later_would_be_said_for_both() {
        for files in [ENGLISH, WELSH] {
            let lines = files.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#'));
            let mut once = std::collections::BTreeSet::new();
            for (key, _) in lines.filter_map(|line| line.split_once(" = ")) {
                assert!(once.insert(key.trim()), "two texts for {key}");
            }
        }
    }

    /// To be brought to nothing by somebody who speaks Welsh.
    const LACKING: usize = 0;
}
