use super::*;
use crate::model::{Moment, Reason, Timestamp};
use crate::record::{RequestRecord, plain_request};
use proptest::prelude::*;

fn row(second: i64, client: u8, url: &str, referer: &str, reason: Reason) -> RequestRow {
    let host = authority(plain(url)).to_owned();
    let tunnel = !url.contains("://");
    let record = RequestRecord {
        at: Moment { wall: Timestamp::from_seconds(1_764_000_000 + second), monotonic_us: 0 },
        peer: std::net::SocketAddr::from(([192, 0, 2, client], 40_000 + second as u16 % 1000)),
        method: if tunnel { b"CONNECT" } else { b"GET" },
        target: url.as_bytes(),
        host_field: b"",
        host: &host,
        url: url.into(),
        verdict: reason.kind(),
        reason,
        referer: referer.as_bytes(),
        tls: if tunnel { "tunnel" } else { "none" },
        ..plain_request(second.unsigned_abs())
    };
    RequestRow::new(second.unsigned_abs(), &record, None)
}

fn folded(rows: &[RequestRow]) -> Vec<(usize, Vec<usize>)> {
    let rows: Vec<&RequestRow> = rows.iter().collect();
    fold(&rows, FURNITURE_WINDOW).into_iter().map(|visit| (visit.page, visit.parts)).collect()
}

#[test]
fn furniture_is_folded_under_its_page_and_nothing_else_is() {
    let ok = Reason::Allowed;
    let page = "http://a.test/page?x=1";
    let rows = [
        row(0, 1, page, "", ok),
        row(1, 1, "http://a.test/style.css", page, ok),
        row(2, 1, "http://cdn.test/font.woff2", "http://a.test/style.css", ok),
        row(3, 1, "https://cdn.test/p/image.PNG?v=2", "http://a.test/", ok),
        row(4, 1, "http://a.test/favicon.ico", "", ok),
        // A click is a page of its own, although it has a Referer.
        row(5, 1, "http://a.test/other", page, ok),
        // Of another client, or too late, or blocked, or from elsewhere.
        row(6, 2, "http://a.test/style.css", page, ok),
        row(7, 1, "http://ads.test/ad.js", page, Reason::Category),
        row(8, 1, "http://c.test/x.js", "http://elsewhere.test/", ok),
        row(60, 1, "http://a.test/late.js", page, ok),
        row(61, 1, "a.test:443", "", ok),
        row(62, 1, "a.test:443", "", ok),
        row(63, 1, "http://bad.test/a.png", page, Reason::Statutory),
    ];
    let expected: Vec<(usize, Vec<usize>)> =
        vec![(0, vec![1, 2, 3, 4]), (5, vec![]), (6, vec![]), (7, vec![]), (8, vec![]), (9, vec![]), (10, vec![11]), (12, vec![])];
    assert_eq!(folded(&rows), expected);
    let all: Vec<&RequestRow> = rows.iter().collect();
    assert_eq!(fold(&all, FURNITURE_WINDOW)[0].summary(&all), "images 2, styles 1, fonts 1");
}

const ADDRESSES: [&str; 8] = [
    "http://a.test/",
    "http://a.test/page",
    "http://a.test/x.css",
    "http://b.test/y.js",
    "http://b.test/z.png?q",
    "b.test:443",
    "http://b.test/x.css",
    "",
];

proptest! {
    /// Whatever is folded: unfolding gives exactly the rows there were, each once.
    #[test]
    fn unfolding_gives_every_row_back(parts in proptest::collection::vec((0_i64..20, 0_u8..3, 0..ADDRESSES.len(), 0..ADDRESSES.len(), 0_u8..6), 0..60)) {
        let mut second = 0;
        let rows: Vec<RequestRow> = parts.into_iter().map(|(step, client, url, referer, reason)| {
            second += step;
            let reason = match reason { 0 => Reason::Category, 1 => Reason::Statutory, _ => Reason::Allowed };
            row(second, client, ADDRESSES[url], ADDRESSES[referer], reason)
        }).collect();
        let rows: Vec<&RequestRow> = rows.iter().collect();
        let visits = fold(&rows, FURNITURE_WINDOW);
        prop_assert_eq!(unfold(&visits), (0..rows.len()).collect::<Vec<_>>());
        prop_assert!(visits.is_sorted_by(|a, b| a.page < b.page));
        for visit in &visits {
            for &part in &visit.parts {
                prop_assert!(part > visit.page && who(rows[part]) == who(rows[visit.page]));
                prop_assert!(rows[part].verdict == VerdictKind::Allow && !is_redacted(rows[part]), "nothing blocked is out of sight");
            }
        }
    }
}
