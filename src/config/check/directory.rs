//! A directory: reached under TLS, with a way to find people, and groups that exist here.

use super::bench::Bench;
use super::closed::must_be_closed;
use crate::config::fault::FaultKind;
use crate::config::raw::RawDirectory;
use crate::config::sign_in::DirectorySettings;
use crate::config::source::{At, Place};

/// Checks `[sign_in.directory]`. Without a url there is none.
pub(super) fn check(raw: RawDirectory, bench: &mut Bench<'_>) -> Option<DirectorySettings> {
    let url = raw.url.as_ref()?;
    check_url(url, raw.plain.start_tls, bench);
    let base = bench.need(raw.base.as_ref(), &url.place, "base").unwrap_or_default();
    for template in [&raw.user_dn, &raw.user_filter].into_iter().flatten() {
        check_template(template, bench);
    }
    check_own_account(&raw, &url.place, bench);
    must_be_closed(&raw.plain.bind_password_file, &url.place, bench);
    let groups = raw.groups.iter().filter_map(|written| {
        let theirs = bench.need(written.value.directory.as_ref(), &written.place, "directory");
        let ours = bench.need(written.value.group.as_ref(), &written.place, "group");
        written.value.group.as_ref().filter(|name| bench.called(name))?;
        Some((theirs?, ours?.into()))
    });
    let groups = groups.collect();
    let text = |at: Option<At<String>>| at.map(|at| at.value);
    let user_filter = text(raw.user_filter).unwrap_or_else(|| raw.plain.user_filter.clone());
    Some(DirectorySettings {
        url: url.value.clone(),
        base,
        user_dn: text(raw.user_dn).unwrap_or_default(),
        user_filter,
        groups,
        ..raw.plain
    })
}

fn check_url(url: &At<String>, start_tls: bool, bench: &mut Bench<'_>) {
    let host = |scheme: &str| url.value.strip_prefix(scheme).filter(|host| !host.is_empty() && !host.contains(['/', '@', ' ']));
    match (host("ldaps://"), host("ldap://")) {
        (Some(_), None) if start_tls => bench.reader.fault(&url.place, FaultKind::Both("ldaps://", "start_tls")),
        (Some(_), None) => {}
        (None, Some(_)) if start_tls => {}
        (None, Some(_)) => bench.reader.fault_with_help(&url.place, FaultKind::OpenDirectory, "write ldaps://, or start_tls = true"),
        (None, None) | (Some(_), Some(_)) => {
            bench.reader.fault(&url.place, FaultKind::Malformed { expected: "ldaps://HOST, or ldap://HOST with start_tls".into() });
        }
    }
}

fn check_template(template: &At<String>, bench: &mut Bench<'_>) {
    if !template.value.contains("{name}") {
        bench.reader.fault(&template.place, FaultKind::Malformed { expected: "{name}, where the person's name belongs".into() });
    }
}

/// People can be found by a template, or by an account of ours that has a password.
fn check_own_account(raw: &RawDirectory, place: &Place, bench: &mut Bench<'_>) {
    let has_account = !raw.plain.bind_dn.is_empty();
    if !has_account && raw.user_dn.is_none() {
        bench.reader.fault_with_help(place, FaultKind::Missing("bind_dn"), "give an account that may look people up, or write user_dn");
    }
    if has_account && raw.plain.bind_password_file.as_os_str().is_empty() {
        bench.reader.fault(place, FaultKind::Missing("bind_password_file"));
    }
}
