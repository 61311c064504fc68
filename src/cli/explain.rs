//! `lifeguard explain`: what would happen to an address, as numbered steps, by the same function that judges requests.
//!
//! Must never print an entry of a statutory list, nor repeat an address that is on one.

use super::setting::{Place, answer, complain, engine, now, say};
use super::used;
use crate::app;
use crate::config::{Config, read_moment};
use crate::engine::{Coverage, Engine, Explanation, Question, SeenAs, Sight};
use crate::identity::{Person, spelling};
use crate::model::{GroupId, Timestamp};
use crate::policy::{Act, Acts, order_as_text};
use crate::store::exceptions::Exceptions;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// The question.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The group that asks; a group of a site is called SITE/GROUP
    #[arg(short, long)]
    group: Option<String>,
    /// The site, where one process serves several: --group is then the name of a group there
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// The person who asks. Without --group, the local account or the directory says which group; layers for single persons lie on top
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
    /// The client's address: finds the group where none is named
    #[arg(long, value_name = "IP")]
    client: Option<IpAddr>,
    /// When, such as 2026-12-31T16:00; without an offset in the site's time zone [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// What whoever asks has used of a quota on that day, such as games=25m, video=150MB or *=1h; may be given several times
    #[arg(long, value_name = "NAME=SHARE")]
    used: Vec<String>,
    /// The method
    #[arg(long, default_value = "GET")]
    method: String,
    /// What would become of an answer of this type, such as video/mp4
    #[arg(long, value_name = "TYPE")]
    answer_type: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Print the order in which policy looks at a request, and the layers
    #[arg(long)]
    order: bool,
    /// Say what is seen in the group, or in each, and what is not; without an address
    #[arg(long, conflicts_with_all = ["url", "client", "at", "method"])]
    coverage: bool,
    /// The address, as a person would type it
    #[arg(required_unless_present_any = ["coverage", "order"])]
    url: Option<String>,
}

const BAD_USAGE: u8 = 2;

/// Runs the command. Exit code 0 with an answer, 1 when the address or the settings cannot be read, 2 for bad usage.
pub(super) fn run(config: Option<&Path>, arguments: &Arguments) -> ExitCode {
    if arguments.order {
        return answer(&order_as_text(), ExitCode::SUCCESS);
    }
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    let asked = match engine(&settings) {
        Ok(asked) => asked,
        Err(fault) => return complain(&fault.to_string()),
    };
    if arguments.coverage {
        return coverage(arguments, &settings, &asked.engine);
    }
    let read =
        person(arguments, &settings).and_then(|person| Ok((question(arguments, person.as_ref(), &settings, &asked.engine)?, person)));
    let (question, person) = match read {
        Ok(read) => read,
        Err(wrong) => {
            complain(&wrong);
            return ExitCode::from(BAD_USAGE);
        }
    };
    if let Some(said) = person.as_ref().filter(|_| !arguments.json).and_then(|person| several(person, &question, &asked.engine)) {
        say(&said);
    }
    match asked.engine.explain(&question) {
        Ok(mut explanation) => {
            explanation.identity = explanation.identity.or(person.as_ref().map(|person| person.source));
            let text = if arguments.json { as_json(&explanation) } else { as_text(&explanation, &asked.engine, &settings, &question) };
            answer(&text, ExitCode::SUCCESS)
        }
        Err(fault) => complain(&format!("{}: {fault}", question.address)),
    }
}

/// What is seen and what is not, as it is configured; what was seen at work only the running proxy knows.
fn coverage(arguments: &Arguments, settings: &Config, engine: &Engine) -> ExitCode {
    let wanted = match site(arguments, engine).and_then(|near| group(arguments, near, settings, engine)) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            complain(&wrong);
            return ExitCode::from(BAD_USAGE);
        }
    };
    let all = match wanted {
        Some(wanted) => vec![wanted],
        None => engine.policy.groups_to_tell(),
    };
    let told: Vec<Coverage> = all.into_iter().map(|id| engine.coverage(id, None)).collect();
    if arguments.json {
        return answer(&(serde_json::to_string(&told).unwrap_or_else(|_| "[]".into()) + "\n"), ExitCode::SUCCESS);
    }
    answer(&told.iter().map(Coverage::text).collect::<Vec<_>>().join("\n"), ExitCode::SUCCESS)
}

/// The person that was named, as the accounts know them, or else the directory.
fn person(arguments: &Arguments, settings: &Config) -> Result<Option<Person>, String> {
    let Some(name) = arguments.user.as_deref().filter(|_| arguments.group.is_none()) else { return Ok(None) };
    app::person(name, settings).map(Some).map_err(|wrong| format!("--user {wrong}"))
}

/// Which of several groups counts.
fn several(person: &Person, question: &Question, engine: &Engine) -> Option<String> {
    let counts = engine.policy.group_name(question.group?);
    let names = person.groups.join(", ");
    let unknown: Vec<&str> = person.groups.iter().map(|name| &**name).filter(|name| !engine.policy.rules().knows(name)).collect();
    let missing = if unknown.is_empty() { String::new() } else { format!(" There is no group {} any more.", unknown.join(", ")) };
    let several = person.groups.len() > 1 || !unknown.is_empty();
    several.then(|| format!("{} is in {names}: the strictest counts, which is {counts}.{missing}", person.name))
}

