//! The frames of an HTTP/2 connection as they pass, in either direction (RFC 9113 section 4).
//!
//! From the client: heads are gathered and read, frames that ask for work are counted. To the client: it is seen which
//! streams the protocol library answers. Every byte goes on as it came; what breaks the rules of framing is for the
//! library to find, and from there on nothing is read here.
//! Must never: gather more than the bounds allow, or go on reading a connection whose table is out of step.

use super::super::facts::HeadFacts;
use super::super::fault::HeadFaultKind;
use super::super::limits::GateLimits;
use super::budget::Budgets;
use super::head::StreamHead;
use super::heads::{Breach, Heads};
use super::hpack::Decoder;
use h2::Reason;
use std::time::Instant;

/// What a client must send first (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The largest frame that we announce (RFC 9113 section 6.5.2: the first value).
const FRAME: u32 = 16_384;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY_FRAME: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

/// A setting (RFC 9113 section 6.5.2).
const INITIAL_WINDOW_SIZE: [u8; 2] = [0, 4];

const ACK: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// The head of a frame, gathered byte by byte.
#[derive(Debug, Default)]
struct FrameHead {
    bytes: [u8; 9],
    have: usize,
}

impl FrameHead {
    /// Takes bytes; true once it is whole.
    fn take(&mut self, bytes: &mut &[u8]) -> bool {
        let count = bytes.len().min(self.bytes.len() - self.have);
        self.bytes[self.have..self.have + count].copy_from_slice(&bytes[..count]);
        *bytes = &bytes[count..];
        self.have += count;
        self.have == self.bytes.len()
    }

    const fn length(&self) -> u32 {
        let [first, second, third, ..] = self.bytes;
        u32::from_be_bytes([0, first, second, third])
    }

    const fn kind(&self) -> u8 {
        self.bytes[3]
    }

    const fn flags(&self) -> u8 {
        self.bytes[4]
    }

    const fn stream(&self) -> u32 {
        let [_, _, _, _, _, first, second, third, fourth] = self.bytes;
        u32::from_be_bytes([first & 0x7f, second, third, fourth])
    }
}

/// A header block that is being gathered.
#[derive(Debug)]
struct Gathering {
    stream: u32,
    since: Instant,
    block: Vec<u8>,
}

/// Frames from the client.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    preface: usize,
    frame: FrameHead,
    left: u32,
    gathering: Option<Gathering>,
    decoder: Decoder,
    last: u32,
    pub(super) budgets: Budgets,
    lost: bool,
    /// The last six bytes of a SETTINGS frame, and how many of them belong to the entry that is passing.
    setting: [u8; 6],
    setting_bytes: u8,
    /// The connection is the inside of an opened tunnel.
    inside: bool,
}

impl Inbound {
    pub(super) fn new(inside: bool) -> Self {
        Self { inside, ..Self::default() }
    }

    /// Looks at bytes that pass.
    pub(super) fn pass(&mut self, mut bytes: &[u8], limits: &GateLimits, heads: &Heads) {
        if self.preface < PREFACE.len() {
            let count = bytes.len().min(PREFACE.len() - self.preface);
            self.lost |= bytes[..count] != PREFACE[self.preface..self.preface + count];
            self.preface += count;
            bytes = &bytes[count..];
        }
        while !bytes.is_empty() && !self.lost {
            if self.left == 0 {
                if !self.frame.take(&mut bytes) {
                    return;
                }
                self.left = self.frame.length();
                self.begin(limits, heads);
                if self.lost {
                    return;
                }
            }
            let count = bytes.len().min(self.left as usize);
            if matches!(self.frame.kind(), HEADERS | CONTINUATION)
                && let Some(gathering) = &mut self.gathering
            {
                gathering.block.extend_from_slice(&bytes[..count]);
            } else if self.frame.kind() == SETTINGS {
                self.settings(&bytes[..count], heads);
            }
            bytes = &bytes[count..];
            self.left -= count as u32;
            if self.left == 0 {
                self.end(limits, heads);
                self.frame.have = 0;
            }
        }
    }

