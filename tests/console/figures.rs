//! Pictures and figures on the console: each reconciles to the log, small numbers are hidden, and each role sees what it is for.

use crate::console_support::real::{self, form};
use crate::console_support::{Browser, Scene};
use crate::store_support::{RunningClock, at, put, request, wait};
use crate::support::World;
use jiff::civil::date;
use lifeguard::admin::{CivilHour, FixedFigures, FixedWorks, GroupFigure, HourFigure, HourFigures, MonthFigures, Noise, Role, Tunnels};
use lifeguard::model::{Moment, Reason, Timestamp};
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::{Entry, RequestRecord};
use lifeguard::store::{Settings, open};
use std::path::Path;
use std::time::{Duration, Instant};

const BAD: &str = "=bad</title><script>alert(1)</script>\"'";

/// The number after the name of a fact, without its commas.
fn fact(text: &str, name: &str) -> u64 {
    let rest = text.split_once(&format!("<dt>{name}</dt><dd>")).unwrap_or_else(|| panic!("no {name}: {text}")).1;
    rest.split([' ', '<']).next().unwrap().replace(',', "").parse().unwrap()
}

/// The pictures of a page.
fn pictures(text: &str) -> Vec<&str> {
    text.split("<svg class=\"chart\"").skip(1).map(|rest| rest.split("</svg>").next().unwrap()).collect()
}

/// The sum of the figures that the marks of a picture say.
fn sum(picture: &str) -> u64 {
    let marks = picture.split("<title>").skip(1).map(|rest| rest.split("</title>").next().unwrap());
    marks.map(|words| words.rsplit(": ").next().unwrap().replace(',', "").parse::<u64>().unwrap()).sum()
}

fn hand_made() -> FixedWorks {
    let hour = |day: i8, hour: i8| CivilHour { day: date(2025, 11, day), hour };
    let one = |at: CivilHour, requests: u64, blocks: u64| HourFigure { at, requests, blocks };
    let hours = HourFigures {
        now: hour(24, 16),
        hours: vec![one(hour(10, 9), 500, 40), one(hour(20, 11), 1200, 7), one(hour(24, 9), 90, 3), one(hour(24, 16), 12_345, 60)],
        categories: vec![
            (hour(10, 9), "games".into(), 40),
            (hour(20, 11), String::new(), 7),
            (hour(24, 9), BAD.into(), 3),
            (hour(24, 16), "games".into(), 50),
            (hour(24, 16), "adult".into(), 12),
        ],
        incomplete: false,
    };
    let months = vec![("2025-09".to_owned(), 0, 0), ("2025-10".to_owned(), 3000, 3), ("2025-11".to_owned(), 14_135, 110)];
    let months = MonthFigures { months, categories: vec![(BAD.into(), 3), ("adult".into(), 12), ("games".into(), 98)], incomplete: true };
    let tunnels = Tunnels { since: Timestamp(1_763_000_000_000_000), sealed: 900, opened: 100, gaps: 2 };
    let group = GroupFigure { group: "children".into(), opened: 6, hosts: 600, ..GroupFigure::default() };
    let mut works = FixedWorks { figures: FixedFigures { hours, months, tunnels }, ..FixedWorks::default() };
    works.hosts.noise = Noise { groups: vec![group], ..Noise::default() };
    works
}

#[tokio::test]
async fn the_pictures_are_those_of_the_golden_file_and_show_every_figure_once() {
    let scene = Scene::start_with(hand_made()).await;
    let (mut admin, _) = scene.administrator().await;
    let week = admin.get("/dashboard").await.text;
    assert_eq!((fact(&week, "Requests"), fact(&week, "Blocked")), (13_635, 70), "{week}");
    assert!(week.contains("What needs you") && week.contains("/dashboard?span=month"), "{week}");
    let month = admin.get("/dashboard?span=month").await.text;
    let drawn = pictures(&month);
    assert_eq!(drawn.iter().map(|one| sum(one)).collect::<Vec<_>>(), [14_135, 110, 112, 110], "two categories count twice");
    let day = admin.get("/dashboard?span=day").await.text;
    assert_eq!(pictures(&day).iter().map(|one| sum(one)).collect::<Vec<_>>(), [12_435, 63, 65]);
    assert_eq!(admin.get("/dashboard?span=%3Cb%3E").await.text.matches("blocked: the last 7 days").count(), 1);
    for page in [&week, &month, &day] {
        assert!(!page.contains("<script") && !page.contains("style=") && page.contains("&lt;script&gt;") && page.len() < 100_000, "{page}");
    }
    let all = drawn.iter().map(|one| format!("<svg class=\"chart\"{one}</svg>\n")).collect::<String>();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/charts.svg.txt");
    if std::env::var_os("LIFEGUARD_GOLDEN").is_some() {
        std::fs::write(&golden, &all).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&golden).unwrap(), all, "the pictures: look at them, and if they are meant, put them into the file");
}

