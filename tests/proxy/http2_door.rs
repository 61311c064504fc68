//! The proxy itself over TLS: CONNECT and plain requests by HTTP/1.1 and HTTP/2, its certificate, and its end.

use crate::http2_support::polite::{ask, begin, block_on};
use crate::http2_support::{NAME, Scene};
use crate::support::answer::pattern;
use bytes::{Buf, Bytes};
use h2::{RecvStream, SendStream};
use http::Request;
use std::io;
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

/// The client's side of a tunnel on a stream.
struct Tunnel(SendStream<Bytes>, RecvStream, Bytes);

impl AsyncRead for Tunnel {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.2.is_empty() {
            match ready!(self.1.poll_data(context)) {
                Some(Ok(piece)) => {
                    self.1.flow_control().release_capacity(piece.len()).unwrap();
                    self.2 = piece;
                }
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = self.2.len().min(buffer.remaining());
        buffer.put_slice(&self.2[..length]);
        self.2.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.send_data(Bytes::copy_from_slice(bytes), false).map_err(io::Error::other)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.send_data(Bytes::new(), true).map_err(io::Error::other))
    }
}

/// CONNECT on a stream.
async fn connect(send: &h2::client::SendRequest<Bytes>, place: &str) -> (u16, Tunnel) {
    let request = Request::builder().method("CONNECT").uri(place).body(()).unwrap();
    let (answer, up) = send.clone().ready().await.unwrap().send_request(request, false).unwrap();
    let answer = answer.await.unwrap();
    (answer.status().as_u16(), Tunnel(up, answer.into_body(), Bytes::new()))
}

