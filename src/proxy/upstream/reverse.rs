//! From an address to a name, at the operator's own name servers; a name counts only if it leads back to the address.

use super::resolve::Names;
use hickory_resolver::proto::rr::{Name, RData};
use std::net::IpAddr;
use std::time::{Duration, Instant};

impl Names {
    /// The first name of an address that leads back to it, and how long that may be kept. `None`: there is none, or nobody answers, or there are
    /// no name servers of the operator's own.
    pub async fn name_of(&self, address: IpAddr) -> Option<(String, Duration)> {
        let asked = self.servers.as_ref()?.reverse_lookup(Name::from(address));
        let found = tokio::time::timeout(self.timeout, asked).await.ok()?.ok()?;
        let name =
            found.answers().iter().find_map(|record| if let RData::PTR(name) = &record.data { Some(name.0.to_utf8()) } else { None })?;
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let leads_back = self.addresses(&name).await.ok()?.iter().any(|back| back.to_canonical() == address.to_canonical());
        leads_back.then(|| (name, found.valid_until().saturating_duration_since(Instant::now())))
    }
}
