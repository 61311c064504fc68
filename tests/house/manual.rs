//! The manual names files and tests that exist.

use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of every Rust file below a folder.
fn code(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        match path.extension() {
            _ if path.is_dir() && !path.ends_with("target") && !path.ends_with("corpus") => all += &code(&path),
            Some(ending) if ending == "rs" => all += &fs::read_to_string(&path).unwrap(),
            _ => {}
        }
    }
    all
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("src/manual").join(name)).unwrap()
}

/// Words in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_past_hole_names_a_test_that_exists() {
    let code = code(&root().join("src")) + &code(&root().join("tests"));
    let mut rows = 0;
    for row in page("bypasses.rs").lines().filter(|line| line.starts_with("//! | ") && !line.starts_with("//! | Hole")) {
        let named = row.rsplit('|').nth(1).unwrap();
        rows += 1;
        assert!(quoted(named).count() > 0, "no test: {row}");
        for name in quoted(named) {
            assert!(code.contains(&format!("fn {name}(")), "no test is called {name}");
        }
    }
    assert!(rows > 20, "only {rows} rows were found");
}

#[test]
fn every_action_names_tests_that_exist() {
    let code = code(&root().join("src")) + &code(&root().join("tests"));
    let page = page("actions.rs");
    let rows = page.lines().filter(|line| line.starts_with("//! | ") && !line.starts_with("//! | Action"));
    let mut count = 0;
    for row in rows {
        let named = row.rsplit('|').nth(1).unwrap();
        count += 1;
        assert!(quoted(named).count() > 0, "no test: {row}");
        for name in quoted(named) {
            assert!(code.contains(&format!("fn {name}(")), "no test is called {name}");
        }
    }
    assert!(count >= 9, "only {count} rows were found");
}

#[test]
fn every_fault_of_the_log_names_a_test_that_exists() {
    let code = code(&root().join("src")) + &code(&root().join("tests"));
    let (mut rows, mut open) = (0, 0);
    for row in page("durability.rs").lines().filter(|line| line.starts_with("//! | ") && !line.starts_with("//! | Fault")) {
        let columns: Vec<_> = row.split(" | ").collect();
        assert_eq!(columns.len(), 7, "a fault, five answers and a test: {row}");
        let named = row.rsplit('|').nth(1).unwrap();
        rows += 1;
        open += usize::from(named.contains("to be filled"));
        assert!(quoted(named).count() > 0 || named.contains("to be filled"), "no test: {row}");
        for name in quoted(named) {
            assert!(code.contains(&format!("fn {name}(")), "no test is called {name}");
        }
    }
    assert!(rows > 25, "only {rows} rows were found");
    assert!(open <= 3, "{open} rows have no test yet");
}

#[test]
fn every_item_of_the_consoles_security_names_tests_that_exist() {
    let page = page("console_security.rs");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("//! | ") && !line.contains("| It asks |")).collect();
    for row in &rows {
        let columns: Vec<_> = row.trim_start_matches("//! | ").trim_end_matches(" |").split(" | ").collect();
        let [_, _, _, state, named] = columns[..] else { panic!("five columns: {row}") };
        let known = state == "met" || ["in part: ", "not met: ", "does not apply: "].iter().any(|begin| state.starts_with(begin));
        assert!(known, "how does it stand? {row}");
        assert!(quoted(named).count() > 0, "no test: {row}");
        for name in quoted(named) {
            let (file, test) = name.split_once("::").unwrap_or_else(|| panic!("FILE::TEST: {name}"));
            let place = if file.starts_with("src/") { file.to_owned() } else { format!("tests/{file}.rs") };
            let text = fs::read_to_string(root().join(&place)).unwrap_or_else(|_| panic!("there is no {place}"));
            let whole = text.contains(&format!("#[test]\nfn {test}(")) || text.contains(&format!("#[test]\n    fn {test}("));
            let waiting = text.contains(&format!("async fn {test}(")) || text.contains(&format!("\nfn {test}("));
            assert!(whole || waiting, "{place} has no test {test}");
        }
    }
    // Every item of the list is there, and every rule.
    let mut wanted: Vec<String> =
        ["1.1.1", "1.2.10", "1.3.6", "1.5.3", "3.2.2", "4.2.1", "8.3.2", "8.4.1", "13.4.4", "14.2.1", "14.3.2", "16.1.1"]
            .map(str::to_owned)
            .into();
    let groups = [("1.2", 4), ("3.3", 4), ("3.4", 6), ("3.5", 3), ("6.2", 12), ("6.3", 4), ("7.3", 2), ("7.4", 5), ("8.2", 3), ("13.3", 4)];
    let logs = [("16.2", 5), ("16.3", 4), ("16.4", 3), ("16.5", 4)];
    wanted.extend(groups.into_iter().chain(logs).flat_map(|(group, most)| (1..=most).map(move |at| format!("{group}.{at}"))));
    wanted.extend(["7.2.3", "7.2.4"].map(str::to_owned));
    wanted.extend((1..=7).map(|at| format!("A{at}")));
    for item in &wanted {
        let begins = [format!("//! | {item} | "), format!("//! | {item} (level 3) | ")];
        assert!(rows.iter().any(|row| begins.iter().any(|begin| row.starts_with(begin))), "{item} is not there");
    }
    assert!(rows.len() >= wanted.len(), "{} rows", rows.len());
}

#[test]
fn every_file_that_the_manual_names_exists() {
    for name in ["flow.rs", "standards.rs", "decisions.rs", "formats.rs", "console_security.rs"] {
        let text = page(name);
        for place in quoted(&text).filter(|word| (word.starts_with("src/") || word.starts_with("tests/")) && !word.contains("::")) {
            assert!(root().join(place).exists(), "{name} names {place}");
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let reasons = page("decisions.rs");
    for name in table.lines().filter_map(|line| line.split_once(" = ").map(|(name, _)| name)).filter(|name| !name.starts_with('#')) {
        assert!(reasons.contains(&format!("`{name}`")), "decisions.rs says nothing about {name}");
    }
}
