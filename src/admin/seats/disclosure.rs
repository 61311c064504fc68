//! One case: what was asked, what was done, and the forms of what may come next for whoever looks.

use super::disclosure_papers::{self, has_notice, papers_of};
use super::disclosures::{NOTICE, due_words, law_words, stage_words};
use super::sit::text;
use crate::admin::accounts::{self, Account};
use crate::admin::call::{Call, Reply, Stop, moment};
use crate::admin::disclosure_works::Subject;
use crate::admin::disclosures::{self, Case, CaseId, SetScope, Signed, Stage};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::seal;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::Timestamp;
use crate::record::EventKind;

/// The page of a case.
pub(super) fn case_path(id: CaseId) -> String {
    format!("{}?case={}", Place::DisclosureCase.path(), id.0)
}

/// The case of a number that came from outside. One that is none of theirs and one that is not look alike.
pub(super) fn case_of(call: &Call<'_>, number: &str) -> Result<Case, Stop> {
    let id = CaseId(number.parse().map_err(|_| Stop::Unknown)?);
    let account = &call.session()?.account;
    let found = call.desk.book.read(|book| disclosures::numbered(book, id))?;
    found.filter(|case| case.is_seen_by(account)).ok_or(Stop::Unknown)
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let case = case_of(call, call.query.raw("case"))?;
    let looked = call.act(format!("looked at the case {}", case.id));
    call.desk.book.change(|book| call.seal(book, EventKind::ConsoleLookUp, Some(case.id), &looked))?;
    Ok(Reply::Page(Box::new(sheet(call, &case)?)))
}

/// The page of a case, for whoever looks.
pub(super) fn sheet(call: &Call<'_>, case: &Case) -> Result<Sheet, Stop> {
    let account = &call.session()?.account;
    let works = may(Some(account.role), Action::Disclose);
    let stage = case.stage();
    let papers = papers_of(call, case)?;
    let mut parts =
        vec![facts(call, case), disclosure_papers::part(call, case, &papers)?, calls(call, case, works && stage == Stage::Open)];
    if let Some(set) = &case.scope {
        parts.push(scope(call, set));
    }
    if works && stage == Stage::Open && case.may_be_answered() {
        parts.push(scope_form(call, case));
    }
    if works && stage == Stage::Open && case.scope.is_some() {
        parts.push(ask_form(call, case, has_notice(&papers))?);
    }
    if may_release(call, case)? {
        parts.push(release_form(call, case));
    }
    if works && matches!(stage, Stage::Released | Stage::HandedOver | Stage::Closed) && case.released.is_some() {
        parts.push(bundle_form(call, case));
    }
    if works && matches!(stage, Stage::Open | Stage::Asked | Stage::Released) {
        parts.push(refuse_form(call, case));
    }
    if works && matches!(stage, Stage::HandedOver | Stage::Refused) {
        parts.push(close_form(call, case));
    }
    if works {
        parts.push(record(call, case)?);
    }
    let lead = ["disclosure.sealed", case.law().map_or("law.refused_subject", |law| law.subject)].map(|key| call.say(key).to_owned());
    let title = format!("{}: {}", case.id, law_words(call, case));
    Ok(Sheet { lead: lead.into(), parts, ..Sheet::titled(title) })
}

fn facts(call: &Call<'_>, case: &Case) -> Part {
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let signed = |key, signed: Option<&Signed>| signed.map(|signed| fact(key, signed_words(signed)));
    let mut facts = vec![
        fact("disclosure.stage", stage_words(call, case.stage()).to_owned()),
        fact("disclosure.due", due_words(call, case)),
        fact("disclosure.opened", signed_words(&case.opened)),
    ];
    let told = NOTICE.into_iter().filter(|(name, _)| !case.told(name).is_empty() && *name != "wording");
    facts.extend(told.map(|(name, label)| fact(label, in_one_line(case.told(name)))));
    facts.extend(
        signed("disclosure.asked", case.asked.as_ref()).map(|(name, value, code)| (name, format!("{value} ({})", case.asked_of), code)),
    );
    facts.extend(signed("disclosure.released", case.released.as_ref()));
    facts.extend(signed("disclosure.refused", case.refused.as_ref()));
    facts.extend(signed("disclosure.handed", case.handed.as_ref().map(|handed| &handed.given)));
    facts.extend(signed("disclosure.closed", case.closed.as_ref()));
    if case.lacks_notice() {
        facts.push(fact("disclosure.reference", call.say("disclosure.lacks_notice").to_owned()));
    }
    Part { heading: call.say("disclosure.notice").to_owned(), facts, block: case.told("wording").to_owned(), ..Part::default() }
}

