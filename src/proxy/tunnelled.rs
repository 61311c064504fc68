//! What happens with the bare connection after CONNECT or 101: the first bytes are looked at before any of them leaves,
//! the name inside must agree with the name that was asked for, and plain HTTP inside is served request by request.

use super::case::{Case, plain_evidence};
use super::client::{ClientStream, Outer, Side};
use super::forward::{self, Reach};
use super::hello::{self, Hello, Opening};
use super::ticket::Ticket;
use super::tunnel::{self, Carried};
use super::upstream::Upstream;
use super::{connection, strict::HeadFacts};
use crate::canon::{CanonicalUrl, HostKind, RawTarget, canonicalise};
use crate::model::Reason;
use crate::policy::{Ask, Decision, TunnelContents};
use crate::record::Ended;
use bytes::{Bytes, BytesMut};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is to be done with the bare connection.
pub enum Plan {
    /// CONNECT: look, then carry.
    Tunnel(Box<(Reach, Case)>),
    /// 101: carry. The bytes are what the origin sent early.
    Switched(Box<(Upstream, Bytes, Case)>),
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
    }
}

async fn tunnelled(reach: Reach, mut case: Case, mut client: ClientStream) {
    case.ticket.answered(200);
    let mut seen = BytesMut::new();
    let opening = first_bytes(&mut client, &mut seen, &case).await;
    let tunnels = case.live.engine.policy.tunnels(case.subject.group);
    let refused = match opening {
        Some(Opening::Tls(hello)) => match agree(&case, &hello).await {
            Ok(()) => return carry_own(reach, seen.freeze(), case, client).await,
            Err(refused) => refused,
        },
        Some(Opening::Http) if tunnels != TunnelContents::Tls => return inner(reach, seen.freeze(), case, client).await,
        Some(Opening::Http) => (Reason::TunnelRefused, "plain HTTP inside the tunnel"),
        Some(Opening::Other | Opening::Unfinished) if tunnels == TunnelContents::Anything => {
            return carry_own(reach, seen.freeze(), case, client).await;
        }
        Some(Opening::Other | Opening::Unfinished) => (Reason::TunnelRefused, "neither TLS nor HTTP inside the tunnel"),
        None => (Reason::TooSlow, "nothing came through the tunnel"),
    };
    case.ticket.ending.bytes_up = seen.len() as u64;
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
            if client.read_buf(seen).await.ok()? == 0 {
                return if seen.is_empty() { None } else { Some(Opening::Other) };
            }
        }
    };
    tokio::time::timeout(case.live.limits().header_time, reading).await.ok().flatten()
}

/// The name in the hello must be the host that CONNECT named (standards AB1); for a bare address it is judged by itself.
async fn agree(case: &Case, hello: &Hello) -> Result<(), (Reason, &'static str)> {
    const DIFFERS: (Reason, &str) = (Reason::NameMismatch, "the name in the ClientHello is not the name that CONNECT asked for");
    let url = case.url.as_ref().ok_or(DIFFERS)?;
    let Some(raw) = &hello.server_name else { return Ok(()) };
    let named = canonicalise(RawTarget::ServerName(raw), &case.live.engine.wrappers).map_err(|_| DIFFERS)?;
    if named.host() == url.host() {
        return Ok(());
    }
    match url.host_kind() {
        HostKind::Name => Err(DIFFERS),
        HostKind::Ipv4(_) | HostKind::Ipv6(_) => judge_name(case, raw, named).await,
    }
}

