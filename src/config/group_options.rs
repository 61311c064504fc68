//! What the options of a group take, and what a group has settled on, in the words of the settings: for whoever changes them elsewhere than
//! in the file.

use super::raw::{BareAddresses, RawGroup};
use super::section::Section;
use super::slot::{Choice, Slot};
use crate::policy::Group;

/// The words that this option of a group takes. None: it takes something else.
#[must_use]
pub fn group_choices(key: &str) -> Vec<&'static str> {
    let mut group = RawGroup::default();
    let Some(option) = RawGroup::OPTIONS.iter().find(|option| option.key == key) else { return Vec::new() };
    let slot = (option.slot)(&mut group);
    if let Slot::Choice(choice) = slot {
        return choice.words();
    }
    if matches!(slot, Slot::FlagAt(_)) { vec!["true", "false"] } else { Vec::new() }
}

/// What a group has settled on, option by option, comparable between two groups; choices in the words that the settings take.
#[must_use]
pub fn group_words(group: &Group) -> Vec<(&'static str, String)> {
    let word = |choice: &dyn Choice| choice.chosen().unwrap_or_default().to_owned();
    let bare = if group.bare_addresses { BareAddresses::Allow } else { BareAddresses::Block };
    vec![
        ("default", word(&group.default)),
        ("safe_search", group.safe_search.to_string()),
        ("youtube", word(&group.youtube)),
        ("search_engines", word(&group.search_engines)),
        ("https", word(&group.https)),
        ("tunnels", word(&group.tunnels)),
        ("hidden_pages", word(&group.hidden_pages)),
        ("bare_addresses", word(&bare)),
        ("new_domains", super::raw::new_word(group.new_domains.action).to_owned()),
        ("new_for", format!("{:?}", group.new_domains.lasts)),
        ("overblock_budget", format!("{:?}", group.overblock_budget)),
        ("hours", format!("{:?}", group.hours)),
        ("category_hours", format!("{:?}", group.category_hours)),
        ("quota", format!("{:?}", group.quota)),
        ("predicted", format!("{:?}", group.predicted)),
        ("methods", format!("{:?}", group.methods)),
        ("open_hosts", format!("{:?}", group.opened)),
        ("files", format!("{:?}", group.files)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_come_from_the_options_themselves() {
        assert_eq!(group_choices("youtube"), ["open", "moderate", "strict"]);
        assert_eq!(group_choices("safe_search"), ["true", "false"]);
        assert!(group_choices("quota").is_empty() && group_choices("nothing").is_empty());
    }
}
