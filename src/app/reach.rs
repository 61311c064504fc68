//! Which sites there are, for the console.

use super::App;
use crate::admin::SiteWorks;

impl SiteWorks for App {
    fn site_names(&self) -> Vec<(String, String)> {
        let settings = self.feeding.settings().1;
        // What the records have: the name that was in force at the start.
        let own = self.proxy.live.load().site.to_string();
        let further = settings.policy.sites.iter().map(|site| (site.name.to_string(), site.title.to_string()));
        std::iter::once((own.clone(), own)).chain(further).collect()
    }
}
