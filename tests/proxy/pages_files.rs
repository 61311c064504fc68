//! Writes every page of ours as a file, for the browser checks in `tests/browser/` (`LIFEGUARD_PAGES_FOLDER` says where;
//! without it a temporary folder is used, so that the way itself is tested).
//!
//! `index.json` lists them: name, file, status, header fields.

use lifeguard::admin::{
    AuthorityStatus, Console, ListStatus, ListenerStatus, LogStatus, PassedStatus, RefuserStatus, ReloadStatus, RestrictedName, Status,
    StatusSource,
};
use lifeguard::config::{Notice, NoticePart};
use lifeguard::engine::{Counted, Coverage, Feature, State};
use lifeguard::model::{Reason, RequestId, Timestamp};
use lifeguard::policy::{Agreement, Shown};
use lifeguard::proxy::pages::{
    BehindIt, Contact, Continue, Device, Facts, HelpLine, Own, OwnAgreement, OwnAuthority, OwnCode, OwnSignIn, OwnStay, OwnStop, OwnWhy,
    Page, Pages, Site, ToldOfCode, Wanted,
};
use lifeguard::telemetry::Metrics;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const NOW: Timestamp = Timestamp(1_764_000_000_000_000);

fn site() -> Site {
    Site {
        name: "Riverside Library".into(),
        contact: Contact {
            name: "Ms Reid at the front desk".into(),
            phone: "01632 960123".into(),
            email: "desk@library.example".into(),
            web: String::new(),
        },
        help_lines: vec![
            HelpLine {
                name: "Childline".into(),
                phone: "0800 1111".into(),
                words: "For anyone under 19. Free, day and night.".into(),
                web: "https://www.childline.org.uk/".into(),
            },
            HelpLine {
                name: "Samaritans".into(),
                phone: "116 123".into(),
                words: "For anyone. Free, day and night.".into(),
                web: String::new(),
            },
        ],
        statutory_appeal: Contact {
            name: "The Example List Foundation".into(),
            web: "https://list.example/appeal".into(),
            ..Contact::default()
        },
        time_zone: jiff::tz::TimeZone::get("Europe/London").unwrap_or(jiff::tz::TimeZone::UTC),
        ..Site::default()
    }
}

fn facts(reason: Reason) -> Facts<'static> {
    Facts {
        category: Some("Gambling"),
        group: "Children",
        address: Some("casino.example"),
        opens: Some("tomorrow at 08:30"),
        onward: Some(Continue { action: "/continue", token: "t0ken" }),
        ..Facts::new(reason, RequestId(0x6920_1234_0000_0042), NOW)
    }
}

struct Folder {
    path: PathBuf,
    index: Vec<serde_json::Value>,
}

impl Folder {
    fn keep(&mut self, name: &str, page: &Page) {
        let fields: BTreeMap<&str, &str> = page.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        std::fs::write(self.path.join(name), &page.body).unwrap();
        self.index.push(serde_json::json!({"name": name, "status": page.status.as_u16(), "fields": fields}));
    }
}

fn write_pages(folder: &mut Folder) {
    let pages = Pages::new(site(), &BTreeMap::new()).unwrap();
    for &reason in Reason::ALL {
        folder.keep(reason.code(), &pages.render(&facts(reason), Wanted::Html));
    }
    let loud = Facts { demonstration: true, lab: true, ..facts(Reason::Category) };
    folder.keep("loud", &pages.render(&loud, Wanted::Html));
    folder.keep("framed", &pages.render(&facts(Reason::Category), Wanted::Frame));
    folder.keep("warned-framed", &pages.render(&facts(Reason::Warned), Wanted::Frame));
    let long = "a-very-long-name-without-any-break".repeat(8) + ".example/with/a/path/that/goes/on?and=on";
    folder.keep("long", &pages.render(&Facts { address: Some(&long), ..facts(Reason::Keyword) }, Wanted::Html));
    let bare = Pages::new(Site::default(), &BTreeMap::new()).unwrap();
    folder.keep("bare", &bare.render(&Facts::new(Reason::Category, RequestId(1), NOW), Wanted::Html));
    for (name, form) in [
        ("blocked.png", Wanted::Image),
        ("blocked.js", Wanted::Script),
        ("blocked.css", Wanted::Style),
        ("blocked.json", Wanted::Json),
        ("elsewhere.json", Wanted::JsonElsewhere),
    ] {
        folder.keep(name, &pages.render(&facts(Reason::Category), form));
    }
}

