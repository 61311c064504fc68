//! The text of settings with one change in it: every other byte stays, and what is written in another way than expected is left alone.

use lifeguard::config::{SAMPLE, option_text, rules_of, with_group_renamed, with_option, with_table, without_address, without_table};

const OPTIONS: &str = "# top\n[[group]] # one\nname = \"a\" # of a\npreset = 'primary'\nsafe_search = true  # for the small ones\nhours = [\n  \
                    \"mon-fri 08:00-16:00\", # school\n]\nquota = { games = \"30m\", \"*\" = '2h' } # a day\n\n[[group]]\r\n\tname = \"b\"\r\n[group.files]\n# \
                    nothing large\nlargest_download = \"1 MB\"\n[[rule]]\nallow = ['x.test']\n";

#[test]
fn one_option_changes_and_every_other_byte_stays() {
    let cases: [(&str, &[&str], Option<&str>, String); 14] = [
        ("a", &["safe_search"], Some("false"), OPTIONS.replace("= true", "= false")),
        ("a", &["safe_search"], None, OPTIONS.replace("safe_search = true  # for", "# for")),
        ("a", &["hours"], None, OPTIONS.replace("hours = [\n  \"mon-fri 08:00-16:00\", # school\n]\n", "")),
        ("a", &["youtube"], Some("\"strict\""), OPTIONS.replace("'primary'\n", "'primary'\nyoutube = \"strict\"\n")),
        ("a", &["youtube"], None, OPTIONS.to_owned()),
        ("a", &["quota", "games"], Some("\"1h\""), OPTIONS.replace("\"30m\"", "\"1h\"")),
        ("a", &["quota", "games"], None, OPTIONS.replace("games = \"30m\", ", "")),
        ("a", &["quota", "*"], None, OPTIONS.replace(", \"*\" = '2h'", "")),
        ("a", &["quota", "x y"], Some("\"5m\""), OPTIONS.replace("'2h' }", "'2h', \"x y\" = \"5m\" }")),
        ("b", &["quota", "games"], Some("\"5m\""), OPTIONS.replace("\"b\"\r\n", "\"b\"\r\n\tquota = { games = \"5m\" }\r\n")),
        ("b", &["files", "largest_download"], Some("\"2 MB\""), OPTIONS.replace("1 MB", "2 MB")),
        ("b", &["files", "largest_download"], None, OPTIONS.replace("largest_download = \"1 MB\"\n", "")),
        ("b", &["files", "largest_upload"], Some("\"0 B\""), OPTIONS.replace("\"1 MB\"\n", "\"1 MB\"\nlargest_upload = \"0 B\"\n")),
        ("b", &["files", "none"], None, OPTIONS.to_owned()),
    ];
    for (group, path, value, out) in cases {
        assert_eq!(with_option(OPTIONS, group, path, value).as_deref(), Some(&*out), "{group} {path:?} {value:?}");
    }
}

#[test]
fn what_is_no_value_or_stands_in_another_way_is_refused() {
    for value in ["", "1\nx = 2", "\"a", "[[group]]", "{ a = 1 }\n[b]"] {
        assert_eq!(with_option(OPTIONS, "a", &["youtube"], Some(value)), None, "{value}");
    }
    assert_eq!(with_option(OPTIONS, "a", &["youtube"], Some("1\nx = 2")), None);
    assert_eq!(with_option(OPTIONS, "c", &["youtube"], Some("1")), None);
    assert_eq!(with_option("group = [{ name = 'a', https = 'full' }]", "a", &["https"], None), None);
    assert_eq!(with_option("[[group]]\nname = 'a'\nquota = 1", "a", &["quota", "x"], Some("1")), None);
    assert_eq!(option_text(OPTIONS, "a", &["quota", "games"]).as_deref(), Some("\"30m\""));
    assert_eq!(option_text(OPTIONS, "b", &["quota", "games"]), None);
}

const TABLES: &str = "# top\n[[rule]]  # one\nallow = [\"a.test\", # good\n  'b.test']\nauthor = 'kim'\nreason = \"why\"\nexpires = 2030-01-31\n\n# of the second\n[[rule]]\nblock = 'c.test'\nauthor = \"x\"\nreason = \"y\"\ngroups = [\"small\"] # them\n\n[[group]]\nname = \"small\"\n[[test]]\ngroup = 'small'\n[policy]\nunknown_clients = \"small\" # all\n";

#[test]
fn rules_are_told_with_their_lines() {
    let rules = rules_of(TABLES);
    assert_eq!((rules.len(), rules[0].line, rules[1].line), (2, 3, 11));
    assert_eq!((&*rules[0].allow, &*rules[0].expires), (&["a.test".to_owned(), "b.test".to_owned()][..], "2030-01-31"));
    assert_eq!((&*rules[1].block, &*rules[1].groups), (&["c.test".to_owned()][..], &["small".to_owned()][..]));
    assert!(rules_of("rule = 1").is_empty());
}

#[test]
fn an_address_goes_and_the_last_one_takes_its_rule_along() {
    let left = without_address(TABLES, 0, ("allow", "b.test")).unwrap();
    assert!(left.contains("# good") && !left.contains("b.test") && left.contains("a.test"), "{left}");
    let left = without_address(TABLES, 1, ("block", "c.test")).unwrap();
    assert!(!left.contains("c.test") && left.contains("[[group]]\nname = \"small\"") && left.contains("# of the second"), "{left}");
    for (rule, key, address) in [(0, "block", "a.test"), (1, "allow", "c.test"), (7, "allow", "a.test"), (0, "allow", "z.test")] {
        assert_eq!(without_address(TABLES, rule, (key, address)), None);
    }
}

#[test]
fn what_was_put_behind_everything_is_taken_out_to_the_byte() {
    for text in [TABLES, SAMPLE, "", "# no line end"] {
        let lines = [("allow", "[\"new.test\"]".to_owned()), ("author", "\"kim\"".to_owned())];
        let more = with_table(text, "rule", &lines).unwrap();
        let place = rules_of(&more).len() - 1;
        let back = without_table(&more, &["rule"], place, "").unwrap();
        assert_eq!(back.trim_end_matches('\n'), text.trim_end_matches('\n'));
    }
    assert_eq!(with_table(TABLES, "rule", &[("allow", "[]\n[[group]]".to_owned())]), None);
    assert_eq!(with_table(TABLES, "rule", &[("allow", "'a'\nblock = 'b'".to_owned())]), None);
}

#[test]
fn a_group_has_its_new_name_wherever_the_file_names_it() {
    let fresh = with_group_renamed(TABLES, "small", "little \"ones\"").unwrap();
    assert_eq!(fresh.matches("little").count(), 4, "{fresh}");
    assert!(!fresh.contains("small") && fresh.contains("# them") && fresh.contains("# all"));
    assert_eq!(with_group_renamed(TABLES, "nobody", "x"), None);
}
