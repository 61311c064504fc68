//! The body of a request on its way into an HTTP/2 stream: as fast as the origin opens its window, never more in hand than one piece.

use crate::proxy::body::UpBody;
use bytes::Bytes;
use h2::{Reason, SendStream};
use http_body::Body;
use smallvec::SmallVec;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Most bytes that are kept to be sent again, should the origin not take the request.
const KEPT: usize = 64 * 1024;

/// What was taken from the body, as far as it is kept.
pub type Pieces = SmallVec<[Bytes; 2]>;

/// Sends one body.
pub(super) struct Pump {
    body: UpBody,
    stream: SendStream<Bytes>,
    sent: Option<Pieces>,
    kept: usize,
    done: bool,
}

impl Pump {
    pub(super) fn new(body: UpBody, stream: SendStream<Bytes>) -> Self {
        Self { body, stream, sent: Some(Pieces::new()), kept: 0, done: false }
    }

    /// Ready when the body has been handed over, or when nobody wants it any more.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.done {
            // A fault of the stream is told by the answer's side of it.
            self.done = !ready!(self.poll_step(context));
        }
        Poll::Ready(())
    }

    /// False: that was the last.
    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        if self.stream.poll_reset(context).is_ready() {
            return Poll::Ready(false);
        }
        self.stream.reserve_capacity(1);
        while self.stream.capacity() == 0 {
            match ready!(self.stream.poll_capacity(context)) {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Poll::Ready(false),
            }
        }
        let sent = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            None => {
                self.stream.reserve_capacity(0);
                self.stream.send_data(Bytes::new(), true).map(|()| false)
            }
            Some(Err(_)) => {
                // The client broke off: the origin must not take what came for the whole.
                self.stream.send_reset(Reason::CANCEL);
                Ok(false)
            }
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => self.piece(data),
                Err(frame) => match frame.into_trailers() {
                    Ok(trailers) => {
                        self.sent = None;
                        self.stream.send_trailers(trailers).map(|()| false)
                    }
                    Err(_) => Ok(true),
                },
            },
        };
        Poll::Ready(sent.unwrap_or(false))
    }

    fn piece(&mut self, data: Bytes) -> Result<bool, h2::Error> {
        self.kept += data.len();
        if self.kept > KEPT {
            self.sent = None;
        }
        if let Some(sent) = &mut self.sent {
            sent.push(data.clone());
        }
        let last = self.body.is_end_stream();
        self.stream.send_data(data, last).map(|()| !last)
    }

    pub(super) const fn is_done(&self) -> bool {
        self.done
    }

    /// Has anything been taken from the body?
    pub(super) fn untouched(&self) -> bool {
        self.kept == 0 && !self.done && self.sent.is_some()
    }

    /// The whole body once more, if it can be had.
    pub(super) fn again(self) -> Option<UpBody> {
        self.sent.map(|sent| self.body.after(sent))
    }
}
