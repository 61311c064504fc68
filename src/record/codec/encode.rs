//! Writes an entry. It only ever appends to the buffer it is given and allocates nothing else: it runs once or twice for every request.

use super::wire::{put_address, put_bytes, put_number, put_socket};
use super::{super::entry::*, VERSION};
use crate::model::{Moment, VerdictKind};

/// Appends the entry to `out`. The caller compares what was added with [`super::MAX_ENTRY`].
pub fn encode(entry: &Entry<'_>, out: &mut Vec<u8>) {
    match entry {
        Entry::Request(request) => {
            out.reserve(room_for(request));
            out.extend_from_slice(&[VERSION, 1]);
            put_request(request, out);
        }
        Entry::Outcome(outcome) => {
            out.extend_from_slice(&[VERSION, 2]);
            put_outcome(outcome, out);
        }
        Entry::Event(event) => {
            out.extend_from_slice(&[VERSION, 3]);
            put_event(event, out);
        }
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

fn put_moment(out: &mut Vec<u8>, at: Moment) {
    out.extend_from_slice(&at.wall.0.to_le_bytes());
    put_number(out, at.monotonic_us);
}

/// Enough for nearly every request, so that the buffer grows once and not field by field.
fn room_for(request: &RequestRecord<'_>) -> usize {
    512 + request.target.len() + request.url.len() + request.referer.len() + request.user_agent.len() + request.claimed.len()
}

fn put_request(request: &RequestRecord<'_>, out: &mut Vec<u8>) {
    let flags = u8::from(request.coverage_gap)
        | u8::from(request.demonstration) << 1
        | u8::from(request.parent.is_some()) << 2
        | u8::from(request.asserted.is_some()) << 3
        | u8::from(request.device.is_some()) << 4
        | u8::from(request.user.is_some()) << 5
        | (request.detail as u8) << 6;
    out.push(flags);
    out.extend_from_slice(&request.id.0.to_le_bytes());
    if let Some(parent) = request.parent {
        out.extend_from_slice(&parent.0.to_le_bytes());
    }
    put_moment(out, request.at);
    put_text(out, request.node);
    put_text(out, request.site);
    put_who(request, out);
    put_what(request, out);
    put_why(request, out);
    put_bytes(out, request.referer);
    put_bytes(out, request.user_agent);
    put_text(out, request.tls);
}

fn put_who(request: &RequestRecord<'_>, out: &mut Vec<u8>) {
    put_socket(out, request.peer);
    if let Some(asserted) = request.asserted {
        put_address(out, asserted);
    }
    put_bytes(out, request.claimed);
    for name in [request.device, request.user].into_iter().flatten() {
        put_text(out, name);
    }
    put_text(out, request.group);
    out.push(request.identity as u8);
    put_number(out, u64::from(request.identity_age_s));
}

fn put_what(request: &RequestRecord<'_>, out: &mut Vec<u8>) {
    put_bytes(out, request.method);
    put_bytes(out, request.target);
    put_bytes(out, request.host_field);
    put_text(out, request.host);
    put_text(out, &request.url);
    put_text(out, request.search_terms);
    put_text(out, &request.categories);
}

fn put_why(request: &RequestRecord<'_>, out: &mut Vec<u8>) {
    out.push(verdict_byte(request));
    out.push(request.reason as u8);
    put_text(out, request.layer);
    put_text(out, request.list);
    put_text(out, &request.matched);
    put_text(out, request.list_version);
    put_text(out, request.policy_version);
    put_number(out, request.generation);
}

fn put_outcome(outcome: &OutcomeRecord<'_>, out: &mut Vec<u8>) {
    out.push(u8::from(outcome.upstream.is_some()) | u8::from(outcome.reason.is_some()) << 1);
    out.extend_from_slice(&outcome.id.0.to_le_bytes());
    put_moment(out, outcome.at);
    out.push(outcome.ended as u8);
    for number in [u64::from(outcome.status), outcome.bytes_up, outcome.bytes_down] {
        put_number(out, number);
    }
    if let Some(upstream) = outcome.upstream {
        put_socket(out, upstream);
    }
    for timing in outcome.timings_us {
        put_number(out, u64::from(timing));
    }
    if let Some(reason) = outcome.reason {
        out.push(reason as u8);
    }
    put_text(out, &outcome.note);
}

fn put_event(event: &EventRecord<'_>, out: &mut Vec<u8>) {
    out.push(u8::from(event.peer.is_some()));
    put_moment(out, event.at);
    out.push(event.kind as u8);
    if let Some(peer) = event.peer {
        put_socket(out, peer);
    }
    put_text(out, &event.text);
}

/// Set in the byte of the verdict when nobody here had asked for anything of this domain before.
pub(super) const FIRST_SEEN: u8 = 0x80;

/// The byte of the verdict.
pub(crate) const fn verdict_byte(request: &RequestRecord<'_>) -> u8 {
    verdict_number(request.verdict) | if request.first_seen { FIRST_SEEN } else { 0 }
}

/// The stored number of a verdict: never reuse one.
pub(crate) const fn verdict_number(verdict: VerdictKind) -> u8 {
    match verdict {
        VerdictKind::Allow => 1,
        VerdictKind::Warn => 2,
        VerdictKind::Block => 3,
        VerdictKind::Refuse => 4,
    }
}
