//! What a reload does with the settings of the log, through the real program.

use crate::support::World;
use crate::support::client::{get, get_direct};
use crate::support::proxy::wait_until;

/// The settings with another reserve, which waits for a restart, and a longer retention, which does not.
fn changed(world: &World) -> String {
    let retention = "\n[log.retention.web_log]\nkeep = \"120d\"\nat_most = \"130d\"\n";
    let before = world.config();
    let after = before.replacen("[log]\n", "[log]\nqueue = 999\n", 1);
    assert_ne!(before, after);
    after + retention
}

#[test]
fn retention_changes_with_a_reload_and_what_waits_for_a_restart_is_named() {
    let world = World::new();
    let proxy = world.start();
    assert_eq!(get(proxy.proxy, &world.address("open.test", "/")).status, 200);
    wait_until("the first retention is told", || world.search(&["--kind", "event"]).contains("web_log 92-100 days"));
    world.write("lifeguard.toml", &changed(&world));
    proxy.signal(1);
    wait_until("it is live", || proxy.errors().contains("reloaded: generation 2"));
    assert!(proxy.errors().contains("only after a restart: log.queue"), "{}", proxy.errors());
    wait_until("the new retention is told", || world.search(&["--kind", "event"]).contains("web_log 120-130 days"));
    let events = world.search(&["--kind", "event"]);
    assert!(events.contains("; before: web_log 92-100 days"), "{events}");
    assert!(events.contains("in force only after a restart: log.queue"), "{events}");
    let metrics = get_direct(proxy.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_log_disk_days_left NaN"), "a young log tells nothing: {metrics}");
    wait_until("the disk was looked at", || !get_direct(proxy.console, "/metrics").text().contains("lifeguard_log_disk_free_bytes 0\n"));
}
