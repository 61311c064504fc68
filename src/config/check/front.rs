//! A device in front: listed, with a field of its own, and groups that exist.

use super::bench::Bench;
use super::closed::must_be_closed;
use crate::config::fault::FaultKind;
use crate::config::known_by::FrontSettings;
use crate::config::raw::RawFront;
use crate::config::source::At;
use http::HeaderName;
use std::path::Path;

/// Fields that mean something already: they frame, route or prove, or say who the client is.
const TAKEN: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "max-forwards",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-forwarded-for",
];

/// Checks `[sign_in.front]`. Without a header there is none.
pub(super) fn check(raw: RawFront, bench: &mut Bench<'_>) -> Option<FrontSettings> {
    let Some(header) = raw.header.as_ref() else {
        if let Some(at) = raw.from.first() {
            bench.reader.fault(&at.place, FaultKind::Missing("header"));
        }
        return None;
    };
    if raw.from.is_empty() {
        bench.reader.fault(&header.place, FaultKind::Missing("from"));
    }
    match (&raw.secret_header, &raw.secret_file) {
        (Some(at), None) => bench.reader.fault(&at.place, FaultKind::Missing("secret_file")),
        (None, Some(at)) => bench.reader.fault(&at.place, FaultKind::Missing("secret_header")),
        (Some(_), Some(_)) | (None, None) => {}
    }
    if let Some(at) = &raw.secret_file {
        must_be_closed(Path::new(&at.value), &at.place, bench);
    }
    let fields = [Some(header), raw.group_header.as_ref(), raw.secret_header.as_ref()];
    for (index, at) in fields.iter().enumerate() {
        let Some(at) = at else { continue };
        if fields[..index].iter().flatten().any(|other| other.value.eq_ignore_ascii_case(&at.value)) {
            bench.reader.fault(&at.place, FaultKind::Twice("field", at.value.as_str().into()));
        }
    }
    let groups = raw.groups.iter().filter_map(|written| {
        let theirs = bench.need(written.value.said.as_ref(), &written.place, "said");
        let ours = bench.need(written.value.group.as_ref(), &written.place, "group");
        written.value.group.as_ref().filter(|name| bench.called(name))?;
        Some((theirs?, ours?.into()))
    });
    let groups = groups.collect();
    let mut field = |at: Option<&At<String>>| at.map(|at| field(at, bench)).unwrap_or_default();
    let (header, group_header, secret_header) = (field(Some(header)), field(raw.group_header.as_ref()), field(raw.secret_header.as_ref()));
    Some(FrontSettings {
        from: raw.from.into_iter().map(|at| at.value).collect(),
        header,
        group_header,
        groups,
        group: raw.group.filter(|name| bench.called(name)).map(|name| name.value.into()),
        secret_header,
        secret_file: raw.secret_file.map(|at| at.value.into()).unwrap_or_default(),
        ..raw.plain
    })
}

/// The name of a field, in small letters.
fn field(at: &At<String>, bench: &mut Bench<'_>) -> String {
    match HeaderName::from_bytes(at.value.as_bytes()) {
        Ok(name) if !TAKEN.contains(&name.as_str()) => return name.as_str().to_owned(),
        Ok(_) => bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a field that has no other meaning".into() }),
        Err(_) => bench.reader.fault(&at.place, FaultKind::Malformed { expected: "the name of a field".into() }),
    }
    String::new()
}
