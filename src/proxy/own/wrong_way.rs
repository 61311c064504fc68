//! Which refusal somebody thinks is wrong: the form's address and its token, and what stands behind it, judged again when the form comes.
//!
//! The token is made for one person or device and one address, when that was refused: nobody can ask about another. Must never make one
//! for an address that a statutory list holds.

use super::onward::field;
use super::said::{LASTS, WRONG};
use crate::canon::{CanonicalUrl, RawTarget, canonicalise};
use crate::lists::ListKind;
use crate::model::Reason;
use crate::policy::{Ask, Decision, Evidence, Used};
use crate::ports::Amendment;
use crate::proxy::case::Case;
use crate::proxy::pages::Saying;
use crate::proxy::quota::Meter;
use crate::proxy::whose::Whose;
use crate::proxy::{cut, respond};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A longer address is asked about by its host.
const LONGEST: usize = 1024;

/// What was refused.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) host: String,
    address: String,
    reference: String,
}

/// May staff be asked to look at a refusal of this kind again?
pub(in crate::proxy) const fn may_be_wrong(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Category
            | Reason::Predicted
            | Reason::BlockedLocally
            | Reason::Keyword
            | Reason::NotOnAllowList
            | Reason::SearchUnrestricted
            | Reason::BareAddress
            | Reason::NewDomainBlocked
            | Reason::ShortNotice
            | Reason::Warned
            | Reason::NewDomain
    )
}

/// The form's address and its token, for the page of a refusal.
pub(in crate::proxy) fn way_to_staff(case: &Case, reason: Reason) -> Option<(String, String)> {
    let (scheme, host, address) = respond::asked_for(case).filter(|_| may_be_wrong(reason))?;
    let about = About { host: host.to_owned(), address: bounded(scheme, host, address), reference: case.ticket.id().to_string() };
    let (path, token) = way(case, &about)?;
    Some((format!("{scheme}://{}{path}", case.live.settings.own_name), token))
}

fn bounded(scheme: &str, host: &str, address: String) -> String {
    if address.len() > LONGEST { format!("{scheme}://{host}/") } else { address }
}

/// The same at our own name.
pub(super) fn way(case: &Case, about: &About) -> Option<(String, String)> {
    case.side.proxy.queue.get()?;
    let token = case.side.proxy.tokens.token(&Whose::of(&case.subject), &purpose(about), case.ticket.started().wall, LASTS)?;
    let to = utf8_percent_encode(&about.address, NON_ALPHANUMERIC);
    Some((format!("{WRONG}?to={to}&ref={}", about.reference), token))
}

fn purpose(about: &About) -> String {
    format!("{WRONG} {} {}", about.reference, about.address)
}

pub(super) fn is_good(case: &Case, about: &About, token: &str) -> bool {
    let proxy = &case.side.proxy;
    proxy.tokens.is_good(&Whose::of(&case.subject), &purpose(about), token, proxy.clock.now().wall)
}

fn query(case: &Case) -> Option<&str> {
    Some(case.url.as_ref()?.forward_target().split_once('?')?.1)
}

/// What the form's own address says it is about. Nothing is believed before its token is good.
pub(super) fn brought(case: &Case) -> Option<About> {
    let query = query(case)?.as_bytes();
    let (address, reference) = (field(query, "to")?, field(query, "ref")?);
    let url = read(case, &address)?;
    Some(About { host: url.host().to_owned(), address, reference })
}

fn read(case: &Case, address: &str) -> Option<CanonicalUrl> {
    canonicalise(RawTarget::Absolute(address.as_bytes()), &case.live.engine.wrappers).ok()
}

/// The refusal that a link names, if whoever follows it was refused it a short time ago.
pub(super) fn refused(case: &Case) -> Option<About> {
    let reference = field(query(case)?.as_bytes(), "ref")?;
    let stops = case.side.proxy.stopped.of(case.subject.client(), case.ticket.started().wall);
    let stop = stops.into_iter().find(|stop| stop.id.to_string() == reference)?;
    if stop.host.is_empty() || !may_be_wrong(stop.reason) {
        return None;
    }
    // Our pages are closed where HTTPS stays sealed: what is remembered is the host.
    let address = stop.onward.as_deref().map_or_else(|| format!("https://{}/", stop.host), str::to_owned);
    Some(About { host: stop.host.to_string(), address: bounded("https", &stop.host, address), reference })
}

/// What staff are asked: judged anew, so that it says what stands behind it now.
pub(super) fn amendment(case: &Case, about: &About, words: String) -> Result<Amendment, Saying<'static>> {
    let Some(url) = read(case, &about.address) else { return Err(Saying::NoForm) };
    let evidence = judged(case, &url)?;
    // What has become illegal since the page was shown is asked about by nobody.
    if evidence.reason == Reason::Statutory {
        return Err(Saying::NoForm);
    }
    let engine = &case.live.engine;
    let list = evidence.matched.and_then(|matched| engine.list(matched.list)).filter(|list| list.kind != ListKind::Statutory);
    let category = evidence.category.and_then(|id| engine.lists.categories().get(usize::from(id.0)));
    Ok(Amendment {
        at: case.ticket.started().wall,
        reference: about.reference.clone(),
        whose: Whose::of(&case.subject).to_string(),
        group: engine.policy.group_name(case.subject.group).to_string(),
        host: about.host.clone(),
        // What follows a question mark is what somebody typed elsewhere.
        address: about.address.split(['?', '#']).next().unwrap_or_default().to_owned(),
        reason: evidence.reason.code().to_owned(),
        category: category.map_or_else(String::new, ToString::to_string),
        layer: evidence.layer.to_string(),
        list: list.map_or_else(String::new, |list| list.name.to_string()),
        words,
    })
}

fn judged(case: &Case, url: &CanonicalUrl) -> Result<Evidence, Saying<'static>> {
    let proxy = &case.side.proxy;
    let (live, acts, now) = (proxy.live.load_full(), proxy.acts.load_full(), proxy.clock.now());
    let subject = cut::subject(case, &live, &acts, now);
    let used = Meter::used(&proxy.ledger, &live.engine.policy, &subject);
    let used = used.as_deref().unwrap_or(Used::none());
    let ask = Ask { subject: &subject, url, method: b"GET", now: now.wall, warned: false, acts: &acts, used };
    match live.engine.judge(&ask).decision {
        Decision::Allow(_) => Err(Saying::Open),
        Decision::Warn(warning) => Ok(warning.evidence),
        Decision::Refuse(refusal) => Ok(refusal.evidence),
    }
}
