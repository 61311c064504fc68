//! A real KDC (MIT) on a loopback port with a realm and a folder of its own, run by whoever runs the test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Is it installed? A word where it is not, and the test is skipped.
pub fn here() -> bool {
    let missing = ["/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local", "/usr/bin/kinit", "/usr/bin/curl"]
        .into_iter()
        .find(|program| !Path::new(program).is_file());
    if let Some(program) = missing {
        println!("skipped: {program} is not on this machine");
    }
    missing.is_none()
}

/// The host that the service is named by.
pub const PROXY: &str = "proxy.test";

/// A KDC for one realm, or for two that trust each other.
pub struct Kdc {
    pub folder: TempDir,
    child: Child,
}

const CLIENTS: &str = "[libdefaults]
 default_realm = SCHOOL.TEST
 dns_lookup_realm = false
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
 default_ccache_name = FILE:@/nobody
[realms]
 SCHOOL.TEST = {
  kdc = 127.0.0.1:#
 }
 OTHER.TEST = {
  kdc = 127.0.0.1:#
 }
[domain_realm]
 .test = SCHOOL.TEST
[capaths]
 OTHER.TEST = {
  SCHOOL.TEST = .
 }
";

const SERVER: &str = "[kdcdefaults]
 kdc_listen = 127.0.0.1:#
 kdc_tcp_listen = 127.0.0.1:#
[realms]
 SCHOOL.TEST = {
  database_name = @/SCHOOL.TEST.db
  key_stash_file = @/SCHOOL.TEST.stash
 }
 OTHER.TEST = {
  database_name = @/OTHER.TEST.db
  key_stash_file = @/OTHER.TEST.stash
 }
[logging]
 kdc = FILE:@/kdc.txt
";

impl Kdc {
    /// Starts one with kim, lee and the service of the proxy; zoe is in another realm, which is trusted.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let fill = |text: &str| text.replace('@', folder.path().to_str().unwrap()).replace('#', &port.to_string());
        fs::write(folder.path().join("krb5.conf"), fill(CLIENTS)).unwrap();
        fs::write(folder.path().join("kdc.conf"), fill(SERVER)).unwrap();
        let program = |name: &str| environment(Command::new(name), folder.path());
        for realm in ["SCHOOL.TEST", "OTHER.TEST"] {
            // Said twice, here and in the settings: the machine's own database must never be touched.
            let database = folder.path().join(format!("{realm}.db"));
            let stash = folder.path().join(format!("{realm}.stash"));
            let mut create = program("/usr/sbin/kdb5_util");
            create.arg("-d").arg(&database).arg("-sf").arg(&stash).args(["-r", realm, "-P", "master", "create", "-s"]);
            succeed(&mut create, "");
            assert!(database.is_file() && stash.is_file());
        }
        let mut kdc = program("/usr/sbin/krb5kdc");
        kdc.args(["-n", "-r", "SCHOOL.TEST", "-r", "OTHER.TEST"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for (realm, query) in [
            ("SCHOOL.TEST", "addprinc -pw kims kim"),
            ("SCHOOL.TEST", "addprinc -pw lees lee"),
            ("SCHOOL.TEST", "addprinc -randkey HTTP/proxy.test"),
            ("SCHOOL.TEST", "addprinc -randkey HTTP/elsewhere.test"),
            ("SCHOOL.TEST", "addprinc -pw between krbtgt/SCHOOL.TEST@OTHER.TEST"),
            ("OTHER.TEST", "addprinc -pw between krbtgt/SCHOOL.TEST@OTHER.TEST"),
            ("OTHER.TEST", "addprinc -pw zoes zoe"),
        ] {
            succeed(program("/usr/sbin/kadmin.local").args(["-r", realm, "-q", query]), "");
        }
        let child = kdc.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "{}", fs::read_to_string(folder.path().join("kdc.txt")).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { folder, child }
    }

    /// Something of the administrator's.
    pub fn admin(&self, query: &str) {
        succeed(environment(Command::new("/usr/sbin/kadmin.local"), self.folder.path()).args(["-q", query]), "");
    }

    /// Makes new keys for a service, and writes them into a file.
    pub fn keytab(&self, service: &str, file: &Path) {
        let fresh = self.folder.path().join("fresh.keytab");
        self.admin(&format!("ktadd -k {} {service}", fresh.display()));
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(&fresh, file).unwrap();
    }

    /// Signs somebody in to the network, with these arguments of kinit; the name of their file of tickets.
    pub fn kinit(&self, name: &str, password: &str, arguments: &[&str]) -> PathBuf {
        let cache = self.folder.path().join(format!("{name}.tickets"));
        let mut command = environment(Command::new("/usr/bin/kinit"), self.folder.path());
        succeed(command.arg("-c").arg(&cache).args(arguments).arg(name), &format!("{password}\n"));
        cache
    }

    /// A program that uses these tickets.
    pub fn command(&self, program: &str, tickets: &Path) -> Command {
        let mut command = environment(Command::new(program), self.folder.path());
        command.env("KRB5CCNAME", format!("FILE:{}", tickets.display()));
        command
    }
}

fn environment(mut command: Command, folder: &Path) -> Command {
    command.env("KRB5_CONFIG", folder.join("krb5.conf")).env("KRB5_KDC_PROFILE", folder.join("kdc.conf"));
    command.env("KRB5RCACHENAME", "none:");
    command
}

fn succeed(command: &mut Command, input: &str) {
    use std::io::Write;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _written = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Drop for Kdc {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}
