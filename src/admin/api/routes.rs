//! The table of routes: method, path, the place of the console that does the same (and with it the action), what is taken, what is given,
//! and the function. A route that is not described here is not there.

use super::deeds::{self, Asked};
use super::lesson;
use super::problem::Problem;
use super::shape::Given;
use super::shape::Shape::{self, Fields, List, Maybe, Moment, OneOf, Text, Thing, Truth, Whole};
use crate::admin::place::Place;
use crate::admin::roles::Action;
use serde_json::Value;

/// A route.
pub(in crate::admin) struct Route {
    /// Does it change something, or put a question down? Then it is POST, else GET.
    pub(in crate::admin) post: bool,
    /// Its path below `/api/v1`.
    pub(in crate::admin) path: &'static str,
    /// Where people do the same.
    pub(in crate::admin) place: Place,
    /// What it does.
    pub(in crate::admin) words: &'static str,
    /// What it takes.
    pub(super) takes: &'static [Given],
    /// What it gives.
    pub(super) gives: Shape,
    pub(super) run: fn(&Asked<'_>) -> Result<Value, Problem>,
}

impl Route {
    /// Its method.
    pub(in crate::admin) const fn method(&self) -> &'static str {
        if self.post { "POST" } else { "GET" }
    }

    /// Is what it gives about every site, though its place is for everybody?
    pub(in crate::admin) fn about_all_sites(&self) -> bool {
        ["/readiness", "/lists"].contains(&self.path)
    }
}

/// Actions that a token may have: those of the routes, each once.
pub(in crate::admin) fn actions() -> impl Iterator<Item = Action> {
    Action::ALL.into_iter().filter(|action| ROUTES.iter().any(|route| route.place.action() == *action))
}

