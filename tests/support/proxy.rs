//! The real program, started with a config of its own in a folder of its own, and ended with the test.

use super::{NameServer, Origin};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take in a debug build on a busy machine.
const START: Duration = Duration::from_secs(60);

/// The program under test.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lifeguard"));
    command.env_remove("RUST_LOG").env("NO_COLOR", "1");
    command
}

/// Origins, names and a folder, before the program starts.
pub struct World {
    pub folder: TempDir,
    pub names: NameServer,
    pub origin: Origin,
    /// Lines added to the config.
    pub more: String,
    /// Ports that CONNECT may ask for beside 443.
    pub tunnel_ports: Vec<u16>,
}

impl World {
    /// An origin with the built-in paths.
    pub fn new() -> Self {
        Self::with(Origin::plain())
    }

    /// This origin; every name leads to it.
    pub fn with(origin: Origin) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tunnel_ports = vec![origin.port()];
        Self { folder, names: NameServer::start(Ipv4Addr::LOCALHOST), origin, more: String::new(), tunnel_ports }
    }

    /// An address on the origin.
    pub fn address(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.origin.port())
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The same, for its owner alone.
    pub fn write_secret(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.write(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// The config as it stands: a statutory list with `listed.test/page`, a category with `blocked.test`.
    pub fn config(&self) -> String {
        let ports = self.tunnel_ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        include_str!("world.toml").replace("@DNS@", &self.names.address.to_string()).replace("@PORTS@", &ports) + &self.more
    }

    /// Writes the config and starts the program.
    pub fn start(&self) -> Lifeguard {
        self.write("statutory.txt", "listed.test/page\n");
        self.write("blocked.txt", "blocked.test\n");
        let config = self.write("lifeguard.toml", &self.config());
        Lifeguard::start(&config)
    }

    /// A command of the program beside the running proxy, with the same config.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = program();
        command.current_dir(self.folder.path()).args(arguments).arg("--config").arg(self.folder.path().join("lifeguard.toml"));
        command.output().unwrap()
    }

    /// The newest 100,000 requests in the log as JSON lines.
    pub fn log(&self) -> String {
        self.search(&[])
    }

    /// Requests in the log as JSON lines, by these further arguments.
    pub fn search(&self, arguments: &[&str]) -> String {
        let output = self.command(&[&["logs", "search", "--json", "--limit", "100000"], arguments].concat());
        assert!(output.status.success(), "logs search: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// A running proxy.
pub struct Lifeguard {
    child: Child,
    pub proxy: SocketAddr,
    pub console: SocketAddr,
    /// The line it greeted with.
    pub greeting: String,
    errors: PathBuf,
}

impl Lifeguard {
    /// Starts the program with this config, in the config's folder, and waits until it listens.
    pub fn start(config: &Path) -> Self {
        Self::start_with(program().args(["run", "--config"]).arg(config), config.parent().unwrap())
    }

    /// Starts this command in this folder, and waits until it listens.
    pub fn start_with(command: &mut Command, folder: &Path) -> Self {
        let errors = folder.join("stderr.txt");
        let log = fs::OpenOptions::new().create(true).append(true).open(&errors).unwrap();
        command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let output = child.stdout.take().unwrap();
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _heard = say.send(line);
            }
        });
        let mut text = String::new();
        let deadline = Instant::now() + START;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = said.recv_timeout(left) else {
                let _killed = child.kill();
                let _waited = child.wait();
                panic!("it did not start.\nstdout: {text}\nstderr: {}", fs::read_to_string(&errors).unwrap_or_default());
            };
            text = text + &line + "\n";
            if let (Some(proxy), Some(console)) = (place(&text, "proxy on http://"), place(&text, "console on http://")) {
                return Self { child, proxy, console, greeting: text, errors };
            }
        }
    }

    /// Where it is reached over TLS.
    pub fn door(&self) -> SocketAddr {
        place(&self.greeting, "https://").unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has said to the operator so far.
    pub fn errors(&self) -> String {
        fs::read_to_string(&self.errors).unwrap_or_default()
    }

    /// Sends a signal by number.
    pub fn signal(&self, number: i32) {
        let sent = Command::new("kill").arg(format!("-{number}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success(), "kill -{number}");
    }

    /// kill -9: no chance to tidy up.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended.
    pub fn stop(mut self) -> ExitStatus {
        self.signal(15);
        let deadline = Instant::now() + START;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it did not stop: {}", self.errors());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Lifeguard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("--- the proxy said:\n{}{}---", self.greeting, self.errors());
        }
        if matches!(self.child.try_wait(), Ok(None)) {
            let _killed = self.child.kill();
            let _waited = self.child.wait();
        }
    }
}

/// The address that follows these words.
fn place(text: &str, words: &str) -> Option<SocketAddr> {
    let rest = &text[text.find(words)? + words.len()..];
    let end = rest.find(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[' | ']'))).unwrap_or(rest.len());
    rest[..end].trim_end_matches([':', '.']).parse().ok()
}

/// Waits until something holds.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
