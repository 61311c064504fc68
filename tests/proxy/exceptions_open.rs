//! What is open when people decide something, when that ends, and when the settings change: tunnels are cut within two seconds where they
//! would not be opened anew, and no other is (standards I5, X22).

use crate::support::client::get_direct;
use crate::support::echo::echo;
use crate::support::proxy::wait_until;
use crate::support::secure::tunnel;
use crate::support::{Lifeguard, World};
use lifeguard::model::Timestamp;
use lifeguard::store::exceptions::{Exception, For, Kind, make_exception};
use lifeguard::store::signer_for;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const CHILD: &str = "192.0.2.7";
const STAFF: &str = "198.51.100.7";
const STAFF_GROUP: &str = "\n[[group]]\nname = \"staff\"\nnetworks = [\"198.51.100.0/24\"]\ntunnels = \"anything\"\n";
const SIGNED: [&str; 6] = ["--for", "30m", "--by", "B. Lee", "--because", "a warning from the authority"];
/// An address that is closed is closed for what is open, too, within this time.
const BOUND: Duration = Duration::from_secs(2);

struct Scene {
    world: World,
    proxy: Lifeguard,
    echo: SocketAddr,
}

impl Scene {
    fn start() -> Self {
        let mut world = World::new();
        let echo = echo();
        world.tunnel_ports.push(echo.port());
        world.more =
            "\n[[group]]\nname = \"children\"\nnetworks = [\"192.0.2.0/24\"]\ntunnels = \"anything\"\nbare_addresses = \"allow\"\n\
            block = [\"testing\"]\n\
            [[group]]\nname = \"staff\"\nnetworks = [\"198.51.100.0/24\"]\ntunnels = \"anything\"\n"
                .into();
        let proxy = Self::begin(&world, "");
        Self { world, proxy, echo }
    }

    fn begin(world: &World, rules: &str) -> Lifeguard {
        Self::write(world, rules);
        Lifeguard::start(&world.folder.path().join("lifeguard.toml"))
    }

    fn write(world: &World, rules: &str) {
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        let trusted = world.config().replace("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports");
        world.write("lifeguard.toml", &(trusted + rules));
    }

