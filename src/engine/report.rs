//! An explanation as data: what `lifeguard explain --json` prints. Its fields are a promise: add, never rename.
//!
//! Must never hold an entry of a statutory list, nor the address that matched one (standards U21).

use crate::model::{IdentitySource, VerdictKind};
use crate::policy::Step;
use serde::{Serialize, Serializer};

/// How much of an address the proxy sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeenAs {
    /// The whole address.
    Address,
    /// The whole address, because policy opens the tunnel to its host.
    Opened,
    /// The host and the port only, because https hides the rest.
    Tunnel,
}

/// The answer to a question, step by step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The address in its canonical form; `None` when it is on a statutory list.
    pub address: Option<String>,
    /// Method.
    pub method: String,
    /// The group whose policy applied.
    pub group: String,
    /// The site that it belongs to, where one process serves several.
    pub site: Option<String>,
    /// How the group was found; `None` when the question named it.
    pub identity: Option<IdentitySource>,
    /// The moment it was asked for, RFC 3339 in UTC.
    pub at: String,
    /// Decision for what the proxy sees.
    #[serde(flatten)]
    pub sight: Sight,
    /// The decision for the whole address, where https hides it and it would be another.
    pub if_visible: Option<Sight>,
    /// Single pages of the host are listed and cannot be seen in a tunnel.
    pub coverage_gap: bool,
    /// Version of the list image.
    pub list_version: String,
    /// Version of the policy.
    pub policy_version: String,
    /// Generation of the engine.
    pub generation: u64,
    /// The name that a connection is led to in place of the host, for restricted search; `None`: to the host.
    pub leads_to: Option<&'static str>,
    /// What becomes of an answer of the type that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerSight>,
    /// The statutory list is a demonstration list.
    pub demonstration: bool,
    /// The steps, in the order of policy.
    pub steps: Vec<Step>,
}

/// What becomes of an answer by its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerSight {
    /// The type that was asked about.
    pub answer_type: String,
    /// Does it go on to the client?
    pub open: bool,
    /// Why, in words.
    pub words: String,
}

/// One decision with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sight {
    /// How much was seen.
    pub seen_as: SeenAs,
    /// What was decided.
    pub verdict: VerdictKind,
    /// Why, as a code.
    #[serde(serialize_with = "as_code")]
    pub reason: crate::model::Reason,
    /// Why, in words.
    pub words: &'static str,
    /// Layer and rule that decided.
    pub layer: String,
    /// Category that decided, by name.
    pub category: Option<String>,
    /// The same for people.
    pub category_title: Option<String>,
    /// Pages do not say it to whoever asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub category_kept_back: bool,
    /// List that decided.
    pub list: Option<String>,
    /// Entry that decided; never one of a statutory list.
    pub entry: Option<String>,
    /// Every category of the address.
    pub categories: Vec<String>,
}

fn as_code<S: Serializer>(reason: &crate::model::Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.code())
}
