//! The authority, from its making to its end, and everything that can be wrong with it: a sentence with the place, at `check`, at start and
//! at reload, and at reload the last good one stays (rule T4, issue "bad input").

use crate::support::proxy::{program, wait_until};
use crate::support::secure::{Secure, trusting};
use crate::support::{Authority, Lifeguard, Origin, World};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use time::{Duration, OffsetDateTime};

const PASSPHRASE: &str = "three words and some more";

struct Scene {
    world: World,
    outer: Authority,
}

impl Scene {
    /// One group that opens everything; further lines for `[https]`.
    fn new(https: &str) -> Self {
        let outer = Authority::new();
        let names = ["site.test", "www.site.test", "outside.test", "listed.test", "sealed.test"];
        let mut world = World::with(Origin::start(Some(outer.server(&names)), |_| None));
        world.write("outer.pem", &outer.pem());
        world.more = format!("https = \"full\"\n[https]\nsealed = [\"sealed.test\"]\n{https}\n");
        world.write("lifeguard.toml", &world.config().replace("connect_ports", "extra_roots = [\"outer.pem\"]\nconnect_ports"));
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        Self { world, outer }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.folder.path().join("var/authority").join(name)
    }

    fn ca(&self, arguments: &[&str]) -> Output {
        self.world.command(&[&["ca"], arguments].concat())
    }

