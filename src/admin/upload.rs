//! A form with a file in it: bounded from its first byte, and nothing of the file is read before the door is passed. One place takes such a
//! form; everywhere else it is refused unread.
//!
//! The token of the session comes first (`sheet.html` puts it there), is looked at with everything else that the door looks at, and only
//! then the rest is read. Must never hold more of a file than [`LARGEST_FILE`], nor two files at one time.

use super::call::{Reply, Stop};
use super::desk::Desk;
use super::fields::{Fields, LARGEST};
use super::place::Place;
use super::turns::Turn;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::Response;
use http_body::Frame;
use multer::{Field, Multipart};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

/// Largest file that is kept.
pub(super) const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// So much may come before the token was looked at, and the piece in which that ends.
const BEFORE: u64 = 16 * 1024;
/// So much of a file that is too large is read and thrown away, so that whoever sent it gets a page that says so.
const AFTER: u64 = 64 * 1024 * 1024;
/// Longest boundary (RFC 2046, section 5.1.1).
const LONGEST_BOUNDARY: usize = 70;
/// Longest token.
const LONGEST_TOKEN: usize = 256;
/// Most fields before the file.
const MOST_FIELDS: usize = 16;

/// A file that came with a form.
#[derive(Default)]
pub(super) struct Upload {
    /// What the sender calls it: whatever they like.
    pub(super) name: String,
    /// Its bytes; nothing where it is too large.
    pub(super) bytes: Vec<u8>,
    /// It is larger than [`LARGEST_FILE`].
    pub(super) is_too_large: bool,
}

/// What came with a form.
#[derive(Default)]
pub(super) struct Came {
    pub(super) form: Fields,
    pub(super) upload: Option<Upload>,
    /// The one place for a file, until the work is done.
    pub(super) room: Option<Turn>,
}

impl From<Fields> for Came {
    fn from(form: Fields) -> Self {
        Self { form, ..Self::default() }
    }
}

/// Is it a form with a file, where one may come?
pub(super) fn brings_file(place: Place, headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let is = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("multipart/form-data"));
    is && place == Place::DisclosurePaper
}

/// A body of which no more is asked than is allowed at the moment.
struct Measured {
    body: Body,
    left: Arc<AtomicU64>,
}

#[derive(Debug, thiserror::Error)]
#[error("more came than may")]
struct TooMuch;

impl HttpBody for Measured {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Poll::Ready(Some(Err(TooMuch.into())));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            let came = frame.data_ref().map_or(0, Bytes::len);
            self.left.store(left.saturating_sub(came as u64), Ordering::Relaxed);
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }
}

/// A form that is being read.
struct Reading {
    parts: Multipart<'static>,
    left: Arc<AtomicU64>,
    fields: BTreeMap<String, String>,
}

impl Reading {
    fn begin(headers: &HeaderMap, body: Body) -> Result<Self, Stop> {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let boundary = multer::parse_boundary(kind).ok().filter(|it| (1..=LONGEST_BOUNDARY).contains(&it.len())).ok_or(Stop::MediaType)?;
        let stated = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if stated.is_some_and(|stated| stated > AFTER) {
            return Err(Stop::TooLarge);
        }
        let left = Arc::new(AtomicU64::new(BEFORE));
        let body = Body::new(Measured { body, left: Arc::clone(&left) });
        Ok(Self { parts: Multipart::new(body.into_data_stream(), boundary), left, fields: BTreeMap::new() })
    }

    /// The token, if it comes first; without it nobody gets any further.
    async fn token(&mut self) -> Result<Fields, Stop> {
        let first = match self.parts.next_field().await.map_err(broken) {
            // A body of nothing that we know has no token either.
            Err(Stop::Broken) => None,
            first => first?,
        };
        if let Some(first) = first.filter(|first| first.name() == Some("token") && first.file_name().is_none()) {
            let text = text_of(first, LONGEST_TOKEN).await?;
            self.fields.insert("token".to_owned(), text);
        }
        Ok(Fields::of(self.fields.clone()))
    }

