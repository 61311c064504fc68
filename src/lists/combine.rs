//! The statutory lists of one image with the category lists of another, so that a category list that is held back never
//! holds back new statutory entries, nor the other way round (standards U3, U22).

use super::image::Shapes;
use super::{ListImage, ListInfo, ListKind};
use std::sync::Arc;

/// The images cannot be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombineFault {
    /// They were made with different installation keys.
    #[error("the images were made with different installation keys")]
    OtherKey,
    /// They were made for different settings.
    #[error("the images do not have the same lists and categories")]
    OtherLists,
}

impl ListImage {
    /// The statutory lists of one image and the category lists of another, both made for the same settings. The result has
    /// a version of its own.
    ///
    /// # Errors
    /// [`CombineFault`] when keys, lists or categories are not the same.
    pub fn combine(statutory: &Self, categories: &Self) -> Result<Self, CombineFault> {
        if statutory.key_check != categories.key_check {
            return Err(CombineFault::OtherKey);
        }
        let face = |list: &ListInfo| (list.name.clone(), list.kind, list.category);
        let same = statutory.lists.iter().map(face).eq(categories.lists.iter().map(face));
        if !same || statutory.categories != categories.categories {
            return Err(CombineFault::OtherLists);
        }
        let pick = |(one, other): (&ListInfo, &ListInfo)| match one.kind {
            ListKind::Statutory => one.clone(),
            ListKind::Category => other.clone(),
        };
        let mut image = Self {
            categories: categories.categories.clone(),
            lists: statutory.lists.iter().zip(&categories.lists).map(pick).collect(),
            key_check: categories.key_check,
            secrets: categories.secrets.clone(),
            shapes: Shapes { statutory_segments: statutory.shapes.statutory_segments, ..categories.shapes },
            table: categories.table.clone(),
            sets: categories.sets.clone(),
            pairs: categories.pairs.clone(),
            statutory: statutory.statutory.clone(),
            rules: categories.rules.clone(),
            names: Arc::clone(&categories.names),
            ..Self::default()
        };
        let checksum = image.content_checksum();
        image.seal(checksum);
        Ok(image)
    }
}
