//! The plan as text and as a page to print.

use super::facts::Context;
use super::plan::{GroupPlan, Plan, Row, Signed};
use super::render::{RenderFault, page};
use serde_json::{Value, json};

/// The plan as a page.
///
/// # Errors
/// [`RenderFault`].
pub fn plan_page(plan: &Plan, at: &Context) -> Result<String, RenderFault> {
    const TEMPLATE: &str = concat!(include_str!("html/head.html"), include_str!("html/plan.html"), include_str!("html/foot.html"));
    let groups: Vec<Value> = plan.groups.iter().map(group).collect();
    let signed = [("Layers over the groups", &plan.layers), ("Addresses that this place opened or closed", &plan.rules)];
    let signed: Vec<Value> = signed.into_iter().map(|(title, rows)| json!({ "title": title, "rows": rows })).collect();
    let values = json!({
        "policy_version": plan.policy_version, "illegal": plan.illegal, "overdue": plan.overdue, "groups": groups, "signed": signed,
    });
    page(TEMPLATE, "Filtering plan", at, values)
}

/// The kinds of rows of a group that has any of them.
fn parts(group: &GroupPlan) -> impl Iterator<Item = (&'static str, &[Row])> {
    let all = [
        ("Closed", &group.closed[..]),
        ("Think first", &group.warned[..]),
        ("Open at some hours, or for a share of the day", &group.limited[..]),
        ("Open, whatever the lists of other categories say", &group.open[..]),
    ];
    all.into_iter().filter(|(_, rows)| !rows.is_empty())
}

fn group(group: &GroupPlan) -> Value {
    let parts: Vec<Value> = parts(group).map(|(title, rows)| json!({ "title": title, "rows": rows })).collect();
    let settings: Vec<Value> = group.settings.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({ "title": group.title, "name": group.name, "otherwise": group.otherwise, "parts": parts, "settings": settings })
}

/// The plan as text.
#[must_use]
pub fn plan_text(plan: &Plan) -> String {
    let mut text = format!("Filtering plan of {}, {}, version {}\n", plan.site, plan.made, plan.policy_version);
    plan.overdue.iter().for_each(|line| text += &format!("OVERDUE: {line}\n"));
    text += "\nIllegal material\n";
    plan.illegal.iter().for_each(|line| text += &format!("  - {line}\n"));
    for group in &plan.groups {
        text += &format!("\n{} ({})\n", group.title, group.name);
        for (title, rows) in parts(group) {
            text += &format!("  {title}\n");
            rows.iter().for_each(|row| text += &format!("    - {}: {}\n      Why: {}\n", row.what, row.words, row.because));
        }
        text += &format!("  {}\n", group.otherwise);
        group.settings.iter().for_each(|(name, value)| text += &format!("  {name}: {value}\n"));
    }
    signed("Layers over the groups", &plan.layers, &mut text);
    signed("Addresses that this place opened or closed", &plan.rules, &mut text);
    text
}

fn signed(title: &str, rows: &[Signed], text: &mut String) {
    *text += &format!("\n{title}\n");
    if rows.is_empty() {
        *text += "  None.\n";
    }
    for row in rows {
        *text += &format!("  - {}\n    For {}; why: {}; approved by {}; {}\n", row.what, row.whom, row.why, row.by, row.until);
    }
}
