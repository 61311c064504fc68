//! What was typed into a search engine, read from the address of the request: a fact of the view, derived whenever a record is shown or
//! asked for. It must never be stored over what was recorded, and must never guess: a host or a path that is not in the table says nothing.
//! Of a tunnel only the host is known, so nothing was typed there as far as the log can tell. A search that is sent in a body (Startpage and
//! DuckDuckGo's plain page do so, and most talks with an AI after its first line) is not seen either: bodies are not recorded (standards
//! AC6).

use super::searched_table::{ENGINES, Engine};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The first label of each host in the table: a host that fits has one of them.
static LABELS: LazyLock<HashSet<&'static str, rapidhash::fast::RandomState>> =
    LazyLock::new(|| ENGINES.iter().flat_map(|engine| engine.hosts).filter_map(|host| host.split('.').next()).collect());

/// Longest text that is given, in bytes: an address is bounded, and so is what is read from it.
const LONGEST: usize = 4096;

/// Is this the host of a search engine in the table? Cheap: most hosts are none.
#[must_use]
pub fn is_engine(host: &str) -> bool {
    engines(host).next().is_some()
}

/// Is this the very host at which an engine is searched? What else its owner has below that name (mail, maps, accounts) is not.
#[must_use]
pub fn is_search_page_host(host: &str) -> bool {
    let own = engines(host).filter(|engine| engine.is_for_searching).flat_map(|engine| engine.hosts);
    own.into_iter().any(|pattern| stands_at(host.trim_end_matches('.'), pattern, |rest| matches!(rest, "" | "www." | "m.")))
}

/// What was typed: as it was recorded where it was, else as the address says it. Empty: nothing.
#[must_use]
pub fn terms_of<'a>(recorded: &'a str, host: &str, url: &str) -> Cow<'a, str> {
    if recorded.is_empty() { read_terms(host, url).map_or(Cow::Borrowed(""), Cow::Owned) } else { Cow::Borrowed(recorded) }
}

/// What the address of a request to this host says was typed; several texts are joined by a blank, each once.
#[must_use]
pub fn read_terms(host: &str, url: &str) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for engine in engines(host) {
        let rest = behind_host(url, host)?;
        let (path, query) = rest.split_once('?')?;
        let path = String::from_utf8_lossy(&decoded(path.as_bytes(), false)).to_ascii_lowercase();
        if !engine.paths.iter().any(|wanted| is_at(&path, wanted)) {
            continue;
        }
        let query = query.split('#').next().unwrap_or_default();
        found.extend(query.split(['&', ';']).filter_map(|pair| value_of(pair, engine)));
    }
    let mut seen: Vec<&str> = Vec::new();
    for text in &found {
        if !seen.contains(&text.as_str()) {
            seen.push(text);
        }
    }
    let mut joined = seen.join(" ");
    joined.truncate(joined.floor_char_boundary(LONGEST));
    (!joined.is_empty()).then_some(joined)
}

fn engines(host: &str) -> impl Iterator<Item = &'static Engine> {
    let host = host.trim_end_matches('.');
    // Nearly every host is none: one look at each of its labels tells that, where the table would be gone through sixty times a host.
    let rows = if host.split('.').any(|label| LABELS.contains(label)) { ENGINES } else { &[] };
    rows.iter().filter(move |engine| engine.hosts.iter().any(|pattern| fits(host, pattern)))
}

/// What stands behind scheme and authority of a url of this host.
fn behind_host<'a>(url: &'a str, host: &str) -> Option<&'a str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?.strip_prefix(host)?;
    let digits = rest.strip_prefix(':').map(|port| port.trim_start_matches(|c: char| c.is_ascii_digit()));
    let rest = digits.unwrap_or(rest);
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// `name` stands for itself and everything below it; `name.*` for the same under any country.
fn fits(host: &str, pattern: &str) -> bool {
    stands_at(host, pattern, |rest| rest.is_empty() || rest.ends_with('.'))
}

