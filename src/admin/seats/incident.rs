//! One incident: what is known, what comes next, and what may be written down. Illegal material is named by nothing here but its reveal
//! (standards E1, E2, F1, F4, F5, F8, F26).

use super::incident_words::{flag_key, in_words, kind_key, origin_key, outcome_key, said_key, severity_key};
use super::incidents::{area, class_fields, select};
use super::people::day_field;
use super::sit::text;
use crate::admin::accounts;
use crate::admin::alias::Aliases;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::evidence::with_lead;
use crate::admin::incident_rows as rows;
use crate::admin::incidents::{FACTS, FLAGS, Incident, OUTCOMES, REVIEW, Said};
use crate::admin::next_step::next_step;
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::config::{FlowContact, Flowchart};
use crate::record::EventKind;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let incident = of(call, call.query.raw("id"))?;
    call.record(EventKind::ConsoleLookUp, call.act(format!("looked at incident {}", incident.id)))?;
    Ok(Reply::Page(Box::new(sheet(call, &incident)?)))
}

/// The incident of a number. None, one of another site, and one that is sealed from whoever asks, look alike.
pub(super) fn of(call: &Call<'_>, number: &str) -> Result<Incident, Stop> {
    let id = number.parse().map_err(|_| Stop::Unknown)?;
    let name = &call.session()?.account.name;
    let found = call.desk.book.read(|book| rows::numbered(book, id, name))?;
    found.filter(|incident| call.sees_group(&incident.scope.group)).ok_or(Stop::Unknown)
}

/// Everything, as far as the role may have it.
pub(super) fn sheet(call: &Call<'_>, incident: &Incident) -> Result<Sheet, Stop> {
    let flowchart = call.desk.book.read(|book| with_lead(book, &call.desk.works.incident_settings().flowchart))?;
    let keeps = may(Some(call.session()?.account.role), Action::KeepIncidents);
    let open = incident.closed().is_none();
    let mut parts = Vec::new();
    if keeps && open {
        parts.push(step_part(call, incident, &flowchart));
    }
    parts.push(known_part(call, incident)?);
    if keeps && open {
        parts.push(Part { folded: !incident.holds().is_empty(), ..hold_part(call, incident) });
    }
    if incident.origin == "statutory" {
        parts.push(illegal_part(call, incident, &flowchart));
    }
    if keeps && open {
        parts.push(Part { folded: incident.missing().next().is_none(), ..facts_part(call, incident) });
        parts.push(Part { folded: incident.kind().is_some(), ..class_part(call, incident) });
    }
    if keeps {
        parts.push(form_part(call, incident, ("incident.note", "incident.note_button"), "note", vec![area(call, "note", "said.note", "")]));
        parts.push(Part { folded: open, ..review_part(call, incident) });
        parts.push(Part { folded: true, ..file_part(call, incident) });
    }
    if keeps && open {
        parts.push(Part { folded: true, ..seal_part(call, incident)? });
        parts.push(close_part(call, incident));
    }
    parts.push(Part { folded: true, ..contacts_part(call, &flowchart) });
    parts.push(lines_part(call, incident));
    let lead = vec![call.say("help.incident").to_owned()];
    Ok(Sheet { lead, parts, ..Sheet::titled(call.say_with("incident.title", &incident.id.to_string())) })
}

