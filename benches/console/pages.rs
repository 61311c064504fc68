//! Each page's time over HTTP, and its bytes.

use crate::{Scene, middle_and_worst};
use lifeguard::admin::{Place, may};
use std::time::{Duration, Instant};

const TIMES: usize = 20;
/// What a page may take and have (issue 7).
const GOAL: Duration = Duration::from_millis(100);
const BYTES: usize = 100_000;

/// Prints the slowest and the largest, and which are beyond the goal.
pub(crate) async fn pages(scene: &mut Scene) {
    let mut rows = Vec::new();
    for place in Place::ALL.into_iter().filter(|place| place.takes().get()) {
        let Some((role, browser)) = scene.people.iter_mut().find(|(role, _)| may(Some(*role), place.action())) else { continue };
        let first = Instant::now();
        let answer = browser.get(place.path()).await;
        let first = first.elapsed();
        if first > GOAL * 10 {
            println!("{} takes {first:.1?}", place.path());
        }
        if answer.status != 200 {
            continue;
        }
        let mut times = Vec::new();
        // What is far beyond the goal is not asked for again and again.
        for _ in 0..if first > GOAL * 10 { 3 } else { TIMES } {
            let begun = Instant::now();
            browser.get(place.path()).await;
            times.push(begun.elapsed());
        }
        let (middle, worst) = middle_and_worst(&mut times);
        rows.push((worst, middle, first, answer.head.len() + answer.text.len(), place.path(), role.word()));
    }
    rows.sort();
    println!("{:32} {:>9} {:>9} {:>9} {:>8}", "page", "first ms", "median ms", "worst ms", "bytes");
    for (worst, middle, first, bytes, path, _) in rows.iter().rev() {
        let ms = |time: &Duration| time.as_secs_f64() * 1e3;
        println!("{path:32} {:9.1} {:9.1} {:9.1} {bytes:8}", ms(first), ms(middle), ms(worst));
    }
    let beyond = rows.iter().filter(|row| row.1 > GOAL || row.3 > BYTES).count();
    println!("{} pages, {beyond} beyond {GOAL:?} or {BYTES} bytes", rows.len());
}
