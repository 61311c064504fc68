//! From lists that were found to an image.

use super::load::FeedFault;
use super::names;
use super::sources::{Found, Place, SourceFault};
use crate::config::ListSettings;
use crate::lists::{CompileFault, Compiled, Compiler, InstallationKey, ListImage, ListKind, Report};
use crate::model::ListId;
use aws_lc_rs::digest;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// What an image is made with.
#[derive(Clone, Copy)]
pub(super) struct Making<'a> {
    pub(super) key: &'a InstallationKey,
    pub(super) settings: &'a ListSettings,
}

/// Compiles them all.
pub(super) fn compile(
    found: Vec<Found>,
    last: Option<&ListImage>,
    making: Making<'_>,
    alarms: &mut Vec<String>,
) -> Result<Compiled, FeedFault> {
    // A fault of the allow corpus must never hold a list back: then nothing is learned, and somebody is told.
    let compiler = names::compiler(making.key, making.settings).unwrap_or_else(|fault| {
        alarms.push(format!("nothing is learned of names: {fault}"));
        Compiler::new(making.key)
    });
    let compiled = declare(compiler, found, (last, &making.settings.categories), alarms)?.finish();
    alarms.extend(alarms_of(&compiled.report));
    Ok(compiled)
}

/// Declares every list and every category, and feeds the files.
pub(super) fn declare(
    mut compiler: Compiler,
    found: Vec<Found>,
    (last, categories): (Option<&ListImage>, &[Arc<str>]),
    alarms: &mut Vec<String>,
) -> Result<Compiler, FeedFault> {
    for mut list in found {
        list.spec.last_good_entries = last_good_entries(last, &list);
        let id = compiler.add_list(list.spec.clone())?;
        feed(&mut compiler, id, &list, alarms)?;
    }
    // Where there are more than an image can have, the lists have more than anybody closes in an emergency.
    let fits = categories.iter().take_while(|name| compiler.category(name).is_ok()).count();
    tracing::debug!(fits, "categories");
    Ok(compiler)
}

pub(super) fn last_good_entries(last: Option<&ListImage>, list: &Found) -> Option<u64> {
    last.and_then(|last| last.lists().iter().find(|known| known.name == list.spec.name)).map(|known| known.entries)
}

/// Reads the files of a list.
pub(super) fn feed(compiler: &mut Compiler, id: ListId, list: &Found, alarms: &mut Vec<String>) -> Result<(), FeedFault> {
    let name = &list.spec.name;
    for (source, place) in &list.files {
        let text = place.open().map_err(|source| match place {
            Place::File(path) => SourceFault::Read { name: name.to_string(), path: path.clone(), source },
            Place::BuiltIn(_) => SourceFault::NotBuiltIn { name: name.to_string(), wanted: String::new() },
        })?;
        match compiler.feed(id, source, text) {
            // The list is then held back by the compiler, which says so.
            Err(fault @ CompileFault::Read { .. }) => alarms.push(fault.to_string()),
            other => other?,
        }
    }
    Ok(())
}

pub(super) fn alarms_of(report: &Report) -> impl Iterator<Item = String> {
    report.alarms().flat_map(|list| {
        let statutory = list.kind == ListKind::Statutory;
        let lines = list.bad_lines.iter().filter(move |_| statutory).take(20);
        lines
            .map(|line| format!("statutory list {}: bad line {line}", list.name))
            .chain(list.hold.map(|hold| format!("list {}: {hold}", list.name)))
    })
}

pub(super) fn held(report: &Report) -> String {
    report.held().map(|(name, reason)| format!("{name}: {reason}")).collect::<Vec<_>>().join("; ")
}

/// Changes when the program, the settings of the lists, or a file's name, size or time changes.
pub(super) fn stamp(settings: &ListSettings, found: &[Found]) -> String {
    let mut text = format!("{} {settings:?}\n", env!("CARGO_PKG_VERSION"));
    for (source, place) in found.iter().flat_map(|list| &list.files) {
        let facts = match place {
            Place::File(path) => fs::metadata(path).map_or((0, 0, 0), |facts| (facts.size(), facts.mtime(), facts.mtime_nsec())),
            Place::BuiltIn(text) => (text.len() as u64, 0, 0),
        };
        text += &format!("{source:?} {place:?} {facts:?}\n");
    }
    text += &names::stamp(settings.names.as_ref());
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
