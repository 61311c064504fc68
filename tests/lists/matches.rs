//! What an entry covers, and what it does not (security register H5-H7, P5, P6; standards U1, U14).

use crate::lists_support::{category, compile, hits, statutory, told};
use lifeguard::lists::{Format, ListSpec, PageMatch};

#[test]
fn entries_cover_what_lies_below_them_at_a_boundary_and_nothing_beside_them() {
    let games = b"games.test\nexample.test/play\nexample.test/a/b?x=1&y=2\n192.0.2.7\n[2001:db8::7]/in\nother.test?id=5\n";
    let image = compile(&[(category("games"), Format::Urls, games), (category("chat"), Format::Domains, b"chat.games.test\n")]).image;
    for (address, expected) in [
        ("http://games.test/", "games"),
        ("http://www.Games.Test:8080/x?y", "games"),
        ("http://a.chat.games.test/", "chat games"),
        ("http://mygames.test/", ""),
        ("http://games.test.example/", ""),
        ("http://example.test/", ""),
        ("http://example.test/play", "games"),
        ("http://www.example.test/PLAY/on?x", "games"),
        ("http://example.test/player", ""),
        ("http://example.test/a/b", ""),
        ("http://example.test/a/b?y=2&z=3&x=1", "games"),
        ("http://example.test/a/b/c?x=1&y=2", "games"),
        ("http://example.test/a/b?x=1", ""),
        ("http://192.0.2.7/any", "games"),
        ("http://0xC0000207/any", "games"),
        ("http://2.7/any", ""),
        ("http://[2001:db8::7]/in/here", "games"),
        ("http://[2001:db8::7]/", ""),
        ("http://other.test/?id=5", "games"),
        ("http://www.other.test/?a&id=5", "games"),
        ("http://other.test/page?id=5", ""),
        ("http://other.test/index/page?id=5", ""),
        ("http://other.test/?id=6", ""),
    ] {
        assert_eq!(told(&image, address), expected, "{address}");
    }
}

#[test]
fn statutory_entries_cover_the_same_as_category_entries() {
    let text = b"bad.test\nhttp://pages.test/one/two.html\npages.test/q?b=2&a=1\n198.51.100.3/pic\nroot.test/?id=5\n";
    let image = compile(&[(statutory("law"), Format::Urls, text)]).image;
    for (address, expected) in [
        ("http://bad.test/", "!"),
        ("http://www.bad.test/x", "!"),
        ("http://notbad.test/", ""),
        ("http://pages.test/one/two.html", "!"),
        ("http://pages.test/ONE/%74wo.html?extra", "!"),
        ("http://pages.test/one/./two.html/below", "!"),
        ("http://pages.test/one/", ""),
        ("http://pages.test/one/two.htm", ""),
        ("http://pages.test/q?a=1&b=2&c=3", "!"),
        ("http://pages.test/q?a=1", ""),
        ("http://pages.test/q", ""),
        ("http://198.51.100.3/pic", "!"),
        ("http://198.51.100.3/", ""),
        ("http://root.test/?id=5", "!"),
        ("http://root.test?x&%69d=5", "!"),
        ("http://root.test/;v?id=5", "!"),
        ("http://root.test/page?id=5", ""),
        ("http://root.test/?id=6", ""),
    ] {
        assert_eq!(told(&image, address), expected, "{address}");
    }
    assert!(image.has_statutory() && !image.is_demonstration());
    assert_eq!(image.lists()[0].entries, 5);
}

#[test]
fn a_list_that_matches_exactly_covers_the_page_alone() {
    let exact = |spec: ListSpec| ListSpec { page_match: PageMatch::Exact, ..spec };
    let text = b"host.test\nexample.test/a\nexample.test/q?x=1\n";
    for (image, name) in [
        (compile(&[(exact(category("c")), Format::Urls, text)]).image, "c"),
        (compile(&[(exact(statutory("s")), Format::Urls, text)]).image, "!"),
    ] {
        for (address, listed) in [
            ("http://www.host.test/x", true),
            ("http://example.test/a", true),
            ("http://example.test/A/?any", true),
            ("http://example.test/a/b", false),
            ("http://example.test/q?x=1", true),
            ("http://example.test/q?x=1&y=2", false),
            ("http://example.test/q/r?x=1", false),
        ] {
            assert_eq!(told(&image, address), if listed { name } else { "" }, "{address}");
        }
    }
}

#[test]
fn the_evidence_leads_back_to_the_entry() {
    let image = compile(&[
        (category("a"), Format::Urls, b"example.test\nwww.example.test/x/y\n"),
        (statutory("s"), Format::Urls, b"example.test/x\n"),
    ])
    .image;
    let found = hits(&image, "http://www.example.test/x/y/z");
    let evidence = found.evidence[0].unwrap();
    assert_eq!((evidence.host_from, evidence.path_to, evidence.form), (0, Some(3), 0));
    assert!(found.evidence[1].is_none());
    let law = found.statutory.unwrap();
    assert_eq!((law.host_from, law.path_to), (4, Some(1)));
    assert!(found.urls_on_host && found.statutory_urls_on_host);
    let beside = hits(&image, "http://example.test/");
    assert!(beside.statutory.is_none() && beside.statutory_urls_on_host && !beside.urls_on_host);
}

#[test]
fn keywords_and_expressions_are_a_second_stage() {
    let image = compile(&[
        (category("words"), Format::Keywords, b"# a comment\npoker\n"),
        (category("shapes"), Format::Expressions, b"(/banner/|/sponsor/)\n"),
        (category("names"), Format::Domains, b"poker.test\n"),
    ])
    .image;
    for (address, expected) in [
        ("http://example.test/", ""),
        ("http://example.test/PokER", "words"),
        ("http://example.test/?q=online-poker", "words"),
        ("http://example.test/banner/poker", "shapes words"),
        ("http://www.poker.test/", "names words"),
    ] {
        assert_eq!(told(&image, address), expected, "{address}");
    }
    let found = hits(&image, "http://www.poker.test/");
    assert_eq!(found.by_rule.len(), 1);
    assert_eq!(found.evidence[0].unwrap().host_from, 4);
}

#[test]
fn the_image_without_lists_knows_nothing() {
    assert_eq!(told(&lifeguard::lists::ListImage::default(), "http://example.test/a"), "");
}
