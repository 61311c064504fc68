//! A Python that has the package which a test needs.

use std::process::Command;

/// `None`, and said so: no Python here has it. `debian`: the name of its package.
pub(crate) fn with(package: &str, debian: &str) -> Option<&'static str> {
    let import = format!("import {package}");
    let has = |python: &&str| Command::new(python).args(["-c", &import]).output().is_ok_and(|output| output.status.success());
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has);
    if found.is_none() {
        eprintln!("SKIPPED: no python3 with `{package}` ({debian})");
    }
    found
}
