//! Accounts of a group: every value is of the form that its service documents, pairs are whole, and the group opens what it needs to.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::RawAccounts;
use crate::config::source::{At, Place};
use crate::policy::{AccountField, Accounts, HttpsMode};
use std::sync::Arc;

/// Checks `[group.accounts]` of a group that opens so much.
pub(super) fn check(raw: &RawAccounts, https: HttpsMode, group: &Place, bench: &mut Bench<'_>) -> Accounts {
    let mut said = Accounts::new();
    list(&raw.google, "a domain such as \"school.example\"", is_domain, bench);
    list(&raw.microsoft, "a domain or a directory number", |text| is_domain(text) || is_directory(text), bench);
    list(raw.microsoft_directory.as_slice(), "a directory number such as 00000000-0000-0000-0000-000000000000", is_directory, bench);
    list(&raw.slack, SLACK, is_number, bench);
    list(raw.slack_requester.as_slice(), SLACK, is_number, bench);
    list(&raw.dropbox, "a team number", is_number, bench);
    pair(&raw.microsoft, raw.microsoft_directory.as_ref(), "microsoft_directory", bench);
    pair(&raw.slack, raw.slack_requester.as_ref(), "slack_requester", bench);
    let mut say = |field, values: &[At<String>]| {
        if !values.is_empty() {
            said.push((field, joined(values)));
        }
    };
    say(AccountField::Google, &raw.google);
    say(AccountField::Microsoft, &raw.microsoft);
    say(AccountField::MicrosoftDirectory, raw.microsoft_directory.as_slice());
    say(AccountField::Slack, &raw.slack);
    say(AccountField::SlackRequester, raw.slack_requester.as_slice());
    say(AccountField::Dropbox, &raw.dropbox);
    if raw.microsoft_personal == Some(false) {
        said.push((AccountField::MicrosoftPersonal, "restrict-msa".into()));
    }
    if !said.is_empty() && https == HttpsMode::Tunnel {
        let help = "sign-in pages are encrypted: write https = \"selective\" or \"full\" for this group";
        bench.reader.fault_with_help(group, FaultKind::Meaningless("accounts", "a group that opens no HTTPS".into()), help);
    }
    said
}

const SLACK: &str = "a workspace number such as \"T0123ABCD\"";

fn list(written: &[At<String>], expected: &str, fits: impl Fn(&str) -> bool, bench: &mut Bench<'_>) {
    for at in written.iter().filter(|at| !fits(&at.value)) {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() });
    }
}

/// Both or neither: the service takes the one with the other only.
fn pair(open: &[At<String>], own: Option<&At<String>>, key: &'static str, bench: &mut Bench<'_>) {
    if let (Some(first), None) = (open.first(), own) {
        bench.reader.fault(&first.place, FaultKind::Missing(key));
    }
}

fn joined(values: &[At<String>]) -> Arc<str> {
    values.iter().map(|at| at.value.as_str()).collect::<Vec<_>>().join(",").into()
}

fn is_domain(text: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

fn is_directory(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