fn known_part(call: &Call<'_>, incident: &Incident) -> Result<Part, Stop> {
    let aliases = call.desk.book.read(Aliases::of)?;
    let alias = |of: &Option<String>| {
        let named = of.as_ref().zip(aliases.as_ref()).map(|(of, aliases)| aliases.name_in(incident, of));
        named.unwrap_or_else(|| call.say("incident.unknown").to_owned())
    };
    let scope = &incident.scope;
    let state = match incident.closed() {
        Some(at) => format!("{} ({})", call.say("incidents.closed"), call.moment(at)),
        None => call.say("incidents.open").to_owned(),
    };
    let mut facts = vec![
        ("incidents.state", state),
        ("said.kind", call.say(incident.kind().map_or("incidents.not_said", kind_key)).to_owned()),
        ("said.severity", call.say(severity_key(incident.severity())).to_owned()),
        ("incidents.opened", format!("{} ({})", call.moment(incident.opened), call.say(origin_key(&incident.origin)))),
        ("said.assigned", incident.latest(Said::Assigned).to_owned()),
        ("incident.person", alias(&scope.person)),
        ("incident.device", alias(&scope.device)),
        ("incident.span", format!("{} - {}", call.moment(scope.first), call.moment(scope.last))),
    ];
    if incident.count > 0 {
        facts.push(("incident.count", incident.count.to_string()));
    }
    facts.extend(incident.holds().into_iter().map(|hold| ("said.hold", hold.to_owned())));
    let flags = incident.latest(Said::Flags);
    if !flags.is_empty() {
        facts.push(("said.flags", in_words(call, Said::Flags, flags)));
    }
    facts.extend(FACTS.into_iter().map(|fact| (said_key(fact), incident.latest(fact).to_owned())));
    let missing: Vec<&str> = incident.missing().map(|fact| call.say(said_key(fact))).collect();
    let mut lines = vec![call.say("incident.alias_words").to_owned()];
    if !missing.is_empty() {
        lines.insert(0, call.say_with("incident.missing", &missing.join(", ")));
    }
    if incident.is_abandoned() {
        lines.insert(0, call.say("incident.abandoned").to_owned());
    }
    let facts = facts.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect();
    Ok(Part { heading: call.say("incident.known").to_owned(), lines, facts, ..Part::default() })
}

/// A part with a form for one deed.
fn form_part(
    call: &Call<'_>,
    incident: &Incident,
    (heading, button): (&'static str, &'static str),
    deed: &str,
    fields: Vec<Field>,
) -> Part {
    let hidden = |name, value: String| Field { name, kind: Kind::Hidden, value, ..Field::default() };
    // What stood there when the form was made: what comes back as it was is no word against what somebody else has written since.
    let sent = call.form.raw("stands");
    let stands = if call.post && !sent.is_empty() { sent.to_owned() } else { incident.lines.len().to_string() };
    let about = vec![hidden("id", incident.id.to_string()), hidden("deed", deed.to_owned()), hidden("stands", stands)];
    let fields = [about, fields].concat();
    let form = Form { action: Place::IncidentChange.path(), button: call.say(button).to_owned(), fields };
    Part { heading: call.say(heading).to_owned(), form: Some(form), ..Part::default() }
}

fn step_part(call: &Call<'_>, incident: &Incident, flowchart: &Flowchart) -> Part {
    let Some(next) = next_step(incident, flowchart) else {
        return Part {
            heading: call.say("incident.next").to_owned(),
            lines: vec![call.say("incident.no_step").to_owned()],
            ..Part::default()
        };
    };
    let due = if next.due < call.now.wall { "incident.overdue_since" } else { "incident.due" };
    let mut facts = vec![("incident.by_whom", next.step.who.clone()), (due, call.moment(next.due))];
    if let Some(contact) = next.step.contact.as_deref().and_then(|id| flowchart.contact(id)) {
        facts.push(("incident.tell", format!("{}. {}", contact.name, reach(call, contact))));
    }
    let state = ["done", "not-needed"].into_iter().zip(["incident.step_done", "incident.step_not_needed"]);
    let radio = Field {
        name: "step_state",
        kind: Kind::Radio,
        label: call.say("incident.step_state").to_owned(),
        value: if call.form.raw("step_state").is_empty() { "done".to_owned() } else { call.form.raw("step_state").to_owned() },
        choices: state.map(|(word, key)| (word.to_owned(), call.say(key).to_owned())).collect(),
        ..Field::default()
    };
    let mut reference = text(call, "reference", "incident.reference");
    reference.help = call.say("incident.reference_help").to_owned();
    let step = Field { name: "step", kind: Kind::Hidden, value: next.step.id.clone(), ..Field::default() };
    let fields = vec![step, radio, reference, text(call, "step_note", "incident.step_note")];
    let part = form_part(call, incident, ("incident.next", "incident.step_button"), "step", fields);
    Part {
        lines: vec![next.step.say.clone()],
        facts: facts.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect(),
        ..part
    }
}

