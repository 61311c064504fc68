//! The canary through the listeners that people use: an entry of each statutory list, which must be refused for that reason. It is the one
//! thing of accreditation that stands in people's log: a record a list and listener, from this machine, with the user agent `accreditation`. The
//! console is told of each before it leaves ([`Canaries`]), and opens no incident of it.
//!
//! Must never ask for anything that could be let through: nothing but entries of statutory lists that are in force.

use super::client::{Came, Line};
use super::fault::AccreditFault;
use super::origin::Mark;
use super::tally::outcome;
use crate::accredit::{Address, Miss, Mutation, Outcome, Share, Verdict, Way};
use crate::app::canaries::Canaries;
use crate::canon::{RawTarget, canonicalise};
use crate::config::{self, Config, Listener};
use crate::engine::Engine;
use crate::feeds::{BuiltIn, Cleared, statutory_in_clear};
use crate::model::Reason;
use crate::ports::Clock;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// A connection to a listener of this machine takes no longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks at each of these listeners, which stand in the same order as their addresses. `engine`: the one in force at this moment; it is looked
/// at again before each request, since a list may have changed meanwhile. `marks`: where each is noted, by the clock of the log.
///
/// # Errors
/// [`AccreditFault`]: the lists cannot be read, so nothing could be tried.
pub(in crate::app) async fn live_canary(
    config: &Config,
    engine: &(dyn Fn() -> Arc<Engine> + Sync),
    listeners: (&[Listener], &[SocketAddr]),
    marks: Marks<'_>,
) -> Result<Vec<Outcome>, AccreditFault> {
    let asked = one_of_each(&statutory_in_clear(&config.lists, config::builtin_list as BuiltIn)?, &engine());
    let mut outcomes = Vec::new();
    for (listener, address) in listeners.0.iter().zip(listeners.1) {
        let (begun, scope) = (Instant::now(), format!("listener {address}"));
        let found = if listener.proxy_protocol || listener.door.is_some() {
            let why = "clients speak TLS or a PROXY protocol at this listener: the canary does not";
            outcome("canary", &scope, Verdict::Amber(why.into()))
        } else {
            ask_all(&scope, reachable(*address), &asked, (engine, marks)).await
        };
        outcomes.push(Outcome { took: begun.elapsed(), ..found });
    }
    Ok(outcomes)
}

/// Where canaries are noted, and the clock of their records.
pub(in crate::app) type Marks<'a> = (&'a Canaries, &'a dyn Clock);

/// What is asked of a list: its name, and the address; `None` where none of what its source holds is in force.
type Asked = (Arc<str>, Option<Address>);

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
            all[at].1 = Some(Address::from(&clear.entry)).filter(|address| request(address, engine).is_some());
        }
    }
    all
}

/// The request for an address, if it is on a statutory list in force; and the address as the log spells it.
fn request(address: &Address, engine: &Engine) -> Option<(Vec<u8>, String)> {
    let spelled = Mutation::AsListed.spell(address, true)?;
    let url = canonicalise(RawTarget::Absolute(&spelled.absolute()), &engine.wrappers).ok()?;
    let request = engine.is_statutory(&url).then(|| spelled.request(Way::Http)).flatten()?;
    Some((request, url.to_text()))
}

async fn ask_all(
    scope: &str,
    door: SocketAddr,
    asked: &[Asked],
    (engine, marks): (&(dyn Fn() -> Arc<Engine> + Sync), Marks<'_>),
) -> Outcome {
    let (mut share, mut misses, mut unsigned) = (Share { good: 0, of: 0 }, Vec::new(), 0);
    for (list, address) in asked {
        let came = match address.as_ref().and_then(|address| request(address, &engine())) {
            None => Ok((Said::Other, "nothing that its source holds is in force".to_owned())),
            Some((request, address)) => ask(door, &request, (&address, marks)).await,
        };
        let came = match came {
            Ok((Said::Listed, _)) => {
                (share.good, share.of) = (share.good + 1, share.of + 1);
                continue;
            }
            Ok((Said::SignInFirst, _)) => {
                unsigned += 1;
                continue;
            }
            Ok((Said::Other, words)) => words,
            Err(error) => error.to_string(),
        };
        share.of += 1;
        misses.push(Miss { place: format!("list {list}").into(), asked: "".into(), came: came.into() });
    }
    let verdict = match share.of - share.good {
        0 if unsigned > 0 => Verdict::Amber("people sign in first at this listener: the canary does not".into()),
        _ if share.of == 0 => Verdict::NotRun("there is no statutory list of which anything could be asked for".into()),
        0 => Verdict::Pass,
        wrong => Verdict::Fail(format!("{wrong} of {} statutory lists did not answer as they must", share.of).into()),
    };
    Outcome { share: Some(share), misses, ..outcome("canary", scope, verdict) }
}

/// What a listener said.
enum Said {
    /// It is illegal material.
    Listed,
    /// Nothing of it: whoever asks has to sign in before anything is judged.
    SignInFirst,
    /// Something else.
    Other,
}

fn said(came: &Came) -> Said {
    let sign_in = [Reason::SignInNeeded, Reason::SignInPage, Reason::SignInUnprotected];
    match came.reason.filter(|_| !came.reached) {
        Some(Reason::Statutory) => Said::Listed,
        reason if reason.is_some_and(|reason| sign_in.contains(&reason)) => Said::SignInFirst,
        Some(_) | None => Said::Other,
    }
}

/// Was it refused as illegal material? And what came, in words.
async fn ask(door: SocketAddr, request: &[u8], (address, (canaries, clock)): (&str, Marks<'_>)) -> io::Result<(Said, String)> {
    let asked = async {
        let mark = Arc::new(Mark { text: String::new(), asked: AtomicU64::new(0) });
        let begun = clock.now();
        let stream = TcpStream::connect(door).await?;
        let from = stream.local_addr()?;
        // Before it leaves: its record may be looked at before the answer is here.
        canaries.leaves(from, address.to_owned(), begun);
        let came = Line::over(Box::new(stream), &mark).ask(request).await?;
        canaries.is_answered(from, clock.now());
        Ok((said(&came), came.words()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_where_people_sign_in_first_says_nothing_of_lists() {
        let table = [(Reason::Statutory, 403), (Reason::SignInNeeded, 407), (Reason::SignInPage, 302), (Reason::OutsideHours, 403)];
        let said = table.map(|(reason, status)| match said(&Came::told(status, Some(reason))) {
            Said::Listed => "listed",
            Said::SignInFirst => "sign in",
            Said::Other => "other",
        });
        assert_eq!(said, ["listed", "sign in", "sign in", "other"]);
    }
}
