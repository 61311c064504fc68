//! Passwords of the console are held against their hashes only while the processor has nothing else to do, so that a flood of sign-ins keeps
//! no request waiting (security A-G4). Where no such moment comes soon, as pages are drawn: people must get in at the busiest hour too.

use crate::credential::{HashRoom, PasswordHash};
use crate::store::quietly;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::{Builder, sleep};
use std::time::Duration;
use zeroize::Zeroizing;

/// Nobody waits longer for such a moment. A look takes some tens of milliseconds.
const PATIENCE: Duration = Duration::from_millis(250);

/// Where nobody signs in for so long, the memory goes back.
const KEPT: Duration = Duration::from_secs(10);

/// A look at a password.
struct Look {
    hash: PasswordHash,
    password: Zeroizing<String>,
    /// Whoever waits holds it.
    waited_for: Weak<()>,
    tell: SyncSender<bool>,
}

impl Look {
    fn fits(&self, room: &mut HashRoom) -> bool {
        quietly(|| self.hash.fits_in(self.password.as_bytes(), room))
    }
}

/// The thread that looks, at one after another. It ends with this.
pub(super) struct Hashes(Option<SyncSender<Look>>);

impl Hashes {
    pub(super) fn start() -> Self {
        // One that nobody waits for any more may still be at work when the next one comes.
        let (ask, asked) = sync_channel(1);
        let thread = Builder::new().name("hashes".into()).spawn(move || look_at(&asked));
        Self(thread.inspect_err(|error| tracing::warn!(%error, "no thread for passwords")).ok().map(|_| ask))
    }

    /// Is this the password?
    pub(super) fn fits(&self, hash: &PasswordHash, password: &str) -> bool {
        let in_time = self.0.as_ref().and_then(|ask| in_time(ask, hash, password, PATIENCE));
        in_time.unwrap_or_else(|| hash.fits(password.as_bytes()))
    }
}

/// The same, if the processor has time for it soon.
fn in_time(ask: &SyncSender<Look>, hash: &PasswordHash, password: &str, at_most: Duration) -> Option<bool> {
    let (waits, (tell, told)) = (Arc::new(()), sync_channel(1));
    let look = Look { hash: hash.clone(), password: Zeroizing::new(password.to_owned()), waited_for: Arc::downgrade(&waits), tell };
    if ask.try_send(look).is_ok() {
        return told.recv_timeout(at_most).ok();
    }
    // Those before wait for such a moment still. A flood does not get through faster because there is none.
    sleep(at_most);
    None
}

fn look_at(asked: &Receiver<Look>) {
    let mut room = HashRoom::default();
    loop {
        match asked.recv_timeout(KEPT) {
            // Nobody may be there any more to hear it.
            Ok(look) if look.waited_for.strong_count() > 0 => look.tell.send(look.fits(&mut room)).unwrap_or_default(),
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => room = HashRoom::default(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn hash() -> PasswordHash {
        PasswordHash::of("a good password".as_bytes()).unwrap()
    }

    #[test]
    fn a_password_fits_its_hash_whether_there_is_a_thread_for_it_or_not() {
        let hash = hash();
        for hashes in [Hashes::start(), Hashes(None)] {
            assert_eq!(["a good password", "another", ""].map(|password| hashes.fits(&hash, password)), [true, false, false]);
        }
    }

    #[test]
    fn where_no_moment_comes_nobody_waits_long_and_nothing_is_looked_at_for_nobody() {
        let (hash, patience) = (hash(), Duration::from_millis(20));
        let (ask, asked) = sync_channel(1);
        let begun = Instant::now();
        assert_eq!([(); 3].map(|()| in_time(&ask, &hash, "a good password", patience)), [None; 3]);
        assert!(begun.elapsed() >= 3 * patience, "a flood is not faster because of it");
        drop(ask);
        assert_eq!(
            asked.iter().map(|look| look.waited_for.strong_count()).collect::<Vec<_>>(),
            [0],
            "those that did not fit were not left"
        );
    }

    #[test]
    fn the_thread_answers_and_ends_with_whoever_asks() {
        let (ask, asked) = sync_channel(1);
        let hash = hash();
        std::thread::scope(|scope| {
            scope.spawn(move || look_at(&asked));
            assert_eq!(in_time(&ask, &hash, "a good password", Duration::from_secs(60)), Some(true));
            drop(ask);
        });
    }
}
