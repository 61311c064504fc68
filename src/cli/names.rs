//! `lifeguard check --names`: do the names of restricted search lead anywhere from this machine (standards AC3)?

use crate::config::Config;
use crate::policy::PolicySet;
use crate::proxy::upstream::Names;

/// What is wrong with them, in one sentence; `None`: each leads to an address.
pub(super) fn lost(config: &Config, policy: &PolicySet) -> Option<String> {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Some(format!("names cannot be looked up: {error}")),
    };
    let found = runtime.block_on(async {
        let names = Names::new(&config.proxy.dns).map_err(|fault| fault.to_string())?;
        let mut lost = Vec::new();
        for name in policy.restricted_names() {
            if let Err(fault) = names.addresses(name).await {
                lost.push(format!("{name} ({fault})"));
            }
        }
        Ok::<_, String>(lost)
    });
    match found {
        Ok(lost) if lost.is_empty() => None,
        Ok(lost) => Some(format!("names of restricted search that lead nowhere: {}", lost.join(", "))),
        Err(fault) => Some(format!("names cannot be looked up: {fault}")),
    }
}
