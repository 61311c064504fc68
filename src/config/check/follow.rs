//! Other installations whose closures count here: each with a name, a folder and the fingerprint of its first key.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::follow::Follow;
use crate::config::raw::RawFollow;
use crate::config::source::At;

/// Checks every `[[follow]]`.
pub(super) fn check(written: &[At<RawFollow>], bench: &mut Bench<'_>) -> Vec<Follow> {
    written.iter().filter_map(|follow| one(follow, bench)).collect()
}

fn one(written: &At<RawFollow>, bench: &mut Bench<'_>) -> Option<Follow> {
    let raw = &written.value;
    let name = bench.need(raw.name.as_ref(), &written.place, "name");
    let folder = bench.need(raw.folder.as_ref(), &written.place, "folder");
    let first_key = bench.need(raw.first_key.as_ref(), &written.place, "first_key");
    if let Some(at) = raw.first_key.as_ref().filter(|at| at.value.len() != 64 || !at.value.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "64 hexadecimal digits".into() });
    }
    Some(Follow { name: name?, folder: folder?.into(), first_key: first_key? })
}
