//! Named dates: in order, no day twice, so that each day has one name at most; and the hours that name them.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::hours::is_date_name;
use crate::config::moment::Written;
use crate::config::raw::RawTerm;
use crate::config::source::{At, Place};
use crate::policy::{Dates, WeeklyHours, Window};
use jiff::civil::Date;

/// Dates with a name, in small letters.
#[derive(Clone)]
pub(super) struct Term {
    name: String,
    first: Date,
    last: Date,
    place: Place,
}

/// Checks every `[[term]]`.
pub(super) fn check(written: &[At<RawTerm>], bench: &mut Bench<'_>) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for raw in written {
        let Some(term) = term(raw, bench) else { continue };
        if let Some(other) = terms.iter().find(|other| term.first <= other.last && other.first <= term.last) {
            let help = format!("its days are {} to {}, written at {}", other.first, other.last, bench.reader.place_text(&other.place));
            bench.reader.fault_with_help(&term.place, FaultKind::TermsOverlap(term.name.into(), other.name.as_str().into()), &help);
        } else {
            terms.push(term);
        }
    }
    terms
}

fn term(written: &At<RawTerm>, bench: &mut Bench<'_>) -> Option<Term> {
    let (raw, place) = (&written.value, &written.place);
    let name = bench.need(raw.name.as_ref(), place, "name").map(|name| name.trim().to_ascii_lowercase());
    if let (Some(at), Some(name)) = (&raw.name, &name)
        && !is_date_name(name)
    {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a name of letters, digits, - and _, such as \"term\"".into() });
        return None;
    }
    let (first, last) = (day(raw.from.as_ref(), place, "from", bench), day(raw.to.as_ref(), place, "to", bench));
    let (name, first, last) = (name?, first?, last?);
    if last < first {
        let place = raw.to.as_ref().map_or(place, |at| &at.place);
        bench.reader.fault(place, FaultKind::TermInverted { first: first.to_string().into(), last: last.to_string().into() });
        return None;
    }
    Some(Term { name, first, last, place: raw.from.as_ref().map_or(place, |at| &at.place).clone() })
}

fn day(written: Option<&At<Written>>, place: &Place, key: &'static str, bench: &mut Bench<'_>) -> Option<Date> {
    let Some(at) = written else {
        bench.reader.fault(place, FaultKind::Missing(key));
        return None;
    };
    match at.value {
        Written::Day(day) => Some(day),
        Written::Civil(_) | Written::Exact(_) => {
            bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a date such as 2026-09-03".into() });
            None
        }
    }
}

impl Bench<'_> {
    /// Hours with the dates that they name. A name that no term has is a fault; such a window is left as one that never starts.
    pub(super) fn hours(&mut self, written: &[At<Window>]) -> WeeklyHours {
        WeeklyHours { windows: written.iter().map(|at| self.window(at)).collect() }
    }

    fn window(&mut self, at: &At<Window>) -> Window {
        let Some(dates) = &at.value.dates else { return at.value.clone() };
        let ranges: Vec<_> = self.terms.iter().filter(|term| *term.name == *dates.name).map(|term| (term.first, term.last)).collect();
        if ranges.is_empty() {
            let named: Vec<String> = self.terms.iter().map(|term| term.name.clone()).collect();
            let name = At { value: dates.name.to_string(), place: at.place.clone() };
            self.unknown("term", &name, named.iter().map(String::as_str));
        }
        Window { dates: Some(Dates { ranges: ranges.into(), ..dates.clone() }), ..at.value.clone() }
    }
}
