//! Every format a table: what is live, what is counted, and where each bad line stands.

use crate::lists_support::{category, compile, statutory, told};
use lifeguard::lists::{ColumnName, CsvSchema, Format, HoldReason, JsonSchema, ListReport, ListSpec, Reading, Source};

/// Compiles one list and checks which addresses it holds and which lines are bad, as `line:column`.
fn check(format: Format, text: &str, listed: &[&str], free: &[&str], bad: &[(u64, u32)]) -> ListReport {
    let compiled = compile(&[(category("c"), format, text.as_bytes())]);
    for address in listed {
        assert_eq!(told(&compiled.image, &format!("http://{address}")), "c", "{address} is listed");
    }
    for address in free {
        assert_eq!(told(&compiled.image, &format!("http://{address}")), "", "{address} is not listed");
    }
    let report = compiled.report.lists.into_iter().next().unwrap();
    let places: Vec<(u64, u32)> = report.bad_lines.iter().map(|line| (line.line, line.column)).collect();
    assert_eq!(places, bad, "{:?}", report.bad_lines);
    assert_eq!(report.rejected + report.unsupported, bad.len() as u64);
    report
}

#[test]
fn domains() {
    let text = "\u{feff}a.test\r\n# comment\n\nB.Test  # with a comment\n.dotted.test\n*.starred.test\nb\u{fc}cher.test\n198.51.100.9\nhttp://c.test/\n*.whole\nlonely\na.test/page\nbad host.test\nx..test\na.test\n";
    let listed = [
        "a.test/",
        "www.a.test/",
        "b.test/",
        "dotted.test/",
        "x.starred.test/",
        "xn--bcher-kva.test/",
        "198.51.100.9/",
        "c.test/",
        "d.whole/",
    ];
    let report = check(Format::Domains, text, &listed, &["lonely.test/", "x.test/"], &[(11, 1), (12, 1), (13, 4), (14, 1)]);
    assert_eq!((report.entries, report.lines, report.readings.hosts), (8, 13, 9));
}

#[test]
fn hosts_files() {
    let text = "127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n0.0.0.0 a.test b.test # both\n0.0.0.0 0.0.0.0\n:: c.test\na.test\n0.0.0.0\n0.0.0.0 bad_/name.test\n0.0.0.0\tD.test\n";
    check(Format::Hosts, text, &["a.test/", "b.test/", "c.test/", "www.d.test/"], &["localhost/"], &[(6, 1), (7, 1), (8, 9)]);
}

#[test]
fn addresses_encoded_or_not() {
    let text = "http://a.test/one%20two\nb.test/three four\nhttps://user:x@c.test:8443/p#frag\nd.test\ne.test/\nf.test/\u{e9}t\u{e9}\ng h.test/a\nhttp://\n";
    let listed = ["a.test/one%20two", "b.test/three%20four", "c.test/p", "www.d.test/any", "e.test/any", "f.test/%C3%A9t%C3%A9/x"];
    let report = check(Format::Urls, text, &listed, &["a.test/", "b.test/three", "f.test/"], &[(7, 2), (8, 8)]);
    assert_eq!((report.readings.hosts, report.readings.pages), (2, 4));
}

#[test]
fn a_strict_list_mends_nothing() {
    let strict = ListSpec { strict: true, ..category("c") };
    let report = compile(&[(strict, Format::Urls, b"b.test/three four\n")]).report;
    assert_eq!((report.lists[0].bad_lines[0].line, report.lists[0].bad_lines[0].column), (1, 13));
    assert!(report.held().count() == 1);
}

#[test]
fn adblock_rules_for_hosts() {
    let text = "[Adblock Plus 2.0]\n! Title: x\n||a.test^\n||b.test^$important\n||*.c.test^\n||d.test\n@@||a.test^\n||e.test/path\n##.banner\n||f.test^$domain=x.test\nexample\n||bad..test^\n";
    let report = check(
        Format::Adblock,
        text,
        &["a.test/", "www.b.test/", "c.test/", "d.test/"],
        &["e.test/path", "f.test/"],
        &[(7, 1), (8, 1), (9, 1), (10, 1), (11, 1), (12, 3)],
    );
    assert_eq!((report.unsupported, report.rejected), (5, 1));
}

