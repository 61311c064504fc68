//! What the operator says of memberships and agreements: software can be ready for them, and can neither have nor check them.

use crate::model::Timestamp;
use serde::{Serialize, Serializer};

/// A membership or an agreement, as the settings state it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// Whose: `IWF`, `CTIRU`.
    pub scheme: Box<str>,
    /// Its number or reference.
    pub id: Box<str>,
    /// The first moment at which it no longer counts.
    #[serde(serialize_with = "as_text")]
    pub until: Timestamp,
}

pub(super) fn as_text<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}
