//! `[admin.oidc]`: a service that can be asked safely, a way back to this console, roles that exist and can be reached.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::organisation::{BACK, CONSOLE_ROLES, Claim, OidcAccounts, OidcSettings};
use crate::config::raw::{RawOidc, RawOidcRole, expected_back};
use crate::config::source::At;
use http::Uri;
use std::net::IpAddr;
use std::path::Path;

/// Most rows of a list.
const MOST: usize = 64;
/// Longest text of a setting, in bytes.
const LONGEST: usize = 2048;

/// Checks it; `names` are those of the console. Without an issuer there is none.
pub(super) fn check(raw: RawOidc, names: &[At<String>], bench: &mut Bench<'_>) -> Option<OidcSettings> {
    let Some(issuer) = raw.issuer.as_ref() else {
        let others = [&raw.client_id, &raw.secret_file, &raw.redirect].into_iter().flatten().map(|at| &at.place);
        if let Some(place) = others.chain(raw.roles.iter().map(|at| &at.place)).next() {
            bench.reader.fault(place, FaultKind::Missing("issuer"));
        }
        return None;
    };
    if web(&issuer.value).is_none() || issuer.value.contains(['?', '#']) {
        malformed(issuer, "https://HOST/PATH without a query, or http:// on this machine", bench);
    }
    check_redirect(raw.redirect.as_ref(), names, bench);
    check_secret(raw.secret_file.as_ref(), bench);
    if let Some(scopes) = raw.scopes.as_ref().filter(|at| !at.value.split(' ').any(|scope| scope == "openid") || is_odd(&at.value)) {
        malformed(scopes, "words with a blank between them, openid among them", bench);
    }
    let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object());
    if let Some(claims) = raw.claims.as_ref().filter(|at| at.value.len() > LONGEST || !is_json(&at.value)) {
        malformed(claims, "a JSON object, such as {\"id_token\":{\"acrs\":{\"essential\":true}}}", bench);
    }
    let second_factor = claims(&raw.second_factor, bench);
    let roles = roles(&raw.roles, !second_factor.is_empty(), bench);
    if raw.plain.accounts == OidcAccounts::JustInTime && raw.roles.is_empty() {
        bench.reader.fault_with_help(&issuer.place, FaultKind::Missing("roles"), "an account made at the first sign-in needs a role");
    }
    let need = |at: Option<&At<String>>, key, bench: &mut Bench<'_>| bench.need(at, &issuer.place, key);
    let client_id = need(raw.client_id.as_ref(), "client_id", bench);
    let secret_file = need(raw.secret_file.as_ref(), "secret_file", bench);
    let redirect = need(raw.redirect.as_ref(), "redirect", bench);
    Some(OidcSettings {
        issuer: issuer.value.clone(),
        client_id: client_id?,
        secret_file: secret_file?.into(),
        redirect: redirect?,
        scopes: raw.scopes.as_ref().map_or_else(|| raw.plain.scopes.clone(), |at| at.value.clone()),
        claims: raw.claims.map(|at| at.value).unwrap_or_default(),
        require: claims(&raw.require, bench),
        second_factor,
        roles,
        ..raw.plain
    })
}

fn malformed(at: &At<String>, expected: &str, bench: &mut Bench<'_>) {
    bench.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() });
}

fn is_odd(text: &str) -> bool {
    text.len() > LONGEST || text.chars().any(char::is_control)
}

/// The address, if it is safe to ask: TLS, or this machine.
fn web(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@') && !authority.host().is_empty())?;
    let good = match uri.scheme_str()? {
        "https" => true,
        "http" => is_here(authority.host()),
        _ => false,
    };
    (good && text.len() <= LONGEST).then_some(uri)
}

fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn check_redirect(redirect: Option<&At<String>>, names: &[At<String>], bench: &mut Bench<'_>) {
    let Some(at) = redirect else { return };
    let ours = |host: &str| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        is_here(host) || bare.parse::<IpAddr>().is_ok() || names.iter().any(|name| name.value.eq_ignore_ascii_case(host))
    };
    let Some(uri) = web(&at.value).filter(|uri| uri.path() == BACK && uri.query().is_none() && !at.value.contains('#')) else {
        return malformed(at, &expected_back(), bench);
    };
    if !ours(uri.host().unwrap_or("")) {
        let help = "add the name to 'names' of [admin]: the console answers under no other";
        bench.reader.fault_with_help(&at.place, FaultKind::Unknown("name of the console", uri.host().unwrap_or("").into()), help);
    }
}

fn check_secret(file: Option<&At<String>>, bench: &mut Bench<'_>) {
    let Some(at) = file else { return };
    let problem = match bench.files.read(Path::new(&at.value)) {
        Err(error) => error.to_string(),
        Ok(_) if bench.files.is_open_to_all(Path::new(&at.value)) => {
            "everybody on this machine may read it; a secret must not be (chmod 0600)".to_owned()
        }
        Ok(bytes) if bytes.is_empty() || bytes.len() > LONGEST => format!("a secret has from 1 to {LONGEST} bytes"),
        Ok(_) => return,
    };
    bench.reader.fault(&at.place, FaultKind::File { path: at.value.as_str().into(), problem: problem.into() });
}

fn claims(written: &[At<String>], bench: &mut Bench<'_>) -> Vec<Claim> {
    let read = |at: &At<String>| {
        let (name, value) = at.value.split_once('=')?;
        (!name.is_empty() && !value.is_empty() && !is_odd(&at.value)).then(|| Claim { name: name.to_owned(), value: value.to_owned() })
    };
    let mut all = Vec::new();
    for (at, index) in written.iter().zip(0..) {
        match read(at).filter(|_| index < MOST) {
            Some(claim) => all.push(claim),
            None => malformed(at, "CLAIM=VALUE, such as \"amr=mfa\", at most 64 of them", bench),
        }
    }
    all
}

fn roles(written: &[At<RawOidcRole>], proves_twice: bool, bench: &mut Bench<'_>) -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = Vec::new();
    for at in written.iter().take(MOST) {
        let group = bench.need(at.value.group.as_ref(), &at.place, "group");
        let role = bench.need(at.value.role.as_ref(), &at.place, "role");
        let (Some(group), Some(role)) = (group, role) else { continue };
        let place = at.value.role.as_ref().map_or(&at.place, |role| &role.place);
        let Some((word, twice)) = CONSOLE_ROLES.into_iter().find(|(word, _)| *word == role) else {
            let words: Vec<_> = CONSOLE_ROLES.iter().map(|(word, _)| *word).collect();
            bench.reader.fault(place, FaultKind::NotAChoice(words.join(", ").into()));
            continue;
        };
        if twice && !proves_twice {
            let help = "this role needs a second factor: say what in an ID token proves it, such as second_factor = \"amr=mfa\"";
            bench.reader.fault_with_help(place, FaultKind::Missing("second_factor"), help);
        }
        if group.is_empty() || is_odd(&group) || all.iter().any(|(known, _)| *known == group) {
            bench.reader.fault(&at.place, FaultKind::Twice("group", group.into()));
            continue;
        }
        all.push((group, word));
    }
    if let Some(at) = written.get(MOST) {
        bench.reader.fault(&at.place, FaultKind::OutOfRange { expected: "at most 64 groups".into() });
    }
    all
}
