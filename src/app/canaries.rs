//! What the canary asked for through people's listeners, so that the console opens no incident and raises no alert of what the program itself
//! has done. The log keeps these records like all others.
//!
//! Must never be told by anything that a client can write, such as a user agent: only by the address and the port of a connection that this
//! process had open at that moment, and by what was asked over it.

use crate::model::{Moment, Reason};
use crate::store::query::RequestRow;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// As many are remembered. One that is forgotten is looked at like anybody's.
const MOST: usize = 1000;
/// One that gets no answer is given up before this, and its port is nobody else's so long.
const LASTS_US: u64 = 60 * 1_000_000;

/// One of them.
#[derive(Debug)]
struct Sent {
    /// From where: no other connection had this address and port meanwhile.
    from: SocketAddr,
    /// What for, as the log spells it.
    address: String,
    /// From when until when, by the clock that never jumps.
    span_us: (u64, u64),
    /// The number of its record, as soon as that was seen: each has one.
    record: Option<u64>,
}

/// Those of this process.
#[derive(Debug, Default)]
pub(super) struct Canaries(Mutex<VecDeque<Sent>>);

impl Canaries {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Sent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One is about to leave over a connection from here, which was begun at this moment.
    pub(super) fn leaves(&self, from: SocketAddr, address: String, begun: Moment) {
        let mut all = self.lock();
        if all.len() >= MOST {
            all.pop_front();
        }
        let span_us = (begun.monotonic_us, begun.monotonic_us.saturating_add(LASTS_US));
        all.push_back(Sent { from: plain(from), address, span_us, record: None });
    }

    /// The last one from here was answered: what comes from there later is somebody else's.
    pub(super) fn is_answered(&self, from: SocketAddr, now: Moment) {
        if let Some(sent) = self.lock().iter_mut().rfind(|sent| sent.from == plain(from)) {
            sent.span_us.1 = sent.span_us.1.min(now.monotonic_us);
        }
    }

    /// Is this the record of one of them? `address`: what it asked for, which the row does not say. Whoever asks again about the same record
    /// hears the same.
    pub(super) fn sent(&self, row: &RequestRow, address: impl FnOnce(u64) -> Option<String>) -> bool {
        let may_be = row.reason == Reason::Statutory.code() && row.asserted.is_none() && row.parent.is_none();
        let Some(peer) = row.peer.parse::<SocketAddr>().ok().filter(|_| may_be) else { return false };
        let mut all = self.lock();
        let known = all.iter_mut().find(|sent| {
            let (begun, ended) = sent.span_us;
            let is_free = sent.record.is_none_or(|known| known == row.sequence);
            is_free && sent.from == peer && (begun..=ended).contains(&row.monotonic_us)
        });
        let Some(sent) = known else { return false };
        let is = address(row.sequence).is_some_and(|address| address == sent.address);
        if is {
            sent.record = Some(row.sequence);
        }
        is
    }
}

/// As a listener writes it down.
fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RequestId, Timestamp};
    use crate::record::{RequestRecord, plain_request};

    const ADDRESS: &str = "http://listed.test/page";

    fn at(monotonic_us: u64) -> Moment {
        Moment { wall: Timestamp(0), monotonic_us }
    }

    fn request(port: u16, at_us: u64) -> RequestRecord<'static> {
        let peer = SocketAddr::from(([127, 0, 0, 1], port));
        RequestRecord { peer, at: at(at_us), reason: Reason::Statutory, ..plain_request(1) }
    }

    fn canaries() -> Canaries {
        let (canaries, from) = (Canaries::default(), "[::ffff:127.0.0.1]:4000".parse().unwrap());
        canaries.leaves(from, ADDRESS.to_owned(), at(100));
        canaries.is_answered(from, at(200));
        canaries
    }

    #[test]
    fn a_canary_is_told_by_its_connection_while_it_was_open_by_its_address_and_by_nothing_else() {
        let listed = |_: u64| Some(ADDRESS.to_owned());
        let is = |request: &RequestRecord<'_>| canaries().sent(&RequestRow::new(7, request, None), listed);
        let good = request(4000, 150);
        assert!(is(&good) && is(&request(4000, 100)) && is(&request(4000, 200)));
        let others = [
            request(4001, 150),
            request(4000, 99),
            request(4000, 201),
            RequestRecord { peer: SocketAddr::from(([127, 0, 0, 2], 4000)), ..good.clone() },
            RequestRecord { asserted: Some([127, 0, 0, 1].into()), ..good.clone() },
            RequestRecord { parent: Some(RequestId(9)), ..good.clone() },
            RequestRecord { reason: Reason::Category, ..good.clone() },
        ];
        for (at, other) in others.iter().enumerate() {
            assert!(!is(&RequestRecord { user_agent: b"accreditation", ..other.clone() }), "{at}");
        }
        let row = RequestRow::new(7, &good, None);
        assert!(!canaries().sent(&row, |_| Some("http://listed.test/other".to_owned())), "another address");
        assert!(!canaries().sent(&row, |_| None), "nobody knows what it asked for");
    }

    #[test]
    fn a_canary_has_one_record_which_may_be_seen_again_and_the_oldest_is_forgotten() {
        let (canaries, good) = (canaries(), request(4000, 150));
        let is = |sequence: u64| canaries.sent(&RequestRow::new(sequence, &good, None), |_| Some(ADDRESS.to_owned()));
        assert!(is(7) && is(7), "what could not be taken in comes again");
        assert!(!is(8), "a second record is somebody else's");
        for _ in 0..MOST {
            canaries.leaves("127.0.0.1:5000".parse().unwrap(), ADDRESS.to_owned(), at(300));
        }
        assert!(!is(7) && canaries.lock().len() == MOST, "bounded");
    }

    #[test]
    fn one_that_gets_no_answer_is_known_for_a_minute() {
        let canaries = Canaries::default();
        canaries.leaves("127.0.0.1:4000".parse().unwrap(), ADDRESS.to_owned(), at(0));
        let is = |at_us: u64| canaries.sent(&RequestRow::new(at_us, &request(4000, at_us), None), |_| Some(ADDRESS.to_owned()));
        assert!(!is(60_000_001) && is(59_000_000));
    }
}