    /// Since when a head has been on its way.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        self.gathering.as_ref().map(|gathering| gathering.since)
    }

    /// A head that never became whole: what can be read of it.
    pub(super) fn cut_short(&mut self, kind: HeadFaultKind, limits: &GateLimits, heads: &Heads) {
        if let Some(gathering) = self.gathering.take() {
            self.read(gathering, Some(kind), limits, heads);
        }
        self.lost = true;
    }

    /// The head of a frame has come.
    fn begin(&mut self, limits: &GateLimits, heads: &Heads) {
        let (kind, stream) = (self.frame.kind(), self.frame.stream());
        let apart = self.gathering.as_ref().is_some_and(|gathering| kind != CONTINUATION || stream != gathering.stream);
        if self.frame.length() > FRAME || apart || (kind == CONTINUATION && self.gathering.is_none()) {
            self.cut_short(HeadFaultKind::CutShort, limits, heads);
            return;
        }
        if !has_its_size(kind, self.frame.flags(), self.frame.length()) {
            heads.set_breach(Breach::Rule(Reason::FRAME_SIZE_ERROR));
            self.lost = true;
            return;
        }
        match kind {
            DATA | CONTINUATION => {}
            HEADERS => self.gathering = Some(Gathering { stream, since: Instant::now(), block: Vec::new() }),
            RST_STREAM => self.lost = !self.budgets.resets.spend(heads),
            WINDOW_UPDATE => self.lost = !self.budgets.windows.spend(heads),
            _ => self.lost = !self.budgets.calls.spend(heads),
        }
    }

    /// Part of a SETTINGS frame: a window beyond the bound has a code of its own (RFC 9113 section 6.5.2).
    fn settings(&mut self, bytes: &[u8], heads: &Heads) {
        for &byte in bytes {
            self.setting.rotate_left(1);
            self.setting[5] = byte;
            self.setting_bytes = (self.setting_bytes + 1) % 6;
            if self.setting_bytes == 0 && self.setting[..2] == INITIAL_WINDOW_SIZE && self.setting[2] & 0x80 != 0 {
                heads.set_breach(Breach::Rule(Reason::FLOW_CONTROL_ERROR));
                self.lost = true;
            }
        }
    }

    /// A frame is whole.
    fn end(&mut self, limits: &GateLimits, heads: &Heads) {
        let (kind, flags) = (self.frame.kind(), self.frame.flags());
        if !matches!(kind, HEADERS | CONTINUATION) {
            return;
        }
        let Some(gathering) = &mut self.gathering else { return };
        if kind == HEADERS && !strip(&mut gathering.block, flags) {
            self.lost = true;
            return;
        }
        if flags & END_HEADERS == 0 {
            // The library has its own bound for what goes on and on; this one is for the memory here.
            if gathering.block.len() > 2 * (limits.head + limits.first_line) {
                heads.set_breach(Breach::Nuisance);
                self.cut_short(HeadFaultKind::HeadTooLarge, limits, heads);
            }
            return;
        }
        if let Some(gathering) = self.gathering.take() {
            self.read(gathering, None, limits, heads);
        }
    }

    fn read(&mut self, gathering: Gathering, fault: Option<HeadFaultKind>, limits: &GateLimits, heads: &Heads) {
        let mut head = StreamHead::default();
        let read = self.decoder.decode(&gathering.block, |name, value| head.field(name, value, limits));
        if gathering.block.len() > 4096 {
            self.decoder.rest();
        }
        if let Some(kind) = fault.or_else(|| read.is_err().then_some(HeadFaultKind::Block)) {
            head.refuse(kind);
        }
        if read.is_err() {
            self.lost = true;
            // Half a head breaks off anywhere: that says nothing about its coding.
            if fault.is_none() {
                heads.set_breach(Breach::Rule(Reason::COMPRESSION_ERROR));
            }
        }
        // A stream that was there before: these are trailers, or a fault that the library finds.
        if gathering.stream <= self.last {
            if head.has_pseudo_fields() {
                self.lost = true;
                heads.set_breach(Breach::Rule(Reason::PROTOCOL_ERROR));
            }
            return;
        }
        self.last = gathering.stream;
        let fault = head.settle(self.inside);
        heads.put(gathering.stream, HeadFacts::of_stream(&head, gathering.since, fault));
    }
}

