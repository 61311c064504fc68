use super::*;
use crate::model::{IdentitySource, Moment, Reason, RequestId, Timestamp};
use crate::record::frame::{FrameKind, open_frame, seal_frame};
use crate::record::{Ended, Entry, EventKind, EventRecord, OutcomeRecord, RequestRecord, decode, encode};
use proptest::prelude::*;
use std::net::SocketAddr;

fn push(out: &mut Vec<u8>, kind: FrameKind, sequence: u64, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    open_frame(out, kind, sequence, fill).unwrap();
    seal_frame(&mut out[start..]);
}

fn request<'a>(seed: [u8; 12], text: &'a str, raw: &'a [u8]) -> RequestRecord<'a> {
    let host = ["www.example.test", "a.example", ""][usize::from(seed[0] % 3)];
    let url = [text.to_owned(), format!("http://{host}/{text}"), format!("https://{host}?{text}"), format!("{host}:443")];
    let url = url[usize::from(seed[1] % 4)].clone();
    let target: &[u8] = [raw, b"www.example.test:443", text.as_bytes()][usize::from(seed[2] % 3)];
    RequestRecord {
        id: RequestId(u64::from(seed[3])),
        parent: seed[4].is_multiple_of(2).then_some(RequestId(u64::from(seed[4]))),
        at: Moment { wall: Timestamp(i64::from(seed[5]) - 9), monotonic_us: u64::from(seed[6]) },
        node: "n",
        site: text,
        peer: if seed[7].is_multiple_of(2) {
            SocketAddr::from(([192, 0, 2, seed[7] % 8], u16::from(seed[8])))
        } else {
            "[2001:db8::1]:9".parse().unwrap()
        },
        asserted: seed[8].is_multiple_of(3).then_some("2001:db8::2".parse().unwrap()),
        claimed: raw,
        device: seed[9].is_multiple_of(3).then_some(text),
        user: seed[9].is_multiple_of(5).then_some("kim"),
        group: "children",
        identity: IdentitySource::Listener,
        identity_age_s: u32::from(seed[9]),
        method: b"GET",
        target,
        host_field: if seed[10].is_multiple_of(2) { host.as_bytes() } else { raw },
        host,
        referer: if seed[10].is_multiple_of(3) { b"http://www.example.test/" } else { raw },
        url: url.into(),
        search_terms: "",
        categories: text.to_owned().into(),
        verdict: Reason::Category.kind(),
        reason: Reason::Category,
        layer: "l",
        list: text,
        matched: text.to_owned().into(),
        list_version: "1",
        policy_version: "2",
        generation: u64::from(seed[11]),
        user_agent: raw,
        tls: "none",
        coverage_gap: seed[11].is_multiple_of(2),
        demonstration: false,
        first_seen: false,
        detail: crate::model::LogDetail::Full,
    }
}

fn outcome(seed: [u8; 12]) -> OutcomeRecord<'static> {
    OutcomeRecord {
        id: RequestId(u64::from(seed[0])),
        at: Moment { wall: Timestamp(i64::from(seed[1])), monotonic_us: u64::from(seed[2]) },
        ended: Ended::Complete,
        status: u16::from(seed[3]),
        bytes_up: u64::from(seed[4]),
        bytes_down: if seed[5] == 7 { u64::MAX - 1 } else { u64::from(seed[5] % 4) },
        upstream: seed[6].is_multiple_of(2).then_some(SocketAddr::from(([198, 51, 100, seed[6]], 80))),
        timings_us: [1, u32::from(seed[7]), u32::from(seed[8]), u32::from(seed[9])],
        reason: seed[10].is_multiple_of(4).then_some(Reason::OriginUnreachable),
        note: "".into(),
    }
}

proptest! {
    #[test]
    fn what_is_folded_unfolds_to_the_same_bytes(
        records in proptest::collection::vec((any::<[u8; 12]>(), "[a-c]{0,3}", proptest::collection::vec(0_u8..3, 0..3), 0_u8..8), 0..40),
        tail in proptest::collection::vec(any::<u8>(), 0..40), tabled in any::<bool>()) {
        let mut block = Vec::new();
        let mut sequence = 7;
        for (seed, text, raw, kind) in &records {
            match kind {
                0 => push(&mut block, FrameKind::Checkpoint, sequence, |out| out.extend_from_slice(raw)),
                1 => push(&mut block, FrameKind::Record, sequence, |out| out.extend_from_slice(raw)),
                2 => push(&mut block, FrameKind::Record, sequence, |out| encode(&Entry::Event(EventRecord {
                    at: Moment::default(), kind: EventKind::Gap, peer: None, text: text.as_str().into() }), out)),
                3 | 4 => push(&mut block, FrameKind::Record, sequence, |out| encode(&Entry::Outcome(outcome(*seed)), out)),
                _ => push(&mut block, FrameKind::Record, sequence, |out| encode(&Entry::Request(request(*seed, text, raw)), out)),
            }
            sequence += u64::from(*kind > 0);
        }
        block.extend_from_slice(&tail);
        let mut texts: Vec<Vec<Box<[u8]>>> = vec![Vec::new(); FIELDS];
        if tabled {
            texts[Field::Host as usize] = vec![(*b"a.example").into()];
            texts[Field::Rest as usize] = vec![(*b"/a").into(), (*b"/").into()];
        }
        let tables = Tables::new(texts);
        let folded = pack(&tables, 7, &block);
        let tables = Tables::read(tables.to_bytes(), &mut || ()).unwrap();
        prop_assert_eq!(unpack(&tables, 7, (&folded, block.len()), &mut || ()).unwrap(), &block[..]);
        if !block.is_empty() {
            prop_assert!(unpack(&tables, 7, (&folded, block.len() - 1), &mut || ()).is_err());
        }
    }

    #[test]
    fn any_bytes_unfold_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..400, bit in 0_u8..8) {
        let tables = Tables::new(Vec::new());
        drop(unpack(&tables, 1, (&bytes, 1 << 20), &mut || ()));
        let mut block = Vec::new();
        push(&mut block, FrameKind::Record, 1, |out| encode(&Entry::Request(request([3; 12], "a", b"b")), out));
        push(&mut block, FrameKind::Record, 2, |out| encode(&Entry::Outcome(outcome([3; 12])), out));
        let mut folded = pack(&tables, 1, &block);
        let at = at % folded.len();
        folded[at] ^= 1 << bit;
        drop(unpack(&tables, 1, (&folded, 1 << 20), &mut || ()));
    }
}

#[test]
fn a_record_of_another_version_is_kept_as_it_is() {
    let tables = Tables::new(Vec::new());
    let mut block = Vec::new();
    push(&mut block, FrameKind::Record, 1, |out| out.extend_from_slice(&[9, 9, 9]));
    assert!(decode(&[9, 9, 9]).is_err());
    assert_eq!(unpack(&tables, 1, (&pack(&tables, 1, &block), 1 << 20), &mut || ()).unwrap(), block);
}
