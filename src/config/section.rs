//! Tables of options: one block per option, with its key, its help and its slot. Unknown keys are refused.

use super::fault::FaultKind;
use super::node::{Node, Value};
use super::reader::Reader;
use super::slot::{Slot, wrong_type};
use super::source::At;
use super::suggest::nearest;

/// One option of a table. Its parser and range are those of its slot, its default is that of `T`.
pub(super) struct Opt<T> {
    pub(super) key: &'static str,
    pub(super) help: &'static str,
    pub(super) slot: fn(&mut T) -> Slot<'_>,
}

/// A table of options.
pub(super) trait Section: Default + 'static {
    /// What may stand in it.
    const OPTIONS: &'static [Opt<Self>];
}

/// Reads one table.
pub(super) trait ReadTable {
    fn read_table(&mut self, node: &Node, reader: &mut Reader);
    fn describe(&self, path: &str, out: &mut Vec<Described>);
}

/// Reads tables in double brackets.
pub(super) trait ReadTables {
    fn read_tables(&mut self, node: &Node, reader: &mut Reader);
    fn describe(&self, path: &str, out: &mut Vec<Described>);
}

/// Reads a table of tables with names of the operator's choice.
pub(super) trait ReadNamed {
    fn read_named(&mut self, node: &Node, reader: &mut Reader);
    fn describe(&self, path: &str, out: &mut Vec<Described>);
}

impl<T: Section> ReadTable for T {
    fn read_table(&mut self, node: &Node, reader: &mut Reader) {
        let Value::Table(entries) = &node.value else { return wrong_type(node, "a table", reader) };
        for (key, value) in entries {
            match T::OPTIONS.iter().find(|option| option.key == key.value) {
                Some(option) => (option.slot)(self).read(value, reader),
                None => unknown_key(key, T::OPTIONS.iter().map(|option| option.key), reader),
            }
        }
    }

    fn describe(&self, path: &str, out: &mut Vec<Described>) {
        describe_section::<T>(&format!("[{path}]"), path, out);
    }
}

impl<T: Section> ReadTables for Vec<At<T>> {
    fn read_tables(&mut self, node: &Node, reader: &mut Reader) {
        let Value::List(items) = &node.value else { return wrong_type(node, "tables in double brackets", reader) };
        for item in items {
            let mut value = T::default();
            value.read_table(item, reader);
            self.push(At { value, place: item.place.clone() });
        }
    }

    fn describe(&self, path: &str, out: &mut Vec<Described>) {
        describe_section::<T>(&format!("[[{path}]]"), path, out);
    }
}

impl<T: Section> ReadNamed for Vec<(At<String>, T)> {
    fn read_named(&mut self, node: &Node, reader: &mut Reader) {
        let Value::Table(entries) = &node.value else { return wrong_type(node, "a table", reader) };
        for (name, value) in entries {
            let mut section = T::default();
            section.read_table(value, reader);
            self.push((name.clone(), section));
        }
    }

    fn describe(&self, path: &str, out: &mut Vec<Described>) {
        describe_section::<T>(&format!("[{path}.NAME]"), path, out);
    }
}

fn unknown_key(key: &At<String>, known: impl Iterator<Item = &'static str> + Clone, reader: &mut Reader) {
    let kind = FaultKind::UnknownKey(key.value.as_str().into());
    let help = match nearest(&key.value, known.clone()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("the options here are: {}", known.collect::<Vec<_>>().join(", ")),
    };
    reader.fault_with_help(&key.place, kind, &help);
}

/// A table of the reference.
pub(super) struct Described {
    /// Its head, as it is written in the settings, or in words.
    pub(super) title: String,
    /// Its keys with points between them.
    pub(super) path: String,
    pub(super) options: Vec<DescribedOption>,
}

/// An option of the reference.
pub(super) struct DescribedOption {
    pub(super) key: &'static str,
    pub(super) help: &'static str,
    /// What it takes.
    pub(super) takes: String,
    /// What holds without it; empty: nothing.
    pub(super) default: String,
}

impl Described {
    /// The same as text.
    pub(super) fn text(&self) -> String {
        let option = |option: &DescribedOption| {
            let DescribedOption { key, help, takes, default } = option;
            let default = if default.is_empty() { String::new() } else { format!("; default: {default}") };
            format!("  {key}\n      {help}\n      Takes {takes}{default}.\n")
        };
        format!("{}\n{}\n", self.title, self.options.iter().map(option).collect::<String>())
    }
}

/// Adds the reference of one table, and of the tables in it.
pub(super) fn describe_section<T: Section>(title: &str, path: &str, out: &mut Vec<Described>) {
    let mut section = T::default();
    let (mut inner, mut own) = (Vec::new(), Vec::new());
    for option in T::OPTIONS {
        let below = if path.is_empty() { option.key.to_owned() } else { format!("{path}.{}", option.key) };
        let slot = (option.slot)(&mut section);
        if !slot.describe_tables(&below, &mut inner) {
            own.push(DescribedOption { key: option.key, help: option.help, takes: slot.takes(), default: slot.shown() });
        }
    }
    if !own.is_empty() {
        out.push(Described { title: title.to_owned(), path: path.to_owned(), options: own });
    }
    out.append(&mut inner);
}
