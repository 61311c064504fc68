//! From facts to an answer: status, fields and body.

use super::code::form_value;
use super::facts::{Contact, Facts, HelpLine, Site};
use super::headers::{Policies, ProxyStatus, fields};
use super::show::{dial, link, shown};
use super::skeleton::{ADDRESS, CODE, Kept, Key, REFERENCE, Skeleton, TIME, WRONG};
use super::status::{Template, advice, heading, status, template, words_for};
use super::templates::{TemplateFault, Templates};
use super::wanted::Wanted;
use super::{bodies, said};
use crate::model::{Reason, RequestId, Timestamp};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use minijinja::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An answer of ours, complete with its length. For HEAD, send it without the body.
#[derive(Clone, Debug)]
pub struct Page {
    /// Status.
    pub status: StatusCode,
    /// Fields; `Connection` is not among them.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Page {
    /// As a response.
    #[must_use]
    pub fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// All pages of one site, ready to render. Immutable but for a bounded table of rendered pages; share it by `Arc`.
#[derive(Debug)]
pub struct Pages {
    site: Site,
    site_values: Value,
    statutory_values: Value,
    templates: Arc<Templates>,
    policies: Arc<Policies>,
    proxy_status: ProxyStatus,
    kept: Kept,
}

impl Pages {
    /// Compiles the templates and tries each with sample facts. `own` holds the operator's templates: file name to content.
    ///
    /// # Errors
    /// The first template that cannot be used, with its place.
    pub fn new(site: Site, own: &BTreeMap<String, String>) -> Result<Self, TemplateFault> {
        let templates = Templates::compile(own)?;
        let policies = Policies::of(|template| Templates::source(template, own).to_owned());
        let pages = Self {
            site_values: site_values(&site, false),
            statutory_values: site_values(&site, true),
            site,
            templates: Arc::new(templates),
            policies: Arc::new(policies),
            proxy_status: ProxyStatus::new(),
            kept: Kept::default(),
        };
        pages.try_all(own)?;
        Ok(pages)
    }

    /// The same pages for a site that has no templates of its own.
    #[must_use]
    pub fn at(&self, site: Site) -> Self {
        Self {
            site_values: site_values(&site, false),
            statutory_values: site_values(&site, true),
            site,
            templates: Arc::clone(&self.templates),
            policies: Arc::clone(&self.policies),
            proxy_status: ProxyStatus::new(),
            kept: Kept::default(),
        }
    }

    /// The answer. CONNECT is best answered with [`Wanted::Text`].
    #[must_use]
    pub fn render(&self, facts: &Facts<'_>, wanted: Wanted) -> Page {
        let facts = &facts.without_secrets();
        let template = template(facts.reason);
        let is_page = matches!(wanted, Wanted::Html | Wanted::Frame);
        let page = if is_page { self.page(template, facts, wanted == Wanted::Frame) } else { None };
        // A page that cannot be rendered (an operator's template, on facts that the sample did not foresee) is told in text.
        let form = if is_page && page.is_none() { Wanted::Text } else { wanted };
        let body = page.map_or_else(|| bodies::small(&self.site, facts, form), Bytes::from);
        self.answer(facts, template, form, body)
    }

    pub(super) fn answer(&self, facts: &Facts<'_>, template: Template, form: Wanted, body: Bytes) -> Page {
        let headers = fields(&self.policies, &self.proxy_status, facts.reason, template, form, body.len());
        Page { status: status(facts.reason, facts.status), headers, body }
    }

    pub(super) fn templates(&self) -> &Templates {
        &self.templates
    }

    /// The values of a page that stands by itself and shows no address.
    pub(super) fn plain_values(&self, facts: &Facts<'_>) -> Value {
        self.values(facts, false, &facts.reference.to_string(), &self.time_there(facts), "")
    }

    /// The site that these pages belong to.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    fn page(&self, template: Template, facts: &Facts<'_>, framed: bool) -> Option<String> {
        let reference = facts.reference.to_string();
        let time = self.time_there(facts);
        let address = shown(facts.address.unwrap_or(""));
        let key = if self.templates.is_operators(template) { None } else { Key::of(template, facts, framed) };
        let Some(key) = key else {
            return self.templates.render(template, self.values(facts, framed, &reference, &time, &address)).ok();
        };
        let (code, wrong) = (facts.code, facts.wrong);
        let skeleton = if let Some(skeleton) = self.kept.find(&key) {
            skeleton
        } else {
            let facts = &Facts { code: code.map(|_| CODE), wrong: wrong.map(|_| WRONG), ..*facts };
            let values = self.values(facts, framed, REFERENCE, TIME, ADDRESS);
            let skeleton = Arc::new(Skeleton::cut(&self.templates.render(template, values).ok()?));
            self.kept.keep(key, Arc::clone(&skeleton));
            skeleton
        };
        Some(skeleton.fill(&reference, &time, &address, [code, wrong]))
    }

    /// "Sunday 22 November 2026, 18:24", where the site is.
    pub(super) fn time(&self, at: Timestamp) -> String {
        in_words(at, &self.site.time_zone)
    }

    /// The same, where the reader is.
    fn time_there(&self, facts: &Facts<'_>) -> String {
        in_words(facts.at, facts.here.time_zone.unwrap_or(&self.site.time_zone))
    }

