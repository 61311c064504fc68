//! The programs that people use, each through a proxy that opens HTTPS, with our authority installed as its makers say.
//!
//! A program that is not on the machine is skipped with a word; `make test` installs them where it may.

use crate::clients_support::browser::{self, picture};
use crate::clients_support::firefox::Firefox;
use crate::clients_support::{Scene, folder, media, packages, run, succeed, tool};
use crate::support::answer::pattern;
use crate::support::proxy::wait_until;
use std::fs;

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

#[test]
fn firefox_loads_a_page_a_websocket_and_a_block_page_inside_https_without_a_warning() {
    let scene = Scene::opened(browser::pages);
    let Some(firefox) = Firefox::install(&scene) else { return };
    {
        let _open = firefox.open(&scene, &scene.secure("site.test", "/page"));
        browser::says_everything(&scene);
    }
    for (name, address) in [
        ("firefox-page", scene.secure("site.test", "/page")),
        ("firefox-https-block-page", scene.secure("blocked.test", "/must-not-leave")),
    ] {
        let path = firefox.picture(&scene, &address, name);
        assert!(fs::metadata(&path).unwrap().len() > 5_000, "{} shows nothing", path.display());
        println!("a picture of {name}: {}", path.display());
    }
    scene.nothing_improper_left();
}

#[test]
fn chromium_plays_a_film_in_ranges_keeps_a_file_byte_by_byte_and_searches_in_the_restricted_form() {
    let Some(chromium) = tool("chromium") else { return };
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("film.webm");
    let made = media::film(&film);
    let file = pattern(2_000_003);
    let scene = Scene::opened(media::pages(fs::read(&film).unwrap_or_default(), file.clone()));
    if !install(&scene) {
        return;
    }
    let says = |word: &str| wait_until(word, || browser::said(&scene).iter().any(|said| said == word));
    if made {
        let _open = browser::open(&scene, &chromium, &scene.secure("site.test", "/film"));
        says("film-4-320");
        says("seeked-3");
        let asked = scene.secure.seen().iter().filter(|request| request.path() == "/film.webm" && request.field("range").is_some()).count();
        assert!(asked > 0, "it asked in ranges");
    }
    {
        fs::create_dir_all(scene.path("profile/Default")).unwrap();
        let preferences =
            format!(r#"{{"download":{{"default_directory":"{}","prompt_for_download":false}}}}"#, scene.path("kept").display());
        fs::write(scene.path("profile/Default/Preferences"), preferences).unwrap();
        let _open = browser::open(&scene, &chromium, &scene.secure("site.test", "/download"));
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &pattern(3_000_000));
        let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        says(&format!("sha256-{hash}"));
        wait_until("the file is kept", || fs::read(scene.path("kept/file.bin")).is_ok_and(|bytes| bytes == file));
    }
    let search = scene.secure("www.google.com", "/search?q=kittens");
    let path = picture(&scene, &chromium, &search, "https-safe-search");
    println!("a picture of a search: {}", path.display());
    let searches: Vec<_> = scene.secure.targets().into_iter().filter(|target| target.starts_with("/search")).collect();
    assert!(!searches.is_empty() && searches.iter().all(|target| target.contains("safe=active")), "{searches:?}");
}

#[test]
fn wget_and_java_work_with_our_authority() {
    let scene = Scene::opened(|_| None);
    if let Some(wget) = tool("wget") {
        let arguments = ["-q", "-O", "-", "--ca-certificate=ours.pem", &scene.secure("site.test", "/bytes/9000")];
        assert_eq!(succeed(scene.command(&wget).args(arguments)), pattern(9000));
        let blocked = run(scene.command(&wget).args([
            "-O",
            "-",
            "--tries=1",
            "--ca-certificate=ours.pem",
            &scene.secure("blocked.test", "/must-not-leave"),
        ]));
        assert!(String::from_utf8_lossy(&blocked.stderr).contains("403"), "{}", String::from_utf8_lossy(&blocked.stderr));
    }
    let (Some(java), Some(keytool)) = (tool("java"), tool("keytool")) else { return };
    let store = [
        "-importcert",
        "-noprompt",
        "-alias",
        "lifeguard",
        "-file",
        "ours.pem",
        "-keystore",
        "trust.p12",
        "-storetype",
        "PKCS12",
        "-storepass",
        "changeit",
    ];
    succeed(scene.command(&keytool).args(store));
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients_support/Client.java");
    let mut command = scene.command(&java);
    command.arg(source).args([scene.proxy.proxy.port().to_string(), scene.plain("site.test", ""), scene.secure("site.test", "")]);
    command.arg("trust.p12").arg(scene.secure("blocked.test", "/must-not-leave"));
    assert_eq!(String::from_utf8_lossy(&succeed(&mut command)), "good\n");
    scene.nothing_improper_left();
}

