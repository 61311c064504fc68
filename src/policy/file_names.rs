//! The file names in `Content-Disposition` (RFC 6266), in every form and every reading that a client may take.
//!
//! Must never settle for one reading: clients differ, and a file gets the name that its client has read.

use std::collections::BTreeMap;

/// The names in one field, without their quotes.
pub(super) fn file_names(field: &[u8]) -> Vec<Vec<u8>> {
    let (mut names, mut pieces) = (Vec::new(), Vec::new());
    for part in parameters(field).skip(1) {
        let Some(equals) = part.iter().position(|byte| *byte == b'=') else { continue };
        let (key, value) = (part[..equals].trim_ascii().to_ascii_lowercase(), part[equals + 1..].trim_ascii());
        let bare = value.strip_prefix(b"\"").map_or(value, |rest| rest.strip_suffix(b"\"").unwrap_or(rest));
        match key.as_slice() {
            b"filename" => {
                names.push(bare.to_vec());
                // What stands behind the closing quote is left out by some.
                names.extend(up_to_its_quote(value).filter(|inner| *inner != bare).map(<[u8]>::to_vec));
            }
            b"filename*" => names.push(extended(bare)),
            numbered => pieces.extend(piece(numbered, bare)),
        }
    }
    names.extend(joined(&pieces));
    names
}

/// A name as it is written, without the backslashes of quoted pairs, with its percent signs decoded, and with both.
pub(super) fn readings(name: Vec<u8>) -> impl Iterator<Item = Vec<u8>> {
    let unpaired = without_backslashes(&name);
    let decoded = [&unpaired, &name].map(|name| percent_encoding::percent_decode(name).collect());
    [name, unpaired].into_iter().chain(decoded)
}

/// A value with its set of characters and its language before it (RFC 8187); some clients do without the two.
fn extended(value: &[u8]) -> Vec<u8> {
    let text = value.splitn(3, |byte| *byte == b'\'').nth(2).unwrap_or(value);
    percent_encoding::percent_decode(text).collect()
}

/// One piece of a name that is written in several: `filename*0`, or `filename*0*` where it is extended (RFC 2231 section 3).
fn piece(key: &[u8], value: &[u8]) -> Option<(u32, Vec<u8>)> {
    let number = key.strip_prefix(b"filename*")?;
    let is_extended = number.ends_with(b"*");
    let number = std::str::from_utf8(number.strip_suffix(b"*").unwrap_or(number)).ok()?.parse().ok()?;
    let text = match (is_extended, number) {
        (true, 0) => extended(value),
        (true, _) => percent_encoding::percent_decode(value).collect(),
        (false, _) => value.to_vec(),
    };
    Some((number, text))
}

/// The pieces in the order of their numbers. Of two with one number some clients take the first and some the last; where a number is
/// missing, some stop.
fn joined(pieces: &[(u32, Vec<u8>)]) -> Vec<Vec<u8>> {
    let first: BTreeMap<u32, &Vec<u8>> = pieces.iter().rev().map(|(number, text)| (*number, text)).collect();
    let last: BTreeMap<u32, &Vec<u8>> = pieces.iter().map(|(number, text)| (*number, text)).collect();
    let mut names = Vec::new();
    for chosen in [first, last] {
        let (mut name, mut next) = (Vec::new(), 0);
        for (number, text) in chosen {
            if number != next {
                names.push(name.clone());
            }
            name.extend_from_slice(text);
            next = number.saturating_add(1);
        }
        names.push(name);
    }
    names.retain(|name| !name.is_empty());
    names
}

fn without_backslashes(name: &[u8]) -> Vec<u8> {
    let mut escaped = false;
    let kept = name.iter().filter(|byte| {
        escaped = **byte == b'\\' && !escaped;
        !escaped
    });
    kept.copied().collect()
}

/// What stands between the quotes of a value, up to the one that closes it.
fn up_to_its_quote(value: &[u8]) -> Option<&[u8]> {
    let inner = value.strip_prefix(b"\"")?;
    let mut escaped = false;
    let end = inner.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    Some(&inner[..end?])
}

/// The parts between semicolons that stand outside quotes.
fn parameters(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    field.split(move |byte| {
        let ends = !quoted && *byte == b';';
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_found_in_every_form() {
        let names = |field: &str| -> Vec<String> {
            file_names(field.as_bytes()).into_iter().map(|name| String::from_utf8(name).unwrap()).collect()
        };
        assert_eq!(names("attachment; filename=\"a;b.exe\""), ["a;b.exe"]);
        assert_eq!(names("attachment; FileName = setup.exe ; x=1"), ["setup.exe"]);
        assert_eq!(names("attachment; filename=\"a.txt\"; filename*=UTF-8''set%75p%2Eexe"), ["a.txt", "setup.exe"]);
        assert_eq!(names("attachment; filename=\"a\\\";filename=b.exe\""), ["a\\\";filename=b.exe"]);
        assert_eq!(names("filename.exe"), [""; 0]);
        assert_eq!(names("inline"), [""; 0]);
    }
}
