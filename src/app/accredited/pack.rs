//! Outcomes -> a folder of signed evidence that leaves the house, and forms that are filled in from it.

use super::history::{FullRun, HistoryFault};
use crate::accredit::{Context, Outcome, RenderFault, Report, form_page, form_text, report_page, uksic_form};
use crate::store::Signer;
use crate::store::evidence::{self, PackFault};
use std::path::Path;

/// Evidence that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceFault {
    /// The folder.
    #[error(transparent)]
    Pack(#[from] PackFault),
    /// A page.
    #[error(transparent)]
    Render(#[from] RenderFault),
    /// The report as JSON.
    #[error("the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The history.
    #[error(transparent)]
    History(#[from] HistoryFault),
}

/// Writes `report.json`, `report.html`, `form-uksic.html` and their signed manifest into a new folder, and gives the report back. `key`: the
/// folder of the log, and who signs for it.
///
/// # Errors
/// [`EvidenceFault`]; no folder is left then.
pub fn write_pack(outcomes: Vec<Outcome>, context: Context, folder: &Path, key: (&Path, &Signer)) -> Result<Report, EvidenceFault> {
    let report = Report::of(context, outcomes);
    let json = serde_json::to_string_pretty(&report)? + "\n";
    let (page, form) = (report_page(&report)?, form_page(&report, &uksic_form(&report))?);
    let files = [("report.json", json.as_bytes()), ("report.html", page.as_bytes()), ("form-uksic.html", form.as_bytes())];
    evidence::write_pack(folder, &files, &report.installation.made.to_string(), key)?;
    Ok(report)
}

/// The form of the UK Safer Internet Centre from a run that was kept, as text or as a page. The installation is that of now; the checks are
/// those of then, and the form says when that was.
///
/// # Errors
/// [`EvidenceFault`].
pub fn form_of_last(run: Option<FullRun>, now: Context, page: bool) -> Result<String, EvidenceFault> {
    let (outcomes, made_words) = match run {
        Some(run) => (run.outcomes, format!("{}; the checks are of {}", now.made_words, run.at)),
        None => (Vec::new(), format!("{}; no checks were run", now.made_words)),
    };
    let report = Report::of(Context { made_words: made_words.into(), ..now }, outcomes);
    let answers = uksic_form(&report);
    Ok(if page { form_page(&report, &answers)? } else { form_text(&report, &answers) })
}
