//! What needs whoever looks, first on their front page: in plain words, with the place where it is mended.

use super::alerts;
use crate::admin::call::{Call, Stop};
use crate::admin::incident_rows;
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::policy_drafts::{self, State};
use crate::admin::readiness::Readiness;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Line, Part};

/// More than these are "many".
const MOST: usize = 1000;

/// The part.
pub(super) fn part(call: &Call<'_>) -> Result<Part, Stop> {
    let role = Some(call.session()?.account.role);
    let mut rows = Vec::new();
    let all = call.reach()?.is_all();
    if all && may(role, Action::SeeLists) {
        rows.extend(health(call));
    }
    let answers = super::queue::waiting(call)?;
    rows.extend(answers.into_iter().map(|(place, name, words)| to(call, (place, name), words)));
    if may(role, Action::AnswerOpinions) {
        let unread = usize::try_from(super::opinions::waiting(call)?).unwrap_or(usize::MAX);
        rows.extend((unread > 0).then(|| line(call, (Place::Opinions, "place.opinions"), "attention.opinions", unread)));
    }
    if may(role, Action::SeeAlerts) {
        let waiting = alerts::waiting(call)?;
        rows.extend((waiting > 0).then(|| line(call, (Place::Alerts, "place.alerts"), "attention.alerts", waiting)));
    }
    if all && may(role, Action::SeeDuties) {
        rows.extend(super::duties::attention(call)?.into_iter().map(|words| to(call, (Place::Duties, "place.duties"), words)));
    }
    if may(role, Action::ReadIncidents) {
        let name = &call.session()?.account.name;
        let open = call.desk.book.read(|book| incident_rows::not_closed(book, 0, MOST))?;
        let open = open.iter().filter(|incident| !incident.is_sealed_from(name) && call.sees_group(&incident.scope.group)).count();
        rows.extend((open > 0).then(|| line(call, (Place::Incidents, "place.incidents"), "attention.incidents", open)));
    }
    if may(role, Action::ApprovePolicy) {
        let sites = call.reach()?.kept();
        let drafts = call.desk.book.read(|book| policy_drafts::all(book, true, sites.as_deref()))?;
        let me = call.session()?.account.id;
        let open = drafts.iter().filter(|draft| draft.state == State::Proposed && draft.by != me).count();
        rows.extend((open > 0).then(|| line(call, (Place::Policy, "place.policy"), "attention.drafts", open)));
    }
    let heading = call.say("attention.heading").to_owned();
    if rows.is_empty() {
        return Ok(Part { heading, lines: vec![call.say("attention.nothing").to_owned()], ..Part::default() });
    }
    Ok(Part { heading, head: ["attention.where", "attention.what"].map(|key| call.say(key).to_owned()).into(), rows, ..Part::default() })
}

fn line(call: &Call<'_>, (place, name): (Place, &'static str), key: &'static str, many: usize) -> Line {
    to(call, (place, name), call.say_with(key, &count(u64::try_from(many).unwrap_or(u64::MAX))))
}

fn to(call: &Call<'_>, (place, name): (Place, &'static str), words: String) -> Line {
    Line { href: place.path().to_owned(), cells: vec![call.say(name).to_owned(), words] }
}

/// What stands in the way of the filter, and what will.
fn health(call: &Call<'_>) -> Vec<Line> {
    let status = call.desk.works.status();
    let readiness = Readiness::of(&status);
    let one = |href: &str, key: &'static str, words: String| Line { href: href.to_owned(), cells: vec![call.say(key).to_owned(), words] };
    let failed = readiness.checks.iter().filter(|check| !check.passed).map(|check| one("/", "attention.filter", check.words.clone()));
    let warned = readiness.warnings.iter().map(|warning| one("/", "attention.filter", warning.clone()));
    let lists = status.lists.iter().filter_map(|list| {
        let alarm = list.alarm.as_ref()?;
        Some(one(Place::Sources.path(), "place.sources", format!("{}: {alarm}", list.name)))
    });
    failed.chain(warned).chain(lists).collect()
}
