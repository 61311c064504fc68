//! The register of criteria: what standards ask, as data, each clause with what shows it (standards A14).
//!
//! The data stands in `register.toml`; what its fields mean is written at its top.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Standards and their criteria.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The standards, in the order in which reports tell them.
    #[serde(rename = "standard")]
    pub standards: Vec<Standard>,
    /// The criteria.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
}

/// A standard or a scheme.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Its id in the register.
    pub id: Box<str>,
    /// Its name.
    pub title: Box<str>,
    /// What to know about the source.
    pub note: Box<str>,
}

/// One clause.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its id, stable: outcomes name it.
    pub id: Box<str>,
    /// Whose: the id of a standard.
    pub standard: Box<str>,
    /// Where it stands there.
    pub at: Box<str>,
    /// The clause, quoted or shortened.
    pub words: Box<str>,
    /// The same as something that can be looked at.
    pub asks: Box<str>,
    /// How much it counts.
    pub severity: Severity,
    /// Whose it is to do.
    pub who: Who,
    /// Suites that measure it on this installation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suites: Vec<Box<str>>,
    /// What is read from the settings and lists in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Tests of the program that ran when it was built.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Box<str>>,
    /// What only the operator can have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<Box<str>>,
    /// What the operator has to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Box<str>>,
    /// What this version does not do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<Box<str>>,
}

/// How much a criterion counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Accreditation or law asks for it.
    Must,
    /// It should be.
    Should,
    /// It may be.
    Could,
}

/// Whose it is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The software's.
    Software,
    /// The operator's.
    Operator,
    /// The software can, and the operator has to set it so.
    Both,
}

/// What can be read from the settings and lists in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Letters leave about alerts.
    Alerts,
    /// Pages say whom to ask.
    Contact,
    /// What is seen is stated for each group.
    Coverage,
    /// The digest of each week is sent to somebody.
    Digest,
    /// People at the screen can say what is wrong.
    Forms,
    /// There is more than one group.
    Groups,
    /// A list of illegal material that is not made up is in force.
    RealList,
    /// Somebody looks at policy again, and no day for it has passed.
    Reviews,
    /// The installation checks itself.
    Schedule,
}

impl Severity {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Could => "could",
        }
    }
}

impl Who {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Software => "the software",
            Self::Operator => "the operator",
            Self::Both => "the software, as the operator sets it",
        }
    }
}

static BUILT_IN: LazyLock<Register> =
    LazyLock::new(|| toml::from_str(include_str!("register.toml")).expect("a test reads the built-in register"));

impl Register {
    /// The one that the program brings.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The criterion with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| *criterion.id == *id)
    }

    /// The criteria of one standard.
    pub fn of<'r>(&'r self, standard: &'r str) -> impl Iterator<Item = &'r Criterion> {
        self.criteria.iter().filter(move |criterion| *criterion.standard == *standard)
    }
}
