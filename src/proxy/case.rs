//! One request as it is being decided: what came, who asks, what was found. Turns into the record and into the page.

use super::client::{Outer, Side};
use super::coverage::Coverage;
use super::live::Live;
use super::quota::Meter;
use super::reduce::{detail_for, place, reduced};
use super::strict::HeadFacts;
use super::ticket::Ticket;
use super::upstream::Place;
use crate::canon::CanonicalUrl;
use crate::identity::{Person, stated_client};
use crate::lists::ListKind;
use crate::matcher::{Hits, Matched};
use crate::model::{LogDetail, Reason, RequestId, Subject};
use crate::policy::{Acts, Evidence, Used, entry_text};
use crate::ports::{Durability, Receipt};
use crate::record::{INSIDE_TLS, RequestRecord, with_clause};
use crate::telemetry::Sight;
use http::HeaderMap;
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

/// One request as it is being decided.
pub struct Case {
    /// The connection.
    pub side: Arc<Side>,
    /// What is in force for this request.
    pub live: Arc<Live>,
    /// What people have decided for a while, as it stood when the request came.
    pub acts: Arc<Acts>,
    /// The head as it came.
    pub facts: HeadFacts,
    /// Its place in the log.
    pub ticket: Ticket,
    /// Who asks.
    pub subject: Subject,
    /// What an unlisted peer claimed about the client.
    pub claimed: Vec<u8>,
    /// The address, once it could be read.
    pub url: Option<CanonicalUrl>,
    /// The name inside a tunnel to a bare address.
    pub named: Option<Box<CanonicalUrl>>,
    /// A tunnel that will be opened: what comes out of it is judged page by page.
    pub opened: bool,
    /// Single pages of its host are on a statutory list.
    pub statutory: bool,
    /// What opens it may never be left out.
    pub locked: bool,
    /// A client that refuses our certificate for its host again and again may reach it unopened.
    pub pins: bool,
    /// The tunnel it came through.
    pub parent: Option<RequestId>,
    /// The person, where one is known.
    pub person: Option<Person>,
    /// It cannot be told who it is: the strictest group, whatever the address is.
    pub nameless: bool,
    /// Why it must not be served before somebody has signed in.
    pub barred: Option<(Reason, &'static str)>,
    /// Nobody here had asked for anything of its domain before.
    pub first_seen: bool,
}

impl Case {
    /// Says who asks.
    #[must_use]
    pub fn open(side: Arc<Side>, live: Arc<Live>, facts: HeadFacts, ticket: Ticket, headers: &HeaderMap) -> Self {
        let claim = stated_client(side.stated.unwrap_or(side.peer.ip()), headers, &live.settings.trusted_proxies);
        let asserted = claim.asserted.or(side.stated);
        let policy = &live.engine.policy;
        let listener = side.listener_group.as_deref().and_then(|name| policy.group_named(name));
        let (group, source) = policy.group_of(side.peer.ip(), asserted, listener);
        let subject = Subject { peer: side.peer, asserted, group, source, user: None, device: None };
        let acts = side.proxy.acts.load_full();
        let parent = side.outer.as_ref().map(|outer| outer.parent);
        Self {
            side,
            live,
            acts,
            facts,
            ticket,
            subject,
            claimed: claim.claimed,
            url: None,
            named: None,
            opened: false,
            statutory: false,
            locked: false,
            pins: false,
            parent,
            person: None,
            nameless: false,
            barred: None,
            first_seen: false,
        }
    }

    /// Gives whoever asks their place once it is known who that is: the group that was unlocked for them, layers for single persons.
    pub fn seat(&mut self) {
        let live = Arc::clone(&self.live);
        let Some(given) = live.engine.policy.seat(&mut self.subject, &self.acts, self.ticket.started().wall) else { return };
        self.note(&given);
    }

