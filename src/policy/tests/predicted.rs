//! Guesses: what a group makes of them, and that they never come before anything that somebody has said.

use super::super::*;
use super::world::{SUMMER_EVENING, SUMMER_NOON, at, decide, hits, image, rules, subject, url};
use crate::lists::{ListImage, NameModel, names_that_all_look_like};
use crate::matcher::Hits;
use crate::model::{CategoryId, GroupId, Reason, Timestamp};
use std::sync::Arc;

const CHILDREN: usize = 0;
const WALLED: usize = 1;
const TIMED: usize = 2;
const STAFF: usize = 3;

/// An image for which every name looks like adult, games, news and odd, adult the most.
fn guessing() -> ListImage {
    let model: NameModel = names_that_all_look_like(&[CategoryId(1), CategoryId(2), CategoryId(3), CategoryId(4)]);
    ListImage { names: Arc::new(model), ..image() }
}

fn rules_with(group: usize, words: &[(&str, Predicted)]) -> Rules {
    let mut rules = rules();
    rules.groups[group].predicted = words.iter().map(|(name, word)| ((*name).into(), *word)).collect();
    rules
}

fn ask(set: &PolicySet, group: usize, address: &str, hits: &Hits, (now, warned, acts): (Timestamp, bool, &Acts)) -> Evidence {
    let (subject, url) = (subject(GroupId(group as u16)), url(address));
    let ask = Ask { subject: &subject, url: &url, method: b"GET", now, warned, acts, used: Used::none() };
    decide(set, &ask, hits).0.evidence().clone()
}

#[test]
fn a_group_chooses_what_a_guess_does_and_it_never_does_more_than_the_category() {
    use Predicted::{Block, Log, Warn};
    for (group, name, word, moment, warned, reason, told) in [
        (CHILDREN, "adult", Block, SUMMER_NOON, false, Reason::Predicted, true),
        (CHILDREN, "adult", Warn, SUMMER_NOON, false, Reason::Warned, true),
        (CHILDREN, "adult", Warn, SUMMER_NOON, true, Reason::AllowedAfterWarning, true),
        (CHILDREN, "adult", Log, SUMMER_NOON, false, Reason::Allowed, true),
        (CHILDREN, "games", Block, SUMMER_NOON, false, Reason::Warned, true),
        (CHILDREN, "news", Block, SUMMER_NOON, false, Reason::Allowed, true),
        (CHILDREN, "odd", Block, SUMMER_NOON, false, Reason::Allowed, true),
        (WALLED, "adult", Block, SUMMER_NOON, false, Reason::NotOnAllowList, false),
        (WALLED, "adult", Warn, SUMMER_NOON, true, Reason::NotOnAllowList, false),
        (TIMED, "games", Block, SUMMER_NOON, false, Reason::Allowed, true),
        (TIMED, "games", Block, "2026-06-15T14:00:00+01:00[Europe/London]", false, Reason::Predicted, true),
        (TIMED, "games", Block, SUMMER_EVENING, false, Reason::OutsideHours, false),
        (STAFF, "odd", Log, SUMMER_NOON, false, Reason::Allowed, true),
    ] {
        let set = PolicySet::build(rules_with(group, &[(name, word)]), &guessing()).unwrap();
        let evidence = ask(&set, group, "http://unknown.example.test/x", &hits(""), (at(moment), warned, Acts::none()));
        assert_eq!((evidence.reason, evidence.predicted.is_some()), (reason, told), "{name} {word:?} at {moment}");
        if evidence.reason == Reason::Predicted {
            assert_eq!(evidence.category.map(|id| super::world::NAMES[usize::from(id.0)]), Some(name));
            assert!(evidence.layer.ends_with(&format!("names like {name}")), "{}", evidence.layer);
        }
    }
    let set = PolicySet::build(rules(), &guessing()).unwrap();
    assert_eq!(ask(&set, CHILDREN, "http://unknown.example.test/", &hits(""), (at(SUMMER_NOON), false, Acts::none())).predicted, None);
}

#[test]
fn of_several_guesses_the_one_that_closes_most_counts() {
    let words = [("games", Predicted::Warn), ("odd", Predicted::Log), ("adult", Predicted::Block)];
    let set = PolicySet::build(rules_with(CHILDREN, &words), &guessing()).unwrap();
    let evidence = ask(&set, CHILDREN, "http://unknown.example.test/", &hits(""), (at(SUMMER_NOON), false, Acts::none()));
    assert_eq!((evidence.reason, evidence.category), (Reason::Predicted, Some(CategoryId(1))));
}

