//! The origin that stands in for the internet: on loopback, it answers whatever it is asked with one short page that carries the mark of
//! this run. Whoever sees the mark knows that the request was let through.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Ports, so that a long run does not use up the connections of one.
const PORTS: usize = 8;
/// A head is not longer.
const HEAD: usize = 256 << 10;

/// By what this run is known, and how often it has asked.
pub(super) struct Mark {
    pub(super) text: String,
    pub(super) asked: AtomicU64,
}

/// The running origin.
pub(super) struct Origin {
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) mark: Arc<Mark>,
    seen: Arc<AtomicU64>,
    tasks: Vec<JoinHandle<()>>,
}

impl Origin {
    pub(super) async fn start() -> io::Result<Self> {
        let mut secret = [0_u8; 16];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| io::Error::other("no randomness"))?;
        let text: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let mark = Arc::new(Mark { text, asked: AtomicU64::new(0) });
        let answer: Arc<[u8]> = answer(&mark.text).into_bytes().into();
        let seen = Arc::new(AtomicU64::new(0));
        let (mut addresses, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..PORTS {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            addresses.push(listener.local_addr()?);
            tasks.push(tokio::spawn(accept(listener, Arc::clone(&answer), Arc::clone(&seen))));
        }
        Ok(Self { addresses, mark, seen, tasks })
    }

    /// Requests that came through.
    pub(super) fn seen(&self) -> u64 {
        self.seen.load(Relaxed)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn answer(mark: &str) -> String {
    let body = "<!doctype html><title>A page</title><p>This stands in for a page.\n";
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nAccreditation: {mark}\r\n\r\n{body}")
}

async fn accept(listener: TcpListener, answer: Arc<[u8]>, seen: Arc<AtomicU64>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
        tokio::spawn(async move { serve(stream, &answer, &seen).await });
    }
}

/// First byte of a handshake (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;

/// Answers head after head; the suites send no bodies. A handshake comes out of a tunnel that nobody has opened: it is ended at once, so that
/// the client does not wait for what never comes.
async fn serve(mut stream: TcpStream, answer: &[u8], seen: &AtomicU64) {
    let mut buffer = Vec::new();
    loop {
        while let Some(end) = memchr::memmem::find(&buffer, b"\r\n\r\n") {
            buffer.drain(..end + 4);
            seen.fetch_add(1, Relaxed);
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
        match stream.read_buf(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(_) if buffer.len() > HEAD || buffer.first() == Some(&HANDSHAKE) => return,
            Ok(_) => {}
        }
    }
}