    /// Adds to what the record says beside the reason.
    pub fn note(&mut self, text: &str) {
        let said = std::mem::take(&mut self.ticket.ending.note);
        self.ticket.ending.note = match (said.is_empty(), text.is_empty()) {
            (_, true) => said,
            (true, false) => text.to_owned().into(),
            (false, false) => format!("{said}; {text}").into(),
        };
    }

    /// What whoever asks has used of today. `None`: nothing is counted for them.
    #[must_use]
    pub fn used(&self) -> Option<Arc<Used>> {
        Meter::used(&self.side.proxy.ledger, &self.live.engine.policy, &self.subject)
    }

    /// From now on what it uses counts: it is let through.
    pub fn meter(&mut self, evidence: &Evidence, hits: Option<&Hits>) {
        let Some(hits) = hits.filter(|_| self.live.engine.policy.has_quota(self.subject.group)) else { return };
        let (ledger, now) = (self.side.proxy.ledger.load_full(), self.ticket.started().wall);
        let policy = &self.live.engine.policy;
        let released = policy.released(&self.subject, hits, &self.acts, now);
        self.ticket.meter = Meter::begin(&ledger, policy, &self.subject, (hits, evidence.grounds(), released), now);
    }

    /// Where an address of this request leads.
    #[must_use]
    pub fn place<'u>(&self, url: &'u CanonicalUrl) -> Place<'u> {
        Place::of(url).led(self.ticket.ending.led)
    }

    /// Counts what was seen of HTTPS in this group.
    pub fn saw(&self, sight: Sight) {
        self.live.saw(self.subject.group, sight);
    }

    /// How much of a request of this group the log keeps.
    #[must_use]
    pub fn group_detail(&self) -> LogDetail {
        self.live.engine.policy.group(self.subject.group).map_or(LogDetail::Full, |group| group.log)
    }

    /// May what is remembered beside the log name the client and the host?
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.group_detail() < LogDetail::CountsOnly
    }

    /// Remembers that its domain was asked for here; of an address that is on a statutory list nothing is remembered.
    pub fn see(&mut self, evidence: &Evidence, hits: Option<&Hits>) {
        let judged = hits.is_some() && evidence.reason != Reason::Statutory;
        if let (Some(seen), Some(url), true) = (&self.live.engine.seen, &self.url, judged) {
            self.first_seen = seen.note(url.host(), self.ticket.started().wall);
        }
    }

    /// Writes the record. Nothing leaves and nothing is answered before the receipt.
    pub fn record(&mut self, evidence: &Evidence, hits: Option<&Hits>, headers: &HeaderMap) -> Receipt {
        let statutory = evidence.reason == Reason::Statutory;
        let need = if statutory { Durability::Disk } else { Durability::Kernel };
        let (live, list_version) = (Arc::clone(&self.live), self.live.engine.list_version());
        let clause = live.engine.policy.clause(self.subject.group, evidence.category, evidence.reason);
        let clause = clause.map(|(clause, _)| with_clause(&evidence.layer, &clause.id));
        let claimed = std::mem::take(&mut self.claimed);
        let (url, facts) = (&self.url, &self.facts);
        let record = RequestRecord {
            id: self.ticket.id(),
            parent: self.parent,
            at: self.ticket.started(),
            node: &live.node,
            site: live.site_of(self.subject.group),
            peer: self.subject.peer,
            asserted: self.subject.asserted,
            claimed: &claimed,
            device: self.subject.device.as_deref(),
            user: self.subject.user.as_deref(),
            group: live.engine.policy.group_name(self.subject.group),
            identity: self.subject.source,
            identity_age_s: self.person.as_ref().map_or(0, |person| person.age_s(self.ticket.started().monotonic_us)),
            method: facts.method(),
            target: if facts.target().is_empty() { facts.refused_bytes() } else { facts.target() },
            host_field: facts.host().unwrap_or_default(),
            host: url.as_ref().map_or("", CanonicalUrl::host),
            url: url.as_ref().map_or(Cow::Borrowed(""), |url| Cow::Owned(url.to_text())),
            search_terms: "",
            categories: hits.map_or(Cow::Borrowed(""), |hits| categories(&live, hits)),
            verdict: evidence.reason.kind(),
            reason: evidence.reason,
            layer: clause.as_deref().unwrap_or(&evidence.layer),
            list: list_name(&live, evidence),
            matched: predicted_text(&live, evidence).unwrap_or_else(|| matched_text(&live, url.as_ref(), evidence.matched)),
            list_version: &list_version,
            policy_version: live.engine.policy.version(),
            generation: live.generation().0,
            referer: header(headers, http::header::REFERER),
            user_agent: header(headers, http::header::USER_AGENT),
            tls: tls_words(facts.is_connect, self.opened, self.side.outer.as_ref()),
            coverage_gap: Coverage::of(evidence, hits, url.as_ref(), self.opened) == Coverage::Gap,
            demonstration: live.engine.lists.is_demonstration() || live.lab,
            first_seen: self.first_seen,
            detail: LogDetail::Full,
        };
        let group = self.group_detail();
        write(&mut self.ticket, record, group, url.as_ref(), need)
    }
}

