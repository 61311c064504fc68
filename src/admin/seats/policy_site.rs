//! Which file a page of policy is about: the settings, or the own file of a site, for whoever reaches what stands in it.
//!
//! Must never open a file to somebody who does not reach it: that of another site, and one that does not exist, look alike.

use super::policy::at;
use super::policy_form::hidden;
use super::policy_words as words;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{GroupSight, PolicySight};
use crate::admin::reach::opens;
use crate::admin::roles::may;
use crate::admin::sheet::{Field, Line, Part, Sheet};
use crate::policy::SITE_MARK;

/// Sites that a page lists; whoever has more gives the name in the address of the page.
const LISTED: usize = 500;

/// Sites with a file of their own that they reach: names and titles.
fn own_files(call: &Call<'_>) -> Vec<(String, String)> {
    let names = call.desk.works.site_names().into_iter().skip(1);
    let reaches = |name: &str| call.reach().is_ok_and(|reach| reach.covers(name));
    names.filter(|(name, _)| reaches(name)).collect()
}

/// The files whose drafts and versions they see, as the console's file is asked; nothing: of every file.
pub(super) fn asked(call: &Call<'_>) -> Result<Option<String>, Stop> {
    let names = || serde_json::Value::from_iter(own_files(call).into_iter().map(|(name, _)| name)).to_string();
    Ok((!call.reach()?.is_all()).then(names))
}

/// Is there any file that they may change: all, or the own file of a site of theirs?
pub(super) fn any(call: &Call<'_>) -> bool {
    call.reach().is_ok_and(|reach| reach.is_all()) || !own_files(call).is_empty()
}

/// Do they reach what stands in this file? What no longer exists is for whoever reaches all sites.
pub(super) fn reaches(call: &Call<'_>, file: &PolicyFile) -> bool {
    let covers = |site: &str| own_files(call).iter().any(|(name, _)| name == site);
    let PolicyFile::Site(site) = file else { return call.reach().is_ok_and(|reach| reach.is_all()) };
    call.reach().is_ok_and(|reach| reach.is_all()) || covers(site)
}

/// The same file, or a stop that says nothing of it.
fn theirs(call: &Call<'_>, file: PolicyFile) -> Result<PolicyFile, Stop> {
    if reaches(call, &file) { Ok(file) } else { Err(Stop::Unknown) }
}

/// The file in which a group stands, by the group's whole name.
pub(super) fn of_group(call: &Call<'_>, group: &str) -> Result<PolicyFile, Stop> {
    let site = group.split_once(SITE_MARK).map(|(site, _)| site);
    let known = site.filter(|site| call.desk.works.site_names().iter().skip(1).any(|(name, _)| name == site));
    theirs(call, known.map_or(PolicyFile::Settings, |site| PolicyFile::Site(site.to_owned())))
}

/// The file of the group that the query or the form names, and what is in force in it.
pub(super) fn of_asked_group(call: &Call<'_>) -> Result<(PolicyFile, PolicySight), Stop> {
    let fields = if call.post { &call.form } else { &call.query };
    let file = of_group(call, fields.raw("group"))?;
    let sight = sight(call, &file)?;
    Ok((file, sight))
}

/// What is in force in a file.
pub(super) fn sight(call: &Call<'_>, file: &PolicyFile) -> Result<PolicySight, Stop> {
    call.desk.works.policy_in(file)?.ok_or(Stop::Unknown)
}

/// The site that the query or the form names: its own file.
pub(super) fn named(call: &Call<'_>) -> Result<Option<PolicyFile>, Stop> {
    let fields = if call.post { &call.form } else { &call.query };
    let site = fields.raw("site");
    if site.is_empty() {
        return Ok(None);
    }
    let is_one = call.desk.works.site_names().iter().skip(1).any(|(name, _)| name == site);
    if is_one { theirs(call, PolicyFile::Site(site.to_owned())).map(Some) } else { Err(Stop::Unknown) }
}

/// Which file a page is about.
pub(super) enum About {
    /// This one.
    File(PolicyFile),
    /// None yet: a page to choose, or one that says why there is none.
    Page(Reply),
}

/// The file that was named; else the settings, or the only one that they reach.
pub(super) fn about(call: &Call<'_>, title: &'static str) -> Result<About, Stop> {
    if let Some(file) = named(call)? {
        return Ok(About::File(file));
    }
    if call.reach()?.is_all() {
        return Ok(About::File(PolicyFile::Settings));
    }
    let mut files = own_files(call);
    match files.len() {
        0 => Ok(About::Page(without_file(call, title))),
        1 => Ok(About::File(PolicyFile::Site(files.remove(0).0))),
        _ => {
            let lead = vec![call.say("site_policy.choose_lead").to_owned()];
            let parts = vec![sites_part(call, call.place)];
            Ok(About::Page(Reply::Page(Box::new(Sheet { lead, parts, ..Sheet::titled(call.say(title)) }))))
        }
    }
}

