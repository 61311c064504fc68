//! Which requests are asked for. A filter works on what the view shows: text filters never match a statutory record, or a search
//! could be used to find out what is on the list.

use crate::model::{Reason, RequestId, Timestamp, VerdictKind};
use crate::record::RequestRecord;
use ipnet::IpNet;
use regex::bytes::{Regex, RegexBuilder};

/// Which requests are asked for. Every part that is set must hold; text compares without regard to ASCII case.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub to: Option<Timestamp>,
    /// The group whose policy applied.
    pub group: Option<String>,
    /// The client's address lies in here: the other end of the connection, or the one that a trusted peer stated.
    pub client: Option<IpNet>,
    /// The person.
    pub user: Option<String>,
    /// The host or a domain above it.
    pub host: Option<String>,
    /// Text that the canonical URL or the raw target holds.
    pub url: Option<String>,
    /// The name of a category, in full or its last part.
    pub category: Option<String>,
    /// What was decided.
    pub verdict: Option<VerdictKind>,
    /// Why.
    pub reason: Option<Reason>,
    /// Reference number of the request, or of the tunnel it came through.
    pub reference: Option<RequestId>,
}

/// A filter made ready for many records.
#[derive(Debug)]
pub(crate) struct Matcher {
    filter: Filter,
    url: Option<Regex>,
    host: Option<String>,
}

impl Filter {
    /// Does it ask for more than a span of time?
    pub(crate) fn asks_for_requests(&self) -> bool {
        let texts = [&self.group, &self.user, &self.host, &self.url, &self.category];
        let others = self.client.is_some() || self.verdict.is_some() || self.reason.is_some() || self.reference.is_some();
        others || texts.into_iter().any(Option::is_some)
    }

    /// Does this time lie in its span?
    pub(crate) fn covers(&self, wall: i64) -> bool {
        self.from.is_none_or(|from| from.0 <= wall) && self.to.is_none_or(|to| wall < to.0)
    }

    /// May records between these times lie in its span?
    pub(crate) fn may_cover(&self, earliest: i64, latest: i64) -> bool {
        self.from.is_none_or(|from| from.0 <= latest) && self.to.is_none_or(|to| earliest < to.0)
    }
}

impl Matcher {
    pub(crate) fn new(filter: &Filter) -> Self {
        let any_case = |text: &String| RegexBuilder::new(&regex::escape(text)).case_insensitive(true).size_limit(64 << 20).build().ok();
        let host = filter.host.as_ref().map(|host| host.trim_start_matches("*.").trim_matches('.').to_ascii_lowercase());
        Self { url: filter.url.as_ref().and_then(any_case), host, filter: filter.clone() }
    }

    pub(crate) fn covers(&self, wall: i64) -> bool {
        self.filter.covers(wall)
    }

    pub(crate) fn matches(&self, request: &RequestRecord<'_>) -> bool {
        let f = &self.filter;
        f.covers(request.at.wall.0)
            && f.verdict.is_none_or(|verdict| verdict == request.verdict)
            && f.reason.is_none_or(|reason| reason == request.reason)
            && f.reference.is_none_or(|id| id == request.id || Some(id) == request.parent)
            && f.group.as_ref().is_none_or(|group| group.eq_ignore_ascii_case(request.group))
            && f.user.as_ref().is_none_or(|user| request.user.is_some_and(|u| u.eq_ignore_ascii_case(user)))
            && f.client.is_none_or(|net| is_client(request, net))
            && f.category.as_ref().is_none_or(|category| has_category(&request.categories, category))
            && self.matches_address(request)
    }

    fn matches_address(&self, request: &RequestRecord<'_>) -> bool {
        if self.host.is_none() && self.filter.url.is_none() {
            return true;
        }
        let url = |url: &Regex| url.is_match(request.url.as_bytes()) || url.is_match(request.target);
        request.reason != Reason::Statutory
            && self.host.as_ref().is_none_or(|host| is_below(request.host, host))
            && (self.filter.url.is_none() || self.url.as_ref().is_some_and(url))
    }
}

fn is_client(request: &RequestRecord<'_>, net: IpNet) -> bool {
    net.contains(&request.peer.ip().to_canonical()) || request.asserted.is_some_and(|asserted| net.contains(&asserted.to_canonical()))
}

fn has_category(categories: &str, wanted: &str) -> bool {
    let last_part = |name: &str| name.rsplit('/').next().is_some_and(|part| part.eq_ignore_ascii_case(wanted));
    categories.split(',').map(str::trim).any(|name| name.eq_ignore_ascii_case(wanted) || last_part(name))
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
