//! What people at the screen think of the filter, from the page to what staff say they did about it (standard F18).

use crate::child::{Client, Way, way};
use crate::console_support::real::{self, Running, form};
use crate::console_support::{Browser, Scene};
use crate::support::World;
use lifeguard::admin::{Opinions, Role};
use lifeguard::ports::{Clock, LogFault, Opinion, OpinionDesk, View};

const CHILD: &str = "192.0.2.7";
const OTHER: &str = "192.0.2.8";
const BAD: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u{202e}";

fn start(world: &mut World) -> Running {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.config().replacen("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports", 1);
    real::start(&world.write("lifeguard.toml", &config))
}

fn events(world: &World) -> String {
    let out = world.command(&["logs", "search", "--events", "--limit", "1000", "--json"]);
    let all = String::from_utf8_lossy(&out.stdout).into_owned();
    all.lines().filter(|line| line.starts_with("{\"kind\":\"event\"")).collect::<Vec<_>>().join("\n")
}

async fn mark(staff: &mut Browser, fields: &[(&'static str, &str)]) -> crate::console_support::Answer {
    let page = staff.get("/opinions").await.text;
    let until = page.split_once("name=\"until\" value=\"").unwrap_or_else(|| panic!("{page}")).1.split('"').next().unwrap().to_owned();
    let mut all = form(fields);
    all.entry("until").or_insert(until);
    staff.post("/opinions/read", &all).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_says_what_they_think_staff_answer_and_the_page_says_so_without_a_name_anywhere() {
    let mut world = World::new();
    let running = start(&mut world);
    let mut admin = running.administrator().await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    let mut gov = running.person(&mut admin, "gov", "governor").await;
    let (child, other) = (Client(running.proxy, CHILD), Client(running.proxy, OTHER));
    let blocked = child.get(&world.address("blocked.test", "/")).text();
    for page in [&blocked, &child.own("/why").text()] {
        assert!(page.contains("/opinion\">What do you think of the filter?") && page.contains("lang=cy"), "{page}");
    }
    assert!(!child.get("http://listed.test/page").text().contains("/opinion"), "not beside what the law closes");
    let page = child.own("/opinion").text();
    for needed in
        ["It helps me", "It gets in my way", "I do not mind it", "Who reads it?", "not write it here", "/worry", "0800 1111", "999"]
    {
        assert!(page.contains(needed), "{needed}: {page}");
    }
    assert!(!page.contains("name=\"name\"") && !page.contains("You said, we did"), "{page}");
    let welsh = child.own("/opinion?lang=cy").text();
    assert!(welsh.contains("Beth yw dy farn di?") && welsh.contains("lang=\"cy\"") && !welsh.contains("It helps me"), "{welsh}");
    // Nothing is taken without a choice, with the form of another, or with a made-up view; what was typed stays.
    let tell = way(&page, "tell opinion");
    let said = child.send(&tell, &[("words", "kept words")]).text();
    assert!(said.contains("Please choose one") && said.contains("kept words"), "{said}");
    assert!(child.send(&tell, &[("view", "everything")]).text().contains("Please choose one"));
    let not = other.send(&tell, &[("view", "helps")]).text();
    assert!(not.contains("open for a long time"), "{not}");
    let long = "\u{e9}".repeat(900);
    for (view, words) in [("in-the-way", &*format!("I cannot do my ships homework {BAD}")), ("helps", &long), ("no-matter", "")] {
        let thanks = child.send(&tell, &[("view", view), ("words", words)]);
        assert!(thanks.status == 200 && thanks.text().contains("Thank you") && !thanks.text().contains("<script"), "{}", thanks.text());
    }
    assert!(child.send(&tell, &[("view", "helps")]).text().contains("Please try again later"), "the fourth in five minutes is not taken");
    // Whoever was told to wait can tell a worry all the same.
    assert!(child.send(&way(&child.own("/worry").text(), "tell"), &[("words", "something else")]).text().contains("Thank you"));
    // Read by those who answer for the policy; a governor sees counts alone.
    assert!(ivy.get("/dashboard").await.text.contains("2 that nobody has read"));
    let list = ivy.get("/opinions").await.text;
    for needed in ["ships homework &lt;script&gt;", "It gets in my way", "everyone", "fewer than 5"] {
        assert!(list.contains(needed), "{needed}: {list}");
    }
    let cut = "\u{e9}".repeat(300);
    assert!(list.contains(&cut) && !list.contains(&format!("{cut}\u{e9}")), "no more than 300 signs");
    for never in ["<script", "<img src", "\u{202e}", CHILD, "P-"] {
        assert!(!list.contains(never), "{never}: {list}");
    }
    assert_eq!(gov.get("/opinions").await.status, 403);
    let figures = gov.get("/figures").await.text;
    assert!(
        figures.contains("What people think of the filter") && figures.contains("fewer than 5") && !figures.contains("ships"),
        "{figures}"
    );
    assert!(gov.get("/figures/file").await.text.contains(",view,helps,opinions,"));
    // An answer needs both sides, or neither.
    let bad = mark(&mut ivy, &[("said", "Homework is closed")]).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"did-fault\"") && bad.text.contains("Homework is closed"), "{}", bad.text);
    let bad = mark(&mut ivy, &[("said", "x"), ("did", "y"), ("nothing", "yes")]).await;
    assert!(bad.status == 422 && bad.text.contains("id=\"nothing-fault\""), "{}", bad.text);
    let done = mark(&mut ivy, &[("said", &format!("Pages about ships are closed {BAD}")), ("did", "We opened the museum.")]).await;
    assert_eq!((done.status, done.location()), (303, "/opinions"), "{}", done.text);
    let page = child.own("/opinion").text();
    assert!(page.contains("You said, we did") && page.contains("We opened the museum.") && page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("<script"), "{page}");
    assert!(child.own("/opinion?lang=cy").text().contains("Dywedoch chi"));
    let list = ivy.get("/opinions").await.text;
    assert!(list.contains("Nobody has written anything new") && list.contains("We opened the museum."), "{list}");
    // A restart forgets nothing; what is taken off is off.
    let off = ivy.post("/opinions/over", &form(&[("which", "9")])).await;
    assert!(off.status == 422 && child.own("/opinion").text().contains("museum"), "{}", off.text);
    let off = ivy.post("/opinions/over", &form(&[("which", "1")])).await;
    assert_eq!(off.status, 303, "{}", off.text);
    assert!(!child.own("/opinion").text().contains("museum"));
    let events = events(&world);
    for needed in [
        "opinion-told",
        "O-1: in-the-way, from the group everyone; SHA-256",
        "marked 3 opinions as read, up to O-3",
        "took off what people",
    ] {
        assert!(events.contains(needed), "{needed}: {events}");
    }
    let told: Vec<&str> = events.lines().filter(|line| line.contains("opinion-told")).collect();
    assert!(told.len() == 3 && told.iter().all(|line| !line.contains(CHILD) && !line.contains("homework")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_speaks_of_danger_is_a_worry_for_the_lead_alone_and_its_writer_is_told_whom_to_talk_to() {
    let mut world = World::new();
    let running = start(&mut world);
    let mut admin = running.administrator().await;
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let child = Client(running.proxy, CHILD);
    let tell = way(&child.own("/opinion").text(), "tell opinion");
    let thanks = child.send(&tell, &[("view", "helps"), ("words", "my uncle hurts\r\nme at night")]).text();
    for needed in ["Your words worry us", "999", "0800 1111", "<p class=\"print\">"] {
        assert!(thanks.contains(needed), "{needed}: {thanks}");
    }
    // A word of the settings' own searches counts as well.
    assert!(child.send(&tell, &[("view", "helps"), ("words", "make a bomb")]).text().contains("Your words worry us"));
    let number = thanks.split_once("<p class=\"print\">").unwrap().1.split('<').next().unwrap().to_owned();
    let of_staff = admin.get("/opinions").await.text;
    assert!(of_staff.contains("it is with the safeguarding lead") && !of_staff.contains("uncle"), "{of_staff}");
    let of_lead = sam.get("/opinions").await.text;
    assert!(of_lead.contains("W-1: my uncle hurts"), "{of_lead}");
    assert!(sam.get("/worries/answer?id=1").await.text.contains("my uncle hurts"));
    let done = sam.post("/worries/answer", &form(&[("id", "1"), ("state", "answered"), ("words", "Come to room 4.")])).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let find = way(&child.own("/answer").text(), "code");
    assert!(child.send(&find, &[("number", &number)]).text().contains("Come to room 4."));
    let events = events(&world);
    assert!(events.contains("W-1: made of an opinion, from the group everyone") && !events.contains("uncle"), "{events}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_not_thanked_for() {
    let world = World::new();
    let folder = world.folder.path().join("elsewhere");
    std::fs::write(&folder, "in the way").unwrap();
    let more = format!("[admin]\nfolder = \"{}\"\n", folder.display());
    let config = world.config().replacen("connect_ports", "trusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports", 1);
    let config = if config.contains("[admin]") { config.replacen("[admin]\n", &more, 1) } else { config + &more };
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let proxy = crate::support::Lifeguard::start(&world.write("lifeguard.toml", &config));
    let child = Client(proxy.proxy, CHILD);
    let tell = way(&child.own("/opinion").text(), "tell opinion");
    let sent = child.send(&tell, &[("view", "helps"), ("words", "x")]).text();
    assert!(sent.contains("could not be sent") && !sent.contains("Thank you"), "{sent}");
    assert!(events(&world).contains("not kept, and its writer was told so: an opinion"));
    let forged = child.send(&Way { token: "1-00".into(), ..tell }, &[("view", "helps")]).text();
    assert!(forged.contains("open for a long time"), "{forged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_and_an_answer_that_cannot_be_recorded_are_none_and_auditors_only_read() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let desk = Opinions::at(&scene.folder.path().join("console"));
    for (group, view) in [(BAD, View::Helps), ("year-7", View::InTheWay), ("year-8", View::NoMatter)] {
        let at = scene.clock.now().wall;
        desk.hear(&Opinion { at, group: group.into(), view, words: BAD.into(), danger: false }).unwrap();
    }
    let page = admin.get("/opinions").await.text;
    assert!(!page.contains("<script") && !page.contains('\u{202e}') && page.contains("&lt;script&gt;"), "{page}");
    scene.log.break_down(Some(LogFault::Full));
    assert_eq!(admin.get("/opinions").await.status, 503);
    let fields = form(&[("until", "3"), ("said", "a"), ("did", "b")]);
    assert_eq!(admin.post("/opinions/read", &fields).await.status, 503);
    assert!(scene.works.opinions.told.lock().unwrap().is_empty());
    scene.log.break_down(None);
    admin.get("/opinions").await;
    // A number below the last leaves what came behind it.
    let done = admin.post("/opinions/read", &form(&[("until", "2"), ("nothing", "yes")])).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(scene.works.opinions.told.lock().unwrap().is_empty());
    let (mut ada, _) = scene.person(&mut admin, "ada", Role::Auditor).await;
    let page = ada.get("/opinions").await;
    assert!(page.status == 200 && page.text.contains("year-8") && !page.text.contains("name=\"until\""), "{}", page.text);
    assert_eq!(ada.post("/opinions/read", &fields).await.status, 403);
    for until in ["", "x", "-1", "999999999999999999999"] {
        admin.get("/opinions").await;
        let answer = admin.post("/opinions/read", &form(&[("until", until), ("said", "a"), ("did", "b")])).await;
        assert!(answer.status == 422 || until == "-1", "{until}: {}", answer.status);
    }
    assert!(ada.get("/opinions").await.text.contains("year-8"), "it is still there to be read");
}

#[test]
fn the_page_and_what_staff_do_in_chromium() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::new();
        let running = start(&mut world);
        let mut admin = running.administrator().await;
        let sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
        let more = [sam.cookie.clone().unwrap(), running.proxy.to_string(), world.address("blocked.test", "/page")];
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let Some(said) = real::journey("opinions.py", &running, &more) else { return };
        println!("{said}");
        assert!(events(&world).contains("opinions as read"), "{}", events(&world));
    });
}
