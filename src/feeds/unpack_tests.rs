//! Archives of every kind, good and hostile.

use super::*;
use crate::config::{Bounds, Fetch, Proof, Source as Setting, SourceFormat};
use crate::lists::ListKind;
use std::time::Duration;

fn wanted(folder: bool, inside: Option<&str>) -> Wanted {
    let fetch = Fetch {
        url: String::new(),
        every: Duration::ZERO,
        inside: inside.map(str::to_owned),
        private: false,
        plain_http: false,
        credentials: None,
        proof: Proof::default(),
        bounds: Bounds::default(),
    };
    let format = if folder { SourceFormat::Ut1 } else { SourceFormat::Domains };
    let setting = Setting::plain("a", ListKind::Category, format, PathBuf::new());
    Wanted::of(&setting, &fetch)
}

/// Name, kind, content.
type Item<'a> = (&'a str, tar::EntryType, &'a [u8]);

fn tar(items: &[Item<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind, content) in items {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(*kind);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(items: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, content) in items {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

struct Bench(tempfile::TempDir);

impl Bench {
    fn unpack(&self, bytes: &[u8], wanted: &Wanted, most: u64) -> Result<bool, Amiss> {
        let (from, into) = (self.0.path().join("from"), self.0.path().join("into"));
        if into.is_dir() {
            fs::remove_dir_all(&into).unwrap();
        } else if into.exists() {
            fs::remove_file(&into).unwrap();
        }
        fs::write(&from, bytes).unwrap();
        unpack(&from, &into, wanted, most)
    }

    fn read(&self, below: &str) -> String {
        fs::read_to_string(self.0.path().join(format!("into{below}"))).unwrap()
    }

    fn cause(&self, bytes: &[u8], wanted: &Wanted, most: u64) -> (Cause, String) {
        match self.unpack(bytes, wanted, most) {
            Err(Amiss::Refused(refused)) => (refused.cause, refused.words.into()),
            other => panic!("{other:?}"),
        }
    }
}

const FILE: tar::EntryType = tar::EntryType::Regular;
const MOST: u64 = 64 << 20;

fn ut1() -> Vec<u8> {
    tar(&[
        ("ut1/", tar::EntryType::Directory, b""),
        ("ut1/adult/domains", FILE, b"a.test\n"),
        ("ut1/adult/usage", FILE, b"black\n"),
        ("ut1/porn", tar::EntryType::Symlink, b""),
        ("ut1/games/domains", FILE, b"g.test\n"),
    ])
}

#[test]
fn folders_of_categories_come_out_of_every_kind_of_archive() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let plain = ut1();
    let zstd = zstd::encode_all(&plain[..], 1).unwrap();
    let zip = zip(&[("ut1/adult/domains", b"a.test\n"), ("ut1/adult/usage", b"black\n"), ("ut1/games/domains", b"g.test\n")]);
    for bytes in [plain.clone(), gz(&plain), zstd, zip] {
        assert!(bench.unpack(&bytes, &wanted(true, None), MOST).unwrap());
        assert_eq!((bench.read("/adult/domains"), bench.read("/games/domains")), ("a.test\n".into(), "g.test\n".into()));
        assert!(!bench.0.path().join("into/adult/usage").exists() && !bench.0.path().join("into/porn").exists());
        assert!(bench.unpack(&bytes, &wanted(true, Some("ut1/games/*")), MOST).unwrap());
        assert!(!bench.0.path().join("into/adult").exists());
    }
}

#[test]
fn one_file_comes_out_alone_and_text_stays_text() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let one = tar(&[("x/list.txt", FILE, b"a.test\n"), ("x/other.md", FILE, b"b")]);
    for bytes in [gz(b"a.test\n"), zstd::encode_all(&b"a.test\n"[..], 1).unwrap(), zip(&[("list.txt", b"a.test\n")])] {
        assert!(bench.unpack(&bytes, &wanted(false, None), MOST).unwrap());
        assert_eq!(bench.read(""), "a.test\n");
    }
    assert!(bench.unpack(&gz(&one), &wanted(false, Some("x/*.txt")), MOST).unwrap());
    assert_eq!(bench.read(""), "a.test\n");
    let (cause, words) = bench.cause(&gz(&one), &wanted(false, None), MOST);
    assert!(cause == Cause::Archive && words.contains("inside"), "{words}");
    assert!(!bench.unpack(b"a.test\n", &wanted(false, None), MOST).unwrap());
    assert_eq!(bench.cause(b"a.test\n", &wanted(true, None), MOST).0, Cause::Archive);
    assert_eq!(bench.cause(&gz(&one), &wanted(false, Some("nothing")), MOST).0, Cause::Archive);
}

#[test]
fn hostile_archives_are_refused_and_write_nothing_outside() {
    let bench = Bench(tempfile::tempdir().unwrap());
    for name in ["../x/domains", "/x/domains", "a/../../x/domains", "a\\..\\x/domains"] {
        for bytes in [tar(&[(name, FILE, b"a.test\n")]), gz(&tar(&[(name, FILE, b"a.test\n")])), zip(&[(name, b"a.test\n")])] {
            let (cause, words) = bench.cause(&bytes, &wanted(true, None), MOST);
            assert!(cause == Cause::Archive && words.contains("leads out"), "{name}: {words}");
        }
    }
    for kind in [tar::EntryType::Char, tar::EntryType::Block, tar::EntryType::Fifo, tar::EntryType::GNUSparse] {
        assert_eq!(bench.cause(&tar(&[("a/domains", kind, b"")]), &wanted(true, None), MOST).0, Cause::Archive, "{kind:?}");
    }
    let twice = tar(&[("x/a/domains", FILE, b"a.test\n"), ("y/a/domains", FILE, b"b.test\n")]);
    assert!(bench.cause(&twice, &wanted(true, None), MOST).1.contains("twice"));
    let whole = gz(&ut1());
    for cut in [12, whole.len() / 2, whole.len() - 1] {
        assert_eq!(bench.cause(&whole[..cut], &wanted(true, None), MOST).0, Cause::Archive, "{cut}");
    }
    let mut flipped = whole.clone();
    let last = flipped.len() - 5;
    flipped[last] ^= 1;
    assert_eq!(bench.cause(&flipped, &wanted(true, None), MOST).0, Cause::Archive, "the check sum at the end counts");
    assert_eq!(
        fs::read_dir(bench.0.path())
            .unwrap()
            .filter(|entry| !matches!(entry.as_ref().unwrap().file_name().to_str(), Some("from" | "into")))
            .count(),
        0
    );
}

#[test]
fn bombs_are_defused() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let zeros = vec![b'0'; 20 << 20];
    let bombs =
        [gz(&zeros), zstd::encode_all(&zeros[..], 3).unwrap(), zip(&[("list.txt", &zeros)]), gz(&tar(&[("unwanted/other", FILE, &zeros)]))];
    for bomb in &bombs {
        let (cause, words) = bench.cause(bomb, &wanted(false, None), MOST);
        assert!(cause == Cause::Bomb && words.contains("times"), "{words}");
        let (cause, words) = bench.cause(bomb, &wanted(false, None), 1 << 20);
        assert!(cause == Cause::Bomb && words.contains("max_expanded"), "{words}");
    }
}