    fn run(&self, words: &[&str]) -> String {
        let output = self.world.command(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn say(&self, words: &[&str]) {
        self.run(&[words, &SIGNED].concat());
    }

    /// A tunnel through which something has come back.
    fn open(&self, host: &str, who: &str) -> TcpStream {
        let mut found = None;
        wait_until(host, || {
            let (status, stream) = tunnel(self.proxy.proxy, &format!("{host}:{}", self.echo.port()), Some(who));
            found = status.contains(" 200").then_some(stream);
            found.is_some()
        });
        let mut stream = found.unwrap();
        assert!(lives(&mut stream), "{host} for {who}");
        stream
    }
}

/// Does it carry bytes both ways?
fn lives(stream: &mut TcpStream) -> bool {
    let mut back = [0; 16];
    stream.write_all(b"SSH-2.0-anything").is_ok() && stream.read_exact(&mut back).is_ok()
}

/// How long it took until it was cut.
fn cut(stream: &mut TcpStream, begun: Instant) -> Duration {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    match stream.read(&mut [0]) {
        Ok(0) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        other => panic!("it was not cut: {other:?}"),
    }
    begun.elapsed()
}

#[test]
fn open_tunnels_are_cut_when_they_are_closed_and_no_others() {
    let scene = Scene::start();
    let mut closed = [scene.open("chat.test", CHILD), scene.open("sub.chat.test", STAFF)];
    let mut paused = scene.open("other.test", CHILD);
    let mut untouched = scene.open("other.test", STAFF);
    scene.say(&["close", "chat.test", "--everybody"]);
    let begun = Instant::now();
    for stream in &mut closed {
        let took = cut(stream, begun);
        println!("closed at short notice: cut after {took:?}");
        assert!(took < BOUND, "{took:?}");
    }
    assert!(lives(&mut paused) && lives(&mut untouched));
    scene.say(&["suspend", "--room", CHILD]);
    let took = cut(&mut paused, Instant::now());
    assert!(took < BOUND, "{took:?}");
    assert!(lives(&mut untouched));
    let metrics = get_direct(scene.proxy.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_tunnel_cut_total 3\n"), "{metrics}");
    drop(untouched);
    assert!(scene.proxy.stop().success());
    let log = scene.world.log();
    let rows = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut reasons: Vec<String> = rows.filter_map(|row| row["outcome"]["reason"].as_str().map(str::to_owned)).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["short-notice", "short-notice", "suspended"], "{log}");
    assert!(log.contains("cut while it was open: closed at short notice E-1 by B. Lee: a warning from the authority"), "{log}");
}

#[test]
fn a_tunnel_ends_with_the_release_or_the_unlock_that_opened_it() {
    let scene = Scene::start();
    scene.say(&["unlock", "--to", "staff", "--room", CHILD]);
    let mut unlocked = scene.open("blocked.test", CHILD);
    scene.run(&["exceptions", "stop", "E-1", "--by", "C", "--because", "the hour is over"]);
    let took = cut(&mut unlocked, Instant::now());
    assert!(took < BOUND, "{took:?}");
    // One that ends by itself: shorter than any that a command makes.
    let folder = scene.world.folder.path().join("log");
    let now = Timestamp::from(jiff::Timestamp::now());
    let release = Exception {
        id: String::new(),
        kind: Kind::Release,
        whom: For::Room(format!("{CHILD}/32")),
        addresses: vec!["blocked.test".into()],
        categories: Vec::new(),
        code: String::new(),
        to: String::new(),
        by: "B. Lee".into(),
        reason: "homework".into(),
        from: now.to_string(),
        until: Timestamp::from_seconds(now.seconds() + 6).to_string(),
    };
    make_exception(&folder, release, &*signer_for(&folder, "keys".as_ref()), now).unwrap();
    let mut released = scene.open("blocked.test", CHILD);
    cut(&mut released, Instant::now());
    let late = jiff::Timestamp::now().as_second() - now.seconds() - 6;
    assert!((0..=2).contains(&late), "{late} seconds after its end");
}

#[test]
fn a_reload_cuts_what_the_new_settings_close_and_nothing_else() {
    let scene = Scene::start();
    let (mut closed, mut other) = (scene.open("chat.test", CHILD), scene.open("other.test", CHILD));
    let rule = "\n[[rule]]\nblock = [\"chat.test\"]\nauthor = \"A. Hill\"\nreason = \"a report\"\n";
    Scene::write(&scene.world, rule);
    scene.proxy.signal(1);
    cut(&mut closed, Instant::now());
    assert!(lives(&mut other));
    drop(other);
    assert!(scene.proxy.stop().success());
    assert!(scene.world.log().contains("cut while it was open: local block by A. Hill: a report"));
}

#[test]
fn a_tunnel_of_whoever_could_not_be_named_is_judged_again_by_the_strictest_group() {
    let mut world = World::new();
    let echo = echo();
    world.tunnel_ports.push(echo.port());
    world.more = format!(
        "{STAFF_GROUP}\n[notice]\nseen_by = [\"the head of the library\"]\n[sign_in.card]\n\
         url = \"http://127.0.0.1:1/nobody-listens\"\nsecret_file = \"token\"\npattern = \"d[0-9]{{6}}\"\ngroup = \"staff\"\n"
    );
    world.write_secret("token", "a token of the service\n");
    let write = |blocked: &str| {
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", blocked);
        let config = world.config().replace("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports");
        world.write("lifeguard.toml", &config.replace("tunnels = \"tls-or-http\"", "tunnels = \"anything\""))
    };
    let scene = Scene { proxy: Lifeguard::start(&write("blocked.test\n")), world: World::new(), echo };
    let credentials = lifeguard::record::base64::encode(b"d100001:4711");
    let nobody = format!("{STAFF}\r\nProxy-Authorization: Basic {credentials}");
    let mut nameless = scene.open("chat.test", &nobody);
    let mut staff = scene.open("chat.test", STAFF);
    let place = format!("site.test:{}", world.origin.port());
    let (status, mut plain) = tunnel(scene.proxy.proxy, &place, Some(&nobody));
    assert!(status.contains(" 200"), "{status}");
    write!(plain, "GET /id/1 HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n").unwrap();
    plain.read_to_end(&mut Vec::new()).unwrap();
    write("chat.test\n");
    scene.proxy.signal(1);
    cut(&mut nameless, Instant::now());
    assert!(lives(&mut staff), "its own group has it open");
    drop(staff);
    assert!(scene.proxy.stop().success());
    let log = world.log();
    assert!(log.contains("what knows people does not answer: the strictest group; SSH inside the tunnel; cut while it was open"), "{log}");
    let mut rows = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let inside = rows.find(|row| row["method"] == "GET").unwrap();
    assert_eq!((&inside["group"], &inside["identity"]), (&"everyone".into(), &"unknown".into()), "what comes out of one too: {inside}");
}
