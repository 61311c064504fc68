//! On what ground somebody may ask for records: a table (standards H6 to H12, H15, H18, H21, Z1 to Z4). Each ground says which fields its
//! case needs, and what the person may be told who asks what is held about them.
//!
//! It is no legal advice. Where no ground gives a right to an answer the case exists all the same, so that the refusal is on record.

/// A ground.
#[derive(Debug, PartialEq, Eq)]
pub struct Law {
    /// Its word in the database and in forms.
    pub word: &'static str,
    /// Its name.
    pub title: &'static str,
    /// What a person may be told who asks for what is held about them.
    pub subject: &'static str,
    /// Fields that may not stay empty.
    pub needs: &'static [&'static str],
    /// It gives no right to an answer: a case can only be refused.
    pub refuse_only: bool,
    /// It cannot wait for a written notice, which then has to follow before the case is closed.
    pub urgent: bool,
}

/// What every case needs (H7; Z4).
const ALWAYS: [&str; 3] = ["asker_body", "asker_name", "about"];

/// All of them, in the order of the form.
pub static LAWS: [Law; 8] = [
    Law {
        word: "ipa",
        title: "law.ipa",
        subject: "law.ipa_subject",
        needs: &["asker_rank", "asker_contact", "reference", "authority", "authority_rank", "dated", "due", "why", "wording", "kept"],
        refuse_only: false,
        urgent: false,
    },
    Law {
        word: "court-order",
        title: "law.court",
        subject: "law.court_subject",
        needs: &["asker_contact", "reference", "authority", "dated", "due", "wording", "kept"],
        refuse_only: false,
        urgent: false,
    },
    Law {
        word: "dpa-crime",
        title: "law.crime",
        subject: "law.crime_subject",
        needs: &["asker_rank", "asker_contact", "reference", "authority", "authority_rank", "dated", "due", "why", "wording", "kept"],
        refuse_only: false,
        urgent: false,
    },
    Law {
        word: "dpa-legal",
        title: "law.legal",
        subject: "law.legal_subject",
        needs: &["asker_contact", "reference", "dated", "due", "why", "wording", "kept"],
        refuse_only: false,
        urgent: false,
    },
    Law {
        word: "vital",
        title: "law.vital",
        subject: "law.vital_subject",
        needs: &["asker_rank", "asker_contact", "due", "why", "advice"],
        refuse_only: false,
        urgent: true,
    },
    Law {
        word: "internal",
        title: "law.internal",
        subject: "law.internal_subject",
        needs: &["asker_contact", "reference", "authority", "authority_rank", "dated", "due", "why", "kept"],
        refuse_only: false,
        urgent: false,
    },
    Law { word: "ripa", title: "law.ripa", subject: "law.refused_subject", needs: &[], refuse_only: true, urgent: false },
    Law { word: "none", title: "law.none", subject: "law.refused_subject", needs: &[], refuse_only: true, urgent: false },
];

impl Law {
    /// The ground of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<&'static Self> {
        LAWS.iter().find(|law| law.word == word)
    }

    /// May this field not stay empty?
    #[must_use]
    pub fn needs(&self, field: &str) -> bool {
        ALWAYS.contains(&field) || self.needs.contains(&field)
    }
}
