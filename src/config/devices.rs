//! How devices get a name. Defaults stand here, once.

use std::path::PathBuf;

/// How devices get a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceSettings {
    /// Files in which a DHCP server keeps its leases.
    pub leases: Vec<PathBuf>,
    /// The site's name servers are asked for the name of an address.
    pub lookup: bool,
}
