//! Which values nobody is shown. Secrets stand in files of their own, which settings name; what is written in the settings themselves and
//! is one, or may be, is stated here. A key that sounds like a secret is one until it stands in [`OPEN`].

use super::node::{Node, Value};
use super::reader::Reader;

/// Options whose values are secrets, or may be.
const SHUT: [&str; 1] = ["group.accounts.own.value"];
/// Options that sound like a secret and are none: names of files, folders and fields, what is public, times, numbers and choices.
const OPEN: [&str; 36] = [
    "proxy.listener.key",
    "proxy.listener.certificate_names",
    "https.authority",
    "https.passphrase_file",
    "sign_in.basic_unprotected",
    "sign_in.remember",
    "sign_in.guesses",
    "sign_in.strength",
    "sign_in.page.unprotected",
    "sign_in.page.key",
    "sign_in.radius.secret_file",
    "sign_in.kerberos.keytab",
    "sign_in.directory.bind_password_file",
    "sign_in.card.url",
    "sign_in.card.unprotected",
    "sign_in.card.secret_file",
    "sign_in.front.secret_header",
    "sign_in.front.secret_file",
    "admin.key",
    "admin.local",
    "admin.oidc.issuer",
    "admin.oidc.secret_file",
    "admin.oidc.group_claim",
    "admin.oidc.require",
    "admin.oidc.second_factor",
    "log.keys",
    "log.encrypt_to",
    "log.identity_file",
    "log.epoch",
    "lists.folder",
    "lists.source.minisign_key",
    "lists.source.ed25519_key",
    "lists.source.user_file",
    "lists.source.token_file",
    "follow.folder",
    "follow.first_key",
];
/// Words of keys and of help that speak of secrets.
const WORDS: [&str; 12] =
    ["secret", "password", "passwords", "passphrase", "token", "tokens", "pin", "pins", "credential", "hash", "key", "keys"];
/// How private keys begin, wherever somebody has put one down.
const PRIVATE: [&str; 3] = ["AGE-SECRET-KEY-", "PRIVATE KEY-----", "untrusted comment: minisign encrypted secret key"];
/// What stands in the place of a secret.
pub(super) const HIDDEN: &str = "(not shown)";

fn speaks_of_secrets(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.iter().any(|secret| word.eq_ignore_ascii_case(secret)))
}

/// Is the value of this option one that nobody is shown?
fn is_shut(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or_default();
    SHUT.contains(&path) || (speaks_of_secrets(key) && !OPEN.contains(&path))
}

/// A value as it is written, without secrets: those in tables within it too.
pub(super) fn shown(path: &str, node: &Node, reader: &Reader) -> String {
    if is_shut(path) {
        return HIDDEN.to_owned();
    }
    let has_tables = |items: &[Node]| items.iter().any(|item| matches!(item.value, Value::Table(_) | Value::List(_)));
    match &node.value {
        Value::Table(table) => {
            let one = |(key, value): &(super::source::At<String>, Node)| {
                format!("{} = {}", key.value, shown(&format!("{path}.{}", key.value), value, reader))
            };
            format!("{{ {} }}", table.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        Value::List(items) if has_tables(items) => {
            format!("[{}]", items.iter().map(|item| shown(path, item, reader)).collect::<Vec<_>>().join(", "))
        }
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) => {
            let written = reader.text(node.place.source).get(node.place.span.clone()).unwrap_or_default();
            if PRIVATE.iter().any(|begins| written.contains(begins)) { HIDDEN.to_owned() } else { without_secrets(written) }
        }
    }
}

/// Addresses without the name and password of a server, and without what follows a question mark.
fn without_secrets(text: &str) -> String {
    let mut pieces = text.split("://");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(['"', '\'', ' ', ',', '\n', ']']).unwrap_or(piece.len());
        let (address, rest) = piece.split_at(end);
        let (host, path) = address.split_at(address.find(['/', '?', '#']).unwrap_or(address.len()));
        let host = host.rsplit_once('@').map_or_else(|| host.to_owned(), |(_, host)| format!("{HIDDEN}@{host}"));
        let path = path.find(['?', '#']).and_then(|at| path.get(..=at)).map_or_else(|| path.to_owned(), |path| format!("{path}{HIDDEN}"));
        out.push_str(&format!("://{host}{path}{rest}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::raw;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_option_that_speaks_of_a_secret_is_stated_as_open_or_is_not_shown() {
        let all: Vec<(String, bool)> = raw::reference()
            .iter()
            .flat_map(|table| table.options.iter().map(|option| (format!("{}.{}", table.path, option.key), option)))
            .map(|(path, option)| (path, speaks_of_secrets(option.key) || speaks_of_secrets(option.help)))
            .collect();
        let spoken: BTreeSet<&str> = all.iter().filter(|(_, speaks)| *speaks).map(|(path, _)| path.as_str()).collect();
        let open: BTreeSet<&str> = OPEN.into_iter().collect();
        let unsaid: Vec<&&str> = spoken.iter().filter(|path| !open.contains(**path) && !is_shut(path)).collect();
        assert!(unsaid.is_empty(), "a secret, or not? Say so in SHUT or OPEN: {unsaid:?}");
        let gone: Vec<&&str> = open.iter().filter(|path| !spoken.contains(**path)).collect();
        assert!(gone.is_empty(), "speak of no secret, or are not there: {gone:?}");
        assert!(SHUT.iter().all(|path| all.iter().any(|(known, _)| known == path)));
        // A new one with such a name is a secret until somebody says otherwise.
        assert!(is_shut("mail.password") && is_shut("x.api_token") && is_shut("mail.secret") && !is_shut("site.name"));
    }

    #[test]
    fn addresses_lose_their_passwords_and_questions() {
        for (written, told) in [
            ("\"https://me:pass@lists.test/a?key=abc\"", "\"https://(not shown)@lists.test/a?(not shown)\""),
            ("\"https://lists.test?key=a/b\"", "\"https://lists.test?(not shown)\""),
            ("['https://a.test/x#k', \"https://u:p@b.test\"]", "['https://a.test/x#(not shown)', \"https://(not shown)@b.test\"]"),
        ] {
            assert_eq!(without_secrets(written), told);
        }
    }
}
