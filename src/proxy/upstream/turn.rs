//! One request and its answer on a shared connection: one stream of HTTP/2.

use super::pump::Pump;
use super::shared::Shared;
use super::{AnswerBroken, ExchangeFault, PassOn, Place};
use crate::proxy::body::UpBody;
use crate::proxy::strict::{self, AnswerFault, Interims, ResponseTo};
use bytes::Bytes;
use h2::client::ResponseFuture;
use h2::{Reason, RecvStream, SendStream};
use http::request::Parts;
use http::{Request, Response, StatusCode, Uri, Version};
use http_body::{Body, Frame, SizeHint};
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::task::JoinHandle;

/// A place on a shared connection, for one request.
pub struct Turn {
    shared: Arc<Shared>,
    /// Has the connection served a request before?
    pub(super) reused: bool,
}

impl Turn {
    pub(super) const fn new(shared: Arc<Shared>, reused: bool) -> Self {
        Self { shared, reused }
    }

    /// The address that was dialled.
    #[must_use]
    pub(super) fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Where it leads.
    #[must_use]
    pub(super) fn place(&self) -> Place<'_> {
        self.shared.place()
    }

    /// Why the gate cut the origin off, if it did.
    #[must_use]
    pub(super) fn fault(&self) -> Option<String> {
        self.shared.pulse.fault().map(|fault| fault.to_string())
    }

    /// Sends a request and waits for the head of the answer.
    ///
    /// # Errors
    /// [`ExchangeFault`].
    pub(super) async fn send(
        &self,
        request: Request<UpBody>,
        to: ResponseTo,
        pass_on: &PassOn<'_>,
    ) -> Result<Response<StreamBody>, ExchangeFault> {
        let (parts, body) = request.into_parts();
        let head = self.head(&parts).map_err(AnswerBroken::Unsaid)?;
        let ended = body.is_end_stream();
        let (answer, stream) = match self.shared.sender.clone().send_request(head, ended) {
            Ok(begun) => begun,
            // It has ended, or it ends: nothing of the request was sent.
            Err(_) => return Err(ExchangeFault::Stale(Box::new(Request::from_parts(parts, body)))),
        };
        self.shared.asks();
        let mut waiting = Waiting { answer, up: Up::new(body, stream, ended), interims: Interims::default() };
        match poll_fn(|context| waiting.poll(context, self, pass_on)).await {
            Ok(response) => Ok(self.answered(response, to, waiting.up)?),
            Err(broken) => Err(self.after(broken, parts, waiting)),
        }
    }

    /// The head as HTTP/2 says it: the host stands in the address, and no field is for this hop (RFC 9113 section 8.2.2 and 8.3.1).
    fn head(&self, parts: &Parts) -> Result<Request<()>, http::Error> {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let authority = self.shared.home().host_field();
        let mut head = Request::new(());
        *head.method_mut() = parts.method.clone();
        *head.uri_mut() = Uri::builder().scheme("https").authority(authority.as_bytes()).path_and_query(target).build()?;
        *head.version_mut() = Version::HTTP_2;
        *head.headers_mut() = parts.headers.clone();
        strict::go_on_in_http2(head.headers_mut());
        Ok(head)
    }

    fn answered(&self, response: Response<RecvStream>, to: ResponseTo, up: Up) -> Result<Response<StreamBody>, AnswerBroken> {
        let (mut parts, recv) = response.into_parts();
        strict::check_answer(parts.status, &mut parts.headers, &self.shared.limits)?;
        // What such an answer may not have is never read (RFC 9110 section 6.4.1).
        let bodiless = to == ResponseTo::Head || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let recv = (!bodiless && !recv.is_end_stream()).then_some(recv);
        let sending = if recv.is_some() { up.go_on() } else { None };
        Ok(Response::from_parts(parts, StreamBody { recv, data_ended: false, sending, turn: None, fault: None }))
    }

    /// What to do about a failure: ask again where the origin has not acted on the request (RFC 9113 section 8.7, RFC 9110 section 9.2.2).
    fn after(&self, broken: AnswerBroken, parts: Parts, waiting: Waiting) -> ExchangeFault {
        let AnswerBroken::Stream(error) = &broken else { return broken.into() };
        let remote = error.is_remote();
        let older = remote && error.reason() == Some(Reason::HTTP_1_1_REQUIRED);
        // A GOAWAY reaches only streams above the last one that the origin has looked at.
        let unseen = remote && (error.is_go_away() || error.reason() == Some(Reason::REFUSED_STREAM));
        let lost = self.reused && error.is_io() && parts.method.is_idempotent() && waiting.up.untouched();
        let silent = waiting.interims.none() && self.shared.pulse.fault().is_none();
        if !silent || !(older || unseen || lost) {
            return broken.into();
        }
        let Some(body) = waiting.up.again() else { return broken.into() };
        let request = Box::new(Request::from_parts(parts, body));
        if older { ExchangeFault::Older(request) } else { ExchangeFault::Stale(request) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.shared.freed();
    }
}

