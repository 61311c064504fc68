//! Who it is before anybody signs in: as a device in front says, as the client's certificate says, as they said on the
//! page for guests, as the network says.
//!
//! The word of a device in front counts before a certificate: over TLS, the certificate is that device's then. Both
//! count before the page and the network, which know an address. Serves V12, D13, AA8.

use super::case::Case;
use super::led;
use super::who::{place, without_name};
use crate::identity::{Person, Said};
use http::HeaderMap;

/// Gives the case its person, as far as it is known without a password; and whom the network or the device in front has named.
pub(super) fn before_signing_in(case: &mut Case, headers: &HeaderMap) -> Option<Person> {
    let live = std::sync::Arc::clone(&case.live);
    let now = case.ticket.started();
    match live.people.said_in_front(case.subject.peer.ip(), headers, now) {
        Said::Person(person, note) => {
            place(case, person.clone());
            case.note(note.unwrap_or_default());
            return Some(person);
        }
        Said::Unreadable(why) => {
            without_name(case, why);
            return None;
        }
        Said::Claimed(claimed) => case.claimed.extend_from_slice(&claimed),
        Said::Nothing => {}
    }
    if let Some(certified) = case.side.certified.clone() {
        match live.people.certified(&certified, now) {
            Some(person) => place(case, person),
            None => without_name(case, "the client's certificate does not name one person"),
        }
        return None;
    }
    let said = live.people.at(case.subject.client(), now);
    if let Some(person) = led::there(case).or_else(|| said.clone()) {
        place(case, person);
    }
    said
}
