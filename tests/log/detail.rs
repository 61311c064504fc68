//! How much of a request a group's policy lets the log keep (standards H1), through the real program down to the raw bytes on disk.

use crate::support::World;
use crate::support::client::{exchange, get_with};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};

const FIELDS: &str = "Referer: http://before.test/private-referer\r\nUser-Agent: private-agent/1\r\nX-Forwarded-For: 203.0.113.66\r\n";

/// Every byte of every segment.
fn raw(world: &World) -> Vec<u8> {
    let files = std::fs::read_dir(world.folder.path().join("log")).unwrap().flatten();
    files.filter(|file| file.file_name().to_string_lossy().ends_with(".seg")).flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
}

fn holds(raw: &[u8], text: &str) -> bool {
    raw.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Asks for one page of each kind, stops, and gives the rows (oldest first) and the raw bytes.
fn ask(detail: &str) -> (Vec<Value>, Vec<u8>) {
    let mut world = World::new();
    world.more = if detail.is_empty() { String::new() } else { format!("log = \"{detail}\"\n") };
    let proxy = world.start();
    let open = get_with(proxy.proxy, &world.address("open.test", "/private-path?q=private-words"), FIELDS);
    assert_eq!(open.status, 404, "the origin has no such path, and was asked");
    let blocked = get_with(proxy.proxy, &world.address("blocked.test", "/private-path"), FIELDS);
    assert_eq!(blocked.status, 403);
    let listed = get_with(proxy.proxy, "http://listed.test/page?private-query", FIELDS);
    assert_eq!(listed.status, 403);
    exchange(proxy.proxy, b"GET http://bad%00host.test/private-unreadable HTTP/1.1\r\nHost: bad\r\nConnection: close\r\n\r\n");
    assert!(proxy.stop().success());
    let text = world.search(&["--oldest-first"]);
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (rows, raw(&world))
}

#[test]
fn the_raw_log_never_holds_more_than_the_policy_says() {
    let private = ["private-path", "private-words", "private-referer", "private-agent", "203.0.113.66", "private-unreadable"];
    // detail, is the address kept, is the host kept, is the client kept
    for (detail, address, host, client) in [
        ("", true, true, true),
        ("full", true, true, true),
        ("no-user", true, true, true),
        ("host", false, true, true),
        ("counts", false, false, false),
    ] {
        let (rows, raw) = ask(detail);
        assert_eq!(rows.len(), 4, "{detail}: every request has its record, whatever is kept of it");
        let statutory = &rows[2];
        assert_eq!((&statutory["reason"], &statutory["detail"]), (&"statutory".into(), &"full".into()), "{detail}");
        assert!(holds(&raw, "listed.test/page?private-query"), "{detail}: a statutory hit is recorded in full");
        // The statutory record keeps its own fields; everything else is looked for in the others.
        let kept: Vec<&str> = private
            .into_iter()
            .filter(|text| rows.iter().any(|row| row["reason"] != "statutory" && row.to_string().contains(text)))
            .collect();
        if address {
            assert_eq!(kept, private, "{detail}");
        } else {
            assert!(kept.is_empty(), "{detail}: {kept:?}");
            for text in ["private-path", "private-words", "private-unreadable"] {
                assert!(!holds(&raw, text), "{detail}: {text} is on disk");
            }
        }
        for (row, name) in rows.iter().zip(["open.test", "blocked.test"]) {
            assert_eq!(row["detail"], if detail.is_empty() { "full" } else { detail }, "the record says how much was kept");
            assert_eq!(row["host"] == name, host, "{detail}: {row}");
            assert_eq!(row["peer"].as_str().unwrap().starts_with("127.0.0.1:"), client, "{detail}: {row}");
            assert_eq!(row["outcome"]["upstream"].is_string(), client && name == "open.test", "{detail}: {row}");
            assert_eq!(row["group"], "everyone");
        }
        assert_eq!(holds(&raw, "blocked.test"), host, "{detail}");
        assert_eq!((&rows[0]["verdict"], &rows[1]["reason"]), (&"allow".into(), &"category".into()), "{detail}: what was decided stays");
        if detail == "host" {
            let address = rows[0]["url"].as_str().unwrap();
            assert!(address.starts_with("http://open.test:") && address.ends_with('/') && rows[0]["target"] == address, "{address}");
            assert_eq!(rows[1]["matched"], "blocked.test", "an entry that names a host alone may stay");
        }
        if detail == "counts" {
            let peer: std::net::SocketAddr = rows[0]["peer"].as_str().unwrap().parse().unwrap();
            assert_eq!((peer.ip(), peer.port()), (IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0));
            assert_eq!((&rows[0]["target"], &rows[0]["url"], &rows[1]["matched"]), (&"".into(), &"".into(), &"".into()));
            assert_eq!(rows[1]["categories"][0], "testing", "what is counted stays");
        }
    }
}
