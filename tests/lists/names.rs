//! What names look like: learned the same every time, on where it helps and off where not, kept with the image, and never upset by a name.

use crate::lists_support::{category, compile, key};
use lifeguard::lists::{
    Compiler, Format, ImageFault, LEAST_NAMES, LEAST_RECALL, ListImage, ListKind, ListSpec, NameModel, NameSettings, Source, State,
};
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

const PARTS: [&str; 16] = ["al", "ber", "cor", "dan", "el", "fir", "gan", "hol", "is", "jun", "kel", "lom", "mar", "nor", "os", "pel"];

/// A made-up word with this number.
fn word(number: usize) -> String {
    [number % 16, number / 16 % 16, number / 256 % 16, number / 4096 % 16].map(|part| PARTS[part]).concat()
}

/// Made-up names of a kind: `kind` is what they have in common.
fn names(kind: &str, from: usize, count: usize) -> String {
    let mut all = String::new();
    for number in from..from + count {
        // Writing to a String cannot fail.
        writeln!(all, "{}{kind}.example", word(number.wrapping_mul(7919))).unwrap();
    }
    all
}

fn settings(false_positives: f64) -> NameSettings {
    NameSettings { false_positives, ..NameSettings::default() }
}

struct Made {
    settings: NameSettings,
    threads: usize,
    lists: Vec<(&'static str, String)>,
    allow: String,
}

impl Made {
    fn new() -> Self {
        let lists = vec![("casino", names("kasino", 0, 900)), ("shops", names("bargain", 20_000, 900)), ("few", names("rare", 40_000, 90))];
        Self { settings: settings(0.01), threads: 2, lists, allow: names("", 60_000, 4_000) }
    }

    fn compile(&self) -> ListImage {
        let mut compiler = Compiler::new(&key()).with_threads(self.threads).with_names(self.settings.clone());
        for (name, text) in &self.lists {
            let list = compiler.add_list(category(name)).unwrap();
            compiler.feed(list, &Source::new(name, Format::Domains), text.as_bytes()).unwrap();
        }
        compiler.allow_names("allow", self.allow.as_bytes()).unwrap();
        compiler.finish().image
    }

