//! What a publisher's server knows us by: read from its file for each fetch, wiped when dropped, shown nowhere (standards U8).

use super::trouble::Trouble;
use crate::config::Credentials;
use crate::record::base64;
use http::HeaderValue;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use zeroize::Zeroizing;

/// The value of `Authorization`.
pub(super) struct Secret(HeaderValue);

impl Secret {
    /// Reads it.
    pub(super) fn read(credentials: &Credentials) -> Result<Self, Trouble> {
        let (path, text) = match credentials {
            Credentials::User(path) => {
                let line = first_line(path)?;
                if !line.contains(':') {
                    return Err(wrong(path, "expected name:password"));
                }
                (path, Zeroizing::new(format!("Basic {}", *Zeroizing::new(base64::encode(line.as_bytes())))))
            }
            Credentials::Token(path) => (path, Zeroizing::new(format!("Bearer {}", *first_line(path)?))),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| wrong(path, "its first line cannot stand in a header field"))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    pub(super) fn field(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, Trouble> {
    let fault = |error: std::io::Error| wrong(path, &error.to_string());
    let mode = fs::metadata(path).map_err(fault)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(wrong(path, &format!("others may read it (mode {mode:o}); set it to 0600")));
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(fault)?);
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() { Err(wrong(path, "there is nothing on its first line")) } else { Ok(Zeroizing::new(line.to_owned())) }
}

fn wrong(path: &Path, problem: &str) -> Trouble {
    Trouble::Secret { path: path.to_owned(), problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_a_closed_file_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let write = |text: &str, mode| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        };
        write("user:pass\nmore", 0o600);
        let (user, token) = (Credentials::User(path.clone()), Credentials::Token(path.clone()));
        assert_eq!(Secret::read(&user).unwrap().field(), "Basic dXNlcjpwYXNz");
        assert_eq!(Secret::read(&token).unwrap().field(), "Bearer user:pass");
        assert_eq!(format!("{:?}", Secret::read(&token).unwrap().field()), "Sensitive");
        write("hush", 0o640);
        let fault = Secret::read(&token).err().unwrap().to_string();
        assert!(fault.contains("mode 640") && !fault.contains("hush"), "{fault}");
        for (text, credentials) in [("hush", &user), ("", &token), ("a\u{1}b", &token)] {
            write(text, 0o600);
            let fault = Secret::read(credentials).err().unwrap().to_string();
            assert!(!fault.contains("hush"), "{fault}");
        }
    }
}
