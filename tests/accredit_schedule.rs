//! A running proxy checks itself: the canary goes through its own listeners, what no longer holds is told everywhere, and what `lifeguard accredit`
//! finds beside it is told as well (standards A2, A11, U23).
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its world has failed")]

mod support;

use serde_json::Value;
use support::client::get_direct;
use support::proxy::wait_until;
use support::{Lifeguard, World};

fn start(world: &mut World) -> Lifeguard {
    world.more = "\n[accredit]\nfolder = \"accredit\"\ncanary_every = \"1s\"\n[[accredit.membership]]\nscheme = \"IWF\"\nid = \"M-42\"\n\
                  expires = 2090-12-31\n"
        .into();
    world.start()
}

fn standing(running: &Lifeguard) -> Value {
    serde_json::from_str(&get_direct(running.console, "/accreditation.json").text()).unwrap()
}

fn ready(running: &Lifeguard) -> String {
    get_direct(running.console, "/readyz").text()
}

fn events(world: &World) -> String {
    world.search(&["--kind", "event"])
}

#[test]
fn the_canary_holds_and_what_no_longer_holds_is_told_everywhere() {
    let mut world = World::new();
    let running = start(&mut world);
    wait_until("a canary", || standing(&running)["canary"]["passing"] == true);
    let told = standing(&running);
    assert_eq!((&told["passing"], &told["run"], &told["schedule"]), (&Value::Null, &Value::Null, &Value::Bool(true)));
    assert!(told["criteria"].as_array().unwrap().iter().any(|one| one["id"] == "A7" && one["light"] == "not-run"), "{told}");
    let asked = world.search(&["--reason", "statutory"]);
    assert!(asked.contains("\"accreditation\""), "the record says by its user agent whose it is: {asked}");
    assert_eq!(world.origin.seen().len(), 0, "nothing of it leaves this machine");
    let page = get_direct(running.console, "/accreditation").text();
    assert!(page.contains("not known: not every suite has run yet") && page.contains("it held"), "{page}");
    assert!(!ready(&running).contains("accreditation"));
    // What the source holds is not what is in force: nobody has reloaded.
    world.write("statutory.txt", "other.test/page\n");
    wait_until("it no longer holds", || standing(&running)["passing"] == false);
    assert!(ready(&running).starts_with("ready\n[!] accreditation: not passing"), "{}", ready(&running));
    let page = get_direct(running.console, "/accreditation").text();
    assert!(page.contains("Accreditation: not passing") && page.contains("At the last canary"), "{page}");
    assert!(get_direct(running.console, "/").text().contains("<dt>Accreditation</dt><dd>not passing</dd>"));
    let metrics = get_direct(running.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_accreditation_passing 0"), "{metrics}");
    wait_until("the log tells it", || events(&world).contains("NOT PASSING: At the last canary"));
    assert_eq!(world.origin.seen().len(), 0, "an address that is not in force is not asked for");
    running.signal(1);
    wait_until("it holds again", || standing(&running)["passing"] == Value::Null);
    wait_until("the log tells that", || events(&world).contains("the canary holds again"));
    // Settings that are not those in force: nothing is claimed of them.
    world.write("lifeguard.toml", &(world.config() + "\n[[rule]]\nblock = [\"new.test\"]\nauthor = \"Kim\"\nreason = \"a test\"\n"));
    wait_until("not those in force", || standing(&running)["not_passing"].to_string().contains("not those in force"));
    // What was found outlives the process.
    assert!(running.stop().success());
    world.write("lifeguard.toml", &world.config().replace("canary_every = \"1s\"", "canary_every = \"1h\""));
    let again = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    assert_eq!(standing(&again)["passing"], false);
}

#[test]
fn a_run_beside_the_proxy_is_signed_by_its_log_and_told_by_its_console() {
    let mut world = World::new();
    let running = start(&mut world);
    let out = world.command(&["accredit", "--out", "pack"]);
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(text.contains("check it with `lifeguard accredit verify`"), "{text}{}", String::from_utf8_lossy(&out.stderr));
    let checked = world.command(&["accredit", "verify", "pack"]);
    assert!(checked.status.success(), "{checked:?}");
    let report: Value = serde_json::from_slice(&std::fs::read(world.folder.path().join("pack/report.json")).unwrap()).unwrap();
    let of = |id: &str| report["criteria"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
    // Sealed HTTPS hides single pages: that is no pass, and no failure.
    assert_eq!((&of("A7")["light"], &of("V2")["light"]), (&"amber".into(), &"met".into()), "{} {}", of("A7"), of("V2"));
    assert!(of("V1")["because"].to_string().contains("IWF M-42 until 31 December 2090"), "{}", of("V1"));
    assert_eq!(of("A8")["light"], "not-run", "there is no corpus");
    assert_eq!(report["installation"]["build"].as_str().unwrap().len(), 64);
    let html = std::fs::read_to_string(world.folder.path().join("pack/report.html")).unwrap();
    assert!(!html.contains("listed.test"), "an entry of a statutory list");
    wait_until("the console tells of it", || !standing(&running)["run"].is_null());
    let told = standing(&running);
    assert_eq!((&told["passing"], &told["run"]["passing"]), (&Value::Bool(false), &Value::Bool(false)), "{told}");
    let form = world.command(&["accredit", "form", "uksic"]);
    let form = String::from_utf8_lossy(&form.stdout).into_owned();
    assert!(form.contains("GREEN  Illegal content cannot be disabled") && form.contains("RED    Reporting mechanism"), "{form}");
    let again = world.command(&["accredit", "--suite", "locked", "--out", "pack"]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("is there already"), "{again:?}");
}
