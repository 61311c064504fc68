//! A request of the log, as it is judged again.

use crate::engine::PastRequest;
use crate::model::Reason;
use crate::record::{INSIDE_TLS, RequestRecord};

/// A request of the log, as it is judged again.
#[must_use]
pub fn past<'a>(record: &'a RequestRecord<'_>) -> PastRequest<'a> {
    PastRequest {
        method: record.method,
        target: record.target,
        inside_tls: record.tls == INSIDE_TLS,
        host_field: record.host_field,
        peer: record.peer,
        asserted: record.asserted,
        user: record.user,
        group: record.group,
        at: record.at.wall,
        warned: record.reason == Reason::AllowedAfterWarning,
    }
}
