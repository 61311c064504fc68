//! Why the system cannot start, or a reload cannot go live: each in a sentence that names the place.

use crate::feeds::FeedFault;
use crate::policy::PolicyFault;
use crate::proxy::intercept::{AuthorityFault, LeafFault};
use crate::proxy::pages::TemplateFault;
use crate::proxy::upstream::ResolveFault;
use crate::store::{OpenFault, ReadFault};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The system cannot start, or a reload cannot go live.
#[derive(Debug, thiserror::Error)]
pub enum AppFault {
    /// No image of lists.
    #[error(transparent)]
    Lists(#[from] FeedFault),
    /// No statutory list.
    #[error(
        "there is no statutory list of illegal material, so nothing is served: name one with kind = \"statutory\" under [[lists.source]]"
    )]
    NoStatutory,
    /// The exceptions cannot be read.
    #[error("exceptions: {0}")]
    Exceptions(#[from] ReadFault),
    /// The policy does not fit the lists.
    #[error("policy: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Policy(Vec<PolicyFault>),
    /// The policy's own tests fail.
    #[error("{0} of the tests in the configuration fail: run `lifeguard check` to see them")]
    Tests(usize),
    /// A page of the operator's own.
    #[error("{}/{fault}", folder.display())]
    Pages {
        /// The folder of templates.
        folder: PathBuf,
        /// What is wrong, with the file, line and column.
        fault: TemplateFault,
    },
    /// The local accounts.
    #[error("sign_in.accounts: {0}")]
    Accounts(#[from] crate::identity::AccountsFault),
    /// Accounting of the network.
    #[error("sign_in.radius: {0}")]
    Radius(#[from] crate::identity::radius::RadiusFault),
    /// A device in front.
    #[error(transparent)]
    Front(#[from] crate::identity::FrontFault),
    /// Library cards.
    #[error(transparent)]
    Cards(#[from] crate::identity::CardFault),
    /// The keys of Kerberos.
    #[error("sign_in.kerberos.keytab: {0}")]
    Keytab(#[from] crate::identity::kerberos::KeytabFault),
    /// What the console keeps.
    #[error("admin.folder: {0}")]
    Console(#[from] crate::admin::BookFault),
    /// The resolver.
    #[error("proxy.dns: {0}")]
    Names(#[from] ResolveFault),
    /// The trust roots.
    #[error("proxy.tls: {0}")]
    Tls(#[from] crate::proxy::upstream::TrustFault),
    /// The name for `Via`.
    #[error("proxy.via cannot stand in a header field")]
    Via,
    /// The authority for opened HTTPS.
    #[error("https.authority: {0}")]
    Authority(#[from] AuthorityFault),
    /// Certificates for opened hosts.
    #[error("https: {0}")]
    Certificates(#[from] LeafFault),
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenFault),
    /// A listener.
    #[error("{what} cannot listen on {address}: {source}")]
    Listen {
        /// Proxy or console.
        what: &'static str,
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system refuses.
    #[error("{0}")]
    System(#[from] io::Error),
}
