//! Help: its contents, each subject, and what each role may do, to print. The same for whoever looks.

use super::setup::CONTACTS;
use crate::admin::book::fact;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::help::{SUBJECTS, Subject, named};
use crate::admin::may_words::key_of;
use crate::admin::place::Place;
use crate::admin::roles::{Action, Role, may};
use crate::admin::sheet::{Part, Sheet};

fn page_of(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet)))
}

/// What there is help with.
pub(super) fn contents(call: &Call<'_>) -> Result<Reply, Stop> {
    let link = |subject: &Subject| (subject.path(), subject.in_language(call.language).title.to_owned());
    let subjects =
        Part { heading: call.say("help.pages").to_owned(), links: SUBJECTS.iter().map(link).collect(), listed: true, ..Part::default() };
    let roles = Part {
        heading: call.say("help.roles").to_owned(),
        lines: vec![call.say("help.roles_words").to_owned()],
        links: vec![(Place::HelpRoles.path().to_owned(), call.say("help.roles_link").to_owned())],
        ..Part::default()
    };
    let parts = vec![subjects, roles, whom(call)?];
    page_of(Sheet { lead: vec![call.say("help.lead").to_owned()], parts, ..Sheet::titled(call.say("place.help")) })
}

/// Help with a page.
pub(super) fn page(call: &Call<'_>) -> Result<Reply, Stop> {
    let subject = named(call.query.raw("of")).ok_or(Stop::Unknown)?;
    let helped = subject.in_language(call.language);
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let steps = Part { heading: call.say("help.steps").to_owned(), steps: owned(helped.steps), ..Part::default() };
    let meanings = helped.words.into_iter().map(|(word, means)| (word.to_owned(), means.to_owned(), false));
    let words = Part { heading: call.say("help.words").to_owned(), facts: meanings.collect(), ..Part::default() };
    let mut whom = whom(call)?;
    let back = (Place::Help.path().to_owned(), call.say("help.all").to_owned());
    let role = call.session.as_ref().map(|session| session.account.role);
    // Whoever has no way to the page is not sent there.
    let there = may(role, subject.of.action()).then(|| (subject.of.path().to_owned(), call.say("help.there").to_owned()));
    whom.links = there.into_iter().chain([back]).collect();
    page_of(Sheet { lead: vec![helped.what.to_owned()], parts: vec![steps, words, whom], ..Sheet::titled(helped.title) })
}

/// What each role may do, and what it may not.
pub(super) fn roles(call: &Call<'_>) -> Result<Reply, Stop> {
    // What is for everybody says nothing of a role.
    let tells = |action: &Action| !Role::ALL.into_iter().all(|role| may(Some(role), *action));
    let of = |role: Role| {
        let say = |may_it: bool| {
            let those = Action::ALL.into_iter().filter(tells).filter(move |action| may(Some(role), *action) == may_it);
            those.map(|action| call.say(key_of(action)).to_owned()).collect::<Vec<_>>()
        };
        let code = if role.needs_code() { "help.with_code" } else { "help.without_code" };
        let vetting = role.needs_vetting().then(|| call.say("help.vetted").to_owned());
        Part {
            heading: call.say_role(role).to_owned(),
            lines: std::iter::once(call.say(code).to_owned()).chain(vetting).chain([call.say("help.may").to_owned()]).collect(),
            points: say(true),
            after: [call.say_with("help.may_not", &say(false).join("; "))].into(),
            ..Part::default()
        }
    };
    let parts = Role::ALL.into_iter().map(of).collect();
    page_of(Sheet { lead: vec![call.say("help.roles_lead").to_owned()], parts, ..Sheet::titled(call.say("help.roles")) })
}

/// Whom to ask: whom the settings name, and for those who have signed in the people of the set-up.
fn whom(call: &Call<'_>) -> Result<Part, Stop> {
    let support = call.desk.works.begin().support;
    let mut facts = Vec::new();
    if !support.is_empty() {
        facts.push((call.say("help.support").to_owned(), support.join(", "), false));
    }
    if call.session.is_some() {
        let [lead_name, lead_reach, it_name, it_reach] = call.desk.book.read(|book| {
            let one = |key| Ok::<_, crate::admin::book::BookFault>(fact(book, key)?.unwrap_or_default());
            Ok::<_, crate::admin::book::BookFault>([one(CONTACTS[0].0)?, one(CONTACTS[1].0)?, one(CONTACTS[2].0)?, one(CONTACTS[3].0)?])
        })?;
        let both = [(it_name, it_reach, "help.it"), (lead_name, lead_reach, "help.lead_person")];
        let there = both.into_iter().filter(|(name, reach, _)| !name.is_empty() || !reach.is_empty());
        facts.extend(there.map(|(name, reach, key)| (call.say(key).to_owned(), format!("{name}, {reach}"), false)));
    }
    let lines = if facts.is_empty() { vec![call.say("help.nobody").to_owned()] } else { Vec::new() };
    Ok(Part { heading: call.say("help.whom").to_owned(), lines, facts, ..Part::default() })
}
