//! The service of cards: which names are card numbers, and what is asked of it.

use super::answer::{Card, read};
use super::service::Service;
use crate::config::CardSettings;
use crate::identity::circuit::{Circuit, Cut};
use crate::identity::memory::Digest;
use crate::model::Moment;
use crate::policy::EXPRESSION_BYTES;
use moka::sync::Cache;
use regex::{Regex, RegexBuilder};
use rustls::ClientConfig;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// That a card is suspended is remembered for this time: its page asks for many things at once.
const SUSPENDED: Duration = Duration::from_secs(60);

/// Why the service says nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CardFault {
    /// The settings cannot be used.
    #[error("[sign_in.card] cannot be used")]
    Settings,
    /// It does not answer, or not as it should.
    #[error("the service of library cards does not answer: {0}")]
    Away(Arc<str>),
    /// It answers something else than 200.
    #[error("the service of library cards answers with status {0}")]
    Status(u16),
    /// It answers too much.
    #[error("the service of library cards answers with more than 64 KB")]
    TooLarge,
    /// It answers something that was not agreed on.
    #[error("what the service of library cards answers cannot be read (line {line}, column {column})")]
    Unreadable {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// It gives an age and a date of birth.
    #[error("the service of library cards gives both 'age' and 'born'")]
    TwoAges,
    /// It gives a date of birth that is none.
    #[error("the service of library cards gives a date of birth that is no day of the past (YYYY-MM-DD)")]
    NoBirth,
    /// The file of our token.
    #[error("{}: {problem}", path.display())]
    Token {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: Arc<std::io::Error>,
    },
    /// It was not asked, or not to the end.
    #[error("the service of library cards: {0}")]
    Cut(#[from] Cut),
}

impl CardFault {
    /// Does the service fail whoever asks, so that it says nothing of this card and this PIN?
    pub(super) const fn is_the_services(&self) -> bool {
        match self {
            Self::Settings | Self::Away(_) | Self::Token { .. } | Self::Cut(_) => true,
            Self::Status(status) => *status >= 500,
            Self::TooLarge | Self::Unreadable { .. } | Self::TwoAges | Self::NoBirth => false,
        }
    }
}

/// What is asked.
#[derive(Serialize)]
struct Question<'a> {
    card: &'a str,
    pin: &'a str,
}

/// A service of cards.
pub struct Cards {
    settings: Arc<CardSettings>,
    pattern: Option<Regex>,
    service: Arc<Service>,
    circuit: Circuit,
    suspended: Cache<Digest, ()>,
}

impl Cards {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// [`CardFault::Settings`], which the check of the settings rules out.
    pub fn new(settings: CardSettings, tls: ClientConfig) -> Result<Self, CardFault> {
        let expression =
            |pattern: &str| RegexBuilder::new(&format!("^(?:{pattern})$")).case_insensitive(true).size_limit(EXPRESSION_BYTES).build().ok();
        let pattern = match settings.pattern.as_str() {
            "" => None,
            pattern => Some(expression(pattern).ok_or(CardFault::Settings)?),
        };
        let service = Arc::new(Service::new(&settings, tls)?);
        let suspended = Cache::builder().max_capacity(10_000).time_to_live(SUSPENDED).build();
        Ok(Self { settings: Arc::new(settings), pattern, service, circuit: Circuit::new(), suspended })
    }

    /// Is this name the number of a card?
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(name))
    }

    /// For how long somebody who was known stays so while the service does not answer, in seconds.
    pub(in crate::identity) fn keep_s(&self) -> u64 {
        self.settings.keep.as_secs()
    }

    /// Do they belong together, and what is known of the card? `digest` stands for both.
    ///
    /// # Errors
    /// [`CardFault`]: it cannot be told.
    pub async fn ask(&self, card: &str, pin: &[u8], digest: Digest, now: Moment) -> Result<Card, CardFault> {
        // What is no text cannot be written in JSON, and is nobody's PIN there.
        let Ok(pin) = std::str::from_utf8(pin) else { return Ok(Card::Wrong) };
        if self.suspended.contains_key(&digest) {
            return Ok(Card::Suspended);
        }
        let question = serde_json::to_vec(&Question { card, pin }).map(Zeroizing::new).map_err(|_| CardFault::Settings)?;
        let (service, settings) = (Arc::clone(&self.service), Arc::clone(&self.settings));
        let today = now.wall.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
        // An answer that cannot be read counts as none: what sends rubbish is left alone for a while as well.
        let asked = self.circuit.ask(self.settings.timeout, async move { read(&service.post(question).await?, &settings, today) });
        let answer = asked.await;
        if matches!(answer, Ok(Card::Suspended)) {
            self.suspended.insert(digest, ());
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_says_which_whole_names_are_card_numbers() {
        let cards = |pattern: &str| {
            let settings = CardSettings { url: "http://127.0.0.1:1/".into(), pattern: pattern.into(), ..CardSettings::default() };
            let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
            let tls = tls.with_safe_default_protocol_versions().unwrap().with_root_certificates(rustls::RootCertStore::empty());
            Cards::new(settings, tls.with_no_client_auth()).unwrap()
        };
        let numbers = cards("D[0-9]{6}|[0-9]{10}");
        for (name, takes) in
            [("d123456", true), ("0123456789", true), ("d1234567", false), ("xd123456", false), ("kim", false), ("", false)]
        {
            assert_eq!(numbers.takes(name), takes, "{name}");
        }
        assert!(cards("").takes("whoever"));
    }
}