fn question(arguments: &Arguments, person: Option<&Person>, settings: &Config, engine: &Engine) -> Result<Question, String> {
    let near = site(arguments, engine)?;
    let asked = group(arguments, near, settings, engine)?;
    // The address, or the word of whoever asks, says at which site the person is.
    let by_address = arguments.client.map(|client| engine.policy.group_for(client, near).0);
    let of_person = person.map(|person| {
        let near = by_address.or(near).unwrap_or(engine.policy.rules().strictest);
        let named = person.groups.iter().filter_map(|name| engine.policy.group_near(near, name));
        engine.policy.strictest_of(named).unwrap_or_else(|| engine.policy.strictest_near(near))
    });
    let counts = asked.or(of_person);
    let zone = counts.or(by_address).or(near).map_or(&settings.site.time_zone, |group| engine.policy.zone(group));
    let at = match &arguments.at {
        Some(text) => read_moment(text, zone).ok_or_else(|| format!("--at {text}: expected a time such as 2026-12-31T16:00"))?,
        None => now(),
    };
    Ok(Question {
        group: counts,
        near,
        client: arguments.client,
        user: person
            .map(|person| Arc::clone(&person.name))
            .or_else(|| arguments.user.as_deref().map(|name| spelling(name).as_str().into())),
        address: arguments.url.clone().unwrap_or_default(),
        method: arguments.method.clone(),
        answer_type: arguments.answer_type.clone(),
        at,
        acts: Arc::new(Acts::new(acts(settings, at)?)),
        used: Arc::new(used::stated(&arguments.used, engine, (at, zone))?),
        is_search_engine: crate::record::is_search_page_host,
    })
}

/// The exceptions that stand then, as the running proxy has them.
fn acts(settings: &Config, at: Timestamp) -> Result<Vec<Act>, String> {
    Exceptions::read(&settings.log.folder).map(|known| known.acts(at)).map_err(|fault| fault.to_string())
}

/// The group of unknown clients at the site that was named.
fn site(arguments: &Arguments, engine: &Engine) -> Result<Option<GroupId>, String> {
    let Some(name) = &arguments.site else { return Ok(None) };
    let site = engine.policy.site_named(name).ok_or_else(|| format!("--site {name}: there is no such site"))?;
    Ok(Some(site.unknown))
}

/// The group that was named, at the site that was named if one was.
fn group(arguments: &Arguments, near: Option<GroupId>, settings: &Config, engine: &Engine) -> Result<Option<GroupId>, String> {
    let Some(name) = arguments.group.as_deref() else { return Ok(None) };
    let found = match near {
        Some(near) => engine.policy.group_near(near, name),
        None => engine.policy.group_named(name),
    };
    let names = || settings.policy.names_of_groups();
    found.map(Some).ok_or_else(|| format!("--group {name}: there is no such group; there are: {}", names()))
}

fn as_json(explanation: &Explanation) -> String {
    // Every field is plain data, so this cannot fail; and if it did, an empty object would say nothing untrue.
    serde_json::to_string(explanation).unwrap_or_else(|_| "{}".into()) + "\n"
}

fn as_text(explanation: &Explanation, engine: &Engine, settings: &Config, question: &Question) -> String {
    let mut text = String::new();
    let address = explanation.address.as_deref().unwrap_or("This address");
    let of_site = explanation.site.as_deref().and_then(|name| engine.policy.site_named(name));
    let zone = of_site.map_or(&settings.site.time_zone, |site| &site.zone);
    let when = question.at.civil().to_zoned(zone.clone()).strftime("%A %-d %B %Y, %H:%M %Z").to_string();
    let sees = match explanation.sight.seen_as {
        SeenAs::Address => "The whole address can be seen.",
        SeenAs::Opened => "https that is opened for this group: the whole address can be seen.",
        SeenAs::Tunnel => "https: only the host and the port can be seen.",
    };
    let mut line = |written: std::fmt::Arguments<'_>| writeln!(text, "{written}").unwrap_or_default();
    let found = explanation.identity.map_or_else(String::new, |source| format!(" (found by: {})", source.code()));
    let person = question.user.as_deref().map_or_else(String::new, |user| format!(", for {user} in it"));
    line(format_args!("{address}\nfor the group {}{found}{person}, {when}. {sees}\n", explanation.group));
    for step in &explanation.steps {
        let mark = if step.decided { ">" } else { " " };
        line(format_args!("{mark} {}. {}: {}", step.number, step.title, step.finding));
    }
    if let Some(name) = explanation.leads_to {
        let number = explanation.steps.len() + 1;
        line(format_args!("  {number}. Restricted search: the connection is led to {name}; the site's own name and certificate stay."));
    }
    line(format_args!("\n{}", sight_text(&explanation.sight)));
    if let Some(visible) = &explanation.if_visible {
        line(format_args!("If the whole address could be seen: {}", sight_text(visible)));
    }
    if let Some(answer) = &explanation.answer {
        let verdict = if answer.open { "open" } else { "not open" };
        line(format_args!("An answer of the type {}: {verdict}. {}", answer.answer_type, answer.words));
    }
    if explanation.coverage_gap {
        line(format_args!("Gap in coverage: single pages of this host are listed, and https hides which page is asked for."));
    }
    let demonstration = if explanation.demonstration { "; the statutory list is a DEMONSTRATION" } else { "" };
    line(format_args!("Lists {}, policy {}{demonstration}.", engine.list_version(), explanation.policy_version));
    text
}

fn sight_text(sight: &Sight) -> String {
    let category = sight.category_title.as_ref().map_or_else(String::new, |title| format!(" Category: {title}."));
    let category = if sight.category_kept_back { category + " Pages do not say it to this group." } else { category };
    format!("{}: {}{category} [{}; {}]", sight.verdict.code().to_uppercase(), sight.words, sight.reason, sight.layer)
}
