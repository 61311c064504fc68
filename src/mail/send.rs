//! One letter, one connection. Blocking: call it where that may be.

use crate::config::{MailSecurity, MailSettings};
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, SmtpTransport, Transport};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// A server that says nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest subject and text.
const LONGEST_SUBJECT: usize = 200;
const LONGEST_BODY: usize = 64 * 1024;

/// A letter.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The name of a recipient in the settings.
    pub to: &'a str,
    /// Its subject: one line.
    pub subject: &'a str,
    /// Its text.
    pub body: &'a str,
    /// What is attached: its name, with an ending that says what it is, and its bytes.
    pub file: Option<(&'a str, &'a [u8])>,
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    /// The settings have nobody of this name.
    #[error("the settings have no recipient '{0}'")]
    Nobody(String),
    /// An address of the settings is none.
    #[error("this is no mail address: {0}")]
    Address(String),
    /// A file of the settings.
    #[error("{}: {problem}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        problem: io::Error,
    },
    /// Others than its owner may read the password.
    #[error("{}: others may read it; make it readable by its owner only (chmod 600)", .0.display())]
    Open(PathBuf),
    /// The letter cannot be written down.
    #[error("the letter cannot be written: {0}")]
    Letter(#[from] lettre::error::Error),
    /// The server took it for the others and not for this address.
    #[error("the others have it; {to} does not: {said}")]
    Part {
        /// The last one that was refused.
        to: String,
        /// What the server said.
        said: String,
    },
    /// The server, or the way to it.
    #[error("{}", told(.0))]
    Server(#[from] lettre::transport::smtp::Error),
}

/// What a server said, without what was typed to it.
fn told(fault: &lettre::transport::smtp::Error) -> String {
    use std::error::Error as _;
    let source = fault.source().map_or_else(String::new, |source| format!(": {source}"));
    let said: String = format!("{fault}{source}").chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    said
}

impl MailFault {
    /// Does it say no for good, so that another try would be told the same?
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Nobody(_) | Self::Address(_) | Self::Letter(_) | Self::Part { .. } => true,
            // A server that does not take our name and password speaks of us, not of the letter: somebody mends that, and it goes.
            Self::Server(fault) => fault.is_permanent() && !fault.status().is_some_and(|code| code.to_string().starts_with("53")),
            Self::File { .. } | Self::Open(_) => false,
        }
    }
}

/// Sends a letter.
///
/// # Errors
/// [`MailFault`]: it was not sent, or the server did not say that it has it.
pub fn send(settings: &MailSettings, letter: &Letter<'_>) -> Result<(), MailFault> {
    let to = settings.recipients.get(letter.to).filter(|to| !to.is_empty()).ok_or_else(|| MailFault::Nobody(letter.to.to_owned()))?;
    let mut message = Message::builder().from(mailbox(&settings.from)?).subject(one_line(letter.subject));
    for address in to {
        message = message.to(mailbox(address)?);
    }
    let body: String = letter.body.chars().take(LONGEST_BODY).collect();
    let message = match letter.file {
        None => message.header(ContentType::TEXT_PLAIN).body(body)?,
        Some((name, bytes)) => {
            let file = Attachment::new(safe_name(name)).body(bytes.to_vec(), kind_of(name));
            message.multipart(MultiPart::mixed().singlepart(SinglePart::plain(body)).singlepart(file))?
        }
    };
    let road = road(settings)?;
    match road.send(&message) {
        Err(fault) if fault.is_permanent() && to.len() > 1 => to_each(&road, &message),
        sent => Ok(sent.map(drop)?),
    }
}

/// To one address at a time: one that the server does not know must keep the letter from nobody else.
fn to_each(road: &SmtpTransport, message: &Message) -> Result<(), MailFault> {
    let (bytes, mut taken, mut refused) = (message.formatted(), false, None);
    for to in message.envelope().to() {
        let envelope = Envelope::new(message.envelope().from().cloned(), vec![to.clone()])?;
        match road.send_raw(&envelope, &bytes) {
            Ok(_) => taken = true,
            Err(fault) if fault.is_permanent() => refused = Some((to.to_string(), fault)),
            Err(fault) => return Err(fault.into()),
        }
    }
    match refused {
        None => Ok(()),
        Some((to, fault)) if taken => Err(MailFault::Part { to, said: told(&fault) }),
        Some((_, fault)) => Err(fault.into()),
    }
}

