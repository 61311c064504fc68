//! The organisation's own sign-in service, as the console asks it: assembly stands behind it.

use super::roles::Role;
use std::sync::{Mutex, PoisonError};

/// How it was set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationTerms {
    /// What people call it; empty: "your organisation".
    pub name: String,
    /// Its address in its tokens.
    pub issuer: String,
    /// Groups, and the role that each gives; the first that fits counts. Empty: roles are given here alone.
    pub roles: Vec<(String, Role)>,
    /// The first sign-in makes an account.
    pub just_in_time: bool,
    /// Whoever has a password here may sign in with it; else administrators only.
    pub local_for_all: bool,
}

/// What binds an answer to the browser that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Proves who asked for the code.
    pub verifier: String,
}

/// Somebody, as the service knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guest {
    /// Who it is there.
    pub subject: String,
    /// A name to sign in with, if it says one.
    pub name: String,
    /// The name for people.
    pub shown: String,
    /// Groups.
    pub groups: Vec<String>,
    /// Did they prove themselves twice?
    pub proved_twice: bool,
}

/// Why it did not say who somebody is, in words for the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationTrouble {
    /// It is away; later may help.
    #[error("{0}")]
    Away(String),
    /// What came does not count.
    #[error("{0}")]
    Refused(String),
}

/// The service.
pub trait OrganisationWorks {
    /// How it was set up; `None`: there is none.
    fn organisation(&self) -> Option<OrganisationTerms>;

    /// Where somebody goes to sign in.
    ///
    /// # Errors
    /// [`OrganisationTrouble`].
    fn way(&self, trip: &Trip) -> Result<String, OrganisationTrouble>;

    /// Who came back with this code, and with this issuer in the address.
    ///
    /// # Errors
    /// [`OrganisationTrouble`]: nobody.
    fn guest(&self, answer: (&str, &str), trip: &Trip) -> Result<Guest, OrganisationTrouble>;
}

/// A service that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedOrganisation {
    /// What [`OrganisationWorks::organisation`] says.
    pub terms: Mutex<Option<OrganisationTerms>>,
    /// Who comes back; `None`: it is away.
    pub guest: Mutex<Option<Guest>>,
    /// Trips that began.
    pub begun: Mutex<Vec<Trip>>,
}

fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OrganisationWorks for super::works::FixedWorks {
    fn organisation(&self) -> Option<OrganisationTerms> {
        lock(&self.organisation.terms).clone()
    }

    fn way(&self, trip: &Trip) -> Result<String, OrganisationTrouble> {
        lock(&self.organisation.begun).push(trip.clone());
        Ok(format!("https://login.test/authorize?state={}", trip.state))
    }

    fn guest(&self, (code, _issuer): (&str, &str), trip: &Trip) -> Result<Guest, OrganisationTrouble> {
        if !lock(&self.organisation.begun).contains(trip) {
            return Err(OrganisationTrouble::Refused("another trip".into()));
        }
        match lock(&self.organisation.guest).clone() {
            Some(guest) if code == "good" => Ok(guest),
            Some(_) => Err(OrganisationTrouble::Refused("no such code".into())),
            None => Err(OrganisationTrouble::Away("it does not answer".into())),
        }
    }
}
