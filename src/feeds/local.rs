//! Lists of this place: hosts that somebody here has put into a category by one command (standards A10, D18). `local/acts.jsonl` in the
//! folder of lists holds who did it, when and why, and who took it back; it only grows. The lists themselves, one file for each
//! category, are made from it and can be thrown away: they count where the acts cannot be read.
//!
//! Must never put anything on a statutory list.

use crate::canon::canonicalise_entry;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The folder in that of lists.
const FOLDER: &str = "local";
const ACTS: &str = "acts.jsonl";
const LONGEST_TEXT: usize = 2048;
/// Most entries of all these lists: they are made anew with each act.
const MOST: usize = 10_000;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LocalDoing {
    /// Put into the category.
    Add,
    /// Taken out of it again.
    Undo,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalAct {
    /// What was done.
    pub act: LocalDoing,
    /// The host, with everything below it; or host and path.
    pub host: String,
    /// The category.
    pub category: String,
    /// Who.
    pub by: String,
    /// Why.
    pub because: String,
    /// When: RFC 3339.
    pub at: String,
}

/// Local lists cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum LocalFault {
    /// The system refuses.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Acts are only ever added: a file that has fewer is being written by something else, or somebody has cut it.
    #[error("{path}: {is} acts are left of {was}: nothing takes acts away")]
    Fewer {
        /// The file.
        path: PathBuf,
        /// How many there were.
        was: usize,
        /// How many there are.
        is: usize,
    },
    /// A line that is no act.
    #[error("{path}:{line}: this is no line of local lists: {source}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// An address that cannot be an entry.
    #[error("'{0}' cannot be an entry of a list: write a host, or a host with a path")]
    Address(String),
    /// A category whose name cannot be that of a file.
    #[error("'{0}' cannot be a category of a local list")]
    Category(String),
    /// A text that says nothing, or too much.
    #[error("{0} must say something, in at most 2048 bytes")]
    Text(&'static str),
    /// It stands already.
    #[error("{0} is in the category {1} already: {2} put it there")]
    Known(String, String, String),
    /// There is nothing to take back.
    #[error("no local list has {0}")]
    Unknown(String),
    /// Too many.
    #[error("local lists hold at most 10000 entries: make a list of your own from them, as a source of the settings")]
    TooMany,
}

/// All acts, in order.
#[derive(Clone, Debug, Default)]
pub struct LocalLists {
    acts: Vec<LocalAct>,
}

impl LocalAct {
    /// In words, for events and for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { act, host, category, by, because, at } = self;
        let did = match act {
            LocalDoing::Add => "was put into",
            LocalDoing::Undo => "was taken out of",
        };
        format!("{host} {did} the category {category} by {by} at {at}: {because}")
    }
}

impl LocalLists {
    /// Reads them.
    ///
    /// # Errors
    /// [`LocalFault`]; none at all is no fault.
    pub fn read(lists: &Path) -> Result<Self, LocalFault> {
        let path = acts_path(lists);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(LocalFault::File { path, source }),
        };
        // A last line without an end was not written to its end: whoever wrote it was told so.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let one = |(number, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|source| LocalFault::Line { path: path.clone(), line: number + 1, source })
        };
        let acts = whole.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(one).collect::<Result<_, _>>()?;
        Ok(Self { acts })
    }

    /// Reads them where so many were known: what is no longer there opens nothing.
    ///
    /// # Errors
    /// [`LocalFault`]
    pub fn read_on(lists: &Path, known: usize) -> Result<Self, LocalFault> {
        let read = Self::read(lists)?;
        match read.acts.len() {
            is if is < known => Err(LocalFault::Fewer { path: acts_path(lists), was: known, is }),
            _ => Ok(read),
        }
    }

    /// Every act there ever was.
    #[must_use]
    pub fn acts(&self) -> &[LocalAct] {
        &self.acts
    }

    /// What stands: for each host and category the act that put it there.
    #[must_use]
    pub fn standing(&self) -> BTreeMap<(&str, &str), &LocalAct> {
        let mut standing = BTreeMap::new();
        for act in &self.acts {
            let key = (&*act.host, &*act.category);
            match act.act {
                LocalDoing::Add => drop(standing.insert(key, act)),
                LocalDoing::Undo => drop(standing.remove(&key)),
            }
        }
        standing
    }

    /// The text of each list there ever was.
    fn texts(&self) -> BTreeMap<String, String> {
        let mut texts: BTreeMap<String, String> = self.acts.iter().map(|act| (act.category.clone(), String::new())).collect();
        for (host, category) in self.standing().into_keys() {
            texts.entry(category.to_owned()).or_default().extend([host, "\n"]);
        }
        texts.retain(|category, _| is_file_name(category));
        texts
    }
}

