//! Tracing for operators: what the program does, to standard error, as text or as JSON lines.
//!
//! It must never carry what people asked for, a secret, or an entry of a statutory list: those belong into the log alone.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// The form of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TraceForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

/// Tracing cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TraceFault {
    /// The filter cannot be read.
    #[error("LIFEGUARD_LOG: {0}; write a level (error, warn, info, debug, trace), or part=level pairs with commas between")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// It was started before.
    #[error("tracing runs already")]
    Running,
}

/// Starts tracing for the whole process. `LIFEGUARD_LOG`, or else `RUST_LOG`, overrides `level`.
///
/// # Errors
/// A filter that cannot be read, or a second start.
pub fn start(level: &str, form: TraceForm) -> Result<(), TraceFault> {
    let wanted = ["LIFEGUARD_LOG", "RUST_LOG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(level))?;
    // https://no-color.org: any value but the empty one.
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match form {
        TraceForm::Text => lines.with_ansi(!plain && std::io::stderr().is_terminal()).try_init(),
        TraceForm::Json => lines.json().flatten_event(true).with_current_span(false).with_ansi(false).try_init(),
    }
    .map_err(|_| TraceFault::Running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_told_with_what_to_write() {
        let fault = EnvFilter::try_new("proxy=loud").map_err(TraceFault::from).unwrap_err();
        assert!(fault.to_string().starts_with("LIFEGUARD_LOG: ") && fault.to_string().contains("part=level"), "{fault}");
    }
}
