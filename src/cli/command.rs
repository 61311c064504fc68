//! The command line: what may be typed, and which file answers it.

use super::{accredit, agreement, authority, backup, check, codes, console, exceptions, explain, lists, logs, plan, run, setting, user};
use crate::config::Config;
use clap::{CommandFactory, Parser, Subcommand};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A filtering forward proxy for places where children and the public use the internet.
#[derive(Debug, Parser)]
#[command(name = "lifeguard", version, propagate_version = true, disable_help_subcommand = true)]
struct Arguments {
    /// Configuration file [default: config/lifeguard.toml, then /etc/lifeguard/lifeguard.toml, then what is built in]
    #[arg(short, long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the proxy, the console and the metrics
    Run,
    /// Check the configuration and say every fault at once
    Check(check::Arguments),
    /// Say step by step what would happen to an address
    Explain(explain::Arguments),
    /// Compile the lists, show them, compare them
    Lists(lists::Arguments),
    /// Search, follow and verify the log
    Logs {
        /// File of a private key (`-`: the standard input) that opens what is encrypted, for this command alone
        #[arg(long, value_name = "FILE", global = true)]
        identity: Option<PathBuf>,
        /// What to do
        #[command(subcommand)]
        command: Box<logs::LogsCommand>,
    },
    /// The authority for opened HTTPS: make it, export its certificate, say how it is
    Ca {
        #[command(subcommand)]
        command: authority::AuthorityCommand,
    },
    /// Local accounts: add people, give them a group, disable them, list them
    User {
        /// What to do
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Open addresses for a while: for a person, a group, a room
    Release(exceptions::ReleaseArguments),
    /// Give somebody the rules of another group for a while
    Unlock(exceptions::UnlockArguments),
    /// Pause somebody: nothing but help lines stays open
    Suspend(exceptions::SuspendArguments),
    /// Close addresses at once, without new lists
    Close(exceptions::CloseArguments),
    /// Make a code that somebody types to get a release or an unlock for themselves
    Code {
        /// What to do
        #[command(subcommand)]
        command: codes::CodeCommand,
    },
    /// Show the exceptions that stand, end one before its time
    Exceptions {
        /// What to do
        #[command(subcommand)]
        command: exceptions::ExceptionsCommand,
    },
    /// The agreement of the place: show it, see who accepted it, enter a paper
    Aup {
        /// What to do
        #[command(subcommand)]
        command: agreement::AgreementCommand,
    },
    /// Say what is kept about people, as the settings in force have it
    Notice(agreement::NoticeArguments),
    /// Check what the filter does against what accreditation asks, and write the evidence
    Accredit(accredit::Arguments),
    /// Print the policy in force in plain English: what is closed, for whom, why, who approved it, when it is looked at again
    Plan(plan::Arguments),
    /// The console: the way back in when no administrator can sign in
    Console {
        /// What to do
        #[command(subcommand)]
        command: console::ConsoleCommand,
    },
    /// Put everything that this installation knows into one file, while it runs
    Backup(backup::BackupArguments),
    /// Put a backup into a folder; without one, look it through and compare it
    Restore(backup::RestoreArguments),
    /// Say which version this is
    Version,
    /// Write completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    Man,
}

/// Runs the command that was typed. Exit code 0: fine; 1: refused, or something was found; 2: bad usage.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = arguments.config.as_deref();
    match arguments.command {
        Command::Run => run::run(config),
        Command::Check(options) => check::run(config, &options),
        Command::Explain(options) => explain::run(config, &options),
        Command::Lists(options) => lists::run(config, &options),
        Command::Ca { command } => authority::run(config, &command),
        Command::Logs { identity, command } => ask_log(config, identity, &command),
        Command::User { command } => user::run(config, &command),
        Command::Release(options) => exceptions::release(config, &options),
        Command::Unlock(options) => exceptions::unlock(config, &options),
        Command::Suspend(options) => exceptions::suspend(config, &options),
        Command::Close(options) => exceptions::close(config, &options),
        Command::Code { command } => codes::run(config, &command),
        Command::Exceptions { command } => exceptions::run(config, &command),
        Command::Aup { command } => agreement::run(config, &command),
        Command::Notice(options) => agreement::notice(config, &options),
        Command::Accredit(options) => accredit::run(config, &options),
        Command::Plan(options) => plan::run(config, &options),
        Command::Console { command } => console::run(config, &command),
        Command::Backup(options) => backup::backup(config, &options),
        Command::Restore(options) => backup::put_back(&options),
        Command::Version => print(concat!("lifeguard ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "lifeguard", &mut text);
            print(&text)
        }
        Command::Man => {
            let mut text = Vec::new();
            match clap_mangen::Man::new(Arguments::command()).render(&mut text) {
                Ok(()) => print(&text),
                Err(_) => ExitCode::FAILURE,
            }
        }
    }
}

/// The log's folder comes from the settings; the log itself is read beside a running proxy.
fn ask_log(config: Option<&Path>, identity: Option<PathBuf>, command: &logs::LogsCommand) -> ExitCode {
    let settings = match setting::Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return setting::complain(&faults),
    };
    if let Err(fault) = logs::unlock(&settings.log, identity) {
        return setting::complain(&fault.to_string());
    }
    let now = logs::Now { at: setting::now(), zone: settings.site.time_zone.clone() };
    if let logs::LogsCommand::Breaches(arguments) = command {
        return ask_again(&settings, arguments, &now);
    }
    let out = &mut std::io::stdout().lock();
    let answer = if let logs::LogsCommand::Overblocks(arguments) = command {
        logs::run_overblocks(arguments, &settings, &now, out)
    } else {
        logs::run_with(command, &settings.log, &now, out)
    };
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => setting::complain(&fault.to_string()),
    }
}

/// The engine is put together as for `explain`: the lists and the policy of today.
fn ask_again(settings: &Config, arguments: &logs::BreachArgs, now: &logs::Now) -> ExitCode {
    let asked = match setting::engine(settings) {
        Ok(asked) => asked,
        Err(fault) => return setting::complain(&fault.to_string()),
    };
    match logs::run_breaches(arguments, &settings.log.folder, &asked.engine, now, &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => setting::complain(&fault.to_string()),
    }
}

/// A closed pipe is no fault: the reader has seen enough.
fn print(text: &[u8]) -> ExitCode {
    match std::io::stdout().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }
}
