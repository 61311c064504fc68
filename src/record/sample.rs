//! A request record for unit tests that care about a few of its fields. Never part of the program.

use super::RequestRecord;
use crate::model::{IdentitySource, LogDetail, Moment, Reason, RequestId};
use std::net::SocketAddr;

/// An allowed request of the group `children` for `http://example.test/`.
pub(crate) fn plain_request(id: u64) -> RequestRecord<'static> {
    RequestRecord {
        id: RequestId(id),
        parent: None,
        at: Moment::default(),
        node: "n",
        site: "s",
        peer: SocketAddr::from(([192, 0, 2, 1], 4000)),
        asserted: None,
        claimed: b"",
        device: None,
        user: None,
        group: "children",
        identity: IdentitySource::AddressRange,
        identity_age_s: 0,
        method: b"GET",
        target: b"http://example.test/",
        host_field: b"example.test",
        host: "example.test",
        url: "http://example.test/".into(),
        search_terms: "",
        categories: "".into(),
        verdict: Reason::Allowed.kind(),
        reason: Reason::Allowed,
        layer: "",
        list: "",
        matched: "".into(),
        list_version: "",
        policy_version: "",
        generation: 1,
        referer: b"",
        user_agent: b"",
        tls: "none",
        coverage_gap: false,
        demonstration: false,
        first_seen: false,
        detail: LogDetail::Full,
    }
}
