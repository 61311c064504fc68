//! Is what was fetched the publisher's? Its hash, or a signature over all of it: minisign (Ed25519 over BLAKE2b-512,
//! <https://jedisct1.github.io/minisign/>), or bare Ed25519 (RFC 8032).

use super::cause::{Amiss, Cause, Refused};
use super::fetched::Stated;
use crate::config::PublicKey;
use crate::record::base64;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use blake2::{Blake2b512, Digest as _};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// A file that is signed for later than this is not taken: one of the two clocks is wrong.
const AHEAD_S: u64 = 48 * 3600;

/// The signature is good: the publisher's number of the file, if it states one.
pub(super) type Number = Option<Stated>;

/// Does the file have this hash?
pub(super) fn hash(found: &str, wanted: &[u8; 32]) -> Result<(), Refused> {
    let wanted: String = wanted.iter().map(|byte| format!("{byte:02x}")).collect();
    if found == wanted { Ok(()) } else { Err(Refused::new(Cause::Hash, "its SHA-256 is another than the one that was stated")) }
}

/// The hash in a text of the form of `sha256sum`: on the line that names the file, or on the only line.
pub(super) fn stated_hash(text: &[u8], file: &str) -> Result<[u8; 32], Refused> {
    let none = || Refused::new(Cause::Hash, "there is no SHA-256 of it where it should stand");
    let text = str::from_utf8(text).map_err(|_| none())?;
    let lines: Vec<(&str, &str)> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), "")))
        .collect();
    let named = lines.iter().find(|(_, name)| !file.is_empty() && name.trim().trim_start_matches('*').rsplit('/').next() == Some(file));
    let (digits, _) = named.or_else(|| lines.first().filter(|_| lines.len() == 1)).ok_or_else(none)?;
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(none)
}

/// Is the signature over all of the file good?
pub(super) fn signature(path: &Path, signature: &[u8], key: &PublicKey) -> Result<Number, Amiss> {
    match key {
        PublicKey::Minisign(number, key) => minisign(path, signature, number, key),
        PublicKey::Ed25519(key) => bare(path, signature, key),
    }
}

fn bad(words: &str) -> Refused {
    Refused::new(Cause::Signature, words)
}

fn verify(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<(), Refused> {
    let checked = UnparsedPublicKey::new(&ED25519, key).verify(message, signature);
    checked.map_err(|_| bad("its signature is not good: it was changed on the way, or somebody else signed it"))
}

fn minisign(path: &Path, text: &[u8], number: &[u8; 8], key: &[u8; 32]) -> Result<Number, Amiss> {
    let form = || bad("its signature is no minisign signature");
    let mut lines = str::from_utf8(text).map_err(|_| form())?.lines();
    let first = lines.next().ok_or_else(form)?;
    let signed: [u8; 74] = lines.next().and_then(base64::decode).and_then(|bytes| bytes.try_into().ok()).ok_or_else(form)?;
    let comment = lines.next().and_then(|line| line.strip_prefix("trusted comment: ")).ok_or_else(form)?;
    let all: [u8; 64] = lines.next().and_then(base64::decode).and_then(|bytes| bytes.try_into().ok()).ok_or_else(form)?;
    if !first.starts_with("untrusted comment:") {
        return Err(form().into());
    }
    match &signed[..2] {
        b"ED" => {}
        b"Ed" => return Err(bad("it is signed in minisign's old form, without -H: the publisher must sign anew").into()),
        _ => return Err(form().into()),
    }
    if signed[2..10] != number[..] {
        return Err(bad("it is signed with another key than the one of the settings").into());
    }
    verify(key, &digest(path)?, &signed[10..])?;
    // The comment is signed together with the signature: it cannot be put on another file.
    verify(key, &[&signed[10..], comment.as_bytes()].concat(), &all)?;
    Ok(stated_number(comment))
}

/// `version:` counts more than `timestamp:`, which minisign writes by itself.
fn stated_number(comment: &str) -> Number {
    let field = |name: &str| comment.split(['\t', ' ']).find_map(|field| field.strip_prefix(name)?.parse().ok());
    field("version:").map(Stated::Count).or_else(|| field("timestamp:").map(Stated::Time))
}

fn digest(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, mut hasher, mut portion) = (File::open(path)?, Blake2b512::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut portion)? {
            0 => return Ok(hasher.finalize().to_vec()),
            count => hasher.update(&portion[..count]),
        }
    }
}

fn bare(path: &Path, text: &[u8], key: &[u8; 32]) -> Result<Number, Amiss> {
    let coded = || base64::decode(str::from_utf8(text).ok()?.trim());
    let signature = if text.len() == 64 { Some(text.to_vec()) } else { coded() };
    let signature = signature.filter(|bytes| bytes.len() == 64).ok_or_else(|| bad("its signature is no Ed25519 signature"))?;
    verify(key, &fs::read(path)?, &signature)?;
    Ok(None)
}

/// What is known of the versions before.
pub(super) struct Before<'a> {
    /// The number of the newest that was taken.
    pub(super) number: Number,
    /// Hashes of versions that were in force and are no more.
    pub(super) earlier: &'a [String],
}

