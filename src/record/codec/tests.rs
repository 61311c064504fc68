use super::*;
use crate::model::{IdentitySource, Moment, Reason, RequestId, Timestamp, VerdictKind};
use crate::record::{Ended, Entry, EventKind, EventRecord, OutcomeRecord, RequestRecord};
use proptest::prelude::*;
use std::net::{IpAddr, SocketAddr};

fn encoded(entry: &Entry<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    encode(entry, &mut out);
    out
}

fn moment() -> impl Strategy<Value = Moment> {
    (any::<i64>(), any::<u64>()).prop_map(|(wall, monotonic_us)| Moment { wall: Timestamp(wall), monotonic_us })
}

fn reason() -> impl Strategy<Value = Reason> {
    (0..Reason::ALL.len()).prop_map(|i| Reason::ALL[i])
}

/// Texts and byte strings from which a record is put together.
fn parts() -> impl Strategy<Value = (Vec<String>, Vec<Vec<u8>>)> {
    (proptest::collection::vec(".{0,40}", 17), proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 6))
}

proptest! {
    #[test]
    fn what_is_written_is_read_back((texts, bytes) in parts(), at in moment(), reason in reason(), seed in any::<[u64; 4]>(),
        peer in any::<SocketAddr>(), asserted in any::<Option<IpAddr>>(), flags in any::<[bool; 5]>()) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let request = Entry::Request(RequestRecord {
            id: RequestId(seed[0]), parent: flags[0].then_some(RequestId(seed[1])), at, node: texts[0], site: texts[1], peer, asserted,
            claimed: &bytes[0], device: flags[1].then_some(texts[2]), user: flags[2].then_some(texts[3]), group: texts[4],
            identity: IdentitySource::Listener, identity_age_s: seed[2] as u32, method: &bytes[1], target: &bytes[2], host_field: &bytes[3],
            host: texts[5], url: texts[6].into(), search_terms: texts[7], categories: texts[8].into(), verdict: reason.kind(), reason,
            layer: texts[9], list: texts[10], matched: texts[11].into(), list_version: texts[12], policy_version: texts[13],
            generation: seed[3], referer: &bytes[4], user_agent: &bytes[5], tls: texts[14], coverage_gap: flags[3], demonstration: flags[4], first_seen: seed[3] & 4 != 0,
            detail: crate::model::LogDetail::from_bits(seed[3] as u8),
        });
        let outcome = Entry::Outcome(OutcomeRecord {
            id: RequestId(seed[0]), at, ended: Ended::TimedOut, status: seed[1] as u16, bytes_up: seed[2], bytes_down: seed[3],
            upstream: flags[0].then_some(peer), timings_us: seed.map(|s| s as u32), reason: flags[1].then_some(reason), note: texts[15].into(),
        });
        let event = Entry::Event(EventRecord { at, kind: EventKind::Hostile, peer: flags[2].then_some(peer), text: texts[16].into() });
        for entry in [request, outcome, event] {
            let mut out = b"kept".to_vec();
            encode(&entry, &mut out);
            prop_assert_eq!(wall_of(&out[4..]), Some(at.wall.0));
            prop_assert_eq!(&out[..4], b"kept");
            prop_assert_eq!(decode(&out[4..]).unwrap(), entry);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_have_this_one_spelling(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 1_u8..4) {
        if bytes.len() > 2 {
            bytes[0] = VERSION;
            bytes[1] = kind;
            bytes[2] &= 1;
        }
        if let Ok(entry) = decode(&bytes) {
            prop_assert_eq!(encoded(&entry), bytes);
        }
    }

    #[test]
    fn a_damaged_record_never_panics_and_faults_lie_inside_it(at in 0_usize..1000, bit in 0_u8..8, cut in 0_usize..1000) {
        let whole = encoded(&sample());
        let mut flipped = whole.clone();
        let at = at % whole.len();
        flipped[at] ^= 1 << bit;
        match decode(&flipped) {
            Ok(entry) => prop_assert_eq!(encoded(&entry), flipped),
            Err(fault) => prop_assert!(fault.at <= whole.len()),
        }
        let cut = cut % whole.len();
        prop_assert!(decode(&whole[..cut]).unwrap_err().at <= cut);
    }
}

fn sample() -> Entry<'static> {
    Entry::Request(RequestRecord {
        id: RequestId(7),
        parent: Some(RequestId(6)),
        at: Moment { wall: Timestamp(1_764_000_000_000_000), monotonic_us: 300 },
        node: "n1",
        site: "",
        peer: "[2001:db8::1%0]:80".parse().unwrap_or(SocketAddr::from(([192, 0, 2, 1], 80))),
        asserted: Some(IpAddr::from([192, 0, 2, 9])),
        claimed: b"192.0.2.66",
        device: None,
        user: Some("kim"),
        group: "children",
        identity: IdentitySource::AddressRange,
        identity_age_s: 0,
        method: b"GET",
        target: b"http://example.test/\xff\x00\r\n",
        host_field: b"example.test",
        host: "example.test",
        url: "http://example.test/".into(),
        search_terms: "",
        categories: "games,chat".into(),
        verdict: VerdictKind::Block,
        reason: Reason::Category,
        layer: "group children, category games",
        list: "starter/games",
        matched: "example.test".into(),
        list_version: "0123456789abcdef",
        policy_version: "fedcba9876543210",
        generation: 3,
        referer: b"",
        user_agent: b"test/1",
        tls: "none",
        coverage_gap: false,
        demonstration: true,
        first_seen: false,
        detail: crate::model::LogDetail::Full,
    })
}

#[test]
fn faults_name_the_byte_and_the_trouble() {
    let table: [(&[u8], usize, CodecProblem); 6] = [
        (b"", 0, CodecProblem::Short),
        (&[9], 0, CodecProblem::Version(9)),
        (&[1, 9], 1, CodecProblem::Unknown(9)),
        (&[1, 3, 0x80], 2, CodecProblem::Unknown(0x80)),
        (&[1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0], 11, CodecProblem::Number),
        (&[1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0xff], 14, CodecProblem::Text),
    ];
    for (bytes, at, problem) in table {
        assert_eq!(decode(bytes), Err(CodecFault { at, problem }), "{bytes:?}");
    }
    let mut longer = encoded(&sample());
    longer.push(0);
    assert_eq!(decode(&longer), Err(CodecFault { at: longer.len() - 1, problem: CodecProblem::Surplus }));
}

#[test]
fn the_format_of_version_1_never_changes() {
    let event = Entry::Event(EventRecord {
        at: Moment { wall: Timestamp(2), monotonic_us: 300 },
        kind: EventKind::Gap,
        peer: Some(SocketAddr::from(([192, 0, 2, 1], 80))),
        text: "x".into(),
    });
    assert_eq!(encoded(&event), [1, 3, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0xac, 2, 5, 4, 192, 0, 2, 1, 80, 1, b'x']);
}