/// Several lines as one, where a value stands beside its name.
pub(super) fn in_one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}

pub(super) fn signed_words(signed: &Signed) -> String {
    let words = if signed.words.is_empty() { String::new() } else { format!(": {}", signed.words) };
    format!("{}, {}{words}", moment(Timestamp(signed.at)), signed.by)
}

fn case_field(case: &Case) -> Field {
    Field { name: "case", kind: Kind::Hidden, value: case.id.0.to_string(), ..Field::default() }
}

fn deed_field(deed: &str) -> Field {
    Field { name: "deed", kind: Kind::Hidden, value: deed.to_owned(), ..Field::default() }
}

fn form(call: &Call<'_>, case: &Case, deed: &str, button: &'static str, more: Vec<Field>) -> Option<Form> {
    let fields = [case_field(case), deed_field(deed)].into_iter().chain(more).collect();
    Some(Form { action: Place::DisclosureStep.path(), button: call.say(button).to_owned(), fields })
}

fn helped(call: &Call<'_>, name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field { help: call.say(help).to_owned(), ..text(call, name, label) }
}

fn calls(call: &Call<'_>, case: &Case, more: bool) -> Part {
    let row = |made: &disclosures::CallBack| {
        let answer = call.say(if made.confirmed { "disclosure.confirmed" } else { "disclosure.not_confirmed" });
        let cells = vec![
            moment(Timestamp(made.at)),
            made.by.clone(),
            made.number.clone(),
            made.found.clone(),
            made.spoke.clone(),
            answer.to_owned(),
        ];
        Line { cells, ..Line::default() }
    };
    let head = [
        "disclosure.call_at",
        "disclosure.call_by",
        "disclosure.call_number",
        "disclosure.call_found",
        "disclosure.call_spoke",
        "disclosure.call_answer",
    ];
    let choices = [("yes", "disclosure.confirmed"), ("no", "disclosure.not_confirmed")];
    let answer = Field {
        name: "call_answer",
        kind: Kind::Radio,
        label: call.say("disclosure.call_answer").to_owned(),
        value: call.form.text("call_answer"),
        choices: choices.map(|(word, key)| (word.to_owned(), call.say(key).to_owned())).into(),
        ..Field::default()
    };
    let at = Field { kind: Kind::Moment, help: call.say("disclosure.utc").to_owned(), ..text(call, "call_at", "disclosure.call_at") };
    let fields = vec![
        helped(call, "call_number", "disclosure.call_number", "disclosure.call_number_help"),
        helped(call, "call_found", "disclosure.call_found", "disclosure.call_found_help"),
        helped(call, "call_spoke", "disclosure.call_spoke", "disclosure.call_spoke_help"),
        at,
        answer,
    ];
    Part {
        heading: call.say("disclosure.calls").to_owned(),
        lines: if case.calls.is_empty() { vec![call.say("disclosure.no_calls").to_owned()] } else { Vec::new() },
        head: if case.calls.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: case.calls.iter().map(row).collect(),
        form: if more { form(call, case, "call", "disclosure.call_button", fields) } else { None },
        ..Part::default()
    }
}

/// A subject, as it is typed and shown.
fn subjects(set: &SetScope, of: impl Fn(&Subject) -> Option<String>) -> String {
    set.scope.subjects.iter().filter_map(of).collect::<Vec<_>>().join(", ")
}

fn person(subject: &Subject) -> Option<String> {
    if let Subject::Person(name) = subject { Some(name.clone()) } else { None }
}

fn device(subject: &Subject) -> Option<String> {
    if let Subject::Device(name) = subject { Some(name.clone()) } else { None }
}

fn address(subject: &Subject) -> Option<String> {
    if let Subject::Address(net) = subject { Some(net.to_string()) } else { None }
}

fn scope(call: &Call<'_>, set: &SetScope) -> Part {
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let all = [
        fact("disclosure.persons", subjects(set, person)),
        fact("disclosure.devices", subjects(set, device)),
        fact("disclosure.addresses", subjects(set, address)),
        fact("disclosure.sites", set.scope.sites.join(", ")),
        fact("disclosure.host", set.scope.host.clone()),
        fact("disclosure.from", moment(Timestamp(set.scope.from))),
        fact("disclosure.to", moment(Timestamp(set.scope.to))),
        fact("disclosure.found", crate::admin::page::count(set.found)),
        fact("disclosure.hold", set.hold.clone()),
        fact("disclosure.scope_set", signed_words(&set.set)),
    ];
    let damage = set.damage.iter().map(|place| call.say_with("audit.damage", place));
    Part {
        heading: call.say("disclosure.scope").to_owned(),
        lines: std::iter::once(call.say("disclosure.scope_words").to_owned()).chain(damage).collect(),
        facts: all.into_iter().filter(|(_, value, _)| !value.is_empty()).collect(),
        block: set.query.clone(),
        ..Part::default()
    }
}

