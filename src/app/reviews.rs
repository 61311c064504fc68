//! What reviews look at in the running system: rules that end, exceptions that stand for long, and rules that open what nobody asks for.

use super::App;
use crate::admin::{Reach, ReviewItem, ReviewOf, ReviewWorks, SiteWorks, WorksFault};
use crate::config::Config;
use crate::model::{GroupId, Reason, Timestamp};
use crate::policy::{LocalAction, LocalRule};
use crate::store::exceptions::{Exception, Exceptions, For};
use crate::store::query::{By, Filter, count};
use crate::store::quietly;
use std::time::Duration;

fn fault(fault: impl std::fmt::Display) -> WorksFault {
    WorksFault(fault.to_string().into())
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
}

fn earlier(now: Timestamp, by: Duration) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
}

fn item(rule: &LocalRule, words: &str) -> ReviewItem {
    let what = format!("{words} {}", rule.addresses.join(", "));
    ReviewItem { what, by: rule.author.to_string(), because: rule.reason.to_string(), at: rule.expires }
}

/// Whose rules and exceptions are looked at.
#[derive(Clone, Copy)]
struct Whose<'a> {
    reach: &'a Reach,
    site_of_group: &'a dyn Fn(&str) -> String,
}

impl Whose<'_> {
    fn is_group(self, name: &str) -> bool {
        self.reach.is_all() || self.reach.covers(&(self.site_of_group)(name))
    }

    /// Is a rule for groups of these sites and no other? One for everybody is for those who reach all sites.
    fn is_rule(self, config: &Config, rule: &LocalRule) -> bool {
        let theirs = |id: &GroupId| config.policy.groups.get(usize::from(id.0)).is_some_and(|group| self.is_group(&group.name));
        self.reach.is_all() || (!rule.groups.is_empty() && rule.groups.iter().all(theirs))
    }
}

/// Rules that end soon, and those that have ended and still stand in the settings; the first end first.
fn ending(config: &Config, now: Timestamp, whose: Whose<'_>) -> Vec<ReviewItem> {
    let soon = later(now, config.reviews.soon);
    let ends = |rule: &&LocalRule| rule.expires.is_some_and(|end| end < soon) && whose.is_rule(config, rule);
    let words = |rule: &LocalRule| match rule.action {
        LocalAction::Allow => "allow",
        LocalAction::Block => "block",
    };
    let mut items: Vec<_> = config.policy.local.iter().filter(ends).map(|rule| item(rule, words(rule))).collect();
    items.sort_by_key(|item| item.at);
    items
}

/// Exceptions that stand for long, the oldest first.
fn old(config: &Config, now: Timestamp, whose: Whose<'_>) -> Result<Vec<ReviewItem>, WorksFault> {
    let before = earlier(now, config.reviews.old);
    let since = |made: &Exception| made.from.parse::<jiff::Timestamp>().ok().map(Timestamp::from);
    let standing = Exceptions::read(&config.log.folder).map_err(fault)?.standing(now);
    let theirs = |made: &&Exception| whose.reach.is_all() || matches!(&made.whom, For::Group(name) if whose.is_group(name));
    let told = |made: &Exception| ReviewItem {
        what: format!("{}: {}", made.id, made.what()),
        by: made.by.clone(),
        because: made.reason.clone(),
        at: since(made),
    };
    // What cannot be dated is looked at.
    let mut items: Vec<_> = standing.iter().filter(theirs).filter(|made| since(made).is_none_or(|from| from <= before)).map(told).collect();
    items.sort_by_key(|item| item.at);
    Ok(items)
}

/// Does the host lie at or below what a rule opens?
fn opens(rule: &LocalRule, host: &str) -> bool {
    let below = |address: &str| {
        let domain = address.split('/').next().unwrap_or(address).trim_start_matches("*.");
        host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    };
    rule.addresses.iter().any(|address| below(address))
}

/// Rules that opened nothing: no request since was let through for a local rule at a host of theirs. A rule that opens one page of a host
/// is not told from another of the same host.
fn unused(config: &Config, now: Timestamp, whose: Whose<'_>) -> Result<Vec<ReviewItem>, WorksFault> {
    let filter = Filter {
        from: Some(earlier(now, config.reviews.unused)),
        reason: Some(Reason::AllowedLocally),
        sites: whose.reach.asked(),
        ..Filter::default()
    };
    let counts = quietly(|| count(&config.log.folder, &filter, &[By::Host], &|_, _| true)).map_err(fault)?;
    if counts.overflow || !counts.damage.is_empty() {
        // A rule must not look unused because a part of the log could not be read.
        return Err(fault("A part of the log cannot be read: it cannot be said which rules are unused."));
    }
    let hosts: Vec<&str> = counts.groups.iter().filter_map(|(key, _)| key.first()).map(String::as_str).collect();
    let idle = |rule: &&LocalRule| rule.action == LocalAction::Allow && !hosts.iter().any(|host| opens(rule, host));
    Ok(config.policy.local.iter().filter(idle).filter(|rule| whose.is_rule(config, rule)).map(|rule| item(rule, "allow")).collect())
}

impl ReviewWorks for App {
    fn review_every(&self, what: ReviewOf) -> Duration {
        let every = &self.feeding.settings().1.reviews;
        match what {
            ReviewOf::EndingRules => every.ending_rules,
            ReviewOf::Exceptions => every.exceptions,
            ReviewOf::UnusedRules => every.unused_rules,
            ReviewOf::Accounts => every.accounts,
            ReviewOf::Deeds => every.deeds,
            ReviewOf::Alerts => every.alerts,
            ReviewOf::Provision => every.provision,
        }
    }

    fn review_items(&self, reach: &Reach, what: ReviewOf) -> Result<Vec<ReviewItem>, WorksFault> {
        let (config, now) = (self.feeding.settings().1, self.clock.now().wall);
        let whose = Whose { reach, site_of_group: &|group| self.site_of_group(group) };
        match what {
            ReviewOf::EndingRules => Ok(ending(&config, now, whose)),
            ReviewOf::Exceptions => old(&config, now, whose),
            ReviewOf::UnusedRules => unused(&config, now, whose),
            ReviewOf::Accounts | ReviewOf::Deeds | ReviewOf::Alerts | ReviewOf::Provision => Ok(Vec::new()),
        }
    }
}
