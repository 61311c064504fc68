//! Groups, their rules and the one function that decides.

mod decision;
mod hours;
mod rules;

pub use decision::{Ask, Decision, Evidence, Permit, Refusal, Warning};
pub use hours::{DAY_MINUTES, WeeklyHours, Window};
pub use rules::{
    Action, CategoryWords, Contact, DefaultAction, Group, HelpLine, HiddenPages, KeywordRule, LocalAction, LocalRule, PolicyTest, Risk,
    Rules, TunnelContents,
};
