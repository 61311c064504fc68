//! What is kept of people here, for how long, who may see it, where it is and what is left out: from the settings in force (standards W5).
//! For everybody who signs in; to print and to publish.

use super::evidence::{heads, paper, part};
use super::evidence_files::taken;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::evidence_works::{GroupKept, KeepingSight, KeptFor};
use crate::admin::paper::{Chapter, Paper, PaperRow};
use crate::admin::place::Place;
use crate::admin::roles::{Action, Role, may};
use crate::admin::sheet::{Part, Sheet};
use crate::record::EventKind;
use std::time::Duration;

/// The page, or the paper to take away.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let paper = statement(call);
    let form = call.query.raw("form");
    if !form.is_empty() {
        return taken(call, &paper, form);
    }
    call.record(EventKind::ConsoleLookUp, call.act("read the statement on what is kept"))?;
    let mut parts: Vec<Part> = paper.chapters.iter().map(part).collect();
    let link = |form: &str, key| (format!("{}?form={form}", Place::Statement.path()), call.say(key).to_owned());
    let links = vec![link("html", "statement.html"), link("json", "statement.json")];
    parts.push(Part { heading: call.say("statement.take").to_owned(), links, ..Part::default() });
    Ok(Reply::Page(Box::new(Sheet { lead: paper.lead, parts, ..Sheet::titled(paper.title) })))
}

fn days(call: &Call<'_>, span: Duration) -> String {
    call.say_with("statement.days", &(span.as_secs() / 86_400).to_string())
}

fn class_key(class: &str) -> &'static str {
    match class {
        "web_log" => "statement.web_log",
        "identity_map" => "statement.identity_map",
        "auth_events" => "statement.auth_events",
        "admin_audit" => "statement.admin_audit",
        "incidents" => "statement.incidents",
        "console_incidents" => "statement.console_incidents",
        _ => "statement.disclosures",
    }
}

fn detail_key(detail: &str) -> &'static str {
    match detail {
        "full" => "statement.full",
        "no-user" => "statement.no_user",
        "host" => "statement.host",
        _ => "statement.counts",
    }
}

fn statement(call: &Call<'_>) -> Paper {
    let mut keeping = call.desk.works.keeping();
    keeping.groups.retain(|group| call.sees_group(&group.name));
    let mut paper = paper(call, "statement", "statement.title", "statement.lead");
    paper.chapters = vec![kept(call, &keeping), access(call, &keeping), location(call, &keeping), left_out(call, &keeping)];
    paper
}

fn kept(call: &Call<'_>, keeping: &KeepingSight) -> Chapter {
    let row = |one: &KeptFor| {
        let most = one.at_most.map_or_else(|| call.say("statement.closed").to_owned(), |most| days(call, most));
        PaperRow { id: one.class.to_owned(), code: "", cells: vec![call.say(class_key(one.class)).to_owned(), days(call, one.keep), most] }
    };
    let mut lines = vec![call.say("statement.hold").to_owned()];
    lines.extend((!keeping.reason.is_empty()).then(|| call.say_with("statement.reason", &keeping.reason)));
    Chapter {
        name: "retention",
        heading: call.say("statement.retention").to_owned(),
        lines,
        head: heads(call, [("what", "statement.what"), ("at_least", "statement.at_least"), ("at_most", "statement.at_most")]),
        rows: keeping.kept.iter().map(row).collect(),
    }
}

/// From the table of roles: who may read what of people.
fn access(call: &Call<'_>, keeping: &KeepingSight) -> Chapter {
    let powers = [
        (Action::SearchLog, "statement.search"),
        (Action::RevealName, "statement.names"),
        (Action::ExportLog, "statement.exports"),
        (Action::ReadIncidents, "statement.read_incidents"),
        (Action::AnswerWorries, "statement.worries"),
        (Action::ReadOpinions, "statement.opinions"),
        (Action::Disclose, "statement.disclose"),
    ];
    let row = |(action, key): (Action, &'static str)| {
        let roles = Role::ALL.into_iter().filter(|role| may(Some(*role), action)).map(|role| call.say_role(role));
        let roles = roles.collect::<Vec<_>>().join(", ");
        PaperRow { id: action.word().to_owned(), code: "", cells: vec![call.say(key).to_owned(), roles] }
    };
    let two = if keeping.two { "statement.two" } else { "statement.one" };
    let own = keeping.notice.iter().cloned();
    Chapter {
        name: "access",
        heading: call.say("statement.access").to_owned(),
        lines: ["statement.recorded", two].map(|key| call.say(key).to_owned()).into_iter().chain(own).collect(),
        head: heads(call, [("what", "statement.power"), ("roles", "statement.roles")]),
        rows: powers.into_iter().map(row).collect(),
    }
}

fn location(call: &Call<'_>, keeping: &KeepingSight) -> Chapter {
    let node = if keeping.node.is_empty() { "-" } else { &keeping.node };
    let encrypted = if keeping.encrypted { "statement.encrypted" } else { "statement.not_encrypted" };
    let heads_words = if keeping.heads_copied { "statement.heads_copied" } else { "statement.heads_here" };
    let mail = match keeping.recipients.len() {
        0 => call.say("statement.no_mail").to_owned(),
        _ => call.say_with("statement.mail", &keeping.recipients.join(", ")),
    };
    let mut lines = vec![call.say_with("statement.node", node)];
    lines.extend([encrypted, heads_words].map(|key| call.say(key).to_owned()));
    lines.push(mail);
    Chapter { name: "location", heading: call.say("statement.location").to_owned(), lines, ..Chapter::default() }
}

fn left_out(call: &Call<'_>, keeping: &KeepingSight) -> Chapter {
    let row = |one: &GroupKept| PaperRow {
        id: one.group.clone(),
        code: one.detail,
        cells: vec![
            one.group.clone(),
            call.say(detail_key(one.detail)).to_owned(),
            one.keep.map_or_else(|| call.say("statement.as_all").to_owned(), |keep| days(call, keep)),
        ],
    };
    let lines = ["statement.pseudonyms", "statement.small", "statement.secrets"].map(|key| call.say(key).to_owned());
    Chapter {
        name: "anonymisation",
        heading: call.say("statement.left_out").to_owned(),
        lines: lines.into(),
        head: heads(call, [("group", "statement.group"), ("recorded", "statement.recorded_of"), ("at_least", "statement.at_least")]),
        rows: keeping.groups.iter().map(row).collect(),
    }
}
