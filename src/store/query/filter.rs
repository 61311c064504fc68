//! Which requests are asked for. A filter works on what the view shows: text filters never match a statutory record, or a search
//! could be used to find out what is on the list.

use super::calendar::{Calendar, Window};
use super::text::UrlTest;
use crate::model::{Bucket, Reason, RequestId, Timestamp, VerdictKind};
use crate::record::{OutcomeRecord, RequestRecord, clause_of, terms_of};
use ipnet::IpNet;
use std::net::IpAddr;
use std::ops::RangeInclusive;

/// Which requests are asked for. Every part that is set must hold; text compares without regard to ASCII case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub to: Option<Timestamp>,
    /// At these times of the week, such as lessons; empty: at any.
    pub windows: Vec<Window>,
    /// The zone of `windows`, and of hours and days that are counted; UTC where none is given.
    pub zone: Option<jiff::tz::TimeZone>,
    /// The site.
    pub site: Option<String>,
    /// One of these sites, by their exact names; none of them: nothing. Whoever asks may see no other.
    pub sites: Option<Vec<String>>,
    /// The group whose policy applied.
    pub group: Option<String>,
    /// The client's address lies in here: the other end of the connection, or the one that a trusted peer stated.
    pub client: Option<IpNet>,
    /// The person.
    pub user: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The host or a domain above it.
    pub host: Option<String>,
    /// Text that the canonical URL or the raw target holds.
    pub url: Option<String>,
    /// A word in the same place: no letter or digit stands right before or behind it.
    pub word: Option<String>,
    /// The whole of the canonical URL or of the raw target, with `*` for any text and `?` for one character.
    pub glob: Option<String>,
    /// Text that the search terms hold: those that were recorded, else those that the address of a search engine says.
    pub terms: Option<String>,
    /// The name of a category, in full or its last part.
    pub category: Option<String>,
    /// A bucket of categories, as accreditation sorts them.
    pub bucket: Option<Bucket>,
    /// What was decided.
    pub verdict: Option<VerdictKind>,
    /// Why.
    pub reason: Option<Reason>,
    /// The list that decided.
    pub list: Option<String>,
    /// Text that the policy layer and rule hold.
    pub layer: Option<String>,
    /// The clause of the agreement behind a refusal.
    pub clause: Option<String>,
    /// The method.
    pub method: Option<String>,
    /// The status that the client got; 0 stands for a request without an outcome.
    pub status: Option<RangeInclusive<u16>>,
    /// Why it ended otherwise than it was judged: a file that was not passed on, an origin that failed.
    pub outcome_reason: Option<Reason>,
    /// Bytes of body to the client.
    pub size: Option<RangeInclusive<u64>>,
    /// Reference number of the request, or of the tunnel it came through.
    pub reference: Option<RequestId>,
    /// Nobody here had asked for anything of the domain before.
    pub first_seen: bool,
    /// No list and no rule knew the host.
    pub unknown: bool,
    /// No requests: what happened to the proxy and to its log, and what people did to it.
    pub only_events: bool,
}

/// A filter made ready for many records.
#[derive(Debug)]
pub(crate) struct Matcher {
    pub(super) filter: Filter,
    pub(super) texts: Vec<UrlTest>,
    pub(super) host: Option<String>,
    pub(super) calendar: Calendar,
}

impl Filter {
    /// Does it ask for more than a span of time?
    pub(crate) fn asks_for_requests(&self) -> bool {
        let texts = [&self.site, &self.group, &self.user, &self.device, &self.host, &self.url, &self.word, &self.glob, &self.terms];
        let more = [&self.category, &self.list, &self.layer, &self.clause, &self.method];
        let others = self.sites.is_some()
            || self.client.is_some()
            || self.verdict.is_some()
            || self.reason.is_some()
            || self.reference.is_some()
            || self.bucket.is_some();
        others || self.first_seen || self.unknown || self.asks_for_outcome() || texts.into_iter().chain(more).any(Option::is_some)
    }

    /// Does it ask for text of the address, which a statutory record never shows?
    pub(crate) fn asks_for_text(&self) -> bool {
        [&self.host, &self.url, &self.word, &self.glob, &self.terms].into_iter().any(Option::is_some)
    }

    /// Does it ask how a request ended?
    pub(super) fn asks_for_outcome(&self) -> bool {
        self.status.is_some() || self.size.is_some() || self.outcome_reason.is_some()
    }

    /// May records between these times lie in its span?
    pub(crate) fn may_cover(&self, earliest: i64, latest: i64) -> bool {
        self.from.is_none_or(|from| from.0 <= latest) && self.to.is_none_or(|to| earliest < to.0)
    }
}

/// What is known of how a request ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(super) status: u16,
    pub(super) down: u64,
    pub(super) reason: Option<Reason>,
}

impl Ended {
    pub(crate) fn of(outcome: &OutcomeRecord<'_>) -> Self {
        Self { status: outcome.status, down: outcome.bytes_down, reason: outcome.reason }
    }

    pub(super) fn is_statutory(self) -> bool {
        self.reason == Some(Reason::Statutory)
    }
}

