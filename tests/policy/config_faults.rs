//! Every class of bad input in the settings: each is told with `file:line:column`, the line, a caret, and all at once.

use lifeguard::config::{Faults, Files, ListFiles, Loaded, MemoryFiles, RealFiles, SAMPLE, Written, check_text};
use std::path::PathBuf;

fn check_with(text: &str, environment: &[(&str, &str)], files: &dyn Files) -> Result<Loaded, Faults> {
    let environment: Vec<_> = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    check_text(&Written { name: "t.toml", text, environment: &environment, files, list_files: ListFiles::Needed })
}

fn check(text: &str) -> Result<Loaded, Faults> {
    check_with(text, &[], &MemoryFiles::default())
}

const GROUP: &str = "[[group]]\nname = 'all'\n";

/// The one fault of a text with a group behind it.
fn only_fault(text: &str) -> String {
    let text = format!("{text}\n{GROUP}");
    let faults = check(&text).expect_err(&text);
    assert_eq!(faults.len(), 1, "{text}\n{}", faults.render(false));
    faults.lines().remove(0)
}

#[test]
fn the_sample_works_untouched() {
    let loaded = check(SAMPLE).unwrap_or_else(|faults| panic!("{}", faults.render(false)));
    assert!(loaded.notes.is_empty(), "{}", loaded.notes.render(false));
    let config = loaded.config;
    let names: Vec<_> = config.policy.groups.iter().map(|group| &*group.name).collect();
    assert_eq!(names, ["children", "young-people", "staff"]);
    assert_eq!(config.proxy.listeners[0].address.to_string(), "127.0.0.1:3128");
    assert!(config.lists.sources[0].demonstration);
    assert_eq!(config.policy.version.len(), 16);
    assert!(!config.lab_without_statutory);
}

#[test]
fn lists_that_lifeguard_makes_itself_keep_their_names() {
    for (name, format) in [("emergency", "ut1"), ("emergency/adult", "urls"), ("local", "ut1"), ("local/adult", "urls")] {
        let text = format!("[[lists.source]]\nname = '{name}'\npath = 'x.txt'\nformat = '{format}'\n");
        let faults = check(&format!("{text}\n{GROUP}")).expect_err(name).render(false);
        assert!(faults.contains("Lifeguard itself makes lists with the name '"), "{faults}");
    }
    let fine = check(&format!("[[lists.source]]\nname = 'local'\npath = 'x.txt'\nformat = 'urls'\n\n{GROUP}"));
    assert!(fine.err().is_none_or(|faults| !faults.render(false).contains("itself makes lists")));
}

#[test]
fn a_fault_shows_its_place_its_line_a_caret_and_what_to_do() {
    let faults = check("[proxy]\nlisen = ['127.0.0.1:3128']\n\n[[group]]\nname = 'all'\n").unwrap_err();
    assert_eq!(
        faults.render(false),
        "error: there is no option 'lisen' here
 --> t.toml:2:1
  |
2 | lisen = ['127.0.0.1:3128']
  | ^^^^^
  |
  = help: did you mean 'listen'?

"
    );
}

