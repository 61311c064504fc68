//! The fields of our own answers: not to be stored, guessed at, scripted or followed back.
//!
//! `Connection` is never set here: the connection belongs to the listener.

use super::status::{Template, error_type, retry_after};
use super::wanted::Wanted;
use crate::model::Reason;
use crate::record::base64;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// RFC 9209.
const PROXY_STATUS: HeaderName = HeaderName::from_static("proxy-status");
/// For answers without a page: nothing may load, run or frame.
pub(super) const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The content security policies of all pages, made once: by itself, and in a frame.
#[derive(Debug)]
pub(super) struct Policies([[HeaderValue; 2]; Template::ALL.len()]);

impl Policies {
    /// Each page's inline style is allowed by its hash, and nothing else is.
    pub(super) fn of(source: impl Fn(Template) -> String) -> Self {
        Self(Template::ALL.map(|template| {
            let hashes: Vec<String> = styles(&source(template)).map(hash).collect();
            let styles = if hashes.is_empty() { "'none'".to_owned() } else { hashes.join(" ") };
            [false, true].map(|framed| {
                let last = permitted(template, framed);
                let policy = format!("default-src 'none'; img-src data:; base-uri 'none'; style-src {styles}; {last}");
                HeaderValue::try_from(policy).unwrap_or(NOTHING)
            })
        }))
    }

    fn of_page(&self, template: Template, framed: bool) -> HeaderValue {
        self.0[template as usize][usize::from(framed)].clone()
    }
}

/// Where forms may go and who may frame. A page in a frame has no button, so anyone may frame it; a page with a button is
/// never framed. The button of a warning leads through our own name to wherever the website sends on: browsers check every step.
const fn permitted(template: Template, framed: bool) -> &'static str {
    match template {
        Template::Warn if !framed => "form-action http: https:; frame-ancestors 'none'",
        Template::Why
        | Template::Code
        | Template::SignIn
        | Template::Agreement
        | Template::Wrong
        | Template::Worry
        | Template::Answer
        | Template::Opinion => "form-action http: https:; frame-ancestors 'none'",
        // A code has to be typed into its form: nobody can be led to press it unseen.
        Template::Block | Template::Hours if !framed => "form-action http: https:",
        Template::Welcome | Template::Notice | Template::Coverage | Template::Authority | Template::Device => {
            "form-action 'none'; frame-ancestors 'none'"
        }
        Template::Warn | Template::Block | Template::Statutory | Template::Hours | Template::Trouble => "form-action 'none'",
    }
}

/// The contents of the `<style>` elements of a page.
fn styles(page: &str) -> impl Iterator<Item = &str> {
    page.split("<style>").skip(1).filter_map(|rest| rest.split_once("</style>")).map(|(style, _)| style)
}

/// `'sha256-...'` (CSP level 3, section 2.3.1).
fn hash(style: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, style.as_bytes());
    format!("'sha256-{}'", base64::encode(digest.as_ref()))
}

/// `Proxy-Status` of every reason, made once, by the reason's number.
#[derive(Debug)]
pub(super) struct ProxyStatus(Vec<Option<HeaderValue>>);

impl ProxyStatus {
    pub(super) fn new() -> Self {
        let highest = Reason::ALL.iter().map(|&reason| reason as usize).max().unwrap_or(0);
        let mut all = vec![None; highest + 1];
        for &reason in Reason::ALL {
            all[reason as usize] = error_type(reason)
                .and_then(|kind| HeaderValue::try_from(format!("Lifeguard; error={kind}; details=\"{}\"", reason.code())).ok());
        }
        Self(all)
    }
}

/// All fields of one answer.
pub(super) fn fields(
    policies: &Policies,
    statuses: &ProxyStatus,
    reason: Reason,
    template: Template,
    wanted: Wanted,
    length: usize,
) -> HeaderMap {
    let page = matches!(wanted, Wanted::Html | Wanted::Frame);
    let mut fields = HeaderMap::with_capacity(12);
    fields.insert(CONTENT_TYPE, content_type(wanted));
    fields.insert(CONTENT_LENGTH, HeaderValue::from(length));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    fields.insert(CONTENT_SECURITY_POLICY, if page { policies.of_page(template, wanted == Wanted::Frame) } else { NOTHING });
    if wanted == Wanted::Html && matches!(template, Template::Warn | Template::SignIn | Template::Agreement) {
        fields.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if let Some(Some(status)) = statuses.0.get(reason as usize) {
        fields.insert(PROXY_STATUS, status.clone());
    }
    if let Some(seconds) = retry_after(reason) {
        fields.insert(RETRY_AFTER, HeaderValue::from_static(seconds));
    }
    if wanted == Wanted::JsonElsewhere {
        fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    fields
}

/// The fields of a file of ours.
pub(super) fn file_fields(media_type: &'static str, length: usize) -> HeaderMap {
    HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CONTENT_LENGTH, HeaderValue::from(length)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ])
}

/// The media type of a form.
fn content_type(wanted: Wanted) -> HeaderValue {
    HeaderValue::from_static(match wanted {
        Wanted::Html | Wanted::Frame => "text/html; charset=utf-8",
        Wanted::Json | Wanted::JsonElsewhere => "application/json",
        Wanted::Image => "image/png",
        Wanted::Script => "text/javascript; charset=utf-8",
        Wanted::Style => "text/css; charset=utf-8",
        Wanted::Media | Wanted::Font | Wanted::WebSocket | Wanted::Text | Wanted::Other => "text/plain; charset=utf-8",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_agrees_with_a_published_vector() {
        // FIPS 180-2 example: SHA-256 of "abc".
        assert_eq!(hash("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
    }

    #[test]
    fn the_styles_of_a_page_are_found() {
        assert_eq!(styles("<style>a</style>x<style>b</style><style>open").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(styles("nothing").count(), 0);
    }
}
