//! The reference of all options, printed from the blocks that read them.

use super::builtin::PRESETS;
use super::raw;
use super::section::Described;
use crate::policy::order_as_text;

/// Every option with its help, range and default; the presets; and the order of policy.
#[must_use]
pub fn reference() -> String {
    let presets: Vec<_> = PRESETS.iter().map(|(name, text)| format!("  {name}\n      {}", first_comment(text))).collect();
    let order = order_as_text();
    let tables: String = raw::reference().iter().map(Described::text).collect();
    format!("{tables}Presets\n{}\n\nThe order of policy: the first that decides, decides\n{order}", presets.join("\n"))
}

fn first_comment(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
}
