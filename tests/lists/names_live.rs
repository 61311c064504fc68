//! What names look like, through the real program: learned when lists are compiled, blocked with its own reason, recorded with its score,
//! only noted where the group says so; and a fault of the allow corpus holds no list back.

use crate::support::World;
use crate::support::client::get;
use serde_json::Value;
use std::process::Output;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {}", text(output)))
}

const PARTS: [&str; 16] = ["al", "ber", "cor", "dan", "el", "fir", "gan", "hol", "is", "jun", "kel", "lom", "mar", "nor", "os", "pel"];

/// Made-up names with a common part.
fn names(common: &str, from: usize, count: usize) -> String {
    let name = |n: usize| format!("{}{common}.test\n", [n % 16, n / 16 % 16, n / 256 % 16, n / 4096 % 16].map(|part| PARTS[part]).concat());
    (from..from + count).map(|n| name(n * 7919)).collect()
}

/// A world in which the list `testing` has names that have `kasino` in common, and the group does this with such names.
fn world(action: &str) -> World {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", &names("kasino", 0, 800));
    world.write("popular.txt", &names("", 20_000, 4_000));
    let block = "block = [\"testing\"]";
    let config = world.config().replace(block, &format!("{block}\npredicted = {{ testing = \"{action}\" }}"))
        + "\n[lists.names]\nallow = [\"popular.txt\"]\nfalse_positives = 0.01\n";
    world.write("lifeguard.toml", &config);
    world
}

fn record(world: &World, host: &str) -> Value {
    let found = world.search(&["--url", host]);
    serde_json::from_str(found.lines().next().unwrap_or_else(|| panic!("no record of {host}"))).unwrap()
}

#[test]
fn a_name_that_no_list_knows_is_blocked_recorded_with_its_score_and_explained() {
    let world = world("block");
    let proxy = crate::support::Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    let page = get(proxy.proxy, "http://mynewkasino.test/");
    assert_eq!(page.status, 403);
    assert!(page.text().contains("looks like a kind of page that is not open here"), "{}", page.text());
    let record = record(&world, "mynewkasino");
    assert_eq!((&record["reason"], &record["categories"]), (&"predicted".into(), &Value::Array(Vec::new())), "{record}");
    assert!(record["matched"].as_str().unwrap().starts_with("looks like testing: score "), "{record}");
    assert!(record["layer"].as_str().unwrap().ends_with("names like testing"), "{record}");
    assert_eq!(world.search(&["--reason", "predicted"]).lines().count(), 1);
    let words = text(&world.command(&["explain", "--group", "everyone", "http://mynewkasino.test/"]));
    assert!(words.contains("sin") && words.contains("weigh") && words.contains("is enough"), "{words}");
    let listed = json(&world.command(&["explain", "--json", "--group", "everyone", &format!("http://{}", names("kasino", 5, 1).trim())]));
    assert_eq!(listed["reason"], "category", "a list comes first");
}

#[test]
fn a_well_known_site_of_help_is_never_guessed_at_whatever_the_lists_teach() {
    let world = world("block");
    world.write("blocked.txt", &names("scarleteen", 0, 800));
    assert!(world.command(&["lists", "compile"]).status.success());
    let reason =
        |host: &str| json(&world.command(&["explain", "--json", "--group", "everyone", &format!("http://{host}/")]))["reason"].clone();
    assert_eq!((reason("kelscarleteen.com"), reason("bigscarleteen.org")), ("predicted".into(), "predicted".into()));
    assert_eq!((reason("scarleteen.com"), reason("www.scarleteen.com")), ("allowed".into(), "allowed".into()));
}

#[test]
fn a_guess_that_is_only_to_be_noted_opens_the_page_and_marks_the_record() {
    let world = world("log");
    let proxy = crate::support::Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    assert_ne!(get(proxy.proxy, "http://mynewkasino.test/").status, 403);
    get(proxy.proxy, "http://town-library.test/");
    let (marked, plain) = (record(&world, "mynewkasino"), record(&world, "town-library"));
    assert_eq!((&marked["verdict"], &marked["reason"]), (&"allow".into(), &"allowed".into()), "{marked}");
    assert!(marked["matched"].as_str().unwrap().starts_with("looks like testing: score "), "{marked}");
    assert_eq!(plain["matched"], "", "{plain}");
}

#[test]
fn what_was_learned_is_shown_in_words_and_as_json() {
    let world = world("block");
    assert!(text(&world.command(&["lists", "names"])).contains("no image has been kept yet"));
    assert!(world.command(&["lists", "compile"]).status.success());
    let told = json(&world.command(&["lists", "names", "--json"]));
    let category = &told["categories"][0];
    assert_eq!((&category["category"], &category["state"]), (&"testing".into(), &"on".into()), "{told}");
    assert!(category["recall_percent"].as_f64().unwrap() > 50.0 && category["bytes"].as_u64().unwrap() <= 1 << 20, "{told}");
    assert!(told["seconds"].is_null());
    let anew = json(&world.command(&["lists", "names", "--json", "--learn", "--doubtful", "3"]));
    assert!(anew["seconds"].as_f64().unwrap() > 0.0 && anew["doubtful"].as_array().unwrap().len() == 3, "{anew}");
    assert_eq!(anew["categories"], told["categories"], "the same again");
    assert!(text(&world.command(&["lists", "names"])).contains("testing") && text(&world.command(&["lists", "names"])).contains("on; "));
}

#[test]
fn a_fault_of_the_allow_corpus_is_told_and_holds_no_list_back() {
    let world = world("block");
    std::fs::remove_file(world.folder.path().join("popular.txt")).unwrap();
    assert!(!world.command(&["check"]).status.success(), "it is a fault of the settings");
    std::fs::create_dir(world.folder.path().join("folder")).unwrap();
    std::fs::write(world.folder.path().join("popular.txt"), b"\xff\xfe\x00 not names\n").unwrap();
    let compiled = text(&world.command(&["lists", "compile"]));
    assert!(compiled.contains("800 entries"), "{compiled}");
    let told = text(&world.command(&["lists", "names"]));
    assert!(told.contains("off: too few names in the allow corpus"), "{told}");
}
