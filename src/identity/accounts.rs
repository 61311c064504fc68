//! The file of local accounts: one line each, `NAME<tab>GROUPS<tab>active|disabled<tab>HASH`. `lifeguard user` changes it.
//!
//! Readable by its owner only; every change is a whole new file that takes the old one's place. Must never hold a password.

use super::person::{is_name, spelling};
use crate::credential::PasswordHash;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FIRST_LINE: &str = "# Accounts of Lifeguard: name, groups, state, hash. Change them with `lifeguard user`.\n";
/// Larger than a file of accounts can be in earnest: a hundred thousand people.
const LARGEST: u64 = 32 * 1024 * 1024;

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name, in its one spelling.
    pub name: Arc<str>,
    /// Groups of policy, by name. Never empty.
    pub groups: Arc<[Arc<str>]>,
    /// May it sign in?
    pub active: bool,
    /// Of its password.
    pub hash: Arc<PasswordHash>,
}

/// All accounts, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts(BTreeMap<Arc<str>, Account>);

/// The accounts cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum AccountsFault {
    /// The file.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// Others than its owner may read it.
    #[error("{}: others may read it; make it readable by its owner only (chmod 600)", .0.display())]
    Open(PathBuf),
    /// A line that is no account.
    #[error("{}:{line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: LineFault,
    },
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// Not four parts.
    #[error("expected a name, groups, active or disabled, and a hash, with tabs between them")]
    Shape,
    /// No name.
    #[error("this is no name of a person")]
    Name,
    /// No group.
    #[error("no group is named")]
    Groups,
    /// The hash.
    #[error("this is no hash of a password that is used here (argon2id, 19 MiB or more)")]
    Hash,
    /// The same name again.
    #[error("this name is there twice")]
    Twice,
}

impl Accounts {
    /// Reads the file. A file that is not there holds no accounts.
    ///
    /// # Errors
    /// [`AccountsFault`] with the line.
    pub fn load(path: &Path) -> Result<Self, AccountsFault> {
        let fault = |problem| AccountsFault::File { path: path.to_owned(), problem };
        let found = match fs::metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(fault(error)),
        };
        if found.mode() & 0o077 != 0 {
            return Err(AccountsFault::Open(path.to_owned()));
        }
        if found.len() > LARGEST {
            return Err(fault(io::ErrorKind::FileTooLarge.into()));
        }
        let text = fs::read_to_string(path).map_err(fault)?;
        Self::read(&text).map_err(|(line, problem)| AccountsFault::Line { path: path.to_owned(), line, problem })
    }

    fn read(text: &str) -> Result<Self, (usize, LineFault)> {
        let mut all = Self::default();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let account = read_line(line).map_err(|fault| (number, fault))?;
            if all.0.insert(Arc::clone(&account.name), account).is_some() {
                return Err((number, LineFault::Twice));
            }
        }
        Ok(all)
    }

    /// Changes the file: nobody else changes it meanwhile, and whoever reads it sees the old one or the new one whole.
    ///
    /// # Errors
    /// What `change` says, or [`AccountsFault`]; nothing has changed then.
    pub fn change<E: From<AccountsFault>>(path: &Path, change: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        let fault = |problem| AccountsFault::File { path: path.to_owned(), problem };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(fault)?;
        }
        let lock = owners().open(beside(path, "lock")).map_err(fault)?;
        lock.lock().map_err(fault)?;
        let mut accounts = Self::load(path)?;
        change(&mut accounts)?;
        accounts.save(path).map_err(fault)?;
        Ok(())
    }

    fn save(&self, path: &Path) -> io::Result<()> {
        let fresh = beside(path, "new");
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = owners().create_new(true).open(&fresh)?;
        file.write_all(self.to_text().as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()
    }

    fn to_text(&self) -> String {
        let line = |account: &Account| {
            let state = if account.active { "active" } else { "disabled" };
            format!("{}\t{}\t{state}\t{}\n", account.name, account.groups.join(","), account.hash)
        };
        std::iter::once(FIRST_LINE.to_owned()).chain(self.0.values().map(line)).collect()
    }

    /// The account of this name, in its one spelling.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Account> {
        self.0.get(name)
    }

    /// The same, to be changed.
    pub fn named_mut(&mut self, name: &str) -> Option<&mut Account> {
        self.0.get_mut(name)
    }

    /// Adds an account, or puts it in the place of one with its name.
    pub fn put(&mut self, account: Account) {
        self.0.insert(Arc::clone(&account.name), account);
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.0.values()
    }

    /// Accounts with a group that does not exist, each in a sentence: those get the strictest of what is left.
    #[must_use]
    pub fn strays(&self, exists: impl Fn(&str) -> bool) -> Vec<String> {
        let unknown = |account: &Account| account.groups.iter().find(|name| !exists(name)).map(Arc::clone);
        let said = |account: &Account| {
            unknown(account).map(|group| format!("the account {} is in {group}, and there is no such group", account.name))
        };
        self.iter().filter_map(said).collect()
    }

    /// What changed since `old`, in words.
    #[must_use]
    pub fn differences(&self, old: &Self) -> Vec<String> {
        let gone = old.iter().filter(|account| self.named(&account.name).is_none()).map(|account| format!("{} removed", account.name));
        gone.chain(self.iter().filter_map(|account| difference(old.named(&account.name), account))).collect()
    }
}

