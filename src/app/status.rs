//! How the running system tells people and probes how it is.

use super::App;
use super::news::News;
use crate::accredit::Standing;
use crate::admin::{
    AuthorityStatus, ListStatus, ListenerStatus, LogStatus, PassedStatus, RefuserStatus, SourceStatus, Status, StatusSource,
};
use crate::engine::{Coverage, Engine};
use crate::lists::{ListInfo, ListKind};
use crate::model::Timestamp;
use crate::policy::SITE_MARK;
use crate::proxy::Live;
use crate::proxy::intercept::{Card, Refuser};
use crate::store::Health;
use bytes::Bytes;
use std::net::SocketAddr;
use std::sync::PoisonError;

pub(super) fn listeners(proxies: &[SocketAddr], console: SocketAddr) -> Vec<ListenerStatus> {
    let one = |what: &str, address: &SocketAddr| ListenerStatus { what: what.to_owned(), address: address.to_string() };
    proxies.iter().map(|address| one("Proxy", address)).chain([one("Console", &console)]).collect()
}

pub(super) fn lists_line(engine: &Engine) -> String {
    let lists = engine.all_lists();
    let named = |list: &ListInfo| {
        let kind = if list.demonstration { " (demonstration)" } else { "" };
        format!("{} {}{kind}", list.name, list.entries)
    };
    let total: u64 = lists.iter().map(|list| list.entries).sum();
    let shown: Vec<String> = lists.iter().take(12).map(named).collect();
    let more = lists.len().saturating_sub(12);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{total} entries in {} lists: {}{rest}", lists.len(), shown.join(", "))
}

/// One line that says where everything listens and which lists are loaded.
pub(super) fn start_line(live: &Live, proxies: &[SocketAddr], (scheme, console): (&str, SocketAddr)) -> String {
    let proxies: Vec<String> = live
        .settings
        .listeners
        .iter()
        .zip(proxies)
        .map(|(listener, address)| format!("{}://{address}", if listener.door.is_some() { "https" } else { "http" }))
        .collect();
    let warning = match (live.lab, live.engine.lists.is_demonstration()) {
        (true, _) => "; LABORATORY: no statutory list is in force",
        (false, true) => "; DEMONSTRATION: the statutory list is made up and protects nobody",
        (false, false) => "",
    };
    format!(
        "lifeguard {}: proxy on {}, console on {scheme}://{console}; {}{warning}",
        env!("CARGO_PKG_VERSION"),
        proxies.join(" and "),
        lists_line(&live.engine)
    )
}

fn log_fault(health: &Health) -> Option<String> {
    match health {
        Health::Healthy => None,
        Health::Full => Some("the disk is full: nothing new is taken".to_owned()),
        Health::Broken(why) => Some(why.to_string()),
        Health::Closed => Some("the log has been closed".to_owned()),
    }
}

/// When the authority for opened HTTPS lapses.
pub(super) fn authority_until(live: &Live) -> Option<Timestamp> {
    live.intercept.as_ref().map(|intercept| Timestamp::from_seconds(intercept.leaves.authority().certificate().not_after))
}

/// Who reaches what unopened.
fn passed(live: &Live) -> Vec<PassedStatus> {
    let all = live.intercept.iter().flat_map(|intercept| intercept.passed.list());
    all.map(|one| PassedStatus {
        client: one.client.map(|client| client.to_string()).unwrap_or_default(),
        host: one.host.into(),
        since: Timestamp::from_seconds(one.since),
        until: Timestamp::from_seconds(one.until),
        why: one.why,
    })
    .collect()
}

/// What is wrong with the fetches of its source.
fn fetch_alarm(news: &News, list: &ListInfo) -> Option<String> {
    let source = list.name.split_once('/').map_or(&*list.name, |(source, _)| source);
    let state = news.fetched.get(&*list.name).or_else(|| news.fetched.get(source))?;
    Some(format!("list {}: {}", list.name, state.alarm()?))
}

