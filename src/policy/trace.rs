//! How a judgement tells what it does. Judge and explain are one function: they differ in the [`Trace`] they are given.
//!
//! Must never show an entry of a statutory list (standards U21).

use super::order::Stage;

/// Listens to a judgement.
pub trait Trace {
    /// One stage has been looked at; `words` is called only where somebody listens.
    fn note(&mut self, stage: Stage, decided: bool, words: impl FnOnce() -> String);
}

/// Nobody listens: judgement as the proxy needs it, without any allocation.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

impl Trace for NoTrace {
    #[inline]
    fn note(&mut self, _: Stage, _: bool, _: impl FnOnce() -> String) {}
}

/// One numbered step.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// The stage.
    pub stage: Stage,
    /// Its name for people.
    pub title: &'static str,
    /// What was found, in plain words.
    pub finding: String,
    /// Did it decide?
    pub decided: bool,
}

/// Keeps every step.
#[derive(Clone, Debug, Default)]
pub struct StepTrace(Vec<Step>);

impl StepTrace {
    /// The steps, in order.
    #[must_use]
    pub fn into_steps(self) -> Vec<Step> {
        self.0
    }
}

impl Trace for StepTrace {
    fn note(&mut self, stage: Stage, decided: bool, words: impl FnOnce() -> String) {
        self.0.push(Step { number: self.0.len() + 1, stage, title: stage.title(), finding: words(), decided });
    }
}
