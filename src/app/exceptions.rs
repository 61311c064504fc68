//! Exceptions for a while, from their file to the proxy: read at start, and again whenever the file has grown.

use super::App;
use crate::config::Follow;
use crate::model::Timestamp;
use crate::policy::{Act, Acts};
use crate::proxy::Proxy;
use crate::store::ReadFault;
use crate::store::exceptions::{Exceptions, exceptions_length};
use crate::store::followed::Followed;
use crate::store::listed::Listed;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often it looks: an address that is closed at short notice is closed within this time.
const LOOK: Duration = Duration::from_millis(500);

/// Seconds of a minute.
const MINUTE_S: i64 = 60;

/// What stands, and how long the file was that says so.
pub(super) struct Standing {
    pub(super) acts: Arc<Acts>,
    pub(super) length: u64,
}

/// Where decisions come from: our own file, and those of others that we follow.
pub(super) struct Decided {
    folder: PathBuf,
    followed: Mutex<Vec<(Followed, String)>>,
    listed: Mutex<Vec<Listed>>,
    /// As of when it was read last.
    read_at: AtomicI64,
}

impl Decided {
    /// Nothing is read yet.
    pub(super) fn new(folder: PathBuf, follow: &[Follow]) -> Self {
        let followed = follow.iter().map(|other| Followed::new(&other.name, other.folder.clone(), &other.first_key));
        let followed = followed.map(|followed| (followed, String::new())).collect();
        Self { folder, followed: Mutex::new(followed), listed: Mutex::default(), read_at: AtomicI64::new(i64::MIN) }
    }

    /// What stands on emergency lists at this moment, as it was read last.
    pub(super) fn listed(&self, now: Timestamp) -> Vec<Listed> {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.iter().filter(|one| now < one.until).cloned().collect()
    }

    /// Looks whether others have decided something; `true` if so. What cannot be read of them is told once and changes nothing.
    pub(super) fn look(&self, now: Timestamp) -> bool {
        let mut news = false;
        for (other, told) in self.followed.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            match other.look(now) {
                Ok(new) => {
                    news |= new;
                    told.clear();
                }
                Err(fault) if *told == fault.to_string() => {}
                Err(fault) => {
                    tracing::error!(%fault, followed = other.name(), "what was known of it stays");
                    *told = fault.to_string();
                }
            }
        }
        news
    }

    /// Reads what stands.
    ///
    /// # Errors
    /// Our own file is there and cannot be read: whoever is suspended must not be let in for that.
    pub(super) fn read(&self, now: Timestamp) -> Result<Standing, ReadFault> {
        // Before the content: a line that comes in between is then read again.
        let length = exceptions_length(&self.folder);
        let known = Exceptions::read(&self.folder)?;
        for fault in known.faults() {
            tracing::error!(%fault, "the file of exceptions was changed; what it says now is taken");
        }
        let (mut acts, mut listed) = (known.acts(now), known.listed(now));
        for (other, _) in self.followed.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            acts.extend(other.acts().iter().cloned());
            listed.extend(other.listed().iter().cloned());
        }
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = listed;
        self.read_at.store(now.0, SeqCst);
        Ok(Standing { acts: Arc::new(Acts::new(acts)), length })
    }

    /// What stands, if anything has changed since the file had this length. What had ended by a clock that was ahead has not: everything is
    /// read again when the clock goes back.
    fn news(&self, now: Timestamp, length: u64) -> Option<Result<Standing, ReadFault>> {
        let back = now.0 < self.read_at.load(SeqCst);
        if back {
            self.followed.lock().unwrap_or_else(PoisonError::into_inner).iter_mut().for_each(|(other, _)| other.forget_lengths());
        }
        let news = self.look(now);
        (news || back || exceptions_length(&self.folder) != length).then(|| self.read(now))
    }
}

/// From now on this is what people have decided; tunnels that are open are judged again.
pub(super) fn put_in_force(proxy: &Proxy, acts: Arc<Acts>) {
    proxy.acts.store(acts);
    proxy.news.send_replace(());
}

