//! What is done in a case: each deed looks at the case as it stands in the moment of the change, is put into the sealed record, and only
//! then counts.

use super::disclosure::{case_of, case_path, may_release, releasers, sheet};
use super::disclosure_papers::{has_notice, papers_of};
use super::disclosures::{is_told, lines_of, untold};
use super::enrol::complain;
use crate::admin::audit::Act;
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::disclosure_works::{CaseScope, Enclosed, Subject};
use crate::admin::disclosures::{self, CallBack, Case, HandedOver, SetScope, Signed, Stage};
use crate::admin::papers;
use crate::admin::sheet::Sheet;
use crate::record::EventKind;
use axum::http::StatusCode;

/// Longest span of a scope.
const LONGEST: i64 = 366 * 86_400 * 1_000_000;
/// Most subjects of one.
const MOST: usize = 20;

/// A deed of an officer.
pub(super) fn step(call: &Call<'_>) -> Result<Reply, Stop> {
    let case = case_of(call, call.form.raw("case"))?;
    match call.form.raw("deed") {
        "call" => call_back(call, case),
        "scope" => set_scope(call, case),
        "ask" => ask(call, case),
        "bundle" => hand_over(call, case),
        "refuse" => refuse(call, case, "refuse_because"),
        "close" => close(call, case),
        _ => Err(Stop::Unknown),
    }
}

pub(super) fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// It has moved on since the page was made, or it never may be.
pub(super) fn moved(call: &Call<'_>, case: &Case) -> Result<Reply, Stop> {
    let sheet = sheet(call, case)?;
    Ok(Reply::Faulty(Box::new(Sheet { fault: Some(call.say("disclosure.moved").to_owned()), ..sheet }), StatusCode::CONFLICT))
}

fn signed(call: &Call<'_>, words: &str) -> Result<Signed, Stop> {
    Ok(Signed { by: call.session()?.account.name.clone(), at: call.now.wall.0, words: words.to_owned() })
}

/// Changes a case that still is what `before` is, and records it.
fn change(call: &Call<'_>, before: &Case, after: &Case, kind: EventKind, act: &Act) -> Result<(), Stop> {
    call.desk.book.change(|book| {
        let now = disclosures::numbered(book, before.id)?.ok_or(Stop::Unknown)?;
        // Somebody else was quicker: nothing of theirs is written over.
        if now != *before {
            return Err(Stop::Busy);
        }
        disclosures::put(book, after)?;
        call.seal(book, kind, Some(before.id), act)
    })
}

fn done(case: &Case) -> Result<Reply, Stop> {
    Ok(Reply::Go(case_path(case.id).into(), None))
}

/// A day and a time of day, in UTC, as a form has it.
fn moment_of(text: &str) -> Option<i64> {
    let at: jiff::civil::DateTime = text.parse().ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

fn digits(text: &str) -> String {
    let all: String = text.chars().filter(char::is_ascii_digit).collect();
    // 0044 20.., +44 20.. and 020.. are one number.
    let plain = all.strip_prefix("0044").or_else(|| all.strip_prefix("44")).unwrap_or(&all);
    plain.trim_start_matches('0').to_owned()
}

fn call_back(call: &Call<'_>, case: Case) -> Result<Reply, Stop> {
    if case.stage() != Stage::Open {
        return moved(call, &case);
    }
    let mut sheet = sheet(call, &case)?;
    let form = |name| call.form.text(name);
    let (number, found, spoke) = (form("call_number"), form("call_found"), form("call_spoke"));
    for (name, told) in [("call_number", &number), ("call_found", &found), ("call_spoke", &spoke)] {
        complain(&mut sheet, name, untold(call, told, "fault.missing"));
    }
    complain(&mut sheet, "call_number", (digits(&number).len() < 3).then(|| call.say("disclosure.no_number").to_owned()));
    // A number from the notice calls whoever wrote the notice.
    let theirs = [case.told("asker_contact"), case.told("wording")].into_iter().any(|told| digits_hold(told, &number));
    complain(&mut sheet, "call_number", theirs.then(|| call.say("disclosure.their_number").to_owned()));
    let at = moment_of(&form("call_at")).filter(|at| *at <= call.now.wall.0);
    complain(&mut sheet, "call_at", at.is_none().then(|| call.say("disclosure.bad_moment").to_owned()));
    let answer = form("call_answer");
    let answered = matches!(answer.as_str(), "yes" | "no");
    complain(&mut sheet, "call_answer", (!answered).then(|| call.say("fault.choose").to_owned()));
    let (false, Some(at)) = (sheet.is_faulty(), at) else { return faulty(sheet) };
    let by = call.session()?.account.name.clone();
    let made = CallBack { by, at, number, found, spoke, confirmed: answer == "yes" };
    let did = format!("called back for {}: {} (found: {}), spoke to {}: {answer}", case.id, made.number, made.found, made.spoke);
    let after = Case { calls: case.calls.iter().cloned().chain([made]).collect(), ..case.clone() };
    change(call, &case, &after, EventKind::ConsoleChange, &call.act(did))?;
    done(&case)
}

/// Is this number among those of a text?
fn digits_hold(text: &str, number: &str) -> bool {
    let number = digits(number);
    let apart = |c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '+' | '.'));
    number.len() >= 3 && text.split(apart).any(|one| digits(one) == number)
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';']).map(str::trim).filter(|one| !one.is_empty())
}