/// Puts a host into a category. The running proxy takes it within seconds.
///
/// # Errors
/// [`LocalFault`]: nothing has changed.
pub fn categorise(lists: &Path, new: LocalAct) -> Result<LocalAct, LocalFault> {
    let _turn = turn(lists)?;
    let known = LocalLists::read(lists)?;
    let act = checked(LocalAct { act: LocalDoing::Add, ..new })?;
    let standing = known.standing();
    if let Some(before) = standing.get(&(&*act.host, &*act.category)) {
        return Err(LocalFault::Known(act.host.clone(), act.category.clone(), before.by.clone()));
    }
    if standing.len() >= MOST {
        return Err(LocalFault::TooMany);
    }
    append(lists, std::slice::from_ref(&act))?;
    settle(lists)?;
    Ok(act)
}

/// Takes a host out of a category again, or out of all where none is given.
///
/// # Errors
/// [`LocalFault`]: nothing has changed.
pub fn take_back(lists: &Path, category: Option<&str>, new: LocalAct) -> Result<Vec<LocalAct>, LocalFault> {
    let _turn = turn(lists)?;
    let known = LocalLists::read(lists)?;
    let host = address(&new.host)?;
    let (by, because) = (said(&new.by, "the name")?, said(&new.because, "the reason")?);
    let meant = known.standing().into_keys().filter(|(known, in_it)| *known == host && category.is_none_or(|category| category == *in_it));
    let undo = |(_, category): (&str, &str)| LocalAct {
        act: LocalDoing::Undo,
        host: host.clone(),
        category: category.to_owned(),
        by: by.clone(),
        because: because.clone(),
        at: new.at.clone(),
    };
    let acts: Vec<LocalAct> = meant.map(undo).collect();
    if acts.is_empty() {
        return Err(LocalFault::Unknown(host));
    }
    append(lists, &acts)?;
    settle(lists)?;
    Ok(acts)
}

/// Bytes of the acts: they only grow, so whoever knows the length knows whether there is news.
#[must_use]
pub fn local_length(lists: &Path) -> u64 {
    fs::metadata(acts_path(lists)).map_or(0, |meta| meta.len())
}

/// What stands, for each category its addresses, a line each. Where the acts cannot be read: what the files of the lists held last, and the
/// fault.
pub(super) fn local_lists(lists: &Path) -> (BTreeMap<String, String>, Option<LocalFault>) {
    let (mut texts, fault) = match LocalLists::read(lists) {
        Ok(known) => (known.texts(), None),
        Err(fault) => (kept(lists), Some(fault)),
    };
    texts.retain(|_, text| !text.is_empty());
    (texts, fault)
}

/// The files of the lists.
fn kept(lists: &Path) -> BTreeMap<String, String> {
    let read = |path: PathBuf| Some((path.file_stem()?.to_str()?.to_owned(), fs::read_to_string(&path).ok()?));
    let files = fs::read_dir(lists.join(FOLDER)).into_iter().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).filter_map(read).collect()
}

/// Makes the files of the lists from the acts, where they differ.
fn settle(lists: &Path) -> Result<(), LocalFault> {
    for (category, text) in LocalLists::read(lists)?.texts() {
        let path = list_path(lists, &category);
        if text.is_empty() {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(LocalFault::File { path, source: error }),
                Ok(()) | Err(_) => {}
            }
        } else if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            replace(&path, &text)?;
        }
    }
    Ok(())
}

fn checked(new: LocalAct) -> Result<LocalAct, LocalFault> {
    if !is_file_name(&new.category) {
        return Err(LocalFault::Category(new.category));
    }
    Ok(LocalAct { host: address(&new.host)?, by: said(&new.by, "the name")?, because: said(&new.because, "the reason")?, ..new })
}

/// An entry as a list writes it: without a scheme, in lower case as far as its host goes.
fn address(text: &str) -> Result<String, LocalFault> {
    let bare = text.trim();
    let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(bare).trim_end_matches('/');
    let fault = || LocalFault::Address(text.to_owned());
    let unfit = bare.is_empty() || bare.len() > LONGEST_TEXT || bare.chars().any(|c| c.is_whitespace() || c.is_control() || c == '#');
    if unfit || bare.starts_with(['!', ';', '@', '|']) {
        return Err(fault());
    }
    let entry = canonicalise_entry(bare.as_bytes()).map_err(|_| fault())?;
    // The host in its one form; what follows as it was written.
    Ok(bare.find(['/', '?']).map_or_else(|| entry.host.clone(), |at| format!("{}{}", entry.host, &bare[at..])))
}

