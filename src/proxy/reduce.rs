//! What a group's policy does not let the log keep is left out here, before the record is made (standards H1): the raw log never
//! holds more than the policy says. It must never touch a record of a statutory list: that one is evidence of an attempt to reach illegal
//! material, is needed whole, and is shown to nobody but under the rules for such records.

use crate::canon::{CanonicalUrl, Scheme};
use crate::model::{LogDetail, Reason};
use crate::record::{OutcomeRecord, RequestRecord};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How much may be recorded of a request that was decided for this reason.
pub(super) fn detail_for(group: LogDetail, reason: Reason) -> LogDetail {
    if reason == Reason::Statutory { LogDetail::Full } else { group }
}

/// What stands in the place of an address of which only the host may be kept: scheme and host, or the authority of a tunnel.
pub(super) fn place(url: Option<&CanonicalUrl>) -> String {
    url.map_or_else(String::new, |url| match (url.scheme(), url.authority_text()) {
        (Scheme::Tunnel, authority) => authority,
        (scheme, authority) => format!("{}://{authority}/", scheme.name()),
    })
}

/// The record without what may not be kept. `place` stands in the place of the address.
pub(super) fn reduced<'a>(mut record: RequestRecord<'a>, detail: LogDetail, place: &'a str) -> RequestRecord<'a> {
    record.detail = detail;
    if detail >= LogDetail::WithoutUser {
        (record.user, record.device) = (None, None);
    }
    if detail >= LogDetail::HostOnly {
        (record.target, record.url) = (place.as_bytes(), Cow::Borrowed(place));
        (record.host_field, record.referer, record.user_agent, record.claimed) = (b"", b"", b"", b"");
        record.search_terms = "";
        // An entry may name a page.
        if record.matched.contains('/') {
            record.matched = Cow::Borrowed("");
        }
    }
    if detail >= LogDetail::CountsOnly {
        (record.target, record.url, record.host, record.matched) = (b"", Cow::Borrowed(""), "", Cow::Borrowed(""));
        (record.peer, record.asserted) = (nobody(record.peer), None);
    }
    record
}

/// How a request ended, without what may not be kept.
pub(super) fn reduced_outcome(mut outcome: OutcomeRecord<'_>, detail: LogDetail) -> OutcomeRecord<'_> {
    let detail = outcome.reason.map_or(detail, |reason| detail_for(detail, reason));
    if detail >= LogDetail::HostOnly {
        // It may say what was asked for.
        outcome.note = Cow::Borrowed("");
    }
    if detail >= LogDetail::CountsOnly {
        outcome.upstream = None;
    }
    outcome
}

/// Nobody's address, of the same family.
fn nobody(peer: SocketAddr) -> SocketAddr {
    let address = match peer.ip() {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    SocketAddr::new(address, 0)
}
