//! What evidence for boards asks of the running system: agreements and who accepted them, and what the settings say of keeping.

use super::works::FixedWorks;
use crate::config::HandingOut;
use std::time::Duration;

/// The agreement of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgreementSight {
    /// The group's whole name.
    pub name: String,
    /// The group in words.
    pub group: String,
    /// How many clauses it has.
    pub clauses: usize,
    /// Must it be accepted before anything else?
    pub needed: bool,
    /// How many people and devices have accepted the present words.
    pub accepted: usize,
}

/// For how long a kind of record stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFor {
    /// The class of the log's records, by its code; `console_incidents`: incidents on the console.
    pub class: &'static str,
    /// Nothing goes before.
    pub keep: Duration,
    /// Everything is gone by then, unless it is held; `None`: nothing says so.
    pub at_most: Option<Duration>,
}

/// How much of a group is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKept {
    /// The group's whole name.
    pub name: String,
    /// The group in words.
    pub group: String,
    /// The code of the detail.
    pub detail: &'static str,
    /// For how long at least, where the group has a time of its own.
    pub keep: Option<Duration>,
}

/// The settings in force, as a statement to the public needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeepingSight {
    /// The computer's name.
    pub node: String,
    /// For how long each class stays.
    pub kept: Vec<KeptFor>,
    /// Why web logs are kept for more than a year.
    pub reason: String,
    /// How much of each group is recorded.
    pub groups: Vec<GroupKept>,
    /// Are finished parts of the log encrypted?
    pub encrypted: bool,
    /// Are signed heads of the log, without any record, copied to another place?
    pub heads_copied: bool,
    /// Names of those whom letters and reports may reach; no address.
    pub recipients: Vec<String>,
    /// Does it take two people to see a name?
    pub two: bool,
    /// Who may read the log, in the operator's own words.
    pub notice: Vec<String>,
}

/// The running system, as evidence sees it.
pub trait EvidenceWorks: Send + Sync {
    /// The agreement of each group.
    fn agreements(&self) -> Vec<AgreementSight>;

    /// What the settings say of keeping.
    fn keeping(&self) -> KeepingSight;

    /// What may leave the console, and for whom.
    fn handing_out(&self) -> HandingOut;
}

/// Answers that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedEvidence {
    /// The agreements.
    pub agreements: Vec<AgreementSight>,
    /// What is kept.
    pub keeping: KeepingSight,
    /// What may leave.
    pub handing_out: HandingOut,
    /// How things stand.
    pub standing: crate::accredit::Standing,
}

impl EvidenceWorks for FixedWorks {
    fn agreements(&self) -> Vec<AgreementSight> {
        self.evidence.agreements.clone()
    }

    fn keeping(&self) -> KeepingSight {
        self.evidence.keeping.clone()
    }

    fn handing_out(&self) -> HandingOut {
        self.evidence.handing_out.clone()
    }
}
