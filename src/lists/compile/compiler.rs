//! The compiler: declare lists, feed their files, finish.

use super::blocks::{Block, Blocks};
use super::build::build;
use super::gather::{Gathered, Gatherer};
use super::hold::{hold, warnings};
use super::plain_text::PlainText;
use super::report::{HoldReason, ListReport, Report};
use super::spec::{ListSpec, Source};
use super::tally::Tally;
use crate::canon::canonicalise_entry;
use crate::lists::format::{CsvSchema, Fault, Format, JsonSchema, Line, Read as LineRead, Zone, read_document, read_line, read_rows};
use crate::lists::names::{NameModel, Taught};
use crate::lists::{InstallationKey, ListImage, ListInfo, ListKind, MAX_LISTS, Secrets};
use crate::model::{CategoryId, ListId};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Threads that read one large file.
const THREADS: usize = 2;
/// Most categories of an image.
const MAX_CATEGORIES: usize = 256;

/// A list that cannot be declared or fed.
#[derive(Debug, thiserror::Error)]
pub enum CompileFault {
    /// There are too many lists.
    #[error("an image holds at most {MAX_LISTS} lists")]
    TooManyLists,
    /// There are too many categories.
    #[error("an image holds at most {MAX_CATEGORIES} categories")]
    TooManyCategories,
    /// Two lists of one name.
    #[error("there are two lists with the name {0}")]
    NameTwice(Arc<str>),
    /// The list was not declared.
    #[error("the list was not declared")]
    UnknownList,
    /// Keywords and expressions would stand in an image as text.
    #[error("{0} is a statutory list, which cannot hold keywords or expressions")]
    RulesInStatutoryList(Arc<str>),
    /// A file cannot be read to its end. The list is held back.
    #[error("{file} cannot be read to its end")]
    Read {
        /// The file.
        file: Arc<str>,
        /// What the system says.
        source: io::Error,
    },
}

/// An image and what there is to say about it.
#[derive(Debug)]
pub struct Compiled {
    /// The image. While [`Report::held`] names a list, the last good image stays in force instead.
    pub image: ListImage,
    /// Counts, bad lines, alarms.
    pub report: Report,
}

pub(super) struct Declared {
    pub(super) spec: ListSpec,
    pub(super) category: CategoryId,
    tally: Tally,
    hold: Option<HoldReason>,
}

/// Makes an image out of text.
pub struct Compiler {
    secrets: Secrets,
    key_check: [u8; 8],
    threads: usize,
    pub(super) categories: Vec<Arc<str>>,
    pub(super) lists: Vec<Declared>,
    pub(super) gathered: Vec<Gathered>,
    pub(super) taught: Option<Taught>,
    pub(super) names: Arc<NameModel>,
}

impl Compiler {
    /// A compiler without lists.
    #[must_use]
    pub fn new(installation: &InstallationKey) -> Self {
        Self::with(Secrets::new(installation), installation.check())
    }

    pub(super) fn with(secrets: Secrets, key_check: [u8; 8]) -> Self {
        Self {
            secrets,
            key_check,
            threads: THREADS,
            categories: Vec::new(),
            lists: Vec::new(),
            gathered: (0..THREADS).map(|_| Gathered::new()).collect(),
            taught: None,
            names: Arc::default(),
        }
    }

