//! Which hosts can be reached in a restricted form, and under which name: facts that the operators of these services have published,
//! as data. Exact hosts only: a rule on parts of names once shut mail and drives together with the search (standards AC1).
//!
//! Each service serves the restricted form to whoever connects to that name's addresses, under its usual `Host`, server name and
//! certificate. So nothing has to be opened for it.

/// Hosts that have a restricted twin.
pub(super) struct Twin {
    /// The hosts, canonical, exact.
    pub(super) hosts: &'static [&'static str],
    /// The name whose addresses serve the restricted form.
    pub(super) leads_to: &'static str,
}

/// Where Google's restricted search is (support.google.com/websearch/answer/186669, "Lock SafeSearch for devices and networks you manage").
pub(super) const GOOGLE: &str = "forcesafesearch.google.com";

/// What stands before each ending of [`GOOGLE_ENDINGS`].
pub(super) const GOOGLE_PREFIX: &str = "www.google.";

/// Search engines but Google.
pub(super) const ENGINES: &[Twin] = &[
    // support.microsoft.com, "Blocking adult content with SafeSearch": map www.bing.com to strict.bing.com. The side bar of the same
    // search asks edgeservices.bing.com.
    Twin { hosts: &["www.bing.com", "edgeservices.bing.com"], leads_to: "strict.bing.com" },
    // duckduckgo.com/duckduckgo-help-pages/features/safe-search: safe.duckduckgo.com, for networks as well.
    Twin { hosts: &["duckduckgo.com", "www.duckduckgo.com", "start.duckduckgo.com"], leads_to: "safe.duckduckgo.com" },
    // search.brave.com/help/safesearch.
    Twin { hosts: &["search.brave.com"], leads_to: "forcesafe.search.brave.com" },
    // ecosia.zendesk.com, "Safe search on your network".
    Twin { hosts: &["www.ecosia.org"], leads_to: "strict-safe-search.ecosia.org" },
    // pixabay.com/blog, "Block adult content on your network".
    Twin { hosts: &["pixabay.com"], leads_to: "safesearch.pixabay.com" },
    // yandex.com/support/search, "Family search": lead these to familysearch.yandex.ru.
    Twin {
        hosts: &[
            "ya.ru",
            "www.ya.ru",
            "yandex.ru",
            "www.yandex.ru",
            "yandex.com",
            "www.yandex.com",
            "yandex.by",
            "www.yandex.by",
            "yandex.kz",
            "www.yandex.kz",
            "yandex.uz",
            "www.yandex.uz",
            "yandex.com.tr",
            "www.yandex.com.tr",
        ],
        leads_to: "familysearch.yandex.ru",
    },
];

/// The five hosts of YouTube (support.google.com/a/answer/6214622, "Manage your organization's YouTube settings").
pub(super) const YOUTUBE: &[&str] =
    &["www.youtube.com", "m.youtube.com", "youtubei.googleapis.com", "youtube.googleapis.com", "www.youtube-nocookie.com"];
/// Where its strict form is.
pub(super) const YOUTUBE_STRICT: &str = "restrict.youtube.com";
/// Where its moderate form is.
pub(super) const YOUTUBE_MODERATE: &str = "restrictmoderate.youtube.com";

/// A word of the query by which a search is asked for in its restricted form.
pub(super) struct Query {
    /// The engine, by its restricted twin.
    pub(super) leads_to: &'static str,
    /// Paths of searches.
    pub(super) paths: &'static [&'static str],
    /// The word, as it stands in a query.
    pub(super) word: &'static str,
}

/// Engines that document such a word.
pub(super) const QUERIES: &[Query] = &[
    // What browsers add for the policy ForceGoogleSafeSearch (chromeenterprise.google/policies/#ForceGoogleSafeSearch).
    Query { leads_to: GOOGLE, paths: &["/search"], word: "safe=active" },
    // Microsoft, "Bing content filtering" (blogs.technet.microsoft.com/hied_west_blog, 2009-06-05).
    Query { leads_to: "strict.bing.com", paths: &["/search", "/images/search", "/videos/search"], word: "adlt=strict" },
    // duckduckgo.com/duckduckgo-help-pages/settings/params.
    Query { leads_to: "safe.duckduckgo.com", paths: &["/", "/html/", "/lite/"], word: "kp=1" },
];

/// Endings of Google's search hosts (www.google.com/supported_domains), in order of bytes.
#[rustfmt::skip]
pub(super) const GOOGLE_ENDINGS: &[&str] = &[
    "ad", "ae", "al", "am", "as", "at", "az", "ba", "be", "bf", "bg", "bi", "bj", "bs", "bt", "by", "ca", "cat", "cd", "cf", "cg",
    "ch", "ci", "cl", "cm", "cn", "co", "co.ao", "co.bw", "co.ck", "co.cr", "co.id", "co.il", "co.in", "co.jp", "co.ke", "co.kr",
    "co.ls", "co.ma", "co.mz", "co.nz", "co.th", "co.tz", "co.ug", "co.uk", "co.uz", "co.ve", "co.vi", "co.za", "co.zm", "co.zw",
    "com", "com.af", "com.ag", "com.ai", "com.ar", "com.au", "com.bd", "com.bh", "com.bn", "com.bo", "com.br", "com.bz", "com.co",
    "com.cu", "com.cy", "com.do", "com.ec", "com.eg", "com.et", "com.fj", "com.gh", "com.gi", "com.gt", "com.hk", "com.jm",
    "com.kh", "com.kw", "com.lb", "com.ly", "com.mm", "com.mt", "com.mx", "com.my", "com.na", "com.nf", "com.ng", "com.ni",
    "com.np", "com.om", "com.pa", "com.pe", "com.pg", "com.ph", "com.pk", "com.pr", "com.py", "com.qa", "com.sa", "com.sb",
    "com.sg", "com.sl", "com.sv", "com.tj", "com.tr", "com.tw", "com.ua", "com.uy", "com.vc", "com.vn", "cv", "cz", "de", "dj",
    "dk", "dm", "dz", "ee", "es", "fi", "fm", "fr", "ga", "ge", "gg", "gl", "gm", "gp", "gr", "gy", "hn", "hr", "ht", "hu", "ie",
    "im", "iq", "is", "it", "je", "jo", "kg", "ki", "kz", "la", "li", "lk", "lt", "lu", "lv", "md", "me", "mg", "mk", "ml", "mn",
    "ms", "mu", "mv", "mw", "ne", "nl", "no", "nr", "nu", "pl", "pn", "ps", "pt", "ro", "rs", "ru", "rw", "sc", "se", "sh", "si",
    "sk", "sm", "sn", "so", "sr", "st", "td", "tg", "tk", "tl", "tm", "tn", "to", "tt", "vg", "vu", "ws",
];