#[test]
fn what_is_passed_over_in_a_tar_archive_counts_too() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let zeros = vec![b'0'; 20 << 20];
    for kind in [tar::EntryType::Directory, tar::EntryType::Symlink, tar::EntryType::Link] {
        let bomb = gz(&tar(&[("a", kind, &zeros), ("a/domains", FILE, b"a.test\n")]));
        assert_eq!(bench.cause(&bomb, &wanted(true, None), MOST).0, Cause::Bomb, "{kind:?}");
    }
    let described: Vec<Item<'_>> = (0..20).map(|_| ("x", tar::EntryType::XGlobalHeader, &zeros[..1 << 20])).collect();
    assert_eq!(bench.cause(&gz(&tar(&described)), &wanted(true, None), MOST).0, Cause::Bomb);
}

#[test]
fn the_entries_of_a_zip_archive_are_counted_before_its_directory_is_read() {
    let mark = |count: usize| b"PK\x01\x02 ".repeat(count);
    for count in [0, 1, 20_000] {
        assert_eq!(listed(&mut BufReader::with_capacity(7, &mark(count)[..])).unwrap(), count);
    }
    let bench = Bench(tempfile::tempdir().unwrap());
    let many = [zip(&[]), mark(ENTRIES + 1)].concat();
    assert!(bench.cause(&many, &wanted(false, None), MOST).1.contains("100,000"));
}
