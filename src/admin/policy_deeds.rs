//! Draft, approve, publish, roll back: what is done to policy on the console, apart from the pages that ask for it.
//!
//! Must never put in force what was not recorded, nor let anybody approve what they proposed.

use super::accounts::{self, Account};
use super::book::BookFault;
use super::call::{Call, Stop};
use super::edit_works::{Edit, EditLine};
use super::policy_drafts::{self as drafts, Doer, Draft, State, What};
use super::policy_file::PolicyFile;
use super::policy_works::{Change, ChangeFault, Proposed, PublishFault};
use super::roles::{Action as Doing, may};
use super::works::WorksFault;
use crate::policy::Action;
use crate::record::EventKind;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Longest reason.
const LONGEST: usize = 2048;

/// Changes of a draft that its record tells one by one.
const TOLD: usize = 12;

/// The word of a draft for a category of which nothing was said.
const NOTHING: &str = "nothing";

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum DeedFault {
    /// No reason, or one that is too long.
    Because,
    /// Nobody approves their own.
    Own,
    /// It is not open any more.
    Closed,
    /// Somebody else has to approve it first.
    NotApproved,
    /// Who proposed it, or who approved it, may not do that any more: the name of the account.
    Left(String),
    /// It cannot be made.
    Change(ChangeFault),
    /// It did not go live.
    Publish(PublishFault),
    /// The door.
    Stop(Stop),
}

impl From<Stop> for DeedFault {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<BookFault> for DeedFault {
    fn from(fault: BookFault) -> Self {
        Self::Stop(fault.into())
    }
}

impl From<WorksFault> for DeedFault {
    fn from(fault: WorksFault) -> Self {
        Self::Stop(fault.into())
    }
}

/// The word of an action in forms, drafts and records.
pub(super) const fn word_of(action: Option<Action>) -> &'static str {
    match action {
        Some(Action::Allow) => "allow",
        Some(Action::Warn) => "warn",
        Some(Action::Block) => "block",
        None => "preset",
    }
}

/// The action of a word; the outer `None`: it is none.
pub(super) fn action_of(word: &str) -> Option<Option<Action>> {
    [Some(Action::Allow), Some(Action::Warn), Some(Action::Block), None].into_iter().find(|action| word_of(*action) == word)
}

fn doer<'a>(call: &'a Call<'_>) -> Result<Doer<'a>, Stop> {
    let account = &call.session()?.account;
    Ok(Doer { account: account.id, name: &account.name, at: call.now.wall })
}

/// A draft about which something is done at this moment.
struct Alone<'a> {
    all: &'a Mutex<BTreeSet<i64>>,
    draft: i64,
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.draft);
    }
}

/// Putting a draft in force takes its time: nobody decides about it, takes it back or puts it in force again meanwhile.
fn alone<'a>(call: &'a Call<'_>, draft: &Draft) -> Result<Alone<'a>, DeedFault> {
    let all = &call.desk.going_live;
    let is_first = all.lock().unwrap_or_else(PoisonError::into_inner).insert(draft.id);
    if is_first { Ok(Alone { all, draft: draft.id }) } else { Err(DeedFault::Closed) }
}

fn reason(because: &str) -> Result<(), DeedFault> {
    if because.is_empty() || because.len() > LONGEST { Err(DeedFault::Because) } else { Ok(()) }
}

/// What a draft is about, for the record.
fn in_words(what: &What) -> String {
    match what {
        What::Change { group, category, was, wish, .. } => format!("{category} for {group}: {was} becomes {wish}"),
        What::Setting { path, was, wish } => format!("the setting {path}: {was:?} becomes {wish:?}"),
        What::Edits { lines, .. } => {
            let told = lines.iter().take(TOLD).map(in_a_line).collect::<Vec<_>>().join("; ");
            let more = lines.len().saturating_sub(TOLD);
            if more == 0 { told } else { format!("{told}; and {more} more") }
        }
        What::Back { version } => format!("the settings as they were in version {version}"),
    }
}

/// A change of a draft, for the record.
fn in_a_line(line: &EditLine) -> String {
    let short = |text: &str| -> String {
        if text.is_empty() { NOTHING.to_owned() } else { text.chars().filter(|c| !c.is_control()).take(120).collect() }
    };
    let whom = if line.group.is_empty() { String::new() } else { format!(" for {}", short(&line.group)) };
    format!("{}{whom}: {} becomes {}", short(&line.what), short(&line.was), short(&line.wish))
}

