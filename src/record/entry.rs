//! What one line of the log says. Borrowed both when it is written and when it is read back: no copy on the hot path.

use crate::model::{IdentitySource, LogDetail, Moment, Reason, RequestId, VerdictKind};
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

/// The request came out of an opened tunnel.
pub const INSIDE_TLS: &str = "inside";

/// One record.
#[allow(clippy::large_enum_variant, reason = "entries live on the stack for one call; a box would cost an allocation for each request")]
#[derive(Clone, Debug, PartialEq)]
pub enum Entry<'a> {
    /// A request and what was decided about it; written before anything leaves.
    Request(RequestRecord<'a>),
    /// How a request ended.
    Outcome(OutcomeRecord<'a>),
    /// Something that happened to the proxy itself.
    Event(EventRecord<'a>),
}

/// A request and its verdict (product contract, standards D1, D4, D14; security L3).
#[derive(Clone, Debug, PartialEq)]
pub struct RequestRecord<'a> {
    /// Reference number.
    pub id: RequestId,
    /// The tunnel this request came through, if any.
    pub parent: Option<RequestId>,
    /// When it was read.
    pub at: Moment,
    /// Node that wrote it.
    pub node: &'a str,
    /// Site.
    pub site: &'a str,
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// The client as a trusted peer states it.
    pub asserted: Option<IpAddr>,
    /// What an untrusted peer claimed in `Forwarded` or `X-Forwarded-For`: kept as evidence, never used.
    pub claimed: &'a [u8],
    /// Device, where known.
    pub device: Option<&'a str>,
    /// Person, where known.
    pub user: Option<&'a str>,
    /// Group whose policy applied.
    pub group: &'a str,
    /// How the group was found.
    pub identity: IdentitySource,
    /// Age of that knowledge in seconds.
    pub identity_age_s: u32,
    /// Method, raw.
    pub method: &'a [u8],
    /// Request target, raw, as received.
    pub target: &'a [u8],
    /// `Host` field value, raw, as received.
    pub host_field: &'a [u8],
    /// Canonical host; empty when the address could not be read.
    pub host: &'a str,
    /// Canonical URL; empty when the address could not be read.
    pub url: Cow<'a, str>,
    /// Search terms, where seen.
    pub search_terms: &'a str,
    /// Categories that matched, by name, separated by commas.
    pub categories: Cow<'a, str>,
    /// Decision.
    pub verdict: VerdictKind,
    /// Why.
    pub reason: Reason,
    /// Policy layer and rule that decided.
    pub layer: &'a str,
    /// List that decided, if one did.
    pub list: &'a str,
    /// Entry that matched (never for a statutory list: there a keyed digest stands in its place).
    pub matched: Cow<'a, str>,
    /// Version of the list image in force, as text of its checksum.
    pub list_version: &'a str,
    /// Version of the policy in force, as text of its checksum.
    pub policy_version: &'a str,
    /// Generation of the engine that decided.
    pub generation: u64,
    /// `Referer`, raw.
    pub referer: &'a [u8],
    /// `User-Agent`, raw.
    pub user_agent: &'a [u8],
    /// How TLS was treated: `none`; `tunnel`, carried unopened; `opened`, a tunnel whose inside is judged; [`INSIDE_TLS`].
    pub tls: &'a str,
    /// The address had URL-level entries that could not be seen from here.
    pub coverage_gap: bool,
    /// The statutory list is a demonstration list.
    pub demonstration: bool,
    /// Nobody here had asked for anything of this registrable domain before.
    pub first_seen: bool,
    /// How much of the request the group's policy lets the log keep: what is not here was left out for that.
    pub detail: LogDetail,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Ended {
    /// Answered in full.
    Complete = 1,
    /// Answered by the proxy itself.
    Answered = 2,
    /// The client went away first.
    ClientGone = 3,
    /// The origin failed or broke off.
    OriginFailed = 4,
    /// A time-out.
    TimedOut = 5,
    /// The record was dropped without an ending: the handler was cut off.
    Aborted = 6,
}

/// How a request ended, once it has.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRecord<'a> {
    /// Reference number of the request.
    pub id: RequestId,
    /// When it ended.
    pub at: Moment,
    /// How.
    pub ended: Ended,
    /// Status that the client got; 0 when none was sent.
    pub status: u16,
    /// Bytes of body (or tunnel) from the client.
    pub bytes_up: u64,
    /// Bytes of body (or tunnel) to the client.
    pub bytes_down: u64,
    /// Address that was dialled.
    pub upstream: Option<SocketAddr>,
    /// Microseconds from the request's head to: verdict recorded, origin connected (0: reused or none), first byte of the answer, end.
    pub timings_us: [u32; 4],
    /// Reason, where it differs from the request's (for instance the origin did not answer).
    pub reason: Option<Reason>,
    /// Text for the operator; never an entry of a statutory list.
    pub note: Cow<'a, str>,
}

/// What happened to the proxy itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum EventKind {
    /// The process started.
    Started = 1,
    /// The process stopped in order.
    Stopped = 2,
    /// New lists or policy went live.
    Reloaded = 3,
    /// A reload failed; the last good state stays.
    ReloadFailed = 4,
    /// Records were cut at a torn tail: what was lost is named.
    Gap = 5,
    /// A list raised an alarm.
    ListAlarm = 6,
    /// Bytes came that could not even be read as a request.
    Hostile = 7,
    /// The wall clock was set: from when to when, against the clock that never jumps.
    ClockSet = 16,
    /// The log was found not closed in order: the process or the machine had been stopped by force.
    Unclosed = 17,
    /// A legal hold was placed on the log.
    HoldPlaced = 18,
    /// A legal hold was let go.
    HoldReleased = 19,
    /// A segment was deleted when its time was over.
    Deleted = 20,
    /// For how long records stay was set, or set anew.
    RetentionSet = 21,
    /// Records were taken out of the log: an export, or a file of evidence.
    Exported = 22,
    /// A new key signs the log.
    KeyChanged = 23,
    /// A file in which such acts stand is shorter than it was.
    ActsCut = 24,
    /// An exception for a while was made: a release, an unlock, a suspension, addresses closed at short notice.
    ExceptionMade = 25,
    /// An exception was ended before its time.
    ExceptionStopped = 26,
    /// Too many wrong passwords: no more are tried for a while.
    GuessingStopped = 32,
    /// A person is at an address where another was a short time ago.
    SecondPerson = 33,
    /// Local accounts were added, changed or removed.
    AccountsChanged = 34,
    /// A client's certificate was refused at a listener that asks for one.
    ClientCertificateRefused = 35,
    /// A tunnel ended that was open for long and carried as much up as down: more than pages.
    TunnelSteady = 40,
    /// A name of restricted search leads nowhere, or does so again.
    RestrictedName = 41,
    /// Requests of one person were refused together, without a record of their own: none of them left.
    FairShare = 48,
    /// Somebody accepted the agreement of the place.
    AgreementAccepted = 50,
    /// Somebody signed in at the console, or signed out.
    ConsoleSignIn = 72,
    /// Somebody was refused at the console: a sign-in that was wrong, or what a role may not do.
    ConsoleRefused = 73,
    /// A form came to the console from another site.
    ConsoleCrossSite = 74,
    /// Somebody looked something up at the console.
    ConsoleLookUp = 75,
    /// Somebody changed something at the console.
    ConsoleChange = 76,
    /// Somebody put a source of lists into the settings, or took one out.
    SourceChanged = 85,
    /// Somebody proposed a change of policy at the console.
    PolicyProposed = 77,
    /// A change of policy that was made at the console went live.
    PolicyPublished = 78,
    /// A former text of the settings went live again, from the console.
    PolicyRolledBack = 79,
    /// A person's name was revealed to somebody at the console, or somebody asked for it, or it was refused.
    ConsoleReveal = 80,
    /// Somebody took rows out of the log at the console.
    ConsoleExport = 81,
    /// An incident was opened: by somebody, or by itself.
    IncidentOpened = 87,
    /// Something was written down about an incident, or it ended. What was written stands in the console's file alone.
    IncidentChanged = 88,
    /// Something happened of which people are to be told.
    AlertRaised = 89,
    /// Somebody has taken an alert on.
    AlertAcknowledged = 90,
    /// A letter could not be sent.
    MailFailed = 91,
    /// Somebody made a token for a program at the console, or ended one.
    TokenChanged = 95,
    /// What accreditation found: a certificate, something that no longer holds, or that it holds again.
    Accreditation = 60,
    /// Somebody put a host into a category, or took it out again.
    Categorised = 56,
    /// A named person took a version of a list that had been refused.
    ListReleased = 64,
    /// A backup of this installation was made.
    BackupMade = 96,
    /// Somebody at the screen asked staff to look at a refusal again.
    AmendmentAsked = 83,
    /// Somebody at the screen told staff about a worry.
    WorryTold = 84,
    /// A sealed case of disclosure was opened: what it is stands in the console's sealed record.
    DisclosureOpened = 92,
    /// A second person released what a sealed case asks for.
    DisclosureReleased = 93,
    /// A demand for records was refused.
    DisclosureRefused = 94,
    /// Somebody signed a review off.
    ReviewHeld = 97,
    /// The organisation's sign-in service did not say who somebody is, or not so that it counts.
    OrganisationFailed = 82,
    /// An account of the console was made or changed because the organisation's sign-in service says so.
    OrganisationAccount = 86,
    /// Somebody stated something about the place for its board, or that a contact was tried.
    EvidenceStated = 99,
    /// Routes of escalation have no contact that somebody tried of late: a review is due.
    ContactsOverdue = 100,
    /// A long question to the log was ordered, begun, ended, broken off, called off or taken out.
    LongQuestion = 103,
    /// Trends of the log were counted.
    TrendsCounted = 104,
    /// Somebody at the screen said what they think of the filter.
    OpinionTold = 112,
    /// Somebody read a digest: the receipt.
    DigestRead = 113,
    /// A digest was not read in time, or alerts were not taken on.
    DutyOverdue = 114,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 62] = [
        Self::Started,
        Self::Stopped,
        Self::Reloaded,
        Self::ReloadFailed,
        Self::Gap,
        Self::ListAlarm,
        Self::Hostile,
        Self::ClockSet,
        Self::Unclosed,
        Self::HoldPlaced,
        Self::HoldReleased,
        Self::Deleted,
        Self::RetentionSet,
        Self::Exported,
        Self::KeyChanged,
        Self::ActsCut,
        Self::ExceptionMade,
        Self::ExceptionStopped,
        Self::GuessingStopped,
        Self::SecondPerson,
        Self::AccountsChanged,
        Self::ClientCertificateRefused,
        Self::TunnelSteady,
        Self::RestrictedName,
        Self::FairShare,
        Self::AgreementAccepted,
        Self::ConsoleSignIn,
        Self::ConsoleRefused,
        Self::ConsoleCrossSite,
        Self::ConsoleLookUp,
        Self::ConsoleChange,
        Self::SourceChanged,
        Self::PolicyProposed,
        Self::PolicyPublished,
        Self::PolicyRolledBack,
        Self::ConsoleReveal,
        Self::ConsoleExport,
        Self::Accreditation,
        Self::Categorised,
        Self::ListReleased,
        Self::BackupMade,
        Self::AmendmentAsked,
        Self::WorryTold,
        Self::IncidentOpened,
        Self::IncidentChanged,
        Self::AlertRaised,
        Self::AlertAcknowledged,
        Self::MailFailed,
        Self::DisclosureOpened,
        Self::DisclosureReleased,
        Self::DisclosureRefused,
        Self::ReviewHeld,
        Self::TokenChanged,
        Self::OrganisationFailed,
        Self::OrganisationAccount,
        Self::EvidenceStated,
        Self::ContactsOverdue,
        Self::LongQuestion,
        Self::TrendsCounted,
        Self::OpinionTold,
        Self::DigestRead,
        Self::DutyOverdue,
    ];
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord<'a> {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: EventKind,
    /// The other end, where there is one.
    pub peer: Option<SocketAddr>,
    /// Text for the operator.
    pub text: Cow<'a, str>,
}
