//! Search engines, and hosts of search engines, that no network can hold to a restricted form by a name that is dialled: facts, as data.
//!
//! Their owners offer a setting in the browser, an account, or a word in the address that the next click takes off again. An engine that
//! is restricted for everybody (Qwant Junior, Swisscows, Kiddle) does not belong here, and neither does one that has a twin in
//! `safe_table.rs`. Whoever runs a copy of SearXNG or Whoogle makes a new host: a list of the category "proxy-avoidance" is the place
//! for those; here stand the well-known ones.

/// One engine, or several from one source.
pub(super) struct Row {
    pub(super) hosts: &'static [&'static str],
}

/// Whole names, each with everything below it: nothing but the search lives there.
#[rustfmt::skip]
pub(super) const FREE: &[Row] = &[
    // scoutdns.com/docs/safe-search-supported-engines: Yahoo and Startpage have a parameter, no name for networks. Yahoo's search alone
    // lives under these names, in every country; its mail and front page do not.
    Row { hosts: &["search.yahoo.com", "search.yahoo.co.jp", "startpage.com"] },
    // Third parties give these two names a twin (safeapi.qwant.com, safe.startpage.com); neither owner documents one.
    Row { hosts: &["qwant.com"] },
    // HaGeZi, dns-blocklists, "safesearch not supported" (wildcard/nosafesearch-onlydomains.txt of 14 July 2024): engines.
    Row { hosts: &[
        "alltheinternet.com", "andisearch.com", "search.aol.com", "search.aol.ca", "search.aol.co.uk", "suche.aol.de", "recherche.aol.fr",
        "baidu.com", "boomle.com", "dogpile.com", "fireball.de", "gibiru.com", "gigablast.com", "kagi.com", "lukol.com", "metacrawler.com",
        "metager.de", "metager.org", "millionshort.com", "mojeek.com", "mwmbl.org", "go.mail.ru", "nova.rambler.ru", "oscobo.com",
        "peekier.com", "presearch.com", "results.excite.com", "search.seznam.cz", "searchencrypt.com", "webcrawler.com",
        "websearch.excite.co.jp", "wiby.me", "yep.com", "yippy.com", "you.com",
    ] },
    // The same list: well-known copies of SearXNG, Whoogle and LibreX, which ask other engines without their restriction.
    Row { hosts: &[
        "baresearch.org", "copp.gg", "etsi.me", "librex.devol.it", "opnxng.com", "paulgo.io", "priv.au", "search.bus-hit.me",
        "search.disroot.org", "search.mdosch.de", "search.ononoki.org", "search.privacytools.io", "search.projectsegfau.lt",
        "search.rhscz.eu", "search.rowie.at", "search.sapti.me", "searx.be", "searx.ch", "searx.devol.it", "searx.info",
        "searx.ninja", "searx.org", "searx.ro", "searx.ru", "searx.run", "searx.si", "searx.sp-codes.de", "searx.tiekoetter.com",
        "searx.work", "searx.xyz", "spot.ecloud.global", "spot.murena.io", "wg.vern.cc", "lx.vern.cc", "wgl.frail.duckdns.org",
        "xo.wtf",
    ] },
    // A list of their copies, one click from each.
    Row { hosts: &["searx.space"] },
    // Chinese and Korean engines whose filter belongs to an account (help.naver.com; sogou.com and so.com document none).
    Row { hosts: &["sogou.com", "so.com", "search.naver.com", "search.daum.net"] },
];

/// Single hosts of engines that do have a restricted form, but not there. Exact: what else lies beside them stays as it is.
pub(super) const ELSEWHERE: &[Row] = &[
    // duckduckgo.com/duckduckgo-help-pages/features/non-javascript: the same search without scripts. Only duckduckgo.com itself has a twin.
    Row { hosts: &["html.duckduckgo.com", "lite.duckduckgo.com"] },
    // programmablesearchengine.google.com/about: a search of anybody's own making, with SafeSearch as its maker chose it.
    Row { hosts: &["cse.google.com"] },
    // The front door of the search by one family of addresses; support.google.com/websearch/answer/186669 maps www.google.* alone.
    Row { hosts: &["ipv4.google.com", "ipv6.google.com"] },
    // Bing under names that are not mapped to strict.bing.com (support.microsoft.com names www.bing.com alone).
    Row { hosts: &["cn.bing.com", "global.bing.com", "m.bing.com", "www2.bing.com", "www4.bing.com"] },
];
