//! Random questions against a naive scan of what was written: the same rows, counts and order, whatever form the segments have: open,
//! closed, sealed, with an index, without one, with a damaged one, with one that goes away half-way. `LIFEGUARD_QUERIES` (100) says how many.
#![allow(clippy::let_underscore_must_use, clippy::wildcard_enum_match_arm)]

use crate::traffic::{FIRST_DAY, Random, Scale, Traffic};
use lifeguard::model::{Bucket, Moment, Reason, Timestamp, VerdictKind};
use lifeguard::ports::{Clock, Durability, LogStore};
use lifeguard::record::{Entry, OutcomeRecord, RequestRecord, decode, encode};
use lifeguard::store::query::{By, Filter, Order, Query, REDACTED, Row, Window, count, hash_of, search};
use lifeguard::store::{Settings, open, verify};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Moment {
        let us = self.0.load(Relaxed);
        Moment { wall: Timestamp(FIRST_DAY * 1_000_000 + us as i64), monotonic_us: us }
    }
}

fn ending(folder: &Path, ending: &str) -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).filter(|p| p.to_string_lossy().ends_with(ending)).collect();
    found.sort();
    found
}

/// Writes so many requests, and waits until everything closed is sealed and indexed if a caretaker is there.
fn write(folder: &Path, traffic: &mut Traffic, requests: u64, caretaker: bool, all: &mut Vec<Vec<u8>>) -> lifeguard::store::Store {
    let clock = Arc::new(TestClock(AtomicU64::new(traffic.passed_us())));
    let settings = Settings { reserve_bytes: 0, segment_bytes: 150_000, caretaker, ..Settings::new(folder) };
    let store = open(settings, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    for number in 0..requests {
        traffic.step(&mut |entry| {
            let mut bytes = Vec::new();
            encode(entry, &mut bytes);
            all.push(bytes);
            drop(store.append(entry, Durability::Queued));
        });
        clock.0.store(traffic.passed_us(), Relaxed);
        if number % 200 == 0 {
            // Written and on disk, so that the segment can be closed where it is long enough.
            let next = store.state().snapshot().next_sequence;
            let deadline = Instant::now() + Duration::from_secs(20);
            while store.state().snapshot().on_disk_sequence < next && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while caretaker && (ending(folder, ".seg").len() > 1 || ending(folder, ".sum").len() < ending(folder, ".sealed").len()) {
        assert!(Instant::now() < deadline, "not sealed within a minute");
        std::thread::sleep(Duration::from_millis(20));
    }
    store
}

struct Naive<'a> {
    sequence: u64,
    request: RequestRecord<'a>,
    outcome: Option<OutcomeRecord<'a>>,
}

fn naive(all: &[Vec<u8>]) -> Vec<Naive<'_>> {
    let (mut rows, mut places) = (Vec::<Naive<'_>>::new(), HashMap::new());
    for (sequence, bytes) in (1..).zip(all) {
        match decode(bytes).unwrap() {
            Entry::Request(request) => {
                places.insert(request.id, rows.len());
                rows.push(Naive { sequence, request, outcome: None });
            }
            Entry::Outcome(outcome) => {
                let place: usize = places.remove(&outcome.id).unwrap();
                rows[place].outcome = Some(outcome);
            }
            Entry::Event(_) => {}
        }
    }
    rows
}

fn same(wanted: &Option<String>, name: &str) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
}

fn holds(wanted: &Option<String>, texts: &[&[u8]]) -> bool {
    let lower = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase();
    wanted.as_ref().is_none_or(|wanted| texts.iter().any(|text| lower(text).contains(&wanted.to_lowercase())))
}

fn passes(f: &Filter, row: &Naive<'_>) -> bool {
    let r = &row.request;
    let o = row.outcome.as_ref();
    let statutory = r.reason == Reason::Statutory || o.is_some_and(|o| o.reason == Some(Reason::Statutory));
    let text = f.host.is_some() || f.url.is_some() || f.terms.is_some() || f.word.is_some() || f.glob.is_some();
    let below = |host: &String| r.host == host || r.host.ends_with(&format!(".{host}"));
    f.from.is_none_or(|t| t <= r.at.wall)
        && f.to.is_none_or(|t| r.at.wall < t)
        && same(&f.group, r.group)
        && same(&f.site, r.site)
        && f.user.as_ref().is_none_or(|u| r.user.is_some_and(|user| user.eq_ignore_ascii_case(u)))
        && f.device.as_ref().is_none_or(|d| r.device.is_some_and(|device| device.eq_ignore_ascii_case(d)))
        && f.client.is_none_or(|net| net.contains(&r.peer.ip()) || r.asserted.is_some_and(|stated| net.contains(&stated)))
        && f.verdict.is_none_or(|v| v == r.verdict)
        && f.reason.is_none_or(|v| v == r.reason)
        && f.outcome_reason.is_none_or(|v| o.is_some_and(|o| o.reason == Some(v)))
        && (!f.first_seen || r.first_seen)
        && (!f.unknown || (r.categories.is_empty() && matches!(r.reason.code(), "allowed" | "not-on-allow-list" | "allowed-after-warning")))
        && same(&f.list, r.list)
        && holds(&f.layer, &[r.layer.as_bytes()])
        && f.clause.as_ref().is_none_or(|id| r.layer.ends_with(&format!("; clause {id}")))
        && f.bucket.is_none_or(|bucket| r.categories.split(',').any(|name| bucket.holds(name)))
        && (f.windows.is_empty() || f.windows.iter().any(|window| in_window(window, r.at.wall)))
        && f.word.as_ref().is_none_or(|word| has_word(r.url.as_bytes(), word) || has_word(r.target, word))
        && f.glob.as_ref().is_none_or(|glob| is_like(r.url.as_bytes(), glob.as_bytes()) || is_like(r.target, glob.as_bytes()))
        && f.method.as_ref().is_none_or(|m| m.as_bytes() == r.method)
        && f.category.as_ref().is_none_or(|c| r.categories.split(',').any(|name| name == c || name.ends_with(&format!("/{c}"))))
        && f.status.as_ref().is_none_or(|s| s.contains(&o.map_or(0, |o| o.status)))
        && f.size.as_ref().is_none_or(|s| o.is_some_and(|o| s.contains(&o.bytes_down)))
        && f.reference.is_none_or(|id| id == r.id)
        && !(text && statutory)
        && f.host.as_ref().is_none_or(below)
        && holds(&f.url, &[r.url.as_bytes(), r.target])
        && holds(&f.terms, &[r.search_terms.as_bytes()])
}

/// Times of the week are those of UTC here: the filters name no zone.
fn in_window(window: &Window, at: Timestamp) -> bool {
    let local = at.civil().to_zoned(jiff::tz::TimeZone::UTC);
    let (today, time) = (local.weekday(), local.time());
    if window.from < window.to {
        return window.days.contains(&today) && window.from <= time && time < window.to;
    }
    (window.days.contains(&today) && window.from <= time) || (window.days.contains(&today.wrapping_sub(1)) && time < window.to)
}

fn has_word(address: &[u8], word: &str) -> bool {
    let (address, word) = (address.to_ascii_lowercase(), word.to_ascii_lowercase().into_bytes());
    let edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (0..=address.len().saturating_sub(word.len())).any(|at| {
        address[at..].starts_with(&word) && edge(at.checked_sub(1).map(|before| &address[before])) && edge(address.get(at + word.len()))
    })
}

/// `*` for any text, `?` for one character; the addresses of these tests are ASCII.
fn is_like(address: &[u8], glob: &[u8]) -> bool {
    match (glob.first(), address.first()) {
        (None, None) => true,
        (Some(b'*'), _) => is_like(address, &glob[1..]) || (!address.is_empty() && is_like(&address[1..], glob)),
        (Some(b'?'), Some(_)) => is_like(&address[1..], &glob[1..]),
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other) && is_like(&address[1..], &glob[1..]),
        (_, _) => false,
    }
}

