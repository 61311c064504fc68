//! What leaves the place: nothing for the police by the ordinary way, and nothing to a stranger's address without somebody saying that it is
//! meant (standards H6, H20). A demand of an authority is a case of disclosure, with its notice, or it is against the law.
//!
//! Whoever takes something out says for whom, out of a list: this place, the person whom it is about, or one of the grounds of the law, which
//! all lead to a case. A purpose that names the police beside "this place" is refused as well. Must never let a ground of the law through.

use super::enrol::complain;
use super::log_parts::purpose;
use crate::admin::call::{Call, Stop};
use crate::admin::laws::{LAWS, Law};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Kind, Part, Sheet};
use crate::record::EventKind;

/// The work of this place.
const HERE: &str = "here";
/// The person whom it is about, who asked what is held about them (UK GDPR, article 15).
const SUBJECT: &str = "subject";
/// Somebody else: there is no ground for it.
const OTHER: &str = "other";

/// For whom something is that leaves.
enum ForWhom {
    Here,
    Subject,
    /// Only by a case.
    Ground(&'static Law),
    /// Nobody may have it.
    Other,
}

impl ForWhom {
    fn of_word(word: &str) -> Option<Self> {
        match word {
            HERE => Some(Self::Here),
            SUBJECT => Some(Self::Subject),
            OTHER => Some(Self::Other),
            word => Law::of_word(word).filter(|law| !law.refuse_only).map(Self::Ground),
        }
    }

    /// What is said, and recorded, where it does not leave this way.
    const fn stops(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Here | Self::Subject => None,
            Self::Ground(law) => Some(("outward.needs_case", law.word)),
            Self::Other => Some(("outward.no_ground", OTHER)),
        }
    }
}

/// The field that asks for it.
pub(super) fn for_whom_field(call: &Call<'_>, name: &'static str) -> Field {
    let say = |key| call.say(key).to_owned();
    let own = [(HERE.to_owned(), say("outward.here")), (SUBJECT.to_owned(), say("outward.subject"))];
    let laws = LAWS.iter().filter(|law| !law.refuse_only).map(|law| (law.word.to_owned(), say(law.title)));
    let first = std::iter::once((String::new(), say("fault.choose")));
    let choices = first.chain(own).chain(laws).chain([(OTHER.to_owned(), say("outward.other"))]).collect();
    let (label, help, value) = (say("outward.for_whom"), say("outward.for_whom_help"), call.form.raw(name).to_owned());
    Field { name, kind: Kind::Select, label, help, value, choices, ..Field::default() }
}

/// Why something does not leave.
#[derive(Default)]
pub(super) struct Held {
    faults: Vec<(&'static str, String)>,
    /// There is a way for it, and it is another.
    to_disclosures: bool,
}

impl Held {
    /// Says it on a page, each beside its field, and leads to the right way.
    pub(super) fn show(self, call: &Call<'_>, sheet: &mut Sheet) {
        for (name, words) in self.faults {
            complain(sheet, name, Some(words));
        }
        if self.to_disclosures {
            let role = call.session.as_ref().map(|session| session.account.role);
            let opens = may(role, Action::Disclose);
            let way = opens.then(|| (Place::DisclosureNew.path().to_owned(), call.say("disclosure.new").to_owned()));
            let words = if opens { "outward.way" } else { "outward.way_officer" };
            let part =
                Part { heading: call.say("disclosure.title").to_owned(), lines: vec![call.say(words).to_owned()], way, ..Part::default() };
            sheet.parts.insert(0, part);
        }
    }
}

/// Words of a purpose that speak of those who need a notice.
const NOTICE: [&str; 16] = [
    "police",
    "policeman",
    "policewoman",
    "policing",
    "constable",
    "constabulary",
    "detective",
    "superintendent",
    "ripa",
    "nca",
    "mi5",
    "gchq",
    "warrant",
    "subpoena",
    "heddlu",
    "gwarant",
];

/// Does a purpose name somebody who needs a notice?
pub(super) fn needs_notice(purpose: &str) -> bool {
    let purpose = purpose.to_lowercase();
    purpose.split(|c: char| !c.is_alphanumeric()).any(|word| NOTICE.contains(&word))
}

/// The purpose of something that leaves, with for whom it is; `Err`: why it does not. What is on a ground of the law, for a stranger, or
/// names the police is refused, and that is an event.
pub(super) fn outward_purpose(call: &Call<'_>, (whom, name): (&'static str, &'static str)) -> Result<Result<String, Held>, Stop> {
    let (told, for_whom, mut held) = (purpose(call, name), ForWhom::of_word(call.form.raw(whom)), Held::default());
    let why = told.as_deref().unwrap_or("");
    if let Err(fault) = &told {
        held.faults.push((name, fault.clone()));
    }
    match for_whom.as_ref().map(ForWhom::stops) {
        None => held.faults.push((whom, call.say("fault.choose").to_owned())),
        Some(Some((words, ground))) => {
            let did = format!("handed nothing out: it is for {ground}, which does not leave this way");
            call.record(EventKind::ConsoleRefused, call.act(did).because(why))?;
            held.faults.push((whom, call.say(words).to_owned()));
            held.to_disclosures = true;
        }
        Some(None) if needs_notice(why) => {
            call.record(EventKind::ConsoleRefused, call.act("handed nothing out: its purpose needs a case of disclosure").because(why))?;
            held.faults.push((name, call.say("fault.needs_notice").to_owned()));
            held.to_disclosures = true;
        }
        Some(None) => {}
    }
    if !held.faults.is_empty() {
        return Ok(Err(held));
    }
    Ok(Ok(if matches!(for_whom, Some(ForWhom::Subject)) { format!("for the person whom it is about: {why}") } else { why.to_owned() }))
}

/// Does one of these addresses, with commas between them, leave the place?
pub(super) fn leaves(call: &Call<'_>, addresses: &str) -> bool {
    let own = call.desk.works.handing_out();
    addresses.split(',').any(|address| own.leaves(address))
}

#[cfg(test)]
mod tests {
    use super::{ForWhom, needs_notice};

    #[test]
    fn no_ground_of_the_law_leaves_the_ordinary_way() {
        for law in &super::LAWS {
            assert!(ForWhom::of_word(law.word).is_none_or(|whom| whom.stops().is_some()), "{}", law.word);
        }
        let stops = |word| ForWhom::of_word(word).map(|whom| whom.stops().is_some());
        assert_eq!(
            ["here", "subject", "other", "ipa", "", "ripa", "x"].map(stops),
            [Some(false), Some(false), Some(true), Some(true), None, None, None]
        );
    }

    #[test]
    fn a_purpose_that_names_the_police_is_known_by_its_words() {
        for (purpose, needs) in [
            ("For the POLICE, ref 12", true),
            ("PC Smith, Thames Valley constabulary", true),
            ("RIPA s.22", true),
            ("i'r heddlu", true),
            ("policies of the library", false),
            ("guarantee, warranty", false),
            ("weekly look", false),
        ] {
            assert_eq!(needs_notice(purpose), needs, "{purpose}");
        }
    }
}
