//! One question by HTTP to a service of the settings, on a connection of its own.
//!
//! The operator named the service, so policy is not asked; no proxy is used and no redirect is followed. Under TLS nothing is sent before
//! the service has proved itself. The answer is bounded; how long it may take is for the caller to say.

use bytes::Bytes;
use http::header::{CONNECTION, HOST};
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::fmt::Display;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Largest head of an answer.
const HEAD: usize = 64 * 1024;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) enum NoAnswer {
    /// It cannot be reached, or breaks off.
    Away(Arc<str>),
    /// It answers too much.
    TooLarge,
}

impl NoAnswer {
    fn away(problem: impl Display) -> Self {
        Self::Away(problem.to_string().into())
    }
}

/// Where a service is.
#[derive(Clone)]
pub(super) struct Where {
    host: String,
    port: u16,
    host_field: HeaderValue,
    /// What goes into the request line.
    target: Uri,
    /// How it proves itself, and its name.
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

impl Where {
    /// `None`: this is no address of HTTP.
    pub(super) fn new(url: &Uri, mut tls: ClientConfig) -> Option<Self> {
        let authority = url.authority()?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let secure = url.scheme_str() == Some("https");
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let name = ServerName::try_from(host.clone()).ok()?;
        Some(Self {
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            target: url.path_and_query().map_or("/", |path| path.as_str()).parse().ok()?,
            host_field: HeaderValue::from_str(authority.as_str()).ok()?,
            tls: secure.then(|| (Arc::new(tls), name)),
            host,
        })
    }

    /// Asks: `request` has its method, its fields and its body, and gets its target and its host here.
    pub(super) async fn ask(&self, mut request: Request<Full<Bytes>>, largest: usize) -> Result<(StatusCode, Bytes), NoAnswer> {
        *request.uri_mut() = self.target.clone();
        request.headers_mut().insert(HOST, self.host_field.clone());
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(NoAnswer::away)?;
        match &self.tls {
            None => speak(stream, request, largest).await,
            Some((tls, name)) => {
                let stream = TlsConnector::from(Arc::clone(tls)).connect(name.clone(), stream).await.map_err(NoAnswer::away)?;
                speak(stream, request, largest).await
            }
        }
    }
}

/// Sends the question and reads the answer whole; all of it in the task that asks, so that nothing is left when it is given up.
async fn speak<S>(stream: S, request: Request<Full<Bytes>>, largest: usize) -> Result<(StatusCode, Bytes), NoAnswer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(HEAD).max_headers(64).handshake(TokioIo::new(stream)).await.map_err(NoAnswer::away)?;
    let answer = async move {
        let answer = sender.send_request(request).await.map_err(NoAnswer::away)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), largest).collect().await;
        body.map(|body| (status, body.to_bytes())).map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => NoAnswer::TooLarge,
            None => NoAnswer::away(error),
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
