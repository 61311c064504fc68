//! Everything that an auditor does on the console is in the log, and the log is whole (security A2 and A-G5; OWASP ASVS 5.0, 16.3.2): through the
//! real program with something on every page.

use crate::attack::{Found, forms, places, send};
use crate::filled::filled;
use lifeguard::admin::{Act, Place, Role};
use std::collections::BTreeMap;

/// Pages on which nobody's doings stand: to open them is no look-up. Whoever adds a page says here that it is one of them, or records it.
const QUIET: [&str; 20] = [
    "/account",
    "/account/tokens",
    "/api",
    "/dashboard",
    "/help",
    "/help/page",
    "/help/roles",
    "/lists/sources",
    "/lists/sources/one",
    "/log",
    "/log/jobs",
    "/log/reports",
    "/policy",
    "/policy/addresses",
    "/policy/dates",
    "/policy/draft",
    "/policy/groups",
    "/policy/keywords",
    "/policy/version",
    "/policy/versions",
];
/// The same for pages that list what there is to look at, or hold a form, until somebody says which and why.
const EMPTY: [&str; 6] = ["/devices", "/log/breaches", "/log/live", "/log/programs", "/reviews", "/try"];
/// Forms whose answer is only another page, where it is recorded.
const LEADING: [&str; 3] = ["/lesson", "/log", "/log/live"];

/// Is this look one that is recorded?
fn is_look_up(page: &str) -> bool {
    let path = page.split('?').next().unwrap();
    // The form of lessons looks at a request where it begins with one.
    if path == "/lesson" {
        return page.contains("&n=");
    }
    !QUIET.contains(&path) && !EMPTY.contains(&page)
}

/// Who did what on which page, as the log has it: how often, by account and path.
fn recorded(world: &crate::support::World, who: &str) -> BTreeMap<String, usize> {
    let found = world.command(&["logs", "search", "--kind", "event", "--json", "--limit", "20000"]);
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    let mut paths = BTreeMap::new();
    for line in String::from_utf8_lossy(&found.stdout).lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(act) = event["text"].as_str().and_then(Act::read).filter(|act| act.who == who) else { continue };
        // What the program does later for somebody has no other end, and is no deed of theirs; nor is what was refused.
        if event["peer"].is_null() || event["event"] == "console-refused" {
            continue;
        }
        assert!(event["time"].is_string(), "{line}");
        assert_eq!(act.role, Role::Auditor.word(), "{line}");
        // What was done, and then on which page.
        let path = act.did.rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
        *paths.entry(path).or_default() += 1;
    }
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn each_look_file_and_change_of_an_auditor_is_in_the_verified_log() {
    let mut filled = filled().await;
    let who = Role::Auditor.word();
    let before = recorded(&filled.world, who);
    let mut ann = filled.seat(Role::Auditor).clone();
    let mut pages: Vec<String> = places(Role::Auditor).filter(|place| place.takes().get()).map(|place| place.path().to_owned()).collect();
    pages.extend(filled.more.iter().filter(|(role, _)| *role == Role::Auditor).map(|(_, path)| path.clone()));
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    let mut found: Vec<(String, Found)> = Vec::new();
    let (mut at, mut looked) = (0, 0);
    // Pages that a page leads to are looked at too, some of each.
    while let Some(page) = pages.get(at).cloned() {
        at += 1;
        let answer = ann.get(&page).await;
        looked += 1;
        if answer.status == 200 && is_look_up(&page) {
            *done.entry(page.split('?').next().unwrap().to_owned()).or_default() += 1;
        }
        let links = answer.text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
        for link in links.map(|link| link.split('#').next().unwrap().to_owned()).filter(|link| link.contains('?')) {
            let same = |page: &&String| page.split('?').next() == link.split('?').next();
            let open = places(Role::Auditor).any(|place| place.takes().get() && link.split('?').next() == Some(place.path()));
            if open && !pages.contains(&link) && pages.iter().filter(same).count() < 4 {
                pages.push(link);
            }
        }
        let theirs = |found: &Found| places(Role::Auditor).any(|place| place.path() == found.action);
        found.extend(forms(&answer.text).into_iter().filter(theirs).map(|form| (page.clone(), form)));
    }
    let (mut sent, mut taken) = (0, 0);
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    for (page, form) in found {
        let times = tried.entry(form.action.clone()).or_default();
        *times += 1;
        if *times > 3 {
            continue;
        }
        if ann.get(&page).await.status == 200 && is_look_up(&page) {
            *done.entry(page.split('?').next().unwrap().to_owned()).or_default() += 1;
        }
        let mut fields = form.fields.clone();
        for name in &form.typed {
            let value = if name == "address" { "http://open.test/" } else { "a good reason" };
            fields.insert(name.clone(), value.into());
        }
        let answer = send(&mut ann, &form.action, &fields).await;
        sent += 1;
        // What is refused beside its field did nothing.
        if answer.status < 400 {
            taken += 1;
            if !LEADING.contains(&&*form.action) {
                *done.entry(form.action.clone()).or_default() += 1;
            }
        }
    }
    let verified = filled.world.command(&["logs", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let after = recorded(&filled.world, who);
    let new = |path: &str| after.get(path).copied().unwrap_or(0) - before.get(path).copied().unwrap_or(0);
    let place = |path: &str| Place::ALL.into_iter().find(|place| place.path() == path);
    let missing: Vec<String> = done
        .iter()
        .filter(|(path, _)| place(path).is_some())
        .filter(|(path, times)| new(path) < **times)
        .map(|(path, times)| format!("{path}: {times} times done, {} times recorded", new(path)))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let loud: Vec<&&str> = QUIET.iter().filter(|path| new(path) > done.get(**path).copied().unwrap_or(0)).collect();
    assert!(loud.is_empty(), "they are recorded, and need not stand in QUIET: {loud:?}");
    assert!(done.len() > 15 && looked > 60 && taken > 5, "{} places, {looked} pages, {taken} of {sent} forms", done.len());
    println!("{} places, {looked} pages, {taken} of {sent} forms taken, {} deeds recorded", done.len(), done.values().sum::<usize>());
}
