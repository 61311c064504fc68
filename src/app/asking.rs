//! The log as the console asks it: the store's own search, with a bound on the time that a page may take.

use super::App;
use crate::admin::WorksFault;
use crate::admin::asking::{
    AskingWorks, Counted, Fetched, Folded, LogFile, LogFileFault, LogFileKind, LogFileOrder, LogQuestion, Reading, STATUTORY, Seen, Spot,
};
use crate::model::{IdentitySource, Reason, Timestamp};
use crate::store::export::{ExportNote, SheetKind, file_of, note_export};
use crate::store::hold::filter_to_json;
use crate::store::query::{Answer, By, Counts, Filter, Order, Query, REDACTED, RequestRow, Row, count, request_of, search_with};
use crate::store::view::{FURNITURE_WINDOW, fold};
use crate::store::{ReadFault, quietly};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// The first page of an answer waits for so long at most: what was found until then is shown, and the search goes on when somebody wants it.
const FIRST: Duration = Duration::from_millis(800);
/// Whoever looks on waits for so long.
const LOOKING_ON: Duration = Duration::from_secs(3);
/// So long for a file, which is whole or is none, and to find the name of a pseudonym.
const WHOLE: Duration = Duration::from_secs(10);
/// So long for a number that is only there to help.
const COUNTING: Duration = Duration::from_millis(800);

fn fault(fault: &ReadFault) -> WorksFault {
    WorksFault(fault.to_string().into())
}

/// Goes on until the time is over.
pub(super) fn until(bound: Duration) -> impl Fn(usize, usize) -> bool + Sync {
    let end = Instant::now() + bound;
    move |_, _| Instant::now() < end
}

pub(super) fn filter_of(question: &LogQuestion) -> Filter {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    // What such a list decides stands in no category.
    let statutory = question.category == STATUTORY;
    Filter {
        from: question.from,
        to: question.to,
        client: question.client,
        url: some(&question.url),
        user: some(&question.person),
        device: some(&question.device),
        group: some(&question.group),
        category: some(&question.category).filter(|_| !statutory),
        reason: statutory.then_some(Reason::Statutory),
        verdict: question.verdict,
        method: some(&question.method),
        reference: question.reference,
        sites: question.sites.clone(),
        site: some(&question.site),
        ..Filter::default()
    }
}

fn ask(folder: &Path, question: &LogQuestion, reading: Reading) -> Result<Answer, WorksFault> {
    let patience = match (reading.whole, reading.after) {
        (true, _) => WHOLE,
        (false, Some(_)) => LOOKING_ON,
        (false, None) => FIRST,
    };
    let order = if reading.oldest_first { Order::Oldest } else { Order::Newest };
    let query = Query { filter: filter_of(question), order, limit: reading.most, after: reading.after, ..Query::default() };
    search_with(folder, &query, &until(patience)).map_err(|error| fault(&error))
}

/// Everything that a file has, people as they are to be shown.
fn rows_of_file(folder: &Path, question: &LogQuestion, order: &LogFileOrder<'_>) -> Result<Vec<Row>, LogFileFault> {
    let answer = ask(folder, question, Reading { most: order.most, whole: true, ..Reading::default() })?;
    if answer.cancelled {
        return Err(LogFileFault::GivenUp);
    }
    if answer.more {
        return Err(LogFileFault::TooMany);
    }
    let shown = |row: Row| match row {
        Row::Request(request) => {
            let user = request.user.as_deref().map(|name| (order.shown)(name, &request.site));
            Row::Request(Box::new(RequestRow { user, ..*request }.without_links()))
        }
        row @ (Row::Outcome(_) | Row::Event(_)) => row,
    };
    Ok(answer.hits.iter().filter_map(|hit| hit.row()).map(shown).collect())
}

fn counted(folder: &Path, filter: &Filter, by: &[By], patience: Duration) -> Result<Counts, WorksFault> {
    quietly(|| count(folder, filter, by, &until(patience))).map_err(|error| fault(&error))
}

pub(super) fn requests(answer: &Answer) -> Vec<RequestRow> {
    let request = |row| match row {
        Row::Request(request) => Some(*request),
        Row::Outcome(_) | Row::Event(_) => None,
    };
    answer.hits.iter().filter_map(|hit| hit.row()).filter_map(request).collect()
}

