//! Small images that are asked beside the large one, and the emergency list of each category: what is closed now and did not wait for
//! the next compilation.

use super::{ListImage, ListInfo, ListKind, MAX_LISTS};
use crate::model::CategoryId;
use std::sync::Arc;

/// The emergency list of each category of an image, in the order of the categories. Their numbers follow those of the image's own lists;
/// as many of them as numbers are left.
#[must_use]
pub fn emergency_lists(image: &ListImage) -> Vec<ListInfo> {
    let left = MAX_LISTS.saturating_sub(image.lists().len());
    let one = |(number, category): (u8, &Arc<str>)| ListInfo {
        name: emergency_name(category),
        kind: ListKind::Category,
        category: CategoryId(number),
        entries: 0,
        rejected: 0,
        demonstration: false,
    };
    (0..=u8::MAX).zip(image.categories()).take(left).map(one).collect()
}

/// Name of the emergency list of a category.
#[must_use]
pub fn emergency_name(category: &str) -> Arc<str> {
    format!("emergency/{category}").into()
}

/// The images that are asked beside the large one, and the version of all together.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    images: Vec<Arc<ListImage>>,
    version: Arc<str>,
}

impl Beside {
    /// Those of the images that hold anything, beside the large one.
    #[must_use]
    pub fn new(large: &ListImage, images: impl IntoIterator<Item = Arc<ListImage>>) -> Self {
        let holds = |image: &Arc<ListImage>| image.lists().iter().any(|list| list.entries > 0);
        let images: Vec<Arc<ListImage>> = images.into_iter().filter(holds).collect();
        let versions = images.iter().map(|image| &**image.version()).map(|version| version.get(..8).unwrap_or(version));
        let version = std::iter::once(&**large.version()).chain(versions).collect::<Vec<_>>().join("+");
        Self { images, version: version.into() }
    }

    /// The images.
    #[must_use]
    pub fn images(&self) -> &[Arc<ListImage>] {
        &self.images
    }

    /// The version of all images together, that every record names.
    #[must_use]
    pub fn version(&self) -> &Arc<str> {
        &self.version
    }

    /// The lists of the large image and the emergency lists, with the entries of all images.
    #[must_use]
    pub fn lists(&self, large: &ListImage) -> Vec<ListInfo> {
        let mut lists: Vec<ListInfo> = large.lists().iter().cloned().chain(emergency_lists(large)).collect();
        for image in &self.images {
            for (list, more) in lists.iter_mut().zip(image.lists()) {
                list.entries += more.entries;
                list.rejected += more.rejected;
            }
        }
        let own = large.lists().len();
        lists.into_iter().enumerate().filter(|(place, list)| *place < own || list.entries > 0).map(|(_, list)| list).collect()
    }
}
