//! Corpora: each names a file, and a bucket that exists.

use super::bench::Bench;
use crate::config::corpora::{Corpora, CorpusFile};
use crate::config::fault::FaultKind;
use crate::config::raw::RawCorpus;
use crate::config::source::At;
use crate::config::suggest::nearest;
use crate::model::Bucket;

/// The word for addresses that should be open.
const OPEN: &str = "allow";

/// Checks the tables.
pub(super) fn check(written: &[At<RawCorpus>], shares: Corpora, bench: &mut Bench<'_>) -> Corpora {
    let mut corpora = shares;
    for corpus in written {
        let raw = &corpus.value;
        let groups = bench.groups(&raw.groups);
        let Some(path) = bench.need(raw.path.as_ref(), &corpus.place, "path") else { continue };
        match raw.bucket.as_ref() {
            Some(bucket) if bucket.value == OPEN => corpora.open.push(path.into()),
            Some(bucket) => match Bucket::from_code(&bucket.value) {
                Some(found) => corpora.refused.push(CorpusFile { path: path.into(), bucket: Some(found), groups }),
                None => unknown(bucket, bench),
            },
            None => corpora.refused.push(CorpusFile { path: path.into(), bucket: None, groups }),
        }
    }
    corpora
}

fn unknown(bucket: &At<String>, bench: &mut Bench<'_>) {
    let known = || Bucket::all().map(Bucket::code).chain([OPEN]);
    let near = nearest(&bucket.value, known());
    let help =
        near.map_or_else(|| format!("there are: {}", known().collect::<Vec<_>>().join(", ")), |near| format!("did you mean \"{near}\"?"));
    bench.reader.fault_with_help(&bucket.place, FaultKind::Malformed { expected: "the name of a bucket".into() }, &help);
}
