//! The four big risks, as "Keeping children safe in education" names them.

/// Which of the four big risks a category belongs to, so that reports can be cut by it (standards B15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// What people see.
    Content,
    /// Whom people meet.
    Contact,
    /// What people do.
    Conduct,
    /// What people are sold.
    Commerce,
    /// No risk in itself.
    None,
}

impl Risk {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Content, Self::Contact, Self::Conduct, Self::Commerce, Self::None];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Contact => "contact",
            Self::Conduct => "conduct",
            Self::Commerce => "commerce",
            Self::None => "none",
        }
    }
}
