//! What stands in an answer and what is taken with a question, as data: the description is made from it, and questions are held to it.

use serde_json::{Map, Value, json};

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(in crate::admin) enum Shape {
    Text,
    /// RFC 3339, UTC.
    Moment,
    Whole,
    Truth,
    /// Whatever the page of the same name gives as JSON.
    Thing,
    OneOf(&'static [&'static str]),
    List(&'static Shape),
    /// It, or null.
    Maybe(&'static Shape),
    /// All of these, and nothing else.
    Fields(&'static [(&'static str, Shape)]),
}

impl Shape {
    /// As a JSON Schema (2020-12).
    pub(super) fn schema(&self) -> Value {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::Moment => json!({"type": "string", "format": "date-time"}),
            Self::Whole => json!({"type": "integer", "minimum": 0}),
            Self::Truth => json!({"type": "boolean"}),
            Self::Thing => json!({"type": "object"}),
            Self::OneOf(words) => json!({"type": "string", "enum": words}),
            Self::List(of) => json!({"type": "array", "items": of.schema()}),
            Self::Maybe(of) => json!({"anyOf": [of.schema(), {"type": "null"}]}),
            Self::Fields(fields) => {
                let all: Map<String, Value> = fields.iter().map(|(name, shape)| ((*name).to_owned(), shape.schema())).collect();
                let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                json!({"type": "object", "properties": all, "required": names, "additionalProperties": false})
            }
        }
    }
}

/// A text that comes with a question: in the query of GET, in the body of POST.
#[derive(Clone, Copy, Debug)]
pub(in crate::admin) struct Given {
    /// Its name.
    pub(super) name: &'static str,
    /// Its name in the form of the page that does the same.
    pub(super) form: &'static str,
    /// What it is.
    pub(super) words: &'static str,
    /// Without it there is no answer.
    pub(super) must: bool,
}

impl Given {
    /// It has to be there.
    pub(super) const fn must(name: &'static str, words: &'static str) -> Self {
        Self { name, form: name, words, must: true }
    }

    /// It may be there.
    pub(super) const fn may(name: &'static str, words: &'static str) -> Self {
        Self { name, form: name, words, must: false }
    }

    /// The page's form calls it otherwise.
    pub(super) const fn in_form(self, form: &'static str) -> Self {
        Self { form, ..self }
    }
}
