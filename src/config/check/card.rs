//! A service of library cards: reached under TLS or on this machine, a pattern that can be meant, groups that exist.

use super::bench::Bench;
use super::closed::must_be_closed;
use crate::config::fault::FaultKind;
use crate::config::known_by::CardSettings;
use crate::config::raw::{RawAge, RawCard};
use crate::config::source::{At, Place};
use crate::policy::check_expression;
use http::Uri;
use std::net::IpAddr;

/// Checks `[sign_in.card]`. Without a url there is none.
pub(super) fn check(raw: RawCard, has_directory: bool, bench: &mut Bench<'_>) -> Option<CardSettings> {
    let url = raw.url.as_ref()?;
    check_url(url, raw.plain.unprotected, bench);
    must_be_closed(&raw.plain.secret_file, &url.place, bench);
    check_pattern(raw.pattern.as_ref(), &url.place, has_directory, bench);
    let groups = raw.groups.iter().filter_map(|written| {
        let theirs = bench.need(written.value.card.as_ref(), &written.place, "card");
        let ours = bench.need(written.value.group.as_ref(), &written.place, "group");
        written.value.group.as_ref().filter(|name| bench.called(name))?;
        Some((theirs?, ours?.into()))
    });
    let groups = groups.collect();
    Some(CardSettings {
        url: url.value.clone(),
        pattern: raw.pattern.map(|at| at.value).unwrap_or_default(),
        groups,
        ages: ages(&raw.ages, bench),
        group: raw.group.filter(|name| bench.called(name)).map(|name| name.value.into()),
        ..raw.plain
    })
}

fn check_url(url: &At<String>, unprotected: bool, bench: &mut Bench<'_>) {
    let read = url.value.parse::<Uri>().ok();
    let authority = read.as_ref().and_then(Uri::authority).filter(|authority| !authority.as_str().contains('@'));
    match (read.as_ref().and_then(Uri::scheme_str), authority) {
        (Some("https"), Some(_)) => {}
        (Some("http"), Some(authority)) if unprotected || is_here(authority.host()) => {}
        (Some("http"), Some(_)) => {
            bench.reader.fault_with_help(&url.place, FaultKind::OpenCards, "write https://, or accept the risk with unprotected = true");
        }
        _ => bench.reader.fault(&url.place, FaultKind::Malformed { expected: "https://HOST/PATH, or http:// on this machine".into() }),
    }
}

fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn check_pattern(pattern: Option<&At<String>>, place: &Place, has_directory: bool, bench: &mut Bench<'_>) {
    match pattern {
        Some(at) => {
            if let Err(fault) = check_expression(&at.value) {
                bench.reader.fault(&at.place, FaultKind::Expression(fault));
            }
        }
        None if has_directory => {
            let help = "say which names are card numbers, so that no PIN goes to the directory and no password to the service";
            bench.reader.fault_with_help(place, FaultKind::Missing("pattern"), help);
        }
        None => {}
    }
}

/// From the youngest up; the one without an age last.
fn ages(written: &[At<RawAge>], bench: &mut Bench<'_>) -> Vec<(usize, Box<str>)> {
    let mut ages: Vec<(usize, Box<str>)> = Vec::new();
    for at in written {
        let name = bench.need(at.value.group.as_ref(), &at.place, "group");
        if at.value.group.as_ref().is_none_or(|name| !bench.called(name)) {
            continue;
        }
        let rises = ages.last().is_none_or(|(before, _)| *before != 0 && (at.value.under == 0 || *before < at.value.under));
        if !rises {
            bench.reader.fault(&at.place, FaultKind::Malformed { expected: "ages from the youngest, and 'under = 0' last".into() });
        }
        ages.extend(name.map(|name| (at.value.under, name.into())));
    }
    ages
}
