//! The papers of a case: what is there, the form that takes one more, and one of them to take away.

use super::disclosure::{case_of, case_path, sheet};
use super::disclosure_steps::{faulty, moved};
use super::enrol::complain;
use crate::admin::call::{Call, Download, Reply, Stop, moment};
use crate::admin::disclosures::{self, Case, CaseId, Stage};
use crate::admin::page::count;
use crate::admin::papers::{self, Kept, MOST, Paper, PaperRole};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::upload::{LARGEST_FILE, Upload};
use crate::record::EventKind;
use axum::http::StatusCode;

/// What browsers offer to choose from; what is taken is decided by the bytes.
const OFFERED: &str = ".pdf,.png,.jpg,.jpeg,.tif,.tiff,.eml,.txt,image/png,image/jpeg,image/tiff,application/pdf,text/plain";

/// The papers of a case.
pub(super) fn papers_of(call: &Call<'_>, case: &Case) -> Result<Vec<Paper>, Stop> {
    Ok(call.desk.book.read(|book| papers::of_case(book, case.id))?)
}

/// Is the notice itself among them?
pub(super) fn has_notice(papers: &[Paper]) -> bool {
    papers.iter().any(|paper| paper.role == PaperRole::Notice)
}

/// May one more come now? Not while a second person looks at what is there, nor between their word and the handing over: what they
/// released is what leaves.
fn takes_more(case: &Case) -> bool {
    match case.stage() {
        Stage::Open | Stage::HandedOver | Stage::Refused => true,
        Stage::Asked | Stage::Released | Stage::Closed => false,
    }
}

