//! The console's listener: what it answers, whom it refuses, and how it ends (security A3, A6, B7).

use lifeguard::admin::{
    AuthorityStatus, Console, FixedStatus, ListStatus, ListenerStatus, PassedStatus, RefuserStatus, ReloadStatus, Status,
};
use lifeguard::model::{Reason, Timestamp};
use lifeguard::telemetry::{Asked, Metrics};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Running {
    address: SocketAddr,
    status: Arc<FixedStatus>,
    metrics: Arc<Metrics>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

async fn start() -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (status, metrics) = (Arc::new(FixedStatus::new(good())), Arc::new(Metrics::new()));
    let (stop, stopped) = oneshot::channel();
    let console = Console::new(Arc::clone(&status) as _, Arc::clone(&metrics), vec!["console.library.example".into()]);
    let task = tokio::spawn(console.serve(listener, async {
        stopped.await.unwrap_or_default();
    }));
    Running { address, status, metrics, stop, task }
}

fn good() -> Status {
    Status {
        now: Timestamp::from_seconds(1_764_000_000),
        started: Timestamp::from_seconds(1_763_990_000),
        site: "Riverside <Library>".into(),
        generation: 1,
        listeners: vec![ListenerStatus { what: "Proxy".into(), address: "127.0.0.1:3128".into() }],
        lists: vec![ListStatus {
            name: "illegal".into(),
            category: "Illegal material".into(),
            statutory: true,
            entries: 1234,
            ..ListStatus::default()
        }],
        ..Status::default()
    }
}

/// Sends one request as it stands and reads all that comes back.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await.expect("an answer in time").unwrap();
    answer
}

async fn get(address: SocketAddr, path: &str, more: &str) -> String {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: localhost:8642\r\nConnection: close\r\n{more}\r\n")).await
}

fn status_of(answer: &str) -> &str {
    answer.get(9..12).unwrap_or("")
}

#[tokio::test]
async fn people_and_machines_get_their_answers() {
    let running = start().await;
    running.metrics.requests.decided(Asked::Http, Reason::Category, Duration::from_nanos(500));
    let table = [
        ("/", "200", "text/html", "Lifeguard is ready"),
        ("/", "200", "text/html", "Riverside &lt;Library&gt;"),
        ("/", "200", "text/html", "1,234"),
        ("/console.css", "200", "text/css", ":root"),
        ("/livez", "200", "text/plain", "alive\n"),
        ("/healthz", "200", "text/plain", "alive\n"),
        ("/readyz", "200", "text/plain", "ready\n"),
        ("/readyz?verbose", "200", "text/plain", "[+] statutory-list: verified: illegal\n"),
        ("/metrics", "200", "version=0.0.4", "lifeguard_requests_total{reason=\"category\",scheme=\"http\",verdict=\"block\"} 1\n"),
        ("/version", "200", "application/json", env!("CARGO_PKG_VERSION")),
        ("/nothing", "404", "text/plain", "nothing here"),
        ("/../etc/passwd", "404", "text/plain", "nothing here"),
    ];
    for (path, code, kind, words) in table {
        let answer = get(running.address, path, "").await;
        assert_eq!(status_of(&answer), code, "{path}\n{answer}");
        assert!(answer.contains(kind) && answer.contains(words), "{path} {kind} {words}\n{answer}");
        for field in [
            "content-security-policy: default-src 'none'; style-src 'self'",
            "x-content-type-options: nosniff",
            "x-frame-options: DENY",
            "cache-control: no-store",
            "referrer-policy: no-referrer",
        ] {
            assert!(answer.contains(field), "{path}: {field}\n{answer}");
        }
    }
}

