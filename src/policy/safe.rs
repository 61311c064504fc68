//! Restricted search and restricted YouTube: to which name a connection is led in place of the host that was asked for, so that
//! nothing needs to be opened for it (standards AC1 to AC3).
//!
//! Must never touch a host that is not in the table, and must never change what is said inside the connection: the `Host` field, the
//! server name and the certificate stay those of the host.

use super::safe_table::{ENGINES, GOOGLE, GOOGLE_ENDINGS, GOOGLE_PREFIX, YOUTUBE, YOUTUBE_MODERATE, YOUTUBE_STRICT};
use super::set::PolicySet;
use crate::model::GroupId;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How far YouTube is restricted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum YouTube {
    /// Not at all.
    #[default]
    Open,
    /// Its "moderate" restricted mode.
    Moderate,
    /// Its "strict" restricted mode.
    Strict,
}

/// Every exact host but Google's, and where it leads.
static TWINS: LazyLock<HashMap<&str, &str, rapidhash::fast::RandomState>> =
    LazyLock::new(|| ENGINES.iter().flat_map(|twin| twin.hosts.iter().map(|host| (*host, twin.leads_to))).collect());

impl PolicySet {
    /// The name that is dialled for a group in place of this host, which is canonical; `None`: the host itself.
    #[must_use]
    pub fn leads_to(&self, group: GroupId, host: &str) -> Option<&'static str> {
        let group = self.planned(group).1;
        youtube(group.youtube, host).or_else(|| if group.safe_search { search(host) } else { None })
    }
}

impl PolicySet {
    /// Every name that some group is led to, each once: what must resolve for its sites to be reached (standards AC3).
    #[must_use]
    pub fn restricted_names(&self) -> Vec<&'static str> {
        let groups = &self.rules.groups;
        let searches = groups.iter().any(|group| group.safe_search).then(|| ENGINES.iter().map(|twin| twin.leads_to).chain([GOOGLE]));
        let mut names: Vec<&str> =
            searches.into_iter().flatten().chain(groups.iter().filter_map(|group| youtube_name(group.youtube))).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn youtube(restriction: YouTube, host: &str) -> Option<&'static str> {
    youtube_name(restriction).filter(|_| is_youtube(host))
}

const fn youtube_name(restriction: YouTube) -> Option<&'static str> {
    match restriction {
        YouTube::Open => None,
        YouTube::Moderate => Some(YOUTUBE_MODERATE),
        YouTube::Strict => Some(YOUTUBE_STRICT),
    }
}

/// Is it one of YouTube's hosts?
pub(super) fn is_youtube(host: &str) -> bool {
    YOUTUBE.contains(&host)
}

/// Where a search engine's host is led.
pub(super) fn search(host: &str) -> Option<&'static str> {
    match host.strip_prefix(GOOGLE_PREFIX) {
        Some(ending) => GOOGLE_ENDINGS.binary_search(&ending).is_ok().then_some(GOOGLE),
        None => TWINS.get(host).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_engines_are_led_to_their_restricted_twin_and_their_neighbours_are_not() {
        let table = [
            ("www.google.com", Some("forcesafesearch.google.com")),
            ("www.google.co.uk", Some("forcesafesearch.google.com")),
            ("www.google.ad", Some("forcesafesearch.google.com")),
            ("www.google.ws", Some("forcesafesearch.google.com")),
            ("www.bing.com", Some("strict.bing.com")),
            ("duckduckgo.com", Some("safe.duckduckgo.com")),
            ("search.brave.com", Some("forcesafe.search.brave.com")),
            ("www.ecosia.org", Some("strict-safe-search.ecosia.org")),
            ("pixabay.com", Some("safesearch.pixabay.com")),
            ("yandex.com.tr", Some("familysearch.yandex.ru")),
            ("www.google.example.test", None),
            ("www.google.com.example.test", None),
            ("www.google.", None),
            ("www.google", None),
            ("a.www.google.com", None),
            ("mail.google.com", None),
            ("drive.google.com", None),
            ("accounts.google.com", None),
            ("docs.google.co.uk", None),
            ("notwww.google.com", None),
            ("www.bing.com.example.test", None),
            ("login.bing.com", None),
            ("notduckduckgo.com", None),
            ("mail.yandex.ru", None),
            ("forcesafesearch.google.com", None),
            ("www.youtube.com", None),
            ("", None),
        ];
        for (host, expected) in table {
            assert_eq!(search(host), expected, "{host}");
        }
    }

    #[test]
    fn youtube_is_led_by_its_five_hosts_alone() {
        for host in ["www.youtube.com", "m.youtube.com", "youtubei.googleapis.com", "youtube.googleapis.com", "www.youtube-nocookie.com"] {
            assert_eq!(youtube(YouTube::Strict, host), Some("restrict.youtube.com"), "{host}");
            assert_eq!(youtube(YouTube::Moderate, host), Some("restrictmoderate.youtube.com"), "{host}");
            assert_eq!(youtube(YouTube::Open, host), None, "{host}");
        }
        for host in ["notyoutube.com", "www.notyoutube.com", "www.youtube.com.example.test", "music.youtube.example", "maps.googleapis.com"]
        {
            assert_eq!(youtube(YouTube::Strict, host), None, "{host}");
        }
    }

    #[test]
    fn the_table_is_in_order_and_leads_nowhere_twice() {
        assert!(GOOGLE_ENDINGS.is_sorted());
        let twins = ENGINES.iter().flat_map(|twin| twin.hosts);
        assert_eq!(twins.clone().count(), TWINS.len(), "a host is there twice");
        for target in TWINS.values().chain([&GOOGLE, &YOUTUBE_STRICT, &YOUTUBE_MODERATE]) {
            assert!(search(target).is_none() && youtube(YouTube::Strict, target).is_none(), "{target} would be led on");
        }
        for host in twins.chain(YOUTUBE) {
            assert!(host.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.' || byte == b'-'), "{host}");
        }
    }
}
