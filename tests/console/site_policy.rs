//! IT staff of one site change that site's own policy, and nothing else (issue 7, items 4, 5 and 7; standards V7, A10, G1, X14): draft, approve,
//! publish, effect at the proxy, and the way back, with three sites, through HTTP, the real program, its files, and Chromium.

use crate::console_support::Browser;
use crate::console_support::real::{self, Running, form, get_from};
use crate::editing::{BECAUSE, fill, number, publish, send, untouched};
use crate::support::World;
use crate::support::proxy::wait_until;
use std::path::PathBuf;

/// What only the other site's file says.
const OTHER: &str = "zqxvkw";

/// Three sites: the settings' own at 127.0.0.1, leeds at 127.0.0.2, and yorkq at 127.0.0.3.
struct Three {
    world: World,
    config: PathBuf,
    running: Running,
}

fn site(name: &str, address: &str, word: &str) -> String {
    format!(
        "# the site of {word}, looked after by hand\nname = '{name}'  # short\ntitle = '{word} club'\nnetworks = ['{address}/32', '10.{last}.0.0/16']\n\
         unknown_clients = 'children'\n\n[[group]]  # the first\nname = 'children'\ntitle = '{word} children'\npreset = 'youth-club'\n\
         networks = [\n  '{address}/32', # the hall\n]\n\n[[group]]\nname = 'staff'\ntitle = '{word} staff'\npreset = 'staff'\nnetworks = ['10.{last}.1.0/24']\n\n\
         [[layer]]\nlevel = 'site'\ntitle = '{word} house'\nsigned_by = '{word}'\nreason = 'r'\nreview = 2099-01-01\nblock = ['radio']\n\n\
         [[rule]]  # since May\nblock = ['{word}-shut.test']\nauthor = '{word}'\nreason = 'noise'\n",
        last = address.rsplit('.').next().unwrap()
    )
}

impl Three {
    fn start(approve: bool) -> Self {
        let mut world = World::new();
        world.more = "\n[sites]\nfiles = 'sites/*.toml'\n\n[[lists.source]]\nname = 'talk'\nformat = 'domains'\npath = 'talk.txt'\n\n\
             [[lists.source]]\nname = 'held'\nformat = 'domains'\npath = 'held.txt'\n\n\
             [[layer]]\nlevel = 'consortium'\ntitle = 'East'\nsigned_by = 'A. Hill'\nreason = 'agreed'\nreview = 2099-01-01\nblock = ['held']\n\
             [[layer]]\nlevel = 'authority'\ntitle = 'West'\nsigned_by = 'B. Hill'\nreason = 'agreed'\nreview = 2099-01-01\nsites = ['leeds']\nblock = ['sports']\n".to_owned();
        world.write("sites/leeds.toml", &site("leeds", "127.0.0.2", "leedsword"));
        world.write("sites/yorkq.toml", &site("yorkq", "127.0.0.3", OTHER));
        world.write("talk.txt", "chat.test\n");
        world.write("held.txt", "held.test\n");
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        let plain = world.config();
        let text = if approve { plain.replace("[admin]\n", "[admin]\napprove_policy = true\n") } else { plain.clone() };
        assert_eq!(text != plain, approve);
        let config = world.write("lifeguard.toml", &text);
        let running = real::start(&config);
        Self { world, config, running }
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.config.with_file_name(name)).unwrap()
    }

    /// The status that somebody of this site gets for this host: 1 the settings' own, 2 leeds, 3 yorkq.
    fn asks(&self, last: u8, host: &str) -> u16 {
        get_from(self.running.proxy, [127, 0, 0, last], &self.world.address(host, "/bytes/10"))
    }

    async fn of_leeds(&self, admin: &mut Browser, name: &str) -> Browser {
        self.running.person_of(admin, name, "it", "leeds").await
    }
}

fn quiet(what: &str, text: &str) {
    let text = text.to_ascii_lowercase();
    assert!(!text.contains(OTHER) && !text.contains("yorkq") && !text.contains("127.0.0.3"), "{what}: {text}");
}

