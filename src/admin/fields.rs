//! What came with a form: bounded, urlencoded, each field once.

use std::collections::BTreeMap;

/// Largest form.
pub(super) const LARGEST: usize = 16 * 1024;

/// Largest form in which people write down what happened: five texts of 8,000 bytes, each byte sent as three.
pub(super) const LARGEST_TEXT: usize = 128 * 1024;

/// Largest form with a list in it, a line each, or with a whole notice: thirteen texts of 6,000 bytes, each byte sent as three.
pub(super) const LARGEST_LIST: usize = 256 * 1024;

/// Fields by name. Only those that a handler asks for by name are ever used: there is nothing to assign by mistake.
#[derive(Clone, Default)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads a form or a query. `None`: a field is there twice, and two readers could take different ones.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(fields))
    }

    /// From fields that were read already.
    pub(super) fn of(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    /// The names of all.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A field, as it was typed; empty where there is none.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A field without blanks around it and without control characters, which belong into no name.
    pub(super) fn text(&self, name: &str) -> String {
        self.raw(name).trim().chars().filter(|c| !c.is_control()).collect()
    }

    /// Did it come at all?
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Was a box ticked?
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.raw(name) == "yes"
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // There are passwords in it.
        f.debug_list().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_its_fields_and_never_shows_them() {
        let form = Fields::read(b"name=+Kim%0A&password=a%26b+c&box=yes").unwrap();
        assert_eq!((form.text("name").as_str(), form.raw("password"), form.ticked("box")), ("Kim", "a&b c", true));
        assert_eq!((form.text("absent").as_str(), form.ticked("absent")), ("", false));
        assert!(!format!("{form:?}").contains("a&b"));
        assert!(Fields::read(b"role=governor&role=site-admin").is_none());
    }
}
