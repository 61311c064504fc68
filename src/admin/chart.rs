//! Pictures of figures as SVG: columns over time, bars by name, and the hours of a week. Pure: the same figures give the same bytes.
//!
//! Colours are classes of the stylesheet, so that light, dark and paper each have theirs; nothing is a script or an inline style. Every
//! picture has a name and a text for whoever does not see it, and each mark says its figure. The same figures stand beside it as a table.

use std::fmt::Write as _;

/// Units of the picture across; the stylesheet makes it as wide as there is room.
const WIDE: u32 = 400;
/// Where the marks begin, right of the numbers.
const LEFT: u32 = 50;
/// Where they end below, above the names.
const BASE: u32 = 150;
/// Where they end above.
const TOP: u32 = 14;
/// As many names below columns as can be read.
const NAMES: usize = 6;

/// A picture and its figures as a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawn {
    pub(super) caption: String,
    /// Made here alone, with every text in it escaped.
    pub(super) svg: String,
    /// What the table is called; empty: it stands elsewhere.
    pub(super) same: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// A figure.
#[derive(Clone, Debug, Default)]
pub(super) struct Mark {
    /// A short name, below or beside it.
    pub(super) name: String,
    /// What it says of itself: name and figure.
    pub(super) words: String,
    /// How large it is drawn.
    pub(super) value: u64,
    /// The figure as people read it.
    pub(super) said: String,
}

/// What a picture says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// Unlike any other of the page: letters and hyphens.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) text: &'a str,
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}') => {
                out.push(' ')
            }
            c => out.push(c),
        }
    }
    out
}

fn frame(told: Told<'_>, high: u32, inside: &str) -> String {
    let Told { id, title, text } = told;
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDE} {high}\" role=\"img\" aria-labelledby=\"{id}-title {id}-text\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-text\">{}</desc>{inside}</svg>",
        escape(title),
        escape(text)
    )
}

