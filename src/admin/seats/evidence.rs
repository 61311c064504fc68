//! What a board asks of a place, on one page: five flags, four blocks, routes of escalation, and papers to take away (standards F10, F11,
//! F15). What the system can know it works out; the rest is stated by somebody who stands for it, and is out of date after a year.

use super::evidence_state::forms;
use crate::admin::accounts;
use crate::admin::call::{Call, Reply, Stop, day};
use crate::admin::evidence::{self, Point, Route, Stands, Stated, YEAR};
use crate::admin::host_works::SitePlace;
use crate::admin::page::count;
use crate::admin::paper::{Chapter, Paper, PaperRow};
use crate::admin::place::Place;
use crate::admin::roles::{Action, Role, may};
use crate::admin::sheet::{Line, Part, Sheet};
use crate::model::Timestamp;
use crate::record::EventKind;

/// Sites that are told apart; a settings file with more of them has them under one name here.
const SITES: usize = 200;

/// What is known of one thing.
struct Finding {
    id: String,
    label: String,
    site: String,
    stands: Stands,
    since: Option<Timestamp>,
    who: String,
    words: String,
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at the evidence for a board"))?;
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

/// All of it.
pub(super) fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let paper = dataset(call)?;
    let mut parts: Vec<Part> = paper.chapters.iter().map(part).collect();
    parts.insert(1, files_part(call)?);
    if may(Some(call.session()?.account.role), Action::StateEvidence) {
        parts.extend(forms(call)?);
    }
    Ok(Sheet { lead: paper.lead, parts, ..Sheet::titled(paper.title) })
}

/// A chapter as a part of a page.
pub(super) fn part(chapter: &Chapter) -> Part {
    let none = chapter.rows.is_empty();
    Part {
        heading: chapter.heading.clone(),
        lines: chapter.lines.clone(),
        head: if none { Vec::new() } else { chapter.head.iter().map(|(_, head)| head.clone()).collect() },
        rows: chapter.rows.iter().map(|row| Line { cells: row.cells.clone(), ..Line::default() }).collect(),
        ..Part::default()
    }
}

fn files_part(call: &Call<'_>) -> Result<Part, Stop> {
    let link = |what: &str, form: &str, key| (format!("{}?what={what}&form={form}", Place::EvidenceFile.path()), call.say(key).to_owned());
    let mut links = vec![
        link("dataset", "csv", "evidence.dataset_csv"),
        link("dataset", "json", "evidence.dataset_json"),
        link("standards", "html", "evidence.standards_html"),
        link("standards", "csv", "evidence.standards_csv"),
        link("review", "html", "evidence.review_html"),
        link("review", "json", "evidence.review_json"),
    ];
    if may(Some(call.session()?.account.role), Action::BoardFigures) {
        links.push(link("serious", "html", "evidence.serious_html"));
        links.push(link("serious", "csv", "evidence.serious_csv"));
        links.push((Place::Board.path().to_owned(), call.say("board.title").to_owned()));
    }
    links.push((Place::Statement.path().to_owned(), call.say("statement.title").to_owned()));
    Ok(Part {
        heading: call.say("evidence.files").to_owned(),
        lines: vec![call.say("evidence.files_words").to_owned()],
        links,
        ..Part::default()
    })
}

/// An empty paper of this name.
pub(super) fn paper(call: &Call<'_>, name: &'static str, title: &'static str, lead: &'static str) -> Paper {
    Paper {
        name,
        title: call.say(title).to_owned(),
        site: call.site_title(),
        made: call.moment(call.now.wall),
        lead: vec![call.say(lead).to_owned()],
        chapters: Vec::new(),
    }
}

/// Columns with their heads.
pub(super) fn heads<const N: usize>(call: &Call<'_>, columns: [(&'static str, &'static str); N]) -> Vec<(&'static str, String)> {
    columns.map(|(word, key)| (word, call.say(key).to_owned())).into()
}

/// Names of sites that they reach, for which something may be stated; empty where there is one alone.
pub(super) fn sites(call: &Call<'_>) -> Result<Vec<String>, Stop> {
    let reach = call.reach()?;
    let (own, others): (Vec<SitePlace>, Vec<SitePlace>) = call.desk.works.sites()?.into_iter().partition(|site| reach.covers(&site.key));
    // What is stated stands under the name of a site: one that another has too is shown to those who reach both.
    let is_own = |name: &String| !name.is_empty() && others.iter().all(|other| other.name != *name);
    let names: Vec<String> = own.into_iter().map(|site| site.name).filter(is_own).take(SITES).collect();
    Ok(if names.len() > 1 || !reach.is_all() { names } else { Vec::new() })
}

