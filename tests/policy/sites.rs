//! Several sites in one process, from their files to verdicts: where requests are placed, what is a site's own, what is refused and where.
#![allow(clippy::wildcard_enum_match_arm)]

use crate::cascade_support::{faults, loaded};
use crate::support::World;
use crate::support::client::get;
use crate::support::proxy::wait_until;
use lifeguard::canon::{RawTarget, Wrappers, canonicalise};
use lifeguard::config::{MemoryFiles, RealFiles, builtin_list};
use lifeguard::engine::{Engine, Explanation, Question};
use lifeguard::feeds;
use lifeguard::model::{Generation, GroupId, IdentitySource, Reason, Subject, Timestamp};
use lifeguard::policy::{Acts, Ask, Decision, PolicySet, Used};
use proptest::prelude::*;
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// Thursday, 15 January 2026, noon in London.
const NOON: i64 = 1_768_478_400;

const MAIN: &str = "[sites]\nfiles = 'sites/*.toml'\n[[group]]\nname = 'others'\npreset = 'primary'\n";
const LEEDS: &str = "name = 'leeds'\ntitle = 'Leeds Youth Club'\nnetworks = ['10.1.0.0/16']\nexceptions = 'sites/leeds.tsv'\n\
    [[group]]\nname = 'guests'\npreset = 'primary'\n[[group]]\nname = 'children'\npreset = 'youth-club'\nnetworks = ['10.1.2.0/24']\n\
    [[group]]\nname = 'staff'\npreset = 'staff'\nnetworks = ['10.1.2.128/25', '192.168.1.0/24']\noverrides = ['children']\n";
const HULL: &str = "name = 'hull'\ntime_zone = 'America/New_York'\n\
    [[group]]\nname = 'children'\npreset = 'youth-club'\nnetworks = ['10.2.0.0/16', '2001:db8::/32']\nhours = 'daily 00:00-11:00'\n";
const YORK: &str = "name = 'york'\nlisten = ['127.0.0.1:3130']\nunknown_clients = 'readers'\n\
    [[group]]\nname = 'staff'\npreset = 'staff'\nnetworks = ['10.1.2.0/24', '192.168.1.0/24']\n[[group]]\nname = 'readers'\npreset = 'primary'\n";
const LINES: &str = "# action\taddress\tauthor\treason\tlast day\tgroups\n\
    allow\tnews.example.test\tA. Hill\tclass 4\t2026-01-31\n\
    block\tslow.test/page\tA. Hill\ttoo long\t-\tchildren,guests\r\n\
    \n\
    block\told.test\tA. Hill\tlast year\t2025-12-31\n";

fn memory(main: &str, files: &[(&str, &str)]) -> (String, MemoryFiles) {
    (main.to_owned(), MemoryFiles(files.iter().map(|(name, text)| (name.into(), (*text).into())).collect()))
}

const ALL: [(&str, &str); 4] =
    [("sites/leeds.toml", LEEDS), ("sites/hull.toml", HULL), ("sites/york.toml", YORK), ("sites/leeds.tsv", LINES)];

/// Faults and notes as `file:line:column: message (help)`.
fn refused(main: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (text, files) = memory(main, files);
    let faults = faults(&text, &files);
    faults
        .reports()
        .into_iter()
        .map(|r| format!("{}:{}:{}: {} ({})", r.file, r.line, r.column, r.message, r.help.unwrap_or_default()))
        .collect()
}

/// An engine with these files, and a list with one host for the category `games` and one for `gambling`.
fn engine(main: &str, files: &[(&str, &str)]) -> (Engine, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap().to_owned();
    let here = |text: &str| text.replace("'sites/", &format!("'{place}/sites/"));
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, here(text)).unwrap();
    }
    for (name, text) in [("illegal", "illegal.example.test\n"), ("games", "games.example.test\n"), ("gambling", "gambling.example.test\n")]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let lists = format!(
        "[lists]\nfolder = '{place}/lists'\n[[lists.source]]\nname = 'illegal'\nkind = 'statutory'\nformat = 'lines'\npath = '{place}/illegal'\n\
         [[lists.source]]\nname = 'games'\nformat = 'domains'\npath = '{place}/games'\n\
         [[lists.source]]\nname = 'gambling'\nformat = 'domains'\npath = '{place}/gambling'\n"
    );
    (made(&(lists + &here(main))), folder)
}

fn made(text: &str) -> Engine {
    let config = loaded(text, &RealFiles).config;
    let image = feeds::load(&config.lists, builtin_list, true).unwrap().image;
    let policy = PolicySet::build(config.policy, &image).unwrap();
    Engine::new(Arc::clone(&image), policy, Generation(1), Wrappers::built_in())
}

fn explain(engine: &Engine, group: &str, address: &str, seconds: i64) -> Explanation {
    let question = Question {
        group: Some(engine.policy.group_named(group).unwrap_or_else(|| panic!("{group}"))),
        near: None,
        client: None,
        user: None,
        address: address.into(),
        method: "GET".into(),
        at: Timestamp::from_seconds(seconds),
        acts: Arc::default(),
        answer_type: None,
        used: Arc::default(),
        is_search_engine: |_| false,
    };
    engine.explain(&question).unwrap()
}

