//! The menu of a role: its places, in groups that name what somebody comes for.

use super::call::Call;
use super::place::Place;
use super::roles::may;

/// Each group's name and its places with theirs.
const MENU: &[(&str, &[(Place, &str)])] = &[
    (
        "menu.now",
        &[
            (Place::Dashboard, "place.dashboard"),
            (Place::Figures, "place.figures"),
            (Place::Try, "place.try"),
            (Place::Sites, "place.sites"),
        ],
    ),
    (
        "menu.people",
        &[
            (Place::Log, "place.log"),
            (Place::LogLive, "place.live"),
            (Place::Trends, "place.trends"),
            (Place::Breaches, "place.breaches"),
            (Place::Jobs, "place.jobs"),
            (Place::Reports, "place.reports"),
            (Place::Reveals, "place.names"),
            (Place::Queue, "place.queue"),
            (Place::Worries, "place.worries"),
            (Place::Alerts, "place.alerts"),
            (Place::Incidents, "place.incidents"),
            (Place::Board, "place.board"),
        ],
    ),
    ("menu.rules", &[(Place::Policy, "place.policy"), (Place::Plan, "place.plan"), (Place::Suites, "place.suites")]),
    (
        "menu.lists",
        &[
            (Place::Sources, "place.sources"),
            (Place::Emergency, "place.emergency"),
            (Place::Unknown, "place.unknown"),
            (Place::Noise, "place.noise"),
        ],
    ),
    (
        "menu.exceptions",
        &[(Place::Exceptions, "place.exceptions"), (Place::ExceptionNew, "place.exception_new"), (Place::CodeNew, "place.code_new")],
    ),
    ("menu.evidence", &[(Place::Reviews, "place.reviews"), (Place::Disclosures, "place.disclosures")]),
    (
        "menu.access",
        &[
            (Place::People, "place.people"),
            (Place::Audit, "place.audit"),
            (Place::Account, "place.account"),
            (Place::Tokens, "place.tokens"),
            (Place::Api, "place.api"),
        ],
    ),
];

/// A group: its name, and for each place its path, its name, and whether they are there.
pub(super) type Group = (&'static str, Vec<(&'static str, &'static str, bool)>);

/// What whoever looks may open. Nothing before the first steps are done.
pub(super) fn of(call: &Call<'_>) -> Vec<Group> {
    let Some(session) = call.session.as_ref().filter(|session| !session.enrolling) else { return Vec::new() };
    let role = Some(session.account.role);
    let group = |(name, places): &(&'static str, &[(Place, &'static str)])| {
        let open = places.iter().filter(|(place, _)| may(role, place.action()));
        (call.say(name), open.map(|(place, key)| (place.path(), call.say(key), *place == call.place)).collect())
    };
    MENU.iter().map(group).filter(|(_, places): &Group| !places.is_empty()).collect()
}