/// Proposes several changes together; the draft's number. A fault comes with the number of the change that is to blame.
pub(super) fn propose_edits(
    call: &Call<'_>,
    file: &PolicyFile,
    edits: Vec<Edit>,
    because: &str,
) -> Result<i64, (Option<usize>, DeedFault)> {
    reason(because).map_err(|fault| (None, fault))?;
    let edited = call.desk.works.edited(file, &edits).map_err(|fault| (fault.edit, DeedFault::Change(fault.fault)))?;
    let what = What::Edits { edits, lines: edited.lines };
    put_down(call, (file, &what), because, &edited.proposed).map_err(|fault| (None, fault))
}

/// The changes of a draft once more, made from what stands in the file now; the new draft's number. The old one stays as it is.
pub(super) fn propose_again(call: &Call<'_>, draft: &Draft) -> Result<i64, DeedFault> {
    match &draft.what {
        What::Edits { edits, .. } => propose_edits(call, &draft.file, edits.clone(), &draft.because).map_err(|(_, fault)| fault),
        What::Change { .. } | What::Setting { .. } | What::Back { .. } => Err(DeedFault::Closed),
    }
}

/// Proposes another action of a category in a group; the draft's number. `what` names both for people.
pub(super) fn propose(
    call: &Call<'_>,
    (file, change): (&PolicyFile, &Change),
    (title, was): (&str, Option<Action>),
    because: &str,
) -> Result<i64, DeedFault> {
    reason(because)?;
    let what = What::Change {
        group: change.group.clone(),
        category: change.category.clone(),
        title: title.to_owned(),
        was: was.map_or(NOTHING, |was| word_of(Some(was))).to_owned(),
        wish: word_of(change.action).to_owned(),
    };
    let proposed = call.desk.works.changed(file, change).map_err(DeedFault::Change)?;
    put_down(call, (file, &what), because, &proposed)
}

/// Proposes to go back to a former version; the draft's number.
pub(super) fn propose_back(call: &Call<'_>, version: &drafts::Version, because: &str) -> Result<i64, DeedFault> {
    reason(because)?;
    let proposed = call.desk.works.replaced(&version.file, &version.text).map_err(DeedFault::Change)?;
    put_down(call, (&version.file, &What::Back { version: version.id }), because, &proposed)
}

/// Proposes another value of an option; the draft's number.
pub(super) fn propose_setting(call: &Call<'_>, path: &str, (was, wish): (&str, &str), because: &str) -> Result<i64, DeedFault> {
    reason(because)?;
    let proposed = call.desk.works.setting_changed(path, wish).map_err(DeedFault::Change)?;
    let what = What::Setting { path: path.to_owned(), was: was.to_owned(), wish: wish.to_owned() };
    put_down(call, (&PolicyFile::Settings, &what), because, &proposed)
}

fn put_down(call: &Call<'_>, (file, what): (&PolicyFile, &What), because: &str, proposed: &Proposed) -> Result<i64, DeedFault> {
    let by = doer(call)?;
    call.desk.book.change(|book| {
        let id = drafts::add(book, (file, what), because, proposed, by)?;
        let (blocks, opens) = (proposed.effect.blocks, proposed.effect.opens);
        let did = format!(
            "proposed draft {id}{}: {}; of {} requests it would have blocked {} and opened {}",
            file.words(),
            in_words(what),
            proposed.effect.looked_at,
            blocks.requests,
            opens.requests
        );
        call.record(EventKind::PolicyProposed, call.act(did).because(because))?;
        Ok(id)
    })
}

/// Approves or refuses a draft of somebody else.
pub(super) fn decide(call: &Call<'_>, draft: &Draft, approves: bool, because: &str) -> Result<(), DeedFault> {
    if draft.by == call.session()?.account.id {
        return Err(DeedFault::Own);
    }
    let state = if approves { State::Approved } else { State::Refused };
    end(call, draft, (state, if approves { "approved" } else { "refused" }), because)
}

/// Takes a draft back.
pub(super) fn withdraw(call: &Call<'_>, draft: &Draft, because: &str) -> Result<(), DeedFault> {
    end(call, draft, (State::Withdrawn, "withdrew"), because)
}