fn coverage() -> Coverage {
    let feature = |name, needs, state| Feature { name, needs, state };
    Coverage {
        group: "children".into(),
        title: "Children".into(),
        mode: "tunnel",
        summary: "In this group we see the names of HTTPS sites, not their pages. Nearly every site uses HTTPS. Nothing has to be installed.",
        sees: vec!["the whole address of pages that do not use HTTPS", "the name of every HTTPS site, and when it was asked for"],
        misses: vec!["which page of a sealed HTTPS site is read, and what is typed there", "QUIC (HTTP/3), which goes past every proxy"],
        features: vec![
            feature("Sites are judged by name, HTTPS or not", "", State::SeenWorking),
            feature("Pages inside HTTPS are judged one by one", "our certificate on the device", State::Off),
            feature("HTTP/3 cannot go past us", "a rule at the border: close UDP port 443", State::Unknown),
        ],
        counted: Some(Counted { since: NOW, sealed: 51_204, gaps: 3, ech: 40_017, ..Counted::default() }),
    }
}

/// The page on which people sign in, in each of its forms.
fn sign_in_pages() -> [(&'static str, OwnSignIn<'static>); 4] {
    let asks = OwnSignIn {
        form: true,
        guest: true,
        token: "t0ken",
        to: "http://news.example/today",
        back: "pr00f",
        host: "news.example",
        client: "192.0.2.17".into(),
        ..OwnSignIn::default()
    };
    let stay = OwnStay { name: "kim@riverside.example", until: Timestamp(NOW.0 + 7_200_000_000) };
    [
        ("sign-in", asks.clone()),
        ("sign-in-fault", OwnSignIn { fault: "The name or the password was not right.", ..asks.clone() }),
        ("sign-in-closed", OwnSignIn { form: false, guest: false, ..asks.clone() }),
        ("signed-in", OwnSignIn { signed_in: Some(stay), ..asks }),
    ]
}

fn write_own_pages(folder: &mut Folder) {
    let pages = Pages::new(site(), &BTreeMap::new()).unwrap();
    let facts = Facts { category: None, address: None, onward: None, opens: None, ..facts(Reason::OwnPage) };
    let stop = |minutes: i64, host, category, words, onward| OwnStop {
        at: Timestamp(NOW.0 - minutes * 60_000_000),
        id: RequestId(0x6920_1234_0000_0042),
        host,
        words,
        category,
        group: "Children",
        onward,
        wrong: !host.is_empty(),
    };
    let onward = Some(("http://lifeguard.internal/continue?to=x", "t0ken"));
    let stops = vec![
        stop(1, "casino.example", "Gambling", Reason::Category.words(), None),
        stop(7, "games.example", "Games", Reason::Warned.words(), onward),
        OwnStop { group: "", ..stop(9, "", "", "", None) },
        stop(
            20,
            "a-very-long-name-without-any-break.and-another-one-that-goes-on-and-on.example",
            "",
            Reason::BlockedLocally.words(),
            None,
        ),
    ];
    let why = OwnWhy { stops, client: "192.0.2.17".into(), remembers: true };
    let authority = OwnAuthority {
        name: "Lifeguard at Riverside Library".into(),
        fingerprint: "3A:".repeat(31) + "3A",
        not_after: NOW.seconds() + 1_800 * 86_400,
        needed: true,
        inside: true,
    };
    folder.keep("why", &pages.own(&Own::Why(&why), &facts));
    folder.keep("why-empty", &pages.own(&Own::Why(&OwnWhy { stops: Vec::new(), ..why }), &facts));
    let form = Some(Continue { action: "/code", token: "t0ken" });
    folder.keep("code", &pages.own(&Own::Code(&OwnCode { said: ToldOfCode::Nothing, form }), &facts));
    folder.keep("code-wrong", &pages.own(&Own::Code(&OwnCode { said: ToldOfCode::Wrong, form }), &facts));
    let good = ToldOfCode::Good { what: "opens games.example", until: NOW, stays_closed: true };
    folder.keep("code-good", &pages.own(&Own::Code(&OwnCode { said: good, form }), &facts));
    folder.keep("category-code", &pages.render(&Facts { code: form, ..self::facts(Reason::Category) }, Wanted::Html));
    folder.keep("why-off", &pages.own(&Own::Why(&OwnWhy::default()), &facts));
    write_agreement(folder, &pages, &facts);
    folder.keep("coverage", &pages.own(&Own::Coverage(&coverage()), &facts));
    folder.keep("authority-none", &pages.own(&Own::Authority(None), &facts));
    folder.keep("authority", &pages.own(&Own::Authority(Some(&authority)), &facts));
    for (name, page) in sign_in_pages() {
        folder.keep(name, &pages.own(&Own::SignIn(&page), &facts));
    }
    for device in Device::ALL {
        folder.keep(&format!("device-{}", device.path()), &pages.own(&Own::Device(device, Some(&authority)), &facts));
    }
}

