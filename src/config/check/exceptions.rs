//! The exceptions of a site: its `[[rule]]`s, and the lines of its own file (standards A10). A line is: `allow` or `block`, address,
//! author, reason, and where wanted the last day and the groups, with tabs between.
//!
//! Must never take a line that opens what a layer above the site has closed, nor one without an author and a reason.

use super::bench::Bench;
use super::known_exceptions;
use crate::canon::ListEntry;
use crate::config::fault::FaultKind;
use crate::config::moment;
use crate::config::source::{At, Place};
use crate::model::{GroupId, Timestamp};
use crate::policy::{Exception, Exceptions, ExceptionsMaker, Layer, Level, LocalAction, LocalRule, TooMany, Word, loosened, read_address};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// So many lines of one file are told; the others are counted.
const TOLD: usize = 20;

/// The hosts that layers above the sites close: whether an address lies below one is looked up, not searched.
pub(super) struct Closed {
    hosts: HashSet<Box<str>>,
    fingerprint: known_exceptions::Key,
}

impl Closed {
    pub(super) fn new(layers: &[Layer]) -> Self {
        let hosts = layers.iter().filter(|layer| layer.level < Level::Site).flat_map(|layer| &layer.block_hosts);
        let hosts: HashSet<Box<str>> =
            hosts.filter_map(|address| read_address(address).ok()).map(|entry| entry.host.as_str().into()).collect();
        let sorted: BTreeSet<&[u8]> = hosts.iter().map(|host| host.as_bytes()).collect();
        Self { fingerprint: known_exceptions::key(sorted), hosts }
    }

    fn touches(&self, host: &str) -> bool {
        let parents = host.match_indices('.').map(|(dot, _)| &host[dot + 1..]);
        !self.hosts.is_empty() && std::iter::once(host).chain(parents).any(|name| self.hosts.contains(name))
    }
}

/// Is told every byte that was read.
type Told<'a> = &'a mut dyn FnMut(&[u8]);

/// The table of a site.
pub(super) fn check(
    rules: &[LocalRule],
    file: Option<(&At<String>, Told<'_>)>,
    (layers, closed): (&[Layer], &Closed),
    bench: &mut Bench<'_>,
) -> Arc<Exceptions> {
    let text = file.and_then(|(path, read)| {
        let text = text_of(path, bench)?;
        read(text.as_bytes());
        Some((path, text))
    });
    let key = known_exceptions::key([
        text.as_ref().map_or(&[][..], |(_, text)| text.as_bytes()),
        // What the meaning of a line depends on: its groups, the zone of its last day, and what stands beside it and above it.
        format!("{:?} {:?}", bench.groups, bench.zone).as_bytes(),
        counted(rules, layers, bench.first).as_bytes(),
        &closed.fingerprint,
    ]);
    if let Some(known) = known_exceptions::find(&key) {
        return known;
    }
    let faults = bench.reader.faults();
    let made = Arc::new(make(rules, text, (layers, closed), bench));
    if bench.reader.faults() == faults {
        known_exceptions::keep(key, &made);
    }
    made
}

/// Rules and layers, with the numbers of their groups counted from the site's first: a site that comes before changes nothing.
fn counted(rules: &[LocalRule], layers: &[Layer], first: u16) -> String {
    let count = |groups: &[GroupId]| groups.iter().map(|group| GroupId(group.0.saturating_sub(first))).collect();
    let rules: Vec<LocalRule> = rules.iter().map(|rule| LocalRule { groups: count(&rule.groups), ..rule.clone() }).collect();
    let layers: Vec<Layer> = layers.iter().map(|layer| Layer { groups: count(&layer.groups), ..layer.clone() }).collect();
    format!("{rules:?} {layers:?}")
}

fn make(
    rules: &[LocalRule],
    file: Option<(&At<String>, String)>,
    (layers, closed): (&[Layer], &Closed),
    bench: &mut Bench<'_>,
) -> Exceptions {
    let mut maker = ExceptionsMaker::default();
    for rule in rules {
        let groups: Vec<u16> = rule.groups.iter().map(|group| group.0 - bench.first).collect();
        let said = Exception { action: rule.action, author: &rule.author, reason: &rule.reason, expires: rule.expires, groups: &groups };
        for entry in rule.addresses.iter().filter_map(|address| read_address(address).ok()) {
            if let Err(fault) = maker.add(entry, said) {
                bench.reader.fault(&Place::default(), FaultKind::TooMany(fault));
            }
        }
    }
    if let Some((path, text)) = file {
        let mut lines = Lines { path, source: None, faults: 0, layers, closed, bench, ends: HashMap::new(), groups: Vec::new() };
        lines.read(&text, &mut maker);
    }
    maker.finish()
}

fn text_of(path: &At<String>, bench: &mut Bench<'_>) -> Option<String> {
    let problem = match bench.files.read(Path::new(&path.value)) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Some(text),
            Err(error) => format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()),
        },
        Err(error) => error.to_string(),
    };
    bench.reader.fault(&path.place, FaultKind::File { path: path.value.as_str().into(), problem: problem.into() });
    None
}

struct Lines<'a, 'b> {
    path: &'a At<String>,
    /// The text is kept once it has a fault to point to.
    source: Option<usize>,
    faults: usize,
    layers: &'a [Layer],
    closed: &'a Closed,
    bench: &'a mut Bench<'b>,
    /// Most exceptions of a site end on few days.
    ends: HashMap<Box<str>, Option<Timestamp>>,
    groups: Vec<u16>,
}

