//! Makes the index of one sealed segment by reading it through once. It holds the rows of one segment in memory (texts once each), and
//! writes its two files under other names first; the summary gets its name last, so that it never speaks of what is not there.

use super::bloom::Bloom;
use super::card::{Card, PARTS, load_card};
use super::columns::{Column, Ending, Rows, schema};
use super::counted::Counted;
use super::hosts::count_hosts;
use super::summary::{CHECKED, LateOutcome, Summary, load_part};
use crate::record::frame::FrameKind;
use crate::record::{Entry, OutcomeRecord, RequestRecord, decode};
use crate::store::fault::ReadFault;
use crate::store::files::{Files, append_all};
use crate::store::frames::{Frames, Step};
use crate::store::name::{UNFINISHED, index_name, sealed_name, summary_name};
use crate::store::path::Link;
use crate::store::seal::seal_mark;
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use std::collections::{HashMap, HashSet};
use std::io;

/// Rows in one page: what is read at least for the sake of one row.
const PAGE_ROWS: usize = 16 * 1024;
const LEVEL: i32 = 3;
/// A column of texts stays a dictionary up to so many bytes of different texts.
const DICTIONARY: usize = 48 << 20;

/// Why no index could be made. The log itself is not touched by it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexFault {
    /// The segment cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// A frame of the segment is broken: what cannot be read cannot be indexed.
    #[error("byte {0} of the segment is no frame")]
    Broken(u64),
    /// A file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The rows cannot be put down.
    #[error(transparent)]
    Rows(#[from] ParquetError),
}

/// Is there an index that belongs to this segment, as far as can be told without reading it through? The whole summary is read.
pub(crate) fn is_indexed(files: &dyn Files, name: &str) -> bool {
    load_card(files, name)
        .is_some_and(|card| fits(files, name, &card) && PARTS.into_iter().all(|part| load_part(files, name, &card, part).is_some()))
}

/// Are both files of the index as long as its card says?
pub(crate) fn fits(files: &dyn Files, name: &str, card: &Card) -> bool {
    let is_long = |name: &str, expected: u64| {
        let length = files.open(name).and_then(|mut file| file.seek(io::SeekFrom::End(0)));
        length.is_ok_and(|length| length == expected)
    };
    is_long(&index_name(name), card.length) && is_long(&summary_name(name), card.end())
}

/// Makes the index of a sealed segment anew. `false`: `stop` said so.
pub(crate) fn make_index(files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) -> Result<bool, IndexFault> {
    let Some(gathered) = gather(files, link, stop)? else { return Ok(false) };
    let (mut card, mut summary, rows) = gathered.finish();
    card.mark = seal_mark(&mut *files.open_stored(&sealed_name(&link.name))?)?;
    let batch = rows.finish().map_err(ParquetError::from)?;
    summary.host_counts = count_hosts(&batch).expect("these rows were made here");
    let bytes = parquet_bytes(&batch)?;
    card.length = bytes.len() as u64;
    summary.checksums = bytes.chunks(CHECKED as usize).map(crc32fast::hash).collect();
    for (name, bytes) in [(index_name(&link.name), bytes), (summary_name(&link.name), summary.to_bytes(&mut card))] {
        put_file(files, &name, &bytes)?;
    }
    files.sync_folder()?;
    Ok(true)
}

fn put_file(files: &dyn Files, name: &str, bytes: &[u8]) -> io::Result<()> {
    // With the process's number: an index may be rebuilt by hand while the caretaker is at work.
    let unfinished = format!("{name}.{}{UNFINISHED}", std::process::id());
    if files.open_stored(&unfinished).is_ok() {
        files.remove(&unfinished)?;
    }
    let file = files.create(&unfinished)?;
    let put = append_all(&*file, bytes).and_then(|()| file.sync()).and_then(|()| files.rename(&unfinished, name));
    if put.is_err() {
        drop(files.remove(&unfinished));
    }
    put
}

