//! The agreement of a place (its acceptable-use policy): clauses that cascade like the rest of policy. A clause of a higher layer is read
//! and never changed by a lower one, which adds its own (standards C1-C4). Pure text: what is enforced stands elsewhere.
//!
//! Must never let a lower layer take a clause away or give it other words: an id that a layer above has used is refused when settings are
//! loaded, and a clause's easy words are those of its own author.

use super::layer::Level;
use super::rules::Rules;
use crate::model::{GroupId, Reason, Timestamp, VerdictKind};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// Everything that the settings say of it.
#[derive(Clone, Debug)]
pub struct AgreementRules {
    /// What people call this version, such as "2026/27". A new one has to be accepted anew.
    pub label: Arc<str>,
    /// The first moment after the day on which somebody looks at it again.
    pub review: Option<Timestamp>,
    /// Who signed the site's own clauses.
    pub signed_by: Arc<str>,
    /// Where it stands, `file:line:column`.
    pub place: Arc<str>,
    /// Groups that must accept it before they go on.
    pub accept: Vec<GroupId>,
    /// Groups that get the easy words.
    pub easy_for: Vec<GroupId>,
    /// Groups whose form asks for the adult who agrees.
    pub guardian_for: Vec<GroupId>,
    /// How long an acceptance counts that was given by a client address: somebody else may have it next.
    pub address_lasts: Duration,
    /// The clauses, those of the highest layer first.
    pub clauses: Vec<Clause>,
}

impl Default for AgreementRules {
    fn default() -> Self {
        Self {
            label: "".into(),
            review: None,
            signed_by: "".into(),
            place: "".into(),
            accept: Vec::new(),
            easy_for: Vec::new(),
            guardian_for: Vec::new(),
            address_lasts: Duration::from_secs(12 * 3600),
            clauses: Vec::new(),
        }
    }
}

/// One clause.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Short and lasting, such as `C-3`.
    pub id: Arc<str>,
    /// A heading.
    pub title: Arc<str>,
    /// Its words.
    pub words: Arc<str>,
    /// The same in easy words, by the same author.
    pub easy: Option<Arc<str>>,
    /// What happens when it is broken, step by step; may be empty.
    pub sanction: Arc<str>,
    /// Groups it is for; empty means all.
    pub groups: Vec<GroupId>,
    /// Categories that are closed or warned of because of it.
    pub categories: Vec<Arc<str>>,
    /// Reasons of refusals that it stands behind.
    pub reasons: Vec<Reason>,
    /// Whose word it is.
    pub origin: Origin,
}

/// Whose word a clause is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The level.
    pub level: Level,
    /// The layer's name, or the site's.
    pub title: Arc<str>,
    /// Who signed it.
    pub signed_by: Arc<str>,
    /// Where it stands, `file:line:column`.
    pub place: Arc<str>,
}

impl Origin {
    /// In words: `consortium East`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} {}", self.level.word(), self.title)
    }
}

/// A clause as one group reads it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// Its id.
    pub id: Arc<str>,
    /// Its heading.
    pub title: Arc<str>,
    /// Its words for this group.
    pub words: Arc<str>,
    /// What happens when it is broken; may be empty.
    pub sanction: Arc<str>,
    /// Whose word it is.
    pub origin: Box<str>,
    /// Who signed it.
    pub signed_by: Arc<str>,
}

/// The agreement as one group reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Agreement {
    /// Short name of the group.
    pub group: Box<str>,
    /// The group in words.
    pub title: Box<str>,
    /// Which words these are: the start of the SHA-256 of all of them and of the label. Empty where there is no clause.
    pub version: Box<str>,
    /// What people call this version.
    pub label: Box<str>,
    /// Must it be accepted before anything else?
    pub needed: bool,
    /// Does the form ask for the adult who agrees?
    pub guardian: bool,
    /// The clauses.
    pub clauses: Vec<Shown>,
}

/// The agreements of all groups, and which clause stands behind what.
#[derive(Debug, Default)]
pub(super) struct Agreements(Box<[Agreement]>);

impl Agreements {
    /// One for each group.
    pub(super) fn of(rules: &Rules) -> Self {
        let ids = (0..u16::MAX).map(GroupId).take(rules.groups.len());
        Self(ids.map(|id| Agreement::of(rules, id)).collect())
    }

    pub(super) fn get(&self, group: GroupId) -> Option<&Agreement> {
        self.0.get(usize::from(group.0))
    }
}

