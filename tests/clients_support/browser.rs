//! A page with everything a browser fetches by itself, and pictures of what people see.

use super::{Scene, page};
use crate::support::answer::{Answer, whole};
use crate::support::tls::DOOR;
use crate::support::{Request, proxy::wait_until};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PAGE: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>A page</title>
<link rel="stylesheet" href="/style.css"><script src="/script.js" defer></script></head>
<body><h1>Through the proxy</h1><img src="/picture.svg" alt="a picture" width="80" height="80"><p id="say">waiting</p></body></html>"#;

const SCRIPT: &str = r#"
const say = (what) => fetch('/said/' + what);
addEventListener('load', async () => {
  say('loaded-' + document.images[0].naturalWidth + '-' + getComputedStyle(document.body).color.replace(/[^0-9]+/g, '_'));
  const echoed = await (await fetch('/echo', { method: 'POST', body: 'x'.repeat(100000) })).text();
  say('echoed-' + echoed.length);
  const refused = await fetch(location.protocol + '//blocked.test/must-not-leave', { mode: 'no-cors' }).then(() => 'answered', () => 'failed');
  say('blocked-' + refused);
  const socket = new WebSocket(location.protocol.replace('http', 'ws') + '//' + location.host + '/websocket');
  socket.onopen = () => socket.send('over the socket');
  socket.onerror = () => say('socket-failed');
  socket.onmessage = (message) => say('socket-' + message.data.replace(/ /g, '_'));
});
"#;

/// What the page and its parts are.
pub fn pages(request: &Request) -> Option<Answer> {
    Some(match request.path() {
        "/page" => page("text/html", PAGE),
        "/style.css" => page("text/css", "body { color: rgb(1, 2, 3); font-family: sans-serif; background: #eef; }"),
        "/script.js" => page("text/javascript", SCRIPT),
        "/picture.svg" => page(
            "image/svg+xml",
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><circle cx="40" cy="40" r="30" fill="#48a"/></svg>"##,
        ),
        path if path.starts_with("/said/") => whole(204, "text/plain", b""),
        _ => return None,
    })
}

/// A browser without a window, which is closed with the test.
pub struct Browser(pub Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn command(scene: &Scene, program: &Path) -> Command {
    let mut command = scene.command(program);
    command.args([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
    ]);
    command.args([
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        "--window-size=1100,900",
    ]);
    command.arg(format!("--host-resolver-rules=MAP {DOOR} 127.0.0.1"));
    if !scene.opened {
        command.arg("--ignore-certificate-errors");
    }
    command.arg(format!("--proxy-server={}", scene.proxy_address())).arg(format!("--user-data-dir={}", scene.path("profile").display()));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Opens a page and leaves it open.
pub fn open(scene: &Scene, program: &Path, address: &str) -> Browser {
    Browser(command(scene, program).arg("--remote-debugging-port=0").arg(address).spawn().unwrap())
}

/// Takes a picture of a page; where it lies.
pub fn picture(scene: &Scene, program: &Path, address: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name).with_extension("png");
    let _old = std::fs::remove_file(&path);
    let mut taking = command(scene, program);
    let _browser =
        Browser(taking.arg(format!("--screenshot={}", path.display())).arg("--virtual-time-budget=3000").arg(address).spawn().unwrap());
    wait_until(name, || std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82")));
    path
}

/// What the page has said about itself so far.
pub fn said(scene: &Scene) -> Vec<String> {
    let targets = [scene.world.origin.targets(), scene.secure.targets()].concat();
    targets.iter().filter_map(|target| target.strip_prefix("/said/")).map(str::to_owned).collect()
}

/// The page, its style and script, a form, a refused request and a WebSocket have all worked.
pub fn says_everything(scene: &Scene) {
    const EXPECTED: [&str; 4] = ["loaded-80-_1_2_3_", "echoed-100000", "blocked-answered", "socket-over_the_socket"];
    let all = |said: &[String]| EXPECTED.iter().all(|word| said.iter().any(|one| one == word));
    wait_until("the page has said everything", || {
        let said = said(scene);
        all(&said) || said.iter().any(|one| one == "socket-failed")
    });
    let said = said(scene);
    assert!(all(&said), "{said:?}");
}
