//! The agreement: clauses that say something, ids that stand once over all layers, and a notice before the log names anybody
//! (standards C2, C7).

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::{RawAgreement, RawClause, RawGroup, RawLayer, RawNotice};
use crate::config::sign_in::SignInSettings;
use crate::config::source::{At, Place};
use crate::model::{LogDetail, Reason, VerdictKind};
use crate::policy::{AgreementRules, Clause, Group, Level, Origin};
use std::sync::Arc;

/// Longest id: it stands in every record that it is behind.
const LONGEST_ID: usize = 32;
/// Most clauses over all layers.
const MOST: usize = 500;
/// Longest text of one clause, in bytes.
const LONGEST_TEXT: usize = 8 * 1024;

/// Checks `[aup]` and what layers add to it.
pub(super) fn check(raw: &RawAgreement, layers: &[At<RawLayer>], site: &str, bench: &mut Bench<'_>) -> AgreementRules {
    let mut clauses = of_layers(layers, bench);
    let signed_by: Arc<str> = raw.signed_by.as_ref().map_or("", |at| &at.value).into();
    let first = raw.clauses.first().map(|clause| clause.place.clone());
    let review = first.as_ref().and_then(|place| bench.review(raw.review.as_ref(), place));
    if let Some(place) = &first {
        drop(bench.need(raw.signed_by.as_ref(), place, "signed_by"));
    }
    let own = |place: &Place, bench: &Bench<'_>| Origin {
        level: Level::Site,
        title: site.into(),
        signed_by: Arc::clone(&signed_by),
        place: bench.reader.place_text(place).into(),
    };
    for clause in &raw.clauses {
        let origin = own(clause.value.id.as_ref().map_or(&clause.place, |id| &id.place), bench);
        clauses.extend(clause_of(clause, origin, bench));
    }
    clauses.sort_by_key(|(clause, _)| clause.origin.level);
    refuse_same_ids(&clauses, bench);
    let clauses: Vec<Clause> = clauses.into_iter().map(|(clause, _)| clause).collect();
    nothing_to_accept(raw, &clauses, bench);
    AgreementRules {
        label: raw.version.as_ref().map_or("", |at| &at.value).into(),
        review,
        signed_by,
        place: first.map_or_else(String::new, |place| bench.reader.place_text(&place)).into(),
        accept: bench.groups(&raw.accept),
        easy_for: bench.groups(&raw.easy_for),
        guardian_for: bench.groups(&raw.guardian_for),
        address_lasts: raw.address_lasts,
        clauses,
    }
}

type Placed = (Clause, Place);

fn of_layers(layers: &[At<RawLayer>], bench: &mut Bench<'_>) -> Vec<Placed> {
    let mut clauses = Vec::new();
    for raw in layers.iter().map(|at| &at.value) {
        let Some(level) = raw.level.as_ref().map(|at| at.value) else { continue };
        let text = |at: &Option<At<String>>| -> Arc<str> { at.as_ref().map_or("", |at| &at.value).into() };
        if let (Level::Person, Some(first)) = (level, raw.agreement.clauses.first()) {
            bench.reader.fault(&first.place, FaultKind::Meaningless("aup", "the level \"person\"".into()));
            continue;
        }
        for clause in &raw.agreement.clauses {
            let place = bench.reader.place_text(clause.value.id.as_ref().map_or(&clause.place, |id| &id.place)).into();
            let origin = Origin { level, title: text(&raw.title), signed_by: text(&raw.signed_by), place };
            let mut made = clause_of(clause, origin, bench);
            if let Some((clause, _)) = made.as_mut().filter(|(clause, _)| clause.groups.is_empty()) {
                // What a layer says is for the groups that the layer is for.
                clause.groups = super::layers::named_groups(raw, bench);
            }
            clauses.extend(made);
        }
    }
    clauses
}

fn clause_of(written: &At<RawClause>, origin: Origin, bench: &mut Bench<'_>) -> Option<Placed> {
    let (raw, place) = (&written.value, &written.place);
    let id = bench.need(raw.id.as_ref(), place, "id");
    let title = bench.need(raw.title.as_ref(), place, "title");
    let words = bench.need(raw.words.as_ref(), place, "words");
    for text in [&raw.title, &raw.words, &raw.easy, &raw.sanction].into_iter().flatten().filter(|at| at.value.len() > LONGEST_TEXT) {
        bench.reader.fault(&text.place, FaultKind::OutOfRange { expected: format!("a text of at most {LONGEST_TEXT} bytes").into() });
    }
    raw.categories.iter().for_each(|name| bench.category(name));
    let reasons = raw.reasons.iter().filter_map(|name| reason(name, bench)).collect();
    let groups = bench.groups(&raw.groups);
    let at = raw.id.as_ref()?;
    if !is_id(&at.value) {
        let expected = format!("a short name of letters, digits, - and dots, at most {LONGEST_ID}");
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() });
    }
    let text = |at: &Option<At<String>>| at.as_ref().map(|at| Arc::from(at.value.trim()));
    let clause = Clause {
        id: id?.into(),
        title: title?.trim().into(),
        words: words?.trim().into(),
        easy: text(&raw.easy).filter(|easy: &Arc<str>| !easy.is_empty()),
        sanction: text(&raw.sanction).unwrap_or_else(|| "".into()),
        groups,
        categories: raw.categories.iter().map(|at| at.value.as_str().into()).collect(),
        reasons,
        origin,
    };
    Some((clause, at.place.clone()))
}

