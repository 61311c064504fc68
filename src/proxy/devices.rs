//! What the client's device is called, for records: by a lease of the site's DHCP server, else by the site's name servers (standard D14).
//!
//! No request waits for a name: the first from an address may have none. Must never decide anything: a name is a claim.

use super::case::Case;
use super::live::Proxy;
use crate::identity::device_name;
use moka::sync::Cache;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Addresses that are remembered.
const MOST: u64 = 100_000;
/// A name, and that there is none, is kept for at least and at most this time, whatever the name server says.
const KEPT: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));
/// Look-ups at one time; more are left to the next request.
const AT_ONCE: usize = 16;

/// What name servers have said, and until when that counts.
type Said = (Option<Arc<str>>, Instant);

/// Names that were looked up.
pub struct Devices {
    known: Cache<IpAddr, Said, rapidhash::fast::RandomState>,
    turns: Arc<Semaphore>,
}

impl Default for Devices {
    fn default() -> Self {
        let builder = Cache::builder().max_capacity(MOST).time_to_live(KEPT.1);
        Self { known: builder.build_with_hasher(rapidhash::fast::RandomState::new()), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// The name of the client's device, as far as it is known by now.
pub(super) fn name(case: &Case) -> Option<Arc<str>> {
    let (live, client) = (&case.live, case.subject.client());
    let leased = live.leases.name(client, case.ticket.started().wall.seconds());
    leased.or_else(|| if live.settings.devices.lookup { looked_up(&case.side.proxy, client) } else { None })
}

fn looked_up(proxy: &Arc<Proxy>, client: IpAddr) -> Option<Arc<str>> {
    let known = proxy.devices.known.get(&client);
    if let Some((name, until)) = &known
        && *until > Instant::now()
    {
        return name.clone();
    }
    let before = known.and_then(|(name, _)| name);
    if let Ok(turn) = Arc::clone(&proxy.devices.turns).try_acquire_owned() {
        // What is known counts until the answer is there, and nobody else asks meanwhile.
        proxy.devices.known.insert(client, (before.clone(), Instant::now() + KEPT.0));
        let proxy = Arc::clone(proxy);
        tokio::spawn(async move {
            let live = proxy.live.load_full();
            let found = live.dialler.names().name_of(client).await;
            let (name, keep) = found.map_or((None, KEPT.0), |(name, keep)| (device_name(&name), keep.clamp(KEPT.0, KEPT.1)));
            proxy.devices.known.insert(client, (name, Instant::now() + keep));
            drop(turn);
        });
    }
    before
}
