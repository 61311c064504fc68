//! What a load reads: the sources as they are, and the last good text of those that cannot be used.

use super::compile::{Making, compile};
use super::last::{Text, sources_of, with_last};
use super::sought::seek;
use super::sources::{BuiltIn, Found, SourceFault};
use crate::config::ListSettings;
use crate::lists::{Compiled, ListImage, ListReport, Report};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Lists that were found, and where some of them come from.
pub(super) struct Reading {
    pub(super) found: Vec<Found>,
    /// Sources of which the last good text was taken.
    pub(super) stale: BTreeSet<String>,
    /// The settings, with the places of those texts.
    settings: ListSettings,
    builtin: BuiltIn,
    texts: Vec<Text>,
    /// What was held back before something stood in for it.
    held: Vec<ListReport>,
}

impl Reading {
    /// What the sources hold now. `last`: an image that has entries of sources of which nothing else is left.
    ///
    /// # Errors
    /// There is no such image, and a source cannot be used.
    pub(super) fn of(
        settings: &ListSettings,
        builtin: BuiltIn,
        last: Option<&ListImage>,
        alarms: &mut Vec<String>,
    ) -> Result<Self, SourceFault> {
        let mut sought = seek(settings, builtin);
        let failed = sought.failed().map(|(name, _)| name.to_owned()).collect();
        let (settings, stale) = with_last(settings, &failed);
        if !stale.is_empty() {
            let told = sought.failed().filter(|(name, _)| stale.contains(*name));
            alarms.extend(told.map(|(_, fault)| format!("{fault}; what is in force of it stays")));
            sought = seek(&settings, builtin);
        }
        let found = match last {
            Some(last) => sought.with_stand_ins(last, alarms),
            // Nothing stands in for what is missing: nothing is served.
            None => sought.whole()?,
        };
        let texts = Text::all(&settings, &found).into_iter().filter(|text| !stale.contains(text.name())).collect();
        Ok(Self { found, stale, settings, builtin, texts, held: Vec::new() })
    }

    /// Does this list come from the last good text of its source?
    pub(super) fn is_stale(&self, list: &Arc<str>) -> bool {
        sources_of(&self.settings, std::iter::once(list)).iter().any(|source| self.stale.contains(source))
    }

    /// The texts that are in force now, to be kept.
    pub(super) fn take_texts(&mut self) -> Vec<Text> {
        let mut texts = std::mem::take(&mut self.texts);
        texts.retain(|text| !self.stale.contains(text.name()));
        texts
    }

    /// Where lists are held back, everything once more with the last good texts of their sources.
    pub(super) fn mended(&mut self, first: Compiled, last: &ListImage, making: Making<'_>) -> Compiled {
        let held = sources_of(&self.settings, first.report.held().map(|(name, _)| name));
        let (settings, more) = with_last(&self.settings, &held);
        if more.is_empty() {
            return first;
        }
        let mut told = Vec::new();
        let found = seek(&settings, self.builtin).with_stand_ins(last, &mut told);
        // Whatever is told now was told before.
        let Ok(second) = compile(found.clone(), Some(last), making, &mut told) else { return first };
        (self.found, self.settings) = (found, settings);
        self.stale.extend(more);
        self.held = first.report.lists.into_iter().filter(|list| list.hold.is_some()).collect();
        second
    }

