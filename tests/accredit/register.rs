//! The register of criteria holds together: every suite and test that it names exists, and every clause that accreditation asks for is there.

use crate::support::World;
use lifeguard::accredit::{Register, SUITES, Severity};
use std::collections::BTreeSet;
use std::path::Path;

/// Rows that accreditation, law or the source documents ask for: those of the scheme (A) and of the filtering definitions (V).
const NEEDED: &[&str] = &[
    "A1", "A2", "A3", "A4", "A5", "A7", "A8", "A9", "A10", "A13", "A14", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V9", "V10", "V11",
    "V12", "V15", "V17", "V18", "V19", "V23",
];

#[test]
fn what_the_register_names_exists() {
    let register = Register::built_in();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let standards: BTreeSet<&str> = register.standards.iter().map(|standard| &*standard.id).collect();
    let mut ids = BTreeSet::new();
    for criterion in &register.criteria {
        let id = &criterion.id;
        assert!(ids.insert(&**id), "{id} twice");
        assert!(standards.contains(&*criterion.standard), "{id}: {}", criterion.standard);
        for suite in &criterion.suites {
            assert!(SUITES.iter().any(|known| *known.name == **suite), "{id}: no suite {suite}");
        }
        for test in &criterion.tests {
            assert!(root.join(&**test).is_file(), "{id}: no test {test}");
        }
        let shown =
            !(criterion.suites.is_empty() && criterion.facts.is_empty() && criterion.tests.is_empty() && criterion.memberships.is_empty());
        assert!(
            shown || criterion.document.is_some() || criterion.gap.is_some(),
            "{id}: nothing shows it and nothing says that it is not there"
        );
        assert!(!criterion.words.is_empty() && !criterion.asks.is_empty() && !criterion.at.is_empty(), "{id}");
    }
    for suite in SUITES {
        assert!(
            register.criteria.iter().any(|criterion| criterion.suites.iter().any(|name| **name == *suite.name)),
            "{} proves nothing",
            suite.name
        );
    }
}

#[test]
fn every_needed_clause_is_there_and_counts() {
    let register = Register::built_in();
    for id in NEEDED {
        let criterion = register.find(id).unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!(criterion.severity, Severity::Must, "{id}");
    }
    for (letter, last) in [("A", 14), ("V", 23)] {
        for number in 1..=last {
            assert!(register.find(&format!("{letter}{number}")).is_some(), "{letter}{number}");
        }
    }
}

/// What every clause is judged as with these settings.
fn judged(world: &World, more: &str) -> serde_json::Value {
    world.write("lifeguard.toml", &format!("{}\n{more}", world.config()));
    let out = world.command(&["accredit", "--suite", "locked", "--json"]);
    let said = || format!("{} {}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|error| panic!("{error}: {}", said()));
    report["criteria"].clone()
}

#[test]
fn alerts_the_digest_and_forms_are_judged_by_the_settings_and_not_by_the_program() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let mail = "[alerts]\ndigest_to = \"head\"\n\
        [[alerts.rule]]\nname = \"listed\"\ntheme = \"statutory\"\nseverity = 3\nstatutory = true\nto = \"lead\"\n\
        [mail]\nserver = \"localhost\"\nfrom = \"filter@school.example\"\n\
        [mail.recipients]\nlead = \"sam@school.example\"\nhead = \"head@school.example\"\n";
    let bare: &[(&str, &str, &str)] = &[
        ("X6", "amber", "no letter about them leaves"),
        ("X12", "amber", "send it to nobody"),
        ("V17", "amber", "have a form"),
        ("D18", "built-in", "tests/console/lists.rs"),
        ("V8", "not-met", "not analysed"),
        ("V20", "not-met", "Nothing is pushed"),
    ];
    let told = &[("X6", "met", "by these rules: listed"), ("X12", "met", "sent to: head")];
    for (more, table) in [("", bare), (mail, told), ("[pages]\nwhy = false\n", &[("V17", "not-met", "there is no form")])] {
        let criteria = judged(&world, more);
        for (id, light, words) in table {
            let one = criteria.as_array().unwrap().iter().find(|one| one["id"] == *id).unwrap();
            assert!(one["light"] == *light && one["because"].to_string().contains(words), "{one}");
        }
    }
}
