//! The summary of one segment: small enough to be read for every question, and what decides whether the index may be believed.

use super::bloom::Bloom;
use crate::record::{CodecFault, Reader, put_bytes, put_number};
use crate::store::files::Files;
use crate::store::name::{sealed_name, summary_name};
use crate::store::seal::seal_mark;

/// The first bytes.
pub(super) const SUM_MAGIC: [u8; 8] = *b"\x89LGSUM\r\n";
const VERSION: u32 = 1;
/// So many bytes of the Parquet file have one checksum together.
pub(super) const CHECKED: u64 = 32 * 1024;
/// Length of a bucket of the roll-up in microseconds: all civil time zones are a multiple of a quarter of an hour away from UTC.
pub(crate) const BUCKET_US: i64 = 15 * 60 * 1_000_000;

/// What is known of one segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    /// Length and foot of the sealed file.
    pub(crate) mark: Vec<u8>,
    /// Records in the segment.
    pub(crate) records: u64,
    /// Requests in the segment.
    pub(crate) requests: u64,
    /// Events in the segment.
    pub(crate) events: u64,
    /// Requests whose outcome does not lie in the segment.
    pub(crate) pending: u64,
    /// Earliest and latest wall time of requests and events; the first is greater when there are none.
    pub(crate) times: (i64, i64),
    /// Length of the Parquet file.
    pub(crate) length: u64,
    /// Its checksums.
    pub(crate) checksums: Vec<u32>,
    /// Persons, in lower case.
    pub(crate) persons: Bloom,
    /// Hosts and every domain above them, in lower case.
    pub(crate) hosts: Bloom,
    /// Outcomes of requests in earlier segments, by sequence number.
    pub(crate) late: Vec<LateOutcome>,
    /// Counts.
    pub(crate) roll_up: Vec<RollUp>,
}

/// An outcome whose request lies in an earlier segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LateOutcome {
    pub(crate) id: u64,
    pub(crate) sequence: u64,
    pub(crate) status: u16,
    pub(crate) reason: u8,
    pub(crate) down: u64,
}

/// So many requests of one quarter of an hour have this in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RollUp {
    pub(crate) bucket: i64,
    pub(crate) group: String,
    pub(crate) verdict: u8,
    pub(crate) reason: u8,
    pub(crate) categories: String,
    pub(crate) count: u64,
}

fn signed(value: i64) -> u64 {
    value as u64
}

impl Summary {
    /// The whole file.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_bytes(&mut out, &self.mark);
        for number in [self.records, self.requests, self.events, self.pending, signed(self.times.0), signed(self.times.1), self.length] {
            put_number(&mut out, number);
        }
        put_number(&mut out, self.checksums.len() as u64);
        self.checksums.iter().for_each(|checksum| out.extend_from_slice(&checksum.to_le_bytes()));
        put_bytes(&mut out, &self.persons.0);
        put_bytes(&mut out, &self.hosts.0);
        put_number(&mut out, self.late.len() as u64);
        for late in &self.late {
            out.extend_from_slice(&late.id.to_le_bytes());
            for number in [late.sequence, u64::from(late.status), u64::from(late.reason), late.down] {
                put_number(&mut out, number);
            }
        }
        let roll_up = zstd::bulk::compress(&self.roll_up_bytes(), 6).unwrap_or_default();
        put_number(&mut out, self.roll_up_bytes().len() as u64);
        put_bytes(&mut out, &roll_up);
        let mut file = SUM_MAGIC.to_vec();
        file.extend_from_slice(&VERSION.to_le_bytes());
        file.extend_from_slice(&crc32fast::hash(&out).to_le_bytes());
        file.extend_from_slice(&out);
        file
    }

    fn roll_up_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.roll_up.len() as u64);
        for entry in &self.roll_up {
            put_number(&mut out, signed(entry.bucket));
            put_bytes(&mut out, entry.group.as_bytes());
            out.extend_from_slice(&[entry.verdict, entry.reason]);
            put_bytes(&mut out, entry.categories.as_bytes());
            put_number(&mut out, entry.count);
        }
        out
    }

    /// Reads the whole file; `None` for anything but a summary of this version whose checksum is right.
    fn read(file: &[u8], counts: bool) -> Option<Self> {
        let rest = file.strip_prefix(&SUM_MAGIC)?.strip_prefix(&VERSION.to_le_bytes())?;
        let (checksum, rest) = rest.split_first_chunk::<4>()?;
        if crc32fast::hash(rest) != u32::from_le_bytes(*checksum) {
            return None;
        }
        Self::parse(rest, counts).ok()
    }

    fn parse(bytes: &[u8], counts: bool) -> Result<Self, CodecFault> {
        let mut reader = Reader::new(bytes);
        let mut summary = Self { mark: reader.bytes()?.to_vec(), ..Self::default() };
        summary.records = reader.number()?;
        summary.requests = reader.number()?;
        summary.events = reader.number()?;
        summary.pending = reader.number()?;
        summary.times = (reader.number()? as i64, reader.number()? as i64);
        summary.length = reader.number()?;
        let checksums = reader.number()?;
        summary.checksums = (0..checksums).map(|_| reader.array().map(u32::from_le_bytes)).collect::<Result<_, _>>()?;
        summary.persons = Bloom(reader.bytes()?.to_vec());
        summary.hosts = Bloom(reader.bytes()?.to_vec());
        let late = reader.number()?;
        summary.late = (0..late).map(|_| read_late(&mut reader)).collect::<Result<_, _>>()?;
        let length: usize = reader.narrow()?;
        let packed = reader.bytes()?;
        reader.end()?;
        if counts {
            let bytes = zstd::bulk::decompress(packed, length.min(256 << 20)).unwrap_or_default();
            let mut reader = Reader::new(&bytes);
            let entries = reader.number()?;
            summary.roll_up = (0..entries).map(|_| read_roll_up(&mut reader)).collect::<Result<_, _>>()?;
            reader.end()?;
        }
        Ok(summary)
    }
}

fn read_late(reader: &mut Reader<'_>) -> Result<LateOutcome, CodecFault> {
    let id = reader.fixed8()?;
    Ok(LateOutcome { id, sequence: reader.number()?, status: reader.narrow()?, reason: reader.narrow()?, down: reader.number()? })
}

fn read_roll_up(reader: &mut Reader<'_>) -> Result<RollUp, CodecFault> {
    Ok(RollUp {
        bucket: reader.number()? as i64,
        group: reader.text()?.to_owned(),
        verdict: reader.byte()?,
        reason: reader.byte()?,
        categories: reader.text()?.to_owned(),
        count: reader.number()?,
    })
}

/// The summary of the segment with this raw name, if there is one that belongs to its sealed file; its counts only if they are wanted.
pub(crate) fn load_summary(files: &dyn Files, name: &str, counts: bool) -> Option<Summary> {
    let mut file = files.open(&summary_name(name)).ok()?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut file, &mut bytes).ok()?;
    let summary = Summary::read(&bytes, counts)?;
    // While the raw file is there, sealing is not finished: then it counts, not the index.
    if files.open(name).is_ok() {
        return None;
    }
    let mark = seal_mark(&mut *files.open_stored(&sealed_name(name)).ok()?).ok()?;
    (mark == summary.mark).then_some(summary)
}