/// Writes as much of the record as the group's policy lets the log keep.
fn write(ticket: &mut Ticket, record: RequestRecord<'_>, group: LogDetail, url: Option<&CanonicalUrl>, need: Durability) -> Receipt {
    let detail = detail_for(group, record.reason);
    ticket.detail = detail;
    if detail == LogDetail::Full {
        return ticket.record(&record, need);
    }
    let place = place(url);
    ticket.record(&reduced(record, detail, &place), need)
}

/// How TLS was met: a tunnel that stays sealed, one that is opened, what came out of one, or none.
fn tls_words(is_connect: bool, opened: bool, outer: Option<&Outer>) -> &'static str {
    match (is_connect, outer) {
        (true, _) if opened => "opened",
        (true, _) => "tunnel",
        (false, Some(outer)) if outer.opened => INSIDE_TLS,
        (false, _) => "none",
    }
}

/// The list that decided, if one did.
fn list_name<'l>(live: &'l Live, evidence: &Evidence) -> &'l str {
    let list = evidence.matched.and_then(|matched| live.engine.list(matched.list));
    list.map_or("", |list| &list.name)
}

fn header(headers: &HeaderMap, name: http::HeaderName) -> &[u8] {
    headers.get(name).map_or(&[], http::HeaderValue::as_bytes)
}

fn categories(live: &Live, hits: &Hits) -> Cow<'static, str> {
    if hits.categories.is_empty() {
        return Cow::Borrowed("");
    }
    let all = live.engine.lists.categories();
    let names: Vec<&str> = hits.categories.iter().filter_map(|id| all.get(usize::from(id.0))).map(|name| &**name).collect();
    Cow::Owned(names.join(","))
}

/// What the name of the host looks like, and how much; where that decided, or was to be noted.
fn predicted_text(live: &Live, evidence: &Evidence) -> Option<Cow<'static, str>> {
    let guess = evidence.predicted?;
    Some(Cow::Owned(format!("looks like {}: {guess}", live.engine.policy.category_name(guess.category))))
}

/// The entry that matched; never for a statutory list.
fn matched_text(live: &Live, url: Option<&CanonicalUrl>, matched: Option<Matched>) -> Cow<'static, str> {
    let (Some(matched), Some(url)) = (matched, url) else { return Cow::Borrowed("") };
    let statutory = live.engine.list(matched.list).is_none_or(|list| list.kind == ListKind::Statutory);
    if statutory { Cow::Borrowed("") } else { entry_text(&matched, url).map_or(Cow::Borrowed(""), Cow::Owned) }
}

/// What stands behind an answer that policy did not have to decide.
#[must_use]
pub fn plain_evidence(reason: Reason) -> Evidence {
    static LAYER: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("proxy"));
    Evidence { reason, layer: Arc::clone(&LAYER), category: None, matched: None, predicted: None }
}
