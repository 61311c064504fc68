//! A map of rooms and seats, and the times of lessons, as plain CSV: each line answered on its own, and written out as it was read.

use super::asking::{Spot, SpotFault};
use jiff::civil::Time;

/// Most lines of a text.
pub(super) const MOST_LINES: usize = 2_000;
/// Most seats of a room: the log is asked for each place of it.
pub(super) const MOST_OF_ROOM: usize = 200;
/// Most lessons of a day.
pub(super) const MOST_LESSONS: usize = 40;
/// Longest name of a room, a seat or a lesson, in signs.
const LONGEST: usize = 60;

/// A seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) room: String,
    /// Empty: the place is all of the room.
    pub(super) seat: String,
    /// What stands there, as it was written.
    pub(super) at: String,
    pub(super) spot: Spot,
}

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer<T> {
    Taken(T),
    /// A head of columns.
    Head,
    /// There are three columns.
    Columns,
    /// It says no name that can be one.
    Name,
    Spot(SpotFault),
    /// The same stands in a line before, from 1.
    Twice(usize),
    /// The room has too many already.
    Full,
    /// No time of day, or it ends before it begins.
    Time,
}

impl<T> Answer<T> {
    /// Was it taken, or is it a head?
    pub(super) const fn is_good(&self) -> bool {
        matches!(self, Self::Taken(_) | Self::Head)
    }
}

/// A lesson of the day: its name, from and to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lesson {
    pub(super) name: String,
    pub(super) from: Time,
    pub(super) to: Time,
}

/// The lines of a text that say something.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// What becomes of each line of a map. Which seats share a device is told: nobody could say where it is.
pub(super) fn read(lines: &[&str]) -> Vec<Answer<Seat>> {
    let mut taken: Vec<(usize, Seat)> = Vec::new();
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let answer = match (at, seat(line)) {
            (0, _) if is_head(line, "room") => Answer::Head,
            (_, Err(answer)) => answer,
            (_, Ok(seat)) => {
                let same = |other: &&(usize, Seat)| other.1.spot == seat.spot || other.1.room == seat.room && is_same(&other.1, &seat);
                if let Some((line, _)) = taken.iter().find(same) {
                    Answer::Twice(line + 1)
                } else if taken.iter().filter(|(_, other)| other.room == seat.room).count() >= MOST_OF_ROOM {
                    Answer::Full
                } else {
                    taken.push((at, seat.clone()));
                    Answer::Taken(seat)
                }
            }
        };
        out.push(answer);
    }
    out
}

fn is_same(one: &Seat, other: &Seat) -> bool {
    !one.seat.is_empty() && one.seat == other.seat
}

fn is_head(line: &str, first: &str) -> bool {
    cells(line).and_then(|cells| cells.into_iter().next()).is_some_and(|cell| cell.eq_ignore_ascii_case(first))
}

fn seat(line: &str) -> Result<Seat, Answer<Seat>> {
    let Some(Ok([room, seat, at])) = cells(line).map(<[String; 3]>::try_from) else { return Err(Answer::Columns) };
    if !is_name(&room) || !(seat.is_empty() || is_name(&seat)) {
        return Err(Answer::Name);
    }
    let spot = Spot::read(&at).map_err(Answer::Spot)?;
    Ok(Seat { room, seat, at, spot })
}

/// What becomes of each line of the times of lessons.
pub(super) fn read_lessons(lines: &[&str]) -> Vec<Answer<Lesson>> {
    let mut taken: Vec<(usize, String)> = Vec::new();
    let one = |(at, line): (usize, &&str)| {
        let lesson = match lesson(line) {
            _ if at == 0 && is_head(line, "lesson") => return Answer::Head,
            Err(answer) => return answer,
            Ok(lesson) => lesson,
        };
        if let Some((line, _)) = taken.iter().find(|(_, name)| *name == lesson.name) {
            return Answer::Twice(line + 1);
        }
        if taken.len() >= MOST_LESSONS {
            return Answer::Full;
        }
        taken.push((at, lesson.name.clone()));
        Answer::Taken(lesson)
    };
    lines.iter().enumerate().map(one).collect()
}

fn lesson(line: &str) -> Result<Lesson, Answer<Lesson>> {
    let Some(Ok([name, from, to])) = cells(line).map(<[String; 3]>::try_from) else { return Err(Answer::Columns) };
    if !is_name(&name) {
        return Err(Answer::Name);
    }
    let (Some(from), Some(to)) = (time_of(&from), time_of(&to)) else { return Err(Answer::Time) };
    if from < to { Ok(Lesson { name, from, to }) } else { Err(Answer::Time) }
}

