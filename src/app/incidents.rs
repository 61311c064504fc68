//! Incidents and alerts beside the running system: the console hears of what came into the log, away from requests, and holds are placed
//! by the code of `lifeguard logs hold`.

use super::App;
use crate::admin::{Desk, IncidentWorks, Keep, Scope, Seen, SiteWorks, WorksFault};
use crate::config::{AlertRule, AlertSettings, IncidentSettings};
use crate::model::{Reason, Timestamp, VerdictKind};
use crate::record::{Entry, RequestRecord, terms_of};
use crate::store::hold::{NewHold, Release, filter_to_json, place_hold, release_hold};
use crate::store::query::{AtMost, Filter, Lost, Met, Order, OutcomeRow, Query, RequestRow, Row, Watch, record, search};
use crate::store::{ReadFault, give_way, signer_for};
use ipnet::IpNet;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the console looks at what came into the log.
const LOOK: Duration = Duration::from_secs(1);
/// The same while it is behind.
const NEXT_LOOK: Duration = Duration::from_millis(200);
/// How often it does what the clock asks for.
const ROUND: Duration = Duration::from_secs(5);
const HOUR_US: i64 = 3600 * 1_000_000;
/// What is taken in at a look. To look at so many takes a third of a second: the first look at a log that is there already must not keep
/// people waiting for seconds.
const AT_A_LOOK: AtMost = AtMost { given: 1000, looked_at: 20_000 };
/// A log that cannot be read at so many looks, one after the other, is read as far as it can be. What fails twice as often is told to people,
/// and again after as many times more.
const PATIENCE: u32 = 30;
/// Lost places that are named in one alert.
const NAMED: usize = 3;

/// How often looks and rounds have failed, one after the other. Rounds come more seldom: a look that goes well between two of them says nothing
/// of them.
#[derive(Debug, Default)]
struct Failing {
    looks: u32,
    rounds: u32,
}

impl Failing {
    /// Counts what became of a look, and of a round where there was one. `true`: it lasts, and people are to be told.
    fn count(&mut self, looked: bool, went: Option<bool>) -> bool {
        let lasts = |times: &mut u32, is_well: bool| {
            *times = if is_well { 0 } else { times.saturating_add(1) };
            *times > 0 && times.is_multiple_of(2 * PATIENCE)
        };
        let looks = lasts(&mut self.looks, looked);
        went.is_some_and(|well| lasts(&mut self.rounds, well)) || looks
    }

    fn is_over(&self) -> bool {
        self.looks == 0 && self.rounds == 0
    }
}

/// Everything of somebody in this span, with an hour before and behind it.
fn filter(scope: &Scope) -> Filter {
    let from = Some(Timestamp(scope.first.0 - HOUR_US));
    let span = Filter { from, to: Some(Timestamp(scope.last.0 + HOUR_US)), ..Filter::default() };
    let client = scope.client.as_ref().and_then(|client| client.parse::<IpAddr>().ok()).map(IpNet::from);
    match (&scope.person, &scope.device) {
        (Some(person), _) => Filter { user: Some(person.clone()), ..span },
        (None, Some(device)) => Filter { device: Some(device.clone()), ..span },
        (None, None) => Filter { client, ..span },
    }
}

impl IncidentWorks for App {
    fn incident_settings(&self) -> IncidentSettings {
        self.feeding.settings().1.incidents.clone()
    }

    fn alert_settings(&self) -> AlertSettings {
        self.feeding.settings().1.alerts.clone()
    }

    fn hold(&self, keep: &Keep) -> Result<String, WorksFault> {
        let config = &self.feeding.settings().1;
        let folder = self.standing.log_folder();
        let new = NewHold {
            // What the same person did at another site is that site's to hold.
            query: filter_to_json(&Filter { sites: self.site_of(&keep.scope), ..filter(&keep.scope) }),
            owner: keep.by.clone(),
            reason: keep.because.clone(),
            review: keep.review,
        };
        let placed = place_hold(folder, new, &*signer_for(folder, &config.log.keys), self.clock.now().wall);
        placed.map(|hold| hold.id).map_err(|fault| WorksFault(fault.to_string().into()))
    }

