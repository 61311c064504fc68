//! Layers, from the settings to `explain`: what they close and ask for, what loosens them and is refused with its place, and the order of
//! policy in the README.

use crate::cascade_support::{engine, explain, faults, loaded};
use lifeguard::config::MemoryFiles;
use lifeguard::model::{LogDetail, Timestamp};
use lifeguard::policy::order_as_text;
use std::fs;
use std::path::Path;

const CONSORTIUM: &str = "title = 'East'\nsigned_by = 'A. Hill'\nreason = 'umbrella policy'\nreview = 2027-07-31\n\
    never_loosen = ['extremism']\nblock = ['adult', 'gambling']\nwarn = ['games']\nblock_hosts = ['shut.test']\n\
    safe_search = true\nyoutube = 'moderate'\nlog = 'host'\nbare_addresses = 'block'\n";

const GROUPS: &str = "[[group]]\nname = 'children'\npreset = 'primary'\n[[group]]\nname = 'staff'\npreset = 'staff'\n";

fn files() -> MemoryFiles {
    MemoryFiles(vec![("layers/east.toml".into(), CONSORTIUM.into())])
}

/// The lines of all faults, each with its help behind it.
fn refused(below: &str) -> Vec<String> {
    let text = format!("[[layer]]\nlevel = 'consortium'\nfile = 'layers/east.toml'\n{below}\n{GROUPS}");
    let faults = faults(&text, &files());
    faults
        .reports()
        .into_iter()
        .map(|r| format!("{}:{}:{}: {} ({})", r.file, r.line, r.column, r.message, r.help.unwrap_or_default()))
        .collect()
}

#[test]
fn what_loosens_a_layer_is_refused_with_its_place_and_with_who_set_it() {
    let set = "set at layers/east.toml:1:9 by A. Hill: umbrella policy. What stands below may tighten it, never loosen it";
    for (below, place, what) in [
        ("[[group]]\nname = 'g'\nallow = ['adult']", "6:10", "adult"),
        ("[[group]]\nname = 'g'\nwarn = ['press', 'gambling']", "6:18", "gambling"),
        ("[[group]]\nname = 'g'\nallow = ['games']", "6:10", "games"),
        ("[[group]]\nname = 'g'\n[group.category_hours]\nextremism = '12:00-13:00'", "7:1", "extremism"),
        ("[[group]]\nname = 'g'\nsafe_search = false", "6:15", "safe_search"),
        ("[[group]]\nname = 'g'\nyoutube = 'open'", "6:11", "youtube"),
        ("[[group]]\nname = 'g'\nlog = 'counts'", "6:7", "log"),
        ("[[group]]\nname = 'g'\nbare_addresses = 'allow'", "6:18", "bare_addresses"),
        ("[[rule]]\nallow = ['www.shut.test/page']\nauthor = 'x'\nreason = 'x'", "5:10", "www.shut.test/page"),
        ("[[help_line]]\nname = 'x'\naddress = 'shut.test'", "6:11", "shut.test"),
        ("[[layer]]\nlevel = 'site'\ntitle = 's'\nsigned_by = 'x'\nreason = 'x'\nreview = 2027-01-01\nwarn = ['adult']", "10:9", "adult"),
        (
            "[[layer]]\nlevel = 'authority'\ntitle = 's'\nsigned_by = 'x'\nreason = 'x'\nreview = 2027-01-01\nyoutube = 'open'",
            "10:11",
            "youtube",
        ),
    ] {
        assert_eq!(refused(below), [format!("t.toml:{place}: '{what}' loosens what the consortium 'East' has set ({set})")], "{below}");
    }
}

#[test]
fn what_tightens_a_layer_is_taken() {
    let text = format!(
        "[[layer]]\nlevel = 'consortium'\nfile = 'layers/east.toml'\n\
         [[layer]]\nlevel = 'site'\ntitle = 's'\nsigned_by = 'x'\nreason = 'x'\nreview = 2027-01-01\nblock = ['games']\nyoutube = 'strict'\n\
         [[rule]]\nallow = ['test', 'notshut.test']\nauthor = 'x'\nreason = 'x'\n\
         {GROUPS}block = ['games', 'press']\nlog = 'full'\nyoutube = 'strict'\n"
    );
    let config = loaded(&text, &files()).config;
    assert_eq!(config.policy.layers.len(), 2);
    assert_eq!(config.policy.groups[1].log, LogDetail::Full);
}

#[test]
fn a_layer_says_who_signed_it_why_and_until_when() {
    let given = |text: &str| faults(&format!("{text}\n{GROUPS}"), &files()).lines();
    assert_eq!(
        given("[[layer]]\nblock = ['adult']"),
        ["level", "title", "signed_by", "reason", "review"].map(|key| format!("t.toml:1:1: '{key}' is missing"))
    );
    let signed = "title = 't'\nsigned_by = 'x'\nreason = 'x'\nreview = 2027-01-01";
    for (text, expected) in [
        ("level = 'group'", "t.toml:2:9: expected one of: consortium, authority, site, person"),
        ("level = 'person'", "t.toml:1:1: 'persons' is missing"),
        ("level = 'site'\npersons = ['kim']", "t.toml:3:12: 'persons' has no meaning for the level \"site\""),
        ("level = 'site'\nblock = ['adlt']", "t.toml:3:10: there is no category 'adlt'"),
        ("level = 'site'\nblock = ['adult']\nwarn = ['adult']", "t.toml:4:9: the category 'adult' is there twice"),
        ("level = 'site'\ngroups = ['all']", "t.toml:3:11: there is no group 'all'"),
        ("level = 'site'\nblock_hosts = ['a b']", "t.toml:3:16: this address cannot be read: "),
        ("level = 'site'\nallow = ['games']", "t.toml:3:1: there is no option 'allow' here"),
        ("level = 'site'\nfile = 'missing.toml'", "t.toml:3:8: cannot read missing.toml: "),
        ("level = 'site'\nfile = 'layers/east.toml'", "layers/east.toml:1:1: the option 'title' is there twice"),
    ] {
        let lines = given(&format!("[[layer]]\n{text}\n{signed}"));
        assert!(lines[0].starts_with(expected), "{text}\n{lines:?}");
    }
}

