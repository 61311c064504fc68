//! Lessons on the console (standards D12): rooms and seats put down as CSV, what was asked for at them in a lesson, device by device; in
//! process, through the real program with devices that its leases name, and in Chromium.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::support::World;
use crate::support::client::get_with;
use lifeguard::admin::asking::Seen;
use lifeguard::admin::{FixedWorks, Role};
use lifeguard::model::{Timestamp, VerdictKind};
use lifeguard::ports::LogFault;
use lifeguard::record::EventKind;

const WHY: &str = "a parent asked about one lesson";
const BAD: &str = "=bad</td><script>alert(1)</script>";
/// 24 November 2025, 09:00 UTC.
const NINE: i64 = 1_763_974_800_000_000;
const MINUTE: i64 = 60_000_000;

fn seen(sequence: u64, (minute, client, device): (i64, &str, Option<&str>), user: &str) -> Seen {
    Seen {
        sequence,
        at: Timestamp(NINE + minute * MINUTE),
        user: Some(user.into()).filter(|user: &String| !user.is_empty()),
        client: client.into(),
        device: device.map(str::to_owned),
        address: format!("http://page-{sequence}.test/{BAD}"),
        verdict: VerdictKind::Allow,
        site: "leeds".into(),
        ..Seen::default()
    }
}

fn rows() -> Vec<Seen> {
    vec![
        seen(1, (-1, "192.0.2.7", Some("PC-07")), "kim"),
        seen(2, (0, "192.0.2.7", Some("PC-07")), "kim"),
        Seen { verdict: VerdictKind::Block, ..seen(3, (5, "192.0.2.7", Some("pc-07")), "kim") },
        seen(4, (6, "192.0.2.8", None), "lee"),
        seen(5, (7, "198.51.100.9", Some("PC-09")), ""),
        seen(6, (8, "203.0.113.1", None), "kim"),
        seen(7, (50, "192.0.2.8", None), "lee"),
    ]
}

async fn put_down(browser: &mut Browser, path: &str, field: &'static str, text: &str, site: &str) -> (Answer, Answer) {
    browser.get(path).await;
    let first = browser.post(path, &form(&[(field, text), ("because", "the new term"), ("site", site)])).await;
    let seen = first.between("name=\"seen\" value=\"", "\"").unwrap_or_default().to_owned();
    let second = browser.post(path, &form(&[(field, text), ("because", "the new term"), ("site", site), ("seen", &seen)])).await;
    (first, second)
}

/// The value of a choice by its words.
fn choice(page: &Answer, words: &str) -> String {
    let option = page
        .text
        .split("<option value=\"")
        .skip(1)
        .find(|option| option.contains(words))
        .unwrap_or_else(|| panic!("{words}: {}", page.text));
    option.split('"').next().unwrap().replace("&#x2f;", "/")
}

