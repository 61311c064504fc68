//! What fifty people on the console and a big file for one of them cost the proxy: a steady stream of requests, with them and without them in
//! turns.

use crate::Scene;
use crate::console_support::Browser;
use crate::console_support::real::form;
use lifeguard::admin::{Action, Role, may};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(10);
/// Requests a second to the proxy, over so many connections: a busy school.
const RATE: u64 = 400;
const CLIENTS: u64 = 20;
/// Between two pages of one person.
const THINKS: Duration = Duration::from_secs(2);

/// Prints the proxy's times without and with the console's people.
pub(crate) async fn load(scene: &mut Scene) {
    let (proxy, target) = (scene.running.proxy, scene.world.address("open.test", "/bytes/1000"));
    let asked = questions(&mut scene.people).await;
    drive(proxy, &target).await;
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let without = drive(proxy, &target).await;
        let (stop, pages, files) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut tasks = Vec::new();
        for (number, ((role, browser), ask)) in scene.people.iter().cloned().zip(asked.iter().cloned()).enumerate() {
            let told = (Arc::clone(&stop), if number == 0 { Arc::clone(&files) } else { Arc::clone(&pages) });
            tasks.push(tokio::spawn(person(number, role, browser, ask, told)));
        }
        let with = drive(proxy, &target).await;
        stop.store(true, Relaxed);
        for task in tasks {
            task.await.unwrap();
        }
        println!("  {:?} without, {:?} with {} pages and {} files", without, with, pages.load(Relaxed), files.load(Relaxed));
        turns.push((without, with));
    }
    for (name, at) in [("p50", 0), ("p99", 1)] {
        let pick = |times: [Duration; 2]| times[at].as_secs_f64();
        let mut ratios: Vec<f64> = turns.iter().map(|(without, with)| pick(*with) / pick(*without)).collect();
        ratios.sort_by(f64::total_cmp);
        let mut base: Vec<f64> = turns.iter().map(|(without, _)| pick(*without) * 1e3).collect();
        base.sort_by(f64::total_cmp);
        let [least, most] = [ratios[0], ratios[TURNS - 1]];
        println!(
            "{name}: {:.2} ms without; with them {:.3} of it (from {least:.3} to {most:.3}); asked: 1.1",
            base[TURNS / 2],
            ratios[TURNS / 2]
        );
    }
    println!(
        "{RATE} requests a second to the proxy, {} people with a page every {THINKS:?}, {TURNS} turns of {TURN:?}",
        scene.people.len()
    );
}

/// A question for everybody who may ask.
async fn questions(people: &mut [(Role, Browser)]) -> Vec<Option<String>> {
    let mut asked = Vec::new();
    for (role, browser) in people {
        if !may(Some(*role), Action::SearchLog) {
            asked.push(None);
            continue;
        }
        browser.get("/log").await;
        let span = [("slot", "between"), ("from", "2026-07-28T10:00"), ("to", "2026-07-28T10:10"), ("because", "a bench")];
        let done = browser.post("/log", &form(&span)).await;
        asked.push(Some(done.location().to_owned()));
    }
    asked
}

/// One person at work; the first takes one big file after the other.
async fn person(number: usize, role: Role, mut browser: Browser, ask: Option<String>, (stop, done): (Arc<AtomicBool>, Arc<AtomicUsize>)) {
    let mut pages = vec!["/dashboard".to_owned(), "/plan".to_owned(), "/figures".to_owned()];
    pages.extend(ask.iter().flat_map(|ask| [format!("{ask}&rows=yes"), ask.clone(), "/log/names".to_owned()]));
    pages.extend(may(Some(role), Action::ReadPolicy).then(|| "/policy".to_owned()));
    pages.extend(may(Some(role), Action::SeeAlerts).then(|| "/alerts".to_owned()));
    // Not all at once.
    tokio::time::sleep(THINKS * u32::try_from(number).unwrap() / 50).await;
    for turn in number.. {
        if stop.load(Relaxed) {
            return;
        }
        if let (0, Some(ask)) = (number, &ask) {
            let id = ask.split("ask=").nth(1).unwrap();
            browser.get(ask).await;
            browser.post("/log/export", &form(&[("ask", id), ("kind", "csv"), ("why", "a bench")])).await;
        } else {
            let begun = Instant::now();
            browser.get(&pages[turn % pages.len()]).await;
            tokio::time::sleep(THINKS.saturating_sub(begun.elapsed())).await;
        }
        done.fetch_add(1, Relaxed);
    }
}

/// A turn of requests at a steady rate; p50 and p99 from the moment when each was due.
async fn drive(proxy: SocketAddr, target: &str) -> [Duration; 2] {
    let begun = Instant::now();
    let between = Duration::from_secs(1) * u32::try_from(CLIENTS).unwrap() / u32::try_from(RATE).unwrap();
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let first = begun + between * u32::try_from(client).unwrap() / u32::try_from(CLIENTS).unwrap();
            tokio::spawn(one(proxy, target.to_owned(), first, between, begun + TURN))
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times.sort();
    [times[times.len() / 2], times[times.len() * 99 / 100]]
}

async fn one(proxy: SocketAddr, target: String, first: Instant, between: Duration, end: Instant) -> Vec<Duration> {
    let host = target.split('/').nth(2).unwrap().to_owned();
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut stream = TcpStream::connect(proxy).await.unwrap();
    let (mut due, mut times, mut buffer) = (first, Vec::new(), vec![0; 65_536]);
    while due < end {
        tokio::time::sleep_until(due.into()).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut have = 0;
        while !is_whole(&buffer[..have]) {
            let read = stream.read(&mut buffer[have..]).await.unwrap();
            assert!(read > 0, "the proxy closed: {}", String::from_utf8_lossy(&buffer[..have]));
            have += read;
        }
        times.push(due.elapsed());
        due += between;
    }
    times
}

/// A head, and a body of a thousand bytes.
fn is_whole(bytes: &[u8]) -> bool {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").is_some_and(|at| bytes.len() >= at + 4 + 1000)
}
