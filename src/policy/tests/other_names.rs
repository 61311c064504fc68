//! What is said of a category reaches its other names, and what is locked stays closed.

use super::super::other_names::spread;
use super::super::*;
use super::world::rules;
use std::collections::BTreeMap;
use std::sync::Arc;

const ALLOW: Option<Action> = Some(Action::Allow);
const WARN: Option<Action> = Some(Action::Warn);
const BLOCK: Option<Action> = Some(Action::Block);

/// What a group that says `words` makes of `category`, of an image with these.
fn word(words: &[(&str, Action)], image: &[&str], category: &str) -> Option<Action> {
    let mut rules = rules();
    rules.groups[3].categories = Arc::new(words.iter().map(|(name, action)| (Arc::from(*name), *action)).collect());
    let image: Vec<Arc<str>> = image.iter().map(|name| Arc::from(*name)).collect();
    spread(&mut rules, &image, &image);
    rules.groups[3].categories.get(category).copied()
}

#[test]
fn a_word_on_our_name_reaches_a_list_that_brings_another_name_for_it() {
    for (words, image, category, expect) in [
        (&[("drugs", Action::Block)][..], &["drogue"][..], "drogue", BLOCK),
        (&[("drugs", Action::Allow)], &["drogue"], "drogue", ALLOW),
        (&[("hate", Action::Block), ("violence", Action::Warn)], &["agressif"], "agressif", BLOCK),
        (&[("violence", Action::Warn)], &["agressif"], "agressif", WARN),
        // Said outright, the other name keeps its word, and says nothing of ours while a list brings it.
        (&[("drugs", Action::Block), ("drogue", Action::Allow)], &["drogue", "drugs"], "drogue", ALLOW),
        (&[("drugs", Action::Warn), ("drogue", Action::Block)], &["drogue", "drugs"], "drugs", WARN),
        // A word does not wander from one of ours to another by way of a name for both.
        (&[("hate", Action::Block)], &["agressif", "violence"], "violence", None),
        (&[("agressif", Action::Block)], &["agressif", "violence"], "violence", None),
        (&[("games", Action::Block)], &["drogue", "games", "odd"], "drogue", None),
    ] {
        assert_eq!(word(words, image, category), expect, "{words:?} {image:?}");
    }
}

#[test]
fn a_word_on_an_older_name_reaches_our_name_once_no_list_brings_the_older_one_and_never_loosens_it() {
    for (words, expect) in [
        (&[("drogue", Action::Block)][..], BLOCK),
        (&[("drogue", Action::Allow)], ALLOW),
        (&[("drogue", Action::Block), ("drugs", Action::Warn)], BLOCK),
        (&[("drogue", Action::Allow), ("drugs", Action::Block)], BLOCK),
    ] {
        assert_eq!(word(words, &["drugs"], "drugs"), expect, "{words:?}");
    }
}

#[test]
fn what_is_locked_is_closed_whatever_is_said() {
    for words in [&[][..], &[("terrorism", Action::Allow)], &[("terrorism", Action::Warn)]] {
        assert_eq!(word(words, &["terrorism"], "terrorism"), BLOCK, "{words:?}");
    }
    // Another name for it is closed where nothing is said of it: who brings such a list may still say otherwise.
    assert_eq!(word(&[], &["suicide"], "suicide"), BLOCK);
    assert_eq!(word(&[("suicide", Action::Warn)], &["suicide"], "suicide"), WARN);
}

#[test]
fn a_release_of_our_name_opens_other_names_for_it_once_all_that_they_mean_is_released() {
    let is_meant = |names: &[&str], category: &str| {
        super::super::other_names::is_meant(&names.iter().map(|name| Arc::from(*name)).collect::<Vec<_>>(), category)
    };
    assert!(is_meant(&["drugs"], "drogue") && is_meant(&["drugs"], "drugs") && is_meant(&["mine"], "mine"));
    assert!(is_meant(&["hate", "violence"], "agressif") && !is_meant(&["hate"], "agressif"));
    assert!(!is_meant(&["drogue"], "drugs") && !is_meant(&["drugs"], "mine"));
}

#[test]
fn hours_shares_layers_clauses_and_seals_follow() {
    let mut rules = rules();
    let hours = WeeklyHours { windows: vec![Window { days: 1, from: 0, to: DAY_MINUTES, dates: None }] };
    let share = Quota { minutes: Some(30), bytes: None };
    rules.groups[0].category_hours.insert("social-networks".into(), hours.clone());
    rules.groups[0].quota.insert("social-networks".into(), share);
    rules.sealed.categories = vec!["sex-education".into()];
    let image: [Arc<str>; 2] = ["social_networks".into(), "sexual_education".into()];
    spread(&mut rules, &image, &image);
    assert_eq!(rules.groups[0].category_hours.get("social_networks"), Some(&hours));
    assert_eq!(rules.groups[0].quota.get("social_networks"), Some(&share));
    assert!(rules.sealed.categories.iter().any(|name| **name == *"sexual_education"));
    assert!(!rules.groups[1].category_hours.contains_key("social_networks"));
}

#[test]
fn groups_that_share_a_table_go_on_sharing() {
    let mut rules = rules();
    let table: Arc<BTreeMap<Arc<str>, Action>> = Arc::new([(Arc::from("drugs"), Action::Block)].into());
    rules.groups[1].categories = Arc::clone(&table);
    rules.groups[3].categories = table;
    let image: [Arc<str>; 1] = ["drogue".into()];
    spread(&mut rules, &image, &image);
    assert!(Arc::ptr_eq(&rules.groups[1].categories, &rules.groups[3].categories));
    assert_eq!(rules.groups[3].categories.get("drogue"), Some(&Action::Block));
}
