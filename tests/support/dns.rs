//! A name server that leads every name to this machine (RFC 1035), for the proxy's own resolver.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Answers A with a loopback address, AAAA with nothing; names below `nowhere.test` do not exist; a name such as
/// `to-192-0-2-1.test` leads to the address it spells.
pub struct NameServer {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    lost: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl NameServer {
    /// Every name leads to this address.
    pub fn start(answer: Ipv4Addr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let (address, stop, asked) = (socket.local_addr().unwrap(), Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let lost: Arc<Mutex<Vec<String>>> = Arc::default();
        let (stopping, asking, losing) = (Arc::clone(&stop), Arc::clone(&asked), Arc::clone(&lost));
        let thread = std::thread::spawn(move || {
            let mut packet = [0; 1500];
            while !stopping.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut packet) else { continue };
                if let Some((name, reply)) = reply(&packet[..length], answer, &losing.lock().unwrap()) {
                    asking.lock().unwrap().push(name);
                    let _sent = socket.send_to(&reply, from);
                }
            }
        });
        Self { address, asked, lost, stop, thread: Some(thread) }
    }

    /// From now on this name does not exist.
    pub fn lose(&self, name: &str) {
        self.lost.lock().unwrap().push(name.to_owned());
    }

    /// Names that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

/// The one question's name in lower case, its type, and where the question ends.
fn question(packet: &[u8]) -> Option<(String, u16, usize)> {
    let (mut at, mut labels) = (12, Vec::new());
    loop {
        let length = usize::from(*packet.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(packet.get(at..at + length)?).to_ascii_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*packet.get(at)?, *packet.get(at + 1)?]);
    Some((labels.join("."), kind, at + 4))
}

fn reply(packet: &[u8], answer: Ipv4Addr, lost: &[String]) -> Option<(String, Vec<u8>)> {
    const A: u16 = 1;
    let (name, kind, end) = question(packet)?;
    let unknown = name == "nowhere.test" || name.ends_with(".nowhere.test") || lost.contains(&name);
    let found = kind == A && !unknown;
    let spelled = name.strip_prefix("to-").and_then(|rest| rest.strip_suffix(".test")?.replace('-', ".").parse().ok());
    let mut out = packet.get(..2)?.to_vec();
    out.extend_from_slice(&[0x81, if unknown { 0x83 } else { 0x80 }, 0, 1, 0, u8::from(found), 0, 0, 0, 0]);
    out.extend_from_slice(packet.get(12..end)?);
    if found {
        // A pointer to the question's name, type A, class IN, 60 seconds, four bytes.
        out.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        out.extend_from_slice(&spelled.unwrap_or(answer).octets());
    }
    Some((name, out))
}
