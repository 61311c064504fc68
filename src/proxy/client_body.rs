//! A request's body, whichever version of HTTP it came by.
//!
//! Must never: hold more than one piece, or let a trailer field through that frames or routes a message (rule F3).

use super::body::{BodyFault, StoodStill};
use super::client::Side;
use super::streams::Interims;
use super::strict;
use bytes::Bytes;
use h2::RecvStream;
use http::{HeaderMap, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// A request's body.
pub enum ClientBody {
    /// None.
    Empty,
    /// By HTTP/1.1: the gate has checked it.
    Message(Incoming),
    /// By a stream of HTTP/2.
    Stream(Box<StreamBody>),
}

/// A trailer field that must not stand there.
#[derive(Debug, thiserror::Error)]
#[error("a trailer field is one that frames or routes a message")]
pub struct ForbiddenTrailer;

/// What a stream of HTTP/2 brings.
pub struct StreamBody {
    stream: RecvStream,
    /// What is missing of the length that was announced; the library holds the client to it.
    left: Option<u64>,
    ended: bool,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    side: Arc<Side>,
    /// The client waits to be asked for it (`Expect: 100-continue`).
    expected: bool,
}

impl StreamBody {
    /// With the length that was announced, and the time that may pass between two pieces before the answer has begun.
    /// `expected`: the client waits for 100 before it sends anything.
    #[must_use]
    pub fn new(side: Arc<Side>, stream: RecvStream, length: Option<u64>, patience: Duration, expected: bool) -> Self {
        Self { ended: stream.is_end_stream(), side, stream, left: length, patience, timer: None, expected }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        if std::mem::take(&mut self.expected)
            && let Some(interims) = &self.side.interims
        {
            interims.push(StatusCode::CONTINUE, HeaderMap::new());
        }
        if self.ended {
            return Poll::Ready(None);
        }
        let polled = self.poll_next(context);
        match &polled {
            Poll::Pending if self.is_stuck(context) => return Poll::Ready(Some(Err(StoodStill.into()))),
            Poll::Pending => {}
            Poll::Ready(frame) => {
                self.ended = !matches!(frame, Some(Ok(frame)) if frame.is_data());
                if let Some(timer) = &mut self.timer {
                    timer.as_mut().reset(Instant::now() + self.patience);
                }
            }
        }
        polled
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match ready!(self.stream.poll_data(context)) {
            Some(Ok(piece)) => {
                // The origin asks for the next piece once it has taken this one: the client may send as much again.
                self.stream.flow_control().release_capacity(piece.len())?;
                self.left = self.left.map(|left| left.saturating_sub(piece.len() as u64));
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => {}
        }
        let Some(trailers) = ready!(self.stream.poll_trailers(context))? else { return Poll::Ready(None) };
        if trailers.keys().any(strict::is_forbidden_trailer) {
            return Poll::Ready(Some(Err(ForbiddenTrailer.into())));
        }
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    /// Has the client been silent for too long? Once the answer has begun, that one keeps the time: a client that listens
    /// may be silent (gRPC).
    fn is_stuck(&mut self, context: &mut Context<'_>) -> bool {
        let patience = self.patience;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        timer.as_mut().poll(context).is_ready() && !self.side.interims.as_ref().is_some_and(Interims::is_over)
    }
}

impl Body for ClientBody {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Message(incoming) => Pin::new(incoming).poll_frame(context).map_err(Into::into),
            Self::Stream(stream) => stream.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Message(incoming) => incoming.is_end_stream(),
            Self::Stream(stream) => stream.ended || stream.stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Message(incoming) => incoming.size_hint(),
            Self::Stream(stream) => stream.left.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}
