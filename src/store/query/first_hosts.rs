//! When hosts were first asked for, as the summaries of the log tell: to the time of a segment, which is a day at most in a busy place.

use super::catalogue::Catalogue;
use crate::model::Timestamp;
use crate::store::fault::ReadFault;
use crate::store::files::DiskFiles;
use crate::store::index::load_host_counts;
use std::path::Path;

/// Shows every host of each segment that has an index, with the time of the segment's first record; oldest first. When the log begins,
/// if it has any.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn first_hosts(folder: &Path, mut each: impl FnMut(&str, Timestamp)) -> Result<Option<Timestamp>, ReadFault> {
    let files = DiskFiles::at(folder);
    let catalogue = Catalogue::of(&files)?;
    let mut began: Option<Timestamp> = None;
    for (link, card) in catalogue.path.iter().zip(&catalogue.cards) {
        let Some(card) = card.as_ref().filter(|card| card.requests > 0) else { continue };
        let at = Timestamp(card.times.0);
        began = Some(began.map_or(at, |began| began.min(at)));
        for count in load_host_counts(&files, &link.name, card, &|_| true).into_iter().flatten() {
            each(&count.host, at);
        }
    }
    Ok(began)
}
