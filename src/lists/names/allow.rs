//! The allow corpus: names that are known to be innocent, one a line, or `rank,name` as lists of popular sites have it.

use crate::canon::{HostKind, canonicalise_entry};
use std::io::{self, BufRead};

/// The most names of an allow corpus that are read; lists of popular sites start with those that matter.
const MOST: usize = 400_000;

/// The allow corpus cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{file} cannot be read to its end: {source}")]
pub struct AllowFault {
    /// The file.
    pub file: String,
    /// What the system says.
    #[source]
    pub source: io::Error,
}

/// Reads names onto `names`; how many lines are none comes back. A comment starts with `#`.
pub(super) fn read(names: &mut Vec<Box<str>>, text: impl BufRead) -> io::Result<u64> {
    let mut bad = 0;
    for line in text.split(b'\n') {
        let line = line?;
        let line = line.trim_ascii();
        if line.is_empty() || line[0] == b'#' || names.len() >= MOST {
            continue;
        }
        match name(line) {
            Some(name) => names.push(name.into()),
            None => bad += 1,
        }
    }
    Ok(bad)
}

fn name(line: &[u8]) -> Option<String> {
    let ranked = memchr::memchr(b',', line).filter(|&comma| line[..comma].iter().all(u8::is_ascii_digit));
    let rest = ranked.map_or(line, |comma| &line[comma + 1..]);
    let entry = canonicalise_entry(rest.split(|&byte| byte == b',').next().unwrap_or_default()).ok()?;
    (entry.host_kind == HostKind::Name && entry.host.contains('.')).then_some(entry.host)
}

#[cfg(test)]
mod tests {
    #[test]
    fn plain_names_and_ranked_ones_are_read_and_other_lines_counted() {
        let text = "# popular\n1,Example.org\r\nexample.net\n2,www.example.com,extra\nrank,domain\n\n192.0.2.1\nno dots\n";
        let mut names = Vec::new();
        let bad = super::read(&mut names, text.as_bytes()).unwrap();
        assert_eq!(names.iter().map(|name| &**name).collect::<Vec<_>>(), ["example.org", "example.net", "www.example.com"]);
        assert_eq!(bad, 3);
    }
}
