//! The lanes of one block: written at their ends, read from their fronts. Reading is bounded by the bytes given.

use super::fields::{FIELDS, Field, LANES, Lane};
use super::unpack::UnfoldFault;
use crate::record::codec::{Reader, put_bytes, put_number};

const ALL: usize = LANES + 2 * FIELDS;

/// Lanes being written.
pub(super) struct LanesOut(Vec<Vec<u8>>);

impl LanesOut {
    pub(super) fn new() -> Self {
        Self(vec![Vec::new(); ALL])
    }

    pub(super) fn byte(&mut self, lane: Lane, byte: u8) {
        self.0[lane as usize].push(byte);
    }

    pub(super) fn number(&mut self, lane: Lane, number: u64) {
        put_number(&mut self.0[lane as usize], number);
    }

    /// The difference of two numbers.
    pub(super) fn difference(&mut self, lane: Lane, number: u64, less: u64) {
        self.number(lane, zigzag(number.wrapping_sub(less) as i64));
    }

    pub(super) fn bytes(&mut self, lane: Lane, bytes: &[u8]) {
        put_bytes(&mut self.0[lane as usize], bytes);
    }

    pub(super) fn code(&mut self, field: Field, code: u64) {
        put_number(&mut self.0[LANES + field as usize], code);
    }

    pub(super) fn fresh(&mut self, field: Field, text: &[u8]) {
        put_bytes(&mut self.0[LANES + FIELDS + field as usize], text);
    }

    /// Everything as one run of bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.iter().map(Vec::len).sum::<usize>() + 4 * ALL);
        put_number(&mut out, ALL as u64);
        for lane in &self.0 {
            put_number(&mut out, lane.len() as u64);
        }
        for lane in &self.0 {
            out.extend_from_slice(lane);
        }
        out
    }
}

/// Lanes being read.
pub(super) struct LanesIn<'a>(Vec<Reader<'a>>);

impl<'a> LanesIn<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, UnfoldFault> {
        let mut reader = Reader::new(bytes);
        if reader.number()? != ALL as u64 {
            return Err(UnfoldFault::Lanes);
        }
        let lengths = (0..ALL).map(|_| reader.narrow::<usize>()).collect::<Result<Vec<_>, _>>()?;
        let lanes = lengths.into_iter().map(|length| reader.take(length).map(Reader::new)).collect::<Result<Vec<_>, _>>()?;
        reader.end()?;
        Ok(Self(lanes))
    }

    pub(super) fn byte(&mut self, lane: Lane) -> Result<u8, UnfoldFault> {
        Ok(self.0[lane as usize].byte()?)
    }

    /// The next byte of this lane, or `None` at its end.
    pub(super) fn next_byte(&mut self, lane: Lane) -> Option<u8> {
        self.0[lane as usize].byte().ok()
    }

    pub(super) fn number(&mut self, lane: Lane) -> Result<u64, UnfoldFault> {
        Ok(self.0[lane as usize].number()?)
    }

    /// The number of which the difference from another stands here.
    pub(super) fn difference(&mut self, lane: Lane, from: u64) -> Result<u64, UnfoldFault> {
        Ok(from.wrapping_add(unzigzag(self.number(lane)?) as u64))
    }

    pub(super) fn bytes(&mut self, lane: Lane) -> Result<&'a [u8], UnfoldFault> {
        Ok(self.0[lane as usize].bytes()?)
    }

    pub(super) fn code(&mut self, field: Field) -> Result<u64, UnfoldFault> {
        Ok(self.0[LANES + field as usize].number()?)
    }

    pub(super) fn fresh(&mut self, field: Field) -> Result<&'a [u8], UnfoldFault> {
        Ok(self.0[LANES + FIELDS + field as usize].bytes()?)
    }

    /// Refuses what nobody read.
    pub(super) fn end(&self) -> Result<(), UnfoldFault> {
        Ok(self.0.iter().try_for_each(Reader::end)?)
    }
}

pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}
