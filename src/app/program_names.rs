//! Which program a `User-Agent` names, by plain rules of our own (RFC 9110 section 10.1.5): a browser with its number, else the first product
//! with its number; and programs that are made to get around filters. What clients say is no proof: any program may say anything.

/// Longest name that is told, in signs.
const LONGEST: usize = 60;

/// Browsers by the product that gives them away, the most telling first: most of them name the others too. `true`: the number counts.
const BROWSERS: [(&str, &str); 16] = [
    ("Edg", "Edge"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("Edge", "Edge"),
    ("OPR", "Opera"),
    ("OPT", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex Browser"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("HeadlessChrome", "Chrome without a window"),
    ("CriOS", "Chrome"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Trident", "Internet Explorer"),
];

/// How programs begin that are made to get around filters.
///
/// Source: what subconverter, which hands such programs their settings, knows each of them by (`UAMatchList` in `src/handler/interfaces.cpp`
/// of github.com/tindy2013/subconverter, commit 02566c43047bb56fb9673ee87f137a4258d9af0e). Tor Browser, Psiphon and VPNs say what a browser
/// says, or nothing: they are not found by this.
const WAYS_ROUND: [&str; 14] = [
    "Clash",
    "Stash",
    "Kitsunebi",
    "Loon",
    "Pharos",
    "Potatso",
    "Quantumult",
    "Qv2ray",
    "Shadowrocket",
    "Surfboard",
    "Surge",
    "Trojan-Qt5",
    "V2rayU",
    "V2RayX",
];

/// A product and its version, as they stand.
fn products(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut depth = 0_usize;
    let outside = move |word: &&str| {
        let inside = depth > 0;
        let opened = word.matches('(').count();
        depth = (depth + opened).saturating_sub(word.matches(')').count());
        !inside && opened == 0
    };
    text.split(' ').filter(|word| !word.is_empty()).filter(outside).map(|word| word.split_once('/').unwrap_or((word, "")))
}

/// The number before the first point.
fn major(version: &str) -> &str {
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    &version[..end.min(6)]
}

fn named(name: &str, version: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(LONGEST).collect();
    match major(version) {
        "" => clean,
        number => format!("{clean} {number}"),
    }
}

/// The program and the number of its version; empty: it says nothing.
pub(super) fn program(agent: &[u8]) -> String {
    let text = String::from_utf8_lossy(agent);
    let text = text.trim();
    let find = |product: &str| products(text).find(|(name, _)| *name == product);
    for (product, name) in BROWSERS {
        if let Some((_, version)) = find(product) {
            return named(name, version);
        }
    }
    // Internet Explorer says what it is in a comment alone.
    if text.contains("Trident/") || text.contains("; MSIE ") {
        return named("Internet Explorer", "");
    }
    if let (Some(_), Some((_, version))) = (find("Safari"), find("Version")) {
        return named("Safari", version);
    }
    // Whatever else begins with Mozilla is told by what it names last.
    let mut all = products(text).filter(|(name, _)| !["Mozilla", "AppleWebKit", "Gecko", "like", "Mobile", "Safari"].contains(name));
    let own = all.next().or_else(|| products(text).next());
    own.map_or_else(String::new, |(name, version)| named(name, version))
}

/// Is it made to get around filters?
pub(super) fn is_way_round(agent: &[u8]) -> bool {
    WAYS_ROUND.iter().any(|name| agent.get(..name.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(name.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_by_their_products() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, told) in [
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/126.0.0.0 Safari/537.36"), "Chrome 126"),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87"), "Edge 126"),
            (format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} HeadlessChrome/120.0.0.0 Safari/537.36"), "Chrome without a window 120"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".into(), "Firefox 128"),
            ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1".into(), "Safari 17"),
            ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko".into(), "Internet Explorer"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)".into(), "Mozilla 5"),
            ("curl/8.5.0".into(), "curl 8"),
            ("python-requests/2.31.0".into(), "python-requests 2"),
            ("Microsoft-CryptoAPI/10.0".into(), "Microsoft-CryptoAPI 10"),
            ("  ".into(), ""),
            ("ClashforWindows/0.20.39".into(), "ClashforWindows 0"),
            ("x\u{1b}[31m/1".into(), "x\u{fffd}[31m 1"),
            ("(((((".into(), ""),
            ("a/99999999999999".into(), "a 999999"),
        ] {
            assert_eq!(program(agent.as_bytes()), told, "{agent}");
        }
        assert_eq!(program(b"=cmd|' /C calc'!A0\xff"), "=cmd|'");
        assert!(program(&[b'x'; 100_000]).len() <= LONGEST);
        assert!(
            is_way_round(b"Shadowrocket/1978 CFNetwork/1410.0.3")
                && is_way_round(b"clash-verge/v1.7.7")
                && is_way_round(b"Quantumult%20X/1.0")
        );
        assert!(!is_way_round(b"Mozilla/5.0 Clash") && !is_way_round(b"") && !is_way_round(b"curl/8"));
    }
}
