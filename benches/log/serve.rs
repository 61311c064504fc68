//! What the log costs the proxy: the real proxy on one core, the load, the origin and the names on another. Two proxies are started, one
//! with the real log on disk (its sealing, indexing and signing on the same core), one with a log that does nothing; the load goes to them in
//! turns, and the one that has no turn is stopped, so that both see the same machine. What is compared is requests per second, and processor
//! time for each request: where the load's core is the slower one, only the second shows what a busier proxy would lose. The caretaker, which
//! seals and indexes in time that nobody else wants, is counted apart.

use crate::names::NameServer;
use crate::people;
use crate::proxied::Mode;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// How long one turn is, and how many each proxy has.
const TURN: Duration = Duration::from_secs(3);
const TURNS: usize = 10;
/// Connections of clients; each has one request under way.
pub(crate) const CLIENTS: usize = 48;
const HOSTS: usize = 24;

fn pinned(core: &str, words: &[&str]) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", core]).arg(std::env::current_exe().expect("this program")).args(words);
    command
}

/// Starts the load on a core of its own, and waits for it.
pub(crate) fn serve(folder: &Path, what: &str) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let load = pinned("1", &[what]).env("LIFEGUARD_LOG_FOLDER", folder).status();
    std::process::exit(load.expect("taskset is there (Debian package util-linux)").code().unwrap_or(1));
}

struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(mode: Mode, folder: &Path, names: SocketAddr) -> Self {
        let mut command = pinned("0", &["proxy", mode.word(), &names.to_string()]);
        let mut child =
            command.env("LIFEGUARD_LOG_FOLDER", folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("taskset is there");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says where it listens");
        let running = Self { child, address: line.trim().parse().expect("an address") };
        running.signal("STOP");
        running
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill is there").success(), "the proxy is there");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal("CONT");
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// The load: turns, and what came of them.
pub(crate) fn load(folder: &Path) {
    let (mut rates, cost) = turns([Mode::Null, Mode::Store], folder);
    say(&mut rates, cost);
}

/// The load with people: the same log for all, and what it costs to know who asks.
pub(crate) fn sign_in(folder: &Path) {
    let (rates, cost) = turns([Mode::Store, Mode::Basic, Mode::Radius], folder);
    for (which, name, goal) in [(0, "nobody signs in", 1.0), (1, "Basic, remembered", 0.9), (2, "the network's word", 0.95)] {
        let mut ratios: Vec<f64> = rates[0].iter().zip(&rates[which]).map(|(nobody, with)| with / nobody).collect();
        ratios.sort_by(f64::total_cmp);
        let mut sorted = rates[which].clone();
        sorted.sort_by(f64::total_cmp);
        let each = cost[which].each().0;
        println!(
            "{name:18} {:8.0} requests/s, {:.3} of nobody (from {:.3} to {:.3}), by processor time {:.3}, goal {goal}; each {each:.1} us",
            sorted[TURNS / 2],
            ratios[TURNS / 2],
            ratios[0],
            ratios[TURNS - 1],
            cost[0].each().0 / each,
        );
    }
    println!("{CLIENTS} clients with connections that are kept, {TURNS} turns of {TURN:?} each");
}

/// Rates of each turn and processor time, for each mode.
fn turns<const MODES: usize>(modes: [Mode; MODES], folder: &Path) -> ([Vec<f64>; MODES], [Cost; MODES]) {
    let names = NameServer::start(Ipv4Addr::LOCALHOST);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let origin = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = origin.local_addr().expect("bound").port();
        tokio::spawn(answer_all(origin));
        let proxies = modes.map(|mode| Running::start(mode, folder, names.address));
        let mut rates = std::array::from_fn(|_| Vec::new());
        let mut cost = [Cost::default(); MODES];
        // The first turn of each warms up and is not counted.
        for turn in 0..=TURNS {
            for (which, proxy) in proxies.iter().enumerate() {
                proxy.signal("CONT");
                let before = Cost::so_far(proxy.child.id());
                let (requests, took) = drive(proxy.address, port, modes[which]).await;
                let after = Cost::so_far(proxy.child.id());
                proxy.signal("STOP");
                if turn > 0 {
                    rates[which].push(requests as f64 / took);
                    cost[which].add(before, after, requests as f64);
                }
            }
        }
        (rates, cost)
    })
}

/// Processor seconds, and requests that they were spent on.
#[derive(Clone, Copy, Default)]
struct Cost {
    serving: f64,
    caretaker: f64,
    requests: f64,
}

