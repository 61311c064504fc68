//! Groups, their rules and the one function that decides.
//!
//! The order of the stages is [`ORDER`]. The first one, and only it, makes the token without which no [`Permit`] can be
//! made: that is the statutory lock (product promise 1, standards V2).

mod accounts;
mod acts;
mod acts_stage;
mod address;
mod agreement;
mod cascade;
mod categories;
mod decision;
mod engines;
mod engines_table;
mod exceptions;
mod fault;
mod file_names;
mod files;
mod floor;
mod floor_stage;
mod group_plan;
mod hours;
mod https;
mod judge;
mod keyword;
mod layer;
mod local;
mod new_domains;
mod opens;
mod order;
mod other_names;
mod passing;
mod predicted;
mod quota;
mod quota_stage;
mod ranges;
mod rules;
mod safe;
mod safe_query;
mod safe_table;
mod service_hosts;
mod set;
mod sites;
mod sniff;
mod statutory;
mod strictness;
mod texts;
mod told;
mod trace;
mod used;
mod words;

#[cfg(test)]
mod tests;

pub use accounts::{AccountField, Accounts, OwnAccounts, OwnService, Told};
pub use acts::{Act, Acts, Doing, Whom};
pub use address::read_address;
pub use agreement::{Agreement, AgreementRules, Clause, Origin, Shown};
pub use decision::{Ask, Decision, Evidence, Grounds, Permit, Refusal, Warning};
pub use engines::SearchEngines;
pub use exceptions::{Exception, Exceptions, ExceptionsMaker, TooMany};
pub use fault::PolicyFault;
pub use files::{AnswerHead, FileLimits, FileRefusal, Files};
pub use floor::{Word, loosened};
pub use hours::{DAY_MINUTES, Dates, WeeklyHours, Window};
pub use https::{HttpsMode, Opening, Sealed};
pub use keyword::{EXPRESSION_BYTES, ExpressionFault, check_expression};
pub use layer::{LEAST_OPTIONS, Layer, Least, Level};
pub use new_domains::NewDomains;
pub use order::{ORDER, Stage, order_as_text};
pub use predicted::Predicted;
pub use quota::{EVERYTHING, Metered, Quota};
pub use rules::{
    Action, CategoryWords, Contact, DefaultAction, Group, HelpLine, HiddenPages, KeywordRule, LocalAction, LocalRule, PolicyTest, Rules,
    TunnelContents,
};
pub use safe::YouTube;
pub use set::PolicySet;
pub use sites::{SITE_MARK, Site, is_called};
pub use sniff::{FileKind, Sniffed, sniff};
pub use trace::{NoTrace, Step, StepTrace, Trace};
pub use used::{Count, Minutes, Used};
pub use words::entry_text;
