//! What the service says of itself (OpenID Connect Discovery 1.0), and its keys (RFC 7517): fetched, bounded, and kept for an hour.

use super::fault::OrganisationFault;
use http::Uri;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use serde::Deserialize;

/// Most keys of a service.
const MOST: usize = 64;

/// The description, as far as it is used.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Description {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    #[serde(default)]
    pub(super) token_endpoint_auth_methods_supported: Vec<String>,
    /// RFC 9207.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Description {
    /// Reads it: of this issuer, and naming only addresses that are as safe to ask as the issuer itself.
    pub(super) fn read(bytes: &[u8], issuer: &str) -> Result<Self, OrganisationFault> {
        let read: Self = serde_json::from_slice(bytes).map_err(|_| OrganisationFault::Unusable("its description is none"))?;
        if read.issuer != issuer {
            return Err(OrganisationFault::Unusable("its description is that of another issuer"));
        }
        let plain = issuer.starts_with("http://");
        let own = host(issuer);
        let safe = |address: &str| match address.parse::<Uri>().ok().as_ref().and_then(Uri::scheme_str) {
            Some("https") => host(address).is_some(),
            // Only where the issuer is on this machine, and only there.
            Some("http") => plain && own.is_some() && host(address) == own,
            Some(_) | None => false,
        };
        if ![&read.authorization_endpoint, &read.token_endpoint, &read.jwks_uri].into_iter().all(|address| safe(address)) {
            return Err(OrganisationFault::Unusable("its description names an address without TLS"));
        }
        Ok(read)
    }

    /// How it is told the secret: in a field of the head (RFC 6749, 2.3.1), unless it takes it in the form alone.
    pub(super) fn takes_basic(&self) -> bool {
        let methods = &self.token_endpoint_auth_methods_supported;
        methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic")
    }
}

fn host(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    Some(authority.host().to_ascii_lowercase())
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<serde_json::Value>,
}

/// Its keys for signatures. What cannot be read is passed over: another kind of key is no fault.
pub(super) fn keys(bytes: &[u8]) -> Result<Vec<Jwk>, OrganisationFault> {
    let set: Keys = serde_json::from_slice(bytes).map_err(|_| OrganisationFault::Unusable("its keys cannot be read"))?;
    let signs = |key: &Jwk| !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    let read = set.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value(key).ok());
    Ok(read.filter(signs).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_of_its_issuer_and_names_nothing_less_safe() {
        let text = |issuer: &str, token: &str| {
            format!(r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/a","token_endpoint":"{token}","jwks_uri":"{issuer}/k"}}"#)
        };
        let (far, here) = ("https://login.example", "http://127.0.0.1:4000");
        for (issuer, token, asked, good) in [
            (far, "https://other.example/t", far, true),
            (far, "https://login.example/t", "https://login.example/", false),
            (far, "http://login.example/t", far, false),
            (far, "http://127.0.0.1/t", far, false),
            (far, "file:///etc/passwd", far, false),
            (far, "https://a@b/t", far, false),
            (here, "http://127.0.0.1:4001/t", here, true),
            (here, "http://192.0.2.1/t", here, false),
        ] {
            assert_eq!(Description::read(text(issuer, token).as_bytes(), asked).is_ok(), good, "{issuer} {token} {asked}");
        }
        assert!(Description::read(b"[]", far).is_err());
    }
}
