//! Addresses that are closed in an emergency as if a list of their category had them: exceptions of their own kind, in the same file as
//! the others, with an author, a reason and an end. Whoever puts lists in force makes an emergency list of them.

use super::exceptions::{Exception, Exceptions, Kind};
use crate::model::Timestamp;

/// One address on an emergency list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The category.
    pub category: String,
    /// Host or page, as a list would write it.
    pub address: String,
    /// The first moment at which it is over.
    pub until: Timestamp,
}

impl Exceptions {
    /// What stands on emergency lists at this moment.
    #[must_use]
    pub fn listed(&self, now: Timestamp) -> Vec<Listed> {
        self.standing(now).iter().flat_map(Exception::listed).collect()
    }
}

impl Exception {
    fn listed(&self) -> Vec<Listed> {
        if self.kind != Kind::List {
            return Vec::new();
        }
        let one = |category: &String, address: &String| Listed { category: category.clone(), address: address.clone(), until: self.end() };
        self.categories.iter().flat_map(|category| self.addresses.iter().map(|address| one(category, address))).collect()
    }
}
