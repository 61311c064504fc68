//! Tokens that curl made with tickets of a real KDC (MIT 1.20), one for each kind of key; the clock is set to their time.

use super::accept::{check_way, open_ticket, prove};
use super::cipher::{Key, Kind, Usage};
use super::keytab_file::KeytabFile;
use super::messages::{self, Ticket};
use super::{Begun, KeytabFault, Replays, Rules, Step, TicketFault, accept, spnego};
use crate::model::{Moment, Timestamp};
use crate::record::base64;
use proptest::prelude::*;
use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// When the tokens were made, to within a second.
const MADE: i64 = 1_795_884_152;
const REALM: &str = "SCHOOL.TEST";

/// A kind of key, a keytab and a token that it opens.
fn vectors() -> Vec<(u16, Vec<u8>, Vec<u8>)> {
    let decoded = |text: Option<&str>| base64::decode(text.unwrap()).unwrap();
    let lines = include_str!("vectors.txt").lines().map(|line| line.split(' '));
    lines.map(|mut parts| (parts.next().unwrap().parse().unwrap(), decoded(parts.next()), decoded(parts.next()))).collect()
}

fn write(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("keytab");
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn keytab(bytes: &[u8]) -> KeytabFile {
    let folder = tempfile::tempdir().unwrap();
    KeytabFile::open(&write(folder.path(), bytes), "").unwrap()
}

struct Bench {
    keytab: KeytabFile,
    realms: Vec<String>,
    replays: Replays,
    now: Moment,
}

impl Bench {
    fn new(keytab_bytes: &[u8]) -> Self {
        let now = Moment { wall: Timestamp::from_seconds(MADE), monotonic_us: 3_600_000_000 };
        Self { keytab: keytab(keytab_bytes), realms: vec![REALM.to_owned()], replays: Replays::default(), now }
    }

    fn at(self, seconds: i64) -> Self {
        Self { now: Moment { wall: Timestamp::from_seconds(seconds), ..self.now }, ..self }
    }

    fn with_rules<T>(&self, ask: impl FnOnce(&Rules<'_>) -> T) -> T {
        let skew = Duration::from_secs(300);
        let client = IpAddr::from([127, 0, 0, 1]);
        ask(&Rules { keytab: &self.keytab, realms: &self.realms, skew, replays: &self.replays, client, now: self.now })
    }

    fn step(&self, token: &[u8], begun: Option<Begun>) -> Result<Step, TicketFault> {
        self.with_rules(|rules| accept(token, begun, rules))
    }

    fn name(&self, token: &[u8]) -> Result<String, TicketFault> {
        match self.step(token, None)? {
            Step::Done(accepted) => Ok(accepted.name),
            Step::More(..) => panic!("it goes on"),
        }
    }
}

#[test]
fn a_token_of_every_kind_of_key_says_who_it_is_once() {
    for (kind, keys, token) in vectors() {
        let bench = Bench::new(&keys);
        let Ok(Step::Done(accepted)) = bench.step(&token, None) else { panic!("{kind}: {:?}", bench.name(&token)) };
        assert_eq!((accepted.name.as_str(), accepted.until), ("kim", 1_795_969_900 + 300), "{kind}: until the ticket ends");
        // NegTokenResp: accept-completed, Kerberos, and AP-REP in its envelope.
        let reply = accepted.reply.unwrap();
        assert!(reply.starts_with(&[0xa1]) && memchr::memmem::find(&reply, &[0xa0, 3, 10, 1, 0]).is_some(), "{kind}");
        assert!(memchr::memmem::find(&reply, &[2, 0, 0x6f]).is_some(), "{kind}: a proof of ours, since curl wants one");
        assert_eq!(bench.name(&token), Err(TicketFault::Replayed), "{kind}");
    }
}

#[test]
fn what_is_wrong_with_a_good_token_is_told_apart() {
    let [(_, keys, token), (_, other_keys, other), ..] = &vectors()[..] else { panic!() };
    let day = 86_400;
    assert_eq!(Bench::new(keys).at(MADE - 303).name(token), Err(TicketFault::Skew));
    assert_eq!(Bench::new(keys).at(MADE + 303).name(token), Err(TicketFault::Skew));
    assert_eq!(Bench::new(keys).at(MADE + 297).name(token), Ok("kim".into()));
    assert_eq!(Bench::new(keys).at(MADE + 2 * day).name(token), Err(TicketFault::Skew), "the proof is old before the ticket is");
    assert_eq!(Bench::new(other_keys).name(token), Err(TicketFault::OtherService));
    assert_eq!(Bench::new(keys).name(other), Err(TicketFault::OtherService));
    let mut young = Bench::new(keys).at(MADE + 100);
    young.now.monotonic_us = 1;
    assert_eq!(young.name(token), Err(TicketFault::BeforeStart));
    let realm = |name: &str| Bench { realms: vec![name.to_owned()], ..Bench::new(keys) };
    assert_eq!(realm("OTHER.TEST").name(token), Err(TicketFault::Realm));
    let two = Bench { realms: vec!["OTHER.TEST".into(), REALM.into()], ..Bench::new(keys) };
    assert_eq!(two.name(token), Ok("kim@school.test".into()));
}

fn within(token: &[u8]) -> Vec<u8> {
    let spnego::Envelope::Offer(offer) = spnego::read(token).unwrap() else { panic!() };
    spnego::kerberos(&offer.token.unwrap()).unwrap()
}

fn opened(bench: &Bench, token: &[u8]) -> Ticket {
    open_ticket(&messages::request(&within(token)).unwrap(), &bench.keytab).unwrap()
}

/// The request within a token, its ticket or its authenticator opened, changed in place and sealed again.
fn resealed(bench: &Bench, token: &[u8], which: Usage, change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut bytes = within(token);
    let request = messages::request(&bytes).unwrap();
    let service = bench.keytab.keys(&request.service, request.ticket.kind, request.ticket.version).unwrap().remove(0);
    let ticket = opened(bench, token);
    let session = Key::new(Kind::from_number(ticket.key.0).unwrap(), ticket.key.1.clone()).unwrap();
    let (key, old) = if which == Usage::Ticket { (service, request.ticket.bytes) } else { (session, request.authenticator.bytes) };
    let mut plain = key.open(which, &old).unwrap();
    change(&mut plain);
    let new = key.seal(which, [7; 16], &plain).unwrap();
    let at = memchr::memmem::find(&bytes, &old).unwrap();
    bytes[at..at + old.len()].copy_from_slice(&new);
    bytes
}

#[test]
fn what_restricts_a_ticket_and_is_not_understood_is_not_passed_over() {
    let mut changed = [0, 0];
    for (kind, keys, token) in vectors() {
        let bench = Bench::new(&keys);
        // Of the same shape before it: the kind of the holder's name, and in a ticket how the realms on the way are written.
        for (place, which, before) in [(0, Usage::Ticket, 2), (1, Usage::Authenticator, 1)] {
            // AD-IF-RELEVANT, the one kind that may be passed over; any other in its place may not.
            let found = std::cell::Cell::new(false);
            let other = resealed(&bench, &token, which, |plain| {
                if let Some(at) = memchr::memmem::find_iter(plain, &[0xa0, 3, 2, 1, 1, 0xa1]).nth(before) {
                    plain[at + 4] = 99;
                    found.set(true);
                }
            });
            let said = found.get().then_some(TicketFault::Restricted);
            assert_eq!(bench.with_rules(|rules| prove(&other, rules).err()), said, "{kind} {which:?}");
            changed[place] += usize::from(found.get());
        }
    }
    assert_eq!(changed, [4, 3], "MIT writes it in every ticket, and beside it where a stronger kind of key is possible");
}

#[test]
fn a_ticket_for_places_that_nobody_can_be_at_is_good_nowhere() {
    let (_, keys, token) = vectors().remove(0);
    let bench = Bench::new(&keys);
    for (addresses, good) in [(vec![], true), (vec![None], false), (vec![None, Some(IpAddr::from([127, 0, 0, 1]))], true)] {
        let ticket = Ticket { addresses, ..opened(&bench, &token) };
        assert_eq!(bench.with_rules(|rules| check_way(&ticket, rules).is_ok()), good, "{:?}", ticket.addresses);
    }
}

/// The keytab of the first vector with other bytes at a place counted from its end.
fn changed(keys: &[u8], from_end: usize, bytes: &[u8]) -> Vec<u8> {
    let mut keys = keys.to_vec();
    let at = keys.len() - from_end;
    keys[at..at + bytes.len()].copy_from_slice(bytes);
    keys
}

#[test]
fn the_version_and_the_kind_of_the_key_must_be_the_tickets() {
    let (_, keys, token) = vectors().remove(0);
    // From the end: long version 4, key 16, its length 2, its kind 2, short version 1.
    let version = |number: u8| changed(&changed(&keys, 4, &[0, 0, 0, number]), 25, &[number]);
    assert_eq!(Bench::new(&version(2)).name(&token), Err(TicketFault::KeyVersion));
    assert_eq!(Bench::new(&version(0)).name(&token), Ok("kim".into()), "a keytab without versions: ktpass /kvno 0");
    assert_eq!(Bench::new(&changed(&keys, 24, &[0, 19])).name(&token), Err(TicketFault::KeyKind));
    assert_eq!(Bench::new(&changed(&keys, 20, &[1])).name(&token), Err(TicketFault::Sealed), "a wrong key");
    let both = [&changed(&keys, 20, &[1])[..], &keys[2..]].concat();
    assert_eq!(Bench::new(&both).name(&token), Ok("kim".into()), "one of two keys fits");
}

#[test]
fn what_is_no_kerberos_is_said_to_be_none() {
    let (_, keys, token) = vectors().remove(1);
    let bench = Bench::new(&keys);
    let ntlm = base64::decode("TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==").unwrap();
    assert_eq!(bench.name(&ntlm), Err(TicketFault::Ntlm));
    let only = |way: &[u8]| {
        let list = [&[0xa0, way.len() as u8 + 2, 0x30, way.len() as u8], way].concat();
        let inner = [&[0xa0, list.len() as u8 + 2, 0x30, list.len() as u8], &list[..]].concat();
        [&[0x60, inner.len() as u8 + 8, 6, 6, 0x2b, 6, 1, 5, 5, 2], &inner[..]].concat()
    };
    let (ntlm, kerberos) = (&[6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10][..], &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2][..]);
    assert_eq!(bench.name(&only(ntlm)), Err(TicketFault::Ntlm));
    assert_eq!(bench.name(&only(&[6, 1, 0x2a])), Err(TicketFault::OtherMechanism));
    // Kerberos is offered without a token, or as a second choice: we ask for one, and for a check sum.
    for (offer, needs) in [(only(kerberos), false), (only(&[ntlm, kerberos].concat()), true)] {
        let Ok(Step::More(reply, Begun::Token { needs_mic, .. })) = bench.step(&offer, None) else { panic!() };
        assert_eq!(needs_mic, needs);
        assert!(memchr::memmem::find(&reply, &[0xa0, 3, 10, 1, if needs { 3 } else { 1 }]).is_some());
    }
    // The token comes in a second step, and is a further one's only where there was a first.
    let spnego::Envelope::Offer(offer) = spnego::read(&token).unwrap() else { panic!() };
    let further = spnego::step(spnego::State::Incomplete, None, offer.token.as_deref(), None);
    assert_eq!(bench.name(&further), Err(TicketFault::NoSuchStep));
    let begun = |needs_mic| Some(Begun::Token { list: offer.list.clone(), needs_mic });
    assert!(matches!(bench.step(&further, begun(false)), Ok(Step::Done(accepted)) if accepted.name == "kim"));
    let fresh = Bench::new(&keys);
    let Ok(Step::More(_, begun)) = fresh.step(&further, begun(true)) else { panic!("a check sum is owed") };
    let forged = spnego::step(spnego::State::Incomplete, None, None, Some(&[4; 28]));
    assert_eq!(fresh.step(&forged, Some(begun)).err(), Some(TicketFault::Mismatch));
    // Kerberos without the envelope of SPNEGO.
    assert_eq!(Bench::new(&keys).name(&offer.token.unwrap()), Ok("kim".into()));
}

#[test]
fn a_keytab_that_cannot_be_used_keeps_the_old_one_and_says_why() {
    let vectors = vectors();
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), &vectors[0].1);
    let file = KeytabFile::open(&path, "http/P17.test@SCHOOL.TEST").unwrap();
    assert_eq!((file.realm().as_str(), file.refresh().unwrap()), (REALM, None));
    let service = |text| super::principal::Principal::read(text).unwrap();
    let has = |kind| file.keys(&service("HTTP/p17.test@SCHOOL.TEST"), kind, Some(1)).is_ok();
    for (bytes, word) in
        [(&b"nonsense"[..], "no keytab"), (&vectors[1].1, "HTTP/p18.test@SCHOOL.TEST (version 1)"), (b"\x05\x02", "no key at all")]
    {
        write(folder.path(), bytes);
        let fault = file.refresh().unwrap_err().to_string();
        assert!(fault.contains(word), "{fault}");
        assert!(file.refresh().unwrap().is_none() && has(17), "told once, and the old key is in force");
    }
    write(folder.path(), &vectors[0].1);
    assert_eq!(file.refresh().unwrap().as_deref(), Some("HTTP/p17.test@SCHOOL.TEST (version 1)"));
    // Whoever follows the advice and changes nothing but the mode is heard.
    fs::write(&path, [&vectors[0].1[..], &[0xff, 0xff, 0xff, 0xfc, 0, 0, 0, 0]].concat()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(file.refresh().is_err());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(file.refresh().unwrap().is_some());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(KeytabFile::open(&path, ""), Err(KeytabFault::Open(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_token_never_passes(which in 0_usize..4, places in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..4)) {
        let (_, keys, token) = vectors().remove(which);
        let mut changed = token.clone();
        for (place, with) in places {
            changed[place.index(token.len())] ^= with;
        }
        // Only where nothing is proved may anything change: names and flags of the outer envelope. Then it is still the same person.
        if let Ok(Step::Done(accepted)) = Bench::new(&keys).step(&changed, None) {
            prop_assert_eq!(accepted.name, "kim");
        }
    }

    #[test]
    fn whatever_comes_ends_with_a_word(bytes in prop::collection::vec(any::<u8>(), 0..600), cut in any::<prop::sample::Index>(), which in 0_usize..4) {
        let (_, keys, token) = vectors().remove(which);
        let bench = Bench::new(&keys);
        prop_assert!(bench.step(&bytes, None).is_err());
        let cut = cut.index(token.len());
        prop_assert!(bench.step(&token[..cut], None).is_err());
        prop_assert!(bench.step(&[&token[..cut], &bytes[..]].concat(), None).is_err());
        let _read = super::keytab::read(&[b"\x05\x02", &bytes[..]].concat());
    }
}

#[test]
fn every_single_changed_bit_of_what_is_proved_is_noticed() {
    let (_, keys, token) = vectors().remove(1);
    let bench = Bench::new(&keys);
    let mut changed = token.clone();
    let mut passes = |bit: &usize| {
        changed[bit / 8] ^= 1 << (bit % 8);
        let found = bench.step(&changed, None);
        changed[bit / 8] ^= 1 << (bit % 8);
        matches!(found, Ok(Step::Done(_)) | Err(TicketFault::Replayed))
    };
    let mut passed: Vec<usize> = (0..token.len() * 8).filter(|bit| passes(bit)).map(|bit| bit / 8).collect();
    // The kind of a name, flags that ask for our proof, letters of the service's host in another case: nothing that says who it is.
    passed.dedup();
    assert!(passed.len() < 40 && passed.iter().all(|place| *place < 180), "{passed:?}");
    assert_eq!(bench.name(&[0x60; 48_001]), Err(TicketFault::NoToken));
    assert_eq!(bench.name(&[]), Err(TicketFault::NoToken));
    // Boxes in boxes, deeper than any stack.
    for boxed in [[0x30, 0x80], [0xa0, 0x80]] {
        let deep = [&[0x60, 0x82, 0xbb, 0x7c, 6, 6, 0x2b, 6, 1, 5, 5, 2][..], &boxed.repeat(23_994)[..47_988]].concat();
        assert_eq!((deep.len(), bench.name(&deep)), (48_000, Err(TicketFault::Unreadable)));
    }
}
