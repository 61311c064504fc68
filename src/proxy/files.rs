//! Kinds and sizes of files that are not open: looked at in the head and the first bytes of an answer before the client gets any of it.
//! What can only be told later, because the origin is slow or says no length, is cut when it is told.
//!
//! Must never let more of an answer go than policy lets through, nor end a cut answer as if it were whole.

use super::body::DownBody;
use super::case::Case;
use super::live::Live;
use super::pages::Wanted;
use super::rescue::Trouble;
use super::stopped;
use super::upstream::{AnswerBroken, Driven};
use super::{respond, ticket::Ticket};
use crate::model::GroupId;
use crate::policy::{AnswerHead, FileKind, FileRefusal, Grounds, Sniffed, sniff};
use bytes::Bytes;
use http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LOCATION, RANGE};
use http::{HeaderMap, HeaderValue, Response, StatusCode, response};
use http_body::{Body, Frame};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// So long a head waits for the first bytes behind it; after that they are looked at as they come.
const HOLD: Duration = Duration::from_secs(2);
/// No kind needs more bytes than this to be told.
const MOST: usize = 512;

/// The answer was cut: what it is, or how large, is not open.
#[derive(Debug, thiserror::Error)]
#[error("the answer was cut: this file is not open here")]
pub struct FileCut;

/// What looks at an answer on its way.
pub struct Guard {
    live: Arc<Live>,
    group: GroupId,
    /// Why the request may leave.
    why: Grounds,
    start: Start,
    passed: u64,
    most: u64,
}

impl Guard {
    /// Looks at what goes on to the client; what is wrong with it, if anything is.
    pub(super) fn take(&mut self, piece: &Bytes) -> Option<FileRefusal> {
        self.passed += piece.len() as u64;
        if self.passed > self.most {
            return self.limits()?.too_much().into();
        }
        let kind = self.start.take(piece)?;
        self.limits()?.kind(kind)
    }

    /// The same for the first pieces.
    fn look(&mut self, piece: &Bytes) -> Look {
        match self.take(piece) {
            Some(refused) => Look::Refused(refused),
            None if self.start.wants_more() => Look::More,
            None => Look::Enough,
        }
    }

    fn limits(&self) -> Option<crate::policy::FileLimits<'_>> {
        self.live.engine.policy.files(self.group, self.why)
    }

    /// Says in the record that the answer was cut.
    pub(super) fn note_cut(&self, refused: FileRefusal, ticket: &mut Ticket) {
        ticket.ending.reason = Some(refused.evidence.reason);
        ticket.ending.note = refused.note.into();
        ticket.count_refused_file();
    }
}

/// The first bytes of an answer, while they do not tell yet what it is.
struct Start(Option<Vec<u8>>);

impl Start {
    /// Takes some more; what it is, once they tell.
    fn take(&mut self, piece: &[u8]) -> Option<&'static FileKind> {
        let first = self.0.as_mut()?;
        first.extend_from_slice(&piece[..piece.len().min(MOST - first.len())]);
        match sniff(first) {
            Sniffed::More if first.len() < MOST => None,
            Sniffed::More | Sniffed::Nothing => {
                self.0 = None;
                None
            }
            Sniffed::Kind(kind) => {
                self.0 = None;
                Some(kind)
            }
        }
    }

    /// Would more of them tell?
    const fn wants_more(&self) -> bool {
        self.0.is_some()
    }
}

/// What of an answer was looked at before its head goes out.
#[derive(Default)]
pub struct Seen {
    /// Pieces that were read already.
    pub(super) pieces: VecDeque<Frame<Bytes>>,
    /// What looks at the rest.
    pub(super) guard: Option<Box<Guard>>,
}

/// Why an answer does not go out as it came.
pub(super) enum Stopped {
    Refused(FileRefusal),
    Broken(Trouble),
}