/// A tunnel to a bare address that names a host inside: that name is one more request, judged and recorded like any other.
async fn judge_name(case: &Case, raw: &[u8], named: CanonicalUrl) -> Result<(), (Reason, &'static str)> {
    const CLOSED: (Reason, &str) = (Reason::LogUnavailable, "the log could not take the name inside the tunnel");
    let proxy = &case.side.proxy;
    let ticket = Ticket::reserve(&proxy.log, &proxy.clock, &proxy.metrics, &proxy.numbers, None).map_err(|_| CLOSED)?;
    let facts = HeadFacts::server_name(raw);
    let ask = Ask { subject: &case.subject, url: &named, method: b"CONNECT", now: ticket.started().wall, warned: false };
    let judgement = case.live.engine.judge(&ask);
    let mut evidence = judgement.decision.evidence().clone();
    if evidence.reason == Reason::Warned {
        evidence = plain_evidence(Reason::Category);
    }
    let mut inner = Case {
        side: Arc::clone(&case.side),
        live: Arc::clone(&case.live),
        facts,
        ticket,
        subject: case.subject.clone(),
        claimed: Vec::new(),
        url: Some(named),
        parent: Some(case.ticket.id()),
    };
    inner.record(&evidence, Some(&judgement.hits), &http::HeaderMap::new()).await.map_err(|_| CLOSED)?;
    inner.ticket.finish(Ended::Answered);
    match judgement.decision {
        Decision::Allow(_) => Ok(()),
        Decision::Warn(_) | Decision::Refuse(_) => Err((evidence.reason, "the name inside the tunnel is not open here")),
    }
}

/// Plain HTTP inside the tunnel: every request is judged. The connection that was dialled is kept for it.
async fn inner(reach: Reach, seen: Bytes, case: Case, client: ClientStream) {
    let (Some(url), live) = (&case.url, &case.live) else { return };
    forward::keep(live, url, reach).await;
    let outer = Outer { parent: case.ticket.id(), host: Arc::from(url.host()), port: url.port() };
    let side =
        Side::new(Arc::clone(&case.side.proxy), case.side.peer, case.subject.asserted, case.side.listener_group.clone(), Some(outer));
    let (prefix, io) = client.into_parts();
    debug_assert!(prefix.is_empty(), "first_bytes reads the prefix first");
    connection::serve_boxed(Arc::new(side), ClientStream::new(seen, io)).await;
    case.ticket.finish(Ended::Complete);
}

async fn switched(stream: Upstream, early: Bytes, case: Case, mut client: ClientStream) {
    if client.write_all(&early).await.is_ok() {
        carry(stream, Bytes::new(), case, client).await;
    } else {
        case.ticket.finish(Ended::ClientGone);
    }
}

/// Carries bytes over the tunnel's own connection.
async fn carry_own(reach: Reach, seen: Bytes, mut case: Case, client: ClientStream) {
    match forward::own_stream(reach, &mut case).await {
        Some(origin) => carry(origin, seen, case, client).await,
        None => case.ticket.finish(Ended::OriginFailed),
    }
}

/// Carries bytes; `seen` was read from the client already.
async fn carry(mut origin: Upstream, seen: Bytes, mut case: Case, client: ClientStream) {
    let (prefix, mut client) = client.into_parts();
    let carried = Carried::default();
    let patience = case.live.limits().tunnel_idle;
    let first = [&seen[..], &prefix[..]].concat();
    carried.up.store(first.len() as u64, Ordering::Relaxed);
    let result = match &mut origin {
        Upstream::Plain(origin) => match tunnel::write_all(origin, &first).await {
            Ok(()) => tunnel::carry(&client, origin, &carried, patience).await,
            Err(error) => Err(error),
        },
        Upstream::Tls(_) => carry_tls(&mut client, &mut origin, &first, &carried, patience).await,
    };
    case.ticket.ending.bytes_up = carried.up.load(Ordering::Relaxed);
    case.ticket.ending.bytes_down = carried.down.load(Ordering::Relaxed);
    case.ticket.finish(match result {
        Ok(()) => Ended::Complete,
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Ended::TimedOut,
        Err(_) => Ended::ClientGone,
    });
}

/// The same for a WebSocket that goes to its origin under TLS.
async fn carry_tls(client: &mut TcpStream, origin: &mut Upstream, first: &[u8], carried: &Carried, patience: Duration) -> io::Result<()> {
    origin.write_all(first).await?;
    let mut counted = tunnel::Watched::new(client, carried, patience);
    tokio::io::copy_bidirectional(&mut counted, origin).await.map(drop)
}
