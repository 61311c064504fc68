//! Parts of the front page that whoever comes by must not see: devices that refuse our certificate, hosts that are let through unopened, and
//! what went wrong in words. Never which device uses which host: that is what the log is for, and who may ask it.

use crate::admin::call::Call;
use crate::admin::page::count;
use crate::admin::roles::{Action, Role, may};
use crate::admin::sheet::{Line, Part};
use crate::admin::status::{PassedStatus, RefuserStatus, Status};

/// As many as people read.
const SHOWN: usize = 50;

/// Those parts that this role may see. For accounts of all sites: nothing here is told apart by sites.
pub(super) fn parts(call: &Call<'_>, role: Role) -> Vec<Part> {
    let status = call.desk.works.status();
    let mut parts = Vec::new();
    if may(Some(role), Action::SeeSettings) {
        parts.extend(faults(call, &status));
    }
    if let (true, Some(authority)) = (may(Some(role), Action::SeeHosts), &status.authority) {
        parts.extend([refusers(call, &authority.refusers), passed(call, &status.passed)]);
    }
    parts
}

fn faults(call: &Call<'_>, status: &Status) -> Option<Part> {
    let reload = status.reload.fault.as_deref().map(|fault| format!("{}\n{fault}", call.say("unopened.reload")));
    let mail = status.mail_fault.as_deref().map(|fault| call.say_with("unopened.mail", fault));
    let block = reload.into_iter().chain(mail).collect::<Vec<_>>().join("\n\n");
    (!block.is_empty()).then(|| Part { heading: call.say("unopened.faults").to_owned(), block, ..Part::default() })
}

fn table(call: &Call<'_>, (heading, words): (&'static str, &'static str), head: &[&'static str], rows: Vec<Line>) -> Part {
    let none = rows.is_empty();
    Part {
        heading: call.say(heading).to_owned(),
        lines: vec![call.say(if none { "unopened.none" } else { words }).to_owned()],
        head: if none { Vec::new() } else { head.iter().map(|&key| call.say(key).to_owned()).collect() },
        rows,
        ..Part::default()
    }
}

fn refusers(call: &Call<'_>, all: &[RefuserStatus]) -> Part {
    let row = |one: &RefuserStatus| Line { cells: vec![one.client.clone(), count(one.times), call.moment(one.last)], ..Line::default() };
    let head = ["devices.address", "unopened.times", "unopened.last"];
    table(call, ("unopened.refusers", "unopened.refusers_words"), &head, all.iter().take(SHOWN).map(row).collect())
}

fn passed(call: &Call<'_>, all: &[PassedStatus]) -> Part {
    let row = |one: &PassedStatus| {
        let host = if one.host.is_empty() { call.say("unopened.not_kept").to_owned() } else { one.host.clone() };
        let why = one.why.strip_prefix("not opened: ").unwrap_or(one.why).to_owned();
        Line { cells: vec![host, why, call.moment(one.since), call.moment(one.until)], ..Line::default() }
    };
    let head = ["unopened.host", "unopened.why", "unopened.since", "unopened.until"];
    table(call, ("unopened.passed", "unopened.passed_words"), &head, all.iter().rev().take(SHOWN).map(row).collect())
}
