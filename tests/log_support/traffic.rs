//! Made-up traffic of a place with three thousand people: who asks for what, and when, as a school or library sees it. The same seed
//! gives the same entries on every machine. Hosts follow Zipf's law over fifty thousand names; people browse in visits (a page, then
//! what it consists of); seven requests in ten carry an address, three are tunnels; one in twenty is blocked.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic)]

use lifeguard::model::{IdentitySource, Moment, Reason, RequestId, Timestamp};
use lifeguard::record::{Ended, Entry, OutcomeRecord, RequestRecord};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::{IpAddr, SocketAddr};

/// How much of everything there is.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub seed: u64,
    pub hosts: usize,
    pub people: usize,
    /// Requests on an average day; a school day has more, a day of the weekend fewer.
    pub per_day: u64,
    /// One request in so many is for an address on the statutory list.
    pub statutory: u64,
    /// Does a trusted peer state the addresses of some clients?
    pub stated: bool,
}

impl Scale {
    pub const FULL: Self = Self { seed: 7, hosts: 50_000, people: 3_000, per_day: 1_000_000, statutory: 400_000, stated: false };
    /// For tests: everything rare is frequent.
    pub const SMALL: Self = Self { seed: 7, hosts: 60, people: 12, per_day: 2_000, statutory: 25, stated: true };
}

/// Splitmix64.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// Exponentially distributed with this mean.
    fn wait(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.fraction()).ln()
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

struct Zipf(Vec<f64>);

impl Zipf {
    fn new(count: usize, power: f64) -> Self {
        let mut sum = 0.0;
        Self(
            (1..=count)
                .map(|rank| {
                    sum += (rank as f64).powf(-power);
                    sum
                })
                .collect(),
        )
    }
    fn pick(&self, random: &mut Random) -> usize {
        let at = random.fraction() * self.0.last().copied().unwrap_or(1.0);
        self.0.partition_point(|&sum| sum < at).min(self.0.len() - 1)
    }
}

const SYLLABLES: [&str; 24] = [
    "la", "mo", "pi", "ter", "ran", "su", "ke", "vol", "ni", "da", "gra", "fel", "ho", "jun", "bri", "cas", "do", "win", "tra", "lu", "me",
    "sta", "or", "ben",
];
const WORDS: [&str; 20] = [
    "news", "media", "static", "images", "article", "video", "learn", "maths", "history", "shop", "assets", "user", "profile", "chat",
    "game", "score", "results", "weather", "music", "topics",
];
const CATEGORIES: [(&str, bool); 14] = [
    ("news", false),
    ("education", false),
    ("shopping", false),
    ("games", true),
    ("chat", true),
    ("social", true),
    ("video", false),
    ("sport", false),
    ("adult", true),
    ("gambling", true),
    ("downloads", false),
    ("ads", true),
    ("health", false),
    ("search", false),
];
const GROUPS: [&str; 8] = ["year-7", "year-8", "year-9", "year-10", "year-11", "sixth-form", "staff", "library"];

fn word(seed: u64, parts: u32) -> String {
    (0..parts).map(|part| SYLLABLES[(mix(seed ^ u64::from(part) << 40) % SYLLABLES.len() as u64) as usize]).collect()
}

struct Host {
    name: String,
    upstream: SocketAddr,
    category: usize,
    seed: u64,
    tunnel: bool,
}

struct Person {
    name: String,
    group: &'static str,
    address: IpAddr,
    port: u16,
    agent: String,
    device: Option<String>,
    host: usize,
    page: String,
    left: u32,
}