fn random_filter(random: &mut Random, rows: &[Naive<'_>]) -> Filter {
    let mut f = Filter::default();
    let sample = &rows[random.below(rows.len() as u64) as usize];
    let r = &sample.request;
    for _ in 0..=random.below(3) {
        match random.below(26) {
            0 => f.from = Some(r.at.wall),
            1 => f.to = Some(r.at.wall),
            2 => f.group = Some(r.group.to_uppercase()),
            3 => f.user = r.user.map(str::to_owned),
            4 => f.device = r.device.map(str::to_owned),
            5 => {
                f.client = format!("{}/{}", r.asserted.filter(|_| random.chance(500)).unwrap_or(r.peer.ip()), 20 + random.below(13))
                    .parse()
                    .ok()
                    .map(|net: ipnet::IpNet| net.trunc())
            }
            6 => f.host = Some(r.host.split_once('.').filter(|_| random.chance(400)).map_or(r.host, |(_, above)| above).to_owned()),
            7 | 8 | 16 => {
                let url = &r.url;
                let from = random.below(url.len() as u64) as usize;
                let to = (from + 1 + random.below(9) as usize).min(url.len());
                f.url = Some(url[from..to].to_uppercase());
            }
            9 => f.category = Some(r.categories.split(['/', ',']).nth(1).unwrap_or_default().to_owned()),
            10 => f.verdict = Some(if random.chance(500) { VerdictKind::Block } else { r.verdict }),
            11 => f.reason = Some(r.reason),
            12 => f.status = Some(random.below(2) as u16 * 300..=sample.outcome.as_ref().map_or(0, |o| o.status)),
            13 => f.size = Some(0..=sample.outcome.as_ref().map_or(9, |o| o.bytes_down)),
            14 => f.method = Some(String::from_utf8_lossy(r.method).into_owned()),
            15 => f.layer = Some(r.layer.chars().take(random.below(20) as usize).collect()),
            18 => f.bucket = Bucket::all().nth(random.below(18) as usize),
            19 => {
                let hour = |random: &mut Random| jiff::civil::time(random.below(24) as i8, 0, 0, 0);
                let days = (0..7).filter(|_| random.chance(500)).map(|day| jiff::civil::Weekday::Monday.wrapping_add(day)).collect();
                f.windows = vec![Window { days, from: hour(random), to: hour(random) }];
            }
            20 => f.word = r.url.split(|c: char| !c.is_ascii_alphanumeric()).rfind(|word| !word.is_empty()).map(str::to_owned),
            22 => f.outcome_reason = Some(sample.outcome.as_ref().and_then(|o| o.reason).unwrap_or(Reason::Statutory)),
            21 => {
                let cut = random.below(r.url.len() as u64) as usize;
                f.glob = Some(format!("{}?*", &r.url[..cut]));
            }
            24 => f.first_seen = true,
            25 => f.unknown = true,
            23 => f.clause = r.layer.rsplit_once("; clause ").map(|(_, id)| id.to_owned()),
            17 if random.chance(300) => f.reference = Some(r.id),
            _ => f.terms = Some(r.search_terms.chars().take(4).collect()),
        }
    }
    // A span that ends before it starts is refused, and another test's matter.
    f.to = f.to.filter(|to| f.from.is_none_or(|from| from < *to));
    f
}

fn labels(by: By, row: &Naive<'_>) -> Vec<String> {
    let r = &row.request;
    let statutory = r.reason == Reason::Statutory || row.outcome.as_ref().is_some_and(|o| o.reason == Some(Reason::Statutory));
    match by {
        By::Host => vec![if statutory { REDACTED.to_owned() } else { r.host.to_owned() }],
        By::User => vec![r.user.unwrap_or_default().to_owned()],
        By::Client => vec![r.asserted.unwrap_or(r.peer.ip()).to_string()],
        By::Person => vec![r.user.map_or_else(|| r.asserted.unwrap_or(r.peer.ip()).to_string(), str::to_owned)],
        By::Device => vec![r.device.unwrap_or_default().to_owned()],
        By::Site => vec![r.site.to_owned()],
        By::List => vec![r.list.to_owned()],
        By::Layer => vec![r.layer.to_owned()],
        By::Category => r.categories.split(',').map(str::to_owned).collect(),
        By::Bucket => {
            let of = |bucket: &Bucket| r.categories.split(',').any(|name| bucket.holds(name));
            let codes: Vec<String> = Bucket::all().filter(of).map(|bucket| bucket.code().to_owned()).collect();
            if codes.is_empty() { vec![String::new()] } else { codes }
        }
        By::Day => vec![r.at.wall.to_string()[..10].to_owned()],
        By::Hour => vec![r.at.wall.to_string()[..13].to_owned()],
        By::Status => vec![row.outcome.as_ref().map_or(0, |o| o.status).to_string()],
        By::Verdict => vec![r.verdict.code().to_owned()],
        By::Group => vec![r.group.to_owned()],
        By::Reason => vec![r.reason.code().to_owned()],
        By::Method => vec![String::from_utf8_lossy(r.method).into_owned()],
        By::Clause => vec![r.layer.rsplit_once("; clause ").map_or("", |(_, clause)| clause).to_owned()],
        By::Terms => panic!("what was typed is another test's matter"),
    }
}

fn check_rows(folder: &Path, random: &mut Random, filter: &Filter, rows: &[Naive<'_>]) {
    let order = if random.chance(500) { Order::Newest } else { Order::Oldest };
    let limit = 1 + random.below(60) as usize;
    let mut expected: Vec<(u64, Option<u16>)> =
        rows.iter().filter(|row| passes(filter, row)).map(|row| (row.sequence, row.outcome.as_ref().map(|o| o.status))).collect();
    if order == Order::Newest {
        expected.reverse();
    }
    let (mut got, mut after) = (Vec::new(), None);
    for _ in 0..3 {
        let query = Query { filter: filter.clone(), order, limit, events: false, after };
        let query = Query { filter: filter.clone(), ..Query::from_json(&query.to_json()).unwrap() };
        let answer = search(folder, &query).unwrap();
        assert!(answer.damage.is_empty(), "{:?}", answer.damage);
        for hit in &answer.hits {
            let Some(Row::Request(row)) = hit.row() else { panic!("{hit:?}") };
            got.push((row.sequence, row.outcome.map(|o| o.status)));
        }
        assert_eq!(hash_of(&search(folder, &query).unwrap().hits), hash_of(&answer.hits), "asked again, it has the same hash");
        after = answer.cursor();
        if after.is_none() {
            break;
        }
    }
    assert_eq!(got, expected[..got.len()], "{filter:?} {order:?} {limit}");
    assert!(got.len() == expected.len() || (after.is_some() && got.len() == 3 * limit), "{filter:?}: {} of {}", got.len(), expected.len());
}

fn check_counts(folder: &Path, random: &mut Random, filter: &Filter, rows: &[Naive<'_>]) {
    let all = [
        By::Host,
        By::User,
        By::Client,
        By::Person,
        By::Device,
        By::Site,
        By::List,
        By::Layer,
        By::Category,
        By::Bucket,
        By::Day,
        By::Hour,
        By::Status,
        By::Verdict,
        By::Group,
        By::Reason,
        By::Method,
        By::Clause,
    ];
    let by: Vec<By> = (0..random.below(3)).map(|_| all[random.below(all.len() as u64) as usize]).collect();
    let mut expected = BTreeMap::<Vec<String>, u64>::new();
    let mut total = 0;
    for row in rows.iter().filter(|row| passes(filter, row)) {
        total += 1;
        let mut keys = vec![Vec::new()];
        for by in &by {
            keys = keys
                .iter()
                .flat_map(|key: &Vec<String>| labels(*by, row).into_iter().map(|label| [key.clone(), vec![label]].concat()))
                .collect();
        }
        keys.into_iter().filter(|key| !key.is_empty()).for_each(|key| *expected.entry(key).or_default() += 1);
    }
    let counts = count(folder, filter, &by, &|_, _| true).unwrap();
    assert_eq!(counts.total, total, "{filter:?}");
    assert_eq!(counts.groups.into_iter().collect::<BTreeMap<_, _>>(), expected, "{filter:?} by {by:?}");
}

#[test]
fn every_question_has_the_answer_of_a_naive_scan() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (mut traffic, mut all) = (Traffic::new(Scale::SMALL), Vec::new());
    write(folder, &mut traffic, 3500, true, &mut all).close();
    let _open = write(folder, &mut traffic, 1200, false, &mut all);
    let (sums, indexes) = (ending(folder, ".sum"), ending(folder, ".parquet"));
    assert!(sums.len() >= 5, "{} segments", sums.len());
    assert!(ending(folder, ".seg").len() >= 3);
    std::fs::remove_file(&sums[0]).unwrap();
    std::fs::remove_file(&indexes[1]).unwrap();
    let mut bytes = std::fs::read(&indexes[2]).unwrap();
    for at in (0..bytes.len()).step_by(400) {
        bytes[at] ^= 8;
    }
    std::fs::write(&indexes[2], bytes).unwrap();
    // A summary of another segment.
    std::fs::copy(&sums[1], &sums[3]).unwrap();
    assert!(verify(folder).unwrap().is_whole());
    let rows = naive(&all);
    let mut random = Random(std::env::var("LIFEGUARD_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1));
    let questions: u64 = std::env::var("LIFEGUARD_QUERIES").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    for number in 0..questions {
        if number == questions / 2 {
            // Half-way another index goes.
            std::fs::remove_file(indexes.last().unwrap()).unwrap();
        }
        let filter = random_filter(&mut random, &rows);
        check_rows(folder, &mut random, &filter, &rows);
        check_counts(folder, &mut random, &filter, &rows);
    }
    // Made anew, everything is by index again.
    let rebuilt = lifeguard::store::rebuild(folder, true, &|_, _| true).unwrap();
    assert!(rebuilt.failed.is_empty() && rebuilt.made >= 5, "{rebuilt:?}");
    for _ in 0..questions / 5 {
        let filter = random_filter(&mut random, &rows);
        check_rows(folder, &mut random, &filter, &rows);
        check_counts(folder, &mut random, &filter, &rows);
    }
}