fn role_words(call: &Call<'_>, role: PaperRole) -> &'static str {
    call.say(match role {
        PaperRole::Notice => "paper.notice",
        PaperRole::Amendment => "paper.amendment",
        PaperRole::Advice => "paper.advice",
    })
}

/// Their part of the page.
pub(super) fn part(call: &Call<'_>, case: &Case, papers: &[Paper]) -> Result<Part, Stop> {
    let works = may(Some(call.session()?.account.role), Action::Disclose);
    let row = |paper: &Paper| Line {
        href: format!("{}?case={}&paper={}", Place::DisclosurePaperFile.path(), case.id.0, paper.number),
        cells: vec![
            format!("{} {}", role_words(call, paper.role), paper.number),
            paper.name.clone(),
            paper.kind.ending().to_uppercase(),
            count(paper.size),
            paper.sha256.clone(),
            format!("{}, {}", moment(paper.at), paper.by),
        ],
    };
    let head = ["paper.paper", "paper.name", "paper.kind", "disclosure.bytes", "disclosure.hash", "paper.put_in"];
    let mut lines = vec![call.say(if papers.is_empty() { "paper.none" } else { "paper.words" }).to_owned()];
    if !case.no_notice.is_empty() {
        lines.push(call.say_with("paper.no_notice_because", &case.no_notice));
    }
    Ok(Part {
        heading: call.say("paper.title").to_owned(),
        lines,
        head: if papers.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: papers.iter().map(row).collect(),
        form: (works && takes_more(case)).then(|| form(call, case.id)),
        ..Part::default()
    })
}

fn form(call: &Call<'_>, case: CaseId) -> Form {
    let role = Field {
        name: "paper_role",
        kind: Kind::Select,
        label: call.say("paper.role").to_owned(),
        help: call.say("paper.role_help").to_owned(),
        value: call.form.text("paper_role"),
        choices: PaperRole::ALL.map(|role| (role.word().to_owned(), role_words(call, role).to_owned())).into(),
        ..Field::default()
    };
    let file = Field {
        name: "paper",
        kind: Kind::File,
        label: call.say("paper.file").to_owned(),
        help: call.say("paper.file_help").to_owned(),
        value: OFFERED.to_owned(),
        ..Field::default()
    };
    let case = Field { name: "case", kind: Kind::Hidden, value: case.0.to_string(), ..Field::default() };
    Form { action: Place::DisclosurePaper.path(), button: call.say("paper.button").to_owned(), fields: vec![case, role, file] }
}

/// What is wrong with a file, in words.
fn wrong(call: &Call<'_>, upload: Option<&Upload>) -> Option<&'static str> {
    match upload {
        None => Some(call.say("paper.choose")),
        Some(upload) if upload.is_too_large => Some(call.say("paper.too_large")),
        Some(upload) if upload.bytes.is_empty() => Some(call.say("paper.choose")),
        Some(_) => None,
    }
}

/// Puts a paper into a case.
pub(super) fn add(call: &Call<'_>) -> Result<Reply, Stop> {
    const _: () = assert!(LARGEST_FILE == 10 * 1024 * 1024, "the texts say so");
    let case = case_of(call, call.form.raw("case"))?;
    if !takes_more(&case) {
        return moved(call, &case);
    }
    let mut sheet = sheet(call, &case)?;
    let role = PaperRole::of_word(call.form.raw("paper_role"));
    complain(&mut sheet, "paper_role", role.is_none().then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "paper", wrong(call, call.upload.as_ref()).map(str::to_owned));
    let (false, Some(role), Some(upload)) = (sheet.is_faulty(), role, &call.upload) else { return faulty(sheet) };
    let by = &call.session()?.account.name;
    let Some(new) = Paper::of(role, (&upload.name, &upload.bytes), by, call.now.wall) else {
        complain(&mut sheet, "paper", Some(call.say("paper.bad_kind").to_owned()));
        return faulty(sheet);
    };
    let kept = call.desk.book.change(|book| -> Result<Option<Kept>, Stop> {
        // Somebody else may have gone on with the case; two officers who each put one in do not disturb each other.
        let now = disclosures::numbered(book, case.id)?.ok_or(Stop::Unknown)?;
        if !takes_more(&now) {
            return Ok(None);
        }
        let kept = papers::keep(book, case.id, new, &upload.bytes)?;
        if let Kept::Yes(paper) = &kept {
            call.seal(book, EventKind::ConsoleChange, Some(case.id), &call.act(put_in(case.id, paper)))?;
        }
        Ok(Some(kept))
    })?;
    let fault = match kept {
        None => return moved(call, &case),
        Some(Kept::Yes(_)) => return Ok(Reply::Go(case_path(case.id).into(), None)),
        Some(Kept::Already) => call.say("paper.already").to_owned(),
        Some(Kept::Full) => call.say_with("paper.full", &MOST.to_string()),
    };
    complain(&mut sheet, "paper", Some(fault));
    faulty(sheet)
}

fn put_in(case: CaseId, paper: &Paper) -> String {
    let (role, kind, name) = (paper.role.word(), paper.kind.ending(), &paper.name);
    format!("put paper {} into {case}: {role}, {kind}, {} bytes, SHA-256 {}, called \"{name}\"", paper.number, paper.size, paper.sha256)
}

/// Gives one to whoever may see its case.
pub(super) fn fetch(call: &Call<'_>) -> Result<Reply, Stop> {
    let case = case_of(call, call.query.raw("case"))?;
    let number = call.query.raw("paper").parse().map_err(|_| Stop::Unknown)?;
    let (paper, bytes) = call.desk.book.read(|book| papers::content(book, case.id, number))?.ok_or(Stop::Unknown)?;
    let is_whole = paper.is_of(&bytes);
    let found = if is_whole { "" } else { "; it is NOT what was put in" };
    let act = call.act(format!("took paper {number} of {}, SHA-256 {}{found}", case.id, paper.sha256));
    call.desk.book.change(|book| call.seal(book, EventKind::ConsoleLookUp, Some(case.id), &act))?;
    if !is_whole {
        let sheet = Sheet { fault: Some(call.say_with("paper.changed", &paper.file_name())), ..sheet(call, &case)? };
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::CONFLICT));
    }
    let name = format!("{}-{}", case.id, paper.file_name());
    Ok(Reply::File(Box::new(Download { name, media: "application/octet-stream", bytes })))
}
