//! Requests counted by quarter of an hour, group, verdict, reason and categories. Texts are numbered, so that a request costs no memory
//! of its own.

use super::summary::{BUCKET_US, RollUp};
use crate::record::{RequestRecord, verdict_number};
use std::collections::HashMap;

type Numbers = HashMap<String, usize, rapidhash::fast::RandomState>;

/// What was counted so far.
#[derive(Default)]
pub(super) struct Counted {
    texts: Numbers,
    counts: HashMap<(i64, usize, u8, u8, usize), u64, rapidhash::fast::RandomState>,
}

impl Counted {
    /// Counts one.
    pub(super) fn count(&mut self, request: &RequestRecord<'_>) {
        let (group, categories) = (self.number(request.group), self.number(&request.categories));
        let bucket = request.at.wall.0.div_euclid(BUCKET_US);
        let key = (bucket, group, verdict_number(request.verdict), request.reason as u8, categories);
        *self.counts.entry(key).or_default() += 1;
    }

    fn number(&mut self, text: &str) -> usize {
        if let Some(&number) = self.texts.get(text) {
            return number;
        }
        let number = self.texts.len();
        self.texts.insert(text.to_owned(), number);
        number
    }

    /// The counts in order.
    pub(super) fn finish(self) -> Vec<RollUp> {
        let mut texts = vec![String::new(); self.texts.len()];
        for (text, number) in self.texts {
            texts[number] = text;
        }
        let entry = |((bucket, group, verdict, reason, categories), count): ((i64, usize, u8, u8, usize), u64)| RollUp {
            bucket,
            group: texts[group].clone(),
            verdict,
            reason,
            categories: texts[categories].clone(),
            count,
        };
        let mut entries: Vec<RollUp> = self.counts.into_iter().map(entry).collect();
        entries.sort_unstable();
        entries
    }
}
