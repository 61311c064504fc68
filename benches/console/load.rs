//! What fifty people on the console and a big file for one of them cost the proxy: a steady stream of requests, with them and without them in
//! turns.

use crate::Scene;
use crate::console_support::Browser;
use crate::console_support::real::form;
use lifeguard::admin::{Action, Role, may};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const TURNS: usize = 5;
/// Here more of them: the slowest hundredth of one turn is 40 answers, and differs from turn to turn by more than what is asked
/// for. Nobody has more than ten long files at once.
const LOAD_TURNS: usize = 9;
pub(crate) const TURN: Duration = Duration::from_secs(10);
/// Requests a second to the proxy, over so many connections: a busy school.
pub(crate) const RATE: u64 = 400;
const CLIENTS: u64 = 20;
/// Between two pages of one person.
const THINKS: Duration = Duration::from_secs(2);

/// Who waits longer than this is told of.
const SLOW: Duration = Duration::from_secs(5);

/// Prints the proxy's times without and with the console's people.
pub(crate) async fn load(scene: &mut Scene) {
    let (proxy, target) = (scene.running.proxy, scene.world.address("open.test", "/bytes/1000"));
    let asked = questions(&mut scene.people).await;
    let mut ordering = scene.people[0].1.clone();
    let slot = question(&mut ordering, "2026-07-28T10:10").await;
    warm(&mut scene.people, &asked).await;
    drive(proxy, &target).await;
    let mut turns = Vec::new();
    for _ in 0..LOAD_TURNS {
        let without = drive(proxy, &target).await;
        long_file(&mut ordering, &slot).await;
        let stop = Arc::new(AtomicBool::new(false));
        let people: Vec<_> = scene.people.iter().cloned().zip(asked.iter().cloned()).collect();
        let at_work = tokio::task::spawn_blocking({
            let stop = Arc::clone(&stop);
            move || on_others(at_work(people, stop))
        });
        let with = drive(proxy, &target).await;
        stop.store(true, Relaxed);
        println!("  p50 and p99 of the proxy: {without:.1?} without, {with:.1?} with; load of the machine {}", machine());
        tell(at_work.await.unwrap());
        turns.push((without, with));
    }
    let jobs = ordering.get("/log/jobs").await.text;
    println!("  long files: {} of {LOAD_TURNS} done", jobs.matches("Done").count());
    compare(&turns);
    println!(
        "{RATE} requests a second to the proxy from the moment when each is due, {} people with a page every {THINKS:?}, {LOAD_TURNS} turns of {TURN:?}",
        scene.people.len()
    );
}

/// Prints the times of turns without and with something else to do, as medians of all turns.
pub(crate) fn compare(turns: &[([Duration; 2], [Duration; 2])]) {
    for (name, at) in [("p50", 0), ("p99", 1)] {
        let pick = |times: [Duration; 2]| times[at].as_secs_f64();
        let mut ratios: Vec<f64> = turns.iter().map(|(without, with)| pick(*with) / pick(*without)).collect();
        ratios.sort_by(f64::total_cmp);
        let mut base: Vec<f64> = turns.iter().map(|(without, _)| pick(*without) * 1e3).collect();
        base.sort_by(f64::total_cmp);
        let [least, most] = [ratios[0], ratios[ratios.len() - 1]];
        println!(
            "{name}: {:.2} ms without; with them {:.3} of it (from {least:.3} to {most:.3}); asked: 1.1",
            base[base.len() / 2],
            ratios[ratios.len() / 2]
        );
    }
}

/// Each page once: fifty people do not come in the first second of the program.
async fn warm(people: &mut [(Role, Browser)], asked: &[Option<String>]) {
    for ((role, browser), ask) in people.iter_mut().zip(asked) {
        for page in pages(*role, ask.as_deref()) {
            browser.get(&page).await;
        }
    }
}

/// Where somebody of this role goes.
fn pages(role: Role, ask: Option<&str>) -> Vec<String> {
    let mut pages = vec!["/dashboard".to_owned(), "/plan".to_owned(), "/figures".to_owned()];
    pages.extend(ask.iter().flat_map(|ask| [format!("{ask}&rows=yes"), (*ask).to_owned()]));
    pages.extend(may(Some(role), Action::RevealName).then(|| "/log/names".to_owned()));
    pages.extend(may(Some(role), Action::ReadPolicy).then(|| "/policy".to_owned()));
    pages.extend(may(Some(role), Action::SeeAlerts).then(|| "/alerts".to_owned()));
    pages
}

/// How busy the machine is with everything, in the last minute.
pub(crate) fn machine() -> String {
    std::fs::read_to_string("/proc/loadavg").map_or_else(|_| "unknown".into(), |text| text.split(' ').next().unwrap_or("").to_owned())
}

