//! Lists: any text compiles or is held back with a word, one thread and two make the same image, an image that is written reads
//! back the same, and no image that was not written is believed.

use lifeguard::canon::{RawTarget, Wrappers, canonicalise, plain_host};
use lifeguard::lists::{
    ColumnName, Compiled, Compiler, CsvSchema, Format, InstallationKey, JsonSchema, ListImage, ListKind, ListSpec, Pointer, Source,
};
use lifeguard::matcher::find;

fn key() -> InstallationKey {
    InstallationKey::from_bytes([42; 32])
}

fn compile(threads: usize, kind: ListKind, format: &Format, text: &[u8]) -> Compiled {
    let mut compiler = Compiler::new(&key()).with_threads(threads);
    let spec = ListSpec { any_size: true, bad_lines_per_thousand: 1000, ..ListSpec::new(kind, "fuzzed", "fuzzed") };
    let list = compiler.add_list(spec).expect("the first list has a place");
    let _told = compiler.feed(list, &Source::new("fuzzed.txt", format.clone()), text);
    compiler.finish()
}

fn check(kind: ListKind, format: &Format, text: &[u8]) -> Compiled {
    let compiled = compile(1, kind, format, text);
    // Threads are slow to start: one input in four is enough.
    if text.len().is_multiple_of(4) {
        assert_eq!(compiled.image.version(), compile(2, kind, format, text).image.version(), "two threads make another image");
    }
    let mut bytes = Vec::new();
    compiled.image.write(&mut bytes).expect("memory takes everything");
    let again = ListImage::read(bytes.as_slice(), &key()).expect("what was written can be read");
    assert_eq!(again.version(), compiled.image.version());
    compiled
}

fn category(format: &Format, text: &[u8]) {
    check(ListKind::Category, format, text);
}

/// One host name a line; every good line then matches itself.
pub fn list_domains(data: &[u8]) {
    let compiled = check(ListKind::Category, &Format::Domains, data);
    for line in data.split(|byte| *byte == b'\n') {
        let Some(host) = plain_host(line).filter(|host| host.contains('.')) else { continue };
        let url = canonicalise(RawTarget::Absolute(format!("http://{host}/").as_bytes()), &Wrappers::none()).expect("a plain host");
        let held = compiled.report.lists.iter().any(|list| list.hold.is_some());
        assert!(held || !find(&compiled.image, &url).categories.is_empty(), "{host} does not match itself");
    }
}

/// A hosts file.
pub fn list_hosts(data: &[u8]) {
    category(&Format::Hosts, data);
}

/// One address a line, as a category and as a statutory list.
pub fn list_urls(data: &[u8]) {
    category(&Format::Urls, data);
    check(ListKind::Statutory, &Format::Urls, data);
}

/// Adblock syntax.
pub fn list_adblock(data: &[u8]) {
    category(&Format::Adblock, data);
}

/// A response policy zone.
pub fn list_rpz(data: &[u8]) {
    category(&Format::Rpz, data);
}

/// Rows, by heading and by place.
pub fn list_csv(data: &[u8]) {
    category(&Format::Csv(CsvSchema { column: ColumnName::Heading(String::from("url")), delimiter: b',' }), data);
    check(ListKind::Statutory, &Format::Csv(CsvSchema { column: ColumnName::Place(1), delimiter: b';' }), data);
}

/// A JSON document, and JSON lines.
pub fn list_json(data: &[u8]) {
    let pointer = |text: &str| text.parse::<Pointer>().expect("a pointer");
    category(&Format::Json(JsonSchema { records: pointer("/entries"), field: pointer("/url") }), data);
    check(ListKind::Statutory, &Format::JsonLines(pointer("/0")), data);
}

/// Expressions and keywords.
pub fn list_rules(data: &[u8]) {
    category(&Format::Expressions, data);
    category(&Format::Keywords, data);
}

/// An image: bytes as they come, and the same with a right start.
pub fn image(data: &[u8]) {
    if let Ok(image) = ListImage::read(data, &key()) {
        let mut again = Vec::new();
        image.write(&mut again).expect("memory takes everything");
        assert_eq!(again, data, "an image has one spelling");
    }
}