#[test]
fn a_request_is_placed_by_listener_by_the_peer_or_by_what_it_states_and_inside_the_site_by_its_own_ranges() {
    let (engine, _folder) = engine(MAIN, &ALL);
    let table = "
        10.1.2.3      | -           | -          | leeds/children | range
        10.1.2.200    | -           | -          | leeds/staff    | range
        10.1.9.9      | -           | -          | leeds/guests   | unknown
        10.1.9.9      | 192.168.1.7 | -          | leeds/staff    | range
        10.1.9.9      | 10.2.0.1    | -          | leeds/guests   | unknown
        ::ffff:10.1.2.3 | -         | -          | leeds/children | range
        2001:db8::7   | -           | -          | hull/children  | range
        10.2.1.1      | -           | -          | hull/children  | range
        192.0.2.1     | 10.2.1.1    | -          | hull/children  | range
        192.0.2.1     | -           | -          | others         | unknown
        192.168.1.7   | -           | -          | others         | unknown
        192.168.1.7   | -           | york       | york/staff     | range
        10.1.2.3      | -           | york       | york/staff     | range
        10.1.9.9      | -           | york       | york/readers   | listener
        192.0.2.1     | 10.2.1.1    | york       | york/readers   | listener
    ";
    let address = |text: &str| (text != "-").then(|| text.parse::<IpAddr>().unwrap());
    let mut rows = 0;
    for row in table.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>()).filter(|row| row.len() == 5) {
        let listener = (row[2] == "york").then(|| engine.policy.group_named("york/readers").unwrap());
        let (group, source) = engine.policy.group_of(address(row[0]).unwrap(), address(row[1]), listener);
        let told = match source {
            IdentitySource::AddressRange => "range",
            IdentitySource::Listener => "listener",
            IdentitySource::Unknown => "unknown",
            other => panic!("{other:?}"),
        };
        assert_eq!((&**engine.policy.group_name(group), told), (row[3], row[4]), "{row:?}");
        rows += 1;
    }
    assert_eq!(rows, 15);
}

#[test]
fn a_sites_rules_hours_and_exceptions_are_its_own_and_explain_names_the_site() {
    let authority = "[[layer]]\nlevel = 'authority'\ntitle = 'West'\nsigned_by = 'B. Lee'\nreason = 'county'\nreview = 2031-01-01\n\
        sites = ['le*']\ngroups = ['staff', 'children']\nblock = ['games']\n";
    let own = "[[layer]]\nlevel = 'site'\ntitle = 'Hull'\nsigned_by = 'C. Day'\nreason = 'ours'\nreview = 2031-01-01\nblock = ['gambling']\n\
        block_hosts = ['shut.test']\n";
    let york = YORK
        .replace("listen = ['127.0.0.1:3130']", "networks = ['10.3.0.0/16']")
        .replace("['10.1.2.0/24', '192.168.1.0/24']", "['10.3.1.0/24']");
    let hull = format!("{HULL}{own}");
    let files = [ALL[0], ("sites/hull.toml", &*hull), ("sites/york.toml", &*york), ALL[3]];
    let (engine, _folder) = engine(&format!("{MAIN}{authority}"), &files);
    // Six in the morning in New York, eleven in London.
    let early = NOON - 3_600;
    for (group, address, at, reason, layer) in [
        ("leeds/staff", "news.example.test", NOON, "allowed-local", "local allow by A. Hill: class 4"),
        ("leeds/guests", "www.news.example.test", NOON, "allowed-local", "local allow by A. Hill: class 4"),
        ("york/staff", "news.example.test", NOON, "allowed", "group staff, default"),
        ("leeds/children", "slow.test/page/2", NOON, "blocked-local", "local block by A. Hill: too long"),
        ("leeds/staff", "slow.test/page/2", NOON, "allowed", "group staff, default"),
        ("leeds/children", "slow.test/", NOON, "allowed", "group children, default"),
        ("york/staff", "slow.test/page", NOON, "allowed", "group staff, default"),
        ("leeds/staff", "old.test", NOON, "allowed", "group staff, default"),
        ("leeds/staff", "games.example.test", NOON, "category", "authority West, category games"),
        ("leeds/guests", "games.example.test", NOON, "warned", "group guests, category games"),
        ("york/staff", "games.example.test", NOON, "allowed", "group staff, default"),
        ("hull/children", "shut.test", early, "blocked-local", "site Hull, address"),
        ("leeds/children", "shut.test", NOON, "allowed", "group children, default"),
        ("york/staff", "shut.test", NOON, "allowed", "group staff, default"),
        ("hull/children", "good.test", early, "allowed", "group children, default"),
        ("hull/children", "good.test", NOON, "allowed", "group children, default"),
        ("hull/children", "good.test", NOON + 5 * 3_600, "outside-hours", "group children, hours"),
    ] {
        let told = explain(&engine, group, address, at);
        assert_eq!((told.sight.reason.code(), &*told.sight.layer), (reason, layer), "{group} {address}");
        assert_eq!(told.site.as_deref(), group.split_once('/').map(|(site, _)| site));
    }
    let steps = explain(&engine, "leeds/staff", "old.test", NOON).steps;
    assert!(steps.iter().any(|step| step.finding.contains("'local block by A. Hill: last year' expired at 2026-01-01")), "{steps:#?}");
    let steps = explain(&engine, "leeds/staff", "news.example.test", NOON).steps;
    assert!(steps.iter().any(|step| step.finding == "local allow by A. Hill: class 4 (site leeds)."), "{steps:#?}");
    assert_eq!(explain(&engine, "others", "good.test", NOON).site, None);
}