impl Cost {
    fn so_far(id: u32) -> Self {
        let mut cost = Self::default();
        for task in std::fs::read_dir(format!("/proc/{id}/task")).expect("Linux tells").flatten() {
            let name = std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
            let seconds = crate::measure::processor_seconds_in(&task.path().join("stat").to_string_lossy());
            *(if name.trim() == "log-caretaker" { &mut cost.caretaker } else { &mut cost.serving }) += seconds;
        }
        cost
    }

    fn add(&mut self, before: Self, after: Self, requests: f64) {
        self.serving += after.serving - before.serving;
        self.caretaker += after.caretaker - before.caretaker;
        self.requests += requests;
    }

    /// Microseconds for each request.
    fn each(&self) -> (f64, f64) {
        (self.serving / self.requests * 1e6, self.caretaker / self.requests * 1e6)
    }
}

fn say(rates: &mut [Vec<f64>; 2], cost: [Cost; 2]) {
    let mut ratios: Vec<f64> = rates[0].iter().zip(&rates[1]).map(|(without, with)| with / without).collect();
    for (name, (rates, cost)) in ["log off", "log on"].into_iter().zip(rates.iter_mut().zip(cost)) {
        rates.sort_by(f64::total_cmp);
        let (least, middle, most) = (rates[0], rates[TURNS / 2], rates[TURNS - 1]);
        let (serving, caretaker) = cost.each();
        println!(
            "{name:8} {middle:8.0} requests/s (from {least:.0} to {most:.0}); each {serving:.1} us of processor, the caretaker {caretaker:.1} us"
        );
    }
    ratios.sort_by(f64::total_cmp);
    let (least, middle, most) = (ratios[0], ratios[TURNS / 2], ratios[TURNS - 1]);
    println!("log on / log off: {middle:.3} (from {least:.3} to {most:.3}), goal 0.9; {CLIENTS} clients, {TURNS} turns of {TURN:?} each");
    println!("by processor time, the caretaker apart: {:.3}", cost[0].each().0 / cost[1].each().0);
}

/// Requests answered in one turn, and how long it was.
async fn drive(proxy: SocketAddr, port: u16, mode: Mode) -> (u64, f64) {
    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS).map(|client| tokio::spawn(browse((proxy, port), (client, mode), begun + TURN))).collect();
    let mut requests = 0;
    for client in clients {
        requests += client.await.expect("no client panics");
    }
    (requests, begun.elapsed().as_secs_f64())
}

async fn browse((proxy, port): (SocketAddr, u16), (client, mode): (usize, Mode), until: Instant) -> u64 {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from((people::address(client), 0))).expect("every address of 127.0.0.0/8 is ours");
    let mut stream = socket.connect(proxy).await.expect("the proxy accepts");
    let fields = people::fields(mode, client);
    stream.set_nodelay(true).expect("a socket");
    let (mut done, mut answer) = (0, Vec::with_capacity(4096));
    while Instant::now() < until {
        let (host, path) = ((client * 7 + done) % HOSTS, (client * 7919 + done * 104_729) % 40_000);
        // One request in twenty is blocked.
        let host = if done % 20 == 7 { "www.blocked.test".to_owned() } else { format!("www.host{host}.test") };
        let request = format!(
            "GET http://{host}:{port}/articles/{path}/images/picture.jpg?size=large HTTP/1.1\r\nHost: {host}:{port}\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: */*\r\nAccept-Language: en-GB\r\n\
             Referer: http://{host}:{port}/articles/{path}/\r\n{fields}\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("the proxy reads");
        read_answer(&mut stream, &mut answer).await;
        done += 1;
    }
    done as u64
}

/// Reads one answer with a `Content-Length`.
async fn read_answer(stream: &mut TcpStream, bytes: &mut Vec<u8>) {
    bytes.clear();
    loop {
        if let Some(head) = memchr::memmem::find(bytes, b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text.split("\r\n").find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            let length = length.expect("every answer of proxy and origin has a length");
            if bytes.len() >= head + 4 + length {
                return;
            }
        }
        assert!(stream.read_buf(bytes).await.expect("the proxy answers") > 0, "the proxy hung up");
    }
}

/// The origin: a kilobyte for every request.
async fn answer_all(listener: TcpListener) {
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 1024\r\n\r\n{}", "x".repeat(1024));
    while let Ok((mut stream, _)) = listener.accept().await {
        let answer = answer.clone();
        tokio::spawn(async move {
            let mut bytes = Vec::with_capacity(4096);
            while stream.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {
                if bytes.ends_with(b"\r\n\r\n") {
                    bytes.clear();
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            }
        });
    }
}
