//! The templates: ours, or the operator's in their place. Compiled once; every value is escaped for HTML.
//!
//! A template that does not compile, or fails on sample facts, is refused with its place before it goes live.
//! The names that a template may use: `language site own_name heading words advice reason category group address reference
//! time opens onward.action onward.token code.action code.token framed demonstration lab statutory_text`, `contact` and `appeal` (`any name phone dial
//! email web`), `help_lines` (a list of `name phone dial words web`). The pages at our own name have more: `why.html` has `client remembers`
//! and `stops` (a list of `time reference host words category group onward.action onward.token wrong`), `coverage.html` has `title mode summary sees
//! misses`, `features` (a list of `name needs state`) and `counted` (`since`, and `lines` of `number words`).
//! `code.html` has `said lead what until stays_closed`. `sign_in.html` has `client fault form way token to back guest onward onward_host` and `signed_in` (`name until`, or nothing).
//! `agreement.html` has `clauses` (a list of `id title words sanction origin`), `version guardian person accepted accepting`, `notice.html` has
//! `title` and `parts` (a list of `heading lines`). `block.html` and `warn.html` have `clause` (`id title words`, or nothing), `wrong` (`action token`,
//! or nothing) and `answered` (`on state words`, or nothing). `wrong.html`, `worry.html` and `answer.html` have `said lead number host wrong on state
//! words_said`, and `words_typed name_typed` as they came. `opinion.html` has `said lead view words_typed longest danger number other_way`,
//! `opinion` (`action token`, or nothing), `t` (its texts) and `did` (a list of `on said did`). `authority.html` and
//! `device.html` have `authority` (`name fingerprint until needed inside`, or nothing), the one `devices` (a list of `path title`), the other `device`.

use super::status::Template;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use std::collections::BTreeMap;

/// Largest template that is taken from an operator, in bytes.
const LARGEST: usize = 64 * 1024;

macro_rules! page {
    ($($part:literal),+) => {
        concat!(
            include_str!("html/head.html"),
            include_str!("html/page.css"),
            include_str!("html/top.html"),
            $(include_str!(concat!("html/", $part)),)+
            include_str!("html/foot.html")
        )
    };
}

/// Steps for each kind of device.
const DEVICE: &str = page!(
    "device.html",
    "device_windows.html",
    "device_macos.html",
    "device_ios.html",
    "device_android.html",
    "device_chromeos.html",
    "device_firefox.html",
    "device_linux.html",
    "device_administrators.html",
    "device_trusted.html",
    "device_end.html"
);

/// What is closed.
const BLOCK: &str = page!(
    "block.html",
    "answered.html",
    "ask.html",
    "block_end.html",
    "facts.html",
    "code_here.html",
    "code_form.html",
    "code_here_end.html",
    "wrong_here.html",
    "close.html",
    "worried.html",
    "opinion_here.html",
    "talk.html"
);

/// Our own template.
const fn built_in(template: Template) -> &'static str {
    match template {
        Template::Block => BLOCK,
        Template::Statutory => {
            page!("statutory.html", "ask.html", "statutory_end.html", "facts.html", "close.html", "worried.html", "talk.html")
        }
        Template::Warn => {
            page!(
                "warn.html",
                "answered.html",
                "ask.html",
                "facts.html",
                "wrong_here.html",
                "close.html",
                "worried.html",
                "opinion_here.html",
                "talk.html"
            )
        }
        Template::Hours => page!(
            "hours.html",
            "ask.html",
            "facts.html",
            "code_here.html",
            "code_form.html",
            "code_here_end.html",
            "close.html",
            "worried.html",
            "talk.html"
        ),
        Template::Trouble => page!("trouble.html", "ask.html", "facts.html", "close.html"),
        Template::Welcome => page!("welcome.html", "ask.html", "close.html", "worried.html", "talk.html"),
        Template::Why => page!("why.html", "ask.html", "why_end.html", "worried.html", "opinion_here.html", "talk.html"),
        Template::Code => page!("code.html", "code_form.html", "code_end.html", "ask.html", "close.html"),
        Template::SignIn => page!("sign_in.html", "ask.html", "close.html", "talk.html"),
        Template::Coverage => page!("coverage.html", "ask.html", "close.html"),
        Template::Agreement => page!("agreement.html", "ask.html", "close.html", "talk.html"),
        Template::Notice => page!("notice.html", "ask.html", "close.html"),
        Template::Authority => page!("authority.html", "ask.html", "close.html"),
        Template::Device => DEVICE,
        Template::Wrong => page!("wrong.html", "wrong_form.html", "wrong_end.html", "ask.html", "close.html", "worried.html", "talk.html"),
        Template::Worry => page!("worry.html", "ask.html", "close.html", "talk.html"),
        Template::Opinion => page!("opinion.html", "talk.html"),
        Template::Answer => page!("answer.html", "ask.html", "close.html", "worried.html", "talk.html"),
    }
}

