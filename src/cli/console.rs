//! `lifeguard console recover`: the way back into the console when no administrator can sign in. It takes rights on the files of the
//! installation, and it is told: in the log, and as an alert.

use super::setting::{Place, answer, complain, now};
use crate::app::recover;
use crate::store::query::terminal;
use std::path::Path;
use std::process::ExitCode;

/// `lifeguard console`
#[derive(Debug, clap::Subcommand)]
pub(super) enum ConsoleCommand {
    /// Give an administrator who cannot sign in a new secret for the first time; it is shown once, and told in the log
    Recover(RecoverArguments),
}

/// `lifeguard console recover`
#[derive(Debug, clap::Args)]
pub(super) struct RecoverArguments {
    /// The name of an account that gives access at every site
    #[arg(value_name = "NAME")]
    name: String,
    /// Who wants it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    because: String,
}

/// Does it.
pub(super) fn run(config: Option<&Path>, ConsoleCommand::Recover(arguments): &ConsoleCommand) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    let RecoverArguments { name, by, because } = arguments;
    match recover(&settings, name, (by, because), now()) {
        Ok(done) => {
            let text = format!(
                "{} ({}) signs in on the console with this, once, until {}:\n{}\nA new password and a new authenticator are made then. Their \
                 old ones, and every session and token of the account, are void.\nThat this was done is told in the log and as an alert.\n",
                terminal(&done.name),
                terminal(&done.shown),
                done.until,
                done.secret
            );
            answer(&text, ExitCode::SUCCESS)
        }
        Err(fault) => complain(&format!("nothing was recovered: {fault}")),
    }
}
