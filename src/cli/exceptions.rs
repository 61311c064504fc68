//! `lifeguard release`, `unlock`, `suspend`, `close`: exceptions for a while, each with an author, a reason and an end; and
//! `lifeguard exceptions`, which lists them and ends them before their time. The running proxy takes them within a second.

use super::setting::{Place, answer, complain, now};
pub(super) use crate::app::knows;
use crate::app::{Decision, DecisionFault, decide, stop_decision};
use crate::config::Config;
use crate::store::codes::Code;
use crate::store::exceptions::{ExceptionFault, ExceptionState, Exceptions, For, Kind};
use crate::store::query::terminal;
use ipnet::IpNet;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// For whom it is. One of these.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct ForWhom {
    /// One person, by the name that they sign in with
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// A group of the settings
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Client addresses, such as 192.168.2.0/24 or one machine's
    #[arg(long, value_name = "RANGE", value_parser = range)]
    room: Option<IpNet>,
    /// Everybody
    #[arg(long)]
    everybody: bool,
}

/// Who answers for it, and for how long it is.
#[derive(Debug, clap::Args)]
struct Signed {
    /// How long, such as 30m, 2h or 7d
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    lasts: Duration,
    /// Who decided
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    because: String,
}

/// `lifeguard release`
#[derive(Debug, clap::Args)]
pub(super) struct ReleaseArguments {
    /// Hosts (with all below them), or hosts with a path
    #[arg(required_unless_present = "categories", value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// A category: its pages are open unless something else closes them
    #[arg(long = "category", value_name = "NAME")]
    categories: Vec<String>,
    #[command(flatten)]
    whom: ForWhom,
    #[command(flatten)]
    signed: Signed,
}

/// `lifeguard close`
#[derive(Debug, clap::Args)]
pub(super) struct CloseArguments {
    /// Hosts (with all below them), or hosts with a path
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
    #[command(flatten)]
    whom: ForWhom,
    #[command(flatten)]
    signed: Signed,
}

/// `lifeguard unlock`
#[derive(Debug, clap::Args)]
pub(super) struct UnlockArguments {
    /// The group whose rules are given
    #[arg(long, value_name = "GROUP")]
    to: String,
    #[command(flatten)]
    whom: ForWhom,
    #[command(flatten)]
    signed: Signed,
}

/// `lifeguard suspend`
#[derive(Debug, clap::Args)]
pub(super) struct SuspendArguments {
    #[command(flatten)]
    whom: ForWhom,
    #[command(flatten)]
    signed: Signed,
}