fn rows(scene: &Scene) -> Vec<serde_json::Value> {
    scene.world.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn connect_on_a_stream_is_a_tunnel_that_is_looked_into_like_any_other() {
    let scene = Scene::new();
    block_on(async {
        let send = scene.polite_at_door().await;
        let (status, tunnel) = connect(&send, &scene.place("site.test")).await;
        assert_eq!(status, 200);
        let inside = begin(scene.tls(tunnel, "site.test").await).await;
        let reply = ask(&inside, scene.request("GET", "site.test", "/bytes/200000"), None).await.unwrap();
        assert_eq!(reply.body, pattern(200_000), "HTTP/2 in TLS in a stream of HTTP/2 in TLS");
        let (status, tunnel) = connect(&send, &scene.place("listed.test")).await;
        assert_eq!(status, 200);
        let inside = begin(scene.tls(tunnel, "listed.test").await).await;
        let page = ask(&inside, scene.request("GET", "listed.test", "/page/must-not-leave"), None).await.unwrap();
        assert!(matches!(page.status, 403 | 451));
        let (status, mut other) = connect(&send, &scene.place("site.test")).await;
        assert_eq!(status, 200);
        other.write_all(b"SSH-2.0-x\r\n").await.unwrap();
        let mut rest = Vec::new();
        let _end = other.read_to_end(&mut rest).await;
        assert!(rest.is_empty(), "what is neither TLS nor HTTP is not carried");
        let (status, _) = connect(&send, "site.test:25").await;
        assert_eq!(status, 403, "a port that tunnels may not ask for");
        let plain = Request::builder().uri(scene.world.address("site.test", "/bytes/9")).body(()).unwrap();
        assert_eq!(ask(&send, plain, None).await.unwrap().body, pattern(9), "a plain request beside the tunnels");
    });
    let rows = rows(&scene);
    let tunnel = rows.iter().filter(|row| row["method"] == "CONNECT" && row["target"] == scene.place("site.test"));
    let tunnels: Vec<_> = tunnel.inspect(|row| assert_eq!(row["tls"], "opened")).map(|row| &row["id"]).collect();
    let inner = rows.iter().find(|row| row["target"] == "/bytes/200000").unwrap();
    assert!(tunnels.contains(&&inner["parent"]), "{inner:#}");
    let plain = rows.iter().find(|row| row["target"] == "/bytes/9").unwrap();
    assert_eq!(plain["url"], scene.world.address("site.test", "/bytes/9"));
    assert!(rows.iter().any(|row| row["outcome"]["reason"] == "tunnel-refused"), "{rows:#?}");
    assert!(!scene.secure.targets().iter().any(|target| target.contains("must-not-leave")));
}

#[test]
fn a_tunnel_on_a_stream_carries_much_both_ways_while_others_go_on() {
    let scene = Scene::with(|_| None, "");
    block_on(async {
        let send = scene.polite_at_door().await;
        let mut tasks = Vec::new();
        for number in 0..8 {
            let (status, tunnel) = connect(&send, &scene.place("site.test")).await;
            assert_eq!(status, 200);
            let inside = begin(scene.tls(tunnel, "site.test").await).await;
            let request = scene.request("POST", "site.test", "/echo");
            tasks.push(tokio::spawn(async move {
                let body = pattern(500_000 + number);
                assert_eq!(ask(&inside, request, Some(&body)).await.unwrap().body, body);
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
}

fn curl(scene: &Scene, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new("curl");
    command.current_dir(scene.world.folder.path()).args(["-sS", "--max-time", "20", "--noproxy", "", "--cacert", "ours.pem"]);
    command.args(["--proxy", &format!("https://{NAME}:{}", scene.door().port()), "--proxy-cacert", "authority.pem"]);
    command.args(["--resolve", &format!("{NAME}:{}:127.0.0.1", scene.door().port())]);
    command.args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn curl_reaches_the_proxy_over_tls() {
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: curl is not on this machine");
        return;
    }
    let scene = Scene::new();
    let secure = |path: &str| format!("https://{}{path}", scene.place("site.test"));
    let words =
        |output: std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(curl(&scene, &[&secure("/bytes/100000")]).stdout, pattern(100_000));
    assert_eq!(words(curl(&scene, &["-o", "/dev/null", "-w", "%{http_version}", "--http2", &secure("/bytes/5")])), "2");
    assert_eq!(words(curl(&scene, &["-o", "/dev/null", "-w", "%{http_version}", "--http1.1", &secure("/bytes/5")])), "1.1");
    assert_eq!(curl(&scene, &[&scene.world.address("site.test", "/bytes/77")]).stdout, pattern(77), "plain, by HTTP/1.1 over TLS");
    let stranger = curl(&scene, &["--proxy-cacert", "ours.pem", &secure("/bytes/5")]);
    assert!(!stranger.status.success(), "who does not trust the proxy's certificate does not speak to it");
}

#[test]
fn a_reload_takes_a_renewed_certificate_and_keeps_the_last_good_one() {
    let scene = Scene::new();
    let shown = || {
        block_on(async {
            let tcp = TcpStream::connect(scene.door()).await.unwrap();
            let tls = scene.tls(tcp, NAME).await;
            tls.get_ref().1.peer_certificates().unwrap()[0].clone()
        })
    };
    let reload = |words: &str| {
        let before = scene.proxy.errors().matches(words).count();
        scene.proxy.signal(1);
        for _ in 0..200 {
            if scene.proxy.errors().matches(words).count() > before {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no '{words}' in {}", scene.proxy.errors());
    };
    let first = shown();
    scene.outer.door(&scene.world);
    assert_eq!(shown(), first, "nothing changes by itself");
    reload("reloaded: generation");
    let second = shown();
    assert_ne!(second, first);
    scene.world.write("door.pem", "no certificate\n");
    reload("reload failed");
    assert!(scene.proxy.errors().contains("door.pem cannot be used for this listener"), "{}", scene.proxy.errors());
    assert_eq!(shown(), second, "the last good one stays");
}

#[test]
fn running_streams_are_finished_when_the_proxy_stops_and_new_ones_are_not_taken() {
    let scene = Scene::new();
    block_on(async {
        let send = scene.polite_opened("site.test").await;
        ask(&send, scene.request("GET", "site.test", "/bytes/1"), None).await.unwrap();
        let (running, request) = (send.clone(), scene.request("GET", "site.test", "/wait/1500"));
        let running = tokio::spawn(async move { ask(&running, request, None).await });
        while !scene.secure.targets().iter().any(|target| target == "/wait/1500") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        scene.proxy.signal(15);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let late = ask(&send, scene.request("GET", "site.test", "/bytes/2"), None).await;
        assert!(late.is_err(), "{late:?}");
        assert_eq!(running.await.unwrap().unwrap().body, b"late\n");
    });
    assert!(scene.proxy.stop().success());
}

/// Many streams on few connections, as a tool for it sends them: each one is answered and recorded.
#[test]
fn h2load_has_every_request_answered_and_recorded() {
    if Command::new("h2load").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: h2load is not on this machine");
        return;
    }
    let scene = Scene::new();
    let place = format!(":authority: site.test:{}", scene.world.origin.port());
    let address = format!("https://{}/bytes/300", scene.door());
    let output = Command::new("h2load").args(["-n", "1000", "-c", "4", "-m", "25", "-H", &place, "-H", ":scheme: http", &address]).output();
    let words = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(words.contains("1000 succeeded, 0 failed") && words.contains("1000 2xx"), "{words}");
    std::thread::sleep(Duration::from_millis(500));
    let rows = rows(&scene);
    let asked: Vec<_> = rows.iter().filter(|row| row["target"] == "/bytes/300").collect();
    assert_eq!(asked.len(), 1000);
    assert!(asked.iter().all(|row| row["outcome"]["status"] == 200 && row["outcome"]["ended"] == "complete"));
}
