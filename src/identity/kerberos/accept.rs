//! From a token to a person: the envelope is opened, the ticket, the holder's proof, and every rule of RFC 4120 section 3.2.3 is asked.
//!
//! Must never: take a token twice, or go on after any rule has said no.

use super::cipher::{Key, Kind, Usage};
use super::fault::TicketFault;
use super::keytab_file::KeytabFile;
use super::messages::{self, Authenticator, Request, Ticket};
use super::mic;
use super::replays::Replays;
use super::spnego::{self, Envelope, Further, Offer, State};
use crate::model::Moment;
use std::net::IpAddr;
use std::time::Duration;

/// The kind of the check sum in which GSS-API says what it wants (RFC 4121 section 4.1.1).
const GSS: i64 = 0x8003;
/// Flags there: a proof of ours is wanted.
const MUTUAL: u8 = 2;
/// Flags of a ticket: not good yet; its way through other realms was looked at.
const INVALID: u32 = 1 << 24;
const CHECKED: u32 = 1 << 19;

/// By what tokens are judged.
pub struct Rules<'a> {
    /// Our keys.
    pub keytab: &'a KeytabFile,
    /// Realms whose people are taken; the first is the one that is meant when none is said.
    pub realms: &'a [String],
    /// How far clocks may be apart.
    pub skew: Duration,
    /// Tokens that were here before.
    pub replays: &'a Replays,
    /// From where the token comes.
    pub client: IpAddr,
    /// When.
    pub now: Moment,
}

/// A person is known.
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The name.
    pub name: String,
    /// Until when the ticket is good, in seconds since 1970.
    pub until: i64,
    /// What the client is to be told.
    pub reply: Option<Vec<u8>>,
}

/// What a token has led to.
pub enum Step {
    /// A person.
    Done(Accepted),
    /// The client is to be told something, and then goes on.
    More(Vec<u8>, Begun),
}

/// A negotiation that goes on.
pub enum Begun {
    /// A token of Kerberos is awaited.
    Token {
        /// The ways that were offered.
        list: Vec<u8>,
        /// Kerberos was not the first: a check sum must show that nobody has changed their order.
        needs_mic: bool,
    },
    /// The person is known; the check sum is awaited.
    Mic {
        /// The ways that were offered.
        list: Vec<u8>,
        /// Who it is.
        proved: Proved,
    },
}

/// Somebody whose ticket and proof are good.
pub struct Proved {
    name: String,
    until: i64,
    /// AP-REP, if the client wants one.
    answer: Option<Vec<u8>>,
    /// The key that both sides know now, and where the client begins to count.
    key: Key,
    sequence: u64,
}

impl Proved {
    fn accepted(self, reply: Option<Vec<u8>>) -> Step {
        Step::Done(Accepted { name: self.name, until: self.until, reply })
    }
}

/// Judges a token.
///
/// # Errors
/// [`TicketFault`].
pub fn accept(token: &[u8], begun: Option<Begun>, rules: &Rules<'_>) -> Result<Step, TicketFault> {
    if token.is_empty() || token.len() > super::LONGEST {
        return Err(TicketFault::NoToken);
    }
    match spnego::read(token)? {
        Envelope::Bare(request) => {
            let mut proved = prove(&request, rules)?;
            let answer = proved.answer.take();
            Ok(proved.accepted(answer))
        }
        Envelope::Offer(offer) => first(offer, rules),
        Envelope::Further(further) => next(&further, begun.ok_or(TicketFault::NoSuchStep)?, rules),
    }
}

fn first(offer: Offer, rules: &Rules<'_>) -> Result<Step, TicketFault> {
    let Offer { list, named, is_first, token } = offer;
    match token {
        Some(token) if is_first => {
            let proved = prove(&spnego::kerberos(&token)?, rules)?;
            let reply = spnego::step(State::Completed, Some(&named), proved.answer.as_deref(), None);
            Ok(proved.accepted(Some(reply)))
        }
        // A token of another way, for which nobody has asked.
        Some(_) | None => {
            let state = if is_first { State::Incomplete } else { State::RequestMic };
            Ok(Step::More(spnego::step(state, Some(&named), None, None), Begun::Token { list, needs_mic: !is_first }))
        }
    }
}

fn next(further: &Further, begun: Begun, rules: &Rules<'_>) -> Result<Step, TicketFault> {
    if further.rejects {
        return Err(TicketFault::BrokenOff);
    }
    match (begun, &further.token, &further.mic) {
        (Begun::Token { list, needs_mic }, Some(token), mic) => {
            let proved = prove(&spnego::kerberos(token)?, rules)?;
            let answer = proved.answer.as_deref();
            // RFC 4121: we count from nothing, as our AP-REP says; without one both sides count as the client does.
            let from = if answer.is_some() { 0 } else { proved.sequence };
            let ours = || mic::make(&proved.key, &list, from).ok_or(TicketFault::Mismatch);
            match mic {
                Some(mic) => {
                    check_mic(&proved, &list, mic)?;
                    let reply = spnego::step(State::Completed, None, answer, Some(&ours()?));
                    Ok(proved.accepted(Some(reply)))
                }
                None if needs_mic => {
                    let reply = spnego::step(State::Incomplete, None, answer, Some(&ours()?));
                    Ok(Step::More(reply, Begun::Mic { list, proved }))
                }
                None => {
                    let reply = spnego::step(State::Completed, None, answer, None);
                    Ok(proved.accepted(Some(reply)))
                }
            }
        }
        (Begun::Mic { list, proved }, None, Some(mic)) => {
            check_mic(&proved, &list, mic)?;
            Ok(proved.accepted(Some(spnego::step(State::Completed, None, None, None))))
        }
        (Begun::Token { .. }, None, _) | (Begun::Mic { .. }, _, _) => Err(TicketFault::Unreadable),
    }
}

