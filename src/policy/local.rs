//! The stages of local rules: those of the settings themselves, which are for every site, and the exceptions of the site.
//!
//! A block wins over an allow, wherever they stand. Must never look at the exceptions of another site.

use super::judge::{Case, Ruling, evidence};
use super::order::Stage;
use super::sites::Site;
use super::trace::Trace;
use crate::model::{Reason, Timestamp};
use jiff::tz::TimeZone;
use std::sync::Arc;

impl<'a> Case<'a> {
    /// The site of whoever asks.
    fn site(&self) -> Option<&'a Site> {
        self.set.rules.sites.get(usize::from(self.set.placing.site_of(self.id)?.0))
    }

    /// The time zone in which hours are read.
    pub(super) fn zone(&self) -> &'a TimeZone {
        self.set.zone(self.id)
    }

    pub(super) fn local_block(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let Some(layer) = self.local(self.found.block, self.found.site.block) else {
            trace.note(Stage::LocalBlock, false, || self.no_local("blocks"));
            return None;
        };
        trace.note(Stage::LocalBlock, true, || format!("{layer}{}.", self.at_site()));
        Some(Ruling::Closed(evidence(Reason::BlockedLocally, layer)))
    }

    pub(super) fn local_allow(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let Some(layer) = self.local(self.found.allow, self.found.site.allow) else {
            trace.note(Stage::LocalAllow, false, || self.no_local("allows"));
            return None;
        };
        if self.is_held() {
            trace.note(Stage::LocalAllow, false, || format!("{layer}: not open, for {}.", self.held_words()));
            return None;
        }
        if let Some(spent) = self.spent() {
            trace.note(Stage::LocalAllow, false, || format!("{layer}: not open, for {} is used up.", spent.layer));
            return None;
        }
        trace.note(Stage::LocalAllow, true, || format!("{layer}{}.", self.at_site()));
        Some(Ruling::Open(evidence(Reason::AllowedLocally, layer)))
    }

    /// The rule of the settings speaks before the exception of the site.
    fn local(&self, rule: Option<u32>, exception: Option<u32>) -> Option<&'a Arc<str>> {
        let set = self.set;
        rule.map(|index| &set.layers.local[index as usize]).or_else(|| Some(self.site()?.exceptions.layer(exception?)))
    }

    fn at_site(&self) -> String {
        self.site().map_or_else(String::new, |site| format!(" (site {})", site.name))
    }

    fn no_local(&self, verb: &str) -> String {
        match self.expired() {
            Some((layer, end)) => format!("No rule of this site {verb} it; '{layer}' expired at {end}."),
            None => format!("No rule of this site {verb} it."),
        }
    }

    fn expired(&self) -> Option<(&'a Arc<str>, Timestamp)> {
        let set = self.set;
        let rule = self.found.expired.map(|index| index as usize);
        rule.and_then(|index| Some((&set.layers.local[index], set.rules.local[index].expires?))).or_else(|| {
            let (exceptions, row) = (&self.site()?.exceptions, self.found.site.expired?);
            Some((exceptions.layer(row), exceptions.end(row)))
        })
    }
}
