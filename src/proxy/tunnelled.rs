//! What happens with the bare connection after CONNECT or 101: the first bytes are looked at before any of them leaves,
//! the name inside must agree with the name that was asked for, and plain HTTP inside is served request by request.

use super::body::DownBody;
use super::carry::{carry_own, switched};
use super::case::{Case, plain_evidence};
use super::client::{ClientStream, Outer, Side};
use super::foreign;
use super::forward::{self, Reach};
use super::hello::{self, Hello, Opening};
use super::intercept::{self, Proof, Refused, Unopened};
use super::quota::Meter;
use super::ticket::Ticket;
use super::upstream::{Place, Upstream};
use super::{connection, coverage, own, sight, stopped, strict::HeadFacts};
use crate::canon::{CanonicalUrl, HostKind, RawTarget, canonicalise};
use crate::model::Reason;
use crate::policy::{Ask, Decision, TunnelContents, Used};
use crate::record::{Ended, is_search_page_host};
use crate::telemetry::Sight;
use bytes::{Bytes, BytesMut};
use http::Response;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

const PASSED_CERTIFICATE: &str = "not opened: the origin asks for a certificate that only the client has";

/// What is to be done with the bare connection.
pub enum Plan {
    /// CONNECT: look, then carry.
    Tunnel(Box<(Reach, Case)>),
    /// 101: carry. The bytes are what the origin sent early.
    Switched(Box<(Upstream, Bytes, Case)>),
    /// CONNECT that was refused: opened, to show a page of ours; nothing is dialled for it.
    Show(Box<Case>),
}

impl Plan {
    pub(super) fn tunnel(reach: Reach, case: Case) -> Self {
        Self::Tunnel(Box::new((reach, case)))
    }

    pub(super) fn switched(stream: Upstream, early: Bytes, case: Case) -> Self {
        Self::Switched(Box::new((stream, early, case)))
    }
}

/// Carries out the plan.
pub async fn run(plan: Plan, client: ClientStream) {
    match plan {
        Plan::Tunnel(parts) => tunnelled(parts.0, parts.1, client).await,
        Plan::Switched(parts) => {
            let (stream, early, case) = *parts;
            switched(stream, early, case, client).await;
        }
        Plan::Show(case) => shown(*case, client).await,
    }
}

/// Answers a refused CONNECT as if it were granted, so that the page can be read inside. No permit: nothing is dialled.
pub(super) fn show(case: Case) -> Response<DownBody> {
    let side = Arc::clone(&case.side);
    side.plan(Plan::Show(Box::new(case)));
    Response::new(DownBody::empty())
}

async fn shown(mut case: Case, mut client: ClientStream) {
    let mut seen = BytesMut::new();
    let opening = first_bytes(&mut client, &mut seen, &case).await;
    case.ticket.answered(200);
    if let (Some(Opening::Tls(_)), Some(door), true) = (&opening, &case.live.own_door, sight::is_own_name(&case)) {
        let door = Arc::clone(door);
        return own::inside(door, seen.freeze(), case, client).await;
    }
    if let (Some(Opening::Tls(_)), Some(intercept), Some(url)) = (opening, &case.live.intercept, &case.url) {
        case.ticket.ending.note = "opened, to show a page of ours inside".into();
        let proof = intercept.alone(url, case.ticket.started().wall.seconds());
        return inside(proof, seen.freeze(), case, client).await;
    }
    case.ticket.finish(Ended::Answered);
}

