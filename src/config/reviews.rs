//! `[reviews]` as it is checked: how often what is looked at again by a person (standard X10).

use std::time::Duration;

const DAY: u64 = 86_400;

/// How often each review is due, and what is old enough for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewSettings {
    /// Local rules that end soon.
    pub ending_rules: Duration,
    /// Exceptions that stand for long.
    pub exceptions: Duration,
    /// Rules that open addresses which nobody asks for.
    pub unused_rules: Duration,
    /// Accounts of the console and their vetting.
    pub accounts: Duration,
    /// What administrators did on the console.
    pub deeds: Duration,
    /// Alerts that nobody took on, or that led to nothing.
    pub alerts: Duration,
    /// The filter as a whole.
    pub provision: Duration,
    /// What ends within this time ends soon.
    pub soon: Duration,
    /// An exception of this age stands for long.
    pub old: Duration,
    /// A rule that nobody needed for so long is unused.
    pub unused: Duration,
}

impl Default for ReviewSettings {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * DAY);
        Self {
            ending_rules: days(31),
            exceptions: days(31),
            unused_rules: days(92),
            accounts: days(92),
            deeds: days(31),
            alerts: days(31),
            provision: days(365),
            soon: days(31),
            old: days(31),
            unused: days(92),
        }
    }
}
