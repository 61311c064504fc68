//! Faults of the log's folder, met by the real program: what it says, what clients get, and that it mends itself.

use crate::support::World;
use crate::support::client::{get, get_direct};
use crate::support::proxy::{program, wait_until};
use std::fs;
use std::process::{Command, Output};

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_second_proxy_on_the_same_log_does_not_start_and_the_first_serves_on() {
    let world = World::new();
    let first = world.start();
    let config = world.folder.path().join("lifeguard.toml");
    let second = program().current_dir(world.folder.path()).args(["run", "--config"]).arg(&config).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second).contains("another Lifeguard already keeps its log in"), "{}", text(&second));
    assert_eq!(get(first.proxy, &world.address("site.test", "/bytes/5")).status, 200);
    assert!(first.stop().success());
    assert!(world.command(&["logs", "verify"]).status.success());
}

#[test]
fn a_folder_that_is_taken_away_is_noticed_within_a_second_and_refuses() {
    let world = World::new();
    let proxy = world.start();
    let address = world.address("site.test", "/bytes/5");
    assert_eq!(get(proxy.proxy, &address).status, 200);
    let (log, away) = (world.folder.path().join("log"), world.folder.path().join("away"));
    fs::rename(&log, &away).unwrap();
    fs::remove_dir_all(&away).unwrap();
    let began = std::time::Instant::now();
    wait_until("requests are refused", || get(proxy.proxy, &address).status == 503);
    assert!(began.elapsed().as_secs_f64() < 3.0, "{:?}", began.elapsed());
    let ready = get_direct(proxy.console, "/readyz");
    assert!(ready.status == 503 && ready.text().contains("[-] log: "), "{}", ready.text());
    assert!(proxy.errors().contains("the log cannot be written"), "{}", proxy.errors());
    let before = world.origin.seen().len();
    assert_eq!(get(proxy.proxy, &address).status, 503);
    assert_eq!(world.origin.seen().len(), before, "nothing leaves that cannot be recorded");
    fs::create_dir(&log).unwrap();
    wait_until("there is a folder again", || get(proxy.proxy, &address).status == 200);
    assert_eq!(get_direct(proxy.console, "/readyz").status, 200);
    assert!(proxy.stop().success());
}

#[test]
fn a_segment_that_is_taken_away_is_followed_by_another_and_named() {
    let world = World::new();
    let proxy = world.start();
    let address = world.address("site.test", "/bytes/5");
    assert_eq!(get(proxy.proxy, &address).status, 200);
    let log = world.folder.path().join("log");
    let segments = || {
        fs::read_dir(&log)
            .unwrap()
            .flatten()
            .map(|file| file.path())
            .filter(|path| path.extension().is_some_and(|e| e == "seg"))
            .collect::<Vec<_>>()
    };
    let taken = segments().remove(0);
    fs::remove_file(&taken).unwrap();
    wait_until("another segment is there", || {
        assert_eq!(get(proxy.proxy, &address).status, 200);
        !segments().is_empty()
    });
    assert!(proxy.errors().contains("taken out of its folder"), "{}", proxy.errors());
    assert!(world.log().contains("/bytes/5"));
    assert!(proxy.stop().success());
    let verified = world.command(&["logs", "verify"]);
    assert!(text(&verified).contains("earlier segments are not in this folder"), "{}", text(&verified));
}

/// Runs one ignored test of this file in a mount namespace of its own, with a file system on `$LIFEGUARD_TEST_DISK`. `false`, loudly: it cannot.
fn in_own_namespace(test: &str, mount: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs {mount} tmpfs \"$LIFEGUARD_TEST_DISK\" || exit 99; exec \"$0\" --exact faults::{test} --ignored --nocapture"
    );
    let run = Command::new("unshare")
        .args(["-m", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env("LIFEGUARD_TEST_DISK", folder.path())
        .output();
    match run {
        Ok(output) if output.status.success() && text(&output).contains("1 passed") => true,
        Ok(output) if matches!(output.status.code(), Some(99 | 1)) && !text(&output).contains("running 1 test") => {
            println!("SKIPPED: {test} needs root and `unshare -m` for a file system of its own: {}", text(&output).trim());
            false
        }
        Ok(output) => panic!("{test}:\n{}", text(&output)),
        Err(error) => {
            println!("SKIPPED: {test} needs `unshare`: {error}");
            false
        }
    }
}

fn disk() -> Option<std::path::PathBuf> {
    std::env::var_os("LIFEGUARD_TEST_DISK").map(Into::into)
}

#[test]
fn the_real_proxy_on_a_disk_that_is_really_full_answers_503_and_mends_itself() {
    in_own_namespace("inside_a_disk_that_is_full", "-o size=6m");
}

#[test]
#[ignore = "run in a namespace of its own by the test above"]
fn inside_a_disk_that_is_full() {
    let Some(disk) = disk() else { return };
    let mut world = World::new();
    world.more = String::new();
    let config = world.config().replace("folder = \"log\"", &format!("folder = \"{}/log\"\nreserve = \"1MiB\"", disk.display()));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let proxy = crate::support::Lifeguard::start(&world.write("lifeguard.toml", &config));
    let address = world.address("site.test", "/bytes/5");
    assert_eq!(get(proxy.proxy, &address).status, 200);
    // Everything but a few blocks is taken.
    let mut filler = fs::File::create(disk.join("filler")).unwrap();
    while std::io::Write::write_all(&mut filler, &[1; 4096]).is_ok() {}
    wait_until("requests are refused", || get(proxy.proxy, &address).status == 503);
    let ready = get_direct(proxy.console, "/readyz");
    assert!(ready.status == 503 && ready.text().contains("the disk is full"), "{}", ready.text());
    drop(filler);
    fs::remove_file(disk.join("filler")).unwrap();
    wait_until("there is room again", || get(proxy.proxy, &address).status == 200);
    assert!(proxy.stop().success());
    let verified = world.command(&["logs", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified));
    let recorded = world.log().matches("/bytes/5").count();
    assert!(recorded >= world.origin.seen().len(), "{recorded} records of {} requests", world.origin.seen().len());
}

#[test]
fn a_folder_that_cannot_be_written_is_named_at_the_start() {
    in_own_namespace("inside_a_read_only_file_system", "-o ro");
}

#[test]
#[ignore = "run in a namespace of its own by the test above"]
fn inside_a_read_only_file_system() {
    let Some(disk) = disk() else { return };
    let world = World::new();
    let config = world.config().replace("folder = \"log\"", &format!("folder = \"{}/log\"", disk.display()));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &config);
    let output = program().current_dir(world.folder.path()).args(["run", "--config"]).arg(&config).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output);
    assert!(said.contains(&disk.display().to_string()) && said.contains("Read-only file system"), "{said}");
}