impl App {
    /// What ends by itself, and each new minute where policy moves with time: tunnels that are open are judged again.
    fn look_at_ends(&self, before: Timestamp, now: Timestamp) {
        let ended = |act: &Act| before < act.until && act.until <= now;
        let minute = before.seconds().div_euclid(MINUTE_S) != now.seconds().div_euclid(MINUTE_S);
        let moves = minute && self.proxy.live.load().engine.policy.moves_with_time();
        // What was let in by a clock that was ahead is looked at too.
        if moves || now < before || self.proxy.acts.load().all().iter().any(ended) {
            self.proxy.news.send_replace(());
        }
    }

    /// Keeps the proxy in step with the files. What cannot be read changes nothing.
    pub(super) async fn follow_exceptions(self: Arc<Self>, decided: Arc<Decided>, mut length: u64) {
        let mut looked = self.clock.now().wall;
        loop {
            tokio::time::sleep(LOOK).await;
            let (from, now) = (Arc::clone(&decided), self.clock.now().wall);
            self.look_at_ends(std::mem::replace(&mut looked, now), now);
            let news = tokio::task::spawn_blocking(move || from.news(now, length)).await;
            match news {
                Ok(Some(Ok(standing))) => {
                    tracing::info!(standing = standing.acts.all().len(), "exceptions were read");
                    length = standing.length;
                    put_in_force(&self.proxy, standing.acts);
                }
                Ok(Some(Err(error))) => tracing::error!(%error, "exceptions cannot be read: those that were known stay"),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "exceptions"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{Durability, FixedClock, LogStore};
    use crate::record::{Entry, plain_request};
    use crate::store::exceptions::{Exception, For, Kind, make_exception};
    use crate::store::{NoteSigner, Settings, Unsigned, open, verify};
    use std::path::Path;

    const HOUR: i64 = 3600 * 1_000_000;
    const START: Timestamp = Timestamp(1_764_000_000_000_000);

    fn later(micros: i64) -> Timestamp {
        Timestamp(START.0 + micros)
    }

    /// Somebody is suspended for an hour.
    fn suspend(folder: &Path, signer: &dyn NoteSigner) {
        let new = Exception {
            id: String::new(),
            kind: Kind::Suspend,
            whom: For::Person("kim".into()),
            addresses: Vec::new(),
            categories: Vec::new(),
            to: String::new(),
            code: String::new(),
            by: "sam".into(),
            reason: "a test".into(),
            from: START.to_string(),
            until: later(HOUR).to_string(),
        };
        make_exception(folder, new, signer, START).unwrap();
    }

    /// Read by a clock that is two hours ahead, and then by one that went back: once, and not again.
    fn back(decided: &Decided) {
        decided.look(later(2 * HOUR));
        let ahead = decided.read(later(2 * HOUR)).unwrap();
        assert!(ahead.acts.all().is_empty());
        let back = decided.news(later(2), ahead.length).unwrap().unwrap();
        assert_eq!(back.acts.all().len(), 1, "the suspension stands");
        assert!(decided.news(later(3), back.length).is_none(), "nothing is new");
    }

    #[test]
    fn what_had_ended_by_a_clock_that_was_ahead_stands_again_when_the_clock_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        suspend(folder.path(), &Unsigned);
        let decided = Decided::new(folder.path().to_owned(), &[]);
        let before = decided.read(START).unwrap();
        assert_eq!(before.acts.all().len(), 1);
        assert!(decided.news(later(1), before.length).is_none());
        back(&decided);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_another_installation_has_closed_stands_again_as_well() {
        let (own, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let settings = Settings { reserve_bytes: 64 * 1024, ..Settings::new(other.path()) };
        let store = open(settings, Arc::new(FixedClock::at(START.0.unsigned_abs()))).unwrap();
        suspend(other.path(), &store.signer());
        store.append(&Entry::Request(plain_request(1)), Durability::Disk).await.unwrap();
        store.close();
        let first_key = verify(other.path()).unwrap().heads.genesis.unwrap();
        let follow = Follow { name: "East".into(), folder: other.path().to_owned(), first_key };
        back(&Decided::new(own.path().to_owned(), &[follow]));
    }
}
