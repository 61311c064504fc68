//! The step that says who asks: what a request brings is looked up, tried within bounds, and remembered for a stated time.
//!
//! Must never let a person through on an error: whoever is not surely known is nobody, and policy gives nobody the strictest group
//! that their address allows. Serves standards V12, X17, AA7.

use super::account_file::AccountFile;
use super::accounts::Account;
use super::basic::{Brought, Credentials, brought};
use super::card::Cards;
use super::directory::{Answer, Directory};
use super::front::Front;
use super::kerberos::{KeytabFile, Line, Replays, TicketFault};
use super::memory::{Digest, Known, Memory};
use super::notices::Notices;
use super::person::Person;
use super::portal::Portal;
use super::radius::Sessions;
use crate::config::{KerberosSettings, SignInSettings};
use crate::credential::{Bounds, Guess, Guesses, PasswordHash};
use crate::model::{IdentitySource, Moment};
use crate::policy::is_called;
use crate::ports::MemoryLog;
use http::HeaderMap;
use moka::sync::Cache;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore};

/// Passwords are remembered for this long at most, whatever the settings say.
pub const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Longest wait for one's turn to have a password tried.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same password is tried once, however many connections bring it at a time.
const TURNS: usize = 64;

/// What a request says about who asks.
pub struct Asking<'a> {
    /// Its fields.
    pub headers: &'a HeaderMap,
    /// The client's address.
    pub client: IpAddr,
    /// The connection is protected: TLS, or this machine alone.
    pub protected: bool,
    /// When it came.
    pub now: Moment,
    /// What its connection carries of a sign-in.
    pub line: &'a Line,
    /// The connection is one person's own.
    pub alone: bool,
}

/// Who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nobody gave a name.
    Nobody,
    /// Something came that is no name and password.
    Unreadable,
    /// A password came over a connection that is not protected: it was not looked at.
    Unprotected,
    /// A person.
    Person(Person),
    /// The name and the password do not belong together.
    Wrong,
    /// What came with `Negotiate` does not say who it is.
    NoTicket(TicketFault),
    /// What came with `Negotiate` is good so far, and the client is to go on.
    More,
    /// Too many were wrong: this one was not tried.
    Paused,
    /// There is too much to do: it was not tried.
    Busy,
    /// What knows them does not answer, and nothing is known of them here: policy gives the strictest group.
    Unsure,
    /// They are who they say, and the library has suspended their card.
    Suspended(Person),
}

/// Groups, and when the directory said so.
type AtThatTime = (Arc<[Arc<str>]>, u64);

/// What outlives a reload.
pub struct Lasting {
    pub(super) memory: Memory,
    pub(super) guesses: Guesses,
    pub(super) replays: Replays,
    /// What the directory said of people who showed a ticket, and when, by the clock that never jumps.
    pub(super) groups: Cache<Arc<str>, AtThatTime>,
    /// Passwords that are tried at one time.
    tries: Arc<Semaphore>,
    turns: [Mutex<()>; TURNS],
    pub(super) notices: Notices,
    pub(super) portal: Portal,
}

impl Lasting {
    /// Whoever asks for the same waits for one another here.
    pub(super) fn turn(&self, by: u8) -> &Mutex<()> {
        &self.turns[usize::from(by) % TURNS]
    }

    /// The accounts in force have changed: what was wrong may be right now.
    pub fn accounts_changed(&self, said: &[String], now: Moment) {
        self.memory.forgive();
        self.notices.accounts_changed(said, now);
    }

    /// Nothing remembered yet.
    #[must_use]
    pub fn new(notices: Notices) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            memory: Memory::new(LONGEST),
            guesses: Guesses::default(),
            replays: Replays::default(),
            groups: Cache::builder().max_capacity(100_000).time_to_live(LONGEST).build(),
            // Half of the machine: hashing must not hold up those who are signed in.
            tries: Arc::new(Semaphore::new((processors / 2).max(1))),
            turns: std::array::from_fn(|_| Mutex::default()),
            notices,
            portal: Portal::default(),
        }
    }
}

/// By what people may be known.
#[derive(Default)]
pub struct Ways {
    /// Local accounts.
    pub accounts: Option<Arc<AccountFile>>,
    /// A directory.
    pub directory: Option<Arc<Directory>>,
    /// The network's word.
    pub network: Option<Arc<Sessions>>,
    /// Library cards.
    pub cards: Option<Arc<Cards>>,
    /// A device in front.
    pub front: Option<Front>,
    /// Keys that open tickets.
    pub keytab: Option<Arc<KeytabFile>>,
}

/// Every way in which a person may be known.
pub struct Sources {
    pub(super) settings: SignInSettings,
    pub(super) ways: Ways,
    pub(super) lasting: Arc<Lasting>,
}

impl Sources {
    /// Puts them together.
    #[must_use]
    pub fn new(settings: SignInSettings, ways: Ways, lasting: Arc<Lasting>) -> Self {
        Self { settings, ways, lasting }
    }

