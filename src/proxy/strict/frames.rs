//! The gate between an HTTP/2 origin and the protocol library: it counts frames that bring nothing (security rule F10, RFC 9113
//! section 10.5), and notes when the origin was last heard.
//!
//! The library reads the frames and keeps to the protocol; it answers a PING with a PING for as long as they come. Here each frame
//! other than data takes from a stock, and what we ask and what is on the way give to it: an origin with little to bring may say little.
//! Must never: change a byte, or hold one back.

use super::fault::AnswerFault;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Frames that may come at once without being called for.
const STOCK: i64 = 2_000;
/// Frames that one request calls for: ten interim answers, head, trailers, and some for the connection.
const PER_REQUEST: i64 = 32;
/// Frames that each second calls for, looked at when the stock is gone.
const PER_SECOND: u128 = 100;
/// Bytes on the way, to the origin or in data from it, that call for a frame: windows are opened as bodies are read, and some origins
/// measure the way with a PING while much is on it.
const BYTES: usize = 512;
/// Length of a frame's head (RFC 9113 section 4.1).
const HEAD: usize = 9;
/// The type of a DATA frame.
const DATA: u8 = 0;

/// What is known of the life of one connection.
#[derive(Debug)]
pub struct Pulse {
    start: Instant,
    heard: AtomicU64,
    stock: AtomicI64,
    flooded: AtomicBool,
}

impl Pulse {
    /// Of a fresh connection.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let (heard, stock, flooded) = (AtomicU64::new(0), AtomicI64::new(STOCK), AtomicBool::new(false));
        Arc::new(Self { start: Instant::now(), heard, stock, flooded })
    }

    /// A request goes out: frames are called for.
    pub fn asked(&self) {
        self.give(PER_REQUEST);
    }

    /// How long nothing has come.
    #[must_use]
    pub fn silent_for(&self) -> Duration {
        self.start.elapsed().saturating_sub(Duration::from_millis(self.heard.load(Ordering::Relaxed)))
    }

    /// What was wrong, if it was the gate that broke the connection off.
    #[must_use]
    pub fn fault(&self) -> Option<AnswerFault> {
        self.flooded.load(Ordering::Relaxed).then_some(AnswerFault::FrameFlood)
    }

    fn hears(&self) {
        self.heard.store(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn give(&self, frames: i64) {
        let more = |stock: i64| Some(stock.saturating_add(frames).min(STOCK));
        // The closure always gives a value.
        let _given = self.stock.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

/// A connection to an origin, as the protocol library sees it.
#[derive(Debug)]
pub struct FrameGate<S> {
    stream: S,
    pulse: Arc<Pulse>,
    head: [u8; HEAD],
    filled: usize,
    /// Bytes left of the frame that is passing.
    left: usize,
    moved: usize,
    refilled: Instant,
}

impl<S> FrameGate<S> {
    /// Around a fresh connection.
    pub fn new(stream: S, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse, head: [0; HEAD], filled: 0, left: 0, moved: 0, refilled: Instant::now() }
    }

    fn scan(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.left > 0 {
                let part = self.left.min(bytes.len());
                self.left -= part;
                bytes = &bytes[part..];
                continue;
            }
            let part = (HEAD - self.filled).min(bytes.len());
            self.head[self.filled..self.filled + part].copy_from_slice(&bytes[..part]);
            self.filled += part;
            bytes = &bytes[part..];
            if self.filled == HEAD {
                self.filled = 0;
                let [high, middle, low, kind, ..] = self.head;
                self.left = (usize::from(high) << 16) | (usize::from(middle) << 8) | usize::from(low);
                self.count(kind)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, kind: u8) -> io::Result<()> {
        if kind == DATA && self.left > 0 {
            self.moves(self.left);
            return Ok(());
        }
        if self.pulse.stock.fetch_sub(1, Ordering::Relaxed) > 0 {
            return Ok(());
        }
        let earned = self.refilled.elapsed().as_millis() * PER_SECOND / 1000;
        if earned == 0 {
            self.pulse.flooded.store(true, Ordering::Relaxed);
            return Err(AnswerFault::FrameFlood.into_io());
        }
        self.refilled = Instant::now();
        self.pulse.give(i64::try_from(earned).unwrap_or(STOCK));
        Ok(())
    }

    fn moves(&mut self, count: usize) {
        self.moved += count;
        let frames = self.moved / BYTES;
        if frames > 0 {
            self.moved %= BYTES;
            self.pulse.give(i64::try_from(frames).unwrap_or(STOCK));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FrameGate<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        let start = buffer.filled().len();
        ready!(Pin::new(&mut gate.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > start {
            gate.pulse.hears();
            if let Err(error) = gate.scan(&buffer.filled()[start..]) {
                buffer.set_filled(start);
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FrameGate<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let gate = self.get_mut();
        let count = ready!(Pin::new(&mut gate.stream).poll_write_vectored(context, parts))?;
        gate.moves(count);
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    const PING: [u8; 17] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

    fn data(length: usize) -> Vec<u8> {
        let mut frame = vec![0, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 0xff).unwrap(), DATA, 0, 0, 0, 0, 1];
        frame.resize(HEAD + length, b'x');
        frame
    }

    async fn read(bytes: &[u8], asked: usize) -> (io::Result<usize>, Option<AnswerFault>) {
        let pulse = Pulse::new();
        for _ in 0..asked {
            pulse.asked();
        }
        let mut out = Vec::new();
        let read = FrameGate::new(bytes, Arc::clone(&pulse)).read_to_end(&mut out).await;
        (read, pulse.fault())
    }

    #[tokio::test]
    async fn data_pass_without_end_and_other_frames_do_not() {
        let much = data(1000).repeat(20_000);
        assert_eq!(read(&much, 0).await.0.unwrap(), much.len());
        let some = PING.repeat(1_900);
        assert_eq!(read(&some, 0).await.0.unwrap(), some.len());
        for frame in [PING.to_vec(), data(0)] {
            let (result, fault) = read(&frame.repeat(20_000), 0).await;
            assert_eq!(AnswerFault::within(&result.unwrap_err()), Some(AnswerFault::FrameFlood));
            assert_eq!(fault, Some(AnswerFault::FrameFlood));
        }
    }

    #[tokio::test]
    async fn what_is_asked_and_sent_calls_for_frames() {
        let (pulse, bytes) = (Pulse::new(), PING.repeat(1_000));
        let mut gate = FrameGate::new(tokio::io::empty(), Arc::clone(&pulse));
        for _ in 0..40 {
            gate.scan(&bytes).unwrap();
            pulse.asked();
            gate.moves(1_000 * BYTES);
        }
        assert!((0..4).any(|_| gate.scan(&bytes).is_err()), "and nothing else does");
    }
}