fn scope_form(call: &Call<'_>, case: &Case) -> Part {
    let set = case.scope.as_ref();
    let typed = |name: &'static str, label, help, stands: String| {
        let field = helped(call, name, label, help);
        if call.post && call.form.text("deed") == "scope" { field } else { Field { value: stands, ..field } }
    };
    let listed = |of: fn(&Subject) -> Option<String>| set.map_or_else(String::new, |set| subjects(set, of));
    let at = |at: Option<i64>| at.map_or_else(String::new, |at| Timestamp(at).civil().strftime("%Y-%m-%dT%H:%M").to_string());
    let span = |name, label, stands| Field { kind: Kind::Moment, ..typed(name, label, "disclosure.utc", stands) };
    let fields = vec![
        typed("persons", "disclosure.persons", "disclosure.persons_help", listed(person)),
        typed("devices", "disclosure.devices", "disclosure.several_help", listed(device)),
        typed("addresses", "disclosure.addresses", "disclosure.addresses_help", listed(address)),
        typed("sites", "disclosure.sites", "disclosure.sites_help", set.map_or_else(String::new, |set| set.scope.sites.join(", "))),
        typed("host", "disclosure.host", "disclosure.host_help", set.map_or_else(String::new, |set| set.scope.host.clone())),
        span("from", "disclosure.from", at(set.map(|set| set.scope.from))),
        span("to", "disclosure.to", at(set.map(|set| set.scope.to))),
    ];
    let lines = ["disclosure.scope_lead", "disclosure.hold_words"].map(|key| call.say(key).to_owned());
    Part {
        heading: call.say(if set.is_some() { "disclosure.scope_again" } else { "disclosure.scope_new" }).to_owned(),
        lines: lines.into(),
        form: form(call, case, "scope", "disclosure.scope_button", fields),
        ..Part::default()
    }
}

/// May whoever looks say yes or no now? Nobody who ever worked on the case, though somebody else did the same work again.
pub(super) fn may_release(call: &Call<'_>, case: &Case) -> Result<bool, Stop> {
    let account = &call.session()?.account;
    Ok(case.may_release(account) && !call.desk.book.read(|book| seal::workers(book, case.id))?.contains(&account.name))
}

/// Who may release this case: somebody else, who has done nothing in it and may sign in now.
pub(super) fn releasers(call: &Call<'_>, case: &Case) -> Result<Vec<Account>, Stop> {
    let own = call.session()?.account.name.clone();
    let workers = call.desk.book.read(|book| seal::workers(book, case.id))?;
    let fits = |account: &Account| {
        let free = account.name != own && !case.is_worked_by(&account.name) && !workers.contains(&account.name);
        free && account.enrolled && may(Some(account.role), Action::ReleaseDisclosure) && account.closed(call.now.wall).is_none()
    };
    Ok(call.desk.book.read(accounts::all)?.into_iter().filter(fits).collect())
}

fn ask_form(call: &Call<'_>, case: &Case, has_notice: bool) -> Result<Part, Stop> {
    let people = releasers(call, case)?;
    let heading = call.say("disclosure.ask").to_owned();
    if !has_notice && !case.is_urgent() {
        return Ok(Part { heading, lines: vec![call.say("paper.needed").to_owned()], ..Part::default() });
    }
    if people.is_empty() {
        return Ok(Part { heading, lines: vec![call.say("disclosure.nobody").to_owned()], ..Part::default() });
    }
    let whom = |account: &Account| (account.name.clone(), format!("{}, {}", account.shown, call.say_role(account.role)));
    let field = Field {
        name: "asked_of",
        kind: Kind::Select,
        label: call.say("disclosure.ask_whom").to_owned(),
        value: call.form.text("asked_of"),
        choices: std::iter::once((String::new(), call.say("fault.choose").to_owned())).chain(people.iter().map(whom)).collect(),
        ..Field::default()
    };
    let lines = vec![call.say("disclosure.ask_words").to_owned()];
    let why = (!has_notice).then(|| helped(call, "no_notice", "paper.no_notice", "paper.no_notice_help"));
    let fields = std::iter::once(field).chain(why).collect();
    Ok(Part { heading, lines, form: form(call, case, "ask", "disclosure.ask_button", fields), ..Part::default() })
}

