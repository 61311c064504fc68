//! What pages say to each site's people: no category where it would shame, a site's own templates and whom to talk to; at the proxy, with
//! real requests from addresses of three sites (issue 7 items 5 and 7; E9, C3).

use crate::support::World;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// What a browser, or a program, at this address gets.
fn ask(client: &str, proxy: SocketAddr, url: &str, fields: &str) -> String {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(client.parse().unwrap(), 0).into()).unwrap();
    socket.connect(&proxy.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    let host = url.split('/').nth(2).unwrap();
    stream.write_all(format!("GET {url} HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn page(client: &str, proxy: SocketAddr, url: &str) -> String {
    ask(client, proxy, url, "Accept: text/html\r\n")
}

/// Two groups that close the same category: the children are not told which it is.
const TWO: &str = "\n[categories.testing]\ntitle = 'Shameful things'\n\
    [[group]]\nname = 'children'\nnetworks = ['127.7.0.0/16']\nblock = ['testing']\nshow_category = false\n\
    [[group]]\nname = 'asked'\nnetworks = ['127.8.0.0/16']\nwarn = ['testing']\nshow_category = false\n\
    [[group]]\nname = 'grown'\nnetworks = ['127.9.0.0/16']\nblock = ['testing']\n\
    [[keyword]]\nname = 'rude'\nwords = ['shamefulword']\n\
    [aup]\nversion = 'one'\nsigned_by = 'A. Hill'\nreview = 2031-01-01\n\
    [[aup.clause]]\nid = 'S-1'\ntitle = 'No Shameful pages'\nwords = 'Shameful pages stay closed.'\nsanction = 'A talk.'\ncategories = ['testing']\n";

#[test]
fn a_group_to_whom_no_category_is_said_reads_nothing_that_shames_and_staff_see_it_all() {
    let mut world = World::new();
    world.more = TWO.into();
    let proxy = world.start();
    let blocked = world.address("blocked.test", "/");
    let word = world.address("open.test", "/shamefulword");
    let named = ["Shameful", "testing", "kind of page", "S-1"];
    for (client, address, sentence) in [
        ("127.7.0.1", &blocked, "This page is not open for your group."),
        ("127.7.0.1", &word, "This page is not open for your group."),
        ("127.8.0.1", &blocked, "This page may not be right for you."),
    ] {
        let shown = page(client, proxy.proxy, address);
        assert!(shown.starts_with("HTTP/1.1 403") && shown.contains(sentence), "{shown}");
        assert!(named.iter().all(|word| !shown.contains(word)), "{shown}");
        for fields in ["Sec-Fetch-Dest: empty\r\n", "Accept: application/json\r\n", "Accept: text/plain\r\n"] {
            let told = ask(client, proxy.proxy, address, fields);
            assert!(named.iter().all(|word| !told.contains(word)) && !told.contains("The words in this"), "{told}");
        }
    }
    for fields in ["Accept: text/html\r\n", "Accept: application/json\r\n", "Accept: text/plain\r\n"] {
        let why = ask("127.7.0.1", proxy.proxy, "http://lifeguard.internal/why", fields);
        assert!(why.contains("blocked.test") && named.iter().all(|word| !why.contains(word)), "{why}");
        assert!(!why.contains("The words in this"), "{why}");
    }
    // Others read it as ever, and the page that was kept for one group is not the other's.
    for client in ["127.9.0.1", "127.7.0.1", "127.9.0.1"] {
        let shown = page(client, proxy.proxy, &blocked);
        assert_eq!(shown.contains("Shameful things") && shown.contains("rule S-1"), client == "127.9.0.1", "{shown}");
    }
    // The record and `explain` have it all.
    let log = world.log();
    for client in ["127.7.0.1", "127.8.0.1"] {
        let line = log.lines().find(|line| line.contains(client) && line.contains("blocked.test")).unwrap_or_else(|| panic!("{log}"));
        assert!(line.contains("category testing; clause S-1") && line.contains("\"categories\":[\"testing\"]"), "{line}");
    }
    let explain = |group: &str| {
        let out = world.command(&["explain", "--group", group, "http://blocked.test/"]);
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    let told = explain("children");
    assert!(told.contains("Category: Shameful things. Pages do not say it to this group."), "{told}");
    assert!(!explain("grown").contains("do not say it"), "{}", explain("grown"));
}

/// Three sites at 127.7, 127.8 and 127.9: one with templates and lines, one with lines, one with neither.
fn three(world: &mut World) {
    let folder = world.folder.path().display().to_string();
    let site = |name: &str, range: u8, more: &str| {
        let text = format!(
            "name = '{name}'\ntitle = '{name} Club'\nnetworks = ['127.{range}.0.0/16']\ncontact = {{ name = '{name} desk', phone = '01632 96000{range}' }}\n\
             [[group]]\nname = 'all'\nblock = ['testing']\n{more}"
        );
        world.write(&format!("sites/{name}.toml"), &text);
    };
    let line = |who: &str| format!("[[pages.help_line]]\nname = '{who}'\nphone = '01632 960777'\nwords = 'Our own <b>listener</b>.'\n");
    site("leeds", 7, &format!("[pages]\ntemplates = '{folder}/leeds'\n{}", line("Leeds listener")));
    site("hull", 8, &line("Hull listener"));
    site("york", 9, "");
    world.write(
        "leeds/block.html",
        "<html><body><h1>Leeds says no</h1>{% for line in help_lines %}<p>{{ line.name }} {{ line.phone }} {{ line.words }}</p>{% endfor %}\
         <p>{{ site }}, {{ contact.name }} {{ contact.phone }}</p></body></html>",
    );
    world.write("all/trouble.html", "<html><body><h1>Trouble of all</h1>{{ words }} {{ site }}</body></html>");
    world.more = format!("\n[sites]\nfiles = 'sites/*.toml'\n[pages]\ntemplates = '{folder}/all'\n");
}

#[test]
fn a_site_has_its_own_pages_and_whom_to_talk_to_and_no_site_has_anothers() {
    let mut world = World::new();
    three(&mut world);
    let proxy = world.start();
    let blocked = world.address("blocked.test", "/");
    for round in 0..2 {
        let shown = ["127.7.0.1", "127.8.0.1", "127.9.0.1", "127.0.0.1"].map(|client| page(client, proxy.proxy, &blocked));
        let [leeds, hull, york, none] = &shown;
        assert!(leeds.contains("Leeds says no") && leeds.contains("leeds Club, leeds desk 01632 960007"), "{round}: {leeds}");
        assert!(hull.contains("Hull listener") && hull.contains("hull desk") && !hull.contains("says no"), "{hull}");
        assert!(york.contains("york desk") && !york.contains("listener") && none.contains("Test site"), "{york}");
        for (own, page) in ["Leeds listener", "Hull listener"].iter().zip(&shown) {
            assert!(page.contains(own) && page.contains("Our own &lt;b&gt;listener&lt;"), "what is written is escaped: {page}");
            assert_eq!(shown.iter().filter(|page| page.contains(own)).count(), 1, "{own} is on one site's pages alone");
        }
        // What is there for everybody stays, behind what the site says.
        for page in &shown {
            assert!(["999", "0800 1111", "CEOP", "116 123", "Stop It Now"].iter().all(|line| page.contains(line)), "{page}");
        }
        assert!(hull.find("Hull listener") < hull.find("0800 1111"), "the site's own stands first");
    }
    // For programs, in text, at the place of ours, for what is illegal, and for what does not work.
    let text = ask("127.8.0.1", proxy.proxy, &blocked, "Accept: text/plain\r\n");
    assert!(text.contains("To talk to someone: Hull listener 01632 960777") && text.contains("hull desk"), "{text}");
    assert!(page("127.8.0.1", proxy.proxy, "http://lifeguard.internal/why").contains("Hull listener"));
    let listed = page("127.7.0.1", proxy.proxy, &world.address("listed.test", "/page"));
    assert!(listed.contains("Stop It Now") && listed.contains("Leeds listener") && !listed.contains("listed.test"), "{listed}");
    for client in ["127.7.0.1", "127.9.0.1"] {
        let trouble = page(client, proxy.proxy, "ftp://open.test/");
        assert!(trouble.contains("Trouble of all"), "what a site does not write is that of the installation: {trouble}");
    }
}

#[test]
fn a_sites_page_that_does_not_work_is_refused_with_its_line_before_it_goes_live() {
    let mut world = World::new();
    three(&mut world);
    let proxy = world.start();
    let blocked = world.address("blocked.test", "/");
    world.write("leeds/block.html", "<html>\n<body>{{ nothing_of_ours }}</body></html>");
    let check = || {
        let out = world.command(&["check"]);
        (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
    };
    let (good, told) = check();
    assert!(!good && told.contains("leeds/block.html:2"), "{told}");
    proxy.signal(1);
    crate::support::proxy::wait_until("it is refused", || proxy.errors().contains("reload failed, the last good state stays"));
    assert!(proxy.errors().contains("leeds/block.html:2"), "{}", proxy.errors());
    assert!(page("127.7.0.1", proxy.proxy, &blocked).contains("Leeds says no"));
    world.write("leeds/block.html", "<html><body>Leeds says it better</body></html>");
    world.write("leeds/nopage.html", "x");
    assert!(check().1.contains("nopage.html"), "{}", check().1);
    std::fs::remove_file(world.folder.path().join("leeds/nopage.html")).unwrap();
    proxy.signal(1);
    crate::support::proxy::wait_until("it is live", || page("127.7.0.1", proxy.proxy, &blocked).contains("it better"));
    let folder = world.folder.path().display().to_string();
    let begins = "name = 'hull'\nnetworks = ['127.8.0.0/16']\n[[group]]\nname = 'all'\n";
    let many = "[[pages.help_line]]\nname = 'a'\nphone = '1'\n".repeat(13);
    for (more, line, says) in [
        ("[[pages.help_line]]\nname = 'a'\nweb = 'javascript:alert(1)'\n".to_owned(), 7, "https://help.example/"),
        ("[[pages.help_line]]\nname = 'a'\n".to_owned(), 5, "phone"),
        (format!("[[pages.help_line]]\nname = '{}'\nphone = '1'\n", "a".repeat(301)), 6, "at most 300 letters"),
        (many, 41, "at most 12 of them"),
        (format!("[pages]\ntemplates = '{folder}/nowhere'\n"), 6, "nowhere"),
        ("[pages]\ntemplate = 'x'\n".to_owned(), 6, "did you mean 'templates'?"),
    ] {
        world.write("sites/hull.toml", &format!("{begins}{more}"));
        let (good, told) = check();
        assert!(!good && told.contains(&format!("hull.toml:{line}:")) && told.contains(says), "{says}: {told}");
    }
    let reference = String::from_utf8_lossy(&world.command(&["check", "--reference"]).stdout).into_owned();
    assert!(reference.contains("In the file of a site: [pages]") && reference.contains("[[pages.help_line]]"), "{reference}");
}
