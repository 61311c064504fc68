//! One request and its answer, whichever protocol the connection speaks: a connection of its own (HTTP/1.1), or a turn on a shared
//! one (HTTP/2). Dropping the answer cuts the first, and resets the stream of the second.

use super::single::{Single, SingleBody};
use super::turn::{StreamBody, Turn};
use super::{Place, Pool, Upstream};
use crate::proxy::body::UpBody;
use crate::proxy::strict::{AnswerFault, ResponseTo};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, Version};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The exchange failed.
#[derive(thiserror::Error)]
pub enum ExchangeFault {
    /// The origin has not looked at the request: try another connection.
    #[error("the origin did not take the request")]
    Stale(Box<Request<UpBody>>),
    /// The origin wants this request over HTTP/1.1 (RFC 9113 section 7, `HTTP_1_1_REQUIRED`).
    #[error("the origin wants HTTP/1.1")]
    Older(Box<Request<UpBody>>),
    /// The connection broke, or the answer broke the rules of HTTP.
    #[error(transparent)]
    Broken(#[from] AnswerBroken),
}

impl std::fmt::Debug for ExchangeFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// An answer could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum AnswerBroken {
    /// Over HTTP/1.1.
    #[error(transparent)]
    Single(#[from] hyper::Error),
    /// Over HTTP/2.
    #[error(transparent)]
    Stream(#[from] h2::Error),
    /// By our own rules.
    #[error(transparent)]
    Strict(#[from] AnswerFault),
    /// The request cannot be said in HTTP/2.
    #[error("the request cannot be said in HTTP/2: {0}")]
    Unsaid(#[from] http::Error),
}

/// Takes an interim answer.
pub type PassOn<'a> = dyn Fn(StatusCode, &HeaderMap) + Send + Sync + 'a;

/// A way to ask an origin one thing.
pub enum Exchange {
    /// A connection of its own.
    Single(Single),
    /// A turn on a shared one.
    Turn(Turn),
}

/// The body of an answer, before it is bound to its connection.
pub enum AnswerBody {
    /// Over HTTP/1.1.
    Single(Incoming),
    /// Over HTTP/2.
    Stream(StreamBody),
}

impl Exchange {
    /// The address that was dialled.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Single(single) => single.address,
            Self::Turn(turn) => turn.address(),
        }
    }

    /// Has the connection served a request before?
    #[must_use]
    pub const fn reused(&self) -> bool {
        match self {
            Self::Single(single) => single.reused,
            Self::Turn(turn) => turn.reused,
        }
    }

    /// What is spoken.
    #[must_use]
    pub const fn version(&self) -> Version {
        match self {
            Self::Single(_) => Version::HTTP_11,
            Self::Turn(_) => Version::HTTP_2,
        }
    }

    /// Where it leads.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        match self {
            Self::Single(single) => single.place(),
            Self::Turn(turn) => turn.place(),
        }
    }

    /// Why the gate refused the origin's answer, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        match self {
            Self::Single(single) => single.fault(),
            Self::Turn(turn) => turn.fault(),
        }
    }

    /// Sends a request, with this origin's name, and waits for the head of the answer. Interim answers: HTTP/1.1 finds the way to
    /// pass them on in the request itself.
    ///
    /// # Errors
    /// [`ExchangeFault`].
    pub async fn send(
        &mut self,
        request: Request<UpBody>,
        to: ResponseTo,
        pass_on: &PassOn<'_>,
    ) -> Result<Response<AnswerBody>, ExchangeFault> {
        match self {
            Self::Single(single) => Ok(single.send(request, to).await?.map(AnswerBody::Single)),
            Self::Turn(turn) => Ok(Box::pin(turn.send(request, to, pass_on)).await?.map(AnswerBody::Stream)),
        }
    }

    /// After a 101: the bare connection and what was already read of the new protocol.
    pub async fn into_upgraded(self) -> Result<(Upstream, Bytes), AnswerBroken> {
        match self {
            Self::Single(single) => Ok(single.into_upgraded().await?),
            Self::Turn(_) => Err(AnswerFault::UnaskedSwitch.into()),
        }
    }
}

/// The body of an answer together with what feeds it. At its end the connection, or the place on it, is free again.
pub struct Driven(Feed);

enum Feed {
    Single(SingleBody),
    Stream(StreamBody),
}

impl Driven {
    /// Takes over an answer's body.
    #[must_use]
    pub fn new(body: AnswerBody, exchange: Exchange, pool: Arc<Pool>) -> Self {
        Self(match (body, exchange) {
            (AnswerBody::Single(incoming), Exchange::Single(single)) => Feed::Single(SingleBody::new(incoming, single, pool)),
            (AnswerBody::Stream(body), Exchange::Turn(turn)) => Feed::Stream(body.on(turn)),
            (AnswerBody::Single(_), Exchange::Turn(_)) | (AnswerBody::Stream(_), Exchange::Single(_)) => {
                debug_assert!(false, "an answer comes from the exchange that it belongs to");
                Feed::Stream(StreamBody::empty())
            }
        })
    }

    /// Why the gate cut the origin off, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        match &self.0 {
            Feed::Single(body) => body.fault(),
            Feed::Stream(body) => body.fault(),
        }
    }
}

impl Body for Driven {
    type Data = Bytes;
    type Error = AnswerBroken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, AnswerBroken>>> {
        match &mut self.0 {
            Feed::Single(body) => Pin::new(body).poll_frame(context).map_err(AnswerBroken::Single),
            Feed::Stream(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Feed::Single(body) => body.is_end_stream(),
            Feed::Stream(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Feed::Single(body) => body.size_hint(),
            Feed::Stream(body) => body.size_hint(),
        }
    }
}
