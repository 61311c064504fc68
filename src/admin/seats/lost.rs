//! What somebody wrote while their session ended: nothing is done with it, and it is shown once, to be copied.
//!
//! Must never show a field that is not named here: nothing that proves who somebody is stands in any of them.

use super::disclosures::NOTICE;
use crate::admin::call::Call;
use crate::admin::place::Place;
use crate::admin::sheet::{Part, Sheet};

/// Long texts of the forms in which people write much, with their labels.
const INCIDENT: [(&str, &str); 10] = [
    ("what", "said.what"),
    ("who", "said.who"),
    ("how", "said.how"),
    ("actions", "said.actions"),
    ("conclusion", "said.conclusion"),
    ("why", "said.why"),
    ("prevented", "said.prevented"),
    ("response", "said.response"),
    ("lessons", "said.lessons"),
    ("note", "said.note"),
];
const ANSWER: [(&str, &str); 1] = [("words", "queue.words")];
const WORDS: [(&str, &str); 3] = [("words", "named.words"), ("expressions", "named.expressions"), ("because", "policy.because")];
const ADDRESSES: [(&str, &str); 2] = [("addresses", "edit.addresses"), ("because", "policy.because")];
const ROOMS: [(&str, &str); 2] = [("map", "rooms.map"), ("because", "field.because")];
const TIMES: [(&str, &str); 2] = [("times", "rooms.times"), ("because", "field.because")];

const FORMS: [(Place, &[(&str, &str)]); 9] = [
    (Place::IncidentNew, &INCIDENT),
    (Place::IncidentChange, &INCIDENT),
    (Place::DisclosureNew, &NOTICE),
    (Place::QueueAnswer, &ANSWER),
    (Place::WorriesAnswer, &ANSWER),
    (Place::PolicyKeywordChange, &WORDS),
    (Place::PolicyAddressesNew, &ADDRESSES),
    (Place::Rooms, &ROOMS),
    (Place::LessonTimes, &TIMES),
];

fn written<'a>(call: &'a Call<'_>) -> impl Iterator<Item = (&'static str, &'a str)> {
    let all = FORMS.into_iter().filter(move |(place, _)| call.post && *place == call.place).flat_map(|(_, texts)| texts);
    all.map(move |(name, label)| (*label, call.form.raw(name))).filter(|(_, text)| !text.trim().is_empty())
}

/// Would anything be lost?
pub(in crate::admin) fn is_any(call: &Call<'_>) -> bool {
    written(call).next().is_some()
}

/// The page.
pub(in crate::admin) fn sheet(call: &Call<'_>) -> Sheet {
    let part =
        |(label, text): (&'static str, &str)| Part { heading: call.say(label).to_owned(), block: text.to_owned(), ..Part::default() };
    let links = vec![(Place::SignIn.path().to_owned(), call.say("sign_in.title").to_owned())];
    let parts = written(call).map(part).chain([Part { links, ..Part::default() }]).collect();
    Sheet { lead: vec![call.say("stop.lost_words").to_owned()], parts, ..Sheet::titled(call.say("stop.lost")) }
}
