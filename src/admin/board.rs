//! Figures of incidents for a board: counts by kind, severity, month and site, and no number from which a person could be worked out
//! (standards F9, F22).
//!
//! A count from 1 to 4 is hidden. Every table counts the same incidents, so that a hidden number might be worked out from another table:
//! what somebody could work out who knows these rules is computed here, and more is hidden until no hidden number has one value left.

use super::incidents::Incident;
use crate::model::{IncidentKind, Severity};
use std::collections::BTreeMap;

/// The least count that is shown.
pub const LEAST: u64 = 5;

/// A number of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// As it is.
    Shown(u64),
    /// Fewer than five.
    Few,
    /// Hidden so that no other can be worked out from it.
    Hidden,
}

/// A table: names and their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// `kind`, `severity`, `month` or `outcome`.
    pub by: &'static str,
    /// Names and numbers.
    pub rows: Vec<(String, Figure)>,
}

/// All tables, and how many there are where that can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The tables.
    pub tables: Vec<Table>,
    /// How many incidents; `None`: something could be worked out from it.
    pub total: Option<u64>,
}

/// The figures of these incidents.
#[must_use]
pub fn figures(incidents: &[Incident]) -> Figures {
    let count = |test: &dyn Fn(&Incident) -> bool| incidents.iter().filter(|incident| test(incident)).count() as u64;
    let mut kinds: Vec<(String, u64)> =
        IncidentKind::ALL.into_iter().map(|kind| (kind.word().to_owned(), count(&|one| one.kind() == Some(kind)))).collect();
    kinds.push(("not-said".to_owned(), count(&|one| one.kind().is_none())));
    let severities = Severity::ALL.into_iter().map(|severity| (severity.to_string(), count(&|one| one.severity() == severity))).collect();
    let mut months: BTreeMap<String, u64> = BTreeMap::new();
    incidents.iter().for_each(|one| *months.entry(one.opened.civil().strftime("%Y-%m").to_string()).or_default() += 1);
    let mut origins: BTreeMap<String, u64> = BTreeMap::new();
    // How many the filter noticed, and how many people reported, are told apart (F12).
    incidents.iter().for_each(|one| *origins.entry(one.origin.clone()).or_default() += 1);
    let tables =
        vec![("kind", kinds), ("severity", severities), ("month", months.into_iter().collect()), ("origin", origins.into_iter().collect())];
    suppressed(tables)
}

