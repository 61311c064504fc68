//! Addresses that this place opens or closes: those that stand, up to 500 more at once with an answer for each line, and one that goes.

use super::enrol::complain;
use super::policy_form as form;
use super::policy_site::{self as of_file, About};
use super::policy_words as words;
use super::sit::text;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::edit_text::lines;
use crate::admin::edit_works::{Edit, LineAnswer, MOST_ADDRESSES, NewRule, RuleSight};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{PolicySight, digest_of};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use axum::http::StatusCode;

/// Most that one page shows.
const PAGE: usize = 500;

/// What stands.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = match of_file::about(call, "place.addresses")? {
        About::File(file) => file,
        About::Page(page) => return Ok(page),
    };
    Ok(Reply::Page(Box::new(list_sheet(call, &file)?)))
}

fn list_sheet(call: &Call<'_>, file: &PolicyFile) -> Result<Sheet, Stop> {
    let sight = of_file::sight(call, file)?;
    let all = call.desk.works.rule_sights(file)?;
    let changes = of_file::can(call, Place::PolicyAddressOut);
    let row = |rule: &RuleSight| {
        let out = if changes { out_path(file, rule) } else { String::new() };
        let until = if rule.expires.is_empty() { call.say("edit.no_end").to_owned() } else { rule.expires.clone() };
        let does = call.say(if rule.allow { "policy.allow" } else { "policy.block" }).to_owned();
        let whom = if rule.groups.is_empty() { call.say("edit.everybody").to_owned() } else { rule.groups.clone() };
        let place = words::fill(call, "policy.line", &[&rule.line.to_string()]);
        Line { href: out, cells: vec![rule.address.clone(), does, whom, rule.reason.clone(), rule.author.clone(), until, place] }
    };
    let head = ["edit.address", "policy.does", "policy.group", "policy.because", "policy.by", "edit.until", "policy.place"];
    let mut said = vec![call.say("edit.addresses_words").to_owned()];
    said.extend((all.len() > PAGE).then(|| words::fill(call, "edit.more_addresses", &[&count((all.len() - PAGE) as u64)])));
    let more = call.desk.works.more_addresses(file)?;
    let more = more.map(|name| words::fill(call, "site_policy.more_addresses", &[&name]));
    let mut links = vec![(of_file::path(Place::Policy, file, &[]), call.say("place.policy").to_owned())];
    links.extend(changes.then(|| (of_file::path(Place::PolicyAddressesNew, file, &[]), call.say("edit.addresses_new").to_owned())));
    let part = Part {
        heading: call.say("edit.stands").to_owned(),
        lines: if all.is_empty() { vec![call.say("edit.no_addresses").to_owned()] } else { said },
        head: if all.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: all.iter().take(PAGE).map(row).collect(),
        after: more.into_iter().collect(),
        links,
        ..Part::default()
    };
    let lead = call.say(if *file == PolicyFile::Settings { "edit.addresses_lead" } else { "site_policy.addresses_lead" }).to_owned();
    Ok(Sheet {
        parts: std::iter::once(part).chain(of_file::others_part(call, file, Place::PolicyAddresses)).collect(),
        lead: std::iter::once(lead).chain(of_file::about_words(call, file, &sight.file)).collect(),
        ..Sheet::titled(call.say("place.addresses"))
    })
}

fn out_path(file: &PolicyFile, rule: &RuleSight) -> String {
    let (number, allow) = (rule.rule.to_string(), if rule.allow { "allow" } else { "block" });
    of_file::path(Place::PolicyAddressOut, file, &[("rule", &number), ("does", allow), ("address", &rule.address)])
}

/// The form for more.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = match of_file::about(call, "edit.addresses_new")? {
        About::File(file) => file,
        About::Page(page) => return Ok(page),
    };
    let sight = of_file::sight(call, &file)?;
    Ok(Reply::Page(Box::new(sheet(call, (&file, &sight), ""))))
}

