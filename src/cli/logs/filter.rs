//! The options that say which requests are meant: the same words mean the same in a search, a hold, an export and a second judgement.
//!
//! [`SpanArgs`] must never take a reference number, a reason or a pattern: `logs breaches` has it, and whoever could name one request
//! there could ask whether its address is on a statutory list.

use super::time::Now;
use super::{LogsFault, parse_bucket, parse_client, parse_reason, parse_verdict};
use crate::model::{Bucket, Reason, RequestId, VerdictKind};
use crate::store::query::Filter;
use clap::Args;
use ipnet::IpNet;

/// When, who and where.
#[derive(Clone, Debug, Default, Args)]
pub struct SpanArgs {
    /// Not before: RFC 3339, `2026-11-22`, `today`, `yesterday`, `10:40`, or `2h` for two hours ago (local time where no zone is given)
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Before: as --from; a day means its end
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// The group whose policy applied
    #[arg(long)]
    pub group: Option<String>,
    /// The client's address, or a range such as 10.20.0.0/16
    #[arg(long, value_name = "ADDRESS", value_parser = parse_client)]
    pub client: Option<IpNet>,
    /// The person
    #[arg(long)]
    pub user: Option<String>,
    /// The host, with everything below it
    #[arg(long)]
    pub host: Option<String>,
    /// Text anywhere in the address
    #[arg(long, value_name = "TEXT")]
    pub url: Option<String>,
}

/// When, who, where, and what was decided.
#[derive(Clone, Debug, Default, Args)]
pub struct QueryArgs {
    /// When, who and where
    #[command(flatten)]
    pub span: SpanArgs,
    /// Text typed into a search engine, as far as the address shows it
    #[arg(long = "search-terms", visible_alias = "term", value_name = "TEXT")]
    pub terms: Option<String>,
    /// A category by name
    #[arg(long)]
    pub category: Option<String>,
    /// A bucket of categories as accreditation sorts them: becta-adult, becta-drugs, uksic-gambling and so on
    #[arg(long, value_parser = parse_bucket)]
    pub bucket: Option<Bucket>,
    /// What was decided: allow, warn, block or refuse
    #[arg(long, value_parser = parse_verdict)]
    pub verdict: Option<VerdictKind>,
    /// Why, by its code, such as category or statutory
    #[arg(long, value_parser = parse_reason)]
    pub reason: Option<Reason>,
    /// The clause of the agreement behind a refusal, such as C-3
    #[arg(long, value_name = "ID")]
    pub clause: Option<String>,
    /// Reference number from a block page; of a tunnel, also what came through it
    #[arg(long = "id", value_name = "REFERENCE")]
    pub reference: Option<RequestId>,
}

impl SpanArgs {
    /// The filter that these options make by themselves.
    ///
    /// # Errors
    /// As [`SpanArgs::narrow`].
    pub fn filter(&self, now: &Now) -> Result<Filter, LogsFault> {
        let mut filter = Filter::default();
        self.narrow(&mut filter, now)?;
        Ok(filter)
    }

    /// Puts what was given into the filter.
    ///
    /// # Errors
    /// [`LogsFault`] when a time cannot be read, or the span of time ends before it starts.
    pub fn narrow(&self, filter: &mut Filter, now: &Now) -> Result<(), LogsFault> {
        if let Some(text) = &self.from {
            filter.from = Some(now.start(text).map_err(|fault| LogsFault::Time { option: "--from", fault })?);
        }
        if let Some(text) = &self.to {
            filter.to = Some(now.end(text).map_err(|fault| LogsFault::Time { option: "--to", fault })?);
        }
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from >= to
        {
            return Err(LogsFault::Reversed { from, to });
        }
        filter.zone.get_or_insert_with(|| now.zone.clone());
        add(&mut filter.group, &self.group);
        add(&mut filter.client, &self.client);
        add(&mut filter.user, &self.user);
        add(&mut filter.host, &self.host);
        add(&mut filter.url, &self.url);
        Ok(())
    }
}

impl QueryArgs {
    /// The filter that these options make by themselves.
    ///
    /// # Errors
    /// As [`SpanArgs::narrow`].
    pub fn filter(&self, now: &Now) -> Result<Filter, LogsFault> {
        let mut filter = Filter::default();
        self.narrow(&mut filter, now)?;
        Ok(filter)
    }

    /// Puts what was given into the filter.
    ///
    /// # Errors
    /// As [`SpanArgs::narrow`].
    pub fn narrow(&self, filter: &mut Filter, now: &Now) -> Result<(), LogsFault> {
        self.span.narrow(filter, now)?;
        add(&mut filter.terms, &self.terms);
        add(&mut filter.category, &self.category);
        add(&mut filter.bucket, &self.bucket);
        add(&mut filter.verdict, &self.verdict);
        add(&mut filter.reason, &self.reason);
        add(&mut filter.clause, &self.clause);
        add(&mut filter.reference, &self.reference);
        Ok(())
    }
}

/// What was given takes the place of what was there.
pub(super) fn add<T: Clone>(place: &mut Option<T>, value: &Option<T>) {
    if value.is_some() {
        place.clone_from(value);
    }
}