/// Looks at an answer whose request may leave for this reason.
pub(super) async fn look(case: &Case, why: Grounds, parts: &response::Parts, body: &mut Driven) -> Result<Seen, Stopped> {
    let (live, group) = (&case.live, case.subject.group);
    let Some(limits) = live.engine.policy.files(group, why).filter(|_| !is_untouched(parts)) else { return Ok(Seen::default()) };
    let url = case.url.as_ref().ok_or(Stopped::Broken(Trouble::Internal))?;
    if limits.has_kinds() && is_multipart(&parts.headers) {
        return Err(Stopped::Refused(limits.hidden_parts()));
    }
    if let Some(refused) = limits.head(url, &head(&parts.headers)) {
        return Err(Stopped::Refused(refused));
    }
    let start = Start((limits.has_kinds() && shows_its_start(parts)).then(Vec::new));
    let most = limits.largest_download().unwrap_or(u64::MAX);
    let mut guard = Guard { live: Arc::clone(live), group, why, start, passed: 0, most };
    let pieces = if guard.start.wants_more() {
        match first_pieces(Pin::<&mut Driven>::new(&mut *body), &mut |piece| guard.look(piece)).await {
            Ok(pieces) => pieces,
            Err(Held::Refused(refused)) => return Err(Stopped::Refused(refused)),
            Err(Held::Broken(error)) => return Err(Stopped::Broken(Trouble::exchange(&error, body.fault()))),
        }
    } else {
        VecDeque::new()
    };
    let looks = guard.start.wants_more() || guard.most < u64::MAX;
    Ok(Seen { pieces, guard: looks.then(|| Box::new(guard)) })
}

/// What a piece says.
enum Look {
    /// Not yet what it is.
    More,
    /// That it may go.
    Enough,
    Refused(FileRefusal),
}

/// Why nothing goes.
enum Held {
    Refused(FileRefusal),
    Broken(AnswerBroken),
}

type Pieces<'a> = Pin<&'a mut (dyn Body<Data = Bytes, Error = AnswerBroken> + Send)>;

/// Reads until the first bytes tell what it is, or have been waited for long enough.
async fn first_pieces(mut body: Pieces<'_>, look: &mut (dyn FnMut(&Bytes) -> Look + Send)) -> Result<VecDeque<Frame<Bytes>>, Held> {
    let (mut pieces, until) = (VecDeque::new(), Instant::now() + HOLD);
    while !body.is_end_stream() {
        let Ok(next) = timeout_at(until, poll_fn(|context| body.as_mut().poll_frame(context))).await else { break };
        let Some(frame) = next.transpose().map_err(Held::Broken)? else { break };
        let seen = frame.data_ref().map_or(Look::More, &mut *look);
        pieces.push_back(frame);
        match seen {
            Look::More => {}
            Look::Enough => break,
            Look::Refused(refused) => return Err(Held::Refused(refused)),
        }
    }
    Ok(pieces)
}

/// Answers that bring no file: nothing behind the head, or a way on.
fn is_untouched(parts: &response::Parts) -> bool {
    let status = parts.status;
    status.is_informational()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
        || (status.is_redirection() && parts.headers.contains_key(LOCATION))
}

fn is_multipart(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_TYPE).iter().any(|kind| {
        let essence = kind.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
        essence.trim_ascii().eq_ignore_ascii_case(b"multipart/byteranges")
    })
}

fn head(headers: &HeaderMap) -> AnswerHead<'_> {
    let all = |name| headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    let number = |text: &str| text.trim().parse::<u64>().ok();
    // Of a part it is the whole that counts: parts would add up to it.
    let whole = headers.get(CONTENT_RANGE).and_then(|range| number(range.to_str().ok()?.rsplit('/').next()?));
    let length = headers.get(CONTENT_LENGTH).and_then(|length| number(length.to_str().ok()?));
    AnswerHead { types: all(CONTENT_TYPE), dispositions: all(CONTENT_DISPOSITION), length: whole.max(length) }
}

