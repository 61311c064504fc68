//! Check sums over what was offered, so that nobody between has changed the order (RFC 4178 section 5, RFC 4121 section 4.2.6.1).

use super::cipher::{Key, Usage};
use aws_lc_rs::constant_time::verify_slices_are_equal;

/// What it is, who sent it (1: the acceptor), and filler.
const FRONT: [u8; 8] = [4, 4, 0, 0xff, 0xff, 0xff, 0xff, 0xff];

/// Makes ours.
#[must_use]
pub fn make(key: &Key, message: &[u8]) -> Option<Vec<u8>> {
    // Our first message of this context: it counts from nothing.
    let head = head(1, 0);
    Some([&head[..], &key.checksum(Usage::AcceptorSign, &[message, &head])?].concat())
}

/// Is this the initiator's, at this place of its count?
#[must_use]
pub fn is_good(key: &Key, message: &[u8], sequence: u64, mic: &[u8]) -> bool {
    let head = head(0, sequence);
    let Some(wanted) = key.checksum(Usage::InitiatorSign, &[message, &head]) else { return false };
    verify_slices_are_equal(&[&head[..], &wanted].concat(), mic).is_ok()
}

fn head(flags: u8, sequence: u64) -> [u8; 16] {
    let mut head = [0; 16];
    head[..8].copy_from_slice(&FRONT);
    head[2] = flags;
    head[8..].copy_from_slice(&sequence.to_be_bytes());
    head
}