#[test]
fn every_class_of_fault_has_a_sentence_and_a_place() {
    for (text, expected) in [
        ("[proxy", "t.toml:1:7: this cannot be read: "),
        ("[prxy]", "t.toml:1:2: there is no option 'prxy' here"),
        ("[proxy.limits]\nheaders = 'many'", "t.toml:2:11: expected a whole number from 20 to 1000, found a text"),
        ("[proxy.limits]\nheaders = 5", "t.toml:2:11: out of range: expected a whole number from 20 to 1000"),
        ("[proxy.limits]\nheaders = -5", "t.toml:2:11: out of range: "),
        ("[proxy.limits]\nheaders = 99999999999999999999", "t.toml:2:11: out of range: "),
        ("[proxy.limits]\nidle = 75", "t.toml:2:8: expected a time from 1s to 1h, such as \"15s\", found a whole number"),
        ("[proxy.limits]\nidle = '75 parsecs'", "t.toml:2:8: cannot be read: expected a time"),
        ("[proxy.limits]\nrequest_line = '1 MB'", "t.toml:2:16: out of range: expected a size from 8 KB to 64 KB"),
        ("[log]\ndurability = 'powre'", "t.toml:2:14: expected one of: process, power"),
        ("[log.retention.web_log]\nkeep = '91d'", "t.toml:2:8: out of range: expected 92d or more for web logs"),
        (
            "[log.retention.web_log]\nkeep = '92d'\nat_most = '92d'",
            "t.toml:3:11: out of range: expected 93d or more: a day above what is kept",
        ),
        ("[log.retention.web_log]\nkeep = '400d'", "t.toml:2:8: 'reason' is missing"),
        ("[log.retention.web_log]\nkeep = '0d'", "t.toml:2:8: out of range: expected a time from 1d to 36525d, such as \"92d\""),
        ("[log.retention]\nprofile = 'communications-code'", "t.toml:2:11: out of range: expected 92d or more for web logs"),
        ("[log.retention]\nprofil = 'schools'", "t.toml:2:1: there is no option 'profil' here"),
        ("[log]\nretain = 3", "t.toml:2:1: there is no option 'retain' here"),
        ("[[group]]\nname = 'a'\nlog_keep = '91d'", "t.toml:3:12: out of range: expected 92d or more for web logs"),
        (
            "[[group]]\nname = 'a'\nlog_keep = '100d'",
            "t.toml:3:12: out of range: expected a day or more below the ceiling of web logs, 100d",
        ),
        ("[admin]\nlisten = 'localhost'", "t.toml:2:10: cannot be read: expected an address and port"),
        (
            "[admin]\nlisten = '127.0.0.1:3128'\n[proxy]\nlisten = '127.0.0.1:3128'",
            "t.toml:4:10: the listener (the console has the other) '127.0.0.1:3128' is there twice",
        ),
        ("[proxy]\nlisten = ['127.0.0.1:1', '127.0.0.1:1']", "t.toml:2:26: the listener '127.0.0.1:1' is there twice"),
        ("[proxy]\nconnect_ports = [443, 0]", "t.toml:2:23: out of range: expected a list of ports"),
        (
            "[proxy.pac]\naddress = 'proxy.school.example'",
            "t.toml:2:11: cannot be read: expected a host and a port, such as \"proxy.school.example:3128\"",
        ),
        (
            "[proxy.pac]\ndirect = ['0.0.0.0/0']",
            "t.toml:2:11: cannot be read: expected the first address of a range no wider than 10.0.0.0/8",
        ),
        ("[proxy.pac]\ndirect = ['a.example/page']", "t.toml:2:11: cannot be read: expected a host without a path"),
        ("[pages]\nwhy = 'yes'", "t.toml:2:7: expected true or false, found a text"),
        ("[proxy]\ntrusted_proxies = ['192.0.2.7/24']", "t.toml:2:20: cannot be read: expected the first address of the range"),
        ("[proxy]\nextra_roots = ['missing.pem']", "t.toml:2:16: cannot read missing.pem: "),
        ("[proxy]\nrevocation_lists = ['missing.crl']", "t.toml:2:21: cannot read missing.crl: "),
        ("[proxy]\nrevocation_required = ['exa mple.test']", "t.toml:2:24: this address cannot be read: "),
        ("[proxy]\nrevocation_required = ['a.test/page']", "t.toml:2:24: cannot be read: expected a host without a path"),
        ("[proxy.destinations]\nallow = ['localhost']", "t.toml:2:10: cannot be read: expected an address or a range"),
        ("[[proxy.listener]]\naddress = '127.0.0.1:1'\ngroup = 'al'", "t.toml:3:9: there is no group 'al'"),
        ("[site]\ntime_zone = 'Europe/Lundun'", "t.toml:2:13: there is no time zone 'Europe/Lundun'"),
        ("[lists]\nmax_shrink = 1.5", "t.toml:2:14: out of range: expected a share from 0 to 1"),
        ("[[lists.source]]\nname = 'a'\npath = 'missing.txt'\nformat = 'domains'", "t.toml:3:8: cannot read missing.txt: "),
        ("[[lists.source]]\nname = 'a'\npath = 'builtin:dho'\nformat = 'domains'", "t.toml:3:8: there is no starter list 'dho'"),
        ("[[lists.source]]\nname = 'a'\npath = 'builtin:doh'\nformat = 'domain'", "t.toml:4:10: expected one of: ut1, domains"),
        ("[[lists.source]]\nname = 'a'\npath = 'builtin:doh'\nformat = 'csv'", "t.toml:1:1: 'column' is missing"),
        (
            "[[lists.source]]\nname = 'a'\npath = 'builtin:doh'\nformat = 'domains'\ncolumn = '1'",
            "t.toml:5:10: 'column' has no meaning for a list of this format",
        ),
        (
            "[[lists.source]]\nname = 'a'\npath = 'builtin:doh'\nformat = 'json'\nkind = 'statutory'\naddress = 'url'",
            "t.toml:6:11: cannot be read: expected a JSON pointer",
        ),
        (
            "[[lists.source]]\nname = 'a'\npath = 'builtin:doh'\nformat = 'rpz'\nkind = 'statutory'",
            "t.toml:4:10: expected one of: lines, csv, json",
        ),
        ("[policy]\nunknown_clients = 'nobody'", "t.toml:2:19: there is no group 'nobody'"),
        ("[[group]]\nname = 'b'\nblock = ['adlut']", "t.toml:3:10: there is no category 'adlut'"),
        ("[[group]]\nname = 'b'\nblock = ['adult']\nwarn = ['adult']", "t.toml:3:10: the category 'adult' is there twice"),
        ("[[group]]\nname = 'b'\nyoutube = 'stict'", "t.toml:3:11: expected one of: open, moderate, strict"),
        ("[[group]]\nname = 'b'\nsearch_engines = 'some'", "t.toml:3:18: expected one of: any, restricted-only"),
        ("[[group]]\nname = 'b'\nsafe_search = 'on'", "t.toml:3:15: expected true or false, found a text"),
        (
            "[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\ngoogle = ['*.school.example']",
            "t.toml:5:11: cannot be read: expected a domain such as \"school.example\"",
        ),
        (
            "[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\ngoogle = ['a.example, b.example']",
            "t.toml:5:11: cannot be read: expected a domain",
        ),
        (
            "[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\nmicrosoft = ['school.example']",
            "t.toml:5:14: 'microsoft_directory' is missing",
        ),
        (
            "[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\nmicrosoft_directory = '7'",
            "t.toml:5:23: cannot be read: expected a directory number",
        ),
        ("[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\nslack = ['T01']", "t.toml:5:10: 'slack_requester' is missing"),
        (
            "[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\nanthropic = ['7']",
            "t.toml:5:14: cannot be read: expected an organisation number",
        ),
        ("[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\nopenai = ['abc']", "t.toml:5:11: cannot be read: expected an organ"),
        ("[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\nasana = ['1']", "t.toml:5:10: 'asana_requester' is missing"),
        (
            "[[group]]\nname = 'b'\nhttps = 'full'\n[group.accounts]\nmicrosoft_personal = false\nmicrosoft_policy = \
             '00000000-0000-4000-8000-000000000000:00000000-0000-4000-8000-000000000001'",
            "t.toml:6:20: 'microsoft_policy' has no meaning for microsoft or microsoft_personal beside it",
        ),
        (
            "[[group]]\nname = 'b'\nhttps = 'full'\n[[group.accounts.own]]\nservice = 'zom'\nvalue = 'x'",
            "t.toml:5:11: there is no service 'zom'",
        ),
        ("[[https.service]]\nname = 'z'\nfield = 'Host'\nhosts = ['z.test']", "t.toml:3:9: cannot be read: expected the name of a field"),
        ("[[https.service]]\nname = 'z'\nfield = 'X Y'\nhosts = ['z.test']", "t.toml:3:9: cannot be read: expected the name of a field"),
        (
            "[[https.service]]\nname = 'z'\nfield = 'X-GoogApps-Allowed-Domains'\nhosts = ['z.test']",
            "t.toml:3:9: the field 'x-googapps-allowed-domains' is there twice",
        ),
        ("[[https.service]]\nname = 'z'\nfield = 'X-Z'", "t.toml:1:1: 'hosts' is missing"),
        (
            "[[group]]\nname = 'b'\n[group.accounts]\ngoogle = ['school.example']",
            "t.toml:1:1: 'accounts' has no meaning for a group that opens no HTTPS",
        ),
        ("[[group]]\nname = 'b'\npreset = 'primry'", "t.toml:3:10: there is no preset 'primry'"),
        ("[[group]]\nname = 'b'\nhours = 'mon 8-18'", "t.toml:3:9: cannot be read: expected weekly hours"),
        ("[[group]]\nname = 'b'\nmethods = ['get']", "t.toml:3:12: cannot be read: expected a method"),
        ("[[group]]\nname = 'b'\ntunnels = 'tsl'", "t.toml:3:11: expected one of: tls, tls-or-http, anything"),
        ("[[group]]\ntitle = 'b'", "t.toml:1:1: 'name' is missing"),
        ("[[group]]\nname = 'all'", "t.toml:4:8: the group 'all' is there twice"),
        ("[[rule]]\nblock = ['a.test']\nreason = 'r'", "t.toml:1:1: 'author' is missing"),
        ("[[rule]]\nauthor = 'a'\nreason = 'r'", "t.toml:1:1: 'allow' or 'block' is missing"),
        ("[[rule]]\nblock = ['exa mple.test']\nauthor = 'a'\nreason = 'r'", "t.toml:2:10: this address cannot be read: "),
        (
            "[[rule]]\nblock = 'a.test'\nauthor = 'a'\nreason = 'r'\nexpires = 'soon'",
            "t.toml:5:11: cannot be read: expected a date or time",
        ),
        ("[[rule]]\nblock = 'a.test'\nauthor = 'a'\nreason = 'r'\ngroups = ['alle']", "t.toml:5:11: there is no group 'alle'"),
        ("[[keyword]]\nname = 'k'\nexpressions = ['(']", "t.toml:3:16: this expression cannot be used: not a regular expression: "),
        ("[[keyword]]\nname = 'k'\nwords = ['x']", "t.toml:3:10: cannot be read: expected a word of at least two letters"),
        ("[[test]]\ngroup = 'all'\nurl = 'http://a.test/'", "t.toml:1:1: 'expect' is missing"),
        ("[[test]]\ngroup = 'all'\nurl = 'http://a.test/'\nexpect = 'blok'", "t.toml:4:10: expected one of: allow, warn, block, refuse"),
        (
            "[[test]]\ngroup = 'all'\nurl = 'http://a.test/'\nexpect = 'block'\nreason = 'statuary'",
            "t.toml:5:10: there is no reason 'statuary'",
        ),
        ("[[help_line]]\naddress = 'help.test'", "t.toml:1:1: 'name' is missing"),
    ] {
        let line = only_fault(text);
        assert!(line.starts_with(expected), "{text}\nexpected {expected}\ngot      {line}");
    }
}

