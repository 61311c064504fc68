//! Opening one tunnel: the origin proves itself first, then we speak for it to the client.

use super::{Leaves, Passed};
use crate::canon::CanonicalUrl;
use crate::proxy::client::{ClientStream, Wire};
use crate::proxy::upstream::{DialFault, Dialled, Dialler, Place, Speaks};
use bytes::Bytes;
use rustls::{AlertDescription, ServerConfig};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// What opening needs, of one generation of the settings.
pub struct Intercept {
    /// Certificates.
    pub leaves: Leaves,
    /// Who is let through unopened.
    pub passed: Passed,
}

impl Intercept {
    /// Do both make certificates by the same authority?
    pub(in crate::proxy) fn is_of(&self, other: &Self) -> bool {
        self.leaves.authority().certificate().der() == other.leaves.authority().certificate().der()
    }
}

/// What the origin of a tunnel has shown.
pub enum Proof {
    /// It has proved itself; the connection is ready for the first request, if there is a fresh one.
    Good(Arc<ServerConfig>, Option<Box<Dialled>>),
    /// It asks for a certificate that only the client has.
    WantsCertificate,
    /// It has not, or cannot be reached: the client gets a page that says so, under a certificate for the host alone.
    Failed(Arc<ServerConfig>),
    /// No certificate could be made.
    Nothing(String),
}

impl Intercept {
    /// Lets the origin prove itself, unless it did so a short while ago. `led`: the name that is dialled in place of the host. `now` in
    /// seconds since 1970.
    pub async fn prove(&self, dialler: &Dialler, (url, led): (&CanonicalUrl, Option<&'static str>), now: i64) -> Proof {
        if let Some(kept) = self.leaves.kept(url.host(), now) {
            return Proof::Good(kept, None);
        }
        match dialler.dial(Place::inside(url).led(led), Speaks::Either).await {
            Ok(dialled) if dialled.wants_certificate => Proof::WantsCertificate,
            Err(DialFault::WantsCertificate) => Proof::WantsCertificate,
            Ok(dialled) => match self.leaves.make(url.host(), url.host_kind(), dialled.stream.certificate(), now) {
                Ok(config) => Proof::Good(config, Some(Box::new(dialled))),
                Err(fault) => Proof::Nothing(fault.to_string()),
            },
            Err(_) => self.alone(url, now),
        }
    }

    /// A certificate for the host alone, for pages of our own.
    pub fn alone(&self, url: &CanonicalUrl, now: i64) -> Proof {
        match self.leaves.make(url.host(), url.host_kind(), None, now) {
            Ok(config) => Proof::Failed(config),
            Err(fault) => Proof::Nothing(fault.to_string()),
        }
    }
}

/// Why the client's side could not be opened.
#[derive(Debug)]
pub enum Unopened {
    /// The client does not accept our certificate.
    Refused(String),
    /// The client's own certificate is not good, or it showed none where one is needed.
    Certificate(String),
    /// Something else in the handshake.
    Failed(String),
    /// The handshake took too long.
    TooSlow,
}

/// The handshake with the client, whose first bytes have been read.
///
/// # Errors
/// [`Unopened`].
pub async fn open(config: Arc<ServerConfig>, seen: Bytes, wire: Wire, patience: Duration) -> Result<ClientStream, Unopened> {
    let handshake = TlsAcceptor::from(config).accept(ClientStream::new(seen, wire));
    match tokio::time::timeout(patience, handshake).await {
        Err(_) => Err(Unopened::TooSlow),
        Ok(Ok(stream)) => Ok(ClientStream::new(Bytes::new(), Wire::Tls(Box::new(stream)))),
        Ok(Err(error)) if is_refusal(&error) => Err(Unopened::Refused(error.to_string())),
        Ok(Err(error)) if is_about_the_client(&error) => Err(Unopened::Certificate(error.to_string())),
        Ok(Err(error)) => Err(Unopened::Failed(error.to_string())),
    }
}

/// The client's certificate was refused here.
fn is_about_the_client(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented))
}

/// Clients that do not trust a certificate say so with one of three alerts (RFC 8446 section 6.2). One that goes away, or says
/// something else, may have any reason: if that counted, whoever breaks off often enough would not be looked at.
fn is_refusal(error: &io::Error) -> bool {
    let Some(rustls::Error::AlertReceived(alert)) = error.get_ref().and_then(|inner| inner.downcast_ref()) else { return false };
    [AlertDescription::BadCertificate, AlertDescription::CertificateUnknown, AlertDescription::UnknownCA].contains(alert)
}
