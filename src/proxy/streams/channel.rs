//! The two directions of one stream as a stream of bytes: what a CONNECT over HTTP/2 carries (RFC 9113 section 8.5).
//!
//! Must never: take more from the client than is being read, or hold more for it than its window lets out.

use bytes::{Buf, Bytes};
use h2::{Reason, RecvStream, SendStream};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most bytes that are given to the library at a time.
pub(super) const PORTION: usize = 16 * 1024;

/// One stream as a connection.
pub struct Channel {
    send: SendStream<Bytes>,
    receive: RecvStream,
    piece: Bytes,
    ended: bool,
}

impl Channel {
    /// Both directions of a stream whose answer has been given.
    #[must_use]
    pub const fn new(send: SendStream<Bytes>, receive: RecvStream) -> Self {
        Self { send, receive, piece: Bytes::new(), ended: false }
    }

    /// Waits until there is something to read, or the client has ended.
    pub fn poll_readable(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.piece.is_empty() && !self.ended {
            match ready!(self.receive.poll_data(context)) {
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(error)) => return Poll::Ready(Err(to_io(error))),
                None => self.ended = true,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Waits until the client takes so many bytes, or fewer. `None`: it takes no more.
pub(super) fn poll_room(send: &mut SendStream<Bytes>, wanted: usize, context: &mut Context<'_>) -> Poll<Option<usize>> {
    send.reserve_capacity(wanted.min(PORTION));
    loop {
        let room = send.capacity();
        if room > 0 {
            return Poll::Ready(Some(room.min(wanted)));
        }
        match ready!(send.poll_capacity(context)) {
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Poll::Ready(None),
        }
    }
}

fn to_io(error: h2::Error) -> io::Error {
    match error.reason() {
        Some(Reason::NO_ERROR | Reason::CANCEL) => io::ErrorKind::ConnectionReset.into(),
        Some(_) | None => error.into_io().unwrap_or_else(|| io::ErrorKind::ConnectionAborted.into()),
    }
}

impl AsyncRead for Channel {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_readable(context))?;
        let length = this.piece.len().min(buffer.remaining());
        buffer.put_slice(&this.piece[..length]);
        this.piece.advance(length);
        this.receive.flow_control().release_capacity(length).map_err(to_io)?;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Channel {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let Some(room) = ready!(poll_room(&mut this.send, bytes.len(), context)) else {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        };
        this.send.send_data(Bytes::copy_from_slice(&bytes[..room]), false).map_err(to_io)?;
        Poll::Ready(Ok(room))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = self.get_mut().send.send_data(Bytes::new(), true);
        Poll::Ready(ended.map_err(|_| io::ErrorKind::BrokenPipe.into()))
    }
}