#[test]
fn overlapping_ranges_of_two_groups_are_a_fault_unless_they_are_meant() {
    let groups = |wide: &str, narrow: &str, more: &str| {
        format!("[[group]]\nname = 'pupils'\nnetworks = ['{wide}']\n[[group]]\nname = 'staff'\nnetworks = ['{narrow}']\n{more}")
    };
    let faults = check(&groups("10.0.0.0/8", "10.1.0.0/16", "")).unwrap_err();
    assert_eq!(faults.lines(), ["t.toml:6:13: the range 10.1.0.0/16 of the group 'staff' overlaps 10.0.0.0/8 of the group 'pupils'"]);
    assert!(faults.render(false).contains("overrides = [\"pupils\"]"));
    assert_eq!(check(&groups("10.1.0.0/16", "10.0.0.0/8", "")).unwrap_err().lines().len(), 1);
    assert_eq!(check(&groups("10.0.0.0/8", "10.0.0.0/8", "overrides = ['pupils']")).unwrap_err().lines().len(), 1);
    assert!(check(&groups("10.0.0.0/8", "10.1.0.0/16", "overrides = ['pupils']")).is_ok());
    assert!(check(&groups("10.0.0.0/8", "192.0.2.7", "")).is_ok());
}

#[test]
fn who_signs_in_locally_has_no_meaning_without_the_organisations_service() {
    for word in ["everybody", "only-administrators"] {
        let faults = check(&format!("[admin]\nlocal = '{word}'\n[[group]]\nname = 'all'\n")).unwrap_err();
        let words = "'local' has no meaning for a console without [admin.oidc]: everybody signs in with a password there";
        assert_eq!(faults.lines(), [format!("t.toml:2:9: {words}")]);
    }
}

