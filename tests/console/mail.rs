//! Letters through a real mail server: TLS or nothing, only to whom the settings name, and every way in which a server can fail
//! (issue 7; no open relay, no header that a text can make).

use crate::mail_support::{Certificate, MailServer};
use lifeguard::config::{MailSecurity, MailSettings};
use lifeguard::mail::{Letter, MailFault, send};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn settings(port: u16, security: MailSecurity) -> MailSettings {
    let to = |addresses: &[&str]| addresses.iter().map(|address| (*address).to_owned()).collect::<Vec<_>>();
    MailSettings {
        server: "localhost".into(),
        port,
        security,
        user: String::new(),
        secret_file: PathBuf::new(),
        from: "filter@school.example".into(),
        roots: PathBuf::new(),
        recipients: BTreeMap::from([
            ("lead".into(), to(&["sam@school.example"])),
            ("all".into(), to(&["sam@school.example", "head@school.example"])),
        ]),
    }
}

const LETTER: Letter<'static> = Letter {
    to: "all",
    subject: "Alert \u{e9}\r\nBcc: evil@evil.example",
    body: "One\n.\nTwo\r\n.\r\nMAIL FROM:<x@evil.example>\n",
    file: None,
};

#[test]
fn a_letter_arrives_whole_at_whom_the_settings_name_and_at_nobody_else() {
    let Some(server) = MailServer::start("plain", None) else { return };
    send(&settings(server.port, MailSecurity::Plain), &LETTER).unwrap();
    let letter = server.letter().unwrap();
    assert_eq!(letter["from"], "filter@school.example");
    assert_eq!(letter["to"], serde_json::json!(["sam@school.example", "head@school.example"]));
    let data = letter["data"].as_str().unwrap();
    assert!(!data.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{data}");
    assert!(data.contains("Two") && data.contains("MAIL FROM:<x@evil.example>"), "a point alone ends nothing: {data}");
    assert!(!server.has_letter(), "one letter");
    let stranger = Letter { to: "evil@evil.example", ..LETTER };
    assert!(matches!(send(&settings(server.port, MailSecurity::Plain), &stranger), Err(MailFault::Nobody(_))));
}

#[test]
fn without_tls_nothing_is_said_to_a_server_from_which_tls_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(folder.path());
    let Some(clear) = MailServer::start("clear", None) else { return };
    assert!(send(&settings(clear.port, MailSecurity::StartTls), &LETTER).is_err(), "it offers no STARTTLS");
    assert!(!clear.has_letter());
    for (mode, security) in [("starttls", MailSecurity::StartTls), ("tls", MailSecurity::Tls)] {
        let server = MailServer::start(mode, Some(&certificate)).unwrap();
        let stranger = settings(server.port, security);
        let fault = send(&stranger, &LETTER).unwrap_err();
        assert!(!fault.is_final(), "{mode}: a certificate that nobody trusts: {fault}");
        let known = MailSettings { roots: certificate.chain.clone(), ..stranger };
        send(&known, &LETTER).unwrap();
        assert_eq!(server.letter().unwrap()["tls"], mode == "starttls" || mode == "tls", "{mode}");
        let other = MailSettings { server: "127.0.0.2".into(), ..known };
        assert!(send(&other, &LETTER).is_err(), "{mode}: a certificate of another name");
        assert!(!server.has_letter());
    }
}

#[test]
fn the_password_comes_from_a_file_of_its_owner_and_is_never_in_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(folder.path());
    let Some(server) = MailServer::start("auth", Some(&certificate)) else { return };
    let secret_file = folder.path().join("secret");
    let write = |secret: &str, mode| {
        std::fs::write(&secret_file, secret).unwrap();
        std::fs::set_permissions(&secret_file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let with = MailSettings {
        user: "filter".into(),
        secret_file: secret_file.clone(),
        roots: certificate.chain.clone(),
        ..settings(server.port, MailSecurity::StartTls)
    };
    write("a secret & more\n", 0o644);
    assert!(matches!(send(&with, &LETTER), Err(MailFault::Open(_))));
    write("another secret", 0o600);
    let fault = send(&with, &LETTER).unwrap_err();
    assert!(!fault.is_final(), "a password is mended, and letters wait for it: {fault}");
    assert!(!fault.to_string().contains("another secret"), "{fault}");
    write("a secret & more\n", 0o600);
    send(&with, &LETTER).unwrap();
    assert_eq!(server.letter().unwrap()["from"], "filter@school.example");
}

#[test]
fn a_server_that_is_down_refuses_is_busy_or_silent_is_told_apart() {
    let Some(server) = MailServer::start("refuse", None) else { return };
    let fault = send(&settings(server.port, MailSecurity::Plain), &LETTER).unwrap_err();
    assert!(fault.is_final() && fault.to_string().contains("nobody of this name"), "{fault}");
    let server = MailServer::start("busy", None).unwrap();
    assert!(!send(&settings(server.port, MailSecurity::Plain), &LETTER).unwrap_err().is_final());
    let port = server.port;
    drop(server);
    assert!(!send(&settings(port, MailSecurity::Plain), &LETTER).unwrap_err().is_final(), "down");
    let server = MailServer::start("slow", None).unwrap();
    let from = Instant::now();
    assert!(!send(&settings(server.port, MailSecurity::Plain), &LETTER).unwrap_err().is_final(), "silent");
    assert!(from.elapsed() < Duration::from_secs(45), "{:?}", from.elapsed());
}

#[test]
fn one_address_that_is_refused_keeps_a_letter_from_nobody_else() {
    let Some(server) = MailServer::start("some", None) else { return };
    let to = |all: &[&str]| MailSettings {
        recipients: [("all".to_owned(), all.iter().map(|one| (*one).to_owned()).collect())].into(),
        ..settings(server.port, MailSecurity::Plain)
    };
    let fault = send(&to(&["gone@school.example", "sam@school.example", "kim@school.example"]), &LETTER).unwrap_err();
    assert!(fault.is_final() && fault.to_string().contains("gone@school.example"), "{fault}");
    let mut got: Vec<String> = (0..2).map(|_| server.letter().unwrap()["to"].to_string()).collect();
    got.sort();
    assert_eq!(got, ["[\"kim@school.example\"]", "[\"sam@school.example\"]"]);
    let fault = send(&to(&["gone@school.example", "gone.too@school.example"]), &LETTER).unwrap_err();
    assert!(fault.is_final() && !server.has_letter(), "{fault}");
}