/// The five flags and the four blocks.
pub(super) fn dataset(call: &Call<'_>) -> Result<Paper, Stop> {
    let sites = sites(call)?;
    let training = stated(call, &sites, &[Point::TrainingPlan])?;
    let flags = vec![agreement(call), lead(call)?, accredited(call), plan(call)?].into_iter().chain(training).collect();
    let mut policies = vec![agreement(call), plan(call)?];
    policies.extend(stated(call, &sites, &[Point::OnlineSafety, Point::DataProtection])?);
    let mut reporting = stated(call, &sites, &[Point::KnownRoutes])?;
    let flowchart = call.desk.works.incident_settings().flowchart;
    let now = call.now.wall;
    let routes = call.desk.book.read(|book| evidence::routes(book, &flowchart, now))?;
    reporting.extend(routes.into_iter().map(|route| of_route(call, route)));
    let trained = stated(call, &sites, &[Point::TrainingPlan, Point::StaffTrained, Point::GovernorsTrained])?;
    let several = !sites.is_empty();
    let mut paper = paper(call, "dataset", "evidence.title", "evidence.lead");
    paper.chapters = vec![
        chapter(call, "flags", ("evidence.flags", "evidence.flags_words"), flags, several),
        chapter(call, "policies", ("evidence.policies", "evidence.policies_words"), policies, several),
        chapter(call, "reporting", ("evidence.reporting", "evidence.reporting_words"), reporting, several),
        chapter(call, "infrastructure", ("evidence.infrastructure", "evidence.infrastructure_words"), infrastructure(call)?, several),
        chapter(call, "training", ("evidence.training", "evidence.training_words"), trained, several),
    ];
    Ok(paper)
}

fn chapter(
    call: &Call<'_>,
    name: &'static str,
    (heading, words): (&'static str, &'static str),
    findings: Vec<Finding>,
    several: bool,
) -> Chapter {
    let mut head = heads(
        call,
        [
            ("item", "evidence.item"),
            ("state", "evidence.state"),
            ("since", "evidence.since"),
            ("by", "evidence.by"),
            ("words", "evidence.words"),
        ],
    );
    if several {
        head.insert(1, ("site", call.say("evidence.site").to_owned()));
    }
    let row = |one: Finding| {
        let mut cells = vec![one.label, stands_words(call, one.stands).to_owned(), day(one.since), one.who, one.words];
        if several {
            cells.insert(1, if one.site.is_empty() { call.say("evidence.all_sites").to_owned() } else { one.site });
        }
        PaperRow { id: one.id, code: one.stands.word(), cells }
    };
    let rows = findings.into_iter().map(row).collect();
    Chapter { name, heading: call.say(heading).to_owned(), lines: vec![call.say(words).to_owned()], head, rows }
}

fn stands_words(call: &Call<'_>, stands: Stands) -> &'static str {
    call.say(match stands {
        Stands::Yes => "evidence.yes",
        Stands::No => "evidence.no",
        Stands::Old => "evidence.old",
        Stands::NotSaid => "evidence.not_said",
    })
}

/// What is stated, in words.
pub(super) const fn point_key(point: Point) -> &'static str {
    match point {
        Point::OnlineSafety => "evidence.online_safety",
        Point::DataProtection => "evidence.data_protection",
        Point::KnownRoutes => "evidence.known_routes",
        Point::TrainingPlan => "evidence.training_plan",
        Point::StaffTrained => "evidence.staff_trained",
        Point::GovernorsTrained => "evidence.governors_trained",
    }
}

fn stated(call: &Call<'_>, sites: &[String], points: &[Point]) -> Result<Vec<Finding>, Stop> {
    let every = [String::new()];
    let sites = if sites.is_empty() { &every } else { sites };
    let one = |point: &Point, site: &String, said: Option<Stated>| {
        let said = said.as_ref();
        Finding {
            id: point.word().to_owned(),
            label: call.say(point_key(*point)).to_owned(),
            site: site.clone(),
            stands: said.map_or(Stands::NotSaid, |said| said.stands(call.now.wall, YEAR)),
            since: said.map(|said| said.at),
            who: said.map_or_else(String::new, |said| said.person.clone()),
            words: said.map_or_else(String::new, |said| said.words.clone()),
        }
    };
    let found = call.desk.book.read(|book| {
        let of = points.iter().flat_map(|point| sites.iter().map(move |site| (point, site)));
        of.map(|(point, site)| Ok(one(point, site, evidence::latest(book, point.word(), site)?))).collect()
    })?;
    Ok(found)
}

/// Something that the program works out by itself.
fn computed(
    call: &Call<'_>,
    id: &'static str,
    label: &'static str,
    (stands, since): (Stands, Option<Timestamp>),
    words: String,
) -> Finding {
    let who = call.say("evidence.computed").to_owned();
    Finding { id: id.to_owned(), label: call.say(label).to_owned(), site: String::new(), stands, since, who, words }
}

/// What is worked out of the sites that they reach, and not of all.
fn of_theirs(call: &Call<'_>, finding: Finding) -> Finding {
    let all = call.reach().is_ok_and(crate::admin::reach::Reach::is_all);
    if all { finding } else { Finding { site: call.site_title(), ..finding } }
}