#[test]
fn response_policy_zones() {
    let text = "$TTL 300\n$ORIGIN rpz.example.\n@ IN SOA ns.example. admin.example. (\n  1 3600 600\n  86400 300 )\n  IN NS localhost.\na.test IN CNAME . ; gone\n*.b.test CNAME *.\nc.test.rpz.example. 60 IN CNAME .\nd.test CNAME rpz-passthru.\n32.1.2.0.192.rpz-ip CNAME .\ne.test A 192.0.2.1\nf.test\ng.test CNAME rpz-drop.\n$INCLUDE other\nbad..test CNAME .\n";
    let report = check(
        Format::Rpz,
        text,
        &["a.test/", "www.b.test/", "c.test/", "e.test/", "g.test/"],
        &["d.test/", "f.test/"],
        &[(10, 1), (11, 1), (13, 1), (15, 1), (16, 1)],
    );
    assert_eq!((report.unsupported, report.rejected), (2, 3));
}

#[test]
fn csv_by_heading_and_by_place() {
    let by_name = CsvSchema { column: ColumnName::Heading("Url".into()), delimiter: b';' };
    let text = "\u{feff}id;URL;note\r\n1;a.test/x;\"two\nlines\"\r\n2;\"b.test/y;z\";\r\n3\r\n4;bad..test;\r\n";
    check(Format::Csv(by_name.clone()), text, &["a.test/x", "b.test/y;z"], &["a.test/"], &[(5, 1), (6, 3)]);
    check(
        Format::Csv(CsvSchema { column: ColumnName::Place(1), delimiter: b',' }),
        "1,a.test\n2,b.test\n",
        &["a.test/", "b.test/"],
        &[],
        &[],
    );
    check(Format::Csv(CsvSchema { column: ColumnName::PlaceBelowHeading(0), delimiter: b',' }), "no\na.test\n", &["a.test/"], &[], &[]);
    let swallowed = format!("url\n\"a.test\n{}", "b.test\n".repeat(10_000));
    check(Format::Csv(CsvSchema { column: ColumnName::Heading("url".into()), delimiter: b',' }), &swallowed, &[], &[], &[(2, 1)]);
    let report = check(Format::Csv(by_name), "id;address\n1;a.test\n", &[], &["a.test/"], &[(1, 1), (2, 1)]);
    assert_eq!(report.entries, 0);
}

#[test]
fn json_documents_and_json_lines() {
    let schema = |records: &str, field: &str| Format::Json(JsonSchema { records: records.parse().unwrap(), field: field.parse().unwrap() });
    let text =
        "{\"v\": 1, \"data\": {\"urls\": [\n {\"u\": \"a.test/x\"},\n {\"u\": 7},\n {\"u\": \"bad..test\"},\n {\"u\": \"b.test\"}\n]}}\n";
    check(schema("/data/urls", "/u"), text, &["a.test/x", "b.test/"], &["a.test/"], &[(3, 1), (4, 1)]);
    check(schema("", ""), "[\"a.test\",\n\"b.test\"]", &["a.test/", "b.test/"], &[], &[]);
    check(schema("/urls", ""), "{}", &[], &[], &[(1, 1)]);
    check(schema("", ""), "[\"a.test\",\n", &["a.test/"], &[], &[(2, 1)]);
    let lines = Format::JsonLines("/u".parse().unwrap());
    check(lines, "{\"u\":\"a.test\"}\n\n{\"x\":1}\n{broken\n", &["a.test/"], &[], &[(3, 1), (4, 2)]);
}