#[test]
fn a_name_of_a_group_means_the_one_of_the_site_where_somebody_is() {
    let (engine, _folder) = engine(MAIN, &ALL);
    let near = |here: &str, name: &str| {
        let here = engine.policy.group_named(here).unwrap();
        engine.policy.group_near(here, name).map(|group| engine.policy.group_name(group).to_string())
    };
    for (here, name, expected) in [
        ("leeds/guests", "staff", Some("leeds/staff")),
        ("york/readers", "staff", Some("york/staff")),
        ("hull/children", "staff", None),
        ("leeds/guests", "york/staff", None),
        ("leeds/guests", "leeds/staff", Some("leeds/staff")),
        ("leeds/guests", "others", Some("others")),
        ("others", "staff", None),
        ("others", "leeds/staff", None),
    ] {
        assert_eq!(near(here, name).as_deref(), expected, "{here} {name}");
    }
    let strictest = engine.policy.strictest_near(engine.policy.group_named("york/staff").unwrap());
    assert_eq!(&**engine.policy.group_name(strictest), "york/readers");
}

#[test]
fn what_is_closed_opens_again_by_the_clock_of_the_site() {
    let (engine, _folder) = engine(MAIN, &ALL);
    let opens = |group: &str, reason, seconds| {
        let group = engine.policy.group_named(group).unwrap();
        engine.policy.opens_again(group, reason, Timestamp::from_seconds(seconds)).map(Timestamp::seconds)
    };
    // Noon in New York: its hours are from midnight to eleven, and midnight there is five in the morning in London.
    let closed = NOON + 5 * 3_600;
    let midnight = NOON + 17 * 3_600;
    for (group, reason, expected) in [
        ("hull/children", Reason::OutsideHours, midnight),
        ("hull/children", Reason::QuotaUsed, midnight),
        ("leeds/staff", Reason::QuotaUsed, midnight - 5 * 3_600),
        ("others", Reason::QuotaUsed, midnight - 5 * 3_600),
    ] {
        assert_eq!(opens(group, reason, closed), Some(expected), "{group} {reason:?}");
    }
}

#[test]
fn no_site_has_the_name_of_the_settings_own() {
    let named = format!("[site]\nname = 'leeds'\n{MAIN}");
    let expected = "sites/leeds.toml:1:8: the site 'leeds' is there twice (the other is at [site] name of the settings)";
    let found = refused(&named, &ALL);
    assert!(found.iter().any(|fault| fault == expected), "{found:?}");
}

