//! The console's addresses, one function each. All read only.

use super::accreditation;
use super::page::StatusPage;
use super::readiness::Readiness;
use super::status::StatusSource;
use crate::engine::Coverage;
use crate::policy::SITE_MARK;
use crate::telemetry::Metrics;
use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// What every route may use.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) source: Arc<dyn StatusSource>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) page: Arc<StatusPage>,
}

pub(super) const TEXT: &str = "text/plain; charset=utf-8";
pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const JSON: &str = "application/json";

/// All routes.
pub(super) fn routes(shared: Shared) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/console.css", get(style))
        .route("/livez", get(alive))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/version", get(version))
        .route("/coverage", get(coverage))
        .route("/lists", get(lists))
        .route("/accreditation", get(accreditation::page))
        .route("/accreditation.json", get(accreditation::json))
        .fallback(unknown)
        .with_state(shared)
}

/// The proxy settings of browsers, which ask for them under any name (`wpad` of their own domain): nothing in them is secret.
pub(super) fn open_routes(shared: Shared) -> Router {
    Router::new().route("/proxy.pac", get(pac)).route("/wpad.dat", get(pac)).with_state(shared)
}

async fn pac(State(shared): State<Shared>) -> Response {
    ([(CONTENT_TYPE, "application/x-ns-proxy-autoconfig")], shared.source.pac()).into_response()
}

/// What is seen in each group, and what is not; JSON where `Accept` asks for it.
async fn coverage(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    // Whoever comes by has not signed in: groups of further sites are told on the console, to those who reach them.
    let mut coverage = shared.source.coverage();
    coverage.retain(|one| !one.group.contains(SITE_MARK));
    if wants_json(&headers) {
        let json = serde_json::to_string(&coverage).unwrap_or_default();
        return ([(CONTENT_TYPE, JSON)], json + "\n").into_response();
    }
    match shared.page.coverage(&shared.source.status(), &coverage, shared.source.further_sites()) {
        Ok(page) => ([(CONTENT_TYPE, HTML)], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the console's page on coverage cannot be rendered");
            let text: String = coverage.iter().map(Coverage::text).collect();
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, TEXT)], text).into_response()
        }
    }
}

/// Where lists come from; JSON where `Accept` asks for it.
async fn lists(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let sources = shared.source.sources();
    let json = || serde_json::to_string(&sources).unwrap_or_default() + "\n";
    if wants_json(&headers) {
        return ([(CONTENT_TYPE, JSON)], json()).into_response();
    }
    match shared.page.lists(&shared.source.status(), &sources) {
        Ok(page) => ([(CONTENT_TYPE, HTML)], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the console's page of lists cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, JSON)], json()).into_response()
        }
    }
}

/// How things stand, for people.
async fn front(State(shared): State<Shared>) -> Response {
    let status = shared.source.status();
    match shared.page.render(&status, &Readiness::of(&status)) {
        Ok(page) => ([(CONTENT_TYPE, HTML)], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the console's page cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, TEXT)], Readiness::of(&status).text(true)).into_response()
        }
    }
}

async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("html/console.css")).into_response()
}

/// The process answers: nothing more is checked here.
async fn alive() -> Response {
    ([(CONTENT_TYPE, TEXT)], "alive\n").into_response()
}

/// May traffic be sent here? 200 or 503; `?verbose` names every check; JSON where `Accept` asks for it.
async fn ready(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let readiness = Readiness::of(&shared.source.status());
    let code = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if wants_json(&headers) {
        let json = serde_json::to_string(&readiness).unwrap_or_default();
        return (code, [(CONTENT_TYPE, JSON)], json + "\n").into_response();
    }
    let verbose = uri.query().is_some_and(|query| query.split('&').any(|part| part.split('=').next() == Some("verbose")));
    (code, [(CONTENT_TYPE, TEXT)], readiness.text(verbose)).into_response()
}

/// Everything that is counted, for Prometheus.
async fn metrics(State(shared): State<Shared>) -> Response {
    let text = shared.metrics.text(shared.source.status().now);
    ([(CONTENT_TYPE, Metrics::MEDIA_TYPE)], text).into_response()
}

async fn version() -> Response {
    let json = serde_json::json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")});
    ([(CONTENT_TYPE, JSON)], json.to_string() + "\n").into_response()
}

async fn unknown() -> Response {
    let words = "There is nothing here. See /, /accreditation, /coverage, /lists, /healthz, /readyz, /metrics and /version.\n";
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, TEXT)], words).into_response()
}

pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("application/json"))
}