fn write_agreement(folder: &mut Folder, pages: &Pages, facts: &Facts<'_>) {
    let clause = |id: &str, title: &str, words: &str, sanction: &str, origin: &str| Shown {
        id: id.into(),
        title: title.into(),
        words: words.into(),
        sanction: sanction.into(),
        origin: origin.into(),
        signed_by: "A. Hill".into(),
    };
    let agreement = Agreement {
        group: "children".into(),
        title: "Children".into(),
        version: "5f1c09ab37de0011".into(),
        label: "2026/27".into(),
        needed: true,
        guardian: true,
        clauses: vec![
            clause(
                "C-1",
                "We are kind",
                "You are nice to other people.\n\nYou do not write what you would not say.",
                "We talk. The second time we write home.",
                "consortium East",
            ),
            clause("S-1", "Games have their time", "You play in the break.", "", "site Riverside Library"),
        ],
    };
    let own = OwnAgreement {
        agreement: &agreement,
        accepting: true,
        person: Some("kim"),
        accepted: None,
        onward: Some(Continue { action: "http://lifeguard.internal/aup/accept?to=x", token: "t0ken" }),
    };
    let asked = Facts { reason: Reason::AgreementNeeded, ..*facts };
    folder.keep("agreement", &pages.own(&Own::Agreement(&own), &asked));
    let read = OwnAgreement { accepting: false, person: None, accepted: Some(NOW), onward: None, ..own };
    folder.keep("agreement-read", &pages.own(&Own::Agreement(&read), facts));
    let none = Agreement::default();
    folder.keep("agreement-none", &pages.own(&Own::Agreement(&OwnAgreement { agreement: &none, accepted: None, ..read }), facts));
    let part = |heading, lines: &[&str]| NoticePart { heading, lines: lines.iter().map(|line| (*line).to_owned()).collect() };
    let notice = Notice {
        group: "children".into(),
        title: "Children".into(),
        parts: vec![
            part(
                "What is written down",
                &[
                    "For everything that is asked for: the time, the whole address as far as we can see it, the address of your device, your group, your program, and whether it was open or closed.",
                ],
            ),
            part(
                "Who may see it",
                &[
                    "It may be read by: the head of the library, Ms Reid.",
                    "It is signed, so that nobody can change it unseen. It is not encrypted.",
                ],
            ),
        ]
        .into(),
    };
    folder.keep("notice", &pages.own(&Own::Notice(&notice), facts));
    let behind = BehindIt { id: "C-3", title: "No gambling", words: "Nobody plays for money here." };
    for reason in [Reason::Category, Reason::Warned] {
        let onward = Some(Continue { action: "/continue", token: "t0ken" }).filter(|_| reason == Reason::Warned);
        let facts = Facts { reason, category: Some("Gambling"), clause: Some(behind), onward, ..*facts };
        folder.keep(&format!("{}-clause", reason.code()), &pages.render(&facts, Wanted::Html));
    }
}

/// The console's source, with coverage.
struct Source(Status);

impl StatusSource for Source {
    fn status(&self) -> Status {
        self.0.clone()
    }

    fn coverage(&self) -> Vec<Coverage> {
        vec![coverage(), Coverage { group: "staff".into(), title: "Staff".into(), counted: None, ..coverage() }]
    }
}

