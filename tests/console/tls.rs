//! The console over TLS of its own, with the real program: cookies for TLS only, nothing in clear, a new certificate with a reload, and what
//! `lifeguard check` says of settings that do not fit (security A4, A6; ASVS 5.0, 3.3 and 3.4).

use crate::support::proxy::{program, wait_until};
use crate::support::secure::{Secure, trusting};
use crate::support::{Authority, World};
use lifeguard::credential::{OneTimeKey, STEP_S, from_base32};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const NAME: &str = "console.test";

fn identity(world: &World, authority: &Authority) {
    let (certificate, key) = authority.identity_pem(&[NAME]);
    // Put in their places whole, as tools that renew certificates do it.
    for (name, text) in [("console.pem", certificate), ("console.key", key)] {
        let fresh = world.write(&format!("{name}.fresh"), &text);
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(fresh, world.folder.path().join(name)).unwrap();
    }
}

fn settings(world: &World, more: &str) -> String {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.config().replace("[admin]\n", &format!("[admin]\n{more}\n"));
    world.write("lifeguard.toml", &config).display().to_string()
}

struct Running(Child, SocketAddr, String);

impl Drop for Running {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn start(config: &str) -> Running {
    let folder = std::path::Path::new(config).parent().unwrap();
    let mut child =
        program().args(["run", "--config", config]).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut said, mut lines) = (String::new(), BufReader::new(child.stdout.take().unwrap()));
    while !said.contains("the secret is ") && lines.read_line(&mut said).unwrap() > 0 {}
    let after = |words: &str| {
        said.split(words).nth(1).unwrap_or_else(|| panic!("{words}: {said}")).split([' ', ',', ';', '\n', '/']).next().unwrap()
    };
    assert!(said.contains("open https://"), "{said}");
    Running(child, after("console on https://").parse().unwrap(), after("the secret is ").to_owned())
}

/// The form of the first administrator.
fn set_up(secret: &str) -> [(&str, &str); 10] {
    [
        ("secret", secret),
        ("name", "robin"),
        ("shown", "Robin Hill"),
        ("fresh", "correct horse battery"),
        ("again", "correct horse battery"),
        ("lead_name", "Sam"),
        ("lead_reach", "1"),
        ("it_name", "Ivy"),
        ("it_reach", "2"),
        ("preset", "as-it-is"),
    ]
}

#[test]
fn the_console_speaks_tls_itself_and_takes_a_new_certificate_with_a_reload() {
    let (world, authority) = (World::new(), Authority::new());
    identity(&world, &authority);
    let running = start(&settings(&world, "certificate = \"console.pem\"\nkey = \"console.key\"\nnames = [\"console.test\"]"));
    let trust = trusting(&[&authority.pem()]);
    let open = || Secure::shake(TcpStream::connect(running.1).unwrap(), NAME, &trust).unwrap();
    let host = format!("{NAME}:{}", running.1.port());
    let page = open().ask(&format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("strict-transport-security: max-age=31536000"), "{page}");
    let alive = open().ask(&format!("GET /livez HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert!(alive.starts_with("HTTP/1.1 200") && alive.ends_with("alive\n"), "{alive}");
    // In clear nothing is said, and a name that is not ours is none over TLS either.
    let clear = crate::support::client::exchange(
        running.1,
        format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    assert!(!String::from_utf8_lossy(&clear).contains("HTTP/1.1"), "{clear:?}");
    assert!(open().ask("GET /sign-in HTTP/1.1\r\nHost: evil.example\r\n\r\n").starts_with("HTTP/1.1 421"));
    // The set-up, from a page of this console and from one in clear; what a client says of itself is not believed.
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(set_up(&running.2)).finish();
    let post = |path: &str, origin: &str, more: &str, body: &str| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n{more}Content-Type: application/x-www-form-urlencoded\r\n"
        );
        open().ask(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()))
    };
    assert!(post("/setup", &format!("http://{host}"), "", &body).starts_with("HTTP/1.1 403"));
    let made = post("/setup", &format!("https://{host}"), "", &body);
    let cookie = made.lines().find(|line| line.starts_with("set-cookie: ")).unwrap_or_else(|| panic!("{made}"));
    assert!(
        cookie.starts_with("set-cookie: __Host-lifeguard=") && cookie.trim_end().ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{cookie}"
    );
    let wrong = post("/sign-in", &format!("https://{host}"), "X-Forwarded-For: 203.0.113.9\r\n", "name=robin&password=wrong");
    assert!(wrong.starts_with("HTTP/1.1 403"), "{wrong}");
    let events = world.command(&["logs", "search", "--events", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert!(events.contains("wrong password") && !events.contains("203.0.113.9"), "{events}");
    // A new certificate, without a break.
    let before = open().certificate();
    identity(&world, &authority);
    assert!(Command::new("kill").args(["-HUP", &running.0.id().to_string()]).status().unwrap().success());
    wait_until("the new certificate is shown", || open().certificate() != before);
    // Who says nothing for long holds nobody up.
    let silent: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(running.1).unwrap()).collect();
    assert!(open().ask(&format!("GET /livez HTTP/1.1\r\nHost: {host}\r\n\r\n")).starts_with("HTTP/1.1 200"));
    drop((silent, Arc::clone(&trust)));
}

/// An address of this machine that is not loopback; nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_loopback() && !address.is_unspecified())
}

