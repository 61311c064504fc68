//! Papers of a year: the register of standards, the register of serious incidents, and the review that a place makes of itself (standards
//! F16, F17, F22). Nobody's name is in the last two, and no number from which somebody could be guessed.

use super::evidence::{heads, paper};
use super::incident_words::{kind_key, origin_key, outcome_key};
use crate::accredit::{Ran, Told};
use crate::admin::accounts::Account;
use crate::admin::board::{Counted, Figure, LEAST, Table, suppressed};
use crate::admin::call::{Call, Stop, day};
use crate::admin::evidence::{self, Stands, YEAR};
use crate::admin::incident_rows as rows;
use crate::admin::incidents::{Incident, Said};
use crate::admin::page::count;
use crate::admin::paper::{Chapter, Paper, PaperRow};
use crate::admin::policy_drafts::{self as drafts, Version};
use crate::admin::queue_rows;
use crate::admin::review_works::ReviewOf;
use crate::admin::reviews::{self, Standing};
use crate::admin::roles::{Action, may};
use crate::model::{IncidentKind, Severity, Timestamp};
use std::collections::BTreeMap;

/// Mistakes are looked for in so many days.
const MISTAKE_DAYS: i64 = 31;
/// Reviews of a year that a paper names.
const REVIEWS: u32 = 500;
/// Open incidents that are counted.
const OPEN: usize = 1000;

fn row(id: impl Into<String>, cells: Vec<String>) -> PaperRow {
    PaperRow { id: id.into(), code: "", cells }
}

/// What the installation holds, criterion by criterion, with where the evidence stands.
pub(super) fn standards(call: &Call<'_>) -> Paper {
    let (standing, _) = call.desk.works.suites();
    let mut paper = paper(call, "standards", "evidence.standards", "evidence.standards_lead");
    let head = [
        ("standard", "evidence.standard"),
        ("criterion", "evidence.criterion"),
        ("asks", "evidence.asks"),
        ("state", "evidence.state"),
        ("evidence", "evidence.link"),
    ];
    let told = |one: &Told| {
        let link = "/accreditation.json".to_owned();
        row(&*one.id, vec![one.standard.to_string(), one.id.to_string(), one.asks.to_string(), one.light.words().to_owned(), link])
    };
    let lines = match &standing.run {
        Some(ran) => vec![call.say_with("evidence.standards_ran", &call.moment(ran.at))],
        None => vec![call.say("evidence.not_run").to_owned()],
    };
    let rows = standing.criteria.iter().map(told).collect();
    paper.chapters =
        vec![Chapter { name: "standards", heading: call.say("evidence.standards").to_owned(), lines, head: heads(call, head), rows }];
    paper
}

/// The four quarters that are over: a span that moves with the day would show by comparison what is hidden.
fn quarters(call: &Call<'_>) -> (Timestamp, Timestamp) {
    let today = call.now.wall.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
    let first = today.first_of_month().saturating_sub(jiff::Span::new().months((today.month() - 1) % 3));
    let start = |day: jiff::civil::Date| {
        day.to_zoned(jiff::tz::TimeZone::UTC).map_or(call.now.wall, |at| Timestamp(at.timestamp().as_microsecond()))
    };
    (start(first.saturating_sub(jiff::Span::new().months(12))), start(first))
}

fn figure(call: &Call<'_>, figure: Figure) -> String {
    match figure {
        Figure::Shown(number) => count(number),
        Figure::Few => call.say("board.few").to_owned(),
        Figure::Hidden => call.say("board.hidden").to_owned(),
    }
}

/// How it ended, as a word.
fn outcome(incident: &Incident) -> &str {
    let closed = incident.latest(Said::Closed);
    if closed.is_empty() { "open" } else { closed.split(' ').next().unwrap_or("not-known") }
}

fn counted(incidents: &[Incident]) -> Vec<Counted> {
    let by = |word: &dyn Fn(&Incident) -> String| {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        incidents.iter().for_each(|one| *counts.entry(word(one)).or_default() += 1);
        counts.into_iter().collect::<Vec<_>>()
    };
    vec![
        ("kind", by(&|one| one.kind().map_or("not-said", IncidentKind::word).to_owned())),
        ("quarter", by(&|one| quarter(one.opened))),
        ("origin", by(&|one| one.origin.clone())),
        ("outcome", by(&|one| outcome(one).to_owned())),
    ]
}

fn quarter(at: Timestamp) -> String {
    let day = at.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("{}-Q{}", day.year(), (day.month() + 2) / 3)
}

/// Whoever reads incidents learns of none that is sealed from them by a figure.
fn is_hidden(account: &Account, incident: &Incident) -> bool {
    may(Some(account.role), Action::ReadIncidents) && incident.is_sealed_from(&account.name)
}

