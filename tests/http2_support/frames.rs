//! A client of HTTP/2 that writes bare frames, right or wrong, and tells what came back.

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PADDED: u8 = 8;
pub const WITH_PRIORITY: u8 = 32;

pub const PROTOCOL: u32 = 1;
pub const FLOW: u32 = 3;
pub const CLOSED: u32 = 5;
pub const SIZE: u32 = 6;
pub const REFUSED: u32 = 7;
pub const COMPRESSION: u32 = 9;
pub const CALM: u32 = 11;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// One frame.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Fields as literals that no table keeps.
pub fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            length(text.len(), &mut block);
            block.extend(text.as_bytes());
        }
    }
    block
}

fn length(mut length: usize, block: &mut Vec<u8>) {
    if length < 127 {
        return block.push(length as u8);
    }
    block.push(127);
    length -= 127;
    while length >= 128 {
        block.push((length % 128) as u8 | 128);
        length /= 128;
    }
    block.push(length as u8);
}

/// A frame that came.
#[derive(Clone, Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub goaway: Option<u32>,
    pub resets: Vec<(u32, u32)>,
    pub answers: Vec<(u32, String)>,
    pub pongs: usize,
    pub data: usize,
    pub closed: bool,
}

/// A connection.
pub struct Wire {
    stream: StreamOwned<ClientConnection, TcpStream>,
    held: Vec<u8>,
}

impl Wire {
    /// Shakes hands for this name.
    pub fn shake(tcp: TcpStream, host: &str, config: &Arc<ClientConfig>) -> Self {
        tcp.set_nodelay(true).unwrap();
        let client = ClientConnection::new(Arc::clone(config), ServerName::try_from(host.to_owned()).unwrap()).unwrap();
        let mut stream = StreamOwned::new(client, tcp);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
        Self { stream, held: Vec::new() }
    }

    /// Preface and settings, ours and theirs.
    pub fn begin(&mut self) {
        self.send(&[PREFACE, &frame(SETTINGS, 0, 0, b"")].concat());
        let mut acks = 0;
        while acks < 2 {
            let frame = self.next(Duration::from_secs(10)).expect("settings");
            if frame.kind == SETTINGS {
                acks += 1;
                if frame.flags & ACK == 0 {
                    self.send(&self::frame(SETTINGS, ACK, 0, b""));
                }
            }
        }
    }

    /// Writes; the other end may have gone.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).is_ok()
    }

    /// The next frame. `None`: the end, or nothing in time.
    pub fn next(&mut self, patience: Duration) -> Option<Frame> {
        let until = Instant::now() + patience;
        loop {
            if self.held.len() >= 9 {
                let length = u32::from_be_bytes([0, self.held[0], self.held[1], self.held[2]]) as usize;
                if self.held.len() >= 9 + length {
                    let rest = self.held.split_off(9 + length);
                    let bytes = std::mem::replace(&mut self.held, rest);
                    let stream = u32::from_be_bytes(bytes[5..9].try_into().unwrap()) & 0x7fff_ffff;
                    return Some(Frame { kind: bytes[3], flags: bytes[4], stream, payload: bytes[9..].to_vec() });
                }
            }
            let left = until.checked_duration_since(Instant::now())?.max(Duration::from_millis(1));
            self.stream.sock.set_read_timeout(Some(left)).unwrap();
            let mut portion = [0; 16_384];
            match self.stream.read(&mut portion) {
                Ok(0) => return None,
                Ok(read) => self.held.extend(&portion[..read]),
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => return None,
                Err(_) => return None,
            }
        }
    }

    /// Reads until `enough` says so, the connection has gone, or the time is over.
    pub fn watch(&mut self, patience: Duration, enough: impl Fn(&Seen) -> bool) -> Seen {
        let until = Instant::now() + patience;
        let mut seen = Seen::default();
        while !enough(&seen) {
            let left = until.saturating_duration_since(Instant::now());
            let Some(frame) = self.next(left) else {
                seen.closed = !left.is_zero() && Instant::now() < until;
                return seen;
            };
            let code = |at: usize| frame.payload.get(at..at + 4).map_or(0, |code| u32::from_be_bytes(code.try_into().unwrap()));
            match frame.kind {
                GOAWAY => seen.goaway = Some(code(4)),
                RST_STREAM => seen.resets.push((frame.stream, code(0))),
                HEADERS => seen.answers.push((frame.stream, status(&frame.payload))),
                PING if frame.flags & ACK != 0 => seen.pongs += 1,
                DATA => seen.data += frame.payload.len(),
                _ => {}
            }
        }
        seen
    }

    /// Sends PING and reads until its answer or the end of the connection.
    pub fn probe(&mut self) -> Seen {
        self.send(&frame(PING, 0, 0, b"verdict!"));
        self.watch(Duration::from_secs(10), |seen| seen.pongs > 0 || seen.goaway.is_some())
    }
}

/// The status that a header block starts with: an entry of the static table, or a literal.
pub fn status(block: &[u8]) -> String {
    match block {
        [index @ 0x88..=0x8e, ..] => ["200", "204", "206", "304", "400", "404", "500"][usize::from(index - 0x88)].to_owned(),
        [0x08 | 0x18 | 0x48, 0x03, text @ ..] => String::from_utf8_lossy(&text[..3]).into_owned(),
        [0x08 | 0x18 | 0x48, coded, text @ ..] => digits(&text[..usize::from(coded & 0x7f)]),
        _ => format!("{block:02x?}"),
    }
}

/// Digits by Huffman: 0, 1 and 2 have five bits, the others six (RFC 7541 appendix B).
fn digits(bytes: &[u8]) -> String {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let (mut at, mut text) = (0, String::new());
    while at + 5 <= bits.len() {
        let five = u8::from_str_radix(&bits[at..at + 5], 2).unwrap();
        if five < 3 {
            text.push(char::from(b'0' + five));
            at += 5;
        } else if let Some(six) = bits.get(at..at + 6).map(|six| u8::from_str_radix(six, 2).unwrap())
            && (0x19..=0x1f).contains(&six)
        {
            text.push(char::from(b'3' + six - 0x19));
            at += 6;
        } else {
            break;
        }
    }
    text
}
