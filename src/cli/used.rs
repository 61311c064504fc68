//! What `lifeguard explain --used` takes: how much of a quota somebody has used, as a statement.

use crate::config::read_quota;
use crate::engine::Engine;
use crate::model::Timestamp;
use crate::policy::{EVERYTHING, Quota, Used};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// `games=25m` and the like, of the day of this moment.
pub(super) fn stated(texts: &[String], engine: &Engine, (at, zone): (Timestamp, &TimeZone)) -> Result<Used, String> {
    let mut used = Used::on_day_of(at, zone);
    for text in texts {
        let wrong = || format!("--used {text}: expected a category or * and a share, such as games=25m or video=150MB");
        let (name, share) = text.split_once('=').ok_or_else(wrong)?;
        let share = read_quota(share).ok_or_else(wrong)?;
        if name != EVERYTHING && !engine.lists.categories().iter().any(|known| **known == *name) {
            return Err(format!("--used {text}: no list has a category {name}"));
        }
        use_up(&mut used, &name.into(), share, at);
    }
    Ok(used)
}

/// Which minutes they were is not said: not the present one, so that it is a further one.
fn use_up(used: &mut Used, name: &Arc<str>, share: Quota, at: Timestamp) {
    let present = used.minute(at);
    let count = used.count_mut(name);
    (0..).filter(|minute| *minute != present).take(share.minutes.unwrap_or_default().into()).for_each(|minute| count.minutes.add(minute));
    count.bytes += share.bytes.unwrap_or_default();
}
