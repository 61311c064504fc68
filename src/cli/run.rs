//! `lifeguard run`: the proxy, the console and the metrics in one process.

use super::setting;
use crate::app::App;
use crate::telemetry::{TraceForm, start_tracing};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Runs until a signal ends it.
pub(super) fn run(config: Option<&Path>) -> ExitCode {
    let place = setting::Place::find(config);
    let settings = match place.read() {
        Ok(settings) => settings,
        Err(faults) => return setting::complain(&faults),
    };
    let form = if settings.telemetry.json { TraceForm::Json } else { TraceForm::Text };
    if let Err(fault) = start_tracing(settings.telemetry.level.word(), form) {
        return setting::complain(&fault.to_string());
    }
    raise_descriptor_limit();
    forbid_core_dumps();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("proxy").build() {
        Ok(runtime) => runtime,
        Err(error) => return setting::complain(&format!("cannot start: {error}")),
    };
    match runtime.block_on(App::run(settings, place.written(), announce)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => setting::complain(&format!("lifeguard cannot start: {fault}")),
    }
}

/// Says on standard output where everything listens, and tells systemd that the service is up.
fn announce(line: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        tracing::debug!("nobody reads standard output");
    }
    // The first line says where everything listens; a secret for the set-up stands behind it and is for whoever started us.
    let status = line.lines().next().unwrap_or(line);
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Ready, sd_notify::NotifyState::Status(status)]) {
        tracing::debug!(%error, "systemd was not told");
    }
}

/// Each connection needs two descriptors; the system's soft limit is often 1024.
fn raise_descriptor_limit() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => tracing::debug!(limit, "file descriptors"),
        Err(error) => tracing::warn!(%error, "the limit on file descriptors could not be raised"),
    }
}

/// A core dump would hold keys and what people read (rule T8).
fn forbid_core_dumps() {
    if let Err(error) = rlimit::Resource::CORE.set(0, 0) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
}