/// Do the bytes begin where the file begins, as they are in the file?
fn shows_its_start(parts: &response::Parts) -> bool {
    let coded =
        parts.headers.get_all(CONTENT_ENCODING).iter().any(|coding| !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"));
    let later = parts.status == StatusCode::PARTIAL_CONTENT
        && !parts.headers.get(CONTENT_RANGE).is_some_and(|range| range.as_bytes().trim_ascii().starts_with(b"bytes 0-"));
    !coded && !later
}

/// Several ranges at once would come as one answer that hides what its parts are: they are not asked for (RFC 9110 section 14.2).
pub(super) fn ask_for_one_part(case: &Case, why: Grounds, headers: &mut HeaderMap) {
    let several = |headers: &HeaderMap| headers.get_all(RANGE).iter().any(|range| range.as_bytes().contains(&b','));
    let limits = || case.live.engine.policy.files(case.subject.group, why);
    if headers.contains_key(RANGE) && several(headers) && limits().is_some_and(|limits| limits.has_kinds()) {
        headers.remove(RANGE);
    }
}

/// The most that the request's body may have, and what is wrong with the length that it says.
pub(super) fn upload(case: &Case, why: Grounds, headers: &HeaderMap) -> Result<u64, FileRefusal> {
    let limits = case.live.engine.policy.files(case.subject.group, why);
    let Some((most, limits)) = limits.and_then(|limits| Some((limits.largest_upload()?, limits))) else { return Ok(u64::MAX) };
    let said = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|said| said > most) { Err(limits.too_much_up()) } else { Ok(most) }
}

/// The body went on for longer than it may.
pub(super) fn too_much_up(case: &Case, why: Grounds) -> Option<FileRefusal> {
    Some(case.live.engine.policy.files(case.subject.group, why)?.too_much_up())
}

/// Our page in the place of the answer. The request was allowed and its record says so; the outcome says what came of it.
pub(super) fn refuse(mut case: Case, refused: FileRefusal, wanted: Wanted) -> Response<DownBody> {
    case.ticket.ending.reason = Some(refused.evidence.reason);
    case.ticket.count_refused_file();
    stopped::remember(&case, &refused.evidence);
    respond::stop(case, &refused.evidence, refused.note, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    /// A body of these pieces that then stays open for ever.
    struct Open(VecDeque<&'static [u8]>);

    impl Body for Open {
        type Data = Bytes;
        type Error = AnswerBroken;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, AnswerBroken>>> {
            self.0.pop_front().map_or(Poll::Pending, |piece| Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(piece))))))
        }
    }

    /// How many pieces of it were read when its head may go.
    async fn released(pieces: &[&'static [u8]]) -> usize {
        let (mut body, mut start) = (Open(pieces.iter().copied().collect()), Start(Some(Vec::new())));
        let mut look = |piece: &Bytes| {
            assert_eq!(start.take(piece), None);
            if start.wants_more() { Look::More } else { Look::Enough }
        };
        first_pieces(Pin::<&mut Open>::new(&mut body), &mut look).await.map_or(0, |pieces| pieces.len())
    }

    fn at_once(released: Pin<&mut impl Future<Output = usize>>) -> Option<usize> {
        match released.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(count) => Some(count),
            Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn a_head_waits_for_nothing_where_the_first_bytes_tell_and_for_two_seconds_where_they_do_not() {
        assert_eq!(at_once(pin!(released(&[b"data: 1\n\n"]))), Some(1), "an open stream of events");
        assert_eq!(at_once(pin!(released(&[b"M", b"y words", b" and more"]))), Some(2));
        let begun = Instant::now();
        let mut held = pin!(released(&[b"M"]));
        assert_eq!(at_once(held.as_mut()), None, "it may become a program");
        assert_eq!(tokio::time::timeout(HOLD * 10, held).await, Ok(1), "it is not held for ever");
        assert!(begun.elapsed() >= HOLD && HOLD == Duration::from_secs(2), "{:?}", begun.elapsed());
    }
}
