//! Dual-stack connect with fallback (RFC 8305): the families take turns, a new attempt starts when the last one has
//! failed or has been silent for a quarter of a second, and the first that connects wins.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;
use tokio::net::TcpStream;

/// Head start of an attempt over the next one (RFC 8305 section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Puts the families in turn, the resolver's first family first (RFC 8305 section 4).
pub(super) fn in_turn(addresses: impl Iterator<Item = SocketAddr> + Clone) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.clone().next().is_some_and(|address| address.is_ipv6());
    let mut first = addresses.clone().filter(|address| address.is_ipv6() == first_is_v6);
    let mut second = addresses.filter(|address| address.is_ipv6() != first_is_v6);
    let mut order = Vec::new();
    loop {
        let pair = (first.next(), second.next());
        if pair == (None, None) {
            return order;
        }
        order.extend(pair.0.into_iter().chain(pair.1));
    }
}

type Attempt = Pin<Box<dyn Future<Output = std::io::Result<TcpStream>> + Send>>;

/// Connects to the first address that answers.
pub(super) async fn connect(addresses: &[SocketAddr]) -> std::io::Result<TcpStream> {
    if let [only] = addresses {
        return TcpStream::connect(*only).await;
    }
    let mut waiting = addresses.iter().copied();
    let mut running: Vec<Attempt> = Vec::new();
    let mut last = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    loop {
        if let Some(address) = waiting.next() {
            running.push(Box::pin(TcpStream::connect(address)));
        } else if running.is_empty() {
            return Err(last);
        }
        let more = waiting.len() > 0;
        let one = first_of(&mut running);
        let ended = if more { tokio::time::timeout(HEAD_START, one).await.ok() } else { Some(one.await) };
        match ended {
            Some(Ok(stream)) => return Ok(stream),
            Some(Err(error)) => last = error,
            None => {}
        }
    }
}

/// Waits for whichever attempt ends first and takes it out.
async fn first_of(running: &mut Vec<Attempt>) -> std::io::Result<TcpStream> {
    std::future::poll_fn(|context| {
        for index in 0..running.len() {
            if let std::task::Poll::Ready(result) = running[index].as_mut().poll(context) {
                drop(running.swap_remove(index));
                return std::task::Poll::Ready(result);
            }
        }
        std::task::Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let addresses: Vec<SocketAddr> =
            ["[2606:4700::1]:80", "[2606:4700::2]:80", "8.8.8.8:80"].iter().map(|a| a.parse().unwrap()).collect();
        let order: Vec<String> = in_turn(addresses.iter().copied()).iter().map(ToString::to_string).collect();
        assert_eq!(order, ["[2606:4700::1]:80", "8.8.8.8:80", "[2606:4700::2]:80"]);
    }

    #[tokio::test]
    async fn a_dead_address_does_not_hold_up_a_live_one() {
        let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let live = listener.local_addr().unwrap();
        let stream = connect(&[dead, live]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), live);
        assert!(connect(&[dead, dead]).await.is_err());
        assert!(connect(&[]).await.is_err());
    }
}
