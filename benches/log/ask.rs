//! What people ask of a long log, and how long they wait: each question five times, the middle one counts; the first is told too.

use crate::measure::{processor_seconds, status_bytes};
use crate::traffic::{FIRST_DAY, Scale, Traffic};
use lifeguard::model::{Timestamp, VerdictKind};
use lifeguard::store::query::{By, Filter, Order, Query, count, search};
use std::path::Path;
use std::time::Instant;

fn time(days: i64, hours: f64) -> Option<Timestamp> {
    Some(Timestamp((FIRST_DAY + days * 86_400) * 1_000_000 + (hours * 3.6e9) as i64))
}

/// How often each question is asked.
const TIMES: usize = 5;

/// Asks a few times and says the middle time, the first one, and the mean processor time. Only questions whose name holds `LIFEGUARD_LOG_ASK`
/// are asked, where that is set.
fn say(name: &str, target: &str, mut ask: impl FnMut() -> String) {
    if std::env::var("LIFEGUARD_LOG_ASK").is_ok_and(|part| !name.contains(&part)) {
        return;
    }
    let mut times = Vec::new();
    let processor = processor_seconds();
    let mut said = String::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        said = ask();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    let first = times[0];
    times.sort_by(f64::total_cmp);
    let (middle, processor) = (times[TIMES / 2], (processor_seconds() - processor) * 1000.0 / TIMES as f64);
    println!("{name:52} {middle:9.1} ms   ({target:>6})   first {first:8.1} ms   processor {processor:7.0} ms   {said}");
}

fn rows(folder: &Path, filter: Filter, limit: usize) -> String {
    let query = Query { filter, order: Order::Newest, limit, ..Query::default() };
    let answer = search(folder, &query).expect("the log is there");
    let more = if answer.more { " and more" } else { "" };
    format!("{} rows{more}, {} of {} segments by index", answer.hits.len(), answer.indexed, answer.segments)
}

fn counted(folder: &Path, filter: &Filter, by: &[By]) -> String {
    let counts = count(folder, filter, by, &|_, _| true).expect("the log is there");
    format!("{} counted in {} groups, {} segments, {} by summary", counts.total, counts.groups.len(), counts.segments, counts.rolled_up)
}

pub(crate) fn ask(folder: &Path, days: f64) {
    let traffic = Traffic::new(Scale::FULL);
    // The last Tuesday of the log, or its first day.
    let tuesday = if days < 2.0 { 0 } else { 1 + 7 * ((days as i64 - 2) / 7) };
    let hour = Filter { from: time(tuesday, 10.5), to: time(tuesday, 11.5), client: "10.20.0.0/18".parse().ok(), ..Filter::default() };
    say("one hour and a range of addresses", "50", || rows(folder, hour.clone(), 100));
    say("  the same with `cha` in the address, blocked", "50", || {
        rows(folder, Filter { url: Some("cha".into()), verdict: Some(VerdictKind::Block), ..hour.clone() }, 100)
    });
    let person = Filter { user: Some(traffic.person(1234).into()), ..Filter::default() };
    say("one person, all days, newest 100", "1000", || rows(folder, person.clone(), 100));
    say("one person, all days, counted by day", "1000", || counted(folder, &person, &[By::Day]));
    for rank in [30, 20_000] {
        let host = Filter { host: Some(traffic.host(rank).into()), ..Filter::default() };
        say(&format!("one host (number {rank}), all days, newest 100"), "1000", || rows(folder, host.clone(), 100));
        say(&format!("one host (number {rank}), all days, counted"), "1000", || counted(folder, &host, &[]));
    }
    let day = Filter { from: time(tuesday, 0.0), to: time(tuesday + 1, 0.0), url: Some("moke".into()), ..Filter::default() };
    say("text in addresses of one day, newest 100", "300", || rows(folder, day.clone(), 100));
    say("text in addresses of one day, counted", "300", || counted(folder, &day, &[]));
    let all = Filter { url: Some("moke".into()), ..Filter::default() };
    say("text in addresses, all days, newest 100", "1000", || rows(folder, all.clone(), 100));
    say("text in addresses, all days, counted", "10000", || counted(folder, &all, &[]));
    let rare = Filter { url: Some("zzzz-not-there".into()), ..Filter::default() };
    say("text that is not there, all days", "10000", || rows(folder, rare.clone(), 100));
    let blocked = Filter { verdict: Some(VerdictKind::Block), ..Filter::default() };
    say("blocked by category by day, all days", "1000", || counted(folder, &blocked, &[By::Category, By::Day]));
    say("everything by host, all days", "-", || counted(folder, &Filter::default(), &[By::Host]));
    println!("most memory while asking: {} MB", status_bytes("VmHWM") >> 20);
}
