//! Forms that say from which state they were drawn: one that is older than what stands now must change nothing.
//!
//! What was typed stays in the form, beside what stands now, and the form that comes back is drawn from that. The editor of policy does the
//! same with the fingerprint of the file.

use super::policy_form::hidden;
use crate::admin::call::{Call, Reply};
use crate::admin::policy_works::digest_of;
use crate::admin::sheet::{Field, Sheet};
use axum::http::StatusCode;

/// The name of the field.
const BASE: &str = "base";

/// The field that carries the state from which a form is drawn.
pub(super) fn field(stands: &str) -> Field {
    hidden(BASE, &digest_of(stands))
}

/// Was the form drawn from another state than this? One that says nothing of it is no page of ours.
pub(super) fn is_older(call: &Call<'_>, stands: &str) -> bool {
    call.form.has(BASE) && call.form.raw(BASE) != digest_of(stands)
}

/// The page with what was typed, and why nothing was done.
pub(super) fn moved(call: &Call<'_>, sheet: Sheet, why: &'static str) -> Reply {
    Reply::Faulty(Box::new(Sheet { fault: Some(call.say(why).to_owned()), ..sheet }), StatusCode::CONFLICT)
}
