//! What somebody at the screen says to staff: that a page is closed by mistake, or that something worries them; and what staff answer.
//!
//! A form is taken with a token that was made for this person, or device, and for this address alone. It is on disk and in the log before
//! anybody is thanked; what cannot be kept is said so, with whom to go to. Must never say whether an address is on a statutory list (E1),
//! nor write what somebody tells of a worry into the log.

use super::onward::{field, form};
use super::serve::told;
use super::wrong_way::{self, About};
use crate::credential::Bounds;
use crate::ports::{Amendment, Durability, LONGEST_WORDS, PutDown, QueueDesk, QueueFault, Worry, tidy};
use crate::proxy::body::DownBody;
use crate::proxy::case::Case;
use crate::proxy::client_body::ClientBody;
use crate::proxy::pages::{Continue, Own, OwnAnswer, OwnWorry, OwnWrong, Page, Saying, Wanted, wanted};
use crate::proxy::respond;
use crate::proxy::whose::Whose;
use crate::record::{Entry, EventKind, EventRecord};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use std::sync::Arc;

/// A page that is closed by mistake.
pub(super) const WRONG: &str = "/wrong";
/// A worry.
pub(super) const WORRY: &str = "/worry";
/// What staff say to either.
pub(super) const ANSWER: &str = "/answer";
/// Forms within five minutes, from one person and from one address.
const BOUNDS: Bounds = Bounds { account: 10, address: 30 };
/// Longest name, in characters.
const LONGEST_NAME: usize = 80;
/// A form is good for so many seconds.
pub(super) const LASTS: i64 = 3600;

/// The page with the form; `/wrong` is about what the reader was refused a short time ago.
pub(super) fn page(case: &Case, path: &str, wanted: Wanted) -> Page {
    match path {
        WRONG => {
            let about = wrong_way::refused(case);
            let said = if about.is_some() { Saying::Ask } else { Saying::NoForm };
            show_wrong(case, (about.as_ref(), said, ""), wanted)
        }
        WORRY => show_worry(case, (Saying::Ask, "", ""), wanted),
        _ => show_answer(case, None, None, wanted),
    }
}

/// A form was sent.
pub(super) async fn take(mut case: Case, path: &str, request: Request<ClientBody>) -> Response<DownBody> {
    let wanted = wanted(request.headers(), case.facts.target());
    let form = form(&case, request).await.unwrap_or_default();
    let (note, page) = match path {
        WRONG => take_wrong(&case, &form, wanted).await,
        WORRY => take_worry(&case, &form, wanted).await,
        _ => take_number(&case, &form, wanted).await,
    };
    case.ticket.ending.note = note.into();
    case.ticket.answered(page.status.as_u16());
    case.ticket.ending.bytes_down = page.body.len() as u64;
    respond::answer(page, false, Some(case.ticket))
}

async fn take_wrong(case: &Case, form: &Bytes, wanted: Wanted) -> (&'static str, Page) {
    let words = tidy(&field(form, "words").unwrap_or_default(), LONGEST_WORDS);
    let typed = words.clone().unwrap_or_default();
    let about = wrong_way::brought(case);
    let token = field(form, "token").unwrap_or_default();
    let number;
    let said = match (&about, words) {
        (None, _) => Saying::NoForm,
        (Some(about), _) if !wrong_way::is_good(case, about, &token) => Saying::Again,
        (Some(_), None) => Saying::Empty,
        (Some(about), Some(words)) => match wrong_way::amendment(case, about, words) {
            Err(said) => said,
            Ok(amendment) => match ask(case, amendment).await {
                Ok(given) => {
                    number = given;
                    Saying::Thanks(&number)
                }
                Err(said) => said,
            },
        },
    };
    (said.note(), show_wrong(case, (about.as_ref(), said, &typed), wanted))
}

