//! Origins that no careful library makes: the `openssl` program's, and a hand-made one that chooses what was not offered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// An origin that answers every ClientHello with a ServerHello of this version and suite, and ends with the test's process.
pub fn choosing(version: u16, suite: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let [high, low] = version.to_be_bytes();
            let [suite_high, suite_low] = suite.to_be_bytes();
            // ServerHello: version, random, no session, the suite, no compression (RFC 5246 section 7.4.1.3).
            let body = [&[high, low][..], &[7; 32], &[0, suite_high, suite_low, 0]].concat();
            let length = u8::try_from(body.len()).unwrap();
            let record = [&[22, high, low, 0, length + 4, 2, 0, 0, length][..], &body].concat();
            let mut hello = [0; 4096];
            if stream.read(&mut hello).is_ok() && stream.write_all(&record).is_ok() {
                while stream.read(&mut hello).is_ok_and(|read| read > 0) {}
            }
        }
    });
    port
}

/// A running `openssl s_server`; it ends with this value.
pub struct OpenSsl {
    child: Child,
    pub port: u16,
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// Starts one in a folder. None, with a word on why, where the program is missing or will not do this.
pub fn s_server(folder: &Path, what: &str, arguments: &[&str]) -> Option<OpenSsl> {
    let mut command = Command::new("openssl");
    command.args(["s_server", "-accept", "127.0.0.1:0", "-www"]).args(arguments);
    let child = command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("skipped: {what}: there is no openssl on this machine");
        return None;
    };
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        if let Some(port) = line.strip_prefix("ACCEPT ").and_then(|place| place.rsplit(':').next()?.trim().parse().ok()) {
            return Some(OpenSsl { child, port });
        }
    }
    let mut said = String::new();
    let _read = child.stderr.take().unwrap().read_to_string(&mut said);
    let _waited = child.wait();
    println!("skipped: {what}: this openssl will not: {}", said.lines().next().unwrap_or(""));
    None
}

/// A running `gnutls-serv` that speaks by these priorities alone. None, with a word on why, where it is missing or will not.
pub fn gnutls_serv(folder: &Path, what: &str, host: &str, priorities: &str) -> Option<OpenSsl> {
    // It takes no port 0: one that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new("gnutls-serv");
    command.args(["--http", "--quiet", "--disable-client-cert", "--port", &port.to_string(), "--priority", priorities]);
    command.args(["--x509certfile", &format!("{host}.pem"), "--x509keyfile", &format!("{host}.key")]);
    let child = command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let Ok(child) = child else {
        println!("skipped: {what}: there is no gnutls-serv on this machine");
        return None;
    };
    let mut server = OpenSsl { child, port };
    for _ in 0..100 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(server);
        }
        if server.child.try_wait().is_ok_and(|ended| ended.is_some()) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let mut said = String::new();
    let _killed = server.child.kill();
    let _read = server.child.stderr.take().unwrap().read_to_string(&mut said);
    println!("skipped: {what}: this gnutls-serv will not: {}", said.lines().next().unwrap_or(""));
    None
}

/// Runs `openssl` in a folder; whether it did what it was told.
pub fn openssl(folder: &Path, line: &str) -> bool {
    let run = Command::new("openssl").args(line.split_whitespace()).current_dir(folder).stdin(Stdio::null()).output();
    match run {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            println!("openssl {line}: {}", String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or(""));
            false
        }
        Err(error) => {
            println!("openssl: {error}");
            false
        }
    }
}
