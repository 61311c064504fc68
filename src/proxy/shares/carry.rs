//! Tunnels whose bytes are paid for. Where nothing bounds them, [`super::super::tunnel`] carries them.

use super::toll::{Purse, Way};
use crate::proxy::ticket::Ticket;
use crate::proxy::tunnel::Carried;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// One read at most.
const PORTION: usize = 16 * 1024;

/// What both ways of a tunnel are paid from.
pub struct Purses {
    up: Purse,
    down: Purse,
}

impl Purses {
    /// Those of whoever asked for the tunnel. `None`: its bytes are free.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Option<Self> {
        let share = ticket.share.as_ref()?;
        Some(Self { up: share.purse(Way::Up)?, down: share.purse(Way::Down)? })
    }
}

/// Carries bytes both ways until both sides have ended, one has failed, or nothing has moved for `patience`.
pub async fn carry<C, O>(
    client: C,
    origin: &mut O,
    first: &[u8],
    (carried, patience): (&Carried, Duration),
    purses: &Purses,
) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite + Unpin,
    O: AsyncRead + AsyncWrite + Unpin,
{
    origin.write_all(first).await?;
    origin.flush().await?;
    let (from_client, to_client) = tokio::io::split(client);
    let (from_origin, to_origin) = tokio::io::split(origin);
    let both = async {
        tokio::try_join!(
            one_way(from_client, to_origin, &carried.up, &purses.up),
            one_way(from_origin, to_client, &carried.down, &purses.down)
        )
        .map(drop)
    };
    let mut both = std::pin::pin!(both);
    let mut seen = u64::MAX;
    loop {
        if let Ok(ended) = tokio::time::timeout(patience, both.as_mut()).await {
            return ended;
        }
        let now = carried.up.load(Ordering::Relaxed) + carried.down.load(Ordering::Relaxed);
        if now == seen {
            return Err(io::ErrorKind::TimedOut.into());
        }
        seen = now;
    }
}

async fn one_way(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, count: &AtomicU64, purse: &Purse) -> io::Result<()> {
    let mut portion = vec![0; PORTION];
    loop {
        let read = from.read(&mut portion).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        purse.paid(read).await;
        to.write_all(&portion[..read]).await?;
        to.flush().await?;
        count.fetch_add(read as u64, Ordering::Relaxed);
    }
}
