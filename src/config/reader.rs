//! What is read of the settings: the texts, and the faults and notes that point into them. Must never stop at the first fault.

use super::fault::{Fault, FaultKind, Faults};
use super::source::{Place, SourceText};

/// Collects faults while settings are read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    sources: Vec<SourceText>,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
}

impl Reader {
    pub(super) fn add_source(&mut self, name: &str, text: &str) -> usize {
        self.sources.push(SourceText { name: name.to_owned(), text: text.to_owned() });
        self.sources.len() - 1
    }

    /// How many faults there are by now.
    pub(super) fn faults(&self) -> usize {
        self.faults.len()
    }

    pub(super) fn text(&self, source: usize) -> &str {
        &self.sources[source].text
    }

    pub(super) fn fault(&mut self, place: &Place, kind: FaultKind) {
        self.faults.push(Fault { kind, help: None, place: place.clone() });
    }

    pub(super) fn fault_with_help(&mut self, place: &Place, kind: FaultKind, help: &str) {
        self.faults.push(Fault { kind, help: Some(help.into()), place: place.clone() });
    }

    pub(super) fn note(&mut self, place: &Place, kind: FaultKind) {
        self.notes.push(Fault { kind, help: None, place: place.clone() });
    }

    /// Notes something, and what to do about it.
    pub(super) fn note_with_help(&mut self, place: &Place, kind: FaultKind, help: &str) {
        self.notes.push(Fault { kind, help: Some(help.into()), place: place.clone() });
    }

    /// `file:line:column` of a place.
    pub(super) fn place_text(&self, place: &Place) -> String {
        let Some(source) = self.sources.get(place.source) else { return String::new() };
        let (line, column) = source.line_and_column(place.span.start);
        format!("{}:{line}:{column}", source.name)
    }

    /// Takes over what another reader has found, and the texts that it points into.
    pub(super) fn absorb(&mut self, other: Self) {
        if other.faults.is_empty() && other.notes.is_empty() {
            return;
        }
        let first = self.sources.len();
        let moved = |fault: Fault| Fault { place: Place { source: fault.place.source + first, ..fault.place }, ..fault };
        self.sources.extend(other.sources);
        self.faults.extend(other.faults.into_iter().map(moved));
        self.notes.extend(other.notes.into_iter().map(moved));
    }

    /// Adds a text that another reader has; the number that it has here.
    pub(super) fn take_source(&mut self, other: &Self, source: usize) -> usize {
        self.sources.push(other.sources[source].clone());
        self.sources.len() - 1
    }

    /// Ends the reading with the faults.
    pub(super) fn into_faults(self) -> Faults {
        Faults { sources: self.sources, list: self.faults, notes: false }
    }

    /// Faults have echoes. What stands on the line of a syntax error is read wrongly, and what it hides seems to be missing;
    /// so does an option whose value was refused.
    fn drop_echoes(&mut self) {
        let line = |fault: &Fault| (fault.place.source, self.sources[fault.place.source].line_and_column(fault.place.span.start).0);
        let is_syntax = |fault: &&Fault| matches!(fault.kind, FaultKind::Syntax(_));
        let broken: Vec<_> = self.faults.iter().filter(is_syntax).map(line).collect();
        // What a syntax error hides may be missing in its own text, and what the settings themselves lack everywhere, or the other way round.
        let near = |fault: &Fault| broken.iter().any(|(source, _)| [0, fault.place.source].contains(source) || fault.place.source == 0);
        let hidden = |fault: &Fault| matches!(fault.kind, FaultKind::Missing(_) | FaultKind::Unknown(..)) && near(fault);
        let echo = |fault: &Fault| broken.contains(&line(fault)) || hidden(fault) || self.is_refused_value(fault);
        self.faults = self.faults.iter().filter(|fault| is_syntax(fault) || !echo(fault)).cloned().collect();
    }

    /// Is a missing option there after all, with a value that another fault refuses?
    fn is_refused_value(&self, fault: &Fault) -> bool {
        let FaultKind::Missing(key) = fault.kind else { return false };
        let text = &self.sources[fault.place.source].text;
        self.faults.iter().filter(|other| other.place.source == fault.place.source && other.place.span.start > fault.place.span.end).any(
            |other| {
                let between = text.get(fault.place.span.end..other.place.span.start).unwrap_or_default();
                let (above, line) = between.rsplit_once('\n').unwrap_or(("", between));
                !above.contains("\n[") && line.split('=').next().is_some_and(|written| written.trim() == key)
            },
        )
    }

    /// Ends the reading: the notes, or the faults if there is one.
    pub(super) fn finish(mut self) -> Result<Faults, Faults> {
        let in_order = |list: &mut Vec<Fault>| list.sort_by_key(|fault| (fault.place.source, fault.place.span.start));
        self.drop_echoes();
        in_order(&mut self.faults);
        in_order(&mut self.notes);
        if self.faults.is_empty() {
            return Ok(Faults { sources: self.sources, list: self.notes, notes: true });
        }
        Err(Faults { sources: self.sources, list: self.faults, notes: false })
    }
}
