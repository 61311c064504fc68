//! The policy in force: groups, layers over them, and what each group does with each category.

use super::policy_site as of_file;
use super::policy_words as words;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::policy_drafts::{self as drafts, Draft};
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{CategorySight, GroupSight, PolicySight};
use crate::admin::reach::opens;
use crate::admin::sheet::{Line, Part, Sheet};

/// Groups that are shown beside one another.
const BESIDE: usize = 5;

/// The path of a place with a value in its query.
pub(super) fn at(place: Place, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{}?{}", place.path(), query.finish())
}

/// What is in force for whoever asks: of all sites, or of theirs alone.
pub(in crate::admin) fn sight(call: &Call<'_>) -> Result<PolicySight, Stop> {
    let works = &call.desk.works;
    Ok(call.reach()?.asked().map_or_else(|| works.policy(), |sites| works.policy_of(&sites))?)
}

/// The file that a look at policy is about: of the site that the query names, or whose group it names to whoever reaches all sites.
/// `None`: everything that they reach.
pub(super) fn looked_at(call: &Call<'_>) -> Result<Option<PolicyFile>, Stop> {
    let group = call.query.raw("group");
    match of_file::named(call)? {
        None if call.reach()?.is_all() && !group.is_empty() => Ok(Some(of_file::of_group(call, group)?)),
        named => Ok(named),
    }
}

/// The page; of one group where the query names it.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = looked_at(call)?;
    let sight = file.as_ref().map_or_else(|| sight(call), |file| of_file::sight(call, file))?;
    let wanted = call.query.raw("group");
    let chosen = sight.groups.iter().position(|group| group.name == wanted);
    if !wanted.is_empty() && chosen.is_none() {
        return Err(Stop::Unknown);
    }
    let of_all = call.reach()?.is_all();
    let sites = file.as_ref().filter(|file| **file != PolicyFile::Settings).map(PolicyFile::only);
    let sites = if sites.is_some() { sites } else { of_file::asked(call)? };
    let open = call.desk.book.read(|book| drafts::all(book, true, sites.as_deref()))?;
    let mut parts = Vec::new();
    parts.extend(read_only_part(call, &sight));
    parts.extend((!open.is_empty()).then(|| drafts_part(call, "policy.open_drafts", &open)));
    match chosen {
        None => parts.extend([groups_part(call, &sight), categories_part(call, &sight)]),
        Some(place) => parts.push(group_part(call, &sight, place)),
    }
    parts.extend((!sight.layers.is_empty()).then(|| layers_part(call, &sight)));
    parts.push(file_part(call, &sight, file.as_ref()));
    if of_all && chosen.is_none() {
        parts.extend(of_file::others_part(call, file.as_ref().unwrap_or(&PolicyFile::Settings), Place::Policy));
    }
    let title = chosen.map_or_else(
        || call.say("policy.title").to_owned(),
        |place| words::fill(call, "policy.title_group", &[&sight.groups[place].title]),
    );
    let lead = call.say(if !of_file::any(call) {
        "policy.lead_sites"
    } else if sight.approve {
        "policy.lead_approve"
    } else {
        "policy.lead"
    });
    Ok(Reply::Page(Box::new(Sheet { lead: vec![lead.to_owned()], parts, ..Sheet::titled(title) })))
}

/// Where the settings cannot be written from here, the page says so kindly.
fn read_only_part(call: &Call<'_>, sight: &PolicySight) -> Option<Part> {
    (!sight.read_only.is_empty()).then(|| Part {
        heading: call.say("policy.read_only").to_owned(),
        lines: vec![words::fill(call, "policy.read_only_words", &[&sight.file, &sight.read_only])],
        ..Part::default()
    })
}

/// A table of drafts.
pub(super) fn drafts_part(call: &Call<'_>, heading: &'static str, all: &[Draft]) -> Part {
    let row = |draft: &Draft| Line {
        href: at(Place::PolicyDraft, &[("draft", &draft.id.to_string())]),
        cells: vec![
            draft.id.to_string(),
            words::what_of(call, draft),
            words::state(call, draft.state).to_owned(),
            draft.by_name.clone(),
            call.moment(draft.made),
            draft.because.clone(),
        ],
    };
    let head =
        ["policy.draft", "policy.what", "policy.state", "policy.by", "policy.when", "policy.because"].map(|key| call.say(key).to_owned());
    Part { heading: call.say(heading).to_owned(), head: head.into(), rows: all.iter().map(row).collect(), ..Part::default() }
}

fn groups_part(call: &Call<'_>, sight: &PolicySight) -> Part {
    let row = |group: &GroupSight| Line { href: at(Place::Policy, &[("group", &group.name)]), cells: group_cells(call, group) };
    let head = ["policy.group", "policy.preset", "policy.otherwise", "policy.times", "policy.place"].map(|key| call.say(key).to_owned());
    Part {
        heading: call.say("policy.groups").to_owned(),
        head: head.into(),
        rows: sight.groups.iter().map(row).collect(),
        ..Part::default()
    }
}

