//! The socket to which accounting is sent. Whoever is not listed, or has another secret, gets no answer.

use super::packet::Packet;
use super::sessions::{Sessions, Taken};
use crate::config::RadiusSettings;
use crate::identity::secret::{self, SecretFault};
use crate::ports::Clock;
use ipnet::IpNet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::UdpSocket;
use zeroize::Zeroizing;

/// Accounting cannot be listened to.
#[derive(Debug, thiserror::Error)]
pub enum RadiusFault {
    /// The secret.
    #[error(transparent)]
    Secret(#[from] SecretFault),
    /// The socket.
    #[error("cannot listen on {0}: {1}")]
    Socket(SocketAddr, io::Error),
}

/// A socket that is bound, and who may send to it.
pub struct Bound {
    socket: UdpSocket,
    from: Vec<IpNet>,
    secret: Zeroizing<Vec<u8>>,
}

impl Bound {
    /// Where it listens.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

/// Binds it.
///
/// # Errors
/// [`RadiusFault`].
pub async fn bind(settings: &RadiusSettings) -> Result<Bound, RadiusFault> {
    let secret = secret::read(&settings.secret_file)?;
    let socket = UdpSocket::bind(settings.listen).await.map_err(|error| RadiusFault::Socket(settings.listen, error))?;
    Ok(Bound { socket, from: settings.from.clone(), secret })
}

/// Takes packets over until it is dropped.
pub async fn serve(bound: Bound, sessions: Arc<Sessions>, clock: Arc<dyn Clock>) {
    let mut datagram = [0; 4096 + 1];
    loop {
        let (length, sender) = match bound.socket.recv_from(&mut datagram).await {
            Ok(received) => received,
            Err(error) => {
                tracing::warn!(%error, "RADIUS accounting");
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                continue;
            }
        };
        let from = sender.ip().to_canonical();
        let Some(answer) = heard(&bound, &datagram[..length], from, &sessions, &*clock) else { continue };
        if let Err(error) = bound.socket.send_to(&answer, sender).await {
            tracing::debug!(%sender, %error, "the answer to RADIUS accounting");
        }
    }
}

/// What is answered, if anything: what was understood is answered, so that it is not sent again.
fn heard(bound: &Bound, datagram: &[u8], from: IpAddr, sessions: &Sessions, clock: &dyn Clock) -> Option<Vec<u8>> {
    if !bound.from.iter().any(|net| net.contains(&from)) {
        tracing::warn!(%from, "RADIUS accounting from a sender that is not listed: refused");
        return None;
    }
    let packet = Packet::read(datagram).or_else(|| {
        tracing::warn!(%from, length = datagram.len(), "what came as RADIUS accounting cannot be read");
        None
    })?;
    if !packet.is_made_with(&bound.secret) {
        tracing::warn!(%from, "RADIUS accounting with another secret: refused");
        return None;
    }
    let now = clock.now();
    let taken = sessions.take(&packet, from, now.monotonic_us, now.wall.seconds());
    if taken == Taken::OutOfTime {
        tracing::warn!(%from, "RADIUS accounting that is old, repeated, or from a clock that is wrong: not taken over");
    }
    Some(packet.answer(&bound.secret))
}