/// The scope that a form says; faults are put beside their fields.
fn scope_of(call: &Call<'_>, sheet: &mut Sheet) -> Option<CaseScope> {
    let form = |name| call.form.text(name);
    let (persons, devices, addresses, sites) = (form("persons"), form("devices"), form("addresses"), form("sites"));
    let mut subjects: Vec<Subject> = listed(&persons).map(|name| Subject::Person(name.to_owned())).collect();
    subjects.extend(listed(&devices).map(|name| Subject::Device(name.to_owned())));
    let net = |text: &str| text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(ipnet::IpNet::from));
    let nets: Option<Vec<ipnet::IpNet>> = listed(&addresses).map(net).collect();
    complain(sheet, "addresses", nets.is_none().then(|| call.say("disclosure.bad_address").to_owned()));
    subjects.extend(nets.into_iter().flatten().map(Subject::Address));
    subjects.sort();
    subjects.dedup();
    let (host, sites) = (form("host").to_ascii_lowercase(), listed(&sites).map(str::to_owned).collect::<Vec<_>>());
    let nobody = subjects.is_empty() && host.is_empty();
    complain(sheet, "persons", nobody.then(|| call.say("disclosure.nobody_named").to_owned()));
    complain(sheet, "persons", (subjects.len() * sites.len().max(1) > MOST).then(|| call.say("disclosure.too_many").to_owned()));
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    complain(sheet, "host", (!is_host).then(|| call.say("disclosure.bad_host").to_owned()));
    let [from, to] = ["from", "to"].map(|name| moment_of(&form(name)));
    for (name, at) in [("from", from), ("to", to)] {
        complain(sheet, name, at.is_none().then(|| call.say("disclosure.bad_moment").to_owned()));
    }
    let (from, to) = (from?, to?);
    complain(sheet, "to", (to <= from || to - from > LONGEST).then(|| call.say("disclosure.bad_span").to_owned()));
    complain(sheet, "to", (to > call.now.wall.0).then(|| call.say("disclosure.future").to_owned()));
    (!sheet.is_faulty()).then_some(CaseScope { subjects, sites, host, from, to })
}

/// What stands beside a hold and an export: the hash of the act, and nobody's name.
fn seal_words(case: &Case) -> String {
    format!("{}, opened {}", crate::admin::seal::SEALED, crate::admin::call::moment(crate::model::Timestamp(case.opened.at)))
}

fn set_scope(call: &Call<'_>, case: Case) -> Result<Reply, Stop> {
    if case.stage() != Stage::Open || !case.may_be_answered() {
        return moved(call, &case);
    }
    let mut sheet = sheet(call, &case)?;
    let Some(scope) = scope_of(call, &mut sheet) else { return faulty(sheet) };
    let works = &call.desk.works;
    let found = match works.look_up(&scope) {
        Ok(found) => found,
        Err(fault) => {
            complain(&mut sheet, "persons", Some(fault.to_string()));
            return faulty(sheet);
        }
    };
    let hold = works.hold_span(&scope, &seal_words(&case))?;
    let set = SetScope { scope, set: signed(call, "")?, query: found.query, found: found.rows, damage: found.damage, hold };
    let did = format!("set the scope of {}: {} requests, held as {}", case.id, set.found, set.hold);
    let (act, old) = (call.act(did).asking(&set.query), case.scope.as_ref().map(|old| old.hold.clone()));
    let hold = set.hold.clone();
    let changed = change(call, &case, &Case { scope: Some(set), ..case.clone() }, EventKind::ConsoleLookUp, &act);
    // A scope that did not come to stand holds nothing, and one that was replaced neither.
    let over = if changed.is_err() { Some(hold) } else { old };
    if let Some(over) = over {
        works.let_span_go(&over, &seal_words(&case))?;
    }
    changed?;
    done(&case)
}

