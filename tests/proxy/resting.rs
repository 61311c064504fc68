//! A connection that has been quiet for a moment is taken apart down to its socket. Nobody outside can tell.

use crate::support::World;
use crate::support::client::connect;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Longer than a connection waits before it rests.
const QUIET: Duration = Duration::from_millis(1300);

fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    answer(stream)
}

/// One answer with a `Content-Length`.
fn answer(stream: &mut TcpStream) -> String {
    let (mut text, mut byte) = (Vec::new(), [0]);
    let whole = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.to_lowercase().split("content-length: ").nth(1)?.lines().next()?.parse::<usize>().ok()?;
        (body.len() >= length).then_some(())
    };
    while whole(&text).is_none() && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        text.push(byte[0]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn requests_after_a_rest_are_served_and_judged_like_the_first() {
    let world = World::new();
    let proxy = world.start();
    let mut stream = connect(proxy.proxy).unwrap();
    let get =
        |host: &str, path: &str| format!("GET {} HTTP/1.1\r\nHost: {host}:{}\r\n\r\n", world.address(host, path), world.origin.port());
    for round in 0..3 {
        let passed = ask(&mut stream, &get("site.test", &format!("/round/{round}")));
        assert!(passed.starts_with("HTTP/1.1 200") || passed.starts_with("HTTP/1.1 404"), "{passed}");
        std::thread::sleep(QUIET);
    }
    let blocked = ask(&mut stream, &get("blocked.test", "/"));
    assert!(blocked.starts_with("HTTP/1.1 403"), "{blocked}");
    assert_eq!(world.origin.targets(), ["/round/0", "/round/1", "/round/2"]);
    assert!(proxy.stop().success());
    let log = world.log();
    for place in ["/round/0", "/round/1", "/round/2", "blocked.test"] {
        assert!(log.contains(place), "{place} is in the log: {log}");
    }
}

#[test]
fn a_request_that_comes_in_pieces_across_a_rest_is_one_request() {
    let world = World::new();
    let proxy = world.start();
    let mut stream = connect(proxy.proxy).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: site.test:{}\r\n\r\n", world.address("site.test", "/pieces"), world.origin.port());
    ask(&mut stream, &request);
    std::thread::sleep(QUIET);
    for piece in request.as_bytes().chunks(request.len() / 3) {
        stream.write_all(piece).unwrap();
        std::thread::sleep(QUIET);
    }
    assert!(answer(&mut stream).starts_with("HTTP/1.1"));
    let two = request.repeat(2);
    stream.write_all(two.as_bytes()).unwrap();
    assert!(answer(&mut stream).starts_with("HTTP/1.1"));
    assert!(answer(&mut stream).starts_with("HTTP/1.1"));
    assert_eq!(world.origin.targets().len(), 4);
}

#[test]
fn a_resting_connection_is_closed_by_the_idle_time_and_by_a_drain() {
    let mut world = World::new();
    world.more = "\n[proxy.limits]\nidle = \"1s\"\n".to_owned();
    let proxy = world.start();
    let mut idle = connect(proxy.proxy).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: site.test:{}\r\n\r\n", world.address("site.test", "/a"), world.origin.port());
    ask(&mut idle, &request);
    let began = Instant::now();
    assert_eq!(idle.read(&mut [0; 16]).unwrap(), 0, "closed in order");
    assert!(began.elapsed() > Duration::from_millis(500), "not before its time: {:?}", began.elapsed());
    world.more = String::new();
    world.write("lifeguard.toml", &world.config());
    drop(proxy);
    let proxy = world.start();
    let mut resting = connect(proxy.proxy).unwrap();
    ask(&mut resting, &request);
    std::thread::sleep(QUIET);
    let stopping = std::thread::spawn(move || proxy.stop());
    assert_eq!(resting.read(&mut [0; 16]).unwrap(), 0, "closed in order");
    assert!(stopping.join().unwrap().success());
}
