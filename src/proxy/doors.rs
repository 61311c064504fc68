//! Listeners that clients reach over TLS: which certificate each of them shows (standards AA7, AB8; rule T4).
//!
//! A certificate from files is what the settings read; one of our own is made anew in good time, without a reload.
//! Must never: show a certificate that has lapsed while a new one can be made.

use super::certificates::verifier;
use super::intercept::{Authority, LeafFault, server_config, server_config_for};
use crate::config::{ClientCertificates, Door, Listener};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, SanType};
use rustls::ServerConfig;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls_pki_types::PrivateKeyDer;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// How long a certificate of our own is good, and after which part of it a new one is made. In seconds.
const LIFE: i64 = 90 * 86_400;
const RENEWED: i64 = LIFE / 3;

/// The doors of one generation of the settings, by the address of the listener as it was written.
#[derive(Default)]
pub struct Doors(Vec<Entrance>);

struct Entrance {
    listener: SocketAddr,
    shows: Shows,
    clients: Option<ClientCertificates>,
}

enum Shows {
    Files(Arc<ServerConfig>),
    Ours(Box<Ours>),
}

/// How clients are checked; `None`: they show nothing.
type Checked = Option<Arc<dyn ClientCertVerifier>>;

struct Ours {
    authority: Arc<Authority>,
    names: Vec<String>,
    /// How clients are checked, where they show certificates of their own.
    checked: Checked,
    /// Since when the settings are good, and the settings.
    made: Mutex<(i64, Arc<ServerConfig>)>,
}

impl Doors {
    /// The authority that vouches for them, if one of ours does.
    #[must_use]
    pub fn authority(&self) -> Option<&Authority> {
        self.0.iter().find_map(|entrance| match &entrance.shows {
            Shows::Ours(ours) => Some(&*ours.authority),
            Shows::Files(_) => None,
        })
    }

    /// Makes the settings of every door. `authority` is there if any of them needs it; `now` in seconds since 1970.
    ///
    /// # Errors
    /// When a certificate cannot be made, or a key cannot be used.
    pub fn new(listeners: &[Listener], authority: Option<Authority>, now: i64) -> Result<Self, LeafFault> {
        let authority = authority.map(Arc::new);
        let mut doors = Vec::new();
        for listener in listeners {
            let checked = listener.clients.as_ref().map(verifier).transpose()?;
            let shows = match (&listener.door, &authority) {
                (Some(Door::Files(certified)), _) => {
                    let certified = SingleCertAndKey::from(Arc::clone(certified));
                    Shows::Files(Arc::new(settings_for(certified, &checked)?))
                }
                (Some(Door::Ours(names)), Some(authority)) => {
                    let made = Mutex::new((now, vouched(authority, (names, &checked), now)?));
                    Shows::Ours(Box::new(Ours { authority: Arc::clone(authority), names: names.clone(), checked, made }))
                }
                (Some(Door::Ours(_)) | None, _) => continue,
            };
            doors.push(Entrance { listener: listener.address, shows, clients: listener.clients.clone() });
        }
        Ok(Self(doors))
    }

    /// The settings for one handshake at this listener.
    #[must_use]
    pub fn settings(&self, listener: SocketAddr, now: i64) -> Option<Arc<ServerConfig>> {
        match &self.0.iter().find(|entrance| entrance.listener == listener)?.shows {
            Shows::Files(settings) => Some(Arc::clone(settings)),
            Shows::Ours(ours) => Some(ours.settings(now)),
        }
    }

    /// What clients show at this listener, if they are asked for it.
    #[must_use]
    pub fn clients(&self, listener: SocketAddr) -> Option<&ClientCertificates> {
        self.0.iter().find(|entrance| entrance.listener == listener)?.clients.as_ref()
    }
}

impl Ours {
    fn settings(&self, now: i64) -> Arc<ServerConfig> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if now - made.0 >= RENEWED {
            match vouched(&self.authority, (&self.names, &self.checked), now) {
                Ok(settings) => *made = (now, settings),
                Err(error) => tracing::warn!(%error, "the certificate of a listener could not be made anew"),
            }
        }
        Arc::clone(&made.1)
    }
}

/// A certificate for these names, under a key of its own.
fn vouched(authority: &Authority, (names, checked): (&[String], &Checked), now: i64) -> Result<Arc<ServerConfig>, LeafFault> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let secret = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| LeafFault::Key)?;
    let signer = rustls::crypto::aws_lc_rs::sign::any_supported_type(&secret)?;
    let names = names.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address) => Ok(SanType::IpAddress(address)),
        Err(_) => name.as_str().try_into().map(SanType::DnsName),
    });
    let (chain, _) = authority.vouch(names.collect::<Result<_, _>>()?, &key, (now, LIFE))?;
    let certified = CertifiedKey::new(chain, signer);
    Ok(Arc::new(settings_for(SingleCertAndKey::from(certified), checked)?))
}

fn settings_for(certified: SingleCertAndKey, checked: &Checked) -> Result<ServerConfig, LeafFault> {
    match checked {
        Some(checked) => server_config_for(Arc::new(certified), Arc::clone(checked)),
        None => server_config(Arc::new(certified)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::intercept::{KeyKind, Wishes};
    use std::path::Path;

    #[test]
    fn a_certificate_of_our_own_is_made_anew_in_good_time() {
        let now = 1_767_225_600;
        let wishes = Wishes { name: "A".to_owned(), days: 365, only: Vec::new(), key: KeyKind::P256 };
        let (pem, key) = Authority::make(&wishes, None, now).unwrap();
        let authority = Authority::read((pem.as_bytes(), Path::new("a")), (&key, Path::new("k")), None, now).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 3129));
        let names = vec!["proxy.test".to_owned(), "192.0.2.1".to_owned()];
        let listener = Listener { address, group: None, proxy_protocol: false, door: Some(Door::Ours(names)), clients: None };
        let doors = Doors::new(&[listener], Some(authority), now).unwrap();
        let first = doors.settings(address, now).unwrap();
        assert!(Arc::ptr_eq(&first, &doors.settings(address, now + RENEWED - 1).unwrap()));
        let second = doors.settings(address, now + RENEWED).unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(Arc::ptr_eq(&second, &doors.settings(address, now + RENEWED + 1).unwrap()));
        assert!(doors.settings(SocketAddr::from(([127, 0, 0, 1], 1)), now).is_none());
    }
}
