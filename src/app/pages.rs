//! The pages of the installation and of its sites, compiled and tried before they go live.

use super::fault::AppFault;
use crate::config::{Config, SitePages};
use crate::policy::Site as PolicySite;
use crate::proxy::pages::{HelpLine, PageSet, Pages, Site, TemplateFault};
use std::path::Path;
use std::sync::Arc;

/// The proxy's own pages, compiled and tried.
///
/// # Errors
/// [`AppFault::Pages`]: a template of the operator's, or of a site's, cannot be used.
pub fn pages(config: &Config) -> Result<PageSet, AppFault> {
    let own = &config.pages;
    let all = Pages::new(page_site(config), &own.templates).map_err(fault_in(&own.folder))?;
    let named = |pages: &SitePages| Some((pages.clone(), config.policy.sites.iter().find(|site| site.name == pages.site)?));
    let made: Result<Vec<_>, _> =
        own.of_sites.iter().filter_map(named).map(|(pages, site)| of_site(config, &all, (&pages, site))).collect();
    made.map(|of_sites| PageSet::new(all, of_sites))
}

/// The pages of one site: what it does not write itself is that of the installation.
fn of_site(config: &Config, all: &Pages, (own, site): (&SitePages, &PolicySite)) -> Result<(Arc<str>, Pages), AppFault> {
    let mut facts = page_site(config);
    facts.name = site.title.to_string();
    facts.time_zone = site.zone.clone();
    if let Some(contact) = &site.contact {
        facts.contact = contact.into();
    }
    let lines = own.help_lines.iter().map(|line| HelpLine {
        name: line.name.clone(),
        phone: line.phone.clone(),
        words: line.words.clone(),
        web: line.web.clone(),
    });
    facts.help_lines.splice(0..0, lines);
    if own.templates.is_empty() {
        return Ok((Arc::clone(&own.site), all.at(facts)));
    }
    let mut templates = config.pages.templates.clone();
    templates.extend(own.templates.clone());
    let made = Pages::new(facts, &templates).map_err(fault_in(&own.folder))?;
    Ok((Arc::clone(&own.site), made))
}

fn fault_in(folder: &Path) -> impl FnOnce(TemplateFault) -> AppFault {
    let folder = folder.to_owned();
    move |fault| AppFault::Pages { folder, fault }
}

fn page_site(config: &Config) -> Site {
    let contact = &config.site.contact;
    let help = config.policy.help_lines.iter().filter(|line| line.on_pages);
    Site {
        name: config.site.name.clone(),
        own_name: config.proxy.own_name.clone(),
        time_zone: config.site.time_zone.clone(),
        contact: contact.into(),
        help_lines: help
            .map(|line| HelpLine {
                name: line.name.to_string(),
                phone: line.phone.to_string(),
                words: line.words.to_string(),
                // Emergency numbers have no page.
                web: if line.address.is_empty() { String::new() } else { format!("https://{}/", line.address) },
            })
            .collect(),
        ..Site::default()
    }
}