/// The same where `may` says what may stand before the name.
fn stands_at(host: &str, pattern: &str, may: fn(&str) -> bool) -> bool {
    let below = |host: &str, name: &str| host.strip_suffix(name).is_some_and(may);
    let Some(name) = pattern.strip_suffix(".*") else { return below(host, pattern) };
    let mut labels = host.rsplit('.');
    let (Some(country), Some(second)) = (labels.next(), labels.next()) else { return false };
    let two = country.len() == 2 && matches!(second, "co" | "com" | "net" | "org");
    let ending = if two && host.len() > country.len() + second.len() + 1 { country.len() + second.len() + 2 } else { country.len() + 1 };
    country.bytes().all(|byte| byte.is_ascii_alphabetic()) && host.get(..host.len() - ending).is_some_and(|host| below(host, name))
}

/// Is the path this one, or below it? Both in lower case.
fn is_at(path: &str, wanted: &str) -> bool {
    let rest = path.strip_prefix(wanted.trim_end_matches('/'));
    rest.is_some_and(|rest| if wanted == "/" { rest.len() <= 1 } else { rest.is_empty() || rest.starts_with('/') })
}

fn value_of(pair: &str, engine: &Engine) -> Option<String> {
    let (name, value) = pair.split_once('=')?;
    let name = decoded(name.as_bytes(), true);
    let known = engine.names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    let text = known.then(|| String::from_utf8_lossy(&decoded(value.as_bytes(), true)).trim().to_owned())?;
    (!text.is_empty()).then_some(text)
}

