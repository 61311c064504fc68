//! The programs that people and machines use, each through the real proxy to a small internet in this process.
//!
//! A program that is not on the machine is skipped with a word; `make test` installs them where it may.

use crate::clients_support::browser::{self, picture};
use crate::clients_support::packages;
use crate::clients_support::{Scene, folder, run, run_with, succeed, tool};
use crate::support::answer::pattern;
use crate::support::websocket::base64;
use crate::support::{Request, client};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn curl_fetches_uploads_and_tunnels() {
    let Some(curl) = tool("curl") else { return };
    let scene = Scene::new();
    let curl = |arguments: &[&str]| run(scene.command(&curl).args(["-sS", "--max-time", "20"]).args(arguments));
    assert_eq!(curl(&[&scene.plain("site.test", "/bytes/3000000")]).stdout, pattern(3_000_000));
    assert_eq!(curl(&[&scene.plain("site.test", "/chunked/100000")]).stdout, pattern(100_000));
    assert_eq!(curl(&[&scene.plain("site.test", "/early-hints")]).stdout, b"after a hint\n");
    assert_eq!(curl(&[&scene.plain("site.test", "/trailers")]).stdout, b"with a tail");
    let head = curl(&["-I", &scene.plain("site.test", "/bytes/77")]);
    assert!(String::from_utf8_lossy(&head.stdout).to_lowercase().contains("content-length: 77"));
    let two = curl(&["-w", "%{num_connects} ", &scene.plain("site.test", "/bytes/1"), &scene.plain("site.test", "/bytes/1")]);
    assert_eq!(String::from_utf8_lossy(&two.stdout), "a1 a0 ", "the connection is kept");

    let secure = scene.secure("site.test", "/bytes/500000");
    let trusted = scene.path("authority.pem").display().to_string();
    assert_eq!(curl(&["--cacert", &trusted, &secure]).stdout, pattern(500_000));
    let refused = curl(&["--cacert", &trusted, "-w", "%{http_connect}", &scene.secure("blocked.test", "/must-not-leave")]);
    assert_eq!((refused.status.success(), String::from_utf8_lossy(&refused.stdout).into_owned()), (false, String::from("403")));
    scene.nothing_improper_left();
}

#[test]
fn curl_uploads_in_every_way() {
    let Some(program) = tool("curl") else { return };
    let scene = Scene::new();
    let body = pattern(1_500_000);
    for more in [&["-H", "Transfer-Encoding: chunked"][..], &["-H", "Expect: 100-continue"], &["-H", "Expect:"], &["-X", "PUT"]] {
        let mut command = scene.command(&program);
        command.args(["-sS", "--max-time", "20", "--data-binary", "@-"]).args(more).arg(scene.plain("site.test", "/echo"));
        let output = run_with(&mut command, &body);
        assert!(output.stdout == body, "{more:?}: {} bytes came back. {}", output.stdout.len(), String::from_utf8_lossy(&output.stderr));
    }
    scene.nothing_improper_left();
}

#[test]
fn a_blocked_page_is_answered_by_what_the_client_asked_for() {
    let Some(curl) = tool("curl") else { return };
    let scene = Scene::new();
    for (accept, kind) in [("text/html", "text/html"), ("application/json", "application/json"), ("image/png,image/*", "image/")] {
        let mut command = scene.command(&curl);
        command.args([
            "-sS",
            "-H",
            &format!("Accept: {accept}"),
            "-w",
            "\n%{http_code} %{content_type}",
            &scene.plain("blocked.test", "/must-not-leave"),
        ]);
        let text = String::from_utf8_lossy(&succeed(&mut command)).into_owned();
        let last = text.lines().last().unwrap_or_default();
        assert!(last.starts_with(&format!("403 {kind}")), "{accept}: {last}");
    }
    let listed = client::get(scene.proxy.proxy, &scene.plain("listed.test", "/page/must-not-leave"));
    assert!(matches!(listed.status, 403 | 451), "{}", listed.head);
    assert!(!listed.text().contains("listed.test"), "a page never shows an entry of a statutory list");
    scene.nothing_improper_left();
}

