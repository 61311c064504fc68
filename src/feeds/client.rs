//! One file from a publisher: a GET on a connection of its own, redirects followed within bounds, the body handed on in pieces.
//!
//! No cookie is kept, no proxy is used. What the server knows us by goes to the place of the settings alone, never where a redirect
//! leads; nothing is sent under TLS before the server has proved itself.

use super::address::Address;
use super::credentials::Secret;
use super::road::{Reach, Road, Stream};
use super::trouble::Trouble;
use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, ETAG, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
    LOCATION, RETRY_AFTER, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Redirects that are followed at most.
const REDIRECTS: usize = 5;
/// Largest head of an answer.
const HEAD: usize = 64 * 1024;

/// What is asked for.
pub(super) struct Question<'a> {
    pub(super) road: &'a dyn Road,
    pub(super) start: &'a Address,
    /// May private addresses be reached?
    pub(super) private: bool,
    pub(super) secret: Option<&'a Secret>,
    pub(super) etag: Option<&'a str>,
    pub(super) last_modified: Option<&'a str>,
    /// Bytes that may come.
    pub(super) size: u64,
    /// How long nothing may come.
    pub(super) idle: Duration,
}

/// What the server says.
pub(super) enum Said {
    /// What we have is still the newest.
    Unchanged,
    /// A file, whose bytes are still to come.
    File(Box<Coming>),
}

/// A file on its way.
pub(super) struct Coming {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    body: Incoming,
    connection: Connection,
    left: u64,
    size: u64,
    idle: Duration,
}

/// The task that drives the connection; ended with it.
struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Question<'_> {
    /// Asks, and follows redirects.
    pub(super) async fn ask(&self) -> Result<Said, Trouble> {
        let mut place = self.start.clone();
        let mut been = vec![place.clone()];
        loop {
            let (answer, connection) = self.ask_at(&place).await?;
            let status = answer.status();
            match status {
                StatusCode::OK => return self.file(answer, connection),
                StatusCode::NOT_MODIFIED if self.is_conditional() => return Ok(Said::Unchanged),
                _ if matches!(status.as_u16(), 301..=303 | 307 | 308) => {
                    let location = text(answer.headers(), &LOCATION).ok_or(Trouble::Redirect("it leads nowhere"))?;
                    let next = place.led(&location).ok_or(Trouble::Redirect("it leads to no address that can be fetched"))?;
                    if !place.may_lead_to(&next) {
                        return Err(Trouble::Redirect("it leads from https to http"));
                    }
                    if been.contains(&next) {
                        return Err(Trouble::Redirect("it leads in a circle"));
                    }
                    if been.len() > REDIRECTS {
                        return Err(Trouble::Redirect("there are too many of them"));
                    }
                    been.push(next.clone());
                    place = next;
                }
                _ => return Err(Trouble::Status(status.as_u16(), retry_after(answer.headers()))),
            }
        }
    }

    fn is_conditional(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }

    async fn ask_at(&self, place: &Address) -> Result<(Response<Incoming>, Connection), Trouble> {
        // The operator wrote the start: if that is this machine, this machine is meant. Where others lead is another matter.
        let named = place.target == self.start.target && self.start.is_here();
        let reach = if self.private || named { Reach::Any } else { Reach::Public };
        let stream = self.road.connect(&place.target, reach).await.map_err(|fault| Trouble::Connect(fault.0))?;
        let request = self.request(place)?;
        let asked = speak(stream, request);
        tokio::time::timeout(self.idle, asked).await.map_err(|_| Trouble::Idle(self.idle))?
    }

    fn request(&self, place: &Address) -> Result<Request<Empty<Bytes>>, Trouble> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = place.path.parse().map_err(|_| Trouble::Address)?;
        let fields = request.headers_mut();
        let value = |text: &str| HeaderValue::from_str(text).map_err(|_| Trouble::Address);
        fields.insert(HOST, value(&place.host_field)?);
        fields.insert(ACCEPT, HeaderValue::from_static("*/*"));
        fields.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        fields.insert(CONNECTION, HeaderValue::from_static("close"));
        fields.insert(USER_AGENT, HeaderValue::from_static(concat!("lifeguard/", env!("CARGO_PKG_VERSION"))));
        if let Some(etag) = self.etag {
            fields.insert(IF_NONE_MATCH, value(etag)?);
        }
        if let Some(time) = self.last_modified {
            fields.insert(IF_MODIFIED_SINCE, value(time)?);
        }
        if let Some(secret) = self.secret.filter(|_| place.target == self.start.target) {
            fields.insert(AUTHORIZATION, secret.field());
        }
        Ok(request)
    }

    fn file(&self, answer: Response<Incoming>, connection: Connection) -> Result<Said, Trouble> {
        let fields = answer.headers();
        let length = text(fields, &CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.size) {
            return Err(Trouble::TooLarge(self.size));
        }
        let (etag, last_modified) = (text(fields, &ETAG), text(fields, &LAST_MODIFIED));
        let (left, size, idle) = (self.size, self.size, self.idle);
        Ok(Said::File(Box::new(Coming { etag, last_modified, body: answer.into_body(), connection, left, size, idle })))
    }
}

impl Coming {
    /// The next piece; `None` at the end of a body that came whole.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        loop {
            let frame = tokio::time::timeout(self.idle, self.body.frame()).await.map_err(|_| Trouble::Idle(self.idle))?;
            let Some(frame) = frame else {
                self.connection.0.abort();
                return Ok(None);
            };
            let frame =
                frame.map_err(|error| if error.is_incomplete_message() { Trouble::CutShort } else { Trouble::Broken(cause(&error)) })?;
            let Ok(data) = frame.into_data() else { continue };
            self.left = self.left.checked_sub(data.len() as u64).ok_or(Trouble::TooLarge(self.size))?;
            return Ok(Some(data));
        }
    }

    /// All of it, which is short.
    pub(super) async fn whole(mut self) -> Result<Vec<u8>, Trouble> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }
}

async fn speak(stream: Box<dyn Stream>, request: Request<Empty<Bytes>>) -> Result<(Response<Incoming>, Connection), Trouble> {
    let broken = |error: hyper::Error| Trouble::Broken(cause(&error));
    let mut builder = http1::Builder::new();
    let (mut sender, connection) = builder.max_buf_size(HEAD).max_headers(64).handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // What goes wrong on the connection is told to whoever waits for the answer or reads the body.
    let driven = Connection(tokio::spawn(async move { connection.await.unwrap_or_default() }));
    let answer = sender.send_request(request).await.map_err(broken)?;
    Ok((answer, driven))
}

/// What lies under hyper's own words.
fn cause(error: &hyper::Error) -> Box<str> {
    use std::error::Error;
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}")).into()
}

fn text(fields: &HeaderMap, name: &HeaderName) -> Option<String> {
    fields.get(name)?.to_str().ok().map(str::to_owned)
}

/// Seconds for which the server wishes to be left alone; a date there is passed over.
fn retry_after(fields: &HeaderMap) -> Option<Duration> {
    text(fields, &RETRY_AFTER)?.trim().parse().ok().map(Duration::from_secs)
}