impl Matcher {
    pub(crate) fn new(filter: &Filter) -> Self {
        let host = filter.host.as_ref().map(|host| host.trim_start_matches("*.").trim_matches('.').to_ascii_lowercase());
        let texts = [
            filter.url.as_deref().map(UrlTest::substring),
            filter.word.as_deref().map(UrlTest::word),
            filter.glob.as_deref().map(UrlTest::glob),
        ];
        let calendar = Calendar::new(filter.zone.clone(), filter.windows.clone());
        Self { texts: texts.into_iter().flatten().collect(), host, calendar, filter: filter.clone() }
    }

    /// Does this time lie in the span and the times of the week?
    pub(crate) fn covers(&self, wall: i64) -> bool {
        let f = &self.filter;
        f.from.is_none_or(|from| from.0 <= wall) && f.to.is_none_or(|to| wall < to.0) && self.calendar.covers(wall)
    }

    /// Does the outcome bear on whether a request is asked for?
    pub(super) fn needs_outcome(&self) -> bool {
        self.filter.asks_for_outcome() || self.filter.asks_for_text()
    }

    /// Does all hold that the request itself shows?
    pub(crate) fn matches(&self, request: &RequestRecord<'_>) -> bool {
        let f = &self.filter;
        !f.only_events
            && self.covers(request.at.wall.0)
            && f.verdict.is_none_or(|verdict| verdict == request.verdict)
            && f.reason.is_none_or(|reason| reason == request.reason)
            && (!f.first_seen || request.first_seen)
            && (!f.unknown || is_unknown(&request.categories, request.reason))
            && f.reference.is_none_or(|id| id == request.id || Some(id) == request.parent)
            && is(&f.site, Some(request.site))
            && is_among(&f.sites, Some(request.site))
            && is(&f.group, Some(request.group))
            && is(&f.user, request.user)
            && is(&f.device, request.device)
            && is(&f.list, Some(request.list))
            && f.layer.as_ref().is_none_or(|layer| holds(request.layer, layer))
            && f.clause.as_ref().is_none_or(|clause| has_clause(request.layer, clause))
            && f.method.as_ref().is_none_or(|method| request.method.eq_ignore_ascii_case(method.as_bytes()))
            && f.client.is_none_or(|net| is_in(request.peer.ip(), net) || request.asserted.is_some_and(|asserted| is_in(asserted, net)))
            && f.category.as_ref().is_none_or(|category| has_category(&request.categories, category))
            && f.bucket.is_none_or(|bucket| bucket.holds_any(&request.categories))
            && self.matches_address(request)
    }

    /// Does all hold that shows only when a request has ended? `None`: it has not.
    pub(crate) fn matches_ended(&self, ended: Option<Ended>) -> bool {
        let known = ended.unwrap_or_default();
        let f = &self.filter;
        f.status.as_ref().is_none_or(|status| status.contains(&known.status))
            && f.outcome_reason.is_none_or(|reason| known.reason == Some(reason))
            && f.size.as_ref().is_none_or(|size| ended.is_some() && size.contains(&known.down))
            // An address that only its outcome shows to be statutory cannot be searched for by its text either.
            && !(known.is_statutory() && f.asks_for_text())
    }

    fn matches_address(&self, request: &RequestRecord<'_>) -> bool {
        if !self.filter.asks_for_text() {
            return true;
        }
        request.reason != Reason::Statutory
            && self.host.as_ref().is_none_or(|host| is_below(request.host, host))
            && self.filter.terms.as_ref().is_none_or(|terms| holds(&terms_of(request.search_terms, request.host, &request.url), terms))
            && self.texts.iter().all(|text| text.matches(request.url.as_bytes()) || text.matches(request.target))
    }
}

/// Is this the name that is asked for, if one is?
pub(super) fn is(wanted: &Option<String>, name: Option<&str>) -> bool {
    wanted.as_ref().is_none_or(|wanted| name.is_some_and(|name| name.eq_ignore_ascii_case(wanted)))
}

/// Is this one of the names that are asked for, if any are?
pub(super) fn is_among(wanted: &Option<Vec<String>>, name: Option<&str>) -> bool {
    wanted.as_ref().is_none_or(|wanted| name.is_some_and(|name| wanted.iter().any(|one| one == name)))
}

/// Does a text hold another, without regard to ASCII case?
pub(super) fn holds(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// Does a layer name this clause?
pub(super) fn has_clause(layer: &str, clause: &str) -> bool {
    clause_of(layer).is_some_and(|known| known.eq_ignore_ascii_case(clause))
}

/// Did no list know the host, nor a rule of the site? A help line is known, and is nobody's to count.
pub(super) fn is_unknown(categories: &str, reason: Reason) -> bool {
    categories.is_empty() && UNKNOWN.contains(&reason)
}

/// Reasons that nothing but the group's last word stands behind.
pub(super) const UNKNOWN: [Reason; 5] =
    [Reason::Allowed, Reason::AllowedAfterWarning, Reason::NotOnAllowList, Reason::NewDomain, Reason::NewDomainBlocked];

pub(super) fn is_in(address: IpAddr, net: IpNet) -> bool {
    net.contains(&address.to_canonical())
}

pub(super) fn has_category(categories: &str, wanted: &str) -> bool {
    let last_part = |name: &str| name.rsplit('/').next().is_some_and(|part| part.eq_ignore_ascii_case(wanted));
    categories.split(',').map(str::trim).any(|name| name.eq_ignore_ascii_case(wanted) || last_part(name))
}

pub(super) fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
