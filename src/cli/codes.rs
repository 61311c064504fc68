//! `lifeguard code new`: a code that somebody types to get a release or an unlock for themselves, for a while. Shown once, kept as a keyed
//! hash. `lifeguard exceptions list` and `stop` have codes as well.

use super::exceptions::{DAY, HOUR, MINUTE, What, Wrong, for_whom, range, time};
use super::setting::{Place, answer, complain, now};
use crate::config::Config;
use crate::model::Timestamp;
use crate::store::codes::{Code, CodeBounds, make_code};
use crate::store::exceptions::{Exception, Kind};
use crate::store::query::terminal;
use crate::store::signer_for;
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

fn made(settings: &Config, arguments: &CodeArguments) -> Result<(Code, String), Wrong> {
    let CodeArguments { addresses, categories, to, whom, lasts, within, uses, by, because } = arguments;
    let (longest, span) = if to.is_some() { (12 * HOUR, "10m to 12h") } else { (3 * HOUR, "10m to 3h") };
    if !(10 * MINUTE..=longest).contains(&lasts.as_secs()) {
        return Err(Wrong::Time(span));
    }
    if !(MINUTE..=DAY).contains(&within.as_secs()) {
        return Err(Wrong::Within);
    }
    let kind = if to.is_some() { Kind::Unlock } else { Kind::Release };
    let what = What { kind, addresses, categories, to: to.as_deref().unwrap_or_default() };
    what.check(settings, whom.group.as_deref())?;
    let from = now();
    let until = Timestamp::from_seconds(from.seconds() + i64::try_from(within.as_secs()).unwrap_or_default());
    let whom = for_whom(whom.person.as_deref(), whom.group.as_deref(), whom.room);
    let gives = Exception { whom, ..what.exception((by, because), from, until) };
    let bounds = CodeBounds { lasts_s: lasts.as_secs(), uses: *uses };
    let folder = &settings.log.folder;
    Ok(make_code(folder, gives, bounds, &*signer_for(folder, &settings.log.keys), from)?)
}