/// Frames of a fixed size have that size (RFC 9113 sections 6.3 to 6.9).
const fn has_its_size(kind: u8, flags: u8, length: u32) -> bool {
    match kind {
        PRIORITY_FRAME => length == 5,
        RST_STREAM | WINDOW_UPDATE => length == 4,
        SETTINGS if flags & ACK != 0 => length == 0,
        SETTINGS => length.is_multiple_of(6),
        PING => length == 8,
        _ => true,
    }
}

/// Takes padding and priority off the payload of HEADERS (RFC 9113 section 6.2). False when there is not room for them.
fn strip(block: &mut Vec<u8>, flags: u8) -> bool {
    let mut front = 0;
    let mut padding = 0;
    if flags & PADDED != 0 {
        let Some(&length) = block.first() else { return false };
        (front, padding) = (1, usize::from(length));
    }
    if flags & PRIORITY != 0 {
        front += 5;
    }
    if front + padding > block.len() {
        return false;
    }
    block.truncate(block.len() - padding);
    block.drain(..front);
    true
}

/// Frames to the client.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    frame: FrameHead,
    left: u32,
}

impl Outbound {
    /// Looks at bytes that pass. Gives the number of DATA frames that began.
    pub(super) fn pass(&mut self, mut bytes: &[u8], heads: &Heads) -> u32 {
        let mut pieces = 0;
        while !bytes.is_empty() {
            if self.left == 0 {
                if !self.frame.take(&mut bytes) {
                    return pieces;
                }
                self.left = self.frame.length();
                match self.frame.kind() {
                    HEADERS | RST_STREAM => heads.answered(self.frame.stream()),
                    DATA => pieces += 1,
                    _ => {}
                }
            }
            let count = bytes.len().min(self.left as usize);
            bytes = &bytes[count..];
            self.left -= count as u32;
            if self.left == 0 {
                self.frame.have = 0;
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        frame
    }

    fn limits() -> GateLimits {
        GateLimits { first_line: 100, head: 300, ..GateLimits::default() }
    }

    /// `GET https://a.test/` and a field that the table keeps.
    const BLOCK: &[u8] = b"\x82\x87\x84\x41\x06a.test\x40\x01x\x01y";

    /// Passes whole and byte by byte; both must agree.
    fn pass(bytes: &[u8]) -> Vec<(u32, String, Option<HeadFaultKind>)> {
        let read = |size: usize| {
            let (mut inbound, heads) = (Inbound::new(true), Heads::default());
            for piece in bytes.chunks(size) {
                inbound.pass(piece, &limits(), &heads);
            }
            let mut found: Vec<_> = (1..20)
                .filter_map(|stream| {
                    let facts = heads.take(stream)?;
                    let text = [facts.method(), b" ", facts.target(), b" ", facts.host().unwrap_or_default()].concat();
                    Some((stream, String::from_utf8_lossy(&text).into_owned(), facts.fault.map(|fault| fault.kind)))
                })
                .collect();
            found.sort_by_key(|found| found.0);
            found
        };
        let (whole, drip) = (read(bytes.len()), read(1));
        assert_eq!(whole, drip);
        whole
    }

    #[test]
    fn heads_are_read_however_they_are_cut() {
        let padded = [&[3u8][..], &[0, 0, 0, 0, 7], BLOCK, b"\0\0\0"].concat();
        let bytes = [
            PREFACE,
            &frame(4, 0, 0, b""),
            &frame(HEADERS, END_HEADERS, 1, BLOCK),
            &frame(DATA, 1, 1, b"\0\0\x05\x01\x04"),
            &frame(HEADERS, PADDED | PRIORITY | END_HEADERS, 3, &padded),
            &frame(HEADERS, 0, 5, &BLOCK[..4]),
            &frame(CONTINUATION, 0, 5, b""),
            &frame(CONTINUATION, END_HEADERS, 5, &BLOCK[4..]),
            // The name and the value that the first head left in the table.
            &frame(HEADERS, END_HEADERS, 7, b"\x82\x87\x84\xbf\xbe"),
            &frame(HEADERS, END_HEADERS, 7, b"\x40\x01x\x01y"),
        ]
        .concat();
        let ok = |stream| (stream, "GET / a.test".to_owned(), None);
        assert_eq!(pass(&bytes), [ok(1), ok(3), ok(5), ok(7)]);
    }

    #[test]
    fn after_a_fault_of_framing_nothing_more_is_read() {
        let good = frame(HEADERS, END_HEADERS, 3, BLOCK);
        for bad in [
            frame(CONTINUATION, END_HEADERS, 1, BLOCK),
            frame(HEADERS, PADDED | END_HEADERS, 1, b"\xff"),
            frame(HEADERS, PRIORITY | END_HEADERS, 1, b"\0\0"),
            frame(DATA, 0, 1, &[0; 16_385]),
        ] {
            assert_eq!(pass(&[PREFACE, &bad, &good].concat()), [], "{:?}", &bad[..9]);
        }
        for bad in [frame(DATA, 0, 1, b"x"), frame(CONTINUATION, END_HEADERS, 3, BLOCK)] {
            let cut = (1, "GET / a.test".to_owned(), Some(HeadFaultKind::CutShort));
            assert_eq!(pass(&[PREFACE, &frame(HEADERS, 0, 1, BLOCK), &bad, &good].concat()), [cut]);
        }
        let block = (1, "GET / ".to_owned(), Some(HeadFaultKind::Block));
        assert_eq!(pass(&[PREFACE, &frame(HEADERS, END_HEADERS, 1, b"\x82\x87\x84\x80"), &good].concat()), [block]);
        assert_eq!(pass(&[b"PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n", &good[..]].concat()), []);
    }

    #[test]
    fn what_the_library_answers_by_itself_is_seen() {
        let (mut inbound, heads) = (Inbound::new(true), Heads::default());
        let asked = [PREFACE, &frame(HEADERS, END_HEADERS, 1, BLOCK), &frame(HEADERS, END_HEADERS, 3, BLOCK)].concat();
        inbound.pass(&asked, &limits(), &heads);
        let mut outbound = Outbound::default();
        let answer = [frame(4, 0, 0, b""), frame(RST_STREAM, 0, 3, &[0; 4]), frame(DATA, 0, 1, b"\0\0\0\x01")].concat();
        let pieces: u32 = answer.chunks(2).map(|piece| outbound.pass(piece, &heads)).sum();
        assert_eq!((pieces, heads.refused().len()), (1, 1));
        assert!(heads.take(1).is_some() && heads.take(3).is_none());
    }

    #[test]
    fn a_head_without_end_is_given_up() {
        let (mut inbound, heads) = (Inbound::new(true), Heads::default());
        inbound.pass(PREFACE, &limits(), &heads);
        inbound.pass(&frame(HEADERS, 0, 1, BLOCK), &limits(), &heads);
        for _ in 0..9 {
            assert!(heads.breach().is_none() && inbound.waiting_since().is_some());
            let filler = [&b"\x00\x01x\x50"[..], &[b'y'; 80]].concat();
            inbound.pass(&frame(CONTINUATION, 0, 1, &filler), &limits(), &heads);
        }
        inbound.pass(&frame(CONTINUATION, 0, 1, &[b'y'; 200]), &limits(), &heads);
        assert_eq!(heads.breach(), Some(Breach::Nuisance));
        assert_eq!(heads.take(1).unwrap().fault.unwrap().kind, HeadFaultKind::HeadTooLarge);
        assert_eq!(inbound.waiting_since(), None);
    }
}
