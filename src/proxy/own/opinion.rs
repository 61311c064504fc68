//! What somebody at the screen thinks of the filter: one of three, and a few words (standard F18). It is on disk and in the log before
//! anybody is thanked. Nobody is asked for a name, and none is kept; what speaks of danger goes to the safeguarding lead as a worry.

use super::onward::{field, form};
use super::said::{LASTS, is_ours};
use super::serve::told;
use crate::credential::Bounds;
use crate::policy::SITE_MARK;
use crate::ports::{Durability, Heard, LONGEST_OPINION, Opinion, OpinionDesk, QueueFault, View, WeDid, speaks_of_danger, tidy, we_did_for};
use crate::proxy::body::DownBody;
use crate::proxy::case::Case;
use crate::proxy::client_body::ClientBody;
use crate::proxy::pages::{Continue, Own, OwnOpinion, Page, Saying, Wanted, wanted};
use crate::proxy::respond;
use crate::proxy::whose::Whose;
use crate::record::{Entry, EventKind, EventRecord};
use http::{Request, Response};
use serde_json::json;
use std::sync::Arc;

/// What somebody thinks of the filter.
pub(super) const OPINION: &str = "/opinion";
/// Opinions within five minutes, of one person and from one address.
const BOUNDS: Bounds = Bounds { account: 3, address: 30 };

/// What the page shows.
struct Shown<'a> {
    said: Saying<'a>,
    view: Option<View>,
    words: &'a str,
    danger: bool,
}

/// The page with the form.
pub(super) fn page(case: &Case, wanted: Wanted) -> Page {
    show(case, &Shown { said: Saying::Ask, view: None, words: "", danger: false }, wanted)
}

/// A form was sent.
pub(super) async fn take(mut case: Case, request: Request<ClientBody>) -> Response<DownBody> {
    let wanted = wanted(request.headers(), case.facts.target());
    let form = form(&case, request).await.unwrap_or_default();
    let words = tidy(&field(&form, "words").unwrap_or_default(), LONGEST_OPINION).unwrap_or_default();
    let view = View::of_word(&field(&form, "view").unwrap_or_default());
    let danger = speaks_of_danger(&words, &case.live.danger);
    let heard = match view {
        _ if !is_ours(&case, OPINION, &form) => Err(Saying::Again),
        None => Err(Saying::Empty),
        Some(view) => hear(&case, view, &words, danger).await,
    };
    let number = heard.as_ref().ok().and_then(Option::as_deref).unwrap_or_default();
    let said = heard.as_ref().map_or_else(|said| *said, |_| Saying::Thanks(number));
    let page = show(&case, &Shown { said, view, words: &words, danger: danger && heard.is_ok() }, wanted);
    case.ticket.ending.note = said.note().into();
    case.ticket.answered(page.status.as_u16());
    case.ticket.ending.bytes_down = page.body.len() as u64;
    respond::answer(page, false, Some(case.ticket))
}

/// Puts it down and into the log; the number of the worry that was made of it.
async fn hear(case: &Case, view: View, words: &str, danger: bool) -> Result<Option<String>, Saying<'static>> {
    let proxy = &case.side.proxy;
    let whose = Whose::of(&case.subject).to_string();
    let counted = proxy.opinion_guesses.count(&whose, case.subject.client(), BOUNDS, proxy.clock.now().monotonic_us);
    counted.map_err(|_| Saying::Paused)?;
    let group = case.live.engine.policy.group_name(case.subject.group).to_string();
    let opinion = Opinion { at: case.ticket.started().wall, group: group.clone(), view, words: words.to_owned(), danger };
    let kept = put(case, opinion).await;
    recorded(case, kept, view, &group).await
}

async fn put(case: &Case, opinion: Opinion) -> Result<Heard, QueueFault> {
    let Some(desk) = case.side.proxy.opinions.get().cloned() else { return Err(QueueFault::Broken("there is nobody to hear it".into())) };
    let work = move || OpinionDesk::hear(&*desk, &opinion);
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(QueueFault::Broken(error.to_string().into())))
}

async fn recorded(case: &Case, kept: Result<Heard, QueueFault>, view: View, group: &str) -> Result<Option<String>, Saying<'static>> {
    let heard = match kept {
        Ok(heard) => heard,
        Err(fault) => {
            case.side.proxy.metrics.queue_refused.inc();
            tracing::error!(%fault, "what somebody thinks of the filter could not be kept");
            let text = format!("not kept, and its writer was told so: an opinion, from the group {group}: {fault}");
            // Whoever cannot be heard is told so whether or not that can be written down.
            let _told = event(case, EventKind::OpinionTold, false, text).await;
            return Err(if fault == QueueFault::Enough { Saying::Paused } else { Saying::Unavailable });
        }
    };
    let id = heard.id.as_deref().unwrap_or("not kept, since as many are there as may be");
    let text = format!("{id}: {}, from the group {group}; SHA-256 of its text {}", view.word(), heard.digest);
    let mut written = event(case, EventKind::OpinionTold, false, text).await;
    if let Some(worry) = &heard.worry {
        // Whoever is in danger can be found, as with every worry.
        let text = format!("{}: made of an opinion, from the group {group}; SHA-256 of its text {}", worry.id, worry.digest);
        written = event(case, EventKind::WorryTold, true, text).await.and(written);
    }
    // What is not in the log is not thanked for.
    written.map_err(|_| Saying::Unavailable)?;
    Ok(heard.worry.map(|worry| worry.number))
}

async fn event(case: &Case, kind: EventKind, with_peer: bool, text: String) -> Result<(), crate::ports::LogFault> {
    let peer = (with_peer && case.is_named()).then_some(case.side.peer);
    let event = EventRecord { at: case.side.proxy.clock.now(), kind, peer, text: text.into() };
    case.side.proxy.log.append(&Entry::Event(event), Durability::Kernel).await
}

/// In which language: as the address says, else as the site's pages are.
fn is_welsh(case: &Case) -> bool {
    let query = case.url.as_ref().and_then(|url| url.forward_target().split_once('?')).map_or("", |(_, query)| query);
    match field(query.as_bytes(), "lang").as_deref() {
        Some("cy") => true,
        Some("en") => false,
        _ => case.live.pages_of(case.subject.group).site().language.split('-').next() == Some("cy"),
    }
}

fn show(case: &Case, shown: &Shown<'_>, wanted: Wanted) -> Page {
    let proxy = &case.side.proxy;
    let welsh = is_welsh(case);
    let token =
        proxy.opinions.get().and_then(|_| proxy.tokens.token(&Whose::of(&case.subject), OPINION, case.ticket.started().wall, LASTS));
    let action = format!("{OPINION}?lang={}", if welsh { "cy" } else { "en" });
    let said = if shown.said == Saying::Ask && token.is_none() { Saying::Unavailable } else { shown.said };
    let all = proxy.we_did.load_full();
    let group = case.live.engine.policy.group_name(case.subject.group);
    let did = did_for(&all, group);
    let page = OwnOpinion {
        said,
        welsh,
        form: token.as_ref().map(|token| Continue { action: &action, token }),
        view: shown.view,
        words: shown.words,
        danger: shown.danger,
        did: &did,
    };
    let data = || json!({ "said": said.code(), "message": page.lead() });
    told(case, &Own::Opinion(&page), wanted, data, || format!("{}\n", page.lead()))
}

fn did_for<'a>(all: &'a Arc<Vec<WeDid>>, group: &'a str) -> Vec<&'a WeDid> {
    let site = group.find(SITE_MARK).map_or("", |mark| &group[..mark]);
    we_did_for(all, site).collect()
}
