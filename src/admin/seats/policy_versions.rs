//! Every text of the settings that stood before or after a change from here, and the way back to one.

use super::enrol::complain;
use super::policy::{at, drafts_part};
use super::policy_words as words;
use super::sit::text;
use crate::admin::call::{Call, Reply, Stop, moment};
use crate::admin::place::Place;
use crate::admin::policy_deeds::{self as deeds, DeedFault};
use crate::admin::policy_drafts::{self as drafts, Version};
use crate::admin::policy_works::{ChangeFault, digest_of};
use crate::admin::roles::may;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::text_diff::changed_lines;
use axum::http::StatusCode;

/// All of them, and every draft.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let (versions, all) = call.desk.book.read(|book| Ok((drafts::versions(book)?, drafts::all(book, false)?)))?;
    let now = call.desk.works.policy()?.digest;
    let row = |version: &Version| Line {
        href: at(Place::PolicyVersion, &[("version", &version.id.to_string())]),
        cells: vec![
            version.id.to_string(),
            moment(version.at),
            who(call, version),
            version.approved_by.clone(),
            version.because.clone(),
            version.digest.clone(),
            if version.digest == now { call.say("policy.stands").to_owned() } else { String::new() },
        ],
    };
    let head = ["policy.number", "policy.when", "policy.by", "policy.approved_by", "policy.because", "policy.digest", "policy.state"]
        .map(|key| call.say(key).to_owned());
    let mut part = Part { heading: call.say("policy.versions").to_owned(), ..Part::default() };
    if versions.is_empty() {
        part.lines.push(call.say("policy.no_versions").to_owned());
    } else {
        (part.head, part.rows) = (head.into(), versions.iter().map(row).collect());
    }
    let mut parts = vec![part];
    parts.extend((!all.is_empty()).then(|| drafts_part(call, "policy.drafts", &all)));
    let sheet = Sheet { lead: vec![call.say("policy.versions_lead").to_owned()], parts, ..Sheet::titled(call.say("policy.versions")) };
    Ok(Reply::Page(Box::new(sheet)))
}

fn who(call: &Call<'_>, version: &Version) -> String {
    if version.by_name.is_empty() { call.say("policy.found").to_owned() } else { version.by_name.clone() }
}

fn version(call: &Call<'_>) -> Result<Version, Stop> {
    let fields = if call.post { &call.form } else { &call.query };
    let id = fields.raw("version").parse().map_err(|_| Stop::Unknown)?;
    call.desk.book.read(|book| drafts::version_numbered(book, id))?.ok_or(Stop::Unknown)
}

/// One of them, against what stands now.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Stop> {
    let version = version(call)?;
    Ok(Reply::Page(Box::new(sheet(call, &version)?)))
}

fn sheet(call: &Call<'_>, version: &Version) -> Result<Sheet, Stop> {
    let now = call.desk.works.settings_text()?;
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let facts = vec![
        fact("policy.when", moment(version.at)),
        fact("policy.by", who(call, version)),
        fact("policy.approved_by", version.approved_by.clone()),
        fact("policy.because", version.because.clone()),
        (call.say("policy.digest").to_owned(), version.digest.clone(), true),
    ];
    let links = version.draft.map(|id| (at(Place::PolicyDraft, &[("draft", &id.to_string())]), call.say("policy.its_draft").to_owned()));
    let about = Part {
        heading: call.say("policy.about_version").to_owned(),
        facts: facts.into_iter().filter(|(_, value, _)| !value.is_empty()).collect(),
        links: links.into_iter().collect(),
        ..Part::default()
    };
    let mut parts = vec![about];
    if digest_of(&now) == version.digest {
        parts[0].lines.push(call.say("policy.stands_now").to_owned());
    } else {
        let (heading, block) = (call.say("policy.back_lines").to_owned(), changed_lines(&now, &version.text));
        parts.push(Part { heading, block, ..Part::default() });
        let role = call.session()?.account.role;
        parts.extend(may(Some(role), Place::PolicyBack.action()).then(|| back_part(call, version)));
    }
    Ok(Sheet { parts, ..Sheet::titled(words::fill(call, "policy.version_title", &[&version.id.to_string()])) })
}

fn back_part(call: &Call<'_>, version: &Version) -> Part {
    let number = Field { name: "version", kind: Kind::Hidden, value: version.id.to_string(), ..Field::default() };
    let fields = vec![number, text(call, "because", "policy.because")];
    let form = Form { action: Place::PolicyBack.path(), button: call.say("policy.preview").to_owned(), fields };
    let lines = vec![call.say("policy.back_words").to_owned()];
    Part { heading: call.say("policy.back").to_owned(), lines, form: Some(form), ..Part::default() }
}

/// A draft that goes back to it.
pub(super) fn back(call: &Call<'_>) -> Result<Reply, Stop> {
    let version = version(call)?;
    let fault = match deeds::propose_back(call, &version, &call.form.text("because")) {
        Ok(id) => return Ok(Reply::Go(at(Place::PolicyDraft, &[("draft", &id.to_string())]).into(), None)),
        Err(DeedFault::Stop(stop)) => return Err(stop),
        Err(DeedFault::Change(ChangeFault::Works(fault))) => return Err(fault.into()),
        Err(fault) => fault,
    };
    let mut sheet = sheet(call, &version)?;
    let said = words::deed_fault(call, &fault);
    if matches!(fault, DeedFault::Because) {
        complain(&mut sheet, "because", Some(said));
    } else {
        sheet.fault = Some(said);
        sheet.parts.extend(words::check_part(call, &fault));
    }
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}