pub struct Traffic {
    scale: Scale,
    random: Random,
    hosts: Vec<Host>,
    people: Vec<Person>,
    popular: Zipf,
    inside: Zipf,
    now_us: f64,
    start: i64,
    id: u64,
    ending: BinaryHeap<Reverse<(i64, u64, Ending)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ending {
    host: usize,
    blocked: bool,
    status: u16,
    up: u64,
    down: u64,
    timings: [u32; 4],
    statutory: bool,
}

/// Midnight of the first day, a Monday.
pub const FIRST_DAY: i64 = 1_785_110_400;

impl Traffic {
    pub fn new(scale: Scale) -> Self {
        let mut random = Random(scale.seed);
        let hosts = (0..scale.hosts).map(|rank| host(rank, &mut random)).collect();
        let people = (0..scale.people).map(|number| person(number, &mut random)).collect();
        Self {
            popular: Zipf::new(scale.hosts, 1.0),
            inside: Zipf::new(400, 0.9),
            random,
            hosts,
            people,
            scale,
            now_us: 0.0,
            start: FIRST_DAY * 1_000_000,
            id: (FIRST_DAY as u64) << 32,
            ending: BinaryHeap::new(),
        }
    }

    /// How many requests an hour has, as a share of an average day.
    fn share(&self) -> f64 {
        let hour = (self.now_us / 3.6e9) as u64;
        let (day, hour) = (hour / 24 % 7, hour % 24);
        let share = match hour {
            8 | 15 => 0.09,
            9..=14 => 0.155,
            7 | 16 => 0.03,
            17..=21 => 0.008,
            _ => 0.0012,
        };
        if day < 5 { share } else { share * 0.12 }
    }

