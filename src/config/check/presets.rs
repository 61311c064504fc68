//! Presets: what a group may start from. They come with the program, and their categories need not be loaded.

use super::bench::Bench;
use crate::config::builtin::PRESETS;
use crate::config::node::{Value, read_document};
use crate::config::raw::RawPreset;
use crate::config::reader::Reader;
use crate::config::section::ReadTable;
use crate::config::source::{At, Place};
use std::sync::Arc;

/// All presets, read once. A test reads them without a fault, so whatever a reader would say of them is dropped.
pub(super) struct Presets(Vec<(&'static str, Arc<RawPreset>)>);

impl Presets {
    pub(super) fn read() -> Self {
        let mut reader = Reader::default();
        Self(PRESETS.iter().map(|(name, text)| (*name, Arc::new(read(name, text, &mut reader)))).collect())
    }
}

impl Bench<'_> {
    /// The preset with this name.
    pub(super) fn preset(&mut self, name: &At<String>) -> Option<Arc<RawPreset>> {
        let known = self.presets.0.iter().find(|(known, _)| *known == name.value).map(|(_, preset)| Arc::clone(preset));
        if known.is_none() {
            self.unknown("preset", name, PRESETS.iter().map(|(known, _)| *known));
        }
        known
    }
}

fn read(name: &str, text: &str, reader: &mut Reader) -> RawPreset {
    let source = reader.add_source(&format!("preset {name}"), text);
    let document = read_document(source, reader);
    let mut preset = RawPreset::default();
    preset.read_table(&At { value: Value::Table(document), place: Place { source, span: 0..0 } }, reader);
    preset
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Taxonomy;

    #[test]
    fn every_preset_reads_without_fault_and_names_known_categories_once() {
        for (name, text) in PRESETS {
            let mut reader = Reader::default();
            let preset = read(name, text, &mut reader);
            let names: Vec<_> = [&preset.allow, &preset.warn, &preset.block].into_iter().flatten().map(|at| at.value.as_str()).collect();
            for category in &names {
                let known = Taxonomy::get().category(category);
                assert!(known.is_some_and(|known| !known.locked), "{name}: {category} is no category of ours, or closed to everybody");
                assert_eq!(names.iter().filter(|other| *other == category).count(), 1, "{name}: {category} is there twice");
            }
            assert!(preset.allow.iter().any(|at| at.value == "sex-education"), "{name}: facts stay open");
            assert!(reader.finish().is_ok_and(|notes| notes.is_empty()), "{name}");
        }
    }
}
