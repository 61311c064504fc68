//! A real sign-in service of an organisation, `oidc-provider` from npm under Node.js, and somebody's way there and back.

use crate::console_support::{Answer, Browser};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The version that is installed.
const PACKAGE: &str = "oidc-provider@9.13.3";

/// The service, ended with the test.
pub struct Organisation {
    child: Child,
    pub issuer: String,
    control: PathBuf,
}

impl Drop for Organisation {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Organisation {
    /// `None`, and said so: Node.js is not here, or npm cannot fetch the package.
    pub fn start(folder: &Path, redirect: &str) -> Option<Self> {
        let packages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oidc-provider");
        if !packages.exists() {
            // Tests run side by side: each installs for itself, and the first that is done keeps it for all.
            let fresh = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            let install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"];
            let done =
                Command::new("npm").args(install).arg(fresh.path()).arg(PACKAGE).stdout(Stdio::null()).stderr(Stdio::null()).status();
            if !done.is_ok_and(|done| done.success()) {
                println!("SKIPPED: no Node.js here, or npm cannot fetch {PACKAGE}");
                return None;
            }
            if std::fs::rename(fresh.path(), &packages).is_err() {
                assert!(packages.exists(), "kept by nobody");
            }
        }
        let control = folder.join("says.json");
        std::fs::write(&control, "{}").unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console_support/provider.mjs");
        let mut node = Command::new("node");
        node.arg(script).arg(&packages).arg(&control).arg(redirect).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = node.spawn().unwrap();
        let mut issuer = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut issuer).unwrap();
        assert!(issuer.starts_with("http://127.0.0.1:"), "{issuer}");
        Some(Self { child, issuer: issuer.trim().to_owned(), control })
    }

    /// Ends it.
    pub fn stop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }

    /// What it says from now on: who comes, their groups, how they proved themselves, and what is wrong with its tokens.
    pub fn says(&self, account: &str, groups: &[&str], amr: &[&str], bad: &str) {
        let claims = serde_json::json!({"groups": groups, "name": format!("{account} <b>Ray</b>"), "preferred_username": account});
        self.put(&serde_json::json!({"account": account, "amr": amr, "bad": bad, "claims": claims}));
    }

    /// The same as it stands.
    pub fn put(&self, says: &serde_json::Value) {
        std::fs::write(&self.control, says.to_string()).unwrap();
    }
}

/// Somebody's browser, with the cookies of every place it has been to.
#[derive(Default)]
pub struct Traveller {
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Traveller {
    /// Opens an address, and goes no further.
    pub async fn open(&mut self, address: &str) -> Answer {
        let rest = address.strip_prefix("http://").unwrap();
        let (place, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
        let jar = self.cookies.entry(place.to_owned()).or_default();
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let more = if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) };
        let address: SocketAddr = place.parse().unwrap();
        let answer = Browser { address, cookie: None, token: String::new(), origin: None, more }.get(path).await;
        for set in answer.head.lines().filter_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")))
        {
            let (name, value) = set.1.split(';').next().unwrap().split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Follows until it comes back to the console; that address, which nobody has opened yet.
    pub async fn until_the_answer(&mut self, from: &str) -> String {
        let mut address = from.to_owned();
        for _ in 0..10 {
            let answer = self.open(&address).await;
            let field =
                |line: &str| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("location")).map(|(_, to)| to.to_owned());
            let to = answer.head.lines().find_map(field).unwrap_or_else(|| panic!("{address}: {answer:?}"));
            address = if to.starts_with('/') { format!("{}{to}", &address[..address[7..].find('/').unwrap() + 7]) } else { to };
            if address.contains("/sign-in/organisation/back") {
                return address;
            }
        }
        panic!("{address}: no end");
    }

    /// There and back.
    pub async fn sign_in(&mut self, console: SocketAddr) -> Answer {
        let back = self.until_the_answer(&format!("http://{console}/sign-in/organisation")).await;
        self.open(&back).await
    }

    /// Opens a page of the console.
    pub async fn page(&mut self, console: SocketAddr, path: &str) -> Answer {
        self.open(&format!("http://{console}{path}")).await
    }
}