fn ask(call: &Call<'_>, case: Case) -> Result<Reply, Stop> {
    if case.stage() != Stage::Open || case.scope.is_none() || !case.may_be_answered() {
        return moved(call, &case);
    }
    let mut sheet = sheet(call, &case)?;
    let whom = call.form.text("asked_of");
    let fits = releasers(call, &case)?.iter().any(|account| account.name == whom);
    complain(&mut sheet, "asked_of", (!fits).then(|| call.say("fault.choose").to_owned()));
    let (has_notice, why) = (has_notice(&papers_of(call, &case)?), call.form.text("no_notice"));
    let says = !has_notice && case.is_urgent();
    complain(&mut sheet, "no_notice", says.then(|| untold(call, &why, "fault.because")).flatten());
    if !fits && !sheet.is_faulty() {
        sheet.fault = Some(call.say("disclosure.nobody").to_owned());
    }
    if !has_notice && !case.is_urgent() {
        sheet.fault = Some(call.say("paper.needed").to_owned());
    }
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let no_notice = if has_notice { String::new() } else { why };
    let act = call.act(format!("asked {whom} to release {}", case.id)).because(&no_notice);
    let after = Case { asked: Some(signed(call, "")?), asked_of: whom, no_notice, ..case.clone() };
    change(call, &case, &after, EventKind::ConsoleChange, &act)?;
    done(&case)
}

/// The second person's yes or no.
pub(super) fn decide(call: &Call<'_>) -> Result<Reply, Stop> {
    let case = case_of(call, call.form.raw("case"))?;
    if !may_release(call, &case)? {
        return moved(call, &case);
    }
    let mut sheet = sheet(call, &case)?;
    let (decision, words) = (call.form.text("decision"), call.form.text("decision_words"));
    let known = matches!(decision.as_str(), "release" | "refuse" | "back");
    complain(&mut sheet, "decision", (!known).then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "decision_words", untold(call, &words, "fault.because"));
    if decision == "release" && case.no_notice.is_empty() && !has_notice(&papers_of(call, &case)?) {
        // Asked for before papers were kept.
        sheet.fault = Some(call.say("paper.back_for_notice").to_owned());
    }
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let signed = Some(signed(call, &words)?);
    let (after, kind, did) = match decision.as_str() {
        "release" => (Case { released: signed, ..case.clone() }, EventKind::DisclosureReleased, "released"),
        "refuse" => (Case { refused: signed, ..case.clone() }, EventKind::DisclosureRefused, "refused"),
        // It goes back to be mended, and is asked for again.
        _ => (Case { asked: None, ..case.clone() }, EventKind::ConsoleChange, "gave back"),
    };
    change(call, &case, &after, kind, &call.act(format!("{did} {}", case.id)).because(&words))?;
    done(&case)
}

fn refuse(call: &Call<'_>, case: Case, field: &'static str) -> Result<Reply, Stop> {
    if !matches!(case.stage(), Stage::Open | Stage::Asked | Stage::Released) {
        return moved(call, &case);
    }
    let mut sheet = sheet(call, &case)?;
    let because = call.form.text(field);
    if !is_told(&because) {
        complain(&mut sheet, field, untold(call, &because, "fault.because"));
        return faulty(sheet);
    }
    let after = Case { refused: Some(signed(call, &because)?), ..case.clone() };
    change(call, &case, &after, EventKind::DisclosureRefused, &call.act(format!("refused {}", case.id)).because(&because))?;
    done(&case)
}

