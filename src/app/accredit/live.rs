//! The canary through the listeners that people use: an entry of each statutory list, which must be refused for that reason. It is the one
//! thing of accreditation that stands in people's log: a record a list and listener, from this machine, with the user agent `accreditation`.
//!
//! Must never ask for anything that could be let through: nothing but entries of statutory lists that are in force.

use super::client::Line;
use super::fault::AccreditFault;
use super::origin::Mark;
use super::tally::outcome;
use crate::accredit::{Address, Miss, Mutation, Outcome, Share, Verdict, Way};
use crate::canon::{RawTarget, canonicalise};
use crate::config::{self, Config, Listener};
use crate::engine::Engine;
use crate::feeds::{BuiltIn, Cleared, statutory_in_clear};
use crate::matcher::find;
use crate::model::Reason;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// A connection to a listener of this machine takes no longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks at each of these listeners, which stand in the same order as their addresses.
///
/// # Errors
/// [`AccreditFault`]: the lists cannot be read, so nothing could be tried.
pub async fn live_canary(config: &Config, engine: &Engine, listeners: (&[Listener], &[SocketAddr])) -> Result<Vec<Outcome>, AccreditFault> {
    let asked = one_of_each(&statutory_in_clear(&config.lists, config::builtin_list as BuiltIn)?, engine);
    let mut outcomes = Vec::new();
    for (listener, address) in listeners.0.iter().zip(listeners.1) {
        let (begun, scope) = (Instant::now(), format!("listener {address}"));
        let found = if listener.proxy_protocol || listener.door.is_some() {
            let why = "clients speak TLS or a PROXY protocol at this listener: the canary does not";
            outcome("canary", &scope, Verdict::Amber(why.into()))
        } else {
            ask_all(&scope, reachable(*address), &asked).await
        };
        outcomes.push(Outcome { took: begun.elapsed(), ..found });
    }
    Ok(outcomes)
}

/// What is asked of a list: its name, and the request; `None` where none of what its source holds is in force.
type Asked = (Arc<str>, Option<Vec<u8>>);

/// The first entry of each list that is in force. What a source has and the lists in force have not would be let through.
fn one_of_each(cleared: &Cleared, engine: &Engine) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for clear in &cleared.entries {
        let known = all.iter().position(|(list, _)| *list == clear.list);
        let at = known.unwrap_or_else(|| {
            all.push((Arc::clone(&clear.list), None));
            all.len() - 1
        });
        if all[at].1.is_none() {
            all[at].1 = request(&Address::from(&clear.entry), engine);
        }
    }
    all
}

/// The request for an address, if it is on a statutory list in force.
fn request(address: &Address, engine: &Engine) -> Option<Vec<u8>> {
    let spelled = Mutation::AsListed.spell(address, true)?;
    let url = canonicalise(RawTarget::Absolute(&spelled.absolute()), &engine.wrappers).ok()?;
    find(&engine.lists, &url).statutory.is_some().then(|| spelled.request(Way::Http)).flatten()
}

async fn ask_all(scope: &str, door: SocketAddr, asked: &[Asked]) -> Outcome {
    let (mut share, mut misses) = (Share { good: 0, of: 0 }, Vec::new());
    for (list, request) in asked {
        share.of += 1;
        let came = match request {
            None => Ok((false, "nothing that its source holds is in force".to_owned())),
            Some(request) => ask(door, request).await,
        };
        let came = match came {
            Ok((true, _)) => {
                share.good += 1;
                continue;
            }
            Ok((false, words)) => words,
            Err(error) => error.to_string(),
        };
        misses.push(Miss { place: format!("list {list}").into(), asked: "".into(), came: came.into() });
    }
    let verdict = match share.of - share.good {
        _ if share.of == 0 => Verdict::NotRun("there is no statutory list of which anything could be asked for".into()),
        0 => Verdict::Pass,
        wrong => Verdict::Fail(format!("{wrong} of {} statutory lists did not answer as they must", share.of).into()),
    };
    Outcome { share: Some(share), misses, ..outcome("canary", scope, verdict) }
}

/// Was it refused as illegal material? And what came, in words.
async fn ask(door: SocketAddr, request: &[u8]) -> io::Result<(bool, String)> {
    let asked = async {
        let mark = Arc::new(Mark { text: String::new(), asked: AtomicU64::new(0) });
        let came = Line::over(Box::new(TcpStream::connect(door).await?), &mark).ask(request).await?;
        Ok((came.reason == Some(Reason::Statutory), came.words()))
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Where this machine reaches a listener that is bound to every address.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, address.port())
}
