//! What is known of every segment before any is opened: the path of the log, and the card of each segment that has one. A segment that is
//! not asked for costs the reading of its card, a few hundred bytes.

use crate::store::fault::ReadFault;
use crate::store::files::Files;
use crate::store::index::{Card, load_card};
use crate::store::path::{Head, Link, segments_by};
use std::collections::HashMap;

/// The segments of the log in order, each with its card.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) path: Vec<Link>,
    pub(crate) cards: Vec<Option<Card>>,
}

impl Catalogue {
    /// Reads it.
    pub(crate) fn of(files: &dyn Files) -> Result<Self, ReadFault> {
        let mut known = HashMap::new();
        let mut head = |name: &str| {
            let card = load_card(files, name)?;
            let head = Head::read(card.first, &card.head).ok()?;
            known.insert(name.to_owned(), card);
            Some(head)
        };
        let (path, _) = segments_by(files, &mut head)?;
        let cards = path.iter().map(|link| known.remove(&link.name)).collect();
        Ok(Self { path, cards })
    }
}

/// The segments of the log in order. Where a segment has a card its head is known from there: a sealed one would be unpacked for it, which
/// takes milliseconds each, and a long log has thousands.
pub(crate) fn path_of(files: &dyn Files) -> Result<Vec<Link>, ReadFault> {
    Catalogue::of(files).map(|catalogue| catalogue.path)
}
