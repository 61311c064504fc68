//! What the console shows, as plain data. Whoever fills it in must keep entries of statutory lists out of every text.

use super::sources::SourceStatus;
use crate::accredit::Standing;
use crate::engine::Coverage;
use crate::lists::Freshness;
use crate::model::Timestamp;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Tells how things stand. Called once for each page and probe: it should take well under a millisecond and must not block.
pub trait StatusSource: Send + Sync {
    /// How things stand now.
    fn status(&self) -> Status;

    /// Groups of sites beside the settings' own, and how many such sites there are.
    fn further_sites(&self) -> (usize, usize) {
        (0, 0)
    }

    /// What is seen in each group; of groups that are called alike at further sites one for each way in which HTTPS is met.
    fn coverage(&self) -> Vec<Coverage> {
        Vec::new()
    }

    /// Where lists come from, and how each source stands. It may look at a few small files.
    fn sources(&self) -> Vec<SourceStatus> {
        Vec::new()
    }

    /// How accreditation stands.
    fn accreditation(&self) -> Standing {
        Standing::default()
    }

    /// What browsers are told that ask for their proxy settings.
    fn pac(&self) -> Bytes {
        Bytes::new()
    }
}

/// How things stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Now.
    pub now: Timestamp,
    /// When the process started.
    pub started: Timestamp,
    /// Node that this is.
    pub node: String,
    /// Site that it serves.
    pub site: String,
    /// Generation of the live engine; 0 where there is none yet.
    pub generation: u64,
    /// Version of the policy in force, as text of its checksum.
    pub policy_version: String,
    /// Version of the list image in force, as text of its checksum.
    pub list_version: String,
    /// What listens where.
    pub listeners: Vec<ListenerStatus>,
    /// Lists of the live engine, statutory ones first.
    pub lists: Vec<ListStatus>,
    /// The log.
    pub log: LogStatus,
    /// When the authority for opened HTTPS lapses, if there is one.
    pub authority_until: Option<Timestamp>,
    /// Names of restricted search, as they were looked at last.
    pub restricted: Vec<RestrictedName>,
    /// Who reaches what unopened, although policy wanted it opened.
    pub passed: Vec<PassedStatus>,
    /// The last load of configuration and lists.
    pub reload: ReloadStatus,
    /// Whether accreditation passes; `None` while not every suite has run.
    pub accredited: Option<bool>,
    /// Why the last letter was not sent; `None`: it was, or none was to be.
    pub mail_fault: Option<String>,
    /// The authority for opened HTTPS, where there is one.
    pub authority: Option<AuthorityStatus>,
    /// Client connections open now.
    pub connections: u64,
    /// The statutory list is a demonstration list.
    pub demonstration: bool,
    /// Laboratory mode: no statutory list is in force.
    pub lab: bool,
    /// The process is finishing: no new connections.
    pub draining: bool,
}

/// One listener.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListenerStatus {
    /// What it is: `Proxy`, `Console`.
    pub what: String,
    /// Where it listens.
    pub address: String,
}

/// One name of restricted search (standards AC3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestrictedName {
    /// The name.
    pub name: String,
    /// Why it leads nowhere, if it does not.
    pub fault: Option<String>,
}

/// Those names that lead nowhere, a sentence for each fault: where the name server is away that is one thing to do, and not one for each name.
pub fn lost_names<'a>(names: impl Iterator<Item = &'a RestrictedName>) -> impl Iterator<Item = String> {
    let mut lost: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        if let Some(fault) = &name.fault {
            lost.entry(fault).or_default().push(&name.name);
        }
    }
    lost.into_iter().map(|(fault, names)| {
        let lead = if names.len() == 1 { "leads" } else { "lead" };
        format!("{} {lead} nowhere ({fault}); the sites that are led there are not reached", names.join(", "))
    })
}

/// One host that is not opened for a while, for one client or for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassedStatus {
    /// The client; empty: all of them, or it may not be named.
    pub client: String,
    /// The host; empty: it may not be named.
    pub host: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Why, in words.
    pub why: &'static str,
}

/// One live list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListStatus {
    /// Its name in the configuration.
    pub name: String,
    /// Its category, in words.
    pub category: String,
    /// It is a list of illegal material, verified when it was loaded.
    pub statutory: bool,
    /// It is made up, for demonstration.
    pub demonstration: bool,
    /// Entries.
    pub entries: u64,
    /// Lines that could not be read.
    pub rejected: u64,
    /// When its source was made or fetched, where that is known.
    pub as_of: Option<Timestamp>,
    /// Is it as new as it has to be?
    pub freshness: Freshness,
    /// What an operator should look at; never an entry of a statutory list.
    pub alarm: Option<String>,
}

/// The log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogStatus {
    /// Its folder.
    pub place: String,
    /// Why it cannot be written, if it cannot.
    pub fault: Option<String>,
    /// Why its heads cannot be signed, if they cannot: records are kept, but not proved.
    pub signing_fault: Option<String>,
    /// Places taken in its queue.
    pub queued: u64,
    /// Records written since the start.
    pub records: u64,
    /// When all was last on disk.
    pub last_sync: Option<Timestamp>,
    /// Whole days for which its disk still has room, where that is less than it needs.
    pub days_left: Option<u64>,
}

/// The last load of configuration and lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReloadStatus {
    /// When a load last worked.
    pub last_success: Option<Timestamp>,
    /// What was wrong with the last load, if it failed: the last good state is in force.
    pub fault: Option<String>,
}

/// The authority for opened HTTPS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityStatus {
    /// Its name, as devices show it.
    pub name: String,
    /// SHA-256 of its certificate, in pairs with colons.
    pub fingerprint: String,
    /// From when it is good.
    pub since: Timestamp,
    /// When it lapses.
    pub until: Timestamp,
    /// Handshakes since the start in which a device took our certificate.
    pub accepted: u64,
    /// Handshakes since the start that a device ended because of it.
    pub refused: u64,
    /// Devices that refuse it, the latest first; there may be more.
    pub refusers: Vec<RefuserStatus>,
}

/// A device that refuses our certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefuserStatus {
    /// Its address.
    pub client: String,
    /// How often.
    pub times: u64,
    /// When last.
    pub last: Timestamp,
}

/// A status that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedStatus(Mutex<Status>);

impl FixedStatus {
    /// Shows this.
    #[must_use]
    pub fn new(status: Status) -> Self {
        Self(Mutex::new(status))
    }

    /// Shows something else from now on.
    pub fn set(&self, status: Status) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = status;
    }
}

impl StatusSource for FixedStatus {
    fn status(&self) -> Status {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
