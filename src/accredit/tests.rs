//! Every spelling of listed addresses is read as the listed address or refused, and no neighbour is.

use super::{Address, Listed, Mutation, Way};
use crate::canon::{CanonicalUrl, EntryOptions, HostKind, ListEntry, RawTarget, Wrappers, canonicalise, canonicalise_entry_with};

const LISTED: &[&str] = &[
    "listed.test",
    "long-name.listed.example",
    "b\u{fc}cher.test",
    "192.0.2.7",
    "[2001:db8::7]",
    "pages.test/area/bad-page.html",
    "pages.test/stra\u{df}e/caf\u{e9}",
    "198.51.100.9/gallery/seven",
    "[2001:db8::9]/deep/er/page",
    "view.test/show.php?id=7&lang=en",
    "view.test/find?q=two+words&page=1",
    "view.test/?q=root",
];

fn entries() -> Vec<ListEntry> {
    LISTED.iter().map(|raw| canonicalise_entry_with(raw.as_bytes(), EntryOptions { leading_wildcard: true }).unwrap()).collect()
}

/// Written plainly, apart from [`Listed`] and from the matcher.
fn meets(entry: &ListEntry, url: &CanonicalUrl) -> bool {
    url.forms().iter().any(|form| {
        let host = match entry.host_kind {
            HostKind::Name => form.host().strip_suffix(&entry.host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
            HostKind::Ipv4(_) | HostKind::Ipv6(_) => form.host() == entry.host,
        };
        let path = entry.path.as_ref().is_none_or(|path| {
            form.path() == &path[..] || (!path.is_empty() && form.path().strip_prefix(&path[..]).is_some_and(|rest| rest.starts_with(b"/")))
        });
        host && path && (entry.path.is_none() || form.has_pairs(&entry.pairs))
    })
}

#[test]
fn no_spelling_of_a_listed_address_is_read_as_another() {
    let wrappers = Wrappers::built_in();
    let mut tried = 0;
    let mut refused = 0;
    for entry in entries() {
        let address = Address::from(&entry);
        for spelled in Mutation::ALL.iter().filter_map(|mutation| mutation.spell(&address, true).map(|spelled| (mutation, spelled))) {
            let (mutation, raw) = (spelled.0, spelled.1.absolute());
            tried += 1;
            match canonicalise(RawTarget::Absolute(&raw), &wrappers) {
                Err(_) => refused += 1,
                Ok(url) => assert!(meets(&entry, &url), "{}: {}", mutation.code(), raw.escape_ascii()),
            }
        }
    }
    assert!(tried > 250, "{tried}");
    assert!(refused * 20 < tried, "{refused} of {tried} refused: too odd to prove anything");
}

#[test]
fn every_way_to_spell_is_used_for_some_address_and_has_a_name_of_its_own() {
    let all: Vec<Address> = entries().iter().map(Address::from).collect();
    for mutation in Mutation::ALL {
        assert!(all.iter().any(|address| mutation.spell(address, true).is_some()), "{mutation:?} is never used");
    }
    let mut codes: Vec<&str> = Mutation::ALL.iter().map(|mutation| mutation.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Mutation::ALL.len());
}

#[test]
fn neighbours_are_beside_the_entry_and_never_listed() {
    let entries = entries();
    let listed: Listed = entries.iter().map(Address::from).collect();
    let wrappers = Wrappers::built_in();
    for entry in &entries {
        let neighbours = listed.neighbours(&Address::from(entry));
        assert!(!neighbours.is_empty(), "{entry:?} has none");
        for neighbour in neighbours {
            let raw = Mutation::AsListed.spell(&neighbour, true).unwrap().absolute();
            let url = canonicalise(RawTarget::Absolute(&raw), &wrappers).unwrap();
            assert!(entries.iter().all(|entry| !meets(entry, &url)), "{}", raw.escape_ascii());
        }
    }
    let below = canonicalise_entry_with(b"www.listed.test/any", EntryOptions::default()).unwrap();
    assert!(listed.covers(&Address::from(&below)));
}

#[test]
fn inside_a_tunnel_only_what_fits_is_said() {
    let entry = canonicalise_entry_with(b"pages.test/area/x", EntryOptions::default()).unwrap();
    let address = Address::from(&entry);
    let wire = |mutation: Mutation| mutation.spell(&address, true).unwrap().request(Way::Inside);
    assert!(wire(Mutation::AsListed).unwrap().starts_with(b"GET /area/x HTTP/1.1\r\nHost: pages.test\r\n"));
    for mutation in [Mutation::User, Mutation::OddPort, Mutation::WebSocket, Mutation::HostConflict] {
        assert_eq!(wire(mutation), None, "{mutation:?}");
    }
}