fn group_cells(call: &Call<'_>, group: &GroupSight) -> Vec<String> {
    let times = if group.times.is_empty() { call.say("policy.always").to_owned() } else { group.times.join("; ") };
    let line = |line: usize| words::fill(call, "policy.line", &[&line.to_string()]);
    let place = match group.line {
        None => call.say("policy.other_file").to_owned(),
        Some(at) if group.file.is_empty() => line(at),
        Some(at) => format!("{}, {}", group.file, line(at)),
    };
    let otherwise = call.say(if group.open { "policy.allow" } else { "policy.block" });
    vec![group.title.clone(), group.preset.clone(), otherwise.to_owned(), times, place]
}

fn categories_part(call: &Call<'_>, sight: &PolicySight) -> Part {
    let shown = sight.groups.len().min(BESIDE);
    let mut head = vec![call.say("policy.category").to_owned()];
    head.extend(sight.groups[..shown].iter().map(|group| group.title.clone()));
    head.push(call.say("policy.entries").to_owned());
    let row = |category: &CategorySight| {
        let mut cells = vec![category.title.clone()];
        cells.extend(category.words.iter().take(shown).map(|word| words::does(call, word)));
        cells.push(count(category.entries));
        Line { href: category_path(call, category), cells }
    };
    let more = sight.groups.len() - shown;
    let words = if of_file::any(call) { "policy.categories_words" } else { "policy.categories_look" };
    let mut lines = vec![call.say(words).to_owned()];
    lines.extend((more > 0).then(|| words::fill(call, "policy.more_groups", &[&more.to_string()])));
    let rows = sight.categories.iter().map(row).collect();
    Part { heading: call.say("policy.categories").to_owned(), lines, head, rows, ..Part::default() }
}

/// One group: every category that it says something about, and who says so.
fn group_part(call: &Call<'_>, sight: &PolicySight, place: usize) -> Part {
    let group = &sight.groups[place];
    let row = |category: &CategorySight| {
        let word = category.words.get(place)?;
        let said = word.action.is_some() || !word.hours.is_empty() || !word.share.is_empty() || category.entries > 0;
        let cells = vec![category.title.clone(), words::does(call, word), words::by(call, word, group), count(category.entries)];
        said.then(|| Line { href: category_path(call, category), cells })
    };
    let facts = ["policy.group", "policy.preset", "policy.otherwise", "policy.times", "policy.place"].map(|key| call.say(key).to_owned());
    let facts = facts.into_iter().zip(group_cells(call, group)).filter(|(_, value)| !value.is_empty());
    let head = ["policy.category", "policy.does", "policy.who_says", "policy.entries"].map(|key| call.say(key).to_owned());
    Part {
        heading: call.say("policy.categories").to_owned(),
        facts: facts.map(|(name, value)| (name, value, false)).collect(),
        head: head.into(),
        rows: sight.categories.iter().filter_map(row).collect(),
        links: edit_link(call, group)
            .into_iter()
            .chain([(Place::Policy.path().to_owned(), call.say("policy.all_groups").to_owned())])
            .collect(),
        ..Part::default()
    }
}

/// The page of a category, of the same file where one was chosen.
fn category_path(call: &Call<'_>, category: &CategorySight) -> String {
    let file = looked_at(call).ok().flatten().unwrap_or_default();
    of_file::path(Place::PolicyCategory, &file, &[("category", &category.name)])
}

/// The page on which all of a group is changed, for whoever may.
fn edit_link(call: &Call<'_>, group: &GroupSight) -> Option<(String, String)> {
    let can = of_file::can_change(call, group) && of_file::can(call, Place::PolicyEdit);
    can.then(|| (at(Place::PolicyEdit, &[("group", &group.name)]), words::fill(call, "edit.title", &[&group.title])))
}

/// Is this page open to whoever reaches what they reach?
pub(super) fn reaches(call: &Call<'_>, place: Place) -> bool {
    call.reach().is_ok_and(|reach| opens(reach, place))
}

fn layers_part(call: &Call<'_>, sight: &PolicySight) -> Part {
    let head = ["policy.layer_title", "policy.layer_level", "policy.signed", "policy.place"].map(|key| call.say(key).to_owned());
    let row = |[level, title, signed, place]: &[String; 4]| Line {
        cells: [title, level, signed, place].map(String::clone).into(),
        ..Line::default()
    };
    Part {
        heading: call.say("policy.layers").to_owned(),
        lines: vec![call.say("policy.layers_words").to_owned()],
        head: head.into(),
        rows: sight.layers.iter().map(row).collect(),
        ..Part::default()
    }
}

fn file_part(call: &Call<'_>, sight: &PolicySight, file: Option<&PolicyFile>) -> Part {
    let fact = |key, value: &str| (call.say(key).to_owned(), value.to_owned(), true);
    let facts = [fact("policy.file_name", &sight.file), fact("policy.digest", &sight.digest), fact("policy.version", &sight.version)];
    let links = [(Place::PolicyVersions, "policy.versions"), (Place::Plan, "place.plan")];
    let file = file.cloned().unwrap_or_default();
    let link = |(place, key): (Place, &'static str)| {
        let path = if place == Place::PolicyVersions { of_file::path(place, &file, &[]) } else { place.path().to_owned() };
        (path, call.say(key).to_owned())
    };
    Part {
        heading: call.say("policy.file").to_owned(),
        facts: facts.into_iter().filter(|(_, value, _)| !value.is_empty()).collect(),
        links: links.into_iter().filter(|(place, _)| reaches(call, *place)).map(link).collect(),
        ..Part::default()
    }
}
