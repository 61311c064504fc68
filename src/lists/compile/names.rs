//! What the compiler learns of names: asked for before the first list is fed, and learned once all are.

use super::compiler::Compiler;
use crate::lists::names::{AllowFault, Doubtful, NameModel, NameSettings, Taught, teach};
use std::io::Read;
use std::sync::Arc;

impl Compiler {
    /// Learns names, too. Without it nothing of them is kept.
    #[must_use]
    pub fn with_names(mut self, settings: NameSettings) -> Self {
        self.gathered.iter_mut().for_each(|part| part.names.wanted = true);
        self.taught = Some(Taught::new(settings));
        self
    }

    /// Reads one file of the allow corpus: one name a line, or `rank,name`. How many of all lines so far are no names comes back.
    ///
    /// # Errors
    /// [`AllowFault`] when the file cannot be read to its end.
    pub fn allow_names(&mut self, file: &str, text: impl Read) -> Result<u64, AllowFault> {
        let Some(taught) = &mut self.taught else { return Ok(0) };
        taught.allow(file, text)?;
        Ok(taught.bad_lines)
    }

    /// Learns from what was fed: takes a while, and nothing where it was not asked for. What it found comes back, with the names of the
    /// allow corpus that look most like each category, `doubtful` at most of each.
    pub fn learn_names(&mut self, doubtful: usize) -> (Arc<NameModel>, Vec<Doubtful>) {
        let Some(taught) = self.taught.take() else { return (Arc::clone(&self.names), Vec::new()) };
        let gathered = self.gathered.iter_mut().map(|part| std::mem::take(&mut part.names)).collect();
        let category_of: Vec<_> = self.lists.iter().map(|list| list.category).collect();
        let (model, doubts) = teach(taught, gathered, (&category_of, &self.categories), doubtful);
        self.names = Arc::new(model);
        (Arc::clone(&self.names), doubts)
    }
}
