//! Accounts of a group: every value is of the form that its service documents, pairs are whole, and the group opens what it needs to.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::{RawAccounts, RawOwnAccount};
use crate::config::source::{At, Place};
use crate::policy::{AccountField, Accounts, HttpsMode, OwnAccounts};
use std::sync::Arc;

/// What one option may hold: the field it goes to, the form in words and as a test.
type Form = (AccountField, &'static str, fn(&str) -> bool);

/// Checks `[group.accounts]` of a group that opens so much.
pub(super) fn check(raw: &RawAccounts, https: HttpsMode, group: &Place, bench: &mut Bench<'_>) -> (Accounts, OwnAccounts) {
    let mut said = Accounts::new();
    for ((field, expected, fits), values) in forms().into_iter().zip(values(raw)) {
        for at in values.iter().filter(|at| !fits(&at.value)) {
            bench.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() });
        }
        if !values.is_empty() {
            said.push((field, joined(values)));
        }
    }
    pair(&raw.microsoft, raw.microsoft_directory.as_ref(), "microsoft_directory", bench);
    pair(&raw.slack, raw.slack_requester.as_ref(), "slack_requester", bench);
    pair(&raw.asana, raw.asana_requester.as_ref(), "asana_requester", bench);
    if raw.microsoft_personal == Some(false) {
        said.push((AccountField::MicrosoftPersonal, "restrict-msa".into()));
    }
    one_form_of_microsofts(raw, bench);
    let own: OwnAccounts = raw.own.iter().filter_map(|at| own_account(at, bench)).collect();
    if (!said.is_empty() || !own.is_empty()) && https == HttpsMode::Tunnel {
        let help = "sign-in pages are encrypted: write https = \"selective\" or \"full\" for this group";
        bench.reader.fault_with_help(group, FaultKind::Meaningless("accounts", "a group that opens no HTTPS".into()), help);
    }
    (said, own)
}

/// The forms, in the order of [`values`].
fn forms() -> [Form; 14] {
    const SLACK: &str = "a workspace number such as \"T0123ABCD\"";
    const UUID: &str = "a directory number such as 00000000-0000-0000-0000-000000000000";
    [
        (AccountField::Google, "a domain such as \"school.example\"", is_domain),
        (AccountField::Microsoft, "a domain or a directory number", |text| is_domain(text) || is_uuid(text)),
        (AccountField::MicrosoftDirectory, UUID, is_uuid),
        (AccountField::MicrosoftPolicy, "directory number, colon, policy number", is_policy),
        (AccountField::Slack, SLACK, is_number),
        (AccountField::SlackRequester, SLACK, is_number),
        (AccountField::Dropbox, "a team number", is_number),
        (AccountField::ChatGpt, "a workspace number", is_name),
        (AccountField::OpenAi, "an organisation number such as \"org-abc\"", |text| text.starts_with("org-") && is_name(text)),
        (AccountField::Anthropic, "an organisation number such as 00000000-0000-0000-0000-000000000000", is_uuid),
        (AccountField::Webex, "a domain such as \"school.example\"", is_domain),
        (AccountField::Asana, "a domain number", is_number),
        (AccountField::AsanaRequester, "a domain number", is_number),
        (AccountField::GitHub, "an enterprise number", is_name),
    ]
}

fn values(raw: &RawAccounts) -> [&[At<String>]; 14] {
    [
        &raw.google,
        &raw.microsoft,
        raw.microsoft_directory.as_slice(),
        raw.microsoft_policy.as_slice(),
        &raw.slack,
        raw.slack_requester.as_slice(),
        &raw.dropbox,
        &raw.chatgpt,
        &raw.openai,
        &raw.anthropic,
        &raw.webex,
        &raw.asana,
        raw.asana_requester.as_slice(),
        &raw.github,
    ]
}

/// Both or neither: the service takes the one with the other only.
fn pair(open: &[At<String>], own: Option<&At<String>>, key: &'static str, bench: &mut Bench<'_>) {
    if let (Some(first), None) = (open.first(), own) {
        bench.reader.fault(&first.place, FaultKind::Missing(key));
    }
}

/// Its second form takes the place of the first one, and of the word against personal accounts: the policy says all that.
fn one_form_of_microsofts(raw: &RawAccounts, bench: &mut Bench<'_>) {
    let Some(policy) = &raw.microsoft_policy else { return };
    if !raw.microsoft.is_empty() || raw.microsoft_personal == Some(false) {
        let help = "the policy in the directory says which tenants are open and whether personal accounts are: leave the other options out";
        let kind = FaultKind::Meaningless("microsoft_policy", "microsoft or microsoft_personal beside it".into());
        bench.reader.fault_with_help(&policy.place, kind, help);
    }
}

/// What is said to a service of the operator's own.
fn own_account(written: &At<RawOwnAccount>, bench: &mut Bench<'_>) -> Option<(usize, Arc<str>)> {
    let name = bench.need(written.value.service.as_ref(), &written.place, "service")?;
    let value = bench.need(written.value.value.as_ref(), &written.place, "value")?;
    if !is_field_value(&value)
        && let Some(at) = &written.value.value
    {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "letters, digits and signs of ASCII, at most 4096".into() });
    }
    let place = bench.services.iter().position(|known| *known == name);
    if let (None, Some(at)) = (place, &written.value.service) {
        let known = bench.services.clone();
        bench.unknown("service", at, known.iter().map(String::as_str));
    }
    Some((place?, value.as_str().into()))
}

fn joined(values: &[At<String>]) -> Arc<str> {
    values.iter().map(|at| at.value.as_str()).collect::<Vec<_>>().join(",").into()
}

fn is_domain(text: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_policy(text: &str) -> bool {
    text.split_once(':').is_some_and(|(tenant, policy)| is_uuid(tenant) && is_uuid(policy))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// RFC 9110 section 5.5, without blanks at the ends and without bytes beyond ASCII.
fn is_field_value(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    !text.is_empty() && text.len() <= 4096 && text.trim() == text && text.bytes().all(inner)
}
