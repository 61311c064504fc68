//! Is an entry in the image? The compiler's own check of its work, and the check for an entry that must be there (rule B2).

use super::{Digest, Key, ListImage, ListKind, Mark, PageMatch};
use crate::canon::ListEntry;
use crate::model::ListId;

impl ListImage {
    /// Does this list hold exactly this entry?
    pub(crate) fn holds(&self, list: ListId, kind: ListKind, page_match: PageMatch, entry: &ListEntry) -> bool {
        let Some(secrets) = &self.secrets else { return false };
        let exactly = page_match == PageMatch::Exact;
        let host = secrets.steps.host(&entry.host, entry.host_kind);
        let page = entry.path.as_ref().map(|path| secrets.steps.page(host, path));
        match kind {
            ListKind::Category if !entry.pairs.is_empty() => {
                let paired = page.map_or(&[][..], |page| self.pairs.of(page));
                paired.iter().any(|known| known.list == list && known.exactly == exactly && known.wanted == entry.pairs)
            }
            ListKind::Category => self.key_is_of(page.map_or(host, |page| if exactly { secrets.steps.exactly(page) } else { page }), list),
            ListKind::Statutory => {
                let digest = match &entry.path {
                    None => secrets.digester.host(&entry.host),
                    Some(path) => secrets.digester.page(&entry.host, path),
                };
                self.statutory.prescreen.may_hold(page.unwrap_or(host)) && self.statutory_holds(&digest, list, entry, exactly)
            }
        }
    }

    /// Is the key in the table, with this list among its lists?
    pub(crate) fn key_is_of(&self, key: Key, list: ListId) -> bool {
        self.sets.by_number(self.table.find(key)).is_some_and(|set| set.lists.contains(list.0))
    }

    fn statutory_holds(&self, place: &Digest, list: ListId, entry: &ListEntry, exactly: bool) -> bool {
        let Some(secrets) = &self.secrets else { return false };
        if !entry.pairs.is_empty() {
            let pairs = secrets.digester.pairs(place, &entry.pairs);
            return self.statutory.paired(place).iter().any(|known| known.list == list && known.exactly == exactly && known.pairs == pairs);
        }
        // Of several statutory lists with one entry the first answers for all.
        let answers = |found: Option<ListId>| found.is_some_and(|found| found <= list);
        let page_only = exactly && entry.path.is_some();
        self.statutory.mark(place).is_some_and(|mark: Mark| answers(if page_only { mark.list_exactly() } else { mark.list_below() }))
    }
}
