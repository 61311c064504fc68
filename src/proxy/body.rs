//! The two kinds of bodies: from the client to the origin, and back. Each counts its bytes and gives up when it stands
//! still; the one that goes back carries the ticket and writes the ending.

use super::client_body::ClientBody;
use super::files::{FileCut, Seen};
use super::shares::{Purse, Toll, Way};
use super::ticket::Ticket;
use super::upstream::{Driven, Pieces};
use crate::model::Reason;
use crate::record::Ended;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// What a body can fail with; only for the log.
pub type BodyFault = Box<dyn Error + Send + Sync>;

/// A body stood still for too long.
#[derive(Debug, thiserror::Error)]
#[error("the body stood still for too long")]
pub struct StoodStill;

/// What may be used of it in a day is used up.
#[derive(Debug, thiserror::Error)]
#[error("today's share is used up")]
pub struct UsedUp;

/// From the client to the origin.
pub enum UpBody {
    /// None.
    Empty,
    /// As it comes, counted; it breaks off where it would go beyond so many bytes.
    Client(ClientBody, Arc<AtomicU64>, u64, Toll),
    /// Once more from the start: what was taken before, counted then, and the rest.
    Again(smallvec::IntoIter<[Bytes; 2]>, Box<Self>),
}

impl UpBody {
    /// Takes a request's body; `count` gets the bytes.
    #[must_use]
    pub fn new(body: ClientBody, count: &Arc<AtomicU64>, most: u64, purse: Option<Purse>) -> Self {
        if body.is_end_stream() { Self::Empty } else { Self::Client(body, Arc::clone(count), most, Toll::new(purse)) }
    }

    /// The whole once more, of which these pieces were taken.
    #[must_use]
    pub fn after(self, taken: Pieces) -> Self {
        if taken.is_empty() { self } else { Self::Again(taken.into_iter(), Box::new(self)) }
    }
}

impl Body for UpBody {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Client(body, count, most, toll) => loop {
                if let Some(frame) = ready!(toll.poll_held(context)) {
                    return Poll::Ready(Some(Ok(frame)));
                }
                let frame = ready!(Pin::new(&mut *body).poll_frame(context));
                if let Some(Ok(frame)) = &frame
                    && let Some(data) = frame.data_ref()
                {
                    let sent = count.fetch_add(data.len() as u64, Ordering::Relaxed) + data.len() as u64;
                    if sent > *most {
                        return Poll::Ready(Some(Err(FileCut.into())));
                    }
                }
                match frame {
                    Some(Ok(frame)) => {
                        if let Some(frame) = toll.pass(frame) {
                            return Poll::Ready(Some(Ok(frame)));
                        }
                    }
                    ended @ (Some(Err(_)) | None) => return Poll::Ready(ended),
                }
            },
            Self::Again(taken, rest) => match taken.next() {
                Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
                None => Pin::new(&mut **rest).poll_frame(context),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Client(body, _, _, toll) => toll.held().is_none() && body.is_end_stream(),
            Self::Again(taken, rest) => taken.len() == 0 && rest.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Client(body, _, _, toll) => longer(&body.size_hint(), toll.held().unwrap_or(0)),
            Self::Again(taken, rest) => longer(&rest.size_hint(), taken.as_slice().iter().map(|piece| piece.len() as u64).sum()),
        }
    }
}

fn longer(rest: &SizeHint, by: u64) -> SizeHint {
    let mut hint = SizeHint::new();
    hint.set_lower(rest.lower() + by);
    if let Some(upper) = rest.upper() {
        hint.set_upper(upper + by);
    }
    hint
}

/// To the client.
pub enum DownBody {
    /// An answer of our own.
    Own(Option<Bytes>, Option<Box<Ticket>>),
    /// The origin's answer.
    Origin(Box<FromOrigin>),
}

