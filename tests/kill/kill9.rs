//! Promise 2 under the hardest test: kill -9 at random moments under load, the origin counting; and power cuts, with durability
//! `power`. Afterwards every request that the origin saw is in the log, and the log verifies.
//!
//! `LIFEGUARD_KILLS=200` kills, or cuts, that often (20 without it); `LIFEGUARD_SEED` repeats the moments of an earlier run.

use crate::support::power_cut::PowerCut;
use crate::support::proxy::Lifeguard;
use crate::support::{World, client};
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use lifeguard::store::query::{Filter, each_request};
use std::collections::HashSet;
use std::fs::Permissions;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

const CLIENTS: usize = 6;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// xorshift64*: moments need no better chance than this.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit
    }
}

/// Sends requests with a number of their own each to this host and path, until told to stop or until the proxy is gone.
fn load(proxy: SocketAddr, place: &str, next: &AtomicU64, stop: &AtomicBool) {
    let host = place.split('/').next().unwrap_or_default();
    while !stop.load(Ordering::Relaxed) {
        let Ok(mut stream) = client::connect(proxy) else { return };
        let _limit = stream.set_read_timeout(Some(Duration::from_secs(2)));
        for turn in 0..20 {
            let id = next.fetch_add(1, Ordering::Relaxed);
            let request = match turn % 3 {
                0 => format!("POST http://{place}{id} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n\r\nhello"),
                _ => format!("GET http://{place}{id} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            };
            let mut room = [0; 4096];
            if stop.load(Ordering::Relaxed)
                || stream.write_all(request.as_bytes()).is_err()
                || !stream.read(&mut room).is_ok_and(|count| count > 0)
            {
                break;
            }
        }
    }
}

/// Loads, and kills once, after this long.
fn round(world: &World, proxy: Lifeguard, number: u64, next: &Arc<AtomicU64>, moment: Duration) {
    let stop = Arc::new(AtomicBool::new(false));
    let place = format!("count.test:{}/id/{number}-", world.origin.port());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (next, stop, place, address) = (Arc::clone(next), Arc::clone(&stop), place.clone(), proxy.proxy);
            std::thread::spawn(move || load(address, &place, &next, &stop))
        })
        .collect();
    std::thread::sleep(moment);
    proxy.kill();
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().unwrap();
    }
}

/// The names, such as `3-1234`, behind every `/id/` in this text.
fn ids(text: &str) -> HashSet<&str> {
    let end = |rest: &str| rest.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(rest.len());
    text.split("/id/").skip(1).map(|rest| &rest[..end(rest)]).collect()
}

/// The names of every request in the log.
fn recorded(world: &World) -> HashSet<String> {
    let mut found: HashSet<String> = ["last-0", ""].map(str::to_owned).into();
    let take = |_, record: &lifeguard::record::RequestRecord<'_>| {
        found.extend(ids(&String::from_utf8_lossy(record.target)).into_iter().map(str::to_owned));
    };
    let read = each_request(&world.folder.path().join("log"), &Filter::default(), take).unwrap();
    assert!(read.damage.is_empty(), "{:?}", read.damage);
    found
}

fn start_chance() -> Chance {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let seed = number("LIFEGUARD_SEED").unwrap_or(u64::from(now.subsec_nanos()) << 8 | 1);
    println!("seed {seed}");
    Chance(seed)
}

/// Every request that the origin saw is in the log, and the log is whole.
fn assert_nothing_is_lost(world: &World, kills: u64, sent: u64) {
    let targets = world.origin.targets().join(" ");
    let seen = ids(&targets);
    let recorded = recorded(world);
    let lost: Vec<_> = seen.iter().filter(|id| !recorded.contains(**id)).collect();
    println!("{kills} ends, {sent} requests sent, {} seen by the origin, {} in the log, {} lost", seen.len(), recorded.len(), lost.len());
    assert!(lost.is_empty(), "the origin saw requests that are not in the log: {lost:?}");
    assert!(seen.len() as u64 > kills, "the load was too thin to say anything");
    let verified = world.command(&["logs", "verify"]);
    println!("{}", String::from_utf8_lossy(&verified.stdout).lines().next().unwrap_or_default());
    assert!(verified.status.success(), "{}{}", String::from_utf8_lossy(&verified.stdout), String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn after_power_cuts_every_request_that_an_origin_saw_is_in_the_log() {
    cut_the_power(World::config);
}

/// At every start what the run before left is sealed, encrypted and indexed while the next load and the next cut are under way.
#[test]
fn after_power_cuts_every_request_that_an_origin_saw_is_in_the_encrypted_log() {
    let key = Identity::generate();
    cut_the_power(|world| {
        let identity = world.write("identity.txt", key.to_string().expose_secret());
        std::fs::set_permissions(&identity, Permissions::from_mode(0o600)).unwrap();
        lifeguard::store::unlock(&world.folder.path().join("log"), &[], Some(&identity)).unwrap();
        let plain = "[log]\nfolder = \"log\"\n";
        let config = world.config();
        assert!(config.contains(plain));
        config.replace(plain, &format!("{plain}encrypt_to = [\"{}\"]\nidentity_file = \"identity.txt\"\n", key.to_public()))
    });
}

/// With a world set up by `config`, which gives its settings.
fn cut_the_power(config: impl Fn(&World) -> String) {
    let cuts = number("LIFEGUARD_KILLS").unwrap_or(20);
    let (mut chance, mut done) = (start_chance(), 0);
    // A folder for some rounds each: the whole log is looked at after every start.
    while done < cuts {
        let some = (cuts - done).min(100);
        let (world, next) = (World::new(), Arc::new(AtomicU64::new(1)));
        let Some(mut power) = PowerCut::prepare(world.folder.path()) else {
            println!("SKIPPED: there is no C compiler (cc) to make the shim with; the cuts of src/store/tests/power.rs still stand");
            return;
        };
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        let text = config(&world);
        let config = world.write("lifeguard.toml", &text);
        for cut in 0..some {
            let moment = Duration::from_micros(1_000 + chance.below(400_000));
            round(&world, power.start(&config), cut, &next, moment);
            power.cut(|limit| chance.below(limit));
        }
        assert!(power.start(&config).stop().success());
        assert_nothing_is_lost(&world, some, next.load(Ordering::Relaxed));
        done += some;
    }
}

#[test]
fn after_kill_9_every_request_that_an_origin_saw_is_in_the_log() {
    let kills = number("LIFEGUARD_KILLS").unwrap_or(20);
    let (world, next, mut chance) = (World::new(), Arc::new(AtomicU64::new(1)), start_chance());
    for kill in 0..kills {
        round(&world, world.start(), kill, &next, Duration::from_micros(1_000 + chance.below(400_000)));
    }
    let last = world.start();
    assert_eq!(client::get(last.proxy, &world.address("count.test", "/id/last-0")).status, 200);
    assert!(last.stop().success());
    assert_nothing_is_lost(&world, kills, next.load(Ordering::Relaxed));
}