fn end(call: &Call<'_>, draft: &Draft, (state, did): (State, &str), because: &str) -> Result<(), DeedFault> {
    reason(because)?;
    let (by, _alone) = (doer(call)?, alone(call, draft)?);
    call.desk.book.change(|book| {
        if !drafts::decide(book, draft.id, state, because, by)? {
            return Err(DeedFault::Closed);
        }
        let did = format!("{did} draft {}{} of {}: {}", draft.id, draft.file.words(), draft.by_name, in_words(&draft.what));
        Ok(call.record(EventKind::ConsoleChange, call.act(did).because(because))?)
    })
}

/// Options that this draft loosens and that nobody loosens alone, whatever the settings say of approval.
pub(super) fn loosened(call: &Call<'_>, draft: &Draft) -> Result<Vec<String>, ChangeFault> {
    call.desk.works.loosened(&draft.file, &draft.proposed.former, &draft.proposed.text)
}

/// Puts a draft in force. Recorded first, with the former text kept: what was live cannot be made not to have been.
pub(super) fn publish(call: &Call<'_>, draft: &Draft) -> Result<(), DeedFault> {
    if !draft.state.is_open() {
        return Err(DeedFault::Closed);
    }
    let sight = call.desk.works.policy_in(&draft.file)?.ok_or(DeedFault::Change(ChangeFault::Unknown))?;
    // What nobody loosens alone needs the word of two, whatever the settings say.
    let two = sight.approve || !loosened(call, draft).map_err(DeedFault::Change)?.is_empty();
    if two && draft.state != State::Approved {
        return Err(DeedFault::NotApproved);
    }
    let (by, _alone) = (doer(call)?, alone(call, draft)?);
    still_may(call, draft, two)?;
    let kind = match draft.what {
        What::Change { .. } | What::Edits { .. } | What::Setting { .. } => EventKind::PolicyPublished,
        What::Back { .. } => EventKind::PolicyRolledBack,
    };
    call.desk.book.change(|book| {
        // Somebody may have refused it, or taken it back, since it was looked at.
        let now = drafts::numbered(book, draft.id)?.map(|now| now.state);
        if now != Some(draft.state) {
            return Err(DeedFault::Closed);
        }
        Ok(drafts::keep_former(book, draft, call.now.wall)?)
    })?;
    let approved = draft.decided.as_ref().map_or_else(String::new, |(_, who, _)| format!(", approved by {who}"));
    let did = format!("publishes draft {}{} of {}{approved}: {}", draft.id, draft.file.words(), draft.by_name, in_words(&draft.what));
    call.record(kind, call.act(did).because(&draft.because))?;
    if let Err(fault) = call.desk.works.publish(&draft.file, &draft.proposed.base, &draft.proposed.text) {
        call.record(EventKind::ConsoleChange, call.act(format!("draft {} is not in force: {}", draft.id, fault_in_words(&fault))))?;
        return Err(DeedFault::Publish(fault));
    }
    Ok(call.desk.book.change(|book| drafts::published(book, draft, by))?)
}

/// A word counts while whoever gave it may still give it: an account that was closed, or lost its role or the file, has said nothing.
fn still_may(call: &Call<'_>, draft: &Draft, two: bool) -> Result<(), DeedFault> {
    let reaches = |account: &Account| match &draft.file {
        PolicyFile::Settings => account.reach.is_all(),
        PolicyFile::Site(site) => account.reach.covers(site),
    };
    let stands = |account: &Account, action| account.closed(call.now.wall).is_none() && may(Some(account.role), action) && reaches(account);
    let proposer = call.desk.book.read(|book| accounts::numbered(book, draft.by))?;
    if !proposer.is_some_and(|account| stands(&account, Doing::ChangePolicy)) {
        return Err(DeedFault::Left(draft.by_name.clone()));
    }
    let Some((_, name, _)) = draft.decided.as_ref().filter(|_| two) else { return Ok(()) };
    let approver = call.desk.book.read(|book| accounts::named(book, name))?;
    if approver.is_some_and(|account| stands(&account, Doing::ApprovePolicy)) { Ok(()) } else { Err(DeedFault::Left(name.clone())) }
}

fn fault_in_words(fault: &PublishFault) -> &'static str {
    match fault {
        PublishFault::Moved(_) => "something else stands in the file",
        PublishFault::Change(_) => "it can no longer be made",
        PublishFault::ReadOnly(_) => "the file cannot be written",
        PublishFault::TakenBack(_) => "the reload failed, and the former text stands again",
    }
}
