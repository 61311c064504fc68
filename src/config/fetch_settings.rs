//! How a list is fetched from the network: from where, how often, within which bounds, and by what it is proved (standards U3, U8).
//!
//! Defaults stand here, once; `src/config/raw/lists.rs` names them for people.

use std::path::PathBuf;
use std::time::Duration;

/// Where a list is fetched, and what is asked of what comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Its address: `https`, or `http` where that was allowed in words.
    pub url: String,
    /// How often it is asked for.
    pub every: Duration,
    /// Which files of an archive are wanted, such as `ut1/*/domains`; `None`: all that the format can use.
    pub inside: Option<String>,
    /// May a redirect, or the name itself, lead to a private address?
    pub private: bool,
    /// May it be fetched in clear from another machine?
    pub plain_http: bool,
    /// Who asks.
    pub credentials: Option<Credentials>,
    /// What the file must be, or who must have signed it.
    pub proof: Proof,
    /// The bounds of one fetch.
    pub bounds: Bounds,
}

/// By what the server knows us. Only the file's place is kept: what is in it is read when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A file with `name:password` on its first line.
    User(PathBuf),
    /// A file with a token on its first line.
    Token(PathBuf),
}

/// By what a file is proved to be the publisher's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// It has this SHA-256.
    pub sha256: Option<[u8; 32]>,
    /// Its SHA-256 stands at this address.
    pub sha256_url: Option<String>,
    /// It was signed.
    pub signed: Option<Signed>,
}

/// A signature that goes with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whose.
    pub key: PublicKey,
    /// Where the signature is; `None`: beside the file.
    pub url: Option<String>,
}

/// A publisher's public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// Of minisign: its number, and the Ed25519 key.
    Minisign([u8; 8], [u8; 32]),
    /// A bare Ed25519 key (RFC 8032); the signature is 64 bytes, bare or in base64.
    Ed25519([u8; 32]),
}

/// The bounds of one fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes that come over the wire.
    pub size: u64,
    /// Bytes that an archive may become.
    pub expanded: u64,
    /// From the first connection to the last byte.
    pub whole: Duration,
    /// Without a byte.
    pub idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { size: 256 << 20, expanded: 2 << 30, whole: Duration::from_secs(600), idle: Duration::from_secs(30) }
    }
}

/// How often a source is asked for unless the settings say otherwise.
pub(super) const EVERY: Duration = Duration::from_secs(3600);
/// A statutory list is asked for at least this often (standards U3).
pub(super) const STATUTORY_EVERY: Duration = Duration::from_secs(3600);
