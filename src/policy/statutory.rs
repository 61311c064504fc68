//! The first stage. It alone makes a [`Cleared`], and without one there is no permit and no later stage (standards V2).
//!
//! Must never look at a setting that could let a listed address through, and never show an entry. The one setting it
//! reads, [`HiddenPages`], can only make it block more.

use super::decision::{Ask, Evidence, Refusal};
use super::order::Stage;
use super::rules::HiddenPages;
use super::trace::Trace;
use crate::canon::Scheme;
use crate::matcher::{Hits, Matched};
use crate::model::Reason;
use std::sync::Arc;

/// Proof that one request is on no statutory list. It cannot be copied and is used up by the permit.
#[derive(Debug)]
pub(super) struct Cleared(());

/// What the stage needs: the layer's name for each list, by list number, and one for a host that is blocked as a whole.
#[derive(Debug)]
pub(super) struct StatutoryStage {
    pub(super) layers: Box<[Arc<str>]>,
    pub(super) any: Arc<str>,
    pub(super) whole_host: Arc<str>,
}

impl StatutoryStage {
    /// Clears the request or refuses it. `opened`: the tunnel will be opened, and every page inside judged by itself.
    pub(super) fn clear(
        &self,
        ask: &Ask<'_>,
        hits: &Hits,
        hidden: HiddenPages,
        opened: bool,
        trace: &mut impl Trace,
    ) -> Result<Cleared, Refusal> {
        if let Some(matched) = hits.statutory {
            let layer = self.layer(matched);
            trace.note(Stage::Statutory, true, || format!("On the {layer}. No setting opens it; the entry is never shown."));
            return Err(refusal(layer, Some(matched)));
        }
        let hides = hits.statutory_urls_on_host && ask.url.scheme() == Scheme::Tunnel && !opened;
        if hides && hidden == HiddenPages::BlockHost {
            trace.note(Stage::Statutory, true, || "Single pages of this host are listed and a tunnel would hide them.".into());
            return Err(refusal(&self.whole_host, None));
        }
        trace.note(Stage::Statutory, false, || if hides { GAP } else { "On no statutory list." }.into());
        Ok(Cleared(()))
    }

    fn layer(&self, matched: Matched) -> &Arc<str> {
        self.layers.get(usize::from(matched.list.0)).unwrap_or(&self.any)
    }
}

const GAP: &str = "The host is on no statutory list. Single pages of it are, and a tunnel hides pages: recorded as a gap in coverage.";

fn refusal(layer: &Arc<str>, matched: Option<Matched>) -> Refusal {
    let category = matched.map(|matched| matched.category);
    Refusal { evidence: Evidence { reason: Reason::Statutory, layer: Arc::clone(layer), category, matched, predicted: None } }
}