fn sheet(call: &Call<'_>, (file, sight): (&PolicyFile, &PolicySight), seen: &str) -> Sheet {
    let does = Field {
        name: "does",
        kind: Kind::Radio,
        label: call.say("policy.wish").to_owned(),
        value: call.form.text("does"),
        choices: [("block", "policy.block"), ("allow", "policy.allow")]
            .map(|(word, key)| (word.to_owned(), call.say(key).to_owned()))
            .into(),
        ..Field::default()
    };
    let mut until = text(call, "until", "edit.until_last");
    until.kind = Kind::Date;
    call.say("edit.until_help").clone_into(&mut until.help);
    let fields = vec![
        form::area(call, "addresses", "edit.addresses", "edit.addresses_help"),
        does,
        form::whom(call, &sight.groups),
        until,
        form::because(call),
        form::hidden("seen", seen),
        of_file::field(file),
    ];
    let button = call.say(if seen.is_empty() { "edit.look_at_lines" } else { "policy.preview" }).to_owned();
    let part = Part {
        heading: call.say("policy.new").to_owned(),
        form: Some(Form { action: Place::PolicyAddressesNew.path(), button, fields }),
        links: vec![(of_file::path(Place::PolicyAddresses, file, &[]), call.say("place.addresses").to_owned())],
        ..Part::default()
    };
    let lead = std::iter::once(call.say("policy.change_lead").to_owned()).chain(of_file::about_words(call, file, &sight.file));
    Sheet { lead: lead.collect(), parts: vec![part], ..Sheet::titled(call.say("edit.addresses_new")) }
}

/// What is wrong with the form, by field.
fn faults(call: &Call<'_>, sight: &PolicySight, all: &[String]) -> Vec<(&'static str, String)> {
    let (group, until) = (call.form.raw("group"), call.form.text("until"));
    let choose = || call.say("fault.choose").to_owned();
    let mut faults: Vec<(&'static str, String)> = Vec::new();
    if all.is_empty() {
        faults.push(("addresses", call.say("fault.missing").to_owned()));
    }
    if all.len() > MOST_ADDRESSES {
        faults.push(("addresses", words::fill(call, "edit.too_many", &[&MOST_ADDRESSES.to_string(), &all.len().to_string()])));
    }
    if !matches!(call.form.raw("does"), "allow" | "block") {
        faults.push(("does", choose()));
    }
    if !group.is_empty() && !sight.groups.iter().any(|known| known.name == group && known.line.is_some()) {
        faults.push(("group", choose()));
    }
    if let Some(fault) = super::sit::no_reason(call, &call.form.text("because")) {
        faults.push(("because", fault));
    }
    if !until.is_empty() && until.parse::<jiff::civil::Date>().is_err() {
        faults.push(("until", call.say("fault.day").to_owned()));
    }
    faults
}

/// Answers every line; what was answered already and is sent again becomes a draft.
pub(super) fn add(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = of_file::sent(call)?;
    let sight = of_file::sight(call, &file)?;
    let at = (&file, &sight);
    let all = lines(call.form.raw("addresses"));
    let (does, group, until) = (call.form.raw("does"), call.form.raw("group"), call.form.text("until"));
    let faults = faults(call, &sight, &all);
    if !faults.is_empty() {
        let mut sheet = sheet(call, at, "");
        faults.into_iter().for_each(|(field, fault)| complain(&mut sheet, field, Some(fault)));
        return Ok(form::faulty(sheet));
    }
    let groups: Vec<String> = Some(group).filter(|group| !group.is_empty()).map(str::to_owned).into_iter().collect();
    let answers = call.desk.works.vet(&file, &all, does == "allow", &groups)?;
    let taken: Vec<String> =
        answers.iter().filter_map(|answer| if let LineAnswer::Taken(address) = answer { Some(address.clone()) } else { None }).collect();
    let seen = digest_of(&format!("{}\n{does}\n{group}\n{until}\n{answers:?}", sight.digest));
    if taken.is_empty() {
        let mut sheet = sheet(call, at, "");
        complain(&mut sheet, "addresses", Some(call.say("edit.none_taken").to_owned()));
        sheet.parts.insert(0, answers_part(call, &all, &answers));
        return Ok(form::faulty(sheet));
    }
    let mut sheet = sheet(call, at, &seen);
    if call.form.raw("seen") != seen {
        sheet.parts.insert(0, answers_part(call, &all, &answers));
        return Ok(Reply::Page(Box::new(sheet)));
    }
    let author = call.session()?.account.name.clone();
    let reason = call.form.text("because");
    let rule = NewRule { allow: does == "allow", addresses: taken, author, reason, expires: until, groups };
    form::propose(call, &file, sheet, (vec![("addresses", Edit::Addresses(rule))], "addresses"))
}

/// What becomes of each line.
fn answers_part(call: &Call<'_>, lines: &[String], answers: &[LineAnswer]) -> Part {
    let row = |(line, answer): (&String, &LineAnswer)| {
        let said = match answer {
            LineAnswer::Taken(_) => call.say("edit.taken").to_owned(),
            LineAnswer::There => call.say("edit.there").to_owned(),
            LineAnswer::NoAddress(why) => words::fill(call, "edit.no_address", &[why]),
        };
        Line { cells: vec![line.clone(), said], ..Line::default() }
    };
    let number = |is: fn(&LineAnswer) -> bool| count(answers.iter().filter(|answer| is(answer)).count() as u64);
    let sum = [
        number(|answer| matches!(answer, LineAnswer::Taken(_))),
        number(|answer| matches!(answer, LineAnswer::There)),
        number(|answer| matches!(answer, LineAnswer::NoAddress(_))),
    ];
    // What is wrong first: it may need somebody.
    let mut rows: Vec<(&String, &LineAnswer)> = lines.iter().zip(answers).collect();
    rows.sort_by_key(|(_, answer)| match answer {
        LineAnswer::NoAddress(_) => 0,
        LineAnswer::There => 1,
        LineAnswer::Taken(_) => 2,
    });
    Part {
        heading: call.say("edit.answers").to_owned(),
        lines: vec![words::fill(call, "edit.answers_sum", &[&sum[0], &sum[1], &sum[2]])],
        head: ["edit.line", "edit.answer"].map(|key| call.say(key).to_owned()).into(),
        rows: rows.into_iter().map(row).collect(),
        ..Part::default()
    }
}

/// One address, and what taking it out would be.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, rule, has_moved) = subject(call)?;
    let rule = rule.filter(|_| !has_moved).ok_or(Stop::Unknown)?;
    Ok(Reply::Page(Box::new(out_sheet(call, &file, &rule))))
}

