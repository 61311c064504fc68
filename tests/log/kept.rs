//! Connections to origins are kept within bounds, and those that are used are kept.

use crate::support::World;
use crate::support::client::get;

#[test]
fn hosts_that_were_asked_once_give_way_to_one_that_is_used() {
    let world = World::new();
    let proxy = world.start();
    // More than are kept in all.
    for once in 0..600 {
        assert_eq!(get(proxy.proxy, &world.address(&format!("once-{once}.test"), "/bytes/5")).status, 200);
    }
    let used = world.address("site.test", "/bytes/5");
    for _ in 0..20 {
        assert_eq!(get(proxy.proxy, &used).status, 200);
    }
    assert_eq!(world.origin.connections(), 601, "one for each of them, and one for all that comes after");
}