/// The least of 1, 2, 4, 10, 20, 40, 100 and so on that is not below the greatest: its half is a whole number, too.
fn scale(greatest: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [1, 2, 4] {
            let top = unit.saturating_mul(step);
            if top >= greatest {
                return top.max(2);
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// A share of a length, to a tenth.
fn part(value: u64, of: u64, length: u32) -> f64 {
    let tenths = u128::from(value.min(of)) * u128::from(length) * 10 / u128::from(of.max(1));
    f64::from(u32::try_from(tenths).unwrap_or(0)) / 10.0
}

/// A long number in few signs: `12k`.
fn short(number: u64) -> String {
    match number {
        0..10_000 => super::page::count(number),
        10_000..10_000_000 => format!("{}k", super::page::count(number / 1000)),
        _ => format!("{}M", super::page::count(number / 1_000_000)),
    }
}

/// Columns over time, in this class of the stylesheet.
pub(super) fn columns(told: Told<'_>, class: &str, marks: &[Mark]) -> String {
    let top = scale(marks.iter().map(|mark| mark.value).max().unwrap_or(0));
    let mut out = String::new();
    for value in [0, top / 2, top] {
        let y = f64::from(BASE) - part(value, top, BASE - TOP);
        // A text in memory takes whatever is written to it.
        write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDE}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 6,
            y + 4.0,
            short(value)
        )
        .unwrap_or_default();
    }
    let count = u32::try_from(marks.len().max(1)).unwrap_or(u32::MAX);
    let step = f64::from(WIDE - LEFT) / f64::from(count);
    let every = marks.len().div_ceil(NAMES).max(1);
    for (at, mark) in marks.iter().enumerate() {
        let x = f64::from(LEFT) + step * f64::from(u32::try_from(at).unwrap_or(0));
        let mut high = part(mark.value, top, BASE - TOP);
        if mark.value > 0 {
            // What is there is seen.
            high = high.max(1.5);
        }
        write!(
            out,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{high:.1}\"><title>{}</title></rect>",
            x + step * 0.1,
            f64::from(BASE) - high,
            step * 0.8,
            escape(&mark.words)
        )
        .unwrap_or_default();
        if at.is_multiple_of(every) {
            let (anchor, x) = if at == 0 { ("start", x) } else { ("middle", x + step / 2.0) };
            write!(out, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>", BASE + 17, escape(&mark.name))
                .unwrap_or_default();
        }
    }
    frame(told, BASE + 24, &out)
}

/// Bars by name, each with its figure.
pub(super) fn bars(told: Told<'_>, class: &str, marks: &[Mark]) -> String {
    const ROW: u32 = 36;
    let top = marks.iter().map(|mark| mark.value).max().unwrap_or(0);
    let mut out = String::new();
    for (at, mark) in marks.iter().enumerate() {
        let y = ROW * u32::try_from(at).unwrap_or(0);
        write!(
            out,
            "<text class=\"name\" x=\"0\" y=\"{}\">{}</text><text x=\"{WIDE}\" y=\"{}\" text-anchor=\"end\">{}</text><rect class=\"grid\" x=\"0\" y=\"{}\" width=\"{WIDE}\" height=\"9\" rx=\"2\"/><rect class=\"{class}\" x=\"0\" y=\"{}\" width=\"{}\" height=\"9\" rx=\"2\"><title>{}</title></rect>",
            y + 14,
            escape(&mark.name),
            y + 14,
            escape(&mark.said),
            y + 20,
            y + 20,
            part(mark.value, top, WIDE),
            escape(&mark.words)
        ).unwrap_or_default();
    }
    frame(told, ROW * u32::try_from(marks.len().max(1)).unwrap_or(1), &out)
}

/// The hours of a week: a row a day from Monday, a field an hour, in five depths.
pub(super) fn week(told: Told<'_>, (days, less_more): (&[&str], [&str; 2]), marks: &[[Mark; 24]; 7]) -> String {
    const CELL: f64 = 14.5;
    const HIGH: f64 = 19.0;
    const EDGE: f64 = 44.0;
    let top = marks.iter().flatten().map(|mark| mark.value).max().unwrap_or(0);
    let depth = |value: u64| (u128::from(value) * 5).div_ceil(u128::from(top.max(1)));
    let mut out = String::new();
    for (row, marks) in (0_u32..).zip(marks) {
        let y = HIGH * f64::from(row) + 18.0;
        let name = days.get(usize::try_from(row).unwrap_or(0)).copied().unwrap_or("");
        write!(out, "<text x=\"0\" y=\"{}\">{}</text>", y + 13.0, escape(name)).unwrap_or_default();
        for (hour, mark) in (0_u32..).zip(marks) {
            let x = EDGE + CELL * f64::from(hour);
            write!(
                out,
                "<rect class=\"d{}\" x=\"{x}\" y=\"{y}\" width=\"13\" height=\"17\" rx=\"2\"><title>{}</title></rect>",
                depth(mark.value),
                escape(&mark.words)
            )
            .unwrap_or_default();
        }
    }
    for hour in [0_u32, 6, 12, 18] {
        write!(out, "<text x=\"{}\" y=\"12\">{hour:02}</text>", EDGE + CELL * f64::from(hour)).unwrap_or_default();
    }
    let y = HIGH * 7.0 + 26.0;
    write!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", EDGE + CELL * 14.0 - 6.0, y + 13.0, escape(less_more[0]))
        .unwrap_or_default();
    for depth in 0_u32..6 {
        let x = EDGE + CELL * f64::from(14 + depth);
        write!(out, "<rect class=\"d{depth}\" x=\"{x}\" y=\"{y}\" width=\"13\" height=\"17\" rx=\"2\"/>").unwrap_or_default();
    }
    write!(out, "<text x=\"{}\" y=\"{}\">{}</text>", EDGE + CELL * 20.0 + 4.0, y + 13.0, escape(less_more[1])).unwrap_or_default();
    frame(told, 180, &out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_hold_what_they_show_and_have_a_half() {
        for (greatest, top) in [(0, 2), (1, 2), (2, 2), (3, 4), (5, 10), (11, 20), (41, 100), (99_999, 100_000)] {
            assert_eq!(scale(greatest), top, "{greatest}");
        }
        assert_eq!(scale(u64::MAX), u64::MAX);
    }

    #[test]
    fn a_text_is_never_markup() {
        let bad = "</title><script>alert(1)</script>\u{202e}\"'";
        let mark = || Mark { name: bad.into(), words: bad.into(), value: 3, said: bad.into() };
        let told = Told { id: "x", title: bad, text: bad };
        let week = week(told, (&[bad; 7], [bad, bad]), &std::array::from_fn(|_| std::array::from_fn(|_| mark())));
        for svg in [columns(told, "ask", &[mark()]), bars(told, "ask", &[mark()]), week] {
            assert!(!svg.contains("<script") && !svg.contains('\u{202e}') && svg.contains("&lt;script&gt;"), "{svg}");
        }
    }
}