/// The one that is asked for. Where none has this number with this address, it has moved: then the nearest with the same address, if any.
fn subject(call: &Call<'_>) -> Result<(PolicyFile, Option<RuleSight>, bool), Stop> {
    let file = of_file::sent(call)?;
    let fields = if call.post { &call.form } else { &call.query };
    let number: usize = fields.raw("rule").parse().map_err(|_| Stop::Unknown)?;
    let allow = match fields.raw("does") {
        "allow" => true,
        "block" => false,
        _ => return Err(Stop::Unknown),
    };
    let is_like_it = |rule: &RuleSight| rule.allow == allow && rule.address == fields.raw("address");
    let like_it = call.desk.works.rule_sights(&file)?.into_iter().filter(is_like_it);
    let rule = like_it.min_by_key(|rule| rule.rule.abs_diff(number));
    let has_moved = rule.as_ref().is_none_or(|rule| rule.rule != number);
    Ok((file, rule, has_moved))
}

fn out_sheet(call: &Call<'_>, file: &PolicyFile, rule: &RuleSight) -> Sheet {
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let does = if rule.allow { "allow" } else { "block" };
    let facts = vec![
        (call.say("edit.address").to_owned(), rule.address.clone(), true),
        fact("policy.does", call.say(if rule.allow { "policy.allow" } else { "policy.block" }).to_owned()),
        fact("policy.group", if rule.groups.is_empty() { call.say("edit.everybody").to_owned() } else { rule.groups.clone() }),
        fact("policy.because", rule.reason.clone()),
        fact("policy.by", rule.author.clone()),
        fact("edit.until", if rule.expires.is_empty() { call.say("edit.no_end").to_owned() } else { rule.expires.clone() }),
    ];
    let fields = vec![
        form::hidden("rule", &rule.rule.to_string()),
        form::hidden("does", does),
        form::hidden("address", &rule.address),
        of_file::field(file),
        form::because(call),
    ];
    let part = Part {
        heading: call.say("edit.take_out").to_owned(),
        facts,
        form: Some(Form { action: Place::PolicyAddressOut.path(), button: call.say("policy.preview").to_owned(), fields }),
        links: vec![(of_file::path(Place::PolicyAddresses, file, &[]), call.say("place.addresses").to_owned())],
        ..Part::default()
    };
    Sheet { lead: vec![call.say("policy.change_lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("edit.take_out_title")) }
}

/// Makes the draft without it.
pub(super) fn take_out(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, rule, has_moved) = subject(call)?;
    let moved = |sheet: Sheet, fault: &'static str| {
        let fault = Some(call.say(fault).to_owned());
        Ok(Reply::Faulty(Box::new(Sheet { fault, ..sheet }), StatusCode::CONFLICT))
    };
    let Some(rule) = rule else { return moved(list_sheet(call, &file)?, "fault.gone") };
    if has_moved {
        return moved(out_sheet(call, &file, &rule), "edit.moved");
    }
    let edit = Edit::TakeOut { rule: rule.rule, allow: rule.allow, address: rule.address.clone() };
    form::propose(call, &file, out_sheet(call, &file, &rule), (vec![("because", edit)], "because"))
}