#[tokio::test]
async fn a_governor_reads_months_without_small_numbers_and_nothing_else() {
    let scene = Scene::start_with(hand_made()).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut governor, _) = scene.person(&mut admin, "gwen", Role::Governor).await;
    let front = governor.get("/dashboard").await.text;
    assert!(front.contains("Month by month") && !front.contains("span=day") && !front.contains("What needs you"), "{front}");
    let page = governor.get("/figures").await.text;
    for needed in ["fewer than 5", "14,135", "6 (1.0 %)", "900 (90.0 %)", "Not all of the log", "/figures/file", "chart-blocked"] {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    // 3 of October and 3 of a category are told nowhere: of each, what stands beside it leaves 1 to 4.
    assert!(!page.contains(": 3<") && !page.contains("<td data-name=\"Blocked\">3") && !page.contains("<script"), "{page}");
    let file = governor.get("/figures/file").await;
    assert!(file.head.contains("figures.csv") && file.text.contains("month,2025-10,blocked,fewer than 5"), "{}", file.text);
    assert!(file.text.contains("'=bad") && !file.text.contains(",=bad"), "{}", file.text);
    let did: Vec<String> = scene.acts().into_iter().map(|(_, act)| act.did).collect();
    assert!(did.iter().any(|did| did.contains("took figures month by month")) && did.iter().any(|did| did.contains("looked at figures")));
    let (mut officer, _) = scene.person(&mut admin, "dora", Role::DisclosureOfficer).await;
    let front = officer.get("/dashboard").await.text;
    assert!(pictures(&front).is_empty() && !front.contains("What needs you"), "{front}");
    assert_eq!(scene.browser().get("/figures").await.location(), "/sign-in");
}

/// A log of a month: a lively place, quiet at night and at the weekend. Gives the number of requests and of blocks.
fn month_of_log(folder: &Path, now: i64) -> (u64, u64) {
    let store = open(Settings { segment_bytes: 1 << 20, ..Settings::new(folder) }, RunningClock::start()).unwrap();
    let (mut id, mut blocks) = (1_000, 0);
    for hour in (1..30 * 24_i64).rev() {
        let second = now - hour * 3600;
        let (day, clock) = (second.div_euclid(86_400), second.rem_euclid(86_400) / 3600);
        let weekend = (day + 3).rem_euclid(7) > 4;
        let most = [0, 0, 0, 0, 0, 0, 0, 3, 18, 30, 34, 31, 22, 29, 33, 24, 15, 9, 5, 2, 1, 0, 0, 0][usize::try_from(clock).unwrap()];
        let many = if weekend { most / 9 } else { most + (day * 7 + clock * 5) % 9 * i64::from(most > 0) };
        for number in 0..many {
            id += 1;
            let wall = Timestamp::from_seconds(second + number * 60 % 3600);
            let moment = Moment { wall, ..at(1) };
            let mut one = RequestRecord { at: moment, ..request(id) };
            if (id * 7919) % 100 < 6 {
                let category = ["games", "games", "social", "gambling", "adult", "games,social"][usize::try_from(id % 6).unwrap()];
                (one.verdict, one.reason, one.categories) = (Reason::Category.kind(), Reason::Category, category.into());
                blocks += 1;
            }
            put(&store, one, Durability::Queued).unwrap();
        }
    }
    wait(store.append(&Entry::Event(crate::store_support::event("end")), Durability::Disk)).unwrap();
    (id - 1_000, blocks)
}

/// A full count of the log, line by line: requests, and those that were blocked.
fn full_count(world: &World) -> (u64, u64) {
    let all = world.log();
    let requests = all.lines().filter(|line| line.starts_with("{\"kind\":\"request\""));
    requests.fold((0, 0), |(all, blocked), line| (all + 1, blocked + u64::from(line.contains("\"verdict\":\"block\""))))
}

async fn quick(browser: &mut Browser, path: &str) -> (String, Duration) {
    let begin = Instant::now();
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (answer.text, begin.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_a_count_of_the_log_and_people_look_at_it_in_chromium() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config().replace("Test site", "Riverside Library"));
    let now = jiff::Timestamp::now().as_second();
    let made = month_of_log(&world.folder.path().join("log"), now);
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    assert_eq!(full_count(&world), made);
    let (page, first) = quick(&mut admin, "/dashboard?span=month").await;
    assert_eq!((fact(&page, "Requests"), fact(&page, "Blocked")), made, "the page says what the log has");
    let drawn = pictures(&page);
    assert_eq!((sum(drawn[0]), sum(drawn[1]), sum(drawn[3])), (made.0, made.1, made.1));
    let (_, again) = quick(&mut admin, "/dashboard").await;
    println!("{} requests: the first page {first:?}, the next {again:?}", made.0);
    let mut gwen = running.person(&mut admin, "gwen", "governor").await;
    let (figures, _) = quick(&mut gwen, "/figures").await;
    assert!(figures.contains("Month by month") && pictures(&figures).len() == 2, "{figures}");
    // The month that is not over is in none of them: two looks would tell what happened between them.
    let file = gwen.get("/figures/file").await.text;
    let month =
        |back: i32| jiff::Zoned::now().date().first_of_month().saturating_sub(jiff::Span::new().months(back)).strftime("%Y-%m").to_string();
    assert!(!file.contains(&format!(",month,{},", month(0))), "{file}");
    assert!(
        file.contains(&format!(",month,{},requests,", month(1))) && file.contains(&format!(",month,{},requests,", month(12))),
        "{file}"
    );
    let answer = gwen.post("/figures", &form(&[])).await;
    assert_eq!(answer.status, 405);
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    sam.get("/dashboard").await;
    let cookies = [sam.cookie.unwrap(), gwen.cookie.unwrap()];
    let said = tokio::task::spawn_blocking(move || real::journey("figures.py", &running, &[&cookies[0], &cookies[1]])).await.unwrap();
    if let Some(said) = said {
        println!("{said}");
    }
}
