//! An origin that sends exactly the frames it is told to, good and bad.

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
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
/// `:status: 200` (RFC 7541 appendix A, 8).
pub const OK: u8 = 0x88;

/// One frame (RFC 9113 section 4.1).
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A field that stands in no table (RFC 7541 section 6.2.2).
pub fn field(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| {
        let mut out = Vec::new();
        // A length of seven bits and its continuation (RFC 7541 section 5.1).
        if text.len() < 127 {
            out.push(u8::try_from(text.len()).unwrap());
        } else {
            out.push(127);
            let mut rest = text.len() - 127;
            while rest >= 128 {
                out.push(u8::try_from(rest % 128).unwrap() | 128);
                rest /= 128;
            }
            out.push(u8::try_from(rest).unwrap());
        }
        out.extend_from_slice(text.as_bytes());
        out
    };
    [vec![0], text(name), text(value)].concat()
}

/// A frame that came.
#[derive(Clone, Debug)]
pub struct Got {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// One connection.
pub struct RawWire {
    stream: StreamOwned<ServerConnection, TcpStream>,
    /// Which one, from 0.
    pub number: usize,
    /// Settings and pings are answered.
    pub polite: bool,
}

impl RawWire {
    /// Frames as they are.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// The next frame.
    pub fn next(&mut self) -> io::Result<Got> {
        loop {
            let mut head = [0; 9];
            self.stream.read_exact(&mut head)?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            self.stream.read_exact(&mut payload)?;
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & 0x7fff_ffff;
            let got = Got { kind: head[3], flags: head[4], stream, payload };
            match (got.kind, got.flags & ACK) {
                (SETTINGS, 0) if self.polite => self.send(&frame(SETTINGS, ACK, 0, &[]))?,
                (PING, 0) if self.polite => self.send(&frame(PING, ACK, 0, &got.payload))?,
                _ => return Ok(got),
            }
        }
    }

    /// The next frame of a kind; others are passed over.
    pub fn until(&mut self, kind: u8) -> io::Result<Got> {
        loop {
            let got = self.next()?;
            if got.kind == kind {
                return Ok(got);
            }
        }
    }

    /// A whole small answer.
    pub fn answer(&mut self, stream: u32, body: &[u8]) -> io::Result<()> {
        self.send(&frame(HEADERS, END_HEADERS, stream, &[OK]))?;
        self.send(&frame(DATA, END_STREAM, stream, body))
    }

    /// Answers everything from now on.
    pub fn serve(&mut self, body: &[u8]) -> io::Result<()> {
        loop {
            let asked = self.until(HEADERS)?;
            self.answer(asked.stream, body)?;
        }
    }
}

/// A running origin.
pub struct RawOrigin {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl RawOrigin {
    /// Each connection is served by this, on a thread of its own; the prefaces have been exchanged.
    pub fn start(tls: Arc<ServerConfig>, settings: &[u8], serve: impl Fn(&mut RawWire) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, over) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let (counted, ended) = (Arc::clone(&connections), Arc::clone(&over));
        let (serve, settings) = (Arc::new(serve), settings.to_vec());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let number = counted.fetch_add(1, Ordering::Relaxed);
                let (tls, serve, settings) = (Arc::clone(&tls), Arc::clone(&serve), settings.clone());
                std::thread::spawn(move || {
                    let _ended = connection(stream, tls, &settings, number).and_then(|mut wire| serve(&mut wire));
                });
            }
        });
        Self { address, connections, over }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for RawOrigin {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _woken = TcpStream::connect(self.address);
    }
}

fn connection(stream: TcpStream, tls: Arc<ServerConfig>, settings: &[u8], number: usize) -> io::Result<RawWire> {
    stream.set_read_timeout(Some(Duration::from_secs(40)))?;
    stream.set_nodelay(true)?;
    let mut stream = StreamOwned::new(ServerConnection::new(tls).map_err(io::Error::other)?, stream);
    let mut preface = [0; 24];
    stream.read_exact(&mut preface)?;
    assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let mut wire = RawWire { stream, number, polite: true };
    wire.send(&frame(SETTINGS, 0, 0, settings))?;
    Ok(wire)
}