async fn tunnelled(reach: Reach, mut case: Case, mut client: ClientStream) {
    case.ticket.answered(200);
    let mut seen = BytesMut::new();
    let opening = first_bytes(&mut client, &mut seen, &case).await;
    let tunnels = case.live.engine.policy.tunnels(case.subject.group);
    if matches!(&opening, Some(Opening::Tls(hello)) if hello.ech) {
        case.saw(Sight::Ech);
    }
    let refused = match opening {
        // Boxed, each of them: a tunnel at rest does not hold the space of what comes before or instead of it.
        Some(Opening::Tls(hello)) => match Box::pin(agree(&mut case, &hello)).await {
            Ok(()) => {
                note_cover(&mut case, &hello);
                if case.opened {
                    return Box::pin(opened(reach, seen.freeze(), case, client)).await;
                }
                case.saw(Sight::Sealed);
                return carry_own(reach, seen.freeze(), case, client).await;
            }
            Err(refused) => refused,
        },
        Some(Opening::Http) if tunnels != TunnelContents::Tls => return inner(reach, seen.freeze(), case, client).await,
        Some(Opening::Http) => (Reason::TunnelRefused, "plain HTTP inside the tunnel"),
        Some(Opening::Other | Opening::Unfinished) => {
            let words = recognised(&case, &seen);
            if tunnels == TunnelContents::Anything {
                case.note(words.unwrap_or_default());
                return carry_own(reach, seen.freeze(), case, client).await;
            }
            (Reason::TunnelRefused, words.unwrap_or("neither TLS nor HTTP inside the tunnel"))
        }
        None => (Reason::TooSlow, "nothing came through the tunnel"),
    };
    case.ticket.ending.bytes_up = seen.len() as u64;
    stopped::remember(&case, &plain_evidence(refused.0));
    case.ticket.ending.reason = Some(refused.0);
    case.ticket.ending.note = refused.1.into();
    case.ticket.finish(Ended::Answered);
}

/// Reads until it is clear what the tunnel carries. `None`: nothing came, or too slowly.
async fn first_bytes(client: &mut ClientStream, seen: &mut BytesMut, case: &Case) -> Option<Opening> {
    let reading = async {
        loop {
            match hello::open(seen) {
                Opening::Unfinished => {}
                opening @ (Opening::Tls(_) | Opening::Http | Opening::Other) => return Some(opening),
            }
            let wanted = hello::wanted_bytes(seen);
            while seen.len() < wanted {
                if client.read_buf(seen).await.ok()? == 0 {
                    return if seen.is_empty() { None } else { Some(Opening::Other) };
                }
            }
        }
    };
    tokio::time::timeout(case.live.limits().header_time, reading).await.ok().flatten()
}

/// What is spoken in a tunnel that is neither TLS nor HTTP, if it has a face of its own: counted, and in words (standards AB6).
fn recognised(case: &Case, seen: &[u8]) -> Option<&'static str> {
    let foreign = foreign::recognise(seen)?;
    case.side.proxy.metrics.foreign_tunnel(foreign.code());
    Some(foreign.words())
}

/// To a bare address, a name under Encrypted Client Hello may be a cover for another: the record says so. Browsers send the extension
/// always, as GREASE, so that nothing is refused for it (standards AB1).
fn note_cover(case: &mut Case, hello: &Hello) {
    let bare = case.url.as_ref().is_some_and(|url| url.host_kind() != HostKind::Name);
    if hello.ech && bare && case.ticket.ending.note.is_empty() {
        case.ticket.ending.note = "the ClientHello carries ECH: the name that was judged may be a cover".into();
    }
}

/// The name in the hello must be the host that CONNECT named (standards AB1); for a bare address it is judged by itself.
async fn agree(case: &mut Case, hello: &Hello) -> Result<(), (Reason, &'static str)> {
    const DIFFERS: (Reason, &str) = (Reason::NameMismatch, "the name in the ClientHello is not the name that CONNECT asked for");
    const COVER: (Reason, &str) =
        (Reason::NameMismatch, "the ClientHello carries ECH under another name than CONNECT asked for: a cover for a third");
    let differs = if hello.ech { COVER } else { DIFFERS };
    let url = case.url.as_ref().ok_or(DIFFERS)?;
    let Some(raw) = &hello.server_name else { return Ok(()) };
    let named = canonicalise(RawTarget::ServerName(raw), &case.live.engine.wrappers).map_err(|_| differs)?;
    if named.host() == url.host() {
        return Ok(());
    }
    match url.host_kind() {
        HostKind::Name => Err(differs),
        HostKind::Ipv4(_) | HostKind::Ipv6(_) => judge_name(case, raw, named).await,
    }
}