    /// Our keys, if people may show tickets.
    #[must_use]
    pub fn keytab(&self) -> Option<&Arc<KeytabFile>> {
        self.ways.keytab.as_ref()
    }

    pub(super) fn tickets(&self) -> Option<(&KeytabFile, &KerberosSettings)> {
        Some((self.ways.keytab.as_ref()?, self.settings.kerberos.as_ref()?))
    }

    /// Nobody can sign in, and nothing is told.
    #[must_use]
    pub fn nobody() -> Self {
        let lasting = Lasting::new(Notices::new(Arc::new(MemoryLog::new(0))));
        Self::new(SignInSettings::default(), Ways::default(), Arc::new(lasting))
    }

    /// What outlives a reload.
    #[must_use]
    pub fn lasting(&self) -> Arc<Lasting> {
        Arc::clone(&self.lasting)
    }

    /// The file of accounts.
    #[must_use]
    pub fn accounts(&self) -> Option<&Arc<AccountFile>> {
        self.ways.accounts.as_ref()
    }

    /// What the network says of addresses, if it is listened to.
    #[must_use]
    pub fn network(&self) -> Option<&Arc<Sessions>> {
        self.ways.network.as_ref()
    }

    /// Must people of this group be known more surely?
    #[must_use]
    pub fn wants_more(&self, group: &str, source: IdentitySource) -> bool {
        source.strength() < self.settings.strength && self.settings.needed_for.iter().any(|name| is_called(group, name))
    }

    /// Who is at an address, as the network says: with the groups of their account, else with the group of those who have none.
    #[must_use]
    pub fn at(&self, client: IpAddr, now: Moment) -> Option<Person> {
        let (at, settings) = (self.ways.network.as_ref()?.at(client)?, self.settings.radius.as_ref()?);
        let groups = Self::one(settings.group.as_deref());
        let person = Person { name: at.name, groups, source: IdentitySource::Network, known_at_us: at.said_us };
        Some(self.kept(self.with_account(person), now))
    }

    /// Somebody signed in where the network says that another is.
    pub fn differ(&self, signed_in: &Person, said: &Person, client: IpAddr, now: Moment) {
        self.lasting.notices.differ(signed_in, said, client, now);
    }

    /// Are passwords taken over connections that are not protected?
    #[must_use]
    pub fn takes_unprotected(&self) -> bool {
        self.settings.basic_unprotected
    }

    /// Says who asks.
    pub async fn identify(&self, asking: Asking<'_>) -> Found {
        if let Some(found) = self.by_ticket(&asking).await {
            return self.seen(found, &asking);
        }
        if !self.takes_passwords() {
            return Found::Nobody;
        }
        let credentials = match brought(asking.headers) {
            Brought::Nothing => return Found::Nobody,
            Brought::Unreadable => return Found::Unreadable,
            Brought::Credentials(_) if !asking.protected && !self.settings.basic_unprotected => return Found::Unprotected,
            Brought::Credentials(credentials) => credentials,
        };
        let found = self.sign_in(credentials, &asking).await;
        self.seen(found, &asking)
    }

    fn seen(&self, found: Found, asking: &Asking<'_>) -> Found {
        if let Found::Person(person) = &found {
            self.lasting.notices.seen(person, asking.client, asking.now);
        }
        found
    }

    /// Says whose name and secret these are, however they came: local accounts first, then a card if the name is the number of one, else
    /// the directory. Remembered, counted and bounded alike for all.
    pub(super) async fn sign_in(&self, credentials: Credentials, asking: &Asking<'_>) -> Found {
        let digest = self.lasting.memory.digest(&credentials.name, &credentials.password);
        match self.remembered(&digest, asking.now) {
            Some(found) => found,
            None => self.try_in_turn(credentials, digest, (asking.client, asking.now)).await,
        }
    }

    /// What is known already, if it is fresh and the account is as it was.
    fn remembered(&self, digest: &Digest, now: Moment) -> Option<Found> {
        let (person, hash) = match self.lasting.memory.look(digest)? {
            Known::Wrong => return Some(Found::Wrong),
            Known::Right(person, hash) => (person, hash),
        };
        let fresh = u64::from(person.age_s(now.monotonic_us)) < self.settings.remember.as_secs();
        let accounts = self.ways.accounts.as_ref().map(|file| file.accounts());
        let account = accounts.as_ref().and_then(|all| all.named(&person.name));
        match (account, hash) {
            (Some(account), Some(hash)) if fresh && account.active && account.hash == hash => {
                Some(Found::Person(Person { groups: Arc::clone(&account.groups), ..person }))
            }
            (None, None) if fresh && self.still_asked(&person) => Some(Found::Person(person)),
            (Some(_) | None, Some(_) | None) => None,
        }
    }