/// The register of serious incidents: what a board's standing agenda takes.
pub(super) fn serious(call: &Call<'_>) -> Result<Paper, Stop> {
    let (from, to) = quarters(call);
    let mut incidents = call.desk.book.read(|book| rows::opened_between(book, from, to))?;
    let account = &call.session()?.account;
    incidents.retain(|one| one.severity() == Severity::GRAVE && call.sees_group(&one.scope.group) && !is_hidden(account, one));
    let figures = suppressed(counted(&incidents));
    let mut paper = paper(call, "serious", "evidence.serious", "evidence.serious_lead");
    let total = figures.total.map_or_else(|| call.say("board.no_total").to_owned(), count);
    let last = Timestamp(to.0 - 1);
    paper.lead.push(call.say_with("evidence.serious_span", &day(Some(from))).replacen("{}", &day(Some(last)), 1));
    paper.lead.push(call.say_with("evidence.serious_total", &total));
    paper.lead.push(call.say("board.rule").to_owned());
    paper.chapters = figures.tables.iter().map(|table| table_chapter(call, table)).collect();
    Ok(paper)
}

fn table_chapter(call: &Call<'_>, table: &Table) -> Chapter {
    let (heading, words): (&'static str, fn(&str) -> Option<&'static str>) = match table.by {
        "kind" => ("said.kind", |word| Some(IncidentKind::of_word(word).map_or("incidents.not_said", kind_key))),
        "origin" => ("board.origin", |word| Some(origin_key(word))),
        "outcome" => ("incident.outcome", |word| Some(if word == "open" { "incidents.open" } else { outcome_key(word) })),
        _ => ("evidence.quarter", |_| None),
    };
    let name = |word: &str| words(word).map_or_else(|| word.to_owned(), |key| call.say(key).to_owned());
    let rows = table.rows.iter().map(|(word, one)| row(word.as_str(), vec![name(word), figure(call, *one)])).collect();
    let head = vec![("name", call.say(heading).to_owned()), ("incidents", call.say("board.count").to_owned())];
    Chapter { name: table.by, heading: call.say(heading).to_owned(), lines: Vec::new(), head, rows }
}

/// The review that a place makes of itself once a year: how the policy changed and why, what tests found, what was blocked by mistake,
/// which reviews were held, and what is still to be done.
pub(super) fn review(call: &Call<'_>) -> Result<Paper, Stop> {
    let since = Timestamp(call.now.wall.0 - YEAR);
    let mut paper = paper(call, "review", "evidence.review", "evidence.review_lead");
    paper.chapters = vec![tests(call), mistakes(call, since)?, open(call)?];
    paper.chapters.insert(2, held(call, since)?);
    // Changes of policy are those of all sites together.
    if call.reach()?.is_all() {
        paper.chapters.insert(0, changes(call, since)?);
    }
    Ok(paper)
}

fn changes(call: &Call<'_>, since: Timestamp) -> Result<Chapter, Stop> {
    let versions = call.desk.book.read(|book| drafts::versions(book, None))?;
    let of_year: Vec<&Version> = versions.iter().filter(|version| version.at >= since).collect();
    let head = heads(
        call,
        [
            ("when", "policy.when"),
            ("by", "policy.by"),
            ("approved_by", "policy.approved_by"),
            ("because", "policy.because"),
            ("version", "policy.digest"),
        ],
    );
    let told = |version: &&Version| {
        let by = if version.by_name.is_empty() { call.say("policy.found").to_owned() } else { version.by_name.clone() };
        let cells = vec![call.moment(version.at), by, version.approved_by.clone(), version.because.clone(), version.digest.clone()];
        row(version.id.to_string(), cells)
    };
    let words = if of_year.is_empty() { "evidence.no_changes" } else { "evidence.changes_words" };
    let rows = of_year.iter().map(told).collect();
    Ok(Chapter { name: "changes", heading: call.say("evidence.changes").to_owned(), lines: vec![call.say(words).to_owned()], head, rows })
}

fn tests(call: &Call<'_>) -> Chapter {
    let (standing, _) = call.desk.works.suites();
    let ran = |id: &'static str, key, ran: &Option<Ran>| {
        let result = match ran {
            Some(one) if one.passing => "suites.held",
            Some(_) => "suites.not_held",
            None => "suites.never",
        };
        let at = ran.as_ref().map_or_else(String::new, |one| call.moment(one.at));
        row(id, vec![call.say(key).to_owned(), call.say(result).to_owned(), at])
    };
    let mut rows = vec![ran("suites", "suites.last", &standing.run), ran("canary", "evidence.canary", &standing.canary)];
    if let Some(counts) = &standing.counts {
        let met = (counts.met + counts.built_in).to_string();
        rows.push(row("met", vec![call.say("evidence.met").to_owned(), met, String::new()]));
        rows.push(row("not-met", vec![call.say("evidence.not_met").to_owned(), counts.not_met.to_string(), String::new()]));
    }
    let head = heads(call, [("test", "evidence.test"), ("result", "evidence.result"), ("when", "policy.when")]);
    Chapter { name: "tests", heading: call.say("evidence.tests").to_owned(), lines: standing.not_passing, head, rows }
}