    /// Reads with this many threads, 1 or 2. The image is the same.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.clamp(1, THREADS);
        self
    }

    /// Declares a list.
    ///
    /// # Errors
    /// [`CompileFault`] for too many lists or categories, or a name that is taken.
    pub fn add_list(&mut self, spec: ListSpec) -> Result<ListId, CompileFault> {
        if self.lists.iter().any(|list| list.spec.name == spec.name) {
            return Err(CompileFault::NameTwice(spec.name));
        }
        let number = u8::try_from(self.lists.len()).ok().filter(|&number| usize::from(number) < MAX_LISTS);
        let number = number.ok_or(CompileFault::TooManyLists)?;
        let category = self.category(&spec.category)?;
        self.lists.push(Declared { spec, category, tally: Tally::default(), hold: None });
        Ok(ListId(number))
    }

    /// The number of a category, new or known. Policy may name categories that no list has yet.
    ///
    /// # Errors
    /// [`CompileFault::TooManyCategories`].
    pub fn category(&mut self, name: &Arc<str>) -> Result<CategoryId, CompileFault> {
        let place = self.categories.iter().position(|known| known == name).unwrap_or(self.categories.len());
        let id = u8::try_from(place).map_err(|_| CompileFault::TooManyCategories)?;
        if place == self.categories.len() {
            self.categories.push(Arc::clone(name));
        }
        Ok(CategoryId(id))
    }

    /// Reads one file of a list, in blocks: it is never held whole.
    ///
    /// # Errors
    /// [`CompileFault::RulesInStatutoryList`]; [`CompileFault::Read`] when the file cannot be read to its end; the list is then held back.
    pub fn feed(&mut self, list: ListId, source: &Source, text: impl Read + Send) -> Result<(), CompileFault> {
        let at = usize::from(list.0);
        let spec = &self.lists.get(at).ok_or(CompileFault::UnknownList)?.spec;
        if spec.kind == ListKind::Statutory && matches!(source.format, Format::Keywords | Format::Expressions) {
            return Err(CompileFault::RulesInStatutoryList(Arc::clone(&spec.name)));
        }
        let file = File { list, spec, source, secrets: &self.secrets };
        let outcome = match &source.format {
            Format::Csv(schema) => file.read_rows(schema, &mut self.gathered[0], text),
            Format::Json(schema) => file.read_document(schema, &mut self.gathered[0], text),
            Format::Rpz => file.read_zone(&mut self.gathered[0], text),
            Format::Domains
            | Format::Hosts
            | Format::Urls
            | Format::Adblock
            | Format::Expressions
            | Format::Keywords
            | Format::JsonLines(_) => file.read_lines(&mut self.gathered[..self.threads], text),
        };
        let declared = &mut self.lists[at];
        match outcome {
            Ok((tally, binary)) => {
                declared.tally = std::mem::take(&mut declared.tally).append(tally);
                declared.tally.cut();
                declared.hold = declared.hold.or(binary.then_some(HoldReason::NotText));
                Ok(())
            }
            Err(fault) => {
                declared.hold = Some(HoldReason::Unreadable);
                Err(CompileFault::Read { file: Arc::clone(&source.file), source: fault })
            }
        }
    }

    /// Builds the image.
    #[must_use]
    pub fn finish(mut self) -> Compiled {
        self.learn_names(0);
        let category_of: Vec<CategoryId> = self.lists.iter().map(|list| list.category).collect();
        let built = build(std::mem::take(&mut self.gathered), &category_of, self.threads);
        for (list, rule) in &built.dropped_rules {
            self.lists[usize::from(list.0)].tally.bad(&rule.file, rule.line, 0, super::report::LineFault::OverBudget);
        }
        let mut image = ListImage {
            categories: self.categories,
            key_check: self.key_check,
            secrets: Some(self.secrets),
            names: self.names,
            ..built.image
        };
        let mut report = Report::default();
        for (number, declared) in (0..).zip(&mut self.lists) {
            let sound = built.samples.iter().filter(|(_, list)| list.0 == number).all(|&(key, list)| image.key_is_of(key, list));
            declared.hold =
                declared.hold.or((!sound).then_some(HoldReason::SelfTest)).or_else(|| declared.canary_missing(ListId(number), &image));
        }
        for (declared, &entries) in self.lists.iter_mut().zip(&built.entries) {
            declared.tally.cut();
            image.lists.push(declared.info(entries));
            report.lists.push(declared.report(entries));
        }
        let checksum = image.content_checksum();
        image.seal(checksum);
        Compiled { image, report }
    }
}

impl Declared {
    fn canary_missing(&self, list: ListId, image: &ListImage) -> Option<HoldReason> {
        if self.spec.elsewhere {
            return None;
        }
        let canary = canonicalise_entry(self.spec.canary.as_ref()?.as_bytes());
        let there = canary.is_ok_and(|entry| image.holds(list, self.spec.kind, self.spec.page_match, &entry));
        (!there).then_some(HoldReason::CanaryMissing)
    }

    fn info(&self, entries: u64) -> ListInfo {
        ListInfo {
            name: Arc::clone(&self.spec.name),
            kind: self.spec.kind,
            category: self.category,
            entries,
            rejected: self.tally.rejected,
            demonstration: self.spec.demonstration,
        }
    }

