//! People and passwords for tests.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its world has failed and says so")]

pub mod kdc;
pub mod openssl;
pub mod slapd;

use crate::support::proxy::{Lifeguard, World, program};
use crate::support::{Reply, client};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::{Output, Stdio};
use std::time::Instant;

/// Everybody must sign in; children may not see `blocked.test`, staff may; devices at 192.0.2.0/24 are known by their address.
pub const GROUPS: &str = r#"
[[group]]
name = "children"
block = ["testing"]
tunnels = "tls-or-http"

[[group]]
name = "staff"
tunnels = "tls-or-http"

[[group]]
name = "devices"
networks = ["192.0.2.0/24"]
tunnels = "tls-or-http"
"#;

/// A world in which people sign in.
pub fn world(sign_in: &str) -> World {
    let mut world = World::new();
    world.more = format!(
        "{GROUPS}\n[notice]\nseen_by = [\"the head of the library\"]\n[sign_in]\naccounts = \"people/accounts\"\nneeded_for = [\"everyone\"]\n{sign_in}\n[telemetry]\nlevel = \"trace\"\n"
    );
    world
}

/// Adds a line to `[proxy]`.
pub fn in_proxy(world: &World, line: &str) -> String {
    world.config().replace("[proxy]\n", &format!("[proxy]\n{line}\n"))
}

/// A command of the program with this on its standard input.
pub fn command_with(world: &World, arguments: &[&str], input: &str) -> Output {
    let mut command = program();
    command.current_dir(world.folder.path()).args(arguments).arg("--config").arg(world.folder.path().join("lifeguard.toml"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses at once reads nothing.
    let _written = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Adds an account.
pub fn add(world: &World, name: &str, role: &str, password: &str) {
    let output = command_with(world, &["user", "add", name, "--role", role], &format!("{password}\n"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A world that runs, with kim among the children and lee among the staff.
pub fn peopled(sign_in: &str) -> (World, Lifeguard) {
    let world = world(sign_in);
    world.write("lifeguard.toml", &world.config());
    add(&world, "kim", "children", "kims secret");
    add(&world, "lee", "staff", "lees secret");
    let proxy = world.start();
    (world, proxy)
}

/// The field with a name and a password.
pub fn basic(name: &str, password: &str) -> String {
    format!("Proxy-Authorization: Basic {}\r\n", lifeguard::record::base64::encode(format!("{name}:{password}").as_bytes()))
}

/// A GET by somebody.
pub fn get_as(proxy: SocketAddr, address: &str, name: &str, password: &str) -> Reply {
    client::get_with(proxy, address, &basic(name, password))
}

/// The records of requests, oldest first.
pub fn records(world: &World, arguments: &[&str]) -> Vec<serde_json::Value> {
    let mut all: Vec<serde_json::Value> = world.search(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    all.sort_by_key(|record| record["sequence"].as_u64());
    all
}

/// Requests in a second over one connection that is kept.
pub fn rate(proxy: &Lifeguard, world: &World, fields: &str) -> f64 {
    let address = world.address("site.test", "/bytes/100");
    let request = format!("GET {address} HTTP/1.1\r\nHost: site.test\r\n{fields}\r\n");
    let mut stream = client::connect(proxy.proxy).unwrap();
    let mut part = [0; 4096];
    let begun = Instant::now();
    for _ in 0..1500 {
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        while Reply::read(&answer).body.len() < 100 {
            let read = stream.read(&mut part).unwrap();
            assert!(read > 0);
            answer.extend_from_slice(&part[..read]);
        }
    }
    1500.0 / begun.elapsed().as_secs_f64()
}