fn check_mic(proved: &Proved, list: &[u8], mic: &[u8]) -> Result<(), TicketFault> {
    if mic::is_good(&proved.key, list, proved.sequence, mic) { Ok(()) } else { Err(TicketFault::Mismatch) }
}

/// AP-REQ: is the ticket good, and is it its holder who brings it?
pub(super) fn prove(request: &[u8], rules: &Rules<'_>) -> Result<Proved, TicketFault> {
    let request = messages::request(request).ok_or(TicketFault::Unreadable)?;
    if request.user_to_user {
        return Err(TicketFault::UserToUser);
    }
    let ticket = open_ticket(&request, rules.keytab)?;
    let session = key(&ticket.key)?;
    if request.authenticator.kind != session.kind.number() {
        return Err(TicketFault::Mismatch);
    }
    let opened = session.open(Usage::Authenticator, &request.authenticator.bytes).ok_or(TicketFault::Mismatch)?;
    let said = messages::opened_authenticator(&opened).ok_or(TicketFault::Mismatch)?;
    if said.holder != ticket.holder {
        return Err(TicketFault::Mismatch);
    }
    if ticket.restricted || said.restricted {
        return Err(TicketFault::Restricted);
    }
    let wants = wants(&said)?;
    check_times(&ticket, &said, rules)?;
    check_way(&ticket, rules)?;
    let home = rules.realms.first().map_or("", String::as_str);
    let name = ticket.holder.person(home).ok_or(TicketFault::NoPerson)?;
    let answer = if request.mutual || wants & MUTUAL != 0 { Some(answer(&session, &said).ok_or(TicketFault::Mismatch)?) } else { None };
    let key = said.key.as_ref().map_or(Ok(session), key)?;
    let skew = skew_s(rules);
    // Last, so that only what is good takes up room.
    rules.replays.take(&request.authenticator.bytes, said.time.saturating_add(skew + 1), rules.now.wall.seconds())?;
    Ok(Proved { name, until: ticket.until.saturating_add(skew), answer, key, sequence: said.sequence })
}

fn key((kind, bytes): &(i64, zeroize::Zeroizing<Vec<u8>>)) -> Result<Key, TicketFault> {
    Kind::from_number(*kind).and_then(|kind| Key::new(kind, bytes.clone())).ok_or(TicketFault::KeyKind)
}

pub(super) fn open_ticket(request: &Request, keytab: &KeytabFile) -> Result<Ticket, TicketFault> {
    let sealed = &request.ticket;
    let keys = keytab.keys(&request.service, sealed.kind, sealed.version)?;
    let opened = keys.iter().find_map(|key| key.open(Usage::Ticket, &sealed.bytes)).ok_or(TicketFault::Sealed)?;
    messages::opened_ticket(&opened).ok_or(TicketFault::Sealed)
}

/// The flags of GSS-API. Bindings to a channel are not looked at: browsers give none to a proxy.
fn wants(said: &Authenticator) -> Result<u8, TicketFault> {
    let Some((GSS, sum)) = &said.checksum else { return Err(TicketFault::Checksum) };
    match sum.split_first_chunk() {
        Some((&[16, 0, 0, 0], rest)) if rest.len() >= 20 => Ok(rest[16]),
        Some(_) | None => Err(TicketFault::Checksum),
    }
}

fn skew_s(rules: &Rules<'_>) -> i64 {
    i64::try_from(rules.skew.as_secs()).unwrap_or(0)
}

fn check_times(ticket: &Ticket, said: &Authenticator, rules: &Rules<'_>) -> Result<(), TicketFault> {
    let (skew, now) = (skew_s(rules), rules.now.wall);
    let time = said.time.saturating_mul(1_000_000).saturating_add(said.micros.into());
    if said.micros > 999_999 || now.0.abs_diff(time) > skew.unsigned_abs() * 1_000_000 {
        return Err(TicketFault::Skew);
    }
    if ticket.flags & INVALID != 0 || ticket.from > now.seconds().saturating_add(skew) {
        return Err(TicketFault::NotYet);
    }
    if ticket.until < now.seconds().saturating_sub(skew) {
        return Err(TicketFault::Expired);
    }
    // RFC 4120 section 3.2.3: what may have been here before this process could remember it is refused.
    let started = now.0.saturating_sub(i64::try_from(rules.now.monotonic_us).unwrap_or(i64::MAX));
    if time < started { Err(TicketFault::BeforeStart) } else { Ok(()) }
}

pub(super) fn check_way(ticket: &Ticket, rules: &Rules<'_>) -> Result<(), TicketFault> {
    if !rules.realms.contains(&ticket.holder.realm) {
        return Err(TicketFault::Realm);
    }
    if !ticket.transited.is_empty() && ticket.flags & CHECKED == 0 {
        return Err(TicketFault::Transited);
    }
    if ticket.addresses.is_empty() || ticket.addresses.iter().flatten().any(|address| address.to_canonical() == rules.client) {
        Ok(())
    } else {
        Err(TicketFault::Address)
    }
}

/// AP-REP: we could open the ticket, so we are the service that it is for.
fn answer(session: &Key, said: &Authenticator) -> Option<Vec<u8>> {
    let mut random = [0; 16];
    aws_lc_rs::rand::fill(&mut random).ok()?;
    let sealed = session.seal(Usage::Answer, random, &messages::answer_part(said.time, said.micros)?)?;
    Some(spnego::framed_answer(&messages::answer(session.kind.number(), &sealed)))
}
