//! What an incident may be: the nine kinds that the standards list, whether it was meant, and how grave it is (standards F2, F3).

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentKind {
    /// Accidental access to inappropriate material.
    AccidentalInappropriate,
    /// Deliberate access to inappropriate material.
    DeliberateInappropriate,
    /// Accidental access to illegal material.
    AccidentalIllegal,
    /// Deliberate access to illegal material.
    DeliberateIllegal,
    /// Inappropriate or illegal use of e-mail.
    Email,
    /// Inappropriate or illegal use of other technologies.
    OtherTechnology,
    /// Deliberate misuse of the network.
    NetworkMisuse,
    /// Bullying or harassment.
    Bullying,
    /// Sexual exploitation.
    Exploitation,
}

impl IncidentKind {
    /// All nine.
    pub const ALL: [Self; 9] = [
        Self::AccidentalInappropriate,
        Self::DeliberateInappropriate,
        Self::AccidentalIllegal,
        Self::DeliberateIllegal,
        Self::Email,
        Self::OtherTechnology,
        Self::NetworkMisuse,
        Self::Bullying,
        Self::Exploitation,
    ];

    /// Its word in files, forms and figures.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AccidentalInappropriate => "accidental-inappropriate",
            Self::DeliberateInappropriate => "deliberate-inappropriate",
            Self::AccidentalIllegal => "accidental-illegal",
            Self::DeliberateIllegal => "deliberate-illegal",
            Self::Email => "email",
            Self::OtherTechnology => "other-technology",
            Self::NetworkMisuse => "network-misuse",
            Self::Bullying => "bullying",
            Self::Exploitation => "exploitation",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Is it about illegal material?
    #[must_use]
    pub fn is_illegal(self) -> bool {
        [Self::AccidentalIllegal, Self::DeliberateIllegal].contains(&self)
    }
}

/// Was it meant?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Intent {
    /// Nobody knows.
    #[default]
    Unknown,
    /// It happened.
    Accidental,
    /// It was meant.
    Deliberate,
}

impl Intent {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::Accidental, Self::Deliberate];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Accidental => "accidental",
            Self::Deliberate => "deliberate",
        }
    }

    /// The intent of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|intent| intent.word() == word)
    }
}

/// How grave: 1, 2, or 3, which must be escalated and cannot stay unassigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Severity(u8);

impl Severity {
    /// From the least to the gravest.
    pub const ALL: [Self; 3] = [Self(1), Self(2), Self(3)];
    /// The one that must be escalated.
    pub const GRAVE: Self = Self(3);

    /// The severity of a number; `None`: there is no such one.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=3).contains(&number).then_some(Self(number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What an alert is about. Themes are apart from blocks: most blocks alert nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// Words that somebody searched for.
    Search,
    /// Somebody may need help.
    Help,
    /// An address on a statutory list.
    Statutory,
    /// Ways round the filter.
    Circumvention,
    /// The filter itself.
    FilterHealth,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Search, Self::Help, Self::Statutory, Self::Circumvention, Self::FilterHealth];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Help => "help",
            Self::Statutory => "statutory",
            Self::Circumvention => "circumvention",
            Self::FilterHealth => "filter-health",
        }
    }

    /// The theme of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}
