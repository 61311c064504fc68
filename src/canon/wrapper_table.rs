//! The built-in table of sites that carry another address (rule R5): plain facts, one row for each site and place.
//!
//! Must hold only sites that fetch or show the inner page themselves, or whose address is a copy of it. Redirectors that
//! send the browser on stay out: the browser then asks for the real address.

use super::wrapper::{Carrier, WrapperRule};

/// One row: hosts with the same carrier.
pub(super) struct Row {
    hosts: &'static [&'static str],
    place: Place,
}

enum Place {
    After(&'static [&'static str], u8),
    Anywhere,
    /// Path prefix (empty: any) and query names.
    Keys(&'static str, &'static [&'static str]),
    WholeQuery,
    Cache(&'static str),
    Label,
}

impl Row {
    /// The rules of this row.
    pub(super) fn rules(&self) -> Vec<WrapperRule> {
        let carriers = self.place.carriers();
        let rule = |host: &str, carrier: &Carrier| WrapperRule::new(host, carrier.clone()).ok();
        self.hosts.iter().flat_map(|host| carriers.iter().filter_map(move |carrier| rule(host, carrier))).collect()
    }
}

impl Place {
    fn carriers(&self) -> Vec<Carrier> {
        match self {
            Self::After(prefixes, skip) => {
                prefixes.iter().map(|&prefix| Carrier::PathAfter { prefix: prefix.into(), skip: *skip }).collect()
            }
            Self::Anywhere => vec![Carrier::PathAnywhere],
            Self::Keys(path, keys) => keys.iter().map(|&key| Carrier::QueryKey { path: (*path).into(), key: key.into() }).collect(),
            Self::WholeQuery => vec![Carrier::WholeQuery],
            Self::Cache(key) => vec![Carrier::CacheQuery((*key).into())],
            Self::Label => vec![Carrier::HostLabel],
        }
    }
}

const fn row(hosts: &'static [&'static str], place: Place) -> Row {
    Row { hosts, place }
}

const ARCHIVE_TODAY: &[&str] = &["archive.ph", "archive.is", "archive.today", "archive.fo", "archive.li", "archive.md", "archive.vn"];
const WAYBACK: &[&str] = &["web.archive.org", "wayback.archive.org", "web-beta.archive.org"];
const READERS: &[&str] = &[
    "r.jina.ai",
    "12ft.io",
    "13ft.io",
    "1ft.io",
    "outline.com",
    "txtify.it",
    "freedium.cfd",
    "smry.ai",
    "removepaywall.com",
    "removepaywalls.com",
    "archivebuttons.com",
];
const FETCHERS: &[&str] = &[
    "cors-anywhere.herokuapp.com",
    "proxy.cors.sh",
    "corsproxy.io",
    "crossorigin.me",
    "api.allorigins.win",
    "api.codetabs.com",
    "thingproxy.freeboard.io",
    "yacdn.org",
    "jsonp.afeld.me",
];
const IMAGE_PROXIES: &[&str] =
    &["images.weserv.nl", "wsrv.nl", "slack-imgs.com", "external-content.duckduckgo.com", "proxy.duckduckgo.com"];

/// The table.
pub(super) static BUILT_IN: &[Row] = &[
    // Translation
    row(&["translate.goog"], Place::Label),
    row(&["translate.google.*", "translate.googleusercontent.com"], Place::Keys("", &["u", "url"])),
    row(&["google.*"], Place::Keys("translate", &["u"])),
    row(&["google.*"], Place::Keys("translate_c", &["u"])),
    row(
        &["microsofttranslator.com", "translatetheweb.com", "translatoruser.net", "translatoruser-int.com"],
        Place::Keys("", &["a", "url"]),
    ),
    row(&["bing.com"], Place::Keys("translator", &["url", "a"])),
    row(&["translate.yandex.*", "translated.turbopages.org"], Place::Keys("", &["url"])),
    row(&["translated.turbopages.org", "z5h64q92x9.net"], Place::Anywhere),
    row(&["papago.naver.net", "fanyi.baidu.com", "fanyi.youdao.com", "translate.sogou.com"], Place::Keys("", &["url", "query", "u"])),
    // AMP viewers and caches
    row(&["google.*", "bing.com"], Place::After(&["amp/s", "amp"], 0)),
    row(&["cdn.ampproject.org", "bing-amp.com"], Place::After(&["c/s", "c", "v/s", "v", "i/s", "i", "wp/s", "wp", "a/s", "a"], 0)),
    // Search caches and what search engines show of a page
    row(&["google.*"], Place::Keys("imgres", &["imgurl", "imgrefurl"])),
    row(&["google.*", "webcache.googleusercontent.com"], Place::Cache("q")),
    row(&["cc.bingj.com"], Place::Keys("cache.aspx", &["q", "u", "url"])),
    row(&["yandexwebcache.net", "hghltd.yandex.net"], Place::Keys("", &["url"])),
    // Archives
    row(WAYBACK, Place::After(&["web", "save", "save/_embed", ""], 0)),
    row(WAYBACK, Place::After(&["web"], 1)),
    row(WAYBACK, Place::Anywhere),
    row(&["archive.org"], Place::After(&["web", "wayback"], 1)),
    row(ARCHIVE_TODAY, Place::After(&["", "newest", "oldest", "timegate", "timemap"], 0)),
    row(ARCHIVE_TODAY, Place::After(&[""], 1)),
    row(ARCHIVE_TODAY, Place::Anywhere),
    row(ARCHIVE_TODAY, Place::Keys("", &["url", "run"])),
    row(
        &["webcitation.org", "ghostarchive.org", "megalodon.jp", "cachedview.nl", "cachedview.com"],
        Place::Keys("", &["url", "term", "q"]),
    ),
    row(
        &["wayback.archive-it.org", "webarchive.nationalarchives.gov.uk", "webarchive.org.uk", "arquivo.pt", "timetravel.mementoweb.org"],
        Place::Anywhere,
    ),
    row(&["wayback.archive-it.org", "webarchive.nationalarchives.gov.uk"], Place::After(&["", "ukgwa"], 1)),
    // Readers
    row(READERS, Place::After(&[""], 0)),
    row(READERS, Place::Anywhere),
    row(READERS, Place::Keys("", &["q", "u", "url"])),
    row(&["textise.net"], Place::Keys("", &["strurl"])),
    row(&["printfriendly.com", "textise.net"], Place::Keys("", &["url"])),
    row(&["google.*"], Place::Keys("gwt/x", &["u"])),
    row(&["w3.org"], Place::Keys("services/html2txt", &["url"])),
    row(&["via.hypothes.is"], Place::After(&[""], 0)),
    row(&["via.hypothes.is"], Place::Anywhere),
    // Open proxies for scripts, which fetch any address for anybody
    row(FETCHERS, Place::After(&["", "fetch", "proxy"], 0)),
    row(FETCHERS, Place::Anywhere),
    row(FETCHERS, Place::Keys("", &["url", "u", "q", "quest"])),
    row(&["corsproxy.io", "crossorigin.me"], Place::WholeQuery),
    // Image proxies
    row(IMAGE_PROXIES, Place::Keys("", &["url", "u"])),
    row(&["startpage.com"], Place::Keys("", &["piurl"])),
    row(&["i0.wp.com", "i1.wp.com", "i2.wp.com", "i3.wp.com"], Place::After(&[""], 0)),
    row(&["res.cloudinary.com", "images-ext-1.discordapp.net", "images-ext-2.discordapp.net"], Place::Anywhere),
    // Links that mail and search put around an address
    row(&["google.*"], Place::Keys("url", &["q", "url"])),
    row(&["duckduckgo.com"], Place::Keys("l", &["uddg"])),
    row(&["safelinks.protection.outlook.com"], Place::Keys("", &["url"])),
    row(&["href.li", "anonym.to", "nullrefer.com", "dereferer.me"], Place::WholeQuery),
];