/// A time of day, `09:05` or `9:05`.
pub(super) fn time_of(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |text: &str| (matches!(text.len(), 1..=2) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
    Time::new(digits(hour)??, digits(minute).filter(|_| minute.len() == 2)??, 0, 0).ok()
}

/// A name begins with a letter or a digit: no spreadsheet takes it for a formula, and what was read is written out as it was.
fn is_name(text: &str) -> bool {
    let invisible = |c| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let begins = text.chars().next().is_some_and(char::is_alphanumeric);
    begins && text.chars().count() <= LONGEST && !text.chars().any(|c| c.is_control() || invisible(c))
}

/// The cells of a line of CSV (RFC 4180), without blanks around them. `None`: a quotation mark is in the wrong place.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = line.trim();
    loop {
        let (cell, behind) = if let Some(quoted) = rest.strip_prefix('"') { quoted_cell(quoted)? } else { plain_cell(rest)? };
        cells.push(cell);
        let Some(next) = behind else { return Some(cells) };
        rest = next.trim_start();
    }
}

fn plain_cell(rest: &str) -> Option<(String, Option<&str>)> {
    let (cell, behind) = rest.split_once(',').map_or((rest, None), |(cell, behind)| (cell, Some(behind)));
    (!cell.contains('"')).then(|| (cell.trim().to_owned(), behind))
}

fn quoted_cell(mut rest: &str) -> Option<(String, Option<&str>)> {
    let mut cell = String::new();
    loop {
        let (part, behind) = rest.split_once('"')?;
        cell.push_str(part);
        if let Some(on) = behind.strip_prefix('"') {
            cell.push('"');
            rest = on;
            continue;
        }
        let behind = behind.trim_start();
        let cell = cell.trim().to_owned();
        return if behind.is_empty() { Some((cell, None)) } else { behind.strip_prefix(',').map(|behind| (cell, Some(behind))) };
    }
}

/// A line of CSV.
pub(super) fn line(cells: [&str; 3]) -> String {
    let cell = |text: &str| {
        if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    };
    cells.map(cell).join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(text: &str) -> Vec<Seat> {
        let seat = |answer| if let Answer::Taken(seat) = answer { Some(seat) } else { None };
        read(&lines(text)).into_iter().filter_map(seat).collect()
    }

    #[test]
    fn each_line_gets_its_own_answer() {
        let text = "\u{feff}Room,Seat,Device\r\nIT 1,1,PC-01\n\n\"IT 1\", 2 ,192.0.2.7\nIT 1,,192.0.2.0/26\nIT 1,3\nIT 1,2,PC-09\n\
                    IT 2,1,pc-01\n=x,1,PC-02\nIT 1,4,10.0.0.0/8\nIT 1,5,1.2.3\nIT 1,6,\nIT \"1,7,PC-07\nIT 2,9,PC-01\n";
        use Answer::{Columns, Head, Name, Spot as Wrong, Taken, Twice};
        let said = read(&lines(text));
        let words: Vec<String> = said
            .iter()
            .map(|answer| if let Taken(seat) = answer { format!("{} {}", seat.room, seat.seat) } else { format!("{answer:?}") })
            .collect();
        let expected: Vec<String> = [Head, Columns, Twice(3), Name, Wrong(SpotFault::TooWide), Wrong(SpotFault::Unreadable), Twice(2)]
            .iter()
            .map(|answer: &Answer<Seat>| format!("{answer:?}"))
            .collect();
        assert_eq!(
            words,
            [
                &*expected[0],
                "IT 1 1",
                "IT 1 2",
                "IT 1 ",
                &*expected[1],
                &*expected[2],
                "IT 2 1",
                &*expected[3],
                &*expected[4],
                &*expected[5],
                &*expected[5],
                &*expected[1],
                &*expected[6]
            ]
        );
        let full: String = (0..=MOST_OF_ROOM).map(|number| format!("IT,{number},PC-{number}\n")).collect();
        assert_eq!(read(&lines(&full)).last(), Some(&Answer::Full));
    }

    #[test]
    fn lessons_are_times_of_a_day() {
        let said = read_lessons(&lines(
            "Lesson,From,To\n1,9:00,09:50\n2,10:00,9:00\n3,25:00,26:00\n1,11:00,12:00\n4,11:00\n5,1:5,2:00\n6,+1:00,2:00",
        ));
        let good: Vec<bool> = said.iter().map(Answer::is_good).collect();
        assert_eq!(good, [true, true, false, false, false, false, false, false]);
        assert_eq!(said[1], Answer::Taken(Lesson { name: "1".into(), from: Time::constant(9, 0, 0, 0), to: Time::constant(9, 50, 0, 0) }));
        assert_eq!((&said[2], &said[4]), (&Answer::Time, &Answer::Twice(2)));
    }

    proptest! {
        #[test]
        fn what_was_read_is_written_out_the_same(room in "[ -~]{1,20}", seat in "[ -~]{0,10}", number in 0..200u8) {
            let text = line([&room, &seat, &format!("192.0.2.{number}")]);
            for seat in taken(&text) {
                let out = line([&seat.room, &seat.seat, &seat.at]);
                prop_assert_eq!(taken(&out), vec![seat]);
            }
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,80}(,|\"|\n|\\PC){0,20}") {
            let all = lines(&text);
            prop_assert_eq!(read(&all).len(), all.len());
            prop_assert_eq!(read_lessons(&all).len(), all.len());
        }
    }
}
