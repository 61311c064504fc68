//! Names of the lists, as one thread reads them, of each list no more than can be learned from.
//!
//! Must never depend on who read a name, or when: what is kept are the names with the lowest numbers, whoever saw them.

use super::family::number;
use crate::model::ListId;

/// The most names of one list that are learned from; of a longer one a part that its names choose by themselves.
pub(super) const MOST_OF_A_LIST: usize = 250_000;

/// What one thread has kept.
#[derive(Default)]
pub(crate) struct NameGatherer {
    /// Is anything learned at all?
    pub(crate) wanted: bool,
    /// By list number.
    lists: Vec<Kept>,
}

/// Of one list.
#[derive(Default)]
struct Kept {
    names: Vec<(u64, Box<str>)>,
    /// Names with this number and higher ones are not kept any more.
    limit: Option<u64>,
}

impl NameGatherer {
    /// A host of a category list.
    #[inline]
    pub(crate) fn host(&mut self, list: ListId, host: &str) {
        if self.wanted {
            self.keep(list, host);
        }
    }

    fn keep(&mut self, list: ListId, host: &str) {
        let at = usize::from(list.0);
        if self.lists.len() <= at {
            self.lists.resize_with(at + 1, Kept::default);
        }
        let (kept, number) = (&mut self.lists[at], number(host));
        if kept.limit.is_some_and(|limit| number >= limit) {
            return;
        }
        kept.names.push((number, host.into()));
        if kept.names.len() >= 2 * MOST_OF_A_LIST {
            kept.cut();
        }
    }

    /// The names of every list that any thread has kept, in order.
    pub(super) fn join(threads: Vec<Self>) -> Vec<Vec<(u64, Box<str>)>> {
        let mut all: Vec<Kept> = Vec::new();
        for kept in threads.into_iter().flat_map(|thread| thread.lists.into_iter().enumerate()) {
            if all.len() <= kept.0 {
                all.resize_with(kept.0 + 1, Kept::default);
            }
            all[kept.0].names.extend(kept.1.names);
        }
        all.iter_mut().for_each(Kept::cut);
        all.into_iter().map(|kept| kept.names).collect()
    }
}

impl Kept {
    fn cut(&mut self) {
        self.names.sort_unstable();
        self.names.dedup();
        if self.names.len() > MOST_OF_A_LIST {
            self.names.truncate(MOST_OF_A_LIST);
            self.limit = self.names.last().map(|(number, _)| *number);
        }
    }
}