/// The request's body.
enum Up {
    /// There is none, or it has left. The stream is open for as long as one end of it is kept.
    Left(UpBody),
    Leaves(Pump),
}

impl Up {
    fn new(body: UpBody, stream: SendStream<Bytes>, ended: bool) -> Self {
        if ended { Self::Left(body) } else { Self::Leaves(Pump::new(body, stream)) }
    }

    fn untouched(&self) -> bool {
        match self {
            Self::Left(_) => true,
            Self::Leaves(pump) => pump.untouched(),
        }
    }

    fn again(self) -> Option<UpBody> {
        match self {
            Self::Left(body) => Some(body),
            Self::Leaves(pump) => pump.again(),
        }
    }

    /// What is still to be sent while the answer comes goes on by itself: neither may wait for the other.
    fn go_on(self) -> Option<Sending> {
        match self {
            Self::Left(_) => None,
            Self::Leaves(pump) if pump.is_done() => None,
            Self::Leaves(mut pump) => Some(Sending(tokio::spawn(poll_fn(move |context| pump.poll(context))))),
        }
    }
}

/// A body that is still being sent; no longer than the answer is wanted.
struct Sending(JoinHandle<()>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A request that waits for its answer.
struct Waiting {
    answer: ResponseFuture,
    up: Up,
    interims: Interims,
}

impl Waiting {
    fn poll(&mut self, context: &mut Context<'_>, turn: &Turn, pass_on: &PassOn<'_>) -> Poll<Result<Response<RecvStream>, AnswerBroken>> {
        if let Up::Leaves(pump) = &mut self.up {
            let _left = pump.poll(context);
        }
        while let Poll::Ready(Some(interim)) = self.answer.poll_informational(context)? {
            self.interims.take(interim.status(), interim.headers(), &turn.shared.limits)?;
            pass_on(interim.status(), interim.headers());
        }
        Ok(ready!(Pin::new(&mut self.answer).poll(context))?).into()
    }
}

/// The body of an answer on a stream. Dropping it resets the stream, and nothing else.
pub struct StreamBody {
    recv: Option<RecvStream>,
    data_ended: bool,
    sending: Option<Sending>,
    turn: Option<Turn>,
    fault: Option<AnswerFault>,
}

impl StreamBody {
    /// Nothing.
    pub(super) const fn empty() -> Self {
        Self { recv: None, data_ended: true, sending: None, turn: None, fault: None }
    }

    /// Keeps its turn until it ends.
    pub(super) fn on(self, turn: Turn) -> Self {
        let turn = self.recv.is_some().then_some(turn);
        Self { turn, ..self }
    }

    pub(super) fn fault(&self) -> Option<String> {
        self.fault.map(|fault| fault.to_string()).or_else(|| self.turn.as_ref().and_then(Turn::fault))
    }

    fn end(&mut self) {
        (self.recv, self.sending, self.turn) = (None, None, None);
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, AnswerBroken>>> {
        let Some(recv) = &mut self.recv else { return Poll::Ready(None) };
        while !self.data_ended {
            match ready!(recv.poll_data(context)) {
                None => self.data_ended = true,
                Some(data) => {
                    let data = data?;
                    recv.flow_control().release_capacity(data.len())?;
                    if !data.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                }
            }
        }
        let Some(mut trailers) = ready!(recv.poll_trailers(context))? else { return Poll::Ready(None) };
        if let Some(turn) = &self.turn {
            strict::check_trailers(&mut trailers, &turn.shared.limits)?;
        }
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }
}

impl Body for StreamBody {
    type Data = Bytes;
    type Error = AnswerBroken;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, AnswerBroken>>> {
        let body = self.get_mut();
        let polled = ready!(body.poll_piece(context));
        match &polled {
            Some(Ok(_)) if !body.recv.as_ref().is_none_or(RecvStream::is_end_stream) => {}
            Some(Ok(_)) | None => body.end(),
            Some(Err(broken)) => {
                if let AnswerBroken::Strict(fault) = broken {
                    body.fault = Some(*fault);
                }
                (body.recv, body.sending) = (None, None);
            }
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.recv.as_ref().is_none_or(RecvStream::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_end_stream() { SizeHint::with_exact(0) } else { SizeHint::default() }
    }
}
