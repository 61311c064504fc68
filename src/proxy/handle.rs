//! The life of a request, on one screen. Each step may end it; none can be left out.

use super::body::DownBody;
use super::case::{Case, plain_evidence};
use super::client::Side;
use super::client_body::ClientBody;
use super::pages::{Wanted, wanted};
use super::strict::{HeadFacts, InFlight};
use super::ticket::Ticket;
use super::whose::Whose;
use super::{agreement, coverage, devices, forward, led, own, respond, shares, sight, stopped, tunnelled, who};
use crate::canon::{CanonicalUrl, RawTarget, Unreadable, UnreadableKind, canonicalise};
use crate::matcher::Hits;
use crate::model::{Reason, VerdictKind};
use crate::policy::{Ask, Decision, Evidence, HiddenPages, HttpsMode, Opening, Permit, Used, Warning};
use crate::record::{Ended, is_search_page_host};
use crate::telemetry::{Asked, Sight};
use http::{HeaderMap, Request, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is to be done.
pub(super) enum Verdict {
    /// It may leave.
    Go(Permit),
    /// The person is to think first.
    Think(Warning),
    /// A page of our own at our own name.
    Own,
    /// It does not leave: a refusal of policy, or a fault found before policy was asked.
    Stop(Evidence, String),
}

/// Serves one request, with its head as it came.
pub(super) async fn handle(
    side: Arc<Side>,
    (facts, flight): (HeadFacts, Option<InFlight>),
    request: Request<ClientBody>,
) -> Response<DownBody> {
    let proxy = &side.proxy;
    let live = proxy.live.load_full();
    let wanted = if facts.is_connect { Wanted::Text } else { wanted(request.headers(), facts.target()) };
    let ticket = match Ticket::reserve(&proxy.log, &proxy.clock, &proxy.metrics, &proxy.numbers, flight) {
        Ok(ticket) => ticket,
        Err(fault) => return respond::unlogged(&live, &fault, &proxy.metrics, wanted),
    };
    let mut case = Case::open(Arc::clone(&side), live, facts, ticket, request.headers());
    case.subject.device = devices::name(&case);
    who::identify(&mut case, request.headers()).await;
    case.seat();
    let begun = Instant::now();
    let (verdict, hits) = decide(&mut case, &request);
    let took = begun.elapsed();
    let verdict = match shares::enter(&mut case, verdict, request.headers()).await {
        Ok(verdict) => verdict,
        Err(folded) => return respond::folded(&case, folded, wanted),
    };
    let evidence = evidence_of(&verdict);
    case.see(&evidence, hits.as_ref());
    count(&case, &evidence, took);
    count_https(&case, &verdict);
    coverage::tell(&case, &evidence, hits.as_ref());
    let receipt = case.record(&evidence, hits.as_ref(), request.headers());
    if let Err(fault) = receipt.await {
        return respond::unlogged(&case.live, &fault, &case.side.proxy.metrics, wanted);
    }
    case.ticket.recorded();
    stopped::remember(&case, &evidence);
    let mut response = match verdict {
        Verdict::Think(_) | Verdict::Stop(..) | Verdict::Own if case.opened => tunnelled::show(case),
        Verdict::Go(permit) => {
            case.meter(&evidence, hits.as_ref());
            forward::forward(permit, case, request, wanted).await
        }
        Verdict::Think(warning) => respond::think(case, &warning, wanted),
        Verdict::Own => own::serve(case, request).await,
        Verdict::Stop(evidence, note) if evidence.reason == Reason::SignInPage => led::lead(case, &evidence, note, wanted),
        Verdict::Stop(evidence, note) => respond::stop(case, &evidence, note, wanted),
    };
    who::prove(&side, &mut response);
    response
}

fn evidence_of(verdict: &Verdict) -> Evidence {
    match verdict {
        Verdict::Go(permit) => permit.evidence().clone(),
        Verdict::Think(warning) => warning.evidence.clone(),
        Verdict::Own => plain_evidence(Reason::OwnPage),
        Verdict::Stop(evidence, _) => evidence.clone(),
    }
}

/// A head that came and was never served, because the connection ended first: it gets its record all the same.
pub(super) async fn unserved(side: &Arc<Side>, facts: HeadFacts, flight: Option<InFlight>) {
    let proxy = &side.proxy;
    let none = HeaderMap::new();
    let Ok(ticket) = Ticket::reserve(&proxy.log, &proxy.clock, &proxy.metrics, &proxy.numbers, flight) else { return };
    let mut case = Case::open(Arc::clone(side), proxy.live.load_full(), facts, ticket, &none);
    case.seat();
    let reason = case.facts.fault.as_ref().map_or(Reason::NeverServed, sight::reason_of);
    let evidence = plain_evidence(reason);
    count(&case, &evidence, Duration::ZERO);
    if case.record(&evidence, None, &none).await.is_ok() {
        case.ticket.finish(Ended::ClientGone);
    }
}

/// A request whose client went while it waited for its turn: it has left nothing, and gets its record. The ticket writes the ending.
pub(super) fn given_up(case: &mut Case, headers: &HeaderMap) {
    let evidence = plain_evidence(Reason::NeverServed);
    count(case, &evidence, Duration::ZERO);
    // Nothing depends on the receipt: there is nobody to answer.
    drop(case.record(&evidence, None, headers));
}

fn count(case: &Case, evidence: &Evidence, took: Duration) {
    let asked = match &case.url {
        None => Asked::Unread,
        Some(_) if case.facts.is_connect => Asked::Connect,
        Some(_) => Asked::Http,
    };
    case.side.proxy.metrics.requests.decided(asked, evidence.reason, took);
    if let Some(category) = evidence.category.filter(|_| matches!(evidence.reason, Reason::Category | Reason::Keyword | Reason::Predicted))
    {
        case.live.categories.blocked(category);
    }
}

/// What of HTTPS can be told before anything is dialled; the rest is counted where the tunnel is.
fn count_https(case: &Case, verdict: &Verdict) {
    let own = matches!(verdict, Verdict::Own);
    if !own && case.side.outer.as_ref().is_some_and(|outer| outer.opened) {
        case.saw(Sight::Inside);
    }
}

/// Reads the request and asks the engine.
fn decide(case: &mut Case, request: &Request<ClientBody>) -> (Verdict, Option<Hits>) {
    if let Err((reason, note)) = sight::check(case, request.headers()) {
        return (Verdict::Stop(plain_evidence(reason), note), None);
    }
    if case.facts.target() == b"*" {
        let own = request.method() == http::Method::OPTIONS;
        let verdict = if own {
            Verdict::Own
        } else {
            Verdict::Stop(plain_evidence(Reason::BadRequest), "* with a method other than OPTIONS".to_owned())
        };
        return (verdict, None);
    }
    match read_address(case) {
        Ok(url) => case.url = Some(come_through(case, url)),
        Err(fault) => {
            let has_scheme = memchr::memmem::find(case.facts.target(), b"://").is_some();
            // Without a scheme it is `host:port` with a method other than CONNECT (rule F7).
            let reason = match (fault.kind == UnreadableKind::UnsupportedScheme, has_scheme) {
                (true, true) => Reason::NotServed,
                (true, false) => Reason::BadRequest,
                (false, _) => Reason::Unreadable,
            };
            return (Verdict::Stop(plain_evidence(reason), fault.to_string()), None);
        }
    }
    if let Some((reason, note)) = sight::mismatch(case) {
        return (Verdict::Stop(plain_evidence(reason), note), None);
    }
    if sight::is_own_name(case) {
        case.opened = case.facts.is_connect;
        return (Verdict::Own, None);
    }
    let (verdict, hits) = match case.barred {
        Some((reason @ (Reason::SignInPage | Reason::Suspended), note)) => led::first(judge(case), (reason, note)),
        Some((reason, note)) => return (Verdict::Stop(plain_evidence(reason), note.to_owned()), None),
        None => judge(case),
    };
    let verdict = agreement::before(case, verdict);
    if matches!(verdict, Verdict::Go(_)) {
        case.ticket.ending.led = case.url.as_ref().and_then(|url| case.live.engine.policy.leads_to(case.subject.group, url.host()));
    }
    case.opened = opens(case, &verdict, hits.as_ref());
    (verdict, hits)
}

/// The authority may vouch for some hosts alone: the others it cannot open.
const OUTSIDE: &str = "not opened: the authority may not vouch for this host";

/// Is this a tunnel that will be opened: because policy wants to see inside, or to show a page there?
fn opens(case: &mut Case, verdict: &Verdict, hits: Option<&Hits>) -> bool {
    let live = Arc::clone(&case.live);
    let (Some(intercept), Some(url), Some(hits)) = (&live.intercept, &case.url, hits) else { return false };
    let (policy, group) = (&live.engine.policy, case.subject.group);
    if !case.facts.is_connect || policy.https_mode(group) == HttpsMode::Tunnel {
        return false;
    }
    match verdict {
        Verdict::Go(_) => {
            let opening = policy.opening(group, url, hits, is_search_page_host(url.host()));
            if opening == Opening::No {
                return false;
            }
            if !intercept.leaves.may_open(url) && !hits.statutory_urls_on_host {
                case.ticket.ending.note = OUTSIDE.into();
                return false;
            }
            case.statutory = hits.statutory_urls_on_host;
            case.locked =
                case.statutory && (!intercept.passed.counts(opening, true) || policy.hidden_pages(group) == HiddenPages::BlockHost);
            case.pins = !case.locked && intercept.passed.counts(opening, case.statutory);
            let why = if case.locked { None } else { intercept.passed.why(case.subject.client(), url.host(), case.pins) };
            if let Some(why) = why {
                case.saw(Sight::Passed);
                case.side.proxy.metrics.passed_unopened.inc();
                case.ticket.ending.note = why.into();
            }
            why.is_none()
        }
        Verdict::Think(_) => !policy.is_sealed(url, hits) && intercept.leaves.may_open(url),
        Verdict::Stop(evidence, _) => {
            (evidence.reason.kind() == VerdictKind::Block || evidence.reason == Reason::SignInPage)
                && is_about_the_host(evidence.reason)
                && !policy.is_sealed(url, hits)
                && intercept.leaves.may_open(url)
        }
        Verdict::Own => false,
    }
}

/// A refusal that a page inside the tunnel would get as well; what is wrong with the tunnel itself is said outside.
fn is_about_the_host(reason: Reason) -> bool {
    !matches!(reason, Reason::PortRefused | Reason::NameMismatch | Reason::TunnelRefused | Reason::MethodRefused)
}

/// What comes out of a tunnel came by its port, and by TLS if it was opened.
fn come_through(case: &Case, url: CanonicalUrl) -> CanonicalUrl {
    let Some(outer) = &case.side.outer else { return if case.facts.secure { url.over_tls() } else { url } };
    let url = if outer.opened { url.over_tls() } else { url };
    // An absolute address says its port, if only by leaving it out.
    if case.facts.target().first() == Some(&b'/') { url.through_port(outer.port) } else { url }
}

/// Absolute-form decides over `Host` (RFC 9112 section 3.2.2); origin-form needs it; CONNECT has an authority alone.
fn read_address(case: &Case) -> Result<CanonicalUrl, Unreadable> {
    let facts = &case.facts;
    let raw = if facts.is_connect {
        RawTarget::Authority(facts.target())
    } else if facts.target().first() == Some(&b'/') {
        RawTarget::Origin { host: facts.host().unwrap_or_default(), target: facts.target() }
    } else {
        RawTarget::Absolute(facts.target())
    };
    canonicalise(raw, &case.live.engine.wrappers)
}

fn judge(case: &Case) -> (Verdict, Option<Hits>) {
    let Some(url) = &case.url else { return (Verdict::Stop(plain_evidence(Reason::Internal), String::new()), None) };
    let now = case.ticket.started().wall;
    let counted = case.used();
    let used = counted.as_deref().unwrap_or(Used::none());
    let mut ask = Ask { subject: &case.subject, url, method: case.facts.method(), now, warned: false, acts: &case.acts, used };
    let mut judgement = case.live.engine.judge(&ask);
    if matches!(judgement.decision, Decision::Warn(_)) && case.side.proxy.warned.has_read(&Whose::of(&case.subject), url.host(), now) {
        ask.warned = true;
        judgement = case.live.engine.judge(&ask);
    }
    let verdict = match judgement.decision {
        Decision::Allow(_) if case.facts.is_connect && !case.live.settings.connect_ports.contains(&url.port()) => {
            Verdict::Stop(plain_evidence(Reason::PortRefused), format!("CONNECT to port {}", url.port()))
        }
        Decision::Allow(permit) => Verdict::Go(permit),
        Decision::Warn(warning) => Verdict::Think(warning),
        Decision::Refuse(refusal) => Verdict::Stop(refusal.evidence, String::new()),
    };
    (verdict, Some(judgement.hits))
}
