//! The suites of accreditation: what they find, that they find what is wrong, and that they pass nothing that they could not run.

use lifeguard::accredit::{Outcome, Verdict};
use lifeguard::app::accredit::{Wanted, canary, run};
use lifeguard::app::{SystemClock, engine};
use lifeguard::config::{Config, ListFiles, RealFiles, Written, check_text};
use lifeguard::lists::ListImage;
use lifeguard::model::Generation;
use lifeguard::ports::Clock;
use lifeguard::proxy::intercept::{KeyKind, Slot, Wishes, create};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// Made-up entries of every kind.
const LISTED: &str = "listed.test\ndeep.listed.example\n192.0.2.7\n[2001:db8::7]\npages.test/area/bad-page.html\nview.test/show.php?id=7&lang=en\n\
                      198.51.100.9/gallery/seven\nxn--bcher-kva.test\npages.test/stra%C3%9Fe/caf%C3%A9\n";

/// Settings in a folder of their own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.folder.path().join(name), text).unwrap();
        self.path(name)
    }

    /// The settings with these lines at the end; lists, log and authority lie in the folder.
    fn settings(&self, more: &str) -> Config {
        let text = format!(
            "[site]\nname = \"Test\"\n[proxy]\nlisten = [\"127.0.0.1:0\"]\n[lists]\nfolder = \"{}\"\n[log]\nfolder = \"{}\"\n[https]\nauthority = \"{}\"\n{more}",
            self.path("lists"),
            self.path("log"),
            self.path("ca"),
        );
        let written = Written { name: "test.toml", text: &text, environment: &[], files: &RealFiles, list_files: ListFiles::Noted };
        check_text(&written).unwrap_or_else(|faults| panic!("{}", faults.render(false))).config
    }

    fn statutory(&self, text: &str) -> String {
        let path = self.write("statutory.txt", text);
        format!("[[lists.source]]\nname = \"made-up\"\nkind = \"statutory\"\nformat = \"lines\"\npath = \"{path}\"\n")
    }

    fn authority(&self) {
        let wishes = Wishes { name: "Test".into(), days: 30, only: Vec::new(), key: KeyKind::P256 };
        create(Path::new(&self.path("ca")), Slot::Current, &wishes, None, now().seconds()).unwrap();
    }
}

fn now() -> lifeguard::model::Timestamp {
    SystemClock::default().now().wall
}

fn lists(config: &Config) -> Arc<ListImage> {
    engine(config, Generation(1), now()).unwrap().loaded.image
}

async fn found(config: &Config, lists: &Arc<ListImage>, suite: Option<&str>) -> Vec<Outcome> {
    run(config, lists, &Wanted { suite, ..Wanted::default() }, &|_| {}).await.unwrap()
}

fn fails(outcomes: &[Outcome]) -> Vec<&Outcome> {
    outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Fail(_))).collect()
}

fn not_run(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::NotRun(_))).map(|outcome| &*outcome.suite).collect()
}

