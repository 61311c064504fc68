//! Numbers for texts: the segment's table first, then what is fresh in the block; and what was last met under a key.

use super::fields::{FIELDS, Field};
use super::lanes::{LanesIn, LanesOut};
use super::remembered::Map;
use super::unpack::UnfoldFault;
use crate::record::codec::{CodecFault, Reader, put_bytes, put_number};
use std::borrow::Cow;
use std::ops::Range;

/// Stands for "no text" in keys.
pub(super) const NO_TEXT: u32 = u32::MAX;

/// The texts that repeat in a segment, by field.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// All texts, one behind another; a segment may have a hundred thousand.
    bytes: Vec<u8>,
    /// For each field where its texts lie.
    places: Vec<Vec<Range<usize>>>,
    /// For each field the numbers of its texts; only where there is something to fold.
    numbers: Vec<Map<Box<[u8]>, u32>>,
}

impl Tables {
    /// From the texts of each field, in the order of their numbers.
    #[must_use]
    pub fn new(mut texts: Vec<Vec<Box<[u8]>>>) -> Self {
        texts.resize_with(FIELDS, Vec::new);
        let mut tables = Self::default();
        for texts in texts {
            let mut place = |text: &[u8]| {
                let start = tables.bytes.len();
                tables.bytes.extend_from_slice(text);
                start..tables.bytes.len()
            };
            tables.places.push(texts.iter().map(|text| place(text)).collect());
            tables.numbers.push(texts.into_iter().zip(0_u32..).collect());
        }
        tables
    }

    /// How many texts a field has.
    pub(super) fn count(&self, field: usize) -> usize {
        self.places.get(field).map_or(0, Vec::len)
    }

    fn text(&self, field: usize, number: usize) -> Option<&[u8]> {
        self.bytes.get(self.places.get(field)?.get(number)?.clone())
    }

    /// As bytes: for each field a `number` of texts, then each as `bytes`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for places in &self.places {
            put_number(&mut out, places.len() as u64);
            places.iter().for_each(|place| put_bytes(&mut out, &self.bytes[place.clone()]));
        }
        out
    }

    /// Reads what [`Tables::to_bytes`] wrote, to unfold with; says `between` before each text.
    ///
    /// # Errors
    /// [`CodecFault`] with the byte that makes no sense.
    pub fn read(bytes: Vec<u8>, between: &mut dyn FnMut()) -> Result<Self, CodecFault> {
        let mut reader = Reader::new(&bytes);
        let mut places = Vec::with_capacity(FIELDS);
        for _ in 0..FIELDS {
            let count = reader.number()?;
            let place = |_| {
                between();
                reader.place()
            };
            places.push((0..count).map(place).collect::<Result<Vec<_>, _>>()?);
        }
        reader.end()?;
        Ok(Self { bytes, places, numbers: Vec::new() })
    }
}

/// Texts while a block is folded.
pub(super) struct TextsOut<'t, 'b> {
    tables: &'t Tables,
    fresh: Vec<Map<Cow<'b, [u8]>, u32>>,
    next: [u32; FIELDS],
    last: Vec<Map<u64, u32>>,
}

impl<'t, 'b> TextsOut<'t, 'b> {
    pub(super) fn new(tables: &'t Tables) -> Self {
        let next = std::array::from_fn(|field| tables.count(field) as u32);
        Self { tables, fresh: vec![Map::default(); FIELDS], next, last: vec![Map::default(); FIELDS] }
    }

    /// Writes a text's code; gives its number.
    pub(super) fn put(&mut self, lanes: &mut LanesOut, field: Field, key: u64, text: &'b [u8]) -> u32 {
        self.put_cow(lanes, field, key, Cow::Borrowed(text))
    }

    /// The same for a text that is made up for the purpose.
    pub(super) fn put_cow(&mut self, lanes: &mut LanesOut, field: Field, key: u64, text: Cow<'b, [u8]>) -> u32 {
        let place = field as usize;
        let known = self.tables.numbers.get(place).and_then(|numbers| numbers.get(&*text));
        let known = self.fresh[place].get(&*text).or(known).copied();
        let number = known.unwrap_or(self.next[place]);
        if self.last[place].insert(key, number) == Some(number) && known.is_some() {
            lanes.code(field, 0);
            return number;
        }
        match known {
            Some(number) => lanes.code(field, u64::from(number) + 2),
            None => {
                lanes.code(field, 1);
                lanes.fresh(field, &text);
                self.name(place, text);
            }
        }
        number
    }

    /// Counts as the text last met under this key, with a number of its own.
    pub(super) fn note(&mut self, field: Field, key: u64, text: &'b [u8]) {
        self.last[field as usize].insert(key, self.next[field as usize]);
        self.name(field as usize, Cow::Borrowed(text));
    }

    fn name(&mut self, place: usize, text: Cow<'b, [u8]>) {
        self.fresh[place].insert(text, self.next[place]);
        self.next[place] += 1;
    }
}

/// Texts while a block is unfolded.
pub(super) struct TextsIn<'t> {
    tables: &'t Tables,
    fresh: Vec<Vec<Cow<'t, [u8]>>>,
    last: Vec<Map<u64, u32>>,
}

impl<'t> TextsIn<'t> {
    pub(super) fn new(tables: &'t Tables) -> Self {
        Self { tables, fresh: vec![Vec::new(); FIELDS], last: vec![Map::default(); FIELDS] }
    }

    /// Reads a text's code; gives its number.
    pub(super) fn take(&mut self, lanes: &mut LanesIn<'t>, field: Field, key: u64) -> Result<u32, UnfoldFault> {
        let place = field as usize;
        let number = match lanes.code(field)? {
            // Most texts are the ones last met: those were looked at when they came.
            0 => return self.last[place].get(&key).copied().ok_or(UnfoldFault::Text),
            1 => {
                self.fresh[place].push(Cow::Borrowed(lanes.fresh(field)?));
                self.next(place) - 1
            }
            code => u32::try_from(code - 2).map_err(|_| UnfoldFault::Text)?,
        };
        self.last[place].insert(key, number);
        self.text(field, number).map(|_| number)
    }

    /// The text with this number.
    pub(super) fn text(&self, field: Field, number: u32) -> Result<&[u8], UnfoldFault> {
        let (field, number) = (field as usize, number as usize);
        let fresh = || self.fresh[field].get(number - self.tables.count(field)).map(|text| &**text);
        self.tables.text(field, number).or_else(fresh).ok_or(UnfoldFault::Text)
    }

    /// Counts as the text last met under this key, with a number of its own.
    pub(super) fn note(&mut self, field: Field, key: u64, text: Vec<u8>) {
        self.fresh[field as usize].push(Cow::Owned(text));
        let number = self.next(field as usize) - 1;
        self.last[field as usize].insert(key, number);
    }

    fn next(&self, place: usize) -> u32 {
        (self.tables.count(place) + self.fresh[place].len()) as u32
    }
}