#[test]
fn pip_and_npm_install_over_opened_https() {
    if let (Some(pip), Some(python)) = (tool("pip3"), tool("python3")) {
        let base = tempfile::tempdir().unwrap();
        packages::python_index(base.path(), &python);
        let scene = Scene::opened(packages::python_pages(base.path().to_owned()));
        let mut command = scene.command(&pip);
        command.env("PIP_CONFIG_FILE", "/dev/null").args(["download", "-q", "--no-deps", "--no-cache-dir", "--disable-pip-version-check"]);
        command.args(["--retries", "0", "--cert", "ours.pem", "--index-url", &scene.secure("pip.test", "/simple")]);
        succeed(command.args(["--proxy", &scene.proxy_address(), "-d", "wheels", "sample"]));
        let name = "sample-1.0-py3-none-any.whl";
        assert_eq!(fs::read(scene.path("wheels").join(name)).unwrap(), fs::read(base.path().join(name)).unwrap());
        assert!(scene.secure.targets().iter().any(|target| target == "/simple/sample/"), "over TLS");
        scene.nothing_improper_left();
    }
    let Some(npm) = tool("npm") else { return };
    let base = tempfile::tempdir().unwrap();
    let description = packages::script_package(base.path(), &npm);
    let files = folder(base.path().to_owned());
    let scene = Scene::opened(move |request| match request.path() {
        "/sample" => {
            let here = format!("https://{}", request.field("host").unwrap_or_default());
            Some(crate::clients_support::page("application/json", &description.replace("@HERE@", &here)))
        }
        _ => files(request),
    });
    let mut command = scene.command(&npm);
    command.args(["install", "sample", "--no-audit", "--no-fund", "--fetch-retries=0", "--cache", "cache", "--prefix", "installed"]);
    command.args(["--userconfig", "none", "--cafile", "ours.pem", "--https-proxy", &scene.proxy_address()]);
    succeed(command.args(["--registry", &scene.secure("npm.test", "/")]));
    assert!(fs::read_to_string(scene.path("installed/node_modules/sample/index.js")).unwrap().starts_with("module.exports"));
    assert!(scene.secure.targets().iter().any(|target| target == "/sample"), "over TLS");
    scene.nothing_improper_left();
}

#[test]
fn curl_and_chromium_take_an_authority_that_may_vouch_for_some_hosts_alone() {
    let scene = Scene::opened_only("site.test", browser::pages);
    if let Some(curl) = tool("curl") {
        let curl = |arguments: &[&str]| run(scene.command(&curl).args(["-sS", "--max-time", "20"]).args(arguments));
        assert_eq!(curl(&["--cacert", "ours.pem", &scene.secure("site.test", "/bytes/300")]).stdout, pattern(300));
        let outside = scene.secure("pip.test", "/bytes/300");
        assert!(!curl(&["--cacert", "ours.pem", &outside]).status.success(), "it is not opened");
        assert_eq!(curl(&["--cacert", "authority.pem", &outside]).stdout, pattern(300), "and reached as it is");
    }
    let Some(chromium) = tool("chromium") else { return };
    if install(&scene) {
        let _open = browser::open(&scene, &chromium, &scene.secure("site.test", "/page"));
        wait_until("the page is loaded", || browser::said(&scene).iter().any(|said| said == "loaded-80-_1_2_3_"));
    }
}