/// Decodes once, as forms are written: what does not decode stays as it is.
fn decoded(raw: &[u8], plus_is_blank: bool) -> Vec<u8> {
    let digit = |at: usize| raw.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        let pair = if byte == b'%' { digit(at + 1).zip(digit(at + 2)) } else { None };
        match pair {
            Some((high, low)) => out.extend(u8::try_from(high * 16 + low)),
            None if byte == b'+' && plus_is_blank => out.push(b' '),
            None => out.push(byte),
        }
        at += if pair.is_some() { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_read_from_the_address() {
        let table = [
            ("www.google.com", "http://www.google.com/search?q=chat+room&hl=en", "chat room"),
            ("www.google.co.uk", "https://www.google.co.uk/search?hl=en&q=Caf%C3%A9%20chat", "Café chat"),
            ("google.de", "http://google.de/search?q=1%2B1", "1+1"),
            ("www.google.com", "http://www.google.com:8080/search?q=x", "x"),
            ("www.google.com", "http://www.google.com/complete/search?client=x&q=cha", "cha"),
            ("www.google.com", "http://www.google.com/search?as_q=one&as_epq=two&q=one", "one two"),
            ("www.google.com", "http://www.google.com/SEARCH?Q=x", "x"),
            ("www.google.com", "http://www.google.com/%73earch?%71=x", "x"),
            ("www.google.com", "http://www.google.com/search?q=a&q=b", "a b"),
            ("www.google.com", "http://www.google.com/search?q=100%", "100%"),
            ("www.google.com", "http://www.google.com/search?q=%E0%A4%A", "\u{fffd}%A"),
            ("www.bing.com", "http://www.bing.com/images/search?q=dogs", "dogs"),
            ("duckduckgo.com", "https://duckduckgo.com/?q=chat&ia=web", "chat"),
            ("duckduckgo.com", "https://duckduckgo.com?q=chat", "chat"),
            ("search.yahoo.com", "http://search.yahoo.com/search?p=chat", "chat"),
            ("www.youtube.com", "https://www.youtube.com/results?search_query=chat+live", "chat live"),
            ("en.wikipedia.org", "https://en.wikipedia.org/w/index.php?search=chat&title=Special:Search", "chat"),
            ("yandex.ru", "https://yandex.ru/search/?text=%D1%87%D0%B0%D1%82", "чат"),
            ("www.baidu.com", "http://www.baidu.com/s?wd=chat", "chat"),
            ("images.google.com", "https://images.google.com/search?tbm=isch&q=cats", "cats"),
            ("www.google.com", "https://www.google.com/search?udm=50&q=ask+me", "ask me"),
            ("www.bing.com", "https://www.bing.com/videos/search?q=cats", "cats"),
            ("www.bing.com", "https://www.bing.com/copilotsearch?q=cats", "cats"),
            ("duck.ai", "https://duck.ai/?q=tell+me", "tell me"),
            ("html.duckduckgo.com", "https://html.duckduckgo.com/html/?q=cats", "cats"),
            ("uk.images.search.yahoo.com", "https://uk.images.search.yahoo.com/search/images?p=cats", "cats"),
            ("www.ecosia.org", "https://www.ecosia.org/search?q=trees", "trees"),
            ("search.brave.com", "https://search.brave.com/images?q=cats", "cats"),
            ("search.brave.com", "https://search.brave.com/ask?q=why", "why"),
            ("www.startpage.com", "https://www.startpage.com/do/search?query=cats", "cats"),
            ("www.startpage.com", "https://www.startpage.com/sp/search?q=cats", "cats"),
            ("www.qwant.com", "https://www.qwant.com/?q=cats&t=images", "cats"),
            ("m.youtube.com", "https://m.youtube.com/results?search_query=cats", "cats"),
            ("de.wikipedia.org", "https://de.wikipedia.org/wiki/Spezial:Search?search=Katze", "Katze"),
            ("en.wikipedia.org", "https://en.wikipedia.org/w/api.php?action=opensearch&search=cat", "cat"),
            ("en.wikipedia.org", "https://en.wikipedia.org/w/rest.php/v1/search/title?q=cat&limit=10", "cat"),
            ("www.amazon.co.uk", "https://www.amazon.co.uk/s?k=rope&ref=nb", "rope"),
            ("www.amazon.de", "https://www.amazon.de/s/ref=nb?field-keywords=Seil", "Seil"),
            ("www.ebay.co.uk", "https://www.ebay.co.uk/sch/i.html?_nkw=old+coat", "old coat"),
            ("www.tiktok.com", "https://www.tiktok.com/search/video?q=dance", "dance"),
            ("www.pinterest.com", "https://www.pinterest.com/search/pins/?q=cake", "cake"),
            ("www.pinterest.co.uk", "https://www.pinterest.co.uk/search/pins/?q=cake", "cake"),
            ("www.reddit.com", "https://www.reddit.com/r/cats/search/?q=kitten", "kitten"),
            ("old.reddit.com", "https://old.reddit.com/search?q=kitten", "kitten"),
            ("chatgpt.com", "https://chatgpt.com/?q=write+a+poem", "write a poem"),
            ("claude.ai", "https://claude.ai/new?q=write+a+poem", "write a poem"),
            ("www.perplexity.ai", "https://www.perplexity.ai/search/new?q=why", "why"),
            ("copilot.microsoft.com", "https://copilot.microsoft.com/?q=why", "why"),
            ("grok.com", "https://grok.com/?q=why", "why"),
            ("chat.mistral.ai", "https://chat.mistral.ai/chat?q=why", "why"),
            // Hostile spellings: decoded once, as the engine does; what does not decode stays as it is.
            ("www.google.com", "http://www.google.com/search?q=%2563hat", "%63hat"),
            ("www.google.com", "http://www.google.com/search?q=%u0063hat", "%u0063hat"),
            ("www.google.com", "http://www.google.com/search?q=a%00b", "a\0b"),
            ("www.google.com", "http://www.google.com/search?q=%c0%ae", "\u{fffd}\u{fffd}"),
            ("www.google.com", "http://www.google.com/search?q=a%0d%0ab", "a\r\nb"),
            ("www.google.com", "http://www.google.com/search?hl=en;q=x", "x"),
            ("www.google.com", "http://www.google.com/search?q=&q=x&&&=", "x"),
            ("www.google.com", "http://www.google.com/search?q=x#q=y", "x"),
            ("www.google.com", "http://www.google.com/search?q=%26q%3Dy", "&q=y"),
            ("www.google.com", "http://www.google.com//search?q=x", ""),
            ("www.google.com", "http://www.google.com/search?q[]=x", ""),
        ];
        for (host, url, expected) in table {
            assert_eq!(read_terms(host, url).unwrap_or_default(), expected, "{url}");
            assert!(is_engine(host), "{host}");
        }
    }

    #[test]
    fn the_host_of_a_search_page_is_the_engine_itself_and_nothing_beside_it() {
        for (host, is) in [
            ("www.google.com", true),
            ("google.co.uk", true),
            ("www.google.co.uk.", true),
            ("m.search.naver.com", true),
            ("duckduckgo.com", true),
            ("mail.google.com", false),
            ("accounts.google.co.uk", false),
            ("www.google.com.example.test", false),
            ("notgoogle.com", false),
            ("www.youtube.com", false),
            ("en.wikipedia.org", false),
            ("www.facebook.com", false),
            ("site.test", false),
        ] {
            assert_eq!(is_search_page_host(host), is, "{host}");
        }
    }

    #[test]
    fn what_is_no_search_says_nothing() {
        let table = [
            ("www.example.test", "http://www.example.test/search?q=chat"),
            ("www.google.com", "www.google.com:443"),
            ("www.google.com", "http://www.google.com/"),
            ("www.google.com", "http://www.google.com/search"),
            ("www.google.com", "http://www.google.com/search?q="),
            ("www.google.com", "http://www.google.com/search?q=++"),
            ("www.google.com", "http://www.google.com/url?q=http://a.example/"),
            ("www.google.com", "http://www.google.com/searching?q=x"),
            ("www.google.com", "http://www.google.com.example/search?q=x"),
            ("www.google.com", "http://www.google.com@a.example/search?q=x"),
            ("www.amazon.com", "https://www.amazon.com/dp/B000?keywords=rope"),
            ("claude.ai", "https://claude.ai/login?q=x"),
            ("en.wikipedia.org", "https://en.wikipedia.org/wiki/Cat?q=x"),
            ("www.reddit.com", "https://www.reddit.com/user/x?q=y"),
            ("google.evil.test", "http://google.evil.test/search?q=x"),
            ("notgoogle.com", "http://notgoogle.com/search?q=x"),
            ("google.com.evil.test", "http://google.com.evil.test/search?q=x"),
            ("duckduckgo.com", "https://duckduckgo.com/about?q=chat"),
            ("", ""),
            ("com", "http://com/?q=x"),
            ("co.uk", "http://co.uk/search?q=x"),
        ];
        for (host, url) in table {
            assert_eq!(read_terms(host, url), None, "{url}");
        }
    }

    #[test]
    fn what_was_recorded_is_not_read_again_and_the_text_is_bounded() {
        assert_eq!(terms_of("said", "www.google.com", "http://www.google.com/search?q=x"), "said");
        assert_eq!(terms_of("", "www.google.com", "http://www.google.com/search?q=x"), "x");
        let long = format!("http://www.google.com/search?q={}", "%C3%A9".repeat(5000));
        assert_eq!(read_terms("www.google.com", &long).unwrap(), "é".repeat(LONGEST / 2));
    }

    #[test]
    fn every_host_of_the_table_is_an_engine_with_and_without_a_country_and_below_it() {
        for pattern in ENGINES.iter().flat_map(|engine| engine.hosts) {
            let hosts = match pattern.strip_suffix(".*") {
                Some(name) => vec![format!("{name}.com"), format!("www.{name}.de"), format!("{name}.co.uk"), format!("a.b.{name}.com.au")],
                None => vec![(*pattern).to_owned(), format!("www.{pattern}"), format!("{pattern}.")],
            };
            for host in hosts {
                assert!(is_engine(&host), "{host}");
            }
        }
    }
}
