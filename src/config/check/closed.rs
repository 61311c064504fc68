//! Files that hold a secret are refused while everybody on this machine may read them (security A7; ASVS 5.0, 13.3.2).

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::source::Place;
use std::path::Path;

/// One that is not there yet is told of by whoever reads it.
pub(super) fn must_be_closed(path: &Path, place: &Place, bench: &mut Bench<'_>) {
    if !path.as_os_str().is_empty() && bench.files.is_open_to_all(path) {
        let problem = "everybody on this machine may read it; a secret must not be (chmod 0600)".into();
        bench.reader.fault(place, FaultKind::File { path: path.to_string_lossy().into(), problem });
    }
}
