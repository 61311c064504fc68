//! Why a policy cannot be put in force. The settings find the same faults earlier and with their place; these are the last guard.

use super::keyword::ExpressionFault;
use crate::canon::Unreadable;
use std::sync::Arc;

/// A fault of the rules themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// There is no group, so that nobody could be judged.
    #[error("there is no group: at least one is needed")]
    NoGroup,
    /// More groups than can be numbered.
    #[error("there are {0} groups; at most 65535 can be told apart")]
    TooManyGroups(usize),
    /// More layers than can be numbered.
    #[error("there are {0} layers; at most 65535 can be told apart")]
    TooManyLayers(usize),
    /// The group for unknown clients does not exist.
    #[error("the group for unknown clients does not exist")]
    NoStrictestGroup,
    /// The address of a rule or help line cannot be read.
    #[error("the address '{address}' cannot be read: {unreadable}")]
    Address {
        /// As written.
        address: Arc<str>,
        /// Why.
        unreadable: Unreadable,
    },
    /// The same range in two groups.
    #[error("the range {range} is in the group {first} and in the group {second}")]
    RangeTwice {
        /// The range.
        range: ipnet::IpNet,
        /// One group.
        first: Arc<str>,
        /// The other.
        second: Arc<str>,
    },
    /// The keyword rules cannot be compiled.
    #[error("the keyword rules cannot be compiled: {0}")]
    Keywords(ExpressionFault),
}