/// The lists of the live engine, statutory ones first.
fn lists(live: &Live, news: &News, (small, now): (&[String], Timestamp)) -> Vec<ListStatus> {
    let policy = &live.engine.policy;
    let mut lists: Vec<ListStatus> = live
        .engine
        .all_lists()
        .iter()
        .map(|list| ListStatus {
            name: list.name.to_string(),
            category: policy.category_title(policy.category_name(list.category)).to_owned(),
            statutory: list.kind == ListKind::Statutory,
            demonstration: list.demonstration,
            entries: list.entries,
            rejected: list.rejected,
            as_of: news.as_of.get(&list.name).copied(),
            alarm: news
                .alarms
                .iter()
                .chain(small)
                .find(|alarm| alarm.contains(&format!("list {}:", list.name)))
                .cloned()
                .or_else(|| fetch_alarm(news, list)),
            freshness: news.freshness(&list.name, now).0,
        })
        .collect();
    lists.sort_by_key(|list| !list.statutory);
    lists
}

impl App {
    /// Whole days for which the log's disk has room, where that is less than retention needs.
    fn days_left(&self) -> Option<u64> {
        let room = *self.room.lock().unwrap_or_else(PoisonError::into_inner);
        #[allow(clippy::cast_sign_loss, reason = "neither free bytes nor growth are below nothing, and a cast of a float is bounded")]
        room.days_left.filter(|_| !room.lasts).map(|days| days as u64)
    }
}

/// As many devices as people read.
const SHOWN: usize = 50;

impl App {
    fn authority(&self, live: &Live) -> Option<AuthorityStatus> {
        let Card { name, fingerprint, not_before, not_after } = Card::of(live.authority()?.certificate().der());
        let refuser = |one: Refuser| RefuserStatus { client: one.client.to_string(), times: one.times, last: one.last };
        Some(AuthorityStatus {
            name,
            fingerprint,
            since: Timestamp::from_seconds(not_before),
            until: Timestamp::from_seconds(not_after),
            accepted: self.metrics.certificate_accepted.get(),
            refused: self.metrics.certificate_refused.get(),
            refusers: self.proxy.refusers.latest(SHOWN).into_iter().map(refuser).collect(),
        })
    }
}

impl StatusSource for App {
    fn further_sites(&self) -> (usize, usize) {
        let live = self.proxy.live.load_full();
        let rules = live.engine.policy.rules();
        (rules.groups.iter().filter(|group| group.name.contains(SITE_MARK)).count(), rules.sites.len())
    }

    fn coverage(&self) -> Vec<Coverage> {
        let live = self.proxy.live.load_full();
        let groups = live.engine.policy.groups_to_tell();
        groups.into_iter().map(|group| live.engine.coverage(group, live.counted(group, self.started))).collect()
    }

    fn sources(&self) -> Vec<SourceStatus> {
        self.source_status()
    }

    fn accreditation(&self) -> Standing {
        self.accredited.standing(self.clock.now().wall)
    }

    fn pac(&self) -> Bytes {
        self.proxy.live.load().pac.clone()
    }

    fn status(&self) -> Status {
        let live = self.proxy.live.load_full();
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let log = self.store.state().snapshot();
        let policy = &live.engine.policy;
        let now = self.clock.now().wall;
        let lists = lists(&live, &news, (&self.small_lists.alarms(), now));
        Status {
            now,
            started: self.started,
            node: live.node.to_string(),
            site: live.site.to_string(),
            generation: live.generation().0,
            policy_version: policy.version().to_string(),
            list_version: live.engine.list_version().to_string(),
            listeners: self.listeners.clone(),
            lists,
            log: LogStatus {
                place: self.standing.log_folder().display().to_string(),
                fault: log_fault(&log.health),
                signing_fault: log.signing_fault.as_deref().map(str::to_owned),
                queued: log.queue_records,
                records: log.records,
                days_left: self.days_left(),
                last_sync: (log.last_sync_us > 0).then(|| Timestamp(i64::try_from(log.last_sync_us).unwrap_or(i64::MAX))),
            },
            authority_until: authority_until(&live),
            restricted: self.restricted.found(),
            passed: passed(&live),
            reload: news.reload.clone(),
            accredited: self.accredited.passing(self.clock.now().wall),
            mail_fault: self.mail_fault.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone(),
            authority: self.authority(&live),
            connections: u64::try_from(self.metrics.connections.get()).unwrap_or(0),
            demonstration: live.engine.lists.is_demonstration(),
            lab: live.lab,
            draining: *self.proxy.drain.borrow(),
        }
    }
}