#[test]
fn wget_follows_a_site() {
    let Some(wget) = tool("wget") else { return };
    let scene = Scene::with(|request| match request.path() {
        "/start.html" => Some(crate::clients_support::page("text/html", "<a href=\"/next.html\">next</a>")),
        "/next.html" => Some(crate::clients_support::page("text/html", "the end")),
        _ => None,
    });
    succeed(scene.command(&wget).args([
        "-q",
        "-r",
        "-l",
        "2",
        "--tries=1",
        "--timeout=20",
        "-e",
        "robots=off",
        "-nH",
        "-P",
        "site",
        &scene.plain("site.test", "/start.html"),
    ]));
    assert_eq!(fs::read_to_string(scene.path("site/next.html")).unwrap(), "the end");
    let trusted = format!("--ca-certificate={}", scene.path("authority.pem").display());
    assert_eq!(succeed(scene.command(&wget).args(["-q", "-O", "-", &trusted, &scene.secure("site.test", "/bytes/9000")])), pattern(9000));
    let refused = run(scene.command(&wget).args(["-O", "-", "--tries=1", &scene.plain("blocked.test", "/must-not-leave")]));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("403"));
    scene.nothing_improper_left();
}

#[test]
fn git_clones_and_pushes() {
    let Some(git) = tool("git") else { return };
    let base = tempfile::tempdir().unwrap();
    packages::repository(base.path(), &git);
    let scene = Scene::with(packages::git_pages(base.path().to_owned(), git.clone()));
    let run_git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.test", "-c", "http.postBuffer=100000"];
        succeed(scene.command(&git).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0").args(identity).args(arguments))
    };
    run_git(&["clone", "-q", &scene.plain("git.test", "/project.git"), "copy"]);
    assert_eq!(fs::read(scene.path("copy/file-7")).unwrap(), fs::read(base.path().join("work/file-7")).unwrap());
    // Too large for one buffer and not to be compressed, so that git sends it in chunks.
    let noise: Vec<u8> = (0..400_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(scene.path("copy/new"), noise).unwrap();
    run_git(&["-C", "copy", "add", "new"]);
    run_git(&["-C", "copy", "commit", "-q", "-m", "new"]);
    run_git(&["-C", "copy", "push", "-q", "origin", "HEAD:refs/heads/pushed"]);
    assert!(base.path().join("project.git/refs/heads/pushed").exists());
    scene.nothing_improper_left();
}

#[test]
fn apt_updates_and_downloads() {
    let (Some(apt), Some(_)) = (tool("apt-get"), tool("dpkg-deb")) else { return };
    let base = tempfile::tempdir().unwrap();
    packages::debian_archive(base.path());
    let scene = Scene::with(folder(base.path().to_owned()));
    let settings = packages::apt_settings(scene.world.folder.path(), &scene.plain("apt.test", "/"), &scene.proxy_address());
    succeed(scene.command(&apt).env("APT_CONFIG", &settings).args(["update"]));
    succeed(scene.command(&apt).env("APT_CONFIG", &settings).args(["download", "sample"]));
    assert_eq!(fs::read(scene.path("sample_1.0_all.deb")).unwrap(), fs::read(base.path().join("sample_1.0_all.deb")).unwrap());
    scene.nothing_improper_left();
}

#[test]
fn pip_downloads() {
    let (Some(pip), Some(python)) = (tool("pip3"), tool("python3")) else { return };
    let base = tempfile::tempdir().unwrap();
    packages::python_index(base.path(), &python);
    let scene = Scene::with(packages::python_pages(base.path().to_owned()));
    let mut command = scene.command(&pip);
    command.env("PIP_CONFIG_FILE", "/dev/null").args([
        "download",
        "-q",
        "--no-deps",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--retries",
        "0",
    ]);
    command.args([
        "--index-url",
        &scene.plain("pip.test", "/simple"),
        "--trusted-host",
        "pip.test",
        "--proxy",
        &scene.proxy_address(),
        "-d",
        "wheels",
        "sample",
    ]);
    succeed(&mut command);
    let name = "sample-1.0-py3-none-any.whl";
    assert_eq!(fs::read(scene.path("wheels").join(name)).unwrap(), fs::read(base.path().join(name)).unwrap());
    scene.nothing_improper_left();
}

#[test]
fn npm_installs() {
    let Some(npm) = tool("npm") else { return };
    let base = tempfile::tempdir().unwrap();
    let description = packages::script_package(base.path(), &npm);
    let files = folder(base.path().to_owned());
    let scene = Scene::with(move |request: &Request| match request.path() {
        "/sample" => {
            let here = format!("http://{}", request.field("host").unwrap_or_default());
            Some(crate::clients_support::page("application/json", &description.replace("@HERE@", &here)))
        }
        _ => files(request),
    });
    let mut command = scene.command(&npm);
    command.args([
        "install",
        "sample",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=0",
        "--cache",
        "cache",
        "--prefix",
        "installed",
        "--userconfig",
        "none",
    ]);
    succeed(command.args(["--registry", &scene.plain("npm.test", "/"), "--proxy", &scene.proxy_address()]));
    assert!(fs::read_to_string(scene.path("installed/node_modules/sample/index.js")).unwrap().starts_with("module.exports"));
    scene.nothing_improper_left();
}

#[test]
fn python_requests_streams() {
    let python = ["python3", "/usr/bin/python3"]
        .into_iter()
        .filter_map(|name| if name.starts_with('/') { Some(PathBuf::from(name)) } else { tool(name) });
    let able = |python: &PathBuf| {
        std::process::Command::new(python).args(["-c", "import requests"]).output().is_ok_and(|output| output.status.success())
    };
    let Some(python) = python.into_iter().find(able) else {
        println!("skipped: no python3 here has the requests package");
        return;
    };
    let scene = Scene::new();
    let script = "import requests, sys\n\
        plain, secure, authority, blocked = sys.argv[1:]\n\
        s = requests.Session()\n\
        assert s.get(plain + '/bytes/100000', timeout=20).content[:3] == b'abc'\n\
        assert s.post(plain + '/echo', data=(b'x' * 1000 for _ in range(50)), timeout=20).content == b'x' * 50000\n\
        assert s.get(plain + '/slow', timeout=20).text == '0123456789'\n\
        assert s.get(secure + '/bytes/5000', verify=authority, timeout=20).status_code == 200\n\
        r = s.get(blocked, headers={'Accept': 'application/json'}, timeout=20)\n\
        assert r.status_code == 403, r.status_code\n\
        print('good', sorted(r.json()))\n";
    let mut command = scene.command(&python);
    command.args(["-c", script, &scene.plain("site.test", ""), &scene.secure("site.test", "")]).arg(scene.path("authority.pem"));
    let said = succeed(command.arg(scene.plain("blocked.test", "/must-not-leave")));
    assert!(said.starts_with(b"good"), "{}", String::from_utf8_lossy(&said));
    scene.nothing_improper_left();
}

#[test]
fn java_http_client_speaks() {
    let (Some(java), Some(_)) = (tool("java"), tool("javac")) else { return };
    let scene = Scene::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients_support/Client.java");
    let mut command = scene.command(&java);
    command.arg(source).args([scene.proxy.proxy.port().to_string(), scene.plain("site.test", ""), scene.secure("site.test", "")]);
    command.arg(scene.path("authority.pem")).arg(scene.plain("blocked.test", "/must-not-leave"));
    assert_eq!(String::from_utf8_lossy(&succeed(&mut command)), "good\n");
    scene.nothing_improper_left();
}

#[test]
fn chromium_loads_a_page_with_all_its_parts_and_a_websocket() {
    let Some(chromium) = tool("chromium") else { return };
    let scene = Scene::with(browser::pages);
    let _open = browser::open(&scene, &chromium, &scene.plain("site.test", "/page"));
    browser::says_everything(&scene);
}

#[test]
fn chromium_shows_the_block_page() {
    let Some(chromium) = tool("chromium") else { return };
    let scene = Scene::with(browser::pages);
    for (name, address) in [
        ("page", scene.plain("site.test", "/page")),
        ("block-page", scene.plain("blocked.test", "/must-not-leave")),
        ("statutory-page", scene.plain("listed.test", "/page/must-not-leave")),
        ("unreachable-page", String::from("http://a.nowhere.test/")),
    ] {
        let path = picture(&scene, &chromium, &address, name);
        assert!(fs::metadata(&path).unwrap().len() > 5_000, "{} shows nothing", path.display());
        println!("a picture of {name}: {}", path.display());
    }
    scene.nothing_improper_left();
}

#[test]
fn a_websocket_upgrade_without_a_tunnel_is_passed_on() {
    use std::io::{Read, Write};
    let scene = Scene::new();
    let mut stream = client::connect(scene.proxy.proxy).unwrap();
    let host = format!("site.test:{}", scene.world.origin.port());
    let key = base64(b"0123456789abcdef");
    let request = format!(
        "GET http://{host}/websocket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    assert!(head.starts_with("HTTP/1.1 101") && head.contains(&crate::support::websocket::accept_key(&key)), "{head}");
    stream.write_all(&[0x81, 0x85, 1, 1, 1, 1, b'h' ^ 1, b'e' ^ 1, b'l' ^ 1, b'l' ^ 1, b'o' ^ 1]).unwrap();
    let mut frame = [0; 7];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!(&frame, b"\x81\x05hello");
}
