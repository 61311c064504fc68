//! One question to the service by HTTP: a POST on a connection of its own, straight to the address of the settings.
//!
//! The settings of the operator name that address, so policy is not asked; no proxy is used and no redirect is followed. Under TLS
//! nothing is sent before the service has proved itself.

use super::cards::CardFault;
use crate::config::CardSettings;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

/// Largest answer, and largest head of one.
const LARGEST: usize = 64 * 1024;

/// Where the service is.
pub(super) struct Service {
    host: String,
    port: u16,
    /// What goes into the request line.
    target: Uri,
    host_field: HeaderValue,
    /// How it proves itself, and its name.
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    secret_file: PathBuf,
}

impl Service {
    pub(super) fn new(settings: &CardSettings, mut tls: ClientConfig) -> Result<Self, CardFault> {
        let url: Uri = settings.url.parse().map_err(|_| CardFault::Settings)?;
        let authority = url.authority().ok_or(CardFault::Settings)?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let secure = url.scheme_str() == Some("https");
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let name = ServerName::try_from(host.clone()).map_err(|_| CardFault::Settings)?;
        Ok(Self {
            target: url.path_and_query().map_or("/", |path| path.as_str()).parse().map_err(|_| CardFault::Settings)?,
            host_field: HeaderValue::from_str(authority.as_str()).map_err(|_| CardFault::Settings)?,
            tls: secure.then(|| (Arc::new(tls), name)),
            secret_file: settings.secret_file.clone(),
            host,
            port,
        })
    }

    /// Asks.
    pub(super) async fn post(&self, question: Zeroizing<Vec<u8>>) -> Result<Bytes, CardFault> {
        let request = self.request(question).await?;
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(CardFault::away)?;
        match &self.tls {
            None => speak(stream, request).await,
            Some((tls, name)) => {
                let stream = TlsConnector::from(Arc::clone(tls)).connect(name.clone(), stream).await.map_err(CardFault::away)?;
                speak(stream, request).await
            }
        }
    }

    async fn request(&self, question: Zeroizing<Vec<u8>>) -> Result<Request<Full<Bytes>>, CardFault> {
        let mut request = Request::new(Full::new(Bytes::from_owner(question)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.target.clone();
        let fields = request.headers_mut();
        fields.insert(HOST, self.host_field.clone());
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        fields.insert(ACCEPT, HeaderValue::from_static("application/json"));
        fields.insert(CONNECTION, HeaderValue::from_static("close"));
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

/// Sends the question and reads the answer whole; all of it in the task that asks, so that nothing is left when it is given up.
async fn speak<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Bytes, CardFault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(LARGEST).max_headers(64).handshake(TokioIo::new(stream)).await.map_err(CardFault::away)?;
    let answer = async move {
        let answer = sender.send_request(request).await.map_err(CardFault::away)?;
        if answer.status() != StatusCode::OK {
            return Err(CardFault::Status(answer.status().as_u16()));
        }
        let body = Limited::new(answer.into_body(), LARGEST).collect().await;
        body.map(|body| body.to_bytes()).map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => CardFault::TooLarge,
            None => CardFault::away(error),
        })
    };
    let (mut answer, mut connection) = (std::pin::pin!(answer), std::pin::pin!(connection));
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        ended = &mut connection => drop(ended),
    }
    answer.await
}
