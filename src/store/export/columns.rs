//! The columns of a table, and how a row fills them. Names and order stay as they are; new ones go to the end. A person's name never
//! stands without how it was found out (D14).

use super::cell::neutral;
use crate::store::query::{EventRow, OutcomeRow, RequestRow, Row, terminal};

/// The columns.
pub const COLUMNS: [&str; 47] = [
    "kind",
    "sequence",
    "time",
    "verdict",
    "reason",
    "client",
    "client_known_by",
    "user",
    "attribution",
    "attribution_age_s",
    "group",
    "device",
    "method",
    "host",
    "url",
    "search_terms",
    "categories",
    "status",
    "ended",
    "bytes_up",
    "bytes_down",
    "layer",
    "list",
    "matched",
    "target",
    "host_field",
    "referer",
    "user_agent",
    "tls",
    "peer",
    "asserted",
    "claimed",
    "upstream",
    "outcome_time",
    "outcome_reason",
    "note",
    "id",
    "parent",
    "node",
    "site",
    "list_version",
    "policy_version",
    "coverage_gap",
    "demonstration",
    "first_seen",
    "log_detail",
    "event",
];

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Text, safe to show and no formula.
    Text(String),
    /// A number.
    Number(u64),
    /// Nothing.
    Empty,
}

/// How sure it is who a name stands for, in words: what a reader needs to know before they name anybody.
#[must_use]
pub fn attribution(identity: &str) -> &str {
    match identity {
        "unknown" => "unknown: nothing says who this was",
        "address-range" => "address only: the device had an address of this group; nobody logged on",
        "listener" => "listener only: the device used this group's entrance; nobody logged on",
        "account" => "signed in: the person gave the password of a local account",
        "directory" => "signed in: the person gave the password that the directory knows",
        "network" => "by the network: its gate said that this person's device had this address",
        "kerberos" => "signed in: the person's own sign-in to the network vouches for them (Kerberos)",
        "card" => "signed in: the person gave a card number and its PIN",
        "certificate" => "signed in: the device showed a certificate that names this person",
        "front" => "by another device: the one in front of the filter said that this person asked",
        "portal" => "by address: this person signed in at the page for guests, at this address, a while before",
        "stale" => "no longer sure: the person signed in once, longer ago than may be relied on",
        other => other,
    }
}

/// The cells of a row, one for each column.
pub(super) fn cells(row: &Row) -> Vec<Cell> {
    let cells = match row {
        Row::Request(request) => request_cells(request),
        Row::Event(event) => event_cells(event),
        Row::Outcome(outcome) => outcome_cells(outcome),
    };
    debug_assert_eq!(cells.len(), COLUMNS.len());
    cells
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(neutral(&terminal(text))) }
}

fn some(value: Option<&str>) -> Cell {
    value.map_or(Cell::Empty, text)
}

/// A word of ours: the JSON name of an enum.
fn word(value: &impl serde::Serialize) -> Cell {
    let name = serde_json::to_value(value).ok();
    some(name.as_ref().and_then(serde_json::Value::as_str))
}

fn yes(flag: bool) -> Cell {
    if flag { Cell::Text("yes".into()) } else { Cell::Empty }
}

fn request_cells(row: &RequestRow) -> Vec<Cell> {
    let (client, known_by) = match &row.asserted {
        Some(asserted) => (asserted.as_str(), "stated by a trusted peer"),
        None => (row.peer.as_str(), "the connection"),
    };
    let outcome = row.outcome.as_ref();
    let mut cells = vec![
        text("request"),
        Cell::Number(row.sequence),
        text(&row.time),
        text(row.verdict.code()),
        text(row.reason),
        text(client),
        text(known_by),
        some(row.user.as_deref()),
        text(attribution(row.identity)),
        Cell::Number(u64::from(row.identity_age_s)),
        text(&row.group),
        some(row.device.as_deref()),
        text(&row.method),
        text(&row.host),
        text(&row.url),
        text(&row.search_terms),
        text(&row.categories.join(", ")),
    ];
    cells.extend(ending_cells(outcome));
    cells.extend(evidence_cells(row, outcome));
    cells
}

fn ending_cells(outcome: Option<&OutcomeRow>) -> [Cell; 4] {
    let Some(outcome) = outcome else { return [const { Cell::Empty }; 4] };
    let status = Cell::Number(u64::from(outcome.status));
    [status, word(&outcome.ended), Cell::Number(outcome.bytes_up), Cell::Number(outcome.bytes_down)]
}

/// What stands behind the decision, and the raw fields.
fn evidence_cells(row: &RequestRow, outcome: Option<&OutcomeRow>) -> Vec<Cell> {
    vec![
        text(&row.layer),
        text(&row.list),
        text(&row.matched),
        text(&row.target),
        text(&row.host_field),
        text(&row.referer),
        text(&row.user_agent),
        text(&row.tls),
        text(&row.peer),
        some(row.asserted.as_deref()),
        text(&row.claimed),
        some(outcome.and_then(|outcome| outcome.upstream.as_deref())),
        some(outcome.map(|outcome| outcome.time.as_str())),
        some(outcome.and_then(|outcome| outcome.reason)),
        some(outcome.map(|outcome| outcome.note.as_str())),
        text(&row.id),
        some(row.parent.as_deref()),
        text(&row.node),
        text(&row.site),
        text(&row.list_version),
        text(&row.policy_version),
        yes(row.coverage_gap),
        yes(row.demonstration),
        yes(row.first_seen),
        text(row.detail),
        Cell::Empty,
    ]
}

/// A row of which only these columns are filled.
fn sparse(filled: Vec<(&str, Cell)>) -> Vec<Cell> {
    let mut cells = vec![Cell::Empty; COLUMNS.len()];
    for (name, cell) in filled {
        if let Some(place) = COLUMNS.iter().position(|column| *column == name) {
            cells[place] = cell;
        }
    }
    cells
}

fn event_cells(row: &EventRow) -> Vec<Cell> {
    sparse(vec![
        ("kind", text("event")),
        ("sequence", Cell::Number(row.sequence)),
        ("time", text(&row.time)),
        ("peer", some(row.peer.as_deref())),
        ("note", text(&row.text)),
        ("event", word(&row.event)),
    ])
}

fn outcome_cells(row: &OutcomeRow) -> Vec<Cell> {
    sparse(vec![
        ("kind", text("outcome")),
        ("sequence", Cell::Number(row.sequence)),
        ("time", text(&row.time)),
        ("status", Cell::Number(u64::from(row.status))),
        ("ended", word(&row.ended)),
        ("bytes_up", Cell::Number(row.bytes_up)),
        ("bytes_down", Cell::Number(row.bytes_down)),
        ("note", text(&row.note)),
        ("id", text(&row.id)),
    ])
}