/// A template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// No page has this name.
    #[error(
        "{file}: no page has this name; there are block.html, statutory.html, warn.html, hours.html, trouble.html, welcome.html, why.html, code.html, sign_in.html, coverage.html, agreement.html, notice.html, authority.html, device.html, wrong.html, worry.html, answer.html and opinion.html"
    )]
    Unknown {
        /// The file.
        file: String,
    },
    /// Too large.
    #[error("{file}: {bytes} bytes; a template may have at most {LARGEST}")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size.
        bytes: usize,
    },
    /// It does not compile, or it fails on sample facts.
    #[error("{file}:{line}:{column}: {told}")]
    Broken {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What the template engine says.
        told: String,
    },
}

impl TemplateFault {
    /// From the engine's error.
    pub(super) fn broken(template: Template, source: &str, error: &minijinja::Error) -> Self {
        let told = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
        let (line, column) = place(source, error);
        Self::Broken { file: template.file().to_owned(), line, column, told }
    }
}

/// Where an error lies, both from 1. An error that the engine cannot place further lies at the first sign of its line.
fn place(source: &str, error: &minijinja::Error) -> (usize, usize) {
    if let Some(before) = error.range().and_then(|range| source.get(..range.start)) {
        let line = before.rsplit('\n').next().unwrap_or(before);
        return (before.matches('\n').count() + 1, line.chars().count() + 1);
    }
    let line = error.line().unwrap_or(1).max(1);
    let text = source.lines().nth(line - 1).unwrap_or("");
    (line, text.chars().take_while(|sign| sign.is_whitespace()).count() + 1)
}

/// The compiled templates.
#[derive(Debug)]
pub(super) struct Templates {
    engine: Environment<'static>,
    operators: Vec<Template>,
}

impl Templates {
    /// Compiles all; `own` are the operator's files by name.
    pub(super) fn compile(own: &BTreeMap<String, String>) -> Result<Self, TemplateFault> {
        if let Some(file) = own.keys().find(|file| !Template::ALL.iter().any(|t| t.file() == file.as_str())) {
            return Err(TemplateFault::Unknown { file: file.clone() });
        }
        let mut engine = Environment::new();
        engine.set_auto_escape_callback(|_| AutoEscape::Html);
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the usual marks"));
        engine.set_recursion_limit(16);
        let mut operators = Vec::new();
        for template in Template::ALL {
            let result = match own.get(template.file()) {
                Some(text) if text.len() > LARGEST => {
                    return Err(TemplateFault::TooLarge { file: template.file().to_owned(), bytes: text.len() });
                }
                Some(text) => {
                    operators.push(template);
                    engine.add_template_owned(template.file(), text.clone())
                }
                None => engine.add_template(template.file(), built_in(template)),
            };
            result.map_err(|error| TemplateFault::broken(template, Self::source(template, own), &error))?;
        }
        Ok(Self { engine, operators })
    }

    /// Renders one page.
    pub(super) fn render(&self, template: Template, values: minijinja::Value) -> Result<String, minijinja::Error> {
        self.engine.get_template(template.file())?.render(values)
    }

    /// Is it the operator's own? Then it may do what it likes with the values, and is rendered afresh each time.
    pub(super) fn is_operators(&self, template: Template) -> bool {
        self.operators.contains(&template)
    }

    /// The source.
    pub(super) fn source(template: Template, own: &BTreeMap<String, String>) -> &str {
        own.get(template.file()).map_or_else(|| built_in(template), String::as_str)
    }
}
