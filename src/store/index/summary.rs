//! The summary of one segment: what decides whether the index may be believed, and what a question may need before it opens the index.
//! Every question reads its first part, the [`Card`], of every segment; the others are read when they are needed, each with a checksum
//! of its own.

use super::bloom::Bloom;
use super::card::{Card, PARTS, Part, read_at};
use super::hosts::{HostCount, hosts_bytes, read_hosts};
use crate::record::{CodecFault, Reader, put_bytes, put_number};
use crate::store::files::Files;
use crate::store::name::summary_name;

/// So many bytes of the Parquet file have one checksum together.
pub(super) const CHECKED: u64 = 32 * 1024;
/// Length of a bucket of the roll-up in microseconds: all civil time zones are a multiple of a quarter of an hour away from UTC.
pub(crate) const BUCKET_US: i64 = 15 * 60 * 1_000_000;
/// Most bytes of counts, unpacked.
const COUNTS_MOST: usize = 256 << 20;

/// What is known of one segment besides its card.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    /// Checksums of the Parquet file.
    pub(crate) checksums: Vec<u32>,
    /// Persons, in lower case.
    pub(crate) persons: Bloom,
    /// Hosts and every domain above them, in lower case.
    pub(crate) hosts: Bloom,
    /// Outcomes of requests in earlier segments, by sequence number.
    pub(crate) late: Vec<LateOutcome>,
    /// Counts.
    pub(crate) roll_up: Vec<RollUp>,
    /// Counts by host.
    pub(crate) host_counts: Vec<HostCount>,
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

impl Summary {
    /// The whole file; what it says of its parts is put into the card.
    pub(super) fn to_bytes(&self, card: &mut Card) -> Vec<u8> {
        let parts: [Vec<u8>; PARTS.len()] = [
            self.checksums_bytes(),
            self.persons.0.clone(),
            self.hosts.0.clone(),
            self.late_bytes(),
            packed(&self.roll_up_bytes()),
            packed(&hosts_bytes(&self.host_counts)),
        ];
        card.file_with(&parts)
    }

    fn checksums_bytes(&self) -> Vec<u8> {
        self.checksums.iter().flat_map(|checksum| checksum.to_le_bytes()).collect()
    }

    fn late_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.late.len() as u64);
        for late in &self.late {
            out.extend_from_slice(&late.id.to_le_bytes());
            for number in [late.sequence, u64::from(late.status), u64::from(late.reason), late.down] {
                put_number(&mut out, number);
            }
        }
        out
    }

    fn roll_up_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.roll_up.len() as u64);
        for entry in &self.roll_up {
            put_number(&mut out, entry.bucket as u64);
            put_bytes(&mut out, entry.group.as_bytes());
            out.extend_from_slice(&[entry.verdict, entry.reason]);
            put_bytes(&mut out, entry.categories.as_bytes());
            put_number(&mut out, entry.count);
        }
        out
    }
}

/// Bytes that repeat themselves, packed, with their length in front.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_number(&mut out, bytes.len() as u64);
    put_bytes(&mut out, &zstd::bulk::compress(bytes, 6).unwrap_or_default());
    out
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, CodecFault> {
    let mut reader = Reader::new(bytes);
    let length: usize = reader.narrow()?;
    let packed = reader.bytes()?;
    reader.end()?;
    Ok(zstd::bulk::decompress(packed, length.min(COUNTS_MOST)).unwrap_or_default())
}

fn read_late(bytes: &[u8]) -> Result<Vec<LateOutcome>, CodecFault> {
    let mut reader = Reader::new(bytes);
    let count = reader.number()?;
    let mut one = || {
        let id = reader.fixed8()?;
        Ok(LateOutcome { id, sequence: reader.number()?, status: reader.narrow()?, reason: reader.narrow()?, down: reader.number()? })
    };
    let late = (0..count).map(|_| one()).collect::<Result<_, CodecFault>>()?;
    reader.end()?;
    Ok(late)
}

fn read_roll_up(bytes: &[u8]) -> Result<Vec<RollUp>, CodecFault> {
    let mut reader = Reader::new(bytes);
    let entries = reader.number()?;
    let counts = (0..entries).map(|_| read_count(&mut reader)).collect::<Result<_, _>>()?;
    reader.end()?;
    Ok(counts)
}

fn read_count(reader: &mut Reader<'_>) -> Result<RollUp, CodecFault> {
    Ok(RollUp {
        bucket: reader.number()? as i64,
        group: reader.text()?.to_owned(),
        verdict: reader.byte()?,
        reason: reader.byte()?,
        categories: reader.text()?.to_owned(),
        count: reader.number()?,
    })
}

/// One part of the summary of the segment with this raw name; `None` when it is not, or no longer, what the card says.
pub(super) fn load_part(files: &dyn Files, name: &str, card: &Card, part: Part) -> Option<Vec<u8>> {
    let place = card.place(part)?;
    let bytes = read_at(&mut *files.open(&summary_name(name)).ok()?, place.at, place.length).ok()?;
    (bytes.len() as u64 == place.length && crc32fast::hash(&bytes) == place.checksum).then_some(bytes)
}

/// The checksums of the Parquet file.
pub(crate) fn load_checksums(files: &dyn Files, name: &str, card: &Card) -> Option<Vec<u32>> {
    let bytes = load_part(files, name, card, Part::Checksums)?;
    Some(bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
}

/// The filter for persons.
pub(crate) fn load_persons(files: &dyn Files, name: &str, card: &Card) -> Option<Bloom> {
    load_part(files, name, card, Part::Persons).map(Bloom)
}

/// The filter for hosts.
pub(crate) fn load_hosts(files: &dyn Files, name: &str, card: &Card) -> Option<Bloom> {
    load_part(files, name, card, Part::Hosts).map(Bloom)
}

/// Outcomes of requests in earlier segments.
pub(crate) fn load_late(files: &dyn Files, name: &str, card: &Card) -> Option<Vec<LateOutcome>> {
    read_late(&load_part(files, name, card, Part::Late)?).ok()
}

/// Counts.
pub(crate) fn load_roll_up(files: &dyn Files, name: &str, card: &Card) -> Option<Vec<RollUp>> {
    read_roll_up(&unpacked(&load_part(files, name, card, Part::Counts)?).ok()?).ok()
}

/// Counts of the hosts that are asked for.
pub(crate) fn load_host_counts(files: &dyn Files, name: &str, card: &Card, asked: &dyn Fn(&str) -> bool) -> Option<Vec<HostCount>> {
    read_hosts(&unpacked(&load_part(files, name, card, Part::HostCounts)?).ok()?, asked).ok()
}
