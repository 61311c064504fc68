//! What pages say to each site's people: no category where it would shame, a site's own templates and whom to talk to; at the proxy, with
//! real requests from addresses of three sites (issue 7 items 5 and 7; E9, C3).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed set-up is a failed test")]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use support::World;

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
        assert!(line.contains("\"category\":\"testing\"") && line.contains("S-1"), "{line}");
    }
    let explain = |group: &str| {
        let out = world.command(&["explain", "--group", group, "http://blocked.test/"]);
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    let told = explain("children");
    assert!(told.contains("Category: Shameful things. Pages do not say it to this group."), "{told}");
    assert!(!explain("grown").contains("do not say it"), "{}", explain("grown"));
}