fn agreement(call: &Call<'_>) -> Finding {
    let mut all = call.desk.works.agreements();
    all.retain(|one| call.sees_group(&one.name));
    let needed: Vec<_> = all.iter().filter(|one| one.needed).collect();
    let accepted = needed.iter().filter(|one| one.accepted > 0).count();
    let stands = if !needed.is_empty() && accepted == needed.len() { Stands::Yes } else { Stands::No };
    let words = match needed.len() {
        0 => call.say("evidence.nobody_accepts").to_owned(),
        all => call.say_with("evidence.accepted", &accepted.to_string()).replacen("{}", &all.to_string(), 1),
    };
    of_theirs(call, computed(call, "acceptable-use", "evidence.agreement", (stands, None), words))
}

fn lead(call: &Call<'_>) -> Result<Finding, Stop> {
    let people = call.desk.book.read(accounts::all)?;
    let is_lead = |one: &&accounts::Account| one.role == Role::SafeguardingLead && one.enrolled && one.closed(call.now.wall).is_none();
    let reach = call.reach()?;
    let leads = people.iter().filter(is_lead).filter(|one| reach.meets(&one.reach)).count();
    let stands = if leads > 0 { Stands::Yes } else { Stands::No };
    let words = call.say_with("evidence.leads", &leads.to_string());
    Ok(of_theirs(call, computed(call, "safeguarding-lead", "evidence.safeguarding_lead", (stands, None), words)))
}

fn accredited(call: &Call<'_>) -> Finding {
    let (standing, _) = call.desk.works.suites();
    let (stands, words) = match standing.passing {
        Some(true) => (Stands::Yes, "evidence.passing"),
        Some(false) => (Stands::No, "evidence.not_passing"),
        None => (Stands::NotSaid, "evidence.not_run"),
    };
    computed(call, "accredited", "evidence.accredited", (stands, standing.run.map(|ran| ran.at)), call.say(words).to_owned())
}

fn plan(call: &Call<'_>) -> Result<Finding, Stop> {
    let taken = call.desk.book.read(evidence::plan_was_taken)?;
    let stands = match taken {
        Some(at) if call.now.wall.0 - at.0 > YEAR => Stands::Old,
        Some(_) => Stands::Yes,
        None => Stands::No,
    };
    Ok(computed(call, "filtering-plan", "evidence.plan", (stands, taken), call.say("evidence.plan_words").to_owned()))
}

fn of_route(call: &Call<'_>, route: Route) -> Finding {
    let key = match (route.contact.reach.is_empty(), route.stands) {
        (true, _) => "evidence.no_reach",
        (false, Stands::Yes) => "evidence.tried",
        (false, Stands::No) => "evidence.no_answer",
        (false, Stands::Old | Stands::NotSaid) => "evidence.to_try",
    };
    // Routes are the same for every site, and who tried one may be of another.
    let all = call.reach().is_ok_and(crate::admin::reach::Reach::is_all);
    let who = match (route.by.is_empty(), route.tried) {
        (false, _) if !all => String::new(),
        (false, _) => route.by,
        (true, Some(_)) => call.say("evidence.by_settings").to_owned(),
        (true, None) => String::new(),
    };
    Finding {
        id: evidence::of_contact(&route.contact.id),
        label: route.contact.name,
        site: String::new(),
        stands: route.stands,
        since: route.tried,
        who,
        words: call.say(key).to_owned(),
    }
}

fn infrastructure(call: &Call<'_>) -> Result<Vec<Finding>, Stop> {
    let works = &call.desk.works;
    let lists = works.status().lists;
    let real: Vec<_> = lists.iter().filter(|list| list.statutory && !list.demonstration).collect();
    let entries: u64 = real.iter().map(|list| list.entries).sum();
    let newest = real.iter().filter_map(|list| list.as_of).min();
    let illegal = if real.is_empty() { Stands::No } else { Stands::Yes };
    let illegal_words = call.say_with("evidence.lists_words", &real.len().to_string()).replacen("{}", &count(entries), 1);
    let told = works.tunnels(call.reach()?);
    let tunnels = told.unwrap_or_default();
    let seen = if tunnels.sealed + tunnels.opened == 0 { Stands::NotSaid } else { Stands::Yes };
    let words = || call.say_with("evidence.encrypted_words", &count(tunnels.opened)).replacen("{}", &count(tunnels.sealed), 1);
    let seen_words = if told.is_some() { words() } else { call.say("figures.beside_alike").to_owned() };
    let floor = works.keeping().kept.iter().find(|kept| kept.class == "web_log").map(|kept| kept.keep.as_secs() / 86_400);
    let log = if floor.is_some() { Stands::Yes } else { Stands::NotSaid };
    let log_words = call.say_with("evidence.log_words", &floor.unwrap_or_default().to_string());
    let since = Some(tunnels.since).filter(|at| at.0 > 0);
    let encrypted = computed(call, "encrypted-connections", "evidence.encrypted", (seen, since), seen_words);
    Ok(vec![
        accredited(call),
        computed(call, "illegal-material", "evidence.illegal", (illegal, newest), illegal_words),
        of_theirs(call, encrypted),
        computed(call, "evidence-log", "evidence.log", (log, None), log_words),
    ])
}