#[tokio::test]
async fn readiness_is_the_status_code_and_names_what_is_wrong() {
    let running = start().await;
    running.status.set(Status { draining: true, lists: Vec::new(), ..good() });
    let answer = get(running.address, "/readyz", "").await;
    assert_eq!(status_of(&answer), "503", "{answer}");
    assert!(answer.contains("[-] statutory-list: no verified list") && answer.contains("[-] service: finishing"), "{answer}");
    assert_eq!(status_of(&get(running.address, "/livez", "").await), "200");
    let json = get(running.address, "/readyz", "Accept: application/json\r\n").await;
    let json: serde_json::Value = serde_json::from_str(json.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(json["ready"], false);
    assert_eq!(json["checks"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_demonstration_list_is_said_by_the_probe_and_on_the_page() {
    let running = start().await;
    running.status.set(Status { demonstration: true, ..good() });
    assert!(get(running.address, "/readyz", "").await.contains("ready (demonstration list"));
    let page = get(running.address, "/", "").await;
    assert!(page.contains("Demonstration list.") && page.contains("Real illegal pages are not stopped"), "{page}");
}

#[tokio::test]
async fn only_reading_is_possible_and_only_under_our_own_names() {
    let running = start().await;
    let ask = async |head: &str| status_of(&exchange(running.address, &format!("{head}\r\nConnection: close\r\n\r\n")).await).to_owned();
    for (head, code) in [
        ("GET / HTTP/1.1\r\nHost: localhost", "200"),
        ("GET / HTTP/1.1\r\nHost: console.library.example:8642", "200"),
        ("HEAD / HTTP/1.1\r\nHost: 127.0.0.1", "200"),
        ("GET /metrics HTTP/1.1\r\nHost: evil.example", "421"),
        ("GET /livez HTTP/1.1\r\nHost: 192.0.2.1:8642", "421"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", "421"),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost", "421"),
        ("GET / HTTP/1.1", "421"),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0", "405"),
        ("DELETE /metrics HTTP/1.1\r\nHost: localhost", "405"),
        ("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost", "404"),
    ] {
        let found = ask(head).await;
        assert!(found == code || (head.starts_with("CONNECT") && found != "200"), "{head}: {found}");
    }
}

#[tokio::test]
async fn whoever_has_not_signed_in_sees_no_device_no_host_and_no_person_anywhere() {
    let running = start().await;
    let (device, host, person) = ("192.0.2.17", "clinic.example", "kim@school.example");
    let now = good().now;
    running.status.set(Status {
        authority: Some(AuthorityStatus {
            refusers: vec![RefuserStatus { client: device.into(), times: 31, last: now }],
            refused: 31,
            until: Timestamp::from_seconds(1_765_000_000),
            ..AuthorityStatus::default()
        }),
        passed: vec![PassedStatus { host: host.into(), client: device.into(), why: "not opened: it refuses", since: now, until: now }],
        reload: ReloadStatus { fault: Some(format!("lifeguard.toml:3:1: {person} may reach {host}")), ..ReloadStatus::default() },
        mail_fault: Some(format!("550 {person}: no such user")),
        ..good()
    });
    let front = get(running.address, "/", "").await;
    assert!(front.contains("<dt>Let through unopened now</dt><dd>1</dd>") && front.contains("The last reload failed"), "{front}");
    assert!(get(running.address, "/readyz", "").await.contains("letters are not sent"));
    let paths = [
        "/",
        "/livez",
        "/healthz",
        "/readyz",
        "/readyz?verbose",
        "/metrics",
        "/version",
        "/coverage",
        "/lists",
        "/accreditation",
        "/accreditation.json",
        "/proxy.pac",
        "/wpad.dat",
        "/nothing",
    ];
    for (path, more) in paths.into_iter().flat_map(|path| [(path, ""), (path, "Accept: application/json\r\n")]) {
        let answer = get(running.address, path, more).await;
        for word in [device, host, person] {
            assert!(!answer.contains(word), "{path} {more} tells {word}: {answer}");
        }
    }
}

#[tokio::test]
async fn it_ends_in_order_with_an_idle_connection_open() {
    let running = start().await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut part = [0; 12];
    idle.read_exact(&mut part).await.unwrap();
    running.stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), running.task).await.expect("it ends").unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err(), "nothing listens any more");
}