/// What a person got: how long it took, and the status; `None` for one whose connection was cut, who stops there.
type Got = Option<Vec<(Duration, u16)>>;

/// Other computers than those whose requests are measured: what they do stands back, so that it takes nothing from those.
pub(crate) fn on_others<T: Send>(work: impl Future<Output = T> + Send) -> T {
    lifeguard::store::quietly(|| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work))
}

/// Everybody at once.
async fn at_work(people: Vec<((Role, Browser), Option<String>)>, stop: Arc<AtomicBool>) -> Vec<Got> {
    let mut tasks = Vec::new();
    for (number, ((role, browser), ask)) in people.into_iter().enumerate() {
        tasks.push(tokio::spawn(person(number, role, browser, ask, Arc::clone(&stop))));
    }
    let mut got = Vec::new();
    for task in tasks {
        got.push(task.await.ok());
    }
    got
}

/// What people got in this turn: pages that came, pages that asked them to try again, and connections that were cut.
fn tell(people: Vec<Got>) {
    let (mut times, mut busy, mut other, mut cut, mut files) = (Vec::new(), 0, 0, 0, 0);
    for (number, got) in people.into_iter().enumerate() {
        let Some(got) = got else {
            cut += 1;
            continue;
        };
        for (time, status) in got {
            match status {
                200 if number == 0 => files += 1,
                200 => times.push(time),
                503 => busy += 1,
                _ => other += 1,
            }
        }
    }
    times.sort();
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default();
    println!(
        "    {} pages: median {:.0?}, p95 {:.0?}, worst {:.0?}; {files} files; {busy} asked to try again, {other} other answers, {cut} cut",
        times.len(),
        at(50),
        at(95),
        at(100)
    );
}

/// A question for everybody who may ask.
async fn questions(people: &mut [(Role, Browser)]) -> Vec<Option<String>> {
    let mut asked = Vec::new();
    for (role, browser) in people {
        // Some 18,000 rows: a file at once has 20,000 at most.
        let may = may(Some(*role), Action::SearchLog);
        asked.push(if may { Some(question(browser, "2026-07-28T10:07").await) } else { None });
    }
    asked
}

/// Asks for what was between ten o'clock and then; the page of the answer.
async fn question(browser: &mut Browser, until: &str) -> String {
    browser.get("/log").await;
    let span = [("slot", "between"), ("from", "2026-07-28T10:00"), ("to", until), ("because", "a bench")];
    browser.post("/log", &form(&span)).await.location().to_owned()
}

/// Orders a file of ten minutes, some 26,000 rows, as a long question that begins at once.
async fn long_file(browser: &mut Browser, ask: &str) {
    let id = ask.split("ask=").nth(1).unwrap();
    browser.get(ask).await;
    let order = form(&[("ask", id), ("long_kind", "csv"), ("when", "urgent"), ("long_why", "a bench"), ("long_for_whom", "here")]);
    let done = browser.post("/log/jobs/new", &order).await;
    assert_eq!(done.location(), "/log/jobs", "{}", done.text);
}

/// One person at work; the first takes a big file, looks at it for as long as others look at a page, and takes the next.
async fn person(number: usize, role: Role, mut browser: Browser, ask: Option<String>, stop: Arc<AtomicBool>) -> Vec<(Duration, u16)> {
    let (mut got, pages) = (Vec::new(), pages(role, ask.as_deref()));
    // Not all at once.
    tokio::time::sleep(THINKS * u32::try_from(number).unwrap() / 50).await;
    for turn in number.. {
        if stop.load(Relaxed) {
            return got;
        }
        let begun = Instant::now();
        if let (0, Some(ask)) = (number, &ask) {
            let id = ask.split("ask=").nth(1).unwrap();
            browser.get(ask).await;
            let file = browser.post("/log/export", &form(&[("ask", id), ("kind", "csv"), ("why", "a bench"), ("for_whom", "here")])).await;
            got.push((begun.elapsed(), file.status));
            tokio::time::sleep(THINKS).await;
        } else {
            let page = browser.get(&pages[turn % pages.len()]).await;
            if begun.elapsed() > SLOW {
                println!("    {role} waited {:.0?} for {} ({})", begun.elapsed(), pages[turn % pages.len()], page.status);
            }
            got.push((begun.elapsed(), page.status));
            tokio::time::sleep(THINKS.saturating_sub(begun.elapsed())).await;
        }
    }
    got
}

/// A turn of requests at a steady rate; p50 and p99 from the moment when each was due.
pub(crate) async fn drive(proxy: SocketAddr, target: &str) -> [Duration; 2] {
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
