//! `lifeguard user`: the local accounts with which people sign in. A running proxy takes a change over within seconds and records it.
//!
//! Passwords come from the standard input, never from the command line, where everybody on the machine could read them.

use super::{hidden, setting};
use crate::config::Config;
use crate::credential::{HashFault, PasswordHash};
use crate::identity::{Account, Accounts, AccountsFault, is_name, read_groups, spelling};
use clap::Subcommand;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Shortest password, in characters.
const SHORTEST: usize = 8;
/// Longest, in bytes.
const LONGEST: usize = 1024;

/// What may be done to accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add an account; its password is the first line of the standard input
    Add {
        /// The name with which the person signs in; capital and small letters are the same
        name: String,
        /// Group of policy, or several with commas between them: then the strictest counts
        #[arg(long, value_name = "GROUP")]
        role: String,
    },
    /// Give an account another group
    Role {
        /// The name
        name: String,
        /// Group of policy, or several with commas between them: then the strictest counts
        role: String,
    },
    /// Give an account another password: the first line of the standard input
    Password {
        /// The name
        name: String,
    },
    /// Let an account sign in no more; what it has open gets the strictest group
    Disable {
        /// The name
        name: String,
    },
    /// Let an account sign in again
    Enable {
        /// The name
        name: String,
    },
    /// Show all accounts, for a review
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
enum UserFault {
    #[error("the settings name no file of accounts: write accounts = \"var/accounts\" under [sign_in]")]
    NoFile,
    #[error(transparent)]
    Accounts(#[from] AccountsFault),
    #[error("this cannot be a name: it has 1 to 128 bytes, and neither a colon nor a control character in it")]
    Name,
    #[error("there is an account {0} already")]
    There(String),
    #[error("there is no account {0}")]
    NotThere(String),
    #[error("no group is named")]
    NoGroup,
    #[error("there is no group {0}; there are: {1}")]
    Group(Arc<str>, String),
    #[error("a password has {SHORTEST} characters at least and {LONGEST} bytes at most")]
    Password,
    #[error(transparent)]
    Hash(#[from] HashFault),
    #[error("cannot read or write: {0}")]
    Stream(#[from] io::Error),
}

/// Does what was asked.
#[must_use]
pub fn run(config: Option<&Path>, command: &UserCommand) -> ExitCode {
    let settings = match setting::Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return setting::complain(&faults),
    };
    match answer(&settings, command, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => setting::complain(&fault.to_string()),
    }
}

fn answer(settings: &Config, command: &UserCommand, out: &mut dyn Write) -> Result<(), UserFault> {
    let path = settings.sign_in.accounts.as_path();
    if path.as_os_str().is_empty() {
        return Err(UserFault::NoFile);
    }
    match command {
        UserCommand::Add { name, role } => add(path, &spelling(name), groups(role, settings)?, out),
        UserCommand::Role { name, role } => {
            let groups = groups(role, settings)?;
            change(path, name, out, move |account| account.groups = groups)
        }
        UserCommand::Password { name } => {
            let hash = Arc::new(PasswordHash::of(password()?.as_bytes())?);
            change(path, name, out, move |account| account.hash = hash)
        }
        UserCommand::Disable { name } => change(path, name, out, |account| account.active = false),
        UserCommand::Enable { name } => change(path, name, out, |account| account.active = true),
        UserCommand::List { json } => list(&Accounts::load(path)?, *json, out),
    }
}

fn add(path: &Path, name: &str, groups: Arc<[Arc<str>]>, out: &mut dyn Write) -> Result<(), UserFault> {
    if !is_name(name) {
        return Err(UserFault::Name);
    }
    if Accounts::load(path)?.named(name).is_some() {
        return Err(UserFault::There(name.to_owned()));
    }
    let hash = Arc::new(PasswordHash::of(password()?.as_bytes())?);
    Accounts::change(path, |all| {
        if all.named(name).is_some() {
            return Err(UserFault::There(name.to_owned()));
        }
        all.put(Account { name: name.into(), groups: Arc::clone(&groups), active: true, hash });
        Ok(())
    })?;
    writeln!(out, "{name} may sign in, in {}.", groups.join(", "))?;
    Ok(())
}

fn change(path: &Path, name: &str, out: &mut dyn Write, what: impl FnOnce(&mut Account)) -> Result<(), UserFault> {
    let name = spelling(name);
    Accounts::change(path, |all| {
        what(all.named_mut(&name).ok_or_else(|| UserFault::NotThere(name.clone()))?);
        Ok::<_, UserFault>(())
    })?;
    let all = Accounts::load(path)?;
    let account = all.named(&name).ok_or(UserFault::NotThere(name))?;
    writeln!(out, "{}", line(account))?;
    Ok(())
}

fn list(accounts: &Accounts, json: bool, out: &mut dyn Write) -> Result<(), UserFault> {
    for account in accounts.iter() {
        if json {
            writeln!(out, "{}", serde_json::json!({ "name": account.name, "groups": account.groups, "active": account.active }))?;
        } else {
            writeln!(out, "{}", line(account))?;
        }
    }
    Ok(())
}

fn line(account: &Account) -> String {
    let state = if account.active { "" } else { ", disabled" };
    format!("{}: in {}{state}", account.name, account.groups.join(", "))
}

/// Groups that exist.
fn groups(written: &str, settings: &Config) -> Result<Arc<[Arc<str>]>, UserFault> {
    let groups = read_groups(written);
    if let Some(unknown) = groups.iter().find(|name| !settings.policy.knows(name)) {
        return Err(UserFault::Group(Arc::clone(unknown), settings.policy.names_of_groups()));
    }
    if groups.is_empty() { Err(UserFault::NoGroup) } else { Ok(groups) }
}

/// The first line of the standard input.
fn password() -> Result<Zeroizing<String>, UserFault> {
    let password = hidden::line("Type the password and press Enter (it is not shown):")?;
    if password.chars().count() < SHORTEST || password.len() > LONGEST { Err(UserFault::Password) } else { Ok(password) }
}