fn difference(old: Option<&Account>, new: &Account) -> Option<String> {
    let Some(old) = old else { return Some(format!("{} added, in {}", new.name, new.groups.join(", "))) };
    let mut said = Vec::new();
    if old.groups != new.groups {
        said.push(format!("now in {} (was {})", new.groups.join(", "), old.groups.join(", ")));
    }
    if old.active != new.active {
        said.push(if new.active { "enabled" } else { "disabled" }.to_owned());
    }
    if old.hash != new.hash {
        said.push("has a new password".to_owned());
    }
    (!said.is_empty()).then(|| format!("{} {}", new.name, said.join(" and ")))
}

/// Groups as they are written: names with commas between them, each once, in their order.
#[must_use]
pub fn read_groups(text: &str) -> Arc<[Arc<str>]> {
    let mut groups: Vec<Arc<str>> = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !groups.iter().any(|known| **known == *name) {
            groups.push(name.into());
        }
    }
    groups.into()
}

fn read_line(line: &str) -> Result<Account, LineFault> {
    let parts: Vec<&str> = line.split('\t').collect();
    let [name, groups, state, hash] = parts[..] else { return Err(LineFault::Shape) };
    if !is_name(name) || spelling(name) != name {
        return Err(LineFault::Name);
    }
    let groups = read_groups(groups);
    if groups.is_empty() {
        return Err(LineFault::Groups);
    }
    let active = match state {
        "active" => true,
        "disabled" => false,
        _ => return Err(LineFault::Shape),
    };
    let hash = PasswordHash::read(hash).ok_or(LineFault::Hash)?;
    Ok(Account { name: name.into(), groups, active, hash: Arc::new(hash) })
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// For a file that its owner alone may read.
fn owners() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM$aym967/sjXa/CoAGxvqHKhhRkHTcixCnY5YflaPxDDU";

    fn account(name: &str, groups: &str) -> Account {
        Account { name: name.into(), groups: read_groups(groups), active: true, hash: PasswordHash::read(HASH).unwrap().into() }
    }

    #[test]
    fn accounts_are_written_for_their_owner_alone_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/accounts");
        assert_eq!(Accounts::load(&path).unwrap(), Accounts::default());
        for (name, groups) in [("lee", "staff, staff,children"), ("kim", "children")] {
            Accounts::change(&path, |all| {
                all.put(account(name, groups));
                Ok::<_, AccountsFault>(())
            })
            .unwrap();
        }
        let read = Accounts::load(&path).unwrap();
        assert_eq!(read.iter().map(|account| &*account.name).collect::<Vec<_>>(), ["kim", "lee"]);
        assert_eq!(read.named("lee").unwrap().groups.join("+"), "staff+children");
        for name in ["accounts", "accounts.lock"] {
            assert_eq!(fs::metadata(folder.path().join("below").join(name)).unwrap().mode() & 0o777, 0o600, "{name}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Accounts::load(&path), Err(AccountsFault::Open(_))));
    }

    #[test]
    fn a_change_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("accounts");
        let refused = Accounts::change(&path, |all| {
            all.put(account("kim", "children"));
            Err(AccountsFault::Open(PathBuf::new()))
        });
        assert!(refused.is_err() && !path.exists());
    }

    #[test]
    fn a_line_that_is_no_account_is_named() {
        let table = [
            (format!("kim\tchildren\tactive\t{HASH}\n"), None),
            (format!("# a word\n\nkim\tchildren\tdisabled\t{HASH}"), None),
            (format!("kim\tchildren\tactive\t{HASH}\nkim\tstaff\tactive\t{HASH}\n"), Some((2, LineFault::Twice))),
            (format!("Kim\tchildren\tactive\t{HASH}"), Some((1, LineFault::Name))),
            (format!("\tchildren\tactive\t{HASH}"), Some((1, LineFault::Name))),
            (format!("kim\t , \tactive\t{HASH}"), Some((1, LineFault::Groups))),
            (format!("kim\tchildren\toff\t{HASH}"), Some((1, LineFault::Shape))),
            ("kim\tchildren\tactive".to_owned(), Some((1, LineFault::Shape))),
            ("kim\tchildren\tactive\tsecret".to_owned(), Some((1, LineFault::Hash))),
        ];
        for (text, fault) in table {
            assert_eq!(Accounts::read(&text).err(), fault, "{text}");
        }
    }

    #[test]
    fn what_changed_is_said_in_words() {
        let mut old = Accounts::default();
        for name in ["kim", "lee", "max", "old"] {
            old.put(account(name, "children"));
        }
        let mut new = Accounts::default();
        new.put(account("kim", "children"));
        new.put(Account { active: false, ..account("lee", "staff,children") });
        new.put(Account { hash: PasswordHash::nobodys().into(), ..account("max", "children") });
        new.put(account("zoe", "staff"));
        assert_eq!(
            new.differences(&old),
            ["old removed", "lee now in staff, children (was children) and disabled", "max has a new password", "zoe added, in staff"]
        );
    }
}
