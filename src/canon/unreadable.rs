//! Why an address cannot be read in one sure way: a closed list, one code per fault, each with plain words.
//!
//! Must never carry a part of the address itself: it goes to pages, logs and metric labels.

/// Why an address cannot be read in one sure way. The codes are stable; records and metrics use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnreadableKind {
    /// Longer than [`super::MAX_TARGET_BYTES`].
    TooLong,
    /// No address at all.
    Empty,
    /// A scheme other than http, https, ws, wss (rule H1).
    UnsupportedScheme,
    /// The scheme is not followed by exactly `//` (rule H1).
    BadSlashes,
    /// An origin-form target that does not start with `/` and is not `*`.
    NotOriginForm,
    /// Something stands behind `host:port` where only that may stand (CONNECT, `Host`, server name).
    NotAnAuthority,
    /// A blank, TAB, NUL or other control byte (rules H1, P1).
    BlankOrControl,
    /// A backslash before the path starts (rule H1).
    BackslashInAuthority,
    /// `user@` where none may stand (CONNECT, `Host`, server name).
    UserinfoNotAllowed,
    /// The host is empty.
    EmptyHost,
    /// A percent sign of the host that does not decode, or that is left after decoding once (rule H2).
    PercentInHost,
    /// A byte that no host name holds (rule H2).
    ForbiddenInHost,
    /// The host is not valid UTF-8; overlong spellings are invalid too (rule H2).
    HostNotUtf8,
    /// The host fails UTS 46 mapping, or an `xn--` label is invalid or masks plain ASCII (rule H3).
    BadInternationalName,
    /// A label with nothing in it, other than one trailing dot (rule H4).
    EmptyLabel,
    /// A label of more than 63 bytes (rule H4).
    LabelTooLong,
    /// A name of more than 253 bytes (rule H4).
    NameTooLong,
    /// The last label is a number, but the host is no IPv4 address in any spelling (rule H5).
    BadIpv4,
    /// The brackets do not hold an IPv6 address (rule H5).
    BadIpv6,
    /// An IPv6 zone (rule H5).
    ZoneId,
    /// The port is not empty and not 1 to 65535 in digits (rule H6).
    BadPort,
    /// CONNECT without a port.
    MissingPort,
    /// More spellings and embedded addresses than [`super::MAX_FORMS`].
    TooManyForms,
    /// An address inside the path or query of a translator, cache or archive cannot be read (rule R5).
    EmbeddedUnreadable,
}

impl UnreadableKind {
    /// Every kind.
    pub const ALL: [Self; 24] = [
        Self::TooLong,
        Self::Empty,
        Self::UnsupportedScheme,
        Self::BadSlashes,
        Self::NotOriginForm,
        Self::NotAnAuthority,
        Self::BlankOrControl,
        Self::BackslashInAuthority,
        Self::UserinfoNotAllowed,
        Self::EmptyHost,
        Self::PercentInHost,
        Self::ForbiddenInHost,
        Self::HostNotUtf8,
        Self::BadInternationalName,
        Self::EmptyLabel,
        Self::LabelTooLong,
        Self::NameTooLong,
        Self::BadIpv4,
        Self::BadIpv6,
        Self::ZoneId,
        Self::BadPort,
        Self::MissingPort,
        Self::TooManyForms,
        Self::EmbeddedUnreadable,
    ];

    /// Stable code for records and metric labels.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code_and_words().0
    }

    /// The fault in plain words, fit for a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.code_and_words().1
    }

    fn code_and_words(self) -> (&'static str, &'static str) {
        match self {
            Self::TooLong => ("too-long", "the address is longer than this filter reads"),
            Self::Empty => ("empty", "there is no address"),
            Self::UnsupportedScheme => ("unsupported-scheme", "the address does not start with http, https, ws or wss"),
            Self::BadSlashes => ("bad-slashes", "the scheme is not followed by exactly two slashes"),
            Self::NotOriginForm => ("not-origin-form", "the target does not start with a slash"),
            Self::NotAnAuthority => ("not-an-authority", "only a host and a port may stand here"),
            Self::BlankOrControl => ("blank-or-control", "the address holds a blank or a control character"),
            Self::BackslashInAuthority => ("backslash-in-authority", "there is a backslash in the host part of the address"),
            Self::UserinfoNotAllowed => ("userinfo-not-allowed", "a user name may not stand here"),
            Self::EmptyHost => ("empty-host", "the address names no host"),
            Self::PercentInHost => ("percent-in-host", "the host holds a percent sign that does not decode"),
            Self::ForbiddenInHost => ("forbidden-in-host", "the host holds a character that no host name has"),
            Self::HostNotUtf8 => ("host-not-utf8", "the host is not valid text"),
            Self::BadInternationalName => ("bad-international-name", "the host is not a valid international name"),
            Self::EmptyLabel => ("empty-label", "the host has two dots in a row, or starts with one"),
            Self::LabelTooLong => ("label-too-long", "a part of the host is longer than 63 characters"),
            Self::NameTooLong => ("name-too-long", "the host is longer than 253 characters"),
            Self::BadIpv4 => ("bad-ipv4", "the host looks like an IPv4 address but is none"),
            Self::BadIpv6 => ("bad-ipv6", "the brackets do not hold an IPv6 address"),
            Self::ZoneId => ("zone-id", "the IPv6 address names a network interface"),
            Self::BadPort => ("bad-port", "the port is not a number from 1 to 65535"),
            Self::MissingPort => ("missing-port", "the port is missing"),
            Self::TooManyForms => ("too-many-forms", "the address can be read in too many ways"),
            Self::EmbeddedUnreadable => ("embedded-unreadable", "the address carried inside this address cannot be read"),
        }
    }
}

/// An address that cannot be read, and where it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} (byte {at})", .kind.words())]
pub struct Unreadable {
    /// What is wrong.
    pub kind: UnreadableKind,
    /// Byte offset in the raw target (or in the `Host` value for origin-form host faults); where the fault shows only after
    /// decoding, the start of the part that holds it.
    pub at: usize,
}

impl Unreadable {
    pub(super) fn new(kind: UnreadableKind, at: usize) -> Self {
        Self { kind, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_words_are_words() {
        let codes: std::collections::BTreeSet<_> = UnreadableKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), UnreadableKind::ALL.len());
        for kind in UnreadableKind::ALL {
            assert!(kind.words().contains(' '), "{kind:?}");
        }
    }
}