    fn let_go(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault> {
        let config = &self.feeding.settings().1;
        let folder = self.standing.log_folder();
        let at = self.clock.now().wall.to_string();
        let release = Release { id: id.to_owned(), by: by.to_owned(), reason: because.to_owned(), at };
        let gone = release_hold(folder, release, &*signer_for(folder, &config.log.keys));
        gone.map(drop).map_err(|fault| WorksFault(fault.to_string().into()))
    }

    fn listed_address(&self, sequence: u64) -> Result<Option<String>, WorksFault> {
        let found = record(self.standing.log_folder(), sequence).map_err(|fault| WorksFault(fault.to_string().into()))?;
        Ok(found.and_then(|hit| hit.listed_address()))
    }
}

/// Has the console to do with this request?
fn concerns(request: &RequestRecord<'_>, rules: &[AlertRule]) -> bool {
    let in_category = |name: &String| {
        let last_part = |one: &str| one.rsplit('/').next().is_some_and(|part| part.eq_ignore_ascii_case(name));
        request.categories.split(',').map(str::trim).any(|one| one.eq_ignore_ascii_case(name) || last_part(one))
    };
    request.reason == Reason::Statutory
        || (!request.categories.is_empty() && rules.iter().flat_map(|rule| &rule.categories).any(in_category))
        || (rules.iter().any(|rule| !rule.terms.is_empty()) && !terms_of(request.search_terms, request.host, &request.url).is_empty())
}

fn wanted(entry: &Entry<'_>, rules: &[AlertRule]) -> bool {
    match entry {
        Entry::Request(request) => concerns(request, rules),
        // An address may show itself to be listed only when the request has ended.
        Entry::Outcome(outcome) => outcome.reason == Some(Reason::Statutory),
        Entry::Event(event) => rules.iter().any(|rule| rule.events.contains(&event.kind)),
    }
}

fn time(text: &str) -> Timestamp {
    text.parse::<jiff::Timestamp>().map(Timestamp::from).unwrap_or_default()
}

fn seen_request(row: RequestRow, statutory: Option<String>) -> Seen {
    let client = row.asserted.unwrap_or_else(|| row.peer.parse::<std::net::SocketAddr>().map_or(row.peer, |peer| peer.ip().to_string()));
    Seen {
        sequence: row.sequence,
        at: time(&row.time),
        person: row.user,
        device: row.device,
        client,
        group: row.group,
        categories: row.categories,
        terms: row.search_terms,
        statutory,
        demonstration: row.demonstration,
        verdict: row.verdict.code().to_owned(),
        ..Seen::default()
    }
}

/// The request of a reference number; `None`: nobody can read it any more. What went through a tunnel has the tunnel's number too, and came
/// later: the oldest is the one.
fn request_behind(folder: &Path, id: &str) -> Result<Option<RequestRow>, ReadFault> {
    let Ok(reference) = id.parse() else { return Ok(None) };
    let filter = Filter { reference: Some(reference), ..Filter::default() };
    let answer = search(folder, &Query { filter, order: Order::Oldest, limit: 10, ..Query::default() })?;
    let requests =
        answer.hits.iter().filter_map(|hit| hit.row()).filter_map(|row| if let Row::Request(row) = row { Some(*row) } else { None });
    Ok(requests.into_iter().find(|row| row.id == id))
}

/// An address that was on a statutory list, of a request that nobody can read any more: it is an incident all the same.
fn seen_without_request(outcome: &OutcomeRow) -> Seen {
    Seen {
        sequence: outcome.sequence,
        at: time(&outcome.time),
        statutory: Some(outcome.id.clone()),
        verdict: VerdictKind::Block.code().to_owned(),
        unread: format!("request {} of record {}", outcome.id, outcome.sequence),
        ..Seen::default()
    }
}

/// Records that nobody can look at, in words.
fn unread(lost: &[Lost]) -> String {
    let one = |lost: &Lost| match lost.last - lost.first {
        0 => format!("record {} ({})", lost.first, lost.place),
        _ => format!("records {} to {} ({})", lost.first, lost.last, lost.place),
    };
    let named: Vec<String> = lost.iter().take(NAMED).map(one).collect();
    let more = lost.len().saturating_sub(NAMED);
    if more == 0 { named.join("; ") } else { format!("{}; {more} more places", named.join("; ")) }
}

impl App {
    /// Which entry of a statutory list an address met: the console keeps a keyed digest of it, so that different entries are different
    /// incidents. Where lists no longer say, the address itself tells them apart.
    fn entry_met(&self, sequence: u64) -> Option<String> {
        let hit = record(self.standing.log_folder(), sequence).ok().flatten()?;
        let address = hit.listed_address()?;
        let met = self.proxy.live.load_full().engine.statutory_entry(&address);
        Some(met.unwrap_or(address))
    }

