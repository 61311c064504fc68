//! Settings in two stages: what was written (raw, with spans) and what it means (checked).

mod checked;
mod shells;

pub use checked::{AdminSettings, Config, LogLevel, Site, TelemetrySettings};
pub use shells::{
    DestinationRule, Dns, Durability, Limits, ListSettings, Listener, LogSettings, MatchStyle, ProxySettings, Source, SourceFormat,
    StatutorySchema,
};