fn release_form(call: &Call<'_>, case: &Case) -> Part {
    let choices = [("release", "disclosure.yes"), ("refuse", "disclosure.no"), ("back", "disclosure.back")];
    let decision = Field {
        name: "decision",
        kind: Kind::Radio,
        label: call.say("disclosure.decision").to_owned(),
        value: call.form.text("decision"),
        choices: choices.map(|(word, key)| (word.to_owned(), call.say(key).to_owned())).into(),
        ..Field::default()
    };
    let words = helped(call, "decision_words", "disclosure.decision_words", "disclosure.decision_help");
    let form = Form {
        action: Place::DisclosureDecide.path(),
        button: call.say("disclosure.decide_button").to_owned(),
        fields: vec![case_field(case), decision, words],
    };
    Part {
        heading: call.say("disclosure.decide").to_owned(),
        lines: vec![call.say("disclosure.decide_lead").to_owned()],
        form: Some(form),
        ..Part::default()
    }
}

fn bundle_form(call: &Call<'_>, case: &Case) -> Part {
    let heading = call.say("disclosure.bundle").to_owned();
    let Some(handed) = &case.handed else {
        let given = helped(call, "given", "disclosure.given", "disclosure.given_help");
        let lines = ["disclosure.bundle_words", "disclosure.bundle_once"].map(|key| call.say(key).to_owned());
        let form = form(call, case, "bundle", "disclosure.bundle_button", vec![given]);
        return Part { heading, lines: lines.into(), form, ..Part::default() };
    };
    let fact = |key, value: String, code| (call.say(key).to_owned(), value, code);
    let facts = vec![
        fact("disclosure.hash", handed.sha256.clone(), true),
        fact("disclosure.rows", crate::admin::page::count(handed.rows), false),
        fact("disclosure.bytes", crate::admin::page::count(handed.bytes), false),
    ];
    let form = form(call, case, "bundle", "disclosure.bundle_again", Vec::new());
    Part { heading, facts, lines: vec![call.say("disclosure.bundle_same").to_owned()], form, ..Part::default() }
}

fn refuse_form(call: &Call<'_>, case: &Case) -> Part {
    let because = helped(call, "refuse_because", "field.because", "disclosure.refuse_help");
    let only = case.law().is_none_or(|law| law.refuse_only);
    Part {
        heading: call.say("disclosure.refuse").to_owned(),
        lines: if only { vec![call.say("disclosure.refuse_only").to_owned()] } else { Vec::new() },
        form: form(call, case, "refuse", "disclosure.refuse_button", vec![because]),
        ..Part::default()
    }
}

fn close_form(call: &Call<'_>, case: &Case) -> Part {
    let mut fields = vec![helped(call, "outcome", "disclosure.outcome", "disclosure.outcome_help")];
    if case.lacks_notice() {
        fields.push(helped(call, "late_reference", "disclosure.late_reference", "disclosure.late_help"));
    }
    if case.scope.is_some() {
        let ticked = if call.form.ticked("let_go") { "yes".to_owned() } else { String::new() };
        let label = call.say("disclosure.let_go").to_owned();
        fields.push(Field { name: "let_go", kind: Kind::Check, label, value: ticked, ..Field::default() });
    }
    Part {
        heading: call.say("disclosure.close").to_owned(),
        form: form(call, case, "close", "disclosure.close_button", fields),
        ..Part::default()
    }
}

fn record(call: &Call<'_>, case: &Case) -> Result<Part, Stop> {
    let acts = call.desk.book.read(|book| seal::acts(book, case.id))?;
    let row = |sealed: &seal::SealedAct| {
        let hash = if sealed.holds { seal::short(&sealed.digest).to_owned() } else { call.say("disclosure.changed").to_owned() };
        let act = &sealed.act;
        Line { cells: vec![moment(sealed.at), act.who.clone(), act.did.clone(), act.purpose.clone(), hash], ..Line::default() }
    };
    let head = ["audit.time", "audit.who", "audit.did", "audit.purpose", "disclosure.seal"].map(|key| call.say(key).to_owned());
    Ok(Part {
        heading: call.say("disclosure.record").to_owned(),
        lines: vec![call.say("disclosure.record_words").to_owned()],
        head: head.into(),
        rows: acts.iter().map(row).collect(),
        links: vec![(Place::Disclosures.path().to_owned(), call.say("disclosure.title").to_owned())],
        ..Part::default()
    })
}