/// What a table counts by, and its names with their true numbers.
type Counted = (&'static str, Vec<(String, u64)>);

fn suppressed(tables: Vec<Counted>) -> Figures {
    let total = tables.first().map_or(0, |(_, rows)| rows.iter().map(|(_, count)| count).sum());
    let mut work: Vec<Work> = tables.iter().map(|(_, rows)| Work::of(rows.iter().map(|(_, count)| *count).collect())).collect();
    while let Some(at) = worked_out(&work) {
        if !work[at].hide_one() {
            // Nothing of this table is left to hide: then the others must not tell how many there are.
            let others = work.iter().position(|table| table.hidden() == 0);
            if !others.is_some_and(|other| work[other].hide_one()) {
                work.iter_mut().for_each(Work::hide_all);
                break;
            }
        }
    }
    let clean = work.iter().all(|table| table.hidden() == 0);
    let shown = |((by, rows), work): (Counted, Work)| Table {
        by,
        rows: rows.into_iter().zip(work.cells).map(|((name, _), (_, figure))| (name, figure)).collect(),
    };
    Figures { tables: tables.into_iter().zip(work).map(shown).collect(), total: clean.then_some(total) }
}

/// A table at work: each true number, and what is shown of it.
struct Work {
    cells: Vec<(u64, Figure)>,
}

impl Work {
    fn of(counts: Vec<u64>) -> Self {
        let figure = |count| if (1..LEAST).contains(&count) { Figure::Few } else { Figure::Shown(count) };
        Self { cells: counts.into_iter().map(|count| (count, figure(count))).collect() }
    }

    fn hidden(&self) -> usize {
        self.cells.iter().filter(|(_, figure)| !matches!(figure, Figure::Shown(_))).count()
    }

    fn is(&self, wanted: Figure) -> u64 {
        self.cells.iter().filter(|(_, figure)| *figure == wanted).count() as u64
    }

    fn sum(&self) -> u64 {
        self.cells.iter().map(|(_, figure)| if let Figure::Shown(count) = figure { *count } else { 0 }).sum()
    }

    /// Hides the smallest number that is shown and is none; `false`: there is none.
    fn hide_one(&mut self) -> bool {
        let shown = self.cells.iter_mut().filter(|(count, figure)| *count > 0 && matches!(figure, Figure::Shown(_)));
        let Some((_, figure)) = shown.min_by_key(|(count, _)| *count) else { return false };
        *figure = Figure::Hidden;
        true
    }

    fn hide_all(&mut self) {
        self.cells.iter_mut().for_each(|(_, figure)| *figure = Figure::Hidden);
    }

    /// What somebody knows of the total from this table alone: at least, and at most.
    fn total(&self) -> (u64, u64) {
        let (few, hidden) = (self.is(Figure::Few), self.is(Figure::Hidden));
        let least = self.sum() + few + LEAST * hidden;
        let most = if hidden == 0 { self.sum() + (LEAST - 1) * few } else { u64::MAX };
        (least, most)
    }

    /// Has a small number of this table one value left, for whoever knows this much of the total?
    fn gives_away(&self, (least, most): (u64, u64)) -> bool {
        let (few, hidden) = (self.is(Figure::Few), self.is(Figure::Hidden));
        if few == 0 {
            return false;
        }
        let rest = (few - 1) + LEAST * hidden;
        let high = most.saturating_sub(self.sum() + rest).min(LEAST - 1);
        let most_of_rest = if hidden == 0 { (LEAST - 1) * (few - 1) } else { u64::MAX };
        let low = least.saturating_sub(self.sum()).saturating_sub(most_of_rest).max(1);
        low >= high
    }
}

/// The first table of which a small number could be worked out.
fn worked_out(work: &[Work]) -> Option<usize> {
    let known = work.iter().map(Work::total).fold((0, u64::MAX), |known, one| (known.0.max(one.0), known.1.min(one.1)));
    work.iter().position(|table| table.gives_away(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(by: &'static str, counts: &[u64]) -> (&'static str, Vec<(String, u64)>) {
        (by, counts.iter().enumerate().map(|(at, count)| (at.to_string(), *count)).collect())
    }

    #[test]
    fn nothing_is_hidden_where_nothing_is_small() {
        let figures = suppressed(vec![table("a", &[5, 0, 7]), table("b", &[12])]);
        assert_eq!(figures.total, Some(12));
        assert_eq!(figures.tables[0].rows[1].1, Figure::Shown(0));
    }

    #[test]
    fn a_small_number_is_hidden_and_so_is_what_gives_it_away() {
        // 12 in the second table would tell that the hidden one of the first is 2.
        let figures = suppressed(vec![table("a", &[10, 2]), table("b", &[6, 6])]);
        assert_eq!(figures.total, None);
        assert_eq!(figures.tables[0].rows[1].1, Figure::Few);
        let shown = |table: &Table| table.rows.iter().filter(|(_, figure)| matches!(figure, Figure::Shown(_))).count();
        assert!(shown(&figures.tables[0]) + shown(&figures.tables[1]) < 3, "{figures:?}");
    }

    /// Every way to fill what is hidden that fits the rules and gives all tables one total: a second road to the same promise.
    #[test]
    fn whoever_tries_every_way_to_fill_the_tables_finds_two_values_for_each_small_number() {
        let mut seed = 7_u64;
        let mut next = |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        let mut hidden = 0;
        for _ in 0..400 {
            let total = 3 + next(30);
            let mut split = |parts: u64| {
                let mut counts = vec![0; usize::try_from(parts).unwrap()];
                (0..total).for_each(|_| counts[usize::try_from(next(parts)).unwrap()] += 1);
                counts
            };
            let counts = [split(2), split(3)];
            let figures = suppressed(vec![table("a", &counts[0]), table("b", &counts[1])]);
            let totals: Vec<Vec<(u64, Vec<u64>)>> = figures.tables.iter().map(fillings).collect();
            for (at, own) in figures.tables.iter().enumerate() {
                for cell in (0..own.rows.len()).filter(|cell| own.rows[*cell].1 == Figure::Few) {
                    hidden += 1;
                    let fits = |total: u64| totals.iter().all(|ways| ways.iter().any(|(known, _)| *known == total));
                    let mut values: Vec<u64> = totals[at].iter().filter(|(total, _)| fits(*total)).map(|(_, way)| way[cell]).collect();
                    values.sort_unstable();
                    values.dedup();
                    assert!(values.len() > 1, "{counts:?} {figures:?}");
                }
            }
        }
        assert!(hidden > 100, "{hidden}");
    }

    fn fillings(table: &Table) -> Vec<(u64, Vec<u64>)> {
        let ways = |figure: &Figure| match figure {
            Figure::Shown(count) => vec![*count],
            Figure::Few => (1..LEAST).collect(),
            Figure::Hidden => (LEAST..45).collect(),
        };
        let all = table.rows.iter().fold(vec![Vec::new()], |before: Vec<Vec<u64>>, (_, figure)| {
            before.iter().flat_map(|way| ways(figure).into_iter().map(move |one| [way.clone(), vec![one]].concat())).collect()
        });
        all.into_iter().map(|way| (way.iter().sum(), way)).collect()
    }
}
