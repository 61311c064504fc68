//! The real program with its console, the first administrator of it, and Chromium before it.

use super::{Browser, PASSWORD};
use lifeguard::credential::{OneTimeKey, STEP_S, from_base32};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// The program, ended with the test.
pub struct Running {
    child: Child,
    /// Where the console listens.
    pub console: SocketAddr,
    /// Where the first listener of the proxy is.
    pub proxy: SocketAddr,
    /// The secret of the set-up; empty: somebody may use the console already.
    pub secret: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// What follows these words, up to a blank or a comma.
pub fn after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    text.split_once(words)?.1.split([' ', ',', ';', '\n']).next()
}

/// The settings that the project comes with, in a folder of their own and on ports of their own: the file, and what stands in it.
pub fn sample(folder: &Path) -> (PathBuf, String) {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/lifeguard.toml")).unwrap();
    let text = text.replace("127.0.0.1:3128", "127.0.0.1:0").replace("127.0.0.1:8642", "127.0.0.1:0");
    let path = folder.join("lifeguard.toml");
    std::fs::write(&path, &text).unwrap();
    (path, text)
}

/// Starts the program with these settings, in their folder.
pub fn start(config: &Path) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lifeguard"));
    command.args(["run", "--config"]).arg(config).current_dir(config.parent().unwrap()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    // Only while nobody may use the console does the program say a secret, after its addresses.
    let set_up = ["var/console/console.sqlite", "console/console.sqlite"].iter().any(|book| config.with_file_name(book).exists());
    let last = if set_up { "console on " } else { "the secret is " };
    while !said.contains(last) && lines.read_line(&mut said).unwrap() > 0 {}
    let at = |words| after(&said, words).and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{words}: {said}"));
    let secret = after(&said, "the secret is ").unwrap_or("").to_owned();
    Running { child, console: at("console on http://"), proxy: at("proxy on http://"), secret }
}

impl Running {
    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The first administrator, enrolled.
    pub async fn administrator(&self) -> Browser {
        self.administrator_with_codes().await.0
    }

    /// The same with the recovery codes.
    pub async fn administrator_with_codes(&self) -> (Browser, Vec<String>) {
        let origin = Some(format!("http://{}", self.console));
        let mut browser = Browser { address: self.console, cookie: None, token: String::new(), origin, more: String::new() };
        let setup = [
            ("secret", self.secret.as_str()),
            ("name", "robin"),
            ("shown", "Robin Hill"),
            ("fresh", PASSWORD),
            ("again", PASSWORD),
            ("lead_name", "Sam"),
            ("lead_reach", "1"),
            ("it_name", "Ivy"),
            ("it_reach", "2"),
            ("preset", "as-it-is"),
        ];
        let made = browser.post("/setup", &form(&setup)).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let codes = enrol(&mut browser, None).await;
        (browser, codes)
    }

    /// Somebody of this role, made by an administrator, signed in and enrolled.
    pub async fn person(&self, admin: &mut Browser, name: &str, role: &str) -> Browser {
        self.person_of(admin, name, role, "").await
    }

    /// The same for these sites, a line each; nothing: all.
    pub async fn person_of(&self, admin: &mut Browser, name: &str, role: &str, sites: &str) -> Browser {
        admin.get("/people/new").await;
        let every = ("all_sites", if sites.is_empty() { "yes" } else { "" });
        let made = admin
            .post(
                "/people/new",
                &form(&[("shown", name), ("name", name), ("role", role), ("vetted", "2099-01-01"), ("sites", sites), every]),
            )
            .await;
        assert_eq!(made.status, 200, "{}", made.text);
        let password = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
        let mut browser = Browser { cookie: None, token: String::new(), ..admin.clone() };
        let entered = browser.sign_in(name, &password, "").await;
        assert_eq!(entered.status, 303, "{}", entered.text);
        enrol(&mut browser, Some(PASSWORD)).await;
        browser
    }
}

/// The first steps of an account; its recovery codes.
pub async fn enrol(browser: &mut Browser, password: Option<&str>) -> Vec<String> {
    let page = browser.get("/enrol").await;
    let mut fields = BTreeMap::new();
    if let Some(key) = page.between("<dt>Key</dt><dd><code>", "</code>") {
        let key = OneTimeKey::kept(from_base32(key).unwrap());
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
        fields.insert("code", key.code(now / STEP_S));
    }
    if let Some(password) = password {
        fields.extend([("fresh", password.to_owned()), ("again", password.to_owned())]);
    }
    let done = browser.post("/enrol", &fields).await;
    assert_eq!(done.status, 200, "{}", done.text);
    browser.get("/account").await;
    done.text.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// Orders a report on a saved question, every Monday for the lead; further fields take the place of these.
pub async fn post_report(browser: &mut Browser, which: &str, because: &str, fields: &[(&'static str, &str)]) -> super::Answer {
    let usual = [("days", "weekly-0"), ("hour", "8"), ("to", "lead"), ("kind", "csv"), ("for_whom", "here")];
    let mut all = form(&usual);
    all.extend(form(&[("which", which), ("because", because)]));
    all.extend(form(fields));
    browser.post("/log/reports", &all).await
}

/// The fields of a form.
pub fn form(pairs: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// Runs a journey in Chromium against this console and gives what it printed; `None`, and said so, where Chromium or Playwright is missing; without axe
/// pages are looked at all the same. Where `make test` could have brought them, a missing one fails (`needed`).
/// The script gets the console's address, the secret of the set-up, axe's script (or nothing) and a folder for pictures, then `more`.
pub fn journey(script: &str, running: &Running, more: &[&str]) -> Option<String> {
    let python = super::python::with("playwright.sync_api", "`make clients`")?;
    if !Path::new("/usr/bin/chromium").exists() {
        super::python::needed::skipped_without("Chromium");
        return None;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let axe = root.join("target/axe/node_modules/axe-core/axe.min.js");
    let axe = if axe.exists() {
        axe.display().to_string()
    } else {
        super::python::needed::skipped_without("axe-core");
        String::new()
    };
    let pictures = root.join("target/pictures");
    std::fs::create_dir_all(&pictures).unwrap();
    let mut command = Command::new(python);
    command.arg(root.join("tests/console_support").join(script)).args([&format!("http://{}", running.console), &running.secret, &axe]);
    let out = command.arg(&pictures).args(more).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
    Some(said)
}

/// A GET through the proxy from this address of the machine.
pub fn get_from(proxy: SocketAddr, from: [u8; 4], address: &str) -> u16 {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
    socket.connect(&proxy.into()).unwrap();
    let mut stream = std::net::TcpStream::from(socket);
    let host = address.split('/').nth(2).unwrap();
    write!(stream, "GET {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}
