//! What the page of devices asks of the running system.

use super::works::{FixedWorks, WorksFault};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A device that was seen, or an address where none is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSight {
    /// Its name; empty: not known.
    pub device: String,
    /// The address.
    pub client: String,
    /// Who used it, by name.
    pub people: BTreeSet<String>,
    /// Their groups.
    pub groups: BTreeSet<String>,
    /// The first and the last day, there.
    pub days: (Date, Date),
    /// Requests.
    pub requests: u64,
}

/// What was seen in a week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DevicesSeen {
    /// The devices, those with most requests first; as many as are kept.
    pub devices: Vec<DeviceSight>,
    /// People, each with how many devices they used on one day, at most.
    pub spread: Vec<(String, u64)>,
    /// From how many devices a day on somebody is named.
    pub many: u64,
    /// Not everything was counted in time, or kept.
    pub incomplete: bool,
}

/// Devices of the running system.
pub trait DeviceWorks: Send + Sync {
    /// What was seen in the last seven days: a count of the log, at most a minute old (five while it is counted anew), given up
    /// after a while.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn devices_seen(&self) -> Result<Arc<DevicesSeen>, WorksFault>;
}

/// Devices that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedDevices(pub Mutex<DevicesSeen>);

impl DeviceWorks for FixedWorks {
    fn devices_seen(&self) -> Result<Arc<DevicesSeen>, WorksFault> {
        Ok(Arc::new(self.devices.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}
