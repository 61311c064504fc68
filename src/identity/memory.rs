//! Passwords that were right, and those that were wrong, remembered for a while by a keyed digest: a right one costs no second
//! hash, and a device that sends the same wrong one again and again is not a new guess each time.
//!
//! The key is made at start and never leaves this process. Must never hold a password or a name that is not known.

use super::person::Person;
use crate::credential::PasswordHash;
use aws_lc_rs::hmac;
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Passwords that are remembered.
const MOST: u64 = 100_000;
/// A wrong password is remembered for as long as guesses are counted.
const WRONG: Duration = Duration::from_secs(300);

/// What stands for a name and a password.
pub type Digest = [u8; 32];

/// What is remembered of one.
#[derive(Clone, Debug)]
pub enum Known {
    /// It was right: by this hash of a local account, or as the directory said.
    Right(Person, Option<Arc<PasswordHash>>),
    /// It was wrong.
    Wrong,
}

/// Remembers.
#[derive(Debug)]
pub struct Memory {
    key: hmac::Key,
    right: Cache<Digest, (Person, Option<Arc<PasswordHash>>), rapidhash::fast::RandomState>,
    wrong: Cache<Digest, (), rapidhash::fast::RandomState>,
}

impl Memory {
    /// Remembers right passwords for at most this time; how long one may be relied on is asked of [`Person::age_s`].
    ///
    /// # Panics
    /// When the system gives no randomness: then nothing could be kept safe.
    #[must_use]
    pub fn new(longest: Duration) -> Self {
        let mut secret = zeroize::Zeroizing::new([0; 32]);
        aws_lc_rs::rand::fill(&mut *secret).expect("the system gives randomness");
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &*secret),
            right: Cache::builder().max_capacity(MOST).time_to_live(longest).build_with_hasher(rapidhash::fast::RandomState::new()),
            wrong: Cache::builder().max_capacity(MOST).time_to_live(WRONG).build_with_hasher(rapidhash::fast::RandomState::new()),
        }
    }

    /// What stands for this name and this password.
    #[must_use]
    pub fn digest(&self, name: &str, password: &[u8]) -> Digest {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&(name.len() as u64).to_be_bytes());
        context.update(name.as_bytes());
        context.update(password);
        let mut digest = Digest::default();
        digest.copy_from_slice(&context.sign().as_ref()[..32]);
        digest
    }

    /// What is known of it.
    #[must_use]
    pub fn look(&self, digest: &Digest) -> Option<Known> {
        self.right.get(digest).map(|(person, hash)| Known::Right(person, hash)).or_else(|| self.wrong.get(digest).map(|()| Known::Wrong))
    }

    /// It was right.
    pub fn keep(&self, digest: Digest, person: Person, hash: Option<Arc<PasswordHash>>) {
        self.wrong.invalidate(&digest);
        self.right.insert(digest, (person, hash));
    }

    /// What was wrong may be right now.
    pub fn forgive(&self) {
        self.wrong.invalidate_all();
    }

    /// Nothing is known of it any more.
    pub fn forget(&self, digest: &Digest) {
        self.right.invalidate(digest);
    }

    /// It was wrong.
    pub fn refuse(&self, digest: Digest) {
        self.right.invalidate(&digest);
        self.wrong.insert(digest, ());
    }
}