/// A tunnel to a bare address that names a host inside: that name is one more request, judged and recorded like any other.
async fn judge_name(case: &mut Case, raw: &[u8], named: CanonicalUrl) -> Result<(), (Reason, &'static str)> {
    const CLOSED: (Reason, &str) = (Reason::LogUnavailable, "the log could not take the name inside the tunnel");
    const UNLED: (Reason, &str) =
        (Reason::TunnelRefused, "the name inside the tunnel has a restricted form, which a bare address goes past");
    const UNSEEN: (Reason, &str) = (Reason::TunnelRefused, "the name inside the tunnel has to be opened, which a bare address goes past");
    let proxy = &case.side.proxy;
    let ticket = Ticket::reserve(&proxy.log, &proxy.clock, &proxy.metrics, &proxy.numbers, None).map_err(|_| CLOSED)?;
    let (policy, group) = (&case.live.engine.policy, case.subject.group);
    let (led, searches) = (policy.leads_to(group, named.host()), is_search_page_host(named.host()));
    let facts = HeadFacts::server_name(raw);
    let used = case.used();
    let (now, acts) = (ticket.started().wall, &case.acts);
    let ask = Ask {
        subject: &case.subject,
        url: &named,
        method: b"CONNECT",
        now,
        warned: false,
        acts,
        used: used.as_deref().unwrap_or(Used::none()),
    };
    let judgement = case.live.engine.judge(&ask);
    let unseen = !case.opened && policy.opens(group, &named, &judgement.hits, searches);
    let mut evidence = judgement.decision.evidence().clone();
    // Nobody can read a warning here.
    if evidence.reason == Reason::Warned {
        evidence = plain_evidence(Reason::Category);
    }
    if evidence.reason == Reason::NewDomain {
        evidence = plain_evidence(Reason::NewDomainBlocked);
    }
    let mut inner = named_inside(case, facts, ticket, named);
    if unseen && matches!(judgement.decision, Decision::Allow(_)) {
        evidence = plain_evidence(Reason::TunnelRefused);
    }
    coverage::tell(&inner, &evidence, Some(&judgement.hits));
    inner.see(&evidence, Some(&judgement.hits));
    inner.record(&evidence, Some(&judgement.hits), &http::HeaderMap::new()).await.map_err(|_| CLOSED)?;
    inner.meter(&evidence, Some(&judgement.hits));
    case.ticket.meter = joined(case.ticket.meter.take(), inner.ticket.meter.take());
    inner.ticket.finish(Ended::Answered);
    inner.url.take().into_iter().for_each(|name| case.is_named_inside(name));
    match judgement.decision {
        Decision::Allow(_) if led.is_some() => Err(UNLED),
        Decision::Allow(_) if unseen => Err(UNSEEN),
        Decision::Allow(_) => Ok(()),
        Decision::Warn(_) | Decision::Refuse(_) => Err((evidence.reason, "the name inside the tunnel is not open here")),
    }
}

/// The name inside, as a request of its own.
fn named_inside(case: &Case, facts: HeadFacts, ticket: Ticket, named: CanonicalUrl) -> Case {
    Case {
        side: Arc::clone(&case.side),
        live: Arc::clone(&case.live),
        acts: Arc::clone(&case.acts),
        facts,
        ticket,
        subject: case.subject.clone(),
        claimed: Vec::new(),
        url: Some(named),
        named: None,
        opened: false,
        statutory: false,
        locked: false,
        pins: false,
        parent: Some(case.ticket.id()),
        person: case.person.clone(),
        nameless: case.nameless,
        barred: None,
        first_seen: false,
    }
}

/// What both count.
fn joined(one: Option<Meter>, other: Option<Meter>) -> Option<Meter> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.join(other);
            Some(one)
        }
        (one, other) => one.or(other),
    }
}

/// Plain HTTP inside the tunnel: every request is judged. The connection that was dialled is kept for it.
async fn inner(reach: Reach, seen: Bytes, case: Case, client: ClientStream) {
    let (Some(url), live) = (&case.url, &case.live) else { return };
    forward::keep(live, case.place(url), reach).await;
    let (prefix, wire) = client.into_parts();
    debug_assert!(prefix.is_empty(), "first_bytes reads the prefix first");
    serve_inside(case, ClientStream::new(seen, wire), false).await;
}

/// Serves what comes out of a tunnel, request by request.
pub(super) async fn serve_inside(mut case: Case, client: ClientStream, opened: bool) {
    // What comes out takes places of its own.
    case.ticket.share = None;
    let Some(url) = &case.url else { return };
    let outer = Outer {
        parent: case.ticket.id(),
        host: Arc::from(url.host()),
        port: url.port(),
        opened,
        person: case.person.clone(),
        nameless: case.nameless,
    };
    let side =
        Side::new(Arc::clone(&case.side.proxy), case.side.peer, case.subject.asserted, case.side.listener_group.clone(), Some(outer));
    connection::serve_boxed(Arc::new(side), client).await;
    case.ticket.finish(Ended::Complete);
}

