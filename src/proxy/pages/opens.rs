//! When something opens again, in words.

use crate::model::Timestamp;
use jiff::tz::TimeZone;

/// `today at 16:00`, `tomorrow at 08:30`, `on Monday at 08:30`, `on Thursday, 3 September, at 08:30`.
#[must_use]
pub fn opens_words(now: Timestamp, then: Timestamp, zone: &TimeZone) -> String {
    let (now, then) = (zone.to_datetime(now.civil()), zone.to_datetime(then.civil()));
    let days = now.date().until(then.date()).map_or(i32::MAX, |span| span.get_days());
    let form = match days {
        0 => "today at %H:%M",
        1 => "tomorrow at %H:%M",
        2..7 => "on %A at %H:%M",
        _ => "on %A, %-d %B, at %H:%M",
    };
    then.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_fewer_words() {
        let london = TimeZone::get("Europe/London").unwrap();
        let at = |text: &str| -> Timestamp { text.parse::<jiff::Zoned>().unwrap().timestamp().into() };
        let friday = at("2026-10-23T23:30[Europe/London]");
        for (then, words) in [
            ("2026-10-23T23:59[Europe/London]", "today at 23:59"),
            ("2026-10-24T00:00[Europe/London]", "tomorrow at 00:00"),
            ("2026-10-26T08:30[Europe/London]", "on Monday at 08:30"),
            ("2026-10-30T08:30[Europe/London]", "on Friday, 30 October, at 08:30"),
            ("2027-01-04T08:30[Europe/London]", "on Monday, 4 January, at 08:30"),
        ] {
            assert_eq!(opens_words(friday, at(then), &london), words);
        }
    }
}
