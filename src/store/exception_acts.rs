//! Exceptions as policy wants them.

use super::exceptions::{Exception, For, Kind};
use crate::policy::{Act, Doing, Whom};
use std::sync::Arc;

impl Exception {
    /// For policy: one act, or two where both addresses and categories are released. A room that cannot be read is nobody's for what
    /// opens, and everybody's for what closes.
    pub(super) fn acts(&self) -> Vec<Act> {
        let whom = match self.whom.read() {
            Some(whom) => whom,
            None if self.opens() => return Vec::new(),
            None => Whom::Everybody,
        };
        let act = |doing| Act {
            id: self.id.as_str().into(),
            doing,
            whom: whom.clone(),
            by: self.by.as_str().into(),
            reason: self.reason.as_str().into(),
            until: self.end(),
        };
        self.doings().into_iter().map(act).collect()
    }

    fn doings(&self) -> Vec<Doing> {
        let shared = |texts: &[String]| -> Vec<Arc<str>> { texts.iter().map(|text| text.as_str().into()).collect() };
        match self.kind {
            Kind::Release => {
                let categories = (!self.categories.is_empty()).then(|| Doing::ReleaseCategories(shared(&self.categories)));
                let addresses = (!self.addresses.is_empty()).then(|| Doing::Release(shared(&self.addresses)));
                addresses.into_iter().chain(categories).collect()
            }
            Kind::Unlock => vec![Doing::Unlock(self.to.as_str().into())],
            Kind::Suspend => vec![Doing::Suspend],
            Kind::Close => vec![Doing::Close(shared(&self.addresses))],
            // A list has it, and policy acts on its category.
            Kind::List => Vec::new(),
        }
    }
}

impl For {
    /// As policy has it; `None`: a room that cannot be read.
    fn read(&self) -> Option<Whom> {
        Some(match self {
            Self::Everybody => Whom::Everybody,
            Self::Person(name) => Whom::Person(name.as_str().into()),
            Self::Group(name) => Whom::Group(name.as_str().into()),
            Self::Room(range) => Whom::Room(range.parse().ok()?),
        })
    }
}
