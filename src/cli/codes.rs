//! `lifeguard code new`: a code that somebody types to get a release or an unlock for themselves, for a while. Shown once, kept as a keyed
//! hash. `lifeguard exceptions list` and `stop` have codes as well.

use super::exceptions::{for_whom, range, time};
use super::setting::{Place, answer, complain, now};
use crate::app::{CodeUse, Decision, DecisionFault, new_code};
use crate::config::Config;
use crate::store::codes::Code;
use crate::store::exceptions::Kind;
use crate::store::query::terminal;
use ipnet::IpNet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// `lifeguard code`
#[derive(Debug, clap::Subcommand)]
pub(super) enum CodeCommand {
    /// Make one, and show it once
    New(CodeArguments),
}

/// `lifeguard code new`
#[derive(Debug, clap::Args)]
pub(super) struct CodeArguments {
    /// Hosts (with all below them), or hosts with a path
    #[arg(required_unless_present_any = ["categories", "to"], value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// A category: its pages are open unless something else closes them
    #[arg(long = "category", value_name = "NAME")]
    categories: Vec<String>,
    /// A group whose rules are given, in place of addresses
    #[arg(long, value_name = "GROUP", conflicts_with_all = ["addresses", "categories"])]
    to: Option<String>,
    #[command(flatten)]
    whom: OnlyFor,
    /// How long what it gives lasts, from when it is typed
    #[arg(long = "for", value_name = "TIME", value_parser = time, default_value = "30m")]
    lasts: Duration,
    /// Within what time it has to be typed
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "30m")]
    within: Duration,
    /// How many may use it
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    uses: u64,
    /// Who decided
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    because: String,
}

/// Who may type it; without one of these whoever has it.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct OnlyFor {
    /// One person alone, by the name that they sign in with
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// A group of the settings alone
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Client addresses alone, such as 192.168.2.0/24 or one machine's
    #[arg(long, value_name = "RANGE", value_parser = range)]
    room: Option<IpNet>,
}

/// Makes a code.
pub(super) fn run(config: Option<&Path>, CodeCommand::New(arguments): &CodeCommand) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    match made(&settings, arguments) {
        Ok((code, word)) => {
            let own = &settings.proxy.own_name;
            let told = terminal(&code.in_words());
            answer(
                &format!("{word}\n{told}\nIt is typed on the page that says that something is closed, or at http://{own}/code.\n"),
                ExitCode::SUCCESS,
            )
        }
        Err(wrong) => complain(&wrong.to_string()),
    }
}

fn made(settings: &Config, arguments: &CodeArguments) -> Result<(Code, String), DecisionFault> {
    let CodeArguments { addresses, categories, to, whom, lasts, within, uses, by, because } = arguments;
    let decision = Decision {
        kind: if to.is_some() { Kind::Unlock } else { Kind::Release },
        whom: for_whom(whom.person.as_deref(), whom.group.as_deref(), whom.room),
        addresses: addresses.clone(),
        categories: categories.clone(),
        to: to.clone().unwrap_or_default(),
        lasts_s: lasts.as_secs(),
        by: by.clone(),
        because: because.clone(),
    };
    new_code(settings, decision, CodeUse { within_s: within.as_secs(), uses: *uses }, now())
}