fn parquet_bytes(batch: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_created_by(concat!("lifeguard ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_max_row_group_row_count(None)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_dictionary_page_size_limit(DICTIONARY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_statistics_enabled(ColumnPath::from(Column::At.name()), EnabledStatistics::Page);
    for name in Column::by_difference() {
        let path = ColumnPath::from(name);
        properties = properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    let mut writer = ArrowWriter::try_new(Vec::new(), schema(), Some(properties.build()))?;
    writer.write(batch)?;
    writer.into_inner()
}

fn gather(files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) -> Result<Option<Gathered>, IndexFault> {
    let mut frames = Frames::open(files, &link.name, link.valid)?;
    let mut gathered = Gathered { card: Card { times: (i64::MAX, i64::MIN), ..Card::default() }, ..Gathered::default() };
    loop {
        if gathered.card.records.is_multiple_of(4096) && stop() {
            return Ok(None);
        }
        match frames.next()? {
            Step::End => return Ok(Some(gathered)),
            Step::Broken(at, _) => return Err(IndexFault::Broken(at)),
            Step::Frame(frame, at) => match frame.kind {
                FrameKind::Record => gathered.take(frame.sequence, &decode(frame.payload).map_err(|_| IndexFault::Broken(at))?)?,
                FrameKind::Head => (gathered.card.first, gathered.card.head) = (frame.sequence, frame.payload.to_vec()),
                FrameKind::Checkpoint | FrameKind::End => {}
            },
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Gathered {
    card: Card,
    summary: Summary,
    rows: Rows,
    /// Requests without an outcome so far, and their rows.
    open: HashMap<u64, usize, rapidhash::fast::RandomState>,
    persons: HashSet<String, rapidhash::fast::RandomState>,
    hosts: HashSet<String, rapidhash::fast::RandomState>,
    counts: Counted,
}

impl Gathered {
    fn take(&mut self, sequence: u64, entry: &Entry<'_>) -> Result<(), ParquetError> {
        self.card.records += 1;
        match entry {
            Entry::Request(request) => self.request(sequence, request),
            Entry::Outcome(outcome) => {
                self.outcome(sequence, outcome);
                Ok(())
            }
            Entry::Event(event) => {
                self.card.events += 1;
                self.time(event.at.wall.0);
                Ok(self.rows.event(sequence, event.at.wall.0)?)
            }
        }
    }

    fn time(&mut self, wall: i64) {
        self.card.times = (self.card.times.0.min(wall), self.card.times.1.max(wall));
    }

    fn request(&mut self, sequence: u64, request: &RequestRecord<'_>) -> Result<(), ParquetError> {
        debug_assert_eq!(self.rows.len() as u64, self.card.requests + self.card.events);
        self.card.requests += 1;
        self.time(request.at.wall.0);
        self.open.insert(request.id.0, self.rows.len());
        if let Some(user) = request.user {
            note(&mut self.persons, user);
        }
        // Every domain above a host is in the set too, unless the host is: then they are already.
        let mut above = request.host;
        while !above.is_empty() && note(&mut self.hosts, above) {
            above = above.split_once('.').map_or("", |(_, above)| above);
        }
        self.counts.count(request);
        Ok(self.rows.request(sequence, request)?)
    }

    fn outcome(&mut self, sequence: u64, outcome: &OutcomeRecord<'_>) {
        let ending = Ending::of(sequence, outcome);
        match self.open.remove(&outcome.id.0) {
            Some(row) => self.rows.end(row, ending),
            None => self.summary.late.push(LateOutcome {
                id: outcome.id.0,
                sequence,
                status: ending.status,
                reason: ending.reason,
                down: ending.down,
            }),
        }
    }

    fn finish(self) -> (Card, Summary, Rows) {
        let (mut card, mut summary) = (self.card, self.summary);
        card.pending = self.open.len() as u64;
        summary.persons = Bloom::of(self.persons.iter().map(String::as_str));
        summary.hosts = Bloom::of(self.hosts.iter().map(String::as_str));
        summary.roll_up = self.counts.finish();
        (card, summary, self.rows)
    }
}

/// Puts a name in lower case into a set; was it new?
fn note(set: &mut HashSet<String, rapidhash::fast::RandomState>, name: &str) -> bool {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return set.insert(name.to_ascii_lowercase());
    }
    if set.contains(name) { false } else { set.insert(name.to_owned()) }
}
