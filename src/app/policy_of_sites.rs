//! Policy as somebody of some sites sees it: the groups of those sites, where each stands in its site's own file, and the layers over them.
//!
//! Must never tell a name, a line or a word of another site.

use super::App;
use super::policy::{Told, in_words};
use crate::admin::{GroupSight, PolicySight, WorksFault};
use crate::config::{Said, said};
use crate::engine::Engine;
use crate::model::GroupId;
use crate::policy::{Group, Layer, Site};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The text of each file that groups of these sites stand in. One that cannot be read now costs lines and nothing else.
type Texts = BTreeMap<Arc<str>, String>;

impl App {
    pub(super) fn sight_of_sites(&self, sites: &[String]) -> Result<PolicySight, WorksFault> {
        let live = self.proxy.live.load_full();
        let covers = |name: &str| sites.iter().any(|site| *site == *name);
        let engine = &live.engine;
        let mut texts = Texts::new();
        for site in engine.policy.rules().sites.iter().filter(|site| covers(&site.name)) {
            texts.insert(Arc::clone(&site.file), self.file().other(&site.file).unwrap_or_default());
        }
        let own = if covers(&live.site) { Some(self.file().text().map_err(in_words)?) } else { None };
        let main = own.as_ref().map(|(_, text)| text.as_str());
        let told = Told { engine, groups: groups(engine, &covers, (main, &texts)) };
        let mut groups = told.groups();
        let several = sites.len() > 1;
        for (group, (id, ..)) in groups.iter_mut().zip(&told.groups) {
            at_its_site(group, engine.policy.site(*id), several);
        }
        let files = own.iter().map(|(name, _)| name.as_str()).chain(texts.keys().map(|name| &**name)).collect::<Vec<_>>().join(", ");
        let ids: Vec<GroupId> = told.groups.iter().map(|(id, ..)| *id).collect();
        Ok(PolicySight {
            version: engine.policy.version().to_string(),
            file: files,
            groups,
            categories: told.categories(),
            layers: layers(engine, &ids),
            ..PolicySight::default()
        })
    }
}

/// The groups of the sites that are covered; those of the settings themselves where their text is given.
fn groups<'a>(
    engine: &'a Engine,
    covers: &dyn Fn(&str) -> bool,
    (main, texts): (Option<&str>, &Texts),
) -> Vec<(GroupId, &'a Group, Option<Said>)> {
    let all = (0..u16::MAX).map(GroupId).zip(&engine.policy.rules().groups);
    let one = |(id, group): (GroupId, &'a Group)| match engine.policy.site(id) {
        Some(site) => covers(&site.name).then(|| (id, group, texts.get(&site.file).and_then(|text| said(text, group.short_name())))),
        None => main.map(|text| (id, group, said(text, &group.name))),
    };
    all.filter_map(one).collect()
}

/// In which file it stands; and at which site it is, where there are several.
fn at_its_site(group: &mut GroupSight, site: Option<&Site>, several: bool) {
    let Some(site) = site else { return };
    group.file = site.file.to_string();
    if several {
        group.title = format!("{}: {}", site.title, group.title);
    }
}

/// The layers over any of these groups. Those of a consortium are over other sites too, which are not named.
fn layers(engine: &Engine, groups: &[GroupId]) -> Vec<[String; 4]> {
    let over = |layer: &&Layer| groups.iter().any(|group| layer.is_for(*group));
    engine.policy.rules().layers.iter().filter(over).map(super::policy::layer_row).collect()
}
