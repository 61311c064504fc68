//! What leaves the place: nothing for the police by the ordinary way, and nothing to a stranger's address without somebody saying that it is
//! meant (standards H6, H20). A demand of an authority is a case of disclosure, with its notice, or it is against the law.

use super::log_parts::purpose;
use crate::admin::call::{Call, Stop};
use crate::record::EventKind;

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

/// The purpose of something that leaves; `Err`: what is wrong with it. One that names the police is refused, and that is an event.
pub(super) fn outward_purpose(call: &Call<'_>, name: &'static str) -> Result<Result<String, String>, Stop> {
    let told = purpose(call, name);
    let Some(why) = told.as_ref().ok().filter(|why| needs_notice(why)) else { return Ok(told) };
    call.record(EventKind::ConsoleRefused, call.act("handed nothing out: its purpose needs a case of disclosure").because(why))?;
    Ok(Err(call.say("fault.needs_notice").to_owned()))
}

/// Does one of these addresses, with commas between them, leave the place?
pub(super) fn leaves(call: &Call<'_>, addresses: &str) -> bool {
    let own = call.desk.works.handing_out();
    addresses.split(',').any(|address| own.leaves(address))
}

#[cfg(test)]
mod tests {
    use super::needs_notice;

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
