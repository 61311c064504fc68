//! From a question to its answer: the functions behind the pages, and what they give as JSON. Must never show a person's name out of the
//! log or of an exception, not even one that was revealed to the token's owner: that is for people.

use super::problem::Problem;
use super::routes::Route;
use crate::accredit::defanged;
use crate::admin::accounts;
use crate::admin::asking::{ADDRESS_FIELDS, Shown, is_pseudonym};
use crate::admin::audit::Act;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::decision_works::{Decided, DecisionFor};
use crate::admin::policy_works::{CategorySight, GroupSight};
use crate::admin::queue_rows::Merged;
use crate::admin::readiness::Readiness;
use crate::admin::seats::{self, exceptions, log_found, log_parts, log_record, try_out as seat_try};
use crate::admin::status::StatusSource;
use crate::admin::works::Happened;
use crate::model::Timestamp;
use crate::policy;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

/// A question that was let in.
pub(in crate::admin) struct Asked<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) source: &'a dyn StatusSource,
    pub(super) route: &'a Route,
}

type Answer = Result<Value, Problem>;

fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn moment(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// Does what a page does with the same fields; where it goes to then. What the page finds wrong is a problem.
fn as_on_the_page(asked: &Asked<'_>) -> Result<String, Problem> {
    match seats::sit(asked.call)? {
        Reply::Go(path, _) => Ok(path.into_owned()),
        Reply::Faulty(sheet, status) => Err(Problem::of_sheet(&sheet, status, asked.route.takes)),
        Reply::Stop(stop) => Err(stop.into()),
        Reply::Page(_) | Reply::PageWithCookie(..) | Reply::File(_) => {
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "This route belongs to no form."))
        }
    }
}

pub(super) fn status(asked: &Asked<'_>) -> Answer {
    let status = asked.source.status();
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "site": status.site,
        "node": status.node,
        "now": status.now.to_string(),
        "started": status.started.to_string(),
        "generation": status.generation,
        "policy": status.policy_version,
        "lists": status.list_version,
        "accredited": status.accredited,
        "demonstration": status.demonstration,
        "lab": status.lab,
        "draining": status.draining,
    }))
}

pub(super) fn readiness(asked: &Asked<'_>) -> Answer {
    Ok(plain(&Readiness::of(&asked.source.status())))
}

pub(super) fn coverage(asked: &Asked<'_>) -> Answer {
    let (call, reach) = (asked.call, asked.call.reach()?);
    let groups =
        if reach.is_all() { asked.source.coverage() } else { call.desk.works.seen_in_groups(reach, &|group| call.sees_group(group)) };
    Ok(json!({"groups": plain(&groups)}))
}

pub(super) fn accreditation(asked: &Asked<'_>) -> Answer {
    Ok(plain(&asked.source.accreditation()))
}

pub(super) fn lists(asked: &Asked<'_>) -> Answer {
    Ok(json!({"sources": plain(&asked.source.sources())}))
}

pub(super) fn try_out(asked: &Asked<'_>) -> Answer {
    let call = asked.call;
    let verdict = match seat_try::tried(call, &call.form.text("address"))? {
        seat_try::Tried::Would(verdict) => verdict.map_err(|fault| Problem::of("address", fault.to_string()))?,
        seat_try::Tried::NotAsked("try.paused") => return Err(Problem::too_many()),
        seat_try::Tried::NotAsked(key) => return Err(Problem::of("address", call.say(key))),
    };
    if verdict.statutory {
        // No link, no reason, as on the page.
        let words = call.say("try.withheld");
        return Ok(json!({"address": "", "open": false, "verdict": "", "words": words, "layer": "", "group": verdict.group}));
    }
    Ok(json!({
        "address": verdict.address,
        "open": verdict.open,
        "verdict": verdict.verdict,
        "words": verdict.words,
        "layer": verdict.layer,
        "group": verdict.group,
    }))
}

pub(super) fn emergency(asked: &Asked<'_>) -> Answer {
    let closed = asked.call.desk.works.closed().map_err(Stop::from)?;
    let one = |one: &crate::admin::works::Closed| {
        json!({
            "id": one.id,
            "address": one.address,
            "category": one.category,
            "by": one.by,
            "because": one.because,
            "until": one.until.to_string(),
        })
    };
    Ok(json!({"closed": closed.iter().map(one).collect::<Vec<_>>()}))
}

pub(super) fn close(asked: &Asked<'_>) -> Answer {
    as_on_the_page(asked)?;
    emergency(asked)
}

pub(super) fn open_again(asked: &Asked<'_>) -> Answer {
    close(asked)
}

pub(super) fn exceptions(asked: &Asked<'_>) -> Answer {
    let known = exceptions::decisions(asked.call)?;
    let one = |one: &Decided| {
        let (whom, of) = match &one.whom {
            DecisionFor::Everybody => ("everybody", ""),
            DecisionFor::Person(_) => ("person", ""),
            DecisionFor::Group(name) => ("group", name.as_str()),
            DecisionFor::Room(range) => ("room", range.as_str()),
        };
        json!({
            "id": one.id,
            "what": one.what,
            "for": whom,
            "of": of,
            "by": one.by,
            "because": one.because,
            "until": one.until.to_string(),
            "used": one.used.map(|(used, _)| used),
            "uses": one.used.map(|(_, uses)| uses),
        })
    };
    let all = |all: &[Decided]| all.iter().map(one).collect::<Vec<_>>();
    Ok(json!({"standing": all(&known.standing), "codes": all(&known.codes), "damage": known.damage}))
}

