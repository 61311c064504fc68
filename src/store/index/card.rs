//! The card of one segment: the first few hundred bytes of its summary, which every question reads. It says what the segment is, which
//! sealed file the index was made from, and where the parts of the summary stand. A card of another version is no card: the index is
//! then made anew.

use crate::record::{CodecFault, Reader, put_bytes, put_number};
use crate::store::files::{Files, Source};
use crate::store::name::{sealed_name, summary_name};
use crate::store::seal::seal_mark;
use std::io::{self, Read, SeekFrom};

/// The first bytes.
pub(super) const SUM_MAGIC: [u8; 8] = *b"\x89LGSUM\r\n";
/// Version of summaries and of the index as a whole: it is raised when either changes.
pub(super) const VERSION: u32 = 4;
/// Bytes before the card: the first bytes, version, length, checksum.
const HEAD: usize = SUM_MAGIC.len() + 12;
/// As much is read at once; a card is seldom longer.
const USUAL: u64 = 2048;
/// Longest card.
const MOST: u64 = 1 << 20;

/// A part of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Part {
    Checksums,
    Persons,
    Hosts,
    Late,
    Counts,
    HostCounts,
}

/// All of them, in the order of the file.
pub(super) const PARTS: [Part; 6] = [Part::Checksums, Part::Persons, Part::Hosts, Part::Late, Part::Counts, Part::HostCounts];

/// Where a part stands in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: u64,
    pub(super) length: u64,
    pub(super) checksum: u32,
}

/// What every question wants to know of one segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Card {
    /// Length and foot of the sealed file.
    pub(crate) mark: Vec<u8>,
    /// The head of the segment as it stands there, and its sequence number.
    pub(crate) head: Vec<u8>,
    pub(crate) first: u64,
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
    pub(super) places: Vec<Place>,
}

impl Card {
    /// The whole file, with these parts in the order of [`PARTS`].
    pub(super) fn file_with(&mut self, parts: &[Vec<u8>; PARTS.len()]) -> Vec<u8> {
        self.places = parts.iter().map(|part| Place { at: 0, length: part.len() as u64, checksum: crc32fast::hash(part) }).collect();
        let card = self.to_bytes();
        let mut file = SUM_MAGIC.to_vec();
        file.extend_from_slice(&VERSION.to_le_bytes());
        file.extend_from_slice(&u32::try_from(card.len()).unwrap_or(u32::MAX).to_le_bytes());
        file.extend_from_slice(&crc32fast::hash(&card).to_le_bytes());
        file.extend_from_slice(&card);
        parts.iter().for_each(|part| file.extend_from_slice(part));
        self.place_parts(card.len() as u64);
        file
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_bytes(&mut out, &self.mark);
        put_bytes(&mut out, &self.head);
        let (earliest, latest) = self.times;
        for number in [self.first, self.records, self.requests, self.events, self.pending, earliest as u64, latest as u64, self.length] {
            put_number(&mut out, number);
        }
        for place in &self.places {
            put_number(&mut out, place.length);
            out.extend_from_slice(&place.checksum.to_le_bytes());
        }
        out
    }

    fn parse(bytes: &[u8]) -> Result<Self, CodecFault> {
        let mut reader = Reader::new(bytes);
        let mut card = Self { mark: reader.bytes()?.to_vec(), head: reader.bytes()?.to_vec(), ..Self::default() };
        card.first = reader.number()?;
        card.records = reader.number()?;
        card.requests = reader.number()?;
        card.events = reader.number()?;
        card.pending = reader.number()?;
        card.times = (reader.number()? as i64, reader.number()? as i64);
        card.length = reader.number()?;
        for _ in PARTS {
            card.places.push(Place { at: 0, length: reader.number()?, checksum: reader.array().map(u32::from_le_bytes)? });
        }
        reader.end()?;
        card.place_parts(bytes.len() as u64);
        Ok(card)
    }

    fn place_parts(&mut self, card: u64) {
        let mut at = HEAD as u64 + card;
        for place in &mut self.places {
            place.at = at;
            at = at.saturating_add(place.length);
        }
    }

    /// Length of the whole file.
    pub(super) fn end(&self) -> u64 {
        self.places.last().map_or(0, |place| place.at.saturating_add(place.length))
    }

    /// Where a part stands.
    pub(super) fn place(&self, part: Part) -> Option<Place> {
        self.places.get(part as usize).copied()
    }

    /// Reads the card with which a summary starts; `None` for anything but one of this version whose checksum is right.
    pub(super) fn read(file: &mut dyn Source) -> Option<Self> {
        let mut bytes = read_at(file, 0, USUAL).ok()?;
        let rest = bytes.strip_prefix(&SUM_MAGIC)?.strip_prefix(&VERSION.to_le_bytes())?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let checksum = u32::from_le_bytes(*rest.first_chunk::<4>()?);
        let length = u64::from(u32::from_le_bytes(*length));
        let end = usize::try_from(HEAD as u64 + length).ok()?;
        if length > MOST {
            return None;
        }
        if end > bytes.len() {
            bytes = read_at(file, 0, end as u64).ok()?;
        }
        let card = bytes.get(HEAD..end)?;
        if crc32fast::hash(card) == checksum { Self::parse(card).ok() } else { None }
    }
}

/// So many bytes of a file, fewer where it ends.
pub(super) fn read_at(file: &mut dyn Source, at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    // The length stands in the file itself: room is made for what is there, not for what is said.
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(1 << 20)).unwrap_or_default());
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The card of the segment with this raw name, if there is one that belongs to its sealed file.
pub(crate) fn load_card(files: &dyn Files, name: &str) -> Option<Card> {
    let card = Card::read(&mut *files.open(&summary_name(name)).ok()?)?;
    // While the raw file is there, sealing is not finished: then it counts, not the index.
    if files.open(name).is_ok() {
        return None;
    }
    let mark = seal_mark(&mut *files.open_stored(&sealed_name(name)).ok()?).ok()?;
    (mark == card.mark).then_some(card)
}
