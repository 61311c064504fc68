//! What comes from outside, and what runs out: hostile words of clients and devices on the pages with rows, letters that cannot be led
//! elsewhere, a disk that is full under the console's file, and an answer that takes its time (security A1 to A7; issue 7).

use crate::attack::{forms, look_at, places, send};
use crate::console_support::Scene;
use crate::console_support::real::{self, form};
use crate::filled::{CHILD, Filled, filled, filled_with, tell};
use crate::mail_support::MailServer;
use crate::support::client::{get_direct, get_with};
use crate::support::{Small, World};
use lifeguard::admin::{Place, Role};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// The links of a page to places of the console.
fn links(html: &str) -> Vec<String> {
    let all = html.split("<a ").skip(1).filter_map(|rest| rest.split('>').next()?.split("href=\"").nth(1)?.split('"').next());
    all.filter(|link| link.starts_with('/')).map(|link| link.replace("&amp;", "&").split('#').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_of_clients_and_devices_are_text_on_every_page_with_rows() {
    let mut filled = filled().await;
    let (mut looked, mut shown, mut known) = (0, 0, String::new());
    for (role, mut browser) in filled.seats.clone() {
        let mut waiting: VecDeque<String> = filled.more.iter().filter(|(whose, _)| *whose == role).map(|(_, path)| path.clone()).collect();
        waiting.extend(places(role).filter(|place| place.takes().get()).map(|place| place.path().to_owned()));
        let own: BTreeSet<&str> = places(role).filter(|place| place.takes().get()).map(Place::path).collect();
        let (mut seen, mut times): (BTreeSet<String>, BTreeMap<String, usize>) = Default::default();
        while let Some(path) = waiting.pop_front() {
            let place = path.split('?').next().unwrap().to_owned();
            let times = times.entry(place.clone()).or_default();
            // The latest requests are those of the filter's own pages, which have nothing of the client in them.
            let most = if place == "/log/record" { 40 } else { 8 };
            if *times == most || !own.contains(&*place) || !seen.insert(path.clone()) {
                continue;
            }
            *times += 1;
            let page = browser.get(&path).await;
            look_at(&format!("{role} {path}"), &page);
            looked += 1;
            // A file is no page: nobody takes its text for markup.
            if page.status == 200 && !page.head.contains("text/html") {
                assert!(page.head.contains("attachment") && page.head.contains("nosniff"), "{role} {path}: {}", page.head);
                continue;
            }
            assert!(!page.text.contains("<script") && !page.text.contains("<img"), "{role} {path}: {}", page.text);
            shown += page.text.matches("&lt;script&gt;").count();
            if place == "/log/record" {
                known.push_str(&page.text);
            }
            waiting.extend(links(&page.text));
        }
    }
    for field in ["user_agent", "referer", "url", "device"] {
        let row = known.split("<tr>").find(|row| row.starts_with(&format!("<th scope=\"row\">{field}<")) && row.contains("script"));
        assert!(row.is_some(), "{field} has nothing hostile in it, so nothing was shown to be harmless: {known}");
    }
    assert!(looked > 150 && shown > 100, "{looked} pages, {shown} hostile texts");
    a_hostile_name_is_text(&mut filled).await;
    println!("{looked} pages with {shown} hostile texts shown as text");
}

/// The name that came through the proxy is seen by whoever may, with a purpose: as text, on the request and on the list of names.
async fn a_hostile_name_is_text(filled: &mut Filled) {
    let lead = Role::SafeguardingLead;
    let rows = filled.more.iter().find(|(role, path)| *role == lead && path.ends_with("&rows=yes")).unwrap().1.clone();
    let seat = filled.seat(lead);
    let page = seat.get(&rows).await.text;
    let records: Vec<String> = links(&page).into_iter().filter(|link| link.starts_with("/log/record?")).collect();
    let mut named = String::new();
    for record in &records {
        let page = seat.get(record).await;
        // That of a known person has the form.
        if let (Some(ask), Some(number)) = (page.between("name=\"ask\" value=\"", "\""), page.between("name=\"n\" value=\"", "\"")) {
            let wish = form(&[("ask", ask), ("n", number), ("because", "a parent asked")]);
            let seen = seat.post("/log/names", &wish).await;
            assert!(seen.status == 303, "{}", seen.text);
            named = seat.get(record).await.text;
            break;
        }
    }
    let list = seat.get("/log/names").await.text;
    for page in [&named, &list] {
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }
    assert!(named.contains("onerror=alert(2)&gt; (person-"), "{} requests, and no hostile name on any: {named}", records.len());
}

/// Letters go to the recipients of the settings, by the server of the settings, whatever is typed on the console.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_on_the_console_leads_a_letter_elsewhere() {
    let Some(server) = MailServer::start("plain", None) else { return };
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let port = trap.local_addr().unwrap().port();
    let filled = filled_with(server.port).await;
    let bad = [
        format!("evil@[127.0.0.1]:{port}"),
        format!("evil@127.0.0.1:{port}"),
        format!("smtp://127.0.0.1:{port}/"),
        "evil@evil.example".to_owned(),
        "lead, evil@evil.example".to_owned(),
        "lead\r\nRCPT TO:<evil@evil.example>\r\n".to_owned(),
        "x\r\nBcc: evil@evil.example\r\n\r\n.\r\nMAIL FROM:<evil@evil.example>".to_owned(),
    ];
    let (mut sent, mut taken) = (0, 0);
    for (role, mut browser) in filled.seats.clone() {
        for place in places(role).filter(|place| place.takes().get()) {
            let page = browser.get(place.path()).await;
            // All but those that end the report which the letter below is of.
            let ours = |action: &str| {
                let mut open = places(role).filter(|place| !matches!(place, Place::ReportStop | Place::LogDrop));
                open.any(|place| place.path() == action)
            };
            for found in forms(&page.text).into_iter().filter(|found| ours(&found.action)) {
                for bad in &bad {
                    // In what is typed; and in what is chosen, one after the other, as nobody's browser would.
                    let mut rounds = vec![found.typed.iter().cloned().collect::<Vec<_>>()];
                    rounds.extend(
                        found.fields.keys().filter(|name| !found.typed.contains(*name) && *name != "token").map(|name| vec![name.clone()]),
                    );
                    for names in rounds {
                        let mut fields = found.fields.clone();
                        found.typed.iter().for_each(|name| drop(fields.insert(name.clone(), "good".into())));
                        names.into_iter().for_each(|name| drop(fields.insert(name, bad.clone())));
                        let answer = send(&mut browser, &found.action, &fields).await;
                        sent += 1;
                        taken += usize::from(answer.status < 400);
                    }
                }
            }
        }
    }
    // Every report that was ordered is due now, and alerts are told at once.
    let book = rusqlite::Connection::open(filled.world.folder.path().join("console/console.sqlite")).unwrap();
    book.busy_timeout(Duration::from_secs(5)).unwrap();
    book.execute("UPDATE report SET due = due - 8 * 86400000000", []).unwrap();
    get_with(filled.running.proxy, "http://listed.test/page", "");
    let mut letters = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30)
        && !letters.iter().any(|letter: &serde_json::Value| letter.to_string().contains("report R-1"))
    {
        letters.extend(server.letter());
    }
    assert!(letters.iter().any(|letter| letter.to_string().contains("report R-1")), "{letters:?}");
    for letter in &letters {
        assert_eq!(letter["to"], serde_json::json!(["sam@school.example"]), "{letter}");
        let data = letter["data"].as_str().unwrap();
        let head = data.split("\r\n\r\n").next().unwrap().to_lowercase();
        assert!(!head.contains("evil") && !head.contains("bcc"), "{head}");
    }
    assert!(trap.accept().is_err(), "somebody connected to where a form said");
    assert!(!filled.world.names.asked().iter().any(|name| name.contains("evil")), "{:?}", filled.world.names.asked());
    assert!(sent > 300 && taken > 20, "{sent} forms, {taken} taken");
    println!("{sent} forms, {taken} of them taken; {} letters, all to the registered address", letters.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_full_disk_under_its_file_the_console_says_so_and_the_proxy_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    let Some(small) = Small::mount_of(&disk, "2m") else { return };
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let admin = format!("[admin]\nfolder = \"{}/console\"\n", disk.display());
    let config = world.config().replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.0/8\"]\n").replace("[admin]\n", &admin);
    let running = real::start(&world.write("lifeguard.toml", &config));
    let mut admin = running.administrator().await;
    let mut lead = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let wrong = world.address("blocked.test", "/page");
    let worry = "http://lifeguard.internal/worry";
    for address in [&*wrong, worry] {
        assert!(tell(running.proxy, address, "please", CHILD).contains("Thank you"));
    }
    lead.get("/incidents/new").await;
    let filler = small.fill();
    // Whoever writes is told that it was not kept, and whom to go to; nobody is thanked.
    for (address, words) in [(&*wrong, "homework"), (worry, "somebody frightens me")] {
        let said = tell(running.proxy, address, words, "192.0.2.8");
        assert!(!said.contains("Thank you") && said.contains("talk to the staff"), "{said}");
    }
    let incident = form(&[("what", "A child told a teacher."), ("severity", "2"), ("kind", "bullying"), ("client", "127.0.0.1")]);
    let refused = lead.post("/incidents/new", &incident).await;
    assert!(refused.status >= 500, "{}: {}", refused.status, refused.text);
    // The filter does not need that file.
    assert_eq!(get_with(running.proxy, &world.address("open.test", "/bytes/10"), "").status, 200);
    assert_eq!(get_with(running.proxy, &wrong, "").status, 403);
    assert!([403, 451].contains(&get_with(running.proxy, "http://listed.test/page", "").status));
    assert_eq!(get_direct(running.console, "/livez").status, 200);
    let metrics = get_direct(running.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_queue_refused_total 2"), "{metrics}");
    // With room again everything goes on by itself, and what was refused is not half there.
    std::fs::remove_file(filler).unwrap();
    let begun = Instant::now();
    while lead.get("/incidents").await.status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the console does not come back");
    }
    let page = lead.get("/worries").await.text;
    assert!(page.contains("W-1") && !page.contains("W-2"), "{page}");
    lead.get("/incidents/new").await;
    let made = lead.post("/incidents/new", &incident).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let begun = Instant::now();
    // The listed address of the time without room is an incident after all: the log has it.
    while !lead.get("/incidents").await.text.contains("opened by itself") {
        assert!(begun.elapsed() < Duration::from_secs(30), "what the log has did not become an incident");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(tell(running.proxy, worry, "again", "192.0.2.8").contains("Thank you"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_takes_longer_than_the_patience_for_a_slow_client_comes_whole() {
    let scene = Scene::start_patient(Duration::from_secs(1)).await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "sam", Role::SafeguardingLead).await;
    lead.get("/log").await;
    let asked = lead.post("/log", &form(&[("slot", "day"), ("because", "a parent asked")])).await;
    assert_eq!(asked.status, 303, "{}", asked.text);
    lead.get(asked.location()).await;
    *scene.works.asking.takes.lock().unwrap() = Duration::from_secs(3);
    let id = asked.location().split("ask=").nth(1).unwrap().to_owned();
    let file = lead.post("/log/export", &form(&[("ask", &id), ("kind", "csv"), ("for_whom", "here"), ("why", "for the head")])).await;
    assert!(file.status == 200 && file.head.contains("attachment"), "{}", file.head);
    let page = lead.get(&format!("{}&rows=yes", asked.location())).await;
    assert_eq!(page.status, 200, "{}", page.text);
    // Whoever is slow themselves is closed as ever.
    let begun = Instant::now();
    let mut slow = tokio::net::TcpStream::connect(scene.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut slow, b"GET /sign-in HTTP/1.1\r\nX: ").await.unwrap();
    let mut rest = Vec::new();
    let _ended = tokio::io::AsyncReadExt::read_to_end(&mut slow, &mut rest).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}
