//! What people and programs see of a record. The one place where statutory addresses are taken out: nothing shows a record but
//! through here. Field names are the names of the JSON output and stay as they are.

use super::escape::lossless;
use crate::model::{Bucket, Moment, Reason, VerdictKind};
use crate::record::{Ended, EventKind, EventRecord, OutcomeRecord, RequestRecord, terms_of};
use serde::Serialize;

/// What stands in the place of an address on a statutory list.
pub const REDACTED: &str = "[statutory: redacted]";

/// One line of output. In JSON, `kind` tells which it is.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Row {
    /// A request, with its outcome where there is one.
    Request(Box<RequestRow>),
    /// An outcome by itself, as `tail` shows it.
    Outcome(OutcomeRow),
    /// An event.
    Event(EventRow),
}

/// A request. Raw fields are text from which the bytes can be had back ([`lossless`]).
#[derive(Clone, Debug, Serialize)]
pub struct RequestRow {
    /// Sequence number in the log.
    pub sequence: u64,
    /// Reference number.
    pub id: String,
    /// Reference number of the tunnel.
    pub parent: Option<String>,
    /// When it was read: RFC 3339, UTC.
    pub time: String,
    /// The same by the clock that never jumps, in microseconds.
    pub monotonic_us: u64,
    /// Node.
    pub node: String,
    /// Site.
    pub site: String,
    /// Address and port of the other end.
    pub peer: String,
    /// Client as a trusted peer stated it.
    pub asserted: Option<String>,
    /// Client as an untrusted peer claimed it. Raw.
    pub claimed: String,
    /// Device.
    pub device: Option<String>,
    /// Person.
    pub user: Option<String>,
    /// Group.
    pub group: String,
    /// How the group was found.
    pub identity: &'static str,
    /// Age of that knowledge in seconds.
    pub identity_age_s: u32,
    /// Method. Raw.
    pub method: String,
    /// Request target. Raw.
    pub target: String,
    /// `Host` field. Raw.
    pub host_field: String,
    /// Canonical host.
    pub host: String,
    /// Canonical URL.
    pub url: String,
    /// Search terms: those that were recorded, else those that the address of a search engine says.
    pub search_terms: String,
    /// Categories.
    pub categories: Vec<String>,
    /// `allow`, `warn`, `block` or `refuse`.
    pub verdict: VerdictKind,
    /// Code of the reason.
    pub reason: &'static str,
    /// Policy layer and rule.
    pub layer: String,
    /// List.
    pub list: String,
    /// Entry, or its keyed digest.
    pub matched: String,
    /// Version of the lists.
    pub list_version: String,
    /// Version of the policy.
    pub policy_version: String,
    /// Generation of the engine.
    pub generation: u64,
    /// `Referer`. Raw.
    pub referer: String,
    /// `User-Agent`. Raw.
    pub user_agent: String,
    /// How TLS was treated.
    pub tls: String,
    /// URL-level entries could not be seen from here.
    pub coverage_gap: bool,
    /// The statutory list is a demonstration list.
    pub demonstration: bool,
    /// Nobody here had asked for anything of this domain before.
    pub first_seen: bool,
    /// How much the group's policy lets the log keep: `full`, `no-user`, `host` or `counts`.
    pub detail: &'static str,
    /// How it ended; null while it has not.
    pub outcome: Option<OutcomeRow>,
}

/// How a request ended.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeRow {
    /// Sequence number in the log.
    pub sequence: u64,
    /// Reference number of the request.
    pub id: String,
    /// When: RFC 3339, UTC.
    pub time: String,
    /// The same by the clock that never jumps, in microseconds.
    pub monotonic_us: u64,
    /// How.
    pub ended: Ended,
    /// Status sent to the client; 0 for none.
    pub status: u16,
    /// Body bytes from the client.
    pub bytes_up: u64,
    /// Body bytes to the client.
    pub bytes_down: u64,
    /// Address that was dialled.
    pub upstream: Option<String>,
    /// Microseconds to: verdict recorded, origin connected, first byte, end.
    pub timings_us: [u32; 4],
    /// Code of the reason, where it differs from the request's.
    pub reason: Option<&'static str>,
    /// Note for the operator.
    pub note: String,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub struct EventRow {
    /// Sequence number in the log.
    pub sequence: u64,
    /// When: RFC 3339, UTC.
    pub time: String,
    /// The same by the clock that never jumps, in microseconds.
    pub monotonic_us: u64,
    /// What.
    pub event: EventKind,
    /// The other end, where there is one.
    pub peer: Option<String>,
    /// Text for the operator.
    pub text: String,
}

