//! What went wrong, as RFC 9457 says it. What the system said goes to the operator alone.

use super::shape::Given;
use crate::admin::book::BookFault;
use crate::admin::call::{Stop, TRY_AGAIN};
use crate::admin::sheet::Sheet;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A fault, for the program that asked.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) detail: String,
    /// Names of what was given, and what is wrong with each.
    pub(super) errors: Vec<(&'static str, String)>,
    field: Option<(HeaderName, &'static str)>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), field: None }
    }

    /// There is no token, or none that is good: which of the two is not said.
    pub(super) fn no_token() -> Self {
        let field = Some((WWW_AUTHENTICATE, "Bearer realm=\"Lifeguard\""));
        Self { field, ..Self::new(StatusCode::UNAUTHORIZED, "A token that is good is needed: Authorization: Bearer lgd_...") }
    }

    pub(super) fn too_many() -> Self {
        Self { field: Some((RETRY_AFTER, "300")), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "There were too many in five minutes.") }
    }

    pub(super) fn busy() -> Self {
        Self { field: Some((RETRY_AFTER, TRY_AGAIN)), ..Stop::Busy.into() }
    }

    pub(super) fn method(allow: &'static str) -> Self {
        Self { field: Some((ALLOW, allow)), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "This is done in another way.") }
    }

    /// One thing that was given is wrong.
    pub(super) fn of(name: &'static str, words: impl Into<String>) -> Self {
        Self { errors: vec![(name, words.into())], ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Something that was given is wrong.") }
    }

    /// The faults of a page, by the names that the program used.
    pub(super) fn of_sheet(sheet: &Sheet, status: StatusCode, takes: &[Given]) -> Self {
        let faulty = sheet.fields().filter(|field| !field.fault.is_empty());
        let named = |field: &str| takes.iter().find(|given| given.form == field).map(|given| given.name);
        let errors = faulty.filter_map(|field| Some((named(field.name)?, field.fault.clone()))).collect();
        let detail = sheet.fault.clone().unwrap_or_else(|| "Something that was given is wrong.".to_owned());
        Self { errors, ..Self::new(status, detail) }
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        let detail = match &stop {
            Stop::Method => "This is done in another way.",
            Stop::MediaType => "JSON is expected: Content-Type: application/json.",
            Stop::TooLarge => "The body is too large.",
            Stop::Twice => "Something came twice.",
            Stop::Broken => "It is broken, or was cut off.",
            Stop::Plain => "Not without TLS.",
            Stop::CrossSite => "Pages of a browser may not ask here.",
            Stop::NotYours => "This token, or the role of its owner, may not do this.",
            Stop::AllSites => "This is about all sites, and the token's owner reaches some.",
            Stop::Unknown => "There is no such thing.",
            Stop::Go(_) | Stop::Lost => return Self::no_token(),
            Stop::Busy => "Nothing was done. Try again soon.",
            Stop::Log(fault) => {
                tracing::error!(%fault, "console: nothing was done for a program, since it could not be recorded");
                "Nothing was done, since it could not be recorded."
            }
            Stop::Book(fault) => {
                tracing::error!(%fault, "console: nothing was done for a program");
                "Nothing was done."
            }
            Stop::Works(fault) => return Self::new(stop.status(), fault.to_string()),
        };
        Self::new(stop.status(), detail)
    }
}

impl From<BookFault> for Problem {
    fn from(fault: BookFault) -> Self {
        Stop::Book(fault).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let errors: Vec<_> = self.errors.iter().map(|(name, words)| json!({"name": name, "detail": words})).collect();
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Fault"),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "errors": errors,
        });
        let mut response = (self.status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        if let Some((name, value)) = self.field {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
