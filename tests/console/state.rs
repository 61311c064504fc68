//! Backup and restore through the real program: while people work, into another folder, stopped half-way, on a full disk, and of archives
//! that somebody has changed.

use crate::console_support::real::{self, form};
use crate::console_support::{Browser, PASSWORD};
use crate::support::client::get;
use crate::support::proxy::{program, wait_until};
use crate::support::{Small, World};
use age::secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

/// A world with lists and settings, and the file of the settings.
fn world() -> (World, PathBuf) {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    (world, config)
}

async fn close(browser: &mut Browser, host: &str) {
    let fields = form(&[("address", host), ("category", "testing"), ("because", "a test")]);
    assert_eq!(browser.post("/lists/emergency", &fields).await.status, 303);
}

/// A private key in a file, and its public key.
fn custodian(folder: &Path) -> (PathBuf, String) {
    let (key, path) = (age::x25519::Identity::generate(), folder.join("custodian.txt"));
    fs::write(&path, key.to_string().expose_secret()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    (path, key.to_public().to_string())
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join("lifeguard.backup")
}

fn restore(arguments: &[&str]) -> Output {
    program().arg("restore").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Everything that an archive holds, by name.
fn members(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut tar = tar::Archive::new(zstd::Decoder::new(fs::File::open(archive).unwrap()).unwrap());
    let read = |entry: std::io::Result<tar::Entry<'_, _>>| {
        let mut entry = entry.unwrap();
        let (name, mut bytes) = (entry.path().unwrap().display().to_string(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    tar.entries().unwrap().map(read).collect()
}

/// The bytes that are packed in an archive.
fn packed_in(archive: &Path) -> Vec<u8> {
    zstd::decode_all(fs::File::open(archive).unwrap()).unwrap()
}

/// An archive of these members.
fn archive(path: &Path, members: &[(&str, tar::EntryType, &[u8])]) {
    let mut tar = tar::Builder::new(zstd::Encoder::new(fs::File::create(path).unwrap(), 1).unwrap());
    for (name, kind, bytes) in members {
        let mut header = tar::Header::new_gnu();
        // As it stands, whatever it leads to.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_people_work_starts_elsewhere_with_everything_in_it() {
    let (world, config) = world();
    let running = real::start(&config);
    let (mut browser, codes) = running.administrator_with_codes().await;
    close(&mut browser, "first.test").await;
    let outside = tempfile::tempdir().unwrap();
    let (identity, public) = custodian(outside.path());
    let (proxy, stop) = (running.proxy, Arc::new(AtomicBool::new(false)));
    let addresses: Vec<String> = (0..50).map(|at| world.address(&format!("host{at}.test"), "/a")).collect();
    let ended = Arc::clone(&stop);
    let token = |folder: &Path, sql: &str| {
        let book = rusqlite::Connection::open(folder.join("console/console.sqlite")).unwrap();
        book.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        book.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let made = "INSERT INTO token (account, name, digest, scope, made, until) VALUES (1, 'old', x'00', 'see-lists', 1, 1) RETURNING id";
    token(world.folder.path(), made);
    let asking = std::thread::spawn(move || {
        let mut asked = 0;
        for address in addresses.iter().cycle().take_while(|_| !ended.load(Relaxed)) {
            asked += usize::from(get(proxy, address).status < 500);
        }
        asked
    });
    let begun = Instant::now();
    let (mut pressed, folder) = (0, world.folder.path().to_owned());
    for _ in 0..4 {
        let (file, public, folder) = (file_of(outside.path()), public.clone(), folder.clone());
        let making = tokio::task::spawn_blocking(move || {
            let with =
                ["backup", text(&file), "--with-log", "--force", "--by", "kim", "--config", "lifeguard.toml", "--with-keys", &public];
            program().current_dir(folder).args(with).output().unwrap()
        });
        while !making.is_finished() {
            close(&mut browser, &format!("closed{pressed}.test")).await;
            pressed += 1;
        }
        println!("{}", good(&making.await.unwrap()));
    }
    println!("four backups in {:?}", begun.elapsed());
    stop.store(true, Relaxed);
    let (asked, file) = (asking.join().unwrap(), file_of(outside.path()));
    assert!(asked > 10 && pressed > 0, "{asked} requests and {pressed} changes meanwhile");
    let events = || said(&world.command(&["logs", "search", "--events", "--json"]));
    wait_until("it is told in the log", || events().contains("backup-made"));
    assert!(events().contains("with the log") && events().contains("by kim"), "{}", events());
    drop(running);
    // Everything goes, but for the file and the key.
    let target = outside.path().join("elsewhere");
    good(&restore(&[text(&file), "--into", text(&target), "--identity", text(&identity)]));
    for name in ["statutory.txt", "blocked.txt", "lifeguard.toml"] {
        assert_eq!(fs::read(target.join(name)).unwrap(), fs::read(world.folder.path().join(name)).unwrap(), "{name}");
    }
    assert_eq!(token(&target, "SELECT count(*) FROM token"), 0, "one that was ended since would be good again");
    let again = real::start(&target.join("lifeguard.toml"));
    assert!(again.secret.is_empty(), "there is an administrator");
    let mut old = Browser { address: again.console, ..browser.clone() };
    assert_eq!(old.get("/account").await.location(), "/sign-in", "nobody is signed in");
    let origin = Some(format!("http://{}", again.console));
    let mut back = Browser { address: again.console, cookie: None, token: String::new(), origin, more: String::new() };
    let entered = back.sign_in("robin", PASSWORD, &codes[0]).await;
    assert_eq!((entered.status, entered.location()), (303, "/dashboard"), "{}", entered.text);
    assert!(back.get("/lists/emergency").await.text.contains("first.test"));
    assert_eq!(get(again.proxy, &world.address("first.test", "/a")).status, 403, "it is still closed");
    assert_ne!(get(again.proxy, &world.address("host1.test", "/a")).status, 403);
    let there = |arguments: &[&str]| {
        let mut command = program();
        command.current_dir(&target).args(arguments).args(["--config", "lifeguard.toml"]).output().unwrap()
    };
    let found = good(&there(&["logs", "search", "--host", "host1.test", "--json"]));
    assert!(found.lines().count() >= 2, "what was asked for before, and what now: {found}");
    println!("{}", good(&there(&["logs", "verify"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_it_and_what_is_not_and_nothing_is_overwritten() {
    let (world, config) = world();
    world.write("secret.txt", "the-feed-secret");
    fs::set_permissions(world.folder.path().join("secret.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    let running = real::start(&config);
    let (mut browser, codes) = running.administrator_with_codes().await;
    close(&mut browser, "first.test").await;
    get(running.proxy, &world.address("seen.test", "/a-page-that-was-seen"));
    fs::set_permissions(world.folder.path().join("compiled/installation.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let (identity, public) = custodian(outside.path());
    let (plain, full) = (outside.path().join("plain"), outside.path().join("full"));
    good(&world.command(&["backup", text(&plain)]));
    good(&world.command(&["backup", text(&full), "--with-log", "--with-keys", &public]));
    for file in [&plain, &full] {
        assert_eq!(fs::metadata(file).unwrap().mode() & 0o777, 0o600);
        let there = world.command(&["backup", text(file)]);
        assert!(!there.status.success() && said(&there).contains("--force"), "{}", said(&there));
        let members = members(file);
        for name in ["lifeguard.toml", "console/console.sqlite", "log/exceptions.log", "statutory.txt"] {
            assert!(members.contains_key(&format!("files/{name}")), "{name}: {:?}", members.keys());
        }
        let secret = |name: &&String| name.contains("/keys/") || name.ends_with(".key") || name.ends_with("/lock");
        assert_eq!(members.keys().find(secret), None);
        let key = fs::read(world.folder.path().join("compiled/installation.key")).unwrap();
        assert!(!members.values().any(|bytes| bytes.windows(key.len()).any(|part| part == key)), "a key in clear");
        let with_log = members.keys().any(|name| name.ends_with(".seg"));
        assert_eq!((with_log, members.contains_key("keys.age")), (*file == full, *file == full), "{:?}", members.keys());
    }
    let saw = |file: &Path| members(file).values().any(|bytes| String::from_utf8_lossy(bytes).contains("a-page-that-was-seen"));
    assert!(!saw(&plain), "what people did is in it only if it is asked for");
    let bad = world.command(&["backup", text(&outside.path().join("x")), "--with-keys", "age1nonsense"]);
    assert!(!bad.status.success() && !outside.path().join("x").exists(), "{}", said(&bad));
    // Looked through only; then into a folder that is not empty.
    assert!(good(&restore(&[text(&full)])).contains("nothing was put anywhere"));
    let target = outside.path().join("target");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("mine"), "mine").unwrap();
    let refused = restore(&[text(&full), "--into", text(&target)]);
    assert!(!refused.status.success() && said(&refused).contains("--force"), "{}", said(&refused));
    let (stranger, _) = {
        fs::create_dir(outside.path().join("s")).unwrap();
        custodian(&outside.path().join("s"))
    };
    let locked = restore(&[text(&full), "--into", text(&target), "--force", "--identity", text(&stranger)]);
    assert!(!locked.status.success() && said(&locked).contains(&public), "{}", said(&locked));
    let none = restore(&[text(&plain), "--into", text(&target), "--force", "--identity", text(&identity)]);
    assert!(!none.status.success() && said(&none).contains("--with-keys"), "{}", said(&none));
    // Where a program works nothing is put.
    let busy = restore(&[text(&full), "--into", text(world.folder.path()), "--force", "--identity", text(&identity)]);
    assert!(!busy.status.success() && said(&busy).contains("stop it first"), "{}", said(&busy));
    assert!(!stage_of(world.folder.path()).exists(), "keys are left in clear beside the folder");
    assert_eq!(fs::read_dir(&target).unwrap().count(), 1, "nothing has changed");
    let names: Vec<_> = fs::read_dir(outside.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("restoring")), "{names:?}");
    let forced = good(&restore(&[text(&full), "--into", text(&target), "--force", "--identity", text(&identity)]));
    let aside = forced.lines().find_map(|line| line.strip_prefix("what was there is in ")).unwrap();
    assert_eq!(fs::read_to_string(Path::new(aside).join("mine")).unwrap(), "mine");
    assert!(target.join("compiled/installation.key").exists() && target.join("log/keys").exists());
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((mode(&target), mode(&target.join("compiled/installation.key"))), (0o700, 0o600), "for its owner alone, as it had not been");
    assert!(!target.join(".restoring").exists());
    drop(running);
    // Without log and keys it starts too: the log begins anew, and what was decided stands.
    let small = outside.path().join("small");
    good(&restore(&[text(&plain), "--into", text(&small)]));
    let again = real::start(&small.join("lifeguard.toml"));
    let origin = Some(format!("http://{}", again.console));
    let mut back = Browser { address: again.console, cookie: None, token: String::new(), origin, more: String::new() };
    assert_eq!(back.sign_in("robin", PASSWORD, &codes[0]).await.status, 303);
    assert_eq!(get(again.proxy, &world.address("first.test", "/a")).status, 403);
    let mut command = program();
    let verified = command.current_dir(&small).args(["logs", "verify", "--config", "lifeguard.toml"]).output().unwrap();
    println!("without the log and its keys: {}", said(&verified));
}

/// An installation that has run, and a backup of it with everything.
async fn backed_up(outside: &Path) -> (World, PathBuf) {
    let (world, config) = world();
    let running = real::start(&config);
    running.administrator().await;
    for at in 0..50 {
        get(running.proxy, &world.address("seen.test", &format!("/{at}")));
    }
    drop(running);
    let file = outside.join("good");
    good(&world.command(&["backup", text(&file), "--with-log"]));
    (world, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_was_changed_puts_nothing_anywhere() {
    let outside = tempfile::tempdir().unwrap();
    let (_world, file) = backed_up(outside.path()).await;
    let (bytes, bad) = (fs::read(&file).unwrap(), outside.path().join("bad"));
    let target = outside.path().join("target");
    let refused = |what: &str, words: &str| {
        let put = restore(&[text(&bad), "--into", text(&target)]);
        assert!(!put.status.success() && said(&put).contains(words), "{what}: {}", said(&put));
        assert!(!target.exists() && !outside.path().join(".target.restoring").exists(), "{what}: something is left");
        assert!(!restore(&[text(&bad)]).status.success(), "{what}");
    };
    for part in [0, 1, 10, 50, 90, 99] {
        fs::write(&bad, &bytes[..bytes.len() * part / 100]).unwrap();
        refused(&format!("{part} per cent of it"), "");
    }
    for at in (0..20).map(|at| at * (bytes.len() - 1) / 20) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x20;
        fs::write(&bad, &changed).unwrap();
        let put = restore(&[text(&bad)]);
        // Some bits mean nothing (RFC 8878, 3.1.1.1.1.3), or the same: then all of it is as it was.
        assert!(!put.status.success() || packed_in(&bad) == packed_in(&file), "byte {at}: {}", said(&put));
    }
    // Its last four bytes are the checksum of all before.
    for at in bytes.len() - 4..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&bad, &changed).unwrap();
        refused(&format!("byte {at}, of the checksum"), "checksum");
    }
    let padded = |zeros: usize| fs::write(&bad, zstd::encode_all(&*[packed_in(&file), vec![0; zeros]].concat(), 1).unwrap()).unwrap();
    // The second of the two blocks that end an archive (POSIX.1-2017, pax, "ustar Interchange Format") is behind it too.
    padded(65_536 - 512);
    good(&restore(&[text(&bad)]));
    padded(65_536 - 511);
    refused("a long end", "more stands behind its end");
    let members = members(&file);
    let manifest = String::from_utf8(members["manifest.json"].clone()).unwrap();
    let plain: Vec<(&str, tar::EntryType, &[u8])> = members
        .iter()
        .filter(|(name, _)| *name != "manifest.json")
        .map(|(name, bytes)| (name.as_str(), tar::EntryType::Regular, &bytes[..]))
        .collect();
    let forged = |more: &[(&str, tar::EntryType, &[u8])], manifest: &str| {
        let last = [("manifest.json", tar::EntryType::Regular, manifest.as_bytes())];
        archive(&bad, &[&plain[..], more, &last].concat());
    };
    forged(&[], &manifest);
    good(&restore(&[text(&bad)]));
    forged(&[], &manifest.replace("\"format\": 1", "\"format\": 2").replace(env!("CARGO_PKG_VERSION"), "9.9.9"));
    refused("a later version", "a later version of Lifeguard made it (9.9.9");
    forged(&[], "{}");
    refused("no manifest", "manifest");
    forged(&[("files/more", tar::EntryType::Regular, b"x")], &manifest);
    refused("one more", "does not know");
    archive(&bad, &plain);
    refused("no end", "its end is missing");
    let listed = |name: &str| {
        let first = manifest.find("\"members\": [").unwrap() + "\"members\": [".len();
        let sum = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
        let member = format!("{{\"name\":{name:?},\"bytes\":1,\"sha256\":\"{sum}\",\"mode\":384}},");
        format!("{}{member}{}", &manifest[..first], &manifest[first..])
    };
    for name in ["files/../../escaped", "/etc/escaped", "files//etc/escaped", "files/", "escaped", "files/a/../../../escaped"] {
        forged(&[(name, tar::EntryType::Regular, b"x")], &listed(name));
        let put = restore(&[text(&bad), "--into", text(&target)]);
        let inside = name == "files//etc/escaped" || name == "/etc/escaped";
        assert!(!put.status.success() || inside, "{name}: {}", said(&put));
        assert!(!Path::new("/etc/escaped").exists() && !outside.path().join("escaped").exists(), "{name}");
        if target.exists() {
            fs::remove_dir_all(&target).unwrap();
        }
    }
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Fifo, tar::EntryType::Directory, tar::EntryType::Char] {
        forged(&[("files/odd", kind, b"")], &manifest);
        refused(&format!("{kind:?}"), "no plain file");
    }
    // The console's book is of a later version: said now, and not at the next start.
    let book = outside.path().join("console.sqlite");
    fs::write(&book, &members["files/console/console.sqlite"]).unwrap();
    rusqlite::Connection::open(&book).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let (old, new) = (members["files/console/console.sqlite"].clone(), fs::read(&book).unwrap());
    let sum = |bytes: &[u8]| {
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let mut later: Vec<_> = plain.clone();
    later.iter_mut().find(|(name, ..)| *name == "files/console/console.sqlite").unwrap().2 = &new;
    let manifest = manifest.replace(&sum(&old), &sum(&new));
    archive(&bad, &[&later[..], &[("manifest.json", tar::EntryType::Regular, manifest.as_bytes())]].concat());
    let put = restore(&[text(&bad), "--into", text(&target)]);
    assert!(!put.status.success() && said(&put).contains("version 999") && !target.exists(), "{}", said(&put));
}

fn spawned(folder: &Path, arguments: &[&str]) -> std::process::Child {
    let mut command: Command = program();
    command.current_dir(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_killed_half_way_leaves_what_was_there_or_all_of_it() {
    let outside = tempfile::tempdir().unwrap();
    let (world, good_file) = backed_up(outside.path()).await;
    let time = |arguments: &[&str]| {
        let begun = Instant::now();
        assert!(spawned(world.folder.path(), arguments).wait().unwrap().success());
        begun.elapsed()
    };
    let file = outside.path().join("killed");
    let make = ["backup", text(&file), "--with-log", "--force", "--config", "lifeguard.toml"];
    let whole = time(&make);
    fs::remove_file(&file).unwrap();
    let (mut none, mut all) = (0, 0);
    for step in 0..25 {
        let mut child = spawned(world.folder.path(), &make);
        std::thread::sleep(whole * step / 22);
        let _gone = child.kill();
        child.wait().unwrap();
        if file.exists() {
            good(&restore(&[text(&file)]));
            fs::remove_file(&file).unwrap();
            all += 1;
        } else {
            none += 1;
        }
    }
    println!("backup killed: {none} times none, {all} times whole");
    assert!(none > 0);
    time(&make);
    let left: Vec<_> = fs::read_dir(outside.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with("killed."))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    // Into a folder with something in it.
    let target = outside.path().join("target");
    let put = ["restore", text(&good_file), "--into", text(&target), "--force"];
    let whole = time(&put);
    let (mut old, mut new) = (0, 0);
    for step in 0..25 {
        if target.exists() {
            fs::remove_dir_all(&target).unwrap();
        }
        fs::create_dir(&target).unwrap();
        let mark = format!("mine{step}");
        fs::write(target.join(&mark), "mine").unwrap();
        let mut child = spawned(world.folder.path(), &put);
        std::thread::sleep(whole * step / 22);
        let _gone = child.kill();
        child.wait().unwrap();
        if target.join(&mark).exists() {
            assert_eq!(fs::read_dir(&target).unwrap().count(), 1, "half of it");
            old += 1;
        } else {
            for name in ["lifeguard.toml", "console/console.sqlite", "log/exceptions.log", "statutory.txt"] {
                assert!(target.join(name).exists() || !world.folder.path().join(name).exists(), "{name}");
            }
            let kept = fs::read_dir(outside.path()).unwrap().any(|entry| entry.unwrap().path().join(&mark).exists());
            assert!(kept, "what was there is lost");
            // The next try keeps it as well.
            good(&restore(&put[1..]));
            assert!(fs::read_dir(outside.path()).unwrap().any(|entry| entry.unwrap().path().join(&mark).exists()), "lost by the next try");
            new += 1;
        }
    }
    println!("restore killed: {old} times the old, {new} times the new");
    assert!(old > 0);
    good(&restore(&put[1..]));
    assert!(!outside.path().join(".target.restoring").exists());
}

/// Where a folder is filled before it takes its place.
fn stage_of(target: &Path) -> PathBuf {
    target.with_file_name(format!(".{}.restoring", target.file_name().unwrap().to_str().unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restore_that_was_killed_has_left_goes_with_the_next_try_whatever_becomes_of_it() {
    let outside = tempfile::tempdir().unwrap();
    let (_world, file) = backed_up(outside.path()).await;
    let target = outside.path().join("target");
    let stage = stage_of(&target);
    let left = |mark: bool| {
        fs::create_dir(&stage).unwrap();
        fs::write(stage.join("secret.key"), "in clear").unwrap();
        if mark {
            fs::write(stage.join(".restoring"), "").unwrap();
        }
    };
    fs::create_dir(&target).unwrap();
    fs::write(target.join("mine"), "mine").unwrap();
    // The try is refused, since something is there; or since there is no such archive.
    for arguments in [&[text(&file), "--into", text(&target)][..], &["none", "--into", text(&target), "--force"][..]] {
        left(true);
        assert!(!restore(arguments).status.success());
        assert!(!stage.exists() && fs::read_dir(&target).unwrap().count() == 1, "{arguments:?}");
    }
    // Somebody fills it at this moment: it is theirs.
    left(true);
    let lock = fs::File::open(stage.join(".restoring")).unwrap();
    lock.try_lock().unwrap();
    let busy = restore(&[text(&file), "--into", text(&target), "--force"]);
    assert!(!busy.status.success() && stage.join("secret.key").exists(), "{}", said(&busy));
    drop(lock);
    // Without the mark it is what had been in the folder, and is kept.
    fs::remove_file(stage.join(".restoring")).unwrap();
    good(&restore(&[text(&file), "--into", text(&target), "--force"]));
    let kept = fs::read_dir(outside.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path().join("secret.key").exists()).count();
    assert!(kept == 1 && !stage.exists() && target.join("lifeguard.toml").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_told_to_end_takes_away_what_it_has_put_down() {
    let outside = tempfile::tempdir().unwrap();
    let (_world, file) = backed_up(outside.path()).await;
    let (target, slow) = (outside.path().join("target"), outside.path().join("slow"));
    let stage = stage_of(&target);
    assert!(Command::new("mkfifo").arg(&slow).status().unwrap().success());
    for signal in ["-TERM", "-INT", "-HUP"] {
        let mut child = spawned(outside.path(), &["restore", text(&slow), "--into", text(&target)]);
        let bytes = fs::read(&file).unwrap();
        let mut pipe = fs::OpenOptions::new().write(true).open(&slow).unwrap();
        std::io::Write::write_all(&mut pipe, &bytes[..bytes.len() - 1]).unwrap();
        wait_until("it puts something down", || stage.join(".restoring").exists());
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        // It waits for the last byte, and does not go at once.
        drop(pipe);
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(1), "{signal}: it ends by itself: {ended:?}");
        assert!(!stage.exists() && !target.exists(), "{signal}: something is left");
    }
    // In the middle of it, with all of the archive there.
    let into = lifeguard::app::backup::Into { folder: target.clone(), ..Default::default() };
    into.stop.store(true, Relaxed);
    let stopped = lifeguard::app::backup::restore(&file, &into, lifeguard::model::Timestamp(1_764_000_000_000_000));
    assert!(matches!(stopped, Err(lifeguard::app::backup::BackupFault::Stopped)), "{stopped:?}");
    assert!(!stage.exists() && !target.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_there_is_none_and_nothing_is_lost() {
    let outside = tempfile::tempdir().unwrap();
    let (world, file) = backed_up(outside.path()).await;
    let Some(small) = Small::mount(&outside.path().join("disk")) else { return };
    let disk = outside.path().join("disk");
    fs::create_dir(disk.join("target")).unwrap();
    fs::write(disk.join("target/mine"), "mine").unwrap();
    let filler = small.fill();
    fs::OpenOptions::new().write(true).open(&filler).unwrap().set_len(100 * 1024).unwrap();
    let made = world.command(&["backup", text(&disk.join("file")), "--with-log"]);
    assert!(!made.status.success() && said(&made).contains("there is no backup"), "{}", said(&made));
    let put = restore(&[text(&file), "--into", text(&disk.join("target")), "--force"]);
    assert!(!put.status.success() && said(&put).contains("nothing was put back"), "{}", said(&put));
    println!("{}{}", said(&made), said(&put));
    let mut left: Vec<_> = fs::read_dir(&disk).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["filler", "target"]);
    assert_eq!(fs::read_to_string(disk.join("target/mine")).unwrap(), "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_has_lost_everything_comes_back_from_the_command_line_and_it_is_told() {
    let (world, config) = world();
    let recover = |name: &str, because: &str| world.command(&["console", "recover", name, "--by", "kim hill", "--because", because]);
    let secret = |output: &Output| good(output).lines().nth(1).unwrap().to_owned();
    let running = real::start(&config);
    let early = recover("robin", "a test");
    assert!(!early.status.success() && said(&early).contains("nobody has set the console up"), "{}", said(&early));
    let (mut browser, codes) = running.administrator_with_codes().await;
    running.person(&mut browser, "ivy", "it").await;
    for (name, because, words) in [("nobody", "lost", "these do: robin"), ("ivy", "lost", "these do: robin"), ("robin", " ", "and why")] {
        let refused = recover(name, because);
        assert!(!refused.status.success() && said(&refused).contains(words), "{name}: {}", said(&refused));
    }
    assert_eq!(browser.get("/people").await.status, 200, "nothing has changed");
    let first = secret(&recover("Robin", "the phone is lost"));
    assert_eq!(browser.get("/people").await.location(), "/sign-in", "who was in is out");
    let book = || rusqlite::Connection::open(config.with_file_name("console/console.sqlite")).unwrap();
    let count = |sql: &str| book().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM recovery WHERE account = 1"), 0);
    assert!(browser.get("/setup").await.status == 404 && !browser.get("/sign-in").await.text.contains("/setup"), "the set-up stays closed");
    for (password, code) in [(PASSWORD, codes[0].as_str()), (PASSWORD, ""), ("wrong", "")] {
        assert_eq!(browser.sign_in("robin", password, code).await.status, 403);
    }
    let events = || said(&world.command(&["logs", "search", "--events", "--json"]));
    let entered = browser.sign_in("robin", &first, "").await;
    assert_eq!((entered.status, entered.location()), (303, "/enrol"), "{}", entered.text);
    let told = events();
    assert!(
        told.contains("recovered the account robin") && told.contains("as kim hill says") && told.contains("the phone is lost"),
        "{told}"
    );
    assert_eq!(told.matches("recovered the account robin").count(), 1, "{told}");
    assert_eq!(count("SELECT count(*) FROM alert WHERE rule = 'recovery' AND severity = 3"), 1);
    assert_eq!(real::enrol(&mut browser, Some(PASSWORD)).await.len(), 8, "a new authenticator, and new codes");
    assert_eq!(browser.get("/people").await.status, 200);
    assert_eq!(browser.sign_in("robin", &first, "").await.status, 403, "the secret is good once");
    drop(running);
    // While nothing runs, and somebody has switched it off: it is told by the next that starts.
    book().execute("UPDATE account SET active = 0, until = 1, enrolled = 1 WHERE name = 'robin'", []).unwrap();
    let second = secret(&recover("robin", "nobody else is there"));
    let again = real::start(&config);
    assert!(again.secret.is_empty(), "no set-up");
    wait_until("it is told", || events().contains("nobody else is there"));
    assert!(events().contains("it was closed: switched off"), "{}", events());
    let origin = Some(format!("http://{}", again.console));
    let mut back = Browser { address: again.console, cookie: None, token: String::new(), origin, more: String::new() };
    assert_eq!(back.get("/setup").await.status, 404);
    assert_eq!(back.sign_in("robin", &second, "").await.location(), "/enrol");
}
