//! Who has accepted which words of the agreement (standards C5). Kept in a book on disk; what stands here is what the book said.
//!
//! Must never let an acceptance count that is not in the book. Bounded by the book, which takes no more than it can keep.

use crate::model::{Acceptance, Acceptor, Timestamp};
use crate::ports::{AcceptanceBook, BookFault};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Versions that somebody has accepted, each with the last time.
type Versions = Vec<(Box<str>, Timestamp)>;

/// What is known of acceptances.
#[derive(Default)]
pub struct Agreed {
    book: OnceLock<Arc<dyn AcceptanceBook>>,
    known: RwLock<HashMap<Acceptor, Versions, rapidhash::fast::RandomState>>,
}

impl Agreed {
    /// Acceptances are kept in this book from now on. Without one nothing can be accepted.
    pub fn keep_in(&self, book: Arc<dyn AcceptanceBook>) {
        // A second book would be a fault of ours; the first one stays.
        drop(self.book.set(book));
    }

    /// Takes over what the book says.
    pub fn learn<'a>(&self, acceptances: impl IntoIterator<Item = &'a Acceptance>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for Acceptance { who, version, at, .. } in acceptances {
            let versions = known.entry(who.clone()).or_default();
            match versions.iter_mut().find(|(known, _)| **known == **version) {
                Some((_, last)) => *last = (*last).max(*at),
                None => versions.push((version.as_str().into(), *at)),
            }
        }
    }

    /// When these words were last accepted.
    #[must_use]
    pub fn when(&self, who: &Acceptor, version: &str) -> Option<Timestamp> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(who)?.iter().find(|(known, _)| **known == *version).map(|(_, at)| *at)
    }

    /// How many people and devices have accepted these words.
    #[must_use]
    pub fn count(&self, version: &str) -> usize {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().filter(|versions| versions.iter().any(|(known, _)| **known == *version)).count()
    }

    /// Writes an acceptance into the book; it counts when this is done.
    ///
    /// # Errors
    /// [`BookFault`]: it does not count.
    pub async fn accept(&self, acceptance: Acceptance) -> Result<(), BookFault> {
        let Some(book) = self.book.get().cloned() else { return Err(BookFault::Broken("there is no book".into())) };
        let kept = acceptance.clone();
        let written = tokio::task::spawn_blocking(move || book.accept(&kept)).await;
        written.unwrap_or_else(|error| Err(BookFault::Broken(error.to_string().into())))?;
        self.learn([&acceptance]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(person: &str, version: &str, at: i64) -> Acceptance {
        Acceptance {
            who: Acceptor::Person(person.into()),
            client: None,
            group: "children".into(),
            version: version.into(),
            label: String::new(),
            guardian: String::new(),
            by: String::new(),
            at: Timestamp::from_seconds(at),
        }
    }

    #[test]
    fn each_version_is_accepted_by_itself_and_the_last_time_counts() {
        let agreed = Agreed::default();
        agreed.learn(&[by("kim", "1", 5), by("kim", "2", 3), by("kim", "1", 4)]);
        assert_eq!([agreed.count("1"), agreed.count("2"), agreed.count("")], [1, 1, 0]);
        let kim = Acceptor::Person("kim".into());
        assert_eq!(agreed.when(&kim, "1"), Some(Timestamp::from_seconds(5)));
        assert_eq!(agreed.when(&kim, "2"), Some(Timestamp::from_seconds(3)));
        assert_eq!(agreed.when(&kim, "3"), None);
        assert_eq!(agreed.when(&Acceptor::Person("lee".into()), "1"), None);
    }

    #[tokio::test]
    async fn without_a_book_nothing_counts() {
        let agreed = Agreed::default();
        assert!(agreed.accept(by("kim", "1", 5)).await.is_err());
        assert_eq!(agreed.when(&Acceptor::Person("kim".into()), "1"), None);
    }
}
