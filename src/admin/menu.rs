//! The menu of a role: its places, in groups that name what somebody comes for.

use super::call::Call;
use super::page::count;
use super::place::Place;
use super::queue_rows;
use super::reach::opens;
use super::roles::may;
use minijinja::Value;

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
            (Place::Programs, "place.programs"),
            (Place::Jobs, "place.jobs"),
            (Place::Reports, "place.reports"),
            (Place::Devices, "place.devices"),
            (Place::Lesson, "place.lesson"),
            (Place::Rooms, "place.rooms"),
            (Place::Reveals, "place.names"),
            (Place::Queue, "place.queue"),
            (Place::Worries, "place.worries"),
            (Place::Opinions, "place.opinions"),
            (Place::Alerts, "place.alerts"),
            (Place::Duties, "place.duties"),
            (Place::Incidents, "place.incidents"),
            (Place::Board, "place.board"),
        ],
    ),
    (
        "menu.rules",
        &[
            (Place::Policy, "place.policy"),
            (Place::PolicyAddresses, "place.addresses"),
            (Place::PolicyKeywords, "place.keywords"),
            (Place::PolicyDates, "place.dates"),
            (Place::PolicyGroups, "place.groups"),
            (Place::Plan, "place.plan"),
            (Place::Settings, "place.settings"),
            (Place::Suites, "place.suites"),
        ],
    ),
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
    (
        "menu.evidence",
        &[
            (Place::Evidence, "place.evidence"),
            (Place::Reviews, "place.reviews"),
            (Place::Disclosures, "place.disclosures"),
            (Place::Statement, "place.statement"),
        ],
    ),
    (
        "menu.access",
        &[
            (Place::People, "place.people"),
            (Place::Audit, "place.audit"),
            (Place::SiteReleases, "place.releases"),
            (Place::Account, "place.account"),
            (Place::Tokens, "place.tokens"),
            (Place::Api, "place.api"),
            (Place::Help, "place.help"),
        ],
    ),
];

/// A group of places with its name.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) places: Vec<Entry>,
}

/// A place in the menu.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    /// Whoever looks is there.
    pub(super) here: bool,
    /// What waits there for whoever looks.
    pub(super) waits: u64,
}

/// What whoever looks may open. Nothing before the first steps are done.
pub(super) fn of(call: &Call<'_>) -> Vec<Group> {
    let Some(session) = call.session.as_ref().filter(|session| !session.enrolling) else { return Vec::new() };
    let role = Some(session.account.role);
    let reach = &session.account.reach;
    let shown = |place: Place| place != Place::SiteReleases || call.desk.works.has_sites();
    let group = |(name, places): &(&'static str, &[(Place, &'static str)])| {
        let open = places.iter().filter(|(place, _)| may(role, place.action()) && opens(reach, *place) && shown(*place));
        let entry = |(place, key): &(Place, &'static str)| Entry {
            path: place.path(),
            name: call.say(key),
            here: *place == call.place,
            waits: waits(call, *place),
        };
        Group { name: call.say(name), places: open.map(entry).collect() }
    };
    MENU.iter().map(group).filter(|group| !group.places.is_empty()).collect()
}

/// What waits at a place for an answer. A book that cannot be read says so on the page itself.
fn waits(call: &Call<'_>, place: Place) -> u64 {
    let Ok(groups) = call.reach_of_groups() else { return 0 };
    let told = |at: usize| {
        call.desk
            .book
            .read(|book| queue_rows::waiting(book, groups.as_deref()))
            .map_or(0, |all| all.get(at).map_or(0, |one| u64::try_from(one.many).unwrap_or(0)))
    };
    if place == Place::Queue {
        told(0)
    } else if place == Place::Worries {
        told(1)
    } else if place == Place::Opinions {
        super::seats::opinions_waiting(call).unwrap_or(0)
    } else if place == Place::Alerts {
        super::seats::alerts_waiting(call)
    } else {
        0
    }
}

/// A group as the template takes it.
pub(super) fn value(group: &Group) -> Value {
    let waits = |many: u64| Value::from(if many == 0 { String::new() } else { count(many) });
    let place = |one: &Entry| {
        Value::from_pairs([
            ("href", Value::from(one.path)),
            ("name", Value::from(one.name)),
            ("here", Value::from(one.here)),
            ("waits", waits(one.waits)),
        ])
    };
    Value::from_pairs([
        ("name", Value::from(group.name)),
        ("here", Value::from(group.places.iter().any(|place| place.here))),
        ("waits", waits(group.places.iter().map(|place| place.waits).sum())),
        ("places", group.places.iter().map(place).collect()),
    ])
}

/// Every place that stands in it.
#[cfg(test)]
pub(super) fn places() -> impl Iterator<Item = Place> {
    MENU.iter().flat_map(|(_, places)| places.iter().map(|(place, _)| *place))
}
