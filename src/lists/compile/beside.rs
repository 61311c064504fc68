//! A small image that is asked beside a large one: lists and categories have the same numbers in both, so that whatever reads a match
//! need not know from which of them it comes. It is made in milliseconds, however large the other is (standards U3: two speeds).

use super::compiler::{CompileFault, Compiler};
use super::spec::ListSpec;
use crate::lists::{ListImage, emergency_lists};
use crate::model::ListId;
use std::sync::Arc;

impl Compiler {
    /// A compiler of such an image. `None`: the large one has no lists, and so no key.
    #[must_use]
    pub fn beside(image: &ListImage) -> Option<Self> {
        let mut compiler = Self::with(image.secrets.clone()?, image.key_check);
        compiler.categories = image.categories().to_vec();
        for list in image.lists().iter().chain(&emergency_lists(image)) {
            let category = compiler.categories.get(usize::from(list.category.0)).map(Arc::clone)?;
            let mut spec = ListSpec::new(list.kind, &list.name, &category);
            (spec.elsewhere, spec.demonstration) = (true, list.demonstration);
            compiler.add_list(spec).ok()?;
        }
        Some(compiler)
    }

    /// The entries of this list stand here.
    ///
    /// # Errors
    /// [`CompileFault::UnknownList`]: the large image has no list of this name and category.
    pub fn take_over(&mut self, spec: ListSpec) -> Result<ListId, CompileFault> {
        let same = |known: &ListSpec| known.name == spec.name && known.kind == spec.kind && known.category == spec.category;
        let place = self.lists.iter().position(|list| same(&list.spec)).ok_or(CompileFault::UnknownList)?;
        self.lists[place].spec = ListSpec { elsewhere: false, ..spec };
        u8::try_from(place).map(ListId).map_err(|_| CompileFault::UnknownList)
    }
}