/// A signed file that was good once must not be played again when a newer one is in force.
pub(super) fn is_news(hash: &str, number: Number, before: &Before<'_>, now_s: i64) -> Result<(), Refused> {
    let soon = u64::try_from(now_s).unwrap_or(0).saturating_add(AHEAD_S);
    if matches!(number, Some(Stated::Time(time)) if time > soon) {
        return Err(Refused::new(Cause::Future, "it is signed for a time that has not come: the publisher's clock or ours is wrong"));
    }
    let older = match (number, before.number) {
        (Some(Stated::Time(now)), Some(Stated::Time(newest))) | (Some(Stated::Count(now)), Some(Stated::Count(newest))) => now < newest,
        (Some(Stated::Time(_)), Some(Stated::Count(_))) | (Some(Stated::Count(_)), Some(Stated::Time(_))) | (None, _) | (_, None) => false,
    };
    if older || before.earlier.iter().any(|known| known == hash) {
        return Err(Refused::new(Cause::Replay, "it is signed, but older than the one in force"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    fn pair() -> (Ed25519KeyPair, [u8; 32]) {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let public = pair.public_key().as_ref().try_into().unwrap();
        (pair, public)
    }

    fn cause(amiss: Amiss) -> Option<Cause> {
        match amiss {
            Amiss::Refused(refused) => Some(refused.cause),
            Amiss::Disk(_) => None,
        }
    }

    fn minisig(pair: &Ed25519KeyPair, kind: &[u8], number: &[u8; 8], message: &[u8], comment: &str) -> String {
        let signature = pair.sign(&Blake2b512::digest(message));
        let all = pair.sign(&[signature.as_ref(), comment.as_bytes()].concat());
        let signed = [kind, number, signature.as_ref()].concat();
        format!("untrusted comment: x\n{}\ntrusted comment: {comment}\n{}\n", base64::encode(&signed), base64::encode(all.as_ref()))
    }

    #[test]
    fn a_minisign_signature_covers_the_file_and_the_comment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        fs::write(&path, "a.test\n").unwrap();
        let ((pair, public), number) = (pair(), [7; 8]);
        let key = PublicKey::Minisign(number, public);
        let check = |text: &str| signature(&path, text.as_bytes(), &key).map_err(cause);
        let good = minisig(&pair, b"ED", &number, b"a.test\n", "timestamp:1700000000\tfile:list");
        assert_eq!(check(&good), Ok(Some(Stated::Time(1_700_000_000))));
        assert_eq!(check(&minisig(&pair, b"ED", &number, b"a.test\n", "timestamp:17 version:9")), Ok(Some(Stated::Count(9))));
        assert_eq!(check(&minisig(&pair, b"ED", &number, b"a.test\n", "nothing")), Ok(None));
        for wrong in [
            good.replace("1700000000", "1800000000"),
            minisig(&pair, b"Ed", &number, b"a.test\n", "x"),
            minisig(&pair, b"ED", &[8; 8], b"a.test\n", "x"),
            minisig(&pair, b"ED", &number, b"b.test\n", "x"),
            minisig(&super::tests::pair().0, b"ED", &number, b"a.test\n", "x"),
            good.lines().take(3).collect::<Vec<_>>().join("\n"),
            "<html>".into(),
            String::new(),
        ] {
            assert_eq!(check(&wrong), Err(Some(Cause::Signature)), "{wrong}");
        }
    }

    #[test]
    fn a_bare_signature_covers_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        fs::write(&path, "a.test\n").unwrap();
        let (pair, public) = pair();
        let good = pair.sign(b"a.test\n");
        let check = |bytes: &[u8]| signature(&path, bytes, &PublicKey::Ed25519(public)).map_err(cause);
        assert_eq!(check(good.as_ref()), Ok(None));
        assert_eq!(check(format!("{}\n", base64::encode(good.as_ref())).as_bytes()), Ok(None));
        for wrong in [pair.sign(b"b.test\n").as_ref(), b"", b"x", &[0; 64]] {
            assert_eq!(check(wrong), Err(Some(Cause::Signature)));
        }
    }

    #[test]
    fn an_older_file_is_no_news() {
        let earlier = ["aa".to_owned()];
        let before = Before { number: Some(Stated::Time(1000)), earlier: &earlier };
        let now = 1_700_000_000;
        for (hash, number, cause) in [
            ("bb", Some(Stated::Time(1000)), None),
            ("bb", Some(Stated::Time(1001)), None),
            ("bb", Some(Stated::Time(999)), Some(Cause::Replay)),
            ("bb", Some(Stated::Count(999)), None),
            ("aa", Some(Stated::Time(1001)), Some(Cause::Replay)),
            ("aa", None, Some(Cause::Replay)),
            ("bb", None, None),
            ("bb", Some(Stated::Time(1_700_100_000)), None),
            ("bb", Some(Stated::Time(1_800_000_000)), Some(Cause::Future)),
            ("bb", Some(Stated::Count(2_026_112_801)), None),
        ] {
            assert_eq!(is_news(hash, number, &before, now).err().map(|refused| refused.cause), cause, "{hash} {number:?}");
        }
    }

    #[test]
    fn a_stated_hash_is_found_by_the_name_of_the_file() {
        let (one, two) = ("11".repeat(32), "22".repeat(32));
        for (text, found) in [
            (format!("{one}\n"), Some([0x11; 32])),
            (format!("{one}  other.txt\n{two} *x/list.txt\n"), Some([0x22; 32])),
            (format!("{one}  other.txt\n{two}  more.txt\n"), None),
            ("<html>".into(), None),
            (String::new(), None),
            (one[2..].into(), None),
        ] {
            assert_eq!(stated_hash(text.as_bytes(), "list.txt").ok(), found, "{text}");
        }
    }
}
