//! Real lists, where they are at hand: every entry matches itself, and every line that is no entry is listed with its place.
//!
//! `LIFEGUARD_TEST_DATA` names the folder with `ut1.tar.zst` and `publicdomain.tar.zst`; without it the test looks beside
//! the project, and says that it is passed over when they are not there. Nothing in these lists is ever fetched.

use lifeguard::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use lifeguard::lists::{Compiled, Compiler, Format, ListKind, ListSpec, Report, Source};
use lifeguard::matcher::find;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One list and its files.
struct RealList {
    name: String,
    files: Vec<(Source, Vec<u8>)>,
}

fn data_folder() -> Option<PathBuf> {
    let beside =
        || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1).map(|above| above.join("shared/data")).find(|found| found.is_dir());
    let folder = std::env::var_os("LIFEGUARD_TEST_DATA").map(PathBuf::from).or_else(beside)?;
    folder.join("ut1.tar.zst").is_file().then_some(folder)
}

fn unpack(archive: &Path, into: &Path) -> bool {
    let Ok(mut zstd) = Command::new("zstd").arg("-dc").arg(archive).stdout(Stdio::piped()).spawn() else { return false };
    let tar = Command::new("tar").arg("x").arg("-C").arg(into).stdin(zstd.stdout.take().unwrap()).status();
    zstd.wait().is_ok_and(|status| status.success()) && tar.is_ok_and(|status| status.success())
}

fn squidguard_lists(folder: &Path) -> Vec<RealList> {
    let mut lists = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().into_string().unwrap();
        let files = fs::read_dir(entry.path()).unwrap().map(Result::unwrap);
        let files = files.filter_map(|file| Some((Source::of_squidguard(&name, file.file_name().to_str()?)?, fs::read(file.path()).ok()?)));
        lists.push(RealList { files: files.collect(), name });
    }
    lists
}

fn flat_lists(folder: &Path) -> Vec<RealList> {
    let mut lists = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let format = match name.rsplit('.').nth(1) {
            Some("domains") => Format::Domains,
            Some("hosts") => Format::Hosts,
            Some("adblock") => Format::Adblock,
            _ => continue,
        };
        lists.push(RealList { files: vec![(Source::new(&name, format), fs::read(entry.path()).unwrap())], name });
    }
    lists
}

/// The address that a line lists, written by hand apart from the readers under test.
fn listed_address(format: &Format, line: &str) -> Option<CanonicalUrl> {
    let text = match format {
        Format::Domains | Format::Urls => line.trim().trim_start_matches("*.").trim_start_matches('.').to_owned(),
        Format::Hosts => line.split_whitespace().nth(1)?.to_owned(),
        Format::Adblock => line.trim().strip_prefix("||")?.split('^').next()?.to_owned(),
        Format::Rpz | Format::Expressions | Format::Keywords | Format::Csv(_) | Format::Json(_) | Format::JsonLines(_) => return None,
    };
    let text = if text.contains("://") { text } else { format!("http://{text}") };
    canonicalise(RawTarget::Absolute(text.replace(' ', "%20").as_bytes()), &Wrappers::none()).ok()
}

#[test]
fn every_entry_of_real_lists_matches_itself_and_every_other_line_is_listed_with_its_place() {
    let Some(data) = data_folder() else {
        println!("passed over: no real lists here (LIFEGUARD_TEST_DATA)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    if !unpack(&data.join("ut1.tar.zst"), folder.path()) || !unpack(&data.join("publicdomain.tar.zst"), folder.path()) {
        println!("passed over: zstd or tar is missing");
        return;
    }
    let mut lists = squidguard_lists(&folder.path().join("ut1"));
    lists.extend(flat_lists(&folder.path().join("pd")));
    lists.sort_by(|one, other| one.name.cmp(&other.name));
    let is_rules = |source: &Source| source.format == Format::Expressions;
    let rules = compile(&lists, is_rules);
    say("expressions", &rules.report, rules.image.memory().rules);
    assert!(rules.report.lists.iter().all(|list| list.rejected == 0));
    // Names and pages by themselves: an expression that also holds an address must not hide that its own entry is lost.
    let compiled = compile(&lists, |source| !is_rules(source));
    say("names and pages", &compiled.report, compiled.image.memory().categories);
    for (number, list) in lists.iter().enumerate() {
        let report = &compiled.report.lists[number];
        assert_eq!(report.bad_lines.len() as u64, report.rejected + report.unsupported, "{}", list.name);
        let bad: HashSet<(&str, u64)> = report.bad_lines.iter().map(|line| (&*line.file, line.line)).collect();
        for (source, text) in &list.files {
            check_lines(&compiled.image, number, source, text, &bad);
        }
    }
}

fn compile(lists: &[RealList], wanted: impl Fn(&Source) -> bool) -> Compiled {
    let mut compiler = Compiler::new(&crate::lists_support::key());
    for list in lists {
        let number = compiler.add_list(ListSpec::new(ListKind::Category, &list.name, &list.name)).unwrap();
        let files = list.files.iter().filter(|(source, _)| wanted(source));
        files.for_each(|(source, text)| compiler.feed(number, source, text.as_slice()).unwrap());
    }
    compiler.finish()
}

fn check_lines(image: &lifeguard::lists::ListImage, number: usize, source: &Source, text: &[u8], bad: &HashSet<(&str, u64)>) {
    let category = image.lists()[number].category;
    for (line, text) in (1..).zip(String::from_utf8_lossy(text).lines()) {
        let comment = text.trim().is_empty() || text.starts_with(['#', '!', '[']);
        if comment || bad.contains(&(&*source.file, line)) || matches!(source.format, Format::Expressions) {
            continue;
        }
        let own_name = matches!(source.format, Format::Hosts) && text.contains("localhost");
        let held = listed_address(&source.format, text).is_some_and(|url| find(image, &url).categories.contains(category));
        assert!(held || own_name, "{}:{line}: {text:?} does not match itself", source.file);
    }
}

fn say(what: &str, report: &Report, bytes: usize) {
    let sum = |count: fn(&lifeguard::lists::ListReport) -> u64| report.lists.iter().map(count).sum::<u64>();
    println!("{what}: {} lists, {} lines", report.lists.len(), sum(|list| list.lines));
    println!(
        "{} entries ({} hosts, {} pages, {} with a query, {} rules)",
        sum(|list| list.entries),
        sum(|list| list.readings.hosts),
        sum(|list| list.readings.pages),
        sum(|list| list.readings.pages_with_query),
        sum(|list| list.readings.rules)
    );
    println!(
        "{} rejected, {} unsupported, {} held back, {bytes} bytes",
        sum(|list| list.rejected),
        sum(|list| list.unsupported),
        report.held().count()
    );
    report.lists.iter().flat_map(|list| &list.bad_lines).for_each(|line| println!("{line}"));
}
