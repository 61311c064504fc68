//! Unfolds one block to the bytes it was made of. It never panics and never gives more than it was told to expect.

use super::fields::{Field, Lane};
use super::lanes::LanesIn;
use super::remembered::{Remembered, Seen};
use super::texts::{NO_TEXT, Tables, TextsIn};
use crate::model::Moment;
use crate::record::codec::{CodecFault, VERSION, put_bytes, put_number};
use crate::record::frame::{FRAME_HEAD, FrameKind, open_frame, seal_frame};

/// Bytes that are no folded block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfoldFault {
    /// A lane ends too early, goes on too long, or holds what cannot be.
    #[error("a lane cannot be read: {0}")]
    Lane(#[from] CodecFault),
    /// Another number of lanes than this version has.
    #[error("this is not a folded block")]
    Lanes,
    /// A text that is not there.
    #[error("a text is named that is not there")]
    Text,
    /// A frame of an unknown kind.
    #[error("a frame of kind {0} is not known here")]
    Kind(u8),
    /// More bytes than the directory says.
    #[error("the block is longer than it should be")]
    Long,
}

/// Unfolds a block to at most `most` bytes; says `between` before each record.
///
/// # Errors
/// [`UnfoldFault`] when the bytes are no folded block.
pub fn unpack(
    tables: &Tables,
    mut sequence: u64,
    (folded, most): (&[u8], usize),
    between: &mut dyn FnMut(),
) -> Result<Vec<u8>, UnfoldFault> {
    let mut unpacker = Unpacker::new(tables, LanesIn::open(folded)?);
    let mut out = Vec::with_capacity(most.min(16 << 20));
    while let Some(kind) = unpacker.lanes.next_byte(Lane::Kind) {
        between();
        if kind == 0 {
            out.extend_from_slice(unpacker.lanes.bytes(Lane::Verbatim)?);
        } else {
            let start = out.len();
            let frame = frame_kind(kind)?;
            let mut filled = Ok(());
            let opened = open_frame(&mut out, frame, sequence, |out| filled = unpacker.fill(kind, out));
            filled?;
            opened.map_err(|_| UnfoldFault::Long)?;
            seal_frame(&mut out[start..]);
            sequence = sequence.wrapping_add(u64::from(frame == FrameKind::Record));
        }
        if out.len() > most {
            return Err(UnfoldFault::Long);
        }
    }
    unpacker.lanes.end()?;
    Ok(out)
}

fn frame_kind(kind: u8) -> Result<FrameKind, UnfoldFault> {
    use FrameKind::{Checkpoint, End, Head, Record};
    match kind {
        1 | 2 => Ok(Record),
        _ => [Head, Record, Checkpoint, End].into_iter().find(|&k| 0x10 + k as u8 == kind).ok_or(UnfoldFault::Kind(kind)),
    }
}

struct Unpacker<'t> {
    lanes: LanesIn<'t>,
    texts: TextsIn<'t>,
    before: Remembered<u64, Vec<u8>>,
}

impl<'t> Unpacker<'t> {
    fn new(tables: &'t Tables, lanes: LanesIn<'t>) -> Self {
        Self { lanes, texts: TextsIn::new(tables), before: Remembered::default() }
    }

    fn fill(&mut self, kind: u8, out: &mut Vec<u8>) -> Result<(), UnfoldFault> {
        debug_assert!(out.len() >= FRAME_HEAD);
        match kind {
            1 => self.request(out),
            2 => self.outcome(out),
            _ => {
                out.extend_from_slice(self.lanes.bytes(Lane::Verbatim)?);
                Ok(())
            }
        }
    }

    /// Reads a text's number and writes the text with its length in front.
    fn text(&mut self, field: Field, key: u32, out: &mut Vec<u8>) -> Result<u32, UnfoldFault> {
        let number = self.texts.take(&mut self.lanes, field, u64::from(key))?;
        put_bytes(out, self.texts.text(field, number)?);
        Ok(number)
    }

    /// The same without its length.
    fn bare(&mut self, field: Field, key: u32, out: &mut Vec<u8>) -> Result<u32, UnfoldFault> {
        let number = self.texts.take(&mut self.lanes, field, u64::from(key))?;
        out.extend_from_slice(self.texts.text(field, number)?);
        Ok(number)
    }

