//! A Python that has the package which a test needs.

#[allow(clippy::duplicate_mod, dead_code, reason = "each test includes its part")]
#[path = "needed.rs"]
pub(crate) mod needed;

use std::process::Command;

/// `None`, and said so: no Python here has it. `debian`: the name of its package.
pub(crate) fn with(package: &str, debian: &str) -> Option<&'static str> {
    let import = format!("import {package}");
    let has = |python: &&str| Command::new(python).args(["-c", &import]).output().is_ok_and(|output| output.status.success());
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has);
    match found {
        None if package.starts_with("playwright") => needed::skipped_without("Playwright for Python"),
        None => eprintln!("SKIPPED: no python3 with `{package}` ({debian})"),
        Some(_) => {}
    }
    found
}
