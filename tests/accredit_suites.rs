//! The suites of accreditation: what they find, that they find what is wrong, and that they pass nothing that they could not run.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

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
