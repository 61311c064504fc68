//! Programs that people use, each found on the machine or skipped with a word, and the sites that they visit.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

pub mod browser;
pub mod firefox;
pub mod media;
pub mod packages;

use crate::support::answer::{Answer, whole, with_fields};
use crate::support::tls::DOOR;
use crate::support::{Authority, Lifeguard, Origin, Request, World};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

/// The program, or a word on why the test is skipped.
pub fn tool(name: &str) -> Option<PathBuf> {
    let found =
        std::env::var_os("PATH").and_then(|path| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()));
    match found {
        None if name == "chromium" => crate::support::needed::skipped_without("Chromium"),
        None => println!("skipped: {name} is not on this machine"),
        Some(_) => {}
    }
    found
}

/// The hosts of the site over TLS.
const NAMES: [&str; 6] = ["site.test", "blocked.test", "listed.test", "pip.test", "npm.test", "www.google.com"];

/// A plain site, the same over TLS, names, and a proxy in front of them.
pub struct Scene {
    pub world: World,
    pub secure: Origin,
    pub proxy: Lifeguard,
    /// The proxy opens HTTPS, and its certificate is in `ours.pem`.
    pub opened: bool,
    /// Programs reach the proxy over TLS.
    pub door: bool,
}

impl Scene {
    /// A site with the built-in paths.
    pub fn new() -> Self {
        Self::with(|_| None)
    }

    /// A site that answers what the built-in paths do not.
    pub fn with(handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self::start(handler, None, false)
    }

    /// The same behind a proxy that opens all HTTPS.
    pub fn opened(handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self::start(handler, Some(&[]), false)
    }

    /// The same, and the proxy itself is reached over TLS.
    pub fn behind_door(handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self::start(handler, Some(&[]), true)
    }

    /// The same, whose authority may vouch for this host alone.
    pub fn opened_only(host: &str, handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self::start(handler, Some(&["--only", host]), false)
    }

    fn start(handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static, authority_of: Option<&[&str]>, door: bool) -> Self {
        let handler = Arc::new(handler);
        let (authority, copy) = (Authority::new(), Arc::clone(&handler));
        let secure = Origin::start(Some(authority.server(&NAMES)), move |request| copy(request));
        let mut world = World::with(Origin::start(None, move |request| handler(request)));
        world.tunnel_ports.push(secure.port());
        world.write("authority.pem", &authority.pem());
        let tables = if door { authority.door(&world) } else { "" };
        let proxy = authority_of.map_or_else(|| world.start(), |wishes| start_opened(&world, wishes, tables));
        Self { world, secure, proxy, opened: authority_of.is_some(), door }
    }

    /// `http://127.0.0.1:PORT`, as programs want a proxy named.
    pub fn proxy_address(&self) -> String {
        if self.door {
            return format!("https://{DOOR}:{}", self.proxy.door().port());
        }
        format!("http://{}", self.proxy.proxy)
    }

    pub fn plain(&self, host: &str, path: &str) -> String {
        self.world.address(host, path)
    }

    pub fn secure(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.secure.port())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.world.folder.path().join(name)
    }

    /// A program that knows nothing of this machine's own settings, with the proxy in its environment.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let upper = name.to_string_lossy().to_ascii_uppercase();
            if upper.ends_with("_PROXY")
                || ["PIP_", "NPM_CONFIG", "GIT_", "JAVA_TOOL", "CURL_", "SSL_", "REQUESTS_"].iter().any(|start| upper.starts_with(start))
            {
                command.env_remove(&name);
            }
        }
        let proxy = self.proxy_address();
        command.current_dir(self.world.folder.path()).env("HOME", self.world.folder.path()).env("LC_ALL", "C.UTF-8");
        command.env("http_proxy", &proxy).env("https_proxy", &proxy).env("HTTP_PROXY", &proxy).env("HTTPS_PROXY", &proxy);
        command
    }

    /// Every allowed request of a test reached an origin in good form, and stands in the log.
    pub fn nothing_improper_left(&self) {
        assert!(self.world.origin.faults().is_empty(), "{:?}", self.world.origin.faults());
        let log = self.world.log();
        for request in self.world.origin.seen() {
            let path = request.path();
            assert!(log.contains(path), "{path} is not in the log:\n{log}");
            assert!(request.field("via").is_some(), "{path} left without Via");
        }
        for target in self.world.origin.targets().iter().chain(&self.secure.targets()) {
            assert!(!target.contains("must-not-leave"), "{target} has left");
        }
    }
}

/// Makes an authority for the proxy and starts it; its certificate comes to lie in `ours.pem`.
fn start_opened(world: &World, wishes: &[&str], tables: &str) -> Lifeguard {
    let text = world.config().replace("connect_ports", "extra_roots = [\"authority.pem\"]\nconnect_ports")
        + "https = \"full\"\nsafe_search = true\n"
        + tables;
    let config = world.write("lifeguard.toml", &text);
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let made = world.command(&[&["ca", "init"], wishes].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    world.write("ours.pem", &String::from_utf8_lossy(&world.command(&["ca", "export"]).stdout));
    Lifeguard::start(&config)
}

/// Runs it to its end, with these bytes on its input.
pub fn run_with(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (mut standard_input, bytes) = (child.stdin.take().unwrap(), input.to_vec());
    let writing = std::thread::spawn(move || {
        let _written = standard_input.write_all(&bytes);
    });
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    output
}

/// Runs it to its end.
pub fn run(command: &mut Command) -> Output {
    run_with(command, b"")
}

/// Runs it to a good end; what it wrote.
pub fn succeed(command: &mut Command) -> Vec<u8> {
    let output = run(command);
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{errors}", output.status);
    output.stdout
}

/// Serves the files of a folder.
pub fn folder(base: PathBuf) -> impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static {
    move |request| {
        let path = request.path().trim_start_matches('/').replace("%2e", ".").replace("%2E", ".");
        let bytes = std::fs::read(base.join(path)).ok()?;
        Some(with_fields(200, "Content-Type: application/octet-stream\r\nLast-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n", &bytes))
    }
}

/// Serves one text.
pub fn page(kind: &str, text: &str) -> Answer {
    whole(200, kind, text.as_bytes())
}