    /// The report, with what was read of lists for which something stands in.
    pub(super) fn with_why(&mut self, mut report: Report) -> Report {
        for held in self.held.drain(..) {
            if let Some(list) = report.lists.iter_mut().find(|list| list.name == held.name) {
                *list = held;
            }
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::{Loaded, Origin, load};
    use crate::config::{ListSettings, Source as Setting, SourceFormat};
    use crate::lists::ListKind;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn source(folder: &Path, name: &str, kind: ListKind, format: SourceFormat) -> Setting {
        Setting::plain(name, kind, format, folder.join(name))
    }

    fn loaded(settings: &ListSettings) -> (Loaded, Vec<(String, u64)>) {
        let loaded = load(settings, |_| None, false).unwrap();
        let entries = loaded.image.lists().iter().map(|list| (list.name.to_string(), list.entries)).collect();
        (loaded, entries)
    }

    fn counts(counts: [u64; 6]) -> Vec<(String, u64)> {
        let names = ["games", "music", "ut1/adult", "ut1/chat", "iwf", "police"];
        names.into_iter().map(str::to_owned).zip(counts).collect()
    }

    #[test]
    fn a_source_that_cannot_be_used_holds_up_no_other_of_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let mut settings = ListSettings { folder: folder.path().join("compiled"), ..ListSettings::default() };
        let urls = |name, kind| source(folder.path(), name, kind, SourceFormat::Urls);
        settings.sources = vec![
            urls("games", ListKind::Category),
            urls("music", ListKind::Category),
            source(folder.path(), "ut1", ListKind::Category, SourceFormat::Ut1),
            urls("iwf", ListKind::Statutory),
            urls("police", ListKind::Statutory),
        ];
        write("games", "a.test\nb.test\n");
        write("music", "c.test\n");
        write("ut1/adult/domains", "d.test\n");
        write("ut1/chat/domains", "e.test\nf.test\n");
        write("iwf", "g.test/1\n");
        write("police", "h.test/1\nh.test/2\n");
        let (first, entries) = loaded(&settings);
        assert_eq!((entries, first.origin), (counts([2, 1, 1, 2, 1, 2]), Origin::Compiled));
        let kept = settings.folder.join("last/police");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&kept), 0o700);
        let texts = fs::read_dir(&kept).unwrap().map(|entry| entry.unwrap().path()).filter(|path| !path.ends_with("current"));
        assert_eq!(texts.map(|path| mode(&path)).collect::<Vec<_>>(), [0o600]);

        // Gone, and empty; everything else has news.
        fs::remove_file(folder.path().join("games")).unwrap();
        write("police", "");
        write("ut1/chat/domains", "");
        write("music", "c.test\nc2.test\n");
        write("iwf", "g.test/1\ng.test/2\ng.test/3\n");
        for start in 0..2 {
            let (now, entries) = loaded(&settings);
            assert_eq!((entries, now.origin), (counts([2, 2, 1, 2, 3, 2]), Origin::LastGood), "start {start}: {:?}", now.alarms);
            for stale in ["games", "police", "ut1/chat"] {
                assert_eq!(now.as_of[stale], first.as_of[stale], "{stale} goes on growing older");
                assert!(now.alarms.iter().any(|alarm| alarm.contains(&format!("list {stale}:"))), "{stale}: {:?}", now.alarms);
            }
            for fresh in ["music", "iwf"] {
                assert!(now.as_of[fresh] > first.as_of[fresh], "{fresh}");
                assert!(!now.alarms.iter().any(|alarm| alarm.contains(fresh)), "{:?}", now.alarms);
            }
            let report = now.report.unwrap();
            assert_eq!(report.held().map(|(name, _)| &**name).collect::<Vec<_>>(), ["ut1/chat", "police"], "the reason is shown");
        }

        // Also where no image is left.
        for age in ["", ".1", ".2"] {
            // There may be none.
            fs::remove_file(settings.folder.join(format!("lists.image{age}"))).unwrap_or_default();
        }
        write("police", "h.test/3\n");
        write("ut1/chat/domains", "e.test\n");
        let (without, entries) = loaded(&settings);
        assert_eq!(entries, counts([2, 2, 1, 1, 3, 1]), "{:?}", without.alarms);
        assert_eq!(without.as_of["games"], first.as_of["games"]);

        write("games", "a.test\n");
        let (mended, entries) = loaded(&settings);
        assert_eq!((entries, mended.origin, mended.alarms), (counts([1, 2, 1, 1, 3, 1]), Origin::Compiled, Vec::new()));
        assert_eq!(loaded(&settings).0.origin, Origin::Kept);

        settings.sources.retain(|source| source.name != "police");
        loaded(&settings);
        assert!(!kept.exists(), "nothing is kept of a list that is there no more");
    }
}