async fn ask(case: &Case, amendment: Amendment) -> Result<String, Saying<'static>> {
    counted(case)?;
    let Amendment { group, host, reason, category, list, .. } = amendment.clone();
    let kept = put(case, move |desk| desk.ask(&amendment)).await;
    let host = if case.is_named() { host.as_str() } else { "an address" };
    let why: Vec<&str> = [&*reason, &*category, &*list].into_iter().filter(|word| !word.is_empty()).collect();
    recorded(case, EventKind::AmendmentAsked, kept, &format!("{host} for the group {group} ({})", why.join(", "))).await
}

async fn take_worry(case: &Case, form: &Bytes, wanted: Wanted) -> (&'static str, Page) {
    let words = tidy(&field(form, "words").unwrap_or_default(), LONGEST_WORDS);
    let name = tidy(&field(form, "name").unwrap_or_default().replace('\n', " "), LONGEST_NAME).unwrap_or_default();
    let typed = words.clone().unwrap_or_default();
    let number;
    let said = match words {
        _ if !is_ours(case, WORRY, form) => Saying::Again,
        None => Saying::Empty,
        Some(words) => match tell(case, words, name.clone()).await {
            Ok(given) => {
                number = given;
                Saying::Thanks(&number)
            }
            Err(said) => said,
        },
    };
    (said.note(), show_worry(case, (said, &typed, &name), wanted))
}

async fn tell(case: &Case, words: String, name: String) -> Result<String, Saying<'static>> {
    counted(case)?;
    let group = case.live.engine.policy.group_name(case.subject.group).to_string();
    let worry = Worry { at: case.ticket.started().wall, group: group.clone(), name, words };
    let kept = put(case, move |desk| desk.tell(&worry)).await;
    recorded(case, EventKind::WorryTold, kept, &format!("a worry, from the group {group}")).await
}

/// A number was typed.
async fn take_number(case: &Case, form: &Bytes, wanted: Wanted) -> (&'static str, Page) {
    let typed = field(form, "number").unwrap_or_default();
    let found = match (is_ours(case, ANSWER, form), counted(case)) {
        (false, _) => Err(Saying::Again),
        (true, Err(said)) => Err(said),
        (true, Ok(())) => put(case, move |desk| desk.find(&typed)).await.map_err(|_| Saying::Unavailable),
    };
    match found {
        Ok(Some(answer)) => ("an answer was looked up", show_answer(case, None, Some(&answer), wanted)),
        Ok(None) => ("a number was typed that nothing has", show_answer(case, Some(Saying::NoForm), None, wanted)),
        Err(said) => (said.note(), show_answer(case, Some(said), None, wanted)),
    }
}

/// One more, if there may be one.
fn counted(case: &Case) -> Result<(), Saying<'static>> {
    let proxy = &case.side.proxy;
    let whose = Whose::of(&case.subject).to_string();
    let counted = proxy.said_guesses.count(&whose, case.subject.client(), BOUNDS, proxy.clock.now().monotonic_us);
    counted.map(drop).map_err(|_| Saying::Paused)
}

/// Asks the desk, on a thread that may wait for the disk.
async fn put<T: Send + 'static>(
    case: &Case,
    work: impl FnOnce(&dyn QueueDesk) -> Result<T, QueueFault> + Send + 'static,
) -> Result<T, QueueFault> {
    let Some(desk) = case.side.proxy.queue.get().cloned() else { return Err(QueueFault::Broken("there is no queue".into())) };
    let done = tokio::task::spawn_blocking(move || work(&*desk)).await;
    done.unwrap_or_else(|error| Err(QueueFault::Broken(error.to_string().into())))
}

