//! A console with everything behind the door, and a browser of a few lines: one cookie, forms, and no mercy.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

#[allow(clippy::duplicate_mod, reason = "some tests send mail and look at the console")]
#[path = "../support/python.rs"]
pub mod python;
pub mod real;
pub mod three;

use lifeguard::admin::{Act, Begin, Console, Desk, DoorSettings, FixedStatus, FixedWorks, Happenings, Role, Status, Works};
use lifeguard::credential::{OneTimeKey, STEP_S, from_base32};
use lifeguard::ports::{Clock, FixedClock, MemoryLog};
use lifeguard::record::{Entry, EventKind};
use lifeguard::telemetry::Metrics;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A Python that has this package, which comes from PyPI.
pub fn python_with(package: &str) -> Option<&'static str> {
    python::with(package, "PyPI")
}

pub const PASSWORD: &str = "correct horse battery";
const START: u64 = 1_764_000_000_000_000;

/// A console at work.
pub struct Scene {
    pub address: SocketAddr,
    pub clock: Arc<FixedClock>,
    pub log: Arc<MemoryLog>,
    pub works: Arc<FixedWorks>,
    pub secret: Option<String>,
    pub folder: tempfile::TempDir,
    pub desk: Arc<Desk>,
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl Scene {
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), Happenings::default(), DoorSettings::default()).await
    }

    /// With this patience for slow connections.
    pub async fn start_patient(patience: Duration) -> Self {
        let (folder, settings) = (tempfile::tempdir().unwrap(), DoorSettings::default());
        Self::start_shaped(folder, FixedWorks::default(), settings, |console| console.with_patience(patience)).await
    }

    /// With these answers of the running system.
    pub async fn start_with(works: FixedWorks) -> Self {
        Self::start_on(tempfile::tempdir().unwrap(), works, DoorSettings::default()).await
    }

    pub async fn start_in(folder: tempfile::TempDir, acts: Happenings, settings: DoorSettings) -> Self {
        Self::start_on(folder, FixedWorks { acts, ..FixedWorks::default() }, settings).await
    }

    async fn start_on(folder: tempfile::TempDir, works: FixedWorks, settings: DoorSettings) -> Self {
        Self::start_shaped(folder, works, settings, |console| console).await
    }

    async fn start_shaped(
        folder: tempfile::TempDir,
        works: FixedWorks,
        settings: DoorSettings,
        shape: impl FnOnce(Console) -> Console,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (clock, log) = (Arc::new(FixedClock::at(START)), Arc::new(MemoryLog::new(10)));
        let london = jiff::tz::TimeZone::get("Europe/London").unwrap();
        let begin = Begin {
            site: "Riverside <b>Library</b>".into(),
            group_title: "Children".into(),
            presets: vec!["primary", "youth-club"],
            samples: ["http://blocked.test/".into(), "http://open.test/".into()],
            proxies: vec!["127.0.0.1:3128".into()],
            ..Begin::default()
        };
        let works = Arc::new(FixedWorks { begin, zone: Some(london), ..works });
        let ports = (Arc::clone(&log) as _, Arc::clone(&clock) as Arc<dyn Clock>);
        let (desk, secret) = Desk::open(&folder.path().join("console"), ports, Arc::clone(&works) as Arc<dyn Works>, settings).unwrap();
        let desk = Arc::new(desk);
        let status = Arc::new(FixedStatus::new(Status::default()));
        let console = Console::new(status as _, Arc::new(Metrics::new()), Vec::new()).with_desk(Arc::clone(&desk));
        let console = shape(console);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        tokio::spawn(console.serve(listener, async {
            stopped.await.unwrap_or_default();
        }));
        Self { address, clock, log, works, secret, folder, desk, _stop: stop }
    }

    pub fn browser(&self) -> Browser {
        Browser {
            address: self.address,
            cookie: None,
            token: String::new(),
            origin: Some(format!("http://{}", self.address)),
            more: String::new(),
        }
    }

    /// The next half minute: a code that was not used.
    pub fn code(&self, key: &OneTimeKey) -> String {
        self.clock.advance(u64::try_from(STEP_S).unwrap() * 1_000_000);
        key.code(self.clock.now().wall.seconds() / STEP_S)
    }

    /// Everything that was recorded of the console.
    pub fn acts(&self) -> Vec<(EventKind, Act)> {
        self.log.inspect(|entries| {
            let event = |entry: &Entry<'_>| match entry {
                Entry::Event(event) => Some((event.kind, Act::read(&event.text).unwrap())),
                Entry::Request(_) | Entry::Outcome(_) => None,
            };
            entries.iter().filter_map(|(_, entry)| event(entry)).collect()
        })
    }

    /// From where the last of them came.
    pub fn last_peer(&self) -> SocketAddr {
        self.log.inspect(|entries| match &entries.last().unwrap().1 {
            Entry::Event(event) => event.peer.unwrap(),
            Entry::Request(_) | Entry::Outcome(_) => panic!("no event"),
        })
    }

    /// The fields of a set-up that is right.
    pub fn setup_form(&self) -> BTreeMap<&'static str, String> {
        let secret = self.secret.clone().unwrap_or_default();
        let text = |text: &str| text.to_owned();
        BTreeMap::from([
            ("secret", secret),
            ("name", text("Robin")),
            ("shown", text("Robin Hill")),
            ("fresh", text(PASSWORD)),
            ("again", text(PASSWORD)),
            ("lead_name", text("Sam Lead")),
            ("lead_reach", text("020 7946 0000")),
            ("it_name", text("Ivy Tech")),
            ("it_reach", text("ivy@school.test")),
            ("preset", text("youth-club")),
        ])
    }

    /// The first administrator, signed in, and the key of the authenticator.
    pub async fn administrator(&self) -> (Browser, OneTimeKey) {
        let mut browser = self.browser();
        let made = browser.post("/setup", &self.setup_form()).await;
        assert_eq!((made.status, made.location()), (303, "/enrol"), "{}", made.text);
        let key = self.enrol(&mut browser, None).await;
        (browser, key)
    }

    /// Takes the first steps.
    pub async fn enrol(&self, browser: &mut Browser, password: Option<&str>) -> OneTimeKey {
        let page = browser.get("/enrol").await;
        let key = OneTimeKey::kept(from_base32(page.between("<dt>Key</dt><dd><code>", "</code>").unwrap_or_default()).unwrap());
        let mut form = BTreeMap::from([("code", self.code(&key))]);
        if let Some(password) = password {
            form.extend([("fresh", password.to_owned()), ("again", password.to_owned())]);
        }
        let done = browser.post("/enrol", &form).await;
        assert_eq!(done.status, 200, "{}", done.text);
        browser.get("/account").await;
        key
    }

    /// Somebody of this role, signed in, and the key of the authenticator where the role has one.
    pub async fn person(&self, admin: &mut Browser, name: &str, role: Role) -> (Browser, Option<OneTimeKey>) {
        let vetted = if role.needs_vetting() { "2030-01-01" } else { "" };
        let text = |text: &str| text.to_owned();
        let mut form = BTreeMap::from([("shown", text(name)), ("name", text(name)), ("role", text(role.word())), ("vetted", text(vetted))]);
        form.insert("all_sites", text("yes"));
        let made = admin.post("/people/new", &form).await;
        assert_eq!(made.status, 200, "{}", made.text);
        let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
        let mut browser = self.browser();
        let entered = browser.sign_in(name, &secret, "").await;
        assert_eq!((entered.status, entered.location()), (303, "/enrol"), "{}", entered.text);
        if role.needs_code() {
            let key = self.enrol(&mut browser, Some(PASSWORD)).await;
            return (browser, Some(key));
        }
        browser.get("/enrol").await;
        let form = BTreeMap::from([("fresh", PASSWORD.to_owned()), ("again", PASSWORD.to_owned())]);
        assert_eq!(browser.post("/enrol", &form).await.status, 200);
        browser.get("/account").await;
        (browser, None)
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub text: String,
    /// What came after the head, as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// From everything that came.
    pub fn read(all: &[u8]) -> Self {
        let at = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let (head, bytes) = (String::from_utf8_lossy(&all[..at]).replace('\r', ""), all[at + 4..].to_vec());
        let text = String::from_utf8_lossy(&bytes).replace("&#x2f;", "/");
        Self { status: head[9..12].parse().unwrap(), head, text, bytes }
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub fn location(&self) -> &str {
        self.field("location").unwrap_or("")
    }

    pub fn between(&self, before: &str, after: &str) -> Option<&str> {
        let rest = &self.text[self.text.find(before)? + before.len()..];
        rest.split(after).next()
    }
}

/// What parts the parts of a form.
pub const BOUNDARY: &str = "----a-boundary-of-ours";

/// The body of a form with files: the fields, then the files (field, name, bytes).
pub fn parts(form: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in form {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (field, name, bytes) in files {
        let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/pdf");
        body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    pub address: SocketAddr,
    pub cookie: Option<String>,
    pub token: String,
    pub origin: Option<String>,
    /// Further fields of the head.
    pub more: String,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "").await
    }

    /// Sends a form, with the token that the last page had.
    pub async fn post(&mut self, path: &str, form: &BTreeMap<&'static str, String>) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).append_pair("token", &self.token).finish();
        self.ask(&format!("POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"), &body).await
    }

    pub async fn sign_in(&mut self, name: &str, password: &str, code: &str) -> Answer {
        let text = |text: &str| text.to_owned();
        self.post("/sign-in", &BTreeMap::from([("name", text(name)), ("password", text(password)), ("code", text(code))])).await
    }

    /// Sends a form with files, with the token that the last page had, first.
    pub async fn upload(&mut self, path: &str, form: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        let token = [("token", self.token.as_str())];
        let body = parts(&[&token, form].concat(), files);
        self.send(&format!("POST {path} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"), &body).await
    }

    pub async fn ask(&mut self, head: &str, body: &str) -> Answer {
        self.send(head, body.as_bytes()).await
    }

    /// The head of a request with everything that this browser says of itself.
    pub fn head(&self, head: &str, length: usize) -> String {
        let cookie = self.cookie.as_ref().map_or_else(String::new, |cookie| format!("Cookie: {cookie}\r\n"));
        let origin = self.origin.as_ref().map_or_else(String::new, |origin| format!("Origin: {origin}\r\n"));
        format!("{head}Host: {}\r\nConnection: close\r\n{cookie}{origin}{}Content-Length: {length}\r\n\r\n", self.address, self.more)
    }

    pub async fn send(&mut self, head: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(self.head(head, body.len()).as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer)).await.expect("an answer in time").unwrap();
        let mut answer = Answer::read(&answer);
        if let Some(set) = answer.field("set-cookie") {
            let pair = set.split(';').next().unwrap().to_owned();
            self.cookie = (!set.contains("Max-Age=0")).then_some(pair);
        }
        if let Some(token) = answer.between("name=\"token\" value=\"", "\"").filter(|token| !token.is_empty()) {
            self.token = token.to_owned();
            // What is random may hold any short word that a test wants to be absent.
            answer.text = answer.text.replace(&self.token, "the-token");
        }
        answer
    }
}
