//! `[[https.service]]`: rows that the operator adds to the table of account fields.
//!
//! Must never let through a field by which messages are framed or routed: such a row would break requests instead of restricting accounts.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::RawService;
use crate::config::source::At;
use crate::policy::{AccountField, OwnService, read_address};

/// Fields that belong to HTTP itself, to this proxy or to the client.
const NOT_OURS: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
    "youtube-restrict",
];

/// Names of the services, by place: those of rows without a name are empty.
pub(super) fn names(written: &[At<RawService>]) -> Vec<String> {
    written.iter().map(|service| service.value.name.as_ref().map_or_else(String::new, |name| name.value.clone())).collect()
}

/// Checks every row.
pub(super) fn check(written: &[At<RawService>], bench: &mut Bench<'_>) -> Vec<OwnService> {
    let services: Vec<OwnService> = written.iter().map(|service| one(service, bench)).collect();
    for (place, service) in written.iter().enumerate() {
        let Some(name) = &service.value.name else { continue };
        if services[..place].iter().any(|earlier| *earlier.name == *name.value) {
            bench.reader.fault(&name.place, FaultKind::Twice("service", name.value.as_str().into()));
        }
    }
    services
}

fn one(written: &At<RawService>, bench: &mut Bench<'_>) -> OwnService {
    let raw = &written.value;
    let name = bench.need(raw.name.as_ref(), &written.place, "name").unwrap_or_default();
    let field = bench.need(raw.field.as_ref(), &written.place, "field").unwrap_or_default().to_ascii_lowercase();
    if let Some(at) = &raw.field {
        if AccountField::ALL.iter().any(|known| known.name() == field) {
            bench.reader.fault(&at.place, FaultKind::Twice("field", field.as_str().into()));
        } else if !is_field_name(&field) || NOT_OURS.contains(&field.as_str()) || field.starts_with("sec-websocket-") {
            bench
                .reader
                .fault(&at.place, FaultKind::Malformed { expected: "the name of a field by which a service restricts accounts".into() });
        }
    }
    if raw.hosts.is_empty() {
        bench.reader.fault(&written.place, FaultKind::Missing("hosts"));
    }
    for host in &raw.hosts {
        bench.address(host);
    }
    let hosts = raw.hosts.iter().filter_map(|at| read_address(&at.value).ok()).map(|entry| entry.host.as_str().into()).collect();
    OwnService { name: name.as_str().into(), field: field.as_str().into(), hosts }
}

/// RFC 9110 section 5.6.2.
fn is_field_name(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.len() <= 128 && text.bytes().all(is_token)
}
