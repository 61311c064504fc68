//! How much of a request a group's policy lets the log keep (standards H1). It is chosen before the record is made; nothing is ever taken
//! out of a record afterwards.

/// How much of a request is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum LogDetail {
    /// Everything.
    #[default]
    Full = 0,
    /// Everything but the person and the device.
    WithoutUser = 1,
    /// The host in the place of the address; no person, no device, no page that led there, no program.
    HostOnly = 2,
    /// That something was asked for, by which group, and what was decided: no client and no host.
    CountsOnly = 3,
}

impl LogDetail {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Full, Self::WithoutUser, Self::HostOnly, Self::CountsOnly];

    /// The code used in settings and views.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::WithoutUser => "no-user",
            Self::HostOnly => "host",
            Self::CountsOnly => "counts",
        }
    }

    /// From the two bits that are stored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::Full,
            1 => Self::WithoutUser,
            2 => Self::HostOnly,
            _ => Self::CountsOnly,
        }
    }
}