type Run = fn(&Asked<'_>) -> Result<Value, Problem>;

const fn get(path: &'static str, place: Place, words: &'static str, takes: &'static [Given], gives: Shape, run: Run) -> Route {
    Route { post: false, path, place, words, takes, gives, run }
}

const fn post(path: &'static str, place: Place, words: &'static str, takes: &'static [Given], gives: Shape, run: Run) -> Route {
    Route { post: true, path, place, words, takes, gives, run }
}

const CHECK: Shape = Fields(&[("name", Text), ("passed", Truth), ("words", Text)]);
const CLOSED: Shape = Fields(&[("id", Text), ("address", Text), ("category", Text), ("by", Text), ("because", Text), ("until", Moment)]);
const EMERGENCY: Shape = Fields(&[("closed", List(&CLOSED))]);
const DECIDED: Shape = Fields(&[
    ("id", Text),
    ("what", Text),
    ("for", OneOf(&["everybody", "person", "group", "room"])),
    ("of", Text),
    ("by", Text),
    ("because", Text),
    ("until", Moment),
    ("used", Maybe(&Whole)),
    ("uses", Maybe(&Whole)),
]);
const DECISIONS: Shape = Fields(&[("standing", List(&DECIDED)), ("codes", List(&DECIDED)), ("damage", List(&Text))]);
const WORD: Shape = Fields(&[("group", Text), ("action", Maybe(&OneOf(&["allow", "warn", "block"]))), ("by", Text), ("hours", Text)]);
const GROUP: Shape = Fields(&[("name", Text), ("title", Text), ("preset", Text), ("open", Truth)]);
const CATEGORY: Shape = Fields(&[("name", Text), ("title", Text), ("locked", Truth), ("entries", Whole), ("words", List(&WORD))]);
const LINE: Shape = Fields(&[
    ("id", Whole),
    ("host", Text),
    ("group", Text),
    ("people", Whole),
    ("times", Whole),
    ("asked", Moment),
    ("answered", Maybe(&Moment)),
]);
const ACT: Shape = Fields(&[
    ("sequence", Whole),
    ("time", Text),
    ("kind", Text),
    ("peer", Text),
    ("who", Text),
    ("role", Text),
    ("action", Text),
    ("did", Text),
    ("purpose", Text),
    ("query", Text),
]);
const ACCOUNT: Shape = Fields(&[
    ("id", Whole),
    ("name", Text),
    ("shown", Text),
    ("role", Text),
    ("closed", Maybe(&Text)),
    ("enrolled", Truth),
    ("until", Maybe(&Moment)),
    ("vetted_until", Maybe(&Moment)),
    ("made", Moment),
    ("made_by", Text),
]);
const REQUEST: Shape = Fields(&[
    ("sequence", Whole),
    ("time", Moment),
    ("reference", Text),
    ("person", Text),
    ("identity", Text),
    ("identity_age_s", Whole),
    ("client", Text),
    ("device", Maybe(&Text)),
    ("group", Text),
    ("method", Text),
    ("address", Text),
    ("categories", List(&Text)),
    ("verdict", Text),
    ("reason", Text),
    ("status", Maybe(&Whole)),
]);
const CHOICE: Shape = Fields(&[("value", Text), ("words", Text)]);
const ON_DEVICE: Shape = Fields(&[
    ("device", Maybe(&Text)),
    ("client", Text),
    ("seat", Text),
    ("people", List(&Text)),
    ("requests", Whole),
    ("blocked", Whole),
    ("rows", List(&REQUEST)),
]);
const VALUE: Shape = Fields(&[("name", Text), ("value", Text)]);
const ASK: Given = Given::must("ask", "Number of a question of yours; it is good for a day.");
const AFTER: Given = Given::may("after", "The `next` of the page before.");
const BECAUSE: Given = Given::must("because", "Why, in words.");

/// All of them.
pub(in crate::admin) const ROUTES: &[Route] = &[
    get(
        "/status",
        Place::Dashboard,
        "How the filter stands.",
        &[],
        Fields(&[
            ("version", Text),
            ("site", Text),
            ("node", Text),
            ("now", Moment),
            ("started", Moment),
            ("generation", Whole),
            ("policy", Text),
            ("lists", Text),
            ("accredited", Maybe(&Truth)),
            ("demonstration", Truth),
            ("lab", Truth),
            ("draining", Truth),
        ]),
        deeds::status,
    ),
    get(
        "/readiness",
        Place::Dashboard,
        "May traffic be sent here? Every check by name.",
        &[],
        Fields(&[
            ("ready", Truth),
            ("demonstration", Truth),
            ("lab", Truth),
            ("generation", Whole),
            ("checks", List(&CHECK)),
            ("warnings", List(&Text)),
        ]),
        deeds::readiness,
    ),
    get(
        "/coverage",
        Place::Dashboard,
        "What is seen in each group, and what is not.",
        &[],
        Fields(&[("groups", List(&Thing))]),
        deeds::coverage,
    ),
    get("/accreditation", Place::Dashboard, "How accreditation stands.", &[], Thing, deeds::accreditation),
    get("/lists", Place::Sources, "Sources of lists, and how each stands.", &[], Fields(&[("sources", List(&Thing))]), deeds::lists),
    post(
        "/try",
        Place::Try,
        "What would happen to an address in the strictest group. Nothing is fetched.",
        &[Given::must("address", "The address.")],
        Fields(&[("address", Text), ("open", Truth), ("verdict", Text), ("words", Text), ("layer", Text), ("group", Text)]),
        deeds::try_out,
    ),
    get("/emergency", Place::Emergency, "Addresses that are closed at once.", &[], EMERGENCY, deeds::emergency),
    post(
        "/emergency",
        Place::Emergency,
        "Closes an address at once.",
        &[
            Given::must("address", "The address."),
            Given::must("category", "A category that somebody here may fill."),
            BECAUSE,
            Given::may("until", "The last day, as 2027-08-31; without it a month."),
        ],
        EMERGENCY,
        deeds::close,
    ),
    post(
        "/emergency/over",
        Place::EmergencyOver,
        "Opens an address again.",
        &[Given::must("which", "Its number, such as E-1."), BECAUSE.in_form("over_because")],
        EMERGENCY,
        deeds::open_again,
    ),
    get("/exceptions", Place::Exceptions, "Exceptions and codes. A person is never named here.", &[], DECISIONS, deeds::exceptions),
    post(
        "/exceptions/stop",
        Place::ExceptionStop,
        "Ends an exception or a code.",
        &[Given::must("which", "Its number, such as E-1 or C-1."), BECAUSE],
        Fields(&[("done", Truth)]),
        deeds::stop,
    ),
    get(
        "/queue",
        Place::Queue,
        "What people ask to be opened.",
        &[],
        Fields(&[("open", List(&LINE)), ("closed", List(&LINE))]),
        deeds::queue,
    ),
    get(
        "/policy",
        Place::Policy,
        "The policy in force: groups, and what each does with each category.",
        &[],
        Fields(&[("version", Text), ("approve", Truth), ("groups", List(&GROUP)), ("categories", List(&CATEGORY))]),
        deeds::policy,
    ),
    post(
        "/log/questions",
        Place::Log,
        "Puts a question to the log down, with its purpose. Its number asks for the count and the rows.",
        &[
            Given::must("because", "The purpose."),
            Given::may("slot", "hour, day, week, month or year; without it from and to say the time."),
            Given::may("from", "Not before, as 2026-11-29T08:00 in the time of the place."),
            Given::may("to", "Before."),
            Given::may("client", "Address of the client, or a range."),
            Given::may("url", "Text in the address."),
            Given::may("person", "A pseudonym; a name is not taken here."),
            Given::may("device", "The device."),
            Given::may("group", "The group."),
            Given::may("category", "The category."),
            Given::may("verdict", "allow, warn, block or refuse."),
            Given::may("method", "GET, POST, PUT or CONNECT."),
            Given::may("reference", "A reference number."),
            Given::may("site", "The site."),
        ],
        Fields(&[("ask", Whole)]),
        deeds::question,
    ),
    get(
        "/log/count",
        Place::LogFound,
        "How many requests a question finds.",
        &[ASK],
        Fields(&[("total", Whole), ("given_up", Truth)]),
        deeds::count,
    ),
    get(
        "/log/rows",
        Place::LogFound,
        "The requests, fifty at a time. People stand under pseudonyms, always.",
        &[ASK, AFTER, Given::may("order", "oldest: the oldest first.")],
        Fields(&[("rows", List(&REQUEST)), ("next", Maybe(&Whole)), ("given_up", Truth), ("damage", List(&Text))]),
        deeds::rows,
    ),
    get(
        "/log/record",
        Place::LogRecord,
        "One request with every field. An address of a list of illegal material is kept back.",
        &[ASK, Given::must("n", "Its number in the log.")],
        Fields(&[("request", REQUEST), ("fields", List(&VALUE))]),
        deeds::record,
    ),
    get(
        "/lessons/rooms",
        Place::Lesson,
        "Rooms, ranges and lessons that a question about a lesson may name.",
        &[],
        Fields(&[("rooms", List(&CHOICE)), ("lessons", List(&CHOICE))]),
        lesson::rooms,
    ),
    post(
        "/lessons/questions",
        Place::Lesson,
        "Puts a question about a lesson down, with its purpose: a room or a range, a day, and a lesson or from and to.",
        &[
            Given::must("because", "The purpose."),
            Given::must("day", "The day, as 2026-11-29."),
            Given::may("room", "A room, by its value."),
            Given::may("range", "Or an address, a range, or the name of a device."),
            Given::may("lesson", "A lesson, by its value."),
            Given::may("from", "Or from when, as 09:00 in the time of the place."),
            Given::may("to", "And until when."),
        ],
        Fields(&[("ask", Whole)]),
        deeds::question,
    ),
    get(
        "/lessons/devices",
        Place::LessonSeen,
        "The devices of a lesson, each with what was asked for, the oldest first. People stand under pseudonyms, always.",
        &[ASK],
        Fields(&[("room", Text), ("devices", List(&ON_DEVICE)), ("until", Maybe(&Moment)), ("given_up", Truth), ("damage", List(&Text))]),
        lesson::seen,
    ),
    get(
        "/audit",
        Place::Audit,
        "What people and programs did on the console, a hundred at a time.",
        &[AFTER],
        Fields(&[("acts", List(&ACT)), ("next", Maybe(&Whole)), ("damage", List(&Text))]),
        deeds::audit,
    ),
    get("/accounts", Place::People, "People with access.", &[], Fields(&[("accounts", List(&ACCOUNT))]), deeds::accounts),
];
