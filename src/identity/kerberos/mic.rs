//! Check sums over what was offered, so that nobody between has changed the order (RFC 4178 section 5, RFC 4121 section 4.2.6.1).

use super::cipher::{Key, Usage};
use aws_lc_rs::constant_time::verify_slices_are_equal;

/// What it is, who sent it (1: the acceptor), and filler.
const FRONT: [u8; 8] = [4, 4, 0, 0xff, 0xff, 0xff, 0xff, 0xff];

/// Makes ours, at this place of our count.
#[must_use]
pub fn make(key: &Key, message: &[u8], sequence: u64) -> Option<Vec<u8>> {
    let head = head(1, sequence);
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

#[cfg(test)]
mod tests {
    use super::super::cipher::Kind;
    use super::*;
    use zeroize::Zeroizing;

    #[test]
    fn a_check_sum_is_good_for_its_message_its_key_its_side_and_its_place() {
        let key = |fill: u8| Key::new(Kind::Aes128Sha1, Zeroizing::new(vec![fill; 16])).unwrap();
        let head = head(0, 7);
        let theirs = [&head[..], &key(1).checksum(Usage::InitiatorSign, &[b"list", &head]).unwrap()].concat();
        assert!(is_good(&key(1), b"list", 7, &theirs));
        assert!(
            !is_good(&key(1), b"list", 8, &theirs) && !is_good(&key(1), b"lists", 7, &theirs) && !is_good(&key(2), b"list", 7, &theirs)
        );
        let ours = make(&key(1), b"list", 7).unwrap();
        assert_eq!((&ours[..3], &ours[8..16]), (&[4, 4, 1][..], &7_u64.to_be_bytes()[..]));
        assert!(!is_good(&key(1), b"list", 7, &ours), "ours is not theirs");
    }
}