#[test]
fn people_on_other_machines_sign_in_over_tls_and_cannot_set_it_up() {
    let Some(outside) = own_address() else {
        println!("skipped: this machine has no address but loopback");
        return;
    };
    let (world, authority) = (World::new(), Authority::new());
    identity(&world, &authority);
    let config = settings(&world, "certificate = \"console.pem\"\nkey = \"console.key\"\nnames = [\"console.test\"]");
    let text = fs::read_to_string(&config).unwrap().replace("[admin]\n", "[admin]\nlisten = \"0.0.0.0:0\"\n");
    let text = text.replacen("\nlisten = \"127.0.0.1:0\"\n\n[log]", "\n\n[log]", 1);
    fs::write(&config, text).unwrap();
    let running = start(&config);
    let trust = trusting(&[&authority.pem()]);
    let host = format!("{NAME}:{}", running.1.port());
    let ask = |from: IpAddr, head: &str, cookie: &str, fields: &[(&str, &str)]| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let stream = TcpStream::connect((from, running.1.port())).unwrap();
        Secure::shake(stream, NAME, &trust).unwrap().ask(&format!(
            "{head} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    let cookie_of = |answer: &str| {
        let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("{answer}"));
        line.split(';').next().unwrap().to_owned()
    };
    let after = |page: &str, words: &str| {
        page.split(words).nth(1).unwrap_or_else(|| panic!("{words}: {page}")).split(['"', '<']).next().unwrap().to_owned()
    };
    let setup = set_up(&running.2);
    let here = IpAddr::from([127, 0, 0, 1]);
    let refused = ask(outside, "POST /setup", "", &setup);
    assert!(refused.starts_with("HTTP/1.1 4") && !refused.contains("set-cookie"), "the right secret, from elsewhere: {refused}");
    let cookie = cookie_of(&ask(here, "POST /setup", "", &setup));
    let page = ask(here, "GET /enrol", &cookie, &[]);
    let key = OneTimeKey::kept(from_base32(&after(&page, "<dt>Key</dt><dd><code>")).unwrap());
    let step = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap() / STEP_S;
    let token = after(&page, "name=\"token\" value=\"");
    let done = ask(here, "POST /enrol", &cookie, &[("token", &token), ("code", &key.code(step))]);
    assert!(done.starts_with("HTTP/1.1 200"), "{done}");
    // From elsewhere: a session of its own, and the record says from where.
    let code = key.code(step + 1);
    let fields = [("name", "robin"), ("password", "correct horse battery"), ("code", code.as_str())];
    let entered = ask(outside, "POST /sign-in", "", &fields);
    assert!(entered.starts_with("HTTP/1.1 303"), "{entered}");
    let theirs = cookie_of(&entered);
    assert!(theirs.starts_with("__Host-lifeguard=") && theirs != cookie);
    let account = ask(outside, "GET /account", &theirs, &[]);
    assert!(account.starts_with("HTTP/1.1 200") && account.contains(&outside.to_string()), "{account}");
    let events = world.command(&["logs", "search", "--events", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    let entered = events.lines().find(|line| line.contains("console-sign-in") && line.contains(&outside.to_string()));
    assert!(entered.is_some(), "{events}");
}

#[test]
fn settings_that_do_not_fit_are_refused_with_words() {
    let (world, authority) = (World::new(), Authority::new());
    identity(&world, &authority);
    let both = "certificate = \"console.pem\"\nkey = \"console.key\"";
    for (more, words) in [
        ("certificate = \"console.pem\"".to_owned(), "key"),
        ("key = \"console.key\"".to_owned(), "certificate"),
        (format!("{both}\nbehind_tls = true"), "behind_tls"),
        ("certificate = \"console.pem\"\nkey = \"missing.key\"".to_owned(), "missing.key"),
        ("certificate = \"console.key\"\nkey = \"console.key\"".to_owned(), "there is no PEM certificate in it"),
    ] {
        settings(&world, &more);
        let said = world.command(&["check"]);
        let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert!(!said.status.success() && text.contains(words), "{more}: {text}");
    }
    settings(&world, both);
    assert!(world.command(&["check"]).status.success());
    fs::set_permissions(world.folder.path().join("console.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let open = world.command(&["check"]);
    assert!(!open.status.success(), "everybody may read the key");
}