impl AgreementRules {
    /// The clause behind a refusal or a warning: by its category, else by its reason; of several the highest. Of what a statutory list
    /// holds nothing is told.
    #[must_use]
    pub fn clause_for(&self, group: GroupId, category: Option<&str>, reason: Reason) -> Option<&Clause> {
        if reason == Reason::Statutory || !matches!(reason.kind(), VerdictKind::Block | VerdictKind::Warn) {
            return None;
        }
        let of_group = || self.clauses.iter().filter(|clause| clause.is_for(group));
        let by_category = category.and_then(|category| of_group().find(|clause| clause.categories.iter().any(|name| **name == *category)));
        by_category.or_else(|| of_group().find(|clause| clause.reasons.contains(&reason)))
    }

    /// That nobody has looked at it again in time, in words.
    #[must_use]
    pub fn overdue_words(&self, now: Timestamp, zone: &jiff::tz::TimeZone) -> Option<String> {
        let end = self.review.filter(|end| now >= *end)?;
        let day = Timestamp(end.0 - 1).civil().to_zoned(zone.clone()).strftime("%-d %B %Y");
        Some(format!("{}: the agreement was to be looked at again by {day}; {} signed it", self.place, self.signed_by))
    }
}

impl Clause {
    fn is_for(&self, group: GroupId) -> bool {
        self.groups.is_empty() || self.groups.contains(&group)
    }

    /// As a group reads it.
    #[must_use]
    pub fn words_for(&self, easy: bool) -> &Arc<str> {
        self.easy.as_ref().filter(|_| easy).unwrap_or(&self.words)
    }
}

impl Agreement {
    /// As a group reads it.
    #[must_use]
    pub fn of(rules: &Rules, id: GroupId) -> Self {
        let all = &rules.agreement;
        let Some(group) = rules.groups.get(usize::from(id.0)) else { return Self::default() };
        let easy = all.easy_for.contains(&id);
        let mut clauses: Vec<&Clause> = all.clauses.iter().filter(|clause| clause.is_for(id)).collect();
        clauses.sort_by_key(|clause| clause.origin.level);
        let clauses: Vec<Shown> = clauses.into_iter().map(|clause| Shown::of(clause, easy)).collect();
        Self {
            group: (*group.name).into(),
            title: (*group.title).into(),
            version: version(&all.label, &clauses),
            label: (*all.label).into(),
            needed: all.accept.contains(&id) && !clauses.is_empty(),
            guardian: all.guardian_for.contains(&id),
            clauses,
        }
    }

    /// What people call it: the label and the start of the hash.
    #[must_use]
    pub fn version_words(&self) -> String {
        if self.label.is_empty() { self.version.to_string() } else { format!("{} ({})", self.label, self.version) }
    }

    /// As text for a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        if self.clauses.is_empty() {
            return format!("{}: no clause is written.\n", self.title);
        }
        let needed = if self.needed { "It must be accepted before anything else." } else { "Nobody is asked to accept it." };
        let mut out = format!("{}, version {}. {needed}\n", self.title, self.version_words());
        for Shown { id, title, words, sanction, origin, signed_by } in &self.clauses {
            // Writing to a String cannot fail.
            write!(out, "\n{id}  {title}\n    {words}\n").unwrap_or_default();
            if !sanction.is_empty() {
                writeln!(out, "    If it is broken: {sanction}").unwrap_or_default();
            }
            writeln!(out, "    [{origin}; signed by {signed_by}]").unwrap_or_default();
        }
        out
    }
}

impl Shown {
    fn of(clause: &Clause, easy: bool) -> Self {
        Self {
            id: Arc::clone(&clause.id),
            title: Arc::clone(&clause.title),
            words: Arc::clone(clause.words_for(easy)),
            sanction: Arc::clone(&clause.sanction),
            origin: clause.origin.words().into(),
            signed_by: Arc::clone(&clause.origin.signed_by),
        }
    }
}

/// The start of the SHA-256 of everything that a person reads, each part with its length in front.
fn version(label: &str, clauses: &[Shown]) -> Box<str> {
    if clauses.is_empty() {
        return "".into();
    }
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let parts = clauses.iter().flat_map(|shown| [&*shown.id, &*shown.title, &*shown.words, &*shown.sanction, &*shown.origin]);
    for part in std::iter::once(label).chain(parts) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.finish().as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
