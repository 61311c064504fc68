//! The built-in table of search engines: plain facts, one row for each engine and way of asking.
//!
//! Must hold only places at which the named parameters hold what a person typed; redirectors and links out of results stay out.

/// One row.
pub(super) struct Engine {
    /// `name`: it and everything below it; `name.*`: the same in every country.
    pub(super) hosts: &'static [&'static str],
    /// Paths, each with what lies below it; `/` is the front page alone. Lower case.
    pub(super) paths: &'static [&'static str],
    /// Names of parameters that hold what was typed.
    pub(super) names: &'static [&'static str],
    /// It is there for searching: a group that opens search engines means this one.
    pub(super) is_for_searching: bool,
}

const fn row(hosts: &'static [&'static str], paths: &'static [&'static str], names: &'static [&'static str]) -> Engine {
    Engine { hosts, paths, names, is_for_searching: true }
}

const fn place(hosts: &'static [&'static str], paths: &'static [&'static str], names: &'static [&'static str]) -> Engine {
    Engine { hosts, paths, names, is_for_searching: false }
}

/// The table.
#[rustfmt::skip]
pub(super) const ENGINES: &[Engine] = &[
    // Search engines.
    row(&["google.*"], &["/search", "/webhp", "/complete/search", "/images", "/imghp", "/videosearch", "/custom", "/cse", "/m", "/ie", "/scholar"],
        &["q", "as_q", "as_epq", "as_oq"]),
    row(&["bing.com"], &["/search", "/images", "/videos", "/news", "/shop", "/maps", "/as/suggestions", "/osjson.aspx", "/copilotsearch", "/chat", "/"], &["q", "qry", "query"]),
    row(&["duckduckgo.com", "duck.ai"], &["/", "/html", "/lite", "/ac", "/i.js", "/v.js", "/d.js"], &["q"]),
    row(&["search.yahoo.com", "search.yahoo.co.jp"], &["/search", "/mobile", "/yhs/search", "/image", "/video", "/sugg", "/"], &["p"]),
    row(&["yandex.*", "ya.ru"], &["/search", "/images", "/video", "/yandsearch", "/touchsearch", "/"], &["text"]),
    row(&["baidu.com"], &["/s", "/from", "/search", "/sugrec", "/f", "/sf"], &["wd", "word", "kw"]),
    row(&["ecosia.org"], &["/search", "/images", "/videos", "/news"], &["q"]),
    row(&["qwant.com", "qwantjunior.com"], &["/", "/v3/search", "/v3/suggest"], &["q"]),
    row(&["startpage.com"], &["/do", "/sp/search", "/search", "/suggestions"], &["query", "q"]),
    row(&["search.brave.com"], &["/search", "/images", "/videos", "/news", "/goggles", "/ask", "/api/suggest"], &["q"]),
    row(&["ask.com", "search.aol.com", "aolsearch.com", "aol.co.uk"], &["/web", "/search", "/aol/search", "/aol/image", "/aol/video"], &["q"]),
    row(&["mojeek.com", "gibiru.com", "presearch.com", "yep.com", "kagi.com", "searchencrypt.com"],
        &["/search", "/results.html", "/web", "/images"], &["q"]),
    row(&["swisscows.com"], &["/web", "/en/web", "/de/web", "/images", "/video"], &["query", "q"]),
    row(&["dogpile.com", "webcrawler.com", "metacrawler.com", "info.com", "excite.com", "lycos.com", "search.lycos.com"],
        &["/serp", "/search", "/web"], &["q", "qc"]),
    row(&["search.seznam.cz"], &["/"], &["q"]),
    row(&["search.naver.com", "m.search.naver.com"], &["/search.naver"], &["query"]),
    row(&["search.daum.net"], &["/search"], &["q"]),
    row(&["sogou.com"], &["/web", "/pics", "/sogou"], &["query", "keyword"]),
    row(&["so.com"], &["/s", "/i"], &["q"]),
    // Search engines for children.
    row(&["kiddle.co"], &["/s.php", "/is.php", "/vs.php"], &["q"]),
    row(&["kidrex.org", "kidzsearch.com", "safesearchkids.com", "search.kidzsearch.com"], &["/results", "/kz.php", "/search", "/"], &["q"]),
    row(&["fragfinn.de", "helles-koepfchen.de", "blinde-kuh.de"], &["/", "/suche", "/search"], &["q", "query"]),
    // Places with a search of their own that people use as one.
    place(&["youtube.com", "youtube-nocookie.com", "m.youtube.com"], &["/results"], &["search_query", "q"]),
    place(&["suggestqueries-clients6.youtube.com"], &["/complete/search"], &["q"]),
    place(&["wikipedia.org", "wiktionary.org", "wikimedia.org"],
        &["/w/index.php", "/w/api.php", "/wiki/special:search", "/wiki/spezial:search", "/wiki/spezial:suche", "/wiki/sp\u{e9}cial:recherche"],
        &["search", "srsearch", "gsrsearch"]),
    place(&["wikipedia.org", "wiktionary.org", "wikimedia.org"], &["/w/rest.php"], &["q"]),
    place(&["vimeo.com", "tiktok.com", "reddit.com", "x.com", "twitter.com", "facebook.com", "imgur.com"], &["/search"], &["q"]),
    place(&["reddit.com"], &["/r", "/svc/shreddit/search"], &["q"]),
    place(&["pinterest.*"], &["/search"], &["q"]),
    place(&["amazon.*"], &["/s", "/gp/search"], &["k", "field-keywords"]),
    place(&["ebay.*"], &["/sch"], &["_nkw"]),
    // Talks with an AI: the first line, where a link or a browser's search field puts it into the address.
    place(&["chatgpt.com", "chat.openai.com"], &["/"], &["q", "prompt"]),
    place(&["claude.ai"], &["/new", "/"], &["q"]),
    place(&["perplexity.ai"], &["/search", "/"], &["q"]),
    place(&["copilot.microsoft.com", "grok.com", "you.com", "phind.com"], &["/search", "/chat", "/"], &["q"]),
    place(&["chat.mistral.ai"], &["/chat"], &["q"]),
    place(&["huggingface.co"], &["/chat"], &["q"]),
];
