//! Folds one block. The caller unfolds and compares before anything rests on it.

use super::fields::{Field, Lane, address_text, ip_text, is_host_443, rest_of};
use super::lanes::LanesOut;
use super::remembered::{Remembered, Seen};
use super::texts::{NO_TEXT, Tables, TextsOut};
use crate::model::{Moment, RequestId};
use crate::record::codec::verdict_byte;
use crate::record::frame::{Frame, FrameKind, read_frame};
use crate::record::{Entry, OutcomeRecord, RequestRecord, decode};
use std::borrow::Cow;

/// Folds a block of which the first frame has this sequence number.
#[must_use]
pub fn pack(tables: &Tables, mut sequence: u64, block: &[u8]) -> Vec<u8> {
    let mut packer = Packer::new(tables);
    let mut rest = block;
    while !rest.is_empty() {
        let frame = read_frame(rest).ok().filter(|frame| frame.sequence == sequence);
        let Some(frame) = frame else {
            packer.lanes.byte(Lane::Kind, 0);
            packer.lanes.bytes(Lane::Verbatim, rest);
            break;
        };
        packer.frame(&frame);
        sequence = sequence.wrapping_add(u64::from(frame.kind == FrameKind::Record));
        rest = &rest[frame.size()..];
    }
    packer.lanes.finish()
}

struct Packer<'t, 'b> {
    lanes: LanesOut,
    texts: TextsOut<'t, 'b>,
    before: Remembered<u16, Cow<'b, str>>,
}

impl<'t, 'b> Packer<'t, 'b> {
    fn new(tables: &'t Tables) -> Self {
        Self { lanes: LanesOut::new(), texts: TextsOut::new(tables), before: Remembered::default() }
    }

    fn frame(&mut self, frame: &Frame<'b>) {
        let record = if frame.kind == FrameKind::Record { decode(frame.payload).ok() } else { None };
        match record {
            Some(Entry::Request(request)) => {
                self.lanes.byte(Lane::Kind, 1);
                self.request(request, frame.payload[2]);
            }
            Some(Entry::Outcome(outcome)) => {
                self.lanes.byte(Lane::Kind, 2);
                self.outcome(&outcome, frame.payload[2]);
            }
            Some(Entry::Event(_)) | None => {
                self.lanes.byte(Lane::Kind, 0x10 + frame.kind as u8);
                self.lanes.bytes(Lane::Verbatim, frame.payload);
            }
        }
    }

    fn put(&mut self, field: Field, key: u32, text: &'b [u8]) -> u32 {
        self.texts.put(&mut self.lanes, field, u64::from(key), text)
    }

    fn put_made(&mut self, field: Field, key: u32, text: &[u8]) -> u32 {
        self.texts.put_cow(&mut self.lanes, field, u64::from(key), Cow::Owned(text.to_vec()))
    }

    fn monotonic(&mut self, at: Moment) {
        let wall = at.wall.0.wrapping_sub(self.before.last.wall.0) as u64;
        self.lanes.difference(Lane::Monotonic, at.monotonic_us.wrapping_sub(self.before.last.monotonic_us), wall);
        self.before.last = at;
    }

    fn request(&mut self, request: RequestRecord<'b>, flags: u8) {
        self.lanes.byte(Lane::Flags, flags);
        self.lanes.difference(Lane::Id, request.id.0, self.before.last_id.wrapping_add(1));
        if let Some(RequestId(parent)) = request.parent {
            self.lanes.difference(Lane::Parent, request.id.0, parent);
        }
        self.lanes.difference(Lane::Wall, request.at.wall.0 as u64, self.before.last.wall.0 as u64);
        self.monotonic(request.at);
        let client = self.who(&request);
        let (host, rest) = self.what(&request, client);
        self.why(&request, host);
        self.put(Field::ListVersion, 0, request.list_version.as_bytes());
        self.put(Field::PolicyVersion, 0, request.policy_version.as_bytes());
        self.lanes.difference(Lane::Generation, request.generation, self.before.generation);
        if self.referer_form(&request, client) == 0 {
            self.put(Field::Referer, client, request.referer);
        } else if self.referer_form(&request, client) == 1 {
            self.texts.note(Field::Referer, u64::from(client), request.referer);
        }
        self.put(Field::UserAgent, client, request.user_agent);
        self.put(Field::Tls, 0, request.tls.as_bytes());
        self.before.last_id = request.id.0;
        self.before.generation = request.generation;
        self.before.requests.insert(request.id.0, Seen { wall: request.at.wall.0, host, rest });
        self.before.urls.insert(client, request.url);
    }

    fn who(&mut self, request: &RequestRecord<'b>) -> u32 {
        self.put(Field::Node, 0, request.node.as_bytes());
        self.put(Field::Site, 0, request.site.as_bytes());
        let (address, length) = address_text(request.peer);
        let client = self.put_made(Field::Peer, 0, &address[..length]);
        let port = self.before.ports.insert(client, request.peer.port()).unwrap_or_default();
        self.lanes.difference(Lane::Port, u64::from(request.peer.port()), u64::from(port));
        if let Some((text, length)) = request.asserted.map(ip_text) {
            self.put_made(Field::Asserted, client, &text[..length]);
        }
        self.put(Field::Claimed, client, request.claimed);
        for (field, name) in [(Field::Device, request.device), (Field::User, request.user)] {
            if let Some(name) = name {
                self.put(field, client, name.as_bytes());
            }
        }
        self.put(Field::Group, client, request.group.as_bytes());
        self.put_made(Field::Identity, client, &[request.identity as u8]);
        self.lanes.number(Lane::Age, u64::from(request.identity_age_s));
        client
    }

