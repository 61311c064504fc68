//! A log for tests of the pages, filled by hand.

use super::spot::Spot;
use super::works::{AskingWorks, Counted, Fetched, LogFile, LogFileFault, LogFileOrder, LogQuestion, Reading, Seen};
use crate::admin::works::{FixedWorks, WorksFault};
use std::sync::{Mutex, PoisonError};

/// A log that tests fill by hand, the latest last.
#[derive(Debug, Default)]
pub struct FixedAsking {
    /// What is in it.
    pub rows: Mutex<Vec<Seen>>,
    /// Every question takes too long.
    pub slow: std::sync::atomic::AtomicBool,
    /// What is wrong with files of it; empty: nothing.
    pub fault: Mutex<String>,
    /// And each takes so long.
    pub takes: Mutex<std::time::Duration>,
}

impl FixedAsking {
    fn found(&self, question: &LogQuestion) -> Vec<Seen> {
        std::thread::sleep(*self.takes.lock().unwrap_or_else(PoisonError::into_inner));
        let text = |wanted: &str, has: &str| wanted.is_empty() || wanted.eq_ignore_ascii_case(has);
        let fits = |seen: &&Seen| {
            question.from.is_none_or(|from| from <= seen.at)
                && question.to.is_none_or(|to| seen.at < to)
                && (question.url.is_empty() || !seen.statutory && seen.address.contains(&question.url))
                && text(&question.person, seen.user.as_deref().unwrap_or(""))
                && text(&question.device, seen.device.as_deref().unwrap_or(""))
                && text(&question.group, &seen.group)
                && question.sites.as_ref().is_none_or(|sites| sites.contains(&seen.site))
                && question.client.is_none_or(|net| seen.client.parse().is_ok_and(|client: std::net::IpAddr| net.contains(&client)))
                && question.verdict.is_none_or(|verdict| verdict == seen.verdict)
        };
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(fits).cloned().collect()
    }

    fn is_slow(&self) -> bool {
        self.slow.load(std::sync::atomic::Ordering::Relaxed)
    }
}

impl AskingWorks for FixedWorks {
    fn log_rows(&self, question: &LogQuestion, reading: Reading) -> Result<Fetched, WorksFault> {
        let mut rows = self.asking.found(question);
        if !reading.oldest_first {
            rows.reverse();
        }
        let ahead =
            |seen: &Seen| reading.after.is_none_or(|after| (seen.sequence > after) == reading.oldest_first && seen.sequence != after);
        rows.retain(ahead);
        let more = rows.len() > reading.most;
        rows.truncate(reading.most);
        // A slow search comes as far as its page.
        let slow = self.asking.is_slow();
        let reached = rows.last().filter(|_| slow).map(|seen| seen.at);
        let next = rows.last().filter(|_| more || slow).map(|seen| seen.sequence);
        Ok(Fetched { rows, next, given_up: slow, reached, damage: Vec::new() })
    }

    fn log_in_places(&self, question: &LogQuestion, places: &[Spot], most: usize) -> Result<Fetched, WorksFault> {
        let mut rows = self.asking.found(question);
        rows.retain(|seen| question.site.is_empty() || seen.site == question.site);
        rows.retain(|seen| places.iter().any(|place| place.holds(seen.device.as_deref(), &seen.client).is_some()));
        let more = rows.len() > most;
        rows.truncate(most);
        let (last, slow) = (rows.last().map(|seen| (seen.sequence, seen.at)), self.asking.is_slow());
        let beyond = last.filter(|_| more || slow);
        Ok(Fetched { rows, next: beyond.map(|last| last.0), given_up: slow, reached: beyond.map(|last| last.1), damage: Vec::new() })
    }

    fn log_ranges(&self) -> Vec<(String, String, ipnet::IpNet)> {
        let net = |number: u8| ipnet::Ipv4Net::new(std::net::Ipv4Addr::new(10, number, 0, 0), 24).ok().map(ipnet::IpNet::V4);
        self.log_groups().into_iter().zip(1..).filter_map(|((name, title), number)| Some((name, title, net(number)?))).collect()
    }

    fn log_count(&self, question: &LogQuestion) -> Result<Counted, WorksFault> {
        let total = u64::try_from(self.asking.found(question).len()).unwrap_or(0);
        Ok(Counted { total, given_up: self.asking.is_slow() })
    }

    fn log_by_site(&self, question: &LogQuestion) -> Result<(Vec<(String, u64)>, bool), WorksFault> {
        let mut sites = std::collections::BTreeMap::new();
        for seen in self.asking.found(question) {
            *sites.entry(seen.site).or_insert(0) += 1;
        }
        Ok((sites.into_iter().collect(), self.asking.is_slow()))
    }

    fn log_record(&self, sequence: u64) -> Result<Option<Seen>, WorksFault> {
        Ok(self.asking.found(&LogQuestion::default()).into_iter().find(|seen| seen.sequence == sequence))
    }

    fn log_persons(&self, question: &LogQuestion) -> Result<(Vec<String>, bool), WorksFault> {
        let slow = self.asking.is_slow();
        let found = if slow { Vec::new() } else { self.asking.found(question) };
        Ok((found.into_iter().filter_map(|seen| seen.user).collect(), slow))
    }

    fn log_file(&self, question: &LogQuestion, order: LogFileOrder<'_>) -> Result<LogFile, LogFileFault> {
        let fault = self.asking.fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !fault.is_empty() {
            return Err(LogFileFault::Works(WorksFault(fault.into())));
        }
        let found = self.asking.found(question);
        if found.len() > order.most {
            return Err(LogFileFault::TooMany);
        }
        let line = |seen: &Seen| {
            format!(
                "{},{},{}\n",
                seen.sequence,
                seen.user.as_deref().map(|name| (order.shown)(name, &seen.site)).unwrap_or_default(),
                seen.address
            )
        };
        let bytes: String = found.iter().map(line).collect();
        Ok(LogFile { bytes: bytes.into_bytes(), rows: u64::try_from(found.len()).unwrap_or(0), sha256: "of a test".into() })
    }

    fn log_groups(&self) -> Vec<(String, String)> {
        let of_sites = self.sites.iter().skip(1).map(|(site, title)| (format!("{site}/children"), format!("Children of {title}")));
        std::iter::once(("children".into(), "Children".into())).chain(of_sites).collect()
    }

    fn log_sites(&self) -> Vec<String> {
        self.hosts.sites.iter().map(|site| site.name.clone()).collect()
    }

    fn log_categories(&self) -> Vec<(String, String)> {
        vec![("games".into(), "Games".into())]
    }

    fn log_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::UTC
    }
}
