//! Weekly hours as people write them: `mon-fri 08:30-18:00`, `sat,sun 10:00-16:00`, `daily 06:00-22:00`, `22:00-06:00`.

use crate::policy::{DAY_MINUTES, Window};

/// What to write, for messages.
pub(super) const EXPECTED: &str = "weekly hours such as \"mon-fri 08:30-18:00\"";

const EVERY_DAY: u8 = 0b111_1111;

/// Reads one window.
pub(super) fn read_window(text: &str) -> Option<Window> {
    let lower = text.trim().to_ascii_lowercase();
    let (days, times) = match lower.rsplit_once(char::is_whitespace) {
        Some((days, times)) => (read_days(days.trim())?, times),
        None => (EVERY_DAY, lower.as_str()),
    };
    let (from, to) = times.split_once('-')?;
    let (from, to) = (read_minute(from)?, read_minute(to)?);
    // An end at midnight is the end of the day; equal ends would mean nothing or everything.
    let to = if to == 0 { DAY_MINUTES } else { to };
    (from < DAY_MINUTES && from != to).then_some(Window { days, from, to })
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
        format!("{} {}-{}", days.join(","), time(window.from), time(window.to))
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
        ] {
            assert_eq!(read_window(bad), None, "{bad}");
        }
    }
}
