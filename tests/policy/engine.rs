//! Settings, lists and policy together: the verdicts of the sample, help lines under every preset, the operator's own tests.

use lifeguard::canon::Wrappers;
use lifeguard::config::{ListFiles, RealFiles, SAMPLE, Written, builtin_list, check_text};
use lifeguard::engine::{Engine, Explanation, Question, SeenAs};
use lifeguard::feeds;
use lifeguard::model::{Generation, Timestamp};
use lifeguard::policy::PolicySet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Settings -> engine, with lists kept in a folder of the test's own. `{folder}` in the text stands for it.
fn engine(text: &str, folder: &Path) -> Engine {
    let text = text.replace("{folder}", folder.to_str().unwrap());
    let environment = [("LIFEGUARD__LISTS__FOLDER".to_owned(), folder.join("lists").to_str().unwrap().to_owned())];
    let written = Written { name: "t.toml", text: &text, environment: &environment, files: &RealFiles, list_files: ListFiles::Needed };
    let config = check_text(&written).unwrap_or_else(|faults| panic!("{}", faults.render(false))).config;
    let image = feeds::load(&config.lists, builtin_list, true).unwrap().image;
    let policy = PolicySet::build(config.policy, &image).unwrap();
    Engine::new(Arc::clone(&image), policy, Generation(1), Wrappers::built_in())
}

fn question(engine: &Engine, group: &str, address: &str) -> Question {
    Question {
        answer_type: None,
        group: Some(engine.policy.group_named(group).unwrap()),
        near: None,
        client: None,
        user: None,
        address: address.into(),
        method: "GET".into(),
        at: Timestamp::from_seconds(1_767_787_200),
        acts: Arc::default(),
        used: Arc::default(),
        is_search_engine: |host| host == "search.test",
    }
}

fn explain(engine: &Engine, group: &str, address: &str) -> Explanation {
    engine.explain(&question(engine, group, address)).unwrap()
}

#[test]
fn the_sample_decides_as_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(SAMPLE, folder.path());
    let report = engine.run_tests(Timestamp::from_seconds(0));
    assert_eq!((report.run, report.failures.len()), (5, 0), "{:?}", report.failures);
    for (group, address, reason) in [
        ("staff", "http://illegal.example.test/", "statutory"),
        ("staff", "http://WWW.illegal.example.test:8080/any?x=1", "statutory"),
        ("staff", "https://illegal.example.test/", "statutory"),
        ("staff", "http://pages.example.test/listed/folder/below", "statutory"),
        ("staff", "http://pages.example.test/listed/other", "allowed"),
        ("staff", "http://query.example.test/show?a=1&id=4711", "statutory"),
        ("staff", "http://query.example.test/show?id=4712", "allowed"),
        ("children", "http://blocked.example.test/", "category"),
        ("children", "http://sub.blocked.example.test/", "category"),
        ("children", "http://notblocked.example.test/", "allowed"),
        ("children", "http://allowed.blocked.example.test/", "allowed-local"),
        ("children", "http://closed.example.test/", "blocked-local"),
        ("staff", "http://closed.example.test/", "allowed"),
        ("young-people", "http://games.example.test/", "warned"),
        ("staff", "http://games.example.test/", "allowed"),
        ("children", "mask.icloud.com", "category"),
        ("children", "https://dns.google/dns-query", "category"),
        ("children", "http://192.0.2.1/", "bare-address"),
        ("staff", "http://192.0.2.1/", "allowed"),
        ("children", "https://www.childline.org.uk/get-support", "help-line"),
        ("children", "https://example.org:8443/", "port-refused"),
    ] {
        let explanation = explain(&engine, group, address);
        assert_eq!(explanation.sight.reason.code(), reason, "{group} {address}\n{explanation:#?}");
        assert_eq!(explanation.steps.last().map(|step| step.decided), Some(true));
    }
}

#[test]
fn an_https_address_is_answered_as_the_proxy_sees_it_and_says_what_it_hides() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(SAMPLE, folder.path());
    let explanation = explain(&engine, "children", "https://pages.example.test/listed/folder/x");
    assert_eq!((explanation.sight.seen_as, explanation.sight.reason.code()), (SeenAs::Tunnel, "allowed"));
    assert!(explanation.coverage_gap);
    assert_eq!(explanation.if_visible.map(|visible| visible.reason.code()), Some("statutory"));
    assert_eq!(explanation.address, None, "a listed address is not repeated");
    let plain = explain(&engine, "children", "https://free.example.test/x");
    assert_eq!((plain.coverage_gap, plain.if_visible), (false, None));
}

