//! The console for people, and `/healthz`, `/readyz`, `/metrics` and `/version` for machines.
//!
//! On a listener of its own, loopback by default (security A1 to A7). How the filter stands is for whoever reaches it; everything else is
//! behind one door ([`Desk`]): accounts, sessions, one table of roles and actions, and a record of every deed in the evidence log. What
//! it knows of the running system comes in through [`StatusSource`] and [`Works`]; it never fetches anything.

mod accounts;
mod accreditation;
mod alerts;
mod alias;
mod api;
mod asked;
pub mod asking;
mod audit;
mod board;
mod book;
mod call;
mod chart;
mod cookie;
mod decision_works;
mod defang;
mod desk;
mod device_works;
mod disclosure_works;
mod disclosures;
mod duties;
mod duty_rows;
mod edit_text;
mod edit_works;
mod evidence;
mod evidence_works;
mod fields;
mod figure_works;
mod guard;
mod help;
mod host_works;
mod incident_rows;
mod incident_works;
mod incidents;
mod job_rows;
mod job_works;
mod jobs;
mod laws;
mod lesson_map;
mod lesson_rows;
mod may_words;
mod menu;
mod next_step;
mod opinion_rows;
mod opinion_works;
mod opinions;
mod organisation_rows;
mod organisation_works;
mod origin;
mod outbox;
mod page;
mod paper;
mod papers;
mod patience;
mod place;
mod policy_deeds;
mod policy_drafts;
mod policy_file;
mod policy_works;
mod programs;
mod qr;
mod queue_rows;
mod queue_works;
mod reach;
mod readiness;
mod recovery;
mod releases;
mod report_rows;
mod report_times;
mod report_works;
mod reports;
mod review_works;
mod reviews;
mod roles;
mod round;
mod routes;
mod seal;
mod seats;
mod secured;
mod serve;
mod sessions;
mod settings_works;
mod sheet;
mod sheet_page;
mod site_accounts;
mod site_works;
mod source_works;
mod sources;
mod status;
mod text_diff;
mod tokens;
mod trend_rows;
mod trend_week;
mod trends;
mod tries;
mod trips;
mod turns;
mod upload;
mod watch;
mod words;
mod works;

pub use accounts::{Account, AccountId};
pub use asked::Queue;
pub use audit::{Act, Watched, is_of_console, watched};
pub use book::{Book, BookFault, FILE};
pub use decision_works::{
    CodeTerms, Decided, DecisionFor, DecisionKind, DecisionWorks, Decisions, FixedDecisions, NewDecision, UndecidedWhy,
};
pub use desk::{Desk, DoorSettings};
pub use device_works::{DeviceSight, DeviceWorks, DevicesSeen, FixedDevices};
pub use disclosure_works::{Bundle, CaseScope, DisclosureWorks, Enclosed, FixedDisclosures, Found, Subject};
pub use disclosures::{Case, CaseId};
pub use edit_text::{SETTINGS, Setting, Written as WrittenAs, list as list_text, quoted, shown as shown_setting};
pub use edit_works::{
    Edit, EditFault, EditLine, EditWorks, Edited, GroupForm, LineAnswer, MOST_ADDRESSES, MOST_EDITS, NewRule, RuleSight, Who, WhoSight,
    Wish,
};
pub use evidence_works::{AgreementSight, EvidenceWorks, FixedEvidence, GroupKept, KeepingSight, KeptFor};
pub use figure_works::{CivilHour, FigureWorks, FixedFigures, HourFigure, HourFigures, MonthFigures, Tunnels};
pub use guard::AllowedHosts;
pub use host_works::{
    FixedHosts, GroupFigure, GroupPlace, HostWorks, LocalEntry, LocalWhy, Noise, NoisyRule, OpenedLine, SitePlace, UnknownHost,
    UnknownHosts, UnknownQuestion,
};
pub use incident_works::{FixedIncidentWorks, IncidentWorks, Keep};
pub use incidents::Scope;
pub use job_works::{BreachRow, BreachesFound, FixedJobs, GoOn, JobStop, JobWorks, LongFile};
pub use opinion_works::{FixedOpinions, OpinionWorks};
pub use opinions::Opinions;
pub use organisation_works::{FixedOrganisation, Guest, OrganisationTerms, OrganisationTrouble, OrganisationWorks, Trip};
pub use outbox::{File, Letter};
pub use place::{Place, Takes};
pub use policy_file::PolicyFile;
pub use policy_works::{
    Blocked, CategorySight, Change, ChangeFault, Effect, FixedPolicy, GroupSight, GuardFault, Met, PolicySight, PolicyWorks, Proposed,
    PublishFault, WordSight, digest_of,
};
pub use programs::{ProgramRow, ProgramsFound};
pub use queue_works::{Allowing, Filing, FixedQueue, QueueWorks, UsedFault};
pub use reach::{Reach, Sight};
pub use readiness::{Check, Readiness};
pub use recovery::{Recovered, RecoveryFault};
pub use report_works::ReportWorks;
pub use review_works::{FixedReviews, ReviewItem, ReviewOf, ReviewWorks};
pub use roles::{Action, Role, may, table};
pub use secured::Settings as TlsSettings;
pub use serve::Console;
pub use settings_works::{FixedSettings, SettingDiffers, SettingsWorks};
pub use site_works::{FixedSite, SiteWorks};
pub use source_works::{
    BadPlace, FixedSources, NewSource, NoisyHost, SourceFault, SourceView, SourceWorks, Trial, TrialFound, TrialList, TrialOf, TrialState,
    WouldMeet,
};
pub use sources::{SourceStatus, Waiting};
pub use status::{
    AuthorityStatus, FixedStatus, ListStatus, ListenerStatus, LogStatus, PassedStatus, RefuserStatus, ReloadStatus, RestrictedName, Status,
    StatusSource, lost_names,
};
pub use trends::{
    Baseline, CategoryCount, Compared, FEW, HOURS, NewHost, Ratio, SiteTrend, SpanCount, TrendsAsk, TrendsCounted, Way, compared,
};
pub use watch::{Seen, WatchFault};
pub use words::Language;
pub use works::{Begin, Closed, ClosingFault, FixedWorks, Happened, Happenings, Verdict, Works, WorksFault};