fn is_id(id: &str) -> bool {
    id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// A reason that a clause may stand behind: something that policy closes or warns of, and no statutory list.
fn reason(name: &At<String>, bench: &mut Bench<'_>) -> Option<Reason> {
    let may = |reason: &Reason| {
        matches!(reason.kind(), VerdictKind::Block | VerdictKind::Warn) && !matches!(reason, Reason::Statutory | Reason::AgreementNeeded)
    };
    let found = Reason::from_code(&name.value).filter(may);
    if found.is_none() {
        bench.unknown("reason", name, Reason::ALL.iter().filter(|reason| may(reason)).map(|reason| reason.code()));
    }
    found
}

/// An id stands once: a lower layer neither changes nor hides a clause of a higher one, and a record names one clause alone.
fn refuse_same_ids(clauses: &[Placed], bench: &mut Bench<'_>) {
    for (number, (clause, place)) in clauses.iter().enumerate() {
        let Some((first, _)) = clauses[..number].iter().find(|(first, _)| first.id.eq_ignore_ascii_case(&clause.id)) else { continue };
        if first.origin.level < clause.origin.level {
            let what = format!("clause {}", clause.id);
            let kind = FaultKind::Loosens { what: what.into(), level: first.origin.level.word(), title: (*first.origin.title).into() };
            let Origin { place: set_at, signed_by, .. } = &first.origin;
            let help = format!("set at {set_at} by {signed_by}. What stands below adds clauses under ids of its own, and changes none");
            bench.reader.fault_with_help(place, kind, &help);
        } else {
            bench.reader.fault(place, FaultKind::Twice("clause", (*clause.id).into()));
        }
    }
    if let Some((_, place)) = clauses.get(MOST) {
        bench.reader.fault(place, FaultKind::OutOfRange { expected: format!("at most {MOST} clauses").into() });
    }
}

fn nothing_to_accept(raw: &RawAgreement, clauses: &[Clause], bench: &mut Bench<'_>) {
    for name in &raw.accept {
        let group: Vec<_> = bench.number(&name.value).into_iter().collect();
        let any = clauses.iter().any(|clause| clause.groups.is_empty() || group.iter().any(|group| clause.groups.contains(group)));
        if !group.is_empty() && !any {
            bench.reader.fault(&name.place, FaultKind::NothingToAccept(name.value.as_str().into()));
        }
    }
}

/// Who may read the log.
fn notice(raw: &RawNotice) -> Vec<Box<str>> {
    raw.seen_by.iter().map(|at| at.value.trim()).filter(|name| !name.is_empty()).map(Box::from).collect()
}

/// Who may read the log, and whether people sign in who are not told so; then the log must not name them.
pub(super) fn told(
    raw: &RawNotice,
    sign_in: &SignInSettings,
    groups: (&[At<RawGroup>], &[Group]),
    bench: &mut Bench<'_>,
) -> (Vec<Box<str>>, bool) {
    let notice = notice(raw);
    let untold = notice.is_empty() && *sign_in != SignInSettings::default();
    must_be_told(untold, groups, bench);
    (notice, untold)
}

/// Where people sign in and nobody is named who may read it (`untold`), the log must not name them, here or at a site (standards C7).
pub(super) fn must_be_told(untold: bool, groups: (&[At<RawGroup>], &[Group]), bench: &mut Bench<'_>) {
    let named = groups.0.iter().zip(groups.1).find(|(_, group)| untold && group.log == LogDetail::Full);
    if let Some((raw, group)) = named {
        let place = raw.value.name.as_ref().map_or(&raw.place, |name| &name.place);
        let help =
            "write [notice] seen_by = [\"the head teacher\"] with whoever may read the log; or let the log name nobody: log = \"no-user\"";
        bench.reader.fault_with_help(place, FaultKind::NoticeEmpty((*group.name).into()), help);
    }
}