    fn made(&self, arguments: &[&str]) -> String {
        let output = self.ca(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A command beside the running proxy, with a log of its own.
    fn beside(&self, command: &str) -> Output {
        let folder = self.world.folder.path();
        let mut started = program();
        started.env("LIFEGUARD__LOG__FOLDER", "other-log").current_dir(folder).args([command, "--config"]);
        started.arg(folder.join("lifeguard.toml")).output().unwrap()
    }

    fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.world.write(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn start(&self) -> Lifeguard {
        Lifeguard::start(&self.world.folder.path().join("lifeguard.toml"))
    }

    fn pem(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Who vouches for the certificate that a client with these roots is shown; or why it is not served.
    fn shown(&self, proxy: &Lifeguard, host: &str, roots: &[&str]) -> Result<String, String> {
        let place = format!("{host}:{}", self.world.origin.port());
        let mut open = Secure::open(proxy.proxy, &place, &trusting(roots)).map_err(|error| error.to_string())?;
        let answer = open.get(&place, "/shown");
        assert!(answer.contains("nothing here"), "{answer}");
        Ok(x509_parser::parse_x509_certificate(&open.certificate()).unwrap().1.issuer().to_string())
    }

    fn reload(proxy: &Lifeguard, words: &str) {
        let before = proxy.errors().matches(words).count();
        proxy.signal(1);
        wait_until(words, || proxy.errors().matches(words).count() > before);
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// An authority as somebody else might make it; its certificate and its key.
fn foreign(change: impl FnOnce(&mut CertificateParams)) -> (CertifiedIssuer<'static, KeyPair>, String) {
    let key = KeyPair::generate().unwrap();
    let pem = key.serialize_pem();
    (CertifiedIssuer::self_signed(params("Foreign", change), key).unwrap(), pem)
}

fn params(name: &str, change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    change(&mut params);
    params
}

/// Writes such a pair in the place of the authority.
fn put(scene: &Scene, (issuer, key): &(CertifiedIssuer<'static, KeyPair>, String)) {
    fs::write(scene.path("authority.pem"), issuer.pem()).unwrap();
    fs::write(scene.path("authority.key"), key).unwrap();
}

type Break = fn(&Scene);

/// What is wrong, how it is brought about, and the words that must be said.
const TABLE: &[(&str, Break, &str)] = &[
    ("no certificate", |scene| fs::remove_file(scene.path("authority.pem")).unwrap(), "authority.pem: No such file"),
    ("no key", |scene| fs::remove_file(scene.path("authority.key")).unwrap(), "authority.key: No such file"),
    ("neither", |scene| fs::remove_dir_all(scene.path("")).unwrap(), "lifeguard ca init"),
    ("no PEM", |scene| fs::write(scene.path("authority.pem"), "hello\n").unwrap(), "authority.pem: there is no PEM certificate in it"),
    (
        "PEM cut short",
        |scene| fs::write(scene.path("authority.pem"), &scene.pem("authority.pem")[..300]).unwrap(),
        "authority.pem: its PEM is broken",
    ),
    (
        "no X.509 in it",
        |scene| fs::write(scene.path("authority.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap(),
        "authority.pem: it is no X.509 certificate",
    ),
    (
        "key cut short",
        |scene| fs::write(scene.path("authority.key"), &scene.pem("authority.key")[..100]).unwrap(),
        "authority.key: this is no private key",
    ),
    (
        "another key",
        |scene| fs::write(scene.path("authority.key"), KeyPair::generate().unwrap().serialize_pem()).unwrap(),
        "authority.key is not the key of",
    ),
    (
        "a key of another kind",
        |scene| {
            let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
            fs::write(scene.path("authority.key"), key.serialize_pem()).unwrap();
        },
        "must be ECDSA on P-256 or P-384, or RSA",
    ),
    (
        "expired",
        |scene| put(scene, &foreign(|params| params.not_after = OffsetDateTime::now_utc() - Duration::days(1))),
        "authority.pem: the authority lapsed on 20",
    ),
    (
        "not yet valid, or a clock that is slow",
        |scene| put(scene, &foreign(|params| params.not_before = OffsetDateTime::now_utc() + Duration::days(1))),
        "is the clock right?",
    ),
    ("no CA bit", |scene| put(scene, &foreign(|params| params.is_ca = IsCa::ExplicitNoCa)), "CA: false"),
    (
        "no keyCertSign",
        |scene| put(scene, &foreign(|params| params.key_usages = vec![KeyUsagePurpose::DigitalSignature])),
        "key usage without keyCertSign",
    ),
    (
        "a folder in the place of the certificate",
        |scene| {
            fs::remove_file(scene.path("authority.pem")).unwrap();
            fs::create_dir(scene.path("authority.pem")).unwrap();
        },
        "authority.pem: Is a directory",
    ),
    (
        "a folder that cannot be looked into",
        |scene| {
            fs::remove_dir_all(scene.path("")).unwrap();
            symlink("authority", scene.world.folder.path().join("var/authority")).unwrap();
        },
        "Too many levels of symbolic links",
    ),
    (
        "a key that others may read",
        |scene| fs::set_permissions(scene.path("authority.key"), fs::Permissions::from_mode(0o640)).unwrap(),
        "authority.key: others may read this secret (mode 640)",
    ),
    (
        "several certificates that have nothing to do with one another",
        |scene| fs::write(scene.path("authority.pem"), scene.pem("authority.pem") + &foreign(|_| {}).0.pem()).unwrap(),
        "certificate 2 in it does not vouch for certificate 1",
    ),
    (
        "the certificates in the wrong order",
        |scene| fs::write(scene.path("authority.pem"), foreign(|_| {}).0.pem() + &scene.pem("authority.pem")).unwrap(),
        "certificate 2 in it does not vouch for certificate 1",
    ),
    (
        "an authority above it that allows none below",
        |scene| {
            let (root, _) = foreign(|params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
            let key = KeyPair::generate().unwrap();
            fs::write(scene.path("authority.key"), key.serialize_pem()).unwrap();
            let ours = CertifiedIssuer::signed_by(params("Ours", |_| {}), key, &root).unwrap();
            fs::write(scene.path("authority.pem"), ours.pem() + &root.pem()).unwrap();
        },
        "certificate 2: its path length does not allow an authority below it",
    ),
    (
        "an encrypted key, and no passphrase",
        |scene| {
            let file = scene.secret("words.txt", PASSPHRASE);
            fs::remove_dir_all(scene.path("")).unwrap();
            scene.made(&["init", "--encrypt", "--passphrase-file", file.to_str().unwrap()]);
        },
        "authority.key: the key is encrypted: name the file of its passphrase",
    ),
];

#[test]
fn everything_that_can_be_wrong_is_said_with_its_place_and_at_reload_the_last_good_one_stays() {
    let mut faults = Vec::new();
    for &(what, break_it, words) in TABLE {
        let scene = Scene::new("");
        scene.made(&["init", "--name", "Club authority"]);
        let ours = scene.pem("authority.pem");
        assert!(scene.world.command(&["check"]).status.success());
        let proxy = scene.start();
        break_it(&scene);
        for command in ["check", "run"] {
            let output = scene.beside(command);
            let said = text(&output);
            if output.status.success() || !said.contains(words) || !said.contains("https.authority") {
                faults.push(format!("{what}, {command}: {said}"));
            }
        }
        Scene::reload(&proxy, "reload failed, the last good state stays");
        if !proxy.errors().contains(words) {
            faults.push(format!("{what}, reload: {}", proxy.errors()));
        }
        match scene.shown(&proxy, "site.test", &[&ours]) {
            Ok(issuer) if issuer == "CN=Club authority" => {}
            other => faults.push(format!("{what}: after the reload: {other:?}")),
        }
        println!("{what}: {words}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_wrong_with_a_passphrase_is_said_with_its_place_and_never_what_it_is() {
    let scene = Scene::new("passphrase_file = \"words.txt\"");
    let said = |output: Output| (output.status.success(), text(&output));
    let (made, words) = said(scene.ca(&["init", "--encrypt"]));
    assert!(!made && words.contains("words.txt: No such file"), "{words}");
    scene.secret("words.txt", "short\n");
    let (made, words) = said(scene.ca(&["init", "--encrypt"]));
    assert!(!made && words.contains("12 characters at least"), "{words}");
    assert!(!scene.path("").exists(), "nothing half is left");
    scene.secret("words.txt", &format!("{PASSPHRASE}\n"));
    scene.made(&["init", "--encrypt", "--name", "Club authority"]);
    assert!(scene.pem("authority.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    let ours = scene.pem("authority.pem");
    let proxy = scene.start();
    assert_eq!(scene.shown(&proxy, "site.test", &[&ours]), Ok("CN=Club authority".to_owned()));
    for (passphrase, mode, expected) in [
        ("another passphrase", 0o600, "the passphrase does not open the key"),
        ("", 0o600, "words.txt: a passphrase is one line"),
        ("two\nlines", 0o600, "words.txt: a passphrase is one line"),
        (PASSPHRASE, 0o644, "words.txt: others may read this secret (mode 644)"),
    ] {
        let file = scene.secret("words.txt", passphrase);
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        for command in ["check", "run"] {
            let (fine, words) = said(scene.beside(command));
            assert!(!fine && words.contains(expected), "{command}: {words}");
            assert!(!words.contains("another passphrase") && !words.contains(PASSPHRASE), "{words}");
        }
        Scene::reload(&proxy, expected);
        assert_eq!(scene.shown(&proxy, "site.test", &[&ours]), Ok("CN=Club authority".to_owned()));
    }
    assert!(!proxy.errors().contains(PASSPHRASE));
}

fn openssl(folder: &Path, line: &str) -> Option<Output> {
    match Command::new("openssl").args(line.split_whitespace()).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: openssl: {error}");
            None
        }
    }
}

#[test]
fn openssl_reads_our_encrypted_key_and_we_read_its() {
    let scene = Scene::new("passphrase_file = \"words.txt\"");
    let folder = scene.path("");
    scene.secret("words.txt", PASSPHRASE);
    let file = scene.world.folder.path().join("words.txt");
    let file = file.to_str().unwrap();
    scene.made(&["init", "--encrypt"]);
    let Some(read) = openssl(&folder, &format!("pkey -in authority.key -passin file:{file} -noout -check")) else { return };
    assert!(read.status.success(), "{}", text(&read));
    let wrong = openssl(&folder, "pkey -in authority.key -passin pass:wrong -noout").unwrap();
    assert!(!wrong.status.success());
    for (what, cipher) in [("P-256, AES-256", "-v2 aes-256-cbc"), ("AES-128, SHA-512", "-v2 aes-128-cbc -v2prf hmacWithSHA512")] {
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        for line in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout plain.key -noenc -days 30 -subj /CN=By_openssl -addext keyUsage=critical,keyCertSign -out authority.pem".to_owned(),
            format!("pkcs8 -topk8 {cipher} -in plain.key -out authority.key -passout file:{file}"),
        ] {
            let done = openssl(&folder, &line).unwrap();
            assert!(done.status.success(), "{}", text(&done));
        }
        fs::set_permissions(folder.join("authority.key"), fs::Permissions::from_mode(0o600)).unwrap();
        let proxy = scene.start();
        assert_eq!(scene.shown(&proxy, "site.test", &[&scene.pem("authority.pem")]), Ok("CN=By_openssl".to_owned()), "{what}");
    }
    let old = openssl(&folder, &format!("ec -aes256 -in plain.key -out authority.key -passout file:{file}")).unwrap();
    assert!(old.status.success());
    let said = text(&scene.world.command(&["check"]));
    assert!(said.contains("openssl pkcs8 -topk8"), "the old form is named, and the way out of it: {said}");
}

#[test]
fn a_passphrase_may_come_from_the_standard_input_and_never_from_the_command_line() {
    use std::io::Write;
    let scene = Scene::new("");
    let mut command = program();
    command.current_dir(scene.world.folder.path()).args(["ca", "init", "--encrypt", "--passphrase-file", "-"]);
    command.arg("--config").arg(scene.world.folder.path().join("lifeguard.toml"));
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSPHRASE}\n").as_bytes()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert!(scene.pem("authority.key").contains("ENCRYPTED"));
    let help = text(&program().args(["ca", "init", "--help"]).output().unwrap());
    assert!(!help.contains("--passphrase "), "{help}");
    let status = text(&scene.ca(&["status"]));
    assert!(status.contains("encrypted") && !status.contains("cannot sign"), "{status}");
}

#[test]
fn old_devices_get_an_rsa_authority_if_they_are_asked_for() {
    let scene = Scene::new("");
    let said = scene.made(&["init", "--rsa", "3072"]);
    assert!(said.contains("RSA 3072"), "{said}");
    let proxy = scene.start();
    let ours = scene.pem("authority.pem");
    assert_eq!(scene.shown(&proxy, "site.test", &[&ours]), Ok("CN=Lifeguard at Test site".to_owned()));
    assert!(!scene.ca(&["init", "--next", "--rsa", "1024"]).status.success());
}

#[test]
fn an_authority_under_the_operators_own_root_is_sent_along() {
    let scene = Scene::new("");
    let (root, _) = foreign(|_| {});
    let key = KeyPair::generate().unwrap();
    let secret = key.serialize_pem();
    let ours =
        CertifiedIssuer::signed_by(params("Ours", |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0))), key, &root).unwrap();
    fs::create_dir_all(scene.path("")).unwrap();
    scene.secret("var/authority/authority.key", &secret);
    fs::write(scene.path("authority.pem"), ours.pem() + &root.pem()).unwrap();
    let status = text(&scene.ca(&["status"]));
    assert!(status.contains("It stands under CN=Foreign"), "{status}");
    let proxy = scene.start();
    assert_eq!(scene.shown(&proxy, "site.test", &[&root.pem()]), Ok("CN=Ours".to_owned()), "devices have the root alone");
}

#[test]
fn names_outside_its_constraints_are_not_opened_and_inside_ours_says_nothing_of_them() {
    let scene = Scene::new("pass_after_refusals = 1");
    scene.made(&["init", "--name", "Club authority", "--only", "site.test"]);
    let proxy = scene.start();
    let ours = scene.pem("authority.pem");
    let outer = scene.outer.pem();
    let both = [ours.as_str(), outer.as_str()];
    assert_eq!(
        scene.shown(&proxy, "site.test", &[&ours]),
        Ok("CN=Club authority".to_owned()),
        "although the origin's certificate names others too"
    );
    assert_eq!(scene.shown(&proxy, "www.site.test", &[&ours]), Ok("CN=Club authority".to_owned()));
    assert_eq!(scene.shown(&proxy, "outside.test", &both), Ok("CN=Test authority".to_owned()), "not opened");
    assert!(scene.shown(&proxy, "listed.test", &both).is_err(), "a host with statutory pages is not reached unseen");
    assert!(proxy.stop().success());
    let log = scene.world.log();
    assert!(log.contains("the authority may not vouch for this host"), "{log}");

    // What the key could sign beyond them, clients refuse.
    let folder = scene.path("");
    for (name, good) in [("outside.test", false), ("www.site.test", true)] {
        scene.world.write("var/authority/out.ext", &format!("subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n"));
        for line in [
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout out.key -subj /CN=out -out out.csr",
            "x509 -req -in out.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 5 -extfile out.ext -out out.pem",
        ] {
            let Some(done) = openssl(&folder, line) else { return };
            assert!(done.status.success(), "{}", text(&done));
        }
        let verified = openssl(&folder, "verify -CAfile authority.pem out.pem").unwrap();
        assert_eq!(verified.status.success(), good, "{name}: {}", text(&verified));
        assert!(good || text(&verified).contains("permitted subtree violation"), "{}", text(&verified));
    }
}

#[test]
fn a_new_authority_is_on_the_devices_before_it_signs() {
    let scene = Scene::new("");
    scene.made(&["init", "--name", "First"]);
    let proxy = scene.start();
    let first = scene.pem("authority.pem");
    assert!(text(&scene.ca(&["rotate"])).contains("there is no next authority"));
    scene.made(&["init", "--next", "--name", "Second"]);
    assert!(!scene.ca(&["init", "--next"]).status.success(), "never overwritten");
    let second = scene.made(&["export", "--next"]);
    assert_eq!((second.as_str(), scene.made(&["export"]).as_str()), (scene.pem("next.pem").as_str(), first.as_str()));
    assert_eq!(scene.shown(&proxy, "site.test", &[&first]), Ok("CN=First".to_owned()), "it does not sign yet");
    let early = text(&scene.ca(&["rotate"]));
    assert!(early.contains("devices need a week to get it"), "{early}");
    assert_eq!(scene.pem("authority.pem"), first);

    let json: serde_json::Value = serde_json::from_str(&scene.made(&["status", "--json"])).unwrap();
    assert_eq!(
        (&json["authority"]["name"], &json["next"]["name"], &json["former"]),
        (&"CN=First".into(), &"CN=Second".into(), &serde_json::Value::Null)
    );
    assert_eq!((&json["next"]["key"], &json["next"]["encrypted"]), (&"ECDSA P-256".into(), &false.into()));
    assert!(json["authority"]["days_left"].as_i64() == Some(1825) || json["authority"]["days_left"].as_i64() == Some(1824), "{json}");

    scene.made(&["rotate", "--now"]);
    assert_eq!(scene.shown(&proxy, "site.test", &[&first]), Ok("CN=First".to_owned()), "until the reload");
    Scene::reload(&proxy, "reloaded:");
    assert_eq!(scene.shown(&proxy, "site.test", &[&second]), Ok("CN=Second".to_owned()));
    assert!(scene.shown(&proxy, "site.test", &[&first]).is_err());
    let json: serde_json::Value = serde_json::from_str(&scene.made(&["status", "--json"])).unwrap();
    assert_eq!(
        (&json["authority"]["name"], &json["next"], &json["former"]["name"]),
        (&"CN=Second".into(), &serde_json::Value::Null, &"CN=First".into())
    );
}

#[test]
fn a_rotation_that_was_broken_off_is_ended_by_the_next_and_no_other_pair_is_put_together() {
    let scene = Scene::new("");
    scene.made(&["init", "--name", "First"]);
    let proxy = scene.start();
    let first = scene.pem("authority.pem");
    scene.made(&["init", "--next", "--name", "Second"]);
    fs::rename(scene.path("next.key"), scene.path("authority.key")).unwrap();
    Scene::reload(&proxy, "is not the key of");
    assert_eq!(scene.shown(&proxy, "site.test", &[&first]), Ok("CN=First".to_owned()), "the last good one stays");
    scene.made(&["rotate"]);
    Scene::reload(&proxy, "reloaded:");
    assert_eq!(scene.shown(&proxy, "site.test", &[&scene.pem("authority.pem")]), Ok("CN=Second".to_owned()));

    scene.made(&["init", "--next", "--name", "Third"]);
    fs::remove_file(scene.path("next.key")).unwrap();
    let said = text(&scene.ca(&["rotate"]));
    assert!(said.contains("is not the key of"), "{said}");
    assert!(scene.pem("authority.pem") != scene.pem("next.pem"));
    assert!(scene.world.command(&["check"]).status.success(), "what signs is as it was");
}

#[test]
fn an_authority_that_lapses_while_it_works_opens_nothing_more_and_the_rest_goes_on() {
    let scene = Scene::new("pass_after_refusals = 1");
    let end = OffsetDateTime::now_utc() + Duration::seconds(10);
    fs::create_dir_all(scene.path("")).unwrap();
    let short = foreign(|params| params.not_after = end);
    put(&scene, &short);
    fs::set_permissions(scene.path("authority.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let proxy = scene.start();
    let ours = scene.pem("authority.pem");
    let place = format!("site.test:{}", scene.world.origin.port());
    let open = Secure::open(proxy.proxy, &place, &trusting(&[&ours])).unwrap();
    let leaf = open.certificate();
    let leaf = x509_parser::parse_x509_certificate(&leaf).unwrap().1;
    assert!(leaf.validity().not_after.timestamp() <= end.unix_timestamp(), "a certificate never outlives who vouches for it");
    wait_until("it has lapsed", || OffsetDateTime::now_utc() > end + Duration::seconds(1));
    let outer = scene.outer.pem();
    let both = [ours.as_str(), outer.as_str()];
    assert!(scene.shown(&proxy, "site.test", &both).is_err(), "neither opened nor let through");
    assert!(scene.shown(&proxy, "site.test", &both).is_err());
    assert_eq!(scene.shown(&proxy, "sealed.test", &both), Ok("CN=Test authority".to_owned()), "what is sealed goes on");
    wait_until("the operator is told", || proxy.errors().contains("the authority for opened HTTPS has lapsed"));
    let ready = crate::support::client::get_direct(proxy.console, "/readyz?verbose").text();
    assert!(ready.contains("https-authority: it lapsed on"), "{ready}");
    assert!(proxy.stop().success());
    assert!(scene.world.log().contains("the authority is not good now"), "{}", scene.world.log());
}

#[test]
fn a_full_disk_leaves_nothing_half() {
    let scene = Scene::new("");
    let disk = scene.world.folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let line = |then: &str| format!("mount -t tmpfs -o size=4k none {} && {then}", disk.display());
    let unshared = |then: &str| Command::new("unshare").args(["--user", "--map-root-user", "--mount", "sh", "-c", &line(then)]).output();
    if !unshared("true").is_ok_and(|output| output.status.success()) {
        println!("skipped: no disk of our own can be mounted here");
        return;
    }
    let config = scene.world.folder.path().join("lifeguard.toml");
    let settings = fs::read_to_string(&config).unwrap().replace("[https]\n", "[https]\nauthority = \"disk/authority\"\n");
    fs::write(&config, settings).unwrap();
    let init = format!(
        "cd {} && {} ca init --config lifeguard.toml; echo code $?; ls -A disk/authority",
        scene.world.folder.path().display(),
        env!("CARGO_BIN_EXE_lifeguard")
    );
    let said = text(&unshared(&init).unwrap());
    assert!(said.contains("code 1") && said.contains("authority.pem: No space left on device"), "{said}");
    assert!(!said.contains("\nauthority.key") && !said.lines().any(|line| line == "authority.pem"), "{said}");
}
