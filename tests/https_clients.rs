//! The programs that people use, each through a proxy that opens HTTPS, with our authority installed as its makers say.
//!
//! A program that is not on the machine is skipped with a word; `make test` installs them where it may.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, dead_code, unreachable_pub, reason = "a failed set-up is a failed test")]

mod clients_support;
mod support;

use clients_support::browser::{self, picture};
use clients_support::{Scene, run, succeed, tool};
use std::fs;
use support::answer::pattern;

#[test]
fn curl_is_served_page_by_page_inside_https() {
    let Some(curl) = tool("curl") else { return };
    let scene = Scene::opened(|_| None);
    let curl = |arguments: &[&str]| run(scene.command(&curl).args(["-sS", "--max-time", "20", "--cacert", "ours.pem"]).args(arguments));
    assert_eq!(curl(&[&scene.secure("site.test", "/bytes/3000000")]).stdout, pattern(3_000_000));
    assert_eq!(curl(&[&scene.secure("site.test", "/chunked/100000")]).stdout, pattern(100_000));
    assert_eq!(curl(&["--tls-max", "1.2", &scene.secure("site.test", "/bytes/5")]).stdout, pattern(5), "TLS 1.2 as well");
    assert_eq!(curl(&["--data-binary", "abc", &scene.secure("site.test", "/echo")]).stdout, b"abc");
    let listed = curl(&["-w", "%{http_code}", "-o", "/dev/null", &scene.secure("listed.test", "/page/must-not-leave")]);
    assert!(matches!(&*listed.stdout, b"403" | b"451"), "{}", String::from_utf8_lossy(&listed.stdout));
    let blocked = curl(&["-H", "Accept: text/html", "-w", "%{http_code}", &scene.secure("blocked.test", "/must-not-leave")]);
    let text = String::from_utf8_lossy(&blocked.stdout);
    assert!(text.ends_with("403") && text.contains("<html"), "{text}");
    let stranger = curl(&["--cacert", "authority.pem", &scene.secure("site.test", "/bytes/5")]);
    assert!(!stranger.status.success(), "who does not trust our authority is not served");
    scene.nothing_improper_left();
}

#[test]
fn python_git_and_node_work_with_our_authority() {
    let scene = Scene::opened(|_| None);
    let secure = scene.secure("site.test", "/bytes/500");
    if let Some(python) = tool("python3") {
        let code = format!(
            "import urllib.request, ssl, sys; c = ssl.create_default_context(cafile='ours.pem'); sys.stdout.buffer.write(urllib.request.build_opener(urllib.request.ProxyHandler(), urllib.request.HTTPSHandler(context=c)).open('{secure}').read())"
        );
        assert_eq!(succeed(scene.command(&python).args(["-c", &code])), pattern(500));
    }
    if let Some(git) = tool("git") {
        let listing =
            run(scene.command(&git).args(["-c", "http.sslCAInfo=ours.pem", "ls-remote", &scene.secure("site.test", "/none.git")]));
        let words = String::from_utf8_lossy(&listing.stderr).into_owned();
        assert!(words.contains("not found"), "the answer came through, and is no fault of trust: {words}");
    }
    if let Some(node) = tool("node") {
        let tunnel = format!(
            "const http=require('http'),tls=require('tls'),fs=require('fs');const[h,p]='{}'.split(':');http.request({{host:h,port:p,method:'CONNECT',path:'site.test:{port}'}}).on('connect',(r,s)=>{{const t=tls.connect({{socket:s,servername:'site.test',ca:fs.readFileSync('ours.pem')}},()=>{{t.write('GET /bytes/5 HTTP/1.1\\r\\nHost: site.test:{port}\\r\\nConnection: close\\r\\n\\r\\n')}});t.pipe(process.stdout)}}).end()",
            scene.proxy.proxy,
            port = scene.secure.port()
        );
        let answer = succeed(scene.command(&node).args(["-e", &tunnel]));
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    }
}

/// Installs our authority for Chromium as Debian's own documentation says, into the NSS store of a home of the test's own.
fn install(scene: &Scene) -> bool {
    let Some(certutil) = tool("certutil") else { return false };
    let store = scene.path(".pki/nssdb");
    fs::create_dir_all(&store).unwrap();
    let place = format!("sql:{}", store.display());
    succeed(scene.command(&certutil).args(["-d", &place, "-N", "--empty-password"]));
    let outer = scene.door.then_some(("Outer", "authority.pem"));
    for (name, file) in [("Lifeguard", "ours.pem")].into_iter().chain(outer) {
        succeed(scene.command(&certutil).args(["-d", &place, "-A", "-t", "C,,", "-n", name, "-i", file]));
    }
    true
}

#[test]
fn chromium_loads_a_page_a_websocket_and_a_block_page_inside_https_without_a_warning() {
    let Some(chromium) = tool("chromium") else { return };
    let scene = Scene::opened(browser::pages);
    if !install(&scene) {
        return;
    }
    {
        let _open = browser::open(&scene, &chromium, &scene.secure("site.test", "/page"));
        browser::says_everything(&scene);
    }
    for (name, address) in [
        ("https-block-page", scene.secure("blocked.test", "/must-not-leave")),
        ("https-statutory-page", scene.secure("listed.test", "/page/must-not-leave")),
    ] {
        let path = picture(&scene, &chromium, &address, name);
        assert!(fs::metadata(&path).unwrap().len() > 5_000, "{} shows nothing", path.display());
        println!("a picture of {name}: {}", path.display());
    }
    scene.nothing_improper_left();
}

#[test]
fn chromium_reaches_the_proxy_itself_over_tls_and_sees_the_same() {
    let Some(chromium) = tool("chromium") else { return };
    let scene = Scene::behind_door(browser::pages);
    if !install(&scene) {
        return;
    }
    {
        let _open = browser::open(&scene, &chromium, &scene.secure("site.test", "/page"));
        browser::says_everything(&scene);
    }
    let path = picture(&scene, &chromium, &scene.secure("blocked.test", "/must-not-leave"), "https-proxy-block-page");
    assert!(fs::metadata(&path).unwrap().len() > 5_000, "{} shows nothing", path.display());
    scene.nothing_improper_left();
}
