//! What a flood of sign-ins costs the proxy (security A-G4): a hundred a second, from one address, and from an address each, so that every one
//! of them is counted anew and hashed as far as there are turns.

use crate::Scene;
use crate::load::{RATE, TURN, TURNS, compare, drive, machine, on_others};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

/// Sign-ins in a second.
const FLOOD: u32 = 100;
/// Nobody of a flood waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Prints the proxy's times without and with the flood.
pub(crate) async fn flood(scene: &Scene) {
    let (proxy, console, target) = (scene.running.proxy, scene.running.console, scene.world.address("open.test", "/bytes/1000"));
    drive(proxy, &target).await;
    for (what, many) in [("from one address", false), ("from an address each", true)] {
        println!("{FLOOD} sign-ins a second {what}");
        let mut turns = Vec::new();
        for turn in 0..TURNS {
            let without = drive(proxy, &target).await;
            let stop = Arc::new(AtomicBool::new(false));
            let pouring = pour(console, many, u32::try_from(turn).unwrap(), Arc::clone(&stop));
            let flood = tokio::task::spawn_blocking(|| on_others(pouring));
            let with = drive(proxy, &target).await;
            stop.store(true, Relaxed);
            println!("  p50 and p99 of the proxy: {without:.1?} without, {with:.1?} with; load of the machine {}", machine());
            // Each turn begins when the one before is over: nobody waits any more.
            println!("    answers to the flood: {:?} (403 hashed, 429 too many, 503 no turn, 0 none in time)", flood.await.unwrap());
            turns.push((without, with));
        }
        compare(&turns);
    }
    println!("{RATE} requests a second to the proxy from the moment when each is due, {TURNS} turns of {TURN:?}");
}

/// Sends them, and counts what came.
async fn pour(console: SocketAddr, many: bool, turn: u32, stop: Arc<AtomicBool>) -> BTreeMap<u16, usize> {
    let (mut tasks, mut sent) = (JoinSet::new(), 0_u32);
    let mut due = tokio::time::Instant::now();
    while !stop.load(Relaxed) {
        tokio::time::sleep_until(due).await;
        // Of this machine's own addresses another one for each: 127.t.x.y.
        let [_, _, high, low] = sent.to_be_bytes();
        let from = if many { [127, 1 + turn.to_be_bytes()[3], high, low.max(1)] } else { [127, 0, 0, 1] };
        tasks.spawn(one(console, from, format!("nobody-{turn}-{sent}")));
        sent += 1;
        due += Duration::from_secs(1) / FLOOD;
    }
    let mut counted = BTreeMap::new();
    while let Some(status) = tasks.join_next().await {
        *counted.entry(status.unwrap()).or_default() += 1;
    }
    counted
}

async fn one(console: SocketAddr, from: [u8; 4], name: String) -> u16 {
    let asked = async {
        let socket = TcpSocket::new_v4().ok()?;
        socket.bind(SocketAddr::from((from, 0))).ok()?;
        let mut stream = socket.connect(console).await.ok()?;
        let body = format!("name={name}&password=a+password+that+nobody+has&code=000000");
        let head = format!("POST /sign-in HTTP/1.1\r\nHost: {console}\r\nOrigin: http://{console}\r\nConnection: close\r\n");
        let kind = "Content-Type: application/x-www-form-urlencoded";
        stream.write_all(format!("{head}{kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
    };
    tokio::time::timeout(PATIENCE, asked).await.ok().flatten().unwrap_or(0)
}