pub(super) fn stop(asked: &Asked<'_>) -> Answer {
    as_on_the_page(asked)?;
    Ok(json!({"done": true}))
}

pub(super) fn queue(asked: &Asked<'_>) -> Answer {
    let (open, closed) = seats::queue::all(asked.call)?;
    let one = |line: &Merged| {
        json!({
            "id": line.id,
            "host": defanged(&line.host),
            "group": line.group,
            "people": line.people,
            "times": line.times,
            "asked": line.asked.to_string(),
            "answered": moment(line.answered),
        })
    };
    let all = |all: &[Merged]| all.iter().map(one).collect::<Vec<_>>();
    Ok(json!({"open": all(&open), "closed": all(&closed)}))
}

pub(super) fn policy(asked: &Asked<'_>) -> Answer {
    let sight = seats::policy_sight(asked.call)?;
    let action = |action: policy::Action| match action {
        policy::Action::Allow => "allow",
        policy::Action::Warn => "warn",
        policy::Action::Block => "block",
    };
    let group = |one: &GroupSight| json!({"name": one.name, "title": one.title, "preset": one.preset, "open": one.open});
    let category = |one: &CategorySight| {
        let words = sight.groups.iter().zip(&one.words);
        let words =
            words.map(|(group, word)| json!({"group": group.name, "action": word.action.map(action), "by": word.by, "hours": word.hours}));
        json!({
            "name": one.name,
            "title": one.title,
            "locked": one.locked,
            "entries": one.entries,
            "words": words.collect::<Vec<_>>(),
        })
    };
    Ok(json!({
        "version": sight.version,
        "approve": sight.approve,
        "groups": sight.groups.iter().map(group).collect::<Vec<_>>(),
        "categories": sight.categories.iter().map(category).collect::<Vec<_>>(),
    }))
}

pub(super) fn question(asked: &Asked<'_>) -> Answer {
    let person = asked.call.form.text("person");
    if !person.is_empty() && is_pseudonym(&person).is_none() {
        return Err(Problem::of("person", "A pseudonym is expected; a name is not taken here."));
    }
    let path = as_on_the_page(asked)?;
    let ask: i64 = path.rsplit('=').next().and_then(|number| number.parse().ok()).unwrap_or_default();
    Ok(json!({"ask": ask}))
}

pub(super) fn count(asked: &Asked<'_>) -> Answer {
    let counted = log_found::counted(asked.call, &log_parts::asked(asked.call)?)?;
    Ok(json!({"total": counted.total, "given_up": counted.given_up}))
}

pub(super) fn request(shown: &Shown) -> Value {
    let seen = &shown.seen;
    json!({
        "sequence": seen.sequence,
        "time": seen.at.to_string(),
        "reference": seen.reference,
        "person": shown.person,
        "identity": seen.identity.code(),
        "identity_age_s": seen.identity_age_s,
        "client": seen.client,
        "device": seen.device,
        "group": seen.group,
        "method": seen.method,
        "address": log_parts::address(shown),
        "categories": seen.categories,
        "verdict": seen.verdict.code(),
        "reason": seen.reason,
        "status": seen.status,
    })
}

pub(super) fn rows(asked: &Asked<'_>) -> Answer {
    let found = log_found::rows(asked.call, &log_parts::asked(asked.call)?)?;
    let rows: Vec<_> = found.rows.iter().map(request).collect();
    Ok(json!({"rows": rows, "next": found.next, "given_up": found.given_up, "damage": found.damage}))
}

pub(super) fn record(asked: &Asked<'_>) -> Answer {
    let (shown, _) = log_record::record(asked.call, &log_parts::asked(asked.call)?)?;
    let is_kept_back = |name: &str| shown.seen.defanged && ADDRESS_FIELDS.contains(&name);
    let fields = shown.seen.fields.iter().filter(|(name, _)| !is_kept_back(name));
    let fields: Vec<_> = fields.map(|(name, value)| json!({"name": name, "value": value})).collect();
    Ok(json!({"request": request(&shown), "fields": fields}))
}

pub(super) fn audit(asked: &Asked<'_>) -> Answer {
    let found = seats::audit::acts(asked.call)?;
    let one = |event: &Happened| {
        // What cannot be read as a deed is given as it stands.
        let act = Act::read(&event.text).unwrap_or_else(|| Act { did: event.text.clone(), ..Act::default() });
        json!({
            "sequence": event.sequence,
            "time": event.time,
            "kind": plain(&event.kind),
            "peer": event.peer,
            "who": act.who,
            "role": act.role,
            "action": act.action,
            "did": act.did,
            "purpose": act.purpose,
            "query": act.query,
        })
    };
    Ok(json!({"acts": found.events.iter().map(one).collect::<Vec<_>>(), "next": found.next, "damage": found.damage}))
}

pub(super) fn accounts(asked: &Asked<'_>) -> Answer {
    let call = asked.call;
    let reach = call.reach()?;
    let all = call.desk.book.read(|book| accounts::inside(book, reach))?;
    let one = |account: &accounts::Account| {
        json!({
            "id": account.id.0,
            "name": account.name,
            "shown": account.shown,
            "role": account.role.word(),
            "closed": account.closed(call.now.wall),
            "enrolled": account.enrolled,
            "until": moment(account.until),
            "vetted_until": moment(account.vetted_until),
            "made": account.made.to_string(),
            "made_by": account.made_by,
        })
    };
    Ok(json!({"accounts": all.iter().map(one).collect::<Vec<_>>()}))
}
