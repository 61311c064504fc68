//! Weekly hours as people write them: `mon-fri 08:30-18:00`, `sat,sun 10:00-16:00`, `daily 06:00-22:00`, `22:00-06:00`;
//! each with ` in NAME` or ` outside NAME` behind it where it is for named dates alone.

use crate::policy::{DAY_MINUTES, Dates, Window};

/// What to write, for messages.
pub(super) const EXPECTED: &str = "weekly hours such as \"mon-fri 08:30-18:00\" or \"mon-fri 08:30-18:00 in term\"";

const EVERY_DAY: u8 = 0b111_1111;

/// Reads one window. Named dates are looked up later, when they are known.
pub(super) fn read_window(text: &str) -> Option<Window> {
    let lower = text.trim().to_ascii_lowercase();
    let (week, dates) = read_dates(&lower)?;
    let (days, times) = match week.rsplit_once(char::is_whitespace) {
        Some((days, times)) => (read_days(days.trim())?, times),
        None => (EVERY_DAY, week),
    };
    let (from, to) = times.split_once('-')?;
    let (from, to) = (read_minute(from)?, read_minute(to)?);
    // An end at midnight is the end of the day; equal ends would mean nothing or everything.
    let to = if to == 0 { DAY_MINUTES } else { to };
    (from < DAY_MINUTES && from != to).then_some(Window { days, from, to, dates })
}

/// What stands before the named dates, and those.
fn read_dates(text: &str) -> Option<(&str, Option<Dates>)> {
    for (word, outside) in [(" in ", false), (" outside ", true)] {
        if let Some((week, name)) = text.split_once(word) {
            let name = name.trim();
            let dates = Dates { name: name.into(), outside, ranges: [].into() };
            return is_date_name(name).then_some((week.trim(), Some(dates)));
        }
    }
    Some((text, None))
}

/// Can hours name these dates?
pub(super) fn is_date_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn read_days(text: &str) -> Option<u8> {
    match text {
        "daily" | "every day" => return Some(EVERY_DAY),
        "weekdays" => return Some(0b001_1111),
        "weekends" | "weekend" => return Some(0b110_0000),
        _ => {}
    }
    let mut days = 0;
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (read_day(first)?, read_day(last)?);
        // A range may run over the weekend: fri-mon.
        let length = (last + 7 - first) % 7;
        for step in 0..=length {
            days |= 1 << ((first + step) % 7);
        }
    }
    Some(days)
}

fn read_day(text: &str) -> Option<usize> {
    let text = text.trim();
    let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    full.iter().position(|day| text.len() >= 3 && day.starts_with(text))
}

fn read_minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY_MINUTES).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window_text(window: &Window) -> String {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let days: Vec<_> = names.iter().enumerate().filter(|(i, _)| window.days & (1 << i) != 0).map(|(_, day)| *day).collect();
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let dates = window
            .dates
            .as_ref()
            .map_or_else(String::new, |dates| format!(" {} {}", if dates.outside { "outside" } else { "in" }, dates.name));
        format!("{} {}-{}{dates}", days.join(","), time(window.from), time(window.to))
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, expected) in [
            ("mon-fri 08:30-18:00", "mon,tue,wed,thu,fri 08:30-18:00"),
            ("Sat, Sun 10:00-16:00", "sat,sun 10:00-16:00"),
            ("fri-mon 22:00-06:00", "mon,fri,sat,sun 22:00-06:00"),
            ("daily 06:00-24:00", "mon,tue,wed,thu,fri,sat,sun 06:00-24:00"),
            ("tuesday 00:00-00:00", "tue 00:00-24:00"),
            ("weekdays 07:00-07:30", "mon,tue,wed,thu,fri 07:00-07:30"),
            ("Mon-Tue 08:00-16:00 in Term", "mon,tue 08:00-16:00 in term"),
            ("22:00-06:00  outside  half-term", "mon,tue,wed,thu,fri,sat,sun 22:00-06:00 outside half-term"),
            ("12:00-13:00", "mon,tue,wed,thu,fri,sat,sun 12:00-13:00"),
        ] {
            assert_eq!(read_window(text).map(|window| window_text(&window)).as_deref(), Some(expected), "{text}");
        }
        for bad in [
            "",
            "mon",
            "mon 8-18",
            "mon 08:30",
            "mon 08:30-08:30",
            "mon 25:00-26:00",
            "mun 08:00-09:00",
            "mon 24:00-01:00",
            "m 08:00-09:00",
            "mon 08:00-09:00 in",
            "mon 08:00-09:00 in a term",
            "mon 08:00-09:00 in term outside half-term",
            "in term",
            "mon 08:00-09:00 during term",
        ] {
            assert_eq!(read_window(bad), None, "{bad}");
        }
    }
}
