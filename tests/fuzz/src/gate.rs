//! The strict gate: its answer depends on the bytes alone, never on how they were cut into reads; and what it has passed
//! passes again unchanged.

use lifeguard::proxy::strict::{Asked, ClientGate, GateLimits, HeadFacts, Heads, Mailbox, ResponseTo, ServerGate, StreamGate};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Gives its bytes in pieces, then the end of the input; what is written to it is gone.
struct Pieces<'a> {
    left: &'a [u8],
    cut: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let count = self.cut.min(self.left.len()).min(buffer.remaining());
        buffer.put_slice(&self.left[..count]);
        self.left = &self.left[count..];
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces<'_> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What came of one connection.
#[derive(Debug, PartialEq, Eq, Default)]
struct Passed {
    bytes: Vec<u8>,
    facts: Vec<String>,
    error: Option<String>,
}

/// Limits that do not depend on how the bytes were cut.
fn limits() -> Arc<GateLimits> {
    Arc::new(GateLimits { waiting: usize::MAX >> 1, pipelined: u16::MAX, ..GateLimits::default() })
}

/// Reads a gate to its end.
fn drain(mut gate: impl AsyncRead + Unpin, mut after_each: impl FnMut(&mut Passed) -> bool) -> Passed {
    let mut passed = Passed::default();
    let mut context = Context::from_waker(Waker::noop());
    let mut room = [0; 4096];
    loop {
        let mut buffer = ReadBuf::new(&mut room);
        let polled = Pin::new(&mut gate).poll_read(&mut context, &mut buffer);
        passed.bytes.extend_from_slice(buffer.filled());
        let ended = buffer.filled().is_empty();
        let news = after_each(&mut passed);
        match polled {
            Poll::Ready(Err(error)) => {
                passed.error = Some(error.to_string());
                return passed;
            }
            Poll::Ready(Ok(())) if ended => return passed,
            Poll::Pending if !news => return passed,
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
    }
}

fn requests(data: &[u8], cut: usize) -> Passed {
    let mailbox = Mailbox::new();
    let gate = ServerGate::new(Pieces { left: data, cut }, limits(), Arc::clone(&mailbox));
    let mut flying = Vec::new();
    drain(gate, |passed| {
        let before = flying.len();
        while let Some((facts, flight)) = mailbox.take() {
            passed.facts.push(told(&facts));
            flying.push(flight);
        }
        flying.len() > before
    })
}

fn told(facts: &HeadFacts) -> String {
    let fault = facts.fault.as_ref().map(|fault| (fault.kind.code(), fault.offset));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{:?} {:?} {:?} {fault:?}", text(facts.method()), text(facts.target()), facts.host().map(text))
}

fn in_a_runtime(run: impl FnOnce()) {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime needs nothing from outside");
    }
    RUNTIME.with(|runtime| {
        let _inside = runtime.enter();
        run();
    });
}

/// How the bytes are cut, from the first of them.
fn cut(data: &[u8]) -> (usize, &[u8]) {
    data.split_first().map_or((1, data), |(first, rest)| (usize::from(*first) % 64 + 1, rest))
}

fn check_requests(size: usize, data: &[u8]) {
    let whole = requests(data, usize::MAX);
    assert_eq!(requests(data, size), whole, "cut into {size}");
    let again = requests(&whole.bytes, usize::MAX);
    assert!(again.bytes == whole.bytes || whole.error.is_some(), "what has passed does not pass again: {whole:?} {again:?}");
    assert!(again.facts.iter().all(|facts| facts.ends_with("None") || facts.contains("cut-short")), "{:?}", again.facts);
}

/// Whole connections: one byte that says how to cut, then what a client sends.
pub fn request_head(data: &[u8]) {
    let (size, data) = cut(data);
    in_a_runtime(|| check_requests(size, data));
}

/// Connections of HTTP/2: one byte that says how to cut, then frames behind a good preface.
pub fn stream_frames(data: &[u8]) {
    let (size, rest) = cut(data);
    let sent = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", rest].concat();
    let pass = |cut: usize| {
        let heads = Heads::new();
        let gate = StreamGate::new(Pieces { left: &sent, cut }, limits(), Arc::clone(&heads), true);
        let passed = drain(gate, |_| false);
        let mut facts: Vec<_> = heads.rest().iter().map(told).collect();
        facts.sort();
        // Bytes of the read in which a rule was broken are held back, so only an unbroken connection passes the same bytes.
        (heads.breach().is_none().then_some(passed.bytes), facts, heads.breach())
    };
    in_a_runtime(|| assert_eq!(pass(size), pass(usize::MAX), "cut into {size}"));
}

/// The chunked body of a request: one byte that says how to cut, then the body.
pub fn chunk(data: &[u8]) {
    let (size, data) = cut(data);
    let request = [b"POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n", data].concat();
    in_a_runtime(|| check_requests(size, &request));
}

/// What an origin sends: one byte that says how to cut and what was asked, then the answer.
pub fn response(data: &[u8]) {
    let (size, rest) = cut(data);
    let asked =
        [ResponseTo::Other, ResponseTo::Head, ResponseTo::Connect, ResponseTo::Upgrade][usize::from(data.first().unwrap_or(&0) >> 6)];
    let pass = |cut: usize| {
        let expected = Asked::new();
        expected.expect(asked);
        let mut passed = drain(ClientGate::new(Pieces { left: rest, cut }, limits(), Arc::clone(&expected)), |_| false);
        passed.facts = expected.last_fault().iter().map(|fault| String::from(fault.code())).collect();
        passed
    };
    in_a_runtime(|| assert_eq!(pass(size), pass(usize::MAX), "cut into {size}"));
}
