//! The same search, asked for in its restricted form: where the whole address is seen, and the service documents a word of the query for
//! it, the client is sent to that address. A proxy does not rewrite a path or a query itself (RFC 9110 section 7.7; standards AC5).
//!
//! Must never change anything else of the address, and must never send to an address that it would send on again.

use super::safe;
use super::safe_table::{QUERIES, Query};
use super::set::PolicySet;
use crate::canon::{CanonicalUrl, Scheme};
use crate::model::GroupId;
use percent_encoding::percent_decode_str;

impl PolicySet {
    /// The address to send the client to, with the word that is written there; `None`: it may go on as it is.
    #[must_use]
    pub fn safer(&self, group: GroupId, url: &CanonicalUrl) -> Option<(String, &'static str)> {
        let scheme = match url.scheme() {
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::Ws | Scheme::Wss | Scheme::Tunnel => return None,
        };
        if !self.planned(group).1.safe_search {
            return None;
        }
        let twin = safe::search(url.host())?;
        let query = QUERIES.iter().find(|query| query.leads_to == twin)?;
        let target = safer_target(url.forward_target(), query)?;
        Some((format!("{scheme}://{}{target}", url.authority_text()), query.word))
    }
}

/// Path and query with the word in them, once and in its restricted value; `None`: nothing to change.
fn safer_target(target: &str, query: &Query) -> Option<String> {
    let (path, pairs) = target.split_once('?')?;
    let searches = query.paths.contains(&path) && pairs.split('&').any(|pair| is_named(pair, "q"));
    let name = query.word.split('=').next().unwrap_or_default();
    let mut said = pairs.split('&').filter(|pair| is_named(pair, name));
    if !searches || (said.next() == Some(query.word) && said.next().is_none()) {
        return None;
    }
    let kept = pairs.split('&').filter(|pair| !is_named(pair, name) && !pair.is_empty());
    Some(format!("{path}?{}", kept.chain([query.word]).collect::<Vec<_>>().join("&")))
}

fn is_named(pair: &str, name: &str) -> bool {
    percent_decode_str(pair.split('=').next().unwrap_or_default()).eq(name.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_gets_the_word_once_and_keeps_everything_else() {
        let google = &QUERIES[0];
        let table = [
            ("/search?q=tea", Some("/search?q=tea&safe=active")),
            ("/search?q=tea&safe=off&hl=en", Some("/search?q=tea&hl=en&safe=active")),
            ("/search?q=tea&s%61fe=off", Some("/search?q=tea&safe=active")),
            ("/search?q=tea&safe=active&safe=off", Some("/search?q=tea&safe=active")),
            ("/search?safe=active&q=a%26safe%3Doff+b", None),
            ("/search?q=tea&safe=active", None),
            ("/search?&q=tea&", Some("/search?q=tea&safe=active")),
            ("/search?hl=en", None),
            ("/search", None),
            ("/", None),
            ("/searching?q=tea", None),
            ("/url?q=tea", None),
        ];
        for (target, expected) in table {
            assert_eq!(safer_target(target, google).as_deref(), expected, "{target}");
        }
        for query in QUERIES {
            for path in query.paths {
                let once = safer_target(&format!("{path}?q=tea"), query).unwrap();
                assert_eq!(safer_target(&once, query), None, "{once} would be sent on again");
            }
        }
    }
}