#[test]
fn a_name_that_says_nothing_is_never_guessed_at() {
    let set = PolicySet::build(rules_with(CHILDREN, &[("adult", Predicted::Block)]), &guessing()).unwrap();
    for address in ["http://308274.com/", "http://printer.local/", "http://a.b/"] {
        let evidence = ask(&set, CHILDREN, address, &hits(""), (at(SUMMER_NOON), false, Acts::none()));
        assert_eq!((evidence.reason, evidence.predicted), (Reason::Allowed, None), "{address}");
    }
}

#[test]
fn a_release_opens_what_was_guessed() {
    let set = PolicySet::build(rules_with(CHILDREN, &[("adult", Predicted::Block)]), &guessing()).unwrap();
    let until = Timestamp(at(SUMMER_NOON).0 + 60_000_000);
    let acts = |doing| Acts::new(vec![Act { id: "E-1".into(), doing, whom: Whom::Everybody, by: "x".into(), reason: "x".into(), until }]);
    for (doing, reason) in [
        (Doing::Release(vec!["unknown.example.test".into()]), Reason::Released),
        (Doing::ReleaseCategories(vec!["adult".into()]), Reason::Allowed),
        (Doing::ReleaseCategories(vec!["games".into()]), Reason::Predicted),
    ] {
        let evidence = ask(&set, CHILDREN, "http://unknown.example.test/", &hits(""), (at(SUMMER_NOON), false, &acts(doing)));
        assert_eq!((evidence.reason, evidence.predicted.is_some()), (reason, reason == Reason::Predicted));
    }
}

#[test]
fn a_guess_changes_nothing_where_a_list_a_rule_or_an_act_speaks() {
    let block_all = ["adult", "games", "news", "odd"].map(|name| (name, Predicted::Block));
    for group in [CHILDREN, WALLED, TIMED, STAFF] {
        let with = PolicySet::build(rules_with(group, &block_all), &guessing()).unwrap();
        let without = PolicySet::build(rules_with(group, &block_all), &image()).unwrap();
        let look = |address: &str, hits: &Hits, moment, warned| {
            let told = |set| ask(set, group, address, hits, (at(moment), warned, Acts::none()));
            assert_eq!(told(&with), told(&without), "{group} {address} {hits:?}");
        };
        for moment in [SUMMER_NOON, SUMMER_EVENING] {
            for set in 1..16_u8 {
                let names = ["adult", "games", "news", "odd"];
                let listed: Vec<_> = names.into_iter().enumerate().filter(|(n, _)| set >> n & 1 == 1).map(|(_, name)| name).collect();
                for address in ["http://unknown.example.test/x", "http://thinkword.example.test/", "http://192.0.2.9/"] {
                    for warned in [true, false] {
                        look(address, &hits(&listed.join(" ")), moment, warned);
                    }
                }
            }
            look("http://unknown.example.test/", &hits("illegal"), moment, false);
            look("http://unknown.example.test/", &Hits { urls_on_host: true, ..hits("") }, moment, false);
            for address in
                ["http://good.example.test/", "http://both.example.test/", "http://help.example.org/", "http://blocked.example.test/"]
            {
                look(address, &hits(""), moment, false);
            }
        }
    }
}

#[test]
fn a_layer_tightens_what_a_group_makes_of_a_guess() {
    let mut rules = rules_with(CHILDREN, &[("adult", Predicted::Log), ("games", Predicted::Warn)]);
    let predicted = [("adult".into(), Predicted::Block), ("games".into(), Predicted::Log)].into_iter().collect();
    let layer = Layer { predicted, ..super::quota::layer(Level::Consortium, "sums", Quota::default()) };
    rules.layers = vec![layer];
    let loosens = |word| loosened(&rules.layers, Level::Group, &[], word).is_some();
    assert!(loosens(Word::Predicted("adult", Predicted::Warn)) && !loosens(Word::Predicted("games", Predicted::Warn)));
    let set = PolicySet::build(rules, &guessing()).unwrap();
    let evidence = ask(&set, CHILDREN, "http://unknown.example.test/", &hits(""), (at(SUMMER_NOON), false, Acts::none()));
    assert_eq!(evidence.reason, Reason::Predicted);
    assert!(evidence.layer.starts_with("consortium ") && evidence.layer.ends_with(", names like adult"), "{}", evidence.layer);
    let group = set.group(GroupId(0)).unwrap();
    assert_eq!(group.predicted.get("games"), Some(&Predicted::Warn), "the stricter word stays");
}
