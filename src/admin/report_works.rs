//! What reports ask of the running system.

/// The running system, as reports see it.
pub trait ReportWorks: Send + Sync {
    /// Recipients that the settings register: names, and their addresses in words.
    fn recipients(&self) -> Vec<(String, String)>;
}

impl ReportWorks for super::works::FixedWorks {
    fn recipients(&self) -> Vec<(String, String)> {
        self.recipients.clone()
    }
}
