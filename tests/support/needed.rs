//! What the console and the pages are looked at with: Chromium, Playwright and axe. `make test` brings them where it may, and says so in
//! `LIFEGUARD_NEEDS_CLIENTS`; there a missing one fails its tests, so that nobody takes pages for looked at which nobody has seen.
#![allow(clippy::print_stdout, reason = "what is skipped is said")]

/// Says that a test is skipped for want of this; fails it where it had to be there.
///
/// # Panics
/// Where it had to be there.
pub(crate) fn skipped_without(what: &str) {
    let needed = is_needed(std::env::var("LIFEGUARD_NEEDS_CLIENTS").ok().as_deref());
    assert!(!needed, "{what} is not on this machine, and `make test` could have brought it (LIFEGUARD_NEEDS_CLIENTS=0 lets it be skipped)");
    println!("skipped: {what} is not on this machine (`make clients`)");
}

/// What the variable says.
pub(crate) fn is_needed(value: Option<&str>) -> bool {
    !matches!(value, None | Some("" | "0"))
}