fn mistakes(call: &Call<'_>, since: Timestamp) -> Result<Chapter, Stop> {
    let groups = call.reach_of_groups()?;
    let asked = call.desk.book.read(|book| queue_rows::of_year(book, since, groups.as_deref()))?;
    let names = [("opened", "evidence.opened"), ("kept-closed", "evidence.kept_closed"), ("waits", "evidence.waits")];
    let counted = names.iter().zip(asked).map(|((id, _), number)| ((*id).to_owned(), number)).collect();
    let shown = suppressed(vec![("state", counted)]);
    let all = shown.total.map_or_else(|| call.say("board.hidden").to_owned(), count);
    let mut rows = vec![row("asked", vec![call.say("evidence.asked").to_owned(), all])];
    let of_state = shown.tables.iter().flat_map(|table| &table.rows).zip(names);
    rows.extend(of_state.map(|((id, number), (_, key))| row(id.as_str(), vec![call.say(key).to_owned(), figure(call, *number)])));
    let mut lines = vec![call.say("evidence.mistakes_words").to_owned()];
    match call.desk.works.noise(call.reach()?, MISTAKE_DAYS) {
        Ok(noise) => {
            let of_group = |one: &crate::admin::GroupFigure| {
                let budget = one.budget.map_or_else(String::new, |budget| format!(" / {budget} %"));
                row(one.group.as_str(), vec![call.say_with("evidence.share_of", &one.group), format!("{:.2} %{budget}", one.per_cent)])
            };
            rows.extend(noise.groups.iter().map(of_group));
        }
        Err(fault) => lines.push(fault.to_string()),
    }
    let head = heads(call, [("figure", "evidence.figure"), ("value", "evidence.value")]);
    Ok(Chapter { name: "mistakes", heading: call.say("evidence.mistakes").to_owned(), lines, head, rows })
}

fn held(call: &Call<'_>, since: Timestamp) -> Result<Chapter, Stop> {
    let reach = call.reach()?;
    let history = call.desk.book.read(|book| reviews::history(book, REVIEWS, reach))?;
    let of_year = history.iter().filter(|held| held.at >= since);
    let told = |held: &reviews::Held| {
        row(held.id.to_string(), vec![super::reviews::title(call, held.what).to_owned(), call.moment(held.at), held.items.to_string()])
    };
    let head = heads(call, [("review", "review.what"), ("when", "policy.when"), ("items", "review.items")]);
    Ok(Chapter {
        name: "reviews",
        heading: call.say("evidence.reviews_held").to_owned(),
        lines: Vec::new(),
        head,
        rows: of_year.map(told).collect(),
    })
}

/// What is still to be done.
fn open(call: &Call<'_>) -> Result<Chapter, Stop> {
    let (works, now) = (&call.desk.works, call.now.wall);
    let flowchart = works.incident_settings().flowchart;
    let groups = call.reach_of_groups()?;
    let (reach, account) = (call.reach()?, &call.session()?.account);
    let role = Some(account.role);
    let (due, routes, incidents, waits) = call.desk.book.change(|book| -> Result<_, Stop> {
        let states = ReviewOf::ALL.into_iter().map(|what| reviews::state(book, (what, reach), works.review_every(what), now));
        let due: Vec<_> = states.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|one| one.standing != Standing::Held).collect();
        let routes = evidence::routes(book, &flowchart, now)?;
        let seen = |one: &&Incident| call.sees_group(&one.scope.group) && !is_hidden(account, one);
        let incidents = rows::not_closed(book, 0, OPEN)?.iter().filter(seen).count() as u64;
        Ok((due, routes, incidents, queue_rows::of_year(book, Timestamp(0), groups.as_deref())?[2]))
    })?;
    let few = |number: u64| if (1..LEAST).contains(&number) { Figure::Few } else { Figure::Shown(number) };
    let mut rows = vec![row("queue", vec![call.say("evidence.waits").to_owned(), figure(call, few(waits))])];
    // Incidents are not for administrators, not even as a figure.
    if may(role, Action::BoardFigures) {
        rows.insert(0, row("incidents", vec![call.say("evidence.open_incidents").to_owned(), figure(call, few(incidents))]));
    }
    rows.extend(due.iter().map(|one| {
        let words = if one.standing == Standing::Due { "review.due" } else { "review.overdue" };
        row(one.what.word(), vec![super::reviews::title(call, one.what).to_owned(), call.say(words).to_owned()])
    }));
    let late = routes.into_iter().filter(|route| route.stands != Stands::Yes);
    rows.extend(
        late.map(|route| row(evidence::of_contact(&route.contact.id), vec![route.contact.name, call.say("evidence.to_try").to_owned()])),
    );
    let head = heads(call, [("action", "evidence.action"), ("state", "evidence.state")]);
    Ok(Chapter { name: "open", heading: call.say("evidence.open").to_owned(), lines: Vec::new(), head, rows })
}
