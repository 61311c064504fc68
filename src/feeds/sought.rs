//! What the sources of the settings hold now, each by itself: one that cannot be used holds up no other.

use super::mapped::{is_of, map};
use super::sources::{BuiltIn, Found, Place, SourceFault, elsewhere, find_fetched, find_one, within};
use crate::config::{ListSettings, Source as Setting};
use crate::lists::{AgeBounds, ListImage, ListInfo, ListSpec};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Lists that were found, in a stable order, and sources that cannot be used.
#[derive(Debug, Default)]
pub(super) struct Sought {
    found: Vec<Found>,
    failed: Vec<Failed>,
}

/// A source that cannot be used.
#[derive(Debug)]
struct Failed {
    setting: Setting,
    fault: SourceFault,
    /// How many lists stand before its own.
    place: usize,
}

/// Every list of the settings. Of a list that is watched the place is kept: its entries stand in an image of their own.
pub(super) fn seek(settings: &ListSettings, builtin: BuiltIn) -> Sought {
    let mut sought = Sought::default();
    for setting in &settings.sources {
        match seek_one(settings, setting, builtin) {
            Ok(lists) => sought.found.extend(lists),
            Err(fault) => sought.failed.push(Failed { setting: setting.clone(), fault, place: sought.found.len() }),
        }
    }
    Sought { found: within(settings, sought.found), ..sought }
}

fn seek_one(settings: &ListSettings, setting: &Setting, builtin: BuiltIn) -> Result<Vec<Found>, SourceFault> {
    let lists = if setting.fetch.is_some() {
        find_fetched(settings, setting, builtin)?
    } else if setting.watch {
        return Ok(map(setting, vec![elsewhere(setting, builtin)?]));
    } else {
        find_one(setting, builtin)?
    };
    for list in &lists {
        for (_, place) in &list.files {
            if let (Place::File(path), Err(source)) = (place, place.open()) {
                return Err(SourceFault::Read { name: list.spec.name.to_string(), path: path.clone(), source });
            }
        }
    }
    Ok(lists)
}

impl Sought {
    /// Sources that cannot be used, and why.
    pub(super) fn failed(&self) -> impl Iterator<Item = (&str, &SourceFault)> {
        self.failed.iter().map(|failed| (&*failed.setting.name, &failed.fault))
    }

    /// All lists, or the first source that cannot be used.
    pub(super) fn whole(self) -> Result<Vec<Found>, SourceFault> {
        match self.failed.into_iter().next() {
            Some(failed) => Err(failed.fault),
            None => Ok(self.found),
        }
    }

    /// Lists that were found. Those of sources that cannot be used stand in their places without an entry, by which they are held back,
    /// where the last good image has them; where it has none they are left out.
    pub(super) fn with_stand_ins(self, last: &ListImage, alarms: &mut Vec<String>) -> Vec<Found> {
        let Self { mut found, failed } = self;
        for Failed { setting, fault, place } in failed.into_iter().rev() {
            let known: Vec<Found> =
                last.lists().iter().filter(|list| is_of(&setting, &list.name)).map(|list| stand_in(list, last)).collect();
            let words = if known.is_empty() { "it is left out until it comes" } else { "what is in force of it stays" };
            alarms.push(format!("{fault}; {words}"));
            found.splice(place..place, known);
        }
        found
    }
}

fn stand_in(list: &ListInfo, last: &ListImage) -> Found {
    let category = last.categories().get(usize::from(list.category.0)).map_or("", |name| &**name);
    Found::new(ListSpec { demonstration: list.demonstration, ..ListSpec::new(list.kind, &list.name, category) }, Vec::new())
}

/// When each list of an image is old, by the settings of its source.
pub(super) fn bounds(settings: &ListSettings, image: &ListImage) -> BTreeMap<Arc<str>, AgeBounds> {
    let bounds = |list: &ListInfo| {
        let source = settings.sources.iter().filter(|source| is_of(source, &list.name)).max_by_key(|source| source.name.len())?;
        Some((Arc::clone(&list.name), AgeBounds::of(source.kind, source.demonstration, source.stale_after)))
    };
    image.lists().iter().filter_map(bounds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SourceFormat;
    use crate::feeds::{Loaded, Origin, load};
    use crate::lists::{Freshness, ListKind};
    use crate::model::Timestamp;
    use std::fs;
    use std::path::Path;

    fn source(folder: &Path, name: &str, kind: ListKind) -> Setting {
        Setting::plain(name, kind, SourceFormat::Urls, folder.join(name))
    }

    fn loaded(settings: &ListSettings) -> Loaded {
        load(settings, |_| None, false).unwrap()
    }

    fn entries(loaded: &Loaded) -> Vec<(&str, u64)> {
        loaded.image.lists().iter().map(|list| (&*list.name, list.entries)).collect()
    }

    #[test]
    fn a_source_that_cannot_be_used_holds_up_no_statutory_list_and_no_alarm_of_age() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("police", "a.test/1\n");
        write("games", "a.test\n");
        let mut settings = ListSettings { folder: folder.path().join("compiled"), ..ListSettings::default() };
        settings.sources = vec![source(folder.path(), "games", ListKind::Category), source(folder.path(), "police", ListKind::Statutory)];
        assert_eq!(entries(&loaded(&settings)), [("games", 1), ("police", 1)]);

        // One that was never there is left out.
        settings.sources.push(source(folder.path(), "never", ListKind::Category));
        write("police", "a.test/1\na.test/2\n");
        let new = loaded(&settings);
        assert_eq!((entries(&new), new.origin), (vec![("games", 1), ("police", 2)], Origin::Compiled));
        assert!(new.alarms.iter().any(|alarm| alarm.contains("list never:") && alarm.contains("left out")), "{:?}", new.alarms);
        let late = Timestamp(new.as_of["police"].0 + 27 * 3_600_000_000);
        assert_eq!(new.freshness("police", late), Freshness::TooOld);

        // One that is gone keeps what it had, and its age.
        fs::remove_file(folder.path().join("games")).unwrap();
        write("police", "a.test/1\na.test/2\na.test/3\n");
        let gone = loaded(&settings);
        assert_eq!((entries(&gone), gone.origin), (vec![("games", 1), ("police", 3)], Origin::LastGood));
        assert_eq!(gone.as_of["games"], new.as_of["games"]);
        assert!(gone.alarms.iter().any(|alarm| alarm.contains("list games:") && alarm.contains("stays")), "{:?}", gone.alarms);
        assert_eq!(gone.freshness("police", Timestamp(gone.as_of["police"].0 + 27 * 3_600_000_000)), Freshness::TooOld);
    }
}