    fn moment(&mut self, wall: i64, out: &mut Vec<u8>) -> Result<(), UnfoldFault> {
        let passed = wall.wrapping_sub(self.before.last.wall.0) as u64;
        let monotonic_us = self.lanes.difference(Lane::Monotonic, passed)?.wrapping_add(self.before.last.monotonic_us);
        self.before.last = Moment { wall: crate::model::Timestamp(wall), monotonic_us };
        out.extend_from_slice(&wall.to_le_bytes());
        put_number(out, monotonic_us);
        Ok(())
    }

    fn request(&mut self, out: &mut Vec<u8>) -> Result<(), UnfoldFault> {
        let flags = self.lanes.byte(Lane::Flags)?;
        out.extend_from_slice(&[VERSION, 1, flags]);
        let id = self.lanes.difference(Lane::Id, self.before.last_id.wrapping_add(1))?;
        out.extend_from_slice(&id.to_le_bytes());
        if flags & 4 != 0 {
            let less = self.lanes.difference(Lane::Parent, 0)?;
            out.extend_from_slice(&id.wrapping_sub(less).to_le_bytes());
        }
        let wall = self.lanes.difference(Lane::Wall, self.before.last.wall.0 as u64)? as i64;
        self.moment(wall, out)?;
        self.text(Field::Node, 0, out)?;
        self.text(Field::Site, 0, out)?;
        let client = self.who(flags, out)?;
        self.text(Field::Method, 0, out)?;
        let (host, rest, referer_form, url) = self.what(client, out)?;
        self.text(Field::SearchTerms, 0, out)?;
        self.text(Field::Categories, host, out)?;
        self.bare(Field::Verdict, host, out)?;
        for field in [Field::Layer, Field::List, Field::Matched] {
            self.text(field, host, out)?;
        }
        self.text(Field::ListVersion, 0, out)?;
        self.text(Field::PolicyVersion, 0, out)?;
        self.before.generation = self.lanes.difference(Lane::Generation, self.before.generation)?;
        put_number(out, self.before.generation);
        self.referer(referer_form, client, out)?;
        self.text(Field::UserAgent, client, out)?;
        self.text(Field::Tls, 0, out)?;
        self.before.last_id = id;
        self.before.requests.insert(id, Seen { wall, host, rest });
        self.before.urls.insert(client, url);
        Ok(())
    }

    fn who(&mut self, flags: u8, out: &mut Vec<u8>) -> Result<u32, UnfoldFault> {
        let client = self.texts.take(&mut self.lanes, Field::Peer, 0)?;
        let before = self.before.ports.get(&client).copied().unwrap_or_default();
        let port = self.lanes.difference(Lane::Port, before)?;
        self.before.ports.insert(client, port);
        put_socket(self.texts.text(Field::Peer, client)?, port, out)?;
        if flags & 8 != 0 {
            let number = self.texts.take(&mut self.lanes, Field::Asserted, u64::from(client))?;
            put_address(self.texts.text(Field::Asserted, number)?, out);
        }
        self.text(Field::Claimed, client, out)?;
        if flags & 16 != 0 {
            self.text(Field::Device, client, out)?;
        }
        if flags & 32 != 0 {
            self.text(Field::User, client, out)?;
        }
        self.text(Field::Group, client, out)?;
        self.bare(Field::Identity, client, out)?;
        put_number(out, self.lanes.number(Lane::Age)?);
        Ok(client)
    }

    /// Writes target, host field, host and url; gives the numbers of host and rest, the form of the referer, and the url.
    fn what(&mut self, client: u32, out: &mut Vec<u8>) -> Result<(u32, u32, u8, Vec<u8>), UnfoldFault> {
        let host_number = self.texts.take(&mut self.lanes, Field::Host, u64::from(client))?;
        let forms = self.lanes.byte(Lane::Forms)?;
        let host = self.texts.text(Field::Host, host_number)?.to_vec();
        let with_port = [&*host, b":443"].concat();
        let mut rest_number = NO_TEXT;
        let url = match forms & 3 {
            0 => {
                let number = self.texts.take(&mut self.lanes, Field::Url, u64::from(host_number))?;
                self.texts.text(Field::Url, number)?.to_vec()
            }
            3 => with_port.clone(),
            form => {
                rest_number = self.texts.take(&mut self.lanes, Field::Rest, u64::from(host_number))?;
                let scheme: &[u8] = if form == 1 { b"http://" } else { b"https://" };
                [scheme, &host, self.texts.text(Field::Rest, rest_number)?].concat()
            }
        };
        match forms >> 2 & 3 {
            0 => put_bytes(out, &url),
            1 => put_bytes(out, &with_port),
            2 if rest_number == NO_TEXT => put_bytes(out, b""),
            2 => put_bytes(out, self.texts.text(Field::Rest, rest_number)?),
            _ => drop(self.text(Field::Target, client, out)?),
        }
        match forms >> 4 & 3 {
            0 => put_bytes(out, &host),
            1 => put_bytes(out, &with_port),
            2 => put_bytes(out, b""),
            _ => drop(self.text(Field::HostField, host_number, out)?),
        }
        put_bytes(out, &host);
        put_bytes(out, &url);
        Ok((host_number, rest_number, forms >> 6, url))
    }

