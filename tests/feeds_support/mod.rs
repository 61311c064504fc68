//! A publisher of lists on the loopback address, that answers as it is told, and a proxy that fetches from it.
#![allow(dead_code, reason = "each test crate uses its own part")]

use crate::support::answer::{Answer, Step, with_fields};
use crate::support::{Authority, Origin, World};
use serde_json::Value;
use std::collections::HashMap;
use std::process::Output;
use std::sync::{Arc, Mutex};

type Files = Arc<Mutex<HashMap<String, Answer>>>;

/// A publisher.
pub struct Publisher {
    pub origin: Origin,
    files: Files,
    scheme: &'static str,
}

impl Publisher {
    pub fn new() -> Self {
        Self::start(None)
    }

    /// Under TLS, with a certificate for `lists.test`.
    pub fn secure(authority: &Authority) -> Self {
        Self::start(Some(authority.server(&["lists.test"])))
    }

    fn start(tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let files: Files = Arc::default();
        let (known, scheme) = (Arc::clone(&files), if tls.is_some() { "https" } else { "http" });
        let origin = Origin::start(tls, move |request| known.lock().unwrap().get(request.path()).cloned());
        Self { origin, files, scheme }
    }

    /// From now on this answer.
    pub fn answers(&self, path: &str, answer: Answer) {
        self.files.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// From now on this file.
    pub fn gives(&self, path: &str, body: impl AsRef<[u8]>) {
        self.answers(path, with_fields(200, "Connection: close\r\n", body.as_ref()));
    }

    pub fn url(&self, path: &str) -> String {
        let host = if self.scheme == "https" { "lists.test" } else { "127.0.0.1" };
        format!("{}://{host}:{}{path}", self.scheme, self.origin.port())
    }
}

/// These bytes and nothing more.
pub fn raw(bytes: impl AsRef<[u8]>) -> Answer {
    vec![Step::Send(bytes.as_ref().to_vec()), Step::Close]
}

pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every line of what a command says, as JSON.
pub fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{}", text(output))))
        .collect()
}

/// A list that is fetched, blocked for everyone.
pub fn source(name: &str, url: &str, more: &str) -> String {
    format!("\n[[lists.source]]\nname = \"{name}\"\nurl = \"{url}\"\n{more}\n")
}

/// The settings of a world with these lists; those that are named are blocked.
pub fn settings(world: &World, sources: &str, blocked: &[&str]) {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let all: Vec<String> = ["testing"].iter().chain(blocked).map(|name| format!("{name:?}")).collect();
    let config = world.config().replace("block = [\"testing\"]", &format!("block = [{}]", all.join(", "))) + sources;
    world.write("lifeguard.toml", &config);
}

/// What a fetch of this list says, in one word and in many.
pub fn fetch(world: &World, name: &str) -> (String, String) {
    let output = world.command(&["lists", "fetch", name, "--json"]);
    let said = lines(&output).remove(0);
    let word = said["result"].as_str().unwrap().to_owned();
    assert_eq!(output.status.success(), matches!(word.as_str(), "taken" | "unchanged"), "{}", text(&output));
    (word, said["words"].as_str().unwrap().to_owned())
}

/// Names of `count` hosts, one a line.
pub fn hosts(count: usize) -> String {
    (0..count).map(|number| format!("host-{number}.test\n")).collect()
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar archive of these files.
pub fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}