    fn site_of(&self, scope: &Scope) -> Option<Vec<String>> {
        (self.has_sites() && !scope.group.is_empty()).then(|| vec![self.site_of_group(&scope.group)])
    }

    /// Did the program itself ask for it, to see that its listeners refuse it?
    fn is_canary(&self, row: &RequestRow) -> bool {
        let folder = self.standing.log_folder();
        self.accredited.canaries.sent(row, |sequence| record(folder, sequence).ok().flatten().and_then(|hit| hit.listed_address()))
    }

    /// What the console has to do with in this row; `None`: the program did it itself.
    fn seen(&self, row: Row) -> Result<Option<Seen>, ReadFault> {
        Ok(Some(match row {
            Row::Request(row) if self.is_canary(&row) => return Ok(None),
            Row::Request(row) => {
                let statutory = row.reason == Reason::Statutory.code();
                let met = statutory.then(|| self.entry_met(row.sequence).unwrap_or_default());
                seen_request(*row, met)
            }
            Row::Outcome(outcome) => match request_behind(self.standing.log_folder(), &outcome.id)? {
                Some(row) => {
                    let met = self.entry_met(row.sequence).unwrap_or_default();
                    seen_request(row, Some(met))
                }
                None => seen_without_request(&outcome),
            },
            Row::Event(event) => {
                Seen { sequence: event.sequence, at: time(&event.time), event: Some((event.event, event.text)), ..Seen::default() }
            }
        }))
    }

    /// Takes in what came since the last look.
    fn look(&self, desk: &Desk, follow: &mut Option<Watch>, patient: bool) -> Result<(), String> {
        let words = |fault: ReadFault| fault.to_string();
        let mut reader = match follow.take() {
            Some(reader) => reader,
            None => {
                let bookmark = desk.followed().map_err(|fault| fault.to_string())?;
                Watch::after(self.standing.log_folder(), bookmark, patient).map_err(words)?
            }
        };
        if reader.is_behind() {
            give_way();
        }
        let rules = self.alert_settings().rules;
        let (before, mut rows, mut lost) = (reader.last(), Vec::new(), Vec::new());
        reader
            .poll(&|entry| wanted(entry, &rules), AT_A_LOOK, &mut |met| match met {
                Met::Row(row) => rows.push(row),
                Met::Lost(one) => lost.push(one),
            })
            .map_err(words)?;
        if let Some(last) = reader.last().filter(|last| Some(*last) != before) {
            let seen = rows.into_iter().filter_map(|row| self.seen(row).transpose());
            let mut seen = seen.collect::<Result<Vec<Seen>, _>>().map_err(words)?;
            if !lost.is_empty() {
                let unread = unread(&lost);
                tracing::error!("the console passed over what it cannot read in the log: {unread}");
                seen.push(Seen { sequence: last, at: self.clock.now().wall, unread, ..Seen::default() });
            }
            desk.take_in(&seen, last).map_err(|fault| fault.to_string())?;
        }
        *follow = Some(reader);
        Ok(())
    }

    /// What is told of a console that does not keep up: to whoever runs it at once, and to people where it lasts.
    fn tell_of(desk: &Desk, fault: &str, (lasts, told): (bool, &mut String)) {
        if fault != told {
            tracing::error!(%fault, "the console does not keep up with the log; it is tried again");
            fault.clone_into(told);
        }
        if lasts && let Err(fault) = desk.falls_behind(fault) {
            tracing::error!(%fault, "nobody can be told that the console does not keep up with the log");
        }
    }

