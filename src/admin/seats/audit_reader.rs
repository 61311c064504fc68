//! As much of the deeds of others as whoever reads them may know: the audit is read by people who see pseudonyms alone, and by people from
//! whom an incident or a case of disclosure is sealed. For those there is neither its number nor what anybody said of it.
//!
//! What was written into the log by older programs is taken out here as well.

use super::audit::ASKED_WHO;
use crate::admin::asking::is_pseudonym;
use crate::admin::audit::Act;
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Stop};
use crate::admin::seal::SEALED;
use crate::admin::works::Happened;
use crate::admin::{alerts, disclosures, incident_rows};
use std::collections::BTreeSet;

/// Shorter references of notices are words of any purpose.
const LEAST: usize = 4;

/// What is kept from whoever reads.
pub(super) struct Reader {
    /// Their own deeds they know.
    own: String,
    incidents: BTreeSet<i64>,
    /// Alerts and holds of those incidents.
    alerts: BTreeSet<i64>,
    holds: BTreeSet<i64>,
    cases: BTreeSet<i64>,
    /// References of the notices of those cases, in small letters.
    references: Vec<String>,
}

impl Reader {
    /// Whoever asks.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Stop> {
        let account = &call.session()?.account;
        let (incidents, alerts, holds, cases) = call.desk.book.read(|book| {
            let cases = disclosures::all(book)?.into_iter().filter(|case| !case.is_seen_by(account)).collect::<Vec<_>>();
            let incidents = incident_rows::sealed_from(book, &account.name)?;
            let (alerts, holds) = (alerts::sealed_from(book, &account.name)?, incident_rows::holds_sealed_from(book, &account.name)?);
            Ok::<_, BookFault>((incidents, alerts, holds, cases))
        })?;
        let reference = |case: &disclosures::Case| case.told("reference").to_lowercase();
        let references = cases.iter().map(reference).filter(|text| text.chars().count() >= LEAST).collect();
        let cases = cases.iter().map(|case| case.id.0).collect();
        Ok(Self { own: account.name.clone(), incidents, alerts, holds, cases, references })
    }

    /// An event as they may read it. What is no deed, such as the text of a hold, is left as it stands or not shown at all.
    pub(super) fn shown(&self, event: &mut Happened) {
        let Some(act) = Act::read(&event.text) else {
            if self.is_sealed(&event.text) {
                (event.text, event.peer) = (SEALED.to_owned(), String::new());
            }
            return;
        };
        let act = without_names(act);
        let of_sealed = act.who != self.own;
        event.text = match () {
            () if of_sealed && self.names_incident(&act.did) => {
                event.peer.clear();
                Act { action: act.action, did: SEALED.to_owned(), sites: act.sites, ..Act::default() }
            }
            () if of_sealed && (self.is_sealed(&act.purpose) || self.is_sealed(&act.query)) => {
                Act { purpose: SEALED.to_owned(), query: String::new(), ..act }
            }
            () => act,
        }
        .text();
    }

    fn names_incident(&self, text: &str) -> bool {
        let names = |after: &[&str], sealed: &BTreeSet<i64>| numbers(text, after).any(|number| sealed.contains(&number));
        names(&["i", "incident"], &self.incidents) || names(&["alert"], &self.alerts) || names(&["h", "hold"], &self.holds)
    }

    /// Do words that somebody typed speak of something that is sealed from them? A deed in a case is written down without words at all.
    fn is_sealed(&self, text: &str) -> bool {
        let small = text.to_lowercase();
        self.names_incident(text)
            || numbers(text, &["d", "disclosure"]).any(|number| self.cases.contains(&number))
            || self.references.iter().any(|reference| small.contains(reference))
    }
}

/// The numbers that follow one of these words: `incident 3`, `I-3`.
fn numbers(text: &str, after: &[&str]) -> impl Iterator<Item = i64> {
    let small = text.to_lowercase();
    let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |(word, number): (&&str, &&str)| after.contains(word).then(|| number.parse().ok()).flatten();
    words.iter().zip(words.iter().skip(1)).filter_map(number).collect::<Vec<_>>().into_iter()
}

/// Without the names of people that older programs wrote down.
fn without_names(act: Act) -> Act {
    let (before, after) = act.did.rsplit_once(" for the person ").unwrap_or((&act.did, ""));
    let did = match after.rsplit_once(", ") {
        Some((_, rest)) if act.did.starts_with("made ") => format!("{before} for one person, {rest}"),
        _ => act.did.clone(),
    };
    let is_name = act.did.starts_with(ASKED_WHO) && is_pseudonym(&act.query).is_none() && act.query.parse::<std::net::IpAddr>().is_err();
    Act { did, query: if is_name { String::new() } else { act.query }, ..act }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_older_records_are_taken_out_and_the_rest_stands() {
        for (did, query, shown) in [
            (
                "made E-1: opens a.test for the person kim, lee, 30 minutes (/x)",
                "",
                ("made E-1: opens a.test for one person, 30 minutes (/x)", ""),
            ),
            ("made E-2: opens a.test for the group x, 30 minutes", "", ("made E-2: opens a.test for the group x, 30 minutes", "")),
            (ASKED_WHO, "kim", (ASKED_WHO, "")),
            (ASKED_WHO, "192.0.2.7", (ASKED_WHO, "192.0.2.7")),
            (ASKED_WHO, "person-00000-00000", (ASKED_WHO, "person-00000-00000")),
            ("looked at A-1", "kim", ("looked at A-1", "kim")),
        ] {
            let act = without_names(Act { did: did.into(), query: query.into(), ..Act::default() });
            assert_eq!((act.did.as_str(), act.query.as_str()), shown);
        }
    }

    #[test]
    fn what_is_sealed_is_known_by_its_number_or_by_the_reference_of_its_notice() {
        let (alerts, holds, references) = ([5].into(), [9].into(), vec!["comm/2025/17".into()]);
        let reader = Reader { own: "ada".into(), incidents: [3].into(), alerts, holds, cases: [7].into(), references };
        for text in ["looked at incident 3", "see I-3.", "Incident 3: late", "for D-7", "disclosure 7", "as COMM/2025/17 says"] {
            assert!(reader.is_sealed(text), "{text}");
        }
        for text in ["took on alert 5 (/alerts/take)", "H-9 by sam at 2025-11-24T10:00:00Z: it is over", "hold 9"] {
            assert!(reader.is_sealed(text), "{text}");
        }
        for text in ["", "looked at incident 33", "I-4", "D-3", "3", "wish 7", "incident", "COMM/2025/1", "alert 3", "A-5", "H-3"] {
            assert!(!reader.is_sealed(text), "{text}");
        }
    }
}
