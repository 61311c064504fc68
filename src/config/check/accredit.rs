//! `[accredit]`: memberships say whose they are, under which number, and until when.

use super::bench::Bench;
use super::corpora;
use crate::accredit::Membership;
use crate::config::accredit::AccreditSettings;
use crate::config::fault::FaultKind;
use crate::config::raw::{RawAccredit, RawMembership};
use crate::config::source::At;

/// Checks the table.
pub(super) fn check(raw: RawAccredit, bench: &mut Bench<'_>) -> AccreditSettings {
    let memberships = raw.memberships.iter().filter_map(|membership| one(membership, bench)).collect();
    let corpora = corpora::check(&raw.corpora, raw.settings.corpora, bench);
    AccreditSettings { memberships, corpora, ..raw.settings }
}

fn one(written: &At<RawMembership>, bench: &mut Bench<'_>) -> Option<Membership> {
    let raw = &written.value;
    let scheme = bench.need(raw.scheme.as_ref(), &written.place, "scheme");
    let id = bench.need(raw.id.as_ref(), &written.place, "id");
    let until = match &raw.expires {
        None => {
            bench.reader.fault(&written.place, FaultKind::Missing("expires"));
            None
        }
        Some(expires) => {
            let end = expires.value.end(&bench.zone);
            if end.is_none() {
                bench.reader.fault(&expires.place, FaultKind::OutOfRange { expected: "a date before the year 9999".into() });
            }
            end
        }
    };
    Some(Membership { scheme: scheme?.into(), id: id?.into(), until: until? })
}
