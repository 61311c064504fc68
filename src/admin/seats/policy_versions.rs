//! Every text of the settings that stood before or after a change from here, and the way back to one.

use super::enrol::complain;
use super::policy::{at, drafts_part};
use super::policy_site as of_file;
use super::policy_words as words;
use super::sit::text;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::policy_deeds::{self as deeds, DeedFault};
use crate::admin::policy_drafts::{self as drafts, Version};
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{ChangeFault, digest_of};
use crate::admin::roles::may;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::text_diff::changed_lines;
use axum::http::StatusCode;
use std::collections::BTreeMap;

/// All of them, and every draft.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = of_file::named(call)?;
    let sites = file.as_ref().map_or_else(|| of_file::asked(call), |file| Ok(Some(file.only())))?;
    let sites = sites.as_deref();
    let (versions, all) = call.desk.book.read(|book| Ok((drafts::versions(book, sites)?, drafts::all(book, false, sites)?)))?;
    let mut stands: BTreeMap<&PolicyFile, String> = BTreeMap::new();
    for version in &versions {
        if !stands.contains_key(&version.file) {
            // A file that cannot be read now costs the mark, and nothing else.
            let text = call.desk.works.policy_text(&version.file).ok().flatten();
            stands.insert(&version.file, text.map_or_else(String::new, |text| digest_of(&text)));
        }
    }
    let several = call.says_sites();
    let row = |version: &Version| Line {
        href: at(Place::PolicyVersion, &[("version", &version.id.to_string())]),
        cells: std::iter::once(version.id.to_string())
            .chain(several.then(|| of_file::few_words(call, &version.file)))
            .chain([
                call.moment(version.at),
                who(call, version),
                version.approved_by.clone(),
                version.because.clone(),
                version.digest.clone(),
                if stands.get(&version.file) == Some(&version.digest) { call.say("policy.stands").to_owned() } else { String::new() },
            ])
            .collect(),
    };
    let head = ["policy.number", "policy.when", "policy.by", "policy.approved_by", "policy.because", "policy.digest", "policy.state"]
        .map(|key| call.say(key).to_owned());
    let mut part = Part { heading: call.say("policy.versions").to_owned(), ..Part::default() };
    if versions.is_empty() {
        part.lines.push(call.say("policy.no_versions").to_owned());
    } else {
        part.head = head.into();
        if several {
            part.head.insert(1, call.say("policy.file_name").to_owned());
        }
        part.rows = versions.iter().map(row).collect();
    }
    let mut parts = vec![part];
    parts.extend((!all.is_empty()).then(|| drafts_part(call, "policy.drafts", &all)));
    let one = file.unwrap_or_default();
    parts.extend(of_file::others_part(call, &one, Place::PolicyVersions));
    let sheet = Sheet { lead: vec![call.say("policy.versions_lead").to_owned()], parts, ..Sheet::titled(call.say("policy.versions")) };
    Ok(Reply::Page(Box::new(sheet)))
}

fn who(call: &Call<'_>, version: &Version) -> String {
    if version.by_name.is_empty() { call.say("policy.found").to_owned() } else { version.by_name.clone() }
}

fn version(call: &Call<'_>) -> Result<Version, Stop> {
    let fields = if call.post { &call.form } else { &call.query };
    let id = fields.raw("version").parse().map_err(|_| Stop::Unknown)?;
    let version = call.desk.book.read(|book| drafts::version_numbered(book, id))?;
    version.filter(|version| of_file::reaches(call, &version.file)).ok_or(Stop::Unknown)
}

/// One of them, against what stands now.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Stop> {
    let version = version(call)?;
    Ok(Reply::Page(Box::new(sheet(call, &version)?)))
}

fn sheet(call: &Call<'_>, version: &Version) -> Result<Sheet, Stop> {
    let now = call.desk.works.policy_text(&version.file)?;
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let facts = vec![
        fact("policy.when", call.moment(version.at)),
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
    let Some(now) = now else {
        parts[0].lines.push(call.say("site_policy.gone_words").to_owned());
        return Ok(Sheet { parts, ..Sheet::titled(words::fill(call, "policy.version_title", &[&version.id.to_string()])) });
    };
    if digest_of(&now) == version.digest {
        parts[0].lines.push(call.say("policy.stands_now").to_owned());
    } else {
        let (heading, block) = (call.say("policy.back_lines").to_owned(), changed_lines(&now, &version.text));
        parts.push(Part { heading, block, ..Part::default() });
        let role = call.session()?.account.role;
        parts.extend(may(Some(role), Place::PolicyBack.action()).then(|| back_part(call, version)));
    }
    let lead = of_file::about_words(call, &version.file, &file_name(call, version)?).into_iter().collect();
    Ok(Sheet { lead, parts, ..Sheet::titled(words::fill(call, "policy.version_title", &[&version.id.to_string()])) })
}

/// What the file is called.
fn file_name(call: &Call<'_>, version: &Version) -> Result<String, Stop> {
    Ok(call.desk.works.policy_in(&version.file)?.map_or_else(String::new, |sight| sight.file))
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
