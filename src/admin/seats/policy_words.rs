//! Policy in words: actions, who says so, what a change would have meant, and why one cannot be made.

use crate::admin::call::Call;
use crate::admin::edit_works::EditLine;
use crate::admin::page::count;
use crate::admin::policy_deeds::{DeedFault, action_of};
use crate::admin::policy_drafts::{Draft, State, What};
use crate::admin::policy_works::{ChangeFault, Effect, GroupSight, GuardFault, Met, PublishFault, WordSight};
use crate::admin::sheet::Part;
use crate::model::Timestamp;
use crate::policy::Action;

/// A text with values in the places of `{}`, in order.
pub(super) fn fill(call: &Call<'_>, key: &'static str, values: &[&str]) -> String {
    let mut parts = call.say(key).split("{}");
    let first = parts.next().unwrap_or_default().to_owned();
    // A value never becomes a place for the next one.
    parts.zip(values.iter().chain(std::iter::repeat(&""))).fold(first, |text, (part, value)| text + value + part)
}

/// An action in words; nothing said.
pub(super) fn action(call: &Call<'_>, action: Option<Action>) -> &'static str {
    call.say(match action {
        Some(Action::Allow) => "policy.allow",
        Some(Action::Warn) => "policy.warn",
        Some(Action::Block) => "policy.block",
        None => "policy.nothing",
    })
}

/// The action of a draft's word.
pub(super) fn action_word(call: &Call<'_>, word: &str) -> &'static str {
    match action_of(word) {
        Some(None) => call.say("policy.as_preset"),
        Some(known) => action(call, known),
        None => call.say("policy.nothing"),
    }
}

/// What a group does with a category.
pub(super) fn does(call: &Call<'_>, word: &WordSight) -> String {
    let base = match (word.hours.is_empty(), word.action) {
        (true, known) => action(call, known).to_owned(),
        (false, Some(Action::Warn)) => fill(call, "policy.warn_hours", &[&word.hours]),
        (false, Some(Action::Allow | Action::Block) | None) => fill(call, "policy.open_hours", &[&word.hours]),
    };
    if word.share.is_empty() { base } else { format!("{base}; {}", fill(call, "policy.share", &[&word.share])) }
}

/// Who says so, and where.
pub(super) fn by(call: &Call<'_>, word: &WordSight, group: &GroupSight) -> String {
    match word.line {
        Some(line) => fill(call, "policy.by_line", &[&word.by, &line.to_string()]),
        // What a group does not say itself it has from its preset, where no layer says so.
        None if word.by.starts_with("group ") && !group.preset.is_empty() => fill(call, "policy.by_preset", &[&word.by, &group.preset]),
        None => word.by.clone(),
    }
}

/// What a draft is about.
pub(super) fn what(call: &Call<'_>, what: &What) -> String {
    match what {
        What::Change { group, title, was, wish, .. } => {
            fill(call, "policy.what_change", &[title, group, action_word(call, was), action_word(call, wish)])
        }
        What::Setting { path, was, wish } => {
            let said = |value: &str| if value.is_empty() { call.say("settings.nothing").to_owned() } else { value.to_owned() };
            fill(call, "settings.what", &[path, &said(was), &said(wish)])
        }
        What::Edits { lines, .. } => match &lines[..] {
            [one] => edit_line(call, one),
            [first, rest @ ..] => fill(call, "edit.what_many", &[&edit_line(call, first), &rest.len().to_string()]),
            [] => call.say("policy.nothing").to_owned(),
        },
        What::Back { version } => fill(call, "policy.what_back", &[&version.to_string()]),
    }
}

/// The same, with the file where there are several.
pub(super) fn what_of(call: &Call<'_>, draft: &Draft) -> String {
    let what = what(call, &draft.what);
    if call.says_sites() { format!("{}: {what}", super::policy_site::few_words(call, &draft.file)) } else { what }
}

/// One change of a draft, in a sentence.
fn edit_line(call: &Call<'_>, line: &EditLine) -> String {
    let (was, wish) = (edit_word(call, &line.what, &line.was), edit_word(call, &line.what, &line.wish));
    let what = edit_what(call, &line.what);
    if line.group.is_empty() {
        fill(call, "edit.what_all", &[&what, &was, &wish])
    } else {
        fill(call, "policy.what_change", &[&what, &line.group, &was, &wish])
    }
}

/// The name of what changes: a setting in words, else as it is.
pub(super) fn edit_what(call: &Call<'_>, what: &str) -> String {
    match what {
        "keyword" => return call.say("place.keywords").to_owned(),
        "term" => return call.say("place.dates").to_owned(),
        _ => {}
    }
    let (key, name) = what.split_once(": ").map_or((what, None), |(key, name)| (key, Some(name)));
    let field = if key == "files" { name.unwrap_or_default() } else { key };
    let Some(label) = setting_label(field) else { return what.to_owned() };
    match name.filter(|_| key != "files") {
        Some(name) => format!("{} ({name})", call.say(label)),
        None => call.say(label).to_owned(),
    }
}

/// A value of a draft in words, of what changes.
pub(super) fn edit_word(call: &Call<'_>, what: &str, word: &str) -> String {
    match (word, action_of(word)) {
        ("" | "nothing", _) => call.say("edit.not_set").to_owned(),
        (_, Some(None)) => call.say("policy.as_preset").to_owned(),
        (_, Some(known)) if setting_label(what).is_none() => action(call, known).to_owned(),
        _ => word_of_setting(call, what, word).to_owned(),
    }
}

/// The word of a choice for people; one that is plain as it is stays.
pub(super) fn word_of_setting<'a>(call: &Call<'_>, field: &str, word: &'a str) -> &'a str {
    let key = match (field, word) {
        ("default" | "bare_addresses", "allow") => "policy.allow",
        (_, "block") => "policy.block",
        (_, "warn") => "policy.warn",
        ("drop-group", "gone") => "edit.gone",
        ("safe_search", "true") => "edit.yes",
        ("safe_search", "false") => "edit.no",
        ("show_category", "true") => "edit.yes",
        ("show_category", "false") => "edit.no",
        ("youtube", "open") => "edit.youtube_open",
        ("youtube", "moderate") => "edit.youtube_moderate",
        ("youtube", "strict") => "edit.youtube_strict",
        ("search_engines", "any") => "edit.engines_any",
        ("search_engines", "restricted-only") => "edit.engines_restricted",
        ("https", "tunnel") => "edit.https_tunnel",
        ("https", "selective") => "edit.https_selective",
        ("https", "full") => "edit.https_full",
        ("tunnels", "tls") => "edit.tunnels_tls",
        ("tunnels", "tls-or-http") => "edit.tunnels_http",
        ("tunnels", "anything") => "edit.tunnels_anything",
        ("hidden_pages", "record") => "edit.hidden_record",
        ("hidden_pages", "block-host") => "edit.hidden_block",
        ("new_domains", "log") => "edit.new_log",
        _ => return word,
    };
    call.say(key)
}

/// The name of a setting in words.
pub(super) fn setting_label(field: &str) -> Option<&'static str> {
    Some(match field {
        "preset" => "policy.preset",
        "title" => "edit.title_of",
        "name" => "edit.name_of",
        "new-group" => "edit.new_group",
        "drop-group" => "edit.drop_group",
        "networks" => "edit.networks",
        "overrides" => "edit.overrides",
        "default" => "policy.otherwise",
        "safe_search" => "edit.safe_search",
        "youtube" => "edit.youtube",
        "search_engines" => "edit.search_engines",
        "show_category" => "edit.show_category",
        "hours" => "edit.hours",
        "category_hours" => "edit.category_hours",
        "quota" => "edit.quota",
        "block_types" => "edit.block_types",
        "block_extensions" => "edit.block_extensions",
        "largest_download" => "edit.largest_download",
        "largest_upload" => "edit.largest_upload",
        "https" => "edit.https",
        "open_hosts" => "edit.open_hosts",
        "tunnels" => "edit.tunnels",
        "hidden_pages" => "edit.hidden_pages",
        "bare_addresses" => "edit.bare_addresses",
        "new_domains" => "edit.new_domains",
        "predicted" => "edit.predicted",
        "overblock_budget" => "edit.overblock_budget",
        _ => return None,
    })
}

/// How far a draft has come.
pub(super) fn state(call: &Call<'_>, state: State) -> &'static str {
    call.say(match state {
        State::Proposed => "policy.state_proposed",
        State::Approved => "policy.state_approved",
        State::Refused => "policy.state_refused",
        State::Withdrawn => "policy.state_withdrawn",
        State::Published => "policy.state_published",
    })
}

/// What a change would have meant, a sentence a line.
pub(super) fn effect(call: &Call<'_>, effect: &Effect) -> Vec<String> {
    let many = |number: u64, one, more| if number == 1 { call.say(one).to_owned() } else { fill(call, more, &[&count(number)]) };
    let met = |key, met: Met| {
        let requests = many(met.requests, "policy.one_request", "policy.more_requests");
        fill(call, key, &[&requests, &many(met.people, "policy.one_person", "policy.more_people")])
    };
    let mut lines: Vec<String> =
        [("policy.would_block", effect.blocks), ("policy.would_open", effect.opens), ("policy.would_warn", effect.warns)]
            .into_iter()
            .filter(|(_, what)| what.requests > 0)
            .map(|(key, what)| met(key, what))
            .collect();
    if lines.is_empty() {
        lines.push(call.say("policy.would_nothing").to_owned());
    }
    let key = if effect.whole { "policy.looked_whole" } else { "policy.looked_part" };
    lines.push(fill(call, key, &[&count(effect.looked_at), &call.moment(Timestamp(effect.since))]));
    if effect.unread > 0 {
        lines.push(fill(call, "policy.unread", &[&count(effect.unread)]));
    }
    lines
}

/// Why a change cannot be made.
pub(super) fn change_fault(call: &Call<'_>, fault: &ChangeFault) -> String {
    let say = |key| call.say(key).to_owned();
    match fault {
        ChangeFault::Unknown => say("fault.category"),
        ChangeFault::Locked => say("policy.fault_locked"),
        ChangeFault::Same => say("policy.fault_same"),
        ChangeFault::Held(layer) => fill(call, "policy.fault_held", &[layer]),
        ChangeFault::Elsewhere => say("policy.fault_elsewhere"),
        // The place of it stands below the form.
        ChangeFault::Check(words) => {
            fill(call, "policy.fault_check", &[words.lines().next().unwrap_or_default().trim_start_matches("error: ")])
        }
        ChangeFault::Others => say("site_policy.others"),
        ChangeFault::Tests(failures) => fill(call, "policy.fault_tests", &[&failures.join("; ")]),
        ChangeFault::Guard(guard) => guard_fault(call, guard),
        ChangeFault::Works(fault) => fault.to_string(),
    }
}

/// What `lifeguard check` says in full, with each place.
pub(super) fn check_part(call: &Call<'_>, fault: &DeedFault) -> Option<Part> {
    let DeedFault::Change(ChangeFault::Check(words)) = fault else { return None };
    Some(Part { heading: call.say("policy.check_says").to_owned(), block: words.clone(), ..Part::default() })
}

fn guard_fault(call: &Call<'_>, fault: &GuardFault) -> String {
    match fault {
        GuardFault::Statutory(names) => fill(call, "policy.guard_statutory", &[names]),
        GuardFault::Unprotected => call.say("policy.guard_unprotected").to_owned(),
        GuardFault::Floor(layer) => fill(call, "policy.guard_floor", &[layer]),
        GuardFault::Console => call.say("policy.guard_console").to_owned(),
        GuardFault::Listeners => call.say("policy.guard_listeners").to_owned(),
        GuardFault::SiteName(who) => fill(call, "site_policy.guard_name", &[who]),
        GuardFault::Place => call.say("site_policy.guard_place").to_owned(),
        GuardFault::LockedOut(groups) => fill(call, "policy.guard_locked_out", &[groups]),
    }
}

/// Why nothing was done, where that is no stop of the door.
pub(super) fn deed_fault(call: &Call<'_>, fault: &DeedFault) -> String {
    let say = |key| call.say(key).to_owned();
    match fault {
        DeedFault::Because => say("fault.because"),
        DeedFault::Own => say("policy.fault_own"),
        DeedFault::Closed => say("policy.fault_closed"),
        DeedFault::NotApproved => say("policy.fault_not_approved"),
        DeedFault::Left(who) => call.say_with("policy.fault_left", who),
        DeedFault::Change(fault) => change_fault(call, fault),
        DeedFault::Publish(PublishFault::Moved(now)) => fill(call, "policy.fault_moved", &[now]),
        DeedFault::Publish(PublishFault::Change(fault)) => change_fault(call, fault),
        DeedFault::Publish(PublishFault::ReadOnly(why)) => fill(call, "policy.fault_read_only", &[why]),
        DeedFault::Publish(PublishFault::TakenBack(why)) if why.is_empty() => say("site_policy.taken_back"),
        DeedFault::Publish(PublishFault::TakenBack(why)) => fill(call, "policy.fault_taken_back", &[why]),
        DeedFault::Stop(_) => say("stop.not_done"),
    }
}
