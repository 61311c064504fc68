//! What whoever has signed in is told of those who tried it in their name (ASVS 5.0, 6.3.4).

use crate::admin::call::{Call, Stop};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::sheet::Part;
use crate::admin::tries;

/// The first part of the front page; `None`: nobody did.
pub(super) fn part(call: &Call<'_>) -> Result<Option<Part>, Stop> {
    let id = call.session()?.account.id;
    let Some(tries) = call.desk.book.read(|book| tries::of_account(book, id))? else { return Ok(None) };
    let say = |key| call.say(key).to_owned();
    let words = if tries.had_password { "tried.had_password" } else { "tried.words" };
    Ok(Some(Part {
        heading: say("tried.heading"),
        lines: vec![say(words)],
        facts: vec![
            (say("tried.many"), count(tries.many), false),
            (say("tried.last"), call.moment(tries.last), false),
            (say("tried.from"), tries.address, false),
        ],
        links: vec![(Place::Account.path().to_owned(), say("tried.account"))],
        ..Part::default()
    }))
}
