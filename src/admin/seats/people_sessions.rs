//! Ends every session of others at once: when somebody may be in who must not be (ASVS 5.0, 7.4.5).

use super::enrol::complain;
use super::people;
use super::sit::text;
use crate::admin::accounts;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sessions;
use crate::admin::sheet::{Form, Part};
use crate::record::EventKind;
use axum::http::StatusCode;

/// The form, below the list of accounts.
pub(super) fn part(call: &Call<'_>) -> Part {
    let form = Form {
        action: Place::PeopleSessions.path(),
        button: call.say("everybody.button").to_owned(),
        fields: vec![text(call, "because", "field.because")],
    };
    Part {
        heading: call.say("everybody.heading").to_owned(),
        lines: vec![call.say("everybody.words").to_owned()],
        form: Some(form),
        ..Part::default()
    }
}

/// Ends those of every account that they may change, but for their own.
pub(super) fn end_all(call: &Call<'_>) -> Result<Reply, Stop> {
    let (because, own) = (call.form.text("because"), call.session()?.account.id);
    if because.is_empty() {
        let mut sheet = people::list(call)?;
        complain(&mut sheet, "because", Some(call.say("fault.missing").to_owned()));
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let reach = call.reach()?;
    call.desk.book.change(|book| {
        let mut ended = 0;
        for account in accounts::inside(book, reach)?.iter().filter(|account| account.id != own) {
            ended += sessions::end_all(book, account.id, None)?;
        }
        call.record(EventKind::ConsoleChange, call.act(format!("ended every session of others: {ended}")).because(&because))
    })?;
    Ok(Reply::Go(Place::People.path().into(), None))
}