/// Rows with what is folded under each; rows come and go in the order that was asked for.
pub(super) fn folded(rows: &[RequestRow], oldest_first: bool) -> Vec<Seen> {
    let mut inside: Vec<&RequestRow> = rows.iter().collect();
    inside.sort_by_key(|row| row.sequence);
    let visits = fold(&inside, FURNITURE_WINDOW);
    let page = |visit: &crate::store::view::Visit| Seen {
        folded: Folded { requests: visit.parts.len(), words: visit.summary(&inside) },
        ..seen(inside[visit.page])
    };
    let mut pages: Vec<Seen> = visits.iter().map(page).collect();
    if !oldest_first {
        pages.reverse();
    }
    pages
}

fn identity_of(code: &str) -> IdentitySource {
    (0..=u8::MAX).map_while(IdentitySource::from_number).find(|source| source.code() == code).unwrap_or(IdentitySource::Unknown)
}

/// What the console shows of a row: redacted where the row is.
fn seen(row: &RequestRow) -> Seen {
    let statutory = [&row.host, &row.url, &row.target].into_iter().any(|text| text == REDACTED);
    let peer = || row.peer.rsplit_once(':').map_or(row.peer.as_str(), |(address, _)| address).trim_matches(['[', ']']).to_owned();
    let ended = row.outcome.as_ref().and_then(|outcome| outcome.reason).and_then(Reason::from_code);
    let reason = ended.or_else(|| Reason::from_code(row.reason));
    Seen {
        sequence: row.sequence,
        at: row.time.parse::<jiff::Timestamp>().map_or(Timestamp(0), Timestamp::from),
        reference: row.id.clone(),
        user: row.user.clone(),
        identity: identity_of(row.identity),
        identity_age_s: row.identity_age_s,
        client: row.asserted.clone().unwrap_or_else(peer),
        device: row.device.clone(),
        site: row.site.clone(),
        group: row.group.clone(),
        method: row.method.clone(),
        address: if row.url.is_empty() { row.target.clone() } else { row.url.clone() },
        host: row.host.clone(),
        terms: row.search_terms.clone(),
        categories: row.categories.clone(),
        verdict: row.verdict,
        reason: reason.map_or(row.reason, Reason::code),
        words: reason.map_or("", Reason::words),
        statutory,
        defanged: !statutory && row.is_illegal_class(),
        status: row.outcome.as_ref().map(|outcome| outcome.status),
        folded: Folded::default(),
        fields: Vec::new(),
    }
}

/// Every field by its name in JSON, but the person's name, which has its own place.
fn fields_of(row: &RequestRow) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    };
    let whole = serde_json::to_value(row).unwrap_or_default();
    let Some(object) = whole.as_object() else { return Vec::new() };
    let inside = |(name, value): (&String, &serde_json::Value)| match value.as_object() {
        Some(inner) => inner.iter().map(|(key, value)| (format!("{name}.{key}"), text(value))).collect(),
        None => vec![(name.clone(), text(value))],
    };
    object.iter().filter(|(name, _)| *name != "user").flat_map(inside).filter(|(_, value)| !value.is_empty()).collect()
}

impl AskingWorks for App {
    fn log_rows(&self, question: &LogQuestion, reading: Reading) -> Result<Fetched, WorksFault> {
        let folder = self.standing.log_folder();
        let (answer, rows) = quietly(|| {
            let answer = ask(folder, question, reading)?;
            let rows = requests(&answer);
            let rows = if reading.fold { folded(&rows, reading.oldest_first) } else { rows.iter().map(seen).collect() };
            Ok::<_, WorksFault>((answer, rows))
        })?;
        let damage = answer.damage.iter().map(ToString::to_string).collect();
        Ok(Fetched { rows, next: answer.cursor(), given_up: answer.cancelled, reached: answer.reached_at, damage })
    }

    fn log_in_places(&self, question: &LogQuestion, places: &[Spot], most: usize) -> Result<Fetched, WorksFault> {
        super::lesson::in_places(self.standing.log_folder(), question, places, most)
    }

