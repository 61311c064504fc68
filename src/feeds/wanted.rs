//! Which files of an archive are wanted, and under which name they are written.

use crate::config::{Fetch, Source as Setting, SourceFormat};
use crate::lists::Source;
use std::path::PathBuf;

/// Longest name of a category's folder.
const LONGEST: usize = 64;

/// The wish of one source.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    folder: bool,
    inside: Option<String>,
}

impl Wanted {
    pub(super) fn of(setting: &Setting, fetch: &Fetch) -> Self {
        Self { folder: setting.format == SourceFormat::Ut1, inside: fetch.inside.clone() }
    }

    /// A folder of folders, and not one file.
    pub(super) const fn is_folder(&self) -> bool {
        self.folder
    }

    /// Where a file goes that is wanted: below the folder, or in place of the one file.
    pub(super) fn place(&self, name: &[String]) -> Option<PathBuf> {
        if let Some(inside) = &self.inside {
            let parts: Vec<&str> = inside.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
            let fits =
                parts.len() == name.len() && parts.iter().zip(name).all(|(pattern, part)| matches(pattern.as_bytes(), part.as_bytes()));
            if !fits {
                return None;
            }
        }
        if !self.folder {
            return Some(PathBuf::new());
        }
        let [.., category, file] = name else { return None };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let known = category.len() <= LONGEST && !category.starts_with('.') && category.bytes().all(plain);
        (known && Source::of_squidguard(category, file).is_some()).then(|| PathBuf::from(category).join(file))
    }
}

/// `*` stands for any letters of one part, `?` for one.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    // Where the last star stood, and how much it has taken: a pattern of stars must not take for ever.
    let (mut at, mut of, mut star) = (0, 0, None);
    while of < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(&letter) if letter == b'?' || letter == text[of] => {
                at += 1;
                of += 1;
            }
            Some(_) | None => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                at = place + 1;
                of = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|&letter| letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_wanted_by_its_place() {
        let name = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        for (folder, inside, path, place) in [
            (true, None, "ut1/adult/domains", Some("adult/domains")),
            (true, None, "adult/urls", Some("adult/urls")),
            (true, None, "domains", None),
            (true, None, "ut1/adult/usage", None),
            (true, None, "ut1/.hidden/domains", None),
            (true, None, "ut1/a b/domains", None),
            (true, Some("ut1/*/domains"), "ut1/adult/domains", Some("adult/domains")),
            (true, Some("ut1/*/domains"), "ut1/adult/urls", None),
            (true, Some("*/domains"), "ut1/adult/domains", None),
            (false, None, "x/y.txt", Some("")),
            (false, Some("x/*.txt"), "x/y.txt", Some("")),
            (false, Some("*.t?t"), "y.txt", Some("")),
            (false, Some("*a*b*c"), "aabbc", Some("")),
            (false, Some("*a*b*c"), "aabbd", None),
        ] {
            let wanted = Wanted { folder, inside: inside.map(str::to_owned) };
            assert_eq!(wanted.place(&name(path)), place.map(PathBuf::from), "{inside:?} {path}");
        }
    }
}
