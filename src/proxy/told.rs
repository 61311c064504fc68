//! What pages say of a category to whoever asked: its title, or nothing that hints at it. The record has it all either way.

use crate::engine::Engine;
use crate::model::{CategoryId, GroupId};
use crate::policy::Evidence;

/// What is said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told<'a> {
    /// Its title.
    pub(super) category: Option<&'a str>,
    /// The category whose clause may be shown: the clause's words name it too.
    pub(super) clause_of: Option<CategoryId>,
    /// No word of a page may hint at it.
    pub(super) quiet: bool,
}

impl<'a> Told<'a> {
    pub(super) fn of(engine: &'a Engine, group: GroupId, evidence: &Evidence) -> Self {
        let policy = &engine.policy;
        let quiet = policy.is_quiet(group);
        let Some(id) = evidence.category else { return Self { quiet, ..Self::default() } };
        if !policy.says_category(group, id) {
            return Self { quiet: true, ..Self::default() };
        }
        let name = engine.lists.categories().get(usize::from(id.0));
        Self { category: name.map(|name| policy.category_title(name)), clause_of: Some(id), quiet }
    }
}
