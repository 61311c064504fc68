//! The console on a log of full length: how long each page takes and how many bytes it has, how soon a question has its first rows, and what
//! fifty people on the console and a big file for one of them cost the proxy, and what a flood of sign-ins does (security A-G4).
//!
//! ```text
//! make log-bench LOG_FOLDER=F         makes the log
//! make console-load LOG_FOLDER=F      asks it; F itself is not changed
//! ... cargo bench --bench console -- pages | wizard | load | flood     one part alone
//! ```
//!
//! The program that is measured is the real one. It has every core of the machine, as it has where it is installed, and what asks it shares
//! them. `LIFEGUARD_ONE_CORE=yes` is harder: the program has one core and what asks it another.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a bench prints, and stops when it cannot be set up"
)]

#[path = "../tests/console_support/mod.rs"]
mod console_support;
#[path = "console/flood.rs"]
mod flood;
#[path = "console/load.rs"]
mod load;
#[path = "console/pages.rs"]
mod pages;
#[path = "../tests/support/mod.rs"]
mod support;
#[path = "console/wizard.rs"]
mod wizard;

use console_support::Browser;
use console_support::real::{self, Running};
use lifeguard::admin::Role;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use support::World;

/// Fifty people who are at work.
const USERS: usize = 50;

/// The real program over the log, and people with sessions.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) running: Running,
    pub(crate) people: Vec<(Role, Browser)>,
}

/// Brings the files of a log into another folder: whole segments, which nobody changes, as further names of the same files; the rest copied.
fn borrow(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).expect("LIFEGUARD_LOG_FOLDER is a log: `make log-bench` makes one").flatten() {
        let (path, target) = (file.path(), to.join(file.file_name()));
        if path.is_dir() {
            borrow(&path, &target);
            continue;
        }
        let whole = path.extension().is_some_and(|ending| ending == "parquet" || ending == "sealed");
        if !(whole && std::fs::hard_link(&path, &target).is_ok()) {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

async fn scene(log: &Path) -> Scene {
    // On the disk of the log, so that its segments need no copy.
    let world = World { folder: tempfile::tempdir_in(log.parent().unwrap()).unwrap(), ..World::new() };
    borrow(log, &world.folder.path().join("log"));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let keep = "[log]\nfolder = \"log\"\n[log.retention.web_log]\nkeep = \"300d\"\nat_most = \"310d\"\n";
    // Nothing begins by itself meanwhile: trends of the week are counted at night.
    let night = "[admin]\noff_peak = ['daily 03:00-03:01']\n";
    let config = world.config().replace("[log]\nfolder = \"log\"\n", keep).replace("[admin]\n", night);
    let config = world.write("lifeguard.toml", &config);
    let running = real::start(&config);
    if one_core() {
        pin(running.id(), 0);
        pin(std::process::id(), 1);
    }
    let mut admin = running.administrator().await;
    let roles = [Role::SafeguardingLead, Role::Auditor, Role::It, Role::DisclosureOfficer, Role::Governor, Role::ConsortiumAdmin];
    let mut people = Vec::new();
    for number in 1..USERS {
        let role = roles[number % roles.len()];
        people.push((role, running.person(&mut admin, &format!("user-{number}"), role.word()).await));
    }
    people.push((Role::SiteAdmin, admin));
    Scene { world, running, people }
}

/// Has the program, with all that it does, one core alone?
fn one_core() -> bool {
    std::env::var_os("LIFEGUARD_ONE_CORE").is_some()
}

/// Gives a process, with all its threads, one core.
fn pin(id: u32, core: u32) {
    let mut command = Command::new("taskset");
    command.args(["-a", "-c", "-p", &core.to_string(), &id.to_string()]).stdout(Stdio::null());
    if !command.status().is_ok_and(|status| status.success()) {
        println!("no taskset: nothing has a core of its own");
    }
}

/// The one in the middle, and the worst.
pub(crate) fn middle_and_worst(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort();
    (times[times.len() / 2], *times.last().unwrap())
}

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|word| word == part);
    let log = PathBuf::from(std::env::var("LIFEGUARD_LOG_FOLDER").unwrap_or_else(|_| "target/log-bench".into()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut scene = scene(&log).await;
        let cores = if one_core() {
            "the program (proxy, console, log) has core 0, this bench with its load, its people and the website has core 1"
        } else {
            "the program (proxy, console, log), this bench with its load, its people and the website share all cores"
        };
        println!("{} people are signed in; {cores}", scene.people.len());
        if wants("pages") {
            pages::pages(&mut scene).await;
        }
        if wants("wizard") {
            wizard::wizard(&mut scene).await;
        }
        if wants("load") {
            load::load(&mut scene).await;
        }
        if wants("flood") {
            flood::flood(&scene).await;
        }
    });
}