/// Two lines of the form for addresses: looked at, then proposed; the draft's number.
async fn addresses(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answered = fill(browser, path, fields).await;
    assert!(answered.status == 200 && answered.text.contains("are taken"), "{}", answered.text);
    let does = fields.iter().find(|(name, _)| *name == "does").unwrap().1;
    number(&send(browser, &answered.text, "/policy/addresses/new", &[("does", does)]).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_of_one_site_closes_an_address_for_that_site_alone_with_approval_and_goes_back() {
    let three = Three::start(true);
    let settings = three.text("lifeguard.toml");
    let (leeds, york) = (three.text("sites/leeds.toml"), three.text("sites/yorkq.toml"));
    let mut admin = three.running.administrator().await;
    let mut ivo = three.of_leeds(&mut admin, "ivo").await;
    let mut una = three.of_leeds(&mut admin, "una").await;
    let mut yan = three.running.person_of(&mut admin, "yan", "it", "yorkq").await;
    for (last, times) in [(1, 1), (2, 3), (3, 2)] {
        for _ in 0..times {
            assert_ne!(three.asks(last, "quiet.test"), 403);
        }
    }
    let page = ivo.get("/policy/addresses").await;
    assert!(page.text.contains("leedsword-shut.test") && page.text.replace("&#x2f;", "/").contains("sites/leeds.toml"), "{}", page.text);
    quiet("addresses", &page.text);
    // Another's group, another's site: as if there were none.
    let typed = [("addresses", "quiet.test\nbad host"), ("does", "block"), ("because", BECAUSE)];
    for (field, value, status) in
        [("group", "yorkq/children", 422), ("group", "everyone", 422), ("site", "yorkq", 404), ("site", "nosuch", 404)]
    {
        let fields = [&typed[..], &[(field, value)]].concat();
        let refused = fill(&mut ivo, "/policy/addresses/new", &fields).await;
        assert_eq!(refused.status, status, "{field} {value}: {}", refused.text);
    }
    let draft = addresses(&mut ivo, "/policy/addresses/new", &[&typed[..], &[("group", "leeds/children")]].concat()).await;
    let seen = ivo.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(seen.text.contains("It would have blocked 3 requests by 1 person."), "of leeds alone: {}", seen.text);
    assert!(seen.text.contains("leedsword children") && seen.text.contains("leedsword club"), "{}", seen.text);
    quiet("draft", &seen.text);
    assert_eq!(three.text("sites/leeds.toml"), leeds, "nothing is written");
    // Nobody of another site finds it, approves it or puts it in force; nobody approves their own.
    for path in ["/policy/draft?draft=", "/policy/draft/text?draft="] {
        let [one, none] = [yan.get(&format!("{path}{draft}")).await, yan.get(&format!("{path}77")).await];
        assert!(one.status == 404 && one.text == none.text, "{}", one.text);
    }
    let deed = |draft: &str| form(&[("draft", draft), ("verdict", "approve"), ("because", "seen")]);
    for path in ["/policy/draft/decide", "/policy/draft/publish", "/policy/draft/withdraw", "/policy/draft/again"] {
        assert_eq!(yan.post(path, &deed(&draft)).await.status, 404, "{path}");
    }
    assert_eq!(ivo.post("/policy/draft/decide", &deed(&draft)).await.status, 422, "nobody approves their own");
    assert_eq!(ivo.post("/policy/draft/publish", &deed(&draft)).await.status, 422, "it waits");
    una.get("/policy").await;
    assert!(una.get("/dashboard").await.text.contains("/policy"), "it is said on the front page");
    assert_eq!(una.post("/policy/draft/decide", &deed(&draft)).await.status, 303);
    publish(&mut ivo, &draft).await;
    wait_until("it is closed at leeds", || three.asks(2, "quiet.test") == 403);
    assert!(three.asks(1, "quiet.test") != 403 && three.asks(3, "quiet.test") != 403, "and nowhere else");
    let after = three.text("sites/leeds.toml");
    assert!(after.starts_with(&leeds) && after.contains("groups = [\"children\"]") && after.contains("author = \"ivo\""), "{after}");
    assert!(three.text("sites/yorkq.toml") == york && three.text("lifeguard.toml") == settings, "no other file was touched");
    // Versions are of the file.
    let versions = ivo.get("/policy/versions").await;
    assert!(versions.text.contains("leedsword club") && versions.text.contains("Stands now"), "{}", versions.text);
    assert!(yan.get("/policy/versions").await.text.contains("Nothing has been changed from here yet"));
    assert_eq!(yan.get("/policy/version?version=1").await.status, 404);
    yan.get("/policy/versions").await;
    assert_eq!(yan.post("/policy/version/back", &form(&[("version", "1"), ("because", "x")])).await.status, 404);
    // Out again by the way back, approved by the other one: to the byte.
    let back = number(&una.post("/policy/version/back", &form(&[("version", "1"), ("because", "a mistake")])).await);
    assert_eq!(ivo.post("/policy/draft/decide", &deed(&back)).await.status, 303);
    publish(&mut una, &back).await;
    wait_until("it is open again", || three.asks(2, "quiet.test") != 403);
    assert_eq!(three.text("sites/leeds.toml"), leeds);
    let events = three.world.command(&["logs", "search", "--events", "--limit", "1000", "--json"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    for words in ["proposed draft 1 in the file of the site leeds", "publishes draft 1 in the file of the site leeds", "policy-rolled-back"]
    {
        assert!(events.contains(words), "{words}: {events}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sites_group_is_changed_as_far_as_the_layers_let_it_and_the_site_stays_where_it_is() {
    let three = Three::start(false);
    let (leeds, york) = (three.text("sites/leeds.toml"), three.text("sites/yorkq.toml"));
    let mut admin = three.running.administrator().await;
    let mut ivo = three.of_leeds(&mut admin, "ivo").await;
    assert_ne!(three.asks(2, "chat.test"), 403);
    let page = "/policy/edit?group=leeds/children";
    let same = fill(&mut ivo, page, &[("because", BECAUSE)]).await;
    assert!(same.status == 422 && same.text.contains("holds already"), "{}", same.text);
    for (field, value, words) in [
        ("category-held", "allow", "East"),
        ("category-radio", "allow", "leedsword house"),
        ("category-sports", "allow", "West"),
        ("quota", "talk = soon", "sites/leeds.toml"),
    ] {
        let refused = fill(&mut ivo, page, &[(field, value), ("because", BECAUSE)]).await;
        let said = refused.text.replace("&#x2f;", "/");
        assert!(refused.status == 422 && said.contains(words), "{field}: {said}");
        quiet(field, &said);
    }
    let shut = [("preset", ""), ("default", "block"), ("because", BECAUSE)];
    let locked = fill(&mut ivo, "/policy/edit?group=leeds/staff", &shut).await;
    assert!(locked.status == 422 && locked.text.contains("could reach anything: leedsword staff"), "{}", locked.text);
    let draft = number(&fill(&mut ivo, page, &[("category-talk", "block"), ("safe_search", "true"), ("because", BECAUSE)]).await);
    publish(&mut ivo, &draft).await;
    wait_until("it is closed at leeds", || three.asks(2, "chat.test") == 403);
    assert!(three.asks(1, "chat.test") != 403 && three.asks(3, "chat.test") != 403, "and nowhere else");
    let after = three.text("sites/leeds.toml");
    let gone = leeds.lines().filter(|line| !after.contains(line)).count();
    assert!(gone == 0 && after.contains("block = [\"talk\"]") && after.contains("safe_search = true"), "{after}");
    // One category by itself, back to its preset.
    let one = fill(&mut ivo, "/policy/change?group=leeds/children&category=talk", &[("action", "preset"), ("because", BECAUSE)]).await;
    publish(&mut ivo, &number(&one)).await;
    wait_until("it is open again", || three.asks(2, "chat.test") != 403);
    // Groups: a new one, another name wherever the file has it, and one less; never at the cost of others.
    let new = [("title", "Year 7"), ("name", "year-7"), ("preset", "primary"), ("networks", "10.2.7.0/24"), ("because", BECAUSE)];
    let draft = number(&fill(&mut ivo, "/policy/groups/new", &new).await);
    quiet("new group", &ivo.get(&format!("/policy/draft?draft={draft}")).await.text);
    publish(&mut ivo, &draft).await;
    assert!(ivo.get("/policy/groups").await.text.contains("10.2.7.0"));
    let named = [("name", "kids"), ("because", BECAUSE)];
    let draft = number(&fill(&mut ivo, "/policy/groups/change?group=leeds/children", &named).await);
    publish(&mut ivo, &draft).await;
    let text = three.text("sites/leeds.toml");
    assert!(text.contains("unknown_clients = \"kids\"") && text.contains("name = \"kids\"") && text.contains("# the hall"), "{text}");
    let taken = fill(&mut ivo, "/policy/groups/change?group=leeds/staff", &[("name", "kids"), ("because", BECAUSE)]).await;
    assert!(taken.status == 422 && taken.text.contains("There is a group of this name"), "{}", taken.text);
    let draft = number(&fill(&mut ivo, "/policy/groups/drop?group=leeds/year-7", &[("because", "over")]).await);
    publish(&mut ivo, &draft).await;
    assert!(!three.text("sites/leeds.toml").contains("year-7"));
    assert_eq!(three.text("sites/yorkq.toml"), york);
}

#[tokio::test(flavor = "multi_thread")]
async fn hand_edits_and_faults_elsewhere_are_met_without_a_word_of_the_other_site() {
    let three = Three::start(false);
    let path = three.config.with_file_name("sites/leeds.toml");
    let leeds = three.text("sites/leeds.toml");
    let mut admin = three.running.administrator().await;
    let mut ivo = three.of_leeds(&mut admin, "ivo").await;
    let block = |address: &'static str| [("addresses", address), ("does", "block"), ("because", BECAUSE)];
    // By hand between draft and publish: refused, and nothing is written over; made again in one press.
    let draft = addresses(&mut ivo, "/policy/addresses/new", &block("one.test")).await;
    let by_hand = format!("{leeds}# by hand\n");
    std::fs::write(&path, &by_hand).unwrap();
    ivo.get("/policy").await;
    let moved = ivo.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert!(moved.status == 409 && three.text("sites/leeds.toml") == by_hand, "{}", moved.text);
    let again = number(&ivo.post("/policy/draft/again", &form(&[("draft", &draft)])).await);
    // Meanwhile the settings change as well: neither is lost.
    let main = addresses(&mut admin_it(&three, &mut admin).await, "/policy/addresses/new", &block("all.test")).await;
    let mut con = three.running.person_of(&mut admin, "con2", "it", "").await;
    publish(&mut con, &main).await;
    publish(&mut ivo, &again).await;
    wait_until("both are closed", || three.asks(2, "one.test") == 403 && three.asks(3, "all.test") == 403);
    assert!(three.asks(3, "one.test") != 403 && three.text("sites/leeds.toml").contains("# by hand"));
    assert!(three.text("lifeguard.toml").contains("all.test") && !three.text("lifeguard.toml").contains("one.test"));
    // The other site's file is broken by hand: nothing can go live, and not a word of it is told.
    let york = three.text("sites/yorkq.toml");
    let draft = addresses(&mut ivo, "/policy/addresses/new", &block("two.test")).await;
    std::fs::write(three.config.with_file_name("sites/yorkq.toml"), york.replace("preset = 'youth-club'", "preset = 'zqxvkw-nobody'"))
        .unwrap();
    let refused = ivo.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert!(refused.status == 422 && refused.text.contains("It is not in your file"), "{}", refused.text);
    quiet("a fault elsewhere", &refused.text);
    let tests = "[[test]]\ngroup = 'children'\nurl = 'http://zqxvkw-none.test/'\nexpect = 'block'\n";
    std::fs::write(three.config.with_file_name("sites/yorkq.toml"), format!("{york}{tests}")).unwrap();
    let refused = ivo.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert!(refused.status == 422 && refused.text.contains("It is not in your file"), "{}", refused.text);
    quiet("a test elsewhere", &refused.text);
    std::fs::write(three.config.with_file_name("sites/yorkq.toml"), &york).unwrap();
    publish(&mut ivo, &draft).await;
    wait_until("it is closed", || three.asks(2, "two.test") == 403);
    // A way back to a text with another place is refused, and the place of another site is not told.
    let last = three.text("sites/leeds.toml");
    std::fs::write(&path, last.replace("'10.2.0.0/16'", "'10.2.0.0/16', '10.9.0.0/16'")).unwrap();
    let draft = addresses(&mut ivo, "/policy/addresses/new", &block("three.test")).await;
    publish(&mut ivo, &draft).await;
    std::fs::write(&path, &last).unwrap();
    let versions = ivo.get("/policy/versions").await.text;
    let newest = versions.split("version=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let back = ivo.post("/policy/version/back", &form(&[("version", &newest), ("because", "back")])).await;
    assert!(back.status == 422 && back.text.contains("more or fewer addresses"), "{}", back.text);
    // A site that is read-only says so, and the text can be taken away.
    let mut rights = std::fs::metadata(&path).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).unwrap();
    let draft = addresses(&mut ivo, "/policy/addresses/new", &block("four.test")).await;
    let seen = ivo.get(&format!("/policy/draft?draft={draft}")).await;
    assert!(seen.text.contains("/policy/draft/text") && !seen.text.contains("action=\"/policy/draft/publish\""), "{}", seen.text);
    assert!(ivo.get(&format!("/policy/draft/text?draft={draft}")).await.text.contains("four.test"));
}

/// IT staff for all sites.
async fn admin_it(three: &Three, admin: &mut Browser) -> Browser {
    three.running.person_of(admin, "con", "it", "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_of_several_sites_chooses_the_file_and_one_without_is_told_what_to_do() {
    let three = Three::start(false);
    let leeds = three.text("sites/leeds.toml");
    let mut admin = three.running.administrator().await;
    // All sites: the settings first, and each site's file.
    let mut con = admin_it(&three, &mut admin).await;
    let page = con.get("/policy/addresses").await;
    assert!(page.text.contains("/policy/addresses?site=leeds") && page.text.contains("/policy/addresses?site=yorkq"), "{}", page.text);
    assert!(!page.text.contains("leedsword-shut.test"));
    assert!(con.get("/policy/addresses?site=leeds").await.text.contains("leedsword-shut.test"));
    let path = "/policy/addresses/new?site=yorkq";
    let draft = addresses(&mut con, path, &[("addresses", "york.test"), ("does", "block"), ("because", BECAUSE)]).await;
    publish(&mut con, &draft).await;
    wait_until("it is closed at yorkq", || three.asks(3, "york.test") == 403);
    assert!(three.asks(2, "york.test") != 403 && three.text("sites/leeds.toml") == leeds);
    assert!(con.get("/policy?site=yorkq").await.text.contains("zqxvkw children"));
    let edited = fill(&mut con, "/policy/edit?group=leeds/children", &[("category-talk", "block"), ("because", BECAUSE)]).await;
    publish(&mut con, &number(&edited)).await;
    wait_until("it is closed at leeds", || three.asks(2, "chat.test") == 403);
    let versions = con.get("/policy/versions").await.text;
    assert!(versions.contains("leedsword club") && versions.contains("zqxvkw club"), "{versions}");
    let only = con.get("/policy/versions?site=leeds").await.text;
    assert!(!only.split("Every draft").next().unwrap().contains("zqxvkw club</"), "{only}");
    // Two sites: a choice, and each by its name.
    let mut two = three.running.person_of(&mut admin, "two", "it", "leeds\nyorkq").await;
    let choice = two.get("/policy/addresses").await;
    assert!(
        choice.text.contains("Choose one") && choice.text.contains("site=leeds") && choice.text.contains("site=yorkq"),
        "{}",
        choice.text
    );
    assert!(two.get("/policy/addresses?site=yorkq").await.text.contains("zqxvkw-shut.test"));
    // A site whose groups stand in the settings: no dead end.
    let own = admin.get("/sites").await;
    assert_eq!(own.status, 200);
    let name = main_site(&mut admin).await;
    let mut hal = three.running.person_of(&mut admin, "hal", "it", &name).await;
    for path in ["/policy/addresses", "/policy/addresses/new", "/policy/groups", "/policy/groups/new"] {
        let page = hal.get(path).await;
        assert!(
            page.status == 200 && page.text.contains("no file of its own") && page.text.contains("/exceptions"),
            "{path}: {}",
            page.text
        );
        quiet(path, &page.text);
    }
    assert_eq!(hal.get("/policy/edit?group=everyone").await.status, 404);
    let fields = form(&[("addresses", "x.test"), ("does", "block"), ("because", BECAUSE), ("site", "")]);
    hal.get("/policy").await;
    assert_eq!(hal.post("/policy/addresses/new", &fields).await.status, 404);
}

/// The name of the settings' own site, as accounts have it.
async fn main_site(admin: &mut Browser) -> String {
    let page = admin.get("/people/new").await.text;
    let there = page.split("There are: ").nth(1).unwrap();
    there.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_not_renamed_under_its_accounts_nor_gets_the_accounts_of_another() {
    let three = Three::start(false);
    let mut admin = three.running.administrator().await;
    let mut con = admin_it(&three, &mut admin).await;
    three.running.person_of(&mut admin, "hal", "it", "Test site").await;
    three.running.person_of(&mut admin, "ivo", "it", "leeds").await;
    let book = rusqlite::Connection::open(three.config.with_file_name("console/console.sqlite")).unwrap();
    book.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    let give = |name: &str, site: &str| {
        let sites = serde_json::Value::from_iter([site]).to_string();
        assert_eq!(book.execute("UPDATE account SET sites = ?2 WHERE name = ?1", [name, &sites]).unwrap(), 1);
    };
    let kept = |name: &str| book.query_row("SELECT sites FROM account WHERE name = ?1", [name], |row| row.get::<_, String>(0)).unwrap();
    let events = || String::from_utf8_lossy(&three.world.command(&["logs", "search", "--events", "--json"]).stdout).into_owned();
    let path = "/settings/change?option=site.name";
    let wish = |name| [("value", name), ("because", BECAUSE)];
    // A draft from before anybody had it is held as well when it is to go live.
    give("hal", "leeds");
    let draft = number(&fill(&mut con, path, &wish("Uplands")).await);
    give("hal", "Test site");
    con.get(&format!("/policy/draft?draft={draft}")).await;
    let held = con.post("/policy/draft/publish", &form(&[("draft", &draft)])).await;
    assert!(held.status != 303 && held.text.contains("a site: hal. They"), "{}", held.text);
    let held = fill(&mut con, path, &wish("Uplands")).await;
    assert!(held.status == 422 && held.text.contains("go by this name of a site: hal. They"), "{}", held.text);
    assert!(three.text("lifeguard.toml").contains("\"Test site\""));
    // Nor does it take a name that somebody has, whose site is gone.
    give("hal", "Downs");
    assert!(fill(&mut con, path, &wish("Downs")).await.text.contains("a site: hal. They"));
    // Nobody has either name.
    let draft = number(&fill(&mut con, path, &wish("Uplands")).await);
    publish(&mut con, &draft).await;
    assert!(three.text("lifeguard.toml").contains("\"Uplands\""));
    // By hand everything can be done: who is closed out, and who finds another site, is told.
    let write = |was: &str, name: &str| {
        std::fs::write(&three.config, three.text("lifeguard.toml").replace(was, name)).unwrap();
        assert!(std::process::Command::new("kill").args(["-HUP", &three.running.id().to_string()]).status().unwrap().success());
    };
    give("hal", "Uplands");
    write("Uplands", "Lowlands");
    wait_until("who is closed out is told", || {
        events().contains("not in the settings, closed there until somebody says which sites they are for: hal (Uplands)")
    });
    let mut away = three.running.person_of(&mut admin, "amy", "it", "Lowlands").await;
    assert!(away.get("/policy/addresses").await.status == 200 && kept("hal") == "[\"Uplands\"]");
    three.world.write("sites/uplands.toml", &site("Uplands", "127.0.0.4", "hill"));
    write("Lowlands", "Lowlands");
    wait_until("who finds another site is told", || events().contains("look whether it is the same site: hal (Uplands)"));
    assert!(!events().contains("ivo (leeds)") && !events().contains("amy ("), "{}", events());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_drafted_before_sites_had_files_is_of_the_settings() {
    let scene = crate::console_support::Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut ivy, _) = scene.person(&mut admin, "ivy", lifeguard::admin::Role::It).await;
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let none = r#"{"requests":0,"people":0}"#;
    let effect = format!(r#"{{"looked_at":1,"unread":0,"since":0,"whole":true,"blocks":{none},"opens":{none},"warns":{none}}}"#);
    let sql = "INSERT INTO policy_draft (what, made, by_account, by_name, because, base, former, text, effect, state)
               VALUES ('{\"back\":{\"version\":1}}', 1, 9, 'kim', 'old', 'x', 'a', 'b', ?1, 'proposed')";
    book.execute(sql, [effect]).unwrap();
    assert_eq!(book.query_row("SELECT site FROM policy_draft", [], |row| row.get::<_, String>(0)).unwrap(), "");
    let page = ivy.get("/policy/draft?draft=1").await;
    assert!(page.status == 200 && page.text.contains("Back to version 1") && !page.text.contains("every site"), "{}", page.text);
    assert!(untouched(&page.text).is_empty() || page.text.contains("draft"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_technicians_work_in_chromium() {
    let three = Three::start(false);
    let mut admin = three.running.administrator().await;
    let mut ivo = three.of_leeds(&mut admin, "ivo").await;
    let con = admin_it(&three, &mut admin).await;
    let name = main_site(&mut admin).await;
    let hal = three.running.person_of(&mut admin, "hal", "it", &name).await;
    let typed = [("addresses", "quiet.test"), ("does", "block"), ("because", BECAUSE), ("group", "leeds/children")];
    let draft = addresses(&mut ivo, "/policy/addresses/new", &typed).await;
    publish(&mut ivo, &draft).await;
    let cookies = [&ivo, &con, &hal].map(|browser| browser.cookie.clone().unwrap());
    if let Some(said) = real::journey("site_policy.py", &three.running, &cookies.each_ref().map(String::as_str)) {
        println!("{said}");
    }
    assert!(three.text("sites/leeds.toml").contains("quiet.test"));
}
