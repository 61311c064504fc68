//! HTTP/1.1 towards an origin: one request and its answer on one connection, driven by the task that asks: no second task, no
//! channel hop, and dropping the answer cuts the connection.

use super::{ExchangeFault, Home, Place, Pool, Upstream};
use crate::proxy::body::UpBody;
use crate::proxy::strict::{Asked, ClientGate, ResponseTo};
use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Connection, SendRequest};
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

type Wire = Connection<TokioIo<ClientGate<Upstream>>, UpBody>;

/// A connection to an origin that speaks HTTP/1.1.
pub struct Single {
    sender: SendRequest<UpBody>,
    /// Boxed: an exchange changes hands many times, and this is most of it.
    wire: Box<Wire>,
    asked: Arc<Asked>,
    home: Box<Home>,
    /// The address that was dialled.
    pub address: SocketAddr,
    /// Has it served a request before?
    pub reused: bool,
}

impl Single {
    /// Begins to speak HTTP/1.1 on a fresh connection.
    ///
    /// # Errors
    /// When the connection is closed at once.
    pub async fn begin(
        stream: ClientGate<Upstream>,
        asked: Arc<Asked>,
        address: SocketAddr,
        home: Box<Home>,
    ) -> Result<Self, hyper::Error> {
        let (sender, wire) = hyper::client::conn::http1::Builder::new()
            .max_buf_size(256 * 1024)
            .preserve_header_case(false)
            .handshake(TokioIo::new(stream))
            .await?;
        Ok(Self { sender, wire: Box::new(wire), asked, home, address, reused: false })
    }

    /// Where it leads.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        self.home.place()
    }

    /// Is it still open and idle? Looks without waiting.
    pub fn is_fresh(&mut self) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        self.drive(&mut context) && self.sender.is_ready()
    }

    /// Lets the connection do its work. `false`: it has ended.
    pub fn drive(&mut self, context: &mut Context<'_>) -> bool {
        self.wire.poll_without_shutdown(context).is_pending()
    }

    /// Why the gate refused the origin's answer, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.asked.last_fault().map(|fault| fault.to_string())
    }

    /// Sends a request, with this origin's `Host`, and waits for the head of the answer.
    ///
    /// # Errors
    /// [`ExchangeFault`].
    pub async fn send(&mut self, mut request: Request<UpBody>, to: ResponseTo) -> Result<Response<Incoming>, ExchangeFault> {
        request.headers_mut().insert(HOST, self.home.host_field());
        self.asked.expect(to);
        let reused = std::mem::replace(&mut self.reused, true);
        let mut answer = std::pin::pin!(self.sender.try_send_request(request));
        let wire = &mut self.wire;
        let mut ended = false;
        std::future::poll_fn(|context| {
            if !ended {
                ended = wire.poll_without_shutdown(context).is_ready();
            }
            answer.as_mut().poll(context)
        })
        .await
        .map_err(|mut error| match error.take_message() {
            Some(request) if reused => ExchangeFault::Stale(Box::new(request)),
            _ => ExchangeFault::Broken(error.into_error().into()),
        })
    }

    /// After a 101: the bare connection and what was already read of the new protocol.
    pub async fn into_upgraded(mut self) -> Result<(Upstream, Bytes), hyper::Error> {
        std::future::poll_fn(|context| self.wire.poll_without_shutdown(context)).await?;
        let parts = self.wire.into_parts();
        let (stream, held) = parts.io.into_inner().into_inner();
        Ok((stream, Bytes::from([&parts.read_buf[..], &held[..]].concat())))
    }
}

/// The body of an answer together with the connection that feeds it. At its end the connection goes back to the pool.
pub(super) struct SingleBody {
    incoming: Incoming,
    exchange: Option<Single>,
    pool: Arc<Pool>,
}

impl SingleBody {
    /// Takes over an answer's body.
    #[must_use]
    pub fn new(incoming: Incoming, exchange: Single, pool: Arc<Pool>) -> Self {
        let mut driven = Self { incoming, exchange: Some(exchange), pool };
        if driven.incoming.is_end_stream() {
            driven.give_back(&mut Context::from_waker(Waker::noop()));
        }
        driven
    }

    /// Why the gate cut the origin off, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.exchange.as_ref().and_then(Single::fault)
    }

    fn give_back(&mut self, context: &mut Context<'_>) {
        if let Some(mut exchange) = self.exchange.take()
            && exchange.drive(context)
            && exchange.sender.is_ready()
        {
            self.pool.put_single(exchange);
        }
    }
}

impl Body for SingleBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut polled = Pin::new(&mut self.incoming).poll_frame(context);
        if polled.is_pending()
            && let Some(exchange) = &mut self.exchange
        {
            // The connection may have ended: what it read before is still in the channel, so look once more.
            exchange.drive(context);
            polled = Pin::new(&mut self.incoming).poll_frame(context);
        }
        match &polled {
            Poll::Ready(None) => self.give_back(context),
            Poll::Ready(Some(Ok(_))) if self.incoming.is_end_stream() => self.give_back(context),
            Poll::Ready(Some(Err(_))) | Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
