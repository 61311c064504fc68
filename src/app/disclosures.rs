//! A disclosure over the running system: its scope compiled into the one question whose rows may leave, the hold, and the bundle.
//!
//! Standards H10, H12, H13, Z10. What is written outside the console's sealed record (holds, notes of exports) names nobody: whoever reads
//! it must not learn whom a case is about.

use super::App;
use crate::admin::{Bundle, CaseScope, DisclosureWorks, Enclosed, Found, Subject, WorksFault};
use crate::config::Config;
use crate::model::Timestamp;
use crate::record::chain::ChainValue;
use crate::store::evidence::gather;
use crate::store::export::{ExportNote, note_export};
use crate::store::hold::{NewHold, Release, filter_to_json, place_hold, release_hold};
use crate::store::query::{Filter, Order, Query, Row, search};
use crate::store::quietly;
use crate::store::signer_for;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;

/// Most requests of a bundle: what is more is a notice to be narrowed, or several.
const MOST: usize = 20_000;
/// A hold is looked at again after so many days.
const REVIEW_DAYS: i64 = 92;
/// Who stands beside a hold and an export of a sealed case.
const NOBODY: &str = "a sealed case";
const VERIFIER: &str = include_str!("../../deploy/verify_evidence.py");
const README: &str = include_str!("disclosure_readme.txt");

fn fault(fault: impl std::fmt::Display) -> WorksFault {
    WorksFault(fault.to_string().into())
}

/// The questions that a scope is: a request may leave if one of them finds it. There is no other way from a case to the log.
fn filters(scope: &CaseScope) -> Vec<Filter> {
    let whole = Filter {
        from: Some(Timestamp(scope.from)),
        to: Some(Timestamp(scope.to)),
        host: (!scope.host.is_empty()).then(|| scope.host.clone()),
        ..Filter::default()
    };
    let of = |subject: &Subject| match subject {
        Subject::Person(name) => Filter { user: Some(name.clone()), ..whole.clone() },
        Subject::Device(name) => Filter { device: Some(name.clone()), ..whole.clone() },
        Subject::Address(net) => Filter { client: Some(*net), ..whole.clone() },
    };
    let of_subjects: Vec<Filter> = match scope.subjects.as_slice() {
        [] if scope.host.is_empty() => Vec::new(),
        [] => vec![whole.clone()],
        subjects => subjects.iter().map(of).collect(),
    };
    if scope.sites.is_empty() {
        return of_subjects;
    }
    let at = |filter: &Filter| {
        let filter = filter.clone();
        scope.sites.iter().map(move |site| Filter { site: Some(site.clone()), ..filter.clone() }).collect::<Vec<_>>()
    };
    of_subjects.iter().flat_map(at).collect()
}

/// As it is shown to whoever releases, and as it stands in the bundle: the same question gives the same rows.
fn question(scope: &CaseScope) -> Value {
    let one = |filter: &Filter| {
        let mut json = filter_to_json(filter);
        if let Some(object) = json.as_object_mut() {
            object.extend(filter.site.iter().map(|site| ("site".to_owned(), json!(site))));
            object.extend(filter.device.iter().map(|device| ("device".to_owned(), json!(device))));
        }
        json
    };
    json!({ "any_of": filters(scope).iter().map(one).collect::<Vec<_>>() })
}

/// Every request in the scope, once, the oldest first; and places of the log that could not be read.
fn rows(folder: &Path, scope: &CaseScope) -> Result<(Vec<Row>, Vec<String>), WorksFault> {
    let (mut found, mut damage) = (BTreeMap::new(), Vec::new());
    for filter in filters(scope) {
        let query = Query { filter, order: Order::Oldest, limit: MOST + 1, ..Query::default() };
        let answer = quietly(|| search(folder, &query)).map_err(fault)?;
        damage.extend(answer.damage.iter().map(ToString::to_string));
        found.extend(answer.hits.iter().filter_map(|hit| Some((hit.sequence, hit.row()?))));
        if answer.more || found.len() > MOST {
            return Err(fault(format!("The scope finds more than {MOST} requests. Narrow it, or ask for a notice in parts.")));
        }
    }
    damage.sort();
    damage.dedup();
    Ok((found.into_values().collect(), damage))
}

/// A ZIP of these files, the same bytes for the same files.
fn zipped(files: &[(&str, &[u8])]) -> Result<Vec<u8>, WorksFault> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        zip.start_file(*name, options).map_err(fault)?;
        zip.write_all(content).map_err(fault)?;
    }
    Ok(zip.finish().map_err(fault)?.into_inner())
}

/// The question with the papers under which it was asked: the log's key signs both.
fn question_under(scope: &CaseScope, enclosed: &[Enclosed]) -> Value {
    let mut question = question(scope);
    let paper =
        |one: &Enclosed| json!({ "name": one.name, "bytes": one.bytes.len(), "sha256": ChainValue::digest(&one.bytes).to_string() });
    if let (Some(object), false) = (question.as_object_mut(), enclosed.is_empty()) {
        object.insert("enclosed".to_owned(), enclosed.iter().map(paper).collect());
    }
    question
}

