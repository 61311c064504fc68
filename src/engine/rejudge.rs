//! A request of the past, judged by the lists and the policy of today (standards D16). The address is read anew from its raw bytes, in the
//! way the proxy reads it; the moment is that of the request, so that hours of a group judge it as they would have.
//! Must never guess: what cannot be read today is said to be unreadable.

use super::{Engine, Judgement};
use crate::canon::{CanonicalUrl, RawTarget, Unreadable, canonicalise};
use crate::model::{IdentitySource, Subject, Timestamp};
use crate::policy::{Acts, Ask, Used};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What the log keeps of a request, as far as a judgement needs it.
#[derive(Clone, Copy, Debug)]
pub struct PastRequest<'a> {
    /// Method, raw; `TLS` for a name that stood inside a tunnel.
    pub method: &'a [u8],
    /// Request target, raw.
    pub target: &'a [u8],
    /// It came out of an opened tunnel.
    pub inside_tls: bool,
    /// Value of `Host`, raw.
    pub host_field: &'a [u8],
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// The client as a trusted peer stated it.
    pub asserted: Option<IpAddr>,
    /// The person.
    pub user: Option<&'a str>,
    /// The group whose policy applied then, by name.
    pub group: &'a str,
    /// When.
    pub at: Timestamp,
    /// The person had read the warning and gone on.
    pub warned: bool,
}

/// What would happen to it today.
#[derive(Debug)]
pub struct Rejudged {
    /// The judgement.
    pub judgement: Judgement,
    /// The address it is about.
    pub url: CanonicalUrl,
    /// The group of then is no more: the group that its address gets today was judged in its place.
    pub group_is_gone: bool,
}

impl Engine {
    /// Judges a request of the past by the lists and the policy of today.
    ///
    /// # Errors
    /// [`Unreadable`] when the address cannot be read: today it would be refused.
    pub fn rejudge(&self, past: &PastRequest<'_>) -> Result<Rejudged, Unreadable> {
        const NAME_INSIDE: &[u8] = b"TLS";
        let raw = match past.method {
            b"CONNECT" => RawTarget::Authority(past.target),
            NAME_INSIDE => RawTarget::ServerName(past.target),
            _ if past.target.first() == Some(&b'/') => RawTarget::Origin { host: past.host_field, target: past.target },
            _ => RawTarget::Absolute(past.target),
        };
        let url = canonicalise(raw, &self.wrappers)?;
        let url = if past.inside_tls { url.over_tls() } else { url };
        let known = self.policy.group_named(past.group).map(|group| (group, IdentitySource::Unknown));
        let (group, source) = known.unwrap_or_else(|| self.policy.group_of(past.peer.ip(), past.asserted, None));
        let group = self.policy.placed(group, past.user);
        let subject = Subject { peer: past.peer, asserted: past.asserted, group, source, user: past.user.map(Arc::from), device: None };
        let method = if past.method == NAME_INSIDE { b"CONNECT" } else { past.method };
        let judgement = self.judge(&Ask {
            subject: &subject,
            url: &url,
            method,
            now: past.at,
            warned: past.warned,
            acts: Acts::none(),
            used: Used::none(),
        });
        Ok(Rejudged { judgement, url, group_is_gone: known.is_none() })
    }
}
