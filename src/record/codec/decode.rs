//! Reads an entry. Everything it returns borrows from the bytes; a fault names the byte. It must never panic and never guess.

use super::encode::FIRST_SEEN;
use super::wire::{CodecFault, CodecProblem, Reader};
use super::{super::entry::*, VERSION};
use crate::model::{IdentitySource, LogDetail, Moment, Reason, RequestId, Timestamp, VerdictKind};
use std::borrow::Cow;

/// Reads one entry that fills `bytes` exactly.
///
/// # Errors
/// [`CodecFault`] with the byte where the entry stops making sense.
pub fn decode(bytes: &[u8]) -> Result<Entry<'_>, CodecFault> {
    let mut reader = Reader::new(bytes);
    let version = reader.byte()?;
    if version != VERSION {
        return Err(CodecFault { at: 0, problem: CodecProblem::Version(version) });
    }
    let entry = match reader.known(|kind| (1..=3).contains(&kind).then_some(kind))? {
        1 => Entry::Request(request(&mut reader)?),
        2 => Entry::Outcome(outcome(&mut reader)?),
        _ => Entry::Event(event(&mut reader)?),
    };
    reader.end()?;
    Ok(entry)
}

/// The wall time of an entry in microseconds, without reading the rest. `None` where the bytes are not an entry.
#[must_use]
pub fn wall_of(bytes: &[u8]) -> Option<i64> {
    let [VERSION, kind, flags, rest @ ..] = bytes else { return None };
    let skipped = match (kind, flags & 4) {
        (1, 0) | (2, _) => 8,
        (1, _) => 16,
        (3, _) => 0,
        (_, _) => return None,
    };
    rest.get(skipped..skipped + 8)?.try_into().ok().map(i64::from_le_bytes)
}

/// Number of the request that an entry is about: one without, an event, has none. `None` also where the bytes are not an entry.
#[must_use]
pub fn id_of(bytes: &[u8]) -> Option<u64> {
    let [VERSION, 1 | 2, _, rest @ ..] = bytes else { return None };
    rest.first_chunk::<8>().map(|id| u64::from_le_bytes(*id))
}

/// Is this an outcome, as far as its first bytes tell?
#[must_use]
pub fn is_outcome(bytes: &[u8]) -> bool {
    matches!(bytes, [VERSION, 2, ..])
}

/// One byte of flags, of which only those in `mask` have a meaning.
fn flags(reader: &mut Reader<'_>, mask: u8) -> Result<u8, CodecFault> {
    reader.known(|flags| (flags & !mask == 0).then_some(flags))
}

fn moment(reader: &mut Reader<'_>) -> Result<Moment, CodecFault> {
    let wall = Timestamp(reader.array().map(i64::from_le_bytes)?);
    Ok(Moment { wall, monotonic_us: reader.number()? })
}

/// Reads a field only where its flag says that it is there.
fn optional<T>(present: bool, read: impl FnOnce() -> Result<T, CodecFault>) -> Result<Option<T>, CodecFault> {
    if present { read().map(Some) } else { Ok(None) }
}

// Struct fields are evaluated in the order they are written here: that order is the order of the format.
fn request<'a>(reader: &mut Reader<'a>) -> Result<RequestRecord<'a>, CodecFault> {
    let flags = reader.byte()?;
    let mut first_seen = false;
    Ok(RequestRecord {
        coverage_gap: flags & 1 != 0,
        demonstration: flags & 2 != 0,
        detail: LogDetail::from_bits(flags >> 6),
        id: RequestId(reader.fixed8()?),
        parent: optional(flags & 4 != 0, || reader.fixed8().map(RequestId))?,
        at: moment(reader)?,
        node: reader.text()?,
        site: reader.text()?,
        peer: reader.socket()?,
        asserted: optional(flags & 8 != 0, || reader.address())?,
        claimed: reader.bytes()?,
        device: optional(flags & 16 != 0, || reader.text())?,
        user: optional(flags & 32 != 0, || reader.text())?,
        group: reader.text()?,
        identity: reader.known(IdentitySource::from_number)?,
        identity_age_s: reader.narrow()?,
        method: reader.bytes()?,
        target: reader.bytes()?,
        host_field: reader.bytes()?,
        host: reader.text()?,
        url: Cow::Borrowed(reader.text()?),
        search_terms: reader.text()?,
        categories: Cow::Borrowed(reader.text()?),
        verdict: reader.known(|byte| {
            first_seen = byte & FIRST_SEEN != 0;
            verdict(byte & !FIRST_SEEN)
        })?,
        reason: reader.known(Reason::from_number)?,
        layer: reader.text()?,
        list: reader.text()?,
        matched: Cow::Borrowed(reader.text()?),
        list_version: reader.text()?,
        policy_version: reader.text()?,
        generation: reader.number()?,
        referer: reader.bytes()?,
        user_agent: reader.bytes()?,
        tls: reader.text()?,
        first_seen,
    })
}

fn outcome<'a>(reader: &mut Reader<'a>) -> Result<OutcomeRecord<'a>, CodecFault> {
    let flags = flags(reader, 0b11)?;
    Ok(OutcomeRecord {
        id: RequestId(reader.fixed8()?),
        at: moment(reader)?,
        ended: reader.known(ended)?,
        status: reader.narrow()?,
        bytes_up: reader.number()?,
        bytes_down: reader.number()?,
        upstream: optional(flags & 1 != 0, || reader.socket())?,
        timings_us: [reader.narrow()?, reader.narrow()?, reader.narrow()?, reader.narrow()?],
        reason: optional(flags & 2 != 0, || reader.known(Reason::from_number))?,
        note: Cow::Borrowed(reader.text()?),
    })
}

fn event<'a>(reader: &mut Reader<'a>) -> Result<EventRecord<'a>, CodecFault> {
    let flags = flags(reader, 0b1)?;
    Ok(EventRecord {
        at: moment(reader)?,
        kind: reader.known(event_kind)?,
        peer: optional(flags & 1 != 0, || reader.socket())?,
        text: Cow::Borrowed(reader.text()?),
    })
}

fn verdict(number: u8) -> Option<VerdictKind> {
    [VerdictKind::Allow, VerdictKind::Warn, VerdictKind::Block, VerdictKind::Refuse]
        .into_iter()
        .find(|&verdict| super::encode::verdict_number(verdict) == number)
}

fn ended(number: u8) -> Option<Ended> {
    use Ended::*;
    [Complete, Answered, ClientGone, OriginFailed, TimedOut, Aborted].into_iter().find(|&ended| ended as u8 == number)
}

fn event_kind(number: u8) -> Option<EventKind> {
    EventKind::ALL.into_iter().find(|&kind| kind as u8 == number)
}