/// The enclosed papers for people who read.
fn papers_words(enclosed: &[Enclosed]) -> String {
    let line = |one: &Enclosed| format!("{:<20} as it came; SHA-256 {}\n", one.name, ChainValue::digest(&one.bytes));
    let lines: String = enclosed.iter().map(line).collect();
    if lines.is_empty() { String::new() } else { format!("\nThe notice, under which they are given:\n\n{lines}") }
}

fn bundle(config: &Config, (scope, enclosed): (&CaseScope, &[Enclosed]), seal: &str, now: Timestamp) -> Result<Bundle, WorksFault> {
    let (folder, keys) = (&*config.log.folder, &*config.log.keys);
    let (rows, damage) = rows(folder, scope)?;
    let gathered = gather((folder, keys), &rows, question_under(scope, enclosed), now).map_err(fault)?;
    let evidence = gathered.ok_or_else(|| fault("The scope finds nothing: there is nothing to hand over."))?.text;
    let damaged = if damage.is_empty() { "none".to_owned() } else { damage.join("; ") };
    let words = README.replace("{requests}", &rows.len().to_string()).replace("{made}", &now.to_string()).replace("{damage}", &damaged);
    let sum = ChainValue::digest(evidence.as_bytes()).to_string();
    let words = words.replace("{sha256}", &sum).replace("{papers}", &papers_words(enclosed));
    let own: [(&str, &[u8]); 3] =
        [("README.txt", words.as_bytes()), ("evidence.jsonl", evidence.as_bytes()), ("verify_evidence.py", VERIFIER.as_bytes())];
    let files: Vec<(&str, &[u8])> = own.into_iter().chain(enclosed.iter().map(|one| (one.name.as_str(), one.bytes.as_slice()))).collect();
    let bytes = zipped(&files)?;
    let sha256 = ChainValue::digest(&bytes).to_string();
    let rows = rows.len() as u64;
    let note = ExportNote {
        what: "evidence".to_owned(),
        by: NOBODY.to_owned(),
        reason: seal.to_owned(),
        at: now.to_string(),
        rows,
        sha256: sha256.clone(),
        query: json!({ "sealed": seal }),
    };
    note_export(folder, note, &*signer_for(folder, keys)).map_err(fault)?;
    Ok(Bundle { bytes, sha256, rows })
}

impl DisclosureWorks for App {
    fn look_up(&self, scope: &CaseScope) -> Result<Found, WorksFault> {
        let (rows, damage) = rows(self.standing.log_folder(), scope)?;
        Ok(Found { rows: rows.len() as u64, query: question(scope).to_string(), damage })
    }

    fn hold_span(&self, scope: &CaseScope, seal: &str) -> Result<String, WorksFault> {
        let (config, now) = (self.feeding.settings().1, self.clock.now().wall);
        // A hold keeps whole segments anyway: the span alone holds all that the scope finds, and says nothing of whom.
        let span = Filter { from: Some(Timestamp(scope.from)), to: Some(Timestamp(scope.to)), ..Filter::default() };
        let review = Timestamp::from_seconds(now.seconds() + REVIEW_DAYS * 86_400);
        let review = review.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        let new = NewHold { query: filter_to_json(&span), owner: NOBODY.to_owned(), reason: seal.to_owned(), review };
        let folder = &config.log.folder;
        place_hold(folder, new, &*signer_for(folder, &config.log.keys), now).map(|hold| hold.id).map_err(fault)
    }

    fn let_span_go(&self, hold: &str, seal: &str) -> Result<(), WorksFault> {
        let (config, now) = (self.feeding.settings().1, self.clock.now().wall);
        let release = Release { id: hold.to_owned(), by: NOBODY.to_owned(), reason: seal.to_owned(), at: now.to_string() };
        let folder = &config.log.folder;
        release_hold(folder, release, &*signer_for(folder, &config.log.keys)).map(drop).map_err(fault)
    }

    fn bundle(&self, scope: &CaseScope, enclosed: &[Enclosed], seal: &str) -> Result<Bundle, WorksFault> {
        bundle(&self.feeding.settings().1, (scope, enclosed), seal, self.clock.now().wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_exactly_its_questions_and_a_scope_of_nobody_is_none() {
        let net = "10.0.0.7/32".parse().unwrap();
        let whole = CaseScope { from: 5, to: 9, ..CaseScope::default() };
        assert!(filters(&whole).is_empty(), "nobody and nothing: not the whole log");
        let two = vec![Subject::Person("kim".into()), Subject::Address(net)];
        let scope = CaseScope { subjects: two, sites: vec!["a".into(), "b".into()], host: "x.test".into(), ..whole.clone() };
        let all = filters(&scope);
        assert_eq!(all.len(), 4);
        for filter in &all {
            assert_eq!((filter.from, filter.to, filter.host.as_deref()), (Some(Timestamp(5)), Some(Timestamp(9)), Some("x.test")));
            assert!(filter.site.is_some() && (filter.user.is_some() != filter.client.is_some()), "{filter:?}");
        }
        let by_host = filters(&CaseScope { host: "x.test".into(), ..whole });
        assert!(by_host.len() == 1 && by_host[0].host.is_some());
        assert!(question(&scope).to_string().contains("\"site\":\"b\""));
    }
}