/// Writes into the log what became of it; the number for its writer.
async fn recorded(case: &Case, kind: EventKind, kept: Result<PutDown, QueueFault>, what: &str) -> Result<String, Saying<'static>> {
    let text = match &kept {
        Ok(PutDown { id, digest, .. }) => format!("{id}: {what}; SHA-256 of its text {digest}"),
        Err(fault) => format!("not kept, and its writer was told to talk to staff: {what}: {fault}"),
    };
    if let Err(fault) = &kept {
        case.side.proxy.metrics.queue_refused.inc();
        tracing::error!(%fault, "something that somebody told staff could not be kept");
    }
    // Where the log keeps counts alone, it names no device here either.
    let peer = case.is_named().then_some(case.side.peer);
    let event = EventRecord { at: case.side.proxy.clock.now(), kind, peer, text: text.into() };
    let written = case.side.proxy.log.append(&Entry::Event(event), Durability::Kernel).await;
    match (kept, written) {
        (Ok(put), Ok(())) => Ok(put.number),
        (Err(QueueFault::Enough), _) => Err(Saying::Paused),
        // It is in the queue, and is not thanked for: whoever wrote it goes to somebody as well.
        (Ok(_), Err(_)) | (Err(QueueFault::Full | QueueFault::Broken(_)), _) => Err(Saying::Unavailable),
    }
}

/// Is the form ours, for this person or device?
pub(super) fn is_ours(case: &Case, what: &str, form: &Bytes) -> bool {
    let token = field(form, "token").unwrap_or_default();
    case.side.proxy.tokens.is_good(&Whose::of(&case.subject), what, &token, case.side.proxy.clock.now().wall)
}

/// A form of ours at our own name.
fn way(case: &Case, path: &str) -> Option<(String, String)> {
    case.side.proxy.queue.get()?;
    let token = case.side.proxy.tokens.token(&Whose::of(&case.subject), path, case.ticket.started().wall, LASTS)?;
    Some((path.to_owned(), token))
}

fn continued(way: Option<&(String, String)>) -> Option<Continue<'_>> {
    way.map(|(action, token)| Continue { action, token })
}

fn data(said: &Saying<'_>) -> serde_json::Value {
    let number = if let Saying::Thanks(number) = said { Some(*number) } else { None };
    json!({ "said": said.code(), "message": said.words(), "number": number })
}

fn show_wrong(case: &Case, (about, said, words): (Option<&About>, Saying<'_>, &str), wanted: Wanted) -> Page {
    let way = about.and_then(|about| wrong_way::way(case, about));
    let said = if said == Saying::Ask && way.is_none() { Saying::Unavailable } else { said };
    let page = OwnWrong { said, host: about.map_or("", |about| &about.host), form: continued(way.as_ref()), words };
    told(case, &Own::Wrong(&page), wanted, || data(&said), || format!("{}\n", said.words()))
}

fn show_worry(case: &Case, (said, words, name): (Saying<'_>, &str, &str), wanted: Wanted) -> Page {
    let way = way(case, WORRY);
    let said = if said == Saying::Ask && way.is_none() { Saying::Unavailable } else { said };
    let page = OwnWorry { said, form: continued(way.as_ref()), words, name };
    told(case, &Own::Worry(&page), wanted, || data(&said), || format!("{}\n", said.words()))
}

fn show_answer(case: &Case, said: Option<Saying<'_>>, found: Option<&crate::ports::Answer>, wanted: Wanted) -> Page {
    let way = way(case, ANSWER);
    let page = OwnAnswer { said, found, form: continued(way.as_ref()) };
    let data = || json!({ "state": found.map(|found| found.state.word()), "answer": found.map(|found| &found.words) });
    let text = || match found {
        Some(found) => format!("{}\n{}\n", found.state.word(), found.words),
        None => "Type the number that you got.\n".to_owned(),
    };
    told(case, &Own::Answer(&page), wanted, data, text)
}

/// What staff said to the group of whoever asks, about the host that they were refused.
pub(in crate::proxy) fn answered(case: &Case) -> Option<Arc<crate::ports::Answer>> {
    let host = case.url.as_ref()?.host();
    case.side.proxy.answers.load().of(case.live.engine.policy.group_name(case.subject.group), host)
}
