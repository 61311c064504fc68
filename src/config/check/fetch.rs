//! How a list is fetched: its address, its proof, and who asks. A password never goes in clear to another machine.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::fetch_settings::{Credentials, EVERY, Fetch, Proof, PublicKey, STATUTORY_EVERY, Signed};
use crate::config::files::PathKind;
use crate::config::load::ListFiles;
use crate::config::raw::RawFetch;
use crate::config::source::At;
use crate::record::base64;
use http::Uri;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Options of a fetch that stand beside a path say nothing.
pub(super) fn check_meaning(raw: &RawFetch, bench: &mut Bench<'_>) {
    let texts = [
        (&raw.inside, "inside"),
        (&raw.sha256, "sha256"),
        (&raw.sha256_url, "sha256_url"),
        (&raw.minisign_key, "minisign_key"),
        (&raw.ed25519_key, "ed25519_key"),
        (&raw.signature_url, "signature_url"),
        (&raw.user_file, "user_file"),
        (&raw.token_file, "token_file"),
    ];
    let flags = [(&raw.plain_http, "plain_http"), (&raw.private, "private")];
    let texts = texts.into_iter().filter_map(|(text, key)| Some((&text.as_ref()?.place, key)));
    let flags = flags.into_iter().filter_map(|(flag, key)| Some((&flag.as_ref()?.place, key)));
    let times = raw.every.iter().map(|time| (&time.place, "every"));
    for (place, key) in texts.chain(flags).chain(times) {
        bench.reader.fault(place, FaultKind::Meaningless(key, "a list that is not fetched".into()));
    }
}

/// Checks it. `None` only together with a fault.
pub(super) fn check(raw: &RawFetch, url: &At<String>, statutory: bool, bench: &mut Bench<'_>) -> Option<Fetch> {
    let plain_http = raw.plain_http.as_ref().is_some_and(|flag| flag.value);
    let asked = address(url, plain_http, bench)?;
    let every = raw.every.as_ref().map_or(EVERY, |every| every.value);
    if let Some(written) = raw.every.as_ref().filter(|every| statutory && every.value > STATUTORY_EVERY) {
        bench.reader.fault(&written.place, FaultKind::OutOfRange { expected: "at most \"1h\" for a statutory list".into() });
    }
    let credentials = credentials(raw, asked == Asked::InClear, bench);
    Some(Fetch {
        url: url.value.clone(),
        every,
        inside: raw.inside.as_ref().map(|inside| inside.value.clone()),
        private: raw.private.as_ref().is_some_and(|flag| flag.value),
        plain_http,
        credentials,
        proof: proof(raw, plain_http, bench),
        bounds: raw.bounds,
    })
}

/// How a list is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Under TLS, or from this machine.
    Safely,
    /// In clear, over a network.
    InClear,
}

