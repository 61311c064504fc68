//! Keywords and expressions, run over every form as `host/path?query`.

use super::hits::{Hits, NO_PLACE, Place};
use crate::canon::{CanonicalUrl, Form};
use crate::lists::{ListImage, ListKind};
use crate::model::ListId;
use smallvec::SmallVec;

/// Longer addresses are put together on the heap.
const ORDINARY: usize = 1024;

pub(super) fn find(image: &ListImage, url: &CanonicalUrl, hits: &mut Hits) {
    let by_name = hits.categories;
    let mut text: SmallVec<[u8; ORDINARY]> = SmallVec::new();
    for (number, form) in url.forms().iter().enumerate() {
        write(form, &mut text);
        let place = Place { form: u8::try_from(number).unwrap_or(u8::MAX), host_from: NO_PLACE, path_to: None };
        image.rules.find(&text, |list| note(image, list, place, hits));
    }
    hits.by_rule = hits.categories.iter().filter(|&category| !by_name.contains(category)).collect();
}

fn write(form: &Form, text: &mut SmallVec<[u8; ORDINARY]>) {
    text.clear();
    text.extend_from_slice(form.host().as_bytes());
    text.push(b'/');
    text.extend_from_slice(form.path());
    if let Some(query) = form.raw_query() {
        text.push(b'?');
        text.extend_from_slice(query);
    }
}

/// A rule of a statutory list counts as statutory: what the operator declared so is not less for being a word.
fn note(image: &ListImage, list: ListId, place: Place, hits: &mut Hits) {
    let Some(info) = image.lists().get(usize::from(list.0)) else { return };
    match info.kind {
        ListKind::Statutory => {
            hits.statutory.get_or_insert(place.matched(list, info.category));
        }
        ListKind::Category if !hits.categories.contains(info.category) => hits.note(image, std::iter::once(list), place),
        ListKind::Category => hits.mark(place.form),
    }
}
