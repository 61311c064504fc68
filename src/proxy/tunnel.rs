//! Bytes both ways, once a permit stands. No buffer is held while a tunnel is idle.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// One read or write at most.
const PORTION: usize = 64 * 1024;

thread_local! {
    /// Shared by all tunnels of a thread: a portion is read and written without a pause in between.
    static PORTION_BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; PORTION].into_boxed_slice());
}

/// Bytes carried so far.
#[derive(Debug, Default)]
pub struct Carried {
    /// From the client.
    pub up: AtomicU64,
    /// To the client.
    pub down: AtomicU64,
}

/// Carries bytes both ways until both sides have ended, one has failed, or nothing has moved for `patience`.
///
/// # Errors
/// The first failure; `TimedOut` when the tunnel stood still.
pub async fn carry(client: &TcpStream, origin: &TcpStream, carried: &Carried, patience: Duration) -> io::Result<()> {
    let both = async { tokio::try_join!(one_way(client, origin, &carried.up), one_way(origin, client, &carried.down)).map(drop) };
    let mut both = std::pin::pin!(both);
    let mut seen = 0;
    loop {
        let deadline = Instant::now() + patience;
        match tokio::time::timeout_at(deadline, both.as_mut()).await {
            Ok(result) => return result,
            Err(_) => {
                let now = carried.up.load(Ordering::Relaxed) + carried.down.load(Ordering::Relaxed);
                if now == seen {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                seen = now;
            }
        }
    }
}

async fn one_way(from: &TcpStream, to: &TcpStream, count: &AtomicU64) -> io::Result<()> {
    loop {
        from.readable().await?;
        match portion(from, to) {
            Ok(Moved::End) => return shut(to),
            Ok(Moved::All(bytes)) => drop(count.fetch_add(bytes as u64, Ordering::Relaxed)),
            Ok(Moved::Some(bytes, rest)) => {
                count.fetch_add((bytes + rest.len()) as u64, Ordering::Relaxed);
                write_all(to, &rest).await?;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

enum Moved {
    End,
    All(usize),
    /// The other side took this many bytes; the rest waits.
    Some(usize, Vec<u8>),
}

fn portion(from: &TcpStream, to: &TcpStream) -> io::Result<Moved> {
    PORTION_BUFFER.with_borrow_mut(|buffer| {
        let read = from.try_read(buffer)?;
        if read == 0 {
            return Ok(Moved::End);
        }
        match to.try_write(&buffer[..read]) {
            Ok(written) if written == read => Ok(Moved::All(read)),
            Ok(written) => Ok(Moved::Some(written, buffer[written..read].to_vec())),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Moved::Some(0, buffer[..read].to_vec())),
            Err(error) => Err(error),
        }
    })
}

/// Writes everything, waiting for room.
pub async fn write_all(to: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        to.writable().await?;
        match to.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Ends the writing side, so that the other end sees that nothing more comes.
fn shut(to: &TcpStream) -> io::Result<()> {
    match socket2::SockRef::from(to).shutdown(std::net::Shutdown::Write) {
        Err(error) if error.kind() != io::ErrorKind::NotConnected => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A client stream that counts what it carries and fails when nothing has moved for a while.
pub struct Watched<'a, C> {
    stream: &'a mut C,
    carried: &'a Carried,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
}

impl<'a, C> Watched<'a, C> {
    /// Watches a stream.
    pub fn new(stream: &'a mut C, carried: &'a Carried, patience: Duration) -> Self {
        Self { stream, carried, patience, timer: Box::pin(tokio::time::sleep(patience)) }
    }

    fn moved(&mut self) {
        self.timer.as_mut().reset(Instant::now() + self.patience);
    }
}

impl<C: AsyncRead + Unpin> AsyncRead for Watched<'_, C> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut *this.stream).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                this.carried.up.fetch_add((buffer.filled().len() - before) as u64, Ordering::Relaxed);
                this.moved();
                Poll::Ready(Ok(()))
            }
            Poll::Pending if this.timer.as_mut().poll(context).is_ready() => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            other @ (Poll::Ready(Err(_)) | Poll::Pending) => other,
        }
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Watched<'_, C> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = std::task::ready!(Pin::new(&mut *this.stream).poll_write(context, bytes))?;
        this.carried.down.fetch_add(written as u64, Ordering::Relaxed);
        this.moved();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (one, two) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        (one.unwrap(), two.unwrap().0)
    }

    #[tokio::test]
    async fn bytes_go_both_ways_and_each_end_is_passed_on() {
        let (mut client, inner) = pair().await;
        let (outer, mut origin) = pair().await;
        let carried = Carried::default();
        let sent = vec![7; 3_000_000];
        let work = async {
            client.write_all(&sent).await.unwrap();
            client.shutdown().await.unwrap();
            let mut got = Vec::new();
            client.read_to_end(&mut got).await.unwrap();
            assert_eq!(got, b"answer");
        };
        let serve = async {
            let mut got = Vec::new();
            origin.read_to_end(&mut got).await.unwrap();
            assert_eq!(got, sent);
            origin.write_all(b"answer").await.unwrap();
            origin.shutdown().await.unwrap();
        };
        let (done, (), ()) = tokio::join!(carry(&inner, &outer, &carried, Duration::from_secs(5)), work, serve);
        done.unwrap();
        assert_eq!(carried.up.into_inner(), 3_000_000);
        assert_eq!(carried.down.into_inner(), 6);
    }

    #[tokio::test]
    async fn a_tunnel_that_stands_still_ends() {
        let (_client, inner) = pair().await;
        let (outer, _origin) = pair().await;
        let ended = carry(&inner, &outer, &Carried::default(), Duration::from_millis(20)).await;
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