#[test]
fn a_fault_of_a_site_names_its_file_and_line() {
    let with = |name: &'static str, text: &'static str| ALL.map(|(known, other)| (known, if known == name { text } else { other }));
    let layer = "[[layer]]\nlevel = 'authority'\ntitle = 't'\nsigned_by = 'x'\nreason = 'x'\nreview = 2031-01-01\n";
    let hull = |more: &str| -> &'static str { format!("{HULL}{more}").leak() };
    for (files, expected) in [
        (
            with("sites/hull.toml", "name = 'leeds'\n[[group]]\nname = 'g'\nnetworks = ['10.2.0.0/16']\n"),
            "sites/leeds.toml:1:8: the site 'leeds' is there twice (the other is at sites/hull.toml:1:8)",
        ),
        (with("sites/hull.toml", "name = 'hull'\n[[group]]\nname = 'g'\n"), "sites/hull.toml:1:1: 'networks' or 'listen' is missing"),
        (
            with("sites/hull.toml", "name = 'hull'\nnetworks = ['10.1.5.0/24']\n[[group]]\nname = 'g'\n"),
            "sites/hull.toml:2:13: the range 10.1.5.0/24 of the site 'hull' overlaps 10.1.0.0/16 of the site 'leeds' (the other stands at sites/leeds.toml:3:13",
        ),
        (
            with("sites/hull.toml", "name = 'hull'\nnetworks = ['10.1.0.0/16']\n[[group]]\nname = 'g'\n"),
            "sites/leeds.toml:3:13: the range 10.1.0.0/16 of the site 'leeds' overlaps 10.1.0.0/16 of the site 'hull' (the other stands at sites/hull.toml:2:13",
        ),
        (
            with("sites/hull.toml", "name = 'a/b'\nnetworks = ['10.9.0.0/16']\n[[group]]\nname = 'g'\n"),
            "sites/hull.toml:1:8: cannot be read: expected a name without blanks, commas, stars and slashes",
        ),
        (
            with("sites/hull.toml", "name = 'hull'\nnetworks = ['10.9.0.0/16']\n[[group]]\nname = 'a/b'\n"),
            "sites/hull.toml:4:8: cannot be read: expected a name without commas and slashes",
        ),
        (with("sites/hull.toml", "name = 'hull'\nnetworks = ['10.9.0.0/16']\n"), "sites/hull.toml:1:1: 'group' is missing"),
        (
            with("sites/hull.toml", "name = 'hull'\nnetworks = ['10.9.0.0/16']\nlisten = ['127.0.0.1:1']\n[[group]]\nname = 'g'\n"),
            "sites/hull.toml:2:13: 'networks' and 'listen' cannot both be given",
        ),
        (with("sites/hull.toml", hull("[proxy]\nlisten = []\n")), "sites/hull.toml:8:2: there is no option 'proxy' here"),
        (with("sites/hull.toml", hull("block = ['adlt']\n")), "sites/hull.toml:8:10: there is no category 'adlt' (did you mean 'adult'?)"),
        (with("sites/hull.toml", hull(layer)), "sites/hull.toml:9:9: expected one of: site, person (layers of a consortium"),
        (
            with("sites/york.toml", "name = 'york'\nlisten = ['127.0.0.1:8642']\n[[group]]\nname = 'g'\n"),
            "sites/york.toml:2:11: the listener (the console has the other) '127.0.0.1:8642' is there twice",
        ),
        (
            with("sites/leeds.tsv", "allow\tx.test\tA. Hill\n"),
            "sites/leeds.tsv:1:1: 'reason' is missing (with tabs between: allow or block",
        ),
        (with("sites/leeds.tsv", "#\nopen\tx.test\tA. Hill\twhy\n"), "sites/leeds.tsv:2:1: expected one of: allow, block"),
        (with("sites/leeds.tsv", "allow\ta b\tA. Hill\twhy\n"), "sites/leeds.tsv:1:7: this address cannot be read: "),
        (with("sites/leeds.tsv", "allow\tx.test\tA. Hill\twhy\tsoon\n"), "sites/leeds.tsv:1:26: cannot be read: expected a date or time"),
        (
            with("sites/leeds.tsv", "allow\tx.test\tA. Hill\twhy\t\tstaf\n"),
            "sites/leeds.tsv:1:27: there is no group 'staf' (there are: guests, children, staff)",
        ),
        (
            with("sites/leeds.tsv", "allow\tx.test\tA. Hill\twhy\t-\tchildren\t\tguests\n"),
            "sites/leeds.tsv:1:38: cannot be read: expected six columns at most, several groups in one with commas between",
        ),
    ] {
        let told = refused(MAIN, &files);
        assert!(told.iter().any(|line| line.starts_with(expected)), "{expected}\n{told:#?}");
        assert_eq!(told.len(), 1, "{expected}\n{told:#?}");
    }
    let many = format!("{}allow\tx.test\tA\tb\n", "open\n".repeat(1_000)).leak();
    let told = refused(MAIN, &with("sites/leeds.tsv", many));
    assert_eq!(told.len(), 21);
    assert!(told[20].starts_with("sites/leeds.tsv:1002:1: 980 more lines of this file cannot be used"), "{told:#?}");
    for (main, expected) in [
        (MAIN.replace("sites/*.toml", "sites/*.tml"), "t.toml:2:9: there is no file 'sites/*.tml' ()"),
        (MAIN.replace("sites/*.toml", "nowhere/*.toml"), "t.toml:2:9: cannot read nowhere: "),
        (MAIN.replace("sites/*.toml", "*/a.toml"), "t.toml:2:9: cannot be read: expected a folder and file names with one *"),
    ] {
        assert!(refused(&main, &ALL)[0].starts_with(expected), "{:?}", refused(&main, &ALL));
    }
    let own = format!("{MAIN}networks = ['10.1.77.0/24']\n");
    assert!(
        refused(&own, &ALL)[0].starts_with("t.toml:6:13: the range 10.1.77.0/24 of the settings overlaps 10.1.0.0/16 of the site 'leeds'")
    );
}

