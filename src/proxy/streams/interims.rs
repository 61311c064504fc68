//! Interim answers (1xx) on their way to a stream: they wait here until the task of the stream sends them.

use http::{HeaderMap, StatusCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// Most of them that wait; they may be dropped (RFC 9110 section 15.2).
const MOST: usize = 8;

/// The interim answers of one stream.
#[derive(Debug, Default)]
pub struct Interims {
    waiting: Mutex<Waiting>,
    over: AtomicBool,
}

#[derive(Debug, Default)]
struct Waiting {
    answers: Vec<(StatusCode, HeaderMap)>,
    task: Option<Waker>,
}

impl Interims {
    /// Puts one in.
    pub fn push(&self, status: StatusCode, headers: HeaderMap) {
        let mut waiting = self.lock();
        if waiting.answers.len() < MOST {
            waiting.answers.push((status, headers));
        }
        let task = waiting.task.clone();
        drop(waiting);
        if let Some(task) = task {
            task.wake();
        }
    }

    /// The final answer has begun: no interim answer can follow.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// The final answer begins.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Takes those that are there; the task is woken when more come.
    pub(super) fn take(&self, context: &Context<'_>) -> Vec<(StatusCode, HeaderMap)> {
        let mut waiting = self.lock();
        if !waiting.task.as_ref().is_some_and(|task| task.will_wake(context.waker())) {
            waiting.task = Some(context.waker().clone());
        }
        std::mem::take(&mut waiting.answers)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
