//! Help with the pages of the console: a file a subject and a language, a line a text. A page has the help of the subject whose path its
//! own begins with; the longest counts.

use super::place::Place;
use super::words::Language;

/// What there is help with.
#[derive(Debug)]
pub(super) struct Subject {
    /// Its word in addresses.
    pub(super) word: &'static str,
    /// The page that it is about, and those below it.
    pub(super) of: Place,
    texts: [&'static str; 2],
}

/// A subject in a language.
#[derive(Debug, Default)]
pub(super) struct Helped {
    pub(super) title: &'static str,
    /// What the page is for.
    pub(super) what: &'static str,
    /// What people do there, one after another.
    pub(super) steps: Vec<&'static str>,
    /// Words, and what they mean.
    pub(super) words: Vec<(&'static str, &'static str)>,
}

macro_rules! subjects {
    ($($place:ident $word:literal;)+) => {
        /// All of them, in the order of the contents.
        pub(super) const SUBJECTS: &[Subject] = &[$(Subject {
            word: $word,
            of: Place::$place,
            texts: [include_str!(concat!("help/", $word, ".en.txt")), include_str!(concat!("help/", $word, ".cy.txt"))],
        }),+];
    };
}

subjects! {
    SignIn "sign-in";
    Dashboard "dashboard";
    Figures "figures";
    Try "try";
    Sites "sites";
    Log "log";
    LogLive "live";
    Reports "reports";
    Reveals "names";
    Queue "queue";
    Worries "worries";
    Opinions "opinions";
    Alerts "alerts";
    Duties "duties";
    Incidents "incidents";
    Board "board";
    Policy "policy";
    PolicyAddresses "addresses";
    PolicyKeywords "keywords";
    PolicyDates "dates";
    PolicyGroups "groups";
    Plan "plan";
    Suites "suites";
    Sources "sources";
    Emergency "emergency";
    Unknown "unknown";
    Noise "noise";
    Exceptions "exceptions";
    Reviews "reviews";
    Disclosures "disclosures";
    Evidence "evidence";
    Statement "statement";
    People "people";
    Audit "audit";
    Account "account";
    Tokens "tokens";
    Api "api";
    Devices "devices";
    Programs "programs";
    Lesson "lesson";
    Rooms "rooms";
    Settings "settings";
    Setup "setup";
}

impl Subject {
    /// Where its help is.
    pub(super) fn path(&self) -> String {
        format!("{}?of={}", Place::HelpPage.path(), self.word)
    }

    /// What it says.
    pub(super) fn in_language(&self, language: Language) -> Helped {
        let [english, welsh] = self.texts;
        read(match language {
            Language::English => english,
            Language::Welsh => welsh,
        })
    }
}

fn read(text: &'static str) -> Helped {
    let mut helped = Helped::default();
    for (key, said) in text.lines().filter_map(|line| line.split_once(" = ")) {
        match key {
            "title" => helped.title = said,
            "for" => helped.what = said,
            "do" => helped.steps.push(said),
            "word" => helped.words.extend(said.split_once(": ")),
            _ => {}
        }
    }
    helped
}

/// The subject of this word.
pub(super) fn named(word: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.word == word)
}

/// The subject of a page.
pub(super) fn of(place: Place) -> Option<&'static Subject> {
    let first_steps = if place == Place::Enrol { Place::SignIn } else { place };
    let is_below = |subject: &&Subject| {
        first_steps.path().strip_prefix(subject.of.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    SUBJECTS.iter().filter(is_below).max_by_key(|subject| subject.of.path().len())
}

/// Where the help of a page is.
pub(super) fn path_of(place: Place) -> Option<String> {
    of(place).map(Subject::path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Longest sentence, in words, and longest text of a subject.
    const SENTENCE: usize = 24;
    const TEXT: usize = 220;

    #[test]
    fn every_place_of_the_menu_has_help_and_a_page_below_has_that_of_the_one_above() {
        for place in super::super::menu::places().filter(|place| *place != Place::Help) {
            assert!(of(place).is_some(), "no help with {}: add src/admin/help/SUBJECT.en.txt and .cy.txt, and a line here", place.path());
        }
        let word = |place| of(place).map(|subject| subject.word);
        assert_eq!(word(Place::LogFound), Some("log"));
        assert_eq!(word(Place::LogLive), Some("live"));
        assert_eq!(word(Place::CodeNew), Some("exceptions"));
        assert_eq!(word(Place::Board), Some("board"));
        assert_eq!(word(Place::Enrol), Some("sign-in"));
        assert_eq!(word(Place::Help), None);
    }

    #[test]
    fn reading_them_is_easy_and_both_languages_say_the_same_things() {
        let words: BTreeSet<&str> = SUBJECTS.iter().map(|subject| subject.word).collect();
        assert_eq!(words.len(), SUBJECTS.len());
        for subject in SUBJECTS {
            let [english, welsh] = [Language::English, Language::Welsh].map(|language| subject.in_language(language));
            assert_eq!((english.steps.len(), english.words.len()), (welsh.steps.len(), welsh.words.len()), "{}", subject.word);
            assert!(english.title != welsh.title, "{}", subject.word);
            for helped in [english, welsh] {
                assert!(!helped.title.is_empty() && !helped.what.is_empty() && !helped.words.is_empty(), "{helped:?}");
                assert!((2..=6).contains(&helped.steps.len()), "{helped:?}");
                let meanings = helped.words.iter().map(|(_, means)| *means);
                let all: Vec<&str> = std::iter::once(helped.what).chain(helped.steps.iter().copied()).chain(meanings).collect();
                for sentence in all.iter().flat_map(|text| text.split(['.', ':'])) {
                    assert!(sentence.split_whitespace().count() <= SENTENCE, "{}: too long: {sentence}", subject.word);
                }
                let length: usize = all.iter().map(|text| text.split_whitespace().count()).sum();
                assert!(length <= TEXT, "{}: {length} words", subject.word);
            }
        }
    }

    #[test]
    fn english_help_is_made_of_short_words() {
        for subject in SUBJECTS {
            let helped = subject.in_language(Language::English);
            let text: Vec<&str> = std::iter::once(helped.what).chain(helped.steps).flat_map(str::split_whitespace).collect();
            let letters: usize = text.iter().map(|word| word.chars().filter(|c| c.is_alphabetic()).count()).sum();
            // Five letters a word in plain texts; six in those of offices.
            assert!(letters * 10 <= text.len() * 52, "{}: {letters} letters in {} words", subject.word, text.len());
        }
    }
}
