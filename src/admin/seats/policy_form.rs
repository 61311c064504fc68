//! What the forms of the policy editor have in common: names of fields that come from the settings, groups to choose from, and where a
//! fault belongs.

use super::enrol::complain;
use super::policy::at;
use super::policy_words as words;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::edit_works::Edit;
use crate::admin::place::Place;
use crate::admin::policy_deeds::{self as deeds, DeedFault};
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{ChangeFault, GroupSight, PolicySight};
use crate::admin::sheet::{Field, Kind, Sheet};
use axum::http::StatusCode;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Most names of fields that are kept: there are some hundred categories.
const MOST_NAMES: usize = 4096;

/// The name of a field that stands for something of the settings, such as a category. It is kept for good, and so only for what the settings
/// have. `None`: there are too many.
pub(super) fn field_name(kind: &str, name: &str) -> Option<&'static str> {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let wanted = format!("{kind}-{name}");
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(&*wanted) {
        return Some(*found);
    }
    if known.len() >= MOST_NAMES {
        return None;
    }
    let kept: &'static str = Box::leak(wanted.into_boxed_str());
    known.insert(kept);
    Some(kept)
}

/// A field that nobody sees.
pub(super) fn hidden(name: &'static str, value: &str) -> Field {
    Field { name, kind: Kind::Hidden, value: value.to_owned(), ..Field::default() }
}

/// The end of what is folded away.
pub(super) fn fold_end() -> Field {
    Field { kind: Kind::More, ..Field::default() }
}

/// Why.
pub(super) fn because(call: &Call<'_>) -> Field {
    let mut field = super::sit::text(call, "because", "policy.because");
    call.say("policy.because_help").clone_into(&mut field.help);
    field
}

/// A group of the file, as the query or the form names it.
pub(super) fn group_here(call: &Call<'_>, sight: &PolicySight) -> Result<usize, Stop> {
    let fields = if call.post { &call.form } else { &call.query };
    let wanted = fields.raw("group");
    sight.groups.iter().position(|group| group.name == wanted && group.line.is_some()).ok_or(Stop::Unknown)
}

/// A select of a group, or of everybody.
pub(super) fn whom(call: &Call<'_>, groups: &[GroupSight]) -> Field {
    let everybody = (String::new(), call.say("edit.everybody").to_owned());
    let choices = groups.iter().filter(|group| group.line.is_some()).map(|group| (group.name.clone(), group.title.clone()));
    Field {
        name: "group",
        kind: Kind::Select,
        label: call.say("policy.group").to_owned(),
        value: call.form.raw("group").to_owned(),
        choices: std::iter::once(everybody).chain(choices).collect(),
        ..Field::default()
    }
}

/// A text of several lines.
pub(super) fn area(call: &Call<'_>, name: &'static str, label: &'static str, help: &'static str) -> Field {
    let mut field = super::sit::text(call, name, label);
    call.say(help).clone_into(&mut field.help);
    field.kind = Kind::Area;
    field
}

/// What is folded away and has a fault in it is open.
pub(super) fn open_faulty(sheet: &mut Sheet) {
    for form in sheet.parts.iter_mut().filter_map(|part| part.form.as_mut()) {
        let mut fold = None;
        for at in 0..form.fields.len() {
            let field = &form.fields[at];
            if field.kind == Kind::More {
                fold = (!field.label.is_empty()).then_some(at);
            } else if let Some(fold) = fold.filter(|_| !field.fault.is_empty()) {
                "open".clone_into(&mut form.fields[fold].value);
            }
        }
    }
}

/// Makes a draft of these changes, each with the field that it comes from; or says beside which field it cannot be made.
pub(super) fn propose(
    call: &Call<'_>,
    file: &PolicyFile,
    mut sheet: Sheet,
    (edits, otherwise): (Vec<(&'static str, Edit)>, &'static str),
) -> Result<Reply, Stop> {
    let (fields, edits): (Vec<_>, Vec<_>) = edits.into_iter().unzip();
    let (edit, fault) = match deeds::propose_edits(call, file, edits, &call.form.text("because")) {
        Ok(id) => return Ok(Reply::Go(at(Place::PolicyDraft, &[("draft", &id.to_string())]).into(), None)),
        Err((_, DeedFault::Stop(stop))) => return Err(stop),
        Err((_, DeedFault::Change(ChangeFault::Works(fault)))) => return Err(fault.into()),
        Err(fault) => fault,
    };
    let field =
        if matches!(fault, DeedFault::Because) { "because" } else { edit.and_then(|at| fields.get(at)).copied().unwrap_or(otherwise) };
    let said = words::deed_fault(call, &fault);
    if field.is_empty() {
        sheet.fault = Some(said);
    } else {
        complain(&mut sheet, field, Some(said));
    }
    sheet.parts.extend(words::check_part(call, &fault));
    open_faulty(&mut sheet);
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// A page with faults.
pub(super) fn faulty(mut sheet: Sheet) -> Reply {
    open_faulty(&mut sheet);
    Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY)
}