#[test]
fn who_is_known_by_an_address_alone_and_a_site_that_may_have_the_addresses_of_others_are_refused_together() {
    let radius = "[sign_in.radius]\nfrom = ['127.0.0.1']\nsecret_file = 'secret'\n[notice]\nseen_by = ['the head']\n";
    let page = "[sign_in]\naccounts = 'accounts'\n[sign_in.page]\ngroups = ['others', 'readers']\n[notice]\nseen_by = ['the head']\n";
    let at_a_group = YORK.replace("listen = ['127.0.0.1:3130']\n", "") + "listen = ['127.0.0.1:3130']\n";
    for york in [YORK, &at_a_group] {
        let files = [ALL[0], ALL[1], ("sites/york.toml", york), ALL[3]];
        for (more, expected) in [
            (radius, "t.toml:3:15: 'sign_in.radius' and 'listen of a site' cannot both be given"),
            (page, "t.toml:4:11: 'sign_in.page' and 'listen of a site' cannot both be given"),
        ] {
            let told = refused(&with_first(more), &files);
            assert!(told.len() == 1 && told[0].starts_with(expected), "{expected}\n{told:#?}");
        }
    }
    // Where no range is in two places, an address names one person.
    let (text, files) = memory(&with_first(&page.replace(", 'readers'", "")), &[ALL[0], ALL[1], ALL[3]]);
    assert!(loaded(&text, &files).config.sign_in.page.is_some());
}

/// The settings with something before them, so that its lines are known.
fn with_first(more: &str) -> String {
    format!("{more}{MAIN}")
}

#[test]
fn what_a_site_loosens_is_refused_with_its_file_and_line_and_with_who_set_it() {
    let main = format!(
        "{MAIN}[[layer]]\nlevel = 'consortium'\ntitle = 'East'\nsigned_by = 'A. Hill'\nreason = 'umbrella'\nreview = 2031-01-01\n\
         never_loosen = ['gambling']\nblock_hosts = ['shut.test']\nsafe_search = true\n\
         [[layer]]\nlevel = 'authority'\ntitle = 'West'\nsigned_by = 'B. Lee'\nreason = 'county'\nreview = 2031-01-01\nsites = ['hull']\nblock = ['games']\n"
    );
    let hull = |more: &str| -> &'static str { format!("{HULL}{more}").leak() };
    let east = "set at t.toml:8:9 by A. Hill: umbrella. What stands below may tighten it, never loosen it";
    let west = "set at t.toml:17:9 by B. Lee: county. What stands below may tighten it, never loosen it";
    let site = "[[layer]]\nlevel = 'site'\ntitle = 't'\nsigned_by = 'x'\nreason = 'x'\nreview = 2031-01-01\n";
    for (name, text, expected) in [
        (
            "sites/hull.toml",
            hull("allow = ['gambling']\n"),
            format!("sites/hull.toml:8:10: 'gambling' loosens what the consortium 'East' has set ({east})"),
        ),
        (
            "sites/hull.toml",
            hull("allow = ['games']\n"),
            format!("sites/hull.toml:8:10: 'games' loosens what the authority 'West' has set ({west})"),
        ),
        (
            "sites/hull.toml",
            hull("safe_search = false\n"),
            format!("sites/hull.toml:8:15: 'safe_search' loosens what the consortium 'East' has set ({east})"),
        ),
        (
            "sites/hull.toml",
            hull(&format!("{site}warn = ['games']\n")),
            format!("sites/hull.toml:14:9: 'games' loosens what the authority 'West' has set ({west})"),
        ),
        (
            "sites/hull.toml",
            hull("[[rule]]\nallow = ['a.shut.test']\nauthor = 'x'\nreason = 'x'\n"),
            format!("sites/hull.toml:9:10: 'a.shut.test' loosens what the consortium 'East' has set ({east})"),
        ),
        (
            "sites/leeds.tsv",
            "#\nallow\twww.shut.test/page\tx\ty\n",
            format!("sites/leeds.tsv:2:7: 'www.shut.test/page' loosens what the consortium 'East' has set ({east})"),
        ),
    ] {
        let files = ALL.map(|(known, other)| (known, if known == name { text } else { other }));
        assert_eq!(refused(&main, &files), [expected]);
    }
    // What the authority of Hull says is nothing to Leeds; nobody is refused what tightens.
    let leeds = LEEDS.replace("name = 'children'", "name = 'children'\nallow = ['games']\nblock = ['press']");
    let (text, files) = memory(&main, &[("sites/leeds.toml", &leeds), ALL[1], ALL[2], ("sites/leeds.tsv", "block\tshut.test\tx\ty\n")]);
    assert_eq!(loaded(&text, &files).config.policy.groups.len(), 7);
}

#[test]
fn the_version_of_the_policy_changes_with_every_file_of_a_site() {
    let version = |files: &[(&str, &str)]| {
        let (text, files) = memory(MAIN, files);
        loaded(&text, &files).config.policy.version
    };
    let all = version(&ALL);
    assert_eq!(all, version(&ALL));
    for (name, _) in ALL {
        assert_ne!(
            all,
            version(&ALL.map(|(known, text)| (known, if known == name { format!("{text}# seen\n").leak() } else { text }))),
            "{name}"
        );
    }
}

