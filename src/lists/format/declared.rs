//! The declared formats and their schemas (standards U7: nothing about a statutory list's layout is built in).

use std::str::FromStr;

/// How a list is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// One host name a line; `#` comments; a leading `.` or `*.` is dropped.
    Domains,
    /// `address name name...` a line, as `/etc/hosts`.
    Hosts,
    /// One address a line, encoded or not, with or without scheme; a line with a host only is a host entry.
    Urls,
    /// Adblock syntax, of which `||host^` rules are applied.
    Adblock,
    /// A response policy zone, of which name triggers are applied.
    Rpz,
    /// One regular expression a line, matched against `host/path?query` without case.
    Expressions,
    /// One keyword a line, found anywhere in `host/path?query` without case.
    Keywords,
    /// Rows with the address in one column.
    Csv(CsvSchema),
    /// One JSON document with an array of records.
    Json(JsonSchema),
    /// One JSON value a line; the pointer leads from it to the address.
    JsonLines(Pointer),
}

impl Format {
    /// The format of a file in a UT1 or squidGuard directory, by its name. `very_restrictive_expression` is not among them:
    /// its makers offer it apart, since it blocks far more than its category.
    #[must_use]
    pub fn of_squidguard_file(name: &str) -> Option<Self> {
        match name {
            "domains" => Some(Self::Domains),
            "urls" => Some(Self::Urls),
            "expressions" => Some(Self::Expressions),
            _ => None,
        }
    }
}

/// Which column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnName {
    /// By its heading in the first row.
    Heading(String),
    /// By its place, from 0; there is no heading row.
    Place(usize),
    /// By its place, from 0, below a heading row.
    PlaceBelowHeading(usize),
}

/// Layout of a CSV list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvSchema {
    /// The column with the address.
    pub column: ColumnName,
    /// Byte between columns.
    pub delimiter: u8,
}

/// Layout of a JSON list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonSchema {
    /// From the document to the array of records.
    pub records: Pointer,
    /// From a record to the address; empty when the record is the address.
    pub field: Pointer,
}

/// A JSON pointer (RFC 6901), checked.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Pointer(Vec<String>);

/// A JSON pointer is empty or starts with a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a JSON pointer is empty or starts with a slash, such as /urls")]
pub struct NotAPointer;

impl FromStr for Pointer {
    type Err = NotAPointer;

    fn from_str(text: &str) -> Result<Self, NotAPointer> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let steps = text.strip_prefix('/').ok_or(NotAPointer)?;
        Ok(Self(steps.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect()))
    }
}

impl Pointer {
    /// The names or places on the way.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        &self.0
    }

    /// Where it leads from here.
    pub(crate) fn follow<'a>(&self, from: &'a serde_json::Value) -> Option<&'a serde_json::Value> {
        self.0.iter().try_fold(from, |value, step| match value {
            serde_json::Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            serde_json::Value::Object(fields) => fields.get(step),
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) | serde_json::Value::String(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_through_objects_and_arrays() {
        let value = serde_json::json!({"a/b": [{"m~n": "x"}]});
        let pointer: Pointer = "/a~1b/0/m~0n".parse().unwrap();
        assert_eq!(pointer.follow(&value), Some(&serde_json::json!("x")));
        assert_eq!("".parse::<Pointer>().unwrap().follow(&value), Some(&value));
        assert_eq!("a".parse::<Pointer>(), Err(NotAPointer));
        assert_eq!("/a".parse::<Pointer>().unwrap().follow(&value), None);
    }

    #[test]
    fn a_squidguard_directory_has_entries_in_files_of_known_names() {
        assert_eq!(Format::of_squidguard_file("domains"), Some(Format::Domains));
        assert_eq!(Format::of_squidguard_file("usage"), None);
        assert_eq!(Format::of_squidguard_file("very_restrictive_expression"), None);
    }
}