/// A field, and where it starts.
type Field<'t> = (usize, &'t str);

impl Lines<'_, '_> {
    fn read(&mut self, text: &str, maker: &mut ExceptionsMaker) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let written = line.trim_end();
            if !written.is_empty() && !written.starts_with('#') && self.line(text, (start, written), maker).is_none() {
                self.faults += 1;
            }
            start += line.len();
        }
        if let (Some(source), true) = (self.source, self.faults > TOLD) {
            let place = Place { source, span: text.len()..text.len() };
            self.bench.reader.fault(&place, FaultKind::MoreLines(self.faults - TOLD));
        }
    }

    /// `None`: the line has a fault.
    fn line(&mut self, text: &str, (start, line): Field<'_>, maker: &mut ExceptionsMaker) -> Option<()> {
        let mut fields = line.split('\t').scan(start, |at, field| {
            let here = *at;
            *at += field.len() + 1;
            Some((here, field.trim()))
        });
        let mut next = || fields.next().filter(|(_, field)| !field.is_empty());
        let (word, address, author, reason, end, groups) = (next(), next(), next(), next(), next(), next());
        if let Some((at, _)) = fields.find(|(_, field)| !field.is_empty()) {
            let expected = "six columns at most, several groups in one with commas between";
            self.fault(text, (at, &text[at..start + line.len()]), FaultKind::Malformed { expected: expected.into() }, None);
            return None;
        }
        let whole = (start, line);
        let (word, address) = (self.need(text, word, "allow' or 'block", whole)?, self.need(text, address, "address", whole)?);
        let (author, reason) = (self.need(text, author, "author", whole)?, self.need(text, reason, "reason", whole)?);
        let action = self.action(text, word)?;
        let entry = read_address(address.1).map_err(|why| self.fault(text, address, FaultKind::Address(why), None)).ok()?;
        let expires = self.end(text, end)?;
        self.groups(text, groups)?;
        self.stays_closed(text, action, address, &entry)?;
        let said = Exception { action, author: author.1, reason: reason.1, expires, groups: &self.groups };
        let added = maker.add(entry, said);
        added.map_err(|fault: TooMany| self.fault(text, whole, FaultKind::TooMany(fault), None)).ok()
    }

    fn need<'t>(&mut self, text: &str, field: Option<Field<'t>>, what: &'static str, line: Field<'_>) -> Option<Field<'t>> {
        if field.is_none() {
            let help = "with tabs between: allow or block, address, author, reason, and where wanted the last day and the groups";
            self.fault(text, line, FaultKind::Missing(what), Some(help));
        }
        field
    }

    fn action(&mut self, text: &str, word: Field<'_>) -> Option<LocalAction> {
        match word.1 {
            "allow" => Some(LocalAction::Allow),
            "block" => Some(LocalAction::Block),
            _ => {
                self.fault(text, word, FaultKind::NotAChoice("allow, block".into()), None);
                None
            }
        }
    }

    /// The outer `None` is a fault, the inner one means that it never ends.
    fn end(&mut self, text: &str, field: Option<Field<'_>>) -> Option<Option<Timestamp>> {
        let Some(field) = field.filter(|(_, word)| *word != "-") else { return Some(None) };
        if !self.ends.contains_key(field.1) {
            let end = moment::read(field.1).and_then(|written| written.end(&self.bench.zone));
            self.ends.insert(field.1.into(), end);
        }
        let end = self.ends.get(field.1).copied().flatten();
        if end.is_none() {
            self.fault(text, field, FaultKind::Malformed { expected: moment::EXPECTED.into() }, None);
        }
        end.map(Some)
    }

    fn groups(&mut self, text: &str, field: Option<Field<'_>>) -> Option<()> {
        self.groups.clear();
        let Some((start, names)) = field else { return Some(()) };
        for name in names.split(',').map(str::trim) {
            match self.bench.groups.iter().position(|known| known == name).and_then(|place| u16::try_from(place).ok()) {
                Some(place) => self.groups.push(place),
                None => {
                    let help = format!("there are: {}", self.bench.groups.join(", "));
                    self.fault(text, (start, names), FaultKind::Unknown("group", name.into()), Some(&help));
                    return None;
                }
            }
        }
        Some(())
    }

    /// Nothing opens what a layer above the site has closed (standards C1).
    fn stays_closed(&mut self, text: &str, action: LocalAction, address: Field<'_>, entry: &ListEntry) -> Option<()> {
        if action == LocalAction::Block || !self.closed.touches(&entry.host) {
            return Some(());
        }
        let groups: Vec<GroupId> = self.groups.iter().map(|place| GroupId(self.bench.first + place)).collect();
        let Some(layer) = loosened(self.layers, Level::Site, &groups, Word::Open(address.1)) else { return Some(()) };
        let (kind, help) = super::layers::loosening(layer, address.1);
        self.fault(text, address, kind, Some(&help));
        None
    }

    fn fault(&mut self, text: &str, (start, field): Field<'_>, kind: FaultKind, help: Option<&str>) {
        if self.faults >= TOLD {
            return;
        }
        let reader = &mut *self.bench.reader;
        let source = *self.source.get_or_insert_with(|| reader.add_source(&self.path.value, text));
        let place = Place { source, span: start..start + field.len() };
        match help {
            Some(help) => reader.fault_with_help(&place, kind, help),
            None => reader.fault(&place, kind),
        }
    }
}
