//! What people at the screen say to staff, and who answers: from the form on the block page to the answer on it (issue 7; E9, B11, W3).

use crate::child::{Client, Way, way};
use crate::console_support::real::{self, Running, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::support::proxy::wait_until;
use crate::support::{Reply, World};
use lifeguard::admin::{Queue, Role};
use lifeguard::ports::{Amendment, LogFault, QueueDesk, QueueState, Worry};
use lifeguard::record::EventKind;

const CHILD: &str = "192.0.2.7";
const OTHER: &str = "192.0.2.8";
const BAD: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u{202e}";

/// The number that somebody is given.
fn number(reply: &Reply) -> String {
    let text = reply.text();
    text.split_once("<p class=\"print\">").unwrap_or_else(|| panic!("no number: {text}")).1.split('<').next().unwrap().to_owned()
}

fn start(world: &mut World, more: &str) -> Running {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\nother.test\n");
    world.more += more;
    let config = world.config().replacen("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports", 1);
    real::start(&world.write("lifeguard.toml", &config))
}

fn events(world: &World) -> String {
    let out = world.command(&["logs", "search", "--events", "--limit", "1000", "--json"]);
    let all = String::from_utf8_lossy(&out.stdout).into_owned();
    all.lines().filter(|line| line.starts_with("{\"kind\":\"event\"")).collect::<Vec<_>>().join("\n")
}

async fn line_id(staff: &mut Browser, host: &str) -> String {
    let page = staff.get("/queue").await;
    let at = page.text.find(&host.replace('.', "[.]")).unwrap_or_else(|| panic!("{host}: {}", page.text));
    let before = &page.text[..at];
    let href = &before[before.rfind("/queue/answer?id=").unwrap() + "/queue/answer?id=".len()..];
    href.split('"').next().unwrap().to_owned()
}

async fn press(staff: &mut Browser, path: &str, fields: &[(&'static str, &str)]) -> Answer {
    staff.post(path, &form(fields)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_asks_on_the_block_page_staff_answer_and_the_page_says_so() {
    let mut world = World::new();
    let running = start(&mut world, "");
    let mut admin = running.administrator().await;
    let (child, other) = (Client(running.proxy, CHILD), Client(running.proxy, OTHER));
    let blocked = world.address("blocked.test", "/a/page?q=my+secret");
    let page = child.get(&blocked);
    assert!(page.status == 403 && page.text().contains("I think this is wrong"), "{}", page.text());
    let ask = way(&page.text(), "tell");
    // Nothing is taken without words, with the form of another, or about another address.
    assert!(child.send(&ask, &[("words", " \r\n ")]).text().contains("did not write anything"));
    for (who, way) in [
        (&other, ask.clone()),
        (&child, Way { action: ask.action.replace("blocked%2Etest", "other%2Etest"), ..ask.clone() }),
        (&child, Way { token: "1-00".into(), ..ask.clone() }),
        (&child, Way { token: String::new(), ..ask.clone() }),
    ] {
        let said = who.send(&way, &[("words", "please")]);
        assert!(said.text().contains("open for a long time"), "{way:?}: {}", said.text());
    }
    let thanks = child.send(&ask, &[("words", &format!("homework {BAD}"))]);
    assert!(thanks.status == 200 && thanks.text().contains("Thank you"), "{}", thanks.text());
    let mine = number(&thanks);
    let second = other.send(&way(&other.get(&blocked).text(), "tell"), &[("words", "me too")]);
    assert!(second.text().contains("Thank you"), "{}", second.text());
    // The number finds it, and says nothing to whoever guesses.
    let find = way(&child.own("/answer").text(), "code");
    let state = child.send(&find, &[("number", &mine)]);
    assert!(state.text().contains("have not answered yet"), "{}", state.text());
    assert!(child.send(&find, &[("number", "aaaa-bbbb-cccc")]).text().contains("nothing with this number"));
    // Staff: one line for both, under pseudonyms, with what closed it; nothing of it is markup, and nothing can be followed.
    let front = admin.get("/dashboard").await;
    assert!(front.text.contains("What needs you") && front.text.contains("1 to answer; the oldest: today"), "{}", front.text);
    let id = line_id(&mut admin, "blocked.test").await;
    let one = admin.get(&format!("/queue/answer?id={id}")).await;
    for needed in ["blocked[.]test", "<dd>2</dd>", "P-", "testing", "homework &lt;script&gt;", "\\u{202e}", "me too", "A-1"] {
        assert!(one.text.contains(needed), "{needed}: {}", one.text);
    }
    for never in ["<script", "<img src", "\u{202e}", "192.0.2.7", "my+secret", "href=\"http://blocked"] {
        assert!(!one.text.contains(never), "{never}: {}", one.text);
    }
    let bad = press(&mut admin, "/queue/answer", &[("id", &id), ("words", " ")]).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"words-fault\"") && bad.text.contains("id=\"state-fault\""), "{}", bad.text);
    let bad = press(&mut admin, "/queue/answer", &[("id", &id), ("words", "kept text"), ("state", "done")]).await;
    assert!(bad.status == 422 && bad.text.contains("kept text"), "what was typed comes back: {}", bad.text);
    let done = press(&mut admin, "/queue/answer", &[("id", &id), ("words", &format!("It is a shop. {BAD}")), ("state", "declined")]).await;
    assert_eq!((done.status, done.location()), (303, "/queue"), "{}", done.text);
    let again = press(&mut admin, "/queue/answer", &[("id", &id), ("words", "twice"), ("state", "answered")]).await;
    assert!(again.status == 422 && again.text.contains("answered by somebody else"), "{}", again.text);
    // The answer is where they look.
    let page = child.get(&blocked).text();
    assert!(page.contains("The staff looked at this page on") && page.contains("It is a shop. &lt;script&gt;"), "{page}");
    assert!(!page.contains("<script"), "{page}");
    assert!(!child.get(&world.address("other.test", "/")).text().contains("The staff looked"));
    let told = child.send(&find, &[("number", &mine)]).text();
    assert!(told.contains("The page stays closed") && told.contains("It is a shop."), "{told}");
    // All of it was recorded, and nothing of it that is theirs alone.
    let events = events(&world);
    for needed in ["amendment-asked", "A-1: blocked.test for the group everyone", "answered A-1 (declined)", "looked at A-1"] {
        assert!(events.contains(needed), "{needed}: {events}");
    }
    for never in ["homework", &*mine, "my+secret"] {
        assert!(!events.contains(never), "{never}: {events}");
    }
    // A restart forgets nothing.
    let config = world.folder.path().join("lifeguard.toml");
    drop(running);
    let proxy = crate::support::Lifeguard::start(&config);
    let child = Client(proxy.proxy, CHILD);
    assert!(child.get(&blocked).text().contains("The staff looked at this page on"));
    let find = way(&child.own("/answer").text(), "code");
    assert!(child.send(&find, &[("number", &mine)]).text().contains("It is a shop."));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_opens_a_site_for_the_group_and_another_puts_it_into_a_category() {
    let mut world = World::new();
    let running = start(&mut world, "");
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    let child = Client(running.proxy, CHILD);
    for host in ["blocked.test", "other.test"] {
        let page = child.get(&world.address(host, "/"));
        assert!(child.send(&way(&page.text(), "tell"), &[("words", "please")]).text().contains("Thank you"));
    }
    let id = line_id(&mut ivy, "blocked.test").await;
    let bad = press(&mut ivy, "/queue/allow", &[("id", &id), ("until", "2099-01-01"), ("allow_because", "a lesson")]).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"until-fault\""), "{}", bad.text);
    let bad = press(&mut ivy, "/queue/allow", &[("id", &id), ("until", "soon"), ("allow_because", "")]).await;
    assert!(bad.text.contains("id=\"until-fault\"") && bad.text.contains("id=\"allow_because-fault\""), "{}", bad.text);
    assert_eq!(child.get(&world.address("blocked.test", "/")).status, 403);
    let done = press(&mut ivy, "/queue/allow", &[("id", &id), ("allow_because", "a lesson")]).await;
    assert_eq!((done.status, done.location()), (303, "/queue"), "{}", done.text);
    wait_until("it is open", || child.get(&world.address("blocked.test", "/")).status != 403);
    let list = world.command(&["exceptions", "list"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(list.contains("E-1 opens blocked.test for the group everyone") && list.contains("by ivy: a lesson"), "{list}");
    let id = line_id(&mut ivy, "other.test").await;
    let bad = press(&mut ivy, "/queue/category", &[("id", &id), ("category", "statutory"), ("file_because", "x")]).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"category-fault\""), "{}", bad.text);
    let done = press(&mut ivy, "/queue/category", &[("id", &id), ("category", "testing"), ("file_because", "it is one")]).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let acts = world.command(&["lists", "categorise", "--list"]);
    let acts = String::from_utf8_lossy(&acts.stdout).into_owned();
    assert!(acts.contains("other.test was put into the category testing by ivy"), "{acts}");
    // The new category may be closed for them too: nothing is promised.
    let told = child.get(&world.address("other.test", "/")).text();
    assert!(told.contains("They changed something") && told.contains("open for you now, or stay closed"), "{told}");
    // Numbers that are nobody's, and words that are no numbers, look alike.
    for number in ["0", "-1", "99999", "1 OR 1=1", "", "A-1"] {
        assert_eq!(ivy.get(&format!("/queue/answer?id={}", number.replace(' ', "+"))).await.status, 404, "{number}");
        assert_eq!(press(&mut ivy, "/queue/allow", &[("id", number), ("allow_because", "x")]).await.status, 404, "{number}");
    }
    let events = events(&world);
    assert!(
        events.contains("opens blocked.test for the group everyone until") && events.contains("puts other.test into the category testing"),
        "{events}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worry_is_read_by_the_safeguarding_lead_alone_and_its_words_stand_in_no_log() {
    let mut world = World::new();
    let running = start(&mut world, "");
    let mut admin = running.administrator().await;
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    let child = Client(running.proxy, CHILD);
    // What the law closes has no form, and the way for a worry.
    let by_law = child.get("http://listed.test/page");
    assert!(!by_law.text().contains("I think this is wrong") && by_law.text().contains("/worry\">I am worried"), "{}", by_law.text());
    assert!(!child.own("/why").text().contains("/wrong?ref="), "nor on the list of what did not open");
    let page = child.own("/worry");
    for needed in ["Call 999", "Childline", "0800 1111", "need not give your name", "Stop It Now", "CEOP"] {
        assert!(page.text().contains(needed) || by_law.text().contains(needed), "{needed}: {}", page.text());
    }
    let tell = way(&page.text(), "tell");
    assert!(child.send(&tell, &[("words", "")]).text().contains("did not write anything"));
    let kept = child.send(&Way { token: "1-0".into(), ..tell.clone() }, &[("words", "somebody frightens me"), ("name", "Kim")]).text();
    assert!(kept.contains("open for a long time") && kept.contains("somebody frightens me") && kept.contains("value=\"Kim\""), "{kept}");
    let thanks = child.send(&tell, &[("words", &format!("somebody frightens me\n{BAD}")), ("name", BAD)]);
    assert!(thanks.text().contains("Thank you") && thanks.text().contains("Childline"), "{}", thanks.text());
    let mine = number(&thanks);
    for staff in [&mut admin, &mut ivy] {
        assert_eq!(staff.get("/worries").await.status, 403);
        assert_eq!(staff.get("/worries/answer?id=1").await.status, 403);
        assert!(!staff.get("/dashboard").await.text.contains("Worries"));
    }
    assert!(sam.get("/dashboard").await.text.contains("1 to answer; the oldest: today"));
    assert_eq!(sam.get("/queue").await.status, 403);
    let list = sam.get("/worries").await.text;
    assert!(list.contains("W-1") && !list.contains("frightens") && !list.contains("<script"), "{list}");
    let one = sam.get("/worries/answer?id=1").await.text;
    assert!(one.contains("somebody frightens me") && one.contains("&lt;img src=x onerror") && !one.contains("<img src"), "{one}");
    assert_eq!(sam.get("/worries/answer?id=2").await.status, 404);
    let done = press(&mut sam, "/worries/answer", &[("id", "1"), ("state", "answered"), ("words", "Come to my room at noon.")]).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let find = way(&child.own("/answer").text(), "code");
    assert!(child.send(&find, &[("number", &mine)]).text().contains("Come to my room at noon."));
    let events = events(&world);
    for needed in ["worry-told", "W-1: a worry, from the group everyone", "read the worry W-1", "answered W-1 (answered)"] {
        assert!(events.contains(needed), "{needed}: {events}");
    }
    assert!(!events.contains("frightens") && !events.contains("Come to my room") && !events.contains(&mine), "{events}");
    assert!(!world.log().contains("frightens"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_said_and_too_many_are_not_taken() {
    let mut world = World::new();
    // A file in the place of the folder: nothing can be written there.
    let folder = world.folder.path().join("elsewhere");
    let running = start(&mut world, "");
    let child = Client(running.proxy, CHILD);
    let tell = way(&child.own("/worry").text(), "tell");
    for number in 0..10 {
        assert!(child.send(&tell, &[("words", &format!("worry {number}"))]).text().contains("Thank you"), "{number}");
    }
    let paused = child.send(&tell, &[("words", "one more")]);
    assert!(paused.text().contains("a lot in a short time") && paused.text().contains("one more"), "{}", paused.text());
    drop(running);
    std::fs::write(&folder, "in the way").unwrap();
    let more = format!("[admin]\nfolder = \"{}\"\n", folder.display());
    let config = world.config().replacen("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports", 1);
    let config = if config.contains("[admin]") { config.replacen("[admin]\n", &more, 1) } else { config + &more };
    let path = world.write("lifeguard.toml", &config);
    let proxy = crate::support::Lifeguard::start(&path);
    let child = Client(proxy.proxy, OTHER);
    let sent = child.send(&way(&child.own("/worry").text(), "tell"), &[("words", "help")]);
    assert!(sent.text().contains("talk to the staff now") && !sent.text().contains("Thank you"), "{}", sent.text());
    assert!(events(&world).contains("not kept, and its writer was told to talk to staff"));
    let metrics = crate::support::client::get_direct(proxy.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_queue_refused_total 1"), "an alarm can be raised on it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_that_would_shame_is_named_to_staff_alone() {
    let mut world = World::new();
    let running = start(&mut world, "[categories.testing]\ntitle = \"Shame\"\nshow_category = false\n");
    let mut admin = running.administrator().await;
    let child = Client(running.proxy, CHILD);
    let page = child.get(&world.address("blocked.test", "/")).text();
    assert!(!page.contains("Shame") && !page.contains("testing") && page.contains("is not open"), "{page}");
    assert!(!child.own("/why").text().contains("Shame"));
    let json = child.ask("GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n", "Sec-Fetch-Dest: empty\r\n", "").text();
    assert!(!json.contains("Shame") && !json.contains("testing"), "{json}");
    assert!(child.send(&way(&page, "tell"), &[("words", "please")]).text().contains("Thank you"));
    let id = line_id(&mut admin, "blocked.test").await;
    assert!(admin.get(&format!("/queue/answer?id={id}")).await.text.contains("testing"));
    assert!(world.log().contains("testing"), "the log says it as ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_page_can_be_shown_the_list_of_what_did_not_open_leads_to_the_form() {
    let mut world = World::new();
    let running = start(&mut world, "");
    let child = Client(running.proxy, CHILD);
    let place = format!("www.blocked.test:{}", world.origin.port());
    let refused = child.ask(&format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"), "", "");
    assert_eq!(refused.status, 403);
    let why = child.own("/why").text();
    let reference = why.split_once("/wrong?ref=").unwrap_or_else(|| panic!("{why}")).1.split('"').next().unwrap().to_owned();
    let page = child.own(&format!("/wrong?ref={reference}")).text();
    assert!(page.contains("www.blocked.test"), "{page}");
    let other = Client(running.proxy, OTHER).own(&format!("/wrong?ref={reference}")).text();
    assert!(!other.contains("blocked.test") && other.contains("cannot ask about a page here"), "{other}");
    let thanks = child.send(&way(&page, "tell"), &[("words", "please")]);
    assert!(thanks.text().contains("Thank you"), "{}", thanks.text());
    assert!(events(&world).contains("A-1: www.blocked.test for the group everyone"));
}

fn asked(host: &str, whose: &str, words: &str, scene: &Scene) -> Amendment {
    use lifeguard::ports::Clock;
    Amendment {
        at: scene.clock.now().wall,
        reference: BAD.into(),
        whose: whose.into(),
        group: BAD.into(),
        host: host.into(),
        address: format!("http://{host}/{BAD}"),
        reason: BAD.into(),
        category: BAD.into(),
        layer: BAD.into(),
        list: BAD.into(),
        words: words.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_rows_stay_text_lines_are_merged_and_what_is_not_recorded_is_not_answered() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let queue = Queue::at(&scene.folder.path().join("console"));
    for (host, whose) in [("a.test", "person kim"), ("a.test", "person lee"), ("a.test", "person kim"), (BAD, "person kim")] {
        queue.ask(&asked(host, whose, BAD, &scene)).unwrap();
    }
    queue.tell(&Worry { name: BAD.into(), group: BAD.into(), words: BAD.into(), ..Worry::default() }).unwrap();
    let list = admin.get("/queue").await.text;
    assert!(list.contains(">2</td><td data-name=\"Times\">3</td><td data-name=\"Waits since\">today</td>"), "{list}");
    let one = admin.get("/queue/answer?id=1").await.text;
    for page in [&list, &one, &admin.get("/queue/answer?id=4").await.text] {
        assert!(
            !page.contains("<script") && !page.contains("<img src") && !page.contains('\u{202e}') && page.contains("&lt;script&gt;"),
            "{page}"
        );
    }
    // The same person is the same word.
    let who: std::collections::BTreeSet<&str> = one.split(">P-").skip(1).map(|rest| &rest[..8]).collect();
    assert_eq!(who.len(), 2, "{one}");
    scene.log.break_down(Some(LogFault::Full));
    let not = press(&mut admin, "/queue/answer", &[("id", "1"), ("words", "yes"), ("state", "answered")]).await;
    assert_eq!(not.status, 503, "{}", not.text);
    let not = press(&mut admin, "/queue/allow", &[("id", "1"), ("allow_because", "x")]).await;
    assert_eq!(not.status, 503, "{}", not.text);
    assert!(scene.works.queue.allowed.lock().unwrap().is_empty() && scene.works.queue.answers.lock().unwrap().is_empty());
    assert_eq!(admin.get("/queue").await.status, 503, "a look that cannot be recorded is none");
    scene.log.break_down(None);
    admin.get("/queue/answer?id=1").await;
    let done = press(&mut admin, "/queue/answer", &[("id", "1"), ("words", "yes"), ("state", "answered")]).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let answers = scene.works.queue.answers.lock().unwrap().clone();
    assert!(
        answers.iter().all(|(group, host, answer)| group == BAD && host == "a.test" && answer.state == QueueState::Answered),
        "{answers:?}"
    );
    assert_eq!(answers.len(), 3, "everybody who waited is answered");
    let mut sam = scene.person(&mut admin, "sam", Role::SafeguardingLead).await.0;
    let worries = sam.get("/worries").await.text;
    assert!(!worries.contains("<script") && worries.contains("&lt;script&gt;"), "{worries}");
    let one = sam.get("/worries/answer?id=1").await.text;
    assert!(!one.contains("<script") && !one.contains("<img src"), "{one}");
    let looked = scene.acts().iter().filter(|(kind, act)| *kind == EventKind::ConsoleLookUp && act.did.contains("worr")).count();
    assert_eq!(looked, 2);
}

#[test]
fn the_queue_in_chromium_from_the_block_page_to_the_answer() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::new();
        let running = start(&mut world, "");
        let mut admin = running.administrator().await;
        let sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
        let cookies = [admin.cookie.clone().unwrap(), sam.cookie.clone().unwrap()];
        let (proxy, blocked) = (running.proxy.to_string(), world.address("blocked.test", "/page"));
        let more = [cookies[0].clone(), cookies[1].clone(), proxy, blocked];
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let Some(said) = real::journey("told.py", &running, &more) else { return };
        println!("{said}");
        let events = events(&world);
        assert!(events.contains("answered A-1 (declined)") && events.contains("answered W-1 (answered)"), "{events}");
    });
}
