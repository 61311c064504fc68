//! Fair shares, from outside: one greedy person and a modest one behind the same front. Counts and wide bounds; speed is measured elsewhere.

use crate::http2_support::Scene;
use crate::http2_support::polite::block_on;
use crate::support::client::{Reply, connect, get_direct, get_with};
use crate::support::proxy::wait_until;
use crate::support::{Lifeguard, World};
use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const GREEDY: &str = "192.0.2.66";
const MODEST: &str = "192.0.2.7";

fn start(world: &World, shares: &str) -> Lifeguard {
    start_with(world, "listed.test/page\n", shares)
}

fn start_with(world: &World, statutory: &str, shares: &str) -> Lifeguard {
    world.write("statutory.txt", statutory);
    world.write("blocked.txt", "blocked.test\n");
    let config = world.config().replace("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports");
    Lifeguard::start(&world.write("lifeguard.toml", &(config + "\n[proxy.fair_shares]\n" + shares)))
}

fn ask(proxy: &Lifeguard, world: &World, who: &str, path: &str) -> Reply {
    get_with(proxy.proxy, &world.address("shop.test", path), &format!("X-Forwarded-For: {who}\r\nAccept: text/html\r\n"))
}

/// Sends a request on a connection of its own, and leaves it open.
fn send(proxy: SocketAddr, world: &World, who: &str, path: &str) -> TcpStream {
    use std::io::Write;
    let mut stream = connect(proxy).unwrap();
    let address = world.address("shop.test", path);
    stream
        .write_all(format!("GET {address} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {who}\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    stream
}

fn answers(streams: Vec<TcpStream>) -> Vec<Reply> {
    let read = |mut stream: TcpStream| {
        let mut bytes = Vec::new();
        let _ended = stream.read_to_end(&mut bytes);
        Reply::read(&bytes)
    };
    streams.into_iter().map(read).collect()
}

fn metric(proxy: &Lifeguard, name: &str) -> u64 {
    let text = get_direct(proxy.console, "/metrics").text();
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap()
}

#[test]
fn one_person_with_two_hundred_requests_leaves_places_for_the_next_and_every_refusal_is_told() {
    let world = World::new();
    let proxy = start(&world, "requests_at_once = 5\nwait = \"2s\"\n");
    let streams: Vec<TcpStream> = (0..200).map(|_| send(proxy.proxy, &world, GREEDY, "/wait/6000")).collect();
    wait_until("five are served and five wait", || metric(&proxy, "lifeguard_fair_share_waited_total") == 5);
    assert_eq!(ask(&proxy, &world, MODEST, "/id/1").status, 200, "the other one is served meanwhile");
    let replies = answers(streams);
    let (served, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
    assert_eq!((served.len(), refused.len()), (5, 195));
    for reply in &refused {
        assert_eq!((reply.status, reply.field("retry-after")), (429, Some("5")), "{}", reply.head);
        assert!(reply.text().contains("You have many pages loading at once. Please wait a moment."), "{}", reply.text());
    }
    assert_eq!(world.origin.seen().len(), 6, "nothing that was refused has left");
    let folded = metric(&proxy, "lifeguard_fair_share_folded_total");
    assert_eq!(metric(&proxy, "lifeguard_fair_share_refused_total"), 195);
    assert!(proxy.stop().success());
    let told = world.search(&["--reason", "fair-share"]);
    assert_eq!(told.lines().count() as u64 + folded, 195, "each has a record or is counted in one");
    assert!(told.lines().count() >= 10 && folded > 0, "{} {folded}", told.lines().count());
    assert_eq!(told_in_events(&world), folded, "and those that are counted are told");
}

/// How many refusals events tell.
fn told_in_events(world: &World) -> u64 {
    let number = |line: &str| {
        let words = line.split(" more ").next().filter(|_| line.contains("without a record of their own"))?;
        words.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
    };
    world.search(&["--kind", "event"]).lines().filter_map(number).sum()
}

#[test]
fn an_attempt_on_a_statutory_page_is_never_folded_away() {
    let world = World::new();
    let proxy = start(&world, "requests_at_once = 1\nwait = \"1s\"\n");
    let streams: Vec<TcpStream> = (0..40).map(|_| send(proxy.proxy, &world, GREEDY, "/wait/3000")).collect();
    wait_until("others are refused", || metric(&proxy, "lifeguard_fair_share_folded_total") > 0);
    let listed = get_with(proxy.proxy, "http://listed.test/page", &format!("X-Forwarded-For: {GREEDY}\r\n"));
    assert_eq!(listed.status, 403);
    drop(answers(streams));
    let folded = metric(&proxy, "lifeguard_fair_share_folded_total");
    assert!(proxy.stop().success());
    assert_eq!(world.search(&["--reason", "statutory"]).lines().count(), 1);
    assert_eq!(told_in_events(&world), folded, "an orderly end tells what was not told yet");
}

#[test]
fn attempts_on_a_statutory_page_beyond_a_persons_rate_are_refused_and_counted_and_take_no_more_of_the_log() {
    let world = World::new();
    let proxy = start(&world, "requests_per_second = 2\nburst = 10\nwait = \"2s\"\n");
    for _ in 0..120 {
        let listed = get_with(proxy.proxy, "http://listed.test/page", &format!("X-Forwarded-For: {GREEDY}\r\nAccept: text/html\r\n"));
        assert_eq!(listed.status, 403, "{}", listed.head);
    }
    let modest = get_with(proxy.proxy, "http://listed.test/page", &format!("X-Forwarded-For: {MODEST}\r\n"));
    assert_eq!(modest.status, 403);
    let folded = metric(&proxy, "lifeguard_fair_share_folded_total");
    assert!(proxy.stop().success());
    let recorded = world.search(&["--reason", "statutory"]).lines().count() as u64;
    assert_eq!(recorded + folded, 121, "each has a record or is counted in one");
    assert!(recorded > 20 && folded > 0, "{recorded} {folded}");
    assert_eq!(told_in_events(&world), folded);
    assert!(world.search(&["--kind", "event"]).contains("of them asked for addresses on statutory lists"));
}

#[test]
fn a_flood_over_many_statutory_pages_has_a_record_of_each() {
    const PAGES: usize = 300;
    let world = World::new();
    let pages: String = (0..PAGES).map(|page| format!("listed.test/pages/{page}x\n")).collect();
    let proxy = start_with(&world, &pages, "requests_per_second = 2\nburst = 10\nwait = \"2s\"\n");
    let flood = |address: fn(usize) -> String| {
        for page in 0..PAGES {
            let refused = get_with(proxy.proxy, &address(page), &format!("X-Forwarded-For: {GREEDY}\r\nAccept: text/html\r\n"));
            assert_eq!(refused.status, 403, "{}", refused.head);
        }
        metric(&proxy, "lifeguard_fair_share_folded_total")
    };
    assert_eq!(flood(|page| format!("http://listed.test/pages/{page}x")), 0, "each page has a record");
    // What follows an entry makes no other entry of it.
    let folded = flood(|page| format!("http://LISTED.test/pages/{page}x/below?{page}"));
    assert!(folded > PAGES as u64 / 2, "repeats are counted together: {folded}");
    assert_eq!(metric(&proxy, "lifeguard_fair_share_beyond_total"), 0);
    assert!(proxy.stop().success());
    let recorded = world.search(&["--reason", "statutory"]).lines().count() as u64;
    assert_eq!(recorded + folded, 2 * PAGES as u64, "each has a record or is counted in one");
    assert!(world.search(&["--kind", "event"]).contains("for entries that have a record of the same person within the hour"));
}

#[test]
fn what_is_closed_while_a_request_waits_for_its_turn_does_not_leave() {
    let world = World::new();
    let proxy = start(&world, "requests_at_once = 1\nwait = \"10s\"\n");
    let slow = send(proxy.proxy, &world, GREEDY, "/wait/4000");
    wait_until("the only place is taken", || world.origin.seen().len() == 1);
    let waiting = send(proxy.proxy, &world, GREEDY, "/id/2");
    wait_until("the next one waits", || metric(&proxy, "lifeguard_fair_share_waited_total") == 1);
    let closed = world.command(&["close", "shop.test", "--everybody", "--for", "30m", "--by", "B. Lee", "--because", "homework"]);
    assert!(closed.status.success(), "{closed:?}");
    wait_until("it is closed", || ask(&proxy, &world, MODEST, "/id/3").status == 403);
    let replies = answers(vec![slow, waiting]);
    assert_eq!((replies[0].status, replies[1].status), (200, 403), "{}", replies[1].head);
    assert!(!world.origin.targets().iter().any(|target| target.ends_with("/id/2")), "it has not left");
}

#[test]
fn who_goes_while_waiting_has_a_record_and_an_attempt_on_a_statutory_page_does_not_wait() {
    let scene = Scene::with(|_| None, "\n[proxy.fair_shares]\nrequests_at_once = 1\n");
    let slow = send(scene.proxy.proxy, &scene.world, MODEST, "/wait/3000");
    wait_until("the only place is taken", || scene.world.origin.targets() == ["/wait/3000"]);
    block_on(async {
        let client = scene.polite_at_door().await;
        let mut asked = Vec::new();
        for page in ["http://listed.test/page", "http://shop.test/must-not-leave"] {
            let request = http::Request::get(page).body(()).unwrap();
            asked.push(client.clone().ready().await.unwrap().send_request(request, true).unwrap());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        asked.iter_mut().for_each(|(_, stream)| stream.send_reset(h2::Reason::CANCEL));
        tokio::time::sleep(Duration::from_millis(200)).await;
    });
    assert_eq!(answers(vec![slow])[0].status, 200);
    assert_eq!(scene.world.origin.targets().len(), 1, "nothing else has left");
    assert!(scene.proxy.stop().success());
    for reason in ["statutory", "never-served"] {
        assert_eq!(scene.world.search(&["--reason", reason]).lines().count(), 1, "{reason}");
    }
}

#[test]
fn what_comes_too_fast_waits_for_its_turn_and_keeps_its_record() {
    let world = World::new();
    let proxy = start(&world, "requests_per_second = 10\nburst = 5\nwait = \"10s\"\n");
    let begun = Instant::now();
    let replies = answers((0..20).map(|_| send(proxy.proxy, &world, GREEDY, "/id/1")).collect());
    assert!(replies.iter().all(|reply| reply.status == 200));
    assert!(begun.elapsed() >= Duration::from_millis(1_300), "15 of them at 10 in a second: {:?}", begun.elapsed());
    assert_eq!(ask(&proxy, &world, MODEST, "/id/1").status, 200);
    assert!(metric(&proxy, "lifeguard_fair_share_waited_total") >= 10);
    assert_eq!(metric(&proxy, "lifeguard_fair_share_records_per_day"), 2 * 10 * 86_400 + 24 * 4_096);
    assert!(proxy.stop().success());
    assert_eq!(world.log().lines().count(), 21);
}

/// Downloads again and again until told to stop; counts the bytes.
fn downloads(
    proxy: SocketAddr,
    world: &World,
    who: &'static str,
    until: &Arc<AtomicBool>,
) -> (Arc<AtomicU64>, std::thread::JoinHandle<()>) {
    let (count, stop) = (Arc::new(AtomicU64::new(0)), Arc::clone(until));
    let counting = Arc::clone(&count);
    let stream = Mutex::new(send(proxy, world, who, "/bytes/40000000"));
    let thread = std::thread::spawn(move || {
        let (mut stream, mut portion) = (stream.into_inner().unwrap(), vec![0; 16 * 1024]);
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        while !stop.load(Ordering::Relaxed) {
            if let Ok(read) = stream.read(&mut portion) {
                counting.fetch_add(read as u64, Ordering::Relaxed);
            }
        }
    });
    (count, thread)
}

#[test]
fn a_line_is_shared_by_persons_and_not_by_downloads() {
    let world = World::new();
    let proxy = start(&world, "bandwidth = \"16 Mbit/s\"\n");
    let until = Arc::new(AtomicBool::new(false));
    let greedy: Vec<_> = (0..8).map(|_| downloads(proxy.proxy, &world, GREEDY, &until)).collect();
    let modest = downloads(proxy.proxy, &world, MODEST, &until);
    let sum = |all: &[(Arc<AtomicU64>, _)]| all.iter().map(|(count, _)| count.load(Ordering::Relaxed)).sum::<u64>();
    // What lies in buffers at the start is left out.
    wait_until("it flows", || modest.0.load(Ordering::Relaxed) > 1_000_000);
    let (before, begun) = ((sum(&greedy), modest.0.load(Ordering::Relaxed)), Instant::now());
    std::thread::sleep(Duration::from_secs(5));
    let (theirs, ours) = (sum(&greedy) - before.0, modest.0.load(Ordering::Relaxed) - before.1);
    let took = begun.elapsed().as_secs_f64();
    until.store(true, Ordering::Relaxed);
    greedy.into_iter().chain([modest]).for_each(|(_, thread)| thread.join().unwrap());
    let share = ours as f64 / (ours + theirs) as f64;
    assert!((0.3..0.7).contains(&share), "one download of nine has {share:.2} of the line: {ours} to {theirs}");
    let rate = (ours + theirs) as f64 / took;
    assert!(rate < 2_000_000.0 * 1.5, "{rate:.0} bytes in a second of 2,000,000");
}

#[test]
fn one_person_is_held_to_a_rate_both_ways() {
    use std::io::Write;
    let world = World::new();
    let proxy = start(&world, "bandwidth_per_person = \"8 Mbit/s\"\n");
    let begun = Instant::now();
    let reply = ask(&proxy, &world, MODEST, "/bytes/3000000");
    assert_eq!((reply.status, reply.body.len()), (200, 3_000_000));
    let down = begun.elapsed();
    assert!(down >= Duration::from_secs(2), "3 MB at 1 MB in a second: {down:?}");
    let begun = Instant::now();
    let address = world.address("shop.test", "/echo");
    let body = crate::support::answer::pattern(2_000_000);
    let head = format!(
        "POST {address} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {GREEDY}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = connect(proxy.proxy).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert!(Reply::read(&bytes).body == body, "unchanged");
    assert!(begun.elapsed() >= Duration::from_millis(2_500), "up, and down again: {:?}", begun.elapsed());
}
