//! Local rules, help lines, keywords, words for categories, tests.

use super::bench::Bench;
use crate::config::category_words;
use crate::config::fault::FaultKind;
use crate::config::help_lines as built_in_help;
use crate::config::moment;
use crate::config::raw::{RawCategory, RawHelpLine, RawKeyword, RawRule, RawTest};
use crate::config::source::At;
use crate::model::{Reason, Risk};
use crate::policy::{Action, CategoryWords, HelpLine, KeywordRule, LocalAction, LocalRule, PolicyTest, check_expression};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every category that may be named: known by words, written by the operator, or brought by a list.
pub(super) fn category_names(written: &[(At<String>, RawCategory)], brought: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = category_words::names().collect();
    names.extend(written.iter().map(|(name, _)| name.value.clone()));
    names.extend(brought);
    names.sort();
    names.dedup();
    // What a statutory list holds is no group's to allow or block (standards V2).
    names.retain(|name| name != category_words::STATUTORY);
    names
}

/// Words for people: those that are built in, with the operator's own on top.
pub(super) fn category_words(written: Vec<(At<String>, RawCategory)>) -> BTreeMap<Arc<str>, CategoryWords> {
    let mut words = category_words::known();
    for (name, raw) in written {
        let name: Arc<str> = name.value.into();
        let known = words.entry(Arc::clone(&name)).or_insert_with(|| CategoryWords {
            title: name,
            words: "".into(),
            risk: Risk::None,
            shown: true,
        });
        if let Some(title) = raw.title {
            known.title = title.value.into();
        }
        if let Some(sentence) = raw.words {
            known.words = sentence.value.into();
        }
        if let Some(risk) = raw.risk {
            known.risk = risk.value;
        }
        if let Some(shown) = raw.show_category {
            known.shown = shown;
        }
    }
    words
}

/// Checks every `[[rule]]`. One that both allows and blocks becomes two.
pub(super) fn local(written: &[At<RawRule>], bench: &mut Bench<'_>) -> Vec<LocalRule> {
    written.iter().flat_map(|rule| local_rule(rule, bench)).collect()
}

fn local_rule(written: &At<RawRule>, bench: &mut Bench<'_>) -> Vec<LocalRule> {
    let raw = &written.value;
    let author = bench.need(raw.author.as_ref(), &written.place, "author").unwrap_or_default();
    let reason = bench.need(raw.reason.as_ref(), &written.place, "reason").unwrap_or_default();
    if raw.allow.is_empty() && raw.block.is_empty() {
        bench.reader.fault(&written.place, FaultKind::Missing("allow' or 'block"));
    }
    raw.allow.iter().chain(&raw.block).for_each(|address| bench.address(address));
    let groups = bench.groups(&raw.groups);
    let zone = bench.zone.clone();
    let expires = raw.expires.as_ref().and_then(|at| {
        let end = at.value.end(&zone);
        if end.is_none() {
            bench.reader.fault(&at.place, FaultKind::OutOfRange { expected: "a date before the year 9999".into() });
        }
        end
    });
    let rule = |action, addresses: &[At<String>]| LocalRule {
        action,
        addresses: addresses.iter().map(|at| at.value.as_str().into()).collect(),
        author: author.as_str().into(),
        reason: reason.as_str().into(),
        expires,
        groups: groups.clone(),
    };
    let both = [(LocalAction::Allow, &raw.allow), (LocalAction::Block, &raw.block)];
    both.into_iter().filter(|(_, addresses)| !addresses.is_empty()).map(|(action, addresses)| rule(action, addresses)).collect()
}

/// The built-in help lines, which nothing takes away, and the operator's.
pub(super) fn help_lines(written: &[At<RawHelpLine>], bench: &mut Bench<'_>) -> Vec<HelpLine> {
    let mut lines = built_in_help::built_in();
    for line in written {
        let raw = &line.value;
        let name = bench.need(raw.name.as_ref(), &line.place, "name").unwrap_or_default();
        if let Some(address) = &raw.address {
            bench.address(address);
        }
        let address = raw.address.as_ref().map_or("", |at| &at.value);
        lines.push(HelpLine {
            address: address.into(),
            name: name.into(),
            phone: raw.phone.as_str().into(),
            words: raw.words.as_str().into(),
            on_pages: raw.on_pages.unwrap_or(true),
            added: true,
        });
    }
    lines
}

/// Checks every `[[keyword]]`.
pub(super) fn keywords(written: &[At<RawKeyword>], bench: &mut Bench<'_>) -> Vec<KeywordRule> {
    let mut rules: Vec<KeywordRule> = Vec::new();
    for rule in written {
        let raw = &rule.value;
        let name = bench.need(raw.name.as_ref(), &rule.place, "name").unwrap_or_default();
        if raw.words.is_empty() && raw.expressions.is_empty() {
            bench.reader.fault(&rule.place, FaultKind::Missing("words' or 'expressions"));
        }
        if let Some(at) = raw.name.as_ref().filter(|at| rules.iter().any(|known| *known.name == *at.value)) {
            bench.reader.fault(&at.place, FaultKind::Twice("keyword rule", at.value.as_str().into()));
        }
        check_words(raw, bench);
        let texts = |list: &[At<String>]| list.iter().map(|at| Arc::from(at.value.as_str())).collect();
        rules.push(KeywordRule {
            name: name.into(),
            action: raw.action.as_ref().map_or(Action::Block, |action| action.value.0),
            words: texts(&raw.words),
            expressions: texts(&raw.expressions),
            groups: bench.groups(&raw.groups),
        });
    }
    rules
}

fn check_words(raw: &RawKeyword, bench: &mut Bench<'_>) {
    for word in raw.words.iter().filter(|word| word.value.trim().chars().count() < 2) {
        bench.reader.fault(&word.place, FaultKind::Malformed { expected: "a word of at least two letters".into() });
    }
    for expression in &raw.expressions {
        if let Err(fault) = check_expression(&expression.value) {
            bench.reader.fault(&expression.place, FaultKind::Expression(fault));
        }
    }
}

/// Checks every `[[test]]`.
pub(super) fn tests(written: &[At<RawTest>], bench: &mut Bench<'_>) -> Vec<PolicyTest> {
    written.iter().filter_map(|test| policy_test(test, bench)).collect()
}

fn policy_test(written: &At<RawTest>, bench: &mut Bench<'_>) -> Option<PolicyTest> {
    let raw = &written.value;
    if raw.group.is_none() {
        bench.reader.fault(&written.place, FaultKind::Missing("group"));
    }
    if raw.expect.is_none() {
        bench.reader.fault(&written.place, FaultKind::Missing("expect"));
    }
    let group = raw.group.as_ref().and_then(|name| bench.group(name));
    let url = bench.need(raw.url.as_ref(), &written.place, "url");
    let reason = raw.reason.as_ref().map(|at| (Reason::from_code(&at.value), at));
    if let Some((None, at)) = reason {
        bench.unknown("reason", at, Reason::ALL.iter().map(|reason| reason.code()));
    }
    let zone = bench.zone.clone();
    let at = raw.at.as_ref().map_or_else(|| moment::usual(&zone), |at| at.value.start(&zone));
    Some(PolicyTest {
        group: group?,
        url: url?.into(),
        at,
        method: raw.method.as_ref().map_or("GET", |method| &method.value).into(),
        expect: raw.expect.as_ref()?.value,
        reason: reason.and_then(|(reason, _)| reason),
        place: bench.reader.place_text(&written.place).into(),
    })
}