impl RequestRow {
    /// The view of a request and its outcome.
    #[must_use]
    pub fn new(sequence: u64, request: &RequestRecord<'_>, outcome: Option<OutcomeRow>) -> Self {
        let Moment { wall, monotonic_us } = request.at;
        let names = request.categories.split(',').map(str::trim).filter(|name| !name.is_empty());
        let row = Self {
            sequence,
            id: request.id.to_string(),
            parent: request.parent.map(|id| id.to_string()),
            time: wall.to_string(),
            monotonic_us,
            node: request.node.to_owned(),
            site: request.site.to_owned(),
            peer: request.peer.to_string(),
            asserted: request.asserted.map(|address| address.to_string()),
            claimed: lossless(request.claimed),
            device: request.device.map(str::to_owned),
            user: request.user.map(str::to_owned),
            group: request.group.to_owned(),
            identity: request.identity.code(),
            identity_age_s: request.identity_age_s,
            method: lossless(request.method),
            target: lossless(request.target),
            host_field: lossless(request.host_field),
            host: request.host.to_owned(),
            url: request.url.clone().into_owned(),
            search_terms: terms_of(request.search_terms, request.host, &request.url).into_owned(),
            categories: names.map(str::to_owned).collect(),
            verdict: request.verdict,
            reason: request.reason.code(),
            layer: request.layer.to_owned(),
            list: request.list.to_owned(),
            matched: request.matched.clone().into_owned(),
            list_version: request.list_version.to_owned(),
            policy_version: request.policy_version.to_owned(),
            generation: request.generation,
            referer: lossless(request.referer),
            user_agent: lossless(request.user_agent),
            tls: request.tls.to_owned(),
            coverage_gap: request.coverage_gap,
            demonstration: request.demonstration,
            first_seen: request.first_seen,
            detail: request.detail.code(),
            outcome,
        };
        if row.is_statutory() { row.redacted() } else { row }
    }

    /// Does the address belong to a statutory list, by the verdict or by what showed later?
    fn is_statutory(&self) -> bool {
        let code = Reason::Statutory.code();
        self.reason == code || self.outcome.as_ref().is_some_and(|outcome| outcome.reason == Some(code))
    }

    /// Of a class of illegal material that is on no statutory list, by what this installation calls so (E1).
    #[must_use]
    pub fn is_illegal_class(&self) -> bool {
        self.verdict != VerdictKind::Allow
            && !self.is_statutory()
            && Bucket::from_code("illegal-class").is_some_and(|bucket| bucket.holds_any(&self.categories.join(",")))
    }

    /// As it may leave in a file: no program makes a link of an address of illegal material (E1, D8).
    #[must_use]
    pub fn without_links(mut self) -> Self {
        if !self.is_illegal_class() {
            return self;
        }
        let places = [&mut self.target, &mut self.host_field, &mut self.host, &mut self.url, &mut self.search_terms, &mut self.matched];
        for place in places.into_iter().chain([&mut self.referer]) {
            *place = broken(place);
        }
        for upstream in self.outcome.iter_mut().filter_map(|outcome| outcome.upstream.as_mut()) {
            *upstream = broken(upstream);
        }
        self
    }

    fn redacted(mut self) -> Self {
        // What an address met first stands there in the clear, where it showed itself to be listed only later.
        if self.reason != Reason::Statutory.code() && !self.matched.is_empty() {
            REDACTED.clone_into(&mut self.matched);
        }
        let places = [&mut self.target, &mut self.host_field, &mut self.host, &mut self.url, &mut self.search_terms, &mut self.referer];
        for place in places.into_iter().filter(|place| !place.is_empty()) {
            REDACTED.clone_into(place);
        }
        self.outcome = self.outcome.map(OutcomeRow::redacted);
        self
    }
}

