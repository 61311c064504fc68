//! Kinds and sizes of files that are closed: each type and each ending must be one.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::RawFiles;
use crate::config::source::At;
use crate::policy::Files;
use std::sync::Arc;

/// Longest ending of a file name.
const LONGEST: usize = 32;

/// What a group closes: each option of its own, or else the preset's.
pub(super) fn chosen(own: &RawFiles, preset: &RawFiles, bench: &mut Bench<'_>) -> Files {
    fn list<'r>(own: &'r [At<String>], preset: &'r [At<String>]) -> Vec<At<String>> {
        if own.is_empty() { preset.to_vec() } else { own.to_vec() }
    }
    let raw = RawFiles {
        block_types: list(&own.block_types, &preset.block_types),
        block_extensions: list(&own.block_extensions, &preset.block_extensions),
        largest_download: own.largest_download.clone().or(preset.largest_download.clone()),
        largest_upload: own.largest_upload.clone().or(preset.largest_upload.clone()),
    };
    check(&raw, bench)
}

/// What is closed.
pub(super) fn check(raw: &RawFiles, bench: &mut Bench<'_>) -> Files {
    let types = each(&raw.block_types, media_type, "a media type such as \"video/mp4\" or \"video/*\"", bench);
    let extensions = each(&raw.block_extensions, extension, "the ending of a file name, such as \"exe\"", bench);
    let size = |at: &Option<At<u64>>| at.as_ref().map(|at| at.value);
    Files { types, extensions, largest_download: size(&raw.largest_download), largest_upload: size(&raw.largest_upload) }
}

fn each(written: &[At<String>], read: fn(&str) -> Option<String>, expected: &str, bench: &mut Bench<'_>) -> Vec<Arc<str>> {
    let mut all: Vec<Arc<str>> = Vec::new();
    for at in written {
        match read(&at.value) {
            Some(text) if all.iter().any(|known| **known == *text) => {}
            Some(text) => all.push(text.into()),
            None => bench.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() }),
        }
    }
    all
}

/// Type and subtype, both tokens (RFC 9110 section 8.3.1); the subtype may be `*`.
fn media_type(text: &str) -> Option<String> {
    let token = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte));
    let (family, rest) = text.split_once('/')?;
    (token(family) && (token(rest) || rest == "*")).then(|| text.to_ascii_lowercase())
}

fn extension(text: &str) -> Option<String> {
    let bare = text.strip_prefix('.').unwrap_or(text);
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+~".contains(&byte));
    (bare.len() <= LONGEST && bare.split('.').all(part)).then(|| bare.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_endings_are_read_in_one_form() {
        for (text, expected) in [
            ("Video/MP4", Some("video/mp4")),
            ("video/*", Some("video/*")),
            ("*/*", None),
            ("video", None),
            ("video/", None),
            ("a/b; c=d", None),
        ] {
            assert_eq!(media_type(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in
            [("EXE", Some("exe")), (".exe", Some("exe")), ("tar.gz", Some("tar.gz")), ("", None), ("a/b", None), ("*.exe", None)]
        {
            assert_eq!(extension(text).as_deref(), expected, "{text}");
        }
    }
}