    fn referer(&mut self, form: u8, client: u32, out: &mut Vec<u8>) -> Result<(), UnfoldFault> {
        match form {
            0 => drop(self.text(Field::Referer, client, out)?),
            1 => {
                let url = self.before.urls.get(&client).cloned().ok_or(UnfoldFault::Text)?;
                put_bytes(out, &url);
                self.texts.note(Field::Referer, u64::from(client), url);
            }
            _ => put_bytes(out, b""),
        }
        Ok(())
    }

    fn outcome(&mut self, out: &mut Vec<u8>) -> Result<(), UnfoldFault> {
        let flags = self.lanes.byte(Lane::OutcomeFlags)?;
        out.extend_from_slice(&[VERSION, 2, flags]);
        let before = self.lanes.difference(Lane::OutcomeId, 0)?;
        let id = self.before.last_id.wrapping_sub(before);
        out.extend_from_slice(&id.to_le_bytes());
        let (recorded, connected) = (self.lanes.number(Lane::Recorded)?, self.lanes.number(Lane::Connected)?);
        let first = self.lanes.difference(Lane::FirstByte, connected)?;
        let end = self.lanes.difference(Lane::End, first)?;
        let (expected, host, rest) = match self.before.requests.get(&id) {
            Some(seen) => (seen.wall.wrapping_add(end as i64), seen.host, seen.rest),
            None => (self.before.last.wall.0, NO_TEXT, NO_TEXT),
        };
        let wall = self.lanes.difference(Lane::OutcomeWall, expected as u64)? as i64;
        self.moment(wall, out)?;
        out.push(self.lanes.byte(Lane::Ended)?);
        put_number(out, self.lanes.number(Lane::Status)?);
        put_number(out, self.lanes.number(Lane::Up)?);
        let down = match self.lanes.number(Lane::Down)? {
            0 => *self.before.sizes.get(&(host, rest)).ok_or(UnfoldFault::Text)?,
            more => more - 1,
        };
        self.before.sizes.insert((host, rest), down);
        put_number(out, down);
        if flags & 1 != 0 {
            let number = self.texts.take(&mut self.lanes, Field::Upstream, u64::from(host))?;
            let port = self.lanes.number(Lane::UpstreamPort)?;
            put_socket(self.texts.text(Field::Upstream, number)?, port, out)?;
        }
        for timing in [recorded, connected, first, end] {
            put_number(out, timing);
        }
        if flags & 2 != 0 {
            out.push(self.lanes.byte(Lane::OutcomeReason)?);
        }
        self.text(Field::Note, 0, out)?;
        Ok(())
    }
}

fn put_address(text: &[u8], out: &mut Vec<u8>) {
    out.push(if text.len() == 4 { 4 } else { 6 });
    out.extend_from_slice(text);
}

fn put_socket(text: &[u8], port: u64, out: &mut Vec<u8>) -> Result<(), UnfoldFault> {
    match text.len() {
        4 => {
            put_address(text, out);
            put_number(out, port);
        }
        24 => {
            let word = |at: usize| text[at..at + 4].try_into().map(u32::from_le_bytes).map_err(|_| UnfoldFault::Text);
            put_address(&text[..16], out);
            put_number(out, port);
            put_number(out, u64::from(word(16)?));
            put_number(out, u64::from(word(20)?));
        }
        _ => return Err(UnfoldFault::Text),
    }
    Ok(())
}