fn status(loud: bool) -> Status {
    let list = |name: &str, category: &str, entries, rejected| ListStatus {
        name: name.into(),
        category: category.into(),
        entries,
        rejected,
        as_of: Some(Timestamp(NOW.0 - 7_400_000_000)),
        ..ListStatus::default()
    };
    let illegal = ListStatus { statutory: true, demonstration: loud, ..list("illegal", "Illegal material", 25, 0) };
    let shrunk = ListStatus { alarm: loud.then(|| "line 12 could not be read".into()), ..list("adult", "Adult", 4_631_002, 3) };
    Status {
        now: NOW,
        started: Timestamp(NOW.0 - 100_000_000_000),
        node: "node-1".into(),
        site: "Riverside Library".into(),
        generation: 3,
        policy_version: "5f1c09ab37de".into(),
        list_version: "09ab37de5f1c".into(),
        listeners: vec![
            ListenerStatus { what: "Proxy".into(), address: "127.0.0.1:3128".into() },
            ListenerStatus { what: "Console".into(), address: "127.0.0.1:8642".into() },
        ],
        lists: vec![illegal, shrunk, list("gambling", "Gambling", 32_110, 0)],
        log: LogStatus {
            place: "var/log".into(),
            signing_fault: None,
            fault: loud.then(|| "no space left on device".into()),
            queued: 0,
            records: 1_204_551,
            days_left: None,
            last_sync: Some(NOW),
        },
        restricted: vec![RestrictedName { name: "strict.test".into(), fault: loud.then(|| "the name has no address".into()) }],
        reload: ReloadStatus {
            last_success: Some(NOW),
            fault: loud.then(|| "config/lifeguard.toml:12:1: unknown key `pors`, expected `ports`".into()),
        },
        authority: Some(AuthorityStatus {
            name: "Lifeguard at Riverside Library".into(),
            fingerprint: "3A:".repeat(31) + "3A",
            since: Timestamp(NOW.0 - 86_400_000_000),
            until: Timestamp(NOW.0 + if loud { 12 } else { 1_800 } * 86_400_000_000),
            accepted: 12_004,
            refused: 31,
            refusers: loud.then(|| RefuserStatus { client: "192.0.2.17".into(), times: 31, last: NOW }).into_iter().collect(),
        }),
        passed: loud
            .then(|| PassedStatus {
                host: "app.example".into(),
                client: "192.0.2.17".into(),
                why: "not opened: the client refuses our certificate for this host",
                since: NOW,
                until: Timestamp(NOW.0 + 86_400_000_000),
            })
            .into_iter()
            .collect(),
        connections: 311,
        demonstration: loud,
        lab: loud,
        draining: false,
        ..Status::default()
    }
}

/// One answer of the running console.
async fn fetch(address: std::net::SocketAddr, path: &str) -> Page {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let headers =
        head.lines().skip(1).map(|line| line.split_once(": ").unwrap()).filter(|(name, _)| !matches!(*name, "connection" | "date"));
    let headers = headers.map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())).collect();
    Page { status: head[9..12].parse().unwrap(), headers, body: bytes::Bytes::copy_from_slice(body.as_bytes()) }
}

async fn write_console(folder: &mut Folder) {
    for (name, loud) in [("console", false), ("console-loud", true)] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let console = Console::new(Arc::new(Source(status(loud))), Arc::new(Metrics::new()), Vec::new());
        let running = tokio::spawn(console.serve(listener, std::future::pending()));
        folder.keep(name, &fetch(address, "/").await);
        folder.keep("console.css", &fetch(address, "/console.css").await);
        folder.keep(&format!("{name}-coverage"), &fetch(address, "/coverage").await);
        folder.keep("metrics", &fetch(address, "/metrics").await);
        running.abort();
    }
}

#[tokio::test]
async fn every_page_can_be_written_as_a_file() {
    let temporary = tempfile::tempdir().unwrap();
    let path = std::env::var_os("LIFEGUARD_PAGES_FOLDER").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let mut folder = Folder { path, index: Vec::new() };
    write_pages(&mut folder);
    write_own_pages(&mut folder);
    write_console(&mut folder).await;
    let index: &Path = &folder.path.join("index.json");
    std::fs::write(index, serde_json::to_string_pretty(&folder.index).unwrap()).unwrap();
    assert!(folder.index.len() > Reason::ALL.len());
}
