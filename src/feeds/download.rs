//! From the publisher into the folder: the file, and what goes with it to prove it. Tried again where that may help, within bounds.

use super::address::Address;
use super::client::{Coming, Question, Said};
use super::credentials::Secret;
use super::road::Road;
use super::trouble::Trouble;
use crate::config::{Fetch, PublicKey};
use crate::model::Timestamp;
use aws_lc_rs::digest::{Context, SHA256};
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// Largest signature or statement of a hash.
const BESIDE: u64 = 64 * 1024;
/// Pauses between tries.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];
/// A file may be dated so far ahead of our clock without a word.
const AHEAD_S: i64 = 300;

/// What came of asking.
#[derive(Debug)]
pub(super) enum Got {
    /// What we have is still the newest.
    Unchanged,
    /// A file, in its place.
    File(Arrived),
}

/// A file that came whole.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) sha256: String,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// The text in which its hash is stated.
    pub(super) stated: Option<Vec<u8>>,
    pub(super) signature: Option<Vec<u8>>,
}

/// What we have, by the server's own marks.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks<'a> {
    pub(super) etag: Option<&'a str>,
    pub(super) last_modified: Option<&'a str>,
}

/// One wish to fetch.
pub(super) struct Download<'a> {
    pub(super) road: &'a dyn Road,
    pub(super) fetch: &'a Fetch,
    pub(super) marks: Marks<'a>,
    pub(super) now: Timestamp,
    pub(super) into: &'a Path,
}

impl Download<'_> {
    /// Fetches, and tries again what may pass.
    pub(super) async fn run(&self) -> Result<Got, Trouble> {
        let mut pauses = PAUSES.iter();
        loop {
            let whole = self.fetch.bounds.whole;
            let trouble = match tokio::time::timeout(whole, self.once()).await.unwrap_or(Err(Trouble::TooSlow(whole))) {
                Ok(got) => return Ok(got),
                Err(trouble) => trouble,
            };
            match pauses.next().filter(|_| trouble.may_pass() && trouble.rest().is_none()) {
                Some(&pause) => tokio::time::sleep(jittered(pause)).await,
                None => return Err(trouble),
            }
        }
    }

    async fn once(&self) -> Result<Got, Trouble> {
        let start = Address::read(&self.fetch.url).ok_or(Trouble::Address)?;
        let secret = self.fetch.credentials.as_ref().map(Secret::read).transpose()?;
        let question = Question {
            road: self.road,
            start: &start,
            private: self.fetch.private,
            secret: secret.as_ref(),
            etag: self.marks.etag,
            // A mark of time that has not come says nothing (RFC 9110 section 13.1.3).
            last_modified: self.marks.last_modified.filter(|time| ahead(time, self.now).is_none()),
            size: self.fetch.bounds.size,
            idle: self.fetch.bounds.idle,
        };
        let mut coming = match question.ask().await? {
            Said::Unchanged => return Ok(Got::Unchanged),
            Said::File(coming) => coming,
        };
        let sha256 = write(&mut coming, self.into).await?;
        let (etag, last_modified) = (coming.etag.take(), coming.last_modified.take());
        drop(coming);
        let proof = &self.fetch.proof;
        let stated = match &proof.sha256_url {
            Some(url) => Some(self.beside("SHA-256", url, &question).await?),
            None => None,
        };
        let signature = match &proof.signed {
            Some(signed) => {
                let usual = || beside(&self.fetch.url, if matches!(signed.key, PublicKey::Minisign(..)) { ".minisig" } else { ".sig" });
                Some(self.beside("signature", &signed.url.clone().unwrap_or_else(usual), &question).await?)
            }
            None => None,
        };
        Ok(Got::File(Arrived { sha256, etag, last_modified, stated, signature }))
    }

    /// A short file that goes with the list.
    async fn beside(&self, what: &'static str, url: &str, main: &Question<'_>) -> Result<Vec<u8>, Trouble> {
        let asked = async {
            let start = Address::read(url).ok_or(Trouble::Address)?;
            let secret = main.secret.filter(|_| start.target == main.start.target);
            let question = Question { start: &start, secret, etag: None, last_modified: None, size: BESIDE, ..*main };
            match question.ask().await? {
                Said::File(coming) => coming.whole().await,
                Said::Unchanged => Err(Trouble::Status(304, None)),
            }
        };
        asked.await.map_err(|why| Trouble::Beside { what, why: Box::new(why) })
    }
}

/// Writes what comes, and says its SHA-256.
async fn write(coming: &mut Coming, into: &Path) -> Result<String, Trouble> {
    let mut file: File = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(into)?;
    let mut hash = Context::new(&SHA256);
    while let Some(piece) = coming.next().await? {
        hash.update(&piece);
        file.write_all(&piece)?;
    }
    file.sync_all()?;
    Ok(hash.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The address with this ending, before its query.
fn beside(url: &str, ending: &str) -> String {
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    query.map_or_else(|| format!("{path}{ending}"), |query| format!("{path}{ending}?{query}"))
}

/// How far this `Last-Modified` lies ahead of our clock, if it does: in seconds.
pub(super) fn ahead(time: &str, now: Timestamp) -> Option<i64> {
    let time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(time).ok()?;
    Some(time.as_second() - now.seconds()).filter(|ahead| *ahead > AHEAD_S)
}

/// A time, a fifth shorter or longer by chance: many who wait for one server must not come back together.
#[must_use]
pub(super) fn jittered(time: Duration) -> Duration {
    let chance = RandomState::new().hash_one(time) % 401;
    time.mul_f64(0.8 + chance as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_beside_the_file() {
        assert_eq!(beside("https://a.test/x.txt", ".sig"), "https://a.test/x.txt.sig");
        assert_eq!(beside("https://a.test/x.txt?k=1", ".minisig"), "https://a.test/x.txt.minisig?k=1");
    }

    #[test]
    fn a_time_that_has_not_come_is_known() {
        let now = Timestamp::from_seconds(1_764_000_000);
        assert_eq!(ahead("Mon, 24 Nov 2025 16:00:00 GMT", now), None);
        assert_eq!(ahead("Mon, 24 Nov 2025 16:04:59 GMT", now), None);
        assert_eq!(ahead("Tue, 25 Nov 2025 16:00:00 GMT", now), Some(86_400));
        assert_eq!(ahead("yesterday", now), None);
    }

    #[test]
    fn chance_stays_within_a_fifth() {
        for _ in 0..1000 {
            let time = jittered(Duration::from_secs(100));
            assert!((80..=120).contains(&time.as_secs()), "{time:?}");
        }
    }
}