#[test]
fn who_may_read_a_log_that_names_people_at_a_site_is_said_before() {
    let main = |more: &str| format!("[sign_in]\naccounts = 'accounts'\n{more}{MAIN}log = 'no-user'\n");
    let files = [ALL[0], ALL[3]];
    let told = refused(&main(""), &files);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("sites/leeds.toml:6:8: the log names the people of the group 'guests'"), "{told:#?}");
    let silent = LEEDS.replace("preset", "log = 'no-user'\npreset");
    let (said, quiet) = (main("[notice]\nseen_by = ['the head']\n"), main(""));
    for (main, files) in [(&said, files), (&quiet, [("sites/leeds.toml", &*silent), ALL[3]])] {
        let (text, files) = memory(main, &files);
        assert_eq!(loaded(&text, &files).config.policy.groups.len(), 4);
    }
}

/// Sites `s0`, `s1`, ... with these exceptions each, at `10.N.0.0/16`.
fn sites_with(lines: &[Vec<(bool, usize, bool)>]) -> (Engine, TempDir) {
    let mut files: Vec<(String, String)> = Vec::new();
    for (site, lines) in lines.iter().enumerate() {
        let text = format!(
            "name = 's{site}'\nnetworks = ['10.{site}.0.0/16']\nexceptions = 'sites/s{site}.tsv'\n\
            [[group]]\nname = 'a'\ndefault = 'allow'\n[[group]]\nname = 'b'\ndefault = 'block'\n"
        );
        let line = |(allow, host, one): &(bool, usize, bool)| {
            format!("{}\t{}\tx\ty\t-\t{}\n", if *allow { "allow" } else { "block" }, HOSTS[*host], if *one { "b" } else { "a,b" })
        };
        files.push((format!("sites/s{site}.toml"), text));
        files.push((format!("sites/s{site}.tsv"), lines.iter().map(line).collect()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    engine(MAIN, &files)
}

const HOSTS: [&str; 4] = ["one.test", "www.one.test", "two.test/page", "three.test"];

/// What the lines of one site say, by a second reading that knows nothing of tables: block before allow, the host or one above it.
fn said(lines: &[(bool, usize, bool)], group: &str, (host, path): (&str, &str)) -> Option<bool> {
    let covers = |written: &str| {
        let (wanted, below) = written.split_once('/').unwrap_or((written, ""));
        let named = host == wanted || host.ends_with(&format!(".{wanted}"));
        named && (below.is_empty() || path == below || path.starts_with(&format!("{below}/")))
    };
    let mine: Vec<bool> =
        lines.iter().filter(|(_, host, one)| covers(HOSTS[*host]) && (!one || group == "b")).map(|(allow, ..)| *allow).collect();
    if mine.contains(&false) { Some(false) } else { mine.first().copied() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Whatever the sites say: an exception of one never speaks at another, and each site's own are found as a plain reading finds them.
    #[test]
    fn the_exceptions_of_one_site_never_speak_at_another(
        lines in prop::collection::vec(prop::collection::vec((any::<bool>(), 0..HOSTS.len(), any::<bool>()), 0..6), 1..5),
    ) {
        let (engine, _folder) = sites_with(&lines);
        for (site, lines) in lines.iter().enumerate() {
            for group in ["a", "b"] {
                for address in ["one.test/", "www.one.test/", "a.www.one.test/x", "two.test/page", "two.test/pages", "two.test/page/1", "three.test/", "four.test/"] {
                    let (host, path) = address.split_once('/').unwrap();
                    let name = format!("s{site}/{group}");
                    let subject = Subject { peer: "192.0.2.1:1".parse().unwrap(), asserted: None, group: engine.policy.group_named(&name).unwrap(),
                        source: IdentitySource::Unknown, user: None, device: None };
                    let url = canonicalise(RawTarget::Absolute(format!("http://{address}").as_bytes()), &Wrappers::none()).unwrap();
                    let ask = Ask { subject: &subject, url: &url, method: b"GET", now: Timestamp::from_seconds(NOON), warned: false, acts: Acts::none(), used: Used::none() };
                    let decision = engine.judge(&ask).decision;
                    let reason = decision.evidence().reason.code();
                    let expected = match said(lines, group, (host, path)) {
                        Some(true) => "allowed-local",
                        Some(false) => "blocked-local",
                        None if group == "a" => "allowed",
                        None => "not-on-allow-list",
                    };
                    prop_assert_eq!(reason, expected, "{} {}", name, address);
                    prop_assert_eq!(matches!(decision, Decision::Allow(_)), matches!(expected, "allowed" | "allowed-local"));
                }
            }
        }
    }
}

#[test]
fn equal_groups_of_many_sites_share_their_table_of_actions() {
    let lines = vec![Vec::new(); 20];
    let (engine, _folder) = sites_with(&lines);
    let groups = &engine.policy.rules().groups;
    let alike = groups[1..].iter().filter(|group| Arc::ptr_eq(&group.categories, &groups[1].categories)).count();
    assert_eq!(alike, groups.len() - 1);
    assert_eq!(engine.policy.site(GroupId(40)).map(|site| &*site.name), Some("s9"));
}

#[test]
fn people_who_are_known_otherwise_may_be_put_into_a_group_that_only_sites_have() {
    let ways = [
        "[sign_in.kerberos]\nkeytab = 'keytab'\ngroup = 'GROUP'\n",
        "[sign_in.card]\nurl = 'https://cards.test/'\ngroup = 'GROUP'\ngroups = [{ card = 'junior', group = 'GROUP' }]\n\
         age = [{ under = 12, group = 'GROUP' }]\n",
        "[sign_in.front]\nheader = 'X-Who'\nfrom = ['10.9.9.9']\ngroup_header = 'X-Group'\ngroup = 'GROUP'\n\
         groups = [{ said = 'pupil', group = 'GROUP' }]\n",
        "[[proxy.listener]]\naddress = '127.0.0.1:3140'\nclient_roots = ['roots.pem']\nclient_certificate = 'wanted'\nclient_group = 'GROUP'\n",
    ];
    let named = |way: &str, group: &str| {
        let (text, files) = memory(&format!("{}{MAIN}[notice]\nseen_by = ['the head']\n", way.replace("GROUP", group)), &[ALL[0], ALL[3]]);
        let told = lifeguard::config::check_text(&lifeguard::config::Written {
            name: "t.toml",
            text: &text,
            environment: &[],
            files: &files,
            list_files: lifeguard::config::ListFiles::Needed,
        });
        told.err().map_or_else(Vec::new, |faults| faults.lines()).into_iter().filter(|line| line.contains("there is no")).count()
    };
    for way in ways {
        assert_eq!(named(way, "children"), 0, "{way}");
        assert_eq!(named(way, "leeds/children"), 0, "{way}");
        assert_eq!(named(way, "childen"), way.matches("GROUP").count(), "{way}");
    }
}

/// Fifty sites at 127.N.0.0/16 in the folder of a world.
fn write_sites(world: &World, folder: &Path, reason: &str) {
    for site in 1..=50 {
        let text = format!(
            "name = 's{site}'\nnetworks = ['127.{site}.0.0/16']\nexceptions = '{}/s{site}.tsv'\n\
            title = 'School {site}'\ntime_zone = 'Asia/Tokyo'\ncontact = {{ name = 'desk {site}' }}\n[[group]]\nname = 'all'\n",
            folder.display()
        );
        world.write(&format!("sites/s{site}.toml"), &text);
        world.write(&format!("sites/s{site}.tsv"), &format!("block\tonly{site}.test\tA. Hill\t{reason}\n"));
    }
}

/// The status of a request from this address.
fn from(client: &str, proxy: std::net::SocketAddr, url: &str) -> u16 {
    page(client, proxy, url).split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// The whole answer, as a browser gets it.
fn page(client: &str, proxy: std::net::SocketAddr, url: &str) -> String {
    use std::io::{Read, Write};
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&std::net::SocketAddr::new(client.parse().unwrap(), 0).into()).unwrap();
    socket.connect(&proxy.into()).unwrap();
    let mut stream = std::net::TcpStream::from(socket);
    let host = url.split('/').nth(2).unwrap();
    stream.write_all(format!("GET {url} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_line_that_moves_from_one_file_of_a_site_to_the_next_is_another_policy() {
    let version = |toml: &str, lines: &str| {
        let (text, files) = memory(MAIN, &[("sites/leeds.toml", toml), ("sites/leeds.tsv", lines)]);
        loaded(&text, &files).config.policy.version
    };
    let line = "# seen\n";
    assert_ne!(version(&format!("{LEEDS}{line}"), LINES), version(LEEDS, &format!("{line}{LINES}")));
}

#[test]
fn requests_of_fifty_sites_go_on_through_reloads_records_name_the_site_and_one_broken_site_changes_nothing() {
    let mut world = World::new();
    let folder = world.folder.path().join("sites");
    write_sites(&world, &folder, "first");
    world.more = "\n[sites]\nfiles = 'sites/*.toml'\n".into();
    let proxy = world.start();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let (asked, address) = (world.address("open.test", "/"), proxy.proxy);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..2)
            .map(|number| {
                let (stop, asked) = (&stop, &asked);
                scope.spawn(move || {
                    let mut done = 0;
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        let site = 1 + (done * 2 + number) % 50;
                        assert_eq!(from(&format!("127.{site}.0.9"), address, asked), 200);
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        for generation in 2..=6 {
            write_sites(&world, &folder, &format!("generation {generation}"));
            proxy.signal(1);
            wait_until("it is live", || proxy.errors().contains(&format!("reloaded: generation {generation}")));
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(clients.into_iter().map(|client| client.join().unwrap()).sum::<usize>() > 20);
    });
    assert_eq!(from("127.7.1.1", address, &world.address("only7.test", "/")), 403);
    assert_eq!(from("127.8.1.1", address, &world.address("only7.test", "/")), 200);
    // Each site's page has its own name and contact, also where the page was kept for another site.
    for site in [7, 9, 7] {
        let shown = page(&format!("127.{site}.1.1"), address, &world.address(&format!("only{site}.test"), "/"));
        assert!(shown.contains(&format!("School {site}")) && shown.contains(&format!("desk {site}")), "{shown}");
        assert!(!shown.contains("Test site"), "{shown}");
    }
    assert_eq!(get(address, &world.address("open.test", "/")).status, 200);
    // One site's file is broken: nothing changes for anybody, and the fault names file and line.
    world.write("sites/s7.tsv", "block\tonly7.test\n");
    world.write("sites/s8.tsv", "block\tonly7.test\tA. Hill\tnew\n");
    proxy.signal(1);
    wait_until("it is refused", || proxy.errors().contains("reload failed, the last good state stays"));
    assert!(proxy.errors().contains("s7.tsv:1:1"), "{}", proxy.errors());
    assert_eq!(from("127.7.1.1", address, &world.address("only7.test", "/")), 403);
    assert_eq!(from("127.8.1.1", address, &world.address("only7.test", "/")), 200);
    write_sites(&world, &folder, "mended");
    let log = world.log();
    for (host, site, group, layer) in
        [("only7.test", "s7", "s7/all", "local block by A. Hill: generation 6"), ("only7.test", "s8", "s8/all", "group all, default")]
    {
        let found = log.lines().find(|line| line.contains(host) && line.contains(&format!("\"site\":\"{site}\"")));
        let line = found.unwrap_or_else(|| panic!("{site}: {log}"));
        assert!(line.contains(&format!("\"group\":\"{group}\"")) && line.contains(layer), "{line}");
    }
}

#[test]
fn check_counts_levels_and_explain_asks_at_a_site() {
    let mut world = World::new();
    let folder = world.folder.path().join("sites");
    write_sites(&world, &folder, "why");
    world.more = "\n[sites]\nfiles = 'sites/*.toml'\n[[layer]]\nlevel = 'consortium'\ntitle = 'East'\nsigned_by = 'A'\nreason = 'b'\n\
        review = 2031-01-01\nsites = ['s1*']\nblock = ['games']\n"
        .into();
    drop(world.start());
    let text = |arguments: &[&str]| String::from_utf8_lossy(&world.command(arguments).stdout).into_owned();
    let checked = text(&["check"]);
    assert!(checked.contains("groups at 50 sites and here, 50 exceptions of sites, 1 layer of the level consortium"), "{checked}");
    assert!(checked.contains("50 groups of sites: "), "{checked}");
    assert!(checked.lines().count() < 20, "{checked}");
    for arguments in [
        ["explain", "--site", "s7", "--group", "all", "http://only7.test/"],
        ["explain", "--site", "s7", "--client", "127.7.0.1", "http://only7.test/"],
    ] {
        let told = text(&arguments);
        assert!(told.contains("for the group s7/all") && told.contains("local block by A. Hill: why (site s7)."), "{told}");
    }
    let told = text(&["explain", "--group", "s8/all", "--json", "http://only7.test/"]);
    assert!(told.contains("\"site\":\"s8\"") && told.contains("\"verdict\":\"allow\""), "{told}");
    for (arguments, expected) in [
        (["explain", "--site", "s77", "--group", "all", "http://x.test/"], "--site s77: there is no such site"),
        (["explain", "--site", "s7", "--group", "some", "http://x.test/"], "--group some: there is no such group"),
    ] {
        let output = world.command(&arguments);
        assert!(String::from_utf8_lossy(&output.stderr).contains(expected), "{output:?}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn a_days_share_lasts_until_midnight_at_the_site_and_explain_reads_times_there() {
    let mut world = World::new();
    world.write(
        "sites/far.toml",
        "name = 'far'\nnetworks = ['127.7.0.0/16']\ntime_zone = 'Asia/Tokyo'\n[[group]]\nname = 'all'\nhours = 'daily 00:00-24:00'\n\
        [group.quota]\n'*' = '10 KB'\n",
    );
    world.more = "\n[sites]\nfiles = 'sites/*.toml'\n".into();
    let proxy = world.start();
    let address = world.address("open.test", "/bytes/15000");
    assert_eq!(from("127.7.1.1", proxy.proxy, &address), 200);
    let closed = page("127.7.1.1", proxy.proxy, &address);
    assert!(closed.starts_with("HTTP/1.1 403") && closed.contains("tomorrow at 00:00"), "{closed}");
    assert!(proxy.stop().success());
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(world.folder.path().join("log/quotas.json")).unwrap()).unwrap();
    let day: Vec<i64> = kept["people"][0]["day"].as_array().unwrap().iter().map(|end| end.as_i64().unwrap()).collect();
    // Tokyo has no summer time: its midnight is 15:00 in London's winter.
    assert!(day.iter().all(|end| end.rem_euclid(86_400_000_000) == 15 * 3_600_000_000), "{kept}");
    // An address alone says whose clock is meant.
    let output = world.command(&["explain", "--client", "127.7.1.1", "--at", "2026-01-15T00:30", &address]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("for the group far/all") && told.contains("Thursday 15 January 2026, 00:30 JST"), "{told}");
}