/// Makes the bundle the first time, and gives the same bytes ever after: one notice, one set of records (H10).
fn hand_over(call: &Call<'_>, case: Case) -> Result<Reply, Stop> {
    let (Some(set), Some(_), false) = (&case.scope, &case.released, case.refused.is_some()) else { return moved(call, &case) };
    if let Some(handed) = &case.handed {
        let bytes = call.desk.book.read(|book| disclosures::bundle(book, case.id))?.ok_or(Stop::Unknown)?;
        let act = call.act(format!("took the file of {} again, SHA-256 {}", case.id, handed.sha256));
        call.desk.book.change(|book| call.seal(book, EventKind::ConsoleLookUp, Some(case.id), &act))?;
        return Ok(file(&case, bytes));
    }
    let mut sheet = sheet(call, &case)?;
    let given = call.form.text("given");
    if !is_told(&given) {
        complain(&mut sheet, "given", untold(call, &given, "fault.missing"));
        return faulty(sheet);
    }
    let Some(enclosed) = enclosed(call, &case)? else {
        return Ok(Reply::Faulty(Box::new(Sheet { fault: Some(call.say("paper.one_changed").to_owned()), ..sheet }), StatusCode::CONFLICT));
    };
    let bundle = match call.desk.works.bundle(&set.scope, &enclosed, &seal_words(&case)) {
        Ok(bundle) => bundle,
        Err(fault) => return Ok(Reply::Faulty(Box::new(Sheet { fault: Some(fault.to_string()), ..sheet }), StatusCode::CONFLICT)),
    };
    let bytes = bundle.bytes.len() as u64;
    let act = call.act(format!("handed over {}: {} requests, {bytes} bytes, SHA-256 {}", case.id, bundle.rows, bundle.sha256));
    let handed = HandedOver { given: signed(call, &given)?, sha256: bundle.sha256, rows: bundle.rows, bytes };
    let after = Case { handed: Some(handed), ..case.clone() };
    call.desk.book.change(|book| -> Result<(), Stop> {
        let now = disclosures::numbered(book, case.id)?.ok_or(Stop::Unknown)?;
        if now != case {
            return Err(Stop::Busy);
        }
        disclosures::put(book, &after)?;
        disclosures::keep_bundle(book, case.id, &bundle.bytes)?;
        call.seal(book, EventKind::ConsoleLookUp, Some(case.id), &act.because(&given))
    })?;
    Ok(file(&case, bundle.bytes))
}

/// The papers that go with it, under names of ours. `None`: one is not what was put in.
fn enclosed(call: &Call<'_>, case: &Case) -> Result<Option<Vec<Enclosed>>, Stop> {
    let mut all = Vec::new();
    for paper in papers_of(call, case)?.into_iter().filter(|paper| paper.role.leaves()) {
        let found = call.desk.book.read(|book| papers::content(book, case.id, paper.number))?;
        let Some((_, bytes)) = found.filter(|(_, bytes)| paper.is_of(bytes)) else { return Ok(None) };
        all.push(Enclosed { name: paper.file_name(), bytes });
    }
    Ok(Some(all))
}

fn file(case: &Case, bytes: Vec<u8>) -> Reply {
    Reply::File(Box::new(Download { name: format!("disclosure-{}.zip", case.id), media: "application/zip", bytes }))
}

fn close(call: &Call<'_>, case: Case) -> Result<Reply, Stop> {
    if !matches!(case.stage(), Stage::HandedOver | Stage::Refused) {
        return moved(call, &case);
    }
    let mut sheet = sheet(call, &case)?;
    let (outcome, late) = (lines_of(&call.form.text("outcome")), call.form.text("late_reference"));
    complain(&mut sheet, "outcome", untold(call, &outcome, "fault.missing"));
    let lacking = case.lacks_notice().then(|| untold(call, &late, "disclosure.needed")).flatten();
    complain(&mut sheet, "late_reference", lacking);
    // An urgent case went without it, and is not over before it is here (H15).
    if case.is_urgent() && case.handed.is_some() && !has_notice(&papers_of(call, &case)?) {
        sheet.fault = Some(call.say("paper.late").to_owned());
    }
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let mut after = Case { closed: Some(signed(call, &outcome)?), ..case.clone() };
    if case.lacks_notice() {
        after.notice.insert("reference".to_owned(), late);
    }
    change(call, &case, &after, EventKind::ConsoleChange, &call.act(format!("closed {}", case.id)).because(&outcome))?;
    if let (Some(set), true) = (&case.scope, call.form.ticked("let_go")) {
        call.desk.works.let_span_go(&set.hold, &seal_words(&case))?;
    }
    done(&case)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_number_however_it_is_written() {
        for same in ["020 7946 0000", "+44 20 7946 0000", "0044 (20) 7946-0000", "+44 (0)20 7946 0000"] {
            assert!(digits_hold("DC Ann Lee, 020 7946 0000, ann@force.test", same), "{same}");
        }
        assert!(!digits_hold("DC Ann Lee, 020 7946 0000", "020 7946 0001") && !digits_hold("", "101"));
        assert!(digits_hold("call 101; or x", "101"));
    }

    #[test]
    fn a_moment_of_a_form_is_read_in_utc() {
        assert_eq!(moment_of("1970-01-01T00:01"), Some(60_000_000));
        assert_eq!(moment_of("1970-01-02"), Some(86_400_000_000));
        assert!(["", "soon", "2026-13-01T00:00"].into_iter().all(|bad| moment_of(bad).is_none()));
    }
}
