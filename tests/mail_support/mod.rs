//! A real mail server beside a test: aiosmtpd.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[allow(clippy::duplicate_mod, reason = "some tests send mail and look at the console")]
#[path = "../support/python.rs"]
mod python;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The server, ended with the test.
pub struct MailServer {
    child: Child,
    pub port: u16,
    letters: Receiver<serde_json::Value>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

impl MailServer {
    /// Starts it; `None`, and said so, where aiosmtpd is missing.
    pub fn start(mode: &str, certificate: Option<&Certificate>) -> Option<Self> {
        let python = python::with("aiosmtpd", "pip3 install aiosmtpd")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail_support/smtpd.py");
        let mut command = Command::new(python);
        command.arg(script).arg(mode).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(certificate) = certificate {
            command.arg(&certificate.chain).arg(&certificate.key);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().trim().parse().unwrap();
        let (told, letters) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let Ok(letter) = serde_json::from_str(&line) else { continue };
                if told.send(letter).is_err() {
                    return;
                }
            }
        });
        Some(Self { child, port, letters })
    }

    /// The next letter that it took, within a minute.
    pub fn letter(&self) -> Option<serde_json::Value> {
        self.letters.recv_timeout(Duration::from_secs(60)).ok()
    }

    /// Did it take another by now?
    pub fn has_letter(&self) -> bool {
        self.letters.try_recv().is_ok()
    }
}

/// A certificate for 127.0.0.1 and localhost that nobody else trusts.
pub struct Certificate {
    pub chain: PathBuf,
    pub key: PathBuf,
}

impl Certificate {
    pub fn make(folder: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        let (chain, key) = (folder.join("mail.crt"), folder.join("mail.key"));
        std::fs::write(&chain, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        Self { chain, key }
    }
}