#[test]
fn all_faults_come_at_once_in_the_order_of_the_text() {
    let faults = check(
        "[proxy]\nlisen = 1\n[site]\nnmae = 2\n[proxy.limits]\nheaders = 1\n[[group]]\nname = 'a'\nblock = ['nothing-like-it']\n[[rule]]\n",
    )
    .unwrap_err();
    let places: Vec<_> = faults.reports().iter().map(|fault| (fault.line, fault.column)).collect();
    assert_eq!(places, [(2, 1), (4, 1), (6, 11), (9, 10), (10, 1), (10, 1), (10, 1)]);
    assert_eq!(faults.render(false).matches("error: ").count(), 7);
}

#[test]
fn a_file_that_is_no_certificate_and_a_list_of_the_wrong_kind_are_named() {
    let files = MemoryFiles(vec![
        (PathBuf::from("empty.pem"), b"hello".to_vec()),
        (PathBuf::from("broken.pem"), b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()),
        (PathBuf::from("empty.crl"), b"hello".to_vec()),
        (PathBuf::from("broken.crl"), b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n".to_vec()),
        (PathBuf::from("broken.der"), vec![0x30, 1, 0]),
        (PathBuf::from("folder/"), Vec::new()),
        (PathBuf::from("file.txt"), Vec::new()),
    ]);
    let text = "[proxy]\nextra_roots = ['empty.pem', 'broken.pem']\n\
        revocation_lists = ['empty.crl', 'broken.crl', 'broken.der']\n\
        [[lists.source]]\nname = 'a'\nformat = 'domains'\npath = 'folder/'\n\
        [[lists.source]]\nname = 'b'\nformat = 'ut1'\npath = 'file.txt'\n[[group]]\nname = 'all'\n";
    let faults = check_with(text, &[], &files).unwrap_err();
    assert_eq!(
        faults.lines(),
        [
            "t.toml:2:16: no certificate can be read from empty.pem: there is no PEM certificate in it",
            "t.toml:2:29: no certificate can be read from broken.pem: certificate 1 in it is no X.509 certificate",
            "t.toml:3:21: no revocation list can be read from empty.crl: there is no revocation list in it, neither PEM nor DER",
            "t.toml:3:34: no revocation list can be read from broken.crl: list 1 in it is no whole list of RFC 5280 (delta and indirect lists cannot be used)",
            "t.toml:3:48: no revocation list can be read from broken.der: list 1 in it is no whole list of RFC 5280 (delta and indirect lists cannot be used)",
            "t.toml:7:8: folder/ is not a file",
            "t.toml:11:8: file.txt is not a folder",
        ]
    );
}

#[test]
fn the_environment_overrides_keys_and_its_faults_have_a_place_too() {
    let text = format!("[proxy.limits]\nheaders = 50\n{GROUP}");
    let environment = [
        ("LIFEGUARD__PROXY__LIMITS__HEADERS", "70"),
        ("LIFEGUARD__PROXY__LIMITS__IDLE", "30s"),
        ("LIFEGUARD__PROXY__LISTEN", "['127.0.0.1:0']"),
        ("LIFEGUARD__SITE__NAME", "Baths"),
        ("OTHER__SITE__NAME", "no"),
    ];
    let config =
        check_with(&text, &environment, &MemoryFiles::default()).unwrap_or_else(|faults| panic!("{}", faults.render(false))).config;
    assert_eq!((config.proxy.limits.headers, config.proxy.limits.idle.as_secs()), (70, 30));
    assert_eq!((config.site.name.as_str(), config.proxy.listeners[0].address.port()), ("Baths", 0));
    let plain = check(&text).unwrap().config;
    assert_ne!(plain.policy.version, config.policy.version, "an override changes the version");

    let bad = [("LIFEGUARD__PROXY__LIMIT__HEADERS", "70"), ("LIFEGUARD__GROUP__NAME", "x"), ("LIFEGUARD__SITE__TIME_ZONE", "Mars")];
    let faults = check_with(&text, &bad, &MemoryFiles::default()).unwrap_err();
    assert_eq!(
        faults.lines(),
        [
            "environment:1:1: there is no option 'limit' here",
            "environment:1:1: cannot be read: expected a key of a table; tables in double brackets cannot be reached",
            "environment:1:28: there is no time zone 'Mars'",
        ]
    );
}

#[test]
fn settings_without_a_statutory_list_say_what_will_happen() {
    let notes = check(GROUP).unwrap().notes;
    assert!(notes.render(false).starts_with("note: there is no statutory list"), "{}", notes.render(false));
}

#[test]
fn a_group_says_more_than_its_preset_and_its_own_words_win() {
    use lifeguard::policy::Action;
    let text = "[[group]]\nname = 'g'\npreset = 'primary'\nallow = ['games']\nblock = ['my-list', 'press']\n[categories.my-list]\ntitle = 'My list'\n";
    let group = check(text).unwrap().config.policy.groups.remove(0);
    for (category, action) in [("games", Action::Allow), ("press", Action::Block), ("my-list", Action::Block), ("adult", Action::Block)] {
        assert_eq!(group.categories.get(category), Some(&action), "{category}");
    }
    assert!(!group.bare_addresses);
}

#[test]
fn hostile_texts_end_in_faults_and_never_in_a_panic() {
    let deep = format!("a = {}{}", "[".repeat(5_000), "]".repeat(5_000));
    for text in ["\0", "\u{feff}", "a", "[[[", "=", "''' ", "[a]\n[a]", "[site]\nname=1\nname=2", &deep, "\r\r\n[x", "[\u{1f600}]\n= 1"] {
        let faults = check(text).expect_err(text);
        assert!(!faults.render(false).is_empty());
    }
    for cut in (0..SAMPLE.len()).step_by(7) {
        if let Some(Err(faults)) = SAMPLE.get(..cut).map(check) {
            assert!(faults.lines().iter().all(|line| line.starts_with("t.toml:")), "{cut}");
        }
    }
}

#[test]
fn the_reference_names_every_option_with_its_default() {
    let text = lifeguard::config::reference();
    for expected in [
        "[proxy.limits]",
        "  request_line\n      Size of a request line.\n      Takes a size from 8 KB to 64 KB, such as \"64 KB\"; default: \"16 KB\".",
        "[[group]]",
        "[categories.NAME]",
        "  durability\n",
        "default: \"process\"",
        "1. Illegal material",
        "  youth-club\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn a_missing_list_is_a_fault_for_check_and_a_note_at_start_where_the_last_good_one_may_serve() {
    let text = format!("[[lists.source]]\nname = 'a'\nformat = 'domains'\npath = 'missing.txt'\n{GROUP}");
    let files = MemoryFiles::default();
    let written = |list_files| Written { name: "t.toml", text: &text, environment: &[], files: &files, list_files };
    assert!(check_text(&written(ListFiles::Needed)).is_err());
    let notes = check_text(&written(ListFiles::Noted)).map(|loaded| loaded.notes).unwrap_or_default();
    assert!(notes.lines().iter().any(|line| line.starts_with("t.toml:4:8: cannot read missing.txt: ")), "{notes}");
}

#[test]
fn an_unknown_client_who_would_see_more_than_a_known_one_is_worth_a_note() {
    let groups = "[[group]]\nname = 'staff'\npreset = 'staff'\n[[group]]\nname = 'pupils'\npreset = 'primary'\n";
    let noted =
        |text: &str| check(text).unwrap().notes.lines().into_iter().any(|line| line.contains("unknown clients get the group 'staff'"));
    assert!(noted(groups));
    assert!(noted(&format!("[policy]\nunknown_clients = 'staff'\n{groups}")));
    assert!(!noted(&format!("[policy]\nunknown_clients = 'pupils'\n{groups}")));
}

#[test]
fn retention_is_read_class_by_class() {
    use lifeguard::record::retention::{Class, Retention};
    let days = |config: &lifeguard::config::Config| {
        Class::ALL.map(|class| config.log.retention.span(class)).map(|span| (span.keep.as_secs() / 86_400, span.at_most.as_secs() / 86_400))
    };
    let plain = check(GROUP).unwrap().config;
    assert_eq!(plain.log.retention, Retention::default());
    let text = "[log]\nqueue = 99\n[log.retention]\nprofile = 'communications-code'\nreason = 'by order'\ntrust_clock = true
[log.retention.web_log]\nkeep = '400d'\nat_most = '420d'\n[log.retention.incidents]\nkeep = '3000d'\n[[group]]\nname = 'a'\nlog_keep = '419d'";
    let config = check(text).unwrap_or_else(|faults| panic!("{}", faults.render(false))).config;
    assert_eq!(days(&config), [(400, 420), (365, 373), (183, 191), (365, 373), (3000, 3008), (2192, 2200)]);
    assert_eq!((config.log.queue, config.log.retention.trust_clock, &*config.log.retention.reason), (99, true, "by order"));
    assert_eq!(config.log.retention.groups["a"].as_secs(), 419 * 86_400);
    let overridden = check_with(GROUP, &[("LIFEGUARD__LOG__RETENTION__WEB_LOG__KEEP", "10d")], &MemoryFiles::default());
    assert_eq!(overridden.unwrap_err().len(), 1, "no way around the floor");
    assert!(lifeguard::config::reference().contains("[log.retention.web_log]"));
}

/// What stops pages of one's own from going live: a fault of the settings, or of a template.
fn page_fault(files: &[(&str, &[u8])]) -> String {
    let files = MemoryFiles(files.iter().map(|(path, bytes)| (PathBuf::from(path), bytes.to_vec())).collect());
    match check_with(&format!("[pages]\ntemplates = 'own'\n{GROUP}"), &[], &files) {
        Err(faults) => faults.lines().join("\n"),
        Ok(loaded) => lifeguard::app::pages(&loaded.config).map_or_else(|fault| fault.to_string(), |_| String::new()),
    }
}

#[test]
fn pages_of_ones_own_take_the_place_of_the_built_in_ones() {
    use lifeguard::model::{Reason, RequestId, Timestamp};
    use lifeguard::proxy::pages::{Facts, Wanted};
    let files = MemoryFiles(vec![
        ("own/block.html".into(), b"<p>Closed: {{ address }}</p>".to_vec()),
        ("own/notes.txt".into(), b"\xff no page".to_vec()),
        ("own/old/warn.html".into(), b"{{ not ours".to_vec()),
    ]);
    let config = check_with(&format!("[pages]\ntemplates = 'own'\n{GROUP}"), &[], &files).unwrap().config;
    let pages = lifeguard::app::pages(&config).unwrap();
    let body = |reason| {
        let facts = Facts { address: Some("<i>"), ..Facts::new(reason, RequestId(1), Timestamp::from_seconds(0)) };
        String::from_utf8(pages.all().render(&facts, Wanted::Html).body.to_vec()).unwrap()
    };
    assert_eq!(body(Reason::Category), "<p>Closed: &lt;i&gt;</p>");
    assert!(body(Reason::Statutory).contains("<!doctype html>"), "the built-in one");
    assert!(check(GROUP).unwrap().config.pages.templates.is_empty());
}

#[test]
fn pages_that_cannot_be_used_are_told_with_their_place() {
    for (files, expected) in [
        (&[][..], "t.toml:2:13: cannot read own: "),
        (&[("own/block.html", b"caf\xe9".as_slice())], "t.toml:2:13: cannot read own/block.html: byte 3 is not UTF-8"),
        (&[("own/block.html", b"a\n {{ catgory }}")], "own/block.html:2:5: undefined value"),
        (&[("own/warn.html", b"a\nb {% if %}")], "own/warn.html:2:"),
        (&[("own/blok.html", b"")], "own/blok.html: no page has this name; there are block.html"),
    ] {
        let fault = page_fault(files);
        assert!(fault.starts_with(expected), "{expected}\n{fault}");
    }
    assert_eq!(page_fault(&[("own/trouble.html", b"{{ words }}")]), "");
}

/// A certificate that is good between two moments (seconds since 1970), and its key, as PEM.
fn certificate(from: i64, to: i64) -> (Vec<u8>, Vec<u8>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["proxy.test".to_owned()]).unwrap();
    params.not_before = time::OffsetDateTime::from_unix_timestamp(from).unwrap();
    params.not_after = time::OffsetDateTime::from_unix_timestamp(to).unwrap();
    (params.self_signed(&key).unwrap().pem().into_bytes(), key.serialize_pem().into_bytes())
}

#[test]
fn a_listener_with_a_certificate_that_cannot_be_used_is_told_with_its_place() {
    const NOW: i64 = 1_767_225_600;
    let (good, key) = certificate(NOW - 10, NOW + 10);
    let (old, old_key) = certificate(NOW - 20, NOW - 10);
    let (early, early_key) = certificate(NOW + 10, NOW + 20);
    let files = MemoryFiles(
        [
            ("good.pem", good.clone()),
            ("key.pem", key.clone()),
            ("key.open", key.clone()),
            ("old.pem", old),
            ("old.key", old_key),
            ("early.pem", early),
            ("early.key", early_key),
            ("none.pem", b"words\n".to_vec()),
            ("odd.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()),
        ]
        .map(|(name, bytes)| (PathBuf::from(name), bytes))
        .to_vec(),
    );
    let check = |lines: &str| {
        let text = format!("[[proxy.listener]]\naddress = '127.0.0.1:3129'\n{lines}\n{GROUP}");
        check_with(&text, &[], &files).map(|loaded| loaded.config).map_err(|faults| faults.lines().join("; "))
    };
    for (lines, expected) in [
        ("certificate = 'good.pem'", "t.toml:1:1: 'key' is missing"),
        ("key = 'key.pem'", "t.toml:1:1: 'certificate' is missing"),
        (
            "certificate = 'good.pem'\ncertificate_names = 'a.test'",
            "t.toml:4:21: 'certificate' and 'certificate_names' cannot both be given",
        ),
        ("key = 'key.pem'\ncertificate_names = 'a.test'", "t.toml:3:7: 'key' and 'certificate_names' cannot both be given"),
        ("certificate_names = 'no host'", "t.toml:3:21: cannot be read: expected a host name or an address"),
        ("certificate = 'gone.pem'\nkey = 'key.pem'", "t.toml:3:15: cannot read gone.pem: "),
        ("certificate = 'good.pem'\nkey = 'gone.pem'", "t.toml:4:7: cannot read gone.pem: "),
        (
            "certificate = 'none.pem'\nkey = 'key.pem'",
            "t.toml:3:15: none.pem cannot be used for this listener: there is no PEM certificate in it",
        ),
        (
            "certificate = 'odd.pem'\nkey = 'key.pem'",
            "t.toml:3:15: odd.pem cannot be used for this listener: certificate 1 in it is no X.509 certificate",
        ),
        (
            "certificate = 'good.pem'\nkey = 'none.pem'",
            "t.toml:4:7: none.pem cannot be used for this listener: there is no PEM private key in it",
        ),
        (
            "certificate = 'good.pem'\nkey = 'old.key'",
            "t.toml:4:7: old.key cannot be used for this listener: it is not the key of good.pem",
        ),
        (
            "certificate = 'good.pem'\nkey = 'key.open'",
            "t.toml:4:7: key.open cannot be used for this listener: everybody on this machine may read it",
        ),
        (
            "certificate = 'old.pem'\nkey = 'old.key'",
            "t.toml:3:15: old.pem cannot be used for this listener: certificate 1 in it was good until 2025-12-31",
        ),
        (
            "certificate = 'early.pem'\nkey = 'early.key'",
            "t.toml:3:15: early.pem cannot be used for this listener: certificate 1 in it is not good before 2026-01-01",
        ),
    ] {
        let said = check(lines).expect_err(lines);
        assert!(said.starts_with(expected) && !said.contains("PRIVATE KEY-"), "{lines}\n{said}");
    }
    for good in ["certificate = 'good.pem'\nkey = 'key.pem'", "certificate_names = ['proxy.test', '192.0.2.1']"] {
        let config = check(good).unwrap();
        assert!(config.proxy.listeners.iter().any(|listener| listener.door.is_some()));
    }
}

#[test]
fn a_secret_that_everybody_may_read_is_refused_wherever_the_settings_name_one() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "a secret of sixteen letters and more\n").unwrap();
    for (what, settings) in [
        ("sign_in.radius", "[sign_in.radius]\nfrom = ['127.0.0.1']\nsecret_file = 'FILE'\n"),
        ("sign_in.front", "[sign_in.front]\nheader = 'X-U'\nfrom = ['127.0.0.1']\nsecret_header = 'X-Key'\nsecret_file = 'FILE'\n"),
        ("sign_in.card", "[sign_in.card]\nurl = 'http://127.0.0.1:1/'\npattern = 'd[0-9]{6}'\nsecret_file = 'FILE'\n"),
        (
            "sign_in.directory",
            "[sign_in.directory]\nurl = 'ldaps://x.example'\nbase = 'dc=x'\nbind_dn = 'cn=x'\nuser_filter = '(uid={name})'\nbind_password_file = 'FILE'\n",
        ),
        ("mail", "[mail]\nserver = 'mail.example'\nfrom = 'a@b.example'\nuser = 'x'\nsecret_file = 'FILE'\n"),
        ("admin.oidc", "[admin.oidc]\nissuer = 'https://sso.example'\nclient_id = 'x'\nsecret_file = 'FILE'\n"),
        (
            "lists.source, user_file",
            "[[lists.source]]\nname = 'x'\nformat = 'domains'\ncategory = 'games'\nurl = 'https://lists.example/x'\nuser_file = 'FILE'\n",
        ),
        (
            "lists.source, token_file",
            "[[lists.source]]\nname = 'x'\nformat = 'domains'\ncategory = 'games'\nurl = 'https://lists.example/x'\ntoken_file = 'FILE'\n",
        ),
    ] {
        let text = format!("{}\n{GROUP}", settings.replace("FILE", &file.display().to_string()));
        let said = |mode: u32| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            check_with(&text, &[], &RealFiles).err().map_or_else(String::new, |faults| faults.render(false))
        };
        let open = said(0o644);
        assert!(open.contains("everybody on this machine may read it"), "{what}: {open}");
        assert!(!open.contains("sixteen letters"), "{what}: the secret is shown: {open}");
        assert!(!said(0o600).contains("everybody on this machine"), "{what}");
    }
}
