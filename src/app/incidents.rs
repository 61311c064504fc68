//! Incidents and alerts beside the running system: the console hears of what came into the log, away from requests, and holds are placed
//! by the code of `lifeguard logs hold`.

use super::App;
use crate::admin::{Desk, IncidentWorks, Keep, Scope, Seen, SiteWorks, WorksFault};
use crate::config::{AlertRule, AlertSettings, IncidentSettings};
use crate::model::{Reason, Timestamp};
use crate::record::{Entry, RequestRecord, terms_of};
use crate::store::hold::{NewHold, Release, filter_to_json, place_hold, release_hold};
use crate::store::query::{Filter, Follow, Order, Query, RequestRow, Row, record, search};
use crate::store::{ReadFault, signer_for};
use ipnet::IpNet;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the console looks at what came into the log.
const LOOK: Duration = Duration::from_secs(1);
/// How often it does what the clock asks for.
const ROUND: Duration = Duration::from_secs(5);
const HOUR_US: i64 = 3600 * 1_000_000;

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
        event: None,
    }
}

/// The request of a reference number. What went through a tunnel has the tunnel's number too, and came later: the oldest is the one.
fn request_behind(folder: &Path, id: &str) -> Result<Option<RequestRow>, ReadFault> {
    let filter = Filter { reference: id.parse().ok(), ..Filter::default() };
    let answer = search(folder, &Query { filter, order: Order::Oldest, limit: 10, ..Query::default() })?;
    let requests =
        answer.hits.iter().filter_map(|hit| hit.row()).filter_map(|row| if let Row::Request(row) = row { Some(*row) } else { None });
    Ok(requests.into_iter().find(|row| row.id == id))
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

    /// What the console has to do with in this row. What cannot be read now is looked at again: nothing of it is passed over.
    fn seen(&self, row: Row) -> Result<Option<Seen>, ReadFault> {
        Ok(match row {
            Row::Request(row) => {
                let statutory = row.reason == Reason::Statutory.code();
                let met = statutory.then(|| self.entry_met(row.sequence).unwrap_or_default());
                Some(seen_request(*row, met))
            }
            Row::Outcome(outcome) => {
                let Some(row) = request_behind(self.standing.log_folder(), &outcome.id)? else { return Ok(None) };
                let met = self.entry_met(row.sequence).unwrap_or_default();
                Some(seen_request(row, Some(met)))
            }
            Row::Event(event) => {
                Some(Seen { sequence: event.sequence, at: time(&event.time), event: Some((event.event, event.text)), ..Seen::default() })
            }
        })
    }

    /// Takes in what came since the last look.
    fn look(&self, desk: &Desk, follow: &mut Option<Follow>) -> Result<(), String> {
        let words = |fault: ReadFault| fault.to_string();
        let mut reader = match follow.take() {
            Some(reader) => reader,
            None => {
                let bookmark = desk.followed().map_err(|fault| fault.to_string())?;
                Follow::after(self.standing.log_folder(), bookmark).map_err(words)?
            }
        };
        let rules = self.alert_settings().rules;
        let (before, mut rows) = (reader.last(), Vec::new());
        reader.poll_wanted(&|entry| wanted(entry, &rules), |row| rows.push(row)).map_err(words)?;
        if let Some(last) = reader.last().filter(|last| Some(*last) != before) {
            let seen = rows.into_iter().filter_map(|row| self.seen(row).transpose()).collect::<Result<Vec<Seen>, _>>().map_err(words)?;
            desk.take_in(&seen, last).map_err(|fault| fault.to_string())?;
        }
        *follow = Some(reader);
        Ok(())
    }

    /// Keeps the console up with the log, as soon as somebody may use it. What fails is tried again, from where it was.
    pub(super) async fn follow_for_console(self: Arc<Self>, desk: Arc<Desk>) {
        let (mut follow, mut told, mut round) = (None, String::new(), Instant::now());
        loop {
            tokio::time::sleep(LOOK).await;
            if !desk.book().exists() {
                continue;
            }
            let (app, desk, mut reader) = (Arc::clone(&self), Arc::clone(&desk), follow.take());
            let is_due = round.elapsed() >= ROUND;
            let work = tokio::task::spawn_blocking(move || {
                let looked = app.look(&desk, &mut reader);
                let went = if is_due { desk.go_round().map_err(|fault| fault.to_string()) } else { Ok(()) };
                (reader, looked.and(went))
            });
            let Ok((reader, done)) = work.await else { continue };
            follow = reader;
            if is_due {
                round = Instant::now();
            }
            match done {
                Ok(()) => told.clear(),
                Err(fault) if fault == told => {}
                Err(fault) => {
                    tracing::error!(%fault, "the console does not keep up with the log; it is tried again");
                    told = fault;
                }
            }
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
}