/// A tunnel that policy wants to see inside: the origin proves itself, then the client gets our certificate.
async fn opened(reach: Reach, seen: Bytes, mut case: Case, client: ClientStream) {
    let live = Arc::clone(&case.live);
    let (Some(intercept), Some(url)) = (&live.intercept, &case.url) else { return };
    let now = case.ticket.started().wall.seconds();
    let proof = match Box::pin(intercept.prove(&live.dialler, (url, case.ticket.ending.led), now)).await {
        Proof::WantsCertificate if case.locked => intercept.alone(url, case.ticket.started().wall.seconds()),
        Proof::WantsCertificate => {
            intercept.passed.host(url.host(), case.ticket.started().wall.seconds());
            if !case.is_named() {
                intercept.passed.name_nobody(None, url.host());
            }
            if case.statutory {
                // Its record says that it is opened: only the next one goes through, as the gap that it is.
                return unopened(case, Reason::TunnelRefused, PASSED_CERTIFICATE.to_owned());
            }
            case.side.proxy.metrics.passed_unopened.inc();
            case.saw(Sight::Passed);
            case.ticket.ending.note = PASSED_CERTIFICATE.into();
            return Box::pin(carry_own(reach, seen, case, client)).await;
        }
        Proof::Good(config, Some(dialled)) => {
            Box::pin(forward::keep_proved(&live, Place::inside(url).led(case.ticket.ending.led), *dialled)).await;
            Proof::Good(config, None)
        }
        other @ (Proof::Good(_, None) | Proof::Failed(_) | Proof::Nothing(_)) => other,
    };
    inside(proof, seen, case, client).await;
}

/// The handshake with the client, and what comes after it.
async fn inside(proof: Proof, seen: Bytes, case: Case, client: ClientStream) {
    let config = match proof {
        Proof::Good(config, _) | Proof::Failed(config) => config,
        Proof::Nothing(note) => return unopened(case, Reason::Internal, note),
        Proof::WantsCertificate => return unopened(case, Reason::OriginUntrusted, PASSED_CERTIFICATE.to_owned()),
    };
    let live = Arc::clone(&case.live);
    let (Some(intercept), Some(url)) = (&live.intercept, &case.url) else { return };
    let (_, wire) = client.into_parts();
    let client_address = case.subject.client();
    match Box::pin(intercept::open(config, seen, wire, live.limits().header_time)).await {
        Ok(stream) => {
            intercept.passed.accepted(client_address, url.host());
            case.side.proxy.metrics.certificate_accepted.inc();
            if !sight::is_own_name(&case) {
                case.saw(Sight::Opened);
            }
            serve_inside(case, stream, true).await;
        }
        Err(Unopened::TooSlow) => unopened(case, Reason::TooSlow, "the TLS handshake took too long".to_owned()),
        Err(Unopened::Failed(note) | Unopened::Certificate(note)) => unopened(case, Reason::TunnelRefused, note),
        Err(Unopened::Refused(note)) => {
            let (client, host, now) = (client_address, url.host(), case.ticket.started().wall.seconds());
            let led_to = if case.pins { intercept.passed.refused(client, host, now) } else { Refused::Counted };
            match led_to {
                Refused::Opens => {
                    tracing::warn!(%client, host, "a client refuses our certificate again and again: this host is no longer opened for it")
                }
                Refused::TooMany => {
                    tracing::warn!(%client, host, "a client refuses our certificate for more hosts than any device has apps that pin: no further host is let through for it")
                }
                Refused::Stranger => {
                    tracing::debug!(%client, host, "a client refuses our certificate and has accepted it for no other host: is our authority installed there?")
                }
                Refused::Counted => {}
            }
            case.side.proxy.metrics.certificate_refused.inc();
            case.saw(Sight::Refused);
            if case.is_named() {
                case.side.proxy.refusers.refused(client, case.ticket.started().wall);
            } else {
                intercept.passed.name_nobody(Some(client), host);
            }
            unopened(case, Reason::TunnelRefused, format!("the client refuses our certificate: {note}"));
        }
    }
}

pub(super) fn unopened(mut case: Case, reason: Reason, note: String) {
    case.ticket.ending.reason = Some(reason);
    case.ticket.ending.note = note.into();
    case.ticket.finish(Ended::Answered);
}
