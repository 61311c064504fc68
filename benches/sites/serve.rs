//! The real proxy with every site, under load from all of them, while it reloads five times: no request may fail.

use crate::make::{Make, client};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const RELOADS: usize = 5;
const CLIENTS: usize = 8;
/// Requests over one connection; the next comes from another site.
const KEPT: usize = 20;
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Default)]
struct Counts {
    done: AtomicU64,
    failed: AtomicU64,
    slowest_us: AtomicU64,
    stop: AtomicBool,
}

/// Runs it, and prints what came of it.
pub(crate) fn serve(make: &Make, folder: &Path) {
    let started = Instant::now();
    let (mut child, lines) = start(folder);
    let address = wait_for(&lines, |line| {
        line.split_once("proxy on http://")?
            .1
            .split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'))
            .next()?
            .parse::<SocketAddr>()
            .ok()
    });
    println!("\nthe real proxy with {} serves after {:.1} s", make.words(), started.elapsed().as_secs_f64());
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = origin.local_addr().unwrap().port();
    std::thread::spawn(move || answer_all(&origin));
    let counts = Arc::new(Counts::default());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (counts, sites) = (Arc::clone(&counts), make.sites);
            std::thread::spawn(move || browse(address, port, (number, sites), &counts))
        })
        .collect();
    std::thread::sleep(Duration::from_secs(3));
    say("without a reload", &counts);
    let mut took = Vec::new();
    for _ in 0..RELOADS {
        let begun = Instant::now();
        assert!(Command::new("kill").arg("-HUP").arg(child.id().to_string()).status().unwrap().success());
        wait_for(&lines, |line| line.contains("reloaded:").then_some(()));
        took.push(format!("{:.2}", begun.elapsed().as_secs_f64()));
    }
    counts.stop.store(true, Relaxed);
    for client in clients {
        client.join().unwrap();
    }
    say(&format!("during {RELOADS} reloads of {} s, lists looked at and policy made anew", took.join(", ")), &counts);
    let id = child.id().to_string();
    let size = |name| crate::mebi(crate::resident_of(&id, name));
    println!("the process: resident {:.0} MiB, peak {:.0} MiB, lists of two generations included", size("VmRSS"), size("VmHWM"));
    drop(child.kill());
    drop(child.wait());
}

fn start(folder: &Path) -> (Child, Receiver<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lifeguard"));
    let mut child =
        command.args(["run", "--config"]).arg(folder.join("all.toml")).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (send, lines) = channel();
    let pipes: [Box<dyn Read + Send>; 2] = [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    for pipe in pipes {
        let send = send.clone();
        std::thread::spawn(move || BufReader::new(pipe).lines().map_while(Result::ok).for_each(|line| drop(send.send(line))));
    }
    (child, lines)
}

fn wait_for<T>(lines: &Receiver<String>, mut wanted: impl FnMut(&str) -> Option<T>) -> T {
    loop {
        let line = lines.recv_timeout(PATIENCE).expect("the proxy says it in time");
        assert!(!line.contains("reload failed"), "{line}");
        if let Some(found) = wanted(&line) {
            return found;
        }
    }
}

fn say(when: &str, counts: &Counts) {
    let slowest = counts.slowest_us.swap(0, Relaxed) as f64 / 1e3;
    println!("{when}: {} requests, {} failed, the slowest {slowest:.1} ms", counts.done.swap(0, Relaxed), counts.failed.load(Relaxed));
}

fn browse(proxy: SocketAddr, port: u16, (number, sites): (usize, usize), counts: &Counts) {
    let mut visit = number;
    while !counts.stop.load(Relaxed) {
        visit += CLIENTS;
        let from = client(visit * 37 % sites, visit % 10);
        if visit_once(proxy, port, from, counts).is_err() {
            counts.failed.fetch_add(1, Relaxed);
        }
    }
}

fn visit_once(proxy: SocketAddr, port: u16, from: IpAddr, counts: &Counts) -> std::io::Result<()> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&SocketAddr::new(from, 0).into())?;
    socket.connect(&proxy.into())?;
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut bytes = vec![0; 4096];
    for page in 0..KEPT {
        let begun = Instant::now();
        stream.write_all(format!("GET http://127.0.0.1:{port}/{page} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes())?;
        let mut length = 0;
        while !bytes[..length].ends_with(b"end") {
            let read = stream.read(&mut bytes[length..])?;
            if read == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            length += read;
        }
        if !bytes.starts_with(b"HTTP/1.1 200") {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        counts.done.fetch_add(1, Relaxed);
        counts.slowest_us.fetch_max(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX), Relaxed);
    }
    Ok(())
}

fn answer_all(listener: &TcpListener) {
    for mut stream in listener.incoming().flatten() {
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut length = 0;
            while let Ok(read) = stream.read(&mut bytes[length..]) {
                length += read;
                if read == 0 {
                    return;
                }
                if bytes[..length].ends_with(b"\r\n\r\n") {
                    length = 0;
                    if stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nan end").is_err() {
                        return;
                    }
                }
            }
        });
    }
}
