//! Single bits flipped all over a sealed segment, in the clear and encrypted. `LIFEGUARD_TAMPER=100000` flips that many (all there are, if
//! fewer); 400 without it.

use super::tamper::thoroughness;
use super::vault::{custodian, log_with};
use crate::store::files::{DiskFiles, Files};
use crate::store::verify::verify_in;
use std::fs;
use std::path::Path;

/// Flips bits of the first sealed segment in this folder, and sees each found in that file.
fn flip(folder: &Path, what: &str) {
    let files = DiskFiles::at(folder);
    let mut names = files.names().unwrap();
    names.retain(|name| name.ends_with(".sealed"));
    names.sort();
    let path = folder.join(&names[0]);
    let whole = fs::read(&path).unwrap();
    let bits = whole.len() * 8;
    let flips = thoroughness().min(bits);
    for n in 0..flips {
        let bit = n * bits / flips;
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, bytes).unwrap();
        let report = verify_in(&files).unwrap();
        let named = report.faults.iter().any(|fault| fault.path() == path);
        assert!(!report.is_whole() && named, "{what}: bit {bit} of {bits}: {:?}", report.faults);
    }
    fs::write(&path, whole).unwrap();
    assert!(verify_in(&files).unwrap().is_whole());
    eprintln!("{what}: {flips} of {bits} bits flipped one by one, {flips} found, each in its file");
}

#[test]
fn single_bits_flipped_all_over_a_sealed_segment_are_found() {
    flip(log_with(&[], None, 3000, 300_000).path(), "sealed");
}

#[test]
fn single_bits_flipped_all_over_an_encrypted_segment_are_found() {
    let one = custodian();
    flip(log_with(&[&one], Some(&one), 3000, 300_000).path(), "encrypted");
}