    /// Everything else: fields, then one file, then nothing.
    async fn rest(mut self) -> Result<(Fields, Option<Upload>), Stop> {
        self.left.fetch_add(AFTER, Ordering::Relaxed);
        let mut room = LARGEST;
        while let Some(field) = self.parts.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or("").to_owned();
            if let Some(called) = field.file_name().map(str::to_owned) {
                let upload = file_of(field, called).await?;
                // What is too large has been read to its end, or to the end of our patience: nothing after it counts.
                if !upload.is_too_large && self.parts.next_field().await.map_err(broken)?.is_some() {
                    return Err(Stop::Twice);
                }
                return Ok((Fields::of(self.fields), Some(upload)));
            }
            let text = text_of(field, room).await?;
            room = room.saturating_sub(text.len() + name.len());
            if self.fields.len() >= MOST_FIELDS || self.fields.insert(name, text).is_some() {
                return Err(Stop::Twice);
            }
        }
        Ok((Fields::of(self.fields), None))
    }
}

fn broken(fault: multer::Error) -> Stop {
    let is_too_much = matches!(&fault, multer::Error::StreamReadFailed(inner) if is_too_much(&**inner));
    if is_too_much { Stop::TooLarge } else { Stop::Broken }
}

/// Is it ours, in whatever it was wrapped?
fn is_too_much(fault: &(dyn std::error::Error + 'static)) -> bool {
    fault.is::<TooMuch>() || fault.source().is_some_and(is_too_much)
}

async fn text_of(mut field: Field<'_>, most: usize) -> Result<String, Stop> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        if bytes.len() + piece.len() > most {
            return Err(Stop::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| Stop::Broken)
}

async fn file_of(mut field: Field<'_>, name: String) -> Result<Upload, Stop> {
    let mut upload = Upload { name, ..Upload::default() };
    loop {
        match field.chunk().await.map_err(broken) {
            Ok(Some(piece)) if upload.is_too_large || upload.bytes.len() + piece.len() > LARGEST_FILE => {
                upload.is_too_large = true;
                upload.bytes = Vec::new();
            }
            Ok(Some(piece)) => upload.bytes.extend_from_slice(&piece),
            Ok(None) => return Ok(upload),
            Err(Stop::TooLarge) if upload.is_too_large => return Ok(upload),
            Err(stop) => return Err(stop),
        }
    }
}

impl Desk {
    /// Reads a form with a file: the token, then the four looks of the door, then the file, one at a time.
    pub(super) async fn receive(
        self: &Arc<Self>,
        place: Place,
        head: &Arc<Parts>,
        (peer, body): (SocketAddr, Body),
    ) -> Result<Came, Response> {
        let mut reading = Reading::begin(&head.headers, body).map_err(|stop| self.unread(head, &stop))?;
        let form = reading.token().await.map_err(|stop| self.unread(head, &stop))?;
        let (desk, parts) = (Arc::clone(self), Arc::clone(head));
        let looked = tokio::task::spawn_blocking(move || desk.look(&parts, place, form, peer));
        if let Some(refused) = looked.await.unwrap_or_else(|_| Some(Stop::Busy.response())) {
            return Err(refused);
        }
        let Some(room) = self.turns.take_file().await else { return Err(self.busy(head, true)) };
        let (form, upload) = reading.rest().await.map_err(|stop| self.unread(head, &stop))?;
        Ok(Came { form, upload, room: Some(room) })
    }

    /// The four looks alone; the answer where one of them says no.
    fn look(&self, head: &Parts, place: Place, form: Fields, peer: SocketAddr) -> Option<Response> {
        let mut call = self.call(head, place, (true, form.into()), peer);
        let stop = self.admit(&mut call, &head.headers).err()?;
        Some(self.respond(&call, Reply::Stop(stop)))
    }
}
