//! Real lists from a folder, and what is learned from a part of them.

use lifeguard::lists::{Compiler, Format, InstallationKey, ListImage, ListKind, ListSpec, NameSettings, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Categories of one source that another calls differently.
const ALIKE: [(&str, &str); 4] = [("mixed_adult", "adult"), ("drogue", "drugs"), ("warez", "piracy"), ("torrent", "piracy")];
/// Sites that no guess should close.
const HELPING: &str = include_str!("../../config/help_and_health.txt");
/// Of four owners in the allow corpus one is never shown to the product.
const UNSEEN: u64 = 4;

/// Everything that the folder holds.
pub(crate) struct Corpora {
    /// Source and category -> names.
    pub(crate) lists: BTreeMap<(String, String), BTreeSet<String>>,
    /// Names that are innocent, as far as anybody has seen, and that the product learns from.
    pub(crate) allow: Vec<String>,
    /// The same, never shown to the product.
    pub(crate) unseen: Vec<String>,
    /// How many names of the allow corpus were labelled.
    pub(crate) labelled: usize,
    /// Sites of help, health and sex education by kind; no name of their owners is in the allow corpus.
    pub(crate) helping: Vec<(String, Vec<String>)>,
}

/// The part of a name that one owner has, roughly.
pub(crate) fn owner(host: &str) -> &str {
    let dots: Vec<usize> = host.rmatch_indices('.').map(|(at, _)| at).collect();
    let [last, second, ..] = dots[..] else { return host };
    let labels = if host.len() - last <= 3 && last - second <= 4 { 2 } else { 1 };
    dots.get(labels).map_or(host, |dot| &host[dot + 1..])
}

/// A number of an owner, for splits.
pub(crate) fn number(host: &str) -> u64 {
    let hash =
        owner(host).bytes().fold(0x1234_5678_9abc_def1_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x5851_f42d_4c95_7f2d));
    hash >> 33
}

fn names(path: &Path) -> impl Iterator<Item = String> {
    let text = std::fs::read_to_string(path).expect("a readable file");
    let lines: Vec<String> = text.lines().map(|line| line.trim().to_lowercase()).collect();
    lines.into_iter().filter(|line| line.contains('.') && !line.starts_with('#'))
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.collect();
    files.sort();
    files
}

fn helping() -> Vec<(String, Vec<String>)> {
    let kind = |text: &str| {
        let (title, names) = text.split_once('\n').unwrap_or_default();
        (title.trim().to_owned(), names.lines().filter(|line| line.contains('.')).map(str::to_owned).collect())
    };
    HELPING.split("\n## ").skip(1).map(kind).collect()
}

impl Corpora {
    pub(crate) fn read(folder: &Path) -> Self {
        let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut lists: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for source in files(folder).into_iter().filter(|path| path.is_dir() && !["allow", "labels"].contains(&stem(path).as_str())) {
            for file in files(&source) {
                let own = stem(&file);
                let category = ALIKE.iter().find(|(other, _)| *other == own).map_or(own.as_str(), |(_, name)| name);
                lists.entry((stem(&source), category.to_owned())).or_default().extend(names(&file));
            }
        }
        let labels: BTreeSet<String> = files(&folder.join("labels")).iter().flat_map(|file| names(file)).collect();
        let listed: BTreeSet<&str> = lists.values().flatten().map(|name| owner(name)).collect();
        let all: BTreeSet<String> = files(&folder.join("allow")).iter().flat_map(|file| names(file)).collect();
        let helping = helping();
        let helps: BTreeSet<&str> = helping.iter().flat_map(|(_, names)| names).map(|name| owner(name)).collect();
        let all: Vec<String> = all.into_iter().filter(|name| !listed.contains(owner(name)) && !helps.contains(owner(name))).collect();
        let before = all.len();
        let clean: Vec<String> = all.into_iter().filter(|name| !labels.contains(name)).collect();
        let labelled = before - clean.len();
        let (unseen, allow) = clean.into_iter().partition(|name| number(name).is_multiple_of(UNSEEN));
        Self { lists, allow, unseen, labelled, helping }
    }

    /// What is learned from the names that `keep` keeps, of source, category and name.
    pub(crate) fn learn(&self, categories: &[&str], keep: impl Fn(&str, &str, &str) -> bool) -> (ListImage, f64) {
        self.learn_with(categories, &[], keep)
    }

    /// The same with further names that are innocent.
    pub(crate) fn learn_with(&self, categories: &[&str], more: &[String], keep: impl Fn(&str, &str, &str) -> bool) -> (ListImage, f64) {
        let settings = NameSettings { categories: categories.iter().map(|name| (*name).into()).collect(), ..NameSettings::default() };
        let mut compiler = Compiler::new(&InstallationKey::from_bytes([7; 32])).with_names(settings);
        for ((source, category), names) in &self.lists {
            let list = compiler.add_list(ListSpec::new(ListKind::Category, &format!("{source}/{category}"), category)).unwrap();
            let text: String = names.iter().filter(|name| keep(source, category, name)).map(|name| format!("{name}\n")).collect();
            compiler.feed(list, &Source::new(category, Format::Domains), text.as_bytes()).unwrap();
        }
        compiler.allow_names("allow", self.allow.iter().chain(more).fold(String::new(), |all, name| all + name + "\n").as_bytes()).unwrap();
        let started = std::time::Instant::now();
        compiler.learn_names(0);
        let took = started.elapsed().as_secs_f64();
        (compiler.finish().image, took)
    }
}
