//! Lists that are signed, through the real program: another file, another key and an older file are not taken.

use crate::feeds_support::{Publisher, fetch, hosts, settings, source, text};
use crate::support::World;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use lifeguard::record::base64;
use std::process::Command;

#[test]
fn a_bare_signature_is_asked_for_and_an_older_file_is_not_taken() {
    let (world, publisher) = (World::new(), Publisher::new());
    let pair = Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap().as_ref()).unwrap();
    let more = format!("format = \"domains\"\ned25519_key = \"{}\"", base64::encode(pair.public_key().as_ref()));
    settings(&world, &source("signed", &publisher.url("/list.txt"), &more), &["signed"]);
    let gives = |text: &str, signed: &str| {
        publisher.gives("/list.txt", text);
        publisher.gives("/list.txt.sig", base64::encode(pair.sign(signed.as_bytes()).as_ref()));
    };
    publisher.gives("/list.txt", hosts(10));
    let (word, words) = fetch(&world, "signed");
    assert!(word == "status" && words.contains("signature"), "{word}: {words}");
    gives(&hosts(10), &hosts(10));
    assert_eq!(fetch(&world, "signed").0, "taken");
    gives(&hosts(11), &hosts(10));
    assert_eq!(fetch(&world, "signed").0, "signature");
    let refused = world.command(&["lists", "quarantine", "release", "signed", "--by", "x", "--because", "y"]);
    assert!(!refused.status.success(), "nobody may: {}", text(&refused));
    gives(&hosts(12), &hosts(12));
    assert_eq!(fetch(&world, "signed").0, "taken");
    gives(&hosts(10), &hosts(10));
    let (word, words) = fetch(&world, "signed");
    assert!(word == "replay" && words.contains("older"), "{word}: {words}");
    let status = text(&world.command(&["lists", "status"]));
    assert!(status.contains(" 12 entries") && status.contains("older than the one in force"), "{status}");
}

#[test]
fn a_signature_of_the_real_minisign_is_good_and_the_older_file_a_replay() {
    if Command::new("minisign").arg("-v").output().is_err() {
        return println!("skipped: minisign is not on this machine");
    }
    let (world, publisher) = (World::new(), Publisher::new());
    let minisign = |arguments: &[&str]| {
        let output = Command::new("minisign").args(arguments).current_dir(world.folder.path()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", text(&output));
    };
    minisign(&["-G", "-W", "-p", "pub", "-s", "sec"]);
    minisign(&["-G", "-W", "-p", "pub2", "-s", "sec2"]);
    let key = std::fs::read_to_string(world.folder.path().join("pub")).unwrap().lines().nth(1).unwrap().to_owned();
    let more = format!("format = \"domains\"\nminisign_key = \"{key}\"");
    settings(&world, &source("signed", &publisher.url("/list.txt"), &more), &["signed"]);
    let sign = |text: &str, key: &str, comment: &[&str]| {
        world.write("list.txt", text);
        minisign(&[&["-S", "-s", key, "-m", "list.txt"], comment].concat());
        std::fs::read(world.folder.path().join("list.txt.minisig")).unwrap()
    };
    let gives = |text: &str, signature: &[u8]| {
        publisher.gives("/list.txt", text);
        publisher.gives("/list.txt.minisig", signature);
    };
    let (first, second, third) = (hosts(10), hosts(11), hosts(12));
    let old = sign(&first, "sec", &["-t", "timestamp:1700000000"]);
    gives(&first, &old);
    assert_eq!(fetch(&world, "signed").0, "taken");
    let new = sign(&second, "sec", &[]);
    gives(&second, &new);
    assert_eq!(fetch(&world, "signed").0, "taken", "the time that minisign writes by itself");
    gives(&first, &old);
    assert_eq!(fetch(&world, "signed").0, "replay");
    for (list, signature) in [(&third, &new), (&third, &sign(&third, "sec2", &[])), (&third, &sign(&third, "sec", &["-l"]))] {
        gives(list, signature);
        assert_eq!(fetch(&world, "signed").0, "signature");
    }
    gives(&third, &sign(&third, "sec", &["-t", "timestamp:3900000000"]));
    assert_eq!(fetch(&world, "signed").0, "future");
    gives(&third, &sign(&third, "sec", &["-t", "version:2026112801"]));
    assert_eq!(fetch(&world, "signed").0, "taken");
}
