//! A real slapd on loopback ports with a folder of its own, run by whoever runs the test.

use crate::support::Authority;
use rustls_pki_types::CertificateDer;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Is it installed? A word where it is not, and the test is skipped.
pub fn here() -> bool {
    let missing = ["/usr/sbin/slapd", "/usr/bin/ldapmodify"].into_iter().find(|program| !Path::new(program).is_file());
    if let Some(program) = missing {
        println!("skipped: {program} is not on this machine");
    }
    missing.is_none()
}

/// A directory that can be stopped and started again.
pub struct Slapd {
    pub folder: TempDir,
    /// Of `ldap://`, and of `ldaps://`.
    pub ports: [u16; 2],
    child: Option<Child>,
}

const SETTINGS: &str = r#"
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile @/ca.pem
TLSCertificateFile @/server.pem
TLSCertificateKeyFile @/server.key
pidfile @/slapd.pid
database mdb
suffix "dc=example,dc=test"
rootdn "cn=looker,dc=example,dc=test"
rootpw lookers-secret
directory @/data
maxsize 10485760
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
"#;

fn pem(label: &str, der: &[u8]) -> String {
    let text = lifeguard::record::base64::encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Slapd {
    /// Starts one with these entries.
    pub fn start(ldif: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let (certificate, key): (CertificateDer<'_>, Vec<u8>) = authority.identity(&["localhost"]);
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("ca.pem", &authority.pem());
        write("server.pem", &pem("CERTIFICATE", &certificate));
        write("server.key", &pem("PRIVATE KEY", &key));
        write("slapd.conf", &SETTINGS.replace('@', folder.path().to_str().unwrap()));
        write("people.ldif", ldif);
        fs::create_dir(folder.path().join("data")).unwrap();
        let conf = folder.path().join("slapd.conf");
        let added =
            Command::new("/usr/sbin/slapadd").arg("-f").arg(&conf).arg("-l").arg(folder.path().join("people.ldif")).output().unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let mut slapd = Self { folder, ports: [free_port(), free_port()], child: None };
        slapd.again();
        slapd
    }

    /// Starts it again on the same ports.
    pub fn again(&mut self) {
        let [plain, tls] = self.ports;
        let places = format!("ldap://127.0.0.1:{plain}/ ldaps://127.0.0.1:{tls}/");
        let said = fs::File::create(self.folder.path().join("slapd.txt")).unwrap();
        let mut command = Command::new("/usr/sbin/slapd");
        command.arg("-f").arg(self.folder.path().join("slapd.conf")).args(["-h", &places, "-d", "256"]);
        self.child = Some(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said).spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.ports.iter().any(|port| TcpStream::connect(("127.0.0.1", *port)).is_err()) {
            assert!(Instant::now() < deadline, "slapd: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// kill -9.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops it in its tracks, or lets it go on: it takes connections and says nothing.
    pub fn freeze(&self, frozen: bool) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([if frozen { "-STOP" } else { "-CONT" }, &id]).status().unwrap().success());
    }

    /// Changes entries while it runs, by ldapmodify.
    pub fn modify(&self, ldif: &str) {
        let file = self.folder.path().join("change.ldif");
        fs::write(&file, ldif).unwrap();
        let place = format!("ldap://127.0.0.1:{}/", self.ports[0]);
        let mut command = Command::new("ldapmodify");
        command.args(["-x", "-H", &place, "-D", "cn=looker,dc=example,dc=test", "-w", "lookers-secret", "-f"]).arg(&file);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("slapd.txt")).unwrap_or_default()
    }

    /// Its authority's certificate, for `proxy.extra_roots`.
    pub fn roots(&self) -> std::path::PathBuf {
        Path::join(self.folder.path(), "ca.pem")
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.kill();
    }
}