async fn ask(browser: &mut Browser, fields: &[(&'static str, &str)]) -> Answer {
    browser.get("/lesson").await;
    let mut all = form(&[("day", "2025-11-24"), ("from", "09:00"), ("to", "9:50"), ("because", WHY)]);
    all.extend(form(fields));
    browser.post("/lesson", &all).await
}

const MAP: &str = "room,seat,device\r\n\"IT, 1\",7,PC-07\nIT 2,8,192.0.2.8\n\"IT, 1\",8,192.0.2.8-192.0.2.9\n\"IT, 1\",9,PC-09\n\"IT, 1\",10,PC-10\n\
                   IT 3,1,10.0.0.0/8\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_put_down_line_by_line_and_taken_away_the_same() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    let (first, second) = put_down(&mut ivy, "/rooms", "map", MAP, "").await;
    for needed in ["Taken: 5. Not taken: 1.", "wider than a site", "Names of columns"] {
        assert!(first.text.contains(needed), "{needed}: {}", first.text);
    }
    assert_eq!((first.status, second.status, second.location()), (200, 303, "/rooms"), "{}", second.text);
    let (kind, act) = scene.acts().pop().unwrap();
    assert!(kind == EventKind::ConsoleChange && act.did.contains("5 seats of 2 rooms") && act.purpose == "the new term", "{act:?}");
    let file = ivy.get("/rooms/file?site=").await;
    let text = "room,seat,device\r\nIT 2,8,192.0.2.8\r\n\"IT, 1\",7,PC-07\r\n\"IT, 1\",8,192.0.2.8-192.0.2.9\r\n\"IT, 1\",9,PC-09\r\n\"IT, 1\",10,PC-10\r\n";
    assert_eq!(file.text, text);
    let (_, again) = put_down(&mut ivy, "/rooms", "map", text, "").await;
    assert_eq!((again.status, ivy.get("/rooms/file?site=").await.text.as_str()), (303, text), "what was taken away is put down the same");
    for (bad, says) in [("", "missing"), ("IT 1,<script>,PC", "Not taken"), (BAD, "Not taken"), (&"IT 1,1,PC-1\n".repeat(2_001), "2,001")] {
        let (first, _) = put_down(&mut ivy, "/rooms", "map", bad, "").await;
        assert!(first.status == 422 && !first.text.contains("<script"), "{bad:.40} {says}: {}", first.text);
    }
    let no_reason = ivy.post("/rooms", &form(&[("map", MAP), ("because", " ")])).await;
    assert_eq!(no_reason.status, 422);
    // No event, no change.
    scene.log.break_down(Some(LogFault::Full));
    let (_, refused) = put_down(&mut ivy, "/rooms", "map", "IT 9,1,PC-99", "").await;
    assert_eq!(refused.status, 503);
    scene.log.break_down(None);
    let page = ivy.get("/rooms").await;
    assert!(!page.text.contains("IT 9"), "{}", page.text);
    let which = choice(&page, ">IT 2<");
    assert_eq!(ivy.post("/rooms/drop", &form(&[("which", &which)])).await.status, 422);
    assert_eq!(ivy.post("/rooms/drop", &form(&[("which", &which), ("drop_because", "it is a store now")])).await.status, 303);
    let again = ivy.post("/rooms/drop", &form(&[("which", &which), ("drop_because", "again")])).await;
    assert!(again.status == 422 && again.text.contains("this is over already"), "{}", again.text);
    assert!(!ivy.get("/rooms").await.text.contains("IT 2"));
    // Whoever reads the log changes no rooms, and whoever keeps rooms reads no log.
    assert_eq!((ann.get("/rooms").await.status, ann.get("/rooms/file?site=").await.status), (403, 403));
    assert_eq!((ivy.get("/lesson").await.status, ivy.get("/lesson/seen?ask=1").await.status), (403, 403));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_shows_each_seat_in_order_under_pseudonyms_and_leads_to_a_device_and_back() {
    let scene = Scene::start().await;
    *scene.works.asking.rows.lock().unwrap() = rows();
    let (mut admin, _) = scene.administrator().await;
    let (mut sam, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    put_down(&mut sam, "/rooms", "map", MAP, "").await;
    let (first, done) = put_down(&mut sam, "/rooms/lessons", "times", "1,09:00,09:50\n2,10:00,9:00\n", "").await;
    assert!(first.text.contains("Taken: 1. Not taken: 1.") && done.status == 303, "{}", first.text);
    assert!(sam.get("/rooms/lessons").await.text.contains("1 (09:00\u{2013}09:50)"));
    let form_page = sam.get("/lesson").await;
    let (room, lesson) = (choice(&form_page, "IT, 1"), choice(&form_page, "09:00"));
    for (fields, faults) in [
        (vec![("room", "")], 1),
        (vec![("room", room.as_str()), ("range", "192.0.2.7")], 1),
        (vec![("room", "room-999")], 1),
        (vec![("range", "10.0.0.0/8")], 1),
        (vec![("range", BAD)], 1),
        (vec![("room", &room), ("day", "2025-13-01")], 1),
        (vec![("room", &room), ("to", "09:00")], 1),
        (vec![("room", &room), ("from", "nine")], 1),
        (vec![("room", &room), ("lesson", "/7")], 1),
        (vec![("room", &room), ("because", " ")], 1),
    ] {
        let answer = ask(&mut sam, &fields).await;
        assert_eq!((answer.status, answer.text.matches("class=\"faulty\"").count()), (422, faults), "{fields:?} {}", answer.text);
        assert!(!answer.text.contains("<script"), "{}", answer.text);
    }
    let asked = ask(&mut sam, &[("room", &room), ("lesson", &lesson), ("from", ""), ("to", "")]).await;
    assert_eq!(asked.status, 303, "{}", asked.text);
    let path = asked.location().to_owned();
    let page = sam.get(&path).await.text;
    for needed in
        ["IT, 1: 2025-11-24 09:00 to 09:50", WHY, "09:00:00 \u{2013} 09:05:00", "192.0.2.8", "Nothing was asked for here", "Seat 7: PC-07"]
    {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    assert!(!page.contains("kim") && !page.contains("lee<") && page.contains("person-") && !page.contains("<script"), "{page}");
    for not in ["page-1.test", "page-6.test", "page-7.test"] {
        assert!(!page.contains(not), "{not} is not of this lesson: {page}");
    }
    let order = ["Seat 7", "Seat 8", "Seat 9"].map(|seat| page.find(seat).unwrap());
    assert!(order.is_sorted(), "{order:?}");
    let (kind, act) = scene.acts().pop().unwrap();
    assert!(kind == EventKind::ConsoleLookUp && act.did.contains("IT, 1: 3 devices, 4 requests") && act.purpose == WHY, "{act:?}");
    // To a device, to a request, and from there to the lesson again.
    let ask_id = path.rsplit('=').next().unwrap();
    let device = sam.get(&format!("/lesson/device?ask={ask_id}&n=2")).await;
    assert!(
        device.text.contains("page-2.test") && device.text.contains("page-3.test") && !device.text.contains("page-4.test"),
        "{}",
        device.text
    );
    assert!(device.text.contains(&format!("/lesson/seen?ask={ask_id}")), "{}", device.text);
    for outside in ["1", "6", "7", "999", "x"] {
        assert_eq!(sam.get(&format!("/lesson/device?ask={ask_id}&n={outside}")).await.status, 404, "{outside}");
    }
    let record = sam.get(&format!("/log/record?ask={ask_id}&n=2")).await;
    let back = format!("/lesson?ask={ask_id}&amp;n=2");
    assert!(record.text.contains(&back), "{}", record.text);
    let filled = sam.get(&back.replace("&amp;", "&")).await;
    for needed in [format!("value=\"{room}\" selected"), "value=\"2025-11-24\"".into(), WHY.into()] {
        assert!(filled.text.contains(&needed), "{needed}: {}", filled.text);
    }
    let elsewhere = sam.get(&format!("/lesson?ask={ask_id}&n=6")).await;
    assert!(elsewhere.text.contains("203.0.113.0&#x2f;24") || elsewhere.text.contains("203.0.113.0/24"), "{}", elsewhere.text);
    // A range without any room, and one of the settings.
    let range = ask(&mut sam, &[("range", "192.0.2.0/26")]).await;
    assert!(sam.get(range.location()).await.text.contains("page-4.test"));
    let of_group = choice(&sam.get("/lesson").await, "Children: 10.1.0.0/24");
    assert_eq!(ask(&mut sam, &[("room", &of_group)]).await.status, 303);
    // Somebody else's question, and one of the log, look as if they were not there.
    let (mut ann, _) = scene.person(&mut admin, "ann", Role::Auditor).await;
    assert_eq!(ann.get(&path).await.status, 404);
    sam.get("/log").await;
    let other = sam.post("/log", &form(&[("slot", "day"), ("because", WHY)])).await;
    assert_eq!(sam.get(&other.location().replace("/log/found", "/lesson/seen")).await.status, 404);
    // Without a record nothing is shown.
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!((sam.get(&path).await.status, sam.get(&format!("/lesson/device?ask={ask_id}&n=2")).await.status), (503, 503));
    scene.log.break_down(None);
    // A room that is gone shows nothing, and never everything.
    sam.get("/rooms").await;
    let which = room.trim_start_matches("room-").to_owned();
    sam.post("/rooms/drop", &form(&[("which", &which), ("drop_because", "closed")])).await;
    assert_eq!(sam.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_and_lessons_are_parted_by_sites() {
    let sites = [("Head Office", "Head Office"), ("leeds", "Leeds Club"), ("york", "York Club")];
    let sites = sites.map(|(name, title)| (name.to_owned(), title.to_owned())).to_vec();
    let scene = Scene::start_with(FixedWorks { sites, ..FixedWorks::default() }).await;
    let mut all = rows();
    all.push(Seen { site: "york".into(), ..seen(8, (3, "192.0.2.7", Some("PC-07")), "zoe") });
    *scene.works.asking.rows.lock().unwrap() = all;
    let (mut admin, _) = scene.administrator().await;
    let person = async |admin: &mut Browser, name: &str, sites: &str| {
        admin.get("/people/new").await;
        let fields = [("shown", name), ("name", name), ("role", "safeguarding-lead"), ("vetted", "2030-01-01"), ("sites", sites)];
        let every = ("all_sites", if sites.is_empty() { "yes" } else { "" });
        let made = admin.post("/people/new", &form(&[&fields[..], &[every]].concat())).await;
        let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap_or_else(|| panic!("{}", made.text)).to_owned();
        let mut browser = scene.browser();
        browser.sign_in(name, &secret, "").await;
        scene.enrol(&mut browser, Some(crate::console_support::PASSWORD)).await;
        browser
    };
    let mut lea = person(&mut admin, "lea", "leeds").await;
    let mut yan = person(&mut admin, "yan", "york").await;
    let (_, done) = put_down(&mut lea, "/rooms", "map", "IT 1,7,PC-07\n", "leeds").await;
    assert_eq!(done.status, 303, "{}", done.text);
    let (refused, _) = put_down(&mut lea, "/rooms", "map", "IT 1,7,PC-07\n", "york").await;
    assert_eq!(refused.status, 422, "nobody puts down rooms of another site");
    assert_eq!((yan.get("/rooms/file?site=leeds").await.status, yan.get("/rooms/file?site=").await.status), (404, 404));
    let own = choice(&lea.get("/lesson").await, "leeds: IT 1");
    assert!(!yan.get("/lesson").await.text.contains("leeds") && !lea.get("/lesson").await.text.contains("10.1.0.0/24"));
    assert_eq!(ask(&mut yan, &[("room", &own)]).await.status, 422, "a room of another site is no choice");
    yan.get("/account").await;
    let of_other = yan.post("/rooms/drop", &form(&[("which", own.trim_start_matches("room-")), ("drop_because", WHY)])).await;
    let of_none = yan.post("/rooms/drop", &form(&[("which", "999"), ("drop_because", WHY)])).await;
    assert!(of_other.status == 422 && of_other.text == of_none.text, "{}", of_other.text);
    let asked = ask(&mut lea, &[("room", &own)]).await;
    let page = lea.get(asked.location()).await.text;
    assert!(page.contains("page-2.test") && !page.contains("page-8.test"), "{page}");
    let range = ask(&mut yan, &[("range", "192.0.2.0/24")]).await;
    let page = yan.get(range.location()).await.text;
    assert!(page.contains("page-8.test") && !page.contains("page-2.test"), "{page}");
    // Whoever reaches all sees that site's requests alone in its room.
    let mut sam = person(&mut admin, "sam", "").await;
    let asked = ask(&mut sam, &[("room", &own)]).await;
    let page = sam.get(asked.location()).await.text;
    assert!(page.contains("page-2.test") && !page.contains("page-8.test"), "{page}");
}

/// A program whose leases name devices, and a class that asked for things.
async fn school() -> (World, real::Running, Browser) {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let names: String = (1..=9).map(|seat| format!("0 aa:bb:cc:00:00:0{seat} 192.0.2.{seat} PC-0{seat} *\n")).collect();
    world.write("dhcp/dnsmasq.leases", &names);
    let devices = "[proxy.devices]\nleases = [\"dhcp/dnsmasq.leases\"]\n\n[proxy.dns]";
    let config = world.config().replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.0/8\"]\n").replace("[proxy.dns]", devices);
    let running = real::start(&world.write("lifeguard.toml", &config));
    for seat in [3, 1, 2, 11] {
        let from = format!("X-Forwarded-For: 192.0.2.{seat}\r\n");
        for (host, path) in
            [("news.test", "/bytes/10"), ("news.test", "/bytes/20?q=%3Cscript%3E"), ("blocked.test", "/"), ("listed.test", "/page")]
        {
            get_with(running.proxy, &world.address(host, path), &from);
        }
        get_with(running.proxy, "http://listed.test/page", &from);
    }
    get_with(running.proxy, &world.address("news.test", "/bytes/30"), "X-Forwarded-For: 198.51.100.1\r\n");
    let mut admin = running.administrator().await;
    let sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    (world, running, sam)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_log_is_asked_for_every_seat_by_name_address_and_range() {
    let (world, _running, mut sam) = school().await;
    let map = "IT 1,1,PC-01\nIT 1,2,192.0.2.2\nIT 1,3,192.0.2.3-192.0.2.4\nIT 1,9,PC-09\nIT 1,,192.0.2.8/29\n";
    put_down(&mut sam, "/rooms", "map", map, "").await;
    let room = choice(&sam.get("/lesson").await, "IT 1");
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::get("Europe/London").unwrap()).date().to_string();
    let whole = [("day", today.as_str()), ("from", "00:00"), ("to", "23:59")];
    let asked = ask(&mut sam, &[&whole[..], &[("room", room.as_str())]].concat()).await;
    let page = sam.get(asked.location()).await.text;
    assert!(page.contains("Nothing was asked for here") && !page.contains("198.51.100.1"), "{page}");
    for (seat, name) in [("Seat 1", "PC-01"), ("Seat 2", "PC-02"), ("Seat 3", "PC-03")] {
        assert!(page.contains(&format!("{seat}: {name} (192.0.2.")), "{seat}: {page}");
    }
    assert!(page.contains("192.0.2.11") && !page.contains("listed.test") && page.contains("[statutory: redacted]"), "{page}");
    // The same numbers as the log itself has.
    let from = world.command(&["logs", "search", "--client", "192.0.2.0/28", "--json", "--limit", "1000"]);
    let said = String::from_utf8_lossy(&from.stdout).lines().count();
    let events = world.command(&["logs", "search", "--kind", "event", "--json", "--limit", "1000"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert!(events.contains(&format!("looked at a lesson in IT 1: 4 devices, {said} requests")), "{said}: {events}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_safeguarding_lead_looks_at_a_lesson_in_chromium() {
    let (_world, running, sam) = school().await;
    let cookie = sam.cookie.unwrap();
    let said = tokio::task::spawn_blocking(move || real::journey("lesson.py", &running, &[&cookie])).await.unwrap();
    if let Some(said) = said {
        println!("{said}");
    }
}
