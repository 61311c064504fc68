//! Who a person is whose name somebody typed: the local account, or the directory, or Kerberos without one.

use crate::config::Config;
use crate::identity::{Accounts, Answer, Person, spelling};
use crate::model::IdentitySource;
use std::sync::Arc;

/// The person of this name.
///
/// # Errors
/// There is none, or it cannot be told, in words.
pub fn person(name: &str, settings: &Config) -> Result<Person, String> {
    let name = spelling(name);
    let path = &settings.sign_in.accounts;
    let accounts =
        if path.as_os_str().is_empty() { Accounts::default() } else { Accounts::load(path).map_err(|fault| fault.to_string())? };
    let known = |groups, source| Person { name: name.as_str().into(), groups, source, known_at_us: 0 };
    match accounts.named(&name) {
        Some(account) if account.active => Ok(known(Arc::clone(&account.groups), IdentitySource::Account)),
        Some(_) => Err(format!("{name}: this account is disabled, so it cannot sign in")),
        None => match (ask_directory(&name, settings)?, &settings.sign_in.kerberos) {
            (Some(groups), None) => Ok(known(groups, IdentitySource::Directory)),
            (Some(groups), Some(_)) if !groups.is_empty() => Ok(known(groups, IdentitySource::Directory)),
            (Some(_) | None, Some(kerberos)) => Ok(known(kerberos.groups(), IdentitySource::Kerberos)),
            (None, None) => Err(format!("{name}: there is no such account")),
        },
    }
}

/// The groups of a person in the directory, if there is one that we may look into.
fn ask_directory(name: &str, settings: &Config) -> Result<Option<Arc<[Arc<str>]>>, String> {
    let Some(directory) = super::directory(settings).map_err(|fault| fault.to_string())? else { return Ok(None) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    match runtime.block_on(directory.look(name)) {
        Ok(Answer::Right(groups)) => Ok(Some(groups)),
        Ok(Answer::Wrong) => Ok(None),
        Err(fault) => Err(format!("{name}: {fault}")),
    }
}
