//! One question to the service by HTTP: a POST straight to the address of the settings.

use super::cards::CardFault;
use crate::config::CardSettings;
use crate::identity::once::{NoAnswer, Where};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::Full;
use rustls::ClientConfig;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Largest answer.
const LARGEST: usize = 64 * 1024;

/// Where the service is.
pub(super) struct Service {
    place: Where,
    secret_file: PathBuf,
}

impl Service {
    pub(super) fn new(settings: &CardSettings, tls: ClientConfig) -> Result<Self, CardFault> {
        let url = settings.url.parse().map_err(|_| CardFault::Settings)?;
        Ok(Self { place: Where::new(&url, tls).ok_or(CardFault::Settings)?, secret_file: settings.secret_file.clone() })
    }

    /// Asks.
    pub(super) async fn post(&self, question: Zeroizing<Vec<u8>>) -> Result<Bytes, CardFault> {
        let (status, body) = self.place.ask(self.request(question).await?, LARGEST).await.map_err(|none| match none {
            NoAnswer::Away(problem) => CardFault::Away(problem),
            NoAnswer::TooLarge => CardFault::TooLarge,
        })?;
        if status == StatusCode::OK { Ok(body) } else { Err(CardFault::Status(status.as_u16())) }
    }

    async fn request(&self, question: Zeroizing<Vec<u8>>) -> Result<Request<Full<Bytes>>, CardFault> {
        let mut request = Request::new(Full::new(Bytes::from_owner(question)));
        *request.method_mut() = Method::POST;
        let fields = request.headers_mut();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        fields.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if !self.secret_file.as_os_str().is_empty() {
            fields.insert(AUTHORIZATION, self.token().await?);
        }
        Ok(request)
    }

    async fn token(&self) -> Result<HeaderValue, CardFault> {
        let path = self.secret_file.clone();
        let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path).map(Zeroizing::new)).await;
        let fault = |problem| CardFault::Token { path: self.secret_file.clone(), problem: Arc::new(problem) };
        let text = read.map_err(std::io::Error::other).and_then(|read| read).map_err(fault)?;
        let field = Zeroizing::new(format!("Bearer {}", text.trim()));
        let mut value = HeaderValue::from_str(&field).map_err(|_| fault(std::io::ErrorKind::InvalidData.into()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}
