//! Tokens that were here before: each is good once (RFC 4120 section 3.2.3).
//!
//! One is remembered for as long as its time could still be right. There is room for so many; when it is full none is taken, because
//! one that were forgotten early could be used again. Must never: forget one before its time.

use super::fault::TicketFault;
use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Tokens that are remembered: 800 people in a second, for ten minutes.
const MOST: usize = 500_000;

/// What stands for a token: part of the digest of its authenticator, which no two have in common.
type Mark = [u8; 16];

/// Remembers tokens.
#[derive(Default)]
pub struct Replays(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    marks: HashSet<Mark, rapidhash::fast::RandomState>,
    /// With the end of their time, in seconds since 1970, in the order in which they came.
    order: VecDeque<(i64, Mark)>,
}

impl Replays {
    /// Takes a token whose time is right until `until`, unless it was here before.
    ///
    /// # Errors
    /// [`TicketFault::Replayed`], [`TicketFault::Full`].
    pub fn take(&self, authenticator: &[u8], until: i64, now: i64) -> Result<(), TicketFault> {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, authenticator);
        let mut mark = Mark::default();
        mark.iter_mut().zip(digest.as_ref()).for_each(|(into, from)| *into = *from);
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((_, mark)) = inner.order.pop_front_if(|(until, _)| *until < now) {
            inner.marks.remove(&mark);
        }
        if inner.marks.contains(&mark) {
            return Err(TicketFault::Replayed);
        }
        if inner.order.len() >= MOST {
            return Err(TicketFault::Full);
        }
        inner.marks.insert(mark);
        inner.order.push_back((until, mark));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_once_until_its_time_is_over() {
        let replays = Replays::default();
        assert_eq!(replays.take(b"one", 600, 0), Ok(()));
        assert_eq!(replays.take(b"two", 300, 0), Ok(()));
        assert_eq!(replays.take(b"one", 600, 600), Err(TicketFault::Replayed));
        assert_eq!(replays.take(b"two", 300, 600), Err(TicketFault::Replayed), "kept behind one that lasts longer");
        assert_eq!(replays.take(b"one", 1300, 601), Ok(()), "its time is over anyway: the clock refuses it");
    }

    #[test]
    fn when_there_is_no_room_none_is_taken_and_none_forgotten() {
        let replays = Replays::default();
        for n in 0..MOST {
            assert_eq!(replays.take(&n.to_be_bytes(), 100, 0), Ok(()));
        }
        assert_eq!(replays.take(b"one more", 100, 0), Err(TicketFault::Full));
        assert_eq!(replays.take(&0_usize.to_be_bytes(), 100, 0), Err(TicketFault::Replayed));
        assert_eq!(replays.take(b"one more", 201, 101), Ok(()));
    }
}