fn reach(call: &Call<'_>, contact: &FlowContact) -> String {
    let reach = if contact.reach.is_empty() { call.say("incident.no_reach") } else { &contact.reach };
    [reach, contact.hours.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
}

fn hold_part(call: &Call<'_>, incident: &Incident) -> Part {
    let review = day_field(call, "hold_review", ("incident.hold_review", "incident.hold_review_help"), call.form.text("hold_review"));
    let fields = vec![text(call, "hold_because", "incident.hold_because"), review];
    let part = form_part(call, incident, ("incident.hold", "incident.hold_button"), "hold", fields);
    let held = call.say_with("incident.held", &incident.holds().join(", "));
    Part { lines: vec![if incident.holds().is_empty() { call.say("incident.hold_words").to_owned() } else { held }], ..part }
}

/// What must not be looked at, how it is reported, and the reveal.
fn illegal_part(call: &Call<'_>, incident: &Incident, flowchart: &Flowchart) -> Part {
    let routes = ["iwf", "ceop", "police"].into_iter().filter_map(|id| flowchart.contact(id));
    let facts = routes.map(|contact| (contact.name.clone(), reach(call, contact), false)).collect();
    let mut part = Part {
        heading: call.say("illegal.heading").to_owned(),
        lines: vec![call.say("illegal.words").to_owned(), call.say("illegal.address").to_owned()],
        facts,
        ..Part::default()
    };
    let role = call.session.as_ref().map(|session| session.account.role);
    if may(role, Action::SeeIllegal) {
        let id = Field { name: "id", kind: Kind::Hidden, value: incident.id.to_string(), ..Field::default() };
        let mut purpose = text(call, "purpose", "illegal.purpose");
        purpose.help = call.say("illegal.purpose_help").to_owned();
        let button = call.say("illegal.button").to_owned();
        part.form = Some(Form { action: Place::IncidentReveal.path(), button, fields: vec![id, purpose] });
    }
    part
}

fn facts_part(call: &Call<'_>, incident: &Incident) -> Part {
    let names = ["what", "who", "how", "actions", "conclusion"];
    let field = |(name, fact)| area(call, name, said_key(fact), incident.latest(fact));
    let fields = names.into_iter().zip(FACTS).map(field).collect();
    let part = form_part(call, incident, ("incident.facts", "incident.facts_button"), "facts", fields);
    Part { lines: vec![call.say("incident.facts_words").to_owned()], ..part }
}

fn class_part(call: &Call<'_>, incident: &Incident) -> Part {
    let mut fields = class_fields(call, Some(incident));
    let mut assigned = text(call, "assigned", "said.assigned");
    if call.form.raw("deed") != "class" {
        assigned.value = incident.latest(Said::Assigned).to_owned();
    }
    fields.push(assigned);
    let ticked = |flag: &str| if call.form.raw("deed") == "class" { call.form.ticked(flag) } else { incident.has_flag(flag) };
    fields.extend(FLAGS.map(|flag| Field {
        name: flag,
        kind: Kind::Check,
        label: call.say(flag_key(flag)).to_owned(),
        value: if ticked(flag) { "yes".to_owned() } else { String::new() },
        ..Field::default()
    }));
    form_part(call, incident, ("incident.class", "incident.class_button"), "class", fields)
}

fn review_part(call: &Call<'_>, incident: &Incident) -> Part {
    let names = ["why", "prevented", "response", "lessons"];
    let field = |(name, question)| area(call, name, said_key(question), incident.latest(question));
    let fields = names.into_iter().zip(REVIEW).map(field).collect();
    form_part(call, incident, ("incident.review", "incident.review_button"), "review", fields)
}

/// From whom an incident can be sealed: whoever else reads incidents, as far as whoever asks reaches.
pub(super) fn sealable(call: &Call<'_>) -> Result<Vec<accounts::Account>, Stop> {
    let own = call.session()?.account.id;
    let mut all = call.desk.book.read(accounts::all)?;
    let reach = call.reach()?;
    all.retain(|account| {
        account.id != own && may(Some(account.role), Action::ReadIncidents) && (account.reach.is_all() || reach.holds(&account.reach))
    });
    Ok(all)
}

fn seal_part(call: &Call<'_>, incident: &Incident) -> Result<Part, Stop> {
    let shown = |one: &accounts::Account| (one.name.clone(), format!("{} ({})", one.shown, call.say_role(one.role)));
    let choices: Vec<(String, String)> = sealable(call)?.iter().map(shown).collect();
    let empty = (String::new(), call.say("incident.seal_nobody").to_owned());
    let choices = std::iter::once(empty).chain(choices).collect();
    let field = select(call, "seal_from", "incident.seal_from", "", choices);
    let part = form_part(call, incident, ("incident.seal", "incident.seal_button"), "seal", vec![field]);
    Ok(Part { lines: vec![call.say("incident.seal_words").to_owned()], ..part })
}

fn close_part(call: &Call<'_>, incident: &Incident) -> Part {
    let choices = OUTCOMES.map(|outcome| (outcome.to_owned(), call.say(outcome_key(outcome)).to_owned())).into();
    let field = select(call, "outcome", "incident.outcome", "", choices);
    let part = form_part(
        call,
        incident,
        ("incident.close", "incident.close_button"),
        "close",
        vec![field, text(call, "close_because", "incident.close_because")],
    );
    Part { lines: vec![call.say("incident.close_words").to_owned()], ..part }
}

/// The incident as a file for social care (F14).
fn file_part(call: &Call<'_>, incident: &Incident) -> Part {
    let choices = ["csv", "json"].into_iter().zip(["incident.file_csv", "incident.file_json"]);
    let choices = choices.map(|(word, key)| (word.to_owned(), call.say(key).to_owned())).collect();
    let fields = vec![
        Field { name: "id", kind: Kind::Hidden, value: incident.id.to_string(), ..Field::default() },
        select(call, "file_form", "incident.file_form", "csv", choices),
        text(call, "file_because", "incident.file_because"),
    ];
    let form = Form { action: Place::IncidentFile.path(), button: call.say("incident.file_button").to_owned(), fields };
    Part {
        heading: call.say("incident.file_heading").to_owned(),
        lines: vec![call.say("incident.file_lead").to_owned()],
        form: Some(form),
        ..Part::default()
    }
}

/// The day of now, UTC.
pub(super) fn today(call: &Call<'_>) -> jiff::civil::Date {
    call.now.wall.civil().to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn contacts_part(call: &Call<'_>, flowchart: &Flowchart) -> Part {
    let day = today(call);
    let row = |contact: &FlowContact| {
        let checked = match (contact.is_stale(day), contact.checked.as_str()) {
            (false, checked) => checked.to_owned(),
            (true, "") => call.say("incident.never_checked").to_owned(),
            (true, checked) => call.say_with("incident.stale", checked),
        };
        Line { cells: vec![contact.name.clone(), reach(call, contact), checked], ..Line::default() }
    };
    Part {
        heading: call.say("incident.contacts").to_owned(),
        head: ["incident.contact", "incident.reach", "incident.checked"].map(|key| call.say(key).to_owned()).into(),
        rows: flowchart.contacts.iter().map(row).collect(),
        ..Part::default()
    }
}

fn lines_part(call: &Call<'_>, incident: &Incident) -> Part {
    let itself = |who: &str| if who.is_empty() { call.say("incident.itself").to_owned() } else { who.to_owned() };
    let row = |line: &crate::admin::incidents::IncidentLine| {
        let words = in_words(call, line.what, &line.text);
        Line {
            cells: vec![call.moment(line.at), itself(&line.who), call.say(said_key(line.what)).to_owned(), words, line.reference.clone()],
            ..Line::default()
        }
    };
    let head = ["audit.time", "audit.who", "incident.line", "incident.text", "incident.reference"];
    Part {
        heading: call.say("incident.lines").to_owned(),
        head: head.map(|key| call.say(key).to_owned()).into(),
        rows: incident.lines.iter().map(row).collect(),
        ..Part::default()
    }
}
