//! The one template that shows every page behind the door: every value is escaped, nothing is a script, and what somebody typed into a
//! field comes back beside its fault.

use super::chart::Drawn;
use super::menu::{self, Group};
use super::sheet::{Field, Form, Kind, Line, Part, Sheet};
use super::words::{Language, Words};
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, escape_formatter};

/// A menu of more places than these has its groups folded.
const UNFOLDED: usize = 10;

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
    /// Says `breathe` between the values of a page.
    pub(super) fn new(breathe: impl Fn() + Send + Sync + 'static) -> Self {
        let mut engine = Environment::new();
        engine.set_auto_escape_callback(|_| AutoEscape::Html);
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the usual marks"));
        engine.set_formatter(move |out, state, value| {
            breathe();
            escape_formatter(out, state, value)
        });
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
        ("carries", Value::from(form.is_some_and(|form| form.fields.iter().any(|field| field.kind == Kind::File)))),
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
    fn a_box_has_its_help_and_its_fault_as_every_field_has() {
        let box_of = |help: &str, fault: &str| {
            let field = Field {
                name: "nothing",
                kind: Kind::Check,
                label: "Nothing".into(),
                help: help.into(),
                fault: fault.into(),
                ..Field::default()
            };
            let form = Form { action: "/x", button: "Go".into(), fields: vec![field] };
            let sheet = Sheet { parts: vec![Part { form: Some(form), ..Part::default() }], ..Sheet::titled("x") };
            SheetPage::new(|| ()).render(&sheet, &Looker::default(), &Words::new()).unwrap()
        };
        let both = box_of("why it may be", "tick it");
        assert!(both.contains("id=\"nothing-help\">why it may be<") && both.contains("id=\"nothing-fault\">tick it<"), "{both}");
        assert!(both.contains("aria-describedby=\"nothing-help nothing-fault\" aria-invalid=\"true\""), "{both}");
        let help = box_of("why it may be", "");
        assert!(help.contains("aria-describedby=\"nothing-help\"") && !help.contains("aria-invalid"), "{help}");
        let none = box_of("", "");
        assert!(!none.contains("aria-describedby") && !none.contains("nothing-help"), "{none}");
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
        let kinds = [
            Kind::Text,
            Kind::Password,
            Kind::Date,
            Kind::Moment,
            Kind::Area,
            Kind::Select,
            Kind::Radio,
            Kind::Check,
            Kind::File,
            Kind::Hidden,
        ];
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
        let page = SheetPage::new(|| ()).render(&sheet, &looker, &Words::new()).unwrap();
        assert!(!page.contains("<script") && !page.contains("<img") && page.matches("&lt;script&gt;").count() > 30, "{page}");
        let password = page.split("type=\"password\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(password.contains("value=\"\""), "{password}");
        assert!(sheet.is_faulty());
    }
}
