//! The taxonomy through the real program: maps of sources, older names, what is locked, and the page of the manual.

use crate::support::World;
use crate::support::client::{get, get_with};
use crate::support::proxy::wait_until;
use lifeguard::model::{Bucket, Mapped, Taxonomy};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {}", text(output)))
}

/// A world with folders of UT1, each with one host of its name; `group` is what the group says, `source` what the source says.
fn world(folders: &[&str], group: &str, source: &str) -> World {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    for folder in folders {
        world.write(&format!("ut1/{folder}/domains"), &format!("{}.test\n", folder.replace('_', "-")));
    }
    let config = world.config().replace("block = [\"testing\"]", group);
    world.write("lifeguard.toml", &format!("{config}\n[[lists.source]]\nname = \"ut1\"\nformat = \"ut1\"\npath = \"ut1\"\n{source}\n"));
    world
}

fn start(world: &World) -> crate::support::Lifeguard {
    crate::support::Lifeguard::start(&world.folder.path().join("lifeguard.toml"))
}

fn lists(world: &World) -> Vec<(String, String)> {
    let status = json(&world.command(&["lists", "status", "--json"]));
    let all = status["lists"].as_array().unwrap().iter();
    all.map(|list| (list["name"].as_str().unwrap().to_owned(), list["category"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn a_map_turns_the_categories_of_a_source_into_ours() {
    let own = "map = \"ut1\"\ncategories.sports = \"\"\ncategories.mine = [\"games\", \"gambling\"]";
    let folders = ["drogue", "agressif", "liste_bu", "sports", "mine", "press"];
    let world = world(&folders, "block = [\"drugs\", \"violence\", \"gambling\"]", own);
    let of_ut1: BTreeSet<_> = lists(&world).into_iter().filter(|(name, _)| name.starts_with("ut1")).collect();
    let expected = [
        ("ut1/agressif", "hate"),
        ("ut1/agressif (violence)", "violence"),
        ("ut1/drogue", "drugs"),
        ("ut1/mine", "games"),
        ("ut1/mine (gambling)", "gambling"),
        ("ut1/press", "press"),
    ];
    assert_eq!(of_ut1, expected.iter().map(|(name, category)| ((*name).to_owned(), (*category).to_owned())).collect());
    let proxy = start(&world);
    for (host, status) in [("drogue", 403), ("agressif", 403), ("mine", 403)] {
        assert_eq!(get(proxy.proxy, &format!("http://{host}.test/")).status, status, "{host}");
    }
    let page = get_with(proxy.proxy, "http://drogue.test/", "Accept: text/html\r\n").text();
    assert!(page.contains("Drugs") && !page.contains("drogue</"), "the page speaks of our category: {page}");
}

#[test]
fn a_category_that_nobody_mapped_is_told_at_check_at_load_and_in_the_status() {
    let world = world(&["drogue", "brand-new"], "block = [\"drugs\"]", "map = \"ut1\"");
    let checked = text(&world.command(&["check"]));
    assert!(checked.contains("brand-new") && checked.contains("categories.brand-new"), "{checked}");
    let status = world.command(&["lists", "status"]);
    let said = "ALARM list ut1/brand-new: nobody has said what the category 'brand-new' means";
    assert!(!status.status.success() && text(&status).contains(said), "{}", text(&status));
    let proxy = start(&world);
    wait_until("it is told at load", || proxy.errors().contains("list ut1/brand-new:"));
    // One word about it, and there is nothing to tell.
    let config = std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap();
    world.write("lifeguard.toml", &config.replace("map = \"ut1\"", "map = \"ut1\"\ncategories.brand-new = \"games\""));
    let (checked, status) = (text(&world.command(&["check"])), world.command(&["lists", "status"]));
    assert!(!checked.contains("brand-new") && status.status.success(), "{checked}{}", text(&status));
    assert!(lists(&world).contains(&("ut1/brand-new".into(), "games".into())));
}

#[test]
fn settings_with_older_names_go_on_working_with_and_without_a_map() {
    // Without a map: lists bring older names, the preset says ours.
    let without = world(&["drogue", "redirector", "social_networks"], "preset = \"primary\"", "");
    let proxy = start(&without);
    for host in ["drogue", "redirector", "social-networks"] {
        assert_eq!(get(proxy.proxy, &format!("http://{host}.test/")).status, 403, "{host}");
    }
    drop(proxy);
    // With a map: settings say older names, and are told of the newer ones.
    let with = world(&["drogue", "agressif"], "block = [\"drogue\", \"agressif\"]", "map = \"ut1\"");
    let checked = text(&with.command(&["check"]));
    assert!(checked.contains("'drogue' for drugs") && checked.contains("'agressif' for"), "{checked}");
    let proxy = start(&with);
    for host in ["drogue", "agressif"] {
        assert_eq!(get(proxy.proxy, &format!("http://{host}.test/")).status, 403, "{host}");
    }
}

#[test]
fn what_is_locked_is_closed_and_no_setting_opens_it() {
    let refused = world(&["terrorism"], "allow = [\"terrorism\"]", "");
    let checked = refused.command(&["check"]);
    assert!(!checked.status.success() && text(&checked).contains("'terrorism' is closed to everybody"), "{}", text(&checked));
    let refused = world(&["suicide"], "warn = [\"suicide\"]", "");
    let checked = refused.command(&["check"]);
    assert!(!checked.status.success() && text(&checked).contains("'suicide' is closed to everybody"), "{}", text(&checked));
    let rule = "\n[[rule]]\nallow = [\"terrorism.test\"]\nauthor = \"A\"\nreason = \"r\"\n";
    let world = world(&["terrorism"], "preset = \"staff\"", rule);
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://terrorism.test/").status, 403);
    let asked = json(&world.command(&["explain", "--json", "--group", "everyone", "http://terrorism.test/"]));
    assert_eq!((&asked["category"], &asked["layer"]), (&"terrorism".into(), &"locked for everybody, category terrorism".into()), "{asked}");
}

#[test]
fn a_map_or_a_category_that_is_not_there_is_a_fault_with_its_place() {
    for (source, said) in [
        ("map = \"ut2\"", "there is no map 'ut2'"),
        ("categories.drogue = \"drug\"", "there is no category 'drug'"),
        ("categories.drogue = \"illegal\"", "there is no category 'illegal'"),
    ] {
        let world = world(&["drogue"], "block = [\"drugs\"]", source);
        let checked = world.command(&["check"]);
        assert!(!checked.status.success() && text(&checked).contains(said), "{source}: {}", text(&checked));
    }
}

#[test]
fn the_command_shows_every_category_with_its_entries() {
    let world = world(&["drogue", "brand-new"], "block = [\"drugs\"]", "");
    let all = json(&world.command(&["lists", "categories", "--json"]));
    let rows = all["categories"].as_array().unwrap();
    assert_eq!(rows.len(), Taxonomy::get().categories().len());
    let drugs = rows.iter().find(|row| row["name"] == "drugs").unwrap();
    assert_eq!((&drugs["entries"], &drugs["buckets"][0], &drugs["risk"]), (&1.into(), &"becta-drugs".into(), &"content".into()));
    let unknown: Vec<_> = all["unknown"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(unknown, ["brand-new", "testing"]);
    let table = text(&world.command(&["lists", "categories"]));
    assert!(table.lines().any(|line| line.contains("terrorism") && line.contains("locked")), "{table}");
    let one = text(&world.command(&["lists", "categories", "drogue"]));
    assert!(one.starts_with("Drugs (drugs)") && one.contains("leaves out") && one.contains("entries     1"), "{one}");
    assert!(!world.command(&["lists", "categories", "nothing-of-the-kind"]).status.success());
}

/// The page of the manual, from the table.
fn page() -> String {
    let table = Taxonomy::get();
    let mut page = String::from(HEAD);
    for bucket in Bucket::all() {
        let held: Vec<_> =
            table.categories().iter().filter(|one| one.buckets().any(|other| other == bucket)).map(|one| &*one.name).collect();
        writeln!(page, "//! | `{}` | {} | {} |", bucket.code(), bucket.words(), held.join(", ")).unwrap();
    }
    page += "//!\n//! # Categories\n//!\n//! | Category | Title | Holds | Leaves out | For instance | Risk | DfE | Also called |\n\
             //! |---|---|---|---|---|---|---|---|\n";
    for one in table.categories() {
        let locked = if one.locked { " (locked)" } else { "" };
        writeln!(
            page,
            "//! | `{}`{locked} | {} | {} | {} | {} | {} | {} | {} |",
            one.name,
            one.title,
            one.holds,
            one.leaves_out,
            one.examples.join("; "),
            one.risk.word(),
            one.dfe,
            one.also.join(", ")
        )
        .unwrap();
    }
    page += "//!\n//! # What the names of public lists become\n//!\n//! | Map | Name | Becomes |\n//! |---|---|---|\n";
    for map in table.maps() {
        for (theirs, mapped) in map.names() {
            let becomes = match mapped {
                Mapped::Into(ours) if ours.len() == 1 && *ours[0] == *theirs => continue,
                Mapped::Into(ours) => ours.join(", "),
                Mapped::LeftOut(reason) => format!("left out: {reason}"),
            };
            writeln!(page, "//! | `{}` | {theirs} | {becomes} |", map.name).unwrap();
        }
    }
    page
}

const HEAD: &str = "//! The categories: what each holds and leaves out, where accreditation counts it, and what the names of public lists become \
(standards\n//! A9, A12, B15, V3, V4, V10).\n//!\n\
//! Made from `config/taxonomy.toml` and `config/maps/`; `tests/lists/taxonomy.rs` holds it to them, and `LIFEGUARD_BLESS=1` writes it anew. \
`lifeguard\n//! lists categories` shows the same with the entries of the lists at hand.\n//!\n\
//! A source takes a map with `map = \"ut1\"`, and words of its own over it: `categories.drogue = \"drugs\"`, or `\"\"` to leave one out. \
Without\n//! a map its categories keep their names, and a group that names ours reaches those that are other names for it. Names that are the\n\
//! same on both sides are not shown below. A locked category is closed to everybody: no group, rule, code or release opens it.\n//!\n\
//! # Buckets\n//!\n//! | Bucket | In the words of its scheme | Categories |\n//! |---|---|---|\n";

#[test]
fn the_page_of_the_manual_is_made_from_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/manual/categories.rs");
    let page = page();
    if std::env::var_os("LIFEGUARD_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(known == page, "LIFEGUARD_BLESS=1 writes {} anew", path.display());
}