/// `lifeguard exceptions`
#[derive(Debug, clap::Subcommand)]
pub(super) enum ExceptionsCommand {
    /// Show the exceptions that stand
    List {
        /// And those that are over
        #[arg(long)]
        all: bool,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// End one before its time
    Stop {
        /// The exception, such as E-1
        id: String,
        /// Who ends it
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
}

/// Opens addresses for a while.
pub(super) fn release(config: Option<&Path>, arguments: &ReleaseArguments) -> ExitCode {
    let ReleaseArguments { addresses, categories, whom, signed } = arguments;
    make(config, Decision { addresses: addresses.clone(), categories: categories.clone(), ..plain(Kind::Release, whom, signed) })
}

/// Gives the rules of another group for a while.
pub(super) fn unlock(config: Option<&Path>, arguments: &UnlockArguments) -> ExitCode {
    make(config, Decision { to: arguments.to.clone(), ..plain(Kind::Unlock, &arguments.whom, &arguments.signed) })
}

/// Closes everything for somebody, for a while.
pub(super) fn suspend(config: Option<&Path>, arguments: &SuspendArguments) -> ExitCode {
    make(config, plain(Kind::Suspend, &arguments.whom, &arguments.signed))
}

/// Closes addresses at once.
pub(super) fn close(config: Option<&Path>, arguments: &CloseArguments) -> ExitCode {
    make(config, Decision { addresses: arguments.addresses.clone(), ..plain(Kind::Close, &arguments.whom, &arguments.signed) })
}

fn plain(kind: Kind, whom: &ForWhom, signed: &Signed) -> Decision {
    Decision {
        kind,
        whom: for_whom(whom.person.as_deref(), whom.group.as_deref(), whom.room),
        addresses: Vec::new(),
        categories: Vec::new(),
        to: String::new(),
        lasts_s: signed.lasts.as_secs(),
        by: signed.by.clone(),
        because: signed.because.clone(),
    }
}

fn make(config: Option<&Path>, decision: Decision) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    match decide(&settings, decision, now()) {
        Ok(made) => answer(&format!("{}\n", terminal(&made.in_words())), ExitCode::SUCCESS),
        Err(wrong) => complain(&wrong.to_string()),
    }
}

pub(super) fn for_whom(person: Option<&str>, group: Option<&str>, room: Option<IpNet>) -> For {
    match (person, group, room) {
        (Some(name), _, _) => For::Person(name.to_owned()),
        (None, Some(name), _) => For::Group(name.to_owned()),
        (None, None, Some(net)) => For::Room(net.to_string()),
        (None, None, None) => For::Everybody,
    }
}

/// Lists, or ends one.
pub(super) fn run(config: Option<&Path>, command: &ExceptionsCommand) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    let done = match command {
        ExceptionsCommand::List { all, json } => list(&settings, *all, *json),
        ExceptionsCommand::Stop { id, by, because } => {
            let stopped = stop_decision(&settings, id, (by, because), now());
            stopped.map(|stop| format!("{} is over\n", stop.id))
        }
    };
    match done {
        Ok(text) => answer(&text, ExitCode::SUCCESS),
        Err(fault) => complain(&fault.to_string()),
    }
}

fn list(settings: &Config, all: bool, json: bool) -> Result<String, ExceptionFault> {
    let known = Exceptions::read(&settings.log.folder)?;
    let at = now();
    let standing = known.standing(at);
    let mut text = String::new();
    let codes: Vec<&Code> = if all { known.codes().collect() } else { known.standing_codes(at).collect() };
    for code in codes {
        // Writing to a String cannot fail.
        writeln!(text, "{}", if json { code.as_json(known.uses(&code.gives.id)) } else { code_line(code, known.uses(&code.gives.id)) })
            .unwrap_or_default();
    }
    for state in known.all().iter().filter(|state| all || standing.contains(&state.exception)) {
        // Writing to a String cannot fail.
        writeln!(text, "{}", if json { as_json(state) } else { as_line(state) }).unwrap_or_default();
    }
    for fault in known.faults() {
        writeln!(text, "damaged: {}", terminal(&fault.to_string())).unwrap_or_default();
    }
    Ok(text)
}

fn code_line(code: &Code, used: usize) -> String {
    let used = match used {
        0 => "not used yet".to_owned(),
        1 => "used once".to_owned(),
        more => format!("used {more} times"),
    };
    terminal(&format!("{}; {used}", code.in_words()))
}

fn as_json(state: &ExceptionState) -> String {
    serde_json::to_string(state).unwrap_or_else(|_| "{}".into())
}

fn as_line(state: &ExceptionState) -> String {
    let stop = state.stop.as_ref().map_or_else(String::new, |stop| format!("; ended {} by {}: {}", stop.at, stop.by, stop.reason));
    terminal(&format!("{}{stop}", state.exception.in_words()))
}

pub(super) fn range(text: &str) -> Result<IpNet, ipnet::AddrParseError> {
    let one = |fault| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| fault);
    text.parse::<IpNet>().map(|net| net.trunc()).or_else(one)
}

pub(super) fn time(text: &str) -> Result<Duration, DecisionFault> {
    crate::config::read_time(text).ok_or(DecisionFault::Time("a time such as 30m, 2h or 7d"))
}
