//! What a disclosure asks of the running system: what its scope would give, a hold on it, and the bundle that leaves the house.

use super::works::{FixedWorks, WorksFault};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Whose records a notice asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A person, by the name that they sign in with.
    Person(String),
    /// A device, by its name.
    Device(String),
    /// An address or a range of addresses.
    Address(ipnet::IpNet),
}

/// What a case may give, and nothing beyond it (standards H10): every part must hold; any of the subjects, at any of the sites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseScope {
    /// Whose; empty: anybody's who asked for the host.
    pub subjects: Vec<Subject>,
    /// At which sites; empty: at all.
    pub sites: Vec<String>,
    /// Requests for this host and below it; empty: for any.
    pub host: String,
    /// From this moment, microseconds since 1970.
    pub from: i64,
    /// Before this one.
    pub to: i64,
}

/// What a scope gives now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Requests.
    pub rows: u64,
    /// The question that is asked of the log, as JSON.
    pub query: String,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
}

/// A paper that goes with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enclosed {
    /// Its name in the bundle: letters, digits, hyphens and a point.
    pub name: String,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
}

/// What leaves the house.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// A ZIP: the evidence, the program that checks it, and how.
    pub bytes: Vec<u8>,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// Requests in it.
    pub rows: u64,
}

/// The running system, as a disclosure sees it.
pub trait DisclosureWorks {
    /// What this scope gives.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read, or there is more than one bundle may hold.
    fn look_up(&self, scope: &CaseScope) -> Result<Found, WorksFault>;

    /// Keeps the span of the scope beyond its time; the number of the hold. It names nobody: whoever reads the holds of the log must
    /// not learn who is asked about. `seal` is all that is said of the case.
    ///
    /// # Errors
    /// [`WorksFault`]: nothing is held.
    fn hold_span(&self, scope: &CaseScope, seal: &str) -> Result<String, WorksFault>;

    /// Lets a hold go.
    ///
    /// # Errors
    /// [`WorksFault`]: it stands.
    fn let_span_go(&self, hold: &str, seal: &str) -> Result<(), WorksFault>;

    /// The bundle of a scope, with the papers under which it is given. That it was made is noted in the log, with its hash and the seal
    /// alone.
    ///
    /// # Errors
    /// [`WorksFault`]: there is none.
    fn bundle(&self, scope: &CaseScope, enclosed: &[Enclosed], seal: &str) -> Result<Bundle, WorksFault>;
}

/// Answers that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedDisclosures {
    /// Holds that stand, with their scopes.
    pub holds: Mutex<BTreeMap<String, CaseScope>>,
    /// Requests that every scope gives.
    pub rows: u64,
}

impl DisclosureWorks for FixedWorks {
    fn look_up(&self, scope: &CaseScope) -> Result<Found, WorksFault> {
        let query = serde_json::to_string(scope).map_err(|fault| WorksFault(fault.to_string().into()))?;
        Ok(Found { rows: self.disclosures.rows, query, damage: Vec::new() })
    }

    fn hold_span(&self, scope: &CaseScope, _seal: &str) -> Result<String, WorksFault> {
        let mut holds = self.disclosures.holds.lock().unwrap_or_else(PoisonError::into_inner);
        let id = format!("H-{}", holds.len() + 1);
        holds.insert(id.clone(), scope.clone());
        Ok(id)
    }

    fn let_span_go(&self, hold: &str, _seal: &str) -> Result<(), WorksFault> {
        self.disclosures.holds.lock().unwrap_or_else(PoisonError::into_inner).remove(hold);
        Ok(())
    }

    fn bundle(&self, scope: &CaseScope, enclosed: &[Enclosed], _seal: &str) -> Result<Bundle, WorksFault> {
        let mut bytes = serde_json::to_vec(scope).map_err(|fault| WorksFault(fault.to_string().into()))?;
        enclosed.iter().for_each(|one| bytes.extend(format!(" {}, {} bytes", one.name, one.bytes.len()).bytes()));
        let sha256 = crate::record::chain::ChainValue::digest(&bytes).to_string();
        Ok(Bundle { bytes, sha256, rows: self.disclosures.rows })
    }
}
