//! A page behind the door, as plain data: parts, rows, forms and fields. `sheet_page` shows it.

use super::chart::Drawn;

/// A page.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    /// Its title.
    pub(super) title: String,
    /// What stands below it.
    pub(super) lead: Vec<String>,
    /// What went well.
    pub(super) notes: Vec<String>,
    /// A fault that belongs to no field.
    pub(super) fault: Option<String>,
    /// Its parts, from top to bottom.
    pub(super) parts: Vec<Part>,
    /// After so many seconds a browser goes to this page of ours by itself; only where whoever looks has asked for it (WCAG 2.2.1).
    pub(super) refresh: Option<(u32, String)>,
}

/// A part of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) heading: String,
    pub(super) lines: Vec<String>,
    /// It is folded away until somebody opens it; open from the start where a field in it has a fault.
    pub(super) folded: bool,
    /// What is done one after another.
    pub(super) steps: Vec<String>,
    /// What belongs together, in no order.
    pub(super) points: Vec<String>,
    /// A picture of squares: its side, its path, and what it is in words.
    pub(super) picture: Option<(usize, String, String)>,
    /// Pictures of figures.
    pub(super) drawn: Vec<Drawn>,
    /// Names and values; `true`: the value is to be copied.
    pub(super) facts: Vec<(String, String, bool)>,
    /// Texts to be copied.
    pub(super) items: Vec<String>,
    /// Groups of characters that are read and typed by hand: nobody can select or copy them.
    pub(super) guarded: Vec<String>,
    /// A text as it stands, line by line.
    pub(super) block: String,
    /// Heads of columns.
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Line>,
    /// Of each row the place of a cell whose text cannot be selected, counted from 1; 0 or nothing: none (E2).
    pub(super) shut: Vec<usize>,
    /// A form.
    pub(super) form: Option<Form>,
    /// Lines below everything else.
    pub(super) after: Vec<String>,
    /// Its links stand in a list of columns.
    pub(super) listed: bool,
    /// Pages of ours, with words.
    pub(super) links: Vec<(String, String)>,
    /// The page of ours where most go from here: it looks like a button.
    pub(super) way: Option<(String, String)>,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// The page of ours to which its first cell leads; empty: none.
    pub(super) href: String,
    pub(super) cells: Vec<String>,
}

/// A form.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    pub(super) action: &'static str,
    pub(super) button: String,
    pub(super) fields: Vec<Field>,
}

/// What a field is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Text,
    /// It never comes back with what was typed.
    Password,
    Date,
    /// A day and a time of day.
    Moment,
    /// Several lines.
    Area,
    Select,
    Radio,
    Check,
    /// A file; `value` is what browsers offer to choose from. It never comes back.
    File,
    Hidden,
    /// No field: those behind it, up to the next of these, are folded away under its label until somebody opens them; open from the start
    /// where it has a value. Without a label: the end of what is folded away.
    More,
}

impl Kind {
    /// Its word in the template.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Password => "password",
            Self::Date => "date",
            Self::Moment => "datetime-local",
            Self::Area => "area",
            Self::Select => "select",
            Self::Radio => "radio",
            Self::Check => "check",
            Self::File => "file",
            Self::Hidden => "hidden",
            Self::More => "more",
        }
    }
}

/// A field.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) label: String,
    pub(super) help: String,
    pub(super) value: String,
    pub(super) fault: String,
    /// What browsers may fill in (WCAG 1.3.5).
    pub(super) autocomplete: &'static str,
    /// Digits only.
    pub(super) digits: bool,
    /// Values and words.
    pub(super) choices: Vec<(String, String)>,
}

impl Sheet {
    /// A page with this title.
    pub(super) fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Is there a fault anywhere on it?
    pub(super) fn is_faulty(&self) -> bool {
        self.fault.is_some() || self.fields().any(|field| !field.fault.is_empty())
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().flat_map(|part| &part.form).flat_map(|form| &form.fields)
    }
}
