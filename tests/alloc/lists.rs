//! A miss takes no memory: counted by an allocator of its own, so this file is a test binary of its own.

use crate::lists_support::{category, compile, statutory, url};
use lifeguard::lists::Format;
use lifeguard::matcher::{Hits, find};

#[test]
fn a_miss_and_a_category_hit_take_no_memory() {
    let image = compile(&[
        (category("games"), Format::Urls, b"games.test\nexample.test/play\nexample.test/?id=5\n"),
        (statutory("law"), Format::Urls, b"bad.test\nexample.test/other/page\nexample.test/?id=6\n"),
    ])
    .image;
    let long_path = format!("http://a.b.c.d.e.f.g.h.i.j.k.example.test/{}", "segment/".repeat(500));
    for (text, listed) in [
        ("http://free.test/", false),
        ("http://www.free.test/a/long/way/down.html?x=1&y=2", false),
        ("http://192.0.2.1/x", false),
        ("http://[2001:db8::1]/", false),
        ("http://example.test/beside", false),
        ("http://example.test/beside?id=5", false),
        ("http://example.test/beside?id=6", false),
        (long_path.as_str(), false),
        ("http://www.games.test/", true),
        ("http://example.test/play/1", true),
    ] {
        let url = url(text);
        let (taken, hits) = measure(|| find(&image, &url));
        assert_eq!(taken, 0, "{text}");
        assert_eq!(!hits.categories.is_empty(), listed, "{text}");
    }
}

fn measure(run: impl Fn() -> Hits) -> (u64, Hits) {
    let mut hits = Hits::default();
    let info = allocation_counter::measure(|| hits = run());
    (info.count_total, hits)
}

#[test]
fn a_guess_takes_no_memory() {
    let words: Vec<String> =
        (0..900).map(|n| format!("{}{}casino.test", ["ab", "co", "du"][n % 3], ["ra", "ni", "lo"][n / 3 % 3]) + &n.to_string()).collect();
    let mut compiler = lifeguard::lists::Compiler::new(&crate::lists_support::key())
        .with_names(lifeguard::lists::NameSettings { false_positives: 0.01, ..Default::default() });
    let list = compiler.add_list(category("gambling")).unwrap();
    let text = words.iter().map(|word| word.replace(".test", "") + ".test\n").collect::<String>();
    compiler.feed(list, &lifeguard::lists::Source::new("gambling", Format::Domains), text.as_bytes()).unwrap();
    let allow: String = (0..4_000).map(|n| format!("{}library{n}.test\n", ["town", "city", "old", "new"][n % 4])).collect();
    compiler.allow_names("allow", allow.as_bytes()).unwrap();
    let image = compiler.finish().image;
    assert!(!image.learned_names().guess("newcasino.test").is_empty());
    for host in ["newcasino.test", "a.library.test", "308274.com", "x"] {
        let info = allocation_counter::measure(|| drop(image.learned_names().guess(host)));
        assert_eq!(info.count_total, 0, "{host}");
    }
}