/// The lists that come with the program.
const DEMONSTRATION: &str = r#"
[[lists.source]]
name = "statutory-demonstration"
kind = "statutory"
format = "lines"
path = "builtin:statutory-demonstration"
demonstration = true
[[lists.source]]
name = "proxy-avoidance"
format = "domains"
path = "builtin:proxy-avoidance"
[[lists.source]]
name = "doh"
format = "domains"
path = "builtin:doh"
[[lists.source]]
name = "adult-demonstration"
category = "adult"
format = "domains"
path = "builtin:adult-demonstration"
[[lists.source]]
name = "gambling-demonstration"
category = "gambling"
format = "domains"
path = "builtin:gambling-demonstration"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_preset_passes_as_it_is_shipped() {
    let place = Place::new();
    let presets = ["primary", "secondary", "staff", "library-child", "library-adult", "youth-club", "care-home", "public-wifi"];
    let groups: String = presets.iter().map(|preset| format!("[[group]]\nname = \"{preset}\"\npreset = \"{preset}\"\n")).collect();
    let config = place.settings(&format!("{DEMONSTRATION}{groups}"));
    let outcomes = found(&config, &lists(&config), None).await;
    assert!(fails(&outcomes).is_empty(), "{:#?}", fails(&outcomes));
    assert_eq!(not_run(&outcomes), ["buckets", "over-block"], "there are no corpora, and nothing else is left out");
    for preset in presets {
        for suite in ["statutory", "amendments", "help-lines", "test-pages", "circumvention", "canary"] {
            let passed =
                |outcome: &&Outcome| *outcome.suite == *suite && outcome.scope.contains(preset) && outcome.verdict == Verdict::Pass;
            let amber = |outcome: &&Outcome| *outcome.suite == *suite && outcome.scope.contains(preset);
            let count = outcomes.iter().filter(passed).count();
            assert!(count > 0 || (suite == "circumvention" && outcomes.iter().any(|outcome| amber(&outcome))), "{preset}: {suite}");
        }
    }
    assert!(!Path::new(&place.path("log")).exists(), "people's log was touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn listed_pages_are_refused_inside_opened_https_and_their_neighbours_are_not() {
    let place = Place::new();
    place.authority();
    let group = "[[group]]\nname = \"open\"\nhttps = \"selective\"\nbare_addresses = \"allow\"\n";
    let config = place.settings(&(place.statutory(LISTED) + group));
    let outcomes = found(&config, &lists(&config), Some("statutory")).await;
    let scopes: Vec<&str> = outcomes.iter().map(|outcome| &*outcome.scope).collect();
    let expected = ["HTTP", "HTTPS, opened", "HTTP, neighbours", "HTTPS, opened, neighbours"].map(|way| format!("group open, {way}"));
    assert_eq!(scopes, expected);
    for outcome in &outcomes {
        assert_eq!(outcome.verdict, Verdict::Pass, "{outcome:#?}");
    }
    let tried: Vec<u64> = outcomes.iter().map(|outcome| outcome.share.unwrap().of).collect();
    assert!(tried[0] > 200 && tried[1] > 100 && tried[2] > 15 && tried[3] > 15, "{tried:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_not_in_force_is_a_miss_told_by_its_line_alone() {
    let place = Place::new();
    let config = place.settings(&(place.statutory(LISTED) + "[[group]]\nname = \"all\"\n"));
    let lists = lists(&config);
    // The list grows, and nobody has compiled it yet.
    place.statutory(&format!("{LISTED}forgotten.test\nforgotten.example/page.html\n"));
    let outcomes = found(&config, &lists, None).await;
    let failed: Vec<&str> = fails(&outcomes).iter().map(|outcome| &*outcome.suite).collect();
    assert!(failed.contains(&"statutory") && failed.contains(&"locked"), "{failed:?}");
    let outcome = outcomes.iter().find(|outcome| &*outcome.scope == "group all, HTTP").unwrap();
    assert!(
        outcome
            .misses
            .iter()
            .all(|miss| miss.asked.is_empty() && ["list made-up, line 10", "list made-up, line 11"].contains(&&*miss.place))
    );
    let share = outcome.share.unwrap();
    assert!(share.of - share.good > 40, "{share:?}");
    let told = serde_json::to_string(&outcomes).unwrap();
    for secret in ["forgotten", "listed.test", "listed.example", "bad-page", "192.0.2.7"] {
        assert!(!told.contains(secret), "{secret} is told");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_of_corpora_are_counted_and_what_is_wrong_in_them_is_shown() {
    let place = Place::new();
    let adult: String = (0..20).map(|n| format!("adult-{n}.test\n")).collect();
    let list = place.write("adult.txt", &adult);
    let corpus = place.write("corpus.txt", &format!("{adult}adult-3.test\nhttp://[broken/\nnot-listed-1.test\n"));
    let labelled = place.write("labelled.txt", "becta-drugs drugs.test\nno-label.test\n");
    let good = place.write("good.txt", "good-1.test\ngood-2.test/page\nadult-1.test\ngood-3.test\n");
    let lines = format!(
        "{}[[lists.source]]\nname = \"adult\"\nformat = \"domains\"\npath = \"{list}\"\n[[group]]\nname = \"young\"\nblock = [\"adult\"]\noverblock_budget = \"30%\"\n[[group]]\nname = \"old\"\n\
         [policy]\nunknown_clients = \"young\"\n[accredit]\ncorpora = [{{ bucket = \"becta-adult\", path = \"{corpus}\" }}, {{ path = \"{labelled}\" }}, \
         {{ bucket = \"allow\", path = \"{good}\" }}]\n",
        place.statutory(LISTED)
    );
    let config = place.settings(&lines);
    let lists = lists(&config);
    let outcomes = found(&config, &lists, Some("buckets")).await;
    let of = |scope: &str| outcomes.iter().find(|outcome| &*outcome.scope == scope).unwrap_or_else(|| panic!("no {scope}: {outcomes:#?}"));
    let adult = of("becta-adult, group young");
    assert_eq!((adult.verdict.clone(), adult.share.unwrap().good, adult.share.unwrap().of), (Verdict::Pass, 20, 21));
    assert_eq!(&*adult.misses[0].asked, "not-listed-1[.]test/");
    assert!(adult.figures.iter().any(|figure| figure.name.contains("lower bound") && (figure.value - 77.33).abs() < 0.1), "{adult:#?}");
    assert!(matches!(of("becta-drugs, group young").verdict, Verdict::Fail(_)));
    assert!(matches!(of("becta, the least of all").verdict, Verdict::Fail(_)), "the least counts, not the mean");
    assert!(matches!(&of("uksic, the least of all").verdict, Verdict::NotRun(why) if why.contains("uksic-gambling")));
    let files = of("the files");
    assert!(matches!(&files.verdict, Verdict::Amber(why) if why.starts_with("2 lines")), "{files:#?}");
    let places: Vec<&str> = files.misses.iter().map(|miss| miss.place.rsplit('/').next().unwrap()).collect();
    assert_eq!(places, ["corpus.txt, line 22", "corpus.txt, line 21", "labelled.txt, line 2"]);
    let outcomes = found(&config, &lists, Some("over-block")).await;
    let verdicts: Vec<(&str, &Verdict)> = outcomes.iter().map(|outcome| (&*outcome.scope, &outcome.verdict)).collect();
    assert_eq!(verdicts, [("group young", &Verdict::Pass), ("group old", &Verdict::Pass), ("the files", &Verdict::Pass)]);
    let strict = place.settings(&lines.replace("30%", "10%"));
    let outcomes = found(&strict, &lists, Some("over-block")).await;
    assert!(matches!(&outcomes[0].verdict, Verdict::Fail(why) if why.contains("1 of 4 good addresses")), "{:?}", outcomes[0].verdict);
    fs::remove_file(&corpus).unwrap();
    let outcomes = found(&config, &lists, Some("buckets")).await;
    assert!(outcomes.iter().any(|outcome| &*outcome.scope == "the files" && matches!(outcome.verdict, Verdict::NotRun(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_as_a_whole_shows_nothing_of_lists() {
    let place = Place::new();
    let corpus = place.write("corpus.txt", "any-1.test\nany-2.test\n");
    let lines = format!(
        "{}[[group]]\nname = \"few\"\ndefault = \"block\"\n[accredit]\ncorpora = [{{ bucket = \"becta-adult\", path = \"{corpus}\" }}]\n",
        place.statutory(LISTED)
    );
    let config = place.settings(&lines);
    let outcomes = found(&config, &lists(&config), None).await;
    assert!(fails(&outcomes).is_empty(), "{:#?}", fails(&outcomes));
    let bucket = outcomes.iter().find(|outcome| &*outcome.scope == "becta-adult, group few").unwrap();
    assert!(matches!(&bucket.verdict, Verdict::NotRun(why) if why.contains("not-on-allow-list")), "{bucket:?}");
    assert!(not_run(&outcomes).contains(&"groups-differ"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_catches_nothing_is_found_out_where_everything_is_closed_for_another_reason() {
    let place = Place::new();
    place.authority();
    let adult = place.write("adult.txt", "bad.test\n");
    let group = "block = [\"adult\"]\nhttps = \"selective\"\n";
    let closed = ["default = \"block\"\n", "hours = \"mon 03:00-03:01\"\n", ""];
    let groups: String = (0..).zip(closed).map(|(n, closed)| format!("[[group]]\nname = \"g{n}\"\n{group}{closed}")).collect();
    let lists_of = format!("[[lists.source]]\nname = \"adult\"\nformat = \"domains\"\npath = \"{adult}\"\n");
    let config = place.settings(&(place.statutory(LISTED) + &lists_of + &groups));
    let lists = lists(&config);
    let outcomes = found(&config, &lists, Some("statutory")).await;
    assert!(fails(&outcomes).is_empty() && not_run(&outcomes).is_empty(), "{outcomes:#?}");
    // None of what the source holds is in force, and a category closes a part of it.
    place.statutory("bad.test\nother.example/page\n");
    let outcomes = found(&config, &lists, Some("statutory")).await;
    for way in ["HTTP", "HTTPS, opened"] {
        for group in ["g0", "g1", "g2"] {
            let scope = format!("group {group}, {way}");
            let outcome = outcomes.iter().find(|outcome| *outcome.scope == *scope).unwrap_or_else(|| panic!("{scope}: {outcomes:#?}"));
            assert!(matches!(outcome.verdict, Verdict::Fail(_)), "{outcome:#?}");
            assert!(outcome.misses.iter().any(|miss| &*miss.place == "list made-up, line 1"), "{outcome:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn corpora_are_tried_outside_the_hours_of_a_group_too() {
    let place = Place::new();
    let adult = place.write("adult.txt", "bad.test\n");
    let good = place.write("good.txt", "good.test\n");
    let lines = format!(
        "{}[[lists.source]]\nname = \"adult\"\nformat = \"domains\"\npath = \"{adult}\"\n[[group]]\nname = \"all\"\nblock = [\"adult\"]\n\
         hours = \"mon 03:00-03:01\"\n[accredit]\ncorpora = [{{ bucket = \"becta-adult\", path = \"{adult}\" }}, {{ bucket = \"allow\", path = \"{good}\" }}]\n",
        place.statutory(LISTED)
    );
    let config = place.settings(&lines);
    let lists = lists(&config);
    for (suite, scope) in [("buckets", "becta-adult, group all"), ("over-block", "group all")] {
        let outcomes = found(&config, &lists, Some(suite)).await;
        assert!(outcomes.iter().any(|outcome| *outcome.scope == *scope && outcome.verdict == Verdict::Pass), "{outcomes:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn which_good_address_is_on_a_list_of_illegal_material_is_not_told() {
    let place = Place::new();
    let good = place.write("good.txt", "good-1.test\nlisted.test\nbad.test\n");
    let adult = place.write("adult.txt", "bad.test\n");
    let lines = format!(
        "{}[[lists.source]]\nname = \"adult\"\nformat = \"domains\"\npath = \"{adult}\"\n[[group]]\nname = \"all\"\nblock = [\"adult\"]\n\
         [accredit]\ncorpora = [{{ bucket = \"allow\", path = \"{good}\" }}]\n",
        place.statutory(LISTED)
    );
    let config = place.settings(&lines);
    let outcomes = found(&config, &lists(&config), Some("over-block")).await;
    let told = serde_json::to_string(&outcomes).unwrap();
    assert!(told.contains("bad[.]test") && !told.contains("listed[.]test") && !told.contains("line 2"), "{told}");
    assert!(!told.contains("statutory"), "{told}");
    assert_eq!(outcomes[0].share.unwrap().good, 1, "{outcomes:#?}");
    assert_eq!(outcomes[0].misses.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_canary_is_short_and_says_what_is_missing() {
    let place = Place::new();
    let config = place.settings(&(place.statutory(LISTED) + "[[group]]\nname = \"all\"\n"));
    let lists = lists(&config);
    let outcomes = canary(&config, &lists).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].verdict, Verdict::Pass, "{outcomes:#?}");
    assert_eq!(outcomes[0].share.unwrap().of, 2, "a listed page and a page that is open; nothing is blocked here");
    place.statutory("another.test\n");
    let outcomes = canary(&config, &lists).await.unwrap();
    assert!(matches!(outcomes[0].verdict, Verdict::Fail(_)), "{outcomes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_told() {
    let place = Place::new();
    let config = place.settings(&(place.statutory(LISTED) + "[[group]]\nname = \"all\"\n"));
    let lists = lists(&config);
    for (suite, only, words) in [(Some("no-such"), None, "no suite called no-such"), (None, Some("nobody"), "no group called nobody")] {
        let fault = run(&config, &lists, &Wanted { suite, only, ..Wanted::default() }, &|_| {}).await.unwrap_err();
        assert!(fault.to_string().contains(words), "{fault}");
    }
    fs::remove_file(place.path("statutory.txt")).unwrap();
    let fault = run(&config, &lists, &Wanted::default(), &|_| {}).await.unwrap_err();
    assert!(fault.to_string().contains("statutory.txt"), "a source that cannot be read is no pass: {fault}");
}

/// Categories that are closed for good: one that the taxonomy locks, and one that a layer never lets be loosened.
const CLOSED_FOR_GOOD: &str = r#"
[[layer]]
level = "consortium"
title = "East"
signed_by = "A. Hill"
reason = "agreed by all"
review = 2090-01-01
never_loosen = ["adult"]
[[group]]
name = "young"
[[group]]
name = "old"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn categories_that_are_closed_for_good_are_tried_as_well() {
    let place = Place::new();
    let mut text = place.statutory(LISTED);
    for (category, host) in [("terrorism", "terror.test"), ("fraud", "fraud.test/page"), ("adult", "adult.test"), ("games", "games.test")] {
        let path = place.write(&format!("{category}.txt"), &format!("{host}\n"));
        text += &format!("[[lists.source]]\nname = \"{category}\"\nformat = \"lines\"\npath = \"{path}\"\n");
    }
    let config = place.settings(&(text + CLOSED_FOR_GOOD));
    let lists = lists(&config);
    let outcomes = found(&config, &lists, Some("locked")).await;
    assert_eq!(outcomes[0].verdict, Verdict::Pass, "{outcomes:#?}");
    let examples = outcomes[0].figures.iter().find(|figure| figure.name.contains("nothing opens")).unwrap();
    assert!((examples.value - 3.0).abs() < 0.1, "games may be opened, the others not: {examples:?}");
    // An example that is not in force is opened by every rule, and that is found.
    place.write("fraud.txt", "forgotten.test\n");
    let outcomes = found(&config, &lists, Some("locked")).await;
    assert!(matches!(outcomes[0].verdict, Verdict::Fail(_)), "{outcomes:#?}");
    assert!(outcomes[0].misses.iter().all(|miss| miss.place.contains("category fraud")), "{outcomes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_are_watched_are_tried_like_all_others() {
    let place = Place::new();
    let watched = place.statutory("watched.test\nwatched.example/page\n") + "watch = true\n";
    let config = place.settings(&(watched + "[[group]]\nname = \"all\"\n"));
    let judged = engine(&config, Generation(1), now()).unwrap();
    let outcomes = run(&config, &judged.engine, &Wanted::default(), &|_| {}).await.unwrap();
    assert!(fails(&outcomes).is_empty(), "{:#?}", fails(&outcomes));
    let outcome = outcomes.iter().find(|outcome| &*outcome.scope == "group all, HTTP").unwrap();
    assert!(outcome.verdict == Verdict::Pass && outcome.share.unwrap().of > 40, "{outcome:#?}");
    assert_eq!(canary(&config, &judged.engine).await.unwrap()[0].share.unwrap().of, 2);
    // It grows, and the engine is still the old one.
    place.statutory("watched.test\nnew.test\n");
    let outcomes = run(&config, &judged.engine, &Wanted { suite: Some("statutory"), ..Wanted::default() }, &|_| {}).await.unwrap();
    assert!(
        fails(&outcomes).iter().any(|outcome| outcome.misses.iter().all(|miss| &*miss.place == "list made-up, line 2")),
        "{outcomes:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_which_too_little_can_be_read_is_not_run() {
    let place = Place::new();
    let config = place.settings(&(place.statutory("one.test\n") + "[[group]]\nname = \"all\"\n"));
    let lists = lists(&config);
    place.statutory("one.test\nhttp://[broken/\nhttp://[broken/2\n");
    let outcomes = found(&config, &lists, Some("statutory")).await;
    assert!(matches!(&outcomes[0].verdict, Verdict::NotRun(why) if why.contains("made-up")), "{outcomes:#?}");
}