#[test]
fn nothing_that_is_printed_holds_a_statutory_entry() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("canary.txt"), "canary-entry.example\nhttp://host.example.test/canary-entry/page?canary=1\n").unwrap();
    let text =
        format!("{SAMPLE}\n[[lists.source]]\nname = 'second'\nkind = 'statutory'\nformat = 'lines'\npath = '{{folder}}/canary.txt'\n");
    let engine = engine(&text, folder.path());
    for address in
        ["http://canary-entry.example/", "https://www.canary-entry.example/x", "http://host.example.test/canary-entry/page?canary=1"]
    {
        let explanation = explain(&engine, "staff", address);
        assert_eq!(explanation.sight.reason.code(), "statutory", "{address}");
        let printed = format!("{}\n{explanation:?}", serde_json::to_string(&explanation).unwrap());
        assert!(!printed.contains("canary"), "{printed}");
    }
    assert!(!format!("{:?}", engine.policy).contains("canary"));
}

#[test]
fn help_lines_are_open_under_every_preset_whatever_the_lists_and_rules_say() {
    let folder = tempfile::tempdir().unwrap();
    let hosts = [
        "childline.org.uk",
        "ceop.police.uk",
        "samaritans.org",
        "giveusashout.org",
        "nspcc.org.uk",
        "stopitnow.org.uk",
        "own-help.example",
    ];
    fs::write(folder.path().join("adult.txt"), hosts.join("\n")).unwrap();
    let presets = ["primary", "secondary", "staff", "library-child", "library-adult", "youth-club", "care-home", "public-wifi"];
    let mut text = String::from(
        "[[lists.source]]\nname = 'adult'\nformat = 'domains'\npath = '{folder}/adult.txt'\n\
         [[rule]]\nblock = ['childline.org.uk', 'own-help.example']\nauthor = 'x'\nreason = 'x'\n\
         [[help_line]]\nname = 'Own'\naddress = 'own-help.example'\n",
    );
    for preset in presets {
        text += &format!("[[group]]\nname = '{preset}'\npreset = '{preset}'\nhours = 'mon 00:00-00:01'\ndefault = 'block'\n");
    }
    let engine = engine(&text, folder.path());
    for preset in presets {
        for host in hosts {
            for address in [format!("http://{host}/"), format!("https://www.{host}/page")] {
                assert_eq!(explain(&engine, preset, &address).sight.reason.code(), "help-line", "{preset} {address}");
            }
        }
    }
}

#[test]
fn a_failing_test_says_where_it_stands_and_what_came_out() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[[group]]\nname = 'all'\n[[test]]\ngroup = 'all'\nurl = 'http://a.example.test/'\nexpect = 'block'\nreason = 'category'\n\
                [[test]]\ngroup = 'all'\nurl = 'http://a b/'\nexpect = 'refuse'\nreason = 'unreadable'\n";
    let report = engine(text, folder.path()).run_tests(Timestamp::from_seconds(0));
    assert_eq!((report.run, report.failures.len()), (2, 1));
    assert_eq!(
        report.failures[0].to_string(),
        "t.toml:3:1: http://a.example.test/ should come out as block (category), and came out as allow (allowed), by group all, default"
    );
}

#[test]
fn hours_of_tests_are_those_of_the_site() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[site]\ntime_zone = 'Europe/London'\n[[group]]\nname = 'club'\nhours = 'mon-fri 16:00-21:00'\n\
        [[test]]\ngroup = 'club'\nurl = 'http://a.example.test/'\nat = 2026-06-15T16:00\nexpect = 'allow'\n\
        [[test]]\ngroup = 'club'\nurl = 'http://a.example.test/'\nat = 2026-06-15T15:00:00Z\nexpect = 'allow'\n\
        [[test]]\ngroup = 'club'\nurl = 'http://a.example.test/'\nat = 2026-12-14T15:59\nexpect = 'block'\nreason = 'outside-hours'\n\
        [[test]]\ngroup = 'club'\nurl = 'http://a.example.test/'\nexpect = 'block'\n";
    let report = engine(text, folder.path()).run_tests(Timestamp::from_seconds(0));
    assert_eq!((report.run, report.failures), (4, Vec::new()));
}

#[test]
fn an_https_address_is_explained_page_by_page_where_its_group_opens_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = SAMPLE.replacen("name = \"children\"", "name = \"children\"\nhttps = \"selective\"", 1);
    assert_ne!(text, SAMPLE);
    let engine = engine(&text, folder.path());
    for (address, seen_as, reason) in [
        ("https://pages.example.test/listed/folder/x", SeenAs::Opened, "statutory"),
        ("https://pages.example.test/open", SeenAs::Opened, "allowed"),
        ("https://search.test/?q=x", SeenAs::Opened, "allowed"),
        ("https://free.example.test/x", SeenAs::Tunnel, "allowed"),
        ("https://blocked.example.test/x", SeenAs::Tunnel, "category"),
    ] {
        let explanation = explain(&engine, "children", address);
        assert_eq!((explanation.sight.seen_as, explanation.sight.reason.code()), (seen_as, reason), "{address}");
        assert!(!explanation.coverage_gap, "{address}");
    }
}
