//! HTTP/2 towards servers that others wrote: nginx, and nghttpd of nghttp2. Skipped, with a word, where they are not installed.

use crate::h2_support::Scene;
use crate::support::answer::pattern;
use crate::support::proxy::wait_until;
use crate::support::{Authority, Reply};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = data_encoding(der);
    format!("-----BEGIN {kind}-----\n{text}-----END {kind}-----\n")
}

fn data_encoding(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (at, three) in der.chunks(3).enumerate() {
        let bits = three.iter().fold(0_u32, |bits, &byte| (bits << 8) | u32::from(byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[((bits >> (18 - 6 * place)) & 63) as usize];
            out.push(if place > three.len() { '=' } else { char::from(digit) });
        }
        if at % 16 == 15 && (at + 1) * 3 < der.len() {
            out.push('\n');
        }
    }
    out + "\n"
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn start(command: &mut Command, address: SocketAddr) -> Option<Server> {
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(child) = child else {
        println!("skipped: {:?} is not on this machine", command.get_program());
        return None;
    };
    let server = Server(child);
    wait_until("the server listens", || TcpStream::connect(address).is_ok());
    Some(server)
}

/// A folder with a key, a certificate and a file of two megabytes.
fn folder(authority: &Authority) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = authority.identity(&["site.test"]);
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("cert.pem", pem("CERTIFICATE", &certificate).as_bytes());
    write("key.pem", pem("PRIVATE KEY", &key).as_bytes());
    write("big", &pattern(2_000_000));
    write("small", b"small\n");
    write("empty", b"");
    folder
}

fn ask_for_all(scene: &Scene, who: &str) {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| assert!(scene.get("/big").body == pattern(2_000_000), "{who}"));
        }
    });
    println!("{who}: 20 times two megabytes in {:?}", start.elapsed());
    for _ in 0..5 {
        assert_eq!(scene.get("/small").body, b"small\n", "{who}");
    }
    assert_eq!(scene.get("/empty").body, b"", "{who}");
    let head = scene.ask("HEAD https://%/big HTTP/1.1\r\nHost: %\r\nConnection: close\r\n\r\n");
    assert_eq!((head.status, head.field("content-length"), head.body.len()), (200, Some("2000000"), 0), "{who}");
    assert_eq!(scene.get("/nothing").status, 404, "{who}");
    let stamp = scene.get("/small").field("last-modified").unwrap().to_owned();
    let again = scene.ask(&format!("GET https://%/small HTTP/1.1\r\nHost: %\r\nIf-Modified-Since: {stamp}\r\nConnection: close\r\n\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0), "{who}");
    assert!(scene.count("lifeguard_upstream_requests_total{version=\"1.1\"}").ends_with(" 0"), "{who}: all in HTTP/2");
}

fn nginx(folder: &Path, address: SocketAddr, more: &str) -> Option<Server> {
    let place = folder.display();
    // Only root may, and needs to, say whose files its workers read.
    let user = if Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n") { "user root;" } else { "" };
    let config = format!(
        "daemon off; master_process off; {user} pid {place}/pid; error_log {place}/error.log; worker_processes 1; events {{}}\n\
         http {{ access_log {place}/access.log; client_body_temp_path {place}/t0; proxy_temp_path {place}/t1; fastcgi_temp_path {place}/t2;\n\
         uwsgi_temp_path {place}/t3; scgi_temp_path {place}/t4; client_max_body_size 10m; {more}\n\
         server {{ listen {address} ssl http2; ssl_certificate {place}/cert.pem; ssl_certificate_key {place}/key.pem; root {place};\n\
         location /put {{ dav_methods PUT; create_full_put_path on; }} }} }}\n"
    );
    std::fs::write(folder.join("nginx.conf"), config).unwrap();
    start(Command::new("nginx").arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")), address)
}

#[test]
fn nginx_serves_in_http_2() {
    let authority = Authority::new();
    let (files, address) = (folder(&authority), free());
    let Some(_server) = nginx(files.path(), address, "") else { return };
    let scene = Scene::before(address, &authority);
    ask_for_all(&scene, "nginx");
    let body = String::from_utf8(pattern(300_000)).unwrap();
    let framings =
        [format!("Content-Length: 300000\r\n\r\n{body}"), format!("Transfer-Encoding: chunked\r\n\r\n493e0\r\n{body}\r\n0\r\n\r\n")];
    for (at, framing) in framings.iter().enumerate() {
        let reply = scene.ask(&format!("PUT https://%/put/{at} HTTP/1.1\r\nHost: %\r\nConnection: close\r\n{framing}"));
        assert_eq!(reply.status, 201, "{}", reply.head);
        assert!(std::fs::read(files.path().join(format!("put/{at}"))).unwrap() == body.as_bytes(), "not the same bytes");
    }
}

#[test]
fn nginx_that_closes_connections_after_ten_requests_loses_none() {
    let authority = Authority::new();
    let (files, address) = (folder(&authority), free());
    let Some(_server) = nginx(files.path(), address, "keepalive_requests 10; http2_max_concurrent_streams 3;") else { return };
    let scene = Scene::before(address, &authority);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let reply = scene.get("/small");
                    assert_eq!((reply.status, &*reply.body), (200, &b"small\n"[..]));
                }
            });
        }
    });
}

#[test]
fn nghttpd_serves_in_http_2() {
    let authority = Authority::new();
    let (files, address) = (folder(&authority), free());
    let path = |name: &str| files.path().join(name);
    let mut command = Command::new("nghttpd");
    command.arg(format!("--address={}", address.ip())).arg("--htdocs").arg(files.path()).arg("--push=/big=/small");
    command.arg(address.port().to_string()).arg(path("key.pem")).arg(path("cert.pem"));
    let Some(_server) = start(&mut command, address) else { return };
    let scene = Scene::before(address, &authority);
    ask_for_all(&scene, "nghttpd");
    std::thread::sleep(Duration::from_millis(50));
    let reply: Reply = scene.ask("POST https://%/small HTTP/1.1\r\nHost: %\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
    assert_eq!(reply.status, 200, "{}", reply.head);
}
