//! The lists in force: the large image, and the small ones beside it (lists that are watched, what is closed in an emergency).

use crate::engine::Engine;
use crate::lists::ListImage;
use std::sync::Arc;

/// The lists that a private proxy is made of.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The large image.
    pub lists: Arc<ListImage>,
    /// Those beside it.
    pub beside: Vec<Arc<ListImage>>,
}

impl From<&Engine> for InForce {
    fn from(engine: &Engine) -> Self {
        Self { lists: Arc::clone(&engine.lists), beside: engine.beside().images().to_vec() }
    }
}

/// The large image alone: entries of lists that are watched are misses then.
impl From<&Arc<ListImage>> for InForce {
    fn from(lists: &Arc<ListImage>) -> Self {
        Self { lists: Arc::clone(lists), beside: Vec::new() }
    }
}
