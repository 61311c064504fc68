//! Questions to something that may be away: so many at one time, each within a time, and none for a while after one was not answered.

use std::fmt::Display;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Questions at one time.
const AT_ONCE: usize = 8;
/// What was away is not asked again for this time.
const REST: Duration = Duration::from_secs(3);

/// Why a question came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cut {
    /// It was away a moment ago, and was not asked.
    #[error("it was away a moment ago")]
    Resting,
    /// It takes too long.
    #[error("it takes too long")]
    TooSlow,
    /// Asking it failed in a way that should not be.
    #[error("asking it failed")]
    Failed,
}

/// Bounds questions.
pub(super) struct Circuit {
    places: Semaphore,
    /// When it was last away, in milliseconds of [`START`]; 0: it was not.
    away: AtomicU64,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn now_ms() -> u64 {
    u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Circuit {
    pub(super) fn new() -> Self {
        Self { places: Semaphore::new(AT_ONCE), away: AtomicU64::new(0) }
    }

    /// Asks in a task of its own, so that a fault in reading cannot end more than this question; within time; and not while it rests.
    pub(super) async fn ask<T, F>(&self, patience: Duration, question: impl Future<Output = Result<T, F>> + Send + 'static) -> Result<T, F>
    where
        T: Send + 'static,
        F: From<Cut> + Display + Send + 'static,
    {
        if self.rests() {
            return Err(Cut::Resting.into());
        }
        let _place = self.places.acquire().await.map_err(|_| Cut::Failed)?;
        // Those who waited behind a question that found it away do not each find it away again.
        if self.rests() {
            return Err(Cut::Resting.into());
        }
        let mut task = Task(tokio::spawn(question));
        let answer = match tokio::time::timeout(patience, &mut task.0).await {
            Ok(joined) => joined.unwrap_or_else(|_| Err(Cut::Failed.into())),
            Err(_) => Err(Cut::TooSlow.into()),
        };
        match &answer {
            Ok(_) => self.away.store(0, Ordering::Relaxed),
            Err(fault) => {
                if self.away.swap(now_ms().max(1), Ordering::Relaxed) == 0 {
                    tracing::error!(%fault, "nobody new can sign in; who was known stays so for the stated time");
                }
            }
        }
        answer
    }

    fn rests(&self) -> bool {
        let away = self.away.load(Ordering::Relaxed);
        away > 0 && now_ms().saturating_sub(away) < u64::try_from(REST.as_millis()).unwrap_or(0)
    }
}

/// Ends with whoever waits for it: a question that nobody waits for holds no place.
struct Task<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