    fn values(&self, facts: &Facts<'_>, framed: bool, reference: &str, time: &str, address: &str) -> Value {
        let site = if facts.reason == Reason::Statutory { &self.statutory_values } else { &self.site_values };
        let onward = facts
            .onward
            .filter(|onward| onward.action.starts_with('/') || link(onward.action).is_some())
            .map(|onward| Value::from_pairs([("action", Value::from(onward.action)), ("token", Value::from(onward.token))]));
        let clause = facts.clause.map(|clause| Value::from_pairs([("id", clause.id), ("title", clause.title), ("words", clause.words)]));
        let own = Value::from_pairs([
            ("heading", Value::from(heading(facts.reason))),
            ("words", Value::from(words_for(facts.reason, facts.quiet))),
            ("advice", Value::from(advice(facts.reason))),
            ("reason", Value::from(facts.reason.code())),
            ("category", Value::from(facts.category.unwrap_or(""))),
            ("group", Value::from(facts.group)),
            ("address", Value::from(facts.address.map_or("", |_| address))),
            ("reference", Value::from(reference)),
            ("time", Value::from(time)),
            ("opens", Value::from(facts.opens.unwrap_or(""))),
            ("clause", clause.unwrap_or(Value::from(()))),
            ("onward", onward.unwrap_or(Value::from(()))),
            ("code", form_value(facts.code)),
            ("wrong", form_value(facts.wrong)),
            ("answered", facts.answered.map_or(Value::from(()), |answer| said::answer_value(answer, |at| self.time(at)))),
            ("sign_in", facts.sign_in.map_or(Value::from(()), Value::from)),
            ("framed", Value::from(framed)),
            ("demonstration", Value::from(facts.demonstration)),
            ("lab", Value::from(facts.lab)),
        ]);
        minijinja::value::merge_maps([own, site.clone(), here_values(facts)])
    }

    /// Renders every page with much and with little known.
    fn try_all(&self, own: &BTreeMap<String, String>) -> Result<(), TemplateFault> {
        let mut fault = None;
        let facts = Facts::new(Reason::OwnPage, RequestId(1), Timestamp::from_seconds(0));
        Self::each_own(|template, page| {
            let tried = self.try_own(page, &facts);
            fault = fault.take().or(tried.err().map(|error| TemplateFault::broken(template, Templates::source(template, own), &error)));
        });
        fault.map_or(Ok(()), Err)?;
        for &reason in Reason::ALL {
            let little = Facts::new(reason, RequestId(1), Timestamp::from_seconds(0));
            let onward = super::Continue { action: "/continue", token: "sample" };
            let much = Facts {
                category: Some("Sample"),
                group: "Sample",
                address: Some("sample.example"),
                opens: Some("at nine"),
                clause: Some(super::BehindIt { id: "C-1", title: "Sample", words: "Sample." }),
                onward: Some(onward),
                code: Some(onward),
                wrong: Some(onward),
                answered: Some(&said::SAMPLE),
                demonstration: true,
                lab: true,
                ..little
            };
            for facts in [little, much.without_secrets()] {
                let template = template(reason);
                let values = self.values(&facts, false, "0", "0", facts.address.unwrap_or(""));
                let tried = self.templates.render(template, values);
                tried.map_err(|error| TemplateFault::broken(template, Templates::source(template, own), &error))?;
            }
        }
        Ok(())
    }
}

fn in_words(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.civil().to_zoned(zone.clone()).strftime("%A %-d %B %Y, %H:%M").to_string()
}

/// What the reader's own site and group say in the place of the pages' site.
fn here_values(facts: &Facts<'_>) -> Value {
    let site = facts.here.site.map(|site| ("site", Value::from(site)));
    let contact = facts.here.contact.map(|contact| ("contact", contact_value(&contact.into())));
    Value::from_pairs(site.into_iter().chain(contact))
}

fn site_values(site: &Site, statutory: bool) -> Value {
    let mut lines: Vec<&HelpLine> = site.help_lines.iter().collect();
    if statutory {
        lines.splice(0..0, &site.statutory_help);
    }
    let paragraphs = site.statutory_text.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    Value::from_pairs([
        ("site", Value::from(site.name.as_str())),
        ("own_name", Value::from(site.own_name.as_str())),
        ("language", Value::from(site.language.as_str())),
        ("contact", contact_value(&site.contact)),
        ("appeal", contact_value(&site.statutory_appeal)),
        ("help_lines", lines.into_iter().map(help_value).collect()),
        ("statutory_text", paragraphs.map(Value::from).collect()),
    ])
}

fn contact_value(contact: &Contact) -> Value {
    Value::from_pairs([
        ("any", Value::from(*contact != Contact::default())),
        ("name", Value::from(contact.name.as_str())),
        ("phone", Value::from(contact.phone.as_str())),
        ("dial", Value::from(dial(&contact.phone))),
        ("email", Value::from(contact.email.as_str())),
        ("web", Value::from(link(&contact.web).unwrap_or(""))),
    ])
}

fn help_value(line: &HelpLine) -> Value {
    Value::from_pairs([
        ("name", Value::from(line.name.as_str())),
        ("phone", Value::from(line.phone.as_str())),
        ("dial", Value::from(dial(&line.phone))),
        ("words", Value::from(line.words.as_str())),
        ("web", Value::from(link(&line.web).unwrap_or(""))),
    ])
}
