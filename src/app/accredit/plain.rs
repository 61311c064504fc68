//! Addresses that suites ask for in the plainest way, and made-up ones that lead nowhere.

use crate::accredit::{Address, Mutation, Way};
use crate::canon::ListEntry;

/// A help line that comes with the program: open in every group, whatever else is closed. If it is not, nothing can be said of anything.
pub(super) const CONTROL: &str = "http://childline.org.uk/";

/// A made-up address that no list holds.
pub(super) const CONTROLLED: &str = "http://open.accreditation.test/";

/// The request for an entry over plain HTTP.
pub(super) fn request(entry: &ListEntry) -> Option<Vec<u8>> {
    Mutation::AsListed.spell(&Address::from(entry), true)?.request(Way::Http)
}

/// The address of an entry as text.
pub(super) fn address(entry: &ListEntry) -> String {
    let spelled = Mutation::AsListed.spell(&Address::from(entry), true);
    spelled.map_or_else(String::new, |spelled| String::from_utf8_lossy(&spelled.absolute()).into_owned())
}