    /// Keeps the console up with the log, as soon as somebody may use it. What fails is tried again, from where it was.
    pub(super) async fn follow_for_console(self: Arc<Self>, desk: Arc<Desk>) {
        let (mut follow, mut told, mut round, mut failing) = (None, String::new(), Instant::now(), Failing::default());
        loop {
            let is_behind = follow.as_ref().is_some_and(Watch::is_behind);
            tokio::time::sleep(if is_behind { NEXT_LOOK } else { LOOK }).await;
            if !desk.book().exists() {
                continue;
            }
            let (app, of_work, mut reader) = (Arc::clone(&self), Arc::clone(&desk), follow.take());
            let (is_due, patient) = (round.elapsed() >= ROUND, failing.looks < PATIENCE);
            let work = tokio::task::spawn_blocking(move || {
                let looked = app.look(&of_work, &mut reader, patient);
                let went = is_due.then(|| of_work.go_round().map_err(|fault| fault.to_string()));
                (reader, looked, went)
            });
            let (looked, went) = match work.await {
                Ok((reader, looked, went)) => {
                    follow = reader;
                    (looked, went)
                }
                // Where it was stands in the book.
                Err(panicked) => (Err(panicked.to_string()), is_due.then(|| Err(panicked.to_string()))),
            };
            if is_due {
                round = Instant::now();
            }
            let lasts = failing.count(looked.is_ok(), went.as_ref().map(Result::is_ok));
            let Err(fault) = looked.and(went.unwrap_or(Ok(()))) else {
                if failing.is_over() {
                    told.clear();
                }
                continue;
            };
            let (desk, mut known) = (Arc::clone(&desk), std::mem::take(&mut told));
            let telling = tokio::task::spawn_blocking(move || {
                Self::tell_of(&desk, &fault, (lasts, &mut known));
                known
            });
            told = telling.await.unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RequestId;
    use crate::ports::{Durability, FixedClock, LogStore};
    use crate::record::plain_request;
    use crate::store::{Settings, open};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_tunnel_is_found_by_its_number_under_everything_that_went_through_it() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { reserve_bytes: 64 * 1024, ..Settings::new(folder.path()) };
        let store = open(settings, Arc::new(FixedClock::at(1_764_000_000_000_000))).unwrap();
        let tunnel = RequestId(1000);
        for number in 0..30 {
            let parent = (number > 0).then_some(tunnel);
            let request = RequestRecord { parent, ..plain_request(tunnel.0 + number) };
            store.append(&Entry::Request(request), Durability::Disk).await.unwrap();
        }
        let found = request_behind(folder.path(), &tunnel.to_string()).unwrap().unwrap();
        assert_eq!((found.id, found.parent), (tunnel.to_string(), None));
        assert!(request_behind(folder.path(), &RequestId(5).to_string()).unwrap().is_none());
    }

    #[test]
    fn a_round_that_keeps_failing_is_told_although_looks_between_go_well() {
        let mut failing = Failing::default();
        let mut told = Vec::new();
        for round in 1..=150 {
            for _ in 0..4 {
                assert!(!failing.count(true, None) && (round == 1 || !failing.is_over()), "{round}");
            }
            told.extend(failing.count(true, Some(false)).then_some(round));
        }
        assert_eq!((told, failing.looks), (vec![60, 120], 0));
        assert!(!failing.count(true, Some(true)) && failing.is_over());
        let told: Vec<u32> = (1..=130).filter(|_| failing.count(false, None)).collect();
        assert_eq!((told, failing.looks), (vec![60, 120], 130));
        assert!(!failing.count(true, None) && failing.is_over());
    }

    #[test]
    fn what_is_lost_is_named_with_its_place_and_many_places_are_counted() {
        let lost = |first, last| Lost { first, last, place: format!("{first}.seg, byte 8") };
        assert_eq!(unread(&[lost(5, 5)]), "record 5 (5.seg, byte 8)");
        assert_eq!(unread(&[lost(5, 9), lost(12, 12)]), "records 5 to 9 (5.seg, byte 8); record 12 (12.seg, byte 8)");
        let many: Vec<Lost> = (1..=10).map(|first| lost(first * 10, first * 10)).collect();
        assert!(unread(&many).ends_with("record 30 (30.seg, byte 8); 7 more places"), "{}", unread(&many));
    }

    #[test]
    fn an_outcome_on_a_statutory_list_is_seen_also_where_its_request_is_not() {
        let outcome = crate::record::OutcomeRecord {
            id: crate::model::RequestId(5),
            at: crate::model::Moment { wall: Timestamp::from_seconds(1_764_000_000), monotonic_us: 0 },
            ended: crate::record::Ended::Complete,
            status: 403,
            bytes_up: 0,
            bytes_down: 0,
            upstream: None,
            timings_us: [0; 4],
            reason: Some(Reason::Statutory),
            note: "".into(),
        };
        assert!(wanted(&Entry::Outcome(outcome.clone()), &[]));
        let row = OutcomeRow::new(9, &outcome);
        let seen = seen_without_request(&row);
        assert_eq!((seen.sequence, seen.at, seen.verdict.as_str()), (9, Timestamp::from_seconds(1_764_000_000), "block"));
        assert!(seen.statutory.is_some() && seen.unread.contains("record 9"), "{seen:?}");
    }
}
