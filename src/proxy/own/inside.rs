//! Our own pages by https, for browsers that do not know our authority: under a certificate of the settings for our own name.

use crate::model::Reason;
use crate::proxy::case::Case;
use crate::proxy::client::ClientStream;
use crate::proxy::intercept::{self, Unopened};
use crate::proxy::tunnelled::{serve_inside, unopened};
use bytes::Bytes;
use rustls::ServerConfig;
use std::sync::Arc;

/// Our own pages, under a certificate that browsers trust.
pub(in crate::proxy) async fn inside(door: Arc<ServerConfig>, seen: Bytes, mut case: Case, client: ClientStream) {
    let (_, wire) = client.into_parts();
    match Box::pin(intercept::open(door, seen, wire, case.live.limits().header_time)).await {
        Ok(stream) => {
            case.ticket.ending.note = "opened, for our own pages".into();
            serve_inside(case, stream, true).await;
        }
        Err(Unopened::TooSlow) => unopened(case, Reason::TooSlow, "the TLS handshake took too long".to_owned()),
        Err(Unopened::Failed(note) | Unopened::Refused(note)) => unopened(case, Reason::TunnelRefused, note),
    }
}
