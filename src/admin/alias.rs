//! Names under which people and devices stand on pages that show no names: stable, and known to nobody without the key of this installation.

use super::book::{BookFault, fact, put_fact};
use super::incidents::Incident;
use crate::credential::Token;
use aws_lc_rs::hmac;
use rusqlite::Connection;

const KEY: &str = "alias-key";

/// Makes names.
#[derive(Debug)]
pub struct Aliases(hmac::Key);

impl Aliases {
    /// With the key of this installation; it is made by the first change that needs it.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn of(book: &Connection) -> Result<Option<Self>, BookFault> {
        Ok(fact(book, KEY)?.map(|key| Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()))))
    }

    /// Makes the key where there is none.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn make(book: &Connection) -> Result<(), BookFault> {
        if fact(book, KEY)?.is_none() {
            put_fact(book, KEY, &Token::fresh()?.for_people())?;
        }
        Ok(())
    }

    /// A digest that tells things apart and says nothing of them to whoever has not this key.
    #[must_use]
    pub fn digest(&self, of: &str) -> String {
        // Told apart from names: what stands on pages must not be the start of what stands in the book.
        let tag = hmac::sign(&self.0, format!("entry\n{of}").as_bytes());
        tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The name of somebody or something.
    #[must_use]
    pub fn name(&self, of: &str) -> String {
        let tag = hmac::sign(&self.0, of.as_bytes());
        tag.as_ref().iter().take(4).map(|byte| format!("{byte:02X}")).collect()
    }

    /// The name of somebody or something on the pages of this incident. What somebody typed has one of its own: it cannot be found out by
    /// typing names whose the other ones are.
    #[must_use]
    pub fn name_in(&self, incident: &Incident, of: &str) -> String {
        if incident.origin == "hand" { self.name(&format!("typed\n{of}")) } else { self.name(of) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_has_the_same_name_and_another_installation_another() {
        let book = |steps: &str| {
            let book = Connection::open_in_memory().unwrap();
            book.execute_batch(steps).unwrap();
            Aliases::make(&book).unwrap();
            book
        };
        let steps = "CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT";
        let (here, there) = (book(steps), book(steps));
        let name = |book: &Connection| Aliases::of(book).unwrap().unwrap().name("kim");
        Aliases::make(&here).unwrap();
        assert_eq!(name(&here), name(&here));
        assert_ne!(name(&here), name(&there));
        let digest = |book: &Connection, of: &str| Aliases::of(book).unwrap().unwrap().digest(of);
        assert_eq!(digest(&here, "a.test/x"), digest(&here, "a.test/x"));
        assert!(digest(&here, "a.test/x") != digest(&here, "a.test/y") && digest(&here, "a.test/x") != digest(&there, "a.test/x"));
        assert!(!name(&here).contains("kim") && name(&here).len() == 8);
    }
}