/// An address with its joints broken.
fn broken(address: &str) -> String {
    address.replace("://", "[:]//").replace('.', "[.]").replacen("http", "hxxp", 1)
}

impl OutcomeRow {
    /// The view of an outcome.
    #[must_use]
    pub fn new(sequence: u64, outcome: &OutcomeRecord<'_>) -> Self {
        let row = Self {
            sequence,
            id: outcome.id.to_string(),
            time: outcome.at.wall.to_string(),
            monotonic_us: outcome.at.monotonic_us,
            ended: outcome.ended,
            status: outcome.status,
            bytes_up: outcome.bytes_up,
            bytes_down: outcome.bytes_down,
            upstream: outcome.upstream.map(|address| address.to_string()),
            timings_us: outcome.timings_us,
            reason: outcome.reason.map(Reason::code),
            note: outcome.note.clone().into_owned(),
        };
        if outcome.reason == Some(Reason::Statutory) { row.redacted() } else { row }
    }

    fn redacted(mut self) -> Self {
        if self.upstream.is_some() {
            self.upstream = Some(REDACTED.to_owned());
        }
        self
    }
}

impl EventRow {
    /// The view of an event.
    #[must_use]
    pub fn new(sequence: u64, event: &EventRecord<'_>) -> Self {
        Self {
            sequence,
            time: event.at.wall.to_string(),
            monotonic_us: event.at.monotonic_us,
            event: event.kind,
            peer: event.peer.map(|address| address.to_string()),
            text: event.text.clone().into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::plain_request;

    fn outcome(reason: Option<Reason>) -> OutcomeRow {
        OutcomeRow {
            sequence: 2,
            id: String::new(),
            time: String::new(),
            monotonic_us: 0,
            ended: Ended::Complete,
            status: 403,
            bytes_up: 0,
            bytes_down: 0,
            upstream: Some("192.0.2.9:80".into()),
            timings_us: [0; 4],
            reason: reason.map(Reason::code),
            note: String::new(),
        }
    }

    #[test]
    fn what_shows_itself_to_be_statutory_later_is_redacted_with_the_entry_that_it_met_first() {
        let request = RequestRecord { matched: "listed.test/way".into(), url: "http://listed.test/way".into(), ..plain_request(1) };
        let row = RequestRow::new(1, &request, Some(outcome(Some(Reason::Statutory))));
        assert_eq!((row.matched.as_str(), row.url.as_str()), (REDACTED, REDACTED));
        let statutory = RequestRecord { reason: Reason::Statutory, matched: "a keyed digest".into(), ..plain_request(1) };
        assert_eq!(RequestRow::new(1, &statutory, None).matched, "a keyed digest");
    }

    #[test]
    fn an_address_of_illegal_material_leaves_in_a_file_as_no_link() {
        let of = |reason: Reason, categories: &str| {
            let request = RequestRecord {
                url: "http://bad.test/x.y".into(),
                target: b"http://bad.test/x.y",
                host: "bad.test",
                host_field: b"bad.test",
                matched: "bad.test".into(),
                categories: categories.to_owned().into(),
                verdict: reason.kind(),
                reason,
                ..plain_request(1)
            };
            RequestRow::new(1, &request, Some(outcome(None))).without_links()
        };
        let row = of(Reason::Category, "terrorism");
        for text in [&row.url, &row.target, &row.host, &row.host_field, &row.matched] {
            assert!(text.contains("bad[.]test") && !text.contains("bad.test") && !text.contains("://"), "{text}");
        }
        assert_eq!(row.outcome.and_then(|outcome| outcome.upstream).as_deref(), Some("192[.]0[.]2[.]9:80"));
        assert_eq!(of(Reason::Category, "games").matched, "bad.test", "others stand as they are");
    }
}