fn mailbox(address: &str) -> Result<Mailbox, MailFault> {
    let address: Address = address.parse().map_err(|_| MailFault::Address(address.to_owned()))?;
    Ok(Mailbox::new(None, address))
}

/// Letters, digits, points and hyphens.
fn safe_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(LONGEST_SUBJECT).collect()
}

fn kind_of(name: &str) -> ContentType {
    let kind = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => "text/csv; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    };
    ContentType::parse(kind).unwrap_or(ContentType::TEXT_PLAIN)
}

/// Nothing that could end a field of the head, or begin another.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_SUBJECT).collect()
}

fn road(settings: &MailSettings) -> Result<SmtpTransport, MailFault> {
    let tls = match settings.security {
        MailSecurity::StartTls => Tls::Required(secured(settings)?),
        MailSecurity::Tls => Tls::Wrapper(secured(settings)?),
        MailSecurity::Plain => Tls::None,
    };
    let road = SmtpTransport::builder_dangerous(&settings.server).port(settings.port).tls(tls).timeout(Some(PATIENCE));
    if settings.user.is_empty() {
        return Ok(road.build());
    }
    let secret = first_line(&settings.secret_file)?;
    Ok(road.credentials(Credentials::new(settings.user.clone(), secret.to_string())).build())
}

fn secured(settings: &MailSettings) -> Result<TlsParameters, MailFault> {
    let mut parameters = TlsParameters::builder(settings.server.clone());
    if !settings.roots.as_os_str().is_empty() {
        let pem = fs::read(&settings.roots).map_err(|problem| MailFault::File { path: settings.roots.clone(), problem })?;
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem)?);
    }
    Ok(parameters.build_rustls()?)
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, MailFault> {
    let fault = |problem| MailFault::File { path: path.to_owned(), problem };
    if fs::metadata(path).map_err(fault)?.permissions().mode() & 0o077 != 0 {
        return Err(MailFault::Open(path.to_owned()));
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(fault)?);
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() { Err(fault(io::ErrorKind::UnexpectedEof.into())) } else { Ok(Zeroizing::new(line.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_whatever_stands_in_it() {
        let subject = one_line("Alert\r\nBcc: everybody@evil.example\r\n\r\nbody\u{7}");
        assert_eq!(safe_name("../a\r\nBcc: \"x\".csv"), "..aBccx.csv");
        assert_eq!(subject, "Alert  Bcc: everybody@evil.example    body ");
        let message = Message::builder().from(mailbox("a@b.test").unwrap()).to(mailbox("c@d.test").unwrap()).subject(subject);
        let text = String::from_utf8(message.body(String::from(".\r\n.\r\nQUIT")).unwrap().formatted()).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
        for bad in ["a@b.test\r\nBcc: x@y.test", "a@b.test, x@y.test", "", "a b@c.test"] {
            assert!(mailbox(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn nobody_is_written_to_whom_the_settings_do_not_name() {
        let settings = MailSettings {
            server: "127.0.0.1".into(),
            port: 1,
            security: MailSecurity::Plain,
            user: String::new(),
            secret_file: PathBuf::new(),
            from: "a@b.test".into(),
            roots: PathBuf::new(),
            recipients: [("lead".to_owned(), vec!["c@d.test".to_owned()])].into(),
        };
        let letter = |to| Letter { to, subject: "s", body: "b", file: None };
        let fault = send(&settings, &letter("c@d.test")).unwrap_err();
        assert!(matches!(fault, MailFault::Nobody(_)) && fault.is_final());
        let fault = send(&settings, &letter("lead")).unwrap_err();
        assert!(matches!(fault, MailFault::Server(_)) && !fault.is_final(), "{fault}");
    }
}