    async fn try_in_turn(&self, credentials: Credentials, digest: Digest, (client, now): (IpAddr, Moment)) -> Found {
        let turn = self.lasting.turn(digest[0]);
        let attempt = async {
            let _turn = turn.lock().await;
            if let Some(found) = self.remembered(&digest, now) {
                return found;
            }
            let bounds = Bounds { account: self.settings.guesses, address: self.settings.guesses_per_address };
            let account = self.account(&credentials.name);
            let was_right = matches!(self.lasting.memory.look(&digest), Some(Known::Right(..)));
            let count = || self.lasting.guesses.count(&credentials.name, client, bounds, now.monotonic_us);
            let guess = match if was_right { Ok(Guess::none()) } else { count() } {
                Ok(guess) => guess,
                Err(paused) => {
                    if paused.is_news {
                        self.lasting.notices.paused(account.map(|account| account.name), client, now);
                    }
                    return Found::Paused;
                }
            };
            match (account, self.cards_for(&credentials.name), &self.ways.directory) {
                (None, Some(cards), _) => self.ask_card(cards, credentials, (digest, guess), now).await,
                (None, None, Some(directory)) => self.ask(directory, credentials, (digest, guess), now).await,
                (account, _, _) => self.hash(account, credentials, (digest, guess), now).await,
            }
        };
        let begun = Instant::now();
        let found = tokio::time::timeout(PATIENCE, attempt).await.unwrap_or(Found::Busy);
        if found == Found::Wrong {
            settle(begun).await;
        }
        found
    }

    pub(super) fn account(&self, name: &str) -> Option<Account> {
        self.ways.accounts.as_ref().and_then(|file| file.accounts().named(name).cloned())
    }

    /// Asks the directory. One that does not answer has said nothing, and that is no wrong guess.
    async fn ask(&self, directory: &Arc<Directory>, credentials: Credentials, (digest, guess): (Digest, Guess), now: Moment) -> Found {
        match directory.ask(&credentials.name, credentials.password).await {
            Ok(Answer::Right(groups)) => {
                guess.forgive();
                let source = IdentitySource::Directory;
                let person = Person { name: credentials.name.into(), groups, source, known_at_us: now.monotonic_us };
                self.lasting.memory.keep(digest, person.clone(), None);
                Found::Person(person)
            }
            Ok(Answer::Wrong) => {
                self.lasting.memory.refuse(digest);
                Found::Wrong
            }
            Err(_) => {
                guess.forgive();
                self.as_known(&digest, now)
            }
        }
    }

    /// Tries a password on a thread of its own. An unknown name costs as much as a wrong password, and says the same.
    async fn hash(&self, account: Option<Account>, credentials: Credentials, (digest, guess): (Digest, Guess), now: Moment) -> Found {
        static NOBODYS: LazyLock<Arc<PasswordHash>> = LazyLock::new(|| Arc::new(PasswordHash::nobodys()));
        let Ok(permit) = Arc::clone(&self.lasting.tries).acquire_owned().await else { return Found::Busy };
        let hash = Arc::clone(account.as_ref().map_or(&*NOBODYS, |account| &account.hash));
        // The permit goes with the work: a client that goes away does not make room for one more at a time.
        let work = move || (hash.fits(&credentials.password), drop(permit)).0;
        let Ok(fits) = tokio::task::spawn_blocking(work).await else { return Found::Busy };
        match account.filter(|account| fits && account.active) {
            Some(account) => {
                guess.forgive();
                let source = IdentitySource::Account;
                let person = Person { name: account.name, groups: account.groups, source, known_at_us: now.monotonic_us };
                self.lasting.memory.keep(digest, person.clone(), Some(account.hash));
                Found::Person(person)
            }
            None => {
                self.lasting.memory.refuse(digest);
                Found::Wrong
            }
        }
    }
}

/// An answer that something was wrong comes at the next quarter of a second: how long it took to find out tells nobody whether there
/// is such a name.
async fn settle(begun: Instant) {
    tokio::time::sleep_until(settled(begun, Instant::now()).into()).await;
}

/// When the quarter of a second is over that it has come to by now.
fn settled(begun: Instant, now: Instant) -> Instant {
    const STEP: Duration = Duration::from_millis(250);
    let steps = u32::try_from((now - begun).as_millis() / STEP.as_millis()).unwrap_or(u32::MAX);
    begun + STEP.saturating_mul(steps.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_took_is_told_in_quarters_of_a_second_alone() {
        let begun = Instant::now();
        for (took, ends) in [(0, 250), (10, 250), (240, 250), (249, 250), (250, 500), (260, 500), (499, 500), (1_010, 1_250)] {
            let settled = settled(begun, begun + Duration::from_millis(took));
            assert_eq!(settled - begun, Duration::from_millis(ends), "{took} ms of work");
        }
    }

    #[tokio::test]
    async fn an_answer_that_something_was_wrong_waits_for_its_quarter() {
        let begun = Instant::now();
        tokio::time::sleep(Duration::from_millis(10)).await;
        settle(begun).await;
        assert!(begun.elapsed() >= Duration::from_millis(250));
    }
}