    fn log_ranges(&self) -> Vec<(String, String, ipnet::IpNet)> {
        let settings = self.feeding.settings().1;
        let of = |group: &crate::policy::Group| {
            let (name, title) = (group.name.to_string(), group.title.to_string());
            group.networks.iter().map(|net| (name.clone(), title.clone(), *net)).collect::<Vec<_>>()
        };
        settings.policy.groups.iter().flat_map(of).collect()
    }

    fn log_count(&self, question: &LogQuestion) -> Result<Counted, WorksFault> {
        let counts = counted(self.standing.log_folder(), &filter_of(question), &[], COUNTING)?;
        Ok(Counted { total: counts.total, given_up: counts.cancelled })
    }

    fn log_by_site(&self, question: &LogQuestion) -> Result<(Vec<(String, u64)>, bool), WorksFault> {
        let counts = counted(self.standing.log_folder(), &filter_of(question), &[By::Site], COUNTING)?;
        let sites = counts.groups.into_iter().filter_map(|(mut key, many)| Some((key.pop()?, many)));
        Ok((sites.collect(), counts.cancelled))
    }

    fn log_record(&self, sequence: u64) -> Result<Option<Seen>, WorksFault> {
        let hit = request_of(self.standing.log_folder(), sequence).map_err(|error| fault(&error))?;
        Ok(match hit.and_then(|hit| hit.row()) {
            Some(Row::Request(row)) => Some(Seen { fields: fields_of(&row), ..seen(&row) }),
            Some(Row::Outcome(_) | Row::Event(_)) | None => None,
        })
    }

    fn log_persons(&self, question: &LogQuestion) -> Result<(Vec<String>, bool), WorksFault> {
        let filter =
            filter_of(&LogQuestion { from: question.from, to: question.to, sites: question.sites.clone(), ..LogQuestion::default() });
        let counts = counted(self.standing.log_folder(), &filter, &[By::User], WHOLE)?;
        let names = counts.groups.into_iter().filter_map(|(mut key, _)| key.pop());
        Ok((names.filter(|name| !name.is_empty()).collect(), counts.cancelled || counts.overflow))
    }

    fn log_file(&self, question: &LogQuestion, order: LogFileOrder<'_>) -> Result<LogFile, LogFileFault> {
        let folder = self.standing.log_folder();
        let works = |fault: crate::store::export::ExportFault| WorksFault(fault.to_string().into());
        let kind = match order.kind {
            LogFileKind::Csv => SheetKind::Csv,
            LogFileKind::Xlsx => SheetKind::Xlsx,
            LogFileKind::Json => SheetKind::Jsonl,
        };
        let (count, (bytes, sha256)) = quietly(|| {
            let rows = rows_of_file(folder, question, &order)?;
            let file = file_of(&rows, kind, &self.standing.console_folder()).map_err(works)?;
            Ok::<_, LogFileFault>((u64::try_from(rows.len()).unwrap_or(u64::MAX), file))
        })?;
        // The same pseudonym as in the file: the note says no more than that.
        let filter = filter_of(question);
        let note = ExportNote {
            what: kind.code().to_owned(),
            by: order.by.to_owned(),
            reason: order.because.to_owned(),
            at: self.clock.now().wall.to_string(),
            rows: count,
            sha256: sha256.clone(),
            query: filter_to_json(&Filter { user: filter.user.as_deref().map(|name| (order.shown)(name, "")), ..filter }),
        };
        note_export(folder, note, &self.store.signer()).map_err(works)?;
        Ok(LogFile { bytes, rows: count, sha256 })
    }

    fn log_groups(&self) -> Vec<(String, String)> {
        let settings = self.feeding.settings().1;
        settings.policy.groups.iter().map(|group| (group.name.to_string(), group.title.to_string())).collect()
    }

    fn log_sites(&self) -> Vec<String> {
        super::jobs::site_names(&self.feeding.settings().1)
    }

    fn log_categories(&self) -> Vec<(String, String)> {
        super::presses::categories(&self.feeding.settings().1)
    }

    fn log_zone(&self) -> jiff::tz::TimeZone {
        self.feeding.settings().1.site.time_zone.clone()
    }
}
