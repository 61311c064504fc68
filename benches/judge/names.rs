//! Made-up names by a fixed rule: lengths, labels and endings as in real category lists.

const SYLLABLES: [&str; 64] = [
    "ab", "ad", "al", "an", "ar", "as", "ba", "be", "bi", "bo", "ca", "ce", "co", "da", "de", "di", "do", "el", "en", "er", "es", "fa",
    "fi", "ga", "ge", "go", "ha", "hi", "in", "is", "ka", "ki", "la", "le", "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "no", "on",
    "or", "pa", "pe", "po", "ra", "re", "ri", "ro", "sa", "se", "so", "ta", "te", "to", "tube", "shop", "live", "free", "hub", "24",
];
const ENDINGS: [&str; 16] =
    ["com", "com", "com", "com", "com", "com", "net", "org", "ru", "de", "co.uk", "xyz", "top", "info", "com.br", "shop"];
const SUBDOMAINS: [&str; 8] = ["www", "m", "cdn", "static", "api", "mail", "blog", "edge-a.eu"];
const PATHS: [&str; 6] =
    ["", "index.html", "watch?v=abc123XYZ", "news/2026/11/22/a-story.html", "api/v1/items?page=2&size=50", "static/js/app.js"];

/// The made-up names.
pub(crate) struct Names;

/// One address to look up.
pub(crate) struct Query {
    /// Its host.
    pub(crate) host: String,
    /// The whole address.
    pub(crate) url: String,
    /// Is it listed?
    pub(crate) listed: bool,
}

/// Steele, Lea and Flood's splitmix64 step.
fn mix(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Names {
    fn write(n: usize, salt: u64, out: &mut String) {
        let mut bits = mix(n as u64 ^ salt << 48);
        out.clear();
        for _ in 0..2 + bits % 4 {
            bits = bits.rotate_right(7);
            out.push_str(SYLLABLES[(bits % 64) as usize]);
        }
        // The number keeps every name different.
        out.push_str(&format!("{:x}", n ^ (salt as usize) << 24));
        out.push('.');
        out.push_str(ENDINGS[(bits >> 32) as usize % ENDINGS.len()]);
    }

    /// The listed name with this number.
    pub(crate) fn listed(n: usize, out: &mut String) {
        Self::write(n, 0, out);
    }

    /// Its category: sizes fall off as in the UT1 collection, where one category holds most.
    pub(crate) fn category(n: usize, categories: usize) -> usize {
        let bits = mix(n as u64 ^ 0x00c0_ffee);
        match bits % 100 {
            0..86 => 0,
            86..92 => 1,
            92..97 => 2,
            _ => 3 + (bits >> 8) as usize % (categories - 3),
        }
    }

    /// Addresses of which one in ten is listed, half of those by a subdomain.
    pub(crate) fn queries(listed: usize, count: usize) -> impl Iterator<Item = Query> {
        (0..count).map(move |n| {
            let bits = mix(n as u64 ^ 0xbeef_0000);
            let is_listed = bits.is_multiple_of(10);
            let mut host = String::new();
            Self::write((bits >> 20) as usize % listed, if is_listed { 0 } else { 5 }, &mut host);
            if bits >> 16 & 1 == 0 {
                host = format!("{}.{host}", SUBDOMAINS[(bits >> 8) as usize % SUBDOMAINS.len()]);
            }
            let url = format!("http://{host}/{}", PATHS[(bits >> 12) as usize % PATHS.len()]);
            Query { host, url, listed: is_listed }
        })
    }
}
