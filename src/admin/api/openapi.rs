//! The description of all routes (OpenAPI 3.1), made from the table that routes.

use super::routes::{ROUTES, Route};
use super::shape::Given;
use serde_json::{Map, Value, json};

/// Longest text that is given, in bytes.
pub(super) const LONGEST: usize = 2048;

/// The description.
pub(super) fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method().to_ascii_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Lifeguard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the console does for people, for programs. Every use is recorded as a deed of the token's owner.",
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "Made under /account/tokens; it begins with lgd_."}},
            "schemas": {"Problem": problem()},
            "responses": {"Problem": {
                "description": "Why nothing was done (RFC 9457).",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
        },
    })
}

fn operation(route: &Route) -> Value {
    let id = format!("{}{}", route.method().to_ascii_lowercase(), route.path.replace('/', "_"));
    let mut operation = json!({
        "operationId": id,
        "summary": route.words,
        "x-action": route.place.action().word(),
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": route.gives.schema()}}},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    });
    if route.post {
        let body = json!({"required": true, "content": {"application/json": {"schema": body(route.takes)}}});
        operation["requestBody"] = body;
    } else {
        operation["parameters"] = route.takes.iter().map(parameter).collect();
    }
    operation
}

fn parameter(given: &Given) -> Value {
    json!({"name": given.name, "in": "query", "required": given.must, "description": given.words, "schema": {"type": "string", "maxLength": LONGEST}})
}

fn body(takes: &[Given]) -> Value {
    let text = |given: &Given| (given.name.to_owned(), json!({"type": "string", "maxLength": LONGEST, "description": given.words}));
    let all: Map<String, Value> = takes.iter().map(text).collect();
    let must: Vec<&str> = takes.iter().filter(|given| given.must).map(|given| given.name).collect();
    json!({"type": "object", "properties": all, "required": must, "additionalProperties": false})
}

fn problem() -> Value {
    let one = json!({
        "type": "object",
        "properties": {"name": {"type": "string"}, "detail": {"type": "string"}},
        "required": ["name", "detail"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": one},
        },
        "required": ["type", "title", "status", "detail", "errors"],
        "additionalProperties": false,
    })
}
