//! Lists, unknown hosts, exceptions and codes on the console: through the real program to the wire, and in Chromium at the width of a desk
//! and of a phone. What is hostile stays text; what is somebody else's looks like nothing; this machine and private networks stay closed.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, Browser, Scene};
use crate::feeds_support::Publisher;
use crate::support::World;
use crate::support::client::get;
use crate::support::proxy::wait_until;
use lifeguard::admin::{Role, SourceStatus, SourceView};
use lifeguard::record::EventKind;
use std::net::SocketAddr;
use std::time::Duration;

const BAD: &str = "\"><script>alert(1)</script>\u{202e}\u{7}";

async fn press(browser: &mut Browser, path: &str, fields: &[(&'static str, &str)]) -> Answer {
    browser.post(path, &form(fields)).await
}

/// A new source, tried: the page of the trial.
async fn tried(browser: &mut Browser, fields: &[(&'static str, &str)]) -> (String, Answer) {
    browser.get("/lists/sources/new").await;
    let begun = press(browser, "/lists/sources/new", fields).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    looked(browser, begun.location()).await
}

async fn looked(browser: &mut Browser, path: &str) -> (String, Answer) {
    for _ in 0..30 {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        if !page.text.contains("It is being fetched and looked at") {
            return (path.split_once("id=").unwrap().1.to_owned(), page);
        }
    }
    panic!("the trial does not end");
}

struct Place {
    world: World,
    publisher: Publisher,
    running: real::Running,
    it: Browser,
    admin: Browser,
}

/// A program whose settings have a list of this publisher, so that more may come from there.
async fn place() -> Place {
    let (world, publisher) = (World::new(), Publisher::new());
    publisher.gives("/known.txt", "known.test\n");
    publisher.gives("/games.txt", "play.test\nno such line here\nmore.test\nthird.test\nfourth.test\n");
    let known = crate::feeds_support::source("known", &publisher.url("/known.txt"), "format = \"domains\"\ncategory = \"testing\"");
    crate::feeds_support::settings(&world, &known, &[]);
    let running = real::start(&world.folder.path().join("lifeguard.toml"));
    let mut admin = running.administrator().await;
    let it = running.person(&mut admin, "ivy", "it").await;
    Place { world, publisher, running, it, admin }
}

fn open(proxy: SocketAddr, world: &World, host: &str) -> bool {
    get(proxy, &world.address(host, "/a")).status != 403
}

fn events(world: &World) -> String {
    let found = world.command(&["logs", "search", "--events", "--json", "--limit", "1000"]);
    String::from_utf8_lossy(&found.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_tried_added_blocks_on_the_wire_and_is_dropped_again() {
    let Place { world, publisher, running, mut it, mut admin } = place().await;
    let before = std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap();
    for host in ["play.test", "play.test", "new.test"] {
        assert!(open(running.proxy, &world, host), "{host}");
    }
    let url = publisher.url("/games.txt?token=hush");
    let fields = [("name", "games"), ("place", url.as_str()), ("format", "domains"), ("category", "testing"), ("every", "24h")];
    let (id, page) = tried(&mut it, &fields).await;
    for words in [
        "games.txt",
        "Of 3 requests of the last 7 days that were allowed, 2 would have been blocked, of 1 hosts",
        "play.test",
        "games:2</th>",
    ] {
        assert!(page.text.contains(words) || words == "games.txt", "{words}: {}", page.text);
    }
    assert!(open(running.proxy, &world, "play.test") && !page.text.contains("hush"), "nothing is in force, and no secret is shown");
    assert_eq!(std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap(), before);
    // Somebody else's trial looks like none, and a reason is needed.
    assert_eq!(admin.get(&format!("/lists/sources/trial?id={id}")).await.status, 404);
    admin.get("/lists/sources").await;
    let stolen = press(&mut admin, "/lists/sources/trial", &[("id", &id), ("because", "x")]).await;
    assert_eq!((stolen.status, admin.get("/lists/sources/trial?id=none").await.status), (404, 404));
    let bare = press(&mut it, "/lists/sources/trial", &[("id", &id)]).await;
    assert!(bare.status == 422 && bare.text.contains("id=\"because-fault\""), "{}", bare.text);
    let added = press(&mut it, "/lists/sources/trial", &[("id", &id), ("because", "asked for by a teacher")]).await;
    assert_eq!((added.status, added.location()), (303, "/lists/sources"), "{}", added.text);
    wait_until("it blocks", || !open(running.proxy, &world, "play.test"));
    let text = std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap();
    assert!(text.starts_with(&before) && text.contains("# Added on the console by ivy, ") && text.contains("name = \"games\""), "{text}");
    let again = press(&mut it, "/lists/sources/trial", &[("id", &id), ("because", "twice")]).await;
    assert_eq!(again.status, 404, "a trial is used once");
    let one = it.get("/lists/sources/one?name=games").await;
    assert!(one.text.contains("/games.txt?...") && !one.text.contains("hush"), "{}", one.text);
    let fetched = press(&mut it, "/lists/sources/fetch", &[("name", "games")]).await;
    assert_eq!(fetched.status, 303, "{}", fetched.text);
    // What has changed since is seen before it is taken; what shrank too far waits for a name.
    publisher.gives("/games.txt", "play.test\n");
    let tries = press(&mut it, "/lists/sources/try", &[("name", "games")]).await;
    let (_, page) = looked(&mut it, tries.location()).await;
    assert!(page.text.contains("It would not be taken: ") && page.text.contains("shrank"), "{}", page.text);
    let mut held = it.get("/lists/sources/one?name=games").await;
    for _ in 0..100 {
        if held.text.contains("Release from quarantine") {
            break;
        }
        press(&mut it, "/lists/sources/fetch", &[("name", "games")]).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        held = it.get("/lists/sources/one?name=games").await;
    }
    let bare = press(&mut it, "/lists/sources/release", &[("name", "games")]).await;
    assert!(bare.status == 422 && bare.text.contains("id=\"release_because-fault\""), "{}", bare.text);
    let released = press(&mut it, "/lists/sources/release", &[("name", "games"), ("release_because", "they gave it up")]).await;
    assert_eq!(released.status, 303, "{}", released.text);
    wait_until("it is taken", || events(&world).contains("released it from quarantine"));
    // Statutory lists stay, and so does what is not there.
    let stays = press(&mut it, "/lists/sources/drop", &[("name", "statutory"), ("drop_because", "x")]).await;
    let none = press(&mut it, "/lists/sources/drop", &[("name", "nothing"), ("drop_because", "x")]).await;
    assert_eq!((stays.status, none.status, it.get("/lists/sources/one?name=nothing").await.status), (422, 404, 404));
    it.get("/lists/sources").await;
    let dropped = press(&mut it, "/lists/sources/drop", &[("name", "games"), ("drop_because", "not needed")]).await;
    assert_eq!(dropped.status, 303, "{}", dropped.text);
    assert_eq!(std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap(), before, "to the byte");
    wait_until("it is open", || open(running.proxy, &world, "play.test"));
    let said = events(&world);
    for words in
        ["source-changed", "adds the list games from ", "asked for by a teacher", "takes the list games out", "releases the list games"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("hush"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_a_reload_refuses_is_neither_added_nor_dropped_and_the_page_says_why() {
    let (mut world, publisher) = (World::new(), Publisher::new());
    publisher.gives("/known.txt", "known.test\n");
    publisher.gives("/games.txt", "play.test\n");
    world.write("extra.txt", "extra.test\n");
    world.write("pages/readme.txt", "templates of this place\n");
    world.more =
        "\n[pages]\ntemplates = \"pages\"\n\n[[test]]\ngroup = \"everyone\"\nurl = \"http://extra.test/\"\nexpect = \"block\"\n".to_owned();
    let extra = "\n[[lists.source]]\nname = \"extra\"\nformat = \"domains\"\npath = \"extra.txt\"\ncategory = \"testing\"\n";
    let known = crate::feeds_support::source("known", &publisher.url("/known.txt"), "format = \"domains\"\ncategory = \"testing\"") + extra;
    crate::feeds_support::settings(&world, &known, &[]);
    let config = world.folder.path().join("lifeguard.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut it = running.person(&mut admin, "ivy", "it").await;
    // A test of the settings needs the list: it stays, in the file and in force.
    it.get("/lists/sources").await;
    let kept = press(&mut it, "/lists/sources/drop", &[("name", "extra"), ("drop_because", "not needed")]).await;
    assert!(kept.status == 422 && kept.text.contains("tests in the configuration fail"), "{}: {}", kept.status, kept.text);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "to the byte");
    assert!(!open(running.proxy, &world, "extra.test"));
    // What cannot go live for another reason is not added either, and can be added when that is over.
    let url = publisher.url("/games.txt");
    let fields = [("name", "games"), ("place", url.as_str()), ("format", "domains"), ("category", "testing"), ("every", "24h")];
    let (id, page) = tried(&mut it, &fields).await;
    assert!(page.text.contains("Add"), "{}", page.text);
    let broken = world.write("pages/block.html", "{% if %}");
    let refused = press(&mut it, "/lists/sources/trial", &[("id", &id), ("because", "asked for by a teacher")]).await;
    assert!(refused.status == 422 && refused.text.contains("block.html"), "{}: {}", refused.status, refused.text);
    assert!(refused.text.contains("asked for by a teacher"), "what was typed stays: {}", refused.text);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "to the byte");
    std::fs::remove_file(broken).unwrap();
    let added = press(&mut it, "/lists/sources/trial", &[("id", &id), ("because", "asked for by a teacher")]).await;
    assert_eq!(added.status, 303, "{}", added.text);
    wait_until("it blocks", || !open(running.proxy, &world, "play.test"));
    let said = events(&world);
    assert!(
        said.contains("the list extra is still in the settings: ") && said.contains("the list games is not in the settings: "),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_people_decide_on_policy_nobody_alone_takes_out_a_list_that_a_group_blocks() {
    let world = World::new();
    world.write("extra.txt", "extra.test\n");
    let extra = |name: &str, category: &str| {
        format!("\n[[lists.source]]\nname = \"{name}\"\nformat = \"domains\"\npath = \"extra.txt\"\ncategory = \"{category}\"\n")
    };
    crate::feeds_support::settings(&world, &(extra("extra", "testing") + &extra("spare", "spare")), &[]);
    let config = world.folder.path().join("lifeguard.toml");
    let before = std::fs::read_to_string(&config).unwrap().replace("[admin]\n", "[admin]\napprove_policy = true\n");
    assert!(before.contains("approve_policy"));
    std::fs::write(&config, &before).unwrap();
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut it = running.person(&mut admin, "ivy", "it").await;
    it.get("/lists/sources").await;
    let alone = press(&mut it, "/lists/sources/drop", &[("name", "extra"), ("drop_because", "a teacher asked")]).await;
    assert!(alone.status == 422 && alone.text.contains("two people decide on policy here"), "{}: {}", alone.status, alone.text);
    assert!(alone.text.contains("a teacher asked"), "what was typed stays: {}", alone.text);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "to the byte");
    assert!(!open(running.proxy, &world, "extra.test"));
    let said = events(&world);
    assert!(said.contains("the list extra is still in the settings: two people"), "{said}");
    // What no group closes opens nothing where it goes.
    let free = press(&mut it, "/lists/sources/drop", &[("name", "spare"), ("drop_because", "not needed")]).await;
    assert_eq!(free.status, 303, "{}", free.text);
    assert!(!std::fs::read_to_string(&config).unwrap().contains("spare") && !open(running.proxy, &world, "extra.test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn this_machine_private_networks_and_foreign_files_are_closed_and_each_fault_stands_beside_its_field() {
    let Place { world, running, mut it, .. } = place().await;
    let before = std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap();
    let console = format!("http://{}/metrics", running.console);
    std::fs::create_dir(world.folder.path().join("lists")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", world.folder.path().join("lists/link.txt")).unwrap();
    for bad in [
        console.as_str(),
        "http://127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://localhost/x",
        "https://10.0.0.1/x",
        "https://192.168.1.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00::1]/x",
        "https://printer/x",
        "http://lists.example/x",
        "https://user:hush@lists.example/x",
        "file:///etc/passwd",
        "ftp://lists.example/x",
        "/etc/passwd",
        "../../../../etc/passwd",
        "lists/link.txt",
        "builtin:none",
    ] {
        it.get("/lists/sources/new").await;
        let fields = [("name", "bad"), ("place", bad), ("format", "domains"), ("category", "testing")];
        let page = press(&mut it, "/lists/sources/new", &fields).await;
        assert!(page.status == 422 && page.text.contains("id=\"place-fault\""), "{bad}: {} {}", page.status, page.text);
        assert!(page.text.contains("value=\"bad\""), "what was typed is kept");
    }
    // A name that leads to this machine is refused when it is dialled.
    let dns = format!("https://blocked.test:{}/x", running.console.port());
    let (_, page) = tried(&mut it, &[("name", "bad"), ("place", &dns), ("format", "domains"), ("category", "testing")]).await;
    assert!(page.text.contains("It would not be taken: no connection"), "{}", page.text);
    // Each fault of the settings stands beside the field that it belongs to.
    for (field, value) in
        [("name", "known"), ("category", "nothing-of-the-kind"), ("every", "soon"), ("minisign_key", "no key"), ("categories", "no pair")]
    {
        it.get("/lists/sources/new").await;
        let mut fields = form(&[
            ("name", "fresh"),
            ("place", "https://lists.example/x"),
            ("format", "domains"),
            ("category", "testing"),
            ("every", "1h"),
        ]);
        fields.insert(field, value.to_owned());
        let page = it.post("/lists/sources/new", &fields).await;
        let beside = format!("id=\"{field}-fault\"");
        assert!(page.status == 422 && page.text.contains(&beside), "{field}: {} {}", page.status, page.text);
    }
    assert_eq!(std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap(), before);
    assert!(!world.folder.path().join("compiled/sources/bad").exists(), "a trial leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn exceptions_codes_and_categories_reach_the_wire_and_nothing_opens_what_is_illegal() {
    let Place { world, running, mut it, mut admin, .. } = place().await;
    let proxy = running.proxy;
    assert!(!open(proxy, &world, "blocked.test") && open(proxy, &world, "odd.test"));
    it.get("/exceptions/new").await;
    let bare = press(&mut it, "/exceptions/new", &[]).await;
    for field in ["kind", "whom", "minutes", "because"] {
        assert!(bare.status == 422 && bare.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", bare.text);
    }
    let usual = |kind: &'static str, addresses: &'static str, whom: &'static str, who: &'static str, minutes: &'static str| {
        form(&[("kind", kind), ("addresses", addresses), ("whom", whom), ("who", who), ("minutes", minutes), ("because", "a lesson")])
    };
    for (fields, field) in [
        (usual("release", "a b", "everybody", "", "30"), "addresses"),
        (usual("release", "", "everybody", "", "30"), "addresses"),
        (usual("unlock", "", "everybody", "", "30"), "to"),
        (usual("release", "a.test", "room", "nowhere", "30"), "who"),
        (usual("release", "a.test", "person", "", "30"), "who"),
        (usual("release", "a.test", "group", "", "30"), "group"),
        (usual("release", "a.test", "everybody", "", "1440"), "minutes"),
        (usual("release", "a.test", "everybody", "", "31"), "minutes"),
    ] {
        let page = it.post("/exceptions/new", &fields).await;
        assert!(page.status == 422 && page.text.contains(&format!("id=\"{field}-fault\"")), "{field}: {}", page.text);
    }
    let made = it.post("/exceptions/new", &usual("release", "blocked.test\nlisted.test", "everybody", "", "30")).await;
    assert_eq!((made.status, made.location()), (303, "/exceptions"), "{}", made.text);
    wait_until("it is open", || open(proxy, &world, "blocked.test"));
    assert_eq!(get(proxy, &world.address("listed.test", "/page")).status, 403, "nothing opens what is illegal");
    let person = it.post("/exceptions/new", &usual("suspend", "", "person", "kim.secret", "60")).await;
    assert_eq!(person.status, 303, "{}", person.text);
    assert!(it.get("/exceptions").await.text.contains("the person kim.secret"));
    let mut auditor = running.person(&mut admin, "ann", "auditor").await;
    let seen = auditor.get("/exceptions").await.text;
    assert!(seen.contains("a person (name not shown)") && !seen.contains("kim.secret") && !seen.contains("/exceptions/stop"), "{seen}");
    // A code is shown once, works at the proxy, and ends with what it gave.
    it.get("/exceptions/code").await;
    let code = form(&[
        ("kind", "release"),
        ("addresses", "known.test"),
        ("whom", "everybody"),
        ("minutes", "30"),
        ("within", "30"),
        ("uses", "1"),
        ("because", "a lesson"),
    ]);
    let page = it.post("/exceptions/code", &code).await;
    let word = page.between("<dt>Code</dt><dd><code>", "</code>").unwrap_or_else(|| panic!("{}", page.text)).to_owned();
    let listed = it.get("/exceptions").await.text;
    assert!(!listed.contains(&word) && listed.contains("C-1") && listed.contains("0 / 1"), "{listed}");
    assert!(!events(&world).contains(&word));
    let none = press(&mut it, "/exceptions/stop", &[("which", "E-99"), ("because", "x")]).await;
    assert_eq!(none.status, 422);
    let over = press(&mut it, "/exceptions/stop", &[("which", "E-1"), ("because", "the lesson is over")]).await;
    assert_eq!(over.status, 303, "{}", over.text);
    wait_until("it is closed", || !open(proxy, &world, "blocked.test"));
    // A host that no list knew.
    let page = it.get("/lists/unknown?days=7").await;
    assert!(page.text.contains("odd.test</a></th><td data-name=\"People\">1</td>"), "{}", page.text);
    let form_page = it.get("/lists/unknown?days=7&put=odd.test").await;
    assert!(form_page.text.contains("value=\"odd.test\""), "{}", form_page.text);
    let bad = press(&mut it, "/lists/unknown/put", &[("host", "odd test"), ("category", "illegal"), ("because", "x")]).await;
    assert_eq!(bad.status, 422, "{}", bad.text);
    let put = press(&mut it, "/lists/unknown/put", &[("host", "odd.test"), ("category", "testing"), ("because", "seen in a lesson")]).await;
    assert_eq!(put.status, 303, "{}", put.text);
    wait_until("it is blocked", || !open(proxy, &world, "odd.test"));
    let back = press(&mut it, "/lists/unknown/back", &[("which", "odd.test testing"), ("back_because", "a mistake")]).await;
    assert_eq!(back.status, 303, "{}", back.text);
    wait_until("it is open", || open(proxy, &world, "odd.test"));
    let noise = it.get("/lists/noise?days=7").await.text;
    assert!(noise.contains("everyone") && noise.contains("blocked.test"), "{noise}");
    let sites = it.get("/sites").await.text;
    assert!(sites.contains("Test site") && sites.contains("everyone</a></th>"), "{sites}");
    let said = events(&world);
    for words in [
        "made E-1: opens blocked.test listed.test for everybody",
        "ends E-1",
        "made C-1",
        "put odd.test into the category testing",
        "looked at hosts of 7 days",
        "looked at exceptions and codes",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hostile_stays_text_and_what_cannot_be_recorded_is_not_done() {
    let scene = Scene::start().await;
    let status = SourceStatus {
        name: BAD.into(),
        origin: "fetched",
        fault: Some(BAD.into()),
        alarms: vec![BAD.into()],
        unmapped: vec![BAD.into()],
        quarantined: Some(BAD.into()),
        ..SourceStatus::default()
    };
    let view = SourceView { status, place: BAD.into(), category: BAD.into(), may_release: true, may_drop: true, ..SourceView::default() };
    scene.works.sources.views.lock().unwrap().push(view);
    let (mut admin, _) = scene.administrator().await;
    let (mut it, _) = scene.person(&mut admin, "ivy", Role::It).await;
    let name: String = form_urlencoded::byte_serialize(BAD.as_bytes()).collect();
    let usual = [("name", BAD), ("place", BAD), ("format", BAD), ("categories", BAD), ("because", BAD), ("host", BAD), ("which", BAD)];
    let mut pages = vec![it.get("/lists/sources").await, it.get(&format!("/lists/sources/one?name={name}")).await];
    pages.push(it.get(&format!("/lists/unknown?put={name}")).await);
    for path in
        ["/lists/sources/new", "/exceptions/new", "/exceptions/code", "/exceptions/stop", "/lists/unknown/put", "/lists/unknown/back"]
    {
        pages.push(press(&mut it, path, &usual).await);
    }
    for page in &pages {
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
    assert!(pages[1].text.contains("\\u{202e}"), "{}", pages[1].text);
    // Another version came since the page was drawn: it is not what was seen.
    let drawn = pages[1].between("name=\"base\" value=\"", "\"").unwrap().to_owned();
    scene.works.sources.views.lock().unwrap()[0].status.quarantined = Some("it shrank to nothing".into());
    let older = press(&mut it, "/lists/sources/release", &[("name", BAD), ("release_because", "good"), ("base", &drawn)]).await;
    assert!(older.status == 409 && older.text.contains("it shrank to nothing") && older.text.contains("value=\"good\""), "{}", older.text);
    assert!(scene.works.sources.pressed.lock().unwrap().is_empty());
    // Each deed is in the log before it is answered.
    let released = press(&mut it, "/lists/sources/release", &[("name", BAD), ("release_because", "good")]).await;
    assert_eq!(released.status, 303, "{}", released.text);
    let acts = scene.acts();
    let last = &acts.last().unwrap();
    assert!(last.0 == EventKind::ConsoleChange && last.1.purpose == "good" && last.1.did.contains("from quarantine"), "{last:?}");
    assert_eq!(scene.works.sources.pressed.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_lists_and_exceptions_in_chromium() {
    let Place { world, publisher, running, it, .. } = place().await;
    for host in ["odd.test", "blocked.test", "play.test"] {
        open(running.proxy, &world, host);
    }
    let (cookie, url) = (it.cookie.clone().unwrap(), publisher.url("/games.txt"));
    if let Some(said) = real::journey("lists.py", &running, &[&cookie, &url]) {
        println!("{said}");
    }
}