/// For what is sent: there is always one file.
pub(super) fn sent(call: &Call<'_>) -> Result<PolicyFile, Stop> {
    match about(call, "place.policy")? {
        About::File(file) => Ok(file),
        About::Page(_) => Err(Stop::Unknown),
    }
}

/// The site has no file of its own: who can make one, and what can be done until then.
fn without_file(call: &Call<'_>, title: &'static str) -> Reply {
    let role = call.session.as_ref().map(|session| session.account.role);
    let links = [(Place::Policy, "place.policy"), (Place::Exceptions, "menu.exceptions"), (Place::ExceptionNew, "place.exception_new")];
    let open = links.into_iter().filter(|(place, _)| may(role, place.action()) && super::policy::reaches(call, *place));
    let part = Part {
        heading: call.say("site_policy.none").to_owned(),
        lines: ["site_policy.none_who", "site_policy.none_how", "site_policy.none_until"].map(|key| call.say(key).to_owned()).into(),
        links: open.map(|(place, key)| (place.path().to_owned(), call.say(key).to_owned())).collect(),
        ..Part::default()
    };
    Reply::Page(Box::new(Sheet { parts: vec![part], ..Sheet::titled(call.say(title)) }))
}

/// A table of the sites with a file of their own, each leading to this place.
fn sites_part(call: &Call<'_>, place: Place) -> Part {
    let all = own_files(call);
    let row = |(name, title): &(String, String)| Line { href: at(place, &[("site", name)]), cells: vec![title.clone(), name.clone()] };
    let more = all.len().saturating_sub(LISTED);
    Part {
        heading: call.say("site_policy.sites").to_owned(),
        lines: (more > 0).then(|| words::fill(call, "site_policy.more", &[&more.to_string(), place.path()])).into_iter().collect(),
        head: ["by_site.site", "by_site.name"].map(|key| call.say(key).to_owned()).into(),
        rows: all.iter().take(LISTED).map(row).collect(),
        ..Part::default()
    }
}

/// Below a page about one file: the files of sites, for whoever reaches several.
pub(super) fn others_part(call: &Call<'_>, file: &PolicyFile, place: Place) -> Option<Part> {
    let all = call.reach().is_ok_and(|reach| reach.is_all());
    let many = own_files(call).len();
    if many == 0 || !all && many == 1 {
        return None;
    }
    let back = (all && *file != PolicyFile::Settings).then(|| (place.path().to_owned(), call.say("site_policy.settings").to_owned()));
    Some(Part { folded: many > 12, links: back.into_iter().collect(), ..sites_part(call, place) })
}

/// What a page is about, in words; nothing where there is one site.
pub(super) fn about_words(call: &Call<'_>, file: &PolicyFile, name: &str) -> Option<String> {
    match file {
        PolicyFile::Settings => call.says_sites().then(|| call.say("site_policy.about_settings").to_owned()),
        PolicyFile::Site(site) => Some(words::fill(call, "site_policy.about_site", &[&title(call, site), name])),
    }
}

/// The file of a draft or a version in few words.
pub(super) fn few_words(call: &Call<'_>, file: &PolicyFile) -> String {
    match file {
        PolicyFile::Settings => call.say("site_policy.settings").to_owned(),
        PolicyFile::Site(site) => title(call, site),
    }
}

fn title(call: &Call<'_>, site: &str) -> String {
    call.desk.works.site_names().into_iter().find(|(name, _)| name == site).map_or_else(|| site.to_owned(), |(_, title)| title)
}

/// The hidden field that names the file.
pub(super) fn field(file: &PolicyFile) -> Field {
    hidden("site", file.kept())
}

/// The path of a page about this file.
pub(super) fn path(place: Place, file: &PolicyFile, pairs: &[(&str, &str)]) -> String {
    let mut all: Vec<(&str, &str)> = Some(("site", file.kept())).filter(|(_, site)| !site.is_empty()).into_iter().collect();
    all.extend(pairs);
    if all.is_empty() { place.path().to_owned() } else { at(place, &all) }
}

/// May whoever looks change this group here: does it stand in a file that they reach?
pub(super) fn can_change(call: &Call<'_>, group: &GroupSight) -> bool {
    let all = call.reach().is_ok_and(|reach| reach.is_all());
    group.line.is_some() && (all || !group.file.is_empty())
}

/// May whoever looks open this place at all?
pub(super) fn can(call: &Call<'_>, place: Place) -> bool {
    let role = call.session.as_ref().map(|session| session.account.role);
    may(role, place.action()) && call.reach().is_ok_and(|reach| opens(reach, place))
}
