//! A page behind the door, as plain data, and the one template that shows all of them: every value is escaped, nothing is a script, and
//! what somebody typed into a field comes back beside its fault.

use super::chart::Drawn;
use super::menu::{self, Group};
use super::words::{Language, Words};
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

/// A menu of more places than these has its groups folded.
const UNFOLDED: usize = 10;

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
    Hidden,
    /// No field: those behind it, up to the next of these, are folded away under its label until somebody opens them; open from the start
    /// where it has a value. Without a label: the end of what is folded away.
    More,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Password => "password",
            Self::Date => "date",
            Self::Moment => "datetime-local",
            Self::Area => "area",
            Self::Select => "select",
            Self::Radio => "radio",
            Self::Check => "check",
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

/// Who looks, and where.
#[derive(Clone, Debug, Default)]
pub(super) struct Looker {
    pub(super) language: Language,
    pub(super) site: String,
    /// The person's name; empty: nobody has signed in.
    pub(super) who: String,
    pub(super) role: &'static str,
    /// The token of the session's forms.
    pub(super) token: String,
    /// Where they may go.
    pub(super) menu: Vec<Group>,
    /// Help with this page; empty: there is none.
    pub(super) help: String,
}

/// The template.
#[derive(Debug)]
pub(super) struct SheetPage(Environment<'static>);

impl SheetPage {
    pub(super) fn new() -> Self {
        let mut engine = Environment::new();
        engine.set_auto_escape_callback(|_| AutoEscape::Html);
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the usual marks"));
        engine.add_template("sheet.html", include_str!("html/sheet.html")).expect("a test renders it");
        Self(engine)
    }

    /// Renders a page for whoever looks.
    pub(super) fn render(&self, sheet: &Sheet, looker: &Looker, words: &Words) -> Result<String, minijinja::Error> {
        let say = |key| Value::from(words.say(looker.language, key));
        let fault = |field: &str, words: &str| Value::from_pairs([("field", Value::from(field)), ("words", Value::from(words))]);
        let faulty = sheet.fields().filter(|field| !field.fault.is_empty());
        let of_fields = faulty.map(|field| fault(field.name, &format!("{}: {}", field.label, field.fault)));
        let values = Value::from_pairs([
            ("lang", Value::from(looker.language.tag())),
            ("title", text(&sheet.title)),
            ("site", text(&looker.site)),
            ("who", text(&looker.who)),
            ("role", text(looker.role)),
            ("token", text(&looker.token)),
            ("menu", looker.menu.iter().map(menu::value).collect()),
            ("folds", Value::from(looker.menu.iter().map(|group| group.places.len()).sum::<usize>() > UNFOLDED)),
            ("help", text(&looker.help)),
            ("say_help", say("page.help")),
            ("say_waits", say("page.waits")),
            ("lead", texts(&sheet.lead)),
            ("notes", texts(&sheet.notes)),
            ("faults", sheet.fault.iter().map(|words| fault("", words)).chain(of_fields).collect()),
            ("parts", sheet.parts.iter().map(part).collect()),
            ("refresh", text(&sheet.refresh.as_ref().map(|(after, path)| format!("{after};url={path}")).unwrap_or_default())),
            ("say_skip", say("page.skip")),
            ("say_places", say("page.places")),
            ("say_sign_out", say("page.sign_out")),
            ("say_fault", say("page.fault")),
            ("say_faults", say("page.faults")),
        ]);
        self.0.get_template("sheet.html")?.render(values)
    }
}

/// Text in which nothing is hidden: control characters and those that turn the direction of writing are shown by their numbers (A3).
fn text(text: &str) -> Value {
    let hides =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if !text.contains(hides) {
        return Value::from(text);
    }
    let shown = text.chars().map(|c| if hides(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() });
    Value::from(shown.collect::<String>())
}

fn texts(texts: &[String]) -> Value {
    texts.iter().map(|one| text(one)).collect()
}

/// Lines stay lines.
fn block(lines: &str) -> Value {
    lines.lines().map(|line| text(line).to_string()).collect::<Vec<_>>().join("\n").into()
}

fn part(part: &Part) -> Value {
    let fact = |(name, value, code): &(String, String, bool)| {
        Value::from_pairs([("name", text(name)), ("value", text(value)), ("code", Value::from(*code))])
    };
    let row = |(place, row): (usize, &Line)| {
        let shut = part.shut.get(place).copied().unwrap_or_default();
        Value::from_pairs([("href", text(&row.href)), ("cells", texts(&row.cells)), ("shut", Value::from(shut))])
    };
    let link = |(href, words): &(String, String)| Value::from_pairs([("href", text(href)), ("words", text(words))]);
    let (side, picture, in_words) = part.picture.clone().unwrap_or_default();
    let form = part.form.as_ref();
    let folds = form.into_iter().flat_map(|form| &form.fields).filter(|field| field.kind == Kind::More);
    Value::from_pairs([
        ("heading", text(&part.heading)),
        ("lines", texts(&part.lines)),
        ("folded", Value::from(part.folded)),
        ("open", Value::from(form.is_some_and(|form| form.fields.iter().any(|field| !field.fault.is_empty())))),
        ("steps", texts(&part.steps)),
        ("points", texts(&part.points)),
        ("side", Value::from(side)),
        ("picture", text(&picture)),
        ("picture_words", text(&in_words)),
        ("drawn", part.drawn.iter().map(drawn).collect()),
        ("facts", part.facts.iter().map(fact).collect()),
        ("items", texts(&part.items)),
        ("guarded", texts(&part.guarded)),
        ("block", block(&part.block)),
        ("head", texts(&part.head)),
        ("rows", part.rows.iter().enumerate().map(row).collect()),
        ("action", text(form.map_or("", |form| form.action))),
        ("button", text(form.map_or("", |form| &form.button))),
        ("more", Value::from(folds.clone().next_back().is_some_and(|field| !field.label.is_empty()))),
        ("folds", Value::from(folds.count())),
        ("fields", form.map(fields).unwrap_or_default()),
        ("after", texts(&part.after)),
        ("listed", Value::from(part.listed)),
        ("links", part.links.iter().map(link).collect()),
        ("ways", part.way.iter().map(link).collect()),
    ])
}

fn drawn(one: &Drawn) -> Value {
    Value::from_pairs([
        ("caption", text(&one.caption)),
        // Ours, with every text in it escaped (`chart`).
        ("svg", Value::from_safe_string(one.svg.clone())),
        ("same", text(&one.same)),
        ("head", texts(&one.head)),
        ("rows", one.rows.iter().map(|row| texts(row)).collect()),
    ])
}

fn fields(form: &Form) -> Value {
    let mut folded = false;
    let one = |one: &Field| {
        let closes = one.kind == Kind::More && std::mem::replace(&mut folded, !one.label.is_empty());
        field(one, closes)
    };
    form.fields.iter().map(one).collect()
}

fn field(field: &Field, closes: bool) -> Value {
    let described = [(!field.help.is_empty(), "help"), (!field.fault.is_empty(), "fault")];
    let describes: Vec<String> = described.iter().filter(|(is, _)| *is).map(|(_, what)| format!("{}-{what}", field.name)).collect();
    let choice = |(value, words): &(String, String)| {
        Value::from_pairs([("value", text(value)), ("words", text(words)), ("chosen", Value::from(*value == field.value))])
    };
    // What was typed goes back as it was.
    let value = if field.kind == Kind::Password { "" } else { &field.value };
    Value::from_pairs([
        ("name", text(field.name)),
        ("kind", text(field.kind.word())),
        ("closes", Value::from(closes)),
        ("label", text(&field.label)),
        ("help", text(&field.help)),
        ("value", Value::from(value)),
        ("fault", text(&field.fault)),
        ("describes", text(&describes.join(" "))),
        ("autocomplete", text(if field.autocomplete.is_empty() { "off" } else { field.autocomplete })),
        ("digits", Value::from(field.digits)),
        ("choices", field.choices.iter().map(choice).collect()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_hidden_in_a_text() {
        assert_eq!(text("a\u{202e}b\u{7}c\u{feff}\u{e9}").as_str(), Some("a\\u{202e}b\\u{7}c\\u{feff}\u{e9}"));
    }

    #[test]
    fn what_is_hostile_is_text_wherever_it_stands_and_a_password_never_comes_back() {
        let bad = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'".to_owned();
        let all = |kind| Field {
            name: "field",
            kind,
            label: bad.clone(),
            help: bad.clone(),
            value: bad.clone(),
            fault: bad.clone(),
            choices: vec![(bad.clone(), bad.clone())],
            ..Field::default()
        };
        let kinds =
            [Kind::Text, Kind::Password, Kind::Date, Kind::Moment, Kind::Area, Kind::Select, Kind::Radio, Kind::Check, Kind::Hidden];
        let part = Part {
            heading: bad.clone(),
            lines: vec![bad.clone()],
            folded: true,
            steps: vec![bad.clone()],
            points: vec![bad.clone()],
            picture: Some((9, bad.clone(), bad.clone())),
            drawn: vec![Drawn {
                caption: bad.clone(),
                same: bad.clone(),
                head: vec![bad.clone()],
                rows: vec![vec![bad.clone()]],
                ..Drawn::default()
            }],
            facts: vec![(bad.clone(), bad.clone(), true), (bad.clone(), bad.clone(), false)],
            items: vec![bad.clone()],
            guarded: vec![bad.clone()],
            block: bad.clone(),
            head: vec![bad.clone()],
            rows: vec![Line { href: bad.clone(), cells: vec![bad.clone(), bad.clone()] }],
            shut: vec![2],
            form: Some(Form { action: "/x", button: bad.clone(), fields: kinds.map(all).into() }),
            after: vec![bad.clone()],
            listed: false,
            way: Some((bad.clone(), bad.clone())),
            links: vec![(bad.clone(), bad.clone())],
        };
        let sheet = Sheet {
            title: bad.clone(),
            lead: vec![bad.clone()],
            notes: vec![bad.clone()],
            fault: Some(bad.clone()),
            parts: vec![part],
            refresh: Some((9, bad.clone())),
        };
        let looker = Looker {
            site: bad.clone(),
            who: bad.clone(),
            token: bad.clone(),
            menu: vec![Group { name: "x", places: vec![menu::Entry { path: "/", name: "x", here: true, waits: 3 }] }],
            help: bad.clone(),
            ..Looker::default()
        };
        let page = SheetPage::new().render(&sheet, &looker, &Words::new()).unwrap();
        assert!(!page.contains("<script") && !page.contains("<img") && page.matches("&lt;script&gt;").count() > 30, "{page}");
        let password = page.split("type=\"password\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(password.contains("value=\"\""), "{password}");
        assert!(sheet.is_faulty());
    }
}