    fn state(&self, name: &str) -> State {
        let image = self.compile();
        let id = image.category(name).unwrap();
        image.learned_names().reports().iter().find(|report| report.category == id).unwrap().state
    }
}

static IMAGE: LazyLock<ListImage> = LazyLock::new(|| Made::new().compile());

fn bytes(image: &ListImage) -> Vec<u8> {
    let mut out = Vec::new();
    image.write(&mut out).unwrap();
    out
}

fn looks_like(image: &ListImage, host: &str) -> Vec<Arc<str>> {
    image.learned_names().guess(host).iter().map(|guess| Arc::clone(&image.categories()[usize::from(guess.category.0)])).collect()
}

#[test]
fn names_that_no_list_knows_are_recognised_by_what_they_share() {
    let image = &*IMAGE;
    let told = |kind: &str, from| names(kind, from, 200).lines().filter(|host| !looks_like(image, host).is_empty()).count();
    assert!(told("kasino", 50_000) > 180, "{}", told("kasino", 50_000));
    assert!(told("bargain", 50_000) > 180, "{}", told("bargain", 50_000));
    assert!(told("", 50_000) < 20, "{}", told("", 50_000));
    assert_eq!(looks_like(image, "www.newkasino.example"), [Arc::from("casino")]);
    let casino = image.category("casino").unwrap();
    let why = image.learned_names().why("new-kasino.example", casino).unwrap();
    assert!(why.contains("sin") && why.contains("weigh"), "{why}");
    let report = image.learned_names().reports().iter().find(|report| report.category == casino).unwrap();
    assert!(report.is_on() && report.known * 100 >= report.held_out * LEAST_RECALL && report.held_out > 30, "{report:?}");
    assert!(f64::from(report.wrong) <= f64::from(report.allowed) * 0.01 && report.allowed > 1_000, "{report:?}");
}

#[test]
fn the_same_lists_give_the_same_bytes_on_one_thread_and_on_two() {
    let made = Made::new();
    let first = bytes(&IMAGE);
    assert!(first == bytes(&Made { threads: 1, ..made }.compile()), "one thread");
    let other = NameSettings { seed: 2, ..settings(0.01) };
    assert!(first != bytes(&Made { settings: other, ..Made::new() }.compile()), "another seed");
    assert!(IMAGE.learned_names().bytes_each() <= 1 << 20);
}

#[test]
fn fewer_false_positives_draw_the_line_higher() {
    let line = |share| {
        let image = Made { settings: settings(share), ..Made::new() }.compile();
        let id = image.category("casino").unwrap();
        image.learned_names().scores("somewhere.example").iter().find(|guess| guess.category == id).unwrap().enough
    };
    let lines = [0.05, 0.02, 0.01].map(line);
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn where_it_does_not_help_it_says_so_and_stays_off() {
    assert_eq!(Made::new().state("few"), State::TooFewNames);
    assert_eq!(Made { settings: settings(0.001), ..Made::new() }.state("casino"), State::TooFewAllowed);
    // Names that have nothing in common but their kind.
    let weak = vec![("casino", names("", 100_000, 2 * LEAST_NAMES)), ("shops", names("bargain", 20_000, 900))];
    assert_eq!(Made { lists: weak, ..Made::new() }.state("casino"), State::TooWeak);
    let chosen = NameSettings { categories: vec!["shops".into()], ..settings(0.01) };
    let image = Made { settings: chosen, ..Made::new() }.compile();
    assert_eq!(image.learned_names().reports().len(), 1);
    assert!(looks_like(&image, "newkasino.example").is_empty() && !looks_like(&image, "newbargain.example").is_empty());
    let many = (0..10)
        .map(|n| (["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"][n], names(&format!("{}q{}", word(n), word(n)), n * 5_000, 700 + n)));
    let image = Made { lists: many.collect(), ..Made::new() }.compile();
    let off = image.learned_names().reports().iter().filter(|report| report.state == State::NoRoom);
    assert_eq!(
        off.map(|report| &*image.categories()[usize::from(report.category.0)]).collect::<Vec<_>>(),
        ["a", "e"],
        "those with the fewest names that teach: 614 and 617"
    );
}

#[test]
fn without_an_allow_corpus_nothing_is_learned() {
    let image = compile(&[(category("casino"), Format::Domains, names("kasino", 0, 900).as_bytes())]).image;
    assert!(image.learned_names().is_off() && image.learned_names().reports().is_empty());
    assert!(looks_like(&image, "newkasino.example").is_empty());
}

#[test]
fn no_name_upsets_it_and_names_without_letters_say_nothing() {
    let image = &*IMAGE;
    for host in
        ["", ".", "..", "a", "kasino", "308274.com", "12-34.56.com", "ab.com", "kasino.local", "x.kasino.internal", "kasinokasino.arpa"]
    {
        assert!(looks_like(image, host).is_empty(), "{host}");
    }
    let long = "kasino".repeat(1_700) + ".example";
    for host in [
        long.as_str(),
        "käsino.example",
        "xn--ksino-gra.example",
        "\u{202e}kasino.example",
        "kasino..example",
        "🎰🎰🎰.example",
        &".".repeat(9_000),
    ] {
        let guesses = image.learned_names().guess(host);
        assert!(guesses.len() <= 2, "{guesses:?}");
        let id = image.category("casino").unwrap();
        assert!(image.learned_names().why(host, id).is_none_or(|why| why.len() < 300));
    }
    assert!(!looks_like(image, &long).is_empty(), "the end of a long name is read");
}

#[test]
fn what_was_learned_survives_the_disk_and_every_damage_is_noticed() {
    let image = &*IMAGE;
    let whole = bytes(image);
    let again = ListImage::read(&whole[..], &key()).unwrap();
    assert!(**again.learned_names() == **image.learned_names() && again.version() == image.version());
    let start = whole.len() - image.learned_names().bytes_each() * 2 - 200;
    for at in (start..whole.len()).step_by(4_999).chain(start..start + 200) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(ListImage::read(&flipped[..], &key()).is_err(), "byte {at}");
    }
    for length in (start..whole.len()).step_by(9_973) {
        assert!(
            matches!(ListImage::read(&whole[..length], &key()), Err(ImageFault::Short { .. } | ImageFault::Damaged { .. })),
            "{length}"
        );
    }
}

#[test]
fn an_image_without_names_is_written_as_it_always_was_and_read() {
    let old = bytes(&compile(&[(category("casino"), Format::Domains, b"a.example\n")]).image);
    assert_eq!((old[8], bytes(&IMAGE)[8]), (1, 2), "the format");
    assert!(ListImage::read(&old[..], &key()).unwrap().learned_names().is_off());
}

#[test]
fn statutory_lists_teach_nothing_and_category_lists_keep_what_they_taught() {
    let learned = |kind| {
        let mut compiler = Compiler::new(&key()).with_names(settings(0.01));
        let list = compiler.add_list(ListSpec::new(kind, "casino", "casino")).unwrap();
        compiler.feed(list, &Source::new("casino", Format::Domains), names("kasino", 0, 900).as_bytes()).unwrap();
        compiler.allow_names("allow", names("", 60_000, 4_000).as_bytes()).unwrap();
        let (model, _): (Arc<NameModel>, _) = compiler.learn_names(0);
        model.reports().len()
    };
    assert_eq!((learned(ListKind::Statutory), learned(ListKind::Category)), (0, 1));
    let combined = ListImage::combine(&IMAGE, &IMAGE).unwrap();
    assert!(Arc::ptr_eq(combined.learned_names(), IMAGE.learned_names()));
}

#[test]
fn doubtful_names_of_the_allow_corpus_are_shown_the_worst_first() {
    let made = Made::new();
    let mut compiler = Compiler::new(&key()).with_names(made.settings.clone());
    for (name, text) in &made.lists {
        let list = compiler.add_list(category(name)).unwrap();
        compiler.feed(list, &Source::new(name, Format::Domains), text.as_bytes()).unwrap();
    }
    compiler.allow_names("allow", (made.allow.clone() + &names("kasino", 90_000, 30)).as_bytes()).unwrap();
    let (_, doubtful) = compiler.learn_names(5);
    let casino: Vec<_> = doubtful.iter().filter(|doubt| doubt.category.0 == 0).collect();
    assert_eq!(casino.len(), 5);
    assert!(casino.iter().all(|doubt| doubt.name.contains("kasino")) && casino.is_sorted_by_key(|doubt| -doubt.score), "{casino:?}");
}

#[test]
fn names_of_the_allow_corpus_are_never_guessed_at() {
    let listed = names("kasino", 0, 1);
    let below_a_listed_one = format!("kasinohelp.{}", listed.trim());
    let allow = format!("{}goodkasino.example\nwww.kasinohelp.example\n{below_a_listed_one}\n", Made::new().allow);
    let image = Made { allow, ..Made::new() }.compile();
    let again = ListImage::read(&bytes(&image)[..], &key()).unwrap();
    let casino = image.category("casino").unwrap();
    for host in ["goodkasino.example", "www.goodkasino.example", "kasinohelp.example", "www.kasinohelp.example", &below_a_listed_one] {
        let score = image.learned_names().scores(host).into_iter().find(|guess| guess.category == casino).unwrap();
        assert!(score.score >= score.enough, "it would look like it: {host} {score}");
        assert!(looks_like(&image, host).is_empty() && looks_like(&again, host).is_empty(), "{host}");
    }
    for host in ["newkasino.example", "other.goodkasino.example", "xgoodkasino.example"] {
        assert!(!looks_like(&image, host).is_empty() && !looks_like(&again, host).is_empty(), "{host}");
    }
}
