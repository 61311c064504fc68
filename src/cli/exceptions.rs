//! `lifeguard release`, `unlock`, `suspend`, `close`: exceptions for a while, each with an author, a reason and an end; and
//! `lifeguard exceptions`, which lists them and ends them before their time. The running proxy takes them within a second.

use super::setting::{Place, answer, complain, now};
pub(super) use crate::app::knows;
use crate::config::Config;
use crate::model::{Taxonomy, Timestamp};
use crate::store::codes::Code;
use crate::store::exceptions::{Exception, ExceptionFault, ExceptionState, Exceptions, For, Kind, Stop, make_exception, stop_exception};
use crate::store::query::terminal;
use crate::store::signer_for;
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

pub(super) const MINUTE: u64 = 60;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

/// What cannot be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Wrong {
    #[error(transparent)]
    Made(#[from] ExceptionFault),
    #[error("there is no group '{0}'")]
    NoGroup(String),
    #[error("there is no category '{0}', or it is closed to everybody")]
    NoCategory(String),
    #[error("--for: expected {0}")]
    Time(&'static str),
    #[error("--within: expected 1m to 24h")]
    Within,
}

/// Opens addresses for a while.
pub(super) fn release(config: Option<&Path>, arguments: &ReleaseArguments) -> ExitCode {
    let span = (10 * MINUTE, 3 * HOUR, "10m to 3h");
    let what = What { addresses: &arguments.addresses, categories: &arguments.categories, ..What::new(Kind::Release) };
    make(config, what, &arguments.whom, (&arguments.signed, span))
}

/// Gives the rules of another group for a while.
pub(super) fn unlock(config: Option<&Path>, arguments: &UnlockArguments) -> ExitCode {
    let span = (10 * MINUTE, 12 * HOUR, "10m to 12h");
    make(config, What { to: &arguments.to, ..What::new(Kind::Unlock) }, &arguments.whom, (&arguments.signed, span))
}

/// Closes everything for somebody, for a while.
pub(super) fn suspend(config: Option<&Path>, arguments: &SuspendArguments) -> ExitCode {
    let span = (10 * MINUTE, 366 * DAY, "10m to 366d");
    make(config, What::new(Kind::Suspend), &arguments.whom, (&arguments.signed, span))
}

/// Closes addresses at once.
pub(super) fn close(config: Option<&Path>, arguments: &CloseArguments) -> ExitCode {
    let span = (10 * MINUTE, 31 * DAY, "10m to 31d: for longer, write a rule");
    make(config, What { addresses: &arguments.addresses, ..What::new(Kind::Close) }, &arguments.whom, (&arguments.signed, span))
}

type Bounded<'a> = (&'a Signed, (u64, u64, &'static str));

/// What is to be done.
#[derive(Clone, Copy)]
pub(super) struct What<'a> {
    pub(super) kind: Kind,
    pub(super) addresses: &'a [String],
    pub(super) categories: &'a [String],
    pub(super) to: &'a str,
}

impl What<'_> {
    const fn new(kind: Kind) -> Self {
        Self { kind, addresses: &[], categories: &[], to: "" }
    }

    /// Groups and categories have to be there.
    pub(super) fn check(&self, settings: &Config, group: Option<&str>) -> Result<(), Wrong> {
        let groups = [group, Some(self.to).filter(|to| !to.is_empty())];
        if let Some(unknown) = groups.into_iter().flatten().find(|name| settings.policy.group_named(name).is_none()) {
            return Err(Wrong::NoGroup(unknown.to_owned()));
        }
        let unknown = self.categories.iter().find(|name| Taxonomy::get().is_locked(name) || !knows(settings, name));
        unknown.map_or(Ok(()), |name| Err(Wrong::NoCategory(name.clone())))
    }

    /// As the file has it, for everybody.
    pub(super) fn exception(&self, (by, reason): (&str, &str), from: Timestamp, until: Timestamp) -> Exception {
        Exception {
            id: String::new(),
            kind: self.kind,
            whom: For::Everybody,
            addresses: self.addresses.to_vec(),
            categories: self.categories.to_vec(),
            to: self.to.to_owned(),
            code: String::new(),
            by: by.to_owned(),
            reason: reason.to_owned(),
            from: from.to_string(),
            until: until.to_string(),
        }
    }
}

fn make(config: Option<&Path>, what: What<'_>, whom: &ForWhom, bounded: Bounded<'_>) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    match exception(&settings, what, whom, bounded) {
        Ok(made) => answer(&format!("{}\n", terminal(&made.in_words())), ExitCode::SUCCESS),
        Err(wrong) => complain(&wrong.to_string()),
    }
}

fn exception(settings: &Config, what: What<'_>, whom: &ForWhom, (signed, (least, most, span)): Bounded<'_>) -> Result<Exception, Wrong> {
    let seconds = signed.lasts.as_secs();
    if !(least..=most).contains(&seconds) {
        return Err(Wrong::Time(span));
    }
    what.check(settings, whom.group.as_deref())?;
    let from = now();
    let until = Timestamp::from_seconds(from.seconds() + i64::try_from(seconds).unwrap_or_default());
    let whom = for_whom(whom.person.as_deref(), whom.group.as_deref(), whom.room);
    let new = Exception { whom, ..what.exception((&signed.by, &signed.because), from, until) };
    let folder = &settings.log.folder;
    Ok(make_exception(folder, new, &*signer_for(folder, &settings.log.keys), from)?)
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
            let at = now();
            let stop = Stop { id: id.clone(), by: by.clone(), reason: because.clone(), at: at.to_string() };
            let folder = &settings.log.folder;
            let stopped = stop_exception(folder, stop, &*signer_for(folder, &settings.log.keys), at);
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

pub(super) fn time(text: &str) -> Result<Duration, Wrong> {
    crate::config::read_time(text).ok_or(Wrong::Time("a time such as 30m, 2h or 7d"))
}
