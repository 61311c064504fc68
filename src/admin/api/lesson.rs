//! Lessons for programs: rooms and times to choose from, a question, and its devices. People stand under pseudonyms, always.

use super::deeds::{self, Asked};
use super::problem::Problem;
use crate::admin::asking::OnDevice;
use crate::admin::seats::{lesson, lesson_seen, log_parts};
use serde_json::{Value, json};

type Answer = Result<Value, Problem>;

pub(super) fn rooms(asked: &Asked<'_>) -> Answer {
    let one = |(value, words): (String, String)| json!({"value": value, "words": words});
    let rooms = lesson::room_choices(asked.call)?.into_iter().map(one).collect::<Vec<_>>();
    let lessons = lesson::lesson_choices(asked.call)?.into_iter().map(one).collect::<Vec<_>>();
    Ok(json!({"rooms": rooms, "lessons": lessons}))
}

pub(super) fn seen(asked: &Asked<'_>) -> Answer {
    let found = lesson_seen::look(asked.call, &log_parts::asked(asked.call)?)?;
    let one = |device: &OnDevice| {
        let mut people: Vec<&str> = device.rows.iter().map(|shown| &*shown.person).filter(|person| !person.is_empty()).collect();
        people.sort_unstable();
        people.dedup();
        json!({
            "device": device.device,
            "client": device.client,
            "seat": found.seat(device),
            "people": people,
            "requests": device.requests,
            "blocked": device.blocked,
            "rows": device.rows.iter().map(deeds::request).collect::<Vec<_>>(),
        })
    };
    let devices = found.seen.devices.iter().map(one).collect::<Vec<_>>();
    let until = found.seen.until.map(|until| until.to_string());
    Ok(json!({"room": found.name, "devices": devices, "until": until, "given_up": found.seen.given_up, "damage": found.seen.damage}))
}
