//! The statutory look-up, where the prescreen says that it is worth a digest.
//!
//! Must never report a match that was not compared in full, nor keep or print what it compared.

use super::find::Lookup;
use super::hits::{Hits, Place};
use super::host_suffixes::Suffix;
use crate::lists::{Digest, Mark};
use crate::model::ListId;

/// One host suffix that may be listed.
#[cold]
pub(super) fn suffix(lookup: Lookup<'_>, suffix: Suffix, hits: &mut Hits) {
    let Some(host) = lookup.form.host().get(usize::from(suffix.from)..) else { return };
    let Some(mark) = lookup.image.statutory.mark(&lookup.secrets.digester.host(host)) else { return };
    if let Some(list) = mark.list_below() {
        note(lookup, list, lookup.place(suffix, None), hits);
    }
    if mark.pages() {
        hits.statutory_urls_on_host = true;
        pages(lookup, suffix, host, hits);
    }
}

fn pages(lookup: Lookup<'_>, suffix: Suffix, host: &str, hits: &mut Hits) {
    let path = lookup.form.path();
    for (key, end) in lookup.prefixes(suffix.key, lookup.image.shapes.statutory_segments) {
        if !lookup.image.statutory.prescreen.may_hold(key) {
            continue;
        }
        let page = lookup.secrets.digester.page(host, &path[..end]);
        let Some(mark) = lookup.image.statutory.mark(&page) else { continue };
        if let Some(list) = list_of_page(lookup, mark, &page, end) {
            note(lookup, list, lookup.place(suffix, Some(end)), hits);
        }
    }
}

fn list_of_page(lookup: Lookup<'_>, mark: Mark, page: &Digest, end: usize) -> Option<ListId> {
    let whole = end == lookup.form.path().len();
    let plain = mark.list_below().or_else(|| mark.list_exactly().filter(|_| whole));
    plain.or_else(|| if mark.pairs() { list_by_pairs(lookup, page, end) } else { None })
}

/// The page is asked for and every listed pair is there; for an exact entry nothing else is.
fn list_by_pairs(lookup: Lookup<'_>, page: &Digest, end: usize) -> Option<ListId> {
    let mut entries = lookup.image.statutory.paired(page).iter().filter(|entry| lookup.asked(end, entry.exactly)).peekable();
    entries.peek()?;
    let pairs = lookup.pairs();
    let mut present: Vec<Digest> = pairs.iter_all().map(|(name, value)| lookup.secrets.digester.pair(page, name, value)).collect();
    present.sort_unstable();
    let meets = |wanted: &[Digest]| wanted.iter().all(|pair| present.binary_search(pair).is_ok());
    let only = |wanted: &[Digest]| pairs.iter().all(|(name, value)| wanted.contains(&lookup.secrets.digester.pair(page, name, value)));
    entries.find(|entry| meets(&entry.pairs) && (!entry.exactly || only(&entry.pairs))).map(|entry| entry.list)
}

/// The first match stays: one is enough, and it names the list.
fn note(lookup: Lookup<'_>, list: ListId, place: Place, hits: &mut Hits) {
    if let Some(info) = lookup.image.lists().get(usize::from(list.0)) {
        hits.statutory.get_or_insert(place.matched(list, info.category));
    }
}
