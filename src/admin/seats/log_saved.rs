//! Questions under a name: saved for oneself or for everybody of one's role, run again with a purpose of that day, dropped by whoever saved
//! them.

use super::enrol::{complain, gone};
use super::log_found::sheet;
use super::log_parts::asked;
use crate::admin::asking::{Saved, rows};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::record::EventKind;
use axum::http::StatusCode;

/// Longest name.
const LONGEST: usize = 100;

/// Saves one.
pub(super) fn save(call: &Call<'_>) -> Result<Reply, Stop> {
    let asked = asked(call)?;
    let account = &call.session()?.account;
    let name = call.form.text("name");
    let shared = call.form.ticked("shared").then_some(account.role);
    let good = !name.is_empty() && name.len() <= LONGEST;
    let new = Saved { id: 0, account: account.id, name, role: shared, question: asked.question.clone(), made_by: account.name.clone() };
    let done = call.desk.book.change(|book| {
        let id = if good { rows::save(book, &new, call.now.wall)? } else { None };
        if id.is_some() {
            let whose = new.role.map_or("oneself", |role| role.word());
            let did = format!("saved a question as \"{}\", for {whose}", new.name);
            call.record(EventKind::ConsoleChange, call.act(did).asking(&new.question.in_words()).because(&asked.purpose))?;
        }
        Ok::<_, Stop>(id)
    })?;
    if done.is_some() {
        return Ok(Reply::Go(Place::Log.path().into(), None));
    }
    let mut sheet = sheet(call, &asked, None)?;
    complain(&mut sheet, "name", Some(call.say(if good { "fault.too_many_saved" } else { "fault.saved_name" }).to_owned()));
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Drops one of one's own.
pub(super) fn drop_one(call: &Call<'_>) -> Result<Reply, Stop> {
    let id: i64 = call.form.raw("which").parse().unwrap_or_default();
    let account = &call.session()?.account;
    let dropped = call.desk.book.change(|book| {
        let dropped = rows::drop_saved(book, account.id, id)?;
        if dropped {
            call.record(EventKind::ConsoleChange, call.act(format!("dropped the saved question {id}")))?;
        }
        Ok::<_, Stop>(dropped)
    })?;
    if dropped { Ok(Reply::Go(Place::Log.path().into(), None)) } else { gone(call, super::log::blank(call)?, "which") }
}
