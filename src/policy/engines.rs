//! Search engines that cannot be held to a restricted form: closed to the groups whose searches must be restricted (standards AC4).
//!
//! Must never touch a host that is not in the table: mail, maps and drives of the same owner stay as they are (standards AC1).

use super::engines_table::{ELSEWHERE, FREE};
use super::judge::{Case, Ruling, evidence};
use super::order::Stage;
use super::trace::Trace;
use crate::model::Reason;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Which search engines are open to a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SearchEngines {
    /// All.
    #[default]
    Any,
    /// Those alone that can be held to a restricted form.
    RestrictedOnly,
}

type Names = HashSet<&'static str, rapidhash::fast::RandomState>;

static EXACT: LazyLock<Names> = LazyLock::new(|| ELSEWHERE.iter().flat_map(|row| row.hosts).copied().collect());
static BELOW: LazyLock<Names> = LazyLock::new(|| FREE.iter().flat_map(|row| row.hosts).copied().collect());

/// Is it a search engine, or one of its hosts, that has no restricted form to be led to? The host is canonical.
#[must_use]
pub(super) fn is_unrestricted(host: &str) -> bool {
    let parents = host.match_indices('.').map(|(dot, _)| &host[dot + 1..]);
    EXACT.contains(host) || std::iter::once(host).chain(parents).any(|name| BELOW.contains(name))
}

impl Case<'_> {
    pub(super) fn search_engine(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let closed = self.group.search_engines == SearchEngines::RestrictedOnly && is_unrestricted(self.ask.url.host());
        trace.note(Stage::SearchEngine, closed, || match self.group.search_engines {
            SearchEngines::Any => "The group may use any search engine.".into(),
            SearchEngines::RestrictedOnly if closed => "A search engine without a restricted form that the filter can hold it to.".into(),
            SearchEngines::RestrictedOnly => "No search engine without a restricted form.".into(),
        });
        closed.then(|| Ruling::Closed(evidence(Reason::SearchUnrestricted, &self.plan.engines_layer)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::safe;
    use super::*;

    #[test]
    fn engines_without_a_restricted_form_are_known_and_their_neighbours_are_not() {
        let table = [
            ("www.startpage.com", true),
            ("startpage.com", true),
            ("eu.startpage.com", true),
            ("www.qwant.com", true),
            ("lite.qwant.com", true),
            ("api.qwant.com", true),
            ("search.yahoo.com", true),
            ("uk.search.yahoo.com", true),
            ("images.search.yahoo.com", true),
            ("video.search.yahoo.com", true),
            ("search.yahoo.co.jp", true),
            ("image.baidu.com", true),
            ("searx.be", true),
            ("lite.duckduckgo.com", true),
            ("html.duckduckgo.com", true),
            ("cse.google.com", true),
            ("ipv6.google.com", true),
            // What must go on working (standards AC1).
            ("www.google.com", false),
            ("mail.google.com", false),
            ("drive.google.com", false),
            ("docs.google.com", false),
            ("accounts.google.com", false),
            ("classroom.google.com", false),
            ("maps.google.com", false),
            ("www.bing.com", false),
            ("duckduckgo.com", false),
            ("mail.yahoo.com", false),
            ("www.yahoo.com", false),
            ("login.yahoo.com", false),
            ("www.qwantjunior.com", false),
            ("www.swisscows.com", false),
            ("pan.example.test", false),
            ("notstartpage.com", false),
            ("startpage.com.example.test", false),
            ("xsearch.yahoo.com", false),
            ("mask.com", false),
            ("com", false),
            ("", false),
        ];
        for (host, expected) in table {
            assert_eq!(is_unrestricted(host), expected, "{host}");
        }
    }

    #[test]
    fn no_host_is_both_led_to_a_restricted_form_and_closed_for_having_none() {
        for host in EXACT.iter().chain(BELOW.iter()) {
            assert_eq!(safe::search(host), None, "{host}");
            assert_eq!(**host, host.to_ascii_lowercase());
        }
        for twin in super::super::safe_table::ENGINES {
            assert!(twin.hosts.iter().all(|host| !is_unrestricted(host)), "{}", twin.leads_to);
            assert!(!is_unrestricted(twin.leads_to));
        }
    }
}
