//! `lifeguard aup` and `lifeguard notice`: the agreement as each group reads it, who has accepted it, acceptances on paper; and what people
//! are told about the log.

use super::setting::{Asked, Place, answer, complain, engine, now};
use crate::config::{self, Config, Notice};
use crate::model::{Acceptance, Acceptor, GroupId};
use crate::policy::{Agreement, PolicySet};
use crate::ports::BookFault;
use crate::store::acceptances::{Book, read_acceptances};
use crate::store::query::terminal;
use crate::store::{ReadFault, signer_for};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// `lifeguard aup`
#[derive(Debug, clap::Subcommand)]
pub(super) enum AgreementCommand {
    /// Print the agreement as a group reads it, or as each does, with the origin of each clause
    Show {
        /// One group alone
        #[arg(short, long)]
        group: Option<String>,
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show who has accepted it
    Accepted {
        /// One person alone
        #[arg(long, value_name = "NAME")]
        person: Option<String>,
        /// One group alone
        #[arg(short, long)]
        group: Option<String>,
        /// Only the version that is in force
        #[arg(long)]
        current: bool,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Enter an acceptance that came on paper
    Accept {
        /// Who accepted, by the name that they sign in with
        #[arg(long, value_name = "NAME")]
        person: String,
        /// The group whose words they read
        #[arg(short, long)]
        group: String,
        /// Who enters it
        #[arg(long, value_name = "NAME")]
        by: String,
        /// The adult who signed with a child
        #[arg(long, value_name = "NAME", default_value = "")]
        guardian: String,
    },
}

/// `lifeguard notice`
#[derive(Debug, clap::Args)]
pub(super) struct NoticeArguments {
    /// One group alone
    #[arg(short, long)]
    group: Option<String>,
    /// One JSON array
    #[arg(long)]
    json: bool,
}

/// What cannot be done.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error("there is no group '{0}'")]
    NoGroup(String),
    #[error("no clause is for the group '{0}'")]
    NoClause(String),
    #[error("{0} must be a name")]
    NoName(&'static str),
    #[error(transparent)]
    Read(#[from] ReadFault),
    #[error(transparent)]
    Book(#[from] BookFault),
}

/// Runs `lifeguard aup`.
pub(super) fn run(config: Option<&Path>, command: &AgreementCommand) -> ExitCode {
    let (settings, asked) = match settings(config) {
        Ok(both) => both,
        Err(faults) => return complain(&faults),
    };
    let policy = &asked.engine.policy;
    let done = match command {
        AgreementCommand::Show { group, json } => show(policy, group.as_deref(), *json),
        AgreementCommand::Accepted { .. } => accepted(&settings, policy, command),
        AgreementCommand::Accept { person, group, by, guardian } => accept(&settings, policy, (person, group), (by, guardian)),
    };
    match done {
        Ok(text) => answer(&text, ExitCode::SUCCESS),
        Err(wrong) => complain(&wrong.to_string()),
    }
}

/// Runs `lifeguard notice`.
pub(super) fn notice(config: Option<&Path>, arguments: &NoticeArguments) -> ExitCode {
    let (settings, asked) = match settings(config) {
        Ok(both) => both,
        Err(faults) => return complain(&faults),
    };
    let ids = match groups(&asked.engine.policy, arguments.group.as_deref()) {
        Ok(ids) => ids,
        Err(wrong) => return complain(&wrong.to_string()),
    };
    let notices: Vec<Notice> = ids.into_iter().map(|id| config::notice(&settings, &asked.engine, id)).collect();
    if arguments.json {
        return answer(&as_json(&notices), ExitCode::SUCCESS);
    }
    answer(&notices.iter().map(Notice::text).collect::<Vec<_>>().join("\n"), ExitCode::SUCCESS)
}

fn settings(config: Option<&Path>) -> Result<(Config, Asked), String> {
    let settings = Place::find(config).read()?;
    let asked = engine(&settings).map_err(|fault| fault.to_string())?;
    Ok((settings, asked))
}

/// The group that was named, or all.
fn groups(policy: &PolicySet, name: Option<&str>) -> Result<Vec<GroupId>, Wrong> {
    match name {
        Some(name) => Ok(vec![policy.group_named(name).ok_or_else(|| Wrong::NoGroup(name.to_owned()))?]),
        None => Ok(policy.groups_to_tell()),
    }
}

fn as_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".into()) + "\n"
}

fn show(policy: &PolicySet, group: Option<&str>, json: bool) -> Result<String, Wrong> {
    let agreements: Vec<&Agreement> = groups(policy, group)?.into_iter().map(|id| policy.agreement(id)).collect();
    if json {
        return Ok(as_json(&agreements));
    }
    Ok(agreements.iter().map(|agreement| agreement.text()).collect::<Vec<_>>().join("\n"))
}

fn accepted(settings: &Config, policy: &PolicySet, command: &AgreementCommand) -> Result<String, Wrong> {
    let AgreementCommand::Accepted { person, group, current, json } = command else { return Ok(String::new()) };
    let known = read_acceptances(&settings.log.folder)?;
    let person = person.as_ref().map(|name| Acceptor::Person(name.to_lowercase()));
    let in_force = |acceptance: &Acceptance| {
        let agreement = policy.group_named(&acceptance.group).map(|id| policy.agreement(id));
        agreement.is_some_and(|agreement| *agreement.version == *acceptance.version)
    };
    let wanted = |acceptance: &&Acceptance| {
        person.as_ref().is_none_or(|person| *person == acceptance.who)
            && group.as_ref().is_none_or(|group| *group == acceptance.group)
            && (!current || in_force(acceptance))
    };
    let mut text = String::new();
    for acceptance in known.all.iter().filter(wanted) {
        let line = if *json { json_of(acceptance, in_force(acceptance)) } else { terminal(&acceptance.in_words()) };
        // Writing to a String cannot fail.
        writeln!(text, "{line}").unwrap_or_default();
    }
    for fault in &known.faults {
        writeln!(text, "damaged: {}", terminal(&fault.to_string())).unwrap_or_default();
    }
    Ok(text)
}

fn json_of(acceptance: &Acceptance, current: bool) -> String {
    let Acceptance { who, client, group, version, label, guardian, by, at } = acceptance;
    let (person, address) = match who {
        Acceptor::Person(name) => (Some(name.as_str()), None),
        Acceptor::Address(address) => (None, Some(address.to_string())),
    };
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let value = serde_json::json!({
        "person": person, "address": address, "client": client.map(|client| client.to_string()), "group": group, "version": version,
        "label": some(label), "guardian": some(guardian), "by": some(by), "time": at.to_string(), "current": current,
    });
    value.to_string()
}

fn accept(settings: &Config, policy: &PolicySet, (person, group): (&str, &str), (by, guardian): (&str, &str)) -> Result<String, Wrong> {
    let id = policy.group_named(group).ok_or_else(|| Wrong::NoGroup(group.to_owned()))?;
    let agreement = policy.agreement(id);
    if agreement.clauses.is_empty() {
        return Err(Wrong::NoClause(group.to_owned()));
    }
    if crate::model::clean_name(person).is_empty() {
        return Err(Wrong::NoName("--person"));
    }
    if crate::model::clean_name(by).is_empty() {
        return Err(Wrong::NoName("--by"));
    }
    let acceptance = Acceptance {
        who: Acceptor::Person(crate::model::clean_name(person).to_lowercase()),
        client: None,
        group: agreement.group.to_string(),
        version: agreement.version.to_string(),
        label: agreement.label.to_string(),
        guardian: crate::model::clean_name(guardian),
        by: crate::model::clean_name(by),
        at: now(),
    };
    let log = &settings.log;
    let (book, _) = Book::open(&log.folder, || signer_for(&log.folder, &log.keys))?;
    book.write(&acceptance)?;
    Ok(format!("{}\n", terminal(&acceptance.in_words())))
}
