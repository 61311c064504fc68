//! A client of HTTP/2 that behaves: the library's, over TLS, through either door.

use super::{NAME, Scene};
use bytes::Bytes;
use h2::client::SendRequest;
use http::{HeaderMap, Request, Response};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Runs a test that waits for many things at once.
pub fn block_on<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(60), test).await.expect("it took too long") })
}

/// An answer in full.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub trailers: Option<HeaderMap>,
    pub interims: Vec<(u16, HeaderMap)>,
}

impl Scene {
    /// A connection to the proxy's own door.
    pub async fn polite_at_door(&self) -> SendRequest<Bytes> {
        begin(self.tls(TcpStream::connect(self.door()).await.unwrap(), NAME).await).await
    }

    /// A connection through an opened tunnel of the plain port.
    pub async fn polite_opened(&self, host: &str) -> SendRequest<Bytes> {
        let mut tcp = TcpStream::connect(self.proxy.proxy).await.unwrap();
        let place = self.place(host);
        tcp.write_all(format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n").as_bytes()).await.unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && tcp.read(&mut byte).await.unwrap() == 1 {
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
        begin(self.tls(tcp, host).await).await
    }

    /// TLS with HTTP/2 over anything.
    pub async fn tls<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S, host: &str) -> TlsStream<S> {
        let name = rustls::pki_types::ServerName::try_from(host.to_owned()).unwrap();
        let stream = TlsConnector::from(self.offers(&["h2"])).connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        stream
    }

    /// A request to the secure origin.
    pub fn request(&self, method: &str, host: &str, path: &str) -> Request<()> {
        Request::builder().method(method).uri(format!("https://{}{path}", self.place(host))).body(()).unwrap()
    }
}

/// Begins to speak HTTP/2.
pub async fn begin<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S) -> SendRequest<Bytes> {
    let (send, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    send
}

/// One request with its body, and the whole answer.
pub async fn ask(send: &SendRequest<Bytes>, request: Request<()>, body: Option<&[u8]>) -> Result<Reply, h2::Error> {
    let mut ready = send.clone().ready().await?;
    let (mut answer, mut stream) = ready.send_request(request, body.is_none())?;
    if let Some(body) = body {
        stream.send_data(Bytes::copy_from_slice(body), true)?;
    }
    let mut interims = Vec::new();
    let answer = std::future::poll_fn(|context| {
        while let std::task::Poll::Ready(Some(Ok(interim))) = answer.poll_informational(context) {
            interims.push((interim.status().as_u16(), interim.headers().clone()));
        }
        std::pin::Pin::new(&mut answer).poll(context)
    })
    .await?;
    whole(answer, interims).await
}

async fn whole(answer: Response<h2::RecvStream>, interims: Vec<(u16, HeaderMap)>) -> Result<Reply, h2::Error> {
    let (head, mut stream) = answer.into_parts();
    let mut body = Vec::new();
    while let Some(piece) = stream.data().await {
        let piece = piece?;
        stream.flow_control().release_capacity(piece.len())?;
        body.extend_from_slice(&piece);
    }
    let trailers = stream.trailers().await?;
    Ok(Reply { status: head.status.as_u16(), headers: head.headers, body, trailers, interims })
}
