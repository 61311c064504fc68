//! The canary: in every group one page of each statutory list, one page that a category blocks and one that is open, through a real listener.
//! Short enough to run every hour beside people's requests.

use super::bench::Bench;
use super::fault::AccreditFault;
use super::pages::{self, Shown};
use super::statutory::Entries;
use super::ways_round::is_blocked;
use super::witness::Witness;
use crate::accredit::Outcome;
use crate::config::{self, Config};
use crate::feeds::{BuiltIn, samples_in_clear, statutory_in_clear};
use crate::lists::ListImage;
use std::sync::Arc;
use std::time::Instant;

/// Sends it. `lists`: those in force.
///
/// # Errors
/// [`AccreditFault`]: nothing could be tried, which is no pass.
pub async fn canary(config: &Config, lists: &Arc<ListImage>) -> Result<Vec<Outcome>, AccreditFault> {
    let entries = Entries::new(statutory_in_clear(&config.lists, config::builtin_list as BuiltIn)?);
    let samples = samples_in_clear(&config.lists, config::builtin_list as BuiltIn, 1)?;
    let bench = Bench::open(config, lists, None, Arc::new(Witness::default())).await?;
    let mut outcomes = Vec::new();
    for door in &bench.doors {
        let (begun, mut shown) = (Instant::now(), Shown::default());
        pages::control(&bench, door, &mut shown).await;
        pages::listed(&bench, door, &entries, &mut shown).await;
        if let Some(sample) = samples.iter().find(|sample| is_blocked(&bench, door, &sample.category)) {
            pages::category(&bench, door, sample, &mut shown).await;
        }
        outcomes.push(Outcome { took: begun.elapsed(), ..shown.outcome("canary", door) });
    }
    Ok(outcomes)
}