#[test]
fn keywords_and_expressions() {
    check(Format::Keywords, "poker\nab\n", &["a.test/poker"], &["a.test/ab"], &[(2, 1)]);
    let report = check(
        Format::Expressions,
        "(/banner/|/ads/)\n(unclosed\n((a{90}){90}){90}\n",
        &["a.test/banner/x"],
        &["a.test/"],
        &[(2, 1), (3, 1)],
    );
    assert_eq!(report.warnings.len(), 1);
}

#[test]
fn a_squidguard_directory_is_one_list_of_several_files() {
    let mut compiler = lifeguard::lists::Compiler::new(&crate::lists_support::key());
    let list = compiler.add_list(category("games")).unwrap();
    for (file, text) in [("domains", "a.test\n"), ("urls", "b.test/play\n"), ("expressions", "cheat[0-9]\n"), ("usage", "black\n")] {
        let Some(source) = Source::of_squidguard("games", file) else {
            assert_eq!(file, "usage");
            continue;
        };
        assert_eq!(&*source.file, format!("games/{file}"));
        compiler.feed(list, &source, text.as_bytes()).unwrap();
    }
    let compiled = compiler.finish();
    assert_eq!(compiled.report.lists[0].entries, 3);
    for address in ["http://a.test/", "http://b.test/play/1", "http://c.test/cheat7"] {
        assert_eq!(told(&compiled.image, address), "games", "{address}");
    }
}

#[test]
fn a_statutory_list_says_how_each_line_was_read_and_never_what_it_held() {
    let text = "canary-host.test\nhttp://canary-page.test/secret\ncanary.test/q?id=1\nbad..canary.test\n";
    let compiled = compile(&[(statutory("law"), Format::Urls, text.as_bytes())]);
    let report = &compiled.report.lists[0];
    assert_eq!(report.by_line, [(1, Reading::Host), (2, Reading::Page), (3, Reading::PageWithQuery)]);
    assert!(report.is_alarm() && report.hold.is_none(), "one typing error does not hold back the rest");
    assert_eq!(report.bad_lines[0].to_string(), "law:4:1: the host has two dots in a row, or starts with one");
    let mut bytes = Vec::new();
    compiled.image.write(&mut bytes).unwrap();
    let printed = format!("{:?} {:?} {}", compiled.report, compiled.image, String::from_utf8_lossy(&bytes));
    assert!(!printed.contains("canary") && !printed.contains("secret"));
}

#[test]
fn a_binary_file_or_one_that_breaks_off_is_held_back() {
    let compiled = compile(&[(category("b"), Format::Domains, b"a.test\n\x00\x01\x02\n")]);
    assert_eq!(compiled.report.held().count(), 1);

    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::UnexpectedEof.into())
        }
    }
    let mut compiler = lifeguard::lists::Compiler::new(&crate::lists_support::key());
    let list = compiler.add_list(category("c")).unwrap();
    assert!(compiler.feed(list, &Source::new("c", Format::Domains), Broken).is_err());
    assert_eq!(compiler.finish().report.held().count(), 1);
}

#[test]
fn a_list_without_the_entry_that_must_be_there_is_held_back() {
    for (spec, text, canary, held) in [
        (statutory("s"), "a.test\ncanary.test/x\n", "http://canary.test/x", false),
        (statutory("s"), "a.test\ncanary.test/x\n", "canary.test", true),
        (statutory("s"), "a.test\nb.test?q=1\n", "b.test/?q=1", false),
        (category("c"), "canary.test\n", "CANARY.test", false),
        (category("c"), "a.test/x?y=1\n", "a.test/x?y=1", false),
        (category("c"), "a.test/x\n", "a.test/", true),
        (category("c"), "a.test/x\n", "not an address", true),
    ] {
        let spec = ListSpec { canary: Some(canary.into()), ..spec };
        let reasons: Vec<_> = compile(&[(spec, Format::Urls, text.as_bytes())]).report.held().map(|(_, reason)| reason).collect();
        let expected: &[HoldReason] = if held { &[HoldReason::CanaryMissing] } else { &[] };
        assert_eq!(reasons, expected, "{canary}");
    }
}
