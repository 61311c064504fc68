//! A site's own file as a text that may take the place of what stands: settings checked with it, where the site is, and which files are its.
//!
//! Must never tell what stands in the file of another site.

use super::fault::{FaultKind, Faults};
use super::files::{Files, PathKind};
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use toml::{Table, Value};

/// The file system with another text at one path.
pub struct WithText<'a> {
    /// Everything else.
    pub files: &'a dyn Files,
    /// The path, as the settings name it.
    pub path: &'a Path,
    /// What stands there.
    pub text: &'a str,
}

impl Files for WithText<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path == self.path { Ok(self.text.as_bytes().to_vec()) } else { self.files.read(path) }
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        self.files.kind(path)
    }

    fn folders(&self, path: &Path) -> io::Result<Vec<String>> {
        self.files.folders(path)
    }

    fn files(&self, path: &Path) -> io::Result<Vec<String>> {
        self.files.files(path)
    }

    fn is_open_to_all(&self, path: &Path) -> bool {
        self.files.is_open_to_all(path)
    }

    fn now(&self) -> i64 {
        self.files.now()
    }
}

impl Faults {
    /// Those that lie in these files and speak of nothing outside them, as people read them; and how many others there are.
    #[must_use]
    pub fn inside(self, files: &BTreeSet<String>) -> (String, usize) {
        let all = self.list.len();
        let of_others = |kind: &FaultKind| matches!(kind, FaultKind::SiteOverlap { .. } | FaultKind::Twice("site", _));
        let is_here = |source: usize| self.sources.get(source).is_some_and(|source| files.contains(&source.name));
        let list: Vec<_> = self.list.iter().filter(|fault| is_here(fault.place.source) && !of_others(&fault.kind)).cloned().collect();
        let (others, own) = (all - list.len(), Self { list, ..self });
        (own.render(false), others)
    }
}

/// The files that a site's own file is made of: itself, its exceptions, and those of its layers.
#[must_use]
pub fn files_of_site(name: &str, text: &str) -> BTreeSet<String> {
    let table: Table = text.parse().unwrap_or_default();
    let layers = table.get("layer").and_then(Value::as_array).into_iter().flatten().filter_map(|layer| layer.get("file"));
    let named = table.get("exceptions").into_iter().chain(layers).filter_map(Value::as_str).map(str::to_owned);
    named.chain([name.to_owned()]).collect()
}

/// The file with the exceptions of a site. `None`: it has none.
#[must_use]
pub fn exceptions_of_site(text: &str) -> Option<String> {
    text.parse::<Table>().ok()?.get("exceptions")?.as_str().map(str::to_owned)
}

/// Is it the same site at the same place: its name, its listeners, and every address at which its clients are?
#[must_use]
pub fn is_same_place(was: &str, fresh: &str) -> bool {
    match (was.parse::<Table>(), fresh.parse::<Table>()) {
        (Ok(was), Ok(fresh)) => was.get("name") == fresh.get("name") && place(&was) == place(&fresh),
        // What cannot be read is told by the check; nothing is known of its place.
        (Err(_), _) | (_, Err(_)) => false,
    }
}

/// Listeners, and ranges as wide as they are together.
fn place(site: &Table) -> (BTreeSet<String>, Vec<IpNet>) {
    let groups: Vec<&Value> = site.get("group").and_then(Value::as_array).into_iter().flatten().collect();
    let listen = texts(site.get("listen")).into_iter().chain(groups.iter().flat_map(|group| texts(group.get("listen")))).collect();
    let own = texts(site.get("networks"));
    let ranges = if own.is_empty() { groups.iter().flat_map(|group| texts(group.get("networks"))).collect() } else { own };
    let mut ranges: Vec<IpNet> = ranges.iter().filter_map(|text| range(text)).collect();
    ranges = IpNet::aggregate(&ranges);
    ranges.sort_unstable();
    (listen, ranges)
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn range(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse::<IpNet>().map(|net| net.trunc()).or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEEDS: &str = "name = 'leeds'\n[[group]]\nname = 'a'\nnetworks = ['10.1.0.0/24', '10.1.2.0/24']\n[[group]]\nname = 'b'\nnetworks = '10.1.1.0/24'\n";

    #[test]
    fn a_site_that_moves_its_own_clients_about_stays_where_it_is() {
        let moved = LEEDS.replace("['10.1.0.0/24', '10.1.2.0/24']", "['10.1.2.0/24']").replace("'10.1.1.0/24'", "['10.1.0.0/23']");
        let new_group = format!("{LEEDS}[[group]]\nname = 'c'\noverrides = ['a']\nnetworks = ['10.1.2.7']\n");
        for same in [LEEDS, &moved, &new_group, &LEEDS.replace("'a'", "'z'")] {
            assert!(is_same_place(LEEDS, same), "{same}");
        }
        let by_networks = format!("networks = ['10.0.0.0/8']\n{LEEDS}");
        assert!(is_same_place(&by_networks, &by_networks.replace("10.1.1.0/24", "10.9.0.0/16")), "ranges of the site's own count");
    }

    #[test]
    fn no_address_more_and_none_less_and_no_other_name() {
        for (was, fresh) in [
            (LEEDS.to_owned(), LEEDS.replace("'10.1.1.0/24'", "['10.1.1.0/24', '10.1.3.0/24']")),
            (LEEDS.to_owned(), LEEDS.replace("10.1.1.0/24", "10.1.1.0/25")),
            (LEEDS.to_owned(), LEEDS.replace("10.1.1.0/24", "0.0.0.0/0")),
            (LEEDS.to_owned(), LEEDS.replace("leeds", "york")),
            (LEEDS.to_owned(), format!("listen = ['192.0.2.1:3128']\n{LEEDS}")),
            (LEEDS.to_owned(), format!("networks = ['10.9.0.0/16']\n{LEEDS}")),
            (format!("networks = ['10.9.0.0/16']\n{LEEDS}"), LEEDS.to_owned()),
            (LEEDS.to_owned(), format!("{LEEDS}listen = '192.0.2.1:3128'\n")),
            (LEEDS.to_owned(), "no toml".to_owned()),
        ] {
            assert!(!is_same_place(&was, &fresh), "{fresh}");
        }
    }

    #[test]
    fn the_files_of_a_site_are_its_own() {
        let text = format!("exceptions = 'sites/leeds.tsv'\n{LEEDS}[[layer]]\nfile = 'layers/house.toml'\n");
        let names: Vec<String> = files_of_site("sites/leeds.toml", &text).into_iter().collect();
        assert_eq!(names, ["layers/house.toml", "sites/leeds.toml", "sites/leeds.tsv"]);
        assert_eq!(exceptions_of_site(&text).as_deref(), Some("sites/leeds.tsv"));
        assert_eq!(exceptions_of_site(LEEDS), None);
    }
}