    fn what(&mut self, request: &RequestRecord<'b>, client: u32) -> (u32, u32) {
        self.put(Field::Method, 0, request.method);
        let host = self.put(Field::Host, client, request.host.as_bytes());
        let (url_form, rest) = match rest_of(&request.url, request.host) {
            Some((form, rest)) => (form, rest),
            None if is_host_443(request.url.as_bytes(), request.host) => (3, ""),
            None => (0, ""),
        };
        let target_form = match request.target {
            target if target == request.url.as_bytes() => 0,
            target if is_host_443(target, request.host) => 1,
            target if target == rest.as_bytes() => 2,
            _ => 3,
        };
        let host_form = match request.host_field {
            name if name == request.host.as_bytes() => 0,
            name if is_host_443(name, request.host) => 1,
            b"" => 2,
            _ => 3,
        };
        self.lanes.byte(Lane::Forms, url_form | target_form << 2 | host_form << 4 | self.referer_form(request, client) << 6);
        let rest = self.address(request, host, url_form, rest.len());
        if target_form == 3 {
            self.put(Field::Target, client, request.target);
        }
        if host_form == 3 {
            self.put(Field::HostField, host, request.host_field);
        }
        self.put(Field::SearchTerms, 0, request.search_terms.as_bytes());
        (host, rest)
    }

    fn address(&mut self, request: &RequestRecord<'b>, host: u32, form: u8, rest: usize) -> u32 {
        // Decoded entries borrow their texts; an owned one would be made up, and is copied.
        let whole: Cow<'b, [u8]> = match &request.url {
            Cow::Borrowed(url) => Cow::Borrowed(url.as_bytes()),
            Cow::Owned(url) => Cow::Owned(url.clone().into_bytes()),
        };
        match form {
            0 => {
                self.texts.put_cow(&mut self.lanes, Field::Url, u64::from(host), whole);
                NO_TEXT
            }
            3 => NO_TEXT,
            _ => {
                let cut = whole.len() - rest;
                let rest = match whole {
                    Cow::Borrowed(url) => Cow::Borrowed(&url[cut..]),
                    Cow::Owned(mut url) => Cow::Owned(url.split_off(cut)),
                };
                self.texts.put_cow(&mut self.lanes, Field::Rest, u64::from(host), rest)
            }
        }
    }

    /// 0 text, 1 the url of this client's last request, 2 empty.
    fn referer_form(&self, request: &RequestRecord<'_>, client: u32) -> u8 {
        if request.referer.is_empty() {
            return 2;
        }
        u8::from(self.before.urls.get(&client).is_some_and(|url| url.as_bytes() == request.referer))
    }

    fn why(&mut self, request: &RequestRecord<'b>, host: u32) {
        let categories = borrowed(&request.categories);
        self.texts.put_cow(&mut self.lanes, Field::Categories, u64::from(host), categories);
        self.put_made(Field::Verdict, host, &[verdict_byte(request), request.reason as u8]);
        self.put(Field::Layer, host, request.layer.as_bytes());
        self.put(Field::List, host, request.list.as_bytes());
        let matched = borrowed(&request.matched);
        self.texts.put_cow(&mut self.lanes, Field::Matched, u64::from(host), matched);
    }

    fn outcome(&mut self, outcome: &OutcomeRecord<'b>, flags: u8) {
        self.lanes.byte(Lane::OutcomeFlags, flags);
        self.lanes.difference(Lane::OutcomeId, self.before.last_id, outcome.id.0);
        let [recorded, connected, first, end] = outcome.timings_us.map(u64::from);
        self.lanes.number(Lane::Recorded, recorded);
        self.lanes.number(Lane::Connected, connected);
        self.lanes.difference(Lane::FirstByte, first, connected);
        self.lanes.difference(Lane::End, end, first);
        let (expected, host, rest) = match self.before.requests.get(&outcome.id.0) {
            Some(seen) => (seen.wall.wrapping_add(end as i64), seen.host, seen.rest),
            None => (self.before.last.wall.0, NO_TEXT, NO_TEXT),
        };
        self.lanes.difference(Lane::OutcomeWall, outcome.at.wall.0 as u64, expected as u64);
        self.monotonic(outcome.at);
        self.lanes.byte(Lane::Ended, outcome.ended as u8);
        self.lanes.number(Lane::Status, u64::from(outcome.status));
        self.lanes.number(Lane::Up, outcome.bytes_up);
        let same = self.before.sizes.insert((host, rest), outcome.bytes_down) == Some(outcome.bytes_down);
        // The greatest number there is has no successor: the block then does not unfold to itself, and is kept as it is.
        self.lanes.number(Lane::Down, if same { 0 } else { outcome.bytes_down.saturating_add(1) });
        if let Some(upstream) = outcome.upstream {
            let (text, length) = address_text(upstream);
            self.put_made(Field::Upstream, host, &text[..length]);
            self.lanes.number(Lane::UpstreamPort, u64::from(upstream.port()));
        }
        if let Some(reason) = outcome.reason {
            self.lanes.byte(Lane::OutcomeReason, reason as u8);
        }
        let note = borrowed(&outcome.note);
        self.texts.put_cow(&mut self.lanes, Field::Note, 0, note);
    }
}

/// The bytes of a decoded text, without a copy.
fn borrowed<'b>(text: &Cow<'b, str>) -> Cow<'b, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.clone().into_bytes()),
    }
}
