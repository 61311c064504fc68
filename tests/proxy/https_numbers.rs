//! What opening costs: time for a certificate, memory under a flood of names, memory of an opened connection at rest (goals T-G3).
//!
//! `LIFEGUARD_FLOOD=100000 LIFEGUARD_RESTING=1000` make it as large as the goals say; without them it is small enough for every day.

use crate::laboratory_support::certificates::{leaf, root};
use crate::support::secure::Secure;
use crate::support::{Origin, World};
use lifeguard::canon::HostKind;
use lifeguard::proxy::intercept::{KeyKind, Leaves, Slot, Wishes, create};
use std::fs;
use std::time::{Duration, Instant};

fn size(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// A figure of a process in KB, from the kernel.
fn memory(id: u32, file: &str, what: &str) -> usize {
    let text = fs::read_to_string(format!("/proc/{id}/{file}")).unwrap();
    let line = text.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_certificate_is_made_in_time_and_a_flood_of_names_stays_inside_its_bound() {
    const BOUND: usize = 10_000;
    let flood = size("LIFEGUARD_FLOOD", 5_000);
    let folder = tempfile::tempdir().unwrap();
    let wishes = Wishes { name: "Numbers".to_owned(), days: 30, only: Vec::new(), key: KeyKind::P256 };
    let authority = create(&folder.path().join("authority"), Slot::Current, &wishes, None, now()).unwrap();
    let leaves = Leaves::new(authority, Duration::from_secs(7 * 86_400), BOUND).unwrap();
    let shown = leaf(&root("Numbers root"), &["*.flood.test", "flood.test"], |_| {}).0.remove(0);
    let me = std::process::id();
    let mut took = Vec::with_capacity(flood);
    let mut marks = Vec::new();
    for number in 0..flood {
        let host = format!("name-{number}.flood.test");
        let begun = Instant::now();
        leaves.make(&host, HostKind::Name, Some(&shown), now()).unwrap();
        took.push(begun.elapsed());
        if number == flood / 10 || number == flood / 5 || number + 1 == flood {
            let kept = leaves.count();
            marks.push((number + 1, kept, memory(me, "status", "VmRSS")));
            assert!(kept <= BOUND as u64, "{kept} are kept");
        }
    }
    took.sort();
    let at = |share: usize| took[(took.len() - 1) * share / 1000];
    println!("{flood} certificates: p50 {:?}, p90 {:?}, p99 {:?}, p99.9 {:?}", at(500), at(900), at(990), at(999));
    for (made, kept, resident) in &marks {
        println!("{made} made, {kept} kept: {resident} KB resident");
    }
    assert!(at(500) < Duration::from_millis(5), "{:?}", at(500));
    if flood > 2 * BOUND {
        // From the moment that the bound is reached nothing is added but what the allocator does not give back.
        let (full, end) = (marks[1].2, marks[2].2);
        assert!(end < full + full / 4, "{full} KB when it was full, {end} KB at the end");
    }
}

#[test]
fn opened_connections_at_rest_are_small() {
    let count = size("LIFEGUARD_RESTING", 600);
    let known = root("Lab root");
    let (chain, key) = leaf(&known, &["site.test"], |_| {});
    let origin = Origin::start(Some(crate::laboratory_support::origin(chain, key)), |_| None);
    let world = World::new();
    world.write("root.pem", &known.pem());
    let laboratory = crate::laboratory_support::Laboratory::start(world, &[origin.port()], "extra_roots = [\"root.pem\"]");
    let place = format!("site.test:{}", origin.port());
    let id = laboratory.proxy.id();
    let open = || {
        let mut one = Secure::open(laboratory.proxy.proxy, &place, &laboratory.trust).unwrap();
        assert!(one.get(&place, "/status/200").contains("as asked"));
        one
    };
    // What is made once is not what a connection costs.
    let warm: Vec<Secure> = (0..50).map(|_| open()).collect();
    std::thread::sleep(Duration::from_secs(3));
    let (before, before_resident) = (memory(id, "smaps_rollup", "Pss_Anon:"), memory(id, "status", "VmRSS"));
    let mut resting: Vec<Secure> = (0..count).map(|_| open()).collect();
    std::thread::sleep(Duration::from_secs(3));
    let (after, after_resident) = (memory(id, "smaps_rollup", "Pss_Anon:"), memory(id, "status", "VmRSS"));
    let each = after.saturating_sub(before) as f64 / count as f64;
    println!(
        "{count} opened connections at rest: anonymous memory {before} -> {after} KB, RSS {before_resident} -> {after_resident} KB, {each:.1} KB each"
    );
    // The allocator takes memory by the megabyte, some six of them whoever comes: over two hundred connections that is thirty KB for each.
    assert!(each < 64.0, "{each} KB for one at rest");
    assert!(resting.last_mut().unwrap().get(&place, "/status/200").contains("as asked"), "and it wakes");
    drop((warm, resting));
}