/// May the category be the name of a file?
fn is_file_name(category: &str) -> bool {
    !category.is_empty() && category.len() <= 64 && category.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn said(text: &str, what: &'static str) -> Result<String, LocalFault> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_TEXT { Err(LocalFault::Text(what)) } else { Ok(text.to_owned()) }
}

fn acts_path(lists: &Path) -> PathBuf {
    lists.join(FOLDER).join(ACTS)
}

fn list_path(lists: &Path, category: &str) -> PathBuf {
    lists.join(FOLDER).join(format!("{category}.txt"))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> LocalFault {
    let path = path.to_owned();
    move |source| LocalFault::File { path, source }
}

/// Commands take turns.
fn turn(lists: &Path) -> Result<File, LocalFault> {
    let folder = lists.join(FOLDER);
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    let path = folder.join("turn");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(at(&path))?;
    file.lock().map_err(at(&path))?;
    Ok(file)
}

fn append(lists: &Path, acts: &[LocalAct]) -> Result<(), LocalFault> {
    let path = acts_path(lists);
    let writing = || {
        let mut lines = String::new();
        for act in acts {
            lines += &serde_json::to_string(act)?;
            lines.push('\n');
        }
        let mut file = OpenOptions::new().create(true).append(true).read(true).mode(0o600).open(&path)?;
        let before = fs::read(&path)?;
        let whole = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at as u64 + 1);
        if whole < before.len() as u64 {
            // The last line was not written to its end: it never counted.
            file.set_len(whole)?;
        }
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    };
    writing().map_err(at(&path))
}

/// Whoever reads it sees the old one or the new one whole.
fn replace(path: &Path, text: &str) -> Result<(), LocalFault> {
    let new = path.with_extension("txt.new");
    let writing = || {
        let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    writing().map_err(at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(host: &str, category: &str) -> LocalAct {
        LocalAct {
            act: LocalDoing::Add,
            host: host.into(),
            category: category.into(),
            by: "K. Smith".into(),
            because: "asked for".into(),
            at: "2026-11-28T10:00:00Z".into(),
        }
    }

    #[test]
    fn what_is_put_in_stands_until_it_is_taken_back_and_the_acts_keep_both() {
        let folder = tempfile::tempdir().unwrap();
        let lists = folder.path();
        for (host, category) in [("https://WWW.Bet.test/", "gambling"), ("bet.test/room?x=1", "gambling"), ("b\u{fc}cher.test", "games")] {
            categorise(lists, act(host, category)).unwrap();
        }
        assert_eq!(fs::read_to_string(list_path(lists, "gambling")).unwrap(), "bet.test/room?x=1\nwww.bet.test\n");
        assert_eq!(fs::read_to_string(list_path(lists, "games")).unwrap(), "xn--bcher-kva.test\n");
        assert!(matches!(categorise(lists, act("www.bet.test", "gambling")), Err(LocalFault::Known(..))));
        let back = take_back(lists, None, act("www.bet.test", "")).unwrap();
        assert_eq!((back.len(), &*back[0].category, back[0].act), (1, "gambling", LocalDoing::Undo));
        assert!(matches!(take_back(lists, Some("games"), act("bet.test", "")), Err(LocalFault::Unknown(_))));
        take_back(lists, Some("games"), act("b\u{fc}cher.test", "")).unwrap();
        assert!(!list_path(lists, "games").exists());
        let known = LocalLists::read(lists).unwrap();
        assert_eq!((known.acts().len(), known.standing().len()), (5, 1));
        // A file that somebody has changed by hand counts for nothing, until the acts cannot be read.
        let of = |text: &str| BTreeMap::from([("gambling".to_owned(), text.to_owned())]);
        fs::write(list_path(lists, "gambling"), "other.test\n").unwrap();
        let (texts, fault) = local_lists(lists);
        assert_eq!((texts, fault.is_none()), (of("bet.test/room?x=1\n"), true));
        fs::write(acts_path(lists), "nonsense\n").unwrap();
        let (texts, fault) = local_lists(lists);
        assert_eq!((texts, fault.is_some()), (of("other.test\n"), true));
    }

    #[test]
    fn what_cannot_be_an_entry_is_refused_and_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        for (host, category) in
            [("", "games"), ("a b.test", "games"), ("a.test#b", "games"), ("||a.test^", "games"), ("a.test", "../x"), ("a.test", "")]
        {
            assert!(categorise(folder.path(), act(host, category)).is_err(), "{host} {category}");
        }
        assert!(categorise(folder.path(), LocalAct { because: " ".into(), ..act("a.test", "games") }).is_err());
        assert_eq!(local_length(folder.path()), 0);
    }

    #[test]
    fn a_line_that_was_cut_off_does_not_count_and_a_strange_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        categorise(folder.path(), act("a.test", "games")).unwrap();
        let path = acts_path(folder.path());
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{{\"act\":\"add\",\"ho")).unwrap();
        assert_eq!(LocalLists::read(folder.path()).unwrap().acts().len(), 1);
        categorise(folder.path(), act("b.test", "games")).unwrap();
        assert_eq!(LocalLists::read(folder.path()).unwrap().acts().len(), 2);
        fs::write(&path, format!("{whole}{{}}\n")).unwrap();
        assert!(LocalLists::read(folder.path()).unwrap_err().to_string().contains("acts.jsonl:2:"));
    }
}
