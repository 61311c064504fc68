//! Letters of the console, from its book to the mail server: one at a time, tried again by the book's own times. A letter that was not sent
//! is an event, once, and once more when it is given up; while one waits for that, health says so.

use super::App;
use crate::admin::{Desk, ReportWorks};
use crate::config::MailSettings;
use crate::mail::{Letter, send};
use crate::record::EventKind;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How often it looks for letters.
const LOOK: Duration = Duration::from_secs(2);
/// As many are sent at a look.
const AT_A_LOOK: usize = 10;

impl App {
    /// Sends what waits.
    pub(super) async fn post(self: Arc<Self>, desk: Arc<Desk>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let Some(settings) = self.feeding.settings().1.mail.clone().filter(|_| desk.book().exists()) else { continue };
            let (app, desk) = (Arc::clone(&self), Arc::clone(&desk));
            let work = tokio::task::spawn_blocking(move || app.post_due(&desk, &settings));
            if let Err(error) = work.await {
                tracing::error!(%error, "letters");
            }
        }
    }

    fn post_due(&self, desk: &Desk, settings: &MailSettings) {
        let letters = match desk.letters(AT_A_LOOK) {
            Ok(letters) => letters,
            Err(fault) => return tracing::error!(%fault, "letters of the console cannot be read"),
        };
        for letter in letters {
            if let Err(fault) = desk.letter_leaves(&letter) {
                return tracing::error!(%fault, "no letter of the console is sent while nothing can be written down");
            }
            let file = letter.file.as_ref().map(|file| (file.name.as_str(), file.bytes.as_slice()));
            let sent = send(settings, &Letter { to: &letter.recipient, subject: &letter.subject, body: &letter.body, file });
            let fault = sent.err().map(|fault| (fault.to_string(), fault.is_final()));
            *self.mail_fault.lock().unwrap_or_else(PoisonError::into_inner) = fault.as_ref().map(|(words, _)| words.clone());
            match desk.letter_went(&letter, fault.as_ref().map(|(words, is_final)| (words.as_str(), *is_final))) {
                Ok(Some(did)) => self.event(EventKind::MailFailed, &did),
                Ok(None) => {}
                Err(fault) => return tracing::error!(%fault, "a letter of the console"),
            }
            // The server is down for all of them: the others are not tried at this look.
            if matches!(fault, Some((_, false))) {
                return;
            }
        }
    }
}

impl ReportWorks for App {
    fn recipients(&self) -> Vec<(String, String)> {
        let mail = self.feeding.settings().1.mail.clone();
        mail.iter().flat_map(|mail| &mail.recipients).map(|(name, to)| (name.clone(), to.join(", "))).collect()
    }
}
