//! The suites by name: what criteria name and outcomes carry.

/// A suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite {
    /// Its name, stable: outcomes, the register and `--suite` use it.
    pub name: &'static str,
    /// What it does, in words.
    pub words: &'static str,
}

const fn suite(name: &'static str, words: &'static str) -> Suite {
    Suite { name, words }
}

/// Every suite.
pub const SUITES: &[Suite] = &[
    suite("statutory", "Every entry of the lists of illegal material, in every spelling that we know, is refused; its neighbours are not"),
    suite("locked", "Nothing that anybody may set, release or unlock opens what is on a list of illegal material"),
    suite("buckets", "The share of corpora of inappropriate addresses that is refused, category by category"),
    suite("over-block", "The share of a corpus of good addresses that is refused although it should not be"),
    suite("groups-differ", "One address, two groups, two verdicts"),
    suite("amendments", "A change that people make is in force within the stated time, and ends when it should"),
    suite("log-complete", "Every request of the suites has its record, with every field"),
    suite("search", "Records are found again by person, address and time"),
    suite("retention", "Records stay as long as they must and no longer than they may"),
    suite("roles", "Who may do what"),
    suite("safe-search", "Search engines are led to their restricted form"),
    suite("circumvention", "Ways around the filter are refused"),
    suite("list-age", "Lists are as fresh as they must be"),
    suite("help-lines", "Help lines open in every group"),
    suite("test-pages", "A set of pages as test services show them, served on this machine"),
    suite("canary", "The statutory list, a blocked page and an open page, through the listeners that people use"),
];