    /// The next request and every outcome before it.
    pub fn step(&mut self, each: &mut dyn FnMut(&Entry<'_>)) {
        let per_us = self.share() * self.scale.per_day as f64 / 3.6e9;
        self.now_us += self.random.wait(1.0 / per_us).min(3.6e9);
        let now = self.start + self.now_us as i64;
        self.outcomes(now, each);
        self.request(now, each);
    }

    /// Every outcome that is left.
    pub fn finish(&mut self, each: &mut dyn FnMut(&Entry<'_>)) {
        self.outcomes(i64::MAX, each);
    }

    /// Microseconds since the first midnight.
    pub fn passed_us(&self) -> u64 {
        self.now_us as u64
    }

    pub fn person(&self, number: usize) -> &str {
        &self.people[number % self.people.len()].name
    }

    pub fn host(&self, rank: usize) -> &str {
        &self.hosts[rank % self.hosts.len()].name
    }

    fn moment(&self, wall: i64) -> Moment {
        Moment { wall: Timestamp(wall), monotonic_us: (wall - self.start) as u64 + 5_000_000 + (mix(wall as u64) & 1) }
    }

    fn outcomes(&mut self, until: i64, each: &mut dyn FnMut(&Entry<'_>)) {
        while let Some(Reverse((at, id, ending))) = self.ending.peek().copied() {
            if at > until {
                return;
            }
            self.ending.pop();
            let host = &self.hosts[ending.host];
            each(&Entry::Outcome(OutcomeRecord {
                id: RequestId(id),
                at: self.moment(at),
                ended: if ending.blocked { Ended::Answered } else { Ended::Complete },
                status: ending.status,
                bytes_up: ending.up,
                bytes_down: ending.down,
                upstream: (!ending.blocked).then_some(host.upstream),
                timings_us: ending.timings,
                reason: ending.statutory.then_some(Reason::Statutory),
                note: "".into(),
            }));
        }
    }

    fn request(&mut self, now: i64, each: &mut dyn FnMut(&Entry<'_>)) {
        let number = self.random.below(self.people.len() as u64) as usize;
        let asset = self.visit(number);
        let at = self.moment(now);
        let (random, person) = (&mut self.random, &self.people[number]);
        let host = &self.hosts[person.host];
        let tunnel = host.tunnel && asset.is_none();
        let url = match (&asset, tunnel) {
            (_, true) => format!("{}:443", host.name),
            (Some(path), false) => format!("http://{}{path}", host.name),
            (None, false) => person.page.clone(),
        };
        let (category, filtered) = CATEGORIES[host.category];
        let statutory = random.below(self.scale.statutory) == 0;
        let blocked = statutory || (filtered && !matches!(person.group, "staff" | "library") && random.chance(700));
        let reason = if statutory {
            Reason::Statutory
        } else if blocked {
            Reason::Category
        } else {
            Reason::Allowed
        };
        self.id += 1;
        let method: &[u8] = if tunnel {
            b"CONNECT"
        } else if random.chance(60) {
            b"POST"
        } else {
            b"GET"
        };
        let categories =
            if host.category.is_multiple_of(5) { format!("ut1/{category},site/{category}") } else { format!("ut1/{category}") };
        let clause = if host.category.is_multiple_of(3) { format!("; clause C-{}", host.category) } else { String::new() };
        let layer =
            if blocked { format!("group {}, category {category}{clause}", person.group) } else { format!("group {}", person.group) };
        let list = if blocked { format!("ut1/{category}") } else { String::new() };
        let terms =
            if host.category == 13 && asset.is_none() && !tunnel { person.page.rsplit_once("?q=").map_or("", |(_, q)| q) } else { "" };
        let record = RequestRecord {
            id: RequestId(self.id),
            parent: None,
            at,
            node: "gate-1",
            site: "hill-school",
            peer: SocketAddr::new(person.address, person.port),
            asserted: (self.scale.stated && number.is_multiple_of(3)).then(|| IpAddr::from([203, 0, 113, number as u8])),
            claimed: b"",
            device: person.device.as_deref(),
            user: Some(&person.name),
            group: person.group,
            identity: IdentitySource::AddressRange,
            identity_age_s: 0,
            method,
            target: url.as_bytes(),
            host_field: if tunnel { url.as_bytes() } else { host.name.as_bytes() },
            host: &host.name,
            search_terms: terms,
            categories: categories.into(),
            verdict: reason.kind(),
            reason,
            layer: &layer,
            list: &list,
            matched: if blocked { host.name.clone().into() } else { "".into() },
            list_version: "5f2c9a1b3d4e6f70",
            policy_version: "0a1b2c3d4e5f6071",
            generation: 1,
            referer: if asset.is_some() { person.page.as_bytes() } else { b"" },
            user_agent: if tunnel { b"" } else { person.agent.as_bytes() },
            tls: if tunnel { "tunnel" } else { "none" },
            coverage_gap: false,
            demonstration: false,
            first_seen: !tunnel && hash(&host.name).is_multiple_of(11),
            detail: lifeguard::model::LogDetail::Full,
            url: url.as_str().into(),
        };
        each(&Entry::Request(record));
        let size = mix(host.seed ^ asset.as_deref().map_or(random.0, hash));
        // Now and then only the answer shows what an address was.
        let statutory = statutory || random.below(self.scale.statutory * 3) == 0;
        let ending = ending(random, person.host, blocked, statutory, size);
        let at = now + i64::from(ending.timings[3]) + random.below(25) as i64;
        self.ending.push(Reverse((at, self.id, ending)));
    }

    /// What this person does next: a new page (`None`; its address is in `page`), or a part of the page.
    fn visit(&mut self, number: usize) -> Option<String> {
        let (random, person) = (&mut self.random, &mut self.people[number]);
        if person.left == 0 || random.chance(40) {
            if person.page.is_empty() || random.chance(550) {
                person.host = self.popular.pick(random);
            }
            let host = &self.hosts[person.host];
            person.page = page(host, &self.inside, random);
            person.left = random.below(if host.tunnel { 2 } else { 9 }) as u32;
            person.port = 1024 + (person.port - 1023 + random.below(9) as u16) % 60_000;
            return None;
        }
        person.left -= 1;
        if random.chance(150) {
            person.port = 1024 + (person.port - 1023 + random.below(9) as u16) % 60_000;
        }
        let host = &self.hosts[person.host];
        let which = mix(host.seed ^ self.inside.pick(random) as u64);
        let kind = ["js", "css", "png", "jpg", "woff2", "json"][(which % 6) as usize];
        let mut path =
            format!("/{}/{}/{}.{:08x}.{kind}", WORDS[(which >> 8) as usize % 20], word(which, 2), word(which >> 3, 2), which as u32);
        if random.chance(120) {
            path.push_str(&format!("?t={}", random.below(1 << 40)));
        }
        Some(path)
    }
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(7, |sum, byte| mix(sum ^ u64::from(byte)))
}

fn page(host: &Host, inside: &Zipf, random: &mut Random) -> String {
    let which = mix(host.seed ^ 99 ^ inside.pick(random) as u64);
    let first = WORDS[(which >> 7) as usize % 20];
    if CATEGORIES[host.category].0 == "search" {
        let (one, two) = (word(random.below(4000), 2), word(random.below(4000), 3));
        return format!("http://{}/{first}?q={one}+{two}", host.name);
    }
    match which % 4 {
        0 => format!("http://{}/", host.name),
        1 => format!("http://{}/{first}/{}-{}", host.name, word(which, 3), word(which >> 9, 2)),
        2 => format!("http://{}/{first}/{}", host.name, which % 100_000),
        _ => format!("http://{}/{first}?id={:x}", host.name, random.below(1 << 36)),
    }
}

fn ending(random: &mut Random, host: usize, blocked: bool, statutory: bool, size: u64) -> Ending {
    let recorded = 30 + random.below(60) as u32;
    if blocked {
        let end = recorded + 40 + random.below(100) as u32;
        return Ending { host, blocked, status: 403, up: 0, down: 4096, timings: [recorded, 0, recorded + 20, end], statutory };
    }
    let connected = if random.chance(650) { 0 } else { recorded + 4_000 + random.wait(20_000.0) as u32 };
    let first = connected.max(recorded) + 3_000 + random.wait(60_000.0) as u32;
    let end = first + if random.chance(400) { random.below(90) as u32 } else { random.wait(40_000.0) as u32 };
    // One in a thousand stays open for long, as a stream or a socket does.
    let end = if random.chance(1) { end + random.wait(600e6) as u32 } else { end };
    let status = match random.below(100) {
        0..=3 => 304,
        4..=6 => 302,
        7 => 404,
        _ => 200,
    };
    let down = if status == 304 { 0 } else { 200 + size % (1 << (8 + size % 12)) };
    let up = if random.chance(60) { random.below(3000) } else { 0 };
    Ending { host, blocked, status, up, down, timings: [recorded, connected, first, end], statutory }
}

fn host(rank: usize, random: &mut Random) -> Host {
    let seed = random.next();
    let prefix = ["www.", "", "cdn.", "m.", "api.", "img.", "static1."][(seed % 7) as usize];
    let end = ["example", "test", "example.org", "example.net"][(seed >> 9) as usize % 4];
    let name =
        format!("{prefix}{}{}.{end}", word(seed, 2 + (seed % 2) as u32), if rank > 500 { word(seed >> 5, 2) } else { String::new() });
    let upstream = SocketAddr::from((
        [198, 18 + (seed >> 20) as u8 % 2, (seed >> 24) as u8, (seed >> 32) as u8],
        if seed % 10 < 3 { 443 } else { 80 },
    ));
    // What is blocked is rarer than what is not.
    let mut category = (seed >> 40) as usize % CATEGORIES.len();
    if CATEGORIES[category].1 && !(seed >> 50).is_multiple_of(5) {
        category = (seed >> 52) as usize % 3;
    }
    Host { name, upstream, category, seed, tunnel: seed % 10 < 4 }
}

fn person(number: usize, random: &mut Random) -> Person {
    let seed = random.next();
    let name = format!("{}.{}{}", &word(seed, 1)[..1], word(seed >> 8, 3), number % 97);
    let third = 16 + (number / 200) as u8;
    let address = IpAddr::from([10, 20 + (number % 3) as u8, third, 10 + (number % 200) as u8]);
    let agent = format!(
        "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
        [
            "Windows NT 10.0; Win64; x64",
            "X11; CrOS x86_64 14541.0.0",
            "Macintosh; Intel Mac OS X 10_15_7",
            "iPad; CPU OS 17_5 like Mac OS X"
        ][(seed % 4) as usize],
        118 + seed % 9
    );
    let device = seed.is_multiple_of(3).then(|| format!("tablet-{number}"));
    Person { name, group: GROUPS[(seed >> 13) as usize % 8], address, port: 40_000, agent, device, host: 0, page: String::new(), left: 0 }
}