#[test]
fn the_version_of_the_policy_changes_with_a_layers_file() {
    let text = format!("[[layer]]\nlevel = 'consortium'\nfile = 'layers/east.toml'\n{GROUPS}");
    let other = MemoryFiles(vec![("layers/east.toml".into(), format!("{CONSORTIUM}# seen again\n").into())]);
    assert_ne!(loaded(&text, &files()).config.policy.version, loaded(&text, &other).config.policy.version);
}

#[test]
fn explain_tells_the_layer_that_decided_who_signed_it_and_why() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("east.toml"), CONSORTIUM).unwrap();
    let more = "[[layer]]\nlevel = 'consortium'\nfile = '{folder}/east.toml'\n\
        [[layer]]\nlevel = 'person'\ntitle = 'no chat for now'\nsigned_by = 'B. Lee'\nreason = 'agreed with the family'\n\
        review = 2027-01-01\npersons = ['Kim']\nblock = ['chat']\n\
        [[rule]]\nallow = ['adult.example.test', 'extremism.example.test', 'press.example.test']\nauthor = 'x'\nreason = 'x'\n\
        [[help_line]]\nname = 'Own'\naddress = 'gambling.example.test'\n";
    let engine = engine(&format!("{more}{GROUPS}"), folder.path());
    for (who, address, reason, layer) in [
        (("staff", None), "http://adult.example.test/", "category", "consortium East, category adult"),
        (("staff", None), "http://extremism.example.test/", "category", "consortium East, category extremism"),
        (("staff", None), "http://gambling.example.test/", "category", "consortium East, category gambling"),
        (("staff", None), "http://games.example.test/", "warned", "consortium East, category games"),
        (("children", None), "http://games.example.test/", "warned", "consortium East, category games"),
        (("staff", None), "http://www.shut.test/", "blocked-local", "consortium East, address"),
        (("staff", None), "http://192.0.2.7/", "bare-address", "consortium East, kind of connection"),
        (("staff", None), "http://press.example.test/", "allowed-local", "local allow by x: x"),
        (("staff", None), "http://chat.example.test/", "allowed", "group staff, default"),
        (("staff", Some("kim")), "http://chat.example.test/", "category", "person no chat for now, category chat"),
        (("staff", Some("lee")), "http://chat.example.test/", "allowed", "group staff, default"),
    ] {
        let explanation = explain(&engine, who, address, NOON);
        assert_eq!((explanation.sight.reason.code(), &*explanation.sight.layer), (reason, layer), "{who:?} {address}");
        assert_eq!(explanation.group, who.0);
    }
    let steps = explain(&engine, ("staff", None), "http://adult.example.test/", NOON).steps;
    let told: Vec<_> = steps.iter().map(|step| &*step.finding).collect();
    let signed = "the consortium East closes adult (A. Hill: umbrella policy; {folder}/east.toml:1:9)";
    let signed = signed.replace("{folder}", folder.path().to_str().unwrap());
    assert!(told.contains(&&*format!("local allow by x: x: not open, for {signed}.")), "{told:#?}");
    assert!(told.last().unwrap().contains("so says the consortium East (A. Hill: umbrella policy)"), "{told:#?}");
    let overdue: Vec<_> = engine.policy.overdue(Timestamp::from_seconds(NOON)).map(|layer| &*layer.title).collect();
    assert!(overdue.is_empty());
    // The last day of July 2027 is still in time, in the site's zone; the first of August is not.
    let overdue =
        |seconds| engine.policy.overdue(Timestamp::from_seconds(seconds)).map(|layer| layer.overdue_words(&jiff::tz::TimeZone::UTC)).last();
    assert!(!overdue(1_817_078_399).unwrap_or_default().contains("East"));
    let words = overdue(1_817_078_400).unwrap();
    assert!(words.contains("the person 'no chat for now'"), "{words}");
}

/// Thursday, 15 January 2026, noon.
const NOON: i64 = 1_768_478_400;

#[test]
fn one_profile_for_everybody_and_guests_on_the_rules_of_staff_are_worth_a_note() {
    let notes = |text: &str| loaded(text, &MemoryFiles::default()).notes.lines().join("\n");
    let one = "everybody has the same rules";
    assert!(notes("[[group]]\nname = 'all'\npreset = 'primary'\n").contains(&format!("t.toml:2:8: {one}")));
    assert!(notes("[[group]]\nname = 'a'\npreset = 'staff'\n[[group]]\nname = 'b'\npreset = 'staff'\n").contains(one));
    assert!(!notes(GROUPS).contains(one));
    let guests = |preset| format!("{GROUPS}[[group]]\nname = 'visitors'\npreset = '{preset}'\n");
    let told = "t.toml:8:8: the guests of the group 'visitors' have the same rules as the group 'staff'";
    assert!(notes(&guests("staff")).contains(told), "{}", notes(&guests("staff")));
    assert!(!notes(&guests("public-wifi")).contains("guests"));
}

#[test]
fn the_readme_holds_the_order_of_policy_word_for_word() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    assert!(readme.contains(&order_as_text()), "write this into the README:\n{}", order_as_text());
}
