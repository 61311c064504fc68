//! What is worth a warning and no fault: one profile for everybody (standards X4), guests on the rules of staff (standards X2).

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::load::ListFiles;
use crate::config::raw::RawGroup;
use crate::config::reader::Reader;
use crate::config::source::{At, Place};
use crate::policy::{Group, Least};

/// Notes every such thing, for whoever checks the settings: a look into the log does not repeat it.
pub(super) fn check(written: &[At<RawGroup>], groups: &[Group], bench: &mut Bench<'_>) {
    if matches!(bench.list_files, ListFiles::Noted) {
        return;
    }
    let reader = &mut *bench.reader;
    let place = |at: &At<RawGroup>| at.value.name.as_ref().map_or_else(|| at.place.clone(), |name| name.place.clone());
    if let (Some(first), Some((one, others))) = (written.first(), groups.split_first())
        && others.iter().all(|other| same_rules(one, other))
    {
        reader.note(&place(first), FaultKind::OneProfile);
        return;
    }
    for (raw, guests) in written.iter().zip(groups).filter(|(_, group)| is_of(group, GUESTS)) {
        let like = written.iter().zip(groups).find(|(_, staff)| is_of(staff, STAFF) && same_rules(guests, staff));
        if let Some((_, staff)) = like {
            note_guests(&place(raw), guests, staff, reader);
        }
    }
}

const GUESTS: &[&str] = &["guest", "visitor", "byod", "wifi", "wi-fi", "public"];
const STAFF: &[&str] = &["staff", "teacher", "employee"];

/// Does its name or its title say that it is one of these?
fn is_of(group: &Group, words: &[&str]) -> bool {
    let said = format!("{} {}", group.name, group.title).to_lowercase();
    words.iter().any(|word| said.contains(word))
}

fn same_rules(one: &Group, other: &Group) -> bool {
    let rest = |group: &Group| (group.default, group.methods.clone(), group.hours.clone());
    one.categories == other.categories
        && one.category_hours == other.category_hours
        && Least::of(one) == Least::of(other)
        && rest(one) == rest(other)
}

fn note_guests(place: &Place, guests: &Group, staff: &Group, reader: &mut Reader) {
    let kind = FaultKind::GuestsAsStaff { guests: (*guests.name).into(), staff: (*staff.name).into() };
    reader.note(place, kind);
}
