//! Notes that an origin asks for a certificate of the client, which we have not: only the client could prove itself there.
//!
//! One note-taker serves all connections, so that sessions with origins can be resumed: the TLS library resumes none whose settings have
//! another resolver of certificates. It is called while a handshake is polled, on the thread that polls it.

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

thread_local! {
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Has no certificate, and notes that one was asked for.
#[derive(Debug)]
pub(super) struct NoCertificate;

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        ASKED.set(true);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Waits for a handshake, and says whether a certificate was asked for in it.
pub(super) async fn noting<F: Future>(handshake: F) -> (F::Output, bool) {
    let (mut handshake, mut asked) = (pin!(handshake), false);
    let done = poll_fn(|context| {
        ASKED.set(false);
        let polled = handshake.as_mut().poll(context);
        asked |= ASKED.get();
        polled
    })
    .await;
    (done, asked)
}
