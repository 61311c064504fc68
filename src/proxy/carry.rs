//! Carries the bytes of a tunnel until it ends, until it would not be opened anew, or until what may be used of it in a day is used up.

use super::case::Case;
use super::client::{ClientStream, Wire};
use super::cut;
use super::forward::{self, Reach};
use super::quota::Meter;
use super::shares::{self, Purses};
use super::steady;
use super::tunnel::{self, Carried};
use super::upstream::Upstream;
use crate::policy::Evidence;
use crate::ports::Clock;
use crate::record::Ended;
use bytes::Bytes;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// What comes after 101.
pub(super) async fn switched(stream: Upstream, early: Bytes, case: Case, mut client: ClientStream) {
    if client.write_all(&early).await.is_ok() {
        carry(stream, Bytes::new(), case, client).await;
    } else {
        case.ticket.finish(Ended::ClientGone);
    }
}

/// Carries bytes over the tunnel's own connection.
pub(super) async fn carry_own(reach: Reach, seen: Bytes, mut case: Case, client: ClientStream) {
    match forward::own_stream(reach, &mut case).await {
        Some(origin) => carry(origin, seen, case, client).await,
        None => case.ticket.finish(Ended::OriginFailed),
    }
}

/// Carries bytes; `seen` was read from the client already.
async fn carry(mut origin: Upstream, seen: Bytes, mut case: Case, client: ClientStream) {
    let (prefix, wire) = client.into_parts();
    let carried = Carried::default();
    let patience = case.live.limits().tunnel_idle;
    let first = [&seen[..], &prefix[..]].concat();
    carried.up.store(first.len() as u64, Ordering::Relaxed);
    let purses = Purses::of(&case.ticket);
    let carrying = async {
        match (&purses, wire, &mut origin) {
            (Some(purses), wire, origin) => {
                Box::pin(shares::carry(ClientStream::new(Bytes::new(), wire), origin, &first, (&carried, patience), purses)).await
            }
            (None, Wire::Tcp(client), Upstream::Plain(origin)) => match tunnel::write_all(origin, &first).await {
                Ok(()) => tunnel::carry(&client, origin, &carried, patience).await,
                Err(error) => Err(error),
            },
            (None, wire, origin) => carry_tls(ClientStream::new(Bytes::new(), wire), origin, &first, &carried, patience).await,
        }
    };
    // To its end, until it would not be opened anew, or until today's share of it is used up.
    let (mut meter, clock) = (case.ticket.meter.take(), Arc::clone(&case.side.proxy.clock));
    let result = tokio::select! {
        result = carrying => Over::Ended(result),
        closed = cut::closed(&case) => Over::Closed(closed),
        () = used_up(meter.as_mut(), &clock, &carried) => Over::UsedUp,
    };
    case.ticket.meter = meter;
    case.ticket.ending.bytes_up = carried.up.load(Ordering::Relaxed);
    case.ticket.ending.bytes_down = carried.down.load(Ordering::Relaxed);
    steady::note(&mut case);
    let ended = match result {
        Over::Ended(Ok(())) => Ended::Complete,
        Over::Ended(Err(error)) if error.kind() == io::ErrorKind::TimedOut => Ended::TimedOut,
        Over::Ended(Err(_)) => Ended::ClientGone,
        Over::Closed(evidence) => return cut::finish(case, &evidence),
        Over::UsedUp => {
            case.ticket.cut();
            Ended::Answered
        }
    };
    case.ticket.finish(ended);
}

/// What a tunnel came to.
enum Over {
    Ended(io::Result<()>),
    Closed(Evidence),
    UsedUp,
}

/// How often it is looked what a tunnel has used of somebody's day; so long it may run over.
const LOOK: Duration = Duration::from_secs(1);

/// Comes back when what may be used of it in a day is used up: never, where nothing counts it.
async fn used_up(meter: Option<&mut Meter>, clock: &Arc<dyn Clock>, carried: &Carried) {
    let Some(meter) = meter else { return std::future::pending().await };
    loop {
        tokio::time::sleep(LOOK).await;
        let bytes = carried.up.load(Ordering::Relaxed) + carried.down.load(Ordering::Relaxed);
        if !meter.carried(bytes, clock.now().wall) {
            return;
        }
    }
}

/// The same for a WebSocket that comes or goes under TLS.
async fn carry_tls(mut client: ClientStream, origin: &mut Upstream, first: &[u8], carried: &Carried, patience: Duration) -> io::Result<()> {
    origin.write_all(first).await?;
    let mut counted = tunnel::Watched::new(&mut client, carried, patience);
    tokio::io::copy_bidirectional(&mut counted, origin).await.map(drop)
}