fn address(url: &At<String>, plain_http: bool, bench: &mut Bench<'_>) -> Option<Asked> {
    let mut wrong = |expected: &str| {
        bench.reader.fault(&url.place, FaultKind::Malformed { expected: expected.into() });
        None
    };
    let parsed = url.value.parse::<Uri>().ok();
    let parts = parsed.as_ref().and_then(|uri| Some((uri.scheme_str()?, uri.authority()?)));
    let Some((scheme, authority)) = parts.filter(|(_, authority)| !authority.host().is_empty()) else {
        return wrong("an address such as \"https://lists.example.org/adult.txt\"");
    };
    if authority.as_str().contains('@') {
        return wrong("an address without a password: that stands in user_file");
    }
    if url.value.contains('#') {
        return wrong("an address without a fragment");
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let from_here = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match scheme {
        "https" => Some(Asked::Safely),
        "http" if from_here => Some(Asked::Safely),
        "http" if plain_http => Some(Asked::InClear),
        "http" => wrong("https; http is for 127.0.0.1 and [::1], and elsewhere with plain_http = true"),
        _ => wrong("https, or http"),
    }
}

fn credentials(raw: &RawFetch, in_clear: bool, bench: &mut Bench<'_>) -> Option<Credentials> {
    let (file, credentials) = match (&raw.user_file, &raw.token_file) {
        (Some(_), Some(token)) => {
            bench.reader.fault(&token.place, FaultKind::Both("user_file", "token_file"));
            return None;
        }
        (Some(user), None) => (user, Credentials::User(PathBuf::from(&user.value))),
        (None, Some(token)) => (token, Credentials::Token(PathBuf::from(&token.value))),
        (None, None) => return None,
    };
    if in_clear {
        bench.reader.fault(&file.place, FaultKind::Malformed { expected: "https: a password must not go in clear".into() });
    }
    let path = Path::new(&file.value);
    let open = bench.files.is_open_to_all(path);
    let problem = match bench.files.kind(path) {
        Ok(PathKind::File) if open => "everybody on this machine may read it; a secret must not be (chmod 0600)".to_owned(),
        Ok(PathKind::File) => return Some(credentials),
        Ok(PathKind::Folder) => "it is a folder".to_owned(),
        Err(error) => error.to_string(),
    };
    let kind = FaultKind::File { path: file.value.as_str().into(), problem: problem.into() };
    match bench.list_files {
        ListFiles::Needed => bench.reader.fault(&file.place, kind),
        ListFiles::Noted => bench.reader.note(&file.place, kind),
    }
    Some(credentials)
}

fn proof(raw: &RawFetch, plain_http: bool, bench: &mut Bench<'_>) -> Proof {
    if let (Some(_), Some(second)) = (&raw.sha256, &raw.sha256_url) {
        bench.reader.fault(&second.place, FaultKind::Both("sha256", "sha256_url"));
    }
    if let (Some(_), Some(second)) = (&raw.minisign_key, &raw.ed25519_key) {
        bench.reader.fault(&second.place, FaultKind::Both("minisign_key", "ed25519_key"));
    }
    let minisign = raw.minisign_key.as_ref().and_then(|key| read_key(key, minisign_key, MINISIGN, bench));
    let bare = raw.ed25519_key.as_ref().and_then(|key| read_key(key, |text| Some(PublicKey::Ed25519(bytes32(text)?)), ED25519, bench));
    for further in raw.sha256_url.iter().chain(&raw.signature_url) {
        let _asked = address(further, plain_http, bench);
    }
    let keyed = raw.minisign_key.is_some() || raw.ed25519_key.is_some();
    if let Some(at) = raw.signature_url.as_ref().filter(|_| !keyed) {
        bench.reader.fault(&at.place, FaultKind::Meaningless("signature_url", "a list without a key".into()));
    }
    let url = raw.signature_url.as_ref().map(|url| url.value.clone());
    Proof {
        sha256: raw.sha256.as_ref().and_then(|text| read_key(text, bytes32, "64 hexadecimal digits", bench)),
        sha256_url: raw.sha256_url.as_ref().map(|url| url.value.clone()),
        signed: minisign.or(bare).map(|key| Signed { key, url }),
    }
}

const MINISIGN: &str = "the second line of a minisign.pub, such as \"RWQ...\"";
const ED25519: &str = "an Ed25519 public key: 32 bytes in base64 or hex";

fn read_key<T>(at: &At<String>, read: impl Fn(&str) -> Option<T>, expected: &str, bench: &mut Bench<'_>) -> Option<T> {
    let read = read(at.value.trim());
    if read.is_none() {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() });
    }
    read
}

/// `Ed`, the number of the key, the key.
fn minisign_key(text: &str) -> Option<PublicKey> {
    let bytes: [u8; 42] = base64::decode(text)?.try_into().ok()?;
    let (number, key) = (bytes[2..10].try_into().ok()?, bytes[10..].try_into().ok()?);
    bytes.starts_with(b"Ed").then_some(PublicKey::Minisign(number, key))
}

/// Thirty-two bytes in hexadecimal digits or base64.
fn bytes32(text: &str) -> Option<[u8; 32]> {
    let hex = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let bytes: Option<Vec<u8>> = (0..64).step_by(2).map(hex).collect();
        return bytes?.try_into().ok();
    }
    base64::decode(text)?.try_into().ok()
}