    fn report(&mut self, entries: u64) -> ListReport {
        ListReport {
            name: Arc::clone(&self.spec.name),
            kind: self.spec.kind,
            lines: self.tally.lines,
            entries,
            readings: self.tally.readings,
            rejected: self.tally.rejected,
            unsupported: self.tally.unsupported,
            bad_lines: std::mem::take(&mut self.tally.bad_lines),
            by_line: std::mem::take(&mut self.tally.by_line),
            warnings: warnings(&self.spec, &self.tally, entries),
            hold: self.hold.or_else(|| hold(&self.spec, &self.tally, entries)),
        }
    }
}

/// One file that is being read.
struct File<'a> {
    list: ListId,
    spec: &'a ListSpec,
    source: &'a Source,
    secrets: &'a Secrets,
}

impl File<'_> {
    fn gatherer<'g>(&'g self, gathered: &'g mut Gathered) -> Gatherer<'g> {
        Gatherer {
            gathered,
            tally: Tally::default(),
            secrets: self.secrets,
            list: self.list,
            kind: self.spec.kind,
            page_match: self.spec.page_match,
            file: Arc::clone(&self.source.file),
            line: 0,
        }
    }

    /// Line formats: a small file on this thread, a large one on all.
    fn read_lines(&self, gathered: &mut [Gathered], text: impl Read + Send) -> io::Result<(Tally, bool)> {
        let mut blocks = Blocks::new(text);
        let mut first = Block::default();
        if !blocks.next(&mut first)? {
            return Ok((Tally::default(), false));
        }
        let alone = blocks.ended() || gathered.len() == 1;
        let (mine, others) = gathered.split_at_mut(1);
        let blocks = Mutex::new(blocks);
        let tallies = std::thread::scope(|scope| {
            let count = if alone { 0 } else { others.len() };
            let running: Vec<_> =
                others[..count].iter_mut().map(|own| scope.spawn(|| self.read_blocks(own, Block::default(), &blocks))).collect();
            let own = self.read_blocks(&mut mine[0], first, &blocks);
            let joined = running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            std::iter::once(own).chain(joined).collect::<io::Result<Vec<Tally>>>()
        })?;
        let binary = blocks.into_inner().unwrap_or_else(PoisonError::into_inner).binary;
        Ok((Tally::join_threads(tallies.into_iter()), binary))
    }

    fn read_blocks<R: Read>(&self, gathered: &mut Gathered, mut block: Block, blocks: &Mutex<Blocks<R>>) -> io::Result<Tally> {
        let mut sink = self.gatherer(gathered);
        loop {
            for (number, bytes) in block.lines() {
                sink.line = number;
                let outcome = read_line(&self.source.format, Line::new(bytes, self.spec.strict), &mut sink);
                count(&mut sink, number, outcome);
            }
            if !blocks.lock().unwrap_or_else(PoisonError::into_inner).next(&mut block)? {
                return Ok(sink.tally);
            }
        }
    }

    fn read_rows(&self, schema: &CsvSchema, gathered: &mut Gathered, text: impl Read) -> io::Result<(Tally, bool)> {
        let mut sink = self.gatherer(gathered);
        read_rows(schema, self.spec.strict, PlainText::new(text), &mut sink, count)?;
        Ok((sink.tally, false))
    }

    fn read_document(&self, schema: &JsonSchema, gathered: &mut Gathered, text: impl Read) -> io::Result<(Tally, bool)> {
        let mut sink = self.gatherer(gathered);
        read_document(schema, self.spec.strict, PlainText::new(text), &mut sink, count)?;
        Ok((sink.tally, false))
    }

    fn read_zone(&self, gathered: &mut Gathered, text: impl Read) -> io::Result<(Tally, bool)> {
        let mut sink = self.gatherer(gathered);
        let (mut blocks, mut block, mut zone) = (Blocks::new(text), Block::default(), Zone::default());
        while blocks.next(&mut block)? {
            for (number, bytes) in block.lines() {
                sink.line = number;
                let outcome = zone.read(Line::new(bytes, self.spec.strict), &mut sink);
                count(&mut sink, number, outcome);
            }
        }
        Ok((sink.tally, blocks.binary))
    }
}

#[inline]
fn count(sink: &mut Gatherer<'_>, line: u64, outcome: Result<LineRead, Fault>) {
    match outcome {
        Ok(LineRead::Nothing) => {}
        Ok(LineRead::Entries) => sink.tally.lines += 1,
        Err(fault) => {
            let file = Arc::clone(&sink.file);
            sink.tally.fault(&file, line, fault);
        }
    }
}
