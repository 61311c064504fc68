//! The way back when no administrator can sign in: from the machine's command line, for an account that gives access already. It is loud: what
//! was done is written in the same step as the deed, and the running console, or the next that starts, puts it into the log before the
//! account is used, and raises an alert.
//!
//! Must never make an account, give one more than it had, or open the set-up again.

use super::accounts::{self, Account, FIRST_FOR};
use super::alerts::{self, NewAlert, Raised};
use super::audit::Act;
use super::book::{Book, BookFault, fact, put_fact};
use super::desk::Desk;
use super::roles::Action;
use super::watch::WatchFault;
use super::{sessions, tokens};
use crate::credential::{PasswordHash, Token};
use crate::model::{Severity, Theme, Timestamp};
use crate::record::EventKind;
use rusqlite::{Connection, params};

/// Deeds that are still to be put into the log.
const UNTOLD: &str = "recovered";

/// An account that can be signed in with again. It is never written for debugging: it holds a secret.
pub struct Recovered {
    /// Its name.
    pub name: String,
    /// The person's name.
    pub shown: String,
    /// The secret of the first time, as people type it. It is here and nowhere else.
    pub secret: String,
    /// Until when that is good.
    pub until: Timestamp,
}

/// Why nothing was recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryFault {
    /// The console's file.
    #[error(transparent)]
    Book(#[from] BookFault),
    /// Nobody has set the console up.
    #[error("there is no administrator to recover: nobody has set the console up; start the program, and it says how that is done")]
    Nobody,
    /// No such account, or none that gives access at every site; these do.
    #[error("no account of this name gives access at every site; these do: {}", .0.join(", "))]
    NotOne(Vec<String>),
    /// Nothing was said.
    #[error("say who wants it, and why")]
    Unsaid,
}

fn is_one(account: &Account) -> bool {
    account.role.gives_roles() && account.reach.is_all()
}

impl Book {
    /// Gives an administrator a new secret for the first time: what proved who they are is void, and so is every session and token. One that
    /// was switched off, or whose time was over, may sign in again.
    ///
    /// # Errors
    /// [`RecoveryFault`]: nothing has changed.
    pub fn recover(&self, name: &str, (by, because): (&str, &str), now: Timestamp) -> Result<Recovered, RecoveryFault> {
        let (by, because) = (by.trim(), because.trim());
        if by.is_empty() || because.is_empty() {
            return Err(RecoveryFault::Unsaid);
        }
        if !self.read(accounts::is_set_up)? {
            return Err(RecoveryFault::Nobody);
        }
        let secret = Token::fresh().map_err(BookFault::from)?.for_people();
        let hash = PasswordHash::of(secret.as_bytes()).map_err(BookFault::from)?;
        let until = Timestamp(now.0 + FIRST_FOR);
        self.change(|book| {
            let Some(account) = accounts::named(book, &name.to_lowercase())?.filter(is_one) else {
                return Err(RecoveryFault::NotOne(accounts::all(book)?.into_iter().filter(is_one).map(|one| one.name).collect()));
            };
            let was = account.closed(now).map_or_else(String::new, |why| format!("; it was closed: {why}"));
            accounts::begin_again(book, account.id, &hash, until)?;
            accounts::open_again(book, account.id, now)?;
            sessions::end_all(book, account.id, None)?;
            tokens::end_all(book, account.id)?;
            let did = format!(
                "recovered the account {} on the machine's command line, as {by} says of themselves: a new secret for the first time, good \
                 until {until}; its password, authenticator, sessions and tokens are void{was}",
                account.name
            );
            note(book, &Act::new("", None, Action::ManageAccounts, did).because(because))?;
            Ok(Recovered { name: account.name, shown: account.shown, secret, until })
        })
    }
}

fn untold(book: &Connection) -> Result<Vec<Act>, BookFault> {
    Ok(fact(book, UNTOLD)?.map(|text| serde_json::from_str(&text).unwrap_or_default()).unwrap_or_default())
}

fn note(book: &Connection, act: &Act) -> Result<(), BookFault> {
    let mut all = untold(book)?;
    all.push(act.clone());
    put_fact(book, UNTOLD, &serde_json::to_string(&all).unwrap_or_default())
}

impl Desk {
    /// Puts into the log what the command line has done.
    ///
    /// # Errors
    /// [`WatchFault`]: it is tried again.
    pub(super) fn tell_recovered(&self) -> Result<(), WatchFault> {
        if self.book.read(untold)?.is_empty() {
            return Ok(());
        }
        let now = self.clock.now().wall;
        self.book.change(|book| {
            for act in untold(book)? {
                tracing::warn!("console: {}", act.did);
                self.record_act(EventKind::ConsoleChange, &act)?;
                let seen = NewAlert { said: format!("Somebody {}", act.did), ..NewAlert::default() };
                if let Some(severity) = Severity::new(3) {
                    let merge_key = format!("recovery\n{}\n{}", now.0, act.did);
                    let raised = Raised { rule: "recovery", theme: Theme::FilterHealth, severity, merge_key: &merge_key, since: now };
                    alerts::raise(book, &raised, &seen, now)?;
                }
            }
            book.execute("DELETE FROM fact WHERE key = ?1", params![UNTOLD]).map_err(BookFault::from)?;
            Ok(())
        })
    }
}
