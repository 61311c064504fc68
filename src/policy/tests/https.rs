//! Which tunnels are opened.

use super::super::*;
use super::world::{group, hits, image, rules, url};
use crate::matcher::Hits;
use crate::model::GroupId;

/// A policy of one group with this mode, which opens `named.test` by name.
fn set(https: HttpsMode) -> PolicySet {
    let group = Group { https, opened: vec!["named.test".into()], ..group("young") };
    PolicySet::build(Rules { groups: vec![group], local: Vec::new(), ..rules() }, &image()).unwrap()
}

#[test]
fn a_tunnel_is_opened_when_the_mode_asks_for_it_and_nothing_seals_it() {
    let pages = Hits { urls_on_host: true, ..Hits::default() };
    let listed = Hits { statutory_urls_on_host: true, ..Hits::default() };
    // host, what the lists say, search engine; opened in tunnel, selective and full mode
    for (host, found, searches, opened) in [
        ("site.test", Hits::default(), false, [false, false, true]),
        ("site.test", pages, false, [false, true, true]),
        ("site.test", listed, false, [false, true, true]),
        ("site.test", Hits::default(), true, [false, true, true]),
        ("named.test", Hits::default(), false, [false, true, true]),
        ("deep.below.named.test", Hits::default(), false, [false, true, true]),
        ("unnamed.test", Hits::default(), false, [false, false, true]),
        ("sealed.test", listed, true, [false, false, false]),
        ("www.sealed.test", listed, true, [false, false, false]),
        ("unsealed.test", Hits::default(), false, [false, false, true]),
        ("of-a-sealed-category.test", hits("news"), true, [false, false, false]),
        ("of-another-category.test", hits("games"), false, [false, false, true]),
    ] {
        for (mode, expected) in [HttpsMode::Tunnel, HttpsMode::Selective, HttpsMode::Full].into_iter().zip(opened) {
            let set = set(mode);
            let tunnel = url(&format!("tunnel {host}:443"));
            assert_eq!(set.opens(GroupId(0), &tunnel, &found, searches), expected, "{host} {mode:?}");
        }
    }
}