/// The origin's answer on its way to the client.
pub struct FromOrigin {
    driven: Driven,
    /// What was looked at before, and what looks at the rest.
    seen: Seen,
    /// What holds pieces back.
    toll: Toll,
    ticket: Option<Ticket>,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl FromOrigin {
    /// With the ticket that ends when the body does.
    #[must_use]
    pub fn new((driven, seen): (Driven, Seen), ticket: Ticket, patience: Duration) -> Self {
        let toll = Toll::new(ticket.share.as_ref().and_then(|share| share.purse(Way::Down)));
        Self { driven, seen, toll, ticket: Some(ticket), patience, timer: None }
    }

    fn finish(&mut self, ended: Ended) {
        if let Some(mut ticket) = self.ticket.take() {
            if ended == Ended::OriginFailed || ended == Ended::TimedOut {
                ticket.ending.reason = Some(Reason::OriginUnreadable);
                ticket.ending.note = self.driven.fault().unwrap_or_else(|| "the answer broke off".to_owned()).into();
            }
            ticket.finish(ended);
        }
    }

    /// Has the origin been silent for too long?
    fn is_stuck(&mut self, context: &mut Context<'_>) -> bool {
        let patience = self.patience;
        self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience))).as_mut().poll(context).is_ready()
    }

    /// `false`: what may be used of it in a day is used up.
    fn moved(&mut self, bytes: usize) -> bool {
        let goes_on = self.ticket.as_mut().is_none_or(|ticket| {
            ticket.ending.bytes_down += bytes as u64;
            ticket.carried(ticket.ending.bytes_down + ticket.bytes_up())
        });
        if let Some(timer) = &mut self.timer {
            timer.as_mut().reset(Instant::now() + self.patience);
        }
        goes_on
    }

    /// Is everything of it handed over?
    fn is_over(&self) -> bool {
        self.toll.held().is_none() && self.seen.pieces.is_empty() && self.driven.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let held: u64 = self.seen.pieces.iter().filter_map(Frame::data_ref).map(|piece| piece.len() as u64).sum();
        longer(&self.driven.size_hint(), held + self.toll.held().unwrap_or(0))
    }

    /// Is this piece one that must not go on? Then the answer is cut, and the record says why.
    fn is_cut(&mut self, piece: &Bytes) -> bool {
        let Some(guard) = &mut self.seen.guard else { return false };
        let Some(refused) = guard.take(piece) else { return false };
        // Without a ticket it is cut already: no piece of it goes on.
        let Some(mut ticket) = self.ticket.take() else { return true };
        guard.note_cut(refused, &mut ticket);
        ticket.finish(Ended::Answered);
        true
    }

    /// A piece goes on to the client.
    fn give(&mut self, frame: Frame<Bytes>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        let goes_on = self.moved(frame.data_ref().map_or(0, Bytes::len));
        if self.is_over() {
            self.finish(Ended::Complete);
        } else if !goes_on {
            if let Some(ticket) = &mut self.ticket {
                ticket.cut();
            }
            self.finish(Ended::Answered);
            return Poll::Ready(Some(Err(UsedUp.into())));
        }
        Poll::Ready(Some(Ok(frame)))
    }

    /// A piece goes on, or is held back until it is paid for.
    fn pass(&mut self, frame: Frame<Bytes>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match self.toll.pass(frame) {
            Some(frame) => self.give(frame),
            None => self.poll(context),
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        if let Some(frame) = ready!(self.toll.poll_held(context)) {
            return self.give(frame);
        }
        if let Some(frame) = self.seen.pieces.pop_front() {
            return self.pass(frame, context);
        }
        match Pin::new(&mut self.driven).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) if frame.data_ref().is_some_and(|piece| self.is_cut(piece)) => {
                Poll::Ready(Some(Err(FileCut.into())))
            }
            Poll::Ready(Some(Ok(frame))) => self.pass(frame, context),
            Poll::Ready(Some(Err(error))) => {
                self.finish(Ended::OriginFailed);
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(None) => {
                self.finish(Ended::Complete);
                Poll::Ready(None)
            }
            Poll::Pending if self.is_stuck(context) => {
                self.finish(Ended::TimedOut);
                Poll::Ready(Some(Err(StoodStill.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for FromOrigin {
    fn drop(&mut self) {
        let ended = if self.is_over() { Ended::Complete } else { Ended::ClientGone };
        self.finish(ended);
    }
}

impl DownBody {
    /// An answer of our own; the ticket ends when it has been handed over.
    #[must_use]
    pub fn own(bytes: Bytes, ticket: Option<Ticket>) -> Self {
        Self::Own(Some(bytes), ticket.map(Box::new))
    }

    /// Nothing.
    #[must_use]
    pub const fn empty() -> Self {
        Self::Own(None, None)
    }
}

impl Body for DownBody {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match self.get_mut() {
            Self::Own(bytes, _) => Poll::Ready(bytes.take().filter(|bytes| !bytes.is_empty()).map(|bytes| Ok(Frame::data(bytes)))),
            Self::Origin(origin) => origin.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(bytes, _) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Origin(origin) => origin.is_over(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(bytes, _) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Origin(origin) => origin.size_hint(),
        }
    }
}

impl Drop for DownBody {
    fn drop(&mut self) {
        if let Self::Own(_, ticket) = self
            && let Some(ticket) = ticket.take()
        {
            ticket.finish(Ended::Answered);
        }
    }
}
